package region

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"toadlane/coop"
)

// Vote is the yes of a council co-op to one that asks to take part in a region whose council lets in. There is no vote against: who is not favoured by
// enough waits, until the host refuses.
type Vote struct {
	Region  ID
	Charter ID       // in whose council it speaks
	Coop    coop.IRI // who asks
	Serial  uint64   // of the word with which it does
	By      coop.IRI
	Bytes   []byte
}

// counts tells whether a vote is that of a co-op in the council of a charter.
func (v *Vote) counts(c *Charter, check Check) bool {
	seat, sits := c.Seat(v.By)
	return sits && v.Region == c.Of() && v.Charter == c.ID && check(seat.Key, v.Bytes) == nil
}

// Allows tells whether a host may say a word in the name of a charter: where its council lets in, enough co-ops of it have to favour whom the word lets in,
// and it carries what they signed, so that whoever reads it need not believe the host. Class Forbidden, key admission.unvoted.
func (c *Charter) Allows(a *Admission, check Check) error {
	if c.Joining != ByCouncil || !a.In {
		return nil
	}
	var yes []coop.IRI
	for i := range a.Votes {
		if v := &a.Votes[i]; v.Coop == a.Coop && v.Serial <= a.Serial && !slices.Contains(yes, v.By) && v.counts(c, check) {
			yes = append(yes, v.By)
		}
	}
	if len(yes) < c.Need {
		return coop.Errorf(coop.Forbidden, "admission.unvoted", "%d of %d favour %s", len(yes), c.Need, a.Coop)
	}
	return nil
}

// restsOn is the earliest word of a co-op that an admission goes by: who left after it was not let in by it, and votes from before do not let it in again.
func (a *Admission) restsOn() uint64 {
	n := a.Serial
	for _, v := range a.Votes {
		n = min(n, v.Serial)
	}
	return n
}

// hearVote keeps a vote for a co-op, and tells whether it says something new.
func (p *Part) hearVote(v Vote) bool {
	i := slices.IndexFunc(p.Votes, func(o Vote) bool { return o.By == v.By && o.Charter == v.Charter })
	switch {
	case i < 0:
		p.Votes = append(p.Votes, v)
	case p.Votes[i].Serial >= v.Serial:
		return false
	default:
		p.Votes[i] = v
	}
	return true
}

// Yes lists the votes for a co-op that count under a charter, by who favours it: none from before it left, or was refused or expelled. Anybody can send those
// again, since they stand in the admission that they made.
func (p *Part) Yes(under *Charter) (out []Vote) {
	over := p.LeftAt
	if a := p.Admission(under); a != nil && !a.In {
		over = max(over, a.Serial)
	}
	for _, v := range p.Votes {
		if v.Charter == under.ID && v.Serial > over && v.Serial <= p.Entry.Serial {
			out = append(out, v)
		}
	}
	slices.SortFunc(out, func(a, b Vote) int { return cmp.Compare(a.By, b.By) })
	return out
}

// Favour says yes, in our co-op's name, to one that asks to take part in a region whose council lets in. The rest of the council and the host are told; with enough
// votes the host lets it in, by itself. Stewards of a council co-op may. Errors: NotFound; Forbidden, key council.only; Conflict, key part.settled, when
// it does not ask, and key region.unvoted where the council is not asked.
func (s *Service) Favour(ctx context.Context, by coop.Actor, slug string, who coop.IRI) error {
	if err := mustSteward(by, "favour a co-op"); err != nil {
		return err
	}
	for {
		again, err := s.favourOnce(ctx, by, slug, who)
		if err != nil {
			return fmt.Errorf("favour %s in region %s: %w", who, slug, err)
		}
		if !again {
			return nil
		}
	}
}

