package sig

import (
	"context"
	"crypto"
	"net/http"
	"time"

	"toadlane/coop"
)

// Scheme is a way to sign an HTTP request.
type Scheme string

// The two schemes of the fediverse.
const (
	Cavage  Scheme = "cavage"  // draft-cavage-http-signatures-12, taken by everybody
	RFC9421 Scheme = "rfc9421" // HTTP Message Signatures
)

// PublicKey is the key of an actor: the id it is published under, the actor it belongs to, and the key itself, an
// *rsa.PublicKey of 2048 to 4096 bits or an ed25519.PublicKey.
type PublicKey struct {
	ID    coop.IRI
	Owner coop.IRI
	Key   crypto.PublicKey
}

// KeySource finds the public key behind a key id.
//
// Whoever implements it keeps the two-way rule: the key is given only when the document at the owner's id, fetched from
// exactly that id without a redirect to another origin, lists this same key id, and key and owner have the same origin.
// What a key document says of its owner is only a hint. A lie is never cached.
//
// refresh asks to bypass the cache, because a signature did not verify with what the cache gave; the source limits how
// often it really fetches (once in five minutes for a key) and otherwise gives the cached key again.
//
// Errors of class Forbidden, TooMany and Unavailable reach the caller of Verify as they are; every other error becomes
// Unauthenticated with the key sig.key and the error as its cause, so that a Gone below it can still be found.
type KeySource interface {
	PublicKey(ctx context.Context, keyID coop.IRI, refresh bool) (PublicKey, error)
}

// Verified is a request whose signature was checked: who sent it and the bytes that were signed. Only Verify makes one
// that is valid; handlers take the sender from here and never from the JSON.
type Verified struct {
	actor  coop.IRI
	keyID  coop.IRI
	scheme Scheme
	at     time.Time
	body   []byte
}

// Valid tells whether the request was verified; the zero Verified was not.
func (v Verified) Valid() bool { return v.actor != "" }

// Actor is the owner of the key, "" when nothing was verified.
func (v Verified) Actor() coop.IRI { return v.actor }

// KeyID is the key that signed.
func (v Verified) KeyID() coop.IRI { return v.keyID }

// Origin is scheme://host of the actor: the space in which its word counts.
func (v Verified) Origin() string { return v.actor.Origin() }

// Scheme is how the request was signed.
func (v Verified) Scheme() Scheme { return v.scheme }

// SignedAt is the time that the signer vouches for.
func (v Verified) SignedAt() time.Time { return v.at }

// Body is the body that was signed, the same slice that was given to Verify; do not change it. Of a GET it is empty.
func (v Verified) Body() []byte { return v.body }

// needsDigest tells whether a signature has to cover a digest of the body. An empty POST needs one too: otherwise a body
// could be added to it.
func needsDigest(method string, body []byte) bool {
	switch method {
	case http.MethodGet, http.MethodHead, http.MethodOptions, http.MethodDelete:
		return len(body) > 0
	}
	return true
}

func refuse(key, format string, args ...any) error {
	return coop.Errorf(coop.Unauthenticated, key, format, args...)
}
