// Package region owns regions: the charters that a council signs, the words that co-ops and hosts say about who takes part, and what follows from
// them. It knows no JSON, no cryptography, no SQL and no clock: documents come in read, with their bytes beside them, and are checked by
// what the caller gives. docs/region.md says how they look and why.
package region

import (
	"toadlane/coop"
)

// ID names a document by what it holds: coop.Hash of its canonical bytes without proofs.
type ID string

// ParseID checks that s is an id. Class NotFound, key region.unknown, because a malformed one names nothing.
func ParseID(s string) (ID, error) {
	if coop.ValidHash(s) {
		return ID(s), nil
	}
	return "", coop.Errorf(coop.NotFound, "region.unknown", "region document %.60q", s)
}

// Check tells whether a document carries a good proof by a key, written as Multikey. It gives class Unauthenticated when it does not.
type Check func(key string, document []byte) error
