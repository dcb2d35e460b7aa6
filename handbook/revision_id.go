package handbook

import (
	"crypto/sha256"
	"slices"
	"strings"

	"toadlane/coop"
)

// RevisionID says what a revision holds: the multihash (sha2-256) of its text and parents in base58btc with the multibase prefix z,
// always 47 characters that begin zQm. Two revisions with one id are the same text with the same past, wherever they lie.
type RevisionID string

const revisionIDLength = 47

// The two bytes a sha2-256 multihash begins with: which hash, and how many bytes of it follow.
const (
	hashSHA256 = 0x12
	hashBytes  = sha256.Size
)

// ParseRevisionID checks that s is an id as NewRevision makes them. Class NotFound, key revision.unknown, because an address with a
// malformed id names nothing.
func ParseRevisionID(s string) (RevisionID, error) {
	if len(s) == revisionIDLength && s[0] == 'z' {
		if b, ok := unbase58(s[1:]); ok && len(b) == hashBytes+2 && b[0] == hashSHA256 && b[1] == hashBytes {
			return RevisionID(s), nil
		}
	}
	return "", coop.Errorf(coop.NotFound, "revision.unknown", "revision id %.60q", s)
}

// Hashed gives the bytes whose hash is the id: the canonical JSON (RFC 8785) of an object with mediaType, name, parents and source, the
// parents sorted as ids.
func (r *Revision) Hashed() []byte {
	size := len(r.Name) + len(r.Source) + len(r.Source)/16 + 256
	for _, p := range r.Parents {
		size += len(p) + 3
	}
	out := append(make([]byte, 0, size), `{"mediaType":"text/markdown","name":`...)
	out = append(appendString(out, r.Name), `,"parents":[`...)
	for i, p := range slices.Sorted(slices.Values(r.Parents)) {
		if i > 0 {
			out = append(out, ',')
		}
		out = appendString(out, string(p))
	}
	out = append(out, `],"source":`...)
	return append(appendString(out, r.Source), '}')
}

// hash gives the id of what Hashed gives.
func hash(hashed []byte) RevisionID {
	sum := sha256.Sum256(hashed)
	return RevisionID("z" + base58(append([]byte{hashSHA256, hashBytes}, sum[:]...)))
}

// appendString writes a JSON string as RFC 8785 §3.2.2.2 wants it: the two-letter escapes where there are such, \u00xx for other control
// characters, everything else as it is.
func appendString(out []byte, s string) []byte {
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
