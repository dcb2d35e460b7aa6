package storetest

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"toadlane/coop"
	"toadlane/federation/queue"
	"toadlane/internal/limits"
	"toadlane/market"
	"toadlane/region"
	"toadlane/region/regiontest"
	"toadlane/store"
)

// RunRegion holds stores that open makes to what package region asks for: its stories, told on real databases, and what they do not tell.
func RunRegion(t *testing.T, open func(t *testing.T) *store.Store) {
	t.Run("stories", func(t *testing.T) {
		regiontest.Run(t, func(t *testing.T, c coop.Coop) regiontest.Place {
			s := open(t)
			write(t, s, func(tx coop.Tx) error { return tx.PutCoop(c) })
			return regiontest.Place{Store: store.Region{Store: s}, Told: func() []regiontest.Heard { return regionEvents(t, s) }}
		})
	})
	for _, part := range []struct {
		name string
		run  func(t *testing.T, s *store.Store)
	}{{"region rows", testRegionRows}, {"region market", func(t *testing.T, s *store.Store) { RegionMarket(t, s, nil) }}, {"region items", testRegionItems}, {"region unclaimed", testUnclaimed}, {"region unsettled", testUnsettled}} {
		t.Run(part.name, func(t *testing.T) {
			t.Parallel()
			part.run(t, open(t))
		})
	}
}

// regionEvents reads what was told of regions, oldest first.
func regionEvents(t *testing.T, s *store.Store) (out []regiontest.Heard) {
	t.Helper()
	cursor := ""
	for {
		list, next, err := store.Queue{Store: s}.Events(t.Context(), "", cursor, 100)
		ok(t, err)
		for _, e := range list { // newest first
			if !strings.HasPrefix(string(e.Event.Kind), "region.") {
				continue
			}
			h := regiontest.Heard{ID: e.Event.ID, Kind: e.Event.Kind}
			ok(t, e.Read(&h.Told))
			out = append([]regiontest.Heard{h}, out...)
		}
		if cursor = next; cursor == "" {
			return out
		}
	}
}

func inRegion(t *testing.T, s *store.Store, fn func(region.Tx) error) {
	t.Helper()
	ok(t, store.Region{Store: s}.Write(t.Context(), fn))
}

// sampleRegion is a region that we take part in.
func sampleRegion(slug string) region.Region {
	id := region.ID(coop.Hash([]byte(slug)))
	return region.Region{ID: id, Slug: slug, State: region.Joined, Joined: day0, Charter: region.Charter{ID: id, Version: 1, Attempt: 1, Need: 1, Host: coop.IRI("https://host.example/r/" + slug),
		Name: coop.Text{"en": slug}, Bytes: []byte{0, 255}}}
}

var sampleArea = region.Area{ID: "area", Outline: []region.Ring{{{Lat: 1, Lon: -2}, {Lat: 3, Lon: 4}, {Lat: 5, Lon: 0}}}, Bytes: []byte{1, 0}}

// samplePart is a part of a co-op that counts, ours for "".
func samplePart(r *region.Region, who coop.IRI, shares ...region.Share) region.Part {
	p := region.Part{Region: r.ID, Coop: who, State: region.In, Confirmed: day0, Checked: day0, Moved: day0, Entry: region.Entry{ID: "e", Coop: who, Serial: 1, Shares: shares}}
	if who == "" {
		p.Coop, p.Own = "https://us.example/actor", true
	}
	return p
}

