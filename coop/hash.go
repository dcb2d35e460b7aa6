package coop

import (
	"crypto/sha256"
	"strings"
)

// hashLength is how long every Hash is.
const hashLength = 47

// The two bytes a sha2-256 multihash begins with: which hash, and how many bytes of it follow.
const (
	hashSHA256 = 0x12
	hashBytes  = sha256.Size
)

// Hash names bytes by what they hold: the multihash (sha2-256) in base58btc with the multibase prefix z, always 47 characters that begin zQm.
func Hash(of []byte) string {
	sum := sha256.Sum256(of)
	return "z" + base58(append([]byte{hashSHA256, hashBytes}, sum[:]...))
}

// ValidHash tells whether s is written as Hash writes.
func ValidHash(s string) bool {
	if len(s) != hashLength || s[0] != 'z' {
		return false
	}
	b, ok := unbase58(s[1:])
	return ok && len(b) == hashBytes+2 && b[0] == hashSHA256 && b[1] == hashBytes
}

// AppendString writes a JSON string as RFC 8785 §3.2.2.2 wants it: the two-letter escapes where there are such, \u00xx for other control
// characters, everything else as it is.
func AppendString(out []byte, s string) []byte {
	out = append(out, '"')
	from := 0
	for i := range len(s) {
		c := s[i]
		if c >= ' ' && c != '"' && c != '\\' {
			continue
		}
		out = append(out, s[from:i]...)
		from = i + 1
		if at := strings.IndexByte("\b\t\n\f\r\"\\", c); at >= 0 {
			out = append(out, '\\', "btnfr\"\\"[at])
		} else {
			out = append(out, '\\', 'u', '0', '0', "0123456789abcdef"[c>>4], "0123456789abcdef"[c&15])
		}
	}
	return append(append(out, s[from:]...), '"')
}
