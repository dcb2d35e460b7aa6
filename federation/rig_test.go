package federation_test

import (
	"bytes"
	"context"
	"crypto"
	"crypto/x509"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"

	"toadlane/coop"
	"toadlane/federation"
	"toadlane/federation/queue"
	"toadlane/federation/sig"
	"toadlane/federation/vocab"
	"toadlane/handbook"
	"toadlane/internal/outbound"
	"toadlane/internal/picture"
	"toadlane/market"
	"toadlane/region"
	"toadlane/store"
)

const activityJSON = "application/activity+json"

// clock is the time of a whole rig. It starts at the real time, since certificates and some libraries have no other, and moves
// only when a test says so.
type clock struct{ ns atomic.Int64 }

func newClock() *clock {
	c := &clock{}
	c.ns.Store(time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC).UnixNano())
	return c
}

func (c *clock) now() time.Time      { return time.Unix(0, c.ns.Load()).UTC() }
func (c *clock) add(d time.Duration) { c.ns.Add(int64(d)) }

// rsaPool makes RSA keys once for all tests: with the race detector on, one takes a good part of a second.
var rsaPool = sync.OnceValue(func() []crypto.Signer {
	keys := make([]crypto.Signer, 8)
	var wg sync.WaitGroup
	for i := range keys {
		wg.Add(1)
		go func() {
			defer wg.Done()
			k, err := sig.GenerateRSA()
			if err != nil {
				panic(err)
			}
			keys[i] = k
		}()
	}
	wg.Wait()
	return keys
})

var rsaNext atomic.Int64

func someRSA() crypto.Signer {
	pool := rsaPool()
	return pool[int(rsaNext.Add(1))%len(pool)]
}

// rig is a small fediverse on loopback.
type rig struct {
	t     testing.TB
	ctx   context.Context
	clock *clock
	nodes []*node
	log   *slog.Logger
	said  *syncBuffer
}

// syncBuffer collects what the nodes log.
type syncBuffer struct {
	mu       sync.Mutex
	b        bytes.Buffer
	panicked bool // a handler, and not because the test wanted it
}

func (s *syncBuffer) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.panicked = s.panicked || bytes.Contains(p, []byte("handler panicked")) && !bytes.Contains(p, []byte("as the test wants it"))
	if s.b.Len() > 8<<20 {
		s.b.Reset()
	}
	return s.b.Write(p)
}

func (s *syncBuffer) Panicked() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.panicked
}

func (s *syncBuffer) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.String()
}

func newRig(t *testing.T) *rig {
	t.Helper()
	return newRigFor(t)
}

func newRigFor(t testing.TB) *rig {
	t.Helper()
	said := &syncBuffer{}
	r := &rig{t: t, ctx: t.Context(), clock: newClock(), said: said,
		log: slog.New(slog.NewTextHandler(said, &slog.HandlerOptions{Level: slog.LevelDebug}))}
	t.Cleanup(func() {
		if t.Failed() {
			lines := said.String()
			if len(lines) > 12000 {
				lines = "...\n" + lines[len(lines)-12000:]
			}
			t.Logf("nodes said:\n%s", lines)
		}
		if said.Panicked() {
			t.Errorf("a handler panicked:\n%s", said.String())
		}
	})
	return r
}

// node is a whole Toad Lane node without its pages, on the real store.
type node struct {
	*federation.Node
	rig       *rig
	name      string
	base      coop.IRI
	actor     coop.IRI
	store     *store.Store
	queue     store.Queue
	coop      *coop.Service
	coopStore coop.Store
	market    *market.Service
	handbook  *handbook.Service
	region    *region.Service
	steward   coop.Actor
	sten      coop.Person
	changed   atomic.Int64
	deaf      atomic.Bool // answers 503 to what is sent to it
	away      atomic.Bool // answers 503 to everything
	srv       *http.Server
	mu        sync.Mutex
	posted    []request // to the server, bodies left out
	got       []string  // what it was asked for
}

func newID() coop.ID { return coop.ID(uuid.Must(uuid.NewV7()).String()) }

type nodeOption func(*coop.Coop)

func holdFollows(c *coop.Coop) { c.HoldFollows = true }

