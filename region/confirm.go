package region

import (
	"time"

	"toadlane/coop"
)

// CheckEvery is how long what a co-op's own actor says of its part is good.
const CheckEvery = 24 * time.Hour

// Confirm notes what a co-op's own actor says of its part in a region: that it takes part and signs by the key of its latest word, or not. Whether that
// changed who counts is told. Unknown parts are no error.
func (s *Service) Confirm(tx Tx, id ID, who coop.IRI, says bool) (changed bool, err error) {
	return s.looked(tx, id, who, func(p *Part, now time.Time) {
		p.Checked, p.Confirmed = now, now
		if !says {
			p.Checked, p.Confirmed = now.Add(p.again(now)-CheckEvery), time.Time{}
		}
	})
}

// Unanswered notes that a co-op's own actor was looked for and could not be had: what it said before holds, and it is looked for again in an hour.
func (s *Service) Unanswered(tx Tx, id ID, who coop.IRI) error {
	_, err := s.looked(tx, id, who, func(p *Part, now time.Time) { p.Checked = now.Add(time.Hour - CheckEvery) })
	return err
}

// LookAgain has the actors of some of the co-ops in a region looked for at the next turn. What they said before holds until then.
func (s *Service) LookAgain(tx Tx, id ID, whose func(coop.IRI) bool) error {
	for cursor := ""; ; {
		list, next, err := tx.Parts(id, In, 200, cursor)
		if err != nil {
			return err
		}
		for i := range list {
			if p := &list[i]; p.Own || !whose(p.Coop) {
				continue
			}
			if _, err := s.looked(tx, id, list[i].Coop, func(p *Part, _ time.Time) { p.Checked = time.Time{} }); err != nil {
				return err
			}
		}
		if cursor = next; cursor == "" {
			return nil
		}
	}
}

func (s *Service) looked(tx Tx, id ID, who coop.IRI, note func(*Part, time.Time)) (changed bool, err error) {
	p, err := tx.Part(id, who)
	if err != nil {
		if coop.ClassOf(err) == coop.NotFound {
			return false, nil
		}
		return false, err
	}
	was := p.Counts()
	note(&p, s.now())
	return p.Counts() != was, tx.PutPart(p)
}

// again is when to look once more at a co-op that does not say that it takes part: who was let in a moment ago learns of it in these seconds.
func (p *Part) again(now time.Time) time.Duration {
	switch in := now.Sub(p.Since); {
	case in < time.Minute:
		return 5 * time.Second
	case in < time.Hour:
		return time.Minute
	case in < CheckEvery:
		return time.Hour
	}
	return CheckEvery
}
