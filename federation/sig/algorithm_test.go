package sig

import (
	"context"
	"crypto"
	"crypto/rsa"
	"encoding/base64"
	"net/http"
	"strings"
	"testing"
)

// GoToSocial signs with hs2019 and means RSA with SHA-256; a few servers mean SHA-512 by it or say rsa-sha512.
func TestAlgorithmsOfRSA(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string // "" leaves it out
		hash crypto.Hash
		want string
	}{
		{"", crypto.SHA256, ""}, {"rsa-sha256", crypto.SHA256, ""}, {"hs2019", crypto.SHA256, ""}, {"hs2019", crypto.SHA512, ""},
		{"rsa-sha512", crypto.SHA512, ""}, {"rsa-sha256", crypto.SHA512, "sig.mismatch"}, {"rsa-sha512", crypto.SHA256, "sig.mismatch"},
		{"", crypto.SHA512, "sig.mismatch"},
	} {
		r := setup(t, testRSA())
		req := signByHand(t, r, c.name, func(base string) []byte {
			return must(rsa.SignPKCS1v15(nil, testRSA(), c.hash, sum(c.hash, base)))
		})
		if c.want == "" {
			r.accept(t, req, message1)
		} else {
			r.reject(t, req, message1, c.want)
		}
	}
}

// signByHand makes a draft-cavage request whose algorithm parameter and signature are free.
func signByHand(t testing.TB, r rig, algorithm string, sign func(base string) []byte) *http.Request {
	t.Helper()
	req := r.signed(t, Cavage, "POST", inbox, message1)
	m := must(received(req, "https", []byte(message1)))
	h := must(parseCavage(req.Header.Get("Signature")))
	base := must(cavageBase(m, h, m.target))
	header := `keyId="` + string(eveKey) + `",`
	if algorithm != "" {
		header += `algorithm="` + strings.TrimPrefix(algorithm, "=") + `",`
	}
	req.Header.Set("Signature", header+`headers="`+strings.Join(h.headers, " ")+`",signature="`+
		base64.StdEncoding.EncodeToString(sign(base))+`"`)
	return req.WithContext(context.Background())
}
