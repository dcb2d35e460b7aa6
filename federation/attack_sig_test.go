package federation_test

import (
	"bytes"
	"crypto/ed25519"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"toadlane/coop"
	"toadlane/federation/queue"
	"toadlane/federation/sig"
	"toadlane/internal/limits"
)

// field is a rig with a co-op that has one public offer, and the fake peers of the attack table.
type field struct {
	*rig
	n                  *node
	good, evil, victim *peer
	gus, eve, vic      *user
	vera               *user
}

func newField(t *testing.T, opts ...nodeOption) *field {
	r := newRig(t)
	f := &field{rig: r, n: r.node("bakery", opts...), good: r.peer("good"), evil: r.peer("evil"), victim: r.peer("victim")}
	f.gus, f.eve = f.good.user("gus"), f.evil.user("eve")
	f.vic, f.vera = f.victim.user("vic"), f.victim.user("vera")
	return f
}

func TestSIGRefused(t *testing.T) {
	t.Parallel()
	f := newField(t)
	n, eve := f.n, f.eve
	l := n.posts("bread")
	ada := n.member("ada", true)
	_ = ada
	like := func() obj { return eve.activity("Like", l.IRI) }
	for _, c := range []struct {
		name string
		make func() *post
	}{
		{"SIG01 unsigned", func() *post {
			p := eve.request(n, "/inbox", like(), sig.Cavage)
			p.header.Del("Signature")
			return p
		}},
		{"SIG02 body changed", func() *post {
			p := eve.request(n, "/inbox", like(), sig.Cavage)
			p.body = bytes.Replace(p.body, []byte("Like"), []byte("Lik3"), 1)
			return p
		}},
		{"SIG03 digest not covered", func() *post {
			p := eve.request(n, "/inbox", like(), sig.Cavage)
			p.header.Set("Signature", strings.Replace(p.header.Get("Signature"), "(request-target) host date digest", "(request-target) host date", 1))
			return p
		}},
		{"SIG04 digest of another body", func() *post {
			p := eve.request(n, "/inbox", like(), sig.Cavage)
			p.body = jsonOf(like())
			return p
		}},
		{"SIG05 another path", func() *post {
			p := eve.request(n, "/inbox", like(), sig.Cavage)
			p.path = "/m/ada/inbox"
			return p
		}},
		{"SIG06 another host", func() *post {
			p := eve.request(n, "/inbox", like(), sig.Cavage)
			q, _ := http.NewRequest(http.MethodPost, "http://good.localhost:1/inbox", bytes.NewReader(p.body))
			q.Host, q.Header = q.URL.Host, p.header
			must(t, eve.signer.Sign(q, p.body, sig.Cavage, f.clock.now()))
			return p
		}},
		{"SIG09 HMAC with the public key", func() *post {
			p := eve.request(n, "/inbox", like(), sig.Cavage)
			m := hmac.New(sha256.New, []byte(str(eve.doc, "publicKey", "publicKeyPem")))
			fmt.Fprintf(m, "(request-target): post /inbox\nhost: %s\ndate: %s\ndigest: %s", p.host, p.header.Get("Date"), p.header.Get("Digest"))
			p.header.Set("Signature", fmt.Sprintf(`keyId="%s",algorithm="hmac-sha256",headers="(request-target) host date digest",signature="%s"`,
				eve.keyID, base64.StdEncoding.EncodeToString(m.Sum(nil))))
			return p
		}},
		{"SIG10 rsa-sha1", func() *post {
			p := eve.request(n, "/inbox", like(), sig.Cavage)
			p.header.Set("Signature", strings.Replace(p.header.Get("Signature"), "rsa-sha256", "rsa-sha1", 1))
			return p
		}},
		{"SIG11 another actor", func() *post {
			a := like()
			a["actor"] = f.vic.iri
			return eve.request(n, "/inbox", a, sig.Cavage)
		}},
		{"SIG12 another user of the same host", func() *post {
			a := f.vic.activity("Like", l.IRI, obj{"actor": f.vera.iri})
			return f.vic.request(n, "/inbox", a, sig.Cavage)
		}},
		{"SIG13 key document that names another owner", func() *post {
			f.evil.put("/key1", obj{"id": f.evil.base + "/key1", "owner": f.vic.iri, "publicKeyPem": str(eve.doc, "publicKey", "publicKeyPem")})
			s, err := sig.NewSigner(f.evil.base+"/key1", eve.key)
			must(t, err)
			as := *eve
			as.signer = s
			return as.request(n, "/inbox", f.vic.activity("Like", l.IRI), sig.Cavage)
		}},
		{"SIG13 key document dressed as another actor", func() *post {
			doc := obj{}
			for k, v := range f.vic.doc {
				doc[k] = v
			}
			doc["publicKey"] = obj{"id": f.evil.base + "/key2", "owner": f.vic.iri, "publicKeyPem": str(eve.doc, "publicKey", "publicKeyPem")}
			f.evil.put("/key2", doc)
			s, err := sig.NewSigner(f.evil.base+"/key2", eve.key)
			must(t, err)
			as := *eve
			as.signer = s
			return as.request(n, "/inbox", f.vic.activity("Like", l.IRI), sig.Cavage)
		}},
		{"SIG15 pose as us", func() *post {
			s, err := sig.NewSigner(n.actor+"#main-key", eve.key)
			must(t, err)
			as := *eve
			as.signer = s
			a := like()
			a["actor"], a["id"] = n.actor, n.base+"/a/1"
			return as.request(n, "/inbox", a, sig.Cavage)
		}},
		{"SIG19 two Signature headers", func() *post {
			p := eve.request(n, "/inbox", like(), sig.Cavage)
			p.header.Add("Signature", p.header.Get("Signature"))
			return p
		}},
		{"SIG19 a header twice", func() *post {
			p := eve.request(n, "/inbox", like(), sig.Cavage)
			p.header.Set("Signature", strings.Replace(p.header.Get("Signature"), "host date digest", "host date date digest", 1))
			return p
		}},
		{"SIG19 ten kilobytes", func() *post {
			p := eve.request(n, "/inbox", like(), sig.Cavage)
			p.header.Set("Signature", p.header.Get("Signature")+`,x="`+strings.Repeat("a", 10_000)+`"`)
			return p
		}},
		{"SIG21 without content-digest", func() *post {
			p := eve.request(n, "/inbox", like(), sig.RFC9421)
			p.header.Set("Signature-Input", strings.Replace(p.header.Get("Signature-Input"), ` "content-digest"`, "", 1))
			return p
		}},
		{"SIG22 only an embedded proof", func() *post {
			_, ed, _ := ed25519.GenerateKey(nil)
			doc, err := sig.SignProof(jsonOf(f.vic.activity("Like", l.IRI)), ed, f.vic.iri+"#ed", f.clock.now())
			must(t, err)
			p := f.vic.request(n, "/inbox", doc, sig.Cavage)
			p.header.Del("Signature")
			return p
		}},
		{"SIG22 another's proof relayed", func() *post {
			_, ed, _ := ed25519.GenerateKey(nil)
			doc, err := sig.SignProof(jsonOf(f.vic.activity("Like", l.IRI)), ed, f.vic.iri+"#ed", f.clock.now())
			must(t, err)
			return eve.request(n, "/inbox", doc, sig.Cavage)
		}},
		{"an old date", func() *post {
			p := eve.request(n, "/inbox", like(), sig.Cavage)
			q, _ := http.NewRequest(http.MethodPost, string(n.base)+"/inbox", bytes.NewReader(p.body))
			q.Host, q.Header = q.URL.Host, p.header
			must(t, eve.signer.Sign(q, p.body, sig.Cavage, f.clock.now().Add(-2*time.Hour)))
			return p
		}},
	} {
		w := c.make().send()
		if w.Code != http.StatusUnauthorized && w.Code != http.StatusForbidden && w.Code != http.StatusBadRequest {
			t.Errorf("%s: %d %s", c.name, w.Code, w.Body)
		}
		if !strings.HasPrefix(c.name, "SIG11") && !strings.HasPrefix(c.name, "SIG12") && !strings.Contains(c.name, "relayed") && w.Code == http.StatusForbidden &&
			!strings.HasPrefix(c.name, "SIG13") {
			t.Errorf("%s: a signature fault must be 401, is %d", c.name, w.Code)
		}
	}
	f.settle()
	if likes, _ := n.reactions(l); likes != 0 {
		t.Errorf("%d likes came through", likes)
	}
	if rows := n.inbound(""); len(rows) > 0 {
		t.Errorf("kept: %+v", rows)
	}
	// The control: right in every way, by both schemes, in both inboxes.
	for i, p := range []*post{eve.request(n, "/inbox", like(), sig.Cavage), f.gus.request(n, "/m/ada/inbox", f.gus.activity("Like", l.IRI), sig.RFC9421)} {
		if w := p.send(); w.Code != http.StatusAccepted {
			t.Fatalf("control %d: %d %s", i, w.Code, w.Body)
		}
	}
	f.settle()
	if likes, _ := n.reactions(l); likes != 2 {
		t.Errorf("controls: %d likes", likes)
	}
	// vic's key was never learnt from a lie.
	f.vic.tell(n, f.vic.activity("Like", l.IRI))
	if likes, _ := n.reactions(l); likes != 3 {
		t.Errorf("vic after the lies: %d likes", likes)
	}
}

