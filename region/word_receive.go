package region

import (
	"fmt"
	"time"

	"toadlane/coop"
)

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
	if was == Asking || p.State == Asking {
		if err := s.tellCouncil(tx, by, r, p); err != nil {
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
// Unauthenticated when it is not signed by the host; Forbidden, key admission.unvoted, when the council lets in and did not.
func (s *Service) ReceiveAdmission(tx Tx, a Admission) (bool, error) {
	r, p, err := s.known(tx, a.Region, a.Coop)
	if err == nil && a.Serial == 0 {
		err = coop.Errorf(coop.Invalid, "inbox.malformed", "it answers nothing")
	}
	var by *Charter
	if err == nil {
		by, err = saidBy(tx, &r, &p, &a)
	}
	if err == nil {
		err = s.Papers.Check(by.HostKey, a.Bytes)
	}
	if err == nil {
		err = by.Allows(&a, s.Papers.Check)
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

// saidBy finds the charter in whose name a host's word may be said: the one in force, and one before it for a word that the list names with
// which the one in force began.
func saidBy(tx Tx, r *Region, p *Part, a *Admission) (*Charter, error) {
	if a.Charter == r.Charter.ID {
		return &r.Charter, nil
	}
	if err := lookUp(tx, r, p); err != nil {
		return nil, err
	}
	if p.lists(a.ID) {
		all, err := tx.Charters(r.ID)
		if err != nil {
			return nil, err
		}
		for x := &r.Charter; x != nil; x = before(all, x) {
			if x.ID == a.Charter {
				return x, nil
			}
		}
	}
	return nil, coop.Errorf(coop.Unavailable, "charter.unknown", "said in the name of %s, in force is %s", a.Charter, r.Charter.ID)
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
		r.State, r.Joined, r.Heard, r.Pulled, r.Anchor = Joined, s.now(), s.now(), time.Time{}, r.Charter.ID
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
