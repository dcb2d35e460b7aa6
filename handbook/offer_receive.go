package handbook

import (
	"context"
	"fmt"
	"time"

	"toadlane/coop"
)

// ReceiveOffer keeps a change that another co-op gives back to a page of ours, in the caller's transaction: in's Activity, From, Page and
// Revision, and the text r, whose id is computed anew; the caller has verified that From says so, and fetched r and what it comes from as
// far as that is not here. It may come twice; open offers of the same sender that it builds on are superseded. It tells whether it was new.
// Errors: NotFound, key protocol.unknown, when the page is not ours or not public; Invalid: key revision.forged, revision.unknown when r is
// another text, offer.unrelated when it does not come from the page, or a field when its reason can't be kept; Conflict, key offer.differs.
func (s *Service) ReceiveOffer(tx Tx, in Offer, r Revision) (Offer, bool, error) {
	bad := func(err error) (Offer, bool, error) { return in, false, fmt.Errorf("offer %s: %w", in.Activity, err) }
	if in.Activity == "" || in.From == "" || !coop.SameOrigin(in.Activity, in.From) || in.From.Origin() == string(s.Base) {
		return bad(coop.Errorf(coop.Forbidden, "origin.differs", "it is not of %s", in.From))
	}
	if err := r.Verify(); err != nil {
		return bad(err)
	}
	if r.ID != in.Revision {
		return bad(coop.Errorf(coop.Invalid, "revision.forged", "it came with the text of %s", r.ID))
	}
	p, err := tx.ProtocolByIRI(in.Page)
	if err != nil {
		return bad(err)
	}
	if !p.Local() || !p.Public() {
		return bad(coop.Errorf(coop.NotFound, "protocol.unknown", "page %s takes no changes", in.Page))
	}
	all, err := tx.OffersFor(p.IRI)
	if err != nil {
		return bad(err)
	}
	if err := tx.PutText(r); err != nil {
		return bad(err)
	}
	h, err := history(tx, p.Latest, r.ID)
	if err != nil {
		return bad(err)
	}
	in.ID = s.NewID()
	o, gone, fresh, err := Receive(all, in, h, p.Latest, s.now())
	if err != nil {
		return bad(err)
	}
	if !fresh {
		return o, false, nil
	}
	_, err = tx.Revision(p.ID, r.ID)
	there, err := known(err)
	if err != nil {
		return bad(err)
	}
	if !there {
		r.Reason = coop.Cut(r.Reason, MaxReason)
		if err := coop.Lines("reason", r.Reason, 0, MaxReason); err != nil {
			return bad(err)
		}
		// What became of it at its sender's is nothing to our page: here nobody decided on it, and it stays with the members.
		r.Protocol, r.Home, r.By, r.Number, r.Decision, r.Enacted, r.Shared = p.ID, in.From, "", 0, nil, time.Time{}, false
		if r.Made.IsZero() {
			r.Made = s.now()
		}
		if err := tx.PutRevision(r); err != nil {
			return bad(err)
		}
	}
	for _, k := range gone {
		if err := tx.PutOffer(k); err != nil {
			return bad(err)
		}
	}
	if err := tx.PutOffer(o); err != nil {
		return bad(err)
	}
	return o, true, nil
}

// OfferView is a change given back, with what it would make of the page.
type OfferView struct {
	Offer    Offer
	Page     Protocol // whose it is meant for
	Revision Revision // what is offered
	Joined   Joined   // with our latest text, of one that we received and have not answered
}

// Offer shows a change that was given back to us or that we gave back. Members may. Errors: Unauthenticated, NotFound.
func (s *Service) Offer(ctx context.Context, by coop.Actor, id coop.ID) (OfferView, error) {
	var v OfferView
	if err := mustMember(by, "see an offer"); err != nil {
		return v, err
	}
	if err := s.offerView(s.read(ctx), id, &v); err != nil {
		return v, fmt.Errorf("offer %s: %w", id, err)
	}
	return v, nil
}

func (s *Service) offerView(r Reader, id coop.ID, v *OfferView) (err error) {
	if v.Offer, err = r.Offer(id); err != nil {
		return err
	}
	if v.Page, err = pageOf(r, &Adoption{Page: v.Offer.Page}); err != nil {
		return err
	}
	if v.Revision, err = r.Text(v.Offer.Revision); err != nil {
		return err
	}
	if v.Offer.From == "" || v.Offer.State.Settled() {
		return nil
	}
	if v.Revision, err = r.Revision(v.Page.ID, v.Offer.Revision); err != nil {
		return err
	}
	v.Joined, err = s.join(r, &v.Page, v.Revision)
	return err
}

// OfferLine is a change given back as a list shows it.
type OfferLine struct {
	Offer Offer
	Page  Protocol // whose it is meant for; only its address when it is gone
	Name  string   // of the page, or of the text that is offered for one that is gone; "" when neither is here
}

// OfferLines is Offers with the pages that they are meant for. No text is joined for it, and what is gone fails no list.
func (s *Service) OfferLines(ctx context.Context, by coop.Actor, ours, settled bool, limit int, cursor string) ([]OfferLine, string, error) {
	list, next, err := s.Offers(ctx, by, ours, settled, limit, cursor)
	if err != nil {
		return nil, "", err
	}
	r := s.read(ctx)
	out := make([]OfferLine, len(list))
	pages := map[coop.IRI]Protocol{}
	for i, o := range list {
		p, ok := pages[o.Page]
		if !ok {
			if p, err = pageOf(r, &Adoption{Page: o.Page}); err != nil {
				return nil, "", fmt.Errorf("page of offer %s: %w", o.ID, err)
			}
			pages[o.Page] = p
		}
		if out[i] = (OfferLine{o, p, p.Name}); p.Name != "" {
			continue
		}
		text, err := r.Text(o.Revision)
		if _, err := known(err); err != nil {
			return nil, "", fmt.Errorf("text of offer %s: %w", o.ID, err)
		}
		out[i].Name = text.Name
	}
	return out, next, nil
}

// Offers lists changes given back, latest first: those of ours or those to us, with or without an answer. Members may. Errors: Unauthenticated;
// Invalid, key cursor.invalid.
func (s *Service) Offers(ctx context.Context, by coop.Actor, ours, settled bool, limit int, cursor string) (list []Offer, next string, err error) {
	if err := mustMember(by, "list offers"); err != nil {
		return nil, "", err
	}
	if list, next, err = s.read(ctx).Offers(ours, settled, pageSize(limit), cursor); err != nil {
		return nil, "", fmt.Errorf("offers: %w", err)
	}
	return list, next, nil
}