// node starts a co-op at name.localhost. Its workers stand still until the test says step.
func (r *rig) node(name string, opts ...nodeOption) *node {
	r.t.Helper()
	l, err := net.Listen("tcp4", "127.0.0.1:0")
	must(r.t, err)
	n := &node{rig: r, name: name, base: coop.MustIRI(fmt.Sprintf("http://%s.localhost:%d", name, l.Addr().(*net.TCPAddr).Port))}
	n.actor = n.base + "/actor"
	n.store, err = store.Open(r.ctx, store.Options{Dir: r.t.TempDir(), Now: r.clock.now, Log: r.log})
	must(r.t, err)
	r.t.Cleanup(func() { _ = n.store.Close() })
	n.queue = store.Queue{Store: n.store}
	n.coopStore = store.Coop{Store: n.store}
	n.coop = &coop.Service{Store: n.coopStore, Now: r.clock.now, NewID: newID, Fuzz: []byte("fuzz")}
	n.market = &market.Service{Store: store.Market{Store: n.store}, Now: r.clock.now, NewID: newID, Base: n.base, Actor: n.actor,
		Zone: func() *time.Location { return time.UTC }, Fuzz: []byte("fuzz")}
	n.handbook = &handbook.Service{Store: store.Handbook{Store: n.store}, Now: r.clock.now, NewID: newID, Base: n.base, Fold: market.Fold, Stewards: n.coop.Stewards}
	n.region = &region.Service{Store: store.Region{Store: n.store}, Now: r.clock.now, NewID: newID, Actor: n.actor, Meets: n.handbook.Unmet}
	c := coop.Coop{Handle: name, Name: strings.ToUpper(name), OrgType: "OS60", Languages: []string{"en"}, Currency: "EUR",
		Licence: "CC-BY-SA-4.0", TimeZone: "UTC", Purpose: coop.Text{"en": "Purpose of " + name}}
	for _, o := range opts {
		o(&c)
	}
	_, n.sten, err = n.coop.Setup(r.ctx, c, coop.Founder{Person: coop.Person{Handle: "sten", DisplayName: "Sten"}, Email: "sten@example.org",
		PasswordHash: "x", Language: "en"})
	must(r.t, err)
	n.steward = coop.Member(n.sten.ID, coop.RoleSteward)
	var master [32]byte
	copy(master[:], "master of "+name)
	for _, owner := range []coop.IRI{n.actor, n.base + "/instance"} {
		n.ownKey(master, owner, someRSA())
	}
	out := outbound.New(outbound.Loopback(), "ToadLane/test (+"+string(n.base)+"/)", outbound.Options{
		Self: func(host string) bool { return host == n.base.Host() }})
	r.t.Cleanup(out.Close)
	n.Node, err = federation.New(federation.Config{Base: n.base, Version: "1.0.0", Store: n.queue, CoopStore: n.coopStore, Coop: n.coop,
		Market: n.market, Handbook: n.handbook, Region: n.region, Photos: n.store, Picture: picture.Make, Out: out, Master: master, Now: r.clock.now, NewID: newID, Log: r.log.With("node", name),
		Changed: func() { n.changed.Add(1) }, Words: vocab.DefaultWords})
	must(r.t, err)
	must(r.t, n.EnsureKeys(r.ctx))
	srv := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		if n.away.Load() {
			http.Error(w, "away", http.StatusServiceUnavailable)
			return
		}
		if q.Method == http.MethodGet {
			n.mu.Lock()
			n.got = append(n.got, q.URL.RequestURI())
			n.mu.Unlock()
		}
		if q.Method == http.MethodPost {
			n.mu.Lock()
			n.posted = append(n.posted, request{Method: q.Method, Path: q.URL.RequestURI(), Header: q.Header.Clone()})
			n.mu.Unlock()
			if n.deaf.Load() {
				http.Error(w, "deaf", http.StatusServiceUnavailable)
				return
			}
		}
		n.ServeHTTP(w, q)
	}), ReadHeaderTimeout: 5 * time.Second, ErrorLog: slog.NewLogLogger(r.log.Handler(), slog.LevelError)}
	n.srv = srv
	go func() { _ = srv.Serve(l) }()
	r.t.Cleanup(func() { _ = srv.Close() })
	r.nodes = append(r.nodes, n)
	return n
}

