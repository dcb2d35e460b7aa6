package federation_test

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"toadlane/federation/queue"
	"toadlane/federation/sig"
	"toadlane/internal/limits"
	"toadlane/market"
)

// pass lets time go by in steps, and everything that becomes due be done.
func (r *rig) pass(d, step time.Duration) {
	r.t.Helper()
	for ; d > 0; d -= step {
		r.clock.add(min(step, d))
		r.settle()
	}
}

// A peer that is down for up to two weeks misses nothing; after that it is to be seen who has not got it (F-15).
func TestF15PeerDown(t *testing.T) {
	t.Parallel()
	for name, away := range map[string]time.Duration{"5 minutes": 5 * time.Minute, "an hour": time.Hour, "3 days": 72 * time.Hour, "13 days": 13 * 24 * time.Hour} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newField(t)
			n := f.n
			n.followedBy(f.gus)
			f.good.down()
			f.good.forget()
			l := n.posts("bread")
			f.settle()
			l.Body["en"] = "newer"
			_, err := n.market.EditListing(f.ctx, n.steward, l.ID, l)
			must(t, err)
			f.settle()
			f.pass(away, max(away/200, time.Minute))
			if rows := n.deliveries(""); len(rows) != 2 || rows[0].LastError == "" && rows[1].LastError == "" {
				t.Fatalf("while away: %+v", rows)
			}
			f.good.start()
			f.pass(26*time.Hour, 10*time.Minute)
			var got []string
			for _, q := range f.good.requests(http.MethodPost) {
				got = append(got, fmt.Sprint(q.object()["type"]))
			}
			if !slices.Equal(got, []string{"Create", "Update"}) {
				t.Errorf("got %q; waiting %+v", got, n.deliveries(""))
			}
			if rows := n.deliveries(""); len(rows) != 0 {
				t.Errorf("left: %+v", rows)
			}
		})
	}
	t.Run("15 days", func(t *testing.T) {
		t.Parallel()
		f := newField(t)
		n := f.n
		n.followedBy(f.gus)
		f.good.down()
		f.good.forget()
		n.posts("bread", func(l *market.Listing) { l.Until = f.clock.now().AddDate(0, 0, 80) })
		f.settle()
		f.pass(15*24*time.Hour, time.Hour)
		must(t, n.Tick(f.ctx))
		rows := n.deliveries(queue.Failed)
		if len(rows) != 1 || rows[0].Host != f.good.base.Host() || rows[0].LastError == "" {
			t.Fatalf("failed: %+v, all %+v", rows, n.deliveries(""))
		}
		f.good.start()
		f.pass(2*24*time.Hour, time.Hour)
		if got := f.good.requests(http.MethodPost); len(got) != 0 {
			t.Errorf("after the window: %v", got)
		}
		if _, err := n.queue.Retry(f.ctx, "delivery", rows[0].ID, "", f.clock.now()); err != nil {
			t.Error(err)
		}
		f.settle()
		if got := f.good.got("Create"); len(got) != 1 {
			t.Errorf("a steward retried: %v, %+v", f.good.requests(http.MethodPost), n.deliveries(""))
		}
	})
}

// A verified request from a host that was down closes its breaker at once.
func TestBreakerClosesWhenTheyCall(t *testing.T) {
	t.Parallel()
	f := newField(t)
	n := f.n
	n.followedBy(f.gus)
	f.good.down()
	n.posts("bread")
	f.settle()
	f.pass(6*time.Hour, 5*time.Minute)
	h, err := n.queue.Host(f.ctx, f.good.base.Host())
	must(t, err)
	if h.OpenUntil.IsZero() || h.Fails < limits.BreakerOpens {
		t.Fatalf("the breaker is closed: %+v", h)
	}
	f.good.start()
	f.good.forget()
	f.gus.tell(n, f.gus.activity("Like", n.actor))
	if got := f.good.got("Create"); len(got) != 1 {
		t.Errorf("not sent at once: %+v", n.deliveries(""))
	}
}

