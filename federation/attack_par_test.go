package federation_test

import (
	"bytes"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	"toadlane/coop"
	"toadlane/federation"
	"toadlane/federation/sig"
	"toadlane/internal/limits"
)

func TestInboxStatuses(t *testing.T) {
	t.Parallel()
	f := newField(t)
	n := f.n
	l := n.posts("bread")
	raw := func(body string) *post { return f.gus.request(n, "/inbox", body, sig.Cavage) }
	with := func(extra string) *post {
		return raw(fmt.Sprintf(`{"id":"%s","type":"Like","actor":"%s","object":"%s"%s}`, f.gus.newIRI("a"), f.gus.iri, l.IRI, extra))
	}
	type change = func(*post)
	none := func(*post) {}
	pad := func(size int) *post {
		p := with(`,"x":["` + strings.Repeat(`","`, 20) + `"]`)
		body := string(p.body)
		fill := size - len(body) - len(`,"summary":[""]`)
		parts := []string{}
		for fill > 0 {
			k := min(fill, 60_000)
			parts = append(parts, strings.Repeat("a", k))
			fill -= k + len(`","`)
		}
		body = strings.TrimSuffix(body, "}") + `,"summary":["` + strings.Join(parts, `","`) + `"]`
		return raw(body + strings.Repeat(" ", max(0, size-len(body)-1)) + "}")
	}
	for _, c := range []struct {
		name   string
		post   *post
		change change
		want   int
	}{
		{"right", with(""), none, 202},
		{"ld+json with profile", with(""), func(p *post) {
			p.header.Set("Content-Type", `application/ld+json; profile="https://www.w3.org/ns/activitystreams"`)
		}, 202},
		{"with charset", with(""), func(p *post) { p.header.Set("Content-Type", activityJSON+"; charset=utf-8") }, 202},
		{"plain JSON", with(""), func(p *post) { p.header.Set("Content-Type", "application/json") }, 415},
		{"no type", with(""), func(p *post) { p.header.Del("Content-Type") }, 415},
		{"PAR03 gzip", with(""), func(p *post) { p.header.Set("Content-Encoding", "gzip") }, 415},
		{"PAR01 as large as may be", pad(int(limits.InboxBody)), none, 202},
		{"PAR01 one byte more", pad(int(limits.InboxBody) + 1), none, 413},
		{"PAR01 one byte more, unsigned", pad(int(limits.InboxBody) + 1), func(p *post) { p.header.Del("Signature") }, 413},
		{"PAR04 64 levels", with(`,"x":` + strings.Repeat("[", 63) + strings.Repeat("]", 63)), none, 202},
		{"PAR04 65 levels", with(`,"x":` + strings.Repeat("[", 64) + strings.Repeat("]", 64)), none, 400},
		{"PAR04 10001 levels", with(`,"x":` + strings.Repeat("[", 10_000) + strings.Repeat("]", 10_000)), none, 400},
		{"PAR05 a name twice", with(fmt.Sprintf(`,"actor":"%s"`, f.vic.iri)), none, 400},
		{"PAR05 a name in two cases", with(fmt.Sprintf(`,"ACTOR":"%s"`, f.vic.iri)), none, 400},
		{"PAR05 twice by escape", with(fmt.Sprintf(`,"\u0061ctor":"%s"`, f.vic.iri)), none, 400},
		{"PAR06 a bad byte", with(",\"x\":\"\xff\""), none, 400},
		{"PAR06 lone surrogate", with(`,"x":"\ud800"`), none, 400},
		{"PAR06 NUL", with(`,"x":"\u0000"`), none, 400},
		{"PAR06 BOM", raw("\xef\xbb\xbf" + string(with("").body)), none, 400},
		{"PAR06 UTF-16", raw("\xff\xfe{\x00}\x00"), none, 400},
		{"PAR08 200 recipients", with(`,"to":["` + strings.Repeat(`https://a.example/","`, 199) + `https://a.example/"]`), none, 202},
		{"PAR08 201 recipients in two lists", with(`,"to":["` + strings.Repeat(`https://a.example/","`, 199) + `https://a.example/"],"cc":"https://b.example/"`), none, 400},
		{"PAR08 80000 recipients", with(`,"to":["` + strings.Repeat(`a","`, 50_000) + `"]`), none, 400},
		{"PAR10 a context elsewhere", with(fmt.Sprintf(`,"@context":"%s/context"`, f.victim.base)), none, 202},
		{"PAR10 a graph", with(`,"@graph":[{"actor":"x"}]`), none, 400},
		{"PAR10 a reverse", with(`,"@reverse":{"actor":"x"}`), none, 400},
		{"no JSON", raw("hello"), none, 400},
		{"a list", raw("[]"), none, 400},
		{"nothing", raw(""), none, 400},
		{"no actor", raw(`{"type":"Like"}`), none, 400},
		{"actor by number", raw(`{"type":"Like","actor":1}`), none, 400},
		{"no type at all", raw(fmt.Sprintf(`{"actor":"%s"}`, f.gus.iri)), none, 400},
		{"id of another origin", raw(fmt.Sprintf(`{"id":"%s/1","type":"Like","actor":"%s","object":"%s"}`, f.victim.base, f.gus.iri, l.IRI)), none, 403},
		{"odd id", raw(fmt.Sprintf(`{"id":"urn:x","type":"Like","actor":"%s","object":"%s"}`, f.gus.iri, l.IRI)), none, 400},
		{"another's name", raw(fmt.Sprintf(`{"type":"Like","actor":"%s","object":"%s"}`, f.vic.iri, l.IRI)), none, 403},
		{"unsigned", with(""), func(p *post) { p.header.Del("Signature") }, 401},
		{"no such inbox", with(""), func(p *post) { p.path = "/m/nobody/inbox" }, 404},
	} {
		c.change(c.post)
		if w := c.post.send(); w.Code != c.want {
			t.Errorf("%s: %d, want %d: %s", c.name, w.Code, c.want, w.Body)
		}
	}
	f.settle()
	if got := f.victim.requests(""); len(got) != 0 {
		t.Errorf("asked victim for %v", got)
	}
	for _, m := range []string{http.MethodGet, http.MethodPut, http.MethodDelete, "TRACE"} {
		q := httptest.NewRequest(m, "/inbox", nil)
		q.Host = n.base.Host()
		w := httptest.NewRecorder()
		n.ServeHTTP(w, q)
		if w.Code != http.StatusMethodNotAllowed && w.Code != http.StatusNotFound {
			t.Errorf("%s: %d", m, w.Code)
		}
	}
}

