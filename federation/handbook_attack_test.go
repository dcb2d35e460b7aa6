package federation_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"toadlane/coop"
	"toadlane/federation/queue"
	"toadlane/federation/vocab"
	"toadlane/handbook"
	"toadlane/internal/limits"
)

// refused wants the last rows that came in to have been refused, and one of them to say why.
func (n *node) refused(what, why string) {
	n.rig.t.Helper()
	for _, row := range n.inbound(queue.Rejected) {
		if strings.Contains(row.LastError, why) {
			return
		}
	}
	n.rig.t.Errorf("%s: not refused for %s: %+v", what, why, n.inbound(""))
}

// A text whose hash or proof is wrong is refused and said so, though its own home serves it.
func TestORGForgedRevisions(t *testing.T) {
	t.Parallel()
	f := newField(t)
	n := f.n
	key := f.gus.proves()
	other := f.eve.proves()
	n.follows(f.gus)
	method := f.gus.iri + "#ed25519-key"
	for i, c := range []struct {
		name, why string
		serve     func(handbook.Revision, obj) []byte
	}{
		{"another text under the id", "revision.forged", func(_ handbook.Revision, o obj) []byte {
			o["source"] = obj{"content": "Nine.\n", "mediaType": "text/markdown"}
			return jsonOf(o)
		}},
		{"another past", "revision.forged", func(r handbook.Revision, o obj) []byte {
			o["parents"] = []any{r.IRI}
			return jsonOf(o)
		}},
		{"a proof of what it was before", "revision.forged", func(_ handbook.Revision, o obj) []byte {
			b := signed(t, o, key, method, f.clock.now())
			return []byte(strings.Replace(string(b), `"version":"1"`, `"version":"2"`, 1))
		}},
		{"another's proof", "revision.forged", func(_ handbook.Revision, o obj) []byte {
			return signed(t, o, other, f.eve.iri+"#ed25519-key", f.clock.now())
		}},
		{"a proof by a key of another in our name", "revision.forged", func(_ handbook.Revision, o obj) []byte {
			return signed(t, o, other, method, f.clock.now())
		}},
		{"attributed to a neighbour", "owner.differs", func(_ handbook.Revision, o obj) []byte {
			o["attributedTo"] = f.good.base + "/users/other"
			return jsonOf(o)
		}},
		{"attributed to another co-op", "origin.differs", func(_ handbook.Revision, o obj) []byte {
			o["attributedTo"] = f.vic.iri
			return jsonOf(o)
		}},
	} {
		slug := fmt.Sprintf("page-%d", i)
		r, doc := f.gus.revision(slug, "Pay", fmt.Sprintf("Ten %d.\n", i))
		f.good.putPage(path(r.IRI), page{contentType: activityJSON, body: c.serve(r, doc)})
		f.gus.tell(n, f.gus.activity("Create", f.gus.article(slug, r)))
		if n.knows(f.good.base + coop.IRI("/h/"+slug)) {
			t.Errorf("%s: taken", c.name)
		}
		n.refused(c.name, c.why)
		f.clock.add(limits.KeyRefetchEvery)
	}
	r, doc := f.gus.revision("good", "Pay", "Ten.\n")
	f.good.putPage(path(r.IRI), page{contentType: activityJSON, body: signed(t, doc, key, method, f.clock.now())})
	f.gus.tell(n, f.gus.activity("Create", f.gus.article("good", r)))
	if n.text(f.good.base+"/h/good") != "Ten.\n" {
		t.Error("control: not taken")
	}
}