func TestAnswersToDeliveries(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		answer page
		after  time.Duration // of steps
		tries  [2]int        // posts in that time, at least and at most; each 401, 403, 400 is two
		state  queue.State   // "" for gone from the queue
		keeps  bool          // the follower
	}{
		{"202", page{status: 202}, time.Hour, [2]int{1, 1}, "", true},
		{"200", page{status: 200}, time.Hour, [2]int{1, 1}, "", true}, // honk
		{"204", page{status: 204}, time.Hour, [2]int{1, 1}, "", true},
		{"500", page{status: 500}, time.Hour, [2]int{4, 6}, queue.Waiting, true},
		{"301", page{status: 301, header: map[string]string{"Location": "/elsewhere"}}, time.Hour, [2]int{3, 6}, queue.Waiting, true},
		{"400", page{status: 400}, 30 * time.Hour, [2]int{6, 6}, queue.Failed, true},
		{"401", page{status: 401}, 30 * time.Hour, [2]int{6, 6}, queue.Failed, true},
		{"403", page{status: 403}, 30 * time.Hour, [2]int{6, 6}, queue.Failed, true},
		{"405", page{status: 405}, 30 * time.Hour, [2]int{3, 3}, queue.Failed, true},
		{"501", page{status: 501}, 30 * time.Hour, [2]int{3, 3}, queue.Failed, true},
		{"404 once", page{status: 404}, 23 * time.Hour, [2]int{1, 1}, queue.Waiting, true},
		{"404 for a day", page{status: 404}, 30 * time.Hour, [2]int{2, 2}, "", false},
		{"410 for a day", page{status: 410}, 30 * time.Hour, [2]int{2, 2}, "", false},
		{"429 with Retry-After", page{status: 429, header: map[string]string{"Retry-After": "3600"}}, 59 * time.Minute, [2]int{1, 1}, queue.Waiting, true},
		{"503 with Retry-After", page{status: 503, header: map[string]string{"Retry-After": "3600"}}, 70 * time.Minute, [2]int{2, 2}, queue.Waiting, true},
		{"429 for a year", page{status: 429, header: map[string]string{"Retry-After": "31536000"}}, 7 * time.Hour, [2]int{2, 2}, queue.Waiting, true},
	} {
		for _, shared := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s shared %t", c.name, shared), func(t *testing.T) {
				t.Parallel()
				f := newField(t)
				n := f.n
				if !shared {
					f.gus.without("endpoints")
				}
				n.followedBy(f.gus)
				f.good.forget()
				f.good.answers(func(request) page { return c.answer })
				n.posts("bread")
				f.settle()
				f.pass(c.after, 5*time.Minute)
				if got := len(f.good.requests(http.MethodPost)); got < c.tries[0] || got > c.tries[1] {
					t.Errorf("%d posts, want %v", got, c.tries)
				}
				rows := n.deliveries("")
				switch {
				case c.state == "" && c.keeps && len(rows) != 0:
					t.Errorf("left: %+v", rows)
				case c.state != "" && (len(rows) != 1 || rows[0].State != c.state || rows[0].LastStatus != c.answer.status):
					t.Errorf("rows: %+v", rows)
				}
				if kept := n.follower(f.gus.iri) == queue.Accepted; kept != c.keeps {
					t.Errorf("follower kept: %t", kept)
				}
			})
		}
	}
}

// Draft-cavage first, RFC 9421 when that is refused, and what worked is remembered for the host.
func TestDoubleKnock(t *testing.T) {
	t.Parallel()
	f := newField(t)
	n := f.n
	n.followedBy(f.gus)
	f.good.forget()
	takes := "Signature-Input"
	f.good.answers(func(q request) page {
		if (q.Header.Get("Signature-Input") != "") == (takes != "") {
			return page{status: 202}
		}
		return page{status: 401}
	})
	kinds := func() (out []string) {
		for _, q := range f.good.requests(http.MethodPost) {
			k := "cavage"
			if q.Header.Get("Signature-Input") != "" {
				k = "rfc9421"
			}
			out = append(out, k)
		}
		f.good.forget()
		return out
	}
	n.posts("one")
	f.settle()
	if got := kinds(); !slices.Equal(got, []string{"cavage", "rfc9421"}) {
		t.Errorf("first: %q", got)
	}
	n.posts("two")
	f.settle()
	if got := kinds(); !slices.Equal(got, []string{"rfc9421"}) {
		t.Errorf("then: %q", got)
	}
	if h, err := n.queue.Host(f.ctx, f.good.base.Host()); err != nil || h.Scheme != string(sig.RFC9421) {
		t.Errorf("remembered: %+v", h)
	}
	takes = "" // it was set up anew
	n.posts("three")
	f.settle()
	if got := kinds(); !slices.Equal(got, []string{"rfc9421", "cavage"}) {
		t.Errorf("changed: %q", got)
	}
	n.posts("four")
	f.settle()
	if got := kinds(); !slices.Equal(got, []string{"cavage"}) {
		t.Errorf("at last: %q", got)
	}
}

