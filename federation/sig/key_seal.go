package sig

import (
	"crypto"
	"crypto/aes"
	"crypto/cipher"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"errors"

	"toadlane/coop"
)

// ourRSABits is what every server of the fediverse can verify.
const ourRSABits = 2048

// sealVersion is the first byte of what Seal makes, so that another cipher can follow one day.
const sealVersion = 1

// Seal encrypts plaintext with AES-256-GCM under the node's master key. aad says what it is and whose, for a private key
// the actor's id: a sealed key copied into another actor's row does not open there. The result is one byte of version,
// twelve of random nonce, the ciphertext and the tag.
func Seal(master [32]byte, aad string, plaintext []byte) []byte {
	gcm := sealer(master)
	out := make([]byte, 1+gcm.NonceSize(), 1+gcm.NonceSize()+len(plaintext)+gcm.Overhead())
	out[0] = sealVersion
	nonce := out[1:]
	_, _ = rand.Read(nonce) // never fails since Go 1.24
	return gcm.Seal(out, nonce, plaintext, sealData(aad))
}

// Open decrypts what Seal made with the same master and aad. The error is Internal, key.sealed: either the master key of
// this node was changed or the row was.
func Open(master [32]byte, aad string, sealed []byte) ([]byte, error) {
	gcm := sealer(master)
	if len(sealed) < 1+gcm.NonceSize()+gcm.Overhead() || sealed[0] != sealVersion {
		return nil, coop.Errorf(coop.Internal, "key.sealed", "sealed for %.80q: %d bytes of an unknown form", aad, len(sealed))
	}
	nonce, text := sealed[1:1+gcm.NonceSize()], sealed[1+gcm.NonceSize():]
	plain, err := gcm.Open(nil, nonce, text, sealData(aad))
	if err != nil {
		return nil, coop.Errorf(coop.Internal, "key.sealed", "sealed for %.80q: %w", aad, err)
	}
	return plain, nil
}

func sealer(master [32]byte) cipher.AEAD {
	block, err := aes.NewCipher(master[:])
	if err != nil {
		panic(err) // 32 bytes are a key
	}
	gcm, err := cipher.NewGCM(block)
	if err != nil {
		panic(err) // AES has blocks of 16 bytes
	}
	return gcm
}

func sealData(aad string) []byte { return append([]byte{sealVersion}, aad...) }

// GenerateRSA makes an RSA-2048 key: the longest that every server verifies and the cheapest to sign with.
func GenerateRSA() (*rsa.PrivateKey, error) { return rsa.GenerateKey(rand.Reader, ourRSABits) }

// GenerateEd25519 makes an Ed25519 key, for proofs and for peers that take RFC 9421.
func GenerateEd25519() (ed25519.PrivateKey, error) {
	_, key, err := ed25519.GenerateKey(rand.Reader)
	return key, err
}

var errPrivateKey = errors.New("not an RSA or Ed25519 private key")

// MarshalPrivate writes a key as PKCS#8. The plain bytes are for Seal alone. The error is Internal, key.invalid.
func MarshalPrivate(key crypto.Signer) ([]byte, error) {
	if err := checkPrivateKey(key); err != nil {
		return nil, coop.Errorf(coop.Internal, "key.invalid", "%w", err)
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return nil, coop.Errorf(coop.Internal, "key.invalid", "%w", err)
	}
	return der, nil
}

// ParsePrivate reads what MarshalPrivate wrote: an *rsa.PrivateKey or an ed25519.PrivateKey. The error is Internal,
// key.invalid.
func ParsePrivate(der []byte) (crypto.Signer, error) {
	parsed, err := x509.ParsePKCS8PrivateKey(der)
	if err != nil {
		return nil, coop.Errorf(coop.Internal, "key.invalid", "%w", err)
	}
	key, ok := parsed.(crypto.Signer)
	if !ok {
		return nil, coop.Errorf(coop.Internal, "key.invalid", "%w", errPrivateKey)
	}
	if err := checkPrivateKey(key); err != nil {
		return nil, coop.Errorf(coop.Internal, "key.invalid", "%w", err)
	}
	return key, nil
}

func checkPrivateKey(key crypto.Signer) error {
	switch k := key.(type) {
	case *rsa.PrivateKey:
		if k == nil {
			return errPrivateKey
		}
		return checkPublicKey(&k.PublicKey)
	case ed25519.PrivateKey:
		if len(k) != ed25519.PrivateKeySize {
			return errPrivateKey
		}
		return nil
	}
	return errPrivateKey
}