func testRegionRows(t *testing.T, s *store.Store) {
	r, other := sampleRegion("valley"), sampleRegion("hills")
	other.State, other.Pulled = region.Left, day0
	inRegion(t, s, func(tx region.Tx) error {
		ok(t, tx.PutRegion(r))
		ok(t, tx.PutRegion(other))
		for n := range 3 {
			c := r.Charter
			c.Version, c.ID = 3-n, region.ID(fmt.Sprint("charter ", n))
			ok(t, tx.PutCharter(r.ID, c))
			ok(t, tx.PutCharter(r.ID, c))
			ok(t, tx.PutMark(r.ID, c.Version, 1, region.Mark{Charter: c.ID, Coop: "https://a.example/actor", Bytes: []byte{1}}))
		}
		// Two charters that one co-op signed in one attempt are both kept, and one comes twice.
		for range 2 {
			ok(t, tx.PutMark(r.ID, 1, 1, region.Mark{Charter: "twice", Coop: "https://a.example/actor", Bytes: []byte{2}}))
		}
		for n := range 25 {
			p := samplePart(&r, coop.IRI(fmt.Sprintf("https://c%02d.example/actor", n)))
			p.Moved, p.Checked = day0.Add(time.Duration(n/2)*time.Hour), day0.Add(time.Duration(n)*time.Hour)
			if n == 3 {
				p.Confirmed = time.Time{}
			}
			ok(t, tx.PutPart(p))
		}
		ok(t, tx.PutPart(samplePart(&r, "")))
		ok(t, tx.PutArea(r.ID, sampleArea))
		ok(t, tx.PutArea(r.ID, region.Area{ID: sampleArea.ID})) // it is what it was
		out := samplePart(&r, "https://out.example/actor")
		out.State = region.Out
		return tx.PutPart(out)
	})
	at := store.Region{Store: s}.At(t.Context())
	for name, got := range map[string]region.Region{"by id": must(at.Region(r.ID))(t), "by slug": must(at.RegionBySlug("valley"))(t), "by host": must(at.RegionByHost(r.Charter.Host))(t)} {
		if d := cmp.Diff(r, got); d != "" {
			t.Errorf("%s: %s", name, d)
		}
	}
	for _, err := range []error{second(at.Region("none")), second(at.RegionBySlug("none")), second(at.RegionByHost("https://none.example/"))} {
		if coop.ClassOf(err) != coop.NotFound || coop.KeyOf(err) != "region.unknown" {
			t.Error(err)
		}
	}
	if _, err := at.Part(r.ID, "https://none.example/actor"); coop.KeyOf(err) != "part.unknown" {
		t.Error(err)
	}
	if d := cmp.Diff(sampleArea, must(at.Area(r.ID, sampleArea.ID))(t)); d != "" {
		t.Error(d)
	}
	for _, err := range []error{second(at.Area(r.ID, "none")), second(at.Area(other.ID, sampleArea.ID))} {
		if coop.ClassOf(err) != coop.NotFound || coop.KeyOf(err) != "area.unknown" {
			t.Error(err)
		}
	}
	if all := must(at.Regions())(t); len(all) != 2 || all[0].Slug != "hills" {
		t.Errorf("%+v", all)
	}
	if due := must(at.RegionsToPull(day0.Add(time.Hour), 10))(t); len(due) != 1 || due[0].ID != r.ID {
		t.Errorf("due: %+v", due)
	}
	twin := sampleRegion("valley")
	twin.ID = "twin"
	if err := (store.Region{Store: s}).Write(t.Context(), func(tx region.Tx) error { return tx.PutRegion(twin) }); coop.ClassOf(err) != coop.Conflict {
		t.Errorf("two regions with one slug: %v", err)
	}
	if list := must(at.Charters(r.ID))(t); len(list) != 3 || list[0].Version != 1 || string(list[0].Bytes) != string(r.Charter.Bytes) {
		t.Errorf("charters %+v", list)
	}
	if list := must(at.Marks(r.ID))(t); len(list) != 4 {
		t.Errorf("marks %+v", list)
	}
	var seen []coop.IRI
	counting := 0
	for cursor, last := "", day0.AddDate(1, 0, 0); ; {
		list, next, err := at.Parts(r.ID, region.In, 7, cursor)
		ok(t, err)
		for _, p := range list {
			if p.Moved.After(last) {
				t.Errorf("%s moved at %v, before it %v", p.Coop, p.Moved, last)
			}
			last = p.Moved
			seen = append(seen, p.Coop)
			if p.Counts() {
				counting++
			}
		}
		if cursor = next; cursor == "" {
			break
		}
	}
	if n := must(at.CountCounting(r.ID))(t); n != counting || n == 0 || n == len(seen) {
		t.Errorf("%d count, %d do", n, counting)
	}
	if n := must(at.CountParts(r.ID, region.In))(t); len(seen) != 26 || n != 26 {
		t.Errorf("%d listed, %d counted", len(seen), n)
	}
	if _, _, err := at.Parts(r.ID, region.In, 7, "nonsense"); coop.KeyOf(err) != "cursor.invalid" {
		t.Error(err)
	}
	check := must(at.PartsToCheck(r.ID, day0.Add(3*time.Hour), 2))(t)
	if len(check) != 2 || check[0].Coop != "https://c00.example/actor" {
		t.Errorf("to check: %+v", check)
	}
	if list := must(at.PartsToCheck(r.ID, day0.Add(3*time.Hour), 20))(t); len(list) != 3 {
		t.Errorf("%d to check", len(list))
	}
	inRegion(t, s, func(tx region.Tx) error { return tx.DropRegion(r.ID) })
	if list, err := at.Charters(r.ID); err != nil || len(list) > 0 {
		t.Error("charters of a dropped region", list, err)
	}
	if _, err := at.Area(r.ID, sampleArea.ID); coop.ClassOf(err) != coop.NotFound {
		t.Error("area of a dropped region", err)
	}
	if n := must(at.CountParts(r.ID, region.In))(t); n != 0 {
		t.Errorf("%d parts of a dropped region", n)
	}
}

