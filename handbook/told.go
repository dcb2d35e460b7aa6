package handbook

import "toadlane/coop"

// Told is what others learn of a page of ours: the snapshot of ProtocolPublished and ProtocolChanged. The text is not in it: it is read by
// its id, under which it never changes.
type Told struct {
	Protocol Protocol
	Revision Revision // in use; without source, without who wrote it
}

// Used is what others learn of an adoption of ours: the snapshot of AdoptionMade, AdoptionChanged and AdoptionWithdrawn.
type Used struct {
	Adoption Adoption
	Page     Protocol // as it is known here; only address, home and name when it is gone
}

// Given is what the other side learns of a change given back: the snapshot of OfferMade, OfferAccepted and OfferRejected.
type Given struct {
	Offer    Offer
	Revision Revision // what is offered; without source
	Page     Protocol // whose page it is meant for: a neighbour's in OfferMade, ours in the answers
}

// tell queues what a page of ours has become, unless nobody was ever told of it.
func (s *Service) tell(tx Tx, kind coop.EventKind, by coop.Actor, p *Protocol) error {
	if !p.Public() {
		return nil
	}
	r, err := tx.Revision(p.ID, p.InUse)
	if err != nil {
		return err
	}
	return tx.Append(s.event(kind, by, p.IRI, Told{Protocol: *p, Revision: r.told()}))
}

// told is what others may know of a revision of ours beside its text.
func (r Revision) told() Revision {
	r.Source, r.By, r.Decision = "", "", r.Decision.Told()
	return r
}

// Told is what others learn of how something was decided: that it passed, in which way and when, and the address of minutes that are
// public. Nil for nil.
func (r *Result) Told() *Result {
	if r == nil {
		return nil
	}
	out := &Result{Method: r.Method, Passed: r.Passed, At: r.At}
	if there := r.Ratification; there != nil {
		out.Ratification = &Ratification{On: there.On, Passed: there.Passed, Shared: there.Shared}
		if there.Shared {
			out.Ratification.Minutes = there.Minutes
		}
	}
	return out
}
