package sig

import (
	"crypto"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/sha512"
	"net/http"
	"slices"
	"time"

	"toadlane/coop"
	"toadlane/internal/limits"
)

// claim is what a request says of its signature, in the same form for both schemes. Its cover was found sufficient;
// nothing in it is proved.
type claim struct {
	scheme    Scheme
	keyID     coop.IRI
	bases     []string // the texts that may have been signed: one, or with and without the query
	signature []byte
	rsa       []crypto.Hash // hashes to try with an RSA key; none when the named algorithm excludes RSA
	ed25519   bool          // whether the named algorithm allows Ed25519
	times     []time.Time   // every covered time of signing
	expires   time.Time     // zero when it does not expire
	digest    bool          // whether the digest header is covered
}

// algorithms gives what a named algorithm allows. The key's type decides; a name can only rule a type out, or choose
// between SHA-256 and SHA-512 where both are sound. hs2019 means "look at the key" and hides which hash was used: GoToSocial
// and most others use SHA-256, a few SHA-512, so both are tried. SHA-1, HMAC, PSS and ECDSA are in no list.
func (c *claim) algorithms(scheme Scheme, name string, named bool) error {
	switch {
	case !named:
		c.rsa, c.ed25519 = []crypto.Hash{crypto.SHA256}, true
	case name == "ed25519":
		c.ed25519 = true
	case scheme == RFC9421 && name == "rsa-v1_5-sha256", scheme == Cavage && name == "rsa-sha256":
		c.rsa = []crypto.Hash{crypto.SHA256}
	case scheme == Cavage && name == "rsa-sha512":
		c.rsa = []crypto.Hash{crypto.SHA512}
	case scheme == Cavage && name == "hs2019":
		c.rsa, c.ed25519 = []crypto.Hash{crypto.SHA256, crypto.SHA512}, true
	default:
		return refuse("sig.algorithm", "algorithm %.40q", name)
	}
	return nil
}

// checkClock holds every covered time and the expiry against now. An expiry counts even when it is not covered: whoever
// could take it away could also leave it.
func (c *claim) checkClock(now time.Time) error {
	for _, at := range c.times {
		if at.After(now.Add(limits.ClockAhead)) {
			return refuse("sig.clock", "signed %s in the future", at.Sub(now).Round(time.Second))
		}
		if at.Before(now.Add(-limits.ClockBehind)) {
			return refuse("sig.clock", "signed %s ago", now.Sub(at).Round(time.Second))
		}
		if !c.expires.IsZero() && c.expires.Before(at) {
			return refuse("sig.clock", "expires before it was signed")
		}
	}
	if !c.expires.IsZero() && !now.Before(c.expires) {
		return refuse("sig.clock", "expired %s ago", now.Sub(c.expires).Round(time.Second))
	}
	return nil
}

// check verifies the signature with a key. The error is sig.algorithm when the named algorithm excludes the key's type,
// else sig.mismatch.
func (c *claim) check(key crypto.PublicKey) error {
	switch k := key.(type) {
	case *rsa.PublicKey:
		if len(c.rsa) == 0 {
			return refuse("sig.algorithm", "the key is RSA")
		}
		for _, base := range c.bases {
			for _, hash := range c.rsa {
				if rsa.VerifyPKCS1v15(k, hash, sum(hash, base), c.signature) == nil {
					return nil
				}
			}
		}
	case ed25519.PublicKey:
		if !c.ed25519 {
			return refuse("sig.algorithm", "the key is Ed25519")
		}
		if slices.ContainsFunc(c.bases, func(base string) bool { return ed25519.Verify(k, []byte(base), c.signature) }) {
			return nil
		}
	}
	return refuse("sig.mismatch", "signature of %s does not fit the request", c.keyID)
}

func sum(hash crypto.Hash, s string) []byte {
	if hash == crypto.SHA512 {
		h := sha512.Sum512([]byte(s))
		return h[:]
	}
	h := sha256.Sum256([]byte(s))
	return h[:]
}

// keyAddress reads a key id. Only canonical addresses are taken: another spelling of one key id is how a check of its
// origin is passed by.
func keyAddress(s string) (coop.IRI, error) {
	id, err := coop.ParseIRI(s)
	if err != nil {
		return "", refuse("sig.key", "key id: %w", err)
	}
	return id, nil
}

// parseDate reads a Date header in the only form that RFC 9110 §5.6.7 lets be sent.
func parseDate(s string) (time.Time, error) {
	at, err := time.Parse(http.TimeFormat, s)
	if err != nil {
		return time.Time{}, refuse("sig.malformed", "date %.40q", s)
	}
	return at, nil
}
