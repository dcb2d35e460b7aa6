package regiontest

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"toadlane/coop"
	"toadlane/region"
)

// Noon is when the stories begin.
var Noon = time.Date(2026, 10, 1, 12, 0, 0, 0, time.UTC)

// Heard is an event with its snapshot.
type Heard struct {
	ID   coop.ID
	Kind coop.EventKind
	Told region.Told
}

// Place is where a co-op keeps its regions.
type Place struct {
	Store region.Store
	Told  func() []Heard // all events of regions so far, oldest first
}

// Opener opens a place for a co-op.
type Opener func(t *testing.T, c coop.Coop) Place

var (
	sue      = coop.Member("sue", coop.RoleSteward)
	ada      = coop.Member("ada", coop.RoleMember)
	stranger = coop.Anonymous()
)

// valley is several co-ops that tell each other what they have to.
type valley struct {
	t     *testing.T
	clock *atomic.Int64 // seconds since Noon
	towns []*town
}

// town is one of them.
type town struct {
	*region.Service
	place Place
	name  string
	told  int  // events that were told already
	away  bool // its node does not answer
}

func newValley(t *testing.T, open Opener, names ...string) (*valley, []*town) {
	t.Helper()
	v := &valley{t: t, clock: &atomic.Int64{}}
	for _, name := range names {
		w := &town{name: name, place: open(t, coop.Coop{Handle: name, Name: "The " + name, Languages: []string{"en"}, Created: Noon})}
		var ids atomic.Int64
		w.Service = &region.Service{Store: w.place.Store, Papers: papers{name}, Actor: actorOf(name), NewID: func() coop.ID { return coop.ID(fmt.Sprintf("%s-%04d", name, ids.Add(1))) },
			Now: func() time.Time { return Noon.Add(time.Duration(v.clock.Load()) * time.Second) }}
		v.towns = append(v.towns, w)
	}
	return v, v.towns
}

func actorOf(name string) coop.IRI { return coop.IRI("https://" + name + ".example/actor") }

// papers signs for one co-op: a signature is a string that only it makes.
type papers struct{ name string }

func (p papers) Account(slug string) coop.IRI {
	return coop.IRI("https://" + p.name + ".example/r/" + slug)
}
func (p papers) Key(_ context.Context, account coop.IRI) (string, error) {
	return "key of " + string(account), nil
}
func (p papers) Check(key string, document []byte) error {
	if !strings.HasPrefix(string(document), key+" signs ") {
		return coop.Errorf(coop.Unauthenticated, "proof.bad", "not by %s", key)
	}
	return nil
}

func (p papers) sign(account coop.IRI, what any) (region.ID, []byte) {
	words := fmt.Sprintf("%+v", what)
	return region.ID(coop.Hash([]byte(words))), []byte("key of " + string(account) + " signs " + words)
}

func (p papers) Charter(c region.Charter) (region.Charter, error) {
	c.ID, c.Bytes = p.sign("", c)
	return c, nil
}
func (p papers) Area(a region.Area) (region.Area, error) {
	a.ID, a.Bytes = p.sign("", a)
	return a, nil
}
func (p papers) Mark(_ context.Context, id region.ID) (region.Mark, error) {
	_, signed := p.sign(actorOf(p.name), id)
	return region.Mark{Charter: id, Coop: actorOf(p.name), Bytes: signed}, nil
}
func (p papers) Entry(_ context.Context, e region.Entry) (region.Entry, error) {
	e.ID, e.Bytes = p.sign(e.Coop, e)
	return e, nil
}
func (p papers) Admission(_ context.Context, a region.Admission, host coop.IRI) (region.Admission, error) {
	a.ID, a.Bytes = p.sign(host, a)
	return a, nil
}
func (p papers) Vote(_ context.Context, v region.Vote) (region.Vote, error) {
	_, v.Bytes = p.sign(v.By, v)
	return v, nil
}

func (v *valley) pass(d time.Duration) { v.clock.Add(int64(d / time.Second)) }

// post brings what was told to whom it is for, until nobody has anything more to say, and lets everybody see what the others say of themselves.
func (v *valley) post() {
	v.t.Helper()
	for again := true; again; {
		again = false
		for _, w := range v.towns {
			if w.away {
				continue // what it has to say waits
			}
			all := w.place.Told()
			for _, h := range all[w.told:] {
				w.told++
				again = true
				v.deliver(w, h)
			}
		}
	}
	for _, w := range v.towns {
		if !w.away {
			w.confirm(v)
		}
	}
}

func (v *valley) deliver(from *town, h Heard) {
	v.t.Helper()
	t := h.Told
	for _, to := range v.towns {
		if to == from || to.away || from.away || h.Kind == coop.RegionSettled || h.Kind == coop.RegionMoved {
			continue
		}
		hosts := strings.HasPrefix(string(t.Host), "https://"+to.name+".example/")
		about := t.Coop == actorOf(to.name)
		switch h.Kind {
		case coop.RegionAsked:
			if hosts {
				keep, err := to.ReceiveAsk(v.t.Context(), t.Host, *t.Entry)
				v.fine(err)
				v.fine(to.place.Store.Write(v.t.Context(), func(tx region.Tx) error { return keep(tx, coop.IRI("https://"+from.name+".example/a/"+string(h.ID))) }))
			}
		case coop.RegionSaid:
			to.takes(v.t, t.Entry, nil)
		case coop.RegionAnswered:
			if about {
				to.takes(v.t, nil, t.Admission)
				if !t.Admission.In {
					v.fine(to.place.Store.Write(v.t.Context(), func(tx region.Tx) error { return to.ReceiveWhy(tx, t.Host, t.Why) }))
				}
			}
		case coop.RegionRolled:
			e := t.Entry
			if about {
				e = nil
			}
			to.takes(v.t, e, t.Admission)
		case coop.RegionWanted, coop.RegionFavoured:
			if r, err := to.place.Store.At(v.t.Context()).Region(t.Region); err != nil || !r.Answers(to.Actor) {
				continue
			}
			if h.Kind == coop.RegionWanted {
				to.takes(v.t, t.Entry, t.Admission)
				continue
			}
			keep, err := to.ReceiveVote(v.t.Context(), *t.Vote)
			v.fine(err)
			v.fine(to.place.Store.Write(v.t.Context(), keep))
		case coop.RegionSigned, coop.RegionTurned: // whoever hears of it reads it
			if _, err := to.place.Store.At(v.t.Context()).Region(t.Region); err == nil {
				to.meets(v.t, from, t.Region)
				to.settles(v, from, t.Region)
			}
		case coop.RegionInvited:
			if about {
				to.meets(v.t, from, t.Region)
				v.fine(to.place.Store.Write(v.t.Context(), func(tx region.Tx) error { return to.ReceiveInvitation(tx, t.Region) }))
			}
		}
	}
}

