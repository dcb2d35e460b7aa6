package coop

// Visibility is how far something may be seen. It only narrows on the way out (product invariant 8). The zero value is
// the narrowest, so what is forgotten stays private.
type Visibility uint8

// From narrowest to widest.
const (
	OnlyMe   Visibility = iota // the person it is about
	CoopOnly                   // signed-in members of this co-op
	Peers                      // co-ops that this co-op follows and that follow it
	Everyone                   // the public
)

var visibilityNames = [...]string{"me", "coop", "peers", "everyone"}

// String is the word used in forms, addresses and the database.
func (v Visibility) String() string {
	if int(v) < len(visibilityNames) {
		return visibilityNames[v]
	}
	return visibilityNames[OnlyMe]
}

// ParseVisibility reads the word; ok is false for any other.
func ParseVisibility(s string) (v Visibility, ok bool) {
	for i, n := range visibilityNames {
		if n == s {
			return Visibility(i), true
		}
	}
	return OnlyMe, false
}
