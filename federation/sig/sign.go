package sig

import (
	"crypto"
	"crypto/ed25519"
	"crypto/rsa"
	"encoding/base64"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/go-ap/httpsig"

	"toadlane/coop"
)

// Signer signs requests with one actor's key. It can be used by many goroutines at once.
type Signer struct {
	keyID coop.IRI
	key   crypto.Signer
}

// NewSigner makes a signer of an *rsa.PrivateKey or an ed25519.PrivateKey that is published under keyID. Prefer key ids
// without a fragment: some peers sign the fragment when they fetch the key. The error is Internal, key.invalid.
func NewSigner(keyID coop.IRI, key crypto.Signer) (*Signer, error) {
	if _, err := coop.ParseIRI(string(keyID)); err != nil || !quotable(keyID) {
		return nil, coop.Errorf(coop.Internal, "key.invalid", "key id %.80q", keyID)
	}
	if err := checkPrivateKey(key); err != nil {
		return nil, coop.Errorf(coop.Internal, "key.invalid", "key %s: %w", keyID, err)
	}
	return &Signer{keyID: keyID, key: key}, nil
}

// KeyID is the id that the signer's key is published under.
func (s *Signer) KeyID() coop.IRI { return s.keyID }

// Sign sets Date, the digest of body where the method wants one, and the signature of scheme on req. body is what req will
// send. Call it when the request is sent, not when it is queued: some peers give a signature 300 seconds. It may be called
// again for another try or the other scheme; what an earlier call set is taken off first.
//
// The cover is what every known server asks for. Draft-cavage: (request-target) host date, with a body also digest, as
// rsa-sha256, or hs2019 for Ed25519 (which few take). RFC 9421: @method @target-uri, with a body also content-digest, and
// created, keyid, alg.
func (s *Signer) Sign(req *http.Request, body []byte, scheme Scheme, now time.Time) error {
	for _, name := range []string{"Signature", "Signature-Input", "Digest", "Content-Digest"} {
		req.Header.Del(name)
	}
	req.Header.Set("Date", now.UTC().Format(http.TimeFormat))
	m := sending(req, body)
	switch {
	case m.scheme != "https" && m.scheme != "http" || m.host == "":
		return coop.Errorf(coop.Internal, "error.internal", "cannot sign a request for %.80q", req.URL)
	case scheme == Cavage:
		return s.signCavage(m)
	case scheme == RFC9421:
		return s.signRFC9421(m, now)
	}
	return coop.Errorf(coop.Internal, "error.internal", "unknown signature scheme %.20q", scheme)
}

func (s *Signer) signCavage(m message) error {
	covered := []string{"(request-target)", "host", "date"}
	if needsDigest(m.method, m.body) {
		m.header.Set("Digest", digestHeader(m.body))
		covered = append(covered, "digest")
	}
	// The library takes the path decoded and puts the host in as it finds it, so it gets both raw. Host keeps its port,
	// as the Host header does.
	raw := &http.Request{Method: m.method, Host: m.host, URL: &url.URL{Path: m.target}, Header: m.header}
	base, err := httpsig.BuildSignatureData(raw, covered, time.Time{}, time.Time{})
	if err != nil {
		return coop.Errorf(coop.Internal, "error.internal", "sign for %s: %w", m.host, err)
	}
	algorithm, name := httpsig.RSASHA256, "rsa-sha256"
	if _, ok := s.key.(ed25519.PrivateKey); ok {
		algorithm, name = httpsig.Ed25519, "hs2019"
	}
	signature, err := algorithm.Sign(s.key, base)
	if err != nil {
		return coop.Errorf(coop.Internal, "error.internal", "sign for %s: %w", m.host, err)
	}
	m.header.Set("Signature", `keyId="`+string(s.keyID)+`",algorithm="`+name+`",headers="`+strings.Join(covered, " ")+
		`",signature="`+base64.StdEncoding.EncodeToString(signature)+`"`)
	return nil
}

func (s *Signer) signRFC9421(m message, now time.Time) error {
	in := signatureInput{label: "sig1", components: []string{"@method", "@target-uri"}}
	if needsDigest(m.method, m.body) {
		m.header.Set("Content-Digest", contentDigestHeader(m.body))
		in.components = append(in.components, "content-digest")
	}
	algorithm := "rsa-v1_5-sha256"
	if _, ok := s.key.(ed25519.PrivateKey); ok {
		algorithm = "ed25519"
	}
	in.raw = `("` + strings.Join(in.components, `" "`) + `");created=` + decimal(now.Unix()) +
		`;keyid="` + string(s.keyID) + `";alg="` + algorithm + `"`
	base, err := in.base(m)
	if err != nil {
		return coop.Errorf(coop.Internal, "error.internal", "sign for %s: %w", m.host, err)
	}
	var signature []byte
	switch k := s.key.(type) {
	case *rsa.PrivateKey:
		signature, err = rsa.SignPKCS1v15(nil, k, crypto.SHA256, sum(crypto.SHA256, base))
	case ed25519.PrivateKey:
		signature = ed25519.Sign(k, []byte(base))
	}
	if err != nil {
		return coop.Errorf(coop.Internal, "error.internal", "sign for %s: %w", m.host, err)
	}
	m.header.Set("Signature-Input", in.label+"="+in.raw)
	m.header.Set("Signature", in.label+"=:"+base64.StdEncoding.EncodeToString(signature)+":")
	return nil
}