// What we send can be verified by whoever checks it strictly, is signed when it is sent, and goes once to a shared inbox.
func TestWhatWeSend(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	a, b := r.node("bakery"), r.node("cycles")
	_ = b
	good := r.peer("good")
	var users []*user
	for i := range 3 {
		users = append(users, good.user("u"+strconv.Itoa(i)))
		a.followedBy(users[i])
	}
	lone := good.user("lone").without("endpoints")
	a.followedBy(lone)
	good.forget()
	a.posts("bread")
	if _, err := a.StepInbound(r.ctx); err != nil {
		t.Fatal(err)
	}
	r.clock.add(time.Hour)
	r.settle()
	var paths []string
	for _, q := range good.requests(http.MethodPost) {
		paths = append(paths, q.Path)
		if at, err := http.ParseTime(q.Header.Get("Date")); err != nil || r.clock.now().Sub(at) > time.Minute {
			t.Errorf("Date %s", q.Header.Get("Date"))
		}
		if !strings.HasPrefix(q.Header.Get("Digest"), "SHA-256=") || !strings.Contains(q.Header.Get("Signature"), `headers="(request-target) host date digest"`) ||
			!strings.Contains(q.Header.Get("Signature"), `algorithm="rsa-sha256"`) || q.Header.Get("Content-Type") != activityJSON {
			t.Errorf("headers %v", q.Header)
		}
		m := q.object()
		if len(q.Body) > limits.ActivityBytes || m["proof"] == nil || str(m, "object", "type") != "Note" {
			t.Errorf("body %v", m)
		}
	}
	slices.Sort(paths)
	if !slices.Equal(paths, []string{"/inbox", "/users/lone/inbox"}) {
		t.Errorf("inboxes %q", paths)
	}
}

// Hosts that hang, drip or hang up do not hold up the others (F-17). With the real workers and the real time-outs.
func TestF17BadHostsHoldUpNobody(t *testing.T) {
	t.Parallel()
	f := newField(t)
	n := f.n
	n.followedBy(f.gus)
	var hold []func()
	bad := func(name string, serve func(net.Conn)) {
		p := f.rig.peer(name)
		for i := range 3 {
			n.followedBy(p.user("u" + strconv.Itoa(i)).without("endpoints"))
		}
		p.down()
		l, err := net.Listen("tcp4", p.addr)
		must(t, err)
		hold = append(hold, func() { _ = l.Close() })
		go func() {
			for {
				c, err := l.Accept()
				if err != nil {
					return
				}
				go serve(c)
			}
		}()
	}
	stop := make(chan struct{})
	bad("hangs", func(c net.Conn) { <-stop; _ = c.Close() })
	bad("drips", func(c net.Conn) {
		defer c.Close()
		for _, b := range []byte("HTTP/1.1 202 Accepted\r\nX: " + strings.Repeat("a", 100)) {
			select {
			case <-stop:
				return
			case <-time.After(500 * time.Millisecond):
			}
			if _, err := c.Write([]byte{b}); err != nil {
				return
			}
		}
	})
	bad("resets", func(c net.Conn) {
		_ = c.(*net.TCPConn).SetLinger(0)
		_ = c.Close()
	})
	bad("babbles", func(c net.Conn) { _, _ = c.Write([]byte("SSH-2.0-OpenSSH\r\n")); _ = c.Close() })
	t.Cleanup(func() {
		close(stop)
		for _, h := range hold {
			h()
		}
	})
	got := make(chan time.Time, 10)
	f.good.answers(func(q request) page {
		if q.object()["type"] == "Create" {
			got <- time.Now()
		}
		return page{status: 202}
	})
	ctx, cancel := context.WithCancel(f.ctx)
	ended := make(chan error, 1)
	go func() { ended <- n.Run(ctx, true) }()
	for i := range 3 {
		began := time.Now()
		n.posts("bread " + strconv.Itoa(i))
		n.Wake()
		select {
		case at := <-got:
			if d := at.Sub(began); d > 3*time.Second {
				t.Errorf("the good one waited %s", d)
			}
		case <-time.After(8 * time.Second):
			t.Fatal("the good one got nothing")
		}
	}
	cancel()
	select {
	case err := <-ended:
		must(t, err)
	case <-time.After(limits.ShutdownGrace):
		t.Error("the workers do not end")
	}
}