// RegionMarket: the market of a region shows what each co-op lets it, of those who count and were heard of. before, unless nil, is told the region before that
// is asked for.
func RegionMarket(t *testing.T, s *store.Store, before func(region string)) {
	r := sampleRegion("valley")
	if before != nil {
		before(string(r.ID))
	}
	now := day0.AddDate(0, 0, 10)
	type neighbour struct {
		name   string
		shares []region.Share
		heard  time.Time
		state  region.PartState
		counts bool
		want   string
	}
	all := []neighbour{
		{"", []region.Share{region.ShareOffers, region.ShareWants}, time.Time{}, region.In, true, "offer want"},
		{"both", []region.Share{region.ShareOffers, region.ShareWants}, now, region.In, true, "offer want"},
		{"offers", []region.Share{region.ShareOffers}, now, region.In, true, "offer"},
		{"wants", []region.Share{region.ShareWants}, now, region.In, true, "want"},
		{"neither", []region.Share{region.ShareMembers}, now, region.In, true, ""},
		{"stale", []region.Share{region.ShareOffers}, now.Add(-limits.RegionStale - time.Minute), region.In, true, ""},
		{"fresh", []region.Share{region.ShareOffers}, now.Add(-limits.RegionStale + time.Minute), region.In, true, "offer"},
		{"left", []region.Share{region.ShareOffers}, now, region.Out, true, ""},
		{"silent", []region.Share{region.ShareOffers}, now, region.In, false, ""},
	}
	inRegion(t, s, func(tx region.Tx) error { return tx.PutRegion(r) })
	for _, x := range all {
		var home coop.IRI
		if x.name != "" {
			home = coop.IRI("https://" + x.name + ".example/actor")
		}
		inRegion(t, s, func(tx region.Tx) error {
			p := samplePart(&r, home, x.shares...)
			if p.State = x.state; !x.counts {
				p.Confirmed = time.Time{}
			}
			return tx.PutPart(p)
		})
		ok(t, store.Queue{Store: s}.Write(t.Context(), func(tx queue.Tx) error {
			if home != "" {
				ok(t, tx.PutPeer(queue.Peer{Actor: home, State: queue.Accepted, Created: day0, LastSeen: x.heard}))
			}
			for _, purpose := range []market.Purpose{market.Offer, market.Want} {
				l := sampleListing(x.name + " " + string(purpose))
				l.Purpose, l.Home, l.State, l.Visibility, l.Until = purpose, home, market.Open, coop.Everyone, now.AddDate(0, 1, 0)
				ok(t, tx.PutListing(l))
			}
			return nil
		}))
	}
	check := func(q market.Query) {
		t.Helper()
		q.Reach, q.Region, q.Sort, q.Limit = coop.Everyone, string(r.ID), market.Newest, 100
		page := must(s.Search(t.Context(), q, now))(t)
		got := map[string]bool{}
		for _, l := range page.Listings {
			title, _ := l.Title.In()
			got[title] = true
		}
		for _, x := range all {
			for _, purpose := range []market.Purpose{market.Offer, market.Want} {
				title := x.name + " " + string(purpose)
				wanted := strings.Contains(x.want, string(purpose)) && (q.Purpose == "" || q.Purpose == purpose) && (q.Text == "" || q.Text == string(purpose))
				if got[title] != wanted {
					t.Errorf("%+v: %q shown %t, want %t", q.Purpose, title, got[title], wanted)
				}
			}
		}
	}
	small := []market.Query{{}, {Purpose: market.Offer}, {Purpose: market.Want}, {Text: "offer"}}
	for _, q := range small {
		check(q)
	}
	inRegion(t, s, func(tx region.Tx) error { // a region of more co-ops than are named whatever they have
		for n := range limits.RegionNamed {
			ok(t, tx.PutPart(samplePart(&r, coop.IRI(fmt.Sprintf("https://idle%d.example/actor", n)), region.ShareOffers)))
		}
		return nil
	})
	for _, q := range small {
		check(q)
	}
	inRegion(t, s, func(tx region.Tx) error { // and of so many that none is named, on SQLite
		for n := range limits.RegionHomes {
			ok(t, tx.PutPart(samplePart(&r, coop.IRI(fmt.Sprintf("https://idler%d.example/actor", n)), region.ShareOffers)))
		}
		return nil
	})
	for _, q := range small {
		check(q)
	}
	counts := must(s.CountsIn(t.Context(), string(r.ID), now))(t)
	for i, c := range counts {
		if c.Category != "AM60" || c.N != 1 || i > 0 && counts[i-1].Home > c.Home {
			t.Errorf("%+v", c)
		}
	}
	if len(counts) != 7 {
		t.Errorf("counted %+v", counts)
	}
	q := market.Query{Reach: coop.Everyone, Region: "another", Sort: market.Newest}
	if page := must(s.Search(t.Context(), q, now))(t); len(page.Listings) != 0 {
		t.Errorf("%d in a region that is not there", len(page.Listings))
	}
}

