package handbook

import (
	"slices"

	"toadlane/coop"
)

// RevisionID says what a revision holds: the multihash (sha2-256) of its text and parents in base58btc with the multibase prefix z,
// always 47 characters that begin zQm. Two revisions with one id are the same text with the same past, wherever they lie.
type RevisionID string

// ParseRevisionID checks that s is an id as NewRevision makes them. Class NotFound, key revision.unknown, because an address with a
// malformed id names nothing.
func ParseRevisionID(s string) (RevisionID, error) {
	if coop.ValidHash(s) {
		return RevisionID(s), nil
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
	out = append(coop.AppendString(out, r.Name), `,"parents":[`...)
	for i, p := range slices.Sorted(slices.Values(r.Parents)) {
		if i > 0 {
			out = append(out, ',')
		}
		out = coop.AppendString(out, string(p))
	}
	out = append(out, `],"source":`...)
	return append(coop.AppendString(out, r.Source), '}')
}
