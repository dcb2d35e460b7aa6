package web_test

import (
	"context"
	"crypto/tls"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"
	"golang.org/x/net/html"

	"toadlane/coop"
	"toadlane/federation/queue"
	"toadlane/handbook"
	"toadlane/internal/mail"
	"toadlane/internal/password"
	"toadlane/market"
	"toadlane/region"
	"toadlane/store"
	"toadlane/web"
)

const goodPassword = "seven small toads crossing"

// goodHash is made once: a hash takes 64 MiB and a fifth of a second.
var goodHash = sync.OnceValue(func() string {
	h, err := password.Hash(context.Background(), goodPassword)
	if err != nil {
		panic(err)
	}
	return h
})

// rig is a site on a real database, with counters around what pages may write.
type rig struct {
	t       testing.TB
	site    *web.Site
	mail    *mail.Mail
	cfg     web.Config
	store   *store.Store
	fed     *neighbours
	writes  *atomic.Int64 // other than sessions
	reads   *atomic.Int64 // of rows that only stewards see
	gen     *atomic.Uint64
	clock   *clock
	logs    *syncBuffer
	code    *atomic.Value
	baseURL string
	sten    coop.Person // steward
	ada     coop.Person // member
}

type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) Add(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

type syncBuffer struct {
	mu sync.Mutex
	b  strings.Builder
}

func (s *syncBuffer) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(p)
}

func (s *syncBuffer) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.String()
}

type countedCoop struct {
	coop.Store
	writes *atomic.Int64
	gen    *atomic.Uint64
}

func (c countedCoop) Write(ctx context.Context, fn func(coop.Tx) error) error {
	c.writes.Add(1)
	defer c.gen.Add(1)
	return c.Store.Write(ctx, fn)
}

func (c countedCoop) SetSetting(ctx context.Context, name, value string) error {
	c.writes.Add(1)
	return c.Store.SetSetting(ctx, name, value)
}

type countedMarket struct {
	market.Store
	writes *atomic.Int64
	gen    *atomic.Uint64
}

func (c countedMarket) Write(ctx context.Context, fn func(market.Tx) error) error {
	c.writes.Add(1)
	defer c.gen.Add(1)
	return c.Store.Write(ctx, fn)
}

type countedHandbook struct {
	handbook.Store
	writes *atomic.Int64
	gen    *atomic.Uint64
}

func (c countedHandbook) Write(ctx context.Context, fn func(handbook.Tx) error) error {
	c.writes.Add(1)
	defer c.gen.Add(1)
	return c.Store.Write(ctx, fn)
}

type countedRegion struct {
	region.Store
	writes *atomic.Int64
	gen    *atomic.Uint64
}

func (c countedRegion) Write(ctx context.Context, fn func(region.Tx) error) error {
	c.writes.Add(1)
	defer c.gen.Add(1)
	return c.Store.Write(ctx, fn)
}

type countedSteward struct {
	web.Steward
	writes, reads *atomic.Int64
}

func (c countedSteward) PeerNames(ctx context.Context) ([]queue.Peer, error) {
	c.reads.Add(1)
	return c.Steward.PeerNames(ctx)
}

func (c countedSteward) Retry(ctx context.Context, kind string, id int64, host string, now time.Time) (int, error) {
	c.writes.Add(1)
	return c.Steward.Retry(ctx, kind, id, host, now)
}

func (c countedSteward) Hold(ctx context.Context, kind string, id int64, host string) (int, error) {
	c.writes.Add(1)
	return c.Steward.Hold(ctx, kind, id, host)
}

func (c countedSteward) CloseReport(ctx context.Context, id coop.ID, by coop.Actor, now time.Time) error {
	c.writes.Add(1)
	return c.Steward.CloseReport(ctx, id, by, now)
}

type countedPhotos struct {
	web.Photos
	writes *atomic.Int64
}

func (c countedPhotos) PutPhoto(ctx context.Context, owner coop.ID, p web.Picture) (coop.ID, error) {
	c.writes.Add(1)
	return c.Photos.PutPhoto(ctx, owner, p)
}

// neighbours stands for the federation: it notes what it is asked to do.
type neighbours struct {
	mu     sync.Mutex
	did    []string
	fail   error
	writes *atomic.Int64
	there  map[string]sight // what Look finds

	regions map[string]region.Region // what LookUpRegion finds
}

func (n *neighbours) note(what string) error {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.writes.Add(1)
	n.did = append(n.did, what)
	return n.fail
}

func (n *neighbours) Did() []string {
	n.mu.Lock()
	defer n.mu.Unlock()
	return append([]string(nil), n.did...)
}

