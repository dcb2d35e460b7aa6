package region

import (
	"context"
	"fmt"

	"toadlane/coop"
)

// MaxWhy is how long a reason may be with which a host refuses.
const MaxWhy = 500

// Admit lets a co-op that asks take part in a region that we host; where its council lets in, that is our vote for it, see Favour. Stewards may. Errors:
// NotFound; Conflict, key part.settled, when it does not ask; TooMany, key region.full.
func (s *Service) Admit(ctx context.Context, by coop.Actor, slug string, who coop.IRI) error {
	if r, err := s.Region(ctx, by, slug); err == nil && r.Charter.Joining == ByCouncil {
		return s.Favour(ctx, by, slug, who)
	}
	return s.answer(ctx, by, slug, who, true, "", Asking)
}

// Refuse says no to a co-op that asks; why, which may be empty, is told to it. Stewards may. Errors as of Admit; Invalid about "why".
func (s *Service) Refuse(ctx context.Context, by coop.Actor, slug string, who coop.IRI, why string) error {
	return s.answer(ctx, by, slug, who, false, why, Asking)
}

// Expel ends a co-op's part in a region that we host: its items are gone within a minute. Stewards may. Errors as of Refuse; Conflict, key
// region.hosting, for our own part.
func (s *Service) Expel(ctx context.Context, by coop.Actor, slug string, who coop.IRI, why string) error {
	if who == s.Actor {
		return coop.Errorf(coop.Conflict, "region.hosting", "we host region %s", slug)
	}
	return s.answer(ctx, by, slug, who, false, why, In)
}

func (s *Service) answer(ctx context.Context, by coop.Actor, slug string, who coop.IRI, in bool, why string, from PartState) error {
	if err := mustSteward(by, "answer a co-op"); err != nil {
		return err
	}
	if err := coop.Lines("why", why, 0, MaxWhy); err != nil {
		return err
	}
	for {
		again, err := s.answerOnce(ctx, by, slug, who, in, why, from)
		if err != nil {
			return fmt.Errorf("answer %s in region %s: %w", who, slug, err)
		}
		if !again {
			return nil
		}
	}
}

// hosted gives a region that we host.
func (s *Service) hosted(ctx context.Context, by coop.Actor, slug string) (Region, error) {
	r, err := s.Region(ctx, by, slug)
	if err == nil && !r.Hosted {
		err = coop.Errorf(coop.NotFound, "region.elsewhere", "region %s is hosted by %s", slug, r.Charter.Host)
	}
	if err == nil {
		err = unmarked(&r)
	}
	return r, err
}

func (s *Service) answerOnce(ctx context.Context, by coop.Actor, slug string, who coop.IRI, in bool, why string, from PartState) (again bool, err error) {
	r, err := s.hosted(ctx, by, slug)
	if err != nil {
		return false, err
	}
	p, err := s.read(ctx).Part(r.ID, who)
	if err != nil {
		return false, err
	}
	a, err := s.admission(ctx, &r, &p, in)
	if err != nil {
		return false, err
	}
	err = s.Store.Write(ctx, func(tx Tx) error {
		if err := hold(tx, &r, &p, from); err != nil {
			return err
		}
		if again = !a.answers(&p, &r.Charter); again {
			return nil
		}
		return s.settleAnswer(tx, by, &r, p, a, why)
	})
	return again, err
}

// hold reads a region and a part in it again, for the transaction. Class Conflict, key part.settled, when the part is not as it was any more.
func hold(tx Tx, r *Region, p *Part, as PartState) (err error) {
	if *r, err = tx.Region(r.ID); err != nil {
		return err
	}
	if *p, err = tx.Part(r.ID, p.Coop); err == nil && p.State != as {
		err = coop.Errorf(coop.Conflict, "part.settled", "%s is %s", p.Coop, p.State)
	}
	return err
}

// admission signs our answer to what a co-op says.
func (s *Service) admission(ctx context.Context, r *Region, p *Part, in bool) (Admission, error) {
	a := Admission{Region: r.ID, Charter: r.Charter.ID, Coop: p.Coop, Serial: p.Entry.Serial, Nth: p.roll().Nth(p.Coop, &r.Charter), In: in}
	if in && r.Charter.Joining == ByCouncil {
		yes := p.Yes(&r.Charter)
		a.Votes = yes[:min(len(yes), r.Charter.Need)]
	}
	return s.Papers.Admission(ctx, a, r.Charter.Host)
}

// answers tells whether an admission still answers the latest word of a part.
func (a *Admission) answers(p *Part, under *Charter) bool {
	return a.Charter == under.ID && a.Serial == p.Entry.Serial && a.Nth == p.roll().Nth(p.Coop, under)
}

// settleAnswer keeps our answer as host and tells whoever has to know.
func (s *Service) settleAnswer(tx Tx, by coop.Actor, r *Region, p Part, a Admission, why string) error {
	if err := r.Charter.Allows(&a, s.Papers.Check); err != nil { // another charter came into force between
		return coop.Errorf(coop.Unavailable, "part.settled", "answer to %s: %w", p.Coop, err)
	}
	if a.In && p.State != In {
		n, err := tx.CountParts(r.ID, In)
		if err != nil {
			return err
		}
		if n >= MaxParts {
			return coop.Errorf(coop.TooMany, "region.full", "%d take part in %s", n, r.ID)
		}
	}
	was := p.State
	p.hearAdmission(a)
	p.settle(&r.Charter, s.now())
	p.Moved = s.now()
	t := Told{Coop: p.Coop, Join: p.Join, Entry: &p.Entry, Admission: &a, Why: why}
	if was != In || !a.In {
		if err := s.tell(tx, coop.RegionAnswered, by, r, t); err != nil {
			return err
		}
	}
	if was == In || p.State == In {
		t.Why = "" // for the one alone
		if err := s.tell(tx, coop.RegionRolled, by, r, t); err != nil {
			return err
		}
	} else if err := s.tellCouncil(tx, by, r, &p); err != nil { // refused: they need not think about it any more
		return err
	}
	return tx.PutPart(p)
}

// Invite asks a co-op to take part in a region that we host; when it asks, it is in, or has our vote where the council lets in and we sit in it. Stewards may. The caller has looked the co-op up. Errors:
// NotFound; Conflict, key part.settled, when it is in or asks already; TooMany, key region.full.
func (s *Service) Invite(ctx context.Context, by coop.Actor, slug string, who coop.IRI, name string) error {
	if err := mustSteward(by, "invite into a region"); err != nil {
		return err
	}
	r, err := s.hosted(ctx, by, slug)
	if err != nil {
		return err
	}
	err = s.Store.Write(ctx, func(tx Tx) error {
		p, err := s.part(tx, r.ID, who)
		if err != nil {
			return err
		}
		if p.State == In || p.State == Asking || who == s.Actor {
			return coop.Errorf(coop.Conflict, "part.settled", "%s is %s", who, p.State)
		}
		n, err := tx.CountParts(r.ID, Bidden)
		if err != nil {
			return err
		}
		if n >= MaxAsking {
			return coop.Errorf(coop.TooMany, "region.full", "%d are invited into %s", n, r.ID)
		}
		p.State, p.Moved = Bidden, s.now()
		if p.Entry.ID == "" {
			p.Entry.Name = coop.Cut(name, MaxName)
		}
		if err := tx.PutPart(p); err != nil {
			return err
		}
		return s.tell(tx, coop.RegionInvited, by, &r, Told{Coop: who})
	})
	if err != nil {
		return fmt.Errorf("invite %s into region %s: %w", who, slug, err)
	}
	return nil
}
