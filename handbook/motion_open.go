package handbook

import (
	"context"
	"fmt"
	"time"

	"toadlane/coop"
)

// MaxOpenMotions is how many motions on one page may be open at once.
const MaxOpenMotions = 20

// Opening says how a motion is to be decided. Who may vote, and the constituencies with their shares, are those of the co-op at that moment.
type Opening struct {
	Method       Method
	Quorum       int           // of a vote, in hundredths of a per cent
	Majority     Majority      // of a vote; the zero one is more than half
	Empty        EmptyShare    // of a vote by shares; "" is pro rata
	Secret       bool          // of a vote
	Closes       time.Time     // of a consent or a vote
	Ratification *Ratification // of what was decided elsewhere already: stewards alone, and it is decided at once
}

// OpenMotion puts a text of a page of ours before the members. Without name and source it is the latest text of a draft as it stands; else
// w.Base is the text of the page that w was made from. Where that is not the latest any more, w is merged with the latest now, as a motion that
// passes is merged with what came into use while it was open. Members may; their autosaved draft goes. Errors: Unauthenticated, Forbidden,
// NotFound, Invalid with field errors, key motion.unchanged for a text that is in use; Conflict: key protocol.empty for a draft without a text,
// protocol.stale when w does not go together with the latest, motion.many beyond MaxOpenMotions.
func (s *Service) OpenMotion(ctx context.Context, by coop.Actor, protocol coop.ID, w Writing, how Opening) (Motion, error) {
	var m Motion
	if err := mustMember(by, "open a motion"); err != nil {
		return m, err
	}
	err := s.Store.Write(ctx, func(tx Tx) error {
		p, err := mine(tx, protocol)
		if err != nil {
			return err
		}
		r, err := s.proposed(tx, by, &p, w)
		if err != nil {
			return err
		}
		if m, err = s.open(tx, by, &p, r, Motion{Reason: w.Reason}, how); err != nil {
			return err
		}
		return dropDraft(tx, by, p.ID)
	})
	if err != nil {
		return m, fmt.Errorf("open motion on protocol %s: %w", protocol, err)
	}
	return m, nil
}

// proposed gives the revision that a motion is about. It comes from the page's latest text, so that the members see what would change: what was
// made from an older one is merged at once, and where that needs choices they are the author's to make, before anybody decides.
func (s *Service) proposed(tx Tx, by coop.Actor, p *Protocol, w Writing) (Revision, error) {
	if w.Name == "" && w.Source == "" {
		if p.Latest == "" {
			return Revision{}, coop.Errorf(coop.Conflict, "protocol.empty", "protocol %s has no text", p.Slug)
		}
		return tx.Revision(p.ID, p.Latest)
	}
	r, err := s.written(tx, by, p, w)
	if err != nil || p.Latest == "" || r.ID == p.Latest {
		return r, err
	}
	if err := tx.PutRevision(r); err != nil {
		return r, err
	}
	j, err := s.join(tx, p, r)
	if err != nil {
		return r, err
	}
	switch {
	case j.Relation == Behind:
		return r, nil
	case j.Relation == Ahead: // back to what it said before: a new text, since it comes after the latest
		r, err = NewRevision(r.Name, r.Source, p.Latest)
	case j.Relation == Unrelated, !j.Clean():
		return r, coop.Errorf(coop.Conflict, "protocol.stale", "a text made from %.60q does not go together with %s of %s", w.Base, p.Latest, p.Slug)
	default:
		r, err = j.Revision("", nil)
	}
	switch {
	case err != nil:
		return r, err
	case r.Name == j.ours.Name && r.Source == j.ours.Source:
		return j.ours, nil
	}
	return s.ours(tx, by, p, r, w.Reason)
}

// open opens m on a text, and decides it at once when its outcome elsewhere came with it.
func (s *Service) open(tx Tx, by coop.Actor, p *Protocol, r Revision, m Motion, how Opening) (Motion, error) {
	if how.Ratification != nil {
		if err := mustSteward(by, "write down what was ratified"); err != nil {
			return m, err
		}
	}
	n, err := openMotions(tx, p.ID)
	if err != nil {
		return m, err
	}
	if n >= MaxOpenMotions {
		return m, &coop.Error{Class: coop.Conflict, Key: "motion.many", Args: map[string]any{"Max": MaxOpenMotions}}
	}
	m.ID, m.Protocol, m.Base, m.Revision, m.By = s.NewID(), p.ID, p.InUse, r.ID, by.Person()
	m.Opens, m.Closes, m.State = s.now(), how.Closes.UTC().Truncate(time.Microsecond), MotionOpen
	if how.Method == Ratified {
		m.Closes = time.Time{}
	}
	if m.Terms, err = terms(tx, how); err != nil {
		return m, err
	}
	if m.Ratification = how.Ratification; how.Method != Ratified {
		m.Ratification = nil
	}
	if err := m.Validate(); err != nil {
		return m, err
	}
	if err := tx.PutRevision(r); err != nil {
		return m, err
	}
	if err := tx.PutMotion(m); err != nil {
		return m, err
	}
	if m.Ratification != nil {
		return m, s.settle(tx, by, p, &m)
	}
	return m, nil
}

// terms freezes the rules that a motion is decided by.
func terms(tx Tx, how Opening) (Terms, error) {
	c, err := tx.Coop()
	if err != nil {
		return Terms{}, err
	}
	people, err := tx.People()
	if err != nil {
		return Terms{}, err
	}
	in := map[string]int{}
	for i := range people {
		in[people[i].Constituency]++
	}
	t := TermsOf(&c, how.Method, len(people), func(slug string) int { return in[slug] })
	t.Secret = how.Secret
	if how.Method == Vote {
		t.Quorum, t.Majority = how.Quorum, how.Majority
		if how.Empty != "" {
			t.Empty = how.Empty
		}
	}
	return t, nil
}
