package region

import (
	"errors"
	"slices"

	"toadlane/coop"
)

// Limits of a charter.
const (
	MaxCouncil = 15
	MaxName    = 100
	MaxStory   = 5000
	MaxExpects = 20
	MaxAbsence = 365 // days
	MinAbsence = 2   // a weekend without a volunteer is none
)

// Joining says who may join.
type Joining string

// The ways in.
const (
	OpenToAll  Joining = "open"    // whoever asks and goes by the protocols that the region expects
	BySteward  Joining = "steward" // a steward of the host says yes
	ByCouncil  Joining = "council" // the co-ops of the council say yes
	Invitation Joining = "invited" // nobody is asked
)

// Joinings lists them in the order they are offered.
var Joinings = []Joining{BySteward, OpenToAll, ByCouncil, Invitation}

// Charter says by which rules a region goes and who hosts it. It never changes: another one follows it.
type Charter struct {
	ID       ID
	Region   ID // the id of the first charter, "" in that one: see Of
	Version  int
	Previous ID
	Attempt  int // the how-manieth proposal for this version

	Host    coop.IRI // the region's account
	HostKey string   // by which the host signs admissions, as Multikey
	Council []Seat   // sorted by co-op
	Need    int      // how many of them sign the next charter
	Absence int      // days without an answer after which the host counts as gone
	Root    ID       // of the list of who takes part, as this charter begins; "" in the first

	Slug      string
	Name      coop.Text
	Story     coop.Text
	Languages []string
	Area      ID // of the outline or the places, "" for none
	Joining   Joining
	Expects   []coop.IRI // protocols that members are asked to go by

	Bytes []byte // as it was signed
}

// Seat is a co-op's place in a council, with the key by which it signs.
type Seat struct {
	Coop coop.IRI
	Key  string
}

// Of gives the region that a charter is of.
func (c *Charter) Of() ID {
	if c.Version == 1 {
		return c.ID
	}
	return c.Region
}

// Seat finds a co-op's seat.
func (c *Charter) Seat(of coop.IRI) (Seat, bool) {
	i := slices.IndexFunc(c.Council, func(s Seat) bool { return s.Coop == of })
	if i < 0 {
		return Seat{}, false
	}
	return c.Council[i], true
}

// Validate checks a charter by itself; every fault comes at once. Class Invalid.
func (c *Charter) Validate() error {
	var errs []error
	bad := func(is bool, field, key string, args map[string]any) {
		if is {
			errs = append(errs, coop.FieldError(field, key, args))
		}
	}
	first := c.Version == 1
	bad(c.Version < 1 || c.Attempt < 1 || first != (c.Region == "") || first != (c.Previous == "") || first && (c.Root != "" || len(c.Council) != 1),
		"version", "charter.malformed", nil)
	bad(c.Host == "" || c.HostKey == "", "host", "field.required", nil)
	n := len(c.Council)
	bad(n < 1 || n > MaxCouncil, "council", "council.size", map[string]any{"Max": MaxCouncil})
	bad(n > 0 && (2*c.Need <= n || c.Need > n), "need", "council.need", map[string]any{"Count": n})
	for i, s := range c.Council {
		bad(s.Coop == "" || s.Key == "" || i > 0 && c.Council[i-1].Coop >= s.Coop, "council", "council.order", nil)
	}
	bad(c.Absence < MinAbsence || c.Absence > MaxAbsence, "absence", "absence.range", map[string]any{"Min": MinAbsence, "Max": MaxAbsence})
	bad(!coop.ValidSlug(c.Slug, coop.MaxHandle), "slug", "slug.invalid", map[string]any{"Slug": c.Slug, "Max": coop.MaxHandle})
	bad(!slices.Contains(Joinings, c.Joining), "joining", "choice.unknown", nil)
	bad(len(c.Expects) > MaxExpects, "expects", "field.many", map[string]any{"Max": MaxExpects})
	bad(len(c.Name) == 0, "name", "field.required", nil)
	for _, text := range c.Name {
		errs = append(errs, coop.Line("name", text, 1, MaxName))
	}
	for _, text := range c.Story {
		errs = append(errs, coop.Lines("story", text, 0, MaxStory))
	}
	for _, tag := range c.Languages {
		bad(!coop.ValidLanguage(tag), "languages", "language.unknown", map[string]any{"Tag": tag})
	}
	return errors.Join(errs...)
}

// Mark is a council co-op's signature under a charter, made once for each attempt at a version.
type Mark struct {
	Charter ID
	Coop    coop.IRI
	Bytes   []byte // what it signed, which names the charter
}

// Follows tells whether next may stand after prev: it goes on from it, and enough of the council of prev signed it. The first charter, with prev
// nil, is signed by its founder. Whether the marks name the charter was seen by whoever read them. Class Invalid, key charter.malformed;
// Forbidden, key charter.unsigned, while signatures are missing.
func Follows(next, prev *Charter, marks []Mark, check Check) error {
	if err := next.Validate(); err != nil {
		return err
	}
	council := prev
	switch {
	case prev == nil && next.Version == 1:
		council = next
	case prev == nil || next.Version != prev.Version+1 || next.Previous != prev.ID || next.Region != prev.Of():
		return coop.Errorf(coop.Invalid, "charter.malformed", "charter %s does not go on from what is before it", next.ID)
	}
	signed := map[coop.IRI]bool{}
	for _, m := range marks {
		seat, sits := council.Seat(m.Coop)
		if sits && m.Charter == next.ID && !signed[m.Coop] && check(seat.Key, m.Bytes) == nil {
			signed[m.Coop] = true
		}
	}
	if len(signed) < council.Need {
		return coop.Errorf(coop.Forbidden, "charter.unsigned", "charter %s has %d of %d signatures", next.ID, len(signed), council.Need)
	}
	return nil
}
