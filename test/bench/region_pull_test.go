package bench_test

import (
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"toadlane/coop"
	"toadlane/federation"
	"toadlane/federation/queue"
	"toadlane/federation/vocab"
	"toadlane/internal/limits"
	"toadlane/market"
	"toadlane/store/storetest"
	"toadlane/test/bench/kit"
)

// eachHas is how many listings a co-op has that is read for the first time.
const eachHas = 500

// BenchmarkRegionIngest has an aggregator take listings of the co-ops of its region: pushed, read from their collections in several visits, and asked for
// once more when nothing changed. The figures of pulled have the servers that are read in them; ratio is a listing that is pushed to one that is read. lag is
// from the 202 to the region's market page.
func BenchmarkRegionIngest(b *testing.B) {
	for _, size := range regionSizes() {
		b.Run(size.name, func(b *testing.B) {
			h := open(b, setting{work: true, listings: size.n})
			c := gather(b, h.Store, homes(size.n), federation.Addresses{Base: h.Base}.Coop(), h.now())
			var pushed time.Duration
			b.Run("pushed", func(b *testing.B) { pushed = h.pushed(b, c) })
			b.Run("lag", func(b *testing.B) { h.lag(b, c) })
			a := newAfar(b)
			b.Run("pulled", func(b *testing.B) { h.pulled(b, a, pushed) })
			b.Run("unchanged", func(b *testing.B) { h.unchanged(b, a) })
		})
	}
}

var ingested atomic.Int64

// creates are posts of new listings by co-ops of the region, with their titles.
func (h *home) creates(b *testing.B, c *circle, n int) (posts [][]byte, titles []string) {
	now := h.now().UTC()
	g := storetest.NewGenerator(uint64(1000 + ingested.Add(1)))
	all := make([]market.Listing, n)
	titles = make([]string, n)
	for i := range all {
		l := g.Listing(now)
		at := federation.Addresses{Base: coop.IRI(c.peers[i%len(c.peers)].Actor.Origin())}
		l.ID = coop.ID(fmt.Sprintf("01930000-%04x-7000-8000-%012x", ingested.Add(1)&0xffff, ingested.Add(1)))
		titles[i] = fmt.Sprintf("Thing %d of the valley", ingested.Add(1))
		l.Home, l.IRI, l.Photos, l.Updated, l.Title = "", at.Listing(l.ID), nil, now, coop.Text{"en": titles[i]}
		all[i] = l
	}
	posts, err := kit.Prepare(n, func(i int) ([]byte, error) {
		p := c.peers[i%len(c.peers)]
		w := vocab.Writer{At: federation.Addresses{Base: coop.IRI(p.Actor.Origin())}, Words: vocab.DefaultWords, Zone: time.UTC, Languages: []string{"en"}, Version: "1"}
		body, err := w.CreateListing(p.Actor+"/a/"+coop.IRI(all[i].ID), now, all[i])
		if err != nil {
			return nil, err
		}
		return p.Post(h.inbox(), body, now)
	})
	must(b, err)
	return posts, titles
}

func (h *home) listings(b *testing.B) int {
	st, err := h.Store.Stats(b.Context())
	must(b, err)
	return st.Listings
}

// pushed sends listings and waits until they are applied.
func (h *home) pushed(b *testing.B, c *circle) time.Duration {
	m := kit.NewMeter(b)
	for done := 0; done < b.N; {
		n := min(chunk, b.N-done)
		h.move(pause)
		posts, _ := h.creates(b, c, n)
		s := h.swarm(connections)
		before := h.listings(b)
		m.Time(func() {
			expect(b, s.Send(posts, false), http.StatusAccepted, n)
			until(b, time.Minute, 100*time.Millisecond, func() bool { return h.listings(b) == before+n })
		})
		s.Close()
		done += n
	}
	m.Report(b.N, 0)
	return m.Each(b.N)
}

// lag pushes one listing after the other and looks when it stands on the region's market.
func (h *home) lag(b *testing.B, c *circle) {
	n := min(b.N, 50)
	posts, titles := h.creates(b, c, n)
	var took []time.Duration
	for i := range posts {
		s := h.swarm(1)
		began := time.Now()
		expect(b, s.Send(posts[i:i+1], false), http.StatusAccepted, 1)
		until(b, time.Minute, time.Millisecond, func() bool {
			return strings.Contains(h.page(b, fmt.Sprintf("/regions/valley/market?built=%d", ingested.Add(1))), titles[i])
		})
		took = append(took, time.Since(began))
		s.Close()
	}
	b.ReportMetric(0, "ns/op")
	waits(b, took)
}

