package outbound

import (
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"toadlane/coop"
	"toadlane/internal/limits"
)

func TestGetSendsWhatItShould(t *testing.T) {
	t.Parallel()
	for _, k := range Kinds() {
		if k == KindDelivery {
			continue
		}
		t.Run(k.String(), func(t *testing.T) {
			t.Parallel()
			var got http.Header
			c, base := serve(t, func(w http.ResponseWriter, r *http.Request) {
				got = r.Header.Clone()
				w.Header().Set("Content-Type", typeOf(k))
				w.Header().Set("ETag", `"v1"`)
				if r.Header.Get("If-None-Match") == `"v1"` {
					w.WriteHeader(http.StatusNotModified)
					return
				}
				fmt.Fprint(w, "body")
			})
			r := Request{Kind: k, URL: coop.IRI(base + "/x?y=1#frag"), Budget: NewBudget(2)}
			resp, err := c.Get(t.Context(), r)
			if err != nil {
				t.Fatal(err)
			}
			if string(resp.Body) != "body" || string(resp.FinalURL) != base+"/x?y=1" || resp.Status != 200 || resp.Header.Get("ETag") != `"v1"` {
				t.Errorf("got %+v", resp)
			}
			want := http.Header{"User-Agent": {agent}, "Accept": {rules[k].accept}}
			if d := cmp.Diff(want, got); d != "" {
				t.Errorf("header (-want +got):\n%s", d)
			}
			r.IfNoneMatch = `"v1"`
			if resp, err = c.Get(t.Context(), r); err != nil || !resp.NotModified || resp.Body != nil {
				t.Errorf("%+v, %v", resp, err)
			}
		})
	}
}

// ORG-08: what is no ActivityPub document by its type is none, for every kind of document; and the other kinds keep to
// theirs. The body is not read.
func TestContentTypes(t *testing.T) {
	t.Parallel()
	as2 := `application/ld+json; profile="https://www.w3.org/ns/activitystreams"`
	all := []string{activityJSON, activityJSON + "; charset=utf-8", as2, `Application/LD+JSON; charset=utf-8; profile="https://example.org/x https://www.w3.org/ns/activitystreams"`,
		"application/ld+json", `application/ld+json; profile="https://example.org/x"`, `application/ld+json; profile="https://www.w3.org/ns/activitystreams.evil"`,
		"application/json", "application/jrd+json", "application/xrd+xml", "text/html", "text/plain", "image/png", "image/svg+xml", "application/octet-stream", "", ";", activityJSON + ", text/html"}
	want := func(k Kind) []string {
		switch k {
		case KindWebFinger, KindNodeInfo:
			return []string{"application/json", "application/jrd+json"}
		case KindIndex:
			return []string{"application/json"}
		case KindHostMeta:
			return []string{"application/xrd+xml"}
		case KindMedia, KindTile:
			return []string{"image/png"}
		case KindDelivery:
			return all // the answer to a delivery is not used
		default:
			return all[:4]
		}
	}
	eachKind(t, func(t *testing.T, k Kind) {
		var ct string
		c, base := serve(t, func(w http.ResponseWriter, _ *http.Request) {
			w.Header()["Content-Type"] = []string{ct}
			fmt.Fprint(w, "{}")
		})
		for _, ct = range all {
			err := ask(t.Context(), c, k, coop.IRI(base+"/x"))
			if taken := err == nil; taken != slices.Contains(want(k), ct) {
				t.Errorf("%q: %v", ct, err)
			}
			if err != nil && (coop.ClassOf(err) != coop.Invalid || Temporary(err)) {
				t.Errorf("%q: class %v", ct, coop.ClassOf(err))
			}
		}
	})
}

// NET-04: a redirect to where we may not go, for every kind. The stage has real TLS servers under public names; every dial
// away from it is seen.
func TestRedirectInward(t *testing.T) {
	t.Parallel()
	var hits atomic.Int32
	canary := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { hits.Add(1) }))
	t.Cleanup(canary.Close)
	targets := []string{"https://127.0.0.1/", "https://[::1]/", "https://10.9.9.9/", "https://169.254.169.254/", "https://localhost/", "https://2130706433/", "https://[::ffff:127.0.0.1]/",
		"//127.0.0.1/", canary.URL + "/", strings.Replace(canary.URL, "http:", "https:", 1) + "/", "https://inward.example/", "https://peer.example:22/"}
	eachKind(t, func(t *testing.T, k Kind) {
		var to string
		seen := 0
		c, admitted, refused := stage(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			seen++
			if r.URL.Path == "/there" {
				w.Header().Set("Content-Type", typeOf(k))
				fmt.Fprint(w, "{}")
				return
			}
			w.Header().Set("Location", to)
			w.WriteHeader(http.StatusFound)
		}), "peer.example", "cdn.example")
		// inward.example is a public name that DNS says is inside.
		c.dialer.Resolver = resolver(t, func(name string) []string {
			if name == "inward.example" {
				return []string{"127.0.0.1"}
			}
			return nil
		})
		for i, to2 := range targets {
			to = to2
			err := ask(t.Context(), c, k, "https://peer.example/here")
			if err == nil || Temporary(err) {
				t.Errorf("%s: %v", to, err)
			}
			if seen != i+1 {
				t.Fatalf("%s: control: the peer was asked %d times", to, seen)
			}
		}
		if len(admitted()) != 0 || hits.Load() != 0 {
			t.Errorf("admitted %q, %d hits", admitted(), hits.Load())
		}
		if wantDial := !rules[k].document && k != KindDelivery; wantDial != (len(refused()) == 1) {
			t.Errorf("the guard refused %q", refused())
		}
		// Control: redirects that are allowed are followed.
		to = "/there"
		if err := ask(t.Context(), c, k, "https://peer.example/here"); (err == nil) != (k != KindDelivery) {
			t.Errorf("control, same origin: %v", err)
		}
		to = "https://cdn.example/there"
		if err := ask(t.Context(), c, k, "https://peer.example/here"); (err == nil) != (!rules[k].document && k != KindDelivery) {
			t.Errorf("control, other origin: %v", err)
		}
	})
}

