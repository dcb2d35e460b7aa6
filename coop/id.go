package coop

// ID names one of our own rows: a UUID version 7 (RFC 9562 §5.7) in lower-case text. Ids sort by the time they were
// made. They are made by whoever wires the program (a NewID field); the domain only carries them.
type ID string

// ParseID checks the form of s. It refuses other versions, since an id is also a place in time. Class NotFound, because
// an address with a malformed id names nothing.
func ParseID(s string) (ID, error) {
	if len(s) != 36 {
		return "", Errorf(NotFound, "id.unknown", "id %.50q has %d characters", s, len(s))
	}
	for i := 0; i < 36; i++ {
		c := s[i]
		switch i {
		case 8, 13, 18, 23:
			if c != '-' {
				return "", Errorf(NotFound, "id.unknown", "id %q", s)
			}
		default:
			if !(c >= '0' && c <= '9' || c >= 'a' && c <= 'f') {
				return "", Errorf(NotFound, "id.unknown", "id %q", s)
			}
		}
	}
	if s[14] != '7' {
		return "", Errorf(NotFound, "id.unknown", "id %q is not of version 7", s)
	}
	return ID(s), nil
}