// page is a page as somebody reads it who is not signed in.
func (h *home) page(b *testing.B, path string) string {
	conn, err := net.Dial("tcp", h.address)
	must(b, err)
	defer conn.Close() //nolint:errcheck
	_, err = conn.Write(kit.Get(h.host, path, browser, "Connection: close"))
	must(b, err)
	body, err := io.ReadAll(conn)
	must(b, err)
	return string(body)
}

// shelf is a co-op on a server of its own that is read: its account, and its offers page by page.
type shelf struct {
	peer  *kit.Peer
	docs  map[string][]byte // by path
	etags map[string]string
}

func (a *afar) shelve(b *testing.B, many, each int, now time.Time) map[string]*shelf {
	b.Helper()
	from := a.shelved
	a.shelved += many
	all := make([]*shelf, many)
	_, err := kit.Prepare(many, func(i int) ([]byte, error) {
		base := coop.IRI("https://" + a.hosts[(from+i)%servers])
		x := &shelf{docs: map[string][]byte{}, etags: map[string]string{}}
		all[i] = x
		var err error
		if x.peer, err = kit.NewPeer(base+"/actor", kit.Ed25519, 3_000_000+i); err != nil {
			return nil, err
		}
		doc := bytes.Replace(x.peer.Document(), []byte(`"outbox"`), []byte(`"offers":"`+string(base)+`/actor/offers","wants":"`+string(base)+`/actor/wants","outbox"`), 1)
		x.docs["/actor"] = bytes.Replace(doc, []byte(`"Person"`), []byte(`"Organization"`), 1)
		x.docs["/.well-known/nodeinfo"] = []byte(`{"links":[{"rel":"http://nodeinfo.diaspora.software/ns/schema/2.1","href":"` + string(base) + `/nodeinfo/2.1"}]}`)
		x.docs["/nodeinfo/2.1"] = []byte(`{"version":"2.1","software":{"name":"toadlane","version":"1"},"protocols":["activitypub"],"services":{"inbound":[],"outbound":[]},"openRegistrations":false,"usage":{"users":{}},"metadata":{}}`)
		w := vocab.Writer{At: federation.Addresses{Base: base}, Words: vocab.DefaultWords, Zone: time.UTC, Languages: []string{"en"}, Version: "1"}
		g := storetest.NewGenerator(uint64(10_000 + from + i))
		var items []vocab.Raw
		for range each {
			l := g.Listing(now)
			l.Home, l.IRI, l.Photos, l.Purpose = "", federation.Addresses{Base: base}.Listing(l.ID), nil, market.Offer
			doc, err := w.Listing(l)
			if err == nil {
				doc, err = x.peer.Prove(doc, now)
			}
			if err != nil {
				return nil, err
			}
			items = append(items, doc)
		}
		const page = 24 // as many of this length as a node serves
		for _, what := range []string{"offers", "wants"} {
			id := base + "/actor/" + coop.IRI(what)
			if what == "wants" {
				items = nil
			}
			pageIRI := func(n int) coop.IRI { return id + coop.IRI(fmt.Sprintf("?page=%d", n)) }
			if x.docs["/actor/"+what], err = w.Collection(id, x.peer.Actor, len(items), now, pageIRI(0)); err != nil {
				return nil, err
			}
			x.etags["/actor/"+what] = fmt.Sprintf(`"%s-%d-%d"`, what, i, each)
			for n := 0; n == 0 || n*page < len(items); n++ {
				part, next := items[n*page:min(len(items), (n+1)*page)], coop.IRI("")
				if (n+1)*page < len(items) {
					next = pageIRI(n + 1)
				}
				if x.docs[fmt.Sprintf("/actor/%s?page=%d", what, n)], err = w.Page(pageIRI(n), id, len(items), part, next, ""); err != nil {
					return nil, err
				}
			}
		}
		return nil, nil
	})
	must(b, err)
	out := map[string]*shelf{}
	for _, x := range all {
		out[x.peer.Actor.Host()] = x
	}
	return out
}

