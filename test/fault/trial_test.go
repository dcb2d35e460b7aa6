package fault

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"io"
	"log/slog"
	"mime/multipart"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"toadlane/coop"
	"toadlane/internal/node"
	"toadlane/market"
)

// trial is a node under load: its servers, its neighbours, and what its own members posted.
type trial struct {
	t      *testing.T
	on     []*server // one, or several on one database
	around *neighbours
	ada    *http.Client
	about  string // our listing that neighbours speak of

	mu     sync.Mutex
	tried  map[string]bool   // titles that members sent
	posted map[string]string // listings that were answered with an address, by title
	cut    []string          // answers that began and did not end
	wrong  []string          // answers that should not be
}

// newTrial starts the node and introduces n neighbours.
func newTrial(t *testing.T, s *server, n int) *trial {
	t.Helper()
	r := &trial{t: t, on: []*server{s}, tried: map[string]bool{}, posted: map[string]string{}}
	r.around = newNeighbours(t, s.base, n)
	s.start()
	r.ada = s.signIn()
	r.around.meet(s, r.ada)
	if err := r.offer(s, r.ada, "What everybody asks about", nil).want(http.StatusSeeOther); err != nil {
		t.Fatalf("post a listing: %v", err)
	}
	r.about = r.posted["What everybody asks about"]
	return r
}

// offer posts a gift through the page, with a picture if one is given.
func (r *trial) offer(s *server, ada *http.Client, title string, picture []byte) answer {
	form := url.Values{"text_lang": {"en"}, "title": {title}, "kind": {"thing"}, "modes": {"gift"}, "quantity": {"1"}, "unit": {"one"},
		"scope": {"local"}, "visibility": {"everyone"}}
	var body io.Reader = strings.NewReader(form.Encode())
	contentType := urlEncoded
	if picture != nil {
		var b bytes.Buffer
		m := multipart.NewWriter(&b)
		for name, v := range form {
			_ = m.WriteField(name, v[0]) // into memory
		}
		f, _ := m.CreateFormFile("photo_0", "picture.png")
		_, _ = f.Write(picture)
		_ = m.WriteField("new_alt_0", "A picture")
		_ = m.Close()
		body, contentType = &b, m.FormDataContentType()
	}
	r.mu.Lock()
	r.tried[title] = true
	r.mu.Unlock()
	a := s.form(ada, "/new/offer", body, contentType)
	if a.want(http.StatusSeeOther) == nil {
		where, _, _ := strings.Cut(a.header.Get("Location"), "?")
		r.mu.Lock()
		r.posted[title] = s.base + strings.TrimPrefix(where, s.base)
		r.mu.Unlock()
	}
	r.note("POST /new/offer", a)
	return a
}

// photo is a picture to post.
var photo = sync.OnceValue(func() []byte {
	m := image.NewRGBA(image.Rect(0, 0, 120, 90))
	for x := range 120 {
		for y := range 90 {
			m.Set(x, y, color.RGBA{uint8(2 * x), uint8(2 * y), 128, 255})
		}
	}
	var b bytes.Buffer
	if err := png.Encode(&b, m); err != nil {
		panic(err) // into memory
	}
	return b.Bytes()
})

// note keeps what is wrong with an answer under any fault.
func (r *trial) note(what string, a answer) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if a.cut {
		r.cut = append(r.cut, what)
	}
	if a.err == nil && a.status >= 500 && a.status != http.StatusServiceUnavailable {
		r.wrong = append(r.wrong, fmt.Sprintf("%s: %d %.300s", what, a.status, a.body))
	}
	if a.status == http.StatusServiceUnavailable && a.header.Get("Retry-After") == "" {
		r.wrong = append(r.wrong, what+": 503 without Retry-After")
	}
}

// hand is how one of those who send goes on: false ends it.
type hand func(a answer) bool

// untilGone goes on until the server does not answer any more.
func untilGone(a answer) bool { return a.err == nil && a.status != http.StatusTooManyRequests }

