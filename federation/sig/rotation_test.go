package sig

import (
	"context"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"toadlane/coop"
)

// A changed key costs one look; bad signatures cost one each, which the key source counts and limits.
func TestSIG17Rotation(t *testing.T) {
	eachScheme(t, func(t *testing.T, r rig, scheme Scheme) {
		old := r.signer
		r.accept(t, r.signed(t, scheme, "POST", inbox, message1), message1)
		r.signer = must(NewSigner(eveKey, otherRSA()))
		r.ring.changed[eveKey] = PublicKey{ID: eveKey, Owner: eve, Key: &otherRSA().PublicKey}
		r.ring.asked = nil
		r.accept(t, r.signed(t, scheme, "POST", inbox, message1), message1)
		if diff := cmp.Diff([]bool{false, true}, r.ring.asked); diff != "" {
			t.Error(diff)
		}
		r.ring.asked = nil
		r.accept(t, r.signed(t, scheme, "POST", inbox, message1), message1)
		if diff := cmp.Diff([]bool{false}, r.ring.asked); diff != "" {
			t.Error(diff)
		}
		r.signer, r.ring.asked = old, nil
		r.reject(t, r.signed(t, scheme, "POST", inbox, message1), message1, "sig.mismatch")
		if diff := cmp.Diff([]bool{false, true}, r.ring.asked); diff != "" {
			t.Error(diff)
		}
		// From RSA to Ed25519 the algorithm excludes the cached key first.
		if scheme == RFC9421 {
			r.signer = must(NewSigner(eveKey, testEd()))
			r.ring.changed[eveKey] = PublicKey{ID: eveKey, Owner: eve, Key: testEd().Public()}
			r.accept(t, r.signed(t, scheme, "POST", inbox, message1), message1)
		}
	})
}

func TestSIG17RefreshFails(t *testing.T) {
	t.Parallel()
	r := setup(t, testRSA())
	r.verifier.Keys = refreshFails{r.ring, coop.Errorf(coop.NotFound, "fetch.failed", "gone")}
	r.accept(t, r.signed(t, Cavage, "POST", inbox, message1), message1)
	req := r.signed(t, Cavage, "POST", inbox, message1)
	req.RequestURI = "/other"
	r.reject(t, req, message1, "sig.mismatch")
	r.verifier.Keys = refreshFails{r.ring, coop.Errorf(coop.TooMany, "fetch.limit", "later")}
	if _, err := r.verify(req, message1); coop.ClassOf(err) != coop.TooMany {
		t.Errorf("class %v of %v", coop.ClassOf(err), err)
	}
}

type refreshFails struct {
	ring *keyring
	err  error
}

func (f refreshFails) PublicKey(ctx context.Context, id coop.IRI, refresh bool) (PublicKey, error) {
	if refresh {
		return PublicKey{}, f.err
	}
	return f.ring.PublicKey(ctx, id, false)
}

func TestKeySourceErrors(t *testing.T) {
	t.Parallel()
	plain := errors.New("no route to host")
	gone := coop.Errorf(coop.Gone, "actor.gone", "410")
	for _, c := range []struct {
		err   error
		class coop.Class
		key   string
	}{
		{plain, coop.Unauthenticated, "sig.key"}, {gone, coop.Unauthenticated, "sig.key"}, {context.Canceled, coop.Unauthenticated, "sig.key"},
		{coop.Errorf(coop.Unavailable, "store.unavailable", "disk"), coop.Unavailable, "store.unavailable"},
		{coop.Errorf(coop.TooMany, "fetch.limit", "later"), coop.TooMany, "fetch.limit"},
		{coop.Errorf(coop.Forbidden, "peer.blocked", "no"), coop.Forbidden, "peer.blocked"},
	} {
		r := setup(t, testRSA())
		req := r.signed(t, Cavage, "POST", inbox, message1)
		r.accept(t, req, message1)
		r.ring.fails = c.err
		_, err := r.verify(req, message1)
		if coop.ClassOf(err) != c.class || coop.KeyOf(err) != c.key || !errors.Is(err, c.err) {
			t.Errorf("%v became %v", c.err, err)
		}
	}
}
