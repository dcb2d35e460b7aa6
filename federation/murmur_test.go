package federation_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"toadlane/coop"
	"toadlane/federation/murmur"
	"toadlane/federation/queue"
	"toadlane/internal/limits"
	"toadlane/market"
	"toadlane/region"
)

// index is a Murmurations index as services/index of MurmurationsServices at c0f00d3 (2026-07-17) answers: it keeps what it is told of, fetches it, and takes
// out what can't be fetched any more. A test scripts what it says.
type index struct {
	at     coop.IRI
	mu     sync.Mutex
	nodes  map[string]string // name → profile
	status map[string]string
	log    []string
	say    func(w http.ResponseWriter, r *http.Request) bool // answers in its place when it tells so
	list   []map[string]any
}

func (r *rig) index() *index {
	r.t.Helper()
	l, err := net.Listen("tcp4", "127.0.0.1:0")
	must(r.t, err)
	x := &index{at: coop.MustIRI(fmt.Sprintf("http://index.localhost:%d/v2", l.Addr().(*net.TCPAddr).Port)), nodes: map[string]string{}, status: map[string]string{}}
	srv := &http.Server{Handler: x, ReadHeaderTimeout: 5 * time.Second}
	go func() { _ = srv.Serve(l) }()
	r.t.Cleanup(func() { _ = srv.Close() })
	return x
}

// fetch reads a profile as an index does: any status but 404 is read, redirects are followed.
func (x *index) fetch(profile string) (int, []byte) {
	u, err := url.Parse(profile)
	if err != nil {
		return 0, nil
	}
	c := http.Client{Transport: &http.Transport{DisableKeepAlives: true, DialContext: func(ctx context.Context, network, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, network, "127.0.0.1:"+u.Port())
	}}}
	resp, err := c.Get(profile)
	if err != nil {
		return 0, nil
	}
	defer func() { _ = resp.Body.Close() }()
	b, _ := io.ReadAll(resp.Body)
	return resp.StatusCode, b
}

func (x *index) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.log = append(x.log, r.Method+" "+r.URL.RequestURI())
	if x.say != nil && x.say(w, r) {
		return
	}
	answer := func(status int, v any) {
		w.Header().Set("Content-Type", "application/json; charset=utf-8")
		w.WriteHeader(status)
		_ = json.NewEncoder(w).Encode(v)
	}
	fault := func(status int, id, title string) {
		answer(status, map[string]any{"errors": []any{map[string]any{"status": status, "title": title, "detail": "because"}}, "meta": map[string]any{"node_id": id}})
	}
	id := strings.TrimPrefix(r.URL.Path, "/v2/nodes/")
	switch {
	case r.Method == http.MethodPost && r.URL.Path == "/v2/nodes":
		var in struct {
			ProfileURL string `json:"profile_url"`
		}
		_ = json.NewDecoder(r.Body).Decode(&in)
		id = murmur.NodeID(coop.IRI(in.ProfileURL))
		x.nodes[id], x.status[id] = in.ProfileURL, "posted"
		if status, b := x.fetch(in.ProfileURL); status != 200 || !json.Valid(b) {
			x.status[id] = "validation_failed"
		}
		answer(200, map[string]any{"data": map[string]any{"node_id": id}})
	case r.Method == http.MethodGet && r.URL.Path == "/v2/nodes":
		answer(200, map[string]any{"data": x.list, "meta": map[string]any{"total_pages": 1}})
	case x.nodes[id] == "":
		fault(404, "", "Node Not Found")
	case r.Method == http.MethodGet && x.status[id] == "validation_failed":
		fault(404, id, "Profile Not Found")
	case r.Method == http.MethodGet:
		answer(200, map[string]any{"data": map[string]any{"node_id": id, "profile_url": x.nodes[id], "status": x.status[id]}})
	case r.Method == http.MethodDelete:
		if status, b := x.fetch(x.nodes[id]); status == 200 && json.Valid(b) {
			fault(400, id, "Profile Still Exists")
			return
		}
		x.status[id] = "deleted"
		answer(200, map[string]any{"meta": map[string]any{"message": "recorded as deleted"}})
	}
}

