package markettest

import (
	"cmp"
	"reflect"
	"slices"
	"time"

	"toadlane/coop"
	"toadlane/market"
)

type tx struct{ *state }

var (
	_ market.Store = (*Store)(nil)
	_ market.Tx    = (*tx)(nil)
)

func (t *tx) Listing(id coop.ID) (market.Listing, error) {
	l, ok := t.listings[id]
	if !ok {
		return l, coop.Errorf(coop.NotFound, "listing.unknown", "listing %s", id)
	}
	return clone(l), nil
}

func (t *tx) ListingByIRI(iri coop.IRI) (market.Listing, error) {
	for _, l := range t.listings {
		if iri != "" && l.IRI == iri {
			return clone(l), nil
		}
	}
	return market.Listing{}, coop.Errorf(coop.NotFound, "listing.unknown", "listing %s", iri)
}

func (t *tx) PutListing(l market.Listing) error {
	if l.ID == "" || l.IRI == "" {
		return coop.Errorf(coop.Internal, "error.internal", "put listing %q at %q", l.ID, l.IRI)
	}
	if other, err := t.ListingByIRI(l.IRI); err == nil && other.ID != l.ID {
		return coop.Errorf(coop.Conflict, "listing.exists", "address %s is that of %s", l.IRI, other.ID)
	}
	if old, known := t.listings[l.ID]; !known || old.State == market.Draft && l.State != market.Draft || old.Visibility < l.Visibility {
		t.came[l.ID] = t.clock()
	}
	t.listings[l.ID] = clone(l)
	return nil
}

func (t *tx) DropListing(l market.Listing, at time.Time) error {
	delete(t.listings, l.ID)
	delete(t.history, l.ID)
	delete(t.with, l.ID)
	if l.IRI == "" {
		return nil
	}
	t.buried[l.IRI] = at
	if l.ID != "" {
		t.gone[l.ID] = true
	}
	return nil
}

func (t *tx) PutHappening(listing coop.ID, h market.Happening) error {
	all := append(slices.Clip(t.history[listing]), clone(h))
	if len(all) > market.MaxHistory {
		all = slices.Delete(slices.Clone(all), 1, len(all)-market.MaxHistory+1)
	}
	t.history[listing] = all
	return nil
}

func (t *tx) Buried(iri coop.IRI) (bool, error) {
	_, ok := t.buried[iri]
	return ok, nil
}

func (t *tx) Due(at time.Time, limit int) ([]market.Listing, error) {
	return t.some(limit, func(l market.Listing) bool {
		return l.Local() && (l.State == market.Open || l.State == market.Paused || l.State == market.Agreed) && !l.Until.After(at)
	}), nil
}

func (t *tx) Unreminded(at time.Time, days, limit int) ([]market.Listing, error) {
	return t.some(limit, func(l market.Listing) bool {
		for_, done := t.reminded[reminded{l.ID, days}]
		return l.Local() && l.State == market.Open && !l.Until.After(at) && !(done && for_.Equal(l.Until))
	}), nil
}

func (t *tx) PutReminded(id coop.ID, days int, until time.Time) error {
	t.reminded[reminded{id, days}] = until
	return nil
}

func (t *tx) ClosedBefore(at time.Time, limit int) ([]market.Listing, error) {
	return t.some(limit, func(l market.Listing) bool {
		return l.Local() && l.State.Ended() && l.State != market.Archived && !l.Closed.After(at)
	}), nil
}

func (t *tx) StaleRemote(at time.Time, limit int) ([]market.Listing, error) {
	return t.some(limit, func(l market.Listing) bool { return !l.Local() && !l.Until.After(at) }), nil
}

func (t *tx) some(limit int, ok func(market.Listing) bool) []market.Listing {
	return sorted(t.listings, ok, func(a, b market.Listing) int {
		if c := a.Until.Compare(b.Until); c != 0 {
			return c
		}
		return compare(a.ID, b.ID)
	}, limit)
}

func (t *tx) Thread(id coop.ID) (market.Thread, error) {
	th, ok := t.threads[id]
	if !ok {
		return th, coop.Errorf(coop.NotFound, "thread.unknown", "thread %s", id)
	}
	return clone(th), nil
}

func (t *tx) BlockedThread(owner coop.ID, other string) (bool, error) {
	for _, th := range t.threads {
		if th.Owner == owner && th.Other.Key() == other && th.Blocked {
			return true, nil
		}
	}
	return false, nil
}

func (t *tx) BlockGuest(mark, _ string, _ coop.Actor, at time.Time) error {
	t.guests[mark] = at
	return nil
}

func (t *tx) UnblockGuest(mark string) error {
	delete(t.guests, mark)
	return nil
}