// What somebody hands on is asked for at its home; when that is gone, hash and proof decide, and what we go by is kept by its hash alone.
func TestORGHandedOnRevisions(t *testing.T) {
	t.Parallel()
	f := newField(t)
	n := f.n
	key := f.gus.proves()
	method := f.gus.iri + "#ed25519-key"
	n.follows(f.gus)
	n.follows(f.eve)
	first, doc := f.gus.revision("pay", "Pay", "Ten.\n")
	f.good.put(path(first.IRI), doc)
	f.gus.tell(n, f.gus.activity("Create", f.gus.article("pay", first)))
	at := f.good.base + "/h/pay"
	held := func(id handbook.RevisionID) bool {
		_, err := n.handbook.Store.At(f.ctx).Text(id)
		return err == nil
	}
	hand := func(doc any) { f.eve.tell(n, f.eve.activity("Create", doc)) }
	next := func(source string) (handbook.Revision, obj) {
		return f.gus.revision("pay", "Pay", source, first.ID)
	}

	a, doc := next("Eleven.\n")
	hand(doc)
	n.refused("at its home there is no such text", "revision.forged")
	if held(a.ID) {
		t.Error("a text of another was taken at a stranger's word")
	}
	b, doc := next("Twelve.\n")
	f.good.put(path(b.IRI), doc)
	doc["name"] = "Pay!"
	hand(doc)
	n.refused("another title", "revision.forged")
	doc["name"] = "Pay"
	hand(doc)
	if !held(b.ID) {
		t.Errorf("a text that its home has was not taken: %+v", n.inbound(""))
	}
	f.good.down()
	c, doc := next("Thirteen.\n")
	proven := signed(t, doc, key, method, f.clock.now())
	hand(jsonRaw([]byte(strings.Replace(string(proven), `"version":"1"`, `"version":"3"`, 1))))
	if held(c.ID) {
		t.Error("taken with a wrong proof")
	}
	f.eve.tell(n, f.eve.activity("Update", jsonRaw(proven)))
	if !held(c.ID) {
		t.Errorf("proven and not taken: %+v", n.inbound(""))
	}
	// Pinned: it says itself what it holds.
	_, err := n.handbook.Adopt(f.ctx, n.steward, n.page(at).ID, handbook.Adopting{Revision: c.ID})
	must(t, err)
	delete(doc, "proof")
	hand(doc)
	if rows := n.inbound(queue.Waiting); len(rows) != 0 {
		t.Errorf("a pinned text waits: %+v", rows)
	}
}

// Nobody speaks for another's pages, adoptions or changes; what is deleted stays deleted.
func TestORGHandbookOwners(t *testing.T) {
	t.Parallel()
	f := newField(t)
	n := f.n
	n.follows(f.vic)
	n.follows(f.vera)
	pay := n.writes("Fair pay", "Ten.\n")
	f.settle()
	r, doc := f.vic.revision("rain", "Rain", "Wet.\n")
	f.victim.put(path(r.IRI), doc)
	rain := f.vic.article("rain", r)
	create := f.vic.activity("Create", rain)
	f.vic.tell(n, create)
	f.vic.tell(n, create)
	at := f.victim.base + "/h/rain"
	if n.text(at) != "Wet.\n" {
		t.Fatalf("control: %+v", n.inbound(""))
	}
	note := f.vic.note("We go by it", obj{"adopts": vocab.RevisionIRI(pay.IRI, pay.InUse), "manner": "as_is"})
	f.vic.tell(n, f.vic.activity("Create", note))
	if u := n.uses(pay.IRI); len(u) != 1 {
		t.Fatalf("control: %+v", n.inbound(""))
	}
	// Another of the same server, and of another.
	for _, u := range []*user{f.vera, f.eve} {
		u.tell(n, u.activity("Delete", at))
		u.tell(n, u.activity("Delete", note["id"]))
		u.tell(n, u.activity("Update", f.vic.article("rain", r, obj{"name": "Mine", "updated": f.clock.now().Add(time.Second).Format(time.RFC3339)})))
		u.tell(n, u.activity("Update", f.vera.article("rain", r, obj{"name": "Mine"})))
		u.tell(n, u.activity("Create", f.vic.note("x", obj{"adopts": vocab.RevisionIRI(pay.IRI, pay.InUse)})))
	}
	if p := n.page(at); p.Name != "Rain" || p.Home != f.vic.iri || p.Status != handbook.InUse {
		t.Errorf("%+v", p)
	}
	if u := n.uses(pay.IRI); len(u) != 1 {
		t.Errorf("%+v", u)
	}
	f.vic.tell(n, f.vic.activity("Delete", at))
	f.vic.tell(n, f.vic.activity("Update", rain))
	if n.knows(at) {
		t.Error("a deleted page is back")
	}
}