// has lists what can be found in it.
func (x *index) has() (out []string) {
	x.mu.Lock()
	defer x.mu.Unlock()
	for id, at := range x.nodes {
		if x.status[id] == "posted" {
			_, path, _ := strings.Cut(at, "/murmurations/")
			out = append(out, path)
		}
	}
	slices.Sort(out)
	return out
}

func (x *index) asked() []string {
	x.mu.Lock()
	defer x.mu.Unlock()
	out := x.log
	x.log = nil
	return out
}

func (x *index) says(f func(w http.ResponseWriter, r *http.Request) bool) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.say = f
}

// indexed turns it on and works until the index has been asked what became of all.
func (n *node) indexed(x *index, m queue.Murmurations) {
	n.rig.t.Helper()
	m.On, m.Index = true, x.at
	must(n.rig.t, n.SaveMurmurations(n.rig.ctx, n.steward, m))
	n.murmur(0)
	n.murmur(limits.IndexAsk)
}

// murmur lets time pass and the worker work.
func (n *node) murmur(d time.Duration) int {
	n.rig.t.Helper()
	n.rig.clock.add(d)
	n.ForgetDocuments()
	did, err := n.StepMurmurs(n.rig.ctx)
	must(n.rig.t, err)
	return did
}

// rows lists the rows as a steward sees them.
func (n *node) rows() (out []string) {
	n.rig.t.Helper()
	list, _, err := n.queue.Murmurations(n.rig.ctx, "", "", 200)
	must(n.rig.t, err)
	for _, m := range list {
		_, path, _ := strings.Cut(string(m.Profile), "/murmurations/")
		out = append(out, fmt.Sprintf("%s %s %s %s", path, m.Step, m.State, m.Status))
	}
	slices.Sort(out)
	return out
}

func (n *node) one() queue.Murmuration {
	n.rig.t.Helper()
	list, _, err := n.queue.Murmurations(n.rig.ctx, "", "", 200)
	must(n.rig.t, err)
	if len(list) != 1 {
		n.rig.t.Fatalf("%d rows", len(list))
	}
	return list[0]
}

func (n *node) openListing(purpose market.Purpose, v coop.Visibility) market.Listing {
	n.rig.t.Helper()
	l, err := n.market.PostListing(n.rig.ctx, n.steward, market.Listing{Purpose: purpose, Kind: market.Thing, Title: coop.Text{"en": "A thing"}, Modes: []market.Mode{market.Gift},
		Item: market.Quantity{Amount: market.Amount{N: 1}, Unit: "one"}, Scope: market.ScopeLocal, Visibility: v, Until: n.rig.clock.now().Add(14 * 24 * time.Hour), Poster: n.sten.ID,
		Place: coop.Place{Name: "Here", Exact: &coop.Point{Lat: 43_263_012, Lon: -2_934_985}}})
	must(n.rig.t, err)
	return l
}

func same(t testing.TB, what string, got, want any) {
	t.Helper()
	if a, b := fmt.Sprint(got), fmt.Sprint(want); a != b {
		t.Errorf("%s: %s, want %s", what, a, b)
	}
}

