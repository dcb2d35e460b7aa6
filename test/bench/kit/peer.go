package kit

import (
	"bytes"
	"crypto"
	"crypto/ed25519"
	"crypto/sha256"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"net/http"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"time"

	"toadlane/coop"
	"toadlane/federation/queue"
	"toadlane/federation/sig"
)

// Peer is an actor on another server, with its key. Known puts it into a node's store; whoever does not know it fetches Document.
type Peer struct {
	Actor  coop.IRI
	Key    queue.Key
	signer *sig.Signer
	key    crypto.Signer
}

// Kind of a peer's key.
type Kind string

// The kinds.
const (
	RSA     Kind = "rsa"
	Ed25519 Kind = "ed25519"
)

// rsaKeys are few, since making one takes a while; whose key it is makes no difference to what checking costs.
var rsaKeys = sync.OnceValues(func() ([]crypto.Signer, error) {
	keys := make([]crypto.Signer, 4)
	for i := range keys {
		k, err := sig.GenerateRSA()
		if err != nil {
			return nil, err
		}
		keys[i] = k
	}
	return keys, nil
})

// NewPeer makes the n-th peer, at an address of the caller's. The same n has the same Ed25519 key in every process.
func NewPeer(actor coop.IRI, kind Kind, n int) (*Peer, error) {
	var key crypto.Signer
	if kind == RSA {
		keys, err := rsaKeys()
		if err != nil {
			return nil, err
		}
		key = keys[n%len(keys)]
	} else {
		seed := sha256.Sum256([]byte("peer " + strconv.Itoa(n)))
		key = ed25519.NewKeyFromSeed(seed[:])
	}
	id := actor + "#main-key"
	s, err := sig.NewSigner(id, key)
	if err != nil {
		return nil, err
	}
	der, err := x509.MarshalPKIXPublicKey(key.Public())
	if err != nil {
		return nil, err
	}
	return &Peer{Actor: actor, Key: queue.Key{ID: id, Owner: actor, Public: der}, signer: s, key: key}, nil
}

// Known is the peer as the store keeps it after a fetch.
func (p *Peer) Known(now time.Time) queue.Actor {
	host := p.Actor.Host()
	return queue.Actor{IRI: p.Actor, Type: "Person", Handle: "@" + string(p.Actor[strings.LastIndexByte(string(p.Actor), '/')+1:]) + "@" + host,
		Name: "Peer", Inbox: p.Actor + "/inbox", Keys: []queue.Key{p.Key}, Raw: []byte("{}"), Fetched: now}
}

// Multikey is the public key of a peer of Kind Ed25519, as documents name it.
func (p *Peer) Multikey() string { return sig.EncodeMultikey(p.key.Public().(ed25519.PublicKey)) }

// Prove signs a document by the key of a peer of Kind Ed25519.
func (p *Peer) Prove(doc []byte, now time.Time) ([]byte, error) {
	return sig.SignProof(doc, p.key.(ed25519.PrivateKey), p.Key.ID, now)
}

// Document is the peer as its server gives it to whoever asks.
func (p *Peer) Document() []byte {
	a, name := string(p.Actor), string(p.Actor[strings.LastIndexByte(string(p.Actor), '/')+1:])
	key := strings.ReplaceAll(string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: p.Key.Public})), "\n", `\n`)
	return []byte(`{"@context":["https://www.w3.org/ns/activitystreams","https://w3id.org/security/v1"],"id":"` + a + `","type":"Person","preferredUsername":"` +
		name + `","name":"Peer","inbox":"` + a + `/inbox","outbox":"` + a + `/outbox","followers":"` + a + `/followers","publicKey":{"id":"` +
		string(p.Key.ID) + `","owner":"` + a + `","publicKeyPem":"` + key + `"}}`)
}

// Follow asks to follow an actor.
func (p *Peer) Follow(whom coop.IRI) []byte {
	return []byte(`{"@context":"https://www.w3.org/ns/activitystreams","id":"` + string(p.Actor) + `/follows/1","type":"Follow","actor":"` + string(p.Actor) +
		`","object":"` + string(whom) + `"}`)
}

