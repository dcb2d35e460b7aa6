package handbook

import (
	"context"
	"fmt"

	"toadlane/coop"
)

// visible tells whether by may read a revision of a page they may read: members every one, others those that were in use or were given back.
func visible(by coop.Actor, p *Protocol, r *Revision) bool {
	return by.CanPost() || p.Public() && (!r.Enacted.IsZero() || r.Shared)
}

// shown gives what by may see of a revision: others than members not how the votes fell, and who wrote it only with their consent.
func shown(r Reader, by coop.Actor, rev Revision) (Revision, error) {
	if by.CanPost() {
		return rev, nil
	}
	rev.Decision = rev.Decision.Told()
	if rev.By == "" {
		return rev, nil
	}
	who, err := r.Person(rev.By)
	ok, err := known(err)
	if !ok || !who.Public() {
		rev.By = ""
	}
	return rev, err
}

// revisionOf finds a revision of a page for a reader.
func (s *Service) revisionOf(r Reader, by coop.Actor, p *Protocol, rev Revision, err error) (Revision, error) {
	if err != nil {
		return Revision{}, err
	}
	if !visible(by, p, &rev) {
		return Revision{}, coop.Errorf(coop.NotFound, "revision.unknown", "revision %s is not for %s", rev.ID, by)
	}
	return shown(r, by, rev)
}

// Revision gives a text of one of our pages by its id. Class NotFound, in the same words when it is not for by. A change that we gave back can be
// read although the page it stands under is a draft.
func (s *Service) Revision(ctx context.Context, by coop.Actor, slug string, id RevisionID) (Protocol, Revision, error) {
	r := s.read(ctx)
	p, err := r.ProtocolBySlug(slug)
	var rev Revision
	if err == nil {
		rev, err = r.Revision(p.ID, id)
		if err != nil || !rev.Shared {
			rev, err = s.revisionOf(r, by, &p, rev, err)
		} else {
			rev, err = shown(r, by, rev)
		}
	}
	if err != nil {
		return Protocol{}, Revision{}, fmt.Errorf("revision %.60s of %.60s: %w", id, slug, err)
	}
	return p, rev, nil
}

// RevisionByNumber gives a text of one of our pages by its number. Class NotFound.
func (s *Service) RevisionByNumber(ctx context.Context, by coop.Actor, slug string, n int) (Protocol, Revision, error) {
	r := s.read(ctx)
	p, err := s.page(r, by, slug)
	var rev Revision
	if err == nil {
		rev, err = r.RevisionByNumber(p.ID, n)
		rev, err = s.revisionOf(r, by, &p, rev, err)
	}
	if err != nil {
		return Protocol{}, Revision{}, fmt.Errorf("revision %d of %.60s: %w", n, slug, err)
	}
	return p, rev, nil
}

// TextOf gives a text of any page that by may read, ours or a neighbour's. Class NotFound.
func (s *Service) TextOf(ctx context.Context, by coop.Actor, page coop.ID, id RevisionID) (Protocol, Revision, error) {
	r := s.read(ctx)
	p, err := r.Protocol(page)
	if err == nil && !Sees(by, &p) {
		err = coop.Errorf(coop.NotFound, "protocol.unknown", "protocol %s is not for %s", page, by)
	}
	var rev Revision
	if err == nil {
		rev, err = r.Revision(page, id)
		rev, err = s.revisionOf(r, by, &p, rev, err)
	}
	if err != nil {
		return Protocol{}, Revision{}, fmt.Errorf("revision %.60s of protocol %s: %w", id, page, err)
	}
	return p, rev, nil
}

// History lists the texts of one of our pages that by may read, without their sources, highest number first, at most limit of those below a
// number; 0 is from the top. Class NotFound.
func (s *Service) History(ctx context.Context, by coop.Actor, slug string, below, limit int) (Protocol, []Revision, error) {
	r := eachOnce(s.read(ctx))
	p, err := s.page(r, by, slug)
	var out []Revision
	if err == nil {
		var all []Revision
		all, err = r.Revisions(p.ID, below, pageSize(limit))
		for i := range all {
			if err == nil && visible(by, &p, &all[i]) {
				var rev Revision
				rev, err = shown(r, by, all[i])
				out = append(out, rev)
			}
		}
	}
	if err != nil {
		return Protocol{}, nil, fmt.Errorf("history of %.60s: %w", slug, err)
	}
	return p, out, nil
}

// Compared is two texts and what differs between them.
type Compared struct {
	From, To Revision
	Diff     Diff
}

// Compare shows what differs between two texts that by may read, each of a page that is here; from and to may be of different pages, such as ours
// and a neighbour's. around is how many unchanged lines stand around a change, below 0 all. Class NotFound.
func (s *Service) Compare(ctx context.Context, by coop.Actor, page coop.ID, from RevisionID, other coop.ID, to RevisionID, around int) (Compared, error) {
	var c Compared
	var err error
	if _, c.From, err = s.TextOf(ctx, by, page, from); err != nil {
		return Compared{}, err
	}
	if _, c.To, err = s.TextOf(ctx, by, other, to); err != nil {
		return Compared{}, err
	}
	c.Diff = NewDiff(c.From.Source, c.To.Source, around)
	return c, nil
}

// LineageOf follows a page that by may read back through what it was adapted from, as far as it is known here, nearest first. Class NotFound.
func (s *Service) LineageOf(ctx context.Context, by coop.Actor, page coop.ID) ([]Origin, error) {
	p, err := s.ProtocolByID(ctx, by, page)
	if err != nil {
		return nil, err
	}
	out, err := lineage(s.read(ctx), p.IRI, p.Origin)
	if err != nil {
		return nil, fmt.Errorf("lineage of protocol %s: %w", page, err)
	}
	return out, nil
}

// lineage follows page back, which says of itself that it comes from origin.
func lineage(r Reader, page coop.IRI, origin Origin) ([]Origin, error) {
	var failed error
	out, err := Lineage(page, func(iri coop.IRI) (Origin, bool) {
		if iri == page {
			return origin, origin.Page != ""
		}
		p, err := r.ProtocolByIRI(iri)
		ok, err := known(err)
		if err != nil {
			failed = err
		}
		return p.Origin, ok && p.Origin.Page != ""
	})
	if failed != nil {
		return nil, failed
	}
	return out, err
}
