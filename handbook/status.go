package handbook

import (
	"time"

	"toadlane/coop"
)

// Status is where a protocol is in its life.
type Status string

// The statuses.
const (
	Draft   Status = "draft"
	InUse   Status = "in_use"
	Review  Status = "review" // still in use, and being looked at again
	Retired Status = "retired"
)

// Statuses lists them.
var Statuses = []Status{Draft, InUse, Review, Retired}

// Turn is a step in a protocol's life that needs no text. What brings a text into use is Enact.
type Turn string

// The turns.
const (
	Reopen Turn = "reopen" // in use → under review
	Affirm Turn = "affirm" // under review → in use, as it is
	Retire Turn = "retire"
)

// Turns lists them.
var Turns = []Turn{Reopen, Affirm, Retire}

var transitions = map[Status]map[Turn]Status{
	Draft:  {Retire: Retired},
	InUse:  {Reopen: Review, Retire: Retired},
	Review: {Affirm: InUse, Retire: Retired},
}

// Next is the status that turn leads to from s. Class Conflict, key protocol.state, when it leads nowhere.
func Next(s Status, turn Turn) (Status, error) {
	if to, ok := transitions[s][turn]; ok {
		return to, nil
	}
	return s, coop.Errorf(coop.Conflict, "protocol.state", "a protocol that is %s cannot %s", s, turn)
}

// Apply makes a turn at now. What is affirmed is to be looked at again by next, zero for never. What is retired keeps the text that was in
// use, for whoever follows a link to it. Class Conflict, key protocol.state.
func (p *Protocol) Apply(turn Turn, next, now time.Time) error {
	to, err := Next(p.Status, turn)
	if err != nil {
		return err
	}
	if turn == Affirm {
		p.Reviewed, p.Review = now, next
	}
	p.Status, p.Updated = to, now
	return nil
}

// Extend makes r the latest text of the page, with the next number; nothing happens when it is the latest already. h holds the past of r.
// Class Conflict, key protocol.stale, when r does not come from the latest so far.
func (p *Protocol) Extend(r *Revision, h *History, now time.Time) error {
	if r.ID == p.Latest {
		r.Number = p.Number
		return nil
	}
	if p.Latest != "" && !h.IsAncestor(p.Latest, r.ID) {
		return coop.Errorf(coop.Conflict, "protocol.stale", "revision %s does not come from %s", r.ID, p.Latest)
	}
	p.Number++
	r.Number, r.Protocol = p.Number, p.ID
	p.Latest, p.Updated = r.ID, now
	if p.InUse == "" {
		p.Name = r.Name
	}
	return nil
}

// Enact brings the latest text into use. A text above number 1 needs the decision that passed it (invariant 11). The text that was in use
// before is so no longer; a page that was retired is back. Class Conflict: key protocol.stale when r is not the latest, protocol.undecided
// when it was not decided on.
func (p *Protocol) Enact(r *Revision, now time.Time) error {
	switch {
	case r.ID != p.Latest:
		return coop.Errorf(coop.Conflict, "protocol.stale", "revision %s is not the latest of %s", r.ID, p.Slug)
	case r.Number > 1 && (r.Decision == nil || !r.Decision.Passed):
		return coop.Errorf(coop.Conflict, "protocol.undecided", "revision %d of %s was not decided on", r.Number, p.Slug)
	}
	if r.Enacted.IsZero() {
		r.Enacted = now
	}
	p.Status, p.InUse, p.Name, p.Updated = InUse, r.ID, r.Name, now
	return nil
}
