package federation_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"toadlane/federation/queue"
	"toadlane/federation/vocab"
	"toadlane/handbook"
)

// One co-op writes, one adopts, one adapts; the origin moves on, and both are told of it.
func TestHandbookTravels(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	bakery, farm, mill := r.node("bakery"), r.node("farm"), r.node("mill")
	pay := bakery.writes("Fair pay", parts("Ten.", "Eight."))
	draft := bakery.drafts("Secret", "Hush.")
	r.settle()
	farm.seesHandbook(bakery)
	mill.seesHandbook(bakery)
	mill.seesHandbook(farm)
	if farm.text(pay.IRI) != parts("Ten.", "Eight.") || farm.knows(draft.IRI) {
		t.Fatal("the handbook was not read on follow")
	}
	rain := bakery.writes("Rain", "Wet.\n")
	r.settle()
	if farm.text(rain.IRI) != "Wet.\n" {
		t.Error("a page that is told of did not come")
	}

	a, err := farm.handbook.Adopt(r.ctx, farm.steward, farm.page(pay.IRI).ID, handbook.Adopting{Public: true})
	must(t, err)
	_, err = farm.handbook.Adopt(r.ctx, farm.steward, farm.page(rain.IRI).ID, handbook.Adopting{}) // told to nobody
	must(t, err)
	r.settle()
	if u := bakery.uses(pay.IRI); len(u) != 1 || u[farm.actor].Revision != pay.InUse {
		t.Errorf("used by %+v", u)
	}
	if u := bakery.uses(rain.IRI); len(u) != 0 {
		t.Errorf("a quiet adoption was told: %+v", u)
	}
	if u := mill.uses(pay.IRI); len(u) != 1 || u[farm.actor].Home != bakery.actor {
		t.Errorf("a follower of the farm hears %+v", u)
	}
	ours, err := mill.handbook.Adapt(r.ctx, mill.steward, mill.page(pay.IRI).ID, handbook.Start{}, handbook.Adopting{Public: true, Changes: "Our hours"})
	must(t, err)
	_, err = mill.handbook.WriteRevision(r.ctx, mill.steward, ours.ID, handbook.Writing{Base: ours.Latest, Name: "Fair pay", Source: parts("Ten.", "Seven.")})
	must(t, err)
	r.settle()
	if u := bakery.uses(pay.IRI); len(u) != 1 {
		t.Errorf("a draft was told of: %+v", u)
	}
	ours = mill.page(ours.IRI)
	_, err = mill.handbook.OpenMotion(r.ctx, mill.steward, ours.ID, handbook.Writing{Reason: "Ours"}, mill.consent())
	must(t, err)
	mill.decides()
	if u := bakery.uses(pay.IRI); len(u) != 2 || u[mill.actor].Manner != handbook.Adapted || u[mill.actor].Changes != "Our hours" {
		t.Errorf("used by %+v", u)
	}
	farm.seesHandbook(mill)
	if p := farm.page(ours.IRI); p.Origin.Page != pay.IRI || p.Origin.Name != "Fair pay" || p.Origin.Changes != "Our hours" {
		t.Errorf("lineage: %+v", p.Origin)
	}

	// The origin moves on.
	pay = bakery.changes(pay.IRI, parts("Eleven.", "Eight."))
	for _, n := range []*node{farm, mill} {
		u, err := n.handbook.Adoptions(r.ctx, n.steward)
		u = slices.DeleteFunc(u, func(st handbook.Standing) bool { return st.Update == "" })
		if err != nil || len(u) != 1 || u[0].Update != pay.InUse || n.text(pay.IRI) != parts("Eleven.", "Eight.") {
			t.Fatalf("%s: %+v, %v", n.name, u, err)
		}
	}
	j, err := mill.handbook.Update(r.ctx, mill.steward, ours.ID)
	if err != nil || !j.Clean() || j.Relation != handbook.Diverged {
		t.Errorf("%s, %v", j.Relation, err)
	}
	_, err = mill.handbook.MergeUpdate(r.ctx, mill.steward, ours.ID, handbook.Resolution{Reason: "Theirs is better"}, mill.consent())
	must(t, err)
	mill.decides()
	if got := farm.text(ours.IRI); got != parts("Eleven.", "Seven.") {
		t.Errorf("merged: %s", got)
	}
	b, err := farm.handbook.Adopt(r.ctx, farm.steward, farm.page(pay.IRI).ID, handbook.Adopting{Public: true})
	must(t, err)
	r.settle()
	if u := bakery.uses(pay.IRI); len(u) != 2 || u[farm.actor].IRI != b.IRI || u[farm.actor].Revision != pay.InUse {
		t.Errorf("used by %+v", u)
	}
	if w := farm.get(path(a.IRI), nil); w.Code != http.StatusGone || !strings.Contains(w.Body.String(), "Tombstone") {
		t.Errorf("a note that was taken back: %d", w.Code)
	}
	_, err = farm.handbook.Withdraw(r.ctx, farm.steward, b.ID)
	must(t, err)
	r.settle()
	if u := bakery.uses(pay.IRI); len(u) != 1 {
		t.Errorf("used by %+v", u)
	}

	// Who follows no more keeps what they go by.
	must(t, farm.Unfollow(r.ctx, farm.steward, bakery.actor))
	r.settle()
	if farm.knows(pay.IRI) || !farm.knows(rain.IRI) {
		t.Error("the wrong pages stay")
	}

	// The origin is gone for good: what we go by is ours to keep.
	_ = bakery.srv.Close()
	if l, err := mill.handbook.LineageOf(r.ctx, mill.steward, ours.ID); err != nil || len(l) != 1 || l[0].Page != pay.IRI || l[0].Name != "Fair pay" {
		t.Errorf("%+v, %v", l, err)
	}
	if got := mill.changes(ours.IRI, parts("Twelve.", "Seven.")); farm.text(got.IRI) != parts("Twelve.", "Seven.") || mill.text(pay.IRI) != parts("Eleven.", "Eight.") {
		t.Error("the fork does not live on")
	}
}