func (s *Service) favourOnce(ctx context.Context, by coop.Actor, slug string, who coop.IRI) (again bool, err error) {
	r, err := s.councilRegion(ctx, by, slug)
	if err != nil {
		return false, err
	}
	if r.Charter.Joining != ByCouncil {
		return false, coop.Errorf(coop.Conflict, "region.unvoted", "who joins is said by %s", r.Charter.Joining)
	}
	p, err := s.read(ctx).Part(r.ID, who)
	if err != nil {
		return false, err
	}
	v, err := s.vote(ctx, &r, &p)
	if err != nil {
		return false, err
	}
	a, err := s.voted(ctx, &r, p, v)
	if err != nil {
		return false, err
	}
	err = s.Store.Write(ctx, func(tx Tx) error {
		if err := hold(tx, &r, &p, Asking); err != nil {
			return err
		}
		if again = v.Charter != r.Charter.ID || v.Serial != p.Entry.Serial; again {
			return nil
		}
		p.hearVote(v) // one that was said before is told again: its host may have lost it
		if again = s.overtaken(&r, &p, a); again {
			return nil
		}
		if err := s.tell(tx, coop.RegionFavoured, by, &r, Told{Coop: who, Vote: &v}); err != nil {
			return err
		}
		return s.counted(tx, by, &r, p, a)
	})
	return again, err
}

// vote signs our yes to a co-op.
func (s *Service) vote(ctx context.Context, r *Region, p *Part) (Vote, error) {
	return s.Papers.Vote(ctx, Vote{Region: r.ID, Charter: r.Charter.ID, Coop: p.Coop, Serial: p.Entry.Serial, By: s.Actor})
}

// voted signs as the host that a co-op is let in, when with one vote more enough of the council favour it; nil otherwise.
func (s *Service) voted(ctx context.Context, r *Region, p Part, v Vote) (*Admission, error) {
	p.Votes = slices.Clone(p.Votes)
	if p.hearVote(v); !enough(r, &p) {
		return nil, nil
	}
	a, err := s.admission(ctx, r, &p, true)
	return &a, err
}

// enough tells whether we have to let in a co-op that asks, because the council wants it.
func enough(r *Region, p *Part) bool {
	return r.Hosted && r.Charter.Joining == ByCouncil && p.State == Asking && len(p.Yes(&r.Charter)) >= r.Charter.Need
}

// overtaken tells whether what was signed before the transaction is not what is to be kept in it: another vote or word came between.
func (s *Service) overtaken(r *Region, p *Part, a *Admission) bool {
	return enough(r, p) != (a != nil) || a != nil && !a.answers(p, &r.Charter)
}

// counted keeps a part after a vote, and lets the co-op in where we signed that.
func (s *Service) counted(tx Tx, by coop.Actor, r *Region, p Part, a *Admission) error {
	if a != nil {
		return s.settleAnswer(tx, by, r, p, *a, "")
	}
	return tx.PutPart(p)
}

// FavourAgain tells once more that we favour a co-op whose host asks about it, and so does not know it. The node itself may.
func (s *Service) FavourAgain(tx Tx, id ID, who coop.IRI) error {
	r, p, err := s.known(tx, id, who)
	if err != nil || p.State != Asking {
		return err
	}
	for _, v := range p.Yes(&r.Charter) {
		if v.By == s.Actor {
			return s.tell(tx, coop.RegionFavoured, coop.System("asked again"), &r, Told{Coop: who, Vote: &v})
		}
	}
	return nil
}

// ReceiveVote begins to take a council co-op's vote, outside of a transaction, since the host's answer may have to be signed. What it gives is for the
// transaction. A vote for one that does not ask any more changes nothing. Errors: NotFound, key region.unknown; Unavailable, key charter.unknown, when it
// is said in the name of a charter that is not known here, and key part.settled when something came between; Forbidden, key council.only, or
// Unauthenticated when it is none of the council's.
func (s *Service) ReceiveVote(ctx context.Context, v Vote) (func(Tx) error, error) {
	keep, err := s.receiveVote(ctx, v)
	if err != nil {
		return nil, fmt.Errorf("vote of %s for %s in region %s: %w", v.By, v.Coop, v.Region, err)
	}
	return keep, nil
}

