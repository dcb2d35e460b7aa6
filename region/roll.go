package region

import (
	"cmp"
	"errors"
	"slices"
	"strings"

	"toadlane/coop"
)

// Relation is what a co-op is to a region.
type Relation string

// The relations.
const (
	Member   Relation = "member"
	Ally     Relation = "ally"     // takes part without being one of them: a union, a town
	Provider Relation = "provider" // preferred for a category
)

// Relations lists them.
var Relations = []Relation{Member, Ally, Provider}

// Share is something of a co-op's that a region shows.
type Share string

// What can be shared.
const (
	ShareOffers    Share = "offers"
	ShareWants     Share = "wants"
	ShareMembers   Share = "members" // those who agreed to be listed
	ShareProtocols Share = "protocols"
	ShareBonds     Share = "agreements" // how many things worked out with which others that share theirs
)

// Shares lists them.
var Shares = []Share{ShareOffers, ShareWants, ShareMembers, ShareProtocols, ShareBonds}

// MaxTies is how many relations one co-op has in one region.
const MaxTies = 10

// Tie is one relation.
type Tie struct {
	Relation Relation
	Category string // of Provider
}

// Entry is a co-op's own word on its part in a region. One with a higher Serial takes the place of the one before, and needs nobody else for it.
type Entry struct {
	ID      ID
	Region  ID
	Charter ID // the one it knew when it said so
	Coop    coop.IRI
	Serial  uint64
	Key     string // by which it is signed
	Name    string
	Ties    []Tie
	Shares  []Share
	Left    bool // it takes part no more
	Bytes   []byte
}

// Validate checks an entry by itself. Class Invalid.
func (e *Entry) Validate() error {
	var errs []error
	bad := func(is bool, field, key string) {
		if is {
			errs = append(errs, coop.FieldError(field, key, nil))
		}
	}
	bad(e.Region == "" || e.Charter == "" || e.Coop == "" || e.Key == "" || e.Serial == 0, "coop", "field.required")
	errs = append(errs, coop.Line("name", e.Name, 1, MaxName))
	bad(!e.Left && len(e.Ties) == 0 || len(e.Ties) > MaxTies, "ties", "choice.unknown")
	for i, t := range e.Ties {
		bad(!slices.Contains(Relations, t.Relation) || (t.Relation == Provider) != (t.Category != "") || slices.Contains(e.Ties[:i], t), "ties", "choice.unknown")
	}
	for i, s := range e.Shares {
		bad(!slices.Contains(Shares, s) || slices.Contains(e.Shares[:i], s), "shares", "choice.unknown")
	}
	return errors.Join(errs...)
}

// Admission is the host's word on a co-op's part.
type Admission struct {
	ID      ID
	Region  ID
	Charter ID // in whose name the host speaks
	Coop    coop.IRI
	Serial  uint64 // of the entry that is answered
	Nth     uint64 // the how-manieth word of the host about the co-op
	In      bool
	Votes   []Vote // of the council, where it lets in: see Charter.Allows
	Bytes   []byte
}

// Line is who takes part, as a charter begins.
type Line struct {
	Coop      coop.IRI
	Entry     ID
	Admission ID
}

// Root names a list of lines, whatever order it comes in.
func Root(lines []Line) ID {
	sorted := slices.SortedFunc(slices.Values(lines), func(a, b Line) int { return cmp.Compare(a.Coop, b.Coop) })
	var b strings.Builder
	for _, l := range sorted {
		b.WriteString(string(l.Coop) + " " + string(l.Entry) + " " + string(l.Admission) + "\n")
	}
	return ID(coop.Hash([]byte(b.String())))
}

// Roll is who takes part in a region: the words that were said, merged. Whatever order they come in, the same words make the same roll. It is not
// safe for many at once.
type Roll struct {
	entries    map[coop.IRI]*Entry
	left       map[coop.IRI]uint64 // the highest serial with which a co-op left
	admissions map[ID]map[coop.IRI]*Admission
	byID       map[ID]*Admission
	lists      map[ID][]Line
}

