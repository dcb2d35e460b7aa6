package handbook

import (
	"context"
	"fmt"
	"time"

	"toadlane/coop"
)

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
		if err := s.unsay(tx, by, &p); err != nil {
			return err
		}
		return s.tell(tx, coop.ProtocolChanged, by, &p)
	})
	if err != nil {
		return p, fmt.Errorf("settings of protocol %s: %w", id, err)
	}
	return p, nil
}
