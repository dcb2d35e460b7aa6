package sig

import (
	"crypto/sha256"
	"crypto/sha512"
	"crypto/subtle"
	"encoding/base64"
	"strings"

	"toadlane/internal/limits"
)

// strict64 refuses base64 whose unused bits are set, so that one signature or digest has exactly one spelling.
var strict64 = base64.StdEncoding.Strict()

// digestHeader is the value of our Digest header (RFC 3230). SHA-256 is in capitals because Misskey compares it so.
func digestHeader(body []byte) string {
	sum := sha256.Sum256(body)
	return "SHA-256=" + base64.StdEncoding.EncodeToString(sum[:])
}

// contentDigestHeader is the value of our Content-Digest header (RFC 9530 §2).
func contentDigestHeader(body []byte) string {
	sum := sha256.Sum256(body)
	return "sha-256=:" + base64.StdEncoding.EncodeToString(sum[:]) + ":"
}

// checkDigest compares a Digest header (RFC 3230) with the body. SHA-256 and SHA-512 count, in any case; others are passed
// over. All that count must match; where there are several digests one of them must be SHA-256, since a list of weak ones
// around one that we happen to know is not what a peer means.
func checkDigest(header string, body []byte) error {
	if len(header) > limits.DigestHeaderBytes {
		return refuse("sig.digest", "digest header of %d bytes", len(header))
	}
	parts := strings.Split(header, ",")
	if len(parts) > limits.DigestAlgorithms {
		return refuse("sig.digest", "%d digests", len(parts))
	}
	var seen []string
	var sha256Matched, matched bool
	for _, part := range parts {
		name, value, ok := strings.Cut(strings.Trim(part, " "), "=")
		name = strings.ToLower(name)
		if !ok || name == "" {
			return refuse("sig.digest", "digest %.80q is not name=value", part)
		}
		for _, s := range seen {
			if s == name {
				return refuse("sig.digest", "digest %.20q given twice", name)
			}
		}
		seen = append(seen, name)
		if name != "sha-256" && name != "sha-512" {
			continue
		}
		want, err := strict64.DecodeString(value)
		if err != nil || strings.ContainsAny(value, "\r\n") {
			return refuse("sig.digest", "digest %s is not base64", name)
		}
		if !digestMatches(name, want, body) {
			return refuse("sig.digest", "digest %s differs from the body", name)
		}
		matched = true
		sha256Matched = sha256Matched || name == "sha-256"
	}
	if !matched || len(parts) > 1 && !sha256Matched {
		return refuse("sig.digest", "no SHA-256 among the digests")
	}
	return nil
}

// checkContentDigest compares a Content-Digest header (RFC 9530) with the body. One of sha-256 and sha-512 must be there,
// and those that are there must match.
func checkContentDigest(header string, body []byte) error {
	if len(header) > limits.DigestHeaderBytes {
		return refuse("sig.digest", "content-digest header of %d bytes", len(header))
	}
	members, err := parseDictionary(header, limits.DigestAlgorithms)
	if err != nil {
		return refuse("sig.digest", "content-digest: %w", err)
	}
	matched := false
	for _, m := range members {
		if m.key != "sha-256" && m.key != "sha-512" {
			continue
		}
		if m.item.kind != sfBytes || !digestMatches(m.key, m.item.bytes, body) {
			return refuse("sig.digest", "content-digest %s differs from the body", m.key)
		}
		matched = true
	}
	if !matched {
		return refuse("sig.digest", "no sha-256 or sha-512 in content-digest")
	}
	return nil
}

func digestMatches(name string, want, body []byte) bool {
	switch name {
	case "sha-256":
		sum := sha256.Sum256(body)
		return subtle.ConstantTimeCompare(sum[:], want) == 1
	case "sha-512":
		sum := sha512.Sum512(body)
		return subtle.ConstantTimeCompare(sum[:], want) == 1
	}
	return false
}
