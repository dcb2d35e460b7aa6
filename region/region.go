package region

import (
	"slices"
	"time"

	"toadlane/coop"
)

// State is what our co-op is to a region.
type State string

// The states.
const (
	Known    State = "known"    // looked at, or invited to; no part in it
	Asked    State = "asked"    // we asked to take part and wait for the host
	Joined   State = "joined"   // we take part
	Refused  State = "refused"  // the host said no
	Left     State = "left"     // we went
	Expelled State = "expelled" // the host ended our part
)

// Region is a region as it is known on this node.
type Region struct {
	ID      ID
	Slug    string // of its pages here; of one that is hosted here also in its account's address
	Hosted  bool   // by this node
	State   State
	Invited bool      // the host asks us to take part
	Charter Charter   // in force, as far as is known here
	Turned  time.Time // since when that charter is in force here
	// Anchor is a charter that is not left by itself: the one that we joined on, or that was in force here for longer than its Absence.
	Anchor ID
	// Hosts are the accounts that host it or did, as its charters say; whoever names one of them in its own actor says that it takes part.
	Hosts []coop.IRI
	Why   string // what the host said when it refused us

	Joined  time.Time
	Heard   time.Time // when its host last answered
	Pulled  time.Time // when its charters and words were last asked for; zero: soon
	ETag    string    // of its words, as last read
	Marked  bool      // this node was made of a backup: nothing is signed until others told what was said since
	Trouble string    // why they could not be read the last time
	Asked   time.Time // when we asked, or were invited
}

// PartState is what a co-op is to a region, as its roll says.
type PartState string

// The states of a part.
const (
	Bidden PartState = "bidden" // invited, has not asked
	Asking PartState = "asking" // asks, and the host has not answered
	In     PartState = "in"
	Out    PartState = "out" // left, refused or expelled
)

// Part is a co-op's part in a region: its latest word, what the host said of it, and what follows from both.
type Part struct {
	Region     ID
	Coop       coop.IRI
	Own        bool // it is ours
	State      PartState
	Entry      Entry       // the latest; without ID while it is only invited
	LeftAt     uint64      // the highest serial with which it left
	Admissions []Admission // the latest in the name of each charter, and those that lists name
	Listed     []Listed    // where lists name it with which charters began
	Under      ID          // the charter by which State is so
	Since      time.Time   // since when it is in
	Confirmed  time.Time   // when its own actor said so last; zero: not yet, or no more
	Checked    time.Time   // when that was last looked at, or CheckEvery before it is to be
	Votes      []Vote      // of the council of the charter in force, while it asks: at most one of each co-op
	Join       coop.IRI    // at the host: the activity with which it asked
	Moved      time.Time   // when a word last changed it
}

// Listed is a co-op's line in the list that a charter began with.
type Listed struct {
	Root ID
	Line Line
}

// MaxListed is how many lists are remembered of one part: a charter that many before the one in force is history.
const MaxListed = 4

// Counts tells whether a co-op is shown and followed: it is in, and says so itself (invariant 15).
func (p *Part) Counts() bool { return p.State == In && (p.Own || !p.Confirmed.IsZero()) }

// roll is the roll with only this co-op in it.
func (p *Part) roll() *Roll {
	r := NewRoll()
	if p.Entry.ID != "" {
		r.AddEntry(&p.Entry)
	}
	if p.LeftAt > 0 {
		r.left[p.Coop] = max(r.left[p.Coop], p.LeftAt)
	}
	for i := range p.Admissions {
		r.AddAdmission(&p.Admissions[i])
	}
	for _, l := range p.Listed { // alone it would not make the Root, which was looked at when the list was taken
		r.lists[l.Root] = []Line{l.Line}
	}
	return r
}

// hearEntry takes a co-op's own word, and tells whether it is its latest.
func (p *Part) hearEntry(e Entry) bool {
	r := p.roll()
	fresh := r.AddEntry(&e)
	latest := *r.entries[p.Coop]
	p.LeftAt, p.Entry = r.left[p.Coop], latest
	return fresh
}

// hearAdmission takes a host's word, and tells whether it says something new: it is the latest under that charter, or one that a list names.
func (p *Part) hearAdmission(a Admission) bool {
	if slices.ContainsFunc(p.Admissions, func(o Admission) bool { return o.ID == a.ID }) {
		return false
	}
	latest := p.roll().AddAdmission(&a)
	if !latest && !p.lists(a.ID) {
		return false
	}
	p.Admissions = append(slices.DeleteFunc(p.Admissions, func(o Admission) bool { return latest && o.Charter == a.Charter && !p.lists(o.ID) }), a)
	return true
}

// lists tells whether a list names an admission.
func (p *Part) lists(id ID) bool {
	return slices.ContainsFunc(p.Listed, func(l Listed) bool { return l.Line.Admission == id })
}

// list notes the line with which a list names it.
func (p *Part) list(root ID, l Line) {
	p.Listed = slices.DeleteFunc(p.Listed, func(x Listed) bool { return x.Root == root })
	p.Listed = append(p.Listed, Listed{root, l})
	if n := len(p.Listed) - MaxListed; n > 0 {
		p.Listed = slices.Delete(p.Listed, 0, n)
	}
}

// Admission gives what counts of the host's words under a charter, nil while there is none.
func (p *Part) Admission(under *Charter) *Admission { return p.roll().admission(p.Coop, under) }

// settle brings State to what the words say under a charter.
func (p *Part) settle(under *Charter, now time.Time) (changed bool) {
	r, was := p.roll(), p.State
	a := r.admission(p.Coop, under)
	switch {
	case p.Entry.ID == "": // invited, or the host's word came first
	case r.In(p.Coop, under) != nil:
		p.State = In
	case p.Entry.Left, a != nil && !a.In && a.Serial >= p.Entry.Serial:
		p.State = Out
	default:
		p.State = Asking
	}
	p.Under = under.ID
	p.Votes = slices.DeleteFunc(p.Votes, func(v Vote) bool { return p.State != Asking || v.Charter != under.ID })
	if p.State == was {
		return false
	}
	p.Moved = now
	if p.State == In {
		p.Since = now
	}
	return true
}

// Terms is what a co-op brings into a region.
type Terms struct {
	Ties   []Tie
	Shares []Share
}

// Answers tells whether we have a say in who is let in: as the host, or in the council where it lets in.
func (r *Region) Answers(us coop.IRI) bool {
	_, sits := r.Charter.Seat(us)
	return r.Hosted || sits && r.Charter.Joining == ByCouncil && r.State == Joined
}
