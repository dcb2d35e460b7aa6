package market

import (
	"reflect"
	"time"

	"toadlane/coop"
)

// Receive keeps a neighbour's listing as it now is at its home, inside the caller's transaction. l.IRI and l.Home name it;
// the caller has verified that home says so. It may come twice, late or out of order: an older version than ours is ignored,
// a deleted one stays deleted. id is used when we do not have it yet. It tells whether anything changed. Errors: Forbidden
// when the address belongs to another co-op or to us (invariant 7); Invalid for another purpose or a draft. One without an
// end ends MaxDays after it last changed.
func Receive(tx Tx, l Listing, id coop.ID, now time.Time) (changed bool, err error) {
	if l.IRI == "" || l.Home == "" || !coop.SameOrigin(l.IRI, l.Home) {
		return false, coop.Errorf(coop.Forbidden, "origin.differs", "listing %s is not of %s", l.IRI, l.Home)
	}
	if buried, err := tx.Buried(l.IRI); err != nil || buried {
		return false, err
	}
	if l.State == Draft {
		return false, coop.Errorf(coop.Invalid, "listing.unfinished", "listing %s is a draft", l.IRI)
	}
	if l.Until.IsZero() { // invariant 2; from its own times, so that the order of arrival makes no difference
		from := now
		for _, t := range []time.Time{l.Created, l.Updated} {
			if !t.IsZero() {
				from = t
			}
		}
		l.Until = from.AddDate(0, 0, MaxDays)
	}
	old, err := tx.ListingByIRI(l.IRI)
	known := err == nil
	switch {
	case known:
		if old.Home != l.Home {
			return false, coop.Errorf(coop.Forbidden, "owner.differs", "listing %s belongs to %s, not %s", l.IRI, old.Home, l.Home)
		}
		if old.Purpose != l.Purpose {
			return false, coop.Errorf(coop.Invalid, "purpose.fixed", "listing %s changed its purpose", l.IRI)
		}
		if l.Updated.Before(old.Updated) { // out of order; but its home lists it
			old.Seen = now
			return false, tx.PutListing(old)
		}
		l.ID, l.Created = old.ID, old.Created
		l.Version = old.Version
		if l.Updated.After(old.Updated) {
			l.Version++
		}
		for i := range l.Photos { // a picture we have fetched stays while its address does
			for _, p := range old.Photos {
				if p.Remote != "" && p.Remote == l.Photos[i].Remote && l.Photos[i].ID == "" {
					l.Photos[i].ID, l.Photos[i].Type, l.Photos[i].Width, l.Photos[i].Height = p.ID, p.Type, p.Width, p.Height
					if l.Photos[i].Blurhash == "" {
						l.Photos[i].Blurhash = p.Blurhash
					}
				}
			}
		}
	case coop.ClassOf(err) == coop.NotFound:
		// One that is over is kept as well, though no list shows it: its Create may still come, and would open it again.
		l.ID, l.Version = id, 1
	default:
		return false, err
	}
	l.Seen = now
	changed = !known || !same(l, old)
	return changed, tx.PutListing(l)
}

// same tells whether a and b say the same, whenever it was confirmed and whatever zone their times are written in.
func same(a, b Listing) bool {
	for _, l := range []*Listing{&a, &b} {
		l.Seen = time.Time{}
		for _, t := range []*time.Time{&l.Starts, &l.Until, &l.Created, &l.Updated, &l.Closed} {
			*t = t.UTC()
		}
	}
	return reflect.DeepEqual(a, b)
}

// Forget drops a neighbour's listing because its home deleted it, or because we no longer follow it (then bury is false, so
// that it can come back). Unknown addresses are no error; a tombstone is left all the same when bury is true.
func Forget(tx Tx, iri, home coop.IRI, bury bool, now time.Time) error {
	if home == "" {
		return coop.Errorf(coop.Forbidden, "owner.differs", "listing %s forgotten for nobody", iri)
	}
	l, err := tx.ListingByIRI(iri)
	if coop.ClassOf(err) == coop.NotFound && err != nil {
		if !bury || !coop.SameOrigin(iri, home) {
			return nil
		}
		return tx.DropListing(Listing{IRI: iri, Home: home}, now)
	}
	if err != nil {
		return err
	}
	if l.Home != home {
		return coop.Errorf(coop.Forbidden, "owner.differs", "listing %s belongs to %s, not %s", iri, l.Home, home)
	}
	if !bury {
		l.IRI = "" // no tombstone
	}
	return tx.DropListing(l, now)
}
