package fault

import (
	"bytes"
	"crypto"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"toadlane/coop"
	"toadlane/federation/sig"
)

const activityJSON = "application/activity+json"

// neighbours are other co-ops, each under a name of its own and all on one port, with real keys and a ledger of what they sent,
// what was answered and what they were sent.
type neighbours struct {
	t      *testing.T
	us     string // the node's base
	key    crypto.Signer
	public string
	list   []*neighbour
	more   func(rw http.ResponseWriter, r *http.Request) bool // answers before what is usual does; nil is nothing

	mu     sync.Mutex
	items  []*item                   // sent, in order
	got    map[string]map[string]int // deliveries to them: activity, host, how often
	made   map[string]map[string]bool
	titles map[string]string // of listings that were delivered
	odd    []string          // deliveries that make no sense
}

// neighbour is one of them.
type neighbour struct {
	host   string
	actor  string
	signer *sig.Signer
	sent   int // activities; the first is a like, so that each has one to be found
}

// item is one activity that a neighbour sends.
type item struct {
	from   *neighbour
	kind   kind
	id     string // of the activity
	object string // what it makes, for those that make something
	title  string
	body   []byte
	acked  bool // answered 202, once at least
	sends  int
}

type kind int

const (
	listing kind = iota // a new offer of theirs
	private             // a private message about our listing
	like                // of our listing
)

// newNeighbours starts n of them.
func newNeighbours(t *testing.T, us string, n int) *neighbours {
	t.Helper()
	key, err := sig.GenerateRSA()
	if err != nil {
		t.Fatal(err)
	}
	public, err := sig.MarshalPublicPEM(key.Public())
	if err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	w := &neighbours{t: t, us: us, key: key, public: public, got: map[string]map[string]int{}, made: map[string]map[string]bool{}, titles: map[string]string{}}
	for i := range n {
		host := fmt.Sprintf("peer%d.localhost:%d", i, l.Addr().(*net.TCPAddr).Port)
		p := &neighbour{host: host, actor: "http://" + host + "/actor"}
		if p.signer, err = sig.NewSigner(coop.IRI(p.actor+"#main-key"), key); err != nil {
			t.Fatal(err)
		}
		w.list = append(w.list, p)
	}
	srv := &http.Server{Handler: w, ReadHeaderTimeout: 10 * time.Second}
	done := make(chan struct{})
	go func() { defer close(done); _ = srv.Serve(l) }()
	t.Cleanup(func() { _ = srv.Close(); <-done })
	return w
}

// ServeHTTP is what the neighbours answer.
func (w *neighbours) ServeHTTP(rw http.ResponseWriter, r *http.Request) {
	base := "http://" + r.Host
	rw.Header().Set("Content-Type", activityJSON)
	if w.more != nil && w.more(rw, r) {
		return
	}
	switch r.Method + " " + r.URL.Path {
	case "GET /actor":
		write(rw, map[string]any{"@context": []string{"https://www.w3.org/ns/activitystreams", "https://w3id.org/security/v1"}, "type": "Organization",
			"id": base + "/actor", "preferredUsername": "coop", "name": "Co-op at " + r.Host, "inbox": base + "/inbox", "outbox": base + "/outbox",
			"publicKey": map[string]any{"id": base + "/actor#main-key", "owner": base + "/actor", "publicKeyPem": w.public}})
	case "GET /outbox":
		write(rw, map[string]any{"@context": "https://www.w3.org/ns/activitystreams", "type": "OrderedCollection", "id": base + "/outbox", "totalItems": 0})
	case "POST /inbox":
		body, err := io.ReadAll(io.LimitReader(r.Body, 1<<20))
		if err != nil {
			return // their program died in the middle
		}
		w.receive(r.Host, body)
		rw.WriteHeader(http.StatusAccepted)
	default:
		http.NotFound(rw, r)
	}
}

func write(rw http.ResponseWriter, v any) {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err) // maps of strings
	}
	_, _ = rw.Write(b)
}

// receive writes a delivery into the ledger.
func (w *neighbours) receive(host string, body []byte) {
	var a struct {
		ID, Type string
		Actor    string
		Object   json.RawMessage
	}
	var o struct{ ID, Name string }
	err := json.Unmarshal(body, &a)
	_ = json.Unmarshal(a.Object, &o) // an address alone has neither
	w.mu.Lock()
	defer w.mu.Unlock()
	if err != nil || !strings.HasPrefix(a.ID, w.us+"/") || !strings.HasPrefix(a.Actor, w.us+"/") {
		w.odd = append(w.odd, string(body))
		return
	}
	if w.got[a.ID] == nil {
		w.got[a.ID] = map[string]int{}
	}
	w.got[a.ID][host]++
	if a.Type == "Create" {
		if w.made[o.ID] == nil {
			w.made[o.ID] = map[string]bool{}
		}
		w.made[o.ID][host], w.titles[o.ID] = true, o.Name
	}
	if a.Type == "Follow" {
		p := w.at(host)
		accept := fmt.Sprintf(`{"@context":"https://www.w3.org/ns/activitystreams","id":"http://%s/accept/%d","type":"Accept","actor":%q,"object":%s}`,
			host, len(w.got), p.actor, body)
		w.items = append(w.items, &item{from: p, kind: -1, id: a.ID, body: []byte(accept)})
	}
}

