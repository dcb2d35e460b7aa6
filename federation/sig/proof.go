package sig

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"errors"
	"fmt"
	"time"

	"github.com/mr-tron/base58"

	"toadlane/coop"
	"toadlane/internal/strictjson"
)

// Object proofs: FEP-8b32 with the cryptosuite eddsa-jcs-2022 (W3C Data Integrity EdDSA Cryptosuites §3.3). What is signed
// is SHA-256 of the canonical proof without its value, followed by SHA-256 of the canonical document without its proof. A
// member named signature (Linked Data signatures) is taken out first.
//
// A number is canonical as JavaScript writes it, so a document should hold quantities as strings and coordinates with few
// digits: other languages get the rest wrong.
//
// A proof shows who wrote a document, whoever handed it on. It never stands for the HTTP signature of a request: a proof
// can be copied into any request. Put none on private messages, which would become provable to everybody.

// proofKey marks every refusal of a proof.
const proofKey = "sig.proof"

// Proof is the proof of a document, read but not believed.
type Proof struct {
	method    coop.IRI
	signature []byte
	hashes    [2 * sha256.Size]byte
}

// Method is the id of the key that is said to have signed. The caller checks that the owner of the document lists it in
// assertionMethod and is of the same origin; only the origin's own key proves anything about its documents.
func (p Proof) Method() coop.IRI { return p.method }

// Verify checks the proof with the public key behind Method. The error is Unauthenticated, sig.proof.
func (p Proof) Verify(key ed25519.PublicKey) error {
	if len(key) != ed25519.PublicKeySize || p.method == "" || !ed25519.Verify(key, p.hashes[:], p.signature) {
		return refuse(proofKey, "proof by %s does not fit the document", p.method)
	}
	return nil
}

// ParseProof reads the proof of a JSON object. It takes one DataIntegrityProof for assertionMethod by eddsa-jcs-2022 whose
// own @context, if it has one, is a copy of the document's or of its first part; then the document counts with that first
// part, as the cryptosuite has it. A proof that expires is refused, as nothing here has a clock: fetch the document from
// its origin instead. The error is Unauthenticated, sig.proof.
func ParseProof(doc []byte) (Proof, error) {
	var p Proof
	object, err := canonicalise(doc)
	if err != nil {
		return p, refuse(proofKey, "document: %w", err)
	}
	text := object.get("proof")
	if text == nil {
		return p, refuse(proofKey, "no proof")
	}
	config, err := splitObject(text)
	if err != nil {
		return p, refuse(proofKey, "proof: %w", err)
	}
	for _, want := range [][2]string{
		{"type", `"DataIntegrityProof"`}, {"cryptosuite", `"eddsa-jcs-2022"`}, {"proofPurpose", `"assertionMethod"`},
	} {
		if got := config.get(want[0]); string(got) != want[1] {
			return p, refuse(proofKey, "%s is %.60s", want[0], got)
		}
	}
	if config.get("expires") != nil {
		return p, refuse(proofKey, "proofs that expire are not taken")
	}
	if p.method, p.signature, err = readProof(config); err != nil {
		return p, refuse(proofKey, "%w", err)
	}
	context := config.get("@context")
	if context != nil && !startsWith(object.get("@context"), context) {
		return p, refuse(proofKey, "the proof's @context is not the document's")
	}
	p.hashes = proofHashes(config.without(nil, "proofValue"), object.without(context, "proof", "signature"))
	return p, nil
}

