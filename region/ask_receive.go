package region

import (
	"context"
	"fmt"

	"toadlane/coop"
)

// ReceiveAsk begins to take the word with which a co-op asks to take part in a region that we host: outside of a transaction, since the answer may have
// to be signed. The caller has verified that the co-op says so by a key of its own. What it gives is for KeepAsk. Errors: NotFound, key
// region.unknown, when it is none that we host; Invalid; Unauthenticated when the word is not signed by its key.
func (s *Service) ReceiveAsk(ctx context.Context, host coop.IRI, e Entry) (func(tx Tx, join coop.IRI) error, error) {
	bad := func(err error) (func(Tx, coop.IRI) error, error) {
		return nil, fmt.Errorf("%s asks for region %s: %w", e.Coop, e.Region, err)
	}
	r, err := s.read(ctx).Region(e.Region)
	if err != nil {
		return bad(err)
	}
	if !r.Hosted || r.Charter.Host != host || r.State != Joined {
		return bad(coop.Errorf(coop.NotFound, "region.unknown", "region %s is not hosted at %s", e.Region, host))
	}
	if r.Marked { // it is answered when we know again what we said
		return bad(coop.Errorf(coop.Unavailable, "region.restored", "what was said in region %s since the backup is not known yet", r.ID))
	}
	if err := s.judge(&e); err != nil {
		return bad(err)
	}
	if e.Left {
		return bad(coop.Errorf(coop.Invalid, "inbox.malformed", "it asks by leaving"))
	}
	p, err := s.part(s.read(ctx), r.ID, e.Coop)
	if err != nil {
		return bad(err)
	}
	let, err := s.lets(ctx, &r, &p)
	if err != nil {
		return bad(err)
	}
	was := p.State
	p.hearEntry(e)
	p.settle(&r.Charter, s.now())
	a, v, err := s.greet(ctx, &r, &p, let)
	if err != nil {
		return bad(err)
	}
	return func(tx Tx, join coop.IRI) error {
		r, p, err := s.known(tx, r.ID, e.Coop)
		if err != nil {
			return err
		}
		if p.State != was {
			return coop.Errorf(coop.Unavailable, "part.settled", "%s was answered meanwhile", e.Coop)
		}
		if !p.hearEntry(e) {
			return nil
		}
		p.Join = join
		p.settle(&r.Charter, s.now())
		p.Moved = s.now()
		if p.State == Asking {
			if n, err := tx.CountParts(r.ID, Asking); err != nil || was != Asking && n >= MaxAsking {
				if err == nil {
					err = coop.Errorf(coop.TooMany, "region.full", "%d ask", n)
				}
				return err
			}
		}
		if v != nil && p.State == Asking {
			p.hearVote(*v)
		}
		if a != nil && p.State == Asking {
			if !a.answers(&p, &r.Charter) {
				return coop.Errorf(coop.Unavailable, "part.settled", "%s was answered meanwhile", e.Coop)
			}
			return s.settleAnswer(tx, coop.Remote(e.Coop), &r, p, *a, "")
		}
		if p.State == Asking {
			if err := s.tellCouncil(tx, coop.Remote(e.Coop), &r, &p); err != nil {
				return err
			}
			if v != nil {
				if err := s.tell(tx, coop.RegionFavoured, coop.System("invited"), &r, Told{Coop: e.Coop, Vote: v}); err != nil {
					return err
				}
			}
		}
		if p.State == In {
			if err := s.tell(tx, coop.RegionRolled, coop.Remote(e.Coop), &r, Told{Coop: e.Coop, Entry: &p.Entry, Admission: p.Admission(&r.Charter)}); err != nil {
				return err
			}
		}
		return tx.PutPart(p)
	}, nil
}

// greet signs what is said to one that asks without a person having to look: that it is in, or not, or, to whom we invited where the council lets in, that
// we favour it.
func (s *Service) greet(ctx context.Context, r *Region, p *Part, let bool) (*Admission, *Vote, error) {
	if p.State != Asking {
		return nil, nil, nil
	}
	if r.Charter.Joining == ByCouncil {
		if _, sits := r.Charter.Seat(s.Actor); !sits || !let {
			return nil, nil, nil
		}
		v, err := s.vote(ctx, r, p)
		if err != nil {
			return nil, nil, err
		}
		a, err := s.voted(ctx, r, *p, v)
		return a, &v, err
	}
	if !let && r.Charter.Joining != Invitation {
		return nil, nil, nil
	}
	a, err := s.admission(ctx, r, p, let)
	return &a, nil, err
}

// lets tells whether who asks is let in without a person: whoever was invited is, and whoever goes by what an open region expects.
func (s *Service) lets(ctx context.Context, r *Region, p *Part) (bool, error) {
	if p.State == Bidden {
		return true, nil
	}
	if r.Charter.Joining != OpenToAll {
		return false, nil
	}
	if len(r.Charter.Expects) == 0 || s.Meets == nil {
		return len(r.Charter.Expects) == 0, nil
	}
	missing, err := s.Meets(ctx, p.Coop, r.Charter.Expects)
	return len(missing) == 0, err
}
