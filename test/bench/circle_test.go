package bench_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"toadlane/coop"
	"toadlane/federation/queue"
	"toadlane/federation/vocab"
	"toadlane/internal/strictjson"
	"toadlane/market"
	"toadlane/region"
	"toadlane/store"
	"toadlane/store/storetest"
	"toadlane/test/bench/kit"
)

// fewCoops is how many co-ops a small region has.
const fewCoops = 20

// circle is what an aggregator holds: every co-op of the market is followed and takes part in a region that another node hosts.
type circle struct {
	peers []*kit.Peer
	host  *kit.Peer
	// all has every co-op of the market and ours in it, few the first fewCoops, and quiet as many that have five listings each, the oldest there are:
	// newest first comes to them last.
	all, few, quiet region.Region
}

// gather makes every co-op of a seeded market a peer and puts it into regions.
func gather(tb testing.TB, s *store.Store, many int, us coop.IRI, now time.Time) *circle {
	tb.Helper()
	now = now.UTC().Truncate(time.Microsecond)
	c := &circle{}
	var err error
	c.host, err = kit.NewPeer("https://host.example/r/valley", kit.Ed25519, 1_000_000)
	must(tb, err)
	var quiet []*kit.Peer
	for i := range many + fewCoops {
		at := storetest.Home(i)
		if i >= many {
			at = coop.IRI(fmt.Sprintf("https://quiet%d.example/actor", i-many))
		}
		p, err := kit.NewPeer(at, kit.Ed25519, i)
		must(tb, err)
		if i < many {
			c.peers = append(c.peers, p)
		} else {
			quiet = append(quiet, p)
		}
	}
	must(tb, store.Queue{Store: s}.Write(tb.Context(), func(tx queue.Tx) error {
		for i, p := range append(append([]*kit.Peer{}, c.peers...), quiet...) {
			a := p.Known(now)
			a.Type, a.Name, a.Handle, a.Raw = "Organization", fmt.Sprintf("Co-op %d of the valley", i), "@coop@"+p.Actor.Host(), []byte(`{"pad":"`+strings.Repeat("x", 2500)+`"}`)
			if err := tx.PutActor(a); err != nil {
				return err
			}
			if err := tx.PutPeer(queue.Peer{Actor: p.Actor, Follow: us + "/a/" + coop.IRI(fmt.Sprint(i)), State: queue.Accepted, Created: now, Pulled: now.Add(1000 * time.Hour),
				LastSeen: now.Add(time.Duration(i) * time.Millisecond), ETags: map[string]string{string(p.Actor) + "/offers": `"0123456789abcdef"`, string(p.Actor) + "/wants": `"0123456789abcdef"`}}); err != nil {
				return err
			}
		}
		return nil
	}))
	self, err := kit.NewPeer(us, kit.Ed25519, 2_000_000)
	must(tb, err)
	c.all = c.found(tb, s, "valley", now, append([]*kit.Peer{self}, c.peers...), us)
	c.few = c.found(tb, s, "street", now, c.peers[:fewCoops], us)
	c.quiet = c.found(tb, s, "hamlet", now, quiet, us)
	g := storetest.NewGenerator(7)
	must(tb, store.Market{Store: s}.Write(tb.Context(), func(tx market.Tx) error {
		for _, p := range quiet {
			for range 5 {
				l := g.Listing(now)
				l.ID, l.Home = "0193"+l.ID[4:], p.Actor
				l.IRI = coop.IRI(p.Actor.Origin()) + "/listings/" + coop.IRI(l.ID)
				l.Updated = now.AddDate(0, 0, -61).Add(time.Duration(len(l.Title["en"])) * time.Second)
				l.Created = l.Updated
				if err := tx.PutListing(l); err != nil {
					return err
				}
			}
		}
		return nil
	}))
	return c
}

// found puts a region into the store with its members' words.
func (c *circle) found(tb testing.TB, s *store.Store, slug string, now time.Time, members []*kit.Peer, us coop.IRI) region.Region {
	tb.Helper()
	doc, err := vocab.Charter(&region.Charter{Version: 1, Attempt: 1, Host: c.host.Actor, HostKey: c.host.Multikey(), Council: []region.Seat{{Coop: members[0].Actor, Key: members[0].Multikey()}},
		Need: 1, Absence: 14, Slug: slug, Name: coop.Text{"en": "The " + slug}, Story: coop.Text{"en": strings.Repeat("What we do together. ", 40)}, Languages: []string{"en"}, Joining: region.BySteward})
	must(tb, err)
	charter, err := read(doc, vocab.DecodeCharter)
	must(tb, err)
	r := region.Region{ID: charter.ID, Slug: slug, State: region.Joined, Charter: charter, Turned: now, Hosts: []coop.IRI{charter.Host}, Joined: now, Heard: now, Pulled: now.Add(1000 * time.Hour)}
	parts := make([]region.Part, len(members))
	_, err = kit.Prepare(len(members), func(i int) ([]byte, error) {
		e, a, err := c.words(&r, members[i], 1, now)
		parts[i] = region.Part{Region: r.ID, Coop: members[i].Actor, Own: members[i].Actor == us, State: region.In, Entry: e, Admissions: []region.Admission{a}, Under: r.ID,
			Since: now, Confirmed: now, Checked: now.Add(1000 * time.Hour), Moved: now.Add(time.Duration(i) * time.Millisecond)}
		return nil, err
	})
	must(tb, err)
	must(tb, store.Region{Store: s}.Write(tb.Context(), func(tx region.Tx) error {
		if err := tx.PutRegion(r); err != nil {
			return err
		}
		if err := tx.PutCharter(r.ID, charter); err != nil {
			return err
		}
		for _, p := range parts {
			if err := tx.PutPart(p); err != nil {
				return err
			}
		}
		return nil
	}))
	return r
}

// words are a co-op's word on its part and the host's on that, signed.
func (c *circle) words(r *region.Region, p *kit.Peer, serial uint64, now time.Time) (e region.Entry, a region.Admission, err error) {
	doc, err := vocab.Entry(&region.Entry{Region: r.ID, Charter: r.Charter.ID, Coop: p.Actor, Serial: serial, Key: p.Multikey(), Name: "Co-op of the valley at " + p.Actor.Host(),
		Ties: []region.Tie{{Relation: region.Member}}, Shares: []region.Share{region.ShareOffers, region.ShareWants}})
	if err == nil {
		doc, err = p.Prove(doc, now)
	}
	if err == nil {
		e, err = read(doc, vocab.DecodeEntry)
	}
	if err != nil {
		return e, a, err
	}
	doc, err = vocab.Admission(&region.Admission{Region: r.ID, Charter: r.Charter.ID, Coop: p.Actor, Serial: serial, Nth: serial, In: true})
	if err == nil {
		doc, err = c.host.Prove(doc, now)
	}
	if err == nil {
		a, err = read(doc, vocab.DecodeAdmission)
	}
	return e, a, err
}

func read[T any](doc []byte, decode func(strictjson.Object) (T, error)) (T, error) {
	o, err := strictjson.Parse(doc)
	if err != nil {
		var none T
		return none, err
	}
	return decode(o)
}