// serves answers from shelves; asked counts.
func (a *afar) serves(shelves map[string]*shelf, asked *atomic.Int64) {
	a.answer = func(_ int, w http.ResponseWriter, r *http.Request) bool {
		asked.Add(1)
		x := shelves[r.Host]
		path := r.URL.Path
		if r.URL.RawQuery != "" {
			path += "?" + r.URL.RawQuery
		}
		doc := []byte(nil)
		if x != nil {
			doc = x.docs[path]
		}
		if doc == nil {
			w.WriteHeader(http.StatusNotFound)
			return false
		}
		if tag := x.etags[path]; tag != "" {
			w.Header().Set("ETag", tag)
			if r.Header.Get("If-None-Match") == tag {
				w.WriteHeader(http.StatusNotModified)
				return false
			}
		}
		kind := "application/activity+json"
		if strings.Contains(path, "nodeinfo") {
			kind = "application/json"
		}
		w.Header().Set("Content-Type", kind)
		_, _ = w.Write(doc)
		return false
	}
}

// known makes shelves peers that are due.
func (h *home) known(b *testing.B, shelves map[string]*shelf) {
	must(b, h.Queue.Write(b.Context(), func(tx queue.Tx) error {
		for _, x := range shelves {
			if err := tx.PutPeer(queue.Peer{Actor: x.peer.Actor, Follow: h.Base + "/a/" + coop.IRI(x.peer.Actor.Host()), State: queue.Accepted, Created: h.now().UTC(),
				Pulled: h.now().UTC().Add(1000 * time.Hour)}); err != nil {
				return err
			}
		}
		return nil
	}))
}

// due has shelves read now.
func (h *home) due(b *testing.B, shelves map[string]*shelf) {
	must(b, h.Queue.Write(b.Context(), func(tx queue.Tx) error {
		for _, x := range shelves {
			p, err := tx.Peer(x.peer.Actor)
			if err != nil {
				return err
			}
			p.Pulled = time.Time{}
			if err := tx.PutPeer(p); err != nil {
				return err
			}
		}
		return nil
	}))
	h.Federation.Wake()
}

// pulled reads co-ops that are new.
func (h *home) pulled(b *testing.B, a *afar, pushed time.Duration) {
	many := min(servers, max(1, b.N/eachHas))
	all := many * eachHas
	var asked atomic.Int64
	shelves := a.shelve(b, many, eachHas, h.now().UTC())
	a.serves(shelves, &asked)
	h.known(b, shelves)
	before := h.listings(b)
	m := kit.NewMeter(b)
	m.Time(func() {
		h.due(b, shelves)
		last, rests := int64(0), 0
		until(b, 5*time.Minute, 20*time.Millisecond, func() bool {
			if now := asked.Load(); now != last {
				last, rests = now, 0
			} else if rests++; rests%10 == 0 { // this visit is over
				h.move(limits.CollectionGoesOn + time.Second)
				h.Federation.Wake()
			}
			return h.listings(b) == before+all
		})
	})
	m.Report(all, pushed)
	b.ReportMetric(float64(asked.Load())/float64(many), "gets/coop")
	h.rest(b, shelves)
}

// rest waits until all shelves were read.
func (h *home) rest(b *testing.B, shelves map[string]*shelf) {
	until(b, 2*time.Minute, 20*time.Millisecond, func() bool {
		list, err := h.Queue.Following(b.Context())
		must(b, err)
		for _, p := range list {
			if shelves[p.Actor.Host()] != nil && p.Pulled.IsZero() {
				return false
			}
		}
		return true
	})
}

// unchanged asks co-ops that have nothing new; the operation is a co-op.
func (h *home) unchanged(b *testing.B, a *afar) {
	var asked atomic.Int64
	shelves := a.shelve(b, servers, 5, h.now().UTC())
	a.serves(shelves, &asked)
	h.known(b, shelves)
	const gets = 5 // account, offers, wants, and what it runs in two
	h.due(b, shelves)
	h.rest(b, shelves)
	m := kit.NewMeter(b)
	rounds := max(1, min(b.N/servers, 10))
	for range rounds {
		before := asked.Load()
		m.Time(func() {
			h.due(b, shelves)
			h.rest(b, shelves)
		})
		if n := asked.Load() - before; n != int64(servers*gets) {
			b.Fatalf("%d questions to %d co-ops", n, servers)
		}
	}
	m.Report(rounds*servers, limit(b, kit.RSASign, kit.RSASign, kit.RSASign))
	b.ReportMetric(m.Each(rounds*servers).Seconds()*2000, "cpu-s/2000coops")
}