// load sends from many hands at once until over closes: each neighbour, a member at the form, a reader of pages. goOn judges each
// answer. It returns when all hands rest.
func (r *trial) load(over <-chan struct{}, goOn hand) {
	var hands sync.WaitGroup
	again := func(do func(i int) answer) {
		hands.Go(func() {
			for i := 0; ; i++ {
				select {
				case <-over:
					return
				default:
				}
				if !goOn(do(i)) {
					return
				}
			}
		})
	}
	for h, p := range r.around.list {
		again(func(i int) answer {
			copies := 1
			switch {
			case i%13 == 12:
				copies = 8
			case i%5 == 4:
				copies = 2
			}
			a := r.around.send(r.on[(h+i)%len(r.on)], r.around.next(p, r.about), copies)
			r.note("POST /inbox", a)
			return a
		})
	}
	again(func(i int) answer {
		r.mu.Lock()
		title := fmt.Sprintf("Loaf %d", len(r.tried))
		r.mu.Unlock()
		var picture []byte
		if i%6 == 5 {
			picture = photo()
		}
		return r.offer(r.on[i%len(r.on)], r.ada, title, picture)
	})
	again(func(i int) answer {
		path := []string{"/market", "/", "/actor/outbox"}[i%3]
		a := r.on[i%len(r.on)].get(path)
		r.note("GET "+path, a)
		return a
	})
	hands.Wait()
}

// begin is load until enough has been taken for the rest to prove something.
func (r *trial) begin() {
	r.t.Helper()
	enough, resting := make(chan struct{}), make(chan struct{})
	go func() { defer close(resting); r.load(enough, func(a answer) bool { return a.err == nil }) }()
	defer func() { close(enough); <-resting }()
	await(r.t, patience, "enough to be taken", func() error {
		_, acked, _ := r.around.tally()
		r.mu.Lock()
		defer r.mu.Unlock()
		if acked < 40 || len(r.posted) < 5 {
			return fmt.Errorf("%d activities and %d posts", acked, len(r.posted))
		}
		return nil
	})
}

