package region

import (
	"context"
	"fmt"
	"slices"
	"time"

	"toadlane/coop"
)

// HearCharters takes charters of one region and the signatures under them, in any order, from whoever had them: they are checked by what they
// say. It gives the region as it is known then; one that was unknown has State Known. The node itself may. Errors: Invalid, key charter.malformed or
// charter.unsigned, when none of them makes a region; TooMany, key region.many.
func (s *Service) HearCharters(ctx context.Context, id ID, charters []Charter, marks []Mark) (Region, error) {
	for {
		r, again, err := s.hearCharters(ctx, id, charters, marks)
		if err != nil {
			return r, fmt.Errorf("charters of region %s: %w", id, err)
		}
		if !again {
			return r, nil
		}
	}
}

func (s *Service) hearCharters(ctx context.Context, id ID, charters []Charter, marks []Mark) (r Region, again bool, err error) {
	had, hadMarks, err := papers(s.read(ctx), id)
	if err != nil {
		return r, false, err
	}
	chain, err := s.chain(id, slices.Concat(had, charters), slices.Concat(hadMarks, marks)) // signatures are looked at here, with no transaction open
	if err != nil {
		return r, false, err
	}
	if chain.first == nil {
		return r, false, coop.Errorf(coop.Invalid, "charter.unsigned", "nothing stands of %d charters", len(charters))
	}
	err = s.Store.Write(ctx, func(tx Tx) error {
		now, nowMarks, err := papers(tx, id)
		if err != nil {
			return err
		}
		if again = len(now) != len(had) || len(nowMarks) != len(hadMarks); again {
			return nil
		}
		if r, err = s.regionOf(tx, id, chain.first.Slug); err != nil {
			return err
		}
		if r.Charter.ID == "" {
			r.Charter = *chain.Head("")
		}
		if err := tx.PutRegion(r); err != nil { // before what belongs to it
			return err
		}
		for _, c := range slices.Concat(had, charters) {
			if keeps(chain, had, &c) {
				if err := tx.PutCharter(id, c); err != nil {
					return err
				}
			}
			for _, m := range chain.Marks(c.ID) {
				if chain.counts(&c, m) && !slices.ContainsFunc(hadMarks, func(o Mark) bool { return o.Charter == m.Charter && o.Coop == m.Coop }) {
					if err := tx.PutMark(id, c.Version, c.Attempt, m); err != nil {
						return err
					}
				}
			}
		}
		return s.turnTo(tx, coop.System("charters"), &r, chain)
	})
	return r, again, err
}

// chain makes the chain of a region's charters and the signatures under them.
func (s *Service) chain(id ID, charters []Charter, marks []Mark) (*Chain, error) {
	chain := NewChain(s.Papers.Check)
	for i := range charters {
		if _, err := chain.Add(id, &charters[i]); err != nil {
			return nil, err
		}
	}
	_, err := chain.Add(id, nil, marks...)
	return chain, err
}

// keeps tells whether a charter that came is kept: one that stands, and one that follows the head and was signed by somebody of the council, as long as
// there are not too many of those.
func keeps(chain *Chain, had []Charter, c *Charter) bool {
	if slices.ContainsFunc(had, func(o Charter) bool { return o.ID == c.ID }) {
		return false
	}
	if chain.all[c.ID] != nil {
		return true
	}
	waiting := 0
	for _, o := range had {
		if o.Previous == c.Previous {
			waiting++
		}
	}
	return waiting < MaxProposals && slices.ContainsFunc(chain.Marks(c.ID), func(m Mark) bool { return chain.counts(c, m) })
}

// counts tells whether a signature under a charter is one of the council that decides on it.
func (c *Chain) counts(under *Charter, m Mark) bool {
	council := c.all[under.Previous]
	if under.Version == 1 {
		council = under
	}
	if council == nil {
		return false
	}
	seat, sits := council.Seat(m.Coop)
	return sits && m.Charter == under.ID && c.check(seat.Key, m.Bytes) == nil
}

// regionOf gives a region, or a fresh one when it is not known.
func (s *Service) regionOf(tx Tx, id ID, slug string) (Region, error) {
	r, err := tx.Region(id)
	if err == nil || coop.ClassOf(err) != coop.NotFound {
		return r, err
	}
	if err := fewRegions(tx); err != nil {
		return r, err
	}
	r = Region{ID: id, State: Known}
	r.Slug, err = freeSlug(tx, slug)
	return r, err
}

// papers reads what is kept of a region's charters.
func papers(r Reader, id ID) ([]Charter, []Mark, error) {
	charters, err := r.Charters(id)
	if err != nil {
		return nil, nil, err
	}
	marks, err := r.Marks(id)
	return charters, marks, err
}