// NET-05: loops, long chains, other schemes; a delivery follows none.
func TestRedirectShape(t *testing.T) {
	t.Parallel()
	eachKind(t, func(t *testing.T, k Kind) {
		var seen int
		c, _, _ := stage(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			seen++
			path := r.URL.Path
			to := ""
			switch {
			case path == "/self":
				to = "/self"
			case path == "/a":
				to = "/b"
			case path == "/b":
				to = "/a"
			case path == "/empty":
			case path == "/long":
				to = "/" + strings.Repeat("x", limits.IRIBytes)
			case strings.HasPrefix(path, "/hops/"):
				n, _ := strconv.Atoi(path[len("/hops/"):])
				if n == 0 {
					w.Header().Set("Content-Type", typeOf(k))
					fmt.Fprint(w, "{}")
					return
				}
				to = "/hops/" + strconv.Itoa(n-1)
			case path == "/to":
				to = r.URL.Query().Get("u")
			}
			w.Header().Set("Location", to)
			w.WriteHeader([]int{301, 302, 303, 307, 308}[seen%5])
		}), "peer.example")
		follows := k != KindDelivery
		for _, x := range []struct {
			path     string
			ok       bool
			requests int
		}{
			{"/hops/0", true, 1},
			{"/hops/1", follows, 2},
			{"/hops/3", follows, 4},
			{"/hops/4", false, 4},
			{"/hops/10", false, 4},
			{"/self", false, 4},
			{"/a", false, 4},
			{"/empty", false, 1},
			{"/to?u=http://peer.example/hops/0", false, 1},
			{"/to?u=http:hops/0", false, 1},
			{"/to?u=data:application/activity%2bjson,{}", false, 1},
			{"/to?u=file:///etc/passwd", false, 1},
			{"/to?u=ftp://peer.example/", false, 1},
			{"/to?u=gopher://peer.example/", false, 1},
			{"/to?u=javascript:alert(1)", false, 1},
			{"/to?u=https://peer.example:443/hops/0", false, 1},
			{"/to?u=https://PEER.example/hops/0", false, 1},
			{"/to?u=https://u:p@peer.example/hops/0", false, 1},
			{"/long", false, 1},
		} {
			seen = 0
			err := ask(t.Context(), c, k, coop.IRI("https://peer.example"+x.path))
			if (err == nil) != x.ok || err != nil && Temporary(err) {
				t.Errorf("%.60s: %v", x.path, err)
			}
			if want := x.requests; follows && seen != want || !follows && seen != 1 {
				t.Errorf("%.60s: %d requests, want %d", x.path, seen, want)
			}
		}
	})
}

func TestSignatureIsMadeForEveryHop(t *testing.T) {
	t.Parallel()
	var got []string
	c, base := serve(t, func(w http.ResponseWriter, r *http.Request) {
		got = append(got, r.Header.Get("Signature"))
		if r.URL.Path == "/a" {
			http.Redirect(w, r, "/b", http.StatusFound)
			return
		}
		w.Header().Set("Content-Type", activityJSON)
	})
	host := strings.TrimPrefix(base, "http://")
	sign := func(r *http.Request) error {
		r.Header.Set("Signature", r.Method+" "+r.Host+r.URL.RequestURI())
		return nil
	}
	if _, err := c.Get(t.Context(), Request{Kind: KindActor, URL: coop.IRI(base + "/a"), Sign: sign, Budget: NewBudget(2)}); err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff([]string{"GET " + host + "/a", "GET " + host + "/b"}, got); d != "" {
		t.Error(d)
	}
	for _, k := range []Kind{KindWebFinger, KindHostMeta, KindNodeInfo, KindMedia, KindTile} {
		if _, err := c.Get(t.Context(), Request{Kind: k, URL: coop.IRI(base + "/a"), Sign: sign, Budget: NewBudget(2)}); coop.ClassOf(err) != coop.Internal {
			t.Errorf("%s: signed: %v", k, err)
		}
	}
	if len(got) != 2 {
		t.Error("a request that must not be signed was sent")
	}
}

