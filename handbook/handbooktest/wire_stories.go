package handbooktest

import (
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"toadlane/coop"
	"toadlane/handbook"
)

// names lists what was found.
func names(f handbook.Found) (out []string) {
	for _, h := range f.Hits {
		out = append(out, h.Protocol.Name)
	}
	return out
}

func commonsStory(t *testing.T, open Opener) {
	farm, bakery, cycles, ctx := newTown(t, open, "farm"), newTown(t, open, "bakery"), newTown(t, open, "cycles"), t.Context()
	pay := bakery.tells(t, farm, bakery.used(t, "Fair pay", "Ten coins for a round."))
	bakery.pass(time.Hour)
	rain := bakery.tells(t, farm, bakery.used(t, "Rain", "Pay more when it rains."))
	bikes := cycles.tells(t, farm, cycles.used(t, "Bicycles", "Oil the chain."))
	farm.used(t, "Our pay", "Nine coins.")
	farm.draft(t, "Secret pay", "Hush.")
	for i, by := range []string{"bakery", "cycles", "cycles"} {
		farm.in(t, func(tx handbook.Tx) error {
			home := coop.IRI("https://" + by + ".example/actor")
			_, err := farm.ReceiveAdoption(tx, handbook.Adoption{IRI: coop.IRI(fmt.Sprintf("https://%s.example/n/%d", by, i)), Coop: home, Page: rain.IRI,
				Home: rain.Home, Revision: rain.InUse, Manner: handbook.AsItIs, Since: Noon})
			return err
		})
	}
	for _, c := range []struct {
		q    handbook.Query
		by   coop.Actor
		want []string
	}{
		{handbook.Query{}, ada, []string{"Bicycles", "Fair pay", "Our pay", "Rain", "Secret pay"}},
		{handbook.Query{}, stranger, []string{"Our pay"}},
		{handbook.Query{Text: "PAY", Sort: handbook.Best}, ada, []string{"Fair pay", "Our pay", "Secret pay", "Rain"}},
		{handbook.Query{Text: "coins pay"}, ada, []string{"Fair pay", "Our pay"}},
		{handbook.Query{Text: "bicy"}, ada, []string{"Bicycles"}},
		{handbook.Query{Text: "hush"}, stranger, nil},
		{handbook.Query{Whose: handbook.Theirs, Sort: handbook.Adopted}, ada, []string{"Rain", "Bicycles", "Fair pay"}},
		{handbook.Query{Home: bikes.Home}, ada, []string{"Bicycles"}},
		{handbook.Query{Kind: handbook.Pledge}, ada, nil},
		{handbook.Query{Whose: handbook.Theirs, Sort: handbook.Newest}, ada, []string{"Rain", "Bicycles", "Fair pay"}},
	} {
		f, err := farm.Search(ctx, c.by, c.q)
		if got := names(f); err != nil || !slices.Equal(got, c.want) {
			t.Errorf("%+v finds %v, want %v (%v)", c.q, got, c.want, err)
		}
	}
	var all []string
	for q, n := (handbook.Query{Limit: 1, Sort: handbook.Adopted}), 0; n < 9; n++ {
		f := must(farm.Commons(ctx, ada, q))(t)
		all = append(all, names(f)...)
		if q.Cursor = f.Next; f.Next == "" {
			break
		}
	}
	if !slices.Equal(all, []string{"Rain", "Bicycles", "Fair pay"}) {
		t.Errorf("page by page: %v", all)
	}
	_, err := farm.Search(ctx, ada, handbook.Query{Cursor: "x"})
	want(t, err, coop.Invalid, "cursor.invalid")
	_, err = farm.Commons(ctx, stranger, handbook.Query{})
	want(t, err, coop.Unauthenticated, "login.required")
	if f := must(farm.Commons(ctx, ada, handbook.Query{Text: "rain"}))(t); len(f.Hits) != 1 || f.Hits[0].Adoptions != 2 {
		t.Errorf("%+v", f.Hits)
	}
	_ = pay
}

