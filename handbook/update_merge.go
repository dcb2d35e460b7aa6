package handbook

import (
	"context"
	"fmt"

	"toadlane/coop"
)

// Taken is what became of a text that was brought into a page of ours: its latest at once in a draft, else a motion decides on it.
type Taken struct {
	Revision Revision
	Motion   *Motion // nil in a draft
}

// Update gives what the text in use of the origin and the latest of ours come to, with the conflicts that are to be resolved. Members may.
// Errors: Unauthenticated; NotFound; Conflict, key adoption.none, for a page that was not adapted from another.
func (s *Service) Update(ctx context.Context, by coop.Actor, page coop.ID) (Joined, error) {
	if err := mustMember(by, "see an update"); err != nil {
		return Joined{}, err
	}
	r := s.read(ctx)
	p, err := r.Protocol(page)
	var j Joined
	if err == nil {
		j, err = s.update(r, &p)
	}
	if err != nil {
		return j, fmt.Errorf("update of protocol %s: %w", page, err)
	}
	return j, nil
}

func (s *Service) update(r Reader, p *Protocol) (Joined, error) {
	if !p.Local() || p.Origin.Page == "" {
		return Joined{}, coop.Errorf(coop.Conflict, "adoption.none", "protocol %s was not adapted", p.IRI)
	}
	from, err := r.ProtocolByIRI(p.Origin.Page)
	if err != nil {
		return Joined{}, err
	}
	theirs, err := r.Revision(from.ID, from.InUse)
	if err != nil {
		return Joined{}, err
	}
	return s.join(r, p, theirs)
}

// MergeUpdate brings the text in use of the origin into a page of ours that was adapted from it. In a draft that is a new text at once; else it
// opens a motion, decided as how says. Members may. Errors: Unauthenticated, NotFound, Invalid with field errors and, field choices, when
// conflicts are left open; Conflict: key adoption.none, update.none when ours has everything of theirs, protocol.stale when with is of other
// texts, those of WriteRevision and OpenMotion.
func (s *Service) MergeUpdate(ctx context.Context, by coop.Actor, page coop.ID, with Resolution, how Opening) (Taken, error) {
	var out Taken
	if err := mustMember(by, "merge an update"); err != nil {
		return out, err
	}
	err := s.Store.Write(ctx, func(tx Tx) error {
		p, err := mine(tx, page)
		if err != nil {
			return err
		}
		j, err := s.update(tx, &p)
		if err != nil {
			return err
		}
		if j.Relation == Same || j.Relation == Ahead {
			return coop.Errorf(coop.Conflict, "update.none", "protocol %s holds what %s has", p.Slug, p.Origin.Page)
		}
		out, err = s.settleJoined(tx, by, &p, &j, with, how, "")
		return err
	})
	if err != nil {
		return out, fmt.Errorf("merge update of protocol %s: %w", page, err)
	}
	return out, nil
}

// settleJoined makes what two texts come to the latest of a draft, or puts it before the members.
func (s *Service) settleJoined(tx Tx, by coop.Actor, p *Protocol, j *Joined, with Resolution, how Opening, offer coop.ID) (Taken, error) {
	r, err := j.resolved(&with)
	if err != nil {
		return Taken{}, err
	}
	if r, err = s.ours(tx, by, p, r, with.Reason); err != nil {
		return Taken{}, err
	}
	if p.Status == Draft {
		return Taken{Revision: r}, s.extendDraft(tx, p, &r)
	}
	m, err := s.open(tx, by, p, r, Motion{Reason: with.Reason, Offer: offer}, how)
	return Taken{Revision: r, Motion: &m}, err
}