// An unsigned request costs no fetch of anything it names (SIG-01, QTA-03).
func TestSIG01NoFetch(t *testing.T) {
	t.Parallel()
	f := newField(t)
	p := f.eve.request(f.n, "/inbox", f.eve.activity("Create", f.eve.newIRI("n")), sig.Cavage)
	p.header.Del("Signature")
	if w := p.send(); w.Code != http.StatusUnauthorized {
		t.Errorf("%d", w.Code)
	}
	if got := f.evil.requests(""); len(got) != 0 {
		t.Errorf("asked for %v", got)
	}
	f.eve.tell(f.n, f.eve.activity("Follow", f.n.actor))
	if got := f.evil.requests(http.MethodGet); len(got) == 0 || len(got) > 2 {
		t.Errorf("first contact took %d GETs", len(got))
	}
}

func TestSIG08Replay(t *testing.T) {
	t.Parallel()
	f := newField(t)
	f.n.follows(f.gus)
	note := f.gus.note("hello", obj{"to": []any{f.n.actor}, "cc": []any{}})
	p := f.gus.request(f.n, "/inbox", f.gus.activity("Create", note), sig.Cavage)
	var wg sync.WaitGroup
	codes := make(chan int, 50)
	for range 50 {
		wg.Add(1)
		go func() { defer wg.Done(); codes <- p.send().Code }()
	}
	wg.Wait()
	close(codes)
	for c := range codes {
		if c != http.StatusAccepted && c != http.StatusOK {
			t.Errorf("answer %d", c)
		}
	}
	f.settle()
	threads, _, err := f.n.market.Store.Threads(f.ctx, "", 10, "")
	must(t, err)
	if len(threads) != 1 || threads[0].Unread != 1 {
		t.Errorf("threads: %+v", threads)
	}
}

