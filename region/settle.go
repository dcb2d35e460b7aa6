package region

import (
	"fmt"
	"slices"

	"toadlane/coop"
)

// HearList takes the list with which a charter in force begins, from whoever had it. Errors: NotFound; Invalid, key list.malformed, when it is another list.
func (s *Service) HearList(tx Tx, id, root ID, lines []Line) error {
	r, err := tx.Region(id)
	if err == nil && (root != r.Charter.Root || Root(lines) != root) {
		err = coop.Errorf(coop.Invalid, "list.malformed", "%d lines do not make %s", len(lines), root)
	}
	if err != nil {
		return fmt.Errorf("list of region %s: %w", id, err)
	}
	return tx.PutList(id, root, lines)
}

// settleAtOnce is how many parts are settled in one transaction.
const settleAtOnce = 100

// Settle brings parts to the charter in force, some at a time: after a new one came, every part is judged by it. It tells whose part changed, and whether
// more are left. Errors: NotFound, key list.unknown, while the list with which the charter begins is not here.
func (s *Service) Settle(tx Tx, id ID) (changed []coop.IRI, more bool, err error) {
	r, err := tx.Region(id)
	if err != nil {
		return nil, false, err
	}
	behind, err := tx.PartsBehind(id, r.Charter.ID, settleAtOnce)
	if err != nil || len(behind) == 0 {
		return nil, false, err
	}
	if r.Charter.Root != "" {
		here, err := tx.ListHere(id, r.Charter.Root)
		if err == nil && !here {
			err = coop.Errorf(coop.NotFound, "list.unknown", "the list %s is not here", r.Charter.Root)
		}
		if err != nil {
			return nil, false, err
		}
	}
	for i := range behind {
		p := &behind[i]
		was := p.Counts()
		if err := lookUp(tx, &r, p); err != nil {
			return nil, false, err
		}
		p.settle(&r.Charter, s.now())
		if p.Own {
			if err := s.heardOfUs(tx, &r, p); err != nil {
				return nil, false, err
			}
		}
		if p.Counts() != was {
			changed = append(changed, p.Coop)
		}
		if p.State == Asking { // votes for it were in the name of the charter before
			if err := s.tellCouncil(tx, coop.System("charters"), &r, p); err != nil {
				return nil, false, err
			}
		}
		if err := tx.PutPart(*p); err != nil {
			return nil, false, err
		}
	}
	return changed, len(behind) == settleAtOnce, nil
}

// lookUp notes the line with which the list of the charter in force names a co-op.
func lookUp(r Reader, of *Region, p *Part) error {
	if of.Charter.Root == "" || slices.ContainsFunc(p.Listed, func(l Listed) bool { return l.Root == of.Charter.Root }) {
		return nil
	}
	l, err := r.Line(of.ID, of.Charter.Root, p.Coop)
	if err == nil {
		p.list(of.Charter.Root, l)
	}
	if err != nil && coop.ClassOf(err) != coop.NotFound {
		return err
	}
	return nil
}
