package handbook

import (
	"context"
	"fmt"
	"time"

	"toadlane/coop"
)

// Attesting is what we say of a standard of service: which items of its checklist we meet, as of which day, and where one can see it.
type Attesting struct {
	Met      []int
	Evidence string
	Checked  time.Time
	Public   bool
}

// SayMet says how far we meet a standard: a page of ours, or a neighbour's that we adopted or adapted. It is said of the text that we go by; when
// another comes into use, it has to be said anew. Nothing met takes it back. Stewards may. Errors: Unauthenticated, Forbidden, NotFound,
// Invalid with field errors; Conflict: key standard.not for a page of another kind, adoption.none for one that we do not go by.
func (s *Service) SayMet(ctx context.Context, by coop.Actor, page coop.ID, in Attesting) (Adoption, error) {
	var a Adoption
	if err := mustSteward(by, "say what is met"); err != nil {
		return a, err
	}
	err := s.Store.Write(ctx, func(tx Tx) error {
		p, err := tx.Protocol(page)
		if err != nil {
			return err
		}
		if p.Kind != Standard {
			return coop.Errorf(coop.Conflict, "standard.not", "protocol %s is a %s", p.IRI, p.Kind)
		}
		if p.Local() { // nothing said of an older text goes on
			if err := s.unsay(tx, by, &p); err != nil {
				return err
			}
		}
		a, err = tx.OurAdoptionOf(p.IRI, s.now())
		there, err := known(err)
		if err != nil {
			return err
		}
		if !there {
			if !p.Local() || !p.Public() || p.Status == Retired {
				return coop.Errorf(coop.Conflict, "adoption.none", "nothing of ours goes by %s", p.IRI)
			}
			a = s.adoption(&p, p.InUse, Adopting{Public: in.Public}, AsItIs)
		}
		if a.Manner == Link {
			return coop.Errorf(coop.Conflict, "adoption.none", "of %s only a link is kept", p.IRI)
		}
		return s.attest(tx, by, &p, &a, in)
	})
	if err != nil {
		return a, fmt.Errorf("say what is met of %s: %w", page, err)
	}
	return a, nil
}

// attest keeps what is said of the text of an adoption.
func (s *Service) attest(tx Tx, by coop.Actor, p *Protocol, a *Adoption, in Attesting) error {
	text, err := tx.Text(a.Revision)
	if err != nil {
		return err
	}
	a.Met, a.Evidence, a.Checked, a.Public = in.Met, in.Evidence, in.Checked, in.Public
	if err := a.Validate(&text); err != nil {
		return err
	}
	switch {
	case a.IRI == "":
		return s.announce(tx, by, p, a)
	case !a.Public:
		return s.quieten(tx, by, p, a)
	}
	if err := tx.PutAdoption(*a); err != nil {
		return err
	}
	return tx.Append(s.event(coop.AdoptionChanged, by, a.IRI, Used{*a, *p}))
}

// quieten takes the note of an adoption back that others were told of and are to see no longer. The adoption goes on under a new id: were it told of
// again by the same note, whoever was told of its end would keep it away.
func (s *Service) quieten(tx Tx, by coop.Actor, p *Protocol, a *Adoption) error {
	was, err := tx.Adoption(a.ID)
	if err != nil {
		return err
	}
	if err := s.end(tx, by, p, &was); err != nil {
		return err
	}
	a.ID, a.IRI, a.Since = s.NewID(), "", s.now()
	return tx.PutAdoption(*a)
}

// unsay takes back what we said of meeting a page of ours once that is no standard in use any more, or another text: it was said of the
// checklist that there was then.
func (s *Service) unsay(tx Tx, by coop.Actor, p *Protocol) error {
	a, err := tx.OurAdoptionOf(p.IRI, s.now())
	if there, err := known(err); !there {
		return err
	}
	if p.Kind == Standard && p.Status != Retired && a.Revision == p.InUse {
		return nil
	}
	return s.end(tx, by, p, &a)
}

// Met is a standard that we say something of.
type Met struct {
	Adoption Adoption
	Page     Protocol
	Items    []Task // of the checklist
	All      bool   // every one is met
}

// Standards lists the standards of service that we say we meet items of, latest first: members all, others what others were told. It is the
// badges of the co-op's front.
func (s *Service) Standards(ctx context.Context, by coop.Actor) ([]Met, error) {
	r := eachOnce(s.read(ctx))
	all, err := r.Adoptions()
	if err != nil {
		return nil, fmt.Errorf("standards: %w", err)
	}
	now := s.now()
	var out []Met
	for _, a := range all {
		if !a.Holds(now) || len(a.Met) == 0 || a.IRI == "" && !by.CanPost() {
			continue
		}
		m := Met{Adoption: a}
		if m.Page, err = pageOf(r, &a); err != nil {
			return nil, fmt.Errorf("standards: %w", err)
		}
		text, err := r.Text(a.Revision)
		if err != nil {
			return nil, fmt.Errorf("standards: %w", err)
		}
		m.Items, m.All = Checklist(text.Source), a.Meets(&text, now)
		out = append(out, m)
	}
	return out, nil
}

// Meeting is a standard of service with the co-ops that say in public that they meet every item of it.
type Meeting struct {
	Page  Protocol
	Coops []coop.IRI // "" is ours
}

// maxMeetings is how many standards are looked at.
const maxMeetings = 500

// Meetings lists the standards, ours and neighbours', that at least one co-op meets, by folded name: what the market can be narrowed by. Everybody
// may: all of it was said in public.
func (s *Service) Meetings(ctx context.Context) ([]Meeting, error) {
	r := eachOnce(s.read(ctx))
	var out []Meeting
	q := Query{Kind: Standard, Sort: ByName, Limit: MaxPage}
	for seen := 0; seen < maxMeetings; seen += MaxPage {
		f, err := r.SearchProtocols(q, s.now())
		if err != nil {
			return nil, fmt.Errorf("standards that are met: %w", err)
		}
		for i := range f.Hits {
			m := Meeting{Page: f.Hits[i].Protocol}
			if m.Page.Local() && !m.Page.Public() || f.Hits[i].Adoptions == 0 {
				continue
			}
			uses, err := s.uses(r, &m.Page)
			if err != nil {
				return nil, fmt.Errorf("standards that are met: %w", err)
			}
			for _, u := range uses {
				if u.Meets {
					m.Coops = append(m.Coops, u.Adoption.Coop)
				}
			}
			if len(m.Coops) > 0 {
				out = append(out, m)
			}
		}
		if q.Cursor = f.Next; q.Cursor == "" {
			break
		}
	}
	return out, nil
}