// Offers: only of the sender's own texts, for pages that are public, related to them; twice is once.
func TestORGOffers(t *testing.T) {
	t.Parallel()
	f := newField(t)
	n := f.n
	pay := n.writes("Fair pay", "Ten.\n")
	draft := n.drafts("Secret", "Hush.\n")
	f.settle()
	text := func(u *user, slug, source string, parents ...handbook.RevisionID) handbook.Revision {
		r, doc := u.revision(slug, "Fair pay", source, parents...)
		u.put(path(r.IRI), doc)
		return r
	}
	offer := func(u *user, at, to coop.IRI, more ...obj) obj {
		return u.activity("Offer", at, append([]obj{{"target": to, "to": []any{n.actor}}}, more...)...)
	}
	good := text(f.gus, "pay", "Eleven.\n", pay.InUse)
	theirs := text(f.vic, "pay", "Twelve.\n", pay.InUse)
	before := text(f.gus, "pay", "Nowhere.\n")
	strange := text(f.gus, "pay", "From nowhere.\n", before.ID)
	for name, o := range map[string]obj{
		"another's text":    offer(f.gus, theirs.IRI, pay.IRI),
		"for a draft":       offer(f.gus, good.IRI, draft.IRI),
		"for no page":       offer(f.gus, good.IRI, n.base+"/h/none"),
		"for a neighbour's": offer(f.gus, good.IRI, f.victim.base+"/h/pay"),
		"of our own text":   offer(f.gus, vocab.RevisionIRI(pay.IRI, pay.InUse), pay.IRI),
		"unrelated":         offer(f.gus, strange.IRI, pay.IRI),
		"of no text":        offer(f.gus, f.gus.iri, pay.IRI),
		"of an agreement":   offer(f.gus, f.gus.iri, f.gus.iri),
	} {
		f.gus.tell(n, o)
		if list := n.offered(false, false); len(list) != 0 {
			t.Fatalf("%s: %+v", name, list)
		}
	}
	for _, r := range []handbook.Revision{before, strange} {
		if _, err := n.handbook.Store.At(f.ctx).Text(r.ID); coop.ClassOf(err) != coop.NotFound {
			t.Errorf("a text that was refused stays: %q, %v", r.Source, err)
		}
	}
	// Its past is at its sender, in two steps.
	one := text(f.gus, "pay", "Ten and a half.\n", pay.InUse)
	two := text(f.gus, "pay", "Ten and three quarters.\n", one.ID)
	o := offer(f.gus, two.IRI, pay.IRI, obj{"content": "<p>It is fair</p>"})
	f.gus.tell(n, o)
	f.gus.tell(n, o)
	f.gus.request(n, "/actor/inbox", o, "cavage").send()
	f.settle()
	list := n.offered(false, false)
	if len(list) != 1 || list[0].From != f.gus.iri || list[0].Revision != two.ID {
		t.Fatalf("%+v; %+v", list, n.inbound(""))
	}
	v, err := n.handbook.Offer(f.ctx, n.steward, list[0].ID)
	if err != nil || v.Revision.Reason != "It is fair" || v.Joined.Relation != handbook.Behind {
		t.Errorf("%+v, %v", v, err)
	}
	// The same activity with another text.
	o["object"] = good.IRI
	if w := f.gus.request(n, "/inbox", o, "cavage").send(); w.Code != http.StatusAccepted {
		t.Error(w.Code)
	}
	f.settle()
	if list := n.offered(false, false); len(list) != 1 || list[0].Revision != two.ID {
		t.Errorf("%+v", list)
	}
	// Answers to offers that nobody made.
	f.gus.tell(n, f.gus.activity("Accept", string(n.base)+"/a/"+string(newID()), obj{"result": good.IRI}))
	f.gus.tell(n, f.gus.activity("Reject", o["id"]))
}

