package handbook

import (
	"context"
	"fmt"

	"toadlane/coop"
)

// Beginning is a page that a handbook can begin with: what is said about it, and its first text.
type Beginning struct {
	Start
	Source string
	Reason string
	Months int // from its start on, after which it is to be looked at again; 0 is never
}

// NotBegun gives those of some pages that the handbook has not, in their order: no page of ours, retired ones too, has the slug or is called the
// same. Members may ask. Errors: Unauthenticated.
func (s *Service) NotBegun(ctx context.Context, by coop.Actor, of []Beginning) ([]Beginning, error) {
	if err := mustMember(by, "look for pages to begin with"); err != nil {
		return nil, err
	}
	return s.notBegun(s.read(ctx), of)
}

// BeginHandbook starts pages of ours with their first texts, as drafts: they stay with the members and nobody is told. Those that the handbook has
// are left as they are, so that a second call adds only what is missing. All of them are started, or none. Stewards may: a page and its
// slug are for good. Errors: Unauthenticated, Forbidden; Invalid with field errors.
func (s *Service) BeginHandbook(ctx context.Context, by coop.Actor, pages []Beginning) ([]Protocol, error) {
	if err := mustSteward(by, "begin a handbook"); err != nil {
		return nil, err
	}
	var begun []Protocol
	err := s.Store.Write(ctx, func(tx Tx) error {
		begun = nil // the store may try again
		left, err := s.notBegun(tx, pages)
		if err != nil {
			return err
		}
		for _, b := range left {
			p, err := s.begin(tx, by, b)
			if err != nil {
				return fmt.Errorf("page %s: %w", b.Slug, err)
			}
			begun = append(begun, p)
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("begin a handbook: %w", err)
	}
	return begun, nil
}

// begin starts one page with its text.
func (s *Service) begin(tx Tx, by coop.Actor, b Beginning) (Protocol, error) {
	p, err := s.start(tx, b.Start, Origin{})
	if err != nil {
		return p, err
	}
	if b.Months > 0 {
		p.Review = p.Created.AddDate(0, b.Months, 0)
	}
	if err := tx.PutProtocol(p); err != nil {
		return p, err
	}
	r, err := s.written(tx, by, &p, Writing{Name: b.Name, Source: b.Source, Reason: b.Reason})
	if err != nil {
		return p, err
	}
	return p, s.extendDraft(tx, &p, &r)
}

// notBegun leaves out what is there. The name counts beside the slug: a co-op that wrote its page on the same before has its own slug for it.
func (s *Service) notBegun(r Reader, of []Beginning) ([]Beginning, error) {
	all, err := r.Protocols()
	if err != nil {
		return nil, err
	}
	slugs, names := map[string]bool{}, map[string]bool{}
	for i := range all {
		slugs[all[i].Slug], names[s.Fold(all[i].Name)] = true, true
	}
	var left []Beginning
	for _, b := range of {
		if !slugs[b.Slug] && !names[s.Fold(b.Name)] {
			left = append(left, b)
		}
	}
	return left, nil
}