// NET-16: a budget counts redirects, and none is no budget.
func TestBudget(t *testing.T) {
	t.Parallel()
	var n int
	c, base := serve(t, func(w http.ResponseWriter, r *http.Request) {
		n++
		w.Header().Set("Content-Type", activityJSON)
		if r.URL.Path == "/a" {
			http.Redirect(w, r, "/b", http.StatusFound)
		}
	})
	b := InboundBudget()
	if b.Left() != limits.FetchesPerInbound {
		t.Fatalf("%d left", b.Left())
	}
	get := func(path string, b *Budget) error {
		_, err := c.Get(t.Context(), Request{Kind: KindObject, URL: coop.IRI(base + path), Budget: b})
		return err
	}
	for range limits.FetchesPerInbound/2 - 1 {
		if err := get("/a", b); err != nil {
			t.Fatal(err)
		}
	}
	if err := get("/b", b); err != nil || b.Left() != 1 {
		t.Fatalf("%v, %d left", err, b.Left())
	}
	if err := get("/a", b); coop.ClassOf(err) != coop.TooMany || Temporary(err) {
		t.Errorf("over the budget: %v", err)
	}
	if err := get("/b", b); coop.ClassOf(err) != coop.TooMany || b.Left() != 0 {
		t.Errorf("after the budget: %v", err)
	}
	if err := get("/b", nil); coop.ClassOf(err) != coop.TooMany {
		t.Errorf("no budget: %v", err)
	}
	if n != limits.FetchesPerInbound {
		t.Errorf("%d requests were made", n)
	}
}

func TestStatuses(t *testing.T) {
	t.Parallel()
	c, base := serve(t, func(w http.ResponseWriter, r *http.Request) {
		n, _ := strconv.Atoi(r.URL.Path[1:])
		w.Header().Set("Retry-After", r.URL.Query().Get("after"))
		w.Header().Set("Date", "Fri, 20 Nov 2026 08:00:00 GMT")
		w.Header().Set("Content-Type", "text/html")
		w.WriteHeader(n)
		fmt.Fprint(w, "<b>no\n\x1b[31m\u202e")
	})
	for _, x := range []struct {
		status    int
		class     coop.Class
		temporary bool
	}{
		{400, coop.Invalid, false}, {401, coop.Forbidden, true}, {403, coop.Forbidden, false}, {404, coop.NotFound, false}, {406, coop.Invalid, false}, {408, coop.Unavailable, true},
		{410, coop.Gone, false}, {413, coop.Invalid, false}, {425, coop.Unavailable, true}, {429, coop.TooMany, true},
		{500, coop.Unavailable, true}, {501, coop.Unavailable, false}, {502, coop.Unavailable, true}, {503, coop.Unavailable, true}, {504, coop.Unavailable, true},
	} {
		for _, k := range []Kind{KindActor, KindMedia, KindDelivery} {
			err := ask(t.Context(), c, k, coop.IRI(base+"/"+strconv.Itoa(x.status)))
			if Status(err) != x.status || coop.ClassOf(err) != x.class || Temporary(err) != x.temporary {
				t.Errorf("%s: %d: status %d, class %v, temporary %v", k, x.status, Status(err), coop.ClassOf(err), Temporary(err))
			}
			if !strings.Contains(err.Error(), `"<b>no [31m"`) {
				t.Errorf("what was said: %v", err)
			}
		}
	}
	if Temporary(nil) || Status(nil) != 0 {
		t.Error("no error is temporary")
	}
	for after, want := range map[string]time.Duration{
		"": 0, "120": 2 * time.Minute, "0": 0, "-5": 0, "99999999": limits.RetryAfterMax, "999999999999999999999": 0, "soon": 0,
		"Fri, 20 Nov 2026 08:01:00 GMT": time.Minute, "Fri, 20 Nov 2026 07:00:00 GMT": 0, "Fri, 20 Nov 2099 08:00:00 GMT": limits.RetryAfterMax,
	} {
		h := http.Header{"Retry-After": {after}, "Date": {"Fri, 20 Nov 2026 08:00:00 GMT"}}
		if got := retryAfter(h); got != want {
			t.Errorf("Retry-After %q: %v, want %v", after, got, want)
		}
	}
	if resp, err := c.Post(t.Context(), coop.IRI(base+"/429?after=7"), activityJSON, nil, nil); resp.Status != 429 || resp.Header.Get("Retry-After") != "7" || err == nil {
		t.Errorf("%+v, %v", resp, err)
	}
}

func TestNobodyThere(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	addr := l.Addr().String()
	l.Close()
	c := New(Loopback(), agent, Options{})
	nx := New(Public(), agent, Options{Resolver: resolver(t, func(string) []string { return nil })})
	eachKind(t, func(t *testing.T, k Kind) {
		for what, err := range map[string]error{
			"closed port":  ask(t.Context(), c, k, coop.IRI("http://"+addr+"/")),
			"no such name": ask(t.Context(), nx, k, "https://gone.example/"),
		} {
			if coop.ClassOf(err) != coop.Unavailable || !Temporary(err) || Status(err) != 0 {
				t.Errorf("%s: %v", what, err)
			}
		}
	})
}
