package handbook

import (
	"context"
	"fmt"
	"strings"

	"toadlane/coop"
)

// Start says what a new page is begun with. What is left out gets its default: the co-op's first language and its licence, and a slug made
// from the name.
type Start struct {
	Name     string
	Slug     string
	Kind     Kind
	Language string
	Licence  string
	Circle   string
	Story    string
}

// StartProtocol begins a page of ours as a draft without a text. Members may. Errors: Unauthenticated; Invalid with field errors, key slug.taken
// for a slug that is or was another page's.
func (s *Service) StartProtocol(ctx context.Context, by coop.Actor, in Start) (Protocol, error) {
	var p Protocol
	if err := mustMember(by, "start a protocol"); err != nil {
		return p, err
	}
	err := s.Store.Write(ctx, func(tx Tx) (err error) {
		if p, err = s.start(tx, in, Origin{}); err != nil {
			return err
		}
		return tx.PutProtocol(p)
	})
	if err != nil {
		return p, fmt.Errorf("start protocol %.60q: %w", in.Name, err)
	}
	return p, nil
}

// start makes a page that can be kept.
func (s *Service) start(tx Tx, in Start, from Origin) (Protocol, error) {
	c, err := tx.Coop()
	if err != nil {
		return Protocol{}, err
	}
	if in.Language == "" && len(c.Languages) > 0 {
		in.Language = c.Languages[0]
	}
	if in.Licence == "" {
		in.Licence = c.Licence
	}
	now := s.now()
	p := Protocol{ID: s.NewID(), Slug: in.Slug, Kind: in.Kind, Name: strings.TrimSpace(in.Name), Language: in.Language, Licence: in.Licence,
		Circle: in.Circle, Story: in.Story, Status: Draft, Origin: from, Created: now, Updated: now}
	if err := s.slug(tx, &p, in.Slug); err != nil {
		return p, err
	}
	return p, p.Validate()
}

// slug gives a page the slug that is wanted, or a free one made from its name for "", and the address that follows from it. Class Invalid, key
// slug.taken, when it is another's.
func (s *Service) slug(tx Tx, p *Protocol, wanted string) error {
	taken := func(slug string) (bool, error) {
		other, err := tx.ProtocolBySlug(slug)
		ok, err := known(err)
		return ok && other.ID != p.ID, err
	}
	if wanted != "" {
		there, err := taken(wanted)
		if err != nil {
			return err
		}
		if there {
			return coop.FieldError("slug", "slug.taken", map[string]any{"Slug": wanted})
		}
	} else {
		var failed error
		wanted = FreeSlug(s.Fold(p.Name), p.Kind, func(slug string) bool {
			there, err := taken(slug)
			if err != nil {
				failed = err
				return false // that ends the search; failed tells
			}
			return there
		})
		if failed != nil {
			return failed
		}
	}
	p.Slug, p.IRI = wanted, s.ProtocolIRI(wanted)
	return nil
}
