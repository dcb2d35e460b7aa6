package sig

import (
	"crypto"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"strings"

	"github.com/mr-tron/base58"

	"toadlane/internal/limits"
)

// checkPublicKey takes Ed25519 and RSA of 2048 to 4096 bits with an odd exponent of at least 65537. ECDSA and DSA are used
// by nobody in the fediverse; longer RSA keys make us work for strangers.
func checkPublicKey(key crypto.PublicKey) error {
	switch k := key.(type) {
	case *rsa.PublicKey:
		if k == nil || k.N == nil || k.N.Sign() <= 0 || k.N.Bit(0) == 0 {
			return errors.New("no RSA key")
		}
		if n := k.N.BitLen(); n < limits.RSABitsMin || n > limits.RSABitsMax {
			return fmt.Errorf("RSA key of %d bits", n)
		}
		if k.E < limits.RSAExponentMin || k.E%2 == 0 || k.E > 1<<31-1 {
			return fmt.Errorf("RSA exponent %d", k.E)
		}
		return nil
	case ed25519.PublicKey:
		if len(k) != ed25519.PublicKeySize {
			return fmt.Errorf("Ed25519 key of %d bytes", len(k))
		}
		return nil
	}
	return fmt.Errorf("key of type %T", key)
}

// fingerprint tells keys apart; the keys have passed checkPublicKey.
func fingerprint(key crypto.PublicKey) []byte {
	switch k := key.(type) {
	case *rsa.PublicKey:
		return append(k.N.Bytes(), byte(k.E), byte(k.E>>8), byte(k.E>>16), byte(k.E>>24))
	case ed25519.PublicKey:
		return k
	}
	return nil
}

// ParsePublicKeyPEM reads a publicKeyPem: one PEM block without headers and with nothing around it, either PUBLIC KEY (RFC
// 5280 SPKI) or RSA PUBLIC KEY (PKCS#1). It refuses what checkPublicKey refuses. The error is Unauthenticated, sig.key.
func ParsePublicKeyPEM(text string) (crypto.PublicKey, error) {
	if len(text) > limits.PublicKeyPEMBytes {
		return nil, refuse("sig.key", "PEM of %d bytes", len(text))
	}
	text = strings.TrimSpace(text)
	// pem.Decode looks for a block anywhere; a text in which another reader could find another key is refused.
	if !strings.HasPrefix(text, "-----BEGIN ") || strings.Count(text, "-----BEGIN ") != 1 {
		return nil, refuse("sig.key", "not one PEM block")
	}
	block, rest := pem.Decode([]byte(text))
	if block == nil || len(rest) > 0 || len(block.Headers) > 0 {
		return nil, refuse("sig.key", "not one PEM block")
	}
	var key crypto.PublicKey
	var err error
	switch block.Type {
	case "PUBLIC KEY":
		key, err = x509.ParsePKIXPublicKey(block.Bytes)
	case "RSA PUBLIC KEY":
		key, err = x509.ParsePKCS1PublicKey(block.Bytes)
	default:
		err = fmt.Errorf("PEM block %.40q", block.Type)
	}
	if err == nil {
		err = checkPublicKey(key)
	}
	if err != nil {
		return nil, refuse("sig.key", "public key: %w", err)
	}
	return key, nil
}

// MarshalPublicPEM writes a key as publicKeyPem (SPKI). The error is Unauthenticated, sig.key, for a key we would not take.
func MarshalPublicPEM(key crypto.PublicKey) (string, error) {
	if err := checkPublicKey(key); err != nil {
		return "", refuse("sig.key", "public key: %w", err)
	}
	der, err := x509.MarshalPKIXPublicKey(key)
	if err != nil {
		return "", refuse("sig.key", "public key: %w", err)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der})), nil
}

// A Multikey (W3C Controlled Identifiers §2.2.2) of an Ed25519 key: "z" for base58btc, the varint of multicodec 0xed, the
// key. All of them are 48 characters and begin with z6Mk.
const multikeyLength = 48

// ParseMultikey reads a publicKeyMultibase (FEP-521a). Only Ed25519 is known. The error is Unauthenticated, sig.key.
func ParseMultikey(s string) (ed25519.PublicKey, error) {
	if len(s) != multikeyLength || s[0] != 'z' {
		return nil, refuse("sig.key", "multikey %.60q", s)
	}
	b, err := base58.Decode(s[1:])
	if err != nil || len(b) != 2+ed25519.PublicKeySize || b[0] != 0xed || b[1] != 0x01 {
		return nil, refuse("sig.key", "multikey %.60q is not Ed25519", s)
	}
	return ed25519.PublicKey(b[2:]), nil
}

// EncodeMultikey writes a key as publicKeyMultibase; "" for a key that is not 32 bytes long.
func EncodeMultikey(key ed25519.PublicKey) string {
	if len(key) != ed25519.PublicKeySize {
		return ""
	}
	return "z" + base58.Encode(append([]byte{0xed, 0x01}, key...))
}