// Peers whose origins hang while their activities are applied do not hold up what others send.
func TestSlowOriginsHoldUpNobody(t *testing.T) {
	t.Parallel()
	f := newField(t)
	n := f.n
	f.eve.send(n, f.eve.activity("Follow", n.actor)) // her key is known from now on
	f.settle()
	stop := make(chan struct{})
	t.Cleanup(func() { close(stop) })
	f.evil.mu.Lock()
	f.evil.front = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { <-stop })
	f.evil.mu.Unlock()
	ctx, cancel := context.WithCancel(f.ctx)
	ended := make(chan error, 1)
	go func() { ended <- n.Run(ctx, true) }()
	for range 100 {
		f.eve.send(n, f.eve.activity("Create", f.eve.newIRI("n"), obj{"to": []any{n.actor}}))
	}
	accepted := make(chan struct{}, 1)
	f.good.answers(func(q request) page {
		if q.object()["type"] == "Accept" {
			accepted <- struct{}{}
		}
		return page{status: 202}
	})
	f.gus.send(n, f.gus.activity("Follow", n.actor))
	select {
	case <-accepted:
	case <-time.After(5 * time.Second):
		t.Error("gus waits for eve's server")
	}
	cancel()
	<-ended
}

// 50 dead hosts among 55: the living get everything at once, and the dead are not stormed (F-18, scaled down).
func TestF18DeadHosts(t *testing.T) {
	t.Parallel()
	f := newField(t)
	n := f.n
	var dead, alive []*peer
	var mu sync.Mutex
	dials := 0
	for i := range 55 {
		p := f.rig.peer("h" + strconv.Itoa(i))
		n.followedBy(p.user("u"))
		if i%11 == 5 {
			alive = append(alive, p)
			continue
		}
		dead = append(dead, p)
		p.mu.Lock()
		p.front = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			mu.Lock()
			dials++
			mu.Unlock()
			c, _, _ := w.(http.Hijacker).Hijack()
			_ = c.Close()
		})
		p.mu.Unlock()
	}
	for _, p := range alive {
		p.forget()
	}
	began := time.Now()
	n.posts("bread")
	f.settle()
	if d := time.Since(began); d > 10*time.Second {
		t.Errorf("took %s", d)
	}
	for _, p := range alive {
		if got := p.got("Create"); len(got) != 1 {
			t.Errorf("%s got %d", p.name, len(got))
		}
	}
	// A day of the clock: each dead host is tried a bounded number of times.
	for range 24 * 4 {
		f.clock.add(15 * time.Minute)
		for range 3 {
			if _, err := n.StepDeliver(f.ctx); err != nil {
				t.Fatal(err)
			}
		}
	}
	mu.Lock()
	defer mu.Unlock()
	if most := len(dead) * 60; dials > most || dials < len(dead) {
		t.Errorf("%d dials of %d hosts in a day", dials, len(dead))
	}
	if rows := n.deliveries(""); len(rows) != len(dead) {
		t.Errorf("%d rows", len(rows))
	}
}

// Our own key changes while things wait: what is sent then is signed with the key that is published then (F-26).
func TestF26OurKeyIsReadAtSending(t *testing.T) {
	t.Parallel()
	f := newField(t)
	n := f.n
	n.followedBy(f.gus)
	f.good.down()
	for i := range 5 {
		n.posts("bread " + strconv.Itoa(i))
	}
	f.settle()
	f.good.start()
	f.good.forget()
	f.pass(30*time.Minute, time.Minute)
	posts := f.good.requests(http.MethodPost)
	if len(posts) != 5 {
		t.Fatalf("%d posts", len(posts))
	}
	seen := map[string]bool{}
	for _, q := range posts {
		seen[str(q.object(), "id")] = true
	}
	if len(seen) != 5 {
		t.Errorf("%d ids", len(seen))
	}
}

// What is new does not pass what waits since the host was down.
func TestUpdateDoesNotPassItsCreate(t *testing.T) {
	t.Parallel()
	f := newField(t)
	n := f.n
	n.followedBy(f.gus)
	f.good.down()
	l := n.posts("bread")
	f.settle()
	f.pass(10*time.Minute, time.Minute)
	f.good.start()
	f.good.forget()
	l.Body["en"] = "newer"
	_, err := n.market.EditListing(f.ctx, n.steward, l.ID, l)
	must(t, err)
	f.settle()
	f.pass(2*time.Hour, 10*time.Minute)
	var got []string
	for _, q := range f.good.requests(http.MethodPost) {
		got = append(got, fmt.Sprint(q.object()["type"]))
	}
	if !slices.Equal(got, []string{"Create", "Update"}) {
		t.Errorf("got %q", got)
	}
}