func (n *node) ownKey(master [32]byte, owner coop.IRI, key crypto.Signer) {
	private, err := sig.MarshalPrivate(key)
	must(n.rig.t, err)
	public, err := x509.MarshalPKIXPublicKey(key.Public())
	must(n.rig.t, err)
	must(n.rig.t, n.queue.PutOwnKey(n.rig.ctx, queue.OwnKey{Owner: owner, Kind: "rsa", ID: owner + "#main-key", Public: public, Created: n.rig.clock.now(),
		Sealed: sig.Seal(master, string(owner), private)}))
}

// settle steps all nodes until none has anything to do.
func (r *rig) settle() {
	r.t.Helper()
	for range 200 {
		did := 0
		for _, n := range r.nodes {
			k, err := n.Step(r.ctx)
			must(r.t, err)
			did += k
		}
		if did == 0 {
			return
		}
	}
	r.t.Fatal("the nodes do not come to rest")
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// request is one request a fake peer got.
type request struct {
	Method, Path string
	Header       http.Header
	Body         []byte
}

func (q request) String() string { return q.Method + " " + q.Path }

func (q request) object() map[string]any {
	var m map[string]any
	_ = json.Unmarshal(q.Body, &m)
	return m
}

// page is what a fake peer answers at a path.
type page struct {
	status      int
	contentType string
	body        []byte
	header      map[string]string
}

// peer is a scripted server: it serves whatever a test puts there, answers inboxes as planned, and keeps every request.
type peer struct {
	rig    *rig
	name   string
	base   coop.IRI
	addr   string
	mu     sync.Mutex
	pages  map[string]page
	log    []request
	answer func(request) page // of POSTs; nil is 202
	front  http.Handler       // before everything, may be nil
	srv    *http.Server
	up     bool
}

// peer starts a fake server at name.localhost.
func (r *rig) peer(name string) *peer {
	r.t.Helper()
	l, err := net.Listen("tcp4", "127.0.0.1:0")
	must(r.t, err)
	p := &peer{rig: r, name: name, addr: l.Addr().String(), pages: map[string]page{},
		base: coop.MustIRI(fmt.Sprintf("http://%s.localhost:%d", name, l.Addr().(*net.TCPAddr).Port))}
	p.serve(l)
	r.t.Cleanup(p.down)
	return p
}

func (p *peer) serve(l net.Listener) {
	p.srv = &http.Server{Handler: http.HandlerFunc(p.handle), ReadHeaderTimeout: 5 * time.Second}
	p.up = true
	go func() { _ = p.srv.Serve(l) }()
}

// down closes the server, connections too; start opens it again at the same port.
func (p *peer) down() {
	if p.up {
		_ = p.srv.Close()
		p.up = false
	}
}

func (p *peer) start() {
	p.rig.t.Helper()
	l, err := net.Listen("tcp4", p.addr)
	must(p.rig.t, err)
	p.serve(l)
}

func (p *peer) handle(w http.ResponseWriter, q *http.Request) {
	body, _ := io.ReadAll(q.Body)
	in := request{Method: q.Method, Path: q.URL.RequestURI(), Header: q.Header.Clone(), Body: body}
	in.Header.Set("Host", q.Host)
	p.mu.Lock()
	p.log = append(p.log, in)
	pg, ok := p.pages[in.Path]
	answer, front := p.answer, p.front
	p.mu.Unlock()
	if front != nil {
		front.ServeHTTP(w, q)
		return
	}
	if q.Method == http.MethodPost {
		pg, ok = page{status: http.StatusAccepted}, true
		if answer != nil {
			pg = answer(in)
		}
	}
	if !ok {
		http.NotFound(w, q)
		return
	}
	for k, v := range pg.header {
		w.Header().Set(k, v)
	}
	if pg.contentType != "" {
		w.Header().Set("Content-Type", pg.contentType)
	}
	if pg.status == 0 {
		pg.status = http.StatusOK
	}
	w.WriteHeader(pg.status)
	_, _ = w.Write(pg.body)
}

// put serves v as an ActivityPub document at path.
func (p *peer) put(path string, v any) {
	p.putPage(path, page{contentType: activityJSON, body: jsonOf(v)})
}

func (p *peer) putPage(path string, pg page) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.pages[path] = pg
}