// An index has what a steward chose and what everyone may see, and nothing else; what closes, narrows or is chosen no more is taken out.
func TestMurmurations(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	x, n := r.index(), r.node("bakery")
	offer, want := n.openListing(market.Offer, coop.Everyone), n.openListing(market.Want, coop.Everyone)
	n.openListing(market.Offer, coop.Peers)
	path := func(l market.Listing) string { return "listings/" + string(l.ID) + ".json" }

	n.murmur(0)
	same(t, "before it is turned on", x.asked(), []string{})
	if status, _ := x.fetch(string(n.base) + "/murmurations/organization.json"); status != 404 {
		t.Errorf("a profile is served before it is turned on: %d", status)
	}
	n.indexed(x, queue.Murmurations{Organization: true, Offers: true})
	same(t, "has", x.has(), []string{path(offer), "organization.json"})
	same(t, "rows", n.rows(), []string{path(offer) + " ask done posted", "organization.json ask done posted"})
	if status, b := x.fetch(string(n.base) + "/murmurations/" + path(offer)); status != 200 || strings.Contains(string(b), "43.263") || !strings.Contains(string(b), `"geolocation"`) {
		t.Errorf("%d %s", status, b)
	}
	x.asked()
	n.murmur(limits.IndexLook)
	same(t, "while nothing changes", x.asked(), []string{})

	// A change is told of again; another purpose comes and goes with the steward's choice.
	changed := offer
	changed.Title = coop.Text{"en": "Another thing"}
	_, err := n.market.EditListing(r.ctx, n.steward, offer.ID, changed)
	must(t, err)
	n.murmur(limits.IndexLook)
	n.murmur(limits.IndexAsk)
	same(t, "after a change", len(x.asked()), 2)
	n.indexed(x, queue.Murmurations{Offers: true, Wants: true})
	same(t, "other choices", x.has(), []string{path(offer), path(want)})
	must(t, n.market.DeleteListing(r.ctx, n.steward, want.ID))
	n.murmur(limits.IndexLook)
	same(t, "after a deletion", x.has(), []string{path(offer)})
	if status, _ := x.fetch(string(n.base) + "/murmurations/" + path(want)); status != 410 {
		t.Errorf("the profile of what is deleted: %d", status)
	}

	// Another index is told only once this one has nothing.
	other := queue.Murmurations{On: true, Index: "http://other.localhost:1/v2", Offers: true}
	if err := n.SaveMurmurations(r.ctx, n.steward, other); coop.KeyOf(err) != "murmur.taken" {
		t.Errorf("another index at once: %v", err)
	}
	must(t, n.TakeBackMurmurations(r.ctx, n.steward))
	n.murmur(0)
	same(t, "after all is taken back", x.has(), []string{})
	must(t, n.SaveMurmurations(r.ctx, n.steward, other))

	for name, by := range map[string]coop.Actor{"member": coop.Member(n.sten.ID, coop.RoleMember), "stranger": coop.Anonymous()} {
		for what, err := range map[string]error{"save": n.SaveMurmurations(r.ctx, by, other), "take back": n.TakeBackMurmurations(r.ctx, by), "resend": n.ResendMurmuration(r.ctx, by, 1),
			"forget": n.ForgetMurmurations(r.ctx, by)} {
			if c := coop.ClassOf(err); c != coop.Forbidden && c != coop.Unauthenticated {
				t.Errorf("%s as %s: %v", what, name, err)
			}
		}
	}
	for key, m := range map[string]queue.Murmurations{"address.invalid": {Index: "index"}, "murmur.index_refused": {On: true, Index: "https://index.example/v2", Offers: true}, "murmur.nothing": {On: true, Index: other.Index}} {
		if err := n.SaveMurmurations(r.ctx, n.steward, m); coop.ClassOf(err) != coop.Invalid || coop.KeyOf(err) != key {
			t.Errorf("%s: %v", key, err)
		}
	}
	if err := n.ForgetMurmurations(r.ctx, n.steward); coop.KeyOf(err) != "murmur.on" {
		t.Errorf("forget while it is on: %v", err)
	}
}

// Members are told of when they agreed to it, and to nothing less; then they are taken out again.
func TestMurmurationsOfPeople(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	x, n := r.index(), r.node("bakery")
	agree := func(c map[coop.Field]coop.Visibility) {
		t.Helper()
		p, err := n.coopStore.Person(r.ctx, n.sten.ID)
		must(t, err)
		p.Consent = c
		_, err = n.coop.UpdatePerson(r.ctx, n.steward, p)
		must(t, err)
	}
	agree(map[coop.Field]coop.Visibility{coop.FieldListed: coop.Everyone})
	n.indexed(x, queue.Murmurations{Organization: true, People: true})
	same(t, "named alone", x.has(), []string{"organization.json"})
	agree(map[coop.Field]coop.Visibility{coop.FieldListed: coop.Peers, coop.FieldMurmurations: coop.Everyone})
	n.murmur(limits.IndexLook)
	same(t, "not named to everyone", x.has(), []string{"organization.json"})
	agree(map[coop.Field]coop.Visibility{coop.FieldListed: coop.Everyone, coop.FieldMurmurations: coop.Everyone})
	n.murmur(limits.IndexLook)
	n.murmur(limits.IndexAsk)
	same(t, "agreed", x.has(), []string{"organization.json", "people/sten.json"})
	agree(map[coop.Field]coop.Visibility{coop.FieldListed: coop.Everyone})
	n.murmur(limits.IndexLook)
	same(t, "taken back", x.has(), []string{"organization.json"})
	if status, _ := x.fetch(string(n.base) + "/murmurations/people/sten.json"); status != 404 {
		t.Errorf("their profile: %d", status)
	}
}

