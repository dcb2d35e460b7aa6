package web_test

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"net/http"
	"net/url"
	"testing"
	"time"

	"toadlane/internal/limits"
)

// device is an authenticator in software: one ES256 key, no attestation (WebAuthn level 3 §6).
type device struct {
	t       *testing.T
	key     *ecdsa.PrivateKey
	id      []byte
	user    []byte
	host    string
	origin  string
	flags   byte
	counter uint32
}

const (
	userPresent  = 0x01
	userVerified = 0x04
	keyAttached  = 0x40
)

var b64 = base64.RawURLEncoding

func newDevice(t *testing.T, host, origin string) *device {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	id := make([]byte, 16)
	if _, err := rand.Read(id); err != nil {
		t.Fatal(err)
	}
	return &device{t: t, key: key, id: id, host: host, origin: origin, flags: userPresent | userVerified}
}

// head writes a CBOR type and length (RFC 8949 §3).
func head(major byte, n int) []byte {
	switch {
	case n < 24:
		return []byte{major<<5 | byte(n)}
	case n < 256:
		return []byte{major<<5 | 24, byte(n)}
	}
	return []byte{major<<5 | 25, byte(n >> 8), byte(n)}
}

func cborBytes(b []byte) []byte { return append(head(2, len(b)), b...) }
func cborText(s string) []byte  { return append(head(3, len(s)), s...) }

func (d *device) authData(flags byte, attached []byte) []byte {
	hash := sha256.Sum256([]byte(d.host))
	d.counter++
	out := append(hash[:], flags)
	out = binary.BigEndian.AppendUint32(out, d.counter)
	return append(out, attached...)
}

func (d *device) clientData(kind, challenge string) []byte {
	b, err := json.Marshal(map[string]any{"type": kind, "challenge": challenge, "origin": d.origin, "crossOrigin": false})
	if err != nil {
		d.t.Fatal(err)
	}
	return b
}

func (d *device) make(options []byte) []byte {
	var o struct {
		PublicKey struct {
			Challenge string
			User      struct{ ID string }
		}
	}
	if err := json.Unmarshal(options, &o); err != nil || o.PublicKey.Challenge == "" {
		d.t.Fatalf("options %s: %v", options, err)
	}
	d.user, _ = b64.DecodeString(o.PublicKey.User.ID)
	point, err := d.key.PublicKey.Bytes()
	if err != nil {
		d.t.Fatal(err)
	}
	cose := bytes.Join([][]byte{head(5, 5), {0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21}, cborBytes(point[1:33]), {0x22}, cborBytes(point[33:])}, nil)
	attached := make([]byte, 16, 200) // AAGUID of nobody
	attached = binary.BigEndian.AppendUint16(attached, uint16(len(d.id)))
	attached = append(append(attached, d.id...), cose...)
	object := bytes.Join([][]byte{head(5, 3), cborText("fmt"), cborText("none"), cborText("attStmt"), head(5, 0), cborText("authData"),
		cborBytes(d.authData(d.flags|keyAttached, attached))}, nil)
	return d.answer(map[string]any{"clientDataJSON": b64.EncodeToString(d.clientData("webauthn.create", o.PublicKey.Challenge)), "attestationObject": b64.EncodeToString(object)})
}

func (d *device) sign(options []byte) []byte {
	var o struct{ PublicKey struct{ Challenge string } }
	if err := json.Unmarshal(options, &o); err != nil || o.PublicKey.Challenge == "" {
		d.t.Fatalf("options %s: %v", options, err)
	}
	client, auth := d.clientData("webauthn.get", o.PublicKey.Challenge), d.authData(d.flags, nil)
	hash := sha256.Sum256(client)
	sum := sha256.Sum256(append(append([]byte(nil), auth...), hash[:]...))
	sig, err := ecdsa.SignASN1(rand.Reader, d.key, sum[:])
	if err != nil {
		d.t.Fatal(err)
	}
	return d.answer(map[string]any{"clientDataJSON": b64.EncodeToString(client), "authenticatorData": b64.EncodeToString(auth),
		"signature": b64.EncodeToString(sig), "userHandle": b64.EncodeToString(d.user)})
}