// NewRoll makes an empty roll.
func NewRoll() *Roll {
	return &Roll{entries: map[coop.IRI]*Entry{}, left: map[coop.IRI]uint64{}, admissions: map[ID]map[coop.IRI]*Admission{}, byID: map[ID]*Admission{}, lists: map[ID][]Line{}}
}

// AddEntry takes a co-op's word, which the caller has seen to be its own, and tells whether it is its latest. Of two with one serial, which only a
// co-op makes that lost its memory, leaving counts before staying, then the smaller id.
func (r *Roll) AddEntry(e *Entry) bool {
	if e.Left {
		r.left[e.Coop] = max(r.left[e.Coop], e.Serial)
	}
	old := r.entries[e.Coop]
	if old != nil && !(e.Serial > old.Serial || e.Serial == old.Serial && (e.Left && !old.Left || e.Left == old.Left && e.ID < old.ID)) {
		return false
	}
	r.entries[e.Coop] = e
	return true
}

// AddAdmission takes a word of a host, signed by the key of the charter that it names, and tells whether it is the host's latest on that co-op. Of two
// with one number, which only a host makes that lost its memory, refusing counts before admitting, then the smaller id.
func (r *Roll) AddAdmission(a *Admission) bool {
	r.byID[a.ID] = a
	of := r.admissions[a.Charter]
	if of == nil {
		of = map[coop.IRI]*Admission{}
		r.admissions[a.Charter] = of
	}
	old := of[a.Coop]
	if old != nil && !(a.Nth > old.Nth || a.Nth == old.Nth && (!a.In && old.In || a.In == old.In && a.ID < old.ID)) {
		return false
	}
	of[a.Coop] = a
	return true
}

// AddList takes a list that a charter's Root names.
func (r *Roll) AddList(lines []Line) { r.lists[Root(lines)] = lines }

// Holds tells whether the list that a charter begins with is here.
func (r *Roll) Holds(c *Charter) bool { return c.Root == "" || r.lists[c.Root] != nil }

// admission finds what counts of the host's words on a co-op under a charter: the latest in its name, else the one that it began with.
func (r *Roll) admission(of coop.IRI, under *Charter) *Admission {
	if a := r.admissions[under.ID][of]; a != nil {
		return a
	}
	for _, l := range r.lists[under.Root] {
		if l.Coop == of {
			return r.byID[l.Admission]
		}
	}
	return nil
}

// In gives a co-op's entry when it takes part under a charter: it was admitted after it last left, and has not left since. nil otherwise.
func (r *Roll) In(of coop.IRI, under *Charter) *Entry {
	e, a := r.entries[of], r.admission(of, under)
	if e == nil || a == nil || !a.In || e.Left || a.restsOn() <= r.left[of] || a.Serial > e.Serial {
		return nil
	}
	return e
}

// Members lists who takes part under a charter, by co-op.
func (r *Roll) Members(under *Charter) (out []*Entry) {
	for of := range r.entries {
		if e := r.In(of, under); e != nil {
			out = append(out, e)
		}
	}
	slices.SortFunc(out, func(a, b *Entry) int { return cmp.Compare(a.Coop, b.Coop) })
	return out
}

// Lines gives the list with which a charter that follows one can begin: whoever takes part under it now.
func (r *Roll) Lines(under *Charter) (out []Line) {
	for _, e := range r.Members(under) {
		out = append(out, Line{e.Coop, e.ID, r.admission(e.Coop, under).ID})
	}
	return out
}

// Serial gives a number for a co-op's next word: above all that were heard.
func (r *Roll) Serial(of coop.IRI) uint64 {
	n := r.left[of]
	if e := r.entries[of]; e != nil {
		n = max(n, e.Serial)
	}
	return n + 1
}

// Nth gives a number for the next word of the host in a charter's name on a co-op.
func (r *Roll) Nth(of coop.IRI, under *Charter) uint64 {
	if a := r.admissions[under.ID][of]; a != nil {
		return a.Nth + 1
	}
	return 1
}
