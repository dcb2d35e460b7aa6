package sig

import (
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"net/http"
	"strings"
	"testing"
	"time"

	goap "github.com/go-ap/httpsig"
	"github.com/google/go-cmp/cmp"
	remitly "github.com/remitly-oss/httpsig-go"

	"toadlane/coop"
)

func TestRoundTrip(t *testing.T) {
	t.Parallel()
	for _, key := range []struct {
		name string
		key  crypto.Signer
	}{{"rsa", testRSA()}, {"ed25519", testEd()}} {
		for _, scheme := range []Scheme{Cavage, RFC9421} {
			for _, c := range []struct{ name, method, address, body string }{
				{"post", "POST", inbox, message1},
				{"empty post", "POST", inbox, ""},
				{"get", "GET", "https://coop.test/listings/1", ""},
				{"get with query", "GET", "https://coop.test/outbox?page=2&q=a%20b", ""},
				{"escaped path", "POST", "https://coop.test/users/al%2Fice/caf%C3%A9/inbox", message1},
				{"no path", "GET", "https://coop.test", ""},
			} {
				t.Run(key.name+"/"+string(scheme)+"/"+c.name, func(t *testing.T) {
					t.Parallel()
					r := setup(t, key.key)
					v := r.accept(t, r.signed(t, scheme, c.method, c.address, c.body), c.body)
					if v.Scheme() != scheme || !v.SignedAt().Equal(noon) {
						t.Errorf("scheme %s at %s", v.Scheme(), v.SignedAt())
					}
					if diff := cmp.Diff([]bool{false}, r.ring.asked); diff != "" {
						t.Errorf("questions to the key source: %s", diff)
					}
				})
			}
		}
	}
}

func TestSignWithPort(t *testing.T) {
	t.Parallel()
	for _, scheme := range []Scheme{Cavage, RFC9421} {
		r := setup(t, testRSA())
		r.verifier.Hosts = func(h string) bool { return h == "bakery.localhost:8470" }
		r.verifier.URLScheme = "http"
		r.accept(t, r.signed(t, scheme, "POST", "http://bakery.localhost:8470/inbox", message1), message1)
		r.verifier.URLScheme = ""
		_, err := r.verify(r.signed(t, scheme, "POST", "http://bakery.localhost:8470/inbox", message1), message1)
		if want := map[Scheme]string{Cavage: "", RFC9421: "sig.mismatch"}[scheme]; err == nil && want != "" || err != nil && coop.KeyOf(err) != want {
			t.Errorf("%s: signed for http, verified as https: %v", scheme, err)
		}
	}
}

func TestSignHeaders(t *testing.T) {
	t.Parallel()
	s := must(NewSigner(eveKey, testEd()))
	req := outgoing(t, "POST", inbox, message1)
	if err := s.Sign(req, []byte(message1), Cavage, noon); err != nil {
		t.Fatal(err)
	}
	first, _, _ := strings.Cut(req.Header.Get("Signature"), `signature="`)
	req.Header.Del("Signature")
	if diff := cmp.Diff(http.Header{
		"Date":   {"Fri, 20 Nov 2026 12:00:00 GMT"},
		"Digest": {"SHA-256=7ZVWpSFQjrS/bd+0l8dS5VGgbjKdt1Y+oAS1QiVY+CM="},
	}, req.Header); diff != "" {
		t.Error(diff)
	}
	if want := `keyId="` + string(eveKey) + `",algorithm="hs2019",headers="(request-target) host date digest",`; first != want {
		t.Errorf("signature header begins %s", first)
	}

	// The other scheme on the same request: nothing of the first is left.
	if err := s.Sign(req, []byte(message1), RFC9421, noon.Add(time.Second)); err != nil {
		t.Fatal(err)
	}
	req.Header.Del("Signature")
	if diff := cmp.Diff(http.Header{
		"Date":           {"Fri, 20 Nov 2026 12:00:01 GMT"},
		"Content-Digest": {"sha-256=:7ZVWpSFQjrS/bd+0l8dS5VGgbjKdt1Y+oAS1QiVY+CM=:"},
		"Signature-Input": {`sig1=("@method" "@target-uri" "content-digest");created=1795176001;keyid="` + string(eveKey) +
			`";alg="ed25519"`},
	}, req.Header); diff != "" {
		t.Error(diff)
	}
}

