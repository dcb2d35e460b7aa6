package region

import (
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
	Invited bool    // the host asks us to take part
	Charter Charter // in force, as far as is known here
	// Hosts are the accounts that host it or did, as its charters say; whoever names one of them in its own actor says that it takes part.
	Hosts []coop.IRI
	Why   string // what the host said when it refused us

	Joined  time.Time
	Heard   time.Time // when its host last answered
	Pulled  time.Time // when its charters and words were last asked for; zero: soon
	ETag    string    // of its words, as last read
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
	Admissions []Admission // the latest of each charter that is known to count
	Since      time.Time   // since when it is in
	Confirmed  time.Time   // when its own actor said so last; zero: not yet, or no more
	Checked    time.Time   // when that was last looked at
	Join       coop.IRI    // at the host: the activity with which it asked
	Moved      time.Time   // when its state last changed
}

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

// hearAdmission takes a host's word, and tells whether it is its latest under that charter.
func (p *Part) hearAdmission(a Admission) bool {
	if !p.roll().AddAdmission(&a) {
		return false
	}
	kept := p.Admissions[:0:0]
	for _, old := range p.Admissions {
		if old.Charter != a.Charter {
			kept = append(kept, old)
		}
	}
	p.Admissions = append(kept, a)
	return true
}

// Admission gives what counts of the host's words under a charter, nil while there is none.
func (p *Part) Admission(under *Charter) *Admission { return p.roll().admission(p.Coop, under) }

// settle brings State to what the words say under a charter.
func (p *Part) settle(under *Charter, now time.Time) (changed bool) {
	r, was := p.roll(), p.State
	a := r.admission(p.Coop, under)
	switch {
	case p.Entry.ID == "":
		p.State = Bidden
	case r.In(p.Coop, under) != nil:
		p.State = In
	case p.Entry.Left, a != nil && !a.In && a.Serial >= p.Entry.Serial:
		p.State = Out
	default:
		p.State = Asking
	}
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