// follow makes the head of a chain the charter in force.
func (r *Region) follow(c *Chain, now time.Time) {
	if held := time.Duration(r.Charter.Absence) * 24 * time.Hour; !r.Turned.IsZero() && now.Sub(r.Turned) > held {
		r.Anchor = r.Charter.ID
	}
	head := c.Head(r.Anchor)
	if head.ID != r.Charter.ID || r.Turned.IsZero() {
		r.Turned = now
	}
	r.Charter, r.Hosts = *head, nil
	for x := head; x != nil; x = c.Charter(x.Previous) {
		if !slices.Contains(r.Hosts, x.Host) {
			r.Hosts = append(r.Hosts, x.Host)
		}
	}
}

// freeSlug finds a slug for a region's pages that no other region here has.
func freeSlug(r interface {
	RegionBySlug(slug string) (Region, error)
}, want string) (string, error) {
	for n := 1; n <= MaxRegions; n++ {
		slug := want
		if n > 1 {
			tail := fmt.Sprintf("-%d", n)
			slug = want[:min(len(want), coop.MaxHandle-len(tail))] + tail
		}
		if slices.Contains(reserved, slug) {
			continue
		}
		if _, err := r.RegionBySlug(slug); err != nil {
			if coop.ClassOf(err) == coop.NotFound {
				return slug, nil
			}
			return "", err
		}
	}
	return "", coop.Errorf(coop.TooMany, "region.many", "no slug like %s is free", want)
}

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
	var a *Admission
	if p.settle(&r.Charter, s.now()); p.State == Asking && (let || r.Charter.Joining == Invitation) {
		said, err := s.admission(ctx, &r, &p, let)
		if err != nil {
			return bad(err)
		}
		a = &said
	}
	return func(tx Tx, join coop.IRI) error {
		p, err := s.part(tx, r.ID, e.Coop)
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
		if a != nil && p.State == Asking {
			if !a.answers(&p, &r.Charter) {
				return coop.Errorf(coop.Unavailable, "part.settled", "%s was answered meanwhile", e.Coop)
			}
			return s.settleAnswer(tx, coop.Remote(e.Coop), &r, p, *a, "")
		}
		if p.State == In {
			if err := s.tell(tx, coop.RegionRolled, coop.Remote(e.Coop), &r, Told{Coop: e.Coop, Entry: &p.Entry, Admission: p.Admission(&r.Charter)}); err != nil {
				return err
			}
		}
		return tx.PutPart(p)
	}, nil
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

// judge checks a co-op's word: that it makes sense, and that it is signed by the key that it names.
func (s *Service) judge(e *Entry) error {
	if err := e.Validate(); err != nil {
		return err
	}
	return s.Papers.Check(e.Key, e.Bytes)
}

// ReceiveEntry takes another co-op's word on its part in a region, whoever handed it on, and tells whether it says something new. It counts for a co-op
// only once that is confirmed, but ends its part at once. Errors: NotFound, key region.unknown; Forbidden, key origin.differs, for our own; Invalid;
// Unauthenticated when it is not signed by the key that it names, or by another than before of a co-op that is confirmed: then its actor is to be
// looked at first (Confirm).
func (s *Service) ReceiveEntry(tx Tx, e Entry) (bool, error) {
	r, p, err := s.known(tx, e.Region, e.Coop)
	if err == nil {
		err = s.judge(&e)
	}
	if err == nil && p.Own && e.Key != p.Entry.Key { // by our key it is ours, from before a backup was put back
		err = coop.Errorf(coop.Forbidden, "origin.differs", "a word of ours that we did not sign")
	}
	if err == nil && e.Key != p.Entry.Key && !p.Confirmed.IsZero() {
		err = coop.Errorf(coop.Unauthenticated, "proof.bad", "signed by %s, known by %s", e.Key, p.Entry.Key)
	}
	if err != nil {
		return false, fmt.Errorf("word of %s on region %s: %w", e.Coop, e.Region, err)
	}
	leftAt := p.LeftAt
	if e.ID == p.Entry.ID || !p.hearEntry(e) && p.LeftAt == leftAt { // that it once left counts though it comes late
		return false, nil
	}
	return true, s.moved(tx, &r, &p, coop.Remote(e.Coop))
}

// moved keeps a part after a word, and tells the others when we host.
func (s *Service) moved(tx Tx, r *Region, p *Part, by coop.Actor) error {
	was := p.State
	p.settle(&r.Charter, s.now())
	p.Moved = s.now()
	if r.Hosted && (was == In || p.State == In) {
		if err := s.tell(tx, coop.RegionRolled, by, r, Told{Coop: p.Coop, Entry: &p.Entry, Admission: p.Admission(&r.Charter)}); err != nil {
			return err
		}
	}
	return tx.PutPart(*p)
}

// known reads a region and a co-op's part in it.
func (s *Service) known(tx Tx, id ID, who coop.IRI) (Region, Part, error) {
	r, err := tx.Region(id)
	if err != nil {
		return r, Part{}, err
	}
	p, err := s.part(tx, id, who)
	return r, p, err
}