func (d *device) answer(response map[string]any) []byte {
	b, err := json.Marshal(map[string]any{"id": b64.EncodeToString(d.id), "rawId": b64.EncodeToString(d.id), "type": "public-key", "response": response,
		"clientExtensionResults": map[string]any{}})
	if err != nil {
		d.t.Fatal(err)
	}
	return b
}

func (b *browser) postJSON(path string, body []byte) answer {
	return b.do(http.MethodPost, path, bytes.NewReader(body), http.Header{"Content-Type": {"application/json"}, "Sec-Fetch-Site": {"same-origin"}})
}

// WEB-20: a passkey signs in; one of another site, one whose holder was not verified, one that was copied, and an answer used
// twice do not.
func TestWEB20Passkeys(t *testing.T) {
	t.Parallel()
	r := founded(t, "https://bakery.example", nil)
	ada := r.signedIn("ada")
	d := newDevice(t, "bakery.example", "https://bakery.example")
	before := ada.session()
	options := ada.postJSON("/me/passkeys/begin", nil).want(http.StatusOK).body
	ada.postJSON("/me/passkeys/end?name=my+phone", d.make([]byte(options))).want(http.StatusOK)
	if ada.session() == before {
		t.Error("the token stays after a new key")
	}
	page := ada.get("/me/security").want(http.StatusOK).says("my phone")
	_ = page

	login := func(b *browser, d *device) answer {
		return b.postJSON("/login/passkey/end?next=/mine", d.sign([]byte(b.postJSON("/login/passkey/begin", nil).want(http.StatusOK).body)))
	}
	b := r.browser()
	a := login(b, d).want(http.StatusOK)
	if a.body != `{"next":"/mine"}` {
		t.Errorf("answer %s", a.body)
	}
	b.get("/me").want(http.StatusOK).says("Ada")

	for name, change := range map[string]func(*device){
		"another origin":    func(d *device) { d.origin = "https://evil.example" },
		"another host":      func(d *device) { d.host = "evil.example" },
		"not verified":      func(d *device) { d.flags = userPresent },
		"another key":       func(d *device) { d.key = newDevice(t, "", "").key },
		"unknown key":       func(d *device) { d.id = []byte("0123456789abcdef") },
		"another person":    func(d *device) { d.user = []byte(r.sten.ID) },
		"counter went back": func(d *device) { d.counter = 0 },
	} {
		evil := *d
		change(&evil)
		eve := r.browser()
		eve.from = "203.0.113." + itoa(int64(len(name))) + ":1"
		if a := login(eve, &evil); a.status != http.StatusForbidden {
			t.Errorf("%s: %d", name, a.status)
		}
		eve.get("/me").want(http.StatusSeeOther)
	}
	// An answer counts once, and only in the browser that asked.
	c := r.browser()
	d.counter += 10
	used := d.sign([]byte(c.postJSON("/login/passkey/begin", nil).body))
	r.browser().postJSON("/login/passkey/end", used).want(http.StatusBadRequest)
	c.postJSON("/login/passkey/end", used).want(http.StatusOK)
	c.postJSON("/login/passkey/end", used).want(http.StatusBadRequest)

	// An old sign-in must not be enough to add a key.
	r.clock.Add(limits.FreshLogin + time.Second)
	c.postJSON("/me/passkeys/begin", nil).want(http.StatusForbidden)
	c.get("/me/security").want(http.StatusOK).says("Sign in again to add a passkey")
	c.post("/me/passkeys/"+b64.EncodeToString(d.id)+"/remove", url.Values{}).want(http.StatusSeeOther)
	if a := login(r.browser(), d); a.status != http.StatusForbidden {
		t.Errorf("a removed key signs in: %d", a.status)
	}
}