func (n *neighbours) Follow(_ context.Context, by coop.Actor, address string) (queue.Peer, error) {
	return queue.Peer{}, n.note("follow " + address + " as " + by.String())
}

func (n *neighbours) Unfollow(_ context.Context, _ coop.Actor, actor coop.IRI) error {
	return n.note("unfollow " + string(actor))
}

func (n *neighbours) AnswerFollow(_ context.Context, _ coop.Actor, local, follower coop.IRI, accept bool) error {
	if accept {
		return n.note("accept " + string(follower) + " of " + string(local))
	}
	return n.note("refuse " + string(follower) + " of " + string(local))
}

func (n *neighbours) Block(_ context.Context, _ coop.Actor, target, reason string) error {
	return n.note("block " + target + " because " + reason)
}

func (n *neighbours) Unblock(_ context.Context, _ coop.Actor, target string) error {
	return n.note("unblock " + target)
}

func (n *neighbours) Refresh(_ context.Context, _ coop.Actor, actor coop.IRI) error {
	return n.note("refresh " + string(actor))
}

func (n *neighbours) RemotePhoto(context.Context, coop.ID, int) (coop.ID, error) {
	return "", coop.Errorf(coop.NotFound, "error.not_found", "no photo")
}

// Interact leads everybody to their own server but those at nowhere.example.
func (n *neighbours) Interact(_ context.Context, address string, object coop.IRI, follow bool) (coop.IRI, error) {
	_, host, ok := strings.Cut(strings.TrimPrefix(address, "@"), "@")
	if !ok || host == "nowhere.example" {
		return "", coop.FieldError("server", "away.not_found", nil)
	}
	if host == "elsewhere.example" {
		host = "other.test"
	}
	what := "see"
	if follow {
		what = "follow"
	}
	return coop.IRI("https://" + host + "/" + what + "?uri=" + url.QueryEscape(string(object))), nil
}

// Look finds what a test put there.
func (n *neighbours) Look(_ context.Context, by coop.Actor, address string) (queue.Actor, *market.Listing, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if !by.SignedIn() {
		return queue.Actor{}, nil, coop.Errorf(coop.Unauthenticated, "login.required", "look")
	}
	x, ok := n.there[address]
	if !ok {
		return queue.Actor{}, nil, coop.FieldError("uri", "look.not_found", nil)
	}
	return x.actor, x.listing, nil
}

type sight struct {
	actor   queue.Actor
	listing *market.Listing
}

func (n *neighbours) LookUpRegion(_ context.Context, by coop.Actor, address string) (region.Region, error) {
	n.mu.Lock()
	found, ok := n.regions[address]
	n.mu.Unlock()
	if !ok {
		return region.Region{}, coop.FieldError("address", "region.none", nil)
	}
	return found, n.note("look up " + address + " as " + by.String())
}

func (n *neighbours) InviteToRegion(_ context.Context, _ coop.Actor, slug, address string) error {
	return n.note("invite " + address + " into " + slug)
}

func (n *neighbours) Wake() {}

// madrid is the time zone of the rig's co-op.
var madrid = sync.OnceValue(func() *time.Location {
	zone, err := time.LoadLocation("Europe/Madrid")
	if err != nil {
		panic(err)
	}
	return zone
})

func newID() coop.ID { return coop.ID(uuid.Must(uuid.NewV7()).String()) }