func (p *peer) drop(path string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.pages, path)
}

func (p *peer) answers(f func(request) page) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.answer = f
}

// status makes every inbox answer so.
func (p *peer) status(code int) { p.answers(func(request) page { return page{status: code} }) }

// requests lists what came, of one method.
func (p *peer) requests(method string) []request {
	p.mu.Lock()
	defer p.mu.Unlock()
	var out []request
	for _, q := range p.log {
		if q.Method == method || method == "" {
			out = append(out, q)
		}
	}
	return out
}

func (p *peer) forget() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.log = nil
}

// got lists the activities of a type that came to any inbox.
func (p *peer) got(typ string) []map[string]any {
	var out []map[string]any
	for _, q := range p.requests(http.MethodPost) {
		if m := q.object(); m["type"] == typ {
			out = append(out, m)
		}
	}
	return out
}

func jsonOf(v any) []byte {
	switch v := v.(type) {
	case []byte:
		return v
	case string:
		return []byte(v)
	}
	b, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return b
}

// user is an actor of a fake peer.
type user struct {
	*peer
	name   string
	iri    coop.IRI
	keyID  coop.IRI
	key    crypto.Signer
	signer *sig.Signer
	doc    map[string]any
}

type obj = map[string]any

// user makes an actor with a key, served at /users/name.
func (p *peer) user(name string) *user {
	p.rig.t.Helper()
	u := &user{peer: p, name: name, iri: p.base + coop.IRI("/users/"+name)}
	u.keyID = u.iri + "#main-key"
	u.rotate(someRSA())
	return u
}

// rotate gives the actor another key, served at once.
func (u *user) rotate(key crypto.Signer) {
	t := u.peer.rig.t
	u.key = key
	var err error
	u.signer, err = sig.NewSigner(u.keyID, key)
	must(t, err)
	pem, err := sig.MarshalPublicPEM(key.Public())
	must(t, err)
	u.doc = obj{
		"@context": []any{"https://www.w3.org/ns/activitystreams", "https://w3id.org/security/v1"},
		"id":       u.iri, "type": "Person", "preferredUsername": u.name, "name": strings.ToUpper(u.name),
		"inbox": u.iri + "/inbox", "outbox": u.iri + "/outbox", "followers": u.iri + "/followers",
		"endpoints": obj{"sharedInbox": u.base + "/inbox"},
		"publicKey": obj{"id": u.keyID, "owner": u.iri, "publicKeyPem": pem},
	}
	u.publish()
}

// publish serves the actor's document as it now is, and its WebFinger.
func (u *user) publish() {
	u.put("/users/"+u.name, u.doc)
	host := u.base.Host()
	u.putPage("/.well-known/webfinger?resource=acct%3A"+u.name+"%40"+strings.ReplaceAll(host, ":", "%3A"), page{contentType: "application/jrd+json",
		body: jsonOf(obj{"subject": "acct:" + u.name + "@" + host, "links": []any{obj{"rel": "self", "type": activityJSON, "href": u.iri}}})})
}

// without serves the actor without some members: no shared inbox, for instance.
func (u *user) without(keys ...string) *user {
	for _, k := range keys {
		delete(u.doc, k)
	}
	u.publish()
	return u
}

var sequence atomic.Int64

// activity makes an activity of u's with a fresh id.
func (u *user) activity(typ string, object any, more ...obj) obj {
	a := obj{"@context": "https://www.w3.org/ns/activitystreams", "id": fmt.Sprintf("%s/a/%d", u.base, sequence.Add(1)), "type": typ,
		"actor": u.iri, "object": object}
	for _, m := range more {
		for k, v := range m {
			if v == nil {
				delete(a, k)
				continue
			}
			a[k] = v
		}
	}
	return a
}

func (u *user) newIRI(kind string) string {
	return fmt.Sprintf("%s/%s/%d", u.base, kind, sequence.Add(1))
}