// A change goes back: forwarded, merged with what was decided meanwhile, rejected with a reason; twice is once.
func TestHandbookGivesBack(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	bakery, farm := r.node("bakery"), r.node("farm")
	pay := bakery.writes("Fair pay", parts("Ten.", "Eight."))
	r.settle()
	farm.seesHandbook(bakery)
	ours, err := farm.handbook.Adapt(r.ctx, farm.steward, farm.page(pay.IRI).ID, handbook.Start{}, handbook.Adopting{Changes: "Hours"})
	must(t, err)
	give := func(base handbook.RevisionID, source string) handbook.Offer {
		t.Helper()
		o, err := farm.handbook.OfferBack(r.ctx, farm.steward, ours.ID, handbook.Writing{Base: base, Name: "Fair pay", Source: source, Reason: "Because of " + source})
		must(t, err)
		r.settle()
		return o
	}
	waiting := func() handbook.Offer {
		t.Helper()
		list := bakery.offered(false, false)
		if len(list) != 1 {
			t.Fatalf("%+v; %+v", list, bakery.inbound(""))
		}
		return list[0]
	}
	accept := func(o handbook.Offer) {
		t.Helper()
		_, _, err := bakery.handbook.AcceptOffer(r.ctx, bakery.steward, o.ID, handbook.Resolution{Reason: "Good"}, bakery.consent())
		must(t, err)
	}
	// Written on a draft of ours whose texts nobody else may read.
	_, err = farm.handbook.WriteRevision(r.ctx, farm.steward, ours.ID, handbook.Writing{Base: ours.Latest, Name: "Fair pay", Source: parts("Ten.", "Seven, hush.")})
	must(t, err)
	o := give(farm.page(ours.IRI).Latest, parts("Ten.", "Seven."))
	in := waiting()
	if in.Activity != o.Activity || in.From != farm.actor || in.Revision != o.Revision || in.Page != pay.IRI {
		t.Errorf("%+v", in)
	}
	give(farm.page(ours.IRI).Latest, parts("Ten.", "Seven.")) // the same once more
	waiting()
	accept(in)
	bakery.decides()
	if got := farm.offered(true, true); len(got) != 1 || got[0].State != handbook.OfferForwarded || bakery.text(pay.IRI) != parts("Ten.", "Seven.") {
		t.Fatalf("%+v; %+v", got, farm.inbound(""))
	}
	if w := bakery.get(path(vocab.RevisionIRI(pay.IRI, o.Revision)), nil); w.Code != http.StatusOK || !strings.Contains(w.Body.String(), `"proof"`) {
		t.Errorf("a forwarded text is ours to show: %d %s", w.Code, w.Body)
	}

	// They edit while we merge.
	pay = bakery.page(pay.IRI)
	b := give(pay.InUse, parts("Ten.", "Six."))
	bakery.changes(pay.IRI, parts("Eleven.", "Seven."))
	accept(waiting())
	bakery.decides()
	got := farm.offered(true, true)
	if len(got) != 2 || got[0].Revision != b.Revision || got[0].State != handbook.OfferMerged || got[0].Result == b.Revision || bakery.text(pay.IRI) != parts("Eleven.", "Six.") {
		t.Fatalf("%+v; %+v", got, farm.inbound(""))
	}
	if _, err := farm.handbook.Store.At(r.ctx).Text(got[0].Result); err != nil {
		t.Errorf("the text that they took: %v", err)
	}

	c := give(bakery.page(pay.IRI).InUse, parts("Nothing.", "Six."))
	_, err = bakery.handbook.RejectOffer(r.ctx, bakery.steward, waiting().ID, "We eat <too>.\nAsk again.")
	must(t, err)
	r.settle()
	if got = farm.offered(true, true); len(got) != 3 || got[0].Revision != c.Revision || got[0].State != handbook.OfferRejected || got[0].Reason != "We eat <too>.\nAsk again." {
		t.Errorf("%+v; %+v", got, farm.inbound(""))
	}
	for _, n := range r.nodes {
		if rows := n.inbound(""); len(rows) != 0 {
			t.Errorf("%s: %+v", n.name, rows)
		}
	}
}

