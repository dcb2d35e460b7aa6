// Package handbooktest is for tests of the handbook: its persistence in memory, small, whole and honest, and the stories that every
// persistence is held to. A transaction works on a copy that takes the place of the original when it ends well, what goes in and what comes
// out shares no memory, and every method does what the comments of handbook.Reader and handbook.Tx say.
package handbooktest

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"toadlane/coop"
	"toadlane/handbook"
)

// Store satisfies handbook.Store. It is safe for use by many goroutines; writes wait for one another.
type Store struct {
	writing sync.Mutex
	now     atomic.Pointer[state]
}

var (
	_ handbook.Store = (*Store)(nil)
	_ handbook.Tx    = (*tx)(nil)
)

type (
	said struct { // a revision on a page, a draft of a person
		protocol coop.ID
		what     string
	}
	id = handbook.RevisionID
)

// state is never changed once a Store points at it.
type state struct {
	coop      coop.Coop
	people    map[coop.ID]coop.Person
	protocols map[coop.ID]handbook.Protocol
	texts     map[id]handbook.Revision
	revisions map[said]handbook.Revision
	drafts    map[said]handbook.Autosave
	motions   map[coop.ID]handbook.Motion
	responses map[said]handbook.Response // by motion and person
	remarks   map[coop.ID]handbook.Remark
	adoptions map[coop.ID]handbook.Adoption
	offers    map[coop.ID]handbook.Offer
	marks     map[said]handbook.ReadMark // by person and revision
	buried    map[coop.IRI]bool
	events    []coop.Event
	letters   []coop.Letter
}

// New is an empty Store.
func New() *Store {
	s := &Store{}
	s.now.Store(&state{people: map[coop.ID]coop.Person{}, protocols: map[coop.ID]handbook.Protocol{}, texts: map[id]handbook.Revision{},
		revisions: map[said]handbook.Revision{}, drafts: map[said]handbook.Autosave{}, motions: map[coop.ID]handbook.Motion{},
		responses: map[said]handbook.Response{}, remarks: map[coop.ID]handbook.Remark{}, adoptions: map[coop.ID]handbook.Adoption{},
		offers: map[coop.ID]handbook.Offer{}, marks: map[said]handbook.ReadMark{}, buried: map[coop.IRI]bool{}})
	return s
}

// SetCoop says who the co-op is, and who belongs to it.
func (s *Store) SetCoop(c coop.Coop, people ...coop.Person) {
	_ = s.Write(context.Background(), func(t handbook.Tx) error {
		st := t.(*tx).state
		st.coop = clone(c)
		for _, p := range people {
			st.people[p.ID] = clone(p)
		}
		return nil
	})
}

// Events lists what was appended, in order; Letters the mails that wait.
func (s *Store) Events() []coop.Event   { return clone(s.now.Load().events) }
func (s *Store) Letters() []coop.Letter { return clone(s.now.Load().letters) }

// Block takes away what a co-op told us: its pages, what it says it uses, and the changes it gave back that wait.
func (s *Store) Block(host string) {
	home := coop.IRI("https://" + host + "/actor")
	_ = s.Write(context.Background(), func(w handbook.Tx) error {
		st := w.(*tx).state
		for _, p := range st.protocols {
			if p.Home == home {
				_ = w.DropProtocol(p, false, time.Time{})
			}
		}
		maps.DeleteFunc(st.adoptions, func(_ coop.ID, a handbook.Adoption) bool { return a.Coop == home })
		maps.DeleteFunc(st.offers, func(_ coop.ID, o handbook.Offer) bool { return o.From == home && !o.State.Settled() })
		return nil
	})
}

// IDs makes ids of the right form, in order, each once.
func IDs() func() coop.ID {
	var n atomic.Uint64
	return func() coop.ID { return coop.ID(fmt.Sprintf("01900000-0000-7000-8000-%012x", n.Add(1))) }
}

