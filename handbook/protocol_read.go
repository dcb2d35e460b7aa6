package handbook

import (
	"context"
	"fmt"
	"slices"

	"toadlane/coop"
)

// Sees tells whether by may read a page: members all of them, others those of ours that are public.
func Sees(by coop.Actor, p *Protocol) bool { return by.CanPost() || p.Local() && p.Public() }

// page gives one of our pages to a reader. What they may not see is unknown to them.
func (s *Service) page(r Reader, by coop.Actor, slug string) (Protocol, error) {
	p, err := r.ProtocolBySlug(slug)
	if err == nil && !Sees(by, &p) {
		return Protocol{}, coop.Errorf(coop.NotFound, "protocol.unknown", "protocol %s is not for %s", slug, by)
	}
	return p, err
}

// Protocol gives one of our pages by its slug. Class NotFound, in the same words when it is not for by.
func (s *Service) Protocol(ctx context.Context, by coop.Actor, slug string) (Protocol, error) {
	p, err := s.page(s.read(ctx), by, slug)
	if err != nil {
		return p, fmt.Errorf("protocol %.60s: %w", slug, err)
	}
	return p, nil
}

// ProtocolByID gives a page by its id, ours or a neighbour's. Class NotFound.
func (s *Service) ProtocolByID(ctx context.Context, by coop.Actor, id coop.ID) (Protocol, error) {
	p, err := s.read(ctx).Protocol(id)
	if err == nil && !Sees(by, &p) {
		p, err = Protocol{}, coop.Errorf(coop.NotFound, "protocol.unknown", "protocol %s is not for %s", id, by)
	}
	if err != nil {
		return p, fmt.Errorf("protocol %s: %w", id, err)
	}
	return p, nil
}

// ProtocolByIRI gives a page by its address, ours or a neighbour's. Class NotFound.
func (s *Service) ProtocolByIRI(ctx context.Context, by coop.Actor, iri coop.IRI) (Protocol, error) {
	p, err := s.read(ctx).ProtocolByIRI(iri)
	if err == nil && !Sees(by, &p) {
		p, err = Protocol{}, coop.Errorf(coop.NotFound, "protocol.unknown", "protocol %s is not for %s", p.ID, by)
	}
	if err != nil {
		return p, fmt.Errorf("protocol %.200s: %w", iri, err)
	}
	return p, nil
}

// Contents lists our pages that by may read by kind, in the order of Kinds, and then by name.
func (s *Service) Contents(ctx context.Context, by coop.Actor) ([]Protocol, error) {
	all, err := s.read(ctx).Protocols()
	if err != nil {
		return nil, fmt.Errorf("contents: %w", err)
	}
	all = slices.DeleteFunc(all, func(p Protocol) bool { return !Sees(by, &p) })
	inOrder(all)
	return all, nil
}

// inOrder puts pages that are in the order of their names into that of the contents.
func inOrder(all []Protocol) {
	slices.SortStableFunc(all, func(a, b Protocol) int { return slices.Index(Kinds, a.Kind) - slices.Index(Kinds, b.Kind) })
}

// Search answers q for by: members from all that is here, others from what is public of ours. Class Invalid, key cursor.invalid.
func (s *Service) Search(ctx context.Context, by coop.Actor, q Query) (Found, error) {
	if q.Public = !by.CanPost(); q.Public {
		q.Whose, q.Home = Ours, ""
	}
	q.Limit = pageSize(q.Limit)
	if !slices.Contains(Sorts, q.Sort) || q.Sort == Best && q.Text == "" {
		q.Sort = ByName
	}
	f, err := s.read(ctx).SearchProtocols(q, s.now())
	if err != nil {
		return Found{}, fmt.Errorf("search the handbook: %w", err)
	}
	return f, nil
}

// Commons answers q from what peers share. Members may. Errors: Unauthenticated; Invalid, key cursor.invalid.
func (s *Service) Commons(ctx context.Context, by coop.Actor, q Query) (Found, error) {
	if err := mustMember(by, "browse the commons"); err != nil {
		return Found{}, err
	}
	q.Whose = Theirs
	if q.Sort == "" {
		q.Sort = Adopted
	}
	return s.Search(ctx, by, q)
}

// Changes lists the texts of our pages that came into use, latest first, without their sources: the feed of changes, public. Class Invalid,
// key cursor.invalid.
func (s *Service) Changes(ctx context.Context, by coop.Actor, limit int, cursor string) (list []Enactment, next string, err error) {
	r := eachOnce(s.read(ctx))
	if list, next, err = r.Enactments(pageSize(limit), cursor); err != nil {
		return nil, "", fmt.Errorf("changes: %w", err)
	}
	for i := range list {
		if list[i].Revision, err = shown(r, by, list[i].Revision); err != nil {
			return nil, "", fmt.Errorf("changes: %w", err)
		}
	}
	return list, next, nil
}

// ReviewDates lists our pages that by may read and that are to be looked at again, earliest first.
func (s *Service) ReviewDates(ctx context.Context, by coop.Actor) ([]Protocol, error) {
	all, err := s.read(ctx).Protocols()
	if err != nil {
		return nil, fmt.Errorf("review dates: %w", err)
	}
	all = slices.DeleteFunc(all, func(p Protocol) bool {
		return !Sees(by, &p) || p.Review.IsZero() || p.Status != InUse && p.Status != Review
	})
	slices.SortStableFunc(all, func(a, b Protocol) int { return a.Review.Compare(b.Review) })
	return all, nil
}