func (s *Service) receiveVote(ctx context.Context, v Vote) (func(Tx) error, error) {
	nothing := func(Tx) error { return nil }
	r, err := s.read(ctx).Region(v.Region)
	if err != nil {
		return nil, err
	}
	if err := votesNow(s.read(ctx), &r, &v); err != nil {
		if coop.KeyOf(err) == "charter.stale" {
			return nothing, nil
		}
		return nil, err
	}
	seat, sits := r.Charter.Seat(v.By)
	if !sits {
		return nil, coop.Errorf(coop.Forbidden, "council.only", "%s is not in the council", v.By)
	}
	if err := s.Papers.Check(seat.Key, v.Bytes); err != nil {
		return nil, err
	}
	p, err := s.read(ctx).Part(r.ID, v.Coop)
	if err != nil || p.State != Asking {
		if err != nil && coop.ClassOf(err) != coop.NotFound {
			return nil, err
		}
		return nothing, nil
	}
	if r.Hosted && r.Marked {
		return nil, coop.Errorf(coop.Unavailable, "region.restored", "what was said in region %s since the backup is not known yet", r.ID)
	}
	a, err := s.voted(ctx, &r, p, v)
	if err != nil {
		return nil, err
	}
	return func(tx Tx) error {
		r, p, err := s.known(tx, v.Region, v.Coop)
		if err != nil || p.State != Asking || v.Charter != r.Charter.ID || !p.hearVote(v) {
			return err
		}
		if s.overtaken(&r, &p, a) {
			return coop.Errorf(coop.Unavailable, "part.settled", "something came between")
		}
		return s.counted(tx, coop.Remote(v.By), &r, p, a)
	}, nil
}

// votesNow tells whether a vote is said in the name of the charter in force. Class NotFound, key charter.stale, for one before it; Unavailable, key
// charter.unknown, for one that is not here.
func votesNow(r Reader, of *Region, v *Vote) error {
	if v.Charter == of.Charter.ID {
		return nil
	}
	all, err := r.Charters(of.ID)
	if err != nil {
		return err
	}
	for x := before(all, &of.Charter); x != nil; x = before(all, x) {
		if x.ID == v.Charter {
			return coop.Errorf(coop.NotFound, "charter.stale", "said in the name of %s, in force is %s", v.Charter, of.Charter.ID)
		}
	}
	return coop.Errorf(coop.Unavailable, "charter.unknown", "said in the name of %s, in force is %s", v.Charter, of.Charter.ID)
}

// tellCouncil has the council of a region that we host told of one that asks, or asks no more.
func (s *Service) tellCouncil(tx Tx, by coop.Actor, r *Region, p *Part) error {
	if !r.Hosted || r.Charter.Joining != ByCouncil {
		return nil
	}
	t := Told{Coop: p.Coop, Entry: &p.Entry}
	if a := p.Admission(&r.Charter); a != nil && a.Serial >= p.Entry.Serial {
		t.Admission = a
	}
	return s.tell(tx, coop.RegionWanted, by, r, t)
}

// Waiting counts the co-ops that ask to take part in a region and wait for an answer of ours: all of them where a steward of the host answers, those that we
// do not favour yet where the council lets in and we are in it. The node itself may.
func (s *Service) Waiting(ctx context.Context, r *Region) (n int, err error) {
	read, by := s.read(ctx), r.Charter.Joining == ByCouncil
	if _, sits := r.Charter.Seat(s.Actor); r.State != Joined || by && !sits || !by && !r.Hosted {
		return 0, nil
	}
	if !by {
		n, err = read.CountParts(r.ID, Asking)
	} else {
		var list []Part
		if list, _, err = read.Parts(r.ID, Asking, MaxAsking, ""); err == nil {
			for i := range list {
				if !list[i].Favoured(&r.Charter, s.Actor) {
					n++
				}
			}
		}
	}
	if err != nil {
		return 0, fmt.Errorf("who waits in region %s: %w", r.ID, err)
	}
	return n, nil
}

// Favoured tells whether a council co-op favours one that asks.
func (p *Part) Favoured(under *Charter, by coop.IRI) bool {
	return slices.ContainsFunc(p.Yes(under), func(v Vote) bool { return v.By == by })
}