// What does not hold what it says is refused, whoever sends it; so is what speaks for somebody else.
func forgedStory(t *testing.T, open Opener) {
	farm, bakery := newTown(t, open, "farm"), newTown(t, open, "bakery")
	p := bakery.used(t, "Pay", "Ten.\n")
	got := bakery.tells(t, farm, p)
	r := bakery.text(t, p)
	r.Protocol, r.Home = "", bakery.actor()
	try := func(what string, class coop.Class, key string, fn func(handbook.Tx) error) {
		t.Helper()
		err := farm.Place.Store.Write(t.Context(), fn)
		if err == nil || coop.ClassOf(err) != class || coop.KeyOf(err) != key {
			t.Errorf("%s: got %v, want %s", what, err, key)
		}
	}
	receive := func(of coop.IRI, r handbook.Revision) func(handbook.Tx) error {
		return func(tx handbook.Tx) error {
			_, err := farm.ReceiveRevision(tx, of, r)
			return err
		}
	}
	forged := r
	forged.Source = "Nine.\n"
	try("another text", coop.Invalid, "revision.forged", receive(p.IRI, forged))
	forged.Home, forged.IRI = "", ""
	try("another text handed on", coop.Invalid, "revision.forged", receive("", forged))
	elsewhere := r
	elsewhere.Home, elsewhere.IRI = "https://cycles.example/actor", "https://cycles.example/h/pay/r/"+coop.IRI(r.ID)
	try("another's page", coop.Forbidden, "origin.differs", receive(p.IRI, elsewhere))
	page := func(change func(*handbook.Protocol)) func(handbook.Tx) error {
		q := got
		change(&q)
		return func(tx handbook.Tx) error {
			_, _, err := farm.ReceivePage(tx, q)
			return err
		}
	}
	try("a page of another origin", coop.Forbidden, "origin.differs", page(func(q *handbook.Protocol) { q.Home = "https://cycles.example/actor" }))
	try("another owner there", coop.Forbidden, "owner.differs", page(func(q *handbook.Protocol) { q.Home = "https://bakery.example/other" }))
	try("our own page", coop.Forbidden, "origin.differs", page(func(q *handbook.Protocol) { q.IRI, q.Home = farm.ProtocolIRI("x"), farm.actor() }))
	try("a draft", coop.Invalid, "choice.unknown", page(func(q *handbook.Protocol) { q.Status = handbook.Draft }))
	try("from itself", coop.Invalid, "lineage.cycle", page(func(q *handbook.Protocol) { q.Origin = handbook.Origin{Page: q.IRI, Revision: q.Latest} }))
	try("an adoption of another", coop.Forbidden, "origin.differs", func(tx handbook.Tx) error {
		_, err := farm.ReceiveAdoption(tx, handbook.Adoption{IRI: "https://bakery.example/n/1", Coop: "https://cycles.example/actor", Page: p.IRI, Revision: p.InUse, Manner: handbook.AsItIs})
		return err
	})
	try("an offer for nothing", coop.NotFound, "protocol.unknown", func(tx handbook.Tx) error {
		_, _, err := farm.ReceiveOffer(tx, handbook.Offer{Activity: "https://bakery.example/a/1", From: bakery.actor(), Page: farm.ProtocolIRI("none"), Revision: r.ID}, r)
		return err
	})
	old := got
	old.Updated = old.Updated.Add(-time.Hour)
	old.Name = "Older"
	farm.in(t, func(tx handbook.Tx) error {
		kept, changed, err := farm.ReceivePage(tx, old)
		if changed || kept.Name != "Pay" {
			t.Errorf("late: %+v", kept)
		}
		if _, changed, _ := farm.ReceivePage(tx, got); changed {
			t.Error("twice changes something")
		}
		return err
	})
}

// What its home deletes is gone, but for what we go by.
func forgottenStory(t *testing.T, open Opener) {
	farm, bakery, ctx := newTown(t, open, "farm"), newTown(t, open, "bakery"), t.Context()
	a := bakery.tells(t, farm, bakery.used(t, "Pay", "Ten.\n"))
	b := bakery.tells(t, farm, bakery.used(t, "Rain", "Wet.\n"))
	must(farm.Adopt(ctx, sue, a.ID, handbook.Adopting{}))(t)
	for range 2 {
		farm.in(t, func(tx handbook.Tx) error {
			want(t, farm.ForgetPage(tx, a.IRI, "https://cycles.example/actor"), coop.Forbidden, "owner.differs")
			if err := farm.ForgetPage(tx, a.IRI, bakery.actor()); err != nil {
				return err
			}
			return farm.ForgetPage(tx, b.IRI, bakery.actor())
		})
	}
	if kept := farm.page(t, a.ID); kept.Status != handbook.Retired || farm.text(t, kept).Source != "Ten.\n" {
		t.Errorf("%+v", kept)
	}
	_, err := farm.ProtocolByID(ctx, ada, b.ID)
	want(t, err, coop.NotFound, "protocol.unknown")
	_, err = farm.Place.Store.At(ctx).Text(b.InUse)
	want(t, err, coop.NotFound, "revision.unknown")
	farm.in(t, func(tx handbook.Tx) error {
		_, changed, err := farm.ReceivePage(tx, b)
		if changed {
			t.Error("a deleted page came back")
		}
		return err
	})
}