func (t *tx) GuestBlocked(mark string) (bool, error) {
	_, ok := t.guests[mark]
	return ok, nil
}

func (t *tx) PutComplaint(c market.Complaint) error {
	t.complaints = append(t.complaints, clone(c))
	return nil
}

func (t *tx) ThreadWith(owner coop.ID, other string, listing coop.ID) (market.Thread, error) {
	found := sorted(t.threads, func(th market.Thread) bool {
		return th.Owner == owner && th.Other.Key() == other && th.Listing == listing && !th.Closed
	}, func(a, b market.Thread) int { return compare(a.ID, b.ID) }, 1)
	if len(found) == 0 {
		return market.Thread{}, coop.Errorf(coop.NotFound, "thread.unknown", "thread of %q with %s about %q", owner, other, listing)
	}
	return found[0], nil
}

func (t *tx) PutThread(th market.Thread) error {
	t.threads[th.ID] = clone(th)
	return nil
}

func (t *tx) Message(id coop.ID) (market.Message, error) {
	m, ok := t.messages[id]
	if !ok {
		return m, coop.Errorf(coop.NotFound, "message.unknown", "message %s", id)
	}
	return clone(m), nil
}

func (t *tx) MessageByIRI(iri coop.IRI) (market.Message, error) {
	for _, m := range t.messages {
		if iri != "" && m.IRI == iri {
			return clone(m), nil
		}
	}
	return market.Message{}, coop.Errorf(coop.NotFound, "message.unknown", "message %s", iri)
}

func (t *tx) PutMessage(m market.Message) error {
	if other, err := t.MessageByIRI(m.IRI); err == nil && other.ID != m.ID {
		return coop.Errorf(coop.Conflict, "message.exists", "address %s is that of %s", m.IRI, other.ID)
	}
	t.messages[m.ID] = clone(m)
	return nil
}

func (t *tx) DropMessage(m market.Message, at time.Time) error {
	delete(t.messages, m.ID)
	if m.IRI != "" {
		t.buried[m.IRI] = at
	}
	return nil
}

func (t *tx) Append(e coop.Event) error {
	t.events = append(t.events, clone(e))
	return nil
}

func (t *tx) PutLetter(l coop.Letter) error {
	if l.ID == "" || (l.Person == "") == (l.Email == "") {
		return coop.Errorf(coop.Internal, "error.internal", "letter %q for %q and %q", l.ID, l.Person, l.Email)
	}
	for _, o := range t.letters {
		if o.Kind == l.Kind && o.Person == l.Person && o.Email == l.Email && o.Subject == l.Subject {
			return nil
		}
	}
	t.letters = append(t.letters, clone(l))
	return nil
}

func compare[T cmp.Ordered](a, b T) int { return cmp.Compare(a, b) }

// sorted gives copies of the rows that ok takes, in order, at most limit of them; 0 means all.
func sorted[K comparable, V any](rows map[K]V, ok func(V) bool, order func(a, b V) int, limit int) []V {
	var out []V
	for _, r := range rows {
		if ok(r) {
			out = append(out, clone(r))
		}
	}
	slices.SortFunc(out, order)
	if limit > 0 && len(out) > limit {
		out = out[:limit]
	}
	return out
}

// clone copies v with all it points to, as a database would by writing and reading it.
func clone[T any](v T) T {
	out := reflect.New(reflect.TypeOf(&v).Elem()).Elem()
	copyInto(out, reflect.ValueOf(&v).Elem())
	return out.Interface().(T)
}

func copyInto(to, from reflect.Value) {
	switch from.Kind() {
	case reflect.Pointer:
		if !from.IsNil() {
			to.Set(reflect.New(from.Type().Elem()))
			copyInto(to.Elem(), from.Elem())
		}
	case reflect.Interface:
		if !from.IsNil() {
			inner := reflect.New(from.Elem().Type()).Elem()
			copyInto(inner, from.Elem())
			to.Set(inner)
		}
	case reflect.Slice:
		if !from.IsNil() {
			to.Set(reflect.MakeSlice(from.Type(), from.Len(), from.Len()))
			for i := range from.Len() {
				copyInto(to.Index(i), from.Index(i))
			}
		}
	case reflect.Map:
		if !from.IsNil() {
			to.Set(reflect.MakeMapWithSize(from.Type(), from.Len()))
			for _, k := range from.MapKeys() {
				v := reflect.New(from.Type().Elem()).Elem()
				copyInto(v, from.MapIndex(k))
				to.SetMapIndex(k, v)
			}
		}
	case reflect.Struct:
		if from.Type() == reflect.TypeFor[time.Time]() {
			to.Set(from)
			return
		}
		for i := range from.NumField() {
			copyInto(to.Field(i), from.Field(i))
		}
	default:
		to.Set(from)
	}
}