// A body that says it is small and does not end (PAR-01).
func TestPAR01Endless(t *testing.T) {
	t.Parallel()
	f := newField(t)
	q := httptest.NewRequest(http.MethodPost, "/inbox", endless{})
	q.Host, q.ContentLength = f.n.base.Host(), -1
	q.Header.Set("Content-Type", activityJSON)
	q.Header.Set("Signature", "x")
	w := httptest.NewRecorder()
	f.n.ServeHTTP(w, q)
	if w.Code != http.StatusRequestEntityTooLarge {
		t.Errorf("%d", w.Code)
	}
}

type endless struct{}

func (endless) Read(p []byte) (int, error) { return len(p), nil }

// Collections that have no end, or no bottom (PAR-12).
func TestPAR12EndlessCollections(t *testing.T) {
	t.Parallel()
	f := newField(t)
	n := f.n
	at := string(f.eve.iri) + "/offers"
	f.eve.doc["offers"] = at
	f.eve.publish()
	pageNo := 0
	many := func(k int) []any {
		out := []any{}
		for range k {
			out = append(out, f.eve.offer(fmt.Sprintf("o%d", sequence.Add(1))))
		}
		return out
	}
	for _, c := range []struct {
		name string
		page func(r *http.Request) obj
		most int
	}{
		{"a page that names itself", func(*http.Request) obj {
			return obj{"id": at, "type": "OrderedCollectionPage", "orderedItems": many(1), "next": at}
		}, 5},
		{"always another page", func(*http.Request) obj {
			pageNo++
			return obj{"id": fmt.Sprintf("%s?p=%d", at, pageNo), "type": "OrderedCollectionPage", "orderedItems": many(1), "next": fmt.Sprintf("%s?p=%d", at, pageNo+1)}
		}, 5},
		{"a page of another origin", func(*http.Request) obj {
			return obj{"id": at, "type": "OrderedCollection", "totalItems": -1, "first": string(f.victim.base) + "/offers"}
		}, 0},
		{"more than it may have", func(*http.Request) obj {
			return obj{"id": at, "type": "OrderedCollection", "totalItems": 1e18, "orderedItems": many(150), "next": at + "?2"}
		}, 200},
	} {
		f.evil.mu.Lock()
		f.evil.front = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", activityJSON)
			switch {
			case r.Method == http.MethodPost:
				w.WriteHeader(202)
			case r.URL.Path == "/users/eve":
				_, _ = w.Write(jsonOf(f.eve.doc))
			default:
				_, _ = w.Write(jsonOf(c.page(r)))
			}
		})
		f.evil.mu.Unlock()
		if n.peer(f.eve.iri).State == "" {
			n.follows(f.eve)
		} else {
			must(t, n.Refresh(f.ctx, n.steward, f.eve.iri))
		}
		before := len(f.evil.requests(http.MethodGet))
		f.settle()
		if got := len(f.evil.requests(http.MethodGet)) - before; got > 2+limits.CollectionPages {
			t.Errorf("%s: %d requests", c.name, got)
		}
		if got := f.victim.requests(""); len(got) != 0 {
			t.Errorf("%s: asked %v", c.name, got)
		}
	}
	if got := len(n.titles(f.eve.iri)); got == 0 || got > 220 {
		t.Errorf("%d listings", got)
	}
}

