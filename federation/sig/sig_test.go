package sig

import (
	"bufio"
	"bytes"
	"context"
	"crypto"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/rsa"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"toadlane/coop"
)

// Eve of evil.test signs; coop.test verifies.
const (
	eve      coop.IRI = "https://evil.test/users/eve"
	eveKey   coop.IRI = "https://evil.test/users/eve/main-key"
	inbox             = "https://coop.test/users/alice/inbox"
	message1          = `{"type":"Create","actor":"https://evil.test/users/eve","content":"hi"}`
)

var noon = time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)

// Making RSA keys is slow, so the tests share three.
var (
	testRSA  = sync.OnceValue(func() *rsa.PrivateKey { return mustRSA(2048) })
	otherRSA = sync.OnceValue(func() *rsa.PrivateKey { return mustRSA(2048) })
	testEd   = sync.OnceValue(func() ed25519.PrivateKey { return ed25519.NewKeyFromSeed(bytes.Repeat([]byte{7}, 32)) })
)

func mustRSA(bits int) *rsa.PrivateKey {
	key, err := rsa.GenerateKey(rand.Reader, bits)
	if err != nil {
		panic(err)
	}
	return key
}

// keyring is a key source in memory. A refresh gives what stands in changed, as a fetch after a rotation would.
type keyring struct {
	mu      sync.Mutex
	cached  map[coop.IRI]PublicKey
	changed map[coop.IRI]PublicKey
	fails   error
	asked   []bool // one entry a question: was it a refresh
}

func (k *keyring) PublicKey(_ context.Context, id coop.IRI, refresh bool) (PublicKey, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.asked = append(k.asked, refresh)
	if k.fails != nil {
		return PublicKey{}, k.fails
	}
	if key, ok := k.changed[id]; ok && refresh {
		k.cached[id] = key
	}
	key, ok := k.cached[id]
	if !ok {
		return PublicKey{}, coop.Errorf(coop.NotFound, "key.unknown", "no key %s", id)
	}
	return key, nil
}

// rig is a verifier for coop.test at noon that knows one key of eve's.
type rig struct {
	ring     *keyring
	verifier *Verifier
	signer   *Signer
}

func setup(t testing.TB, key crypto.Signer) rig {
	t.Helper()
	signer, err := NewSigner(eveKey, key)
	if err != nil {
		t.Fatal(err)
	}
	ring := &keyring{
		cached:  map[coop.IRI]PublicKey{eveKey: {ID: eveKey, Owner: eve, Key: key.Public()}},
		changed: map[coop.IRI]PublicKey{},
	}
	return rig{ring: ring, signer: signer, verifier: &Verifier{
		Keys:    ring,
		Hosts:   func(h string) bool { return h == "coop.test" },
		Self:    func(id coop.IRI) bool { return id.Hostname() == "coop.test" },
		Blocked: func(id coop.IRI) bool { return id.Hostname() == "blocked.test" },
		Now:     func() time.Time { return noon },
	}}
}

// outgoing is a request as a peer's client holds it.
func outgoing(t testing.TB, method, address, body string) *http.Request {
	t.Helper()
	var r io.Reader
	if body != "" {
		r = strings.NewReader(body)
	}
	req, err := http.NewRequest(method, address, r)
	if err != nil {
		t.Fatal(err)
	}
	return req
}

// arrive writes a request as it goes over the wire and reads it as a server does.
func arrive(t testing.TB, req *http.Request) *http.Request {
	t.Helper()
	var wire bytes.Buffer
	if err := req.Write(&wire); err != nil {
		t.Fatal(err)
	}
	got, err := http.ReadRequest(bufio.NewReader(&wire))
	if err != nil {
		t.Fatal(err)
	}
	return got
}

// signed is a good request of eve's, as it arrives.
func (r rig) signed(t testing.TB, scheme Scheme, method, address, body string) *http.Request {
	t.Helper()
	req := outgoing(t, method, address, body)
	if err := r.signer.Sign(req, []byte(body), scheme, noon); err != nil {
		t.Fatal(err)
	}
	return arrive(t, req)
}

func (r rig) verify(req *http.Request, body string) (Verified, error) {
	return r.verifier.Verify(context.Background(), req, []byte(body))
}

// accept fails the test when the request is refused; it is the positive control of every attack.
func (r rig) accept(t testing.TB, req *http.Request, body string) Verified {
	t.Helper()
	v, err := r.verify(req, body)
	if err != nil {
		t.Fatalf("refused: %v", err)
	}
	if !v.Valid() || v.Actor() != eve || v.KeyID() != eveKey || v.Origin() != "https://evil.test" || string(v.Body()) != body {
		t.Fatalf("verified as %+v", v)
	}
	return v
}

// reject fails the test unless the request is refused with key.
func (r rig) reject(t testing.TB, req *http.Request, body, key string) {
	t.Helper()
	v, err := r.verify(req, body)
	if err == nil {
		t.Fatalf("accepted, want %s", key)
	}
	if coop.KeyOf(err) != key {
		t.Fatalf("refused with %v, want %s", err, key)
	}
	if want := coop.Unauthenticated; key != "sig.blocked" && coop.ClassOf(err) != want {
		t.Fatalf("class %v of %v", coop.ClassOf(err), err)
	}
	if v.Valid() || v.Actor() != "" || v.Body() != nil {
		t.Fatalf("refused but gave %+v", v)
	}
}

func readVector(t testing.TB, name string, into any) {
	t.Helper()
	b, err := os.ReadFile("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(b, into); err != nil {
		t.Fatal(err)
	}
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}