// Whatever an index answers, the row says so and what comes next.
func TestIndexAnswers(t *testing.T) {
	t.Parallel()
	say := func(status int, contentType, body string) func(http.ResponseWriter, *http.Request) bool {
		return func(w http.ResponseWriter, _ *http.Request) bool {
			w.Header().Set("Content-Type", contentType)
			w.WriteHeader(status)
			_, _ = io.WriteString(w, body)
			return true
		}
	}
	const asJSON = "application/json; charset=utf-8"
	is := func(s string) func(http.ResponseWriter, *http.Request) bool {
		return func(w http.ResponseWriter, r *http.Request) bool {
			return r.Method == http.MethodGet && say(200, asJSON, `{"data":{"node_id":"abc","status":"`+s+`"}}`)(w, r)
		}
	}
	start := func(t *testing.T, f func(http.ResponseWriter, *http.Request) bool) (*index, *node) {
		r := newRig(t)
		x, n := r.index(), r.node("bakery")
		x.says(f)
		must(t, n.SaveMurmurations(r.ctx, n.steward, queue.Murmurations{On: true, Index: x.at, Organization: true}))
		n.murmur(0)
		return x, n
	}
	expect := func(t *testing.T, n *node, state queue.State, step queue.Step, status, fault string) queue.Murmuration {
		t.Helper()
		m := n.one()
		if m.State != state || m.Step != step || m.Status != status || !strings.Contains(m.LastError, fault) || fault == "" && m.LastError != "" {
			t.Errorf("%s %s %q %q, want %s %s %q %q", m.State, m.Step, m.Status, m.LastError, state, step, status, fault)
		}
		return m
	}

	t.Run("broken, then well", func(t *testing.T) {
		t.Parallel()
		x, n := start(t, say(502, "text/html", "<p>bad gateway"))
		expect(t, n, queue.Waiting, queue.StepPost, "", "502")
		x.says(nil)
		if did := n.murmur(30 * time.Second); did != 0 {
			t.Error("it is asked before it is due")
		}
		n.murmur(30 * time.Second)
		n.murmur(limits.IndexAsk)
		if m := expect(t, n, queue.Done, queue.StepAsk, "posted", ""); m.Attempt != 0 {
			t.Errorf("attempt %d", m.Attempt)
		}
	})
	t.Run("busy", func(t *testing.T) {
		t.Parallel()
		_, n := start(t, func(w http.ResponseWriter, r *http.Request) bool {
			w.Header().Set("Retry-After", "600")
			return say(429, asJSON, `{"errors":[{"title":"Too Many Requests"}]}`)(w, r)
		})
		if m := expect(t, n, queue.Waiting, queue.StepPost, "", "429"); m.Due.Sub(n.rig.clock.now()) != 10*time.Minute {
			t.Errorf("due in %s", m.Due.Sub(n.rig.clock.now()))
		}
	})
	t.Run("never well", func(t *testing.T) {
		t.Parallel()
		x, n := start(t, say(500, asJSON, `{"errors":[{"title":"Unknown Error"}]}`))
		for range 3 * limits.IndexTries {
			n.murmur(6 * time.Hour)
		}
		m := expect(t, n, queue.Failed, queue.StepPost, "", "500")
		same(t, "tries", len(x.asked()), limits.IndexTries)
		x.says(nil)
		must(t, n.ResendMurmuration(n.rig.ctx, n.steward, m.ID))
		n.murmur(0)
		n.murmur(limits.IndexAsk)
		expect(t, n, queue.Done, queue.StepAsk, "posted", "")
	})
	t.Run("no index at that address", func(t *testing.T) {
		t.Parallel()
		_, n := start(t, say(404, "text/html", "<p>nothing here"))
		expect(t, n, queue.Failed, queue.StepPost, "", "404")
	})
	t.Run("refuses", func(t *testing.T) {
		t.Parallel()
		_, n := start(t, say(400, asJSON, `{"errors":[{"status":400,"title":"Invalid Profile URL","detail":"The URL is not valid."}]}`))
		expect(t, n, queue.Failed, queue.StepPost, "validation_failed", "Invalid Profile URL: The URL is not valid.")
	})
	t.Run("does not fit", func(t *testing.T) {
		t.Parallel()
		x, n := start(t, nil)
		x.says(say(400, asJSON, `{"errors":[{"status":400,"title":"Missing Required Property","detail":"No name.","source":{"pointer":"/name"}}],"meta":{"node_id":"abc"}}`))
		n.murmur(limits.IndexAsk)
		expect(t, n, queue.Failed, queue.StepAsk, "validation_failed", "No name. (/name)")
		x.says(nil)
		n.murmur(limits.IndexLook) // the same profile is not sent again by itself
		expect(t, n, queue.Failed, queue.StepAsk, "validation_failed", "No name.")
	})
	t.Run("takes long", func(t *testing.T) {
		t.Parallel()
		x, n := start(t, is("received"))
		n.murmur(limits.IndexAsk)
		expect(t, n, queue.Waiting, queue.StepAsk, "received", "")
		x.says(is("validated"))
		n.murmur(5 * time.Minute)
		x.says(is("post_failed"))
		n.murmur(15 * time.Minute)
		expect(t, n, queue.Waiting, queue.StepAsk, "post_failed", "")
		x.says(nil)
		n.murmur(time.Hour)
		expect(t, n, queue.Done, queue.StepAsk, "posted", "")
	})
	t.Run("forgets", func(t *testing.T) {
		t.Parallel()
		for _, f := range []func(http.ResponseWriter, *http.Request) bool{is("deleted"), func(w http.ResponseWriter, r *http.Request) bool {
			return r.Method == http.MethodGet && say(404, asJSON, `{"errors":[{"status":404,"title":"Node Not Found"}]}`)(w, r)
		}} {
			x, n := start(t, nil)
			n.murmur(limits.IndexAsk)
			expect(t, n, queue.Done, queue.StepAsk, "posted", "")
			x.says(f)
			n.murmur(limits.IndexAgain + limits.IndexLook) // it is asked once more after a week
			if m := n.one(); m.Step != queue.StepPost || m.State != queue.Waiting {
				t.Errorf("%+v", m)
			}
			x.says(nil)
			n.murmur(time.Hour)
			n.murmur(limits.IndexAsk)
			expect(t, n, queue.Done, queue.StepAsk, "posted", "")
		}
	})
	t.Run("still there", func(t *testing.T) {
		t.Parallel()
		x, n := start(t, nil)
		n.murmur(limits.IndexAsk)
		x.says(say(400, asJSON, `{"errors":[{"status":400,"title":"Profile Still Exists","detail":"It is there."}],"meta":{"node_id":"abc"}}`))
		must(t, n.TakeBackMurmurations(n.rig.ctx, n.steward))
		n.murmur(0)
		expect(t, n, queue.Waiting, queue.StepDelete, "posted", "Profile Still Exists")
		x.says(nil)
		n.murmur(time.Minute)
		expect(t, n, queue.Done, queue.StepDelete, "deleted", "")
		if has, err := n.queue.CountMurmurations(n.rig.ctx); err != nil || has != 0 {
			t.Errorf("%d, %v", has, err)
		}
	})
	t.Run("speaks no JSON of its kind", func(t *testing.T) {
		t.Parallel()
		_, n := start(t, say(200, asJSON, `{"data":{"node_id":"../../etc"}}`))
		if m := n.one(); m.Node != murmur.NodeID(m.Profile) {
			t.Errorf("node %q", m.Node)
		}
		_, n = start(t, say(200, asJSON, `[1]`))
		expect(t, n, queue.Failed, queue.StepPost, "", "answer of an index")
	})
	t.Run("held", func(t *testing.T) {
		t.Parallel()
		x, n := start(t, say(502, "text/html", ""))
		m := n.one()
		_, err := n.queue.Hold(n.rig.ctx, "murmuration", m.ID, "")
		must(t, err)
		x.says(nil)
		x.asked()
		n.murmur(24 * time.Hour)
		same(t, "while it is held", x.asked(), []string{})
		must(t, n.ResendMurmuration(n.rig.ctx, n.steward, m.ID))
		n.murmur(0)
		same(t, "after that", len(x.asked()), 1)
	})
	t.Run("changed on the way", func(t *testing.T) {
		t.Parallel()
		var n *node
		x, n := start(t, nil)
		n.murmur(limits.IndexAsk)
		once := sync.OnceFunc(func() { must(t, n.TakeBackMurmurations(n.rig.ctx, n.steward)) })
		x.says(func(w http.ResponseWriter, r *http.Request) bool { once(); return false })
		must(t, n.ResendMurmuration(n.rig.ctx, n.steward, n.one().ID))
		n.murmur(0)
		n.murmur(limits.IndexLook)
		n.murmur(limits.IndexLook)
		same(t, "has", x.has(), []string{})
		expect(t, n, queue.Done, queue.StepDelete, "deleted", "")
	})
}