// Five hundred mentions of people elsewhere cost nothing: only who is named here matters (PAR-13).
func TestPAR13Mentions(t *testing.T) {
	t.Parallel()
	f := newField(t)
	tags := []any{}
	for i := range 190 {
		tags = append(tags, obj{"type": "Mention", "href": fmt.Sprintf("http://w%d.victim.localhost/u", i), "name": "@u"})
	}
	f.eve.tell(f.n, f.eve.activity("Create", f.eve.note("hey", obj{"to": []any{f.n.actor}, "cc": []any{}, "tag": tags})))
	if got := len(f.n.threads()); got != 1 {
		t.Errorf("%d threads", got)
	}
	if got := f.evil.requests(http.MethodGet); len(got) > 2 {
		t.Errorf("asked %v", got)
	}
	// Unknown keys of one domain: sixty an hour.
	for i := range 100 {
		u := *f.eve
		u.iri = f.evil.base + coop.IRI("/users/x"+strconv.Itoa(i))
		s, err := sig.NewSigner(u.iri+"#main-key", f.eve.key)
		must(t, err)
		u.signer = s
		u.request(f.n, "/inbox", u.activity("Follow", f.n.actor), sig.Cavage).send()
	}
	if got := len(f.evil.requests(http.MethodGet)); got > limits.NewActorsPerDomain+2 {
		t.Errorf("%d look-ups", got)
	}
	// Others are not touched by it.
	f.n.followedBy(f.gus)
}

func TestQTA01Flood(t *testing.T) {
	t.Parallel()
	f := newField(t)
	l := f.n.posts("bread")
	p := f.eve.request(f.n, "/inbox", f.eve.activity("Like", l.IRI), sig.Cavage)
	var last *httptest.ResponseRecorder
	taken := 0
	for range limits.PeerBurst + 50 {
		if last = p.send(); last.Code == http.StatusAccepted {
			taken++
		}
	}
	if last.Code != http.StatusTooManyRequests || taken != limits.PeerBurst {
		t.Errorf("%d taken, then %d", taken, last.Code)
	}
	if s, err := strconv.Atoi(last.Header().Get("Retry-After")); err != nil || s < 1 || s > 60 {
		t.Errorf("Retry-After %q", last.Header().Get("Retry-After"))
	}
	if w := f.evil.user("other").request(f.n, "/inbox", f.eve.activity("Like", l.IRI), sig.Cavage).send(); w.Code == http.StatusAccepted {
		t.Error("another name of the same server is another peer")
	}
	f.gus.tell(f.n, f.gus.activity("Like", l.IRI))
	if likes, _ := f.n.reactions(l); likes != 2 {
		t.Errorf("%d likes", likes)
	}
	f.clock.add(10 * time.Second)
	if w := p.send(); w.Code != http.StatusAccepted {
		t.Errorf("later: %d", w.Code)
	}
}

// What nobody follows and what names nothing of ours is not kept (QTA-04), and what is kept has a bound.
func TestQTA04Storage(t *testing.T) {
	t.Parallel()
	f := newField(t)
	n := f.n
	for range 20 {
		f.eve.tell(n, f.eve.activity("Create", f.eve.note("spam")))
	}
	if rows := n.inbound(""); len(rows) != 0 {
		t.Errorf("%d rows", len(rows))
	}
	done, _, err := n.queue.Inbounds(f.ctx, "done", "", 200)
	must(t, err)
	if len(done) != 0 {
		t.Errorf("%d rows kept", len(done))
	}
	big := strings.Repeat("a", 60_000)
	kept := 0
	for i := range 100 {
		a := f.eve.activity("Arrive", n.actor, obj{"x": []any{big, big, big, big}})
		w := f.eve.request(n, "/inbox", a, sig.Cavage).send()
		if w.Code == http.StatusAccepted {
			kept++
		} else if w.Code != http.StatusTooManyRequests || w.Header().Get("Retry-After") == "" {
			t.Fatalf("%d: %d", i, w.Code)
		}
	}
	if size := int64(kept) * 240_000; kept == 0 || size > limits.PeerBytesPerHour {
		t.Errorf("%d kept", kept)
	}
	f.clock.add(61 * time.Minute)
	if w := f.eve.request(n, "/inbox", f.eve.activity("Arrive", n.actor), sig.Cavage).send(); w.Code != http.StatusAccepted {
		t.Errorf("an hour later: %d", w.Code)
	}
}