// byCommand posts a listing by the command line, beside the server.
func (r *trial) byCommand() {
	r.t.Helper()
	r.mu.Lock()
	title := fmt.Sprintf("Bun %d", len(r.tried))
	r.tried[title] = true
	r.mu.Unlock()
	out, err := r.on[0].run("listing", "add", "--purpose", "offer", "--title", title, "--mode", "gift")
	if err != nil {
		r.t.Errorf("post beside the server: %v", err)
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.posted[title] = strings.TrimSpace(out)
}

// state is what is there.
type state struct {
	listings map[string]int // by address
	titles   map[string]string
	likes    int
	unread   int            // as the threads count it
	messages map[string]int // by address
}

func (r *trial) open() *node.Node {
	r.t.Helper()
	s := r.on[0]
	o := node.Options{Dir: s.dir, Log: slog.New(slog.NewTextHandler(io.Discard, nil))}
	n, err := node.Open(r.t.Context(), o)
	if err != nil {
		r.t.Fatal(err)
	}
	return n
}

// look reads all of it.
func (r *trial) look(n *node.Node) (st state, err error) {
	ctx := r.t.Context()
	st = state{listings: map[string]int{}, titles: map[string]string{}, messages: map[string]int{}}
	for q := (market.Query{Limit: market.MaxPage}); ; {
		page, err := n.Market.Search(ctx, coop.Anonymous(), q)
		if err != nil {
			return st, err
		}
		for _, l := range page.Listings {
			st.listings[string(l.IRI)]++
			st.titles[string(l.IRI)], _ = l.Title.In()
		}
		if q.Cursor = page.Next; q.Cursor == "" {
			break
		}
	}
	if st.likes, _, err = n.Queue.CountReactions(ctx, coop.IRI(r.about)); err != nil {
		return st, err
	}
	ada, err := n.CoopStore.PersonByHandle(ctx, "ada")
	if err != nil {
		return st, err
	}
	for cursor := ""; ; {
		threads, next, err := n.Market.Store.Threads(ctx, ada.ID, market.MaxPage, cursor)
		if err != nil {
			return st, err
		}
		for _, t := range threads {
			st.unread += t.Unread
			said, err := n.Market.Store.Messages(ctx, t.ID)
			if err != nil {
				return st, err
			}
			for _, m := range said {
				st.messages[string(m.IRI)]++
			}
		}
		if cursor = next; cursor == "" {
			return st, nil
		}
	}
}

// missing tells what of the wanted items is not there yet, and fails the test when something is there twice or was never sent.
func (r *trial) missing(st state, want func(*item) bool) error {
	w := r.around
	w.mu.Lock()
	defer w.mu.Unlock()
	r.mu.Lock()
	defer r.mu.Unlock()
	known := map[string]bool{}
	var lost []string
	fond := map[*neighbour]bool{} // one actor likes a thing once, however often it says so
	for _, it := range w.items {
		known[it.object] = true
		if !want(it) {
			continue
		}
		if it.kind == like {
			fond[it.from] = true
		}
		if it.kind == listing && st.listings[it.object] == 0 || it.kind == private && st.messages[it.object] == 0 {
			lost = append(lost, it.id)
		}
	}
	for _, iri := range r.posted {
		if st.listings[iri] == 0 {
			lost = append(lost, iri)
		}
	}
	for iri, n := range st.listings {
		if n != 1 {
			r.t.Errorf("listing %s is there %d times", iri, n)
		}
		if ours := strings.HasPrefix(iri, w.us); !ours && !known[iri] || ours && !r.tried[st.titles[iri]] {
			r.t.Errorf("listing %s (%s) was never sent", iri, st.titles[iri])
		}
	}
	for iri, n := range st.messages {
		if n != 1 || !known[iri] {
			r.t.Errorf("message %s is there %d times, sent: %v", iri, n, known[iri])
		}
	}
	if len(lost) > 0 {
		return fmt.Errorf("%d are not there, such as %s", len(lost), lost[0])
	}
	if st.unread != len(st.messages) { // read one after the other: it must come to agree
		return fmt.Errorf("%d messages count as %d", len(st.messages), st.unread)
	}
	if st.likes < len(fond) {
		return fmt.Errorf("%d likes of %d", st.likes, len(fond))
	}
	return nil
}

// settle checks the whole ledger, with a server running: what was answered 202 is there before anybody sends it again; then all is
// sent until it is taken, as neighbours do, and everything is there once; what members posted reached every neighbour; nothing is there
// that nobody sent; verify finds nothing. within is how long what is under way may take.
func (r *trial) settle(within time.Duration) {
	t, w := r.t, r.around
	t.Helper()
	n := r.open()
	defer n.Close() //nolint:errcheck // nothing was written
	there := func(what string, want func(*item) bool) (st state) {
		t.Helper()
		await(t, within, what, func() (err error) {
			if st, err = r.look(n); err != nil {
				return err
			}
			return r.missing(st, want)
		})
		return st
	}
	there("what was answered 202", func(it *item) bool { return it.acked })
	items, acked, sends := w.tally()

	w.mu.Lock()
	rest := slices.DeleteFunc(slices.Clone(w.items), func(it *item) bool { return it.acked })
	w.mu.Unlock()
	for _, it := range rest {
		await(t, within, it.id+" to be taken", func() error {
			a := w.send(r.on[0], it, 1)
			return a.want(http.StatusAccepted)
		})
	}
	st := there("what was sent again", func(*item) bool { return true })
	messages := 0
	for _, it := range w.items {
		if it.kind == private {
			messages++
		}
	}
	if st.likes != len(w.list) || st.unread != messages {
		t.Errorf("%d likes of %d, %d unread of %d", st.likes, len(w.list), st.unread, messages)
	}
	await(t, within, "what members posted to reach every neighbour", func() error {
		w.mu.Lock()
		defer w.mu.Unlock()
		for title, iri := range r.posted {
			if len(w.made[iri]) != len(w.list) {
				return fmt.Errorf("%s (%s) reached %d of %d", iri, title, len(w.made[iri]), len(w.list))
			}
		}
		return nil
	})
	w.mu.Lock()
	for iri, title := range w.titles {
		if !r.tried[title] {
			t.Errorf("%s (%s) was delivered and never posted", iri, title)
		}
	}
	for _, odd := range w.odd {
		t.Errorf("a strange delivery: %.300s", odd)
	}
	w.mu.Unlock()
	r.whole()
	all, again := w.delivered()
	t.Logf("from neighbours: %d activities, %d of them answered 202, %d requests: 0 lost, 0 doubled; from members: %d posts answered of %d, %d deliveries, %d of them doubled",
		items, acked, sends, len(r.posted), len(r.tried), all, again)
	if acked < 20 || len(r.posted) < 3 {
		t.Errorf("only %d activities and %d posts were taken: this proves nothing", acked, len(r.posted))
	}
}

// whole checks what holds at any time: answers were whole and of the right kind, and verify finds nothing.
func (r *trial) whole() {
	r.t.Helper()
	r.mu.Lock()
	for _, w := range r.wrong {
		r.t.Error(w)
	}
	r.wrong = nil
	r.mu.Unlock()
	if out, err := r.on[0].run("verify"); err != nil {
		r.t.Errorf("verify: %v\n%s", err, out)
	}
}

// until closes the channel it gives when ctx ends or d has passed.
func until(ctx context.Context, d time.Duration) <-chan struct{} {
	over := make(chan struct{})
	go func() {
		defer close(over)
		timer := time.NewTimer(d)
		defer timer.Stop()
		select {
		case <-ctx.Done():
		case <-timer.C:
		}
	}()
	return over
}