func (v *valley) fine(err error) {
	v.t.Helper()
	if err != nil {
		v.t.Fatal(err)
	}
}

// settles reads the list with which the charter in force begins from another, and judges every part by it.
func (w *town) settles(v *valley, from *town, id region.ID) {
	v.t.Helper()
	r := must(w.place.Store.At(v.t.Context()).Region(id))(v.t)
	if r.Charter.Root != "" {
		list := must(from.place.Store.At(v.t.Context()).List(id, r.Charter.Root, "", 100))(v.t)
		v.fine(w.place.Store.Write(v.t.Context(), func(tx region.Tx) error { return w.HearList(tx, id, r.Charter.Root, list) }))
	}
	v.fine(w.place.Store.Write(v.t.Context(), func(tx region.Tx) error {
		_, more, err := w.Settle(tx, id)
		if more {
			v.t.Error("more is left of a handful")
		}
		return err
	}))
}

// takes takes words that were handed on; of a region that is not known nothing is.
func (w *town) takes(t *testing.T, e *region.Entry, a *region.Admission) {
	t.Helper()
	err := w.place.Store.Write(t.Context(), func(tx region.Tx) error {
		if e != nil {
			if _, err := w.ReceiveEntry(tx, *e); err != nil {
				return err
			}
		}
		if a != nil {
			_, err := w.ReceiveAdmission(tx, *a)
			return err
		}
		return nil
	})
	if err != nil && coop.KeyOf(err) != "region.unknown" {
		t.Fatal(err)
	}
}

// meets reads a region's charters at another's, as whoever follows a link does, and the words too.
func (w *town) meets(t *testing.T, there *town, id region.ID) region.Region {
	t.Helper()
	at := there.place.Store.At(t.Context())
	charters := must(at.Charters(id))(t)
	marks := must(at.Marks(id))(t)
	slices.Reverse(charters)
	return must(w.HearCharters(t.Context(), id, charters, marks))(t)
}

// reads takes all words of a region from another's.
func (w *town) reads(t *testing.T, there *town, id region.ID) {
	t.Helper()
	r := must(w.place.Store.At(t.Context()).Region(id))(t)
	for _, state := range []region.PartState{region.In, region.Out} {
		list, _, err := there.place.Store.At(t.Context()).Parts(id, state, 100, "")
		if err != nil {
			t.Fatal(err)
		}
		for i := range list {
			e := &list[i].Entry
			if list[i].Coop == w.Actor {
				e = nil
			}
			w.takes(t, e, list[i].Admission(&r.Charter))
		}
	}
}

// confirm looks at the actors of those who are in.
func (w *town) confirm(v *valley) {
	v.t.Helper()
	at := w.place.Store.At(v.t.Context())
	for _, r := range must(at.Regions())(v.t) {
		for _, p := range must(at.PartsToCheck(r.ID, w.Now().Add(time.Hour), 100))(v.t) {
			i := slices.IndexFunc(v.towns, func(o *town) bool { return o.Actor == p.Coop })
			if v.towns[i].away {
				continue
			}
			own, err := v.towns[i].place.Store.At(v.t.Context()).Region(r.ID)
			says := err == nil && own.State == region.Joined
			v.fine(w.place.Store.Write(v.t.Context(), func(tx region.Tx) error {
				_, err := w.Confirm(tx, r.ID, p.Coop, says)
				return err
			}))
		}
	}
}

// shown lists whom a co-op shows in a region, by name, its own with a star.
func (w *town) shown(t *testing.T, id region.ID) string {
	t.Helper()
	list, _, err := w.place.Store.At(t.Context()).Parts(id, region.In, 100, "")
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, p := range list {
		name := strings.TrimSuffix(strings.TrimPrefix(string(p.Coop), "https://"), ".example/actor")
		switch {
		case p.Own:
			name = "*" + name
		case !p.Counts():
			name = "?" + name
		}
		out = append(out, name)
	}
	slices.Sort(out)
	return strings.Join(out, " ")
}

func (w *town) state(t *testing.T, id region.ID) region.State {
	t.Helper()
	return must(w.place.Store.At(t.Context()).Region(id))(t).State
}

func must[T any](v T, err error) func(*testing.T) T {
	return func(t *testing.T) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func want(t *testing.T, err error, class coop.Class, key string) {
	t.Helper()
	if err == nil || coop.ClassOf(err) != class || coop.KeyOf(err) != key {
		t.Errorf("%v, want class %d, key %s", err, class, key)
	}
}

func same[T comparable](t *testing.T, what string, got, want T) {
	t.Helper()
	if got != want {
		t.Errorf("%s: %v, want %v", what, got, want)
	}
}
