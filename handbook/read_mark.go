package handbook

import (
	"time"

	"toadlane/coop"
)

// ReadMark says that a member has read a text. It is theirs: others see numbers alone, and nothing here tells who has not read.
type ReadMark struct {
	Person   coop.ID
	Protocol coop.ID
	Revision RevisionID
	At       time.Time
}

// Duty is a protocol that somebody is asked to read.
type Duty struct {
	Protocol coop.ID
	Revision RevisionID // the text in use
	Read     time.Time  // when they read it, zero when they have not
	Before   time.Time  // when they last read an older text of it, zero when never
}

// Duties gives one person's list: what new members are asked to read, in the order given, with what mine says they have read. Marks of
// others count for nothing.
func Duties(person coop.ID, protocols []Protocol, mine []ReadMark) (out []Duty) {
	for _, p := range protocols {
		if !p.Reading || !p.Local() || p.Status != InUse && p.Status != Review {
			continue
		}
		d := Duty{Protocol: p.ID, Revision: p.InUse}
		for _, m := range mine {
			switch {
			case m.Person != person || m.Protocol != p.ID:
			case m.Revision == p.InUse:
				d.Read = m.At
			case m.At.After(d.Before):
				d.Before = m.At
			}
		}
		out = append(out, d)
	}
	return out
}

// CountRead counts the people among members who marked a text as read, for the stewards: read of of. Each counts once, and who is no member
// any more not at all.
func CountRead(marks []ReadMark, revision RevisionID, members []coop.ID) (read, of int) {
	waits := make(map[coop.ID]bool, len(members))
	for _, m := range members {
		waits[m] = true
	}
	of = len(waits)
	for _, m := range marks {
		if m.Revision == revision && waits[m.Person] {
			waits[m.Person] = false
			read++
		}
	}
	return read, of
}