func (w *neighbours) at(host string) *neighbour {
	for _, p := range w.list {
		if p.host == host {
			return p
		}
	}
	w.t.Fatalf("no neighbour at %s", host)
	return nil
}

// meet has every neighbour follow the node and the node follow every neighbour.
func (w *neighbours) meet(s *server, ada *http.Client) {
	w.t.Helper()
	for i, p := range w.list {
		body := fmt.Sprintf(`{"@context":"https://www.w3.org/ns/activitystreams","id":"http://%s/follow/%d","type":"Follow","actor":%q,"object":"%s/actor"}`, p.host, i, p.actor, w.us)
		await(w.t, patience, "a Follow to be taken", func() error {
			return w.post(s, &item{from: p, body: []byte(body)}, "/inbox").want(http.StatusAccepted)
		})
		if err := s.form(ada, "/admin/peers", strings.NewReader(url.Values{"address": {p.actor}}.Encode()), urlEncoded).want(http.StatusSeeOther); err != nil {
			w.t.Fatalf("follow %s: %v", p.actor, err)
		}
	}
	await(w.t, patience, "everybody to follow everybody", func() error {
		w.mu.Lock()
		answers := w.items
		w.mu.Unlock()
		for _, it := range answers {
			if it.acked {
				continue
			}
			a := w.post(s, it, "/inbox")
			if err := a.want(http.StatusAccepted); err != nil {
				return err
			}
			it.acked = true
		}
		out, err := s.run("peer", "list", "--json")
		if err != nil {
			return err
		}
		if n := strings.Count(out, `"accepted"`); n != 2*len(w.list) {
			return fmt.Errorf("%d of %d have accepted", n, 2*len(w.list))
		}
		return nil
	})
	w.mu.Lock()
	w.items = nil
	w.mu.Unlock()
}

// next makes the next activity of a neighbour, about our listing where it is about one.
func (w *neighbours) next(p *neighbour, about string) *item {
	w.mu.Lock()
	defer w.mu.Unlock()
	n := len(w.items)
	it := &item{from: p, kind: []kind{like, listing, private, listing}[p.sent%4], id: fmt.Sprintf("http://%s/a/%d", p.host, n)}
	p.sent++
	now := time.Now().UTC().Format(time.RFC3339)
	const public = "https://www.w3.org/ns/activitystreams#Public"
	m := map[string]any{"@context": "https://www.w3.org/ns/activitystreams", "id": it.id, "actor": p.actor, "published": now}
	switch it.kind {
	case listing:
		it.object, it.title = fmt.Sprintf("http://%s/listings/%d", p.host, n), fmt.Sprintf("Spare part %d", n)
		m["type"], m["to"] = "Create", []string{public}
		m["object"] = map[string]any{"id": it.object, "type": "Note", "attributedTo": p.actor, "name": it.title, "content": "<p>" + it.title + "</p>",
			"to": []string{public}, "published": now, "purpose": "offer", "publishes": map[string]any{"type": "Intent", "action": "transfer",
				"resourceQuantity": map[string]any{"hasUnit": "one", "hasNumericalValue": "1"}}}
	case private:
		it.object = fmt.Sprintf("http://%s/notes/%d", p.host, n)
		m["type"], m["to"] = "Create", []string{w.us + "/actor"}
		m["object"] = map[string]any{"id": it.object, "type": "Note", "attributedTo": p.actor, "content": fmt.Sprintf("<p>Question %d</p>", n),
			"inReplyTo": about, "to": []string{w.us + "/actor"}, "published": now}
	case like:
		m["type"], m["object"] = "Like", about
	}
	body, err := json.Marshal(m)
	if err != nil {
		panic(err) // maps of strings
	}
	it.body = body
	w.items = append(w.items, it)
	return it
}

// post signs an activity and sends it.
func (w *neighbours) post(s *server, it *item, path string) answer {
	req, err := http.NewRequestWithContext(w.t.Context(), http.MethodPost, w.us+path, bytes.NewReader(it.body))
	if err != nil {
		return answer{err: err}
	}
	req.Header.Set("Content-Type", activityJSON)
	if err := it.from.signer.Sign(req, it.body, sig.Cavage, time.Now()); err != nil {
		return answer{err: err}
	}
	return do(s.client, req)
}

// send posts an item and notes when it was taken. copies are sent at the same time, to the shared inbox and the co-op's own in turn.
func (w *neighbours) send(s *server, it *item, copies int) answer {
	answers := make([]answer, copies)
	var all sync.WaitGroup
	for i := range copies {
		all.Go(func() { answers[i] = w.post(s, it, []string{"/inbox", "/actor/inbox"}[i%2]) })
	}
	all.Wait()
	w.mu.Lock()
	defer w.mu.Unlock()
	it.sends += copies
	worst := answers[0]
	for _, a := range answers {
		if a.want(http.StatusAccepted) == nil {
			it.acked = true
		} else {
			worst = a
		}
		worst.cut = worst.cut || a.cut
	}
	return worst
}

// tally counts what was sent.
func (w *neighbours) tally() (items, acked, sends int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, it := range w.items {
		sends += it.sends
		if it.acked {
			acked++
		}
	}
	return len(w.items), acked, sends
}

// delivered counts what the neighbours got: in all, and how many of them were there before.
func (w *neighbours) delivered() (all, again int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, hosts := range w.got {
		for _, n := range hosts {
			all += n
			again += n - 1
		}
	}
	return all, again
}