// ReceiveAdmission takes a host's word on a co-op, whoever handed it on, and tells whether it says something new. Errors: NotFound, key region.unknown;
// Unavailable, key charter.unknown, when it is said in the name of another charter than is known to be in force: the charters are to be read first;
// Unauthenticated when it is not signed by the host.
func (s *Service) ReceiveAdmission(tx Tx, a Admission) (bool, error) {
	r, p, err := s.known(tx, a.Region, a.Coop)
	if err == nil && a.Serial == 0 {
		err = coop.Errorf(coop.Invalid, "inbox.malformed", "it answers nothing")
	}
	var key string
	if err == nil {
		key, err = hostKey(tx, &r, &p, &a)
	}
	if err == nil {
		err = s.Papers.Check(key, a.Bytes)
	}
	if err != nil {
		return false, fmt.Errorf("word on %s in region %s: %w", a.Coop, a.Region, err)
	}
	if !p.hearAdmission(a) {
		return false, nil
	}
	if p.State == "" && p.Entry.ID == "" { // the other word comes with it or after it
		return true, tx.PutPart(p)
	}
	if p.Own {
		if err := s.heardOfUs(tx, &r, &p); err != nil {
			return false, err
		}
	}
	return true, s.moved(tx, &r, &p, coop.Remote(r.Charter.Host))
}

// hostKey finds by which key a host's word has to be signed: that of the charter in force, and of one before it for a word that the list names with
// which the one in force began.
func hostKey(tx Tx, r *Region, p *Part, a *Admission) (string, error) {
	if a.Charter == r.Charter.ID {
		return r.Charter.HostKey, nil
	}
	if err := lookUp(tx, r, p); err != nil {
		return "", err
	}
	if p.lists(a.ID) {
		all, err := tx.Charters(r.ID)
		if err != nil {
			return "", err
		}
		for x := &r.Charter; x != nil; x = before(all, x) {
			if x.ID == a.Charter {
				return x.HostKey, nil
			}
		}
	}
	return "", coop.Errorf(coop.Unavailable, "charter.unknown", "said in the name of %s, in force is %s", a.Charter, r.Charter.ID)
}

// before finds the charter that one follows. What one that stands follows stands too.
func before(all []Charter, x *Charter) *Charter {
	for i := range all {
		if all[i].ID == x.Previous {
			return &all[i]
		}
	}
	return nil
}

// heardOfUs brings the state of a region to what its host says of us.
func (s *Service) heardOfUs(tx Tx, r *Region, p *Part) error {
	was := p.State
	p.settle(&r.Charter, s.now())
	switch {
	case p.State == In && r.State == Asked:
		r.State, r.Joined, r.Pulled, r.Anchor = Joined, s.now(), time.Time{}, r.Charter.ID
	case p.State == Asking && r.State == Joined: // a new charter begins without us
		r.State = Asked
		if err := s.tell(tx, coop.RegionAsked, coop.System("charters"), r, Told{Coop: s.Actor, Entry: &p.Entry}); err != nil {
			return err
		}
	case p.State == Out && r.State == Joined && was == In:
		r.State, r.Invited = Expelled, false
	case p.State == Out && r.State == Asked:
		r.State, r.Invited = Refused, false
	default:
		return nil
	}
	if err := tx.PutRegion(*r); err != nil {
		return err
	}
	by := coop.Remote(r.Charter.Host)
	if err := s.tell(tx, coop.RegionSettled, by, r, Told{Coop: s.Actor}); err != nil {
		return err
	}
	return s.tellOurselves(tx, by)
}

// ReceiveWhy keeps what a host says beside its refusal. The caller has verified that the host says so. Unknown regions are no error.
func (s *Service) ReceiveWhy(tx Tx, host coop.IRI, why string) error {
	r, err := tx.RegionByHost(host)
	if err != nil {
		if coop.ClassOf(err) == coop.NotFound {
			return nil
		}
		return err
	}
	if r.State != Refused && r.State != Expelled && r.State != Asked {
		return nil
	}
	r.Why = coop.Cut(why, MaxWhy)
	return tx.PutRegion(r)
}

// ReceiveInvitation notes that the host of a region that is known here asks us to take part. The caller has verified that its host says so.
func (s *Service) ReceiveInvitation(tx Tx, id ID) error {
	r, err := tx.Region(id)
	if err != nil {
		return fmt.Errorf("invitation into region %s: %w", id, err)
	}
	if r.State == Joined || r.State == Asked || r.Invited {
		return nil
	}
	r.Invited, r.Asked = true, s.now()
	if r.State != Known {
		r.State = Known
	}
	return tx.PutRegion(r)
}

// Pulled notes that charters and words of a region were read, or why not; its host answered when trouble is "".
func (s *Service) Pulled(tx Tx, id ID, etag, trouble string) error {
	r, err := tx.Region(id)
	if err != nil {
		if coop.ClassOf(err) == coop.NotFound {
			return nil
		}
		return err
	}
	r.Pulled, r.Trouble = s.now(), trouble
	if trouble == "" {
		r.Heard, r.ETag = r.Pulled, etag
	}
	return tx.PutRegion(r)
}