// Somebody with one domain makes as many co-ops there as they like, under as many names. They are one: what its notes and offers fill stays bounded, and
// another domain is heard all the same.
func TestORGManyActorsOfOneDomain(t *testing.T) {
	t.Parallel()
	f := newField(t)
	n := f.n
	pay := n.writes("Fair pay", "Ten.\n")
	f.settle()
	hosts := []*peer{f.evil, f.rig.peer("one.evil"), f.rig.peer("two.evil")}
	uses := func(u *user) {
		u.tell(n, u.activity("Create", u.note("x", obj{"adopts": vocab.RevisionIRI(pay.IRI, pay.InUse)})))
	}
	gives := func(u *user) {
		r, doc := u.revision("pay", "Fair pay", u.iri.Host()+u.name+"\n", pay.InUse)
		u.put(path(r.IRI), doc)
		if w := u.request(n, "/inbox", u.activity("Offer", r.IRI, obj{"target": pay.IRI, "to": []any{n.actor}}), "cavage").send(); w.Code != http.StatusAccepted {
			t.Fatalf("%d %s", w.Code, w.Body)
		}
	}
	var many []*user
	for i := range limits.UsesPerDomain + 6 {
		if i%30 == 29 {
			f.clock.add(time.Hour) // as many new actors are looked up in an hour
		}
		u := hosts[i%len(hosts)].user(fmt.Sprintf("eve%d", i))
		uses(u)
		uses(u)
		many = append(many, u)
	}
	for _, u := range many { // and all offers at once
		gives(u)
	}
	f.settle()
	all, err := n.handbook.Store.At(f.ctx).AdoptionsOf(pay.IRI)
	if err != nil || len(all) != limits.UsesPerDomain {
		t.Errorf("%d adoptions, %v", len(all), err)
	}
	if list, err := n.handbook.Store.At(f.ctx).OffersFor(pay.IRI); err != nil || len(list) != limits.OffersPerDomain {
		t.Errorf("%d offers, %v", len(list), err)
	}
	n.refused("one more use", "adoption.many")
	n.refused("one more offer", "offer.many")
	gives(f.gus)
	uses(f.gus)
	if u := n.uses(pay.IRI); u[f.gus.iri].IRI == "" {
		t.Error("control: the use of another domain is not here")
	}
	if list, err := n.handbook.Store.At(f.ctx).OffersFor(pay.IRI); err != nil || len(list) != limits.OffersPerDomain+1 {
		t.Errorf("control: %d offers, %v", len(list), err)
	}
}