// note is a public note of u's.
func (u *user) note(text string, more ...obj) obj {
	o := obj{"id": u.newIRI("n"), "type": "Note", "attributedTo": u.iri, "content": "<p>" + text + "</p>",
		"published": u.peer.rig.clock.now().Format(time.RFC3339), "to": []any{coop.Public}, "cc": []any{u.iri + "/followers"}}
	for _, m := range more {
		for k, v := range m {
			o[k] = v
		}
	}
	return o
}

// offer is a listing of u's, as FEP-0837 has it on a Note.
func (u *user) offer(title string, more ...obj) obj {
	return u.note(title, append([]obj{{"name": title, "purpose": "offer", "unitBased": true, "status": "open",
		"endTime":   u.peer.rig.clock.now().AddDate(0, 0, 30).Format(time.RFC3339),
		"publishes": obj{"type": "Intent", "action": "transfer", "resourceQuantity": obj{"hasUnit": "one", "hasNumericalValue": "1"}}}}, more...)...)
}

// post is one request on its way to a node.
type post struct {
	to     *node
	path   string
	body   []byte
	header http.Header
	host   string
}

// request makes a signed POST; change may spoil it before it is sent.
func (u *user) request(to *node, path string, activity any, scheme sig.Scheme) *post {
	t := u.peer.rig.t
	t.Helper()
	body := jsonOf(activity)
	q, err := http.NewRequest(http.MethodPost, string(to.base)+path, bytes.NewReader(body))
	must(t, err)
	q.Host = q.URL.Host
	q.Header.Set("Content-Type", activityJSON)
	q.Header.Set("User-Agent", "fake/1")
	must(t, u.signer.Sign(q, body, scheme, u.peer.rig.clock.now()))
	return &post{to: to, path: path, body: body, header: q.Header, host: q.Host}
}

func (p *post) send() *httptest.ResponseRecorder {
	q := httptest.NewRequest(http.MethodPost, p.path, bytes.NewReader(p.body))
	q.Host, q.Header = p.host, p.header.Clone()
	w := httptest.NewRecorder()
	p.to.ServeHTTP(w, q)
	return w
}

// send signs an activity and posts it to the shared inbox, and wants 202.
func (u *user) send(to *node, activity any) {
	u.peer.rig.t.Helper()
	if w := u.request(to, "/inbox", activity, sig.Cavage).send(); w.Code != http.StatusAccepted {
		u.peer.rig.t.Fatalf("%s: %d %s", activity, w.Code, w.Body)
	}
}

// tell is send, and all that follows from it.
func (u *user) tell(to *node, activity any) {
	u.peer.rig.t.Helper()
	u.send(to, activity)
	u.peer.rig.settle()
}

// get asks a node, signed by u when it is not nil.
func (n *node) get(path string, by *user, header ...string) *httptest.ResponseRecorder {
	n.rig.t.Helper()
	q, err := http.NewRequest(http.MethodGet, string(n.base)+path, nil)
	must(n.rig.t, err)
	q.Host = q.URL.Host
	q.Header.Set("Accept", activityJSON)
	for i := 0; i+1 < len(header); i += 2 {
		q.Header.Set(header[i], header[i+1])
	}
	if by != nil {
		must(n.rig.t, by.signer.Sign(q, nil, sig.Cavage, n.rig.clock.now()))
	}
	in := httptest.NewRequest(http.MethodGet, path, nil)
	in.Host, in.Header = q.Host, q.Header
	w := httptest.NewRecorder()
	n.ServeHTTP(w, in)
	return w
}

// path is the part of an address behind its origin.
func path(i coop.IRI) string { return strings.TrimPrefix(string(i), i.Origin()) }

// follows makes the node follow u, who accepts; what u's collections list is read.
func (n *node) follows(u *user) {
	n.rig.t.Helper()
	_, err := n.Follow(n.rig.ctx, n.steward, string(u.iri))
	must(n.rig.t, err)
	n.rig.settle()
	f := u.got("Follow")
	if len(f) == 0 {
		n.rig.t.Fatal("no Follow came")
	}
	last := f[len(f)-1]
	u.tell(n, u.activity("Accept", last))
	if p := n.peer(u.iri); p.State != queue.Accepted {
		n.rig.t.Fatalf("follow of %s is %q", u.iri, p.State)
	}
}

