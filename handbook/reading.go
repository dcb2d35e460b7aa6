package handbook

import (
	"context"
	"fmt"

	"toadlane/coop"
)

// Reading is a page that somebody is asked to read, with whether they have.
type Reading struct {
	Duty     Duty
	Protocol Protocol
}

// ReadCount is how many members have read the text in use of a page.
type ReadCount struct {
	Protocol Protocol
	Read, Of int
}

// MarkRead says that by has read a text that is or was a page of ours. Once more changes nothing. Errors: Unauthenticated; NotFound, key
// revision.unknown, also for a text that is only proposed.
func (s *Service) MarkRead(ctx context.Context, by coop.Actor, protocol coop.ID, revision RevisionID) error {
	if err := mustSignIn(by, "mark as read"); err != nil {
		return err
	}
	err := s.Store.Write(ctx, func(tx Tx) error {
		if _, err := mine(tx, protocol); err != nil {
			return err
		}
		r, err := tx.Revision(protocol, revision)
		if err != nil {
			return err
		}
		if r.Number == 0 {
			return coop.Errorf(coop.NotFound, "revision.unknown", "revision %s was never a text of %s", revision, protocol)
		}
		return tx.PutReadMark(ReadMark{Person: by.Person(), Protocol: protocol, Revision: revision, At: s.now()})
	})
	if err != nil {
		return fmt.Errorf("mark protocol %s as read: %w", protocol, err)
	}
	return nil
}

// Duties lists what by is asked to read, in the order of the contents, with when they did. It is for themself. Class Unauthenticated.
func (s *Service) Duties(ctx context.Context, by coop.Actor) ([]Reading, error) {
	if err := mustSignIn(by, "list what to read"); err != nil {
		return nil, err
	}
	r := s.read(ctx)
	all, err := r.Protocols()
	if err != nil {
		return nil, fmt.Errorf("duties of %s: %w", by, err)
	}
	marks, err := r.ReadMarks(by.Person())
	if err != nil {
		return nil, fmt.Errorf("duties of %s: %w", by, err)
	}
	inOrder(all)
	byID := map[coop.ID]Protocol{}
	for _, p := range all {
		byID[p.ID] = p
	}
	var out []Reading
	for _, d := range Duties(by.Person(), all, marks) {
		out = append(out, Reading{d, byID[d.Protocol]})
	}
	return out, nil
}

// HasRead gives by's marks of one page, so that it can say when they read which text of it. Class Unauthenticated.
func (s *Service) HasRead(ctx context.Context, by coop.Actor, protocol coop.ID) ([]ReadMark, error) {
	if err := mustSignIn(by, "see what was read"); err != nil {
		return nil, err
	}
	marks, err := s.read(ctx).ReadMarks(by.Person())
	if err != nil {
		return nil, fmt.Errorf("marks of %s: %w", by, err)
	}
	var out []ReadMark
	for _, m := range marks {
		if m.Protocol == protocol {
			out = append(out, m)
		}
	}
	return out, nil
}

// ReadCounts tells of each page that people are asked to read how many members have read the text in use. Stewards may; it names nobody.
// Errors: Unauthenticated, Forbidden.
func (s *Service) ReadCounts(ctx context.Context, by coop.Actor) ([]ReadCount, error) {
	if err := mustSteward(by, "count readers"); err != nil {
		return nil, err
	}
	out, err := readCounts(s.read(ctx))
	if err != nil {
		return nil, fmt.Errorf("count readers: %w", err)
	}
	return out, nil
}

func readCounts(r Reader) ([]ReadCount, error) {
	people, err := r.People()
	if err != nil {
		return nil, err
	}
	members := make([]coop.ID, len(people))
	for i := range people {
		members[i] = people[i].ID
	}
	all, err := r.Protocols()
	if err != nil {
		return nil, err
	}
	inOrder(all)
	var out []ReadCount
	for _, d := range Duties("", all, nil) {
		for _, p := range all {
			if p.ID != d.Protocol {
				continue
			}
			marks, err := r.ReadMarksOf(d.Revision)
			if err != nil {
				return nil, err
			}
			c := ReadCount{Protocol: p}
			c.Read, c.Of = CountRead(marks, d.Revision, members)
			out = append(out, c)
		}
	}
	return out, nil
}