// A server that is away when its text is asked for: what was told waits, and goes on where it stopped.
func TestHandbookWaitsForItsOrigin(t *testing.T) {
	t.Parallel()
	f := newField(t)
	n := f.n
	n.follows(f.gus)
	r, doc := f.gus.revision("pay", "Pay", "Ten.\n")
	f.good.putPage(path(r.IRI), page{status: http.StatusServiceUnavailable})
	f.gus.tell(n, f.gus.activity("Create", f.gus.article("pay", r)))
	for range 3 {
		f.clock.add(24 * time.Hour)
		f.settle()
	}
	if at := f.good.base + "/h/pay"; n.knows(at) || len(n.inbound(queue.Waiting)) != 1 {
		t.Fatalf("%+v", n.inbound(""))
	}
	f.good.put(path(r.IRI), doc)
	f.clock.add(2 * time.Hour)
	f.settle()
	if n.text(f.good.base+"/h/pay") != "Ten.\n" {
		t.Errorf("%+v", n.inbound(""))
	}
	// A past longer than one go: each fetches some of it.
	_, err := n.handbook.Adopt(f.ctx, n.steward, n.page(f.good.base+"/h/pay").ID, handbook.Adopting{})
	must(t, err)
	first, last := r.ID, r.ID
	for i := range limits.HistoryAtOnce + 10 {
		next, doc := f.gus.revision("pay", "Pay", fmt.Sprintf("%d.\n", i), last)
		f.good.put(path(next.IRI), doc)
		last, r = next.ID, next
	}
	f.clock.add(time.Minute)
	pay := f.gus.article("pay", r)
	f.good.put("/users/gus/outbox", obj{"id": f.gus.iri + "/outbox", "type": "OrderedCollection", "orderedItems": []any{}})
	f.gus.doc["handbook"] = f.gus.base + "/handbook"
	f.gus.publish()
	f.good.put("/handbook", obj{"id": f.gus.base + "/handbook", "type": "OrderedCollection", "orderedItems": []any{pay}})
	f.gus.tell(n, f.gus.activity("Update", pay))
	steps, err := n.handbook.Store.At(f.ctx).Steps(last)
	must(t, err)
	h, err := handbook.NewHistory(steps)
	must(t, err)
	if base, ok := h.Base(first, last); !ok || base != first || len(h.Missing()) != 0 {
		t.Errorf("what lies between is not here: %v, %v; %+v", ok, h.Missing(), n.peer(f.gus.iri))
	}
}

// Markdown and documents that mean harm: kept as they are or refused, never worse.
func TestPARHandbookDocuments(t *testing.T) {
	t.Parallel()
	f := newField(t)
	n := f.n
	n.follows(f.gus)
	for name, source := range map[string]string{"script": "<script>alert(1)</script>\n", "deep": strings.Repeat("> ", 20_000) + "x\n", "brackets": strings.Repeat("[", 50_000) + "\n",
		"table": strings.Repeat("|a", 20_000) + "\n" + strings.Repeat("|-", 20_000) + "\n", "stars": strings.Repeat("*a ", 30_000) + "\n"} {
		r, doc := f.gus.revision(name, "Pay", source)
		f.good.put(path(r.IRI), doc)
		f.gus.tell(n, f.gus.activity("Create", f.gus.article(name, r)))
		if n.text(f.good.base+coop.IRI("/h/"+name)) != source {
			t.Errorf("%s: another text", name)
		}
		p := n.writes("Ours "+name, source)
		f.settle()
		if w := n.get(path(p.IRI), nil); w.Code != http.StatusOK || strings.Contains(str(decode(t, w), "content"), "<script") {
			t.Errorf("%s: %d", name, w.Code)
		}
	}
	big, doc := f.gus.revision("big", "Pay", strings.Repeat("Ten.\n", 100_000))
	f.good.put(path(big.IRI), doc)
	f.gus.tell(n, f.gus.activity("Create", f.gus.article("big", big)))
	if n.text(f.good.base+"/h/big") != big.Source {
		t.Error("a text of 500 kB was not taken")
	}
	doc["padding"] = strings.Repeat("x", int(limits.RevisionBytes))
	huge, _ := f.gus.revision("huge", "Pay", "Ten.\n")
	doc["id"] = huge.IRI
	f.good.put(path(huge.IRI), doc)
	f.gus.tell(n, f.gus.activity("Create", f.gus.article("huge", huge)))
	if n.knows(f.good.base + "/h/huge") {
		t.Error("a document beyond the limit was taken")
	}
	for _, bad := range []obj{{"latestRevision": 7}, {"latestRevision": obj{}}, {"latestRevision": []any{big.IRI, big.IRI}}, {"name": nil}, {"name": obj{}}, {"to": []any{}}} {
		f.gus.tell(n, f.gus.activity("Create", f.gus.article("bad", big, bad)))
	}
	if n.knows(f.good.base + "/h/bad") {
		t.Error("taken")
	}
}