// The marker hunt in the handbook: what is written, proposed, said and kept in mind stays in the co-op.
func TestPRVHandbookStaysIn(t *testing.T) {
	t.Parallel()
	f := newField(t)
	n := f.n
	const marker = "Xylophonmarker"
	n.follows(f.gus)
	n.followedBy(f.gus)
	text, doc := f.gus.revision("rain", "Rain", "Wet.\n")
	f.good.put(path(text.IRI), doc)
	f.gus.tell(n, f.gus.activity("Create", f.gus.article("rain", text)))
	n.drafts(marker+" draft", marker+"\n")
	p := n.writes("Fair pay", "Ten.\n")
	f.settle()
	proposed, err := n.handbook.OpenMotion(f.ctx, n.steward, p.ID, handbook.Writing{Base: p.Latest, Name: "Fair pay", Source: marker + " proposed\n", Reason: marker}, n.consent())
	must(t, err)
	_, err = n.handbook.Answer(f.ctx, n.steward, proposed.ID, handbook.Response{Answer: handbook.Object, Words: marker})
	must(t, err)
	rain := n.page(f.gus.base + "/h/rain")
	_, err = n.handbook.Adopt(f.ctx, n.steward, rain.ID, handbook.Adopting{Changes: marker})
	must(t, err)
	fork, err := n.handbook.Adapt(f.ctx, n.steward, rain.ID, handbook.Start{Name: marker + " rain"}, handbook.Adopting{Public: true, Changes: marker})
	must(t, err)
	n.decides()
	n.writes("Control", "Control.\n")
	f.settle()
	seen := false
	for _, q := range f.good.requests("") {
		seen = seen || strings.Contains(string(q.Body), "Control")
		if strings.Contains(string(q.Body)+q.Path, marker) || strings.Contains(q.Path, strings.ToLower(marker)) {
			t.Errorf("%s has it: %s", q, q.Body)
		}
	}
	if !seen {
		t.Error("control: nothing was sent")
	}
	for _, at := range []string{"/actor", "/actor/outbox?page=1", "/actor/handbook?page=1", path(p.IRI), path(p.IRI) + "/revisions?page=1", path(fork.IRI), path(fork.IRI) + "/revisions",
		path(vocab.RevisionIRI(p.IRI, proposed.Revision)), path(vocab.RevisionIRI(fork.IRI, fork.Latest)), "/h/" + strings.ToLower(marker) + "-draft", "/h/none"} {
		for _, u := range []*user{nil, f.gus} {
			w := n.get(at, u)
			if strings.Contains(strings.ToLower(w.Body.String()), strings.ToLower(marker)) {
				t.Errorf("%s shows it", at)
			}
			if hidden := at == path(fork.IRI) || strings.HasPrefix(at, "/h/x") || strings.Contains(at, "/r/"); hidden && w.Code != http.StatusNotFound {
				t.Errorf("%s: %d", at, w.Code)
			}
		}
	}
	if strings.Contains(f.said.String(), marker) {
		t.Error("the log shows it")
	}
	if rows := n.inbound(queue.Rejected); len(rows) != 0 {
		t.Errorf("%+v", rows)
	}
}