func TestSIG17Rotation(t *testing.T) {
	t.Parallel()
	f := newField(t)
	l := f.n.posts("bread")
	like := func() *post { return f.gus.request(f.n, "/inbox", f.gus.activity("Like", l.IRI), sig.Cavage) }
	if w := like().send(); w.Code != http.StatusAccepted {
		t.Fatalf("before: %d %s", w.Code, w.Body)
	}
	old := like()
	keys := rsaPool()
	next := keys[0]
	if next == f.gus.key {
		next = keys[1]
	}
	f.gus.rotate(next)
	f.good.forget()
	if w := like().send(); w.Code != http.StatusAccepted {
		t.Errorf("new key: %d %s", w.Code, w.Body)
	}
	if got := len(f.good.requests(http.MethodGet)); got != 1 {
		t.Errorf("%d refetches", got)
	}
	if w := old.send(); w.Code != http.StatusUnauthorized {
		t.Errorf("old key: %d", w.Code)
	}
	f.good.forget()
	for range 100 {
		p := like()
		p.header.Set("Signature", strings.Replace(p.header.Get("Signature"), `signature="`, `signature="AAAA`, 1))
		if w := p.send(); w.Code != http.StatusUnauthorized {
			t.Fatalf("bad signature: %d", w.Code)
		}
	}
	if got := len(f.good.requests(http.MethodGet)); got > 1 {
		t.Errorf("100 bad signatures caused %d fetches", got)
	}
	f.clock.add(6 * time.Minute)
	p := like()
	p.header.Set("Signature", strings.Replace(p.header.Get("Signature"), `signature="`, `signature="AAAA`, 1))
	p.send()
	if got := len(f.good.requests(http.MethodGet)); got > 2 {
		t.Errorf("%d fetches after six minutes", got)
	}
}