func TestNewSignerRefuses(t *testing.T) {
	t.Parallel()
	ec := must(ecdsa.GenerateKey(elliptic.P256(), rand.Reader))
	for name, c := range map[string]struct {
		id  coop.IRI
		key crypto.Signer
	}{
		"no id": {"", testEd()}, "not canonical": {"https://Evil.test/key", testEd()}, "not ASCII": {"https://evil.test/clé", testEd()},
		"ecdsa": {eveKey, ec}, "no key": {eveKey, nil}, "short ed25519": {eveKey, ed25519.PrivateKey{1}},
	} {
		if _, err := NewSigner(c.id, c.key); coop.ClassOf(err) != coop.Internal || coop.KeyOf(err) != "key.invalid" {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := NewSigner(eveKey, testEd()); err != nil {
		t.Error(err)
	}
	s := must(NewSigner(eveKey, testEd()))
	if err := s.Sign(outgoing(t, "GET", "ftp://coop.test/", ""), nil, Cavage, noon); err == nil {
		t.Error("signed an ftp request")
	}
	if err := s.Sign(outgoing(t, "GET", "https://coop.test/", ""), nil, "basic", noon); err == nil {
		t.Error("signed with an unknown scheme")
	}
}

// go-ap's own verifier, of which we otherwise use nothing, takes what we sign.
func TestGoApVerifiesOurs(t *testing.T) {
	t.Parallel()
	r := setup(t, testRSA())
	keys := goap.NewMemoryKeyStore()
	keys.SetKey(string(eveKey), &testRSA().PublicKey)
	v := goap.NewVerifier(keys)
	v.SetRequiredHeaders([]string{"(request-target)", "host", "date", "digest"})
	req := r.signed(t, Cavage, "POST", inbox+"?x=1", message1)
	if id, err := v.Verify(req); err != nil || id != string(eveKey) {
		t.Fatalf("%q, %v", id, err)
	}
	req.Header.Set("Date", noon.Add(time.Second).Format(http.TimeFormat))
	if _, err := v.Verify(req); err == nil {
		t.Error("go-ap takes a changed date: it proves nothing")
	}
}

// remitlyView gives the library the request in the only form in which its @target-uri comes out right.
func remitlyView(req *http.Request, target string) *http.Request {
	r := req.Clone(context.Background())
	r.TLS = &tls.ConnectionState{}
	r.URL.RawPath, r.URL.RawQuery = target, ""
	return r
}

// httpsig-go verifies what we sign by RFC 9421, and we verify what it signs.
func TestRemitlyAgrees(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		key       crypto.Signer
		algorithm remitly.Algorithm
	}{{testRSA(), remitly.Algo_RSA_v1_5_sha256}, {testEd(), remitly.Algo_ED25519}} {
		r := setup(t, c.key)
		verifier, err := remitly.NewVerifier(remitlyKeys{c.key.Public(), c.algorithm}, remitly.VerifyProfile{
			SignatureLabel: "sig1", RequiredFields: remitly.Fields("@method", "@target-uri", "content-digest"),
			RequiredMetadata:  []remitly.Metadata{remitly.MetaCreated, remitly.MetaKeyID},
			AllowedAlgorithms: []remitly.Algorithm{c.algorithm}, DisableTimeEnforcement: true,
		})
		if err != nil {
			t.Fatal(err)
		}
		const target = "/users/alice/inbox?x=1"
		req := r.signed(t, RFC9421, "POST", "https://coop.test"+target, message1)
		if _, err := verifier.Verify(remitlyView(req, target)); err != nil {
			t.Errorf("%s: ours is refused: %v", c.algorithm, err)
		}
		if _, err := verifier.Verify(remitlyView(req, target+"2")); err == nil {
			t.Errorf("%s: httpsig-go takes another target: it proves nothing", c.algorithm)
		}

		out := outgoing(t, "POST", "https://coop.test"+target, message1)
		view := remitlyView(out, target)
		if err := remitly.Sign(view, remitly.SigningProfile{
			Algorithm: c.algorithm, Digest: remitly.DigestSHA256, Fields: remitly.Fields("@method", "@target-uri", "content-digest"),
			Metadata: []remitly.Metadata{remitly.MetaCreated, remitly.MetaKeyID, remitly.MetaNonce},
		}, remitly.SigningKey{Key: c.key, MetaKeyID: string(eveKey)}); err != nil {
			t.Fatal(err)
		}
		out.Header, out.Body = view.Header, view.Body
		r.verifier.Now = time.Now // its clock cannot be set
		in := arrive(t, out)
		r.accept(t, in, message1)
		in.RequestURI += "2"
		r.reject(t, in, message1, "sig.mismatch")
	}
}

type remitlyKeys struct {
	key       crypto.PublicKey
	algorithm remitly.Algorithm
}

func (k remitlyKeys) FetchByKeyID(context.Context, http.Header, string) (remitly.KeySpecer, error) {
	return remitly.KeySpec{KeyID: string(eveKey), Algo: k.algorithm, PubKey: k.key}, nil
}

func (k remitlyKeys) Fetch(context.Context, http.Header, remitly.MetadataProvider) (remitly.KeySpecer, error) {
	return nil, http.ErrNotSupported
}