// Whom a region has and whom we follow differ where one counts and is not followed, or waits, or is followed for a region that has it no more.
func testUnsettled(t *testing.T, s *store.Store) {
	r, left := sampleRegion("valley"), sampleRegion("hills")
	left.State = region.Left
	us, q := coop.IRI("https://us.example/actor"), store.Queue{Store: s}
	at := func(name string) coop.IRI { return coop.IRI("https://" + name + ".example/actor") }
	inRegion(t, s, func(tx region.Tx) error {
		ok(t, errors.Join(tx.PutRegion(r), tx.PutRegion(left), tx.PutPart(samplePart(&r, "")), tx.PutPart(samplePart(&left, at("elsewhere"))), tx.PutPart(samplePart(&left, at("gone")))))
		for _, name := range []string{"ended", "fine", "new", "silent", "waits"} {
			p := samplePart(&r, at(name))
			if name == "silent" {
				p.Confirmed = time.Time{}
			}
			ok(t, tx.PutPart(p))
		}
		return nil
	})
	ok(t, q.Write(t.Context(), func(tx queue.Tx) error {
		for name, p := range map[string]queue.Peer{"ended": {State: queue.Ended}, "fine": {State: queue.Accepted}, "waits": {State: queue.Requested}, "gone": {State: queue.Accepted},
			"ours": {State: queue.Accepted, Hand: true}, "never": {State: queue.Requested}, "over": {State: queue.Ended}} {
			p.Actor, p.Created = at(name), day0
			ok(t, tx.PutPeer(p))
		}
		for name, state := range map[string]queue.Relation{"waits": queue.Requested, "fine": queue.Accepted, "stranger": queue.Requested} {
			ok(t, tx.PutFollower(queue.Follower{Local: us, Actor: at(name), Inbox: at(name) + "/inbox", State: state, Created: day0}))
		}
		return nil
	}))
	want := []coop.IRI{at("ended"), at("gone"), at("never"), at("new"), at("waits")}
	if diff := cmp.Diff(want, must(q.Unsettled(t.Context(), us, "", 9))(t)); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(want[2:4], must(q.Unsettled(t.Context(), us, at("gone"), 2))(t)); diff != "" {
		t.Error(diff)
	}
}

