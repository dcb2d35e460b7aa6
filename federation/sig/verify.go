package sig

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"strings"
	"time"

	"toadlane/coop"
	"toadlane/internal/limits"
)

// Verifier checks the signatures of requests that come in. The node has one. Keys, Hosts and Self must be set.
type Verifier struct {
	// Keys finds public keys.
	Keys KeySource
	// Hosts tells whether a Host header, as sent, is one of ours: a signature made for another server is not for us.
	Hosts func(host string) bool
	// Self tells whether a key id lies on our own server, whatever its scheme and port. Our keys never come in over the
	// wire, so such a request is refused without a fetch, which would be one of ourselves.
	Self func(coop.IRI) bool
	// Blocked tells whether a steward has blocked the server of a key id; nil blocks nobody. It is asked before any fetch.
	Blocked func(coop.IRI) bool
	// Now is the clock; nil is the system's.
	Now func() time.Time
	// URLScheme is the scheme of our own addresses, "https" or "http"; "" is https. It is a setting and not read from the
	// request, since behind a proxy the request does not know.
	URLScheme string
}

var errSetup = errors.New("verifier without Keys, Hosts or Self")

// Verify checks who sent r. body is the whole body, read by the caller within its cap; r.Body is not touched.
//
// Both kinds of signature are taken. When a request carries both, the RFC 9421 one counts if one of its labels covers
// enough, else the draft-cavage one. The time must lie between an hour ago and five minutes ahead; a digest in the cover is
// computed again over the raw bytes; the key's type decides the algorithm. When the signature does not fit the key from the
// cache, the source is asked once more with refresh, and that is all.
//
// Errors are of class Unauthenticated with one of the keys sig.missing, sig.malformed, sig.cover, sig.algorithm, sig.clock,
// sig.digest, sig.key and sig.mismatch; of class Forbidden with sig.blocked; or what the key source said of class
// Forbidden, TooMany or Unavailable. Answer the first with 401, never 202 or 5xx: peers then fall back to the other scheme.
//
// It must not be used for requests of the instance actor and its key, which are served unsigned: two servers that verify
// each other's key fetches ask each other for ever.
func (v *Verifier) Verify(ctx context.Context, r *http.Request, body []byte) (Verified, error) {
	if v.Keys == nil || v.Hosts == nil || v.Self == nil {
		return Verified{}, coop.Errorf(coop.Internal, "error.internal", "%w", errSetup)
	}
	scheme := v.URLScheme
	if scheme == "" {
		scheme = "https"
	}
	now := time.Now
	if v.Now != nil {
		now = v.Now
	}
	if len(r.Header["Signature"]) == 0 {
		return Verified{}, refuse("sig.missing", "no signature header")
	}
	m, err := received(r, scheme, body)
	if err != nil {
		return Verified{}, err
	}
	if !v.Hosts(m.host) {
		return Verified{}, refuse("sig.mismatch", "host %.80q is not ours", m.host)
	}
	c, err := readClaim(m)
	if err != nil {
		return Verified{}, err
	}
	if err := c.checkClock(now()); err != nil {
		return Verified{}, err
	}
	if v.Self(c.keyID) {
		return Verified{}, refuse("sig.key", "key id %s is on our own server", c.keyID)
	}
	if v.Blocked != nil && v.Blocked(c.keyID) {
		return Verified{}, coop.Errorf(coop.Forbidden, "sig.blocked", "server of %s is blocked", c.keyID)
	}
	if err := c.checkBody(m); err != nil {
		return Verified{}, err
	}
	key, err := v.checkWithKey(ctx, c)
	if err != nil {
		return Verified{}, err
	}
	return Verified{actor: key.Owner, keyID: key.ID, scheme: c.scheme, at: c.times[0], body: body}, nil
}

