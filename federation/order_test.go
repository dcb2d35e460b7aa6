package federation_test

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"toadlane/coop"
	"toadlane/federation"
	"toadlane/federation/queue"
	"toadlane/federation/sig"
	"toadlane/internal/limits"
	"toadlane/market"
)

func permutations(n int) (out [][]int) {
	var grow func(done []int, left map[int]bool)
	grow = func(done []int, left map[int]bool) {
		if len(left) == 0 {
			out = append(out, append([]int(nil), done...))
			return
		}
		for i := range n {
			if left[i] {
				delete(left, i)
				grow(append(done, i), left)
				left[i] = true
			}
		}
	}
	all := map[int]bool{}
	for i := range n {
		all[i] = true
	}
	grow(nil, all)
	return out
}

// Create, two Updates and Delete of an offer, an Announce of ours and its Undo: in each of 720 orders, with duplicates, the end is
// the same (F-24).
func TestF24EveryOrder(t *testing.T) {
	t.Parallel()
	f := newField(t)
	n := f.n
	l := n.posts("bread")
	ed, err := sig.GenerateEd25519() // thousands of signatures
	must(t, err)
	f.gus.rotate(ed)
	n.follows(f.gus)
	orders := permutations(6)
	if len(orders) != 720 {
		t.Fatal(len(orders))
	}
	rng := rand.New(rand.NewPCG(1, 2))
	type round struct {
		order []int
		all   []obj
	}
	var rounds []round
	for k, order := range orders {
		at := func(s int) string { return f.clock.now().Add(time.Duration(s-60) * time.Second).Format(time.RFC3339) }
		offer := f.gus.offer(fmt.Sprintf("o%d v0", k), obj{"published": at(0)})
		version := func(v int) obj {
			o := obj{}
			for key, val := range offer {
				o[key] = val
			}
			o["name"], o["content"], o["updated"] = fmt.Sprintf("o%d v%d", k, v), "<p>x</p>", at(v)
			return o
		}
		announce := f.gus.activity("Announce", l.IRI)
		all := []obj{f.gus.activity("Create", offer), f.gus.activity("Update", version(1)), f.gus.activity("Update", version(2)),
			f.gus.activity("Delete", offer["id"]), announce, f.gus.activity("Undo", announce["id"])}
		if k%2 == 1 { // every other offer is not deleted: its last version stays
			all[3] = f.gus.activity("Update", version(3))
		}
		rounds = append(rounds, round{order, all})
	}
	// All at once, step by step, so that one run of the workers sees one step of each order.
	for step := range 6 {
		for k, r := range rounds {
			if k%60 == 0 {
				f.clock.add(time.Minute) // the sender's budget
			}
			for copies := 1 + rng.IntN(2); copies > 0; copies-- {
				f.gus.send(n, r.all[r.order[step]])
			}
			if step > 0 && rng.IntN(2) == 0 {
				f.gus.send(n, r.all[r.order[rng.IntN(step)]])
			}
			if k%30 == 29 {
				f.clock.add(30 * time.Second)
			}
		}
		f.settle()
	}
	want := map[string]bool{}
	for k := range rounds {
		if k%2 == 1 {
			want[fmt.Sprintf("o%d v3", k)] = true
		}
	}
	got := map[string]bool{}
	for cursor := ""; ; {
		p, err := n.market.Store.Search(f.ctx, market.Query{Reach: coop.CoopOnly, Home: f.gus.iri, Sort: market.Newest, Cursor: cursor, Limit: 100}, f.clock.now())
		must(t, err)
		for _, x := range p.Listings {
			got[x.Title["en"]+x.Title["und"]] = true
		}
		if cursor = p.Next; cursor == "" {
			break
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if _, announces := n.reactions(l); announces != 0 {
		t.Errorf("%d announces", announces)
	}
	if rows := n.inbound(""); len(rows) != 0 {
		t.Errorf("%d rows left: %+v", len(rows), rows[0])
	}
}

// The same activity by both inboxes and many times at once has one effect (F-25).
func TestF25DeliveredTwice(t *testing.T) {
	t.Parallel()
	f := newField(t)
	n := f.n
	n.member("ada", true)
	n.follows(f.gus)
	n.followedBy(f.eve)
	l := n.posts("bread")
	f.settle()
	f.good.forget()
	list := []obj{f.gus.activity("Create", f.gus.offer("flour")), f.gus.activity("Create", f.gus.note("private", obj{"to": []any{n.base + "/m/ada"}, "cc": []any{}})),
		f.gus.activity("Create", f.gus.note("public", obj{"inReplyTo": l.IRI})), f.gus.activity("Like", l.IRI), f.gus.activity("Follow", n.actor),
		f.gus.activity("Flag", []any{l.IRI})}
	var wg sync.WaitGroup
	for _, a := range list {
		for i := range 20 {
			path := []string{"/inbox", "/actor/inbox", "/m/ada/inbox", "/instance/inbox"}[i%4]
			p := f.gus.request(n, path, a, []sig.Scheme{sig.Cavage, sig.RFC9421}[i%2])
			wg.Add(1)
			go func() {
				defer wg.Done()
				if w := p.send(); w.Code != http.StatusAccepted {
					t.Errorf("%s: %d", path, w.Code)
				}
				if i == 10 {
					_, _ = n.StepInbound(f.ctx)
				}
			}()
		}
	}
	wg.Wait()
	f.settle()
	likes, _ := n.reactions(l)
	reports, err := n.queue.Reports(f.ctx)
	must(t, err)
	threads := n.threads()
	if len(n.titles(f.gus.iri)) != 1 || len(n.replies(l)) != 1 || likes != 1 || len(reports) != 1 || len(threads) != 1 || threads[0].Unread != 1 ||
		len(f.good.got("Accept")) != 1 {
		t.Errorf("listings %q, replies %q, likes %d, reports %d, threads %+v, Accepts %d", n.titles(f.gus.iri), n.replies(l), likes, len(reports), threads, len(f.good.got("Accept")))
	}
}

// Two peers use one activity id each for something of their own (security rule R8). An id of another origin is refused, so these are
// two users of one server.
func TestR8DedupeByPeer(t *testing.T) {
	t.Parallel()
	f := newField(t)
	l := f.n.posts("bread")
	a := f.vera.activity("Like", l.IRI)
	f.vera.tell(f.n, a)
	b := f.vic.activity("Like", l.IRI, obj{"id": a["id"]})
	f.vic.tell(f.n, b) // as a Like it is vera's, which stands
	create := f.vic.activity("Create", f.vic.note("two", obj{"inReplyTo": l.IRI}), obj{"id": str(a, "id") + "x"})
	f.vera.request(f.n, "/inbox", f.vera.activity("Create", f.vera.note("three", obj{"inReplyTo": l.IRI}), obj{"id": create["id"]}), sig.Cavage).send()
	f.vic.tell(f.n, create)
	got := f.n.replies(l)
	slices.Sort(got)
	if diff := cmp.Diff([]string{"<p>three</p>", "<p>two</p>"}, got); diff != "" {
		t.Error(diff)
	}
	if likes, _ := f.n.reactions(l); likes != 1 {
		t.Errorf("%d likes", likes)
	}
}

func init() {
	federation.OnPanic("PanicForTheTest", func(raw []byte) bool { return strings.Contains(string(raw), "boom") })
}

// One activity that breaks its handler among a thousand: it is set aside with its bytes, the others are applied (F-22).
func TestF22Poison(t *testing.T) {
	t.Parallel()
	f := newField(t)
	n := f.n
	l := n.posts("bread")
	var users []*user
	for i := range 4 {
		u := f.rig.peer(fmt.Sprintf("p%d", i)).user("u")
		ed, err := sig.GenerateEd25519()
		must(t, err)
		u.rotate(ed)
		users = append(users, u)
	}
	for i := range 1000 {
		u := users[i%4]
		if i == 500 {
			u.send(n, u.activity("PanicForTheTest", "boom"))
			continue
		}
		u.send(n, u.activity("Like", string(l.IRI)))
	}
	f.settle()
	for range 5 {
		f.clock.add(time.Minute)
		f.settle()
	}
	rows := n.inbound("")
	if len(rows) != 1 || rows[0].State != queue.Poison || !strings.Contains(rows[0].LastError, "as the test wants it") || rows[0].Attempt != 3 {
		t.Fatalf("rows: %+v", rows)
	}
	done := 0
	for cursor := ""; ; {
		list, next, err := n.queue.Inbounds(f.ctx, queue.Done, cursor, 200)
		must(t, err)
		done += len(list)
		if cursor = next; cursor == "" {
			break
		}
	}
	if done != 999 {
		t.Errorf("%d applied", done)
	}
	if likes, _ := n.reactions(l); likes != 4 {
		t.Errorf("%d likes", likes)
	}
	// A steward may try again.
	if k, err := n.queue.Retry(f.ctx, "inbound", rows[0].ID, "", f.clock.now()); err != nil || k != 1 {
		t.Errorf("retry: %d, %v", k, err)
	}
	f.settle()
	if rows := n.inbound(""); len(rows) != 1 {
		t.Errorf("after a retry: %+v", rows)
	}
}

// A server that was away for a minute when we needed it: nothing that waits for it is given up.
func TestAwayIsNotUnknown(t *testing.T) {
	t.Parallel()
	f := newField(t)
	n := f.n
	n.followedBy(f.gus) // so that the key is known
	a := f.gus.activity("Create", f.gus.newIRI("n"))
	note := f.gus.note("hello", obj{"id": a["object"], "to": []any{n.actor}, "cc": []any{}})
	f.good.put(path(coop.IRI(note["id"].(string))), note)
	f.good.down()
	a["to"] = []any{n.actor}
	f.gus.tell(n, a)
	if rows := n.inbound(queue.Waiting); len(rows) != 1 {
		t.Fatalf("rows: %+v", n.inbound(""))
	}
	f.clock.add(2 * time.Minute)
	f.settle()
	f.good.start()
	f.clock.add(time.Hour)
	f.settle()
	if got := len(n.threads()); got != 1 {
		t.Errorf("%d threads; %+v", got, n.inbound(""))
	}
	// And a stranger's first Follow whose server is down when we ask for its key.
	f.evil.down()
	if w := f.eve.request(n, "/inbox", f.eve.activity("Follow", n.actor), sig.Cavage).send(); w.Code != http.StatusServiceUnavailable || w.Header().Get("Retry-After") == "" {
		t.Errorf("while it is down: %d", w.Code)
	}
	f.clock.add(time.Minute)
	f.evil.start()
	if w := f.eve.request(n, "/inbox", f.eve.activity("Follow", n.actor), sig.Cavage).send(); w.Code != http.StatusServiceUnavailable {
		t.Errorf("a minute later: %d", w.Code)
	}
	f.clock.add(limits.NegativeCache)
	n.followedBy(f.eve)
}