// readProof reads the strings of a proof: the method, the value, and created, which may be missing.
func readProof(config canonical) (coop.IRI, []byte, error) {
	method, err := strictjson.ReadString(config.get("verificationMethod"))
	if err != nil {
		return "", nil, fmt.Errorf("verificationMethod: %w", err)
	}
	id, err := coop.ParseIRI(method)
	if err != nil {
		return "", nil, fmt.Errorf("verificationMethod: %w", err)
	}
	if text := config.get("created"); text != nil {
		created, err := strictjson.ReadString(text)
		if err != nil {
			return "", nil, fmt.Errorf("created: %w", err)
		}
		if _, err := time.Parse(time.RFC3339, created); err != nil {
			return "", nil, fmt.Errorf("created: %w", err)
		}
	}
	value, err := strictjson.ReadString(config.get("proofValue"))
	if err != nil {
		return "", nil, fmt.Errorf("proofValue: %w", err)
	}
	if len(value) < 2 || len(value) > 1+88 || value[0] != 'z' { // 64 bytes are at most 88 digits of base58
		return "", nil, errors.New("proofValue is not base58btc of 64 bytes")
	}
	signature, err := base58.Decode(value[1:])
	if err != nil || len(signature) != ed25519.SignatureSize {
		return "", nil, errors.New("proofValue is not base58btc of 64 bytes")
	}
	return id, signature, nil
}

// startsWith tells whether the values of part are the first values of whole, in order. Both are canonical.
func startsWith(whole, part []byte) bool {
	if whole == nil {
		return false
	}
	if bytes.Equal(whole, part) {
		return true
	}
	all, some := splitList(whole), splitList(part)
	if len(some) == 0 || len(some) > len(all) {
		return false
	}
	for i := range some {
		if !bytes.Equal(all[i], some[i]) {
			return false
		}
	}
	return true
}

func proofHashes(config, document []byte) (out [2 * sha256.Size]byte) {
	a, b := sha256.Sum256(config), sha256.Sum256(document)
	copy(out[:], a[:])
	copy(out[sha256.Size:], b[:])
	return out
}

// ProofMethod is the id of the key that is said to have signed doc, and whether doc has a proof that can be checked.
func ProofMethod(doc []byte) (coop.IRI, bool) {
	p, err := ParseProof(doc)
	return p.method, err == nil
}

// VerifyProof checks the proof of doc with a key. Use ParseProof where the key has to be found first: it reads doc once.
// The error is Unauthenticated, sig.proof.
func VerifyProof(doc []byte, key ed25519.PublicKey) error {
	p, err := ParseProof(doc)
	if err != nil {
		return err
	}
	return p.Verify(key)
}

// SignProof appends a proof to a JSON object, whose other bytes stay as they are. method is the id of the key in the actor's
// assertionMethod. The document must have an @context, and the proof gets an exact copy of it: Fedify refuses proofs
// without one, Mastodon wants one that the document's begins with. A document that already has a proof is refused; make the
// proof anew from the bare document after every change. Errors are Internal, sig.proof.
func SignProof(doc []byte, key ed25519.PrivateKey, method coop.IRI, now time.Time) ([]byte, error) {
	bad := func(format string, args ...any) ([]byte, error) {
		return nil, coop.Errorf(coop.Internal, proofKey, format, args...)
	}
	if _, err := coop.ParseIRI(string(method)); err != nil || !quotable(method) || len(key) != ed25519.PrivateKeySize {
		return bad("method %.80q with a key of %d bytes", method, len(key))
	}
	object, err := canonicalise(doc)
	if err != nil {
		return bad("document: %w", err)
	}
	context := object.get("@context")
	if context == nil || object.get("proof") != nil {
		return bad("document without @context or with a proof")
	}
	// In the order of RFC 8785, so that this is the canonical text.
	config := `{"@context":` + string(context) + `,"created":"` + now.UTC().Format(time.RFC3339) +
		`","cryptosuite":"eddsa-jcs-2022","proofPurpose":"assertionMethod","type":"DataIntegrityProof","verificationMethod":"` +
		string(method) + `"}`
	hashes := proofHashes([]byte(config), object.without(nil, "signature"))
	value := "z" + base58.Encode(ed25519.Sign(key, hashes[:]))

	end := bytes.LastIndexByte(doc, '}')
	out := make([]byte, 0, len(doc)+len(config)+len(value)+32)
	out = append(out, doc[:end]...)
	out = append(out, `,"proof":`...)
	out = append(out, config[:len(config)-1]...)
	out = append(out, `,"proofValue":"`...)
	out = append(out, value...)
	return append(out, `"}}`...), nil
}