// A region announces what came after its co-op took part, once, and takes back what its co-op does not bring any more.
func testRegionItems(t *testing.T, s *store.Store) {
	r := sampleRegion("valley")
	now := time.Now().UTC() // listings come by the clock of the database
	home := coop.IRI("https://both.example/actor")
	inRegion(t, s, func(tx region.Tx) error {
		ok(t, tx.PutRegion(r))
		p := samplePart(&r, home, region.ShareOffers, region.ShareWants)
		p.Since = now.Add(-time.Hour)
		late := samplePart(&r, "", region.ShareOffers)
		late.Since = now.Add(time.Hour) // what we had before we took part is not announced
		return errors.Join(tx.PutPart(p), tx.PutPart(late))
	})
	var want []coop.IRI
	ok(t, store.Queue{Store: s}.Write(t.Context(), func(tx queue.Tx) error {
		ok(t, tx.PutPeer(queue.Peer{Actor: home, State: queue.Accepted, Created: day0, LastSeen: now}))
		for n := range 3 {
			l := sampleListing(fmt.Sprint("thing ", n))
			l.Home, l.Until = home, now.AddDate(0, 1, 0)
			if n == 1 {
				l.Purpose = market.Want
			}
			l.IRI = home + "/" + coop.IRI(l.ID)
			want = append(want, l.IRI)
			ok(t, tx.PutListing(l))
			own := sampleListing(fmt.Sprint("ours ", n))
			own.Until = l.Until
			ok(t, tx.PutListing(own))
			hidden := sampleListing(fmt.Sprint("for peers ", n))
			hidden.Home, hidden.Until, hidden.Visibility = home, l.Until, coop.Peers
			ok(t, tx.PutListing(hidden))
		}
		return nil
	}))
	at := store.Region{Store: s}.At(t.Context())
	var due []region.Item
	var got []coop.IRI
	for n := range want { // of each co-op the oldest alone has a turn
		first := must(at.ItemsToAnnounce(r.ID, now.Add(-24*time.Hour), 10))(t)
		if len(first) != 1 {
			t.Fatalf("%d are due: %+v", len(first), first)
		}
		i := first[0]
		i.Activity, i.Announced = coop.ID(fmt.Sprint("a", n)), day0.Add(time.Duration(n)*time.Minute)
		due, got = append(due, i), append(got, i.Object)
		inRegion(t, s, func(tx region.Tx) error { return tx.PutItem(r.ID, i) })
	}
	slices.Sort(got)
	slices.Sort(want)
	if d := cmp.Diff(want, got); d != "" {
		t.Fatal(d)
	}
	if list := must(at.ItemsToAnnounce(r.ID, now.Add(time.Hour), 10))(t); len(list) != 0 {
		t.Errorf("what waited too long: %+v", list)
	}
	inRegion(t, s, func(tx region.Tx) error {
		for _, i := range due {
			ok(t, tx.PutItem(r.ID, i))
		}
		ok(t, tx.ItemChanged(due[2].Object))
		return tx.ItemChanged("https://none.example/1")
	})
	if list := must(at.ItemsBehind(r.ID, 10))(t); len(list) != 1 || list[0].Object != due[2].Object || list[0].Behind != 1 {
		t.Errorf("changed since: %+v", list)
	}
	if list := must(at.ItemsToAnnounce(r.ID, now.Add(-24*time.Hour), 10))(t); len(list) != 0 {
		t.Errorf("announced twice: %+v", list)
	}
	if list := must(at.ItemsAnnounced(r.ID, day0, 10))(t); len(list) != 2 || list[0].Activity != "a1" {
		t.Errorf("announced since: %+v", list)
	}
	if list := must(at.ItemsToUndo(r.ID, 10))(t); len(list) != 0 {
		t.Errorf("to take back: %+v", list)
	}
	inRegion(t, s, func(tx region.Tx) error { return tx.PutPart(samplePart(&r, home, region.ShareOffers)) })
	list := must(at.ItemsToUndo(r.ID, 10))(t)
	if len(list) != 1 || list[0].Purpose != string(market.Want) {
		t.Fatalf("to take back: %+v", list)
	}
	list[0].Undone = day0.AddDate(0, 0, 1)
	inRegion(t, s, func(tx region.Tx) error { return tx.PutItem(r.ID, list[0]) })
	if list := must(at.ItemsToUndo(r.ID, 10))(t); len(list) != 0 {
		t.Errorf("taken back twice: %+v", list)
	}
	if all := must(at.ItemsAnnounced(r.ID, day0.Add(time.Hour), 10))(t); len(all) != 1 || all[0].Object != list[0].Object {
		t.Errorf("taken back since: %+v", all)
	}
	if i := must(at.Item(r.ID, list[0].Object))(t); i.Undone.IsZero() || i.Activity != list[0].Activity {
		t.Errorf("%+v", i)
	}
	if _, err := at.Item(r.ID, "https://none.example/1"); coop.KeyOf(err) != "item.unknown" {
		t.Error(err)
	}
}