// A peer that replaces its key by one with another id: the old one is no longer its.
func TestSIG17KeyNoLongerListed(t *testing.T) {
	t.Parallel()
	f := newField(t)
	l := f.n.posts("bread")
	f.gus.tell(f.n, f.gus.activity("Like", l.IRI))
	before := *f.gus
	f.gus.keyID = f.gus.iri + "#second"
	f.gus.rotate(rsaPool()[2])
	if w := f.gus.request(f.n, "/inbox", f.gus.activity("Like", l.IRI), sig.Cavage).send(); w.Code != http.StatusAccepted {
		t.Fatalf("second key: %d %s", w.Code, w.Body)
	}
	if w := before.request(f.n, "/inbox", before.activity("Like", l.IRI), sig.Cavage).send(); w.Code != http.StatusUnauthorized {
		t.Errorf("first key still counts: %d", w.Code)
	}
}

func TestSIG24SignedGets(t *testing.T) {
	t.Parallel()
	f := newField(t)
	f.n.follows(f.gus)
	f.n.followedBy(f.gus)
	f.n.followedBy(f.eve)
	l := f.n.posts("for peers", seenBy(coop.Peers))
	f.settle()
	get := func(by *user, spoil func(http.Header)) *httptest.ResponseRecorder {
		q, err := http.NewRequest(http.MethodGet, string(l.IRI), nil)
		must(t, err)
		q.Host = q.URL.Host
		q.Header.Set("Accept", activityJSON)
		if by != nil {
			must(t, by.signer.Sign(q, nil, sig.Cavage, f.clock.now()))
		}
		if spoil != nil {
			spoil(q.Header)
		}
		in := httptest.NewRequest(http.MethodGet, path(l.IRI), nil)
		in.Host, in.Header = q.Host, q.Header
		w := httptest.NewRecorder()
		f.n.ServeHTTP(w, in)
		return w
	}
	if w := get(f.gus, nil); w.Code != http.StatusOK || !strings.Contains(w.Body.String(), "for peers") || !strings.Contains(w.Header().Get("Cache-Control"), "no-store") {
		t.Fatalf("a peer: %d %q", w.Code, w.Header())
	}
	for name, w := range map[string]*httptest.ResponseRecorder{
		"nobody":        get(nil, nil),
		"a follower":    get(f.eve, nil),
		"a stranger":    get(f.vic, nil),
		"bad signature": get(f.gus, func(h http.Header) { h.Set("Date", f.clock.now().Add(time.Second).Format(http.TimeFormat)) }),
		"half a header": get(nil, func(h http.Header) { h.Set("Signature", `keyId="x"`) }),
		"key of another": get(f.eve, func(h http.Header) {
			h.Set("Signature", strings.Replace(h.Get("Signature"), string(f.eve.keyID), string(f.gus.keyID), 1))
		}),
	} {
		if w.Code != http.StatusNotFound && w.Code != http.StatusUnauthorized || strings.Contains(w.Body.String(), "for peers") {
			t.Errorf("%s: %d %s", name, w.Code, w.Body)
		}
	}
	must(t, f.n.Block(f.ctx, f.n.steward, "good.localhost", "test"))
	if w := get(f.gus, nil); w.Code != http.StatusNotFound {
		t.Errorf("blocked: %d", w.Code)
	}
	_ = queue.Accepted
}

// Keys made up under an actor that we know: one look in five minutes, and nothing off what its server may do here.
func TestSIG17KeysMadeUp(t *testing.T) {
	t.Parallel()
	f := newField(t)
	n := f.n
	l := n.posts("bread")
	f.gus.tell(n, f.gus.activity("Like", l.IRI))
	f.good.forget()
	for i := range 100 {
		forged := *f.eve
		var err error
		forged.signer, err = sig.NewSigner(coop.IRI(fmt.Sprintf("%s#k%d", f.gus.iri, i)), f.eve.key)
		must(t, err)
		if w := forged.request(n, "/inbox", f.gus.activity("Like", l.IRI), sig.Cavage).send(); w.Code != http.StatusUnauthorized {
			t.Fatalf("%d %s", w.Code, w.Body)
		}
	}
	if got := f.good.requests(http.MethodGet); len(got) > 1 {
		t.Errorf("%d fetches", len(got))
	}
	n.followedBy(f.good.user("gil"))
	f.gus.keyID = f.gus.iri + "#really-new"
	f.gus.rotate(rsaPool()[3])
	f.clock.add(limits.KeyRefetchEvery)
	if w := f.gus.request(n, "/inbox", f.gus.activity("Like", l.IRI), sig.Cavage).send(); w.Code != http.StatusAccepted {
		t.Errorf("a new key: %d %s", w.Code, w.Body)
	}
}