// bare makes a site without a co-op at base.
func bare(t testing.TB, base string, change func(*web.Config)) *rig {
	t.Helper()
	r := &rig{t: t, writes: new(atomic.Int64), reads: new(atomic.Int64), gen: new(atomic.Uint64), logs: &syncBuffer{}, baseURL: base,
		clock: &clock{now: time.Now().UTC().Truncate(time.Second)}, code: new(atomic.Value)}
	log := slog.New(slog.NewTextHandler(r.logs, nil))
	var err error
	r.store, err = store.Open(t.Context(), store.Options{Dir: t.TempDir(), Now: r.clock.Now, Log: log})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = r.store.Close() })
	r.fed = &neighbours{writes: r.writes}
	r.code.Store("code-1234-5678")
	coops := countedCoop{store.Coop{Store: r.store}, r.writes, r.gen}
	markets := countedMarket{store.Market{Store: r.store}, r.writes, r.gen}
	fuzz := []byte("fuzz")
	baseIRI := coop.MustIRI(base)
	r.cfg = web.Config{
		Base: baseIRI, ActorIRI: baseIRI + "/actors/coop", Secure: strings.HasPrefix(base, "https:"),
		Coop: &coop.Service{Store: coops, Now: r.clock.Now, NewID: newID, Fuzz: fuzz},
		Market: &market.Service{Store: markets, Now: r.clock.Now, NewID: newID, Base: baseIRI, Actor: baseIRI + "/actors/coop",
			Zone: madrid, Fuzz: fuzz},
		Handbook: &handbook.Service{Store: countedHandbook{store.Handbook{Store: r.store}, r.writes, r.gen}, Now: r.clock.Now, NewID: newID, Base: baseIRI,
			Fold: market.Fold},
		Murmurations: &tellers{},
		Region: &region.Service{Store: countedRegion{store.Region{Store: r.store}, r.writes, r.gen}, Papers: papers{baseIRI}, Now: r.clock.Now, NewID: newID,
			Actor: baseIRI + "/actors/coop"},
		CoopStore: coops, Sessions: r.store, Photos: countedPhotos{r.store, r.writes},
		Steward: countedSteward{store.Queue{Store: r.store}, r.writes, r.reads}, Federation: r.fed,
		ActivityPub: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/activity+json")
			_, _ = io.WriteString(w, `{"type":"Organization"}`)
		}),
		SetupCode: func() string { return r.code.Load().(string) },
		Token: func(purpose, subject string) string {
			return "token-" + purpose + "-" + strings.ReplaceAll(subject, " ", "-")
		},
		Preview: func(_ context.Context, l market.Listing) (string, error) {
			title, _ := l.Title.In()
			return "<p>preview of " + html.EscapeString(title) + "</p>", nil
		},
		SetUp:      func(context.Context) error { r.code.Store(""); return nil },
		Now:        r.clock.Now,
		Log:        log,
		Version:    "test",
		Generation: r.gen.Load,
	}
	words, err := web.Words()
	if err != nil {
		t.Fatal(err)
	}
	dates, err := web.Dates()
	if err != nil {
		t.Fatal(err)
	}
	r.mail = mail.New(mail.Config{Base: baseIRI, Dir: t.TempDir(), Local: true, Store: r.store, Coop: r.cfg.Coop, CoopStore: coops, Market: r.cfg.Market,
		Token: r.cfg.Token, Words: words, Date: dates, Now: r.clock.Now, NewID: newID, Log: log})
	r.cfg.Mail = r.mail
	if change != nil {
		change(&r.cfg)
	}
	if r.site, err = web.New(r.cfg); err != nil {
		t.Fatal(err)
	}
	return r
}

// founded makes a site with a co-op, its steward sten and its member ada, both with goodPassword.
func founded(t testing.TB, base string, change func(*web.Config)) *rig {
	t.Helper()
	r := bare(t, base, change)
	ctx := t.Context()
	c := coop.Coop{Handle: "bakery", Name: "Tin & Thyme <Bakery>", Purpose: coop.Text{"en": "Bread for the lane.", "es": "Pan para el callejón."},
		OrgType: "OS60", Languages: []string{"en", "es"}, Currency: "EUR", Licence: "CC-BY-SA-4.0", TimeZone: "Europe/Madrid",
		Place: coop.Place{Name: "Toad Lane"}}
	_, sten, err := r.cfg.Coop.Setup(ctx, c, coop.Founder{Person: coop.Person{Handle: "sten", DisplayName: "Sten"}, Email: "sten@bakery.example",
		PasswordHash: goodHash(), Language: "en"})
	if err != nil {
		t.Fatal(err)
	}
	r.sten = sten
	r.ada = r.person("ada", coop.RoleMember)
	r.code.Store("")
	return r
}

func (r *rig) person(handle string, role coop.Role) coop.Person {
	r.t.Helper()
	p, err := r.cfg.Coop.AddPerson(r.t.Context(), coop.System("test"), coop.Person{Handle: handle, DisplayName: strings.ToUpper(handle[:1]) + handle[1:]},
		handle+"@bakery.example", goodHash(), "", role)
	if err != nil {
		r.t.Fatal(err)
	}
	return p
}

// browser keeps cookies as a browser does.
type browser struct {
	r       *rig
	cookies map[string]*http.Cookie
	from    string // address of the connection
	headers http.Header
}

func (r *rig) browser() *browser {
	return &browser{r: r, cookies: map[string]*http.Cookie{}, from: "192.0.2.1:4000", headers: http.Header{}}
}

var addresses atomic.Int64

// signedIn is a browser in which handle is signed in, at an address of its own.
func (r *rig) signedIn(handle string) *browser {
	r.t.Helper()
	b := r.browser()
	n := addresses.Add(1)
	b.from = "198.51." + itoa(n/250) + "." + itoa(n%250) + ":1"
	p, err := r.cfg.CoopStore.PersonByHandle(r.t.Context(), handle)
	if err != nil {
		r.t.Fatal(err)
	}
	token, err := r.site.MintSession(r.t.Context(), p.ID)
	if err != nil {
		r.t.Fatal(err)
	}
	name := "tl"
	if r.cfg.Secure {
		name = "__Host-tl"
	}
	b.cookies[name] = &http.Cookie{Name: name, Value: token}
	return b
}