// Post is a signed POST of body to an inbox, as bytes.
func (p *Peer) Post(inbox coop.IRI, body []byte, now time.Time) ([]byte, error) {
	r, err := http.NewRequest(http.MethodPost, string(inbox), bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	r.Header.Set("Content-Type", "application/activity+json")
	r.Header.Set("User-Agent", "bench")
	if err := p.signer.Sign(r, body, sig.Cavage, now); err != nil {
		return nil, err
	}
	var b bytes.Buffer
	fmt.Fprintf(&b, "POST %s HTTP/1.1\r\nHost: %s\r\nContent-Length: %d\r\n", r.URL.RequestURI(), r.URL.Host, len(body))
	if err := r.Header.Write(&b); err != nil {
		return nil, err
	}
	b.WriteString("\r\n")
	b.Write(body)
	return b.Bytes(), nil
}

// NoteBytes is the length of the note that is sent: that of a usual Create of GoToSocial 0.20 (2026-11).
const NoteBytes = 2971

// Note is the peer's n-th Create of a Note, NoteBytes long.
func (p *Peer) Note(n int, at time.Time) []byte {
	id := string(p.Actor) + "/statuses/" + fmt.Sprintf("%012d", n)
	when := at.UTC().Format(time.RFC3339)
	head := `{"@context":["https://www.w3.org/ns/activitystreams",{"Hashtag":"as:Hashtag","sensitive":"as:sensitive","toot":"http://joinmastodon.org/ns#"}],` +
		`"id":"` + id + `/activity#Create","type":"Create","actor":"` + string(p.Actor) + `","published":"` + when +
		`","to":"https://www.w3.org/ns/activitystreams#Public","cc":["` + string(p.Actor) + `/followers"],"object":{"id":"` + id +
		`","type":"Note","attributedTo":"` + string(p.Actor) + `","published":"` + when + `","url":"` + id +
		`","to":"https://www.w3.org/ns/activitystreams#Public","cc":["` + string(p.Actor) + `/followers"],"sensitive":false,"summary":"","attachment":[],` +
		`"replies":{"id":"` + id + `/replies","type":"Collection","first":{"id":"` + id + `/replies?page=true","type":"CollectionPage","next":"` + id +
		`/replies?page=true&only_other_accounts=false","partOf":"` + id + `/replies"}},` +
		`"tag":[{"type":"Hashtag","href":"` + string(p.Actor.Origin()) + `/tags/sharing","name":"#sharing"}],` +
		`"interactionPolicy":{"canLike":{"always":["https://www.w3.org/ns/activitystreams#Public"],"approvalRequired":[]},"canReply":{"always":["https://www.w3.org/ns/activitystreams#Public"],"approvalRequired":[]}},` +
		`"content":"\u003cp\u003e`
	const tail = `\u003c/p\u003e"}}`
	const words = "we have bread left over and would like somebody to fetch it before the evening "
	var b strings.Builder
	b.Grow(NoteBytes)
	b.WriteString(head)
	for b.Len() < NoteBytes-len(tail) {
		b.WriteString(words[:min(len(words), NoteBytes-len(tail)-b.Len())])
	}
	b.WriteString(tail)
	return []byte(b.String())
}

// Prepare makes n requests on all cores.
func Prepare(n int, one func(i int) ([]byte, error)) ([][]byte, error) {
	out := make([][]byte, n)
	cores := runtime.GOMAXPROCS(0)
	errs := make(chan error, cores)
	for c := range cores {
		go func() {
			for i := c; i < n; i += cores {
				var err error
				if out[i], err = one(i); err != nil {
					errs <- err
					return
				}
			}
			errs <- nil
		}()
	}
	var first error
	for range cores {
		if err := <-errs; err != nil {
			first = err
		}
	}
	return out, first
}
