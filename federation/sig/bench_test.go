package sig

import (
	"bytes"
	"context"
	"crypto"
	"crypto/rsa"
	"encoding/json"
	"net/http"
	"os"
	"strings"
	"testing"

	"github.com/gowebpki/jcs"

	"toadlane/coop"
)

// The size of a usual Create{Note}.
var benchBody = `{"type":"Create","content":"` + strings.Repeat("x", 2971-30) + `"}`

func benchVerify(b *testing.B, key crypto.Signer, scheme Scheme) {
	r := setup(b, key)
	req := r.signed(b, scheme, "POST", inbox, benchBody)
	body := []byte(benchBody)
	r.accept(b, req, benchBody)
	r.verifier.Keys = oneKey(r.ring.cached[eveKey])
	b.ReportAllocs()
	for b.Loop() {
		if _, err := r.verifier.Verify(context.Background(), req, body); err != nil {
			b.Fatal(err)
		}
	}
}

type oneKey PublicKey

func (k oneKey) PublicKey(context.Context, coop.IRI, bool) (PublicKey, error) {
	return PublicKey(k), nil
}

func BenchmarkVerifyCavage(b *testing.B)         { benchVerify(b, testRSA(), Cavage) }
func BenchmarkVerifyRFC9421(b *testing.B)        { benchVerify(b, testRSA(), RFC9421) }
func BenchmarkVerifyRFC9421Ed25519(b *testing.B) { benchVerify(b, testEd(), RFC9421) }

// BenchmarkVerifyBad is a signature that fits nothing: two looks at the key, one check.
func BenchmarkVerifyBad(b *testing.B) {
	r := setup(b, testRSA())
	req := r.signed(b, Cavage, "POST", inbox, benchBody)
	req.RequestURI = "/other"
	r.verifier.Keys = oneKey(r.ring.cached[eveKey])
	body := []byte(benchBody)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := r.verifier.Verify(context.Background(), req, body); err == nil {
			b.Fatal("accepted")
		}
	}
}

func benchSign(b *testing.B, key crypto.Signer, scheme Scheme) {
	signer := must(NewSigner(eveKey, key))
	req, err := http.NewRequest("POST", inbox, nil)
	if err != nil {
		b.Fatal(err)
	}
	body := []byte(benchBody)
	b.ReportAllocs()
	for b.Loop() {
		if err := signer.Sign(req, body, scheme, noon); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkSignRSA(b *testing.B)     { benchSign(b, testRSA(), Cavage) }
func BenchmarkSignEd25519(b *testing.B) { benchSign(b, testEd(), RFC9421) }

// The limits: the bare operation of the key.
func BenchmarkLimitRSAVerify(b *testing.B) {
	hash := sum(crypto.SHA256, benchBody)
	signature := must(rsa.SignPKCS1v15(nil, testRSA(), crypto.SHA256, hash))
	for b.Loop() {
		if rsa.VerifyPKCS1v15(&testRSA().PublicKey, crypto.SHA256, hash, signature) != nil {
			b.Fatal("refused")
		}
	}
}

func BenchmarkLimitRSASign(b *testing.B) {
	hash := sum(crypto.SHA256, benchBody)
	for b.Loop() {
		_ = must(rsa.SignPKCS1v15(nil, testRSA(), crypto.SHA256, hash))
	}
}

// offer is our usual listing: 3.5 KB of JSON, most of it @context.
func offer(b *testing.B) (bare, signed []byte) {
	var doc bytes.Buffer
	if err := json.Compact(&doc, must(os.ReadFile("testdata/proofs/offer-create.json"))); err != nil {
		b.Fatal(err)
	}
	return must(canonicalise(doc.Bytes())).without(nil, "proof"), doc.Bytes()
}

func BenchmarkProof(b *testing.B) {
	bare, signed := offer(b)
	b.Run("sign", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			_ = must(SignProof(bare, testEd(), edID, noon))
		}
	})
	b.Run("verify", func(b *testing.B) {
		b.ReportAllocs()
		mine := must(SignProof(bare, testEd(), edID, noon))
		for b.Loop() {
			if err := VerifyProof(mine, edPublic()); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("jcs", func(b *testing.B) {
		b.SetBytes(int64(len(signed)))
		b.ReportAllocs()
		for b.Loop() {
			_ = must(jcs.Transform(signed))
		}
	})
}
