package handbook

import (
	"context"
	"fmt"
	"strings"

	"toadlane/coop"
)

// OfferBack gives a change of ours back to the page that ours was adapted from: w is a text made from w.Base, which has to come from a text of
// theirs; with the base's own words it is the base itself that is offered. From then on others may read that text. What we gave before, that it
// builds on and that has no answer is superseded. Stewards may. The same text once more gives the offer that there is. Errors: Unauthenticated,
// Forbidden, NotFound, Invalid with field errors and, key offer.unrelated, for a text that does not come from theirs; Conflict, key
// adoption.none, for a page that was not adapted from another.
func (s *Service) OfferBack(ctx context.Context, by coop.Actor, page coop.ID, w Writing) (Offer, error) {
	var o Offer
	if err := mustSteward(by, "give a change back"); err != nil {
		return o, err
	}
	err := s.Store.Write(ctx, func(tx Tx) error {
		p, err := mine(tx, page)
		if err != nil {
			return err
		}
		if p.Origin.Page == "" {
			return coop.Errorf(coop.Conflict, "adoption.none", "protocol %s was not adapted", p.Slug)
		}
		to, err := tx.ProtocolByIRI(p.Origin.Page)
		if err != nil {
			return err
		}
		r, err := s.toGive(tx, by, &p, &to, w)
		if err != nil {
			return err
		}
		o, err = s.give(tx, by, &to, r)
		return err
	})
	if err != nil {
		return o, fmt.Errorf("give back a change of protocol %s: %w", page, err)
	}
	return o, nil
}

// give offers a text of ours to the page to. Our own list of what we gave goes by the rules that its receiver's does: what the text builds on and nobody
// has answered is superseded by it.
func (s *Service) give(tx Tx, by coop.Actor, to *Protocol, r Revision) (Offer, error) {
	sent, err := tx.OffersFor(to.IRI)
	if err != nil {
		return Offer{}, err
	}
	for _, k := range sent {
		if k.From == "" && k.Revision == r.ID {
			return k, nil
		}
	}
	h, err := history(tx, to.Latest, r.ID)
	if err != nil {
		return Offer{}, err
	}
	id := s.NewID()
	o, gone, _, err := Receive(sent, Offer{ID: id, Activity: s.Base + "/a/" + coop.IRI(id), Page: to.IRI, Revision: r.ID}, h, to.Latest, s.now())
	if err != nil {
		return o, err
	}
	r.Shared = true
	if err := tx.PutRevision(r); err != nil {
		return o, err
	}
	for _, k := range append(gone, o) {
		if err := tx.PutOffer(k); err != nil {
			return o, err
		}
	}
	return o, tx.Append(s.event(coop.OfferMade, by, o.Activity, Given{o, r.told(), *to}))
}

// toGive gives the revision under our page that is offered, and holds it to come from theirs.
func (s *Service) toGive(tx Tx, by coop.Actor, p, to *Protocol, w Writing) (Revision, error) {
	base, err := tx.Text(w.Base)
	if err != nil {
		return Revision{}, err
	}
	r, err := NewRevision(w.Name, w.Source, base.Parents...)
	if err != nil {
		return r, err
	}
	from, err := giveFrom(tx, p, to, base.ID)
	if err != nil {
		return r, err
	}
	if from == base.ID && r.ID == base.ID { // their own text is no change
		if r, err = tx.Revision(p.ID, base.ID); err != nil {
			return r, coop.Errorf(coop.Invalid, "offer.unrelated", "the text is that of %s: %w", w.Base, err)
		}
	} else {
		if r, err = NewRevision(w.Name, w.Source, from); err != nil {
			return r, err
		}
		if r, err = s.ours(tx, by, p, r, w.Reason); err != nil {
			return r, err
		}
	}
	if err := tx.PutText(r); err != nil {
		return r, err
	}
	h, err := history(tx, r.ID, to.Latest)
	if err != nil {
		return r, err
	}
	if _, ok := h.Base(r.ID, to.Latest); !ok || h.IsAncestor(r.ID, to.Latest) {
		return r, coop.Errorf(coop.Invalid, "offer.unrelated", "revision %s has nothing for %s", r.ID, to.IRI)
	}
	return r, nil
}

// giveFrom gives what a change of base is said to be made from: base itself, or the text of theirs that it comes from when something in between was only
// written or proposed. Others could not read that, and would see no past that the change has in common with them.
func giveFrom(tx Tx, p, to *Protocol, base RevisionID) (RevisionID, error) {
	h, err := history(tx, base, to.Latest)
	if err != nil {
		return "", err
	}
	theirs, ok := h.Base(base, to.Latest)
	if !ok {
		return base, nil
	}
	for _, id := range append(h.Ancestors(base), base) {
		if id == theirs || !h.IsAncestor(theirs, id) {
			continue
		}
		r, err := tx.Revision(p.ID, id)
		if there, err := known(err); err != nil {
			return "", err
		} else if there && r.Enacted.IsZero() && !r.Shared {
			return theirs, nil
		}
	}
	return base, nil
}

// OfferAnswered keeps the answer to a change that we gave back, in the caller's transaction: from is who answers, which the caller has verified;
// result is the text that their page took, which has to be here, or "" when they reject it with a reason. It may come twice. Errors: NotFound,
// key offer.unknown, and revision.unknown for a result that is not here yet; Forbidden, key owner.differs, when the page is not theirs;
// Conflict: key offer.settled, offer.unrelated.
func (s *Service) OfferAnswered(tx Tx, activity, from coop.IRI, result RevisionID, reason string) (Offer, error) {
	o, err := tx.OfferByActivity(activity)
	if err != nil {
		return o, err
	}
	if o.From != "" || from == "" || !coop.SameOrigin(o.Page, from) {
		return o, coop.Errorf(coop.Forbidden, "owner.differs", "offer %s for %s answered by %s", activity, o.Page, from)
	}
	if o.State == OfferSuperseded { // they answered before they heard of the later one
		o.State = OfferReceived
	}
	now := s.now()
	if result == "" {
		if reason = coop.Cut(reason, MaxReason); strings.TrimSpace(reason) == "" {
			reason = "-" // a peer need not say why
		}
		if err := o.Reject(reason, now); err != nil {
			return o, err
		}
		return o, tx.PutOffer(o)
	}
	if _, err := tx.Text(result); err != nil {
		return o, err
	}
	h, err := history(tx, result, o.Revision)
	if err != nil {
		return o, err
	}
	if err := o.Accept(h, result, now); err != nil {
		return o, err
	}
	return o, tx.PutOffer(o)
}