// readClaim finds the signature that counts.
func readClaim(m message) (claim, error) {
	lines := m.header["Signature"]
	inputLines := m.header["Signature-Input"]
	if len(inputLines) == 0 {
		if len(lines) != 1 {
			return claim{}, refuse("sig.malformed", "%d signature headers", len(lines))
		}
		return cavageClaim(m, lines[0])
	}
	inputs, err := parseSignatureInput(strings.Join(inputLines, ", "))
	if err != nil {
		return claim{}, err
	}
	// With both kinds in one request the lines of the Signature header belong to one or the other. A keyId cannot begin a
	// dictionary, whose keys are lower case, so no line is both.
	var old []string
	var signatures []sfMember
	for _, line := range lines {
		if len(line) > limits.SignatureHeaderBytes {
			return claim{}, refuse("sig.malformed", "signature header of %d bytes", len(line))
		}
		members, err := parseDictionary(line, limits.SignatureLabels)
		if err != nil {
			old = append(old, line)
			continue
		}
		for _, s := range members {
			for _, other := range signatures {
				if other.key == s.key {
					return claim{}, refuse("sig.malformed", "signature %.40q given twice", s.key)
				}
			}
			signatures = append(signatures, s)
		}
	}
	if len(old) > 1 || len(signatures) > limits.SignatureLabels {
		return claim{}, refuse("sig.malformed", "%d signature headers", len(lines))
	}
	c, err := rfc9421Claim(m, inputs, signatures)
	if err != nil && len(old) == 1 {
		return cavageClaim(m, old[0])
	}
	return c, err
}

// checkBody compares the covered digest with the body.
func (c *claim) checkBody(m message) error {
	if !c.digest {
		return nil // a GET without a body; everything else was made to cover one
	}
	if c.scheme == RFC9421 {
		value, _ := m.field("content-digest")
		return checkContentDigest(value, m.body)
	}
	value, _ := m.field("digest")
	return checkDigest(value, m.body)
}

// checkWithKey verifies c with the key from the cache and, when that fails, once with a fresh one: the peer may have
// changed its key. The second error is told only when it says more than the first.
func (v *Verifier) checkWithKey(ctx context.Context, c claim) (PublicKey, error) {
	key, err := v.key(ctx, c.keyID, false)
	if err != nil {
		return PublicKey{}, err
	}
	mismatch := c.check(key.Key)
	if mismatch == nil {
		return key, nil
	}
	fresh, err := v.key(ctx, c.keyID, true)
	if err != nil {
		if coop.ClassOf(err) != coop.Unauthenticated {
			return PublicKey{}, err
		}
		return PublicKey{}, mismatch
	}
	if bytes.Equal(fingerprint(fresh.Key), fingerprint(key.Key)) {
		return PublicKey{}, mismatch
	}
	if err := c.check(fresh.Key); err != nil {
		return PublicKey{}, err
	}
	return fresh, nil
}

// key asks the source and checks its answer: the key that was asked for, of an owner on its own server, of a kind and size
// we take.
func (v *Verifier) key(ctx context.Context, id coop.IRI, refresh bool) (PublicKey, error) {
	key, err := v.Keys.PublicKey(ctx, id, refresh)
	if err != nil {
		switch coop.ClassOf(err) {
		case coop.Forbidden, coop.TooMany, coop.Unavailable:
			return PublicKey{}, err
		}
		return PublicKey{}, refuse("sig.key", "key %s: %w", id, err)
	}
	if key.ID != id || key.Owner == "" || !coop.SameOrigin(key.ID, key.Owner) {
		return PublicKey{}, refuse("sig.key", "asked for key %s, got %s of %s", id, key.ID, key.Owner)
	}
	if v.Blocked != nil && v.Blocked(key.Owner) {
		return PublicKey{}, coop.Errorf(coop.Forbidden, "sig.blocked", "%s is blocked", key.Owner)
	}
	if err := checkPublicKey(key.Key); err != nil {
		return PublicKey{}, refuse("sig.key", "key %s: %w", id, err)
	}
	return key, nil
}
