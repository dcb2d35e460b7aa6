package region

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"toadlane/coop"
)

// Limits of an area.
const (
	MaxPlaces     = 50
	MaxRings      = 10
	MaxRingPoints = 500 // of all rings of an outline together
)

// Ring is the line around a part of an outline; the way from its last point leads to its first.
type Ring []coop.Point

// Area says where a region is: by the names of its places, or by an outline. A charter names one by its id. The zero value is none.
type Area struct {
	ID      ID
	Places  []string
	Outline []Ring
	Bytes   []byte // as it is served
}

// None tells whether a says nothing.
func (a *Area) None() bool { return len(a.Places) == 0 && len(a.Outline) == 0 }

// Tidy gives a with what is said twice said once: names without space around them, each once whatever its letters, and rings whose points differ from the
// ones before and that do not come back to their first. Its id and bytes are gone.
func (a *Area) Tidy() Area {
	var out Area
	for _, name := range a.Places {
		name = strings.Join(strings.Fields(name), " ")
		if name != "" && !slices.ContainsFunc(out.Places, func(o string) bool { return strings.EqualFold(o, name) }) {
			out.Places = append(out.Places, name)
		}
	}
	for _, ring := range a.Outline {
		r := slices.Compact(slices.Clone(ring))
		for len(r) > 1 && r[0] == r[len(r)-1] {
			r = r[:len(r)-1]
		}
		out.Outline = append(out.Outline, r)
	}
	return out
}

// Validate checks an area that says something, as Tidy leaves one. Class Invalid, field area.
func (a *Area) Validate() error {
	var errs []error
	bad := func(is bool, key string, max int) {
		if is {
			errs = append(errs, coop.FieldError("area", key, map[string]any{"Max": max}))
		}
	}
	bad((len(a.Places) == 0) == (len(a.Outline) == 0), "area.malformed", 0)
	bad(len(a.Places) > MaxPlaces, "area.places", MaxPlaces)
	for _, name := range a.Places {
		errs = append(errs, coop.Line("area", name, 1, MaxPlace))
	}
	bad(len(a.Outline) > MaxRings, "area.rings", MaxRings)
	points, thin, off := 0, false, false
	for _, ring := range a.Outline {
		points += len(ring)
		distinct := map[coop.Point]bool{}
		for _, p := range ring {
			distinct[p] = true
			off = off || p.Lat < -90e6 || p.Lat > 90e6 || p.Lon < -180e6 || p.Lon > 180e6
		}
		thin = thin || len(distinct) < 3
	}
	bad(points > MaxRingPoints, "area.points", MaxRingPoints)
	bad(thin, "area.corners", 0)
	bad(off, "outline.degrees", 0)
	if err := errors.Join(errs...); err != nil {
		return err
	}
	if tidy := a.Tidy(); !a.Same(&tidy) {
		return coop.FieldError("area", "area.malformed", nil)
	}
	return nil
}

// Same tells whether two areas say the same in the same order.
func (a *Area) Same(b *Area) bool {
	return slices.Equal(a.Places, b.Places) && slices.EqualFunc(a.Outline, b.Outline, func(x, y Ring) bool { return slices.Equal(x, y) })
}

// AreasMissing lists the areas that the charter in force or those that would follow it name, and that are not here, the one in force first.
func AreasMissing(r Reader, of *Region) (out []ID, err error) {
	all, err := r.Charters(of.ID)
	if err != nil {
		return nil, err
	}
	for _, c := range append([]Charter{of.Charter}, all...) {
		if c.Area == "" || slices.Contains(out, c.Area) || c.ID != of.Charter.ID && c.Previous != of.Charter.ID {
			continue
		}
		switch _, err := r.Area(of.ID, c.Area); {
		case coop.ClassOf(err) == coop.NotFound:
			out = append(out, c.Area)
		case err != nil:
			return nil, err
		}
	}
	return out, nil
}

// HearArea keeps an area of a region, from whoever had it: it is what its id says, when a charter that is kept names that. Errors: NotFound; Invalid,
// key area.malformed, when none does.
func (s *Service) HearArea(tx Tx, of ID, a Area) error {
	all, err := tx.Charters(of)
	if err == nil && !slices.ContainsFunc(all, func(c Charter) bool { return c.Area == a.ID }) {
		err = coop.Errorf(coop.Invalid, "area.malformed", "no charter names %s", a.ID)
	}
	if err != nil {
		return fmt.Errorf("area of region %s: %w", of, err)
	}
	return tx.PutArea(of, a)
}

// written gives an area that a steward says as it is kept; none stays none.
func (s *Service) written(a Area) (Area, error) {
	if a = a.Tidy(); a.None() {
		return a, nil
	}
	if err := a.Validate(); err != nil {
		return a, err
	}
	return s.Papers.Area(a)
}

func keepArea(tx Tx, of ID, a Area) error {
	if a.None() {
		return nil
	}
	return tx.PutArea(of, a)
}