// An hour has a bound, however much there is to tell.
func TestIndexIsAskedLittle(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	x, n := r.index(), r.node("bakery")
	for i := range limits.IndexPerHour + 5 {
		m := queue.Murmuration{Index: x.at, Profile: n.base + coop.IRI(fmt.Sprintf("/murmurations/listings/%d.json", i)), Step: queue.StepDelete, Node: "x",
			Row: queue.Row{State: queue.Waiting, Due: r.clock.now(), Created: r.clock.now()}}
		must(t, n.queue.Write(r.ctx, func(tx queue.Tx) error { return tx.PutMurmuration(m) }))
	}
	same(t, "asked", n.murmur(0), limits.IndexPerHour)
	same(t, "once more", n.murmur(59*time.Minute), 0)
	same(t, "the rest", n.murmur(time.Minute), 5)
}

// Organisations are read as an index lists them.
func TestSearchIndex(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	x, n := r.index(), r.node("bakery")
	x.list = []map[string]any{{"profile_url": "https://a.example/p.json", "name": "A", "primary_url": "A.example/x", "locality": "Bilbao", "region": "Bizkaia", "tags": []string{"bread", "food"},
		"geolocation": map[string]any{"lat": 43.26, "lon": -2.93}}, {"profile_url": "https://b.example/p.json", "name": "B", "primary_url": "not an address"}}
	got, err := n.SearchIndex(r.ctx, region.IndexQuery{Index: x.at, Near: &coop.Point{Lat: 43_260_000, Lon: -2_930_000}, Km: 25, Tag: "food co-op"})
	must(t, err)
	want := region.Unclaimed{Name: "A", Link: "https://a.example/x", Place: "Bilbao, Bizkaia", Point: &coop.Point{Lat: 43_260_000, Lon: -2_930_000}, Summary: "bread, food", Source: "https://a.example/p.json"}
	if len(got) != 2 || fmt.Sprintf("%+v %v", got[0], *got[0].Point) != fmt.Sprintf("%+v %v", func() region.Unclaimed { w := want; w.Point = got[0].Point; return w }(), *want.Point) || got[1].Link != "" {
		t.Errorf("%+v", got)
	}
	same(t, "asked", x.asked(), []string{"GET /v2/nodes?lat=43.26&lon=-2.93&page=1&page_size=100&range=25km&schema=organizations_schema-v1.0.0&status=posted&tags=food+co-op&tags_exact=true&tags_filter=and"})
	for what, f := range map[string]func(w http.ResponseWriter, r *http.Request) bool{
		"broken":   func(w http.ResponseWriter, _ *http.Request) bool { w.WriteHeader(503); return true },
		"no index": func(w http.ResponseWriter, _ *http.Request) bool { _, _ = io.WriteString(w, "<p>hello"); return true },
	} {
		x.says(f)
		if _, err := n.SearchIndex(r.ctx, region.IndexQuery{Index: x.at, Tag: "food"}); coop.ClassOf(err) != coop.Invalid || coop.Fields(err)[0].Field != "index" {
			t.Errorf("%s: %v", what, err)
		}
	}
}
