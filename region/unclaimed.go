package region

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"toadlane/coop"
)

// Unclaimed is a co-op that stewards of ours list in a region although it has no node: somebody else said that it is there. It is shown as listed by the
// region and is no member.
type Unclaimed struct {
	ID       coop.ID
	Region   ID
	Name     string
	Link     string // its page, or ""
	Place    string // in words
	Point    *coop.Point
	Summary  string
	Source   string // where it is known from: an address, or words
	Licence  string // under which that is published: an SPDX id, an address, or words
	Language string // of Summary, or ""
	State    UnclaimedState
	Added    time.Time
	Claim    *Claim // who said that it is theirs; for stewards alone
}

// UnclaimedState is what became of an entry.
type UnclaimedState string

// The states.
const (
	UnclaimedListed  UnclaimedState = "listed"
	UnclaimedClaimed UnclaimedState = "claimed" // somebody said that it is theirs, and the stewards have not answered
	UnclaimedHidden  UnclaimedState = "hidden"  // shown to nobody, and not read in again
)

// Claim is what somebody says who says that an entry is their co-op. It is never shown to others, and forgotten when the stewards have answered.
type Claim struct {
	Name  string
	Email string
	Node  coop.IRI // of the node that they have, or ""
	At    time.Time
}

// Limits of what is said of an unclaimed co-op.
const (
	MaxUnclaimed      = 5000 // of one region, hidden ones too
	MaxUnclaimedLines = 2000 // read in at once
	MaxSource         = 300
	MaxLicence        = 100
	MaxSummary        = 500
	MaxPlace          = 100
)

// Validate checks what is said of it; all that is wrong comes at once.
func (u *Unclaimed) Validate() error {
	errs := []error{coop.Line("name", u.Name, 1, MaxName), coop.Line("place", u.Place, 0, MaxPlace), coop.Line("summary", u.Summary, 0, MaxSummary),
		coop.Line("source", u.Source, 1, MaxSource), coop.Line("licence", u.Licence, 1, MaxLicence)}
	if u.Link != "" {
		if _, err := coop.ParseIRI(u.Link); err != nil {
			errs = append(errs, coop.FieldError("url", "address.invalid", nil))
		}
	}
	if u.Language != "" && !coop.ValidLanguage(u.Language) {
		errs = append(errs, coop.FieldError("language", "language.unknown", map[string]any{"Tag": u.Language}))
	}
	return errors.Join(errs...)
}

// Key is what an entry is told apart by in its region: its page without what does not change where it leads, or its name and place.
func (u *Unclaimed) Key() string {
	if u.Link == "" {
		return "name:" + folded(u.Name) + "|" + folded(u.Place)
	}
	return linkKey(u.Link)
}

// linkKey is an address without scheme, www. and a slash at the end; a Murmurations index keeps addresses the same way.
func linkKey(address string) string {
	_, rest, ok := strings.Cut(address, "://")
	if !ok {
		rest = address
	}
	host, path, _ := strings.Cut(rest, "/")
	path, _, _ = strings.Cut(path, "#")
	return strings.TrimSuffix(strings.TrimPrefix(strings.ToLower(host), "www.")+"/"+path, "/")
}

func folded(s string) string { return strings.Join(strings.Fields(strings.ToLower(s)), " ") }

// unclaimedIn gives the region in which a steward of ours looks after unclaimed entries: one that we take part in.
func (s *Service) unclaimedIn(ctx context.Context, by coop.Actor, slug string) (Region, error) {
	if err := mustSteward(by, "look after unclaimed entries"); err != nil {
		return Region{}, err
	}
	r, err := s.Region(ctx, by, slug)
	if err == nil && r.State != Joined {
		err = coop.Errorf(coop.Conflict, "unclaimed.not_in", "region %s is %s", slug, r.State)
	}
	return r, err
}

// Unclaimed lists, by name, the entries of a region in a state: listed and claimed ones are for everyone who may see the region, without claims for who is no
// steward; hidden ones for stewards. Errors as of Region; Invalid, key cursor.invalid.
func (s *Service) Unclaimed(ctx context.Context, by coop.Actor, slug string, state UnclaimedState, limit int, cursor string) (Region, []Unclaimed, string, error) {
	r, err := s.Region(ctx, by, slug)
	if err != nil {
		return r, nil, "", err
	}
	if state == UnclaimedHidden {
		if err := mustSteward(by, "see hidden entries"); err != nil {
			return r, nil, "", err
		}
	}
	list, next, err := s.read(ctx).Unclaimed(r.ID, state, limit, cursor)
	if err != nil {
		return r, nil, "", fmt.Errorf("unclaimed of region %s: %w", slug, err)
	}
	for i := range list {
		if !by.CanSteward() {
			list[i].Claim = nil
		}
	}
	return r, list, next, nil
}