// At gives reads of now.
func (s *Store) At(context.Context) handbook.Reader { return &tx{s.now.Load()} }

// Write runs fn on a copy, which takes effect when fn gives no error.
func (s *Store) Write(ctx context.Context, fn func(handbook.Tx) error) error {
	s.writing.Lock()
	defer s.writing.Unlock()
	if err := ctx.Err(); err != nil {
		return coop.Errorf(coop.Unavailable, "store.unavailable", "write: %w", err)
	}
	o := s.now.Load()
	t := &tx{&state{o.coop, maps.Clone(o.people), maps.Clone(o.protocols), maps.Clone(o.texts), maps.Clone(o.revisions), maps.Clone(o.drafts),
		maps.Clone(o.motions), maps.Clone(o.responses), maps.Clone(o.remarks), maps.Clone(o.adoptions), maps.Clone(o.offers),
		maps.Clone(o.marks), maps.Clone(o.buried), slices.Clip(o.events), slices.Clip(o.letters)}}
	if err := fn(t); err != nil {
		return err
	}
	s.now.Store(t.state)
	return nil
}

// one finds a row.
func one[K comparable, V any](rows map[K]V, key K, missing string) (V, error) {
	v, ok := rows[key]
	if !ok {
		return v, coop.Errorf(coop.NotFound, missing, "no such row: %v", key)
	}
	return clone(v), nil
}

// first finds the first row in an order.
func first[K comparable, V any](rows map[K]V, ok func(V) bool, order func(a, b V) int, missing string) (V, error) {
	all := some(rows, ok, order)
	if len(all) == 0 {
		var none V
		return none, coop.Errorf(coop.NotFound, missing, "no such row")
	}
	return all[0], nil
}

// some lists rows in an order.
func some[K comparable, V any](rows map[K]V, ok func(V) bool, order func(a, b V) int) []V {
	var out []V
	for _, v := range rows {
		if ok(v) {
			out = append(out, clone(v))
		}
	}
	slices.SortFunc(out, order)
	return out
}

// part cuts a list at a cursor, which is the key of the last row of the part before.
func part[V any](all []V, limit int, cursor string, key func(V) string) ([]V, string, error) {
	if cursor != "" {
		i := slices.IndexFunc(all, func(v V) bool { return key(v) == cursor })
		if i < 0 {
			return nil, "", coop.Errorf(coop.Invalid, "cursor.invalid", "cursor %.50q", cursor)
		}
		all = all[i+1:]
	}
	if len(all) <= limit {
		return all, "", nil
	}
	return all[:limit], key(all[limit-1]), nil
}

func byName(a, b handbook.Protocol) int {
	return cmp.Or(cmp.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name)), cmp.Compare(a.ID, b.ID))
}

// clone copies a value with all that it points to.
func clone[T any](v T) T {
	out := reflect.New(reflect.TypeFor[T]()).Elem()
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
	case reflect.Slice:
		if !from.IsNil() {
			to.Set(reflect.MakeSlice(from.Type(), from.Len(), from.Len()))
			for i := range from.Len() {
				copyInto(to.Index(i), from.Index(i))
			}
		}
	case reflect.Map:
		if !from.IsNil() {
			to.Set(reflect.MakeMap(from.Type()))
			for _, k := range from.MapKeys() {
				v := reflect.New(from.Type().Elem()).Elem()
				copyInto(v, from.MapIndex(k))
				to.SetMapIndex(k, v)
			}
		}
	case reflect.Interface:
		if !from.IsNil() {
			v := reflect.New(from.Elem().Type()).Elem()
			copyInto(v, from.Elem())
			to.Set(v)
		}
	case reflect.Struct:
		to.Set(from)
		for i := range from.NumField() {
			if to.Field(i).CanSet() {
				copyInto(to.Field(i), from.Field(i))
			}
		}
	default:
		to.Set(from)
	}
}