func itoa(n int64) string {
	if n < 10 {
		return string(rune('0' + n))
	}
	return itoa(n/10) + string(rune('0'+n%10))
}

func (b *browser) session() string {
	for _, name := range []string{"tl", "__Host-tl"} {
		if c := b.cookies[name]; c != nil {
			return c.Value
		}
	}
	return ""
}

// answer is what a browser got.
type answer struct {
	t      testing.TB
	status int
	header http.Header
	body   string
	cookie []*http.Cookie
}

func (b *browser) do(method, path string, body io.Reader, headers http.Header) answer {
	req := httptest.NewRequest(method, path, body)
	base := b.r.cfg.Base
	req.Host = base.Host()
	if b.r.cfg.Secure {
		req.TLS = &tls.ConnectionState{}
	}
	req.RemoteAddr = b.from
	for k, v := range b.headers {
		req.Header[k] = v
	}
	for k, v := range headers {
		req.Header[k] = v
	}
	if h := req.Header.Get("Host"); h != "" {
		req.Host = h
	}
	for _, c := range b.cookies {
		req.AddCookie(c)
	}
	rec := httptest.NewRecorder()
	b.r.site.Handler().ServeHTTP(rec, req)
	res := rec.Result()
	for _, c := range res.Cookies() {
		if c.MaxAge < 0 {
			delete(b.cookies, c.Name)
		} else {
			b.cookies[c.Name] = c
		}
	}
	return answer{b.r.t, res.StatusCode, res.Header, rec.Body.String(), res.Cookies()}
}

func (b *browser) get(path string) answer { return b.do(http.MethodGet, path, nil, nil) }

func (b *browser) post(path string, form url.Values) answer {
	return b.do(http.MethodPost, path, strings.NewReader(form.Encode()), http.Header{
		"Content-Type": {"application/x-www-form-urlencoded"}, "Sec-Fetch-Site": {"same-origin"}, "Origin": {b.r.cfg.Base.Origin()}})
}

func (a answer) want(status int) answer {
	a.t.Helper()
	if a.status != status {
		a.t.Fatalf("status %d, want %d: %.600s", a.status, status, a.text())
	}
	return a
}

// text is what a reader sees, on one line.
func (a answer) text() string {
	var b strings.Builder
	z := html.NewTokenizer(strings.NewReader(a.body))
	skip := false
	for {
		switch z.Next() {
		case html.ErrorToken:
			return strings.Join(strings.Fields(b.String()), " ")
		case html.StartTagToken:
			n, _ := z.TagName()
			skip = string(n) == "script" || string(n) == "style"
		case html.EndTagToken:
			skip = false
		case html.TextToken:
			if !skip {
				b.Write(z.Text())
				b.WriteByte(' ')
			}
		}
	}
}

func (a answer) says(what string) answer {
	a.t.Helper()
	if !strings.Contains(a.text(), what) {
		a.t.Errorf("does not say %q: %.900s", what, a.text())
	}
	return a
}

func (a answer) saysNot(what string) answer {
	a.t.Helper()
	if strings.Contains(a.body, what) {
		a.t.Errorf("holds %q", what)
	}
	return a
}

// value is the value of the input or text area called name, and whether there is one.
func (a answer) value(name string) (string, bool) {
	root, err := html.Parse(strings.NewReader(a.body))
	if err != nil {
		a.t.Fatal(err)
	}
	for n := range root.Descendants() {
		if n.Type != html.ElementNode || attr(n, "name") != name {
			continue
		}
		switch n.Data {
		case "input":
			return attr(n, "value"), true
		case "textarea":
			if n.FirstChild == nil {
				return "", true
			}
			return n.FirstChild.Data, true
		case "select":
			for o := range n.Descendants() {
				if o.Data == "option" && hasAttr(o, "selected") {
					return attr(o, "value"), true
				}
			}
			return "", true
		}
	}
	return "", false
}

func attr(n *html.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}

func hasAttr(n *html.Node, key string) bool {
	for _, a := range n.Attr {
		if a.Key == key {
			return true
		}
	}
	return false
}

// previewOf stands for a federation that shows every listing so.
func previewOf(content string) func(context.Context, market.Listing) (string, error) {
	return func(context.Context, market.Listing) (string, error) { return content, nil }
}