// UnclaimedOne gives one that everyone may see who may see the region; stewards also a hidden one. Class NotFound, key unclaimed.unknown.
func (s *Service) UnclaimedOne(ctx context.Context, by coop.Actor, slug string, id coop.ID) (Region, Unclaimed, error) {
	r, err := s.Region(ctx, by, slug)
	if err != nil {
		return r, Unclaimed{}, err
	}
	u, err := s.read(ctx).UnclaimedByID(r.ID, id)
	if err == nil && u.State == UnclaimedHidden && !by.CanSteward() {
		err = coop.Errorf(coop.NotFound, "unclaimed.unknown", "%s is hidden", id)
	}
	if err != nil {
		return r, Unclaimed{}, fmt.Errorf("unclaimed %s of region %s: %w", id, slug, err)
	}
	if !by.CanSteward() {
		u.Claim = nil
	}
	return r, u, nil
}

// CountUnclaimed counts what Unclaimed lists in a state.
func (s *Service) CountUnclaimed(ctx context.Context, of ID, state UnclaimedState) (int, error) {
	return s.read(ctx).CountUnclaimed(of, state)
}

// HideUnclaimed shows an entry to nobody any more: it was wrong, or has a node by now. Who claimed it is forgotten. Stewards may. Errors: NotFound,
// Conflict.
func (s *Service) HideUnclaimed(ctx context.Context, by coop.Actor, slug string, id coop.ID) error {
	return s.turnUnclaimed(ctx, by, slug, id, UnclaimedHidden)
}

// ListUnclaimed shows an entry again, or answers a claim with no: who claimed it is forgotten. Stewards may. Errors as of HideUnclaimed.
func (s *Service) ListUnclaimed(ctx context.Context, by coop.Actor, slug string, id coop.ID) error {
	return s.turnUnclaimed(ctx, by, slug, id, UnclaimedListed)
}

func (s *Service) turnUnclaimed(ctx context.Context, by coop.Actor, slug string, id coop.ID, to UnclaimedState) error {
	r, err := s.unclaimedIn(ctx, by, slug)
	if err != nil {
		return err
	}
	err = s.Store.Write(ctx, func(tx Tx) error {
		u, err := tx.UnclaimedByID(r.ID, id)
		if err != nil {
			return err
		}
		u.State, u.Claim = to, nil
		return tx.PutUnclaimed(u)
	})
	if err != nil {
		return fmt.Errorf("turn unclaimed %s of region %s %s: %w", id, slug, to, err)
	}
	return nil
}

// ClaimUnclaimed says that an entry is somebody's own co-op. Everyone may; the stewards are told as of a complaint. Nothing of it is shown to others, and
// nothing follows by itself. Errors: NotFound; Conflict, key unclaimed.claimed, while another waits for an answer; Invalid about "name", "email" and "node".
func (s *Service) ClaimUnclaimed(ctx context.Context, slug string, id coop.ID, c Claim) error {
	r, err := s.Region(ctx, coop.Anonymous(), slug)
	if err != nil {
		return err
	}
	c.Name, c.At = strings.TrimSpace(c.Name), s.now()
	errs := []error{coop.Line("name", c.Name, 1, MaxName)}
	email, ok := coop.NormaliseEmail(c.Email)
	if !ok {
		errs = append(errs, coop.FieldError("email", "email.invalid", nil))
	}
	c.Email = email
	if c.Node != "" {
		if _, err := coop.ParseIRI(string(c.Node)); err != nil {
			errs = append(errs, coop.FieldError("node", "address.invalid", nil))
		}
	}
	if err := errors.Join(errs...); err != nil {
		return err
	}
	err = s.Store.Write(ctx, func(tx Tx) error {
		u, err := tx.UnclaimedByID(r.ID, id)
		if err != nil {
			return err
		}
		switch u.State {
		case UnclaimedHidden:
			return coop.Errorf(coop.NotFound, "unclaimed.unknown", "%s is hidden", id)
		case UnclaimedClaimed:
			return coop.Errorf(coop.Conflict, "unclaimed.claimed", "%s is claimed", id)
		}
		u.State, u.Claim = UnclaimedClaimed, &c
		at := coop.IRI(s.Actor.Origin() + "/regions/" + slug + "/unclaimed/" + string(id) + "/claim")
		return errors.Join(tx.PutUnclaimed(u), tx.CallStewards(Call{ID: s.NewID(), From: "guest:" + string(id), About: []coop.IRI{at}, Words: u.Name + ": " + c.Name, At: c.At}))
	})
	if err != nil {
		return fmt.Errorf("claim unclaimed %s of region %s: %w", id, slug, err)
	}
	return nil
}

// Call is what stewards are to look at, beside complaints.
type Call struct {
	ID    coop.ID
	From  string
	About []coop.IRI
	Words string
	At    time.Time
}
