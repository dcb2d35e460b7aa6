package handbooktest

import (
	"sync/atomic"
	"testing"
	"time"

	"toadlane/coop"
	"toadlane/handbook"
)

// Place is where a handbook is kept, with a co-op and its people in it.
type Place struct {
	Store   handbook.Store
	Kinds   func() []coop.EventKind // what was appended, in order
	Letters func() int              // mails that wait
	Block   func(host string)       // takes away what a co-op told us that is not to be heard any more
}

// Opener makes an empty Place for a co-op.
type Opener func(t *testing.T, c coop.Coop, people []coop.Person) Place

// In opens places in memory.
func In(_ *testing.T, c coop.Coop, people []coop.Person) Place {
	s := New()
	s.SetCoop(c, people...)
	return Place{s, func() (out []coop.EventKind) {
		for _, e := range s.Events() {
			out = append(out, e.Kind)
		}
		return out
	}, func() int { return len(s.Letters()) }, s.Block}
}

// Town is a co-op's handbook in a story, with a clock that the story moves.
type Town struct {
	*handbook.Service
	Place
	clock atomic.Int64
}

// Noon is when stories begin.
var Noon = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

// The people of every town. Ada and Ben are workers, Cleo a user, Sue a steward in no constituency.
const (
	adaID  coop.ID = "01900000-0000-7000-8000-00000000aaaa"
	benID  coop.ID = "01900000-0000-7000-8000-00000000bbbb"
	cleoID coop.ID = "01900000-0000-7000-8000-00000000cccc"
	sueID  coop.ID = "01900000-0000-7000-8000-00000000dddd"
)

var (
	ada      = coop.Member(adaID, coop.RoleMember)
	ben      = coop.Member(benID, coop.RoleMember)
	cleo     = coop.Member(cleoID, coop.RoleMember)
	sue      = coop.Member(sueID, coop.RoleSteward)
	stranger = coop.Remote("https://social.example/users/eve")
)

// newTown opens the handbook of a co-op at https://<name>.example.
func newTown(t *testing.T, open Opener, name string) *Town {
	t.Helper()
	c := coop.Coop{ID: "c", Handle: name, Name: name, Languages: []string{"en"}, Licence: "CC-BY-SA-4.0",
		Constituencies: []coop.Constituency{{Slug: "workers"}, {Slug: "users"}}}
	var people []coop.Person
	for _, p := range []coop.Person{{ID: adaID, Handle: "ada", Constituency: "workers"}, {ID: benID, Handle: "ben", Constituency: "workers"},
		{ID: cleoID, Handle: "cleo", Constituency: "users"}, {ID: sueID, Handle: "sue"}} {
		p.DisplayName, p.Created = p.Handle, Noon.AddDate(-1, 0, 0)
		people = append(people, p)
	}
	v := &Town{Place: open(t, c, people)}
	v.clock.Store(Noon.UnixNano())
	v.Service = &handbook.Service{Store: v.Place.Store, Now: func() time.Time { return time.Unix(0, v.clock.Load()) }, NewID: IDs(),
		Base: coop.IRI("https://" + name + ".example"), Fold: fold}
	return v
}

// fold is enough for the names in stories.
func fold(s string) string {
	out := []byte(s)
	for i, c := range out {
		if c >= 'A' && c <= 'Z' {
			out[i] = c + 'a' - 'A'
		}
	}
	return string(out)
}

func (v *Town) pass(d time.Duration) { v.clock.Add(int64(d)) }
func (v *Town) now() time.Time       { return time.Unix(0, v.clock.Load()).UTC() }
func (v *Town) actor() coop.IRI      { return v.Base + "/actor" }

// in runs fn in a transaction.
func (v *Town) in(t *testing.T, fn func(handbook.Tx) error) {
	t.Helper()
	ok(t, v.Place.Store.Write(t.Context(), fn))
}

