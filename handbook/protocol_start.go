package handbook

import (
	"context"
	"fmt"
	"strings"
	"time"

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

// Settings are what is said about a page beside its texts.
type Settings struct {
	Slug     string // counts while the page has no text; "" leaves it
	Kind     Kind
	Language string
	Licence  string
	Circle   string // who looks after it
	Story    string
	Changes  string // of one adapted from another: what we changed for our place
	Review   time.Time
	Reading  bool
}

// ChangeSettings changes what is said about a page of ours: of a draft any member may, of another a steward. Others are told of a public one.
// Errors: Unauthenticated, Forbidden, NotFound; Conflict, key slug.fixed, for another slug when there is a text; Invalid with field errors.
func (s *Service) ChangeSettings(ctx context.Context, by coop.Actor, id coop.ID, in Settings) (Protocol, error) {
	var p Protocol
	if err := mustMember(by, "change settings of a protocol"); err != nil {
		return p, err
	}
	err := s.Store.Write(ctx, func(tx Tx) (err error) {
		if p, err = mine(tx, id); err != nil {
			return err
		}
		if p.Status != Draft {
			if err := mustSteward(by, "change settings of a protocol in use"); err != nil {
				return err
			}
		}
		if in.Slug != "" && in.Slug != p.Slug {
			if p.Latest != "" {
				return coop.Errorf(coop.Conflict, "slug.fixed", "protocol %s has texts", p.Slug)
			}
			if err := s.slug(tx, &p, in.Slug); err != nil {
				return err
			}
		}
		p.Kind, p.Language, p.Licence, p.Circle, p.Story = in.Kind, in.Language, in.Licence, in.Circle, in.Story
		p.Review, p.Reading, p.Updated = in.Review, in.Reading, s.now()
		if p.Origin.Page != "" {
			p.Origin.Changes = in.Changes
		}
		if err := p.Validate(); err != nil {
			return err
		}
		if err := tx.PutProtocol(p); err != nil {
			return err
		}
		return s.tell(tx, coop.ProtocolChanged, by, &p)
	})
	if err != nil {
		return p, fmt.Errorf("settings of protocol %s: %w", id, err)
	}
	return p, nil
}

// tell queues what a page of ours has become, unless nobody was ever told of it.
func (s *Service) tell(tx Tx, kind coop.EventKind, by coop.Actor, p *Protocol) error {
	if !p.Public() {
		return nil
	}
	r, err := tx.Revision(p.ID, p.InUse)
	if err != nil {
		return err
	}
	return tx.Append(s.event(kind, by, p.IRI, Told{Protocol: *p, Revision: r.told()}))
}

// told is what others may know of a revision of ours beside its text.
func (r Revision) told() Revision {
	r.Source, r.By, r.Decision = "", "", r.Decision.Told()
	return r
}

// Told is what others learn of how something was decided: that it passed, in which way and when, and the address of minutes that are
// public. Nil for nil.
func (r *Result) Told() *Result {
	if r == nil {
		return nil
	}
	out := &Result{Method: r.Method, Passed: r.Passed, At: r.At}
	if there := r.Ratification; there != nil {
		out.Ratification = &Ratification{On: there.On, Passed: there.Passed, Shared: there.Shared}
		if there.Shared {
			out.Ratification.Minutes = there.Minutes
		}
	}
	return out
}