// followedBy makes u follow the co-op.
func (n *node) followedBy(u *user) {
	n.rig.t.Helper()
	u.tell(n, u.activity("Follow", n.actor))
	if n.follower(u.iri) != queue.Accepted {
		n.rig.t.Fatalf("%s does not follow", u.iri)
	}
}

func (n *node) peer(iri coop.IRI) queue.Peer {
	n.rig.t.Helper()
	list, err := n.queue.Peers(n.rig.ctx)
	must(n.rig.t, err)
	for _, p := range list {
		if p.Actor == iri {
			return p
		}
	}
	return queue.Peer{}
}

// follower is the state of a follow of the co-op, "" for none.
func (n *node) follower(iri coop.IRI) queue.Relation { return n.followerOf(n.actor, iri) }

func (n *node) followerOf(local, iri coop.IRI) queue.Relation {
	n.rig.t.Helper()
	list, _, err := n.queue.Followers(n.rig.ctx, local, "", "", 200)
	must(n.rig.t, err)
	for _, f := range list {
		if f.Actor == iri {
			return f.State
		}
	}
	return ""
}

// titles lists what a member sees in the market of somebody's, in any state when states are given.
func (n *node) titles(home coop.IRI, states ...market.State) []string {
	n.rig.t.Helper()
	p, err := n.market.Store.Search(n.rig.ctx, market.Query{Reach: coop.CoopOnly, Home: home, States: states, Sort: market.ByTitle, Limit: 100}, n.rig.clock.now())
	must(n.rig.t, err)
	out := []string{}
	for _, l := range p.Listings {
		s, _ := l.Title.In("en")
		out = append(out, s)
	}
	return out
}

// posts an offer for everyone, unless change says otherwise.
func (n *node) posts(title string, change ...func(*market.Listing)) market.Listing {
	n.rig.t.Helper()
	l := market.Listing{Purpose: market.Offer, Kind: market.Thing, Title: coop.Text{"en": title}, Body: coop.Text{"en": "Body of " + title},
		Modes: []market.Mode{market.Gift}, Visibility: coop.Everyone}
	for _, c := range change {
		c(&l)
	}
	l, err := n.market.PostListing(n.rig.ctx, n.steward, l)
	must(n.rig.t, err)
	return l
}

func seenBy(v coop.Visibility) func(*market.Listing) {
	return func(l *market.Listing) { l.Visibility = v }
}

// inbound lists what came in, in a state ("" for all but done).
func (n *node) inbound(s queue.State) []queue.Inbound {
	n.rig.t.Helper()
	list, _, err := n.queue.Inbounds(n.rig.ctx, s, "", 200)
	must(n.rig.t, err)
	return list
}

func (n *node) deliveries(s queue.State) []queue.Delivery {
	n.rig.t.Helper()
	list, _, err := n.queue.Deliveries(n.rig.ctx, s, "", "", 200)
	must(n.rig.t, err)
	return list
}

func (n *node) reactions(l market.Listing) (likes, announces int) {
	n.rig.t.Helper()
	likes, announces, err := n.queue.CountReactions(n.rig.ctx, l.IRI)
	must(n.rig.t, err)
	return likes, announces
}

// member adds a person who is named to everyone when public.
func (n *node) member(handle string, public bool) coop.Person {
	n.rig.t.Helper()
	p := coop.Person{Handle: handle, DisplayName: strings.ToUpper(handle), About: "About " + handle}
	if public {
		p.Consent = map[coop.Field]coop.Visibility{coop.FieldListed: coop.Everyone, coop.FieldAbout: coop.Everyone}
	}
	p, err := n.coop.AddPerson(n.rig.ctx, coop.System("test"), p, handle+"@example.org", "x", "en", coop.RoleMember)
	must(n.rig.t, err)
	return p
}

// str digs a string out of a document: str(m, "object", "id").
func str(m obj, path ...string) string {
	for i, k := range path {
		switch v := m[k].(type) {
		case map[string]any:
			m = v
		case string:
			if i == len(path)-1 {
				return v
			}
			return ""
		default:
			return ""
		}
	}
	return ""
}