// draft begins a page with a text.
func (v *Town) draft(t *testing.T, name, source string) handbook.Protocol {
	t.Helper()
	p := must(v.StartProtocol(t.Context(), ada, handbook.Start{Name: name, Kind: handbook.Rule}))(t)
	must(v.WriteRevision(t.Context(), ada, p.ID, handbook.Writing{Name: name, Source: source}))(t)
	return v.page(t, p.ID)
}

// used begins a page and brings its text into use.
func (v *Town) used(t *testing.T, name, source string) handbook.Protocol {
	t.Helper()
	p := v.draft(t, name, source)
	return must(v.BringIntoUse(t.Context(), sue, p.ID))(t)
}

func (v *Town) page(t *testing.T, id coop.ID) handbook.Protocol {
	t.Helper()
	return must(v.ProtocolByID(t.Context(), ada, id))(t)
}

// consent is open for a week.
func (v *Town) consent() handbook.Opening {
	return handbook.Opening{Method: handbook.Consent, Closes: v.now().AddDate(0, 0, 7)}
}

// propose opens a motion of ada's on another text of a page, by consent.
func (v *Town) propose(t *testing.T, p handbook.Protocol, source string) handbook.Motion {
	t.Helper()
	return must(v.OpenMotion(t.Context(), ada, p.ID, handbook.Writing{Base: p.Latest, Name: p.Name, Source: source, Reason: "Better"}, v.consent()))(t)
}

// change brings another text of a page into use.
func (v *Town) change(t *testing.T, p handbook.Protocol, source string) handbook.Protocol {
	t.Helper()
	m := v.propose(t, p, source)
	v.pass(8 * 24 * time.Hour)
	if m = must(v.Decide(t.Context(), coop.System("clock"), m.ID))(t); m.State != handbook.MotionPassed {
		t.Fatalf("the motion is %s", m.State)
	}
	return v.page(t, p.ID)
}

// text gives the text in use of a page.
func (v *Town) text(t *testing.T, p handbook.Protocol) handbook.Revision {
	t.Helper()
	_, r, err := v.TextOf(t.Context(), ada, p.ID, p.InUse)
	ok(t, err)
	return r
}

// updates lists what we go by that has something new at its origin.
func (v *Town) updates(t *testing.T) (out []handbook.Standing) {
	t.Helper()
	for _, st := range must(v.Adoptions(t.Context(), ada))(t) {
		if st.Update != "" {
			out = append(out, st)
		}
	}
	return out
}

// tells sends a page of v's, with every text that was in use, to another town.
func (v *Town) tells(t *testing.T, to *Town, p handbook.Protocol) handbook.Protocol {
	t.Helper()
	var got handbook.Protocol
	_, all, err := v.History(t.Context(), stranger, p.Slug, 0, handbook.MaxPage)
	ok(t, err)
	p.Home, p.URL, p.Circle = v.actor(), string(v.Base)+"/handbook/"+p.Slug, ""
	to.in(t, func(tx handbook.Tx) (err error) {
		if got, _, err = to.ReceivePage(tx, p); err != nil {
			return err
		}
		for _, r := range all {
			_, r, err := v.Revision(t.Context(), stranger, p.Slug, r.ID)
			if err != nil {
				return err
			}
			r.Home, r.Protocol = v.actor(), ""
			if _, err := to.ReceiveRevision(tx, p.IRI, r); err != nil {
				return err
			}
		}
		return nil
	})
	return got
}

func must[T any](v T, err error) func(t *testing.T) T {
	return func(t *testing.T) T {
		t.Helper()
		ok(t, err)
		return v
	}
}

func ok(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// want holds an error to its class and key.
func want(t *testing.T, err error, class coop.Class, key string) {
	t.Helper()
	if err == nil || coop.ClassOf(err) != class || coop.KeyOf(err) != key {
		t.Errorf("got %v (class %d, key %s), want class %d, key %s", err, coop.ClassOf(err), coop.KeyOf(err), class, key)
	}
}
