package federation

import (
	"context"
	"crypto"
	"crypto/ed25519"
	"crypto/x509"
	"fmt"
	"net/http"
	"sync"
	"time"

	"toadlane/coop"
	"toadlane/federation/queue"
	"toadlane/federation/sig"
)

// keyring holds the keys of our own actors, parsed once: parsing one costs as much as seven signatures.
type keyring struct {
	node *Node
	mu   sync.Mutex
	sets map[coop.IRI]*keySet
}

// keySet is what one actor signs with.
type keySet struct {
	rsa     *sig.Signer
	ed      *sig.Signer
	edKey   ed25519.PrivateKey
	all     []queue.OwnKey // with retired ones
	rsaDER  []byte
	edPub   ed25519.PublicKey
	created time.Time
}

// ensure makes an actor's keys if it has none, and gives them.
func (k *keyring) ensure(ctx context.Context, owner coop.IRI) (*keySet, error) {
	set, err := k.of(ctx, owner)
	if err == nil || coop.ClassOf(err) != coop.NotFound {
		return set, err
	}
	n := k.node
	rsaKey, err := sig.GenerateRSA()
	if err != nil {
		return nil, fmt.Errorf("keys of %s: %w", owner, err)
	}
	edKey, err := sig.GenerateEd25519()
	if err != nil {
		return nil, fmt.Errorf("keys of %s: %w", owner, err)
	}
	for _, x := range []struct {
		kind string
		id   coop.IRI
		key  crypto.Signer
	}{{"rsa", n.addr.RSAKey(owner), rsaKey}, {"ed25519", n.addr.Ed25519Key(owner), edKey}} {
		private, err := sig.MarshalPrivate(x.key)
		if err != nil {
			return nil, fmt.Errorf("keys of %s: %w", owner, err)
		}
		public, err := x509.MarshalPKIXPublicKey(x.key.Public())
		if err != nil {
			return nil, fmt.Errorf("keys of %s: %w", owner, err)
		}
		row := queue.OwnKey{Owner: owner, Kind: x.kind, ID: x.id, Public: public, Created: n.Now().UTC(),
			Sealed: sig.Seal(n.Master, string(owner), private)}
		if err := n.Store.PutOwnKey(ctx, row); err != nil {
			return nil, fmt.Errorf("keys of %s: %w", owner, err)
		}
	}
	return k.of(ctx, owner)
}

// of gives the keys of one of our actors. Class NotFound when it has none.
func (k *keyring) of(ctx context.Context, owner coop.IRI) (*keySet, error) {
	k.mu.Lock()
	set := k.sets[owner]
	k.mu.Unlock()
	if set != nil {
		return set, nil
	}
	rows, err := k.node.Store.OwnKeys(ctx, owner)
	if err != nil {
		return nil, fmt.Errorf("keys of %s: %w", owner, err)
	}
	set = &keySet{all: rows}
	for _, r := range rows {
		if !r.Retired.IsZero() {
			continue
		}
		der, err := sig.Open(k.node.Master, string(owner), r.Sealed)
		if err != nil {
			return nil, fmt.Errorf("keys of %s: %w", owner, err)
		}
		key, err := sig.ParsePrivate(der)
		if err != nil {
			return nil, fmt.Errorf("keys of %s: %w", owner, err)
		}
		signer, err := sig.NewSigner(r.ID, key)
		if err != nil {
			return nil, fmt.Errorf("keys of %s: %w", owner, err)
		}
		switch key := key.(type) {
		case ed25519.PrivateKey:
			set.ed, set.edKey, set.edPub = signer, key, key.Public().(ed25519.PublicKey)
		default:
			set.rsa, set.rsaDER, set.created = signer, r.Public, r.Created
		}
	}
	if set.rsa == nil || set.ed == nil {
		return nil, coop.Errorf(coop.NotFound, "keys.none", "no keys of %s", owner)
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.sets == nil {
		k.sets = make(map[coop.IRI]*keySet)
	}
	k.sets[owner] = set
	return set, nil
}

// signFetch signs GETs as the instance actor, which every server can look up without a signature (FEDERATION.md).
func (n *Node) signFetch(ctx context.Context, scheme sig.Scheme) func(*http.Request) error {
	return func(r *http.Request) error {
		set, err := n.keys.ensure(ctx, n.addr.Instance())
		if err != nil {
			return err
		}
		return set.rsa.Sign(r, nil, scheme, n.Now())
	}
}

// prove adds our proof to a public document (FEP-8b32).
func (n *Node) prove(ctx context.Context, owner coop.IRI, doc []byte) ([]byte, error) {
	return n.proveAt(ctx, owner, doc, n.Now())
}

// proveAt is prove with a time of its own: a document that never changes has the same proof whenever it is asked for.
func (n *Node) proveAt(ctx context.Context, owner coop.IRI, doc []byte, at time.Time) ([]byte, error) {
	set, err := n.keys.ensure(ctx, owner)
	if err != nil {
		return nil, err
	}
	return sig.SignProof(doc, set.edKey, n.addr.Ed25519Key(owner), at)
}
