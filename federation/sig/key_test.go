package sig

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/asn1"
	"encoding/pem"
	"math/big"
	"strings"
	"testing"

	"github.com/mr-tron/base58"

	"toadlane/coop"
)

func pemOf(kind string, der []byte) string {
	return string(pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}))
}

// rsaPKCS1 writes a public key without any check of ours or of Go's.
func rsaPKCS1(n *big.Int, e int) string {
	return pemOf("RSA PUBLIC KEY", must(asn1.Marshal(struct {
		N *big.Int
		E int
	}{n, e})))
}

func TestParsePublicKeyPEM(t *testing.T) {
	t.Parallel()
	spki := must(MarshalPublicPEM(&testRSA().PublicKey))
	n := testRSA().N
	long := new(big.Int).SetBit(new(big.Int), 4096, 1)
	for name, text := range map[string]string{
		"SPKI": spki, "PKCS#1": pemOf("RSA PUBLIC KEY", x509.MarshalPKCS1PublicKey(&testRSA().PublicKey)), "written by hand": rsaPKCS1(n, 65537),
		"white space around": "\n " + spki + "\n\n", "CRLF": strings.ReplaceAll(spki, "\n", "\r\n"), "4096 bits": rsaPKCS1(new(big.Int).Sub(long, big.NewInt(1)), 65537),
	} {
		if key, err := ParsePublicKeyPEM(text); err != nil || key.(*rsa.PublicKey).E != 65537 {
			t.Errorf("%s: %v", name, err)
		}
	}
	if key, err := ParsePublicKeyPEM(must(MarshalPublicPEM(testEd().Public()))); err != nil || !testEd().Public().(ed25519.PublicKey).Equal(key) {
		t.Errorf("Ed25519: %v", err)
	}
	ec := must(ecdsa.GenerateKey(elliptic.P256(), rand.Reader))
	for name, text := range map[string]string{
		"empty": "", "not PEM": "MIIB", "2047 bits": rsaPKCS1(new(big.Int).Rsh(n, 1).SetBit(new(big.Int).Rsh(n, 1), 0, 1), 65537),
		"4097 bits": rsaPKCS1(long.SetBit(long, 0, 1), 65537), "exponent 1": rsaPKCS1(n, 1), "exponent 3": rsaPKCS1(n, 3), "exponent 65535": rsaPKCS1(n, 65535),
		"exponent 65538": rsaPKCS1(n, 65538), "exponent -1": rsaPKCS1(n, -1), "exponent 2^33+1": rsaPKCS1(n, 1<<33+1),
		"even modulus": rsaPKCS1(new(big.Int).Lsh(n, 1), 65537), "negative modulus": rsaPKCS1(new(big.Int).Neg(n), 65537), "no modulus": rsaPKCS1(new(big.Int), 65537),
		"P-256": pemOf("PUBLIC KEY", must(x509.MarshalPKIXPublicKey(&ec.PublicKey))), "private": pemOf("PRIVATE KEY", must(MarshalPrivate(testRSA()))),
		"two blocks": spki + spki, "text before": "hello\n" + spki, "a broken block before": "-----BEGIN PUBLIC KEY-----\n!\n" + spki, "text after": spki + "hello", "a header": strings.Replace(spki, "KEY-----\n", "KEY-----\nA: b\n\n", 1),
		"other label": strings.ReplaceAll(spki, "PUBLIC KEY", "CERTIFICATE"), "SPKI as PKCS#1": strings.ReplaceAll(spki, "PUBLIC KEY", "RSA PUBLIC KEY"),
		"too long": spki + strings.Repeat("\n", 5000), "cut": spki[:200],
	} {
		if key, err := ParsePublicKeyPEM(text); coop.KeyOf(err) != "sig.key" || coop.ClassOf(err) != coop.Unauthenticated || key != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	if text, err := MarshalPublicPEM(&ec.PublicKey); err == nil {
		t.Errorf("wrote %s", text)
	}
}

func TestMultikey(t *testing.T) {
	t.Parallel()
	key := testEd().Public().(ed25519.PublicKey)
	text := EncodeMultikey(key)
	if !strings.HasPrefix(text, "z6Mk") {
		t.Error(text)
	}
	if got, err := ParseMultikey(text); err != nil || !got.Equal(key) {
		t.Errorf("%x, %v", got, err)
	}
	for _, edge := range [][]byte{bytes.Repeat([]byte{0}, 32), bytes.Repeat([]byte{0xff}, 32)} {
		if got, err := ParseMultikey(EncodeMultikey(edge)); err != nil || !bytes.Equal(got, edge) {
			t.Errorf("%x: %v", edge, err)
		}
	}
	other := func(head ...byte) string { return "z" + base58.Encode(append(head, key...)) }
	for name, s := range map[string]string{
		"empty": "", "no z": text[1:], "another base": "u" + text[1:], "a letter that base58 lacks": text[:10] + "0" + text[11:], "longer": text + "1",
		"shorter": text[:47], "a zero before": "z1" + text[1:], "X25519": other(0xec, 0x01), "P-256": other(0x80, 0x24), "private": other(0x80, 0x26),
		"raw": "z" + base58.Encode(key), "not ASCII": "z" + strings.Repeat("é", 23) + "1",
	} {
		if got, err := ParseMultikey(s); coop.KeyOf(err) != "sig.key" || got != nil {
			t.Errorf("%s: %x, %v", name, got, err)
		}
	}
	if EncodeMultikey(key[:31]) != "" {
		t.Error("31 bytes are written")
	}
}

func TestSeal(t *testing.T) {
	t.Parallel()
	master, other := [32]byte{1}, [32]byte{2}
	const alice, bea = "https://coop.test/users/alice", "https://coop.test/users/bea"
	for _, plain := range []string{"", "x", strings.Repeat("secret", 1000)} {
		sealed := Seal(master, alice, []byte(plain))
		if got, err := Open(master, alice, sealed); err != nil || string(got) != plain {
			t.Fatalf("%q, %v", got, err)
		}
		if bytes.Contains(sealed, []byte("secret")) || bytes.Equal(sealed, Seal(master, alice, []byte(plain))) {
			t.Error("sealed twice the same, or not at all")
		}
		for name, open := range map[string]func() ([]byte, error){
			"another actor":      func() ([]byte, error) { return Open(master, bea, sealed) },
			"another master key": func() ([]byte, error) { return Open(other, alice, sealed) },
			"cut":                func() ([]byte, error) { return Open(master, alice, sealed[:len(sealed)-1]) },
			"nothing":            func() ([]byte, error) { return Open(master, alice, nil) },
			"the head alone":     func() ([]byte, error) { return Open(master, alice, sealed[:13]) },
		} {
			if got, err := open(); coop.KeyOf(err) != "key.sealed" || coop.ClassOf(err) != coop.Internal || got != nil {
				t.Errorf("%s: %q, %v", name, got, err)
			}
		}
		for i := range min(len(sealed), 64) {
			changed := bytes.Clone(sealed)
			changed[i] ^= 1
			if _, err := Open(master, alice, changed); err == nil {
				t.Errorf("byte %d changed and still opened", i)
			}
		}
	}
}

func TestPrivateKeys(t *testing.T) {
	t.Parallel()
	made, err := GenerateRSA()
	if err != nil || made.N.BitLen() != 2048 || made.E != 65537 {
		t.Fatalf("%v", err)
	}
	edKey, err := GenerateEd25519()
	if err != nil {
		t.Fatal(err)
	}
	for _, key := range []crypto.Signer{made, edKey} {
		back, err := ParsePrivate(must(MarshalPrivate(key)))
		if err != nil {
			t.Fatal(err)
		}
		if !back.Public().(interface{ Equal(crypto.PublicKey) bool }).Equal(key.Public()) {
			t.Errorf("%T came back as another", key)
		}
	}
	ec := must(ecdsa.GenerateKey(elliptic.P256(), rand.Reader))
	if _, err := MarshalPrivate(ec); coop.KeyOf(err) != "key.invalid" {
		t.Error(err)
	}
	for name, der := range map[string][]byte{"nothing": nil, "P-256": must(x509.MarshalPKCS8PrivateKey(ec)), "1024 bits": must(x509.MarshalPKCS8PrivateKey(mustRSA(1024)))} {
		if key, err := ParsePrivate(der); coop.KeyOf(err) != "key.invalid" || key != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}