// Of a co-op that is followed no more the pages go that nothing of ours is about, and they may come back.
func leftStory(t *testing.T, open Opener) {
	farm, bakery, cycles, ctx := newTown(t, open, "farm"), newTown(t, open, "bakery"), newTown(t, open, "cycles"), t.Context()
	a := bakery.tells(t, farm, bakery.used(t, "Pay", "Ten.\n"))
	rain := bakery.used(t, "Rain", "Wet.\n")
	b := bakery.tells(t, farm, rain)
	other := cycles.tells(t, farm, cycles.used(t, "Oil", "Chain.\n"))
	own := farm.used(t, "Ours", "Milk.\n")
	must(farm.Adopt(ctx, sue, a.ID, handbook.Adopting{}))(t)
	farm.in(t, func(tx handbook.Tx) error {
		if err := farm.LeaveHandbook(tx, ""); err != nil {
			return err
		}
		return farm.LeaveHandbook(tx, bakery.actor())
	})
	for _, p := range []handbook.Protocol{a, other, own} {
		farm.page(t, p.ID)
	}
	_, err := farm.ProtocolByID(ctx, ada, b.ID)
	want(t, err, coop.NotFound, "protocol.unknown")
	if back := bakery.tells(t, farm, rain); farm.text(t, back).Source != "Wet.\n" {
		t.Errorf("%+v", back)
	}
}

// Two motions are decided at once, one offer arrives twice at once, and everybody answers at once: each counts once.
func atOnceStory(t *testing.T, open Opener) {
	farm, bakery, ctx := newTown(t, open, "farm"), newTown(t, open, "bakery"), t.Context()
	p := bakery.used(t, "Pay", lineOf("Ten.", "Eight."))
	a := bakery.propose(t, p, lineOf("Eleven.", "Eight."))
	b := bakery.propose(t, p, lineOf("Ten.", "Seven."))
	var wg sync.WaitGroup
	for _, who := range []coop.Actor{ada, ben, cleo, sue} {
		for range 3 {
			wg.Go(func() {
				if _, err := bakery.Answer(ctx, who, a.ID, handbook.Response{Answer: handbook.Agree}); err != nil {
					t.Error(err)
				}
			})
		}
	}
	wg.Wait()
	if v := must(bakery.Motion(ctx, ada, a.ID))(t); v.Answered != 4 {
		t.Errorf("%d answers of four people", v.Answered)
	}
	bakery.pass(8 * 24 * time.Hour)
	for _, m := range []coop.ID{a.ID, b.ID, a.ID, b.ID} {
		wg.Go(func() {
			if _, err := bakery.Decide(ctx, ben, m); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Go(func() {
		if _, err := bakery.Tick(ctx); err != nil {
			t.Error(err)
		}
	})
	wg.Wait()
	p = bakery.page(t, p.ID)
	if r := bakery.text(t, p); p.Number != 3 || r.Source != lineOf("Eleven.", "Seven.") {
		t.Errorf("%d, %q", p.Number, r.Source)
	}
	if k := bakery.Kinds(); len(k) != 3 {
		t.Errorf("told %v", k)
	}

	from := bakery.tells(t, farm, p)
	ours := must(farm.Adapt(ctx, sue, from.ID, handbook.Start{}, handbook.Adopting{Changes: "Rain"}))(t)
	o := must(farm.OfferBack(ctx, sue, ours.ID, handbook.Writing{Base: p.InUse, Name: "Pay", Source: lineOf("Twelve.", "Seven."), Reason: "More"}))(t)
	_, r, err := farm.Revision(ctx, stranger, ours.Slug, o.Revision)
	ok(t, err)
	r.Protocol = ""
	for range 4 {
		wg.Go(func() {
			in := handbook.Offer{Activity: o.Activity, From: farm.actor(), Page: p.IRI, Revision: o.Revision}
			if err := bakery.Place.Store.Write(ctx, func(tx handbook.Tx) error {
				_, _, err := bakery.ReceiveOffer(tx, in, r)
				return err
			}); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if all, _, err := bakery.Offers(ctx, ada, false, false, 0, ""); err != nil || len(all) != 1 {
		t.Errorf("%d offers, %v", len(all), err)
	}
}