// Text that wants to be SQL, a search or markup, in every field (PAR-15).
func TestPAR15Injection(t *testing.T) {
	t.Parallel()
	f := newField(t)
	n := f.n
	n.follows(f.eve)
	l := n.posts("bread")
	for _, s := range []string{`'); DROP TABLE listing;--`, `%_\`, `"NEAR(`, `*`, `<script>alert(1)</script>`, `{{.}}`, "\u202egnp.exe", strings.Repeat(`"`, 500)} {
		f.eve.tell(n, f.eve.activity("Create", f.eve.offer(s, obj{"summary": s, "tag": []any{obj{"type": "Hashtag", "name": s}}, "location": obj{"type": "Place", "name": s}})))
		f.eve.tell(n, f.eve.activity("Create", f.eve.note(s, obj{"inReplyTo": l.IRI})))
		f.eve.tell(n, f.eve.activity("Flag", []any{l.IRI}, obj{"content": s}))
		f.eve.send(n, f.eve.activity("Ar"+s[:min(len(s), 40)], s))
		if w := n.get("/.well-known/webfinger?resource="+strings.NewReplacer("%", "%25", `"`, "%22", "<", "%3c", ">", "%3e", " ", "%20", ";", "%3b", "\\", "%5c", "{", "%7b", "}", "%7d", "\u202e", "").Replace(s), nil); w.Code >= 500 || w.Code == 200 {
			t.Errorf("webfinger %q: %d", s, w.Code)
		}
	}
	f.settle()
	if got := len(n.titles(f.eve.iri)); got != 8 {
		t.Errorf("%d listings: %q", got, n.titles(f.eve.iri))
	}
	for _, r := range n.replies(l) {
		if strings.Contains(r, "<script") {
			t.Errorf("reply %q", r)
		}
	}
}

func FuzzEnvelope(f *testing.F) {
	peer := coop.IRI("https://good.example/users/gus")
	for _, s := range []string{
		`{"id":"https://good.example/a/1","type":"Create","actor":"https://good.example/users/gus","object":{"id":"https://good.example/n/1"}}`,
		`{"type":["Update","x"],"actor":{"id":"https://good.example/users/gus"},"object":"https://good.example/n/1","to":"as:Public"}`,
		`{"type":"Undo","actor":"https://good.example/users/gus","object":{"type":"Follow","object":"https://x.example/actor"}}`,
		`{"actor":1,"type":"Like"}`, `[]`, `{`, "{\"a\":\"\xff\"}", `{"actor":"https://good.example/users/gus","type":""}`,
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		in, err := federation.Envelope(body, peer)
		if err != nil {
			if c := coop.ClassOf(err); c != coop.Invalid && c != coop.Forbidden {
				t.Fatalf("class %d: %v", c, err)
			}
			return
		}
		if in.Peer != peer || in.Activity == "" || in.Type == "" || in.Object == "" || !bytes.Equal(in.Raw, body) {
			t.Fatalf("%+v", in)
		}
		if id := coop.IRI(in.Activity); strings.HasPrefix(in.Activity, "http") && id.Origin() != peer.Origin() {
			t.Fatalf("activity %s", id)
		}
	})
}

// FuzzInbox sends whatever it likes, rightly signed, and applies it. Nothing answers 5xx and no handler panics.
func FuzzInbox(f *testing.F) {
	rg := newRigFor(f)
	n := rg.node("bakery")
	eve := rg.peer("evil").user("eve")
	l := n.posts("bread")
	n.follows(eve)
	for _, a := range []any{
		eve.activity("Create", eve.offer("flour")), eve.activity("Create", eve.note("hi", obj{"inReplyTo": l.IRI})), eve.activity("Update", eve.doc),
		eve.activity("Delete", eve.iri), eve.activity("Undo", eve.activity("Follow", n.actor)), eve.activity("Follow", n.actor), eve.activity("Like", l.IRI),
		eve.activity("Announce", l.IRI), eve.activity("Flag", []any{l.IRI}), eve.activity("Move", eve.iri, obj{"target": n.actor}),
		eve.activity("Accept", obj{"type": "Follow"}), eve.activity("Reject", n.actor), eve.activity("Block", n.actor),
	} {
		f.Add(bytes.ReplaceAll(jsonOf(a), []byte(eve.base), []byte("EVIL")))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		rg.t = t
		body = bytes.ReplaceAll(body, []byte("EVIL"), []byte(eve.base))
		rg.clock.add(time.Second)
		w := eve.request(n, "/inbox", body, sig.Cavage).send()
		if w.Code >= 500 {
			t.Fatalf("%d %s", w.Code, w.Body)
		}
		if _, err := n.StepInbound(rg.ctx); err != nil {
			t.Fatal(err)
		}
		if rg.said.Panicked() {
			t.Fatal(rg.said.String())
		}
	})
}
