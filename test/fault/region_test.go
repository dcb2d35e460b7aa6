package fault

import (
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"toadlane/coop"
	"toadlane/federation/queue"
	"toadlane/federation/sig"
	"toadlane/internal/limits"
	"toadlane/internal/node"
	"toadlane/region"
)

// valley is a region that the node hosts: neighbours that push what they have, and others that are read.
type valley struct {
	*trial
	quiet  *neighbours
	each   int // things that a quiet neighbour has
	region region.Region

	hangs atomic.Bool   // whoever asks a quiet neighbour for its things waits
	free  chan struct{} // until it is closed
	mu    sync.Mutex
	asked map[string]int // for its things, by host
	made  map[string]int // how many things a host has more than each
	read  int            // members were asked what they know of the region
}

// env is a number in the environment, for a larger run than that of the tests.
func env(name string, usual int) int {
	if n, err := strconv.Atoi(os.Getenv(name)); err == nil && n > 0 {
		return n
	}
	return usual
}

// TestThreeProcesses: three servers of one node on one PostgreSQL aggregate a region. Of its co-ops some push what they have and the others are read; each is
// read by one of the three. One is killed while it reads and while what is pushed comes in: nothing is lost, nothing is there twice, and the other two read
// what it had begun. TOADLANE_TEST_COOPS and TOADLANE_TEST_THINGS make it larger.
func TestThreeProcesses(t *testing.T) {
	t.Parallel()
	coops, each := env("TOADLANE_TEST_COOPS", 30), env("TOADLANE_TEST_THINGS", 5)
	const loud = 6
	db := startPostgres(t)
	a := newServer(t, t.TempDir(), "--db", db.address())
	servers := []*server{a}
	for range 2 {
		dir := filepath.Join(t.TempDir(), "node")
		if err := errors.Join(os.Mkdir(dir, 0o700), os.Symlink(filepath.Join(a.dir, "media"), filepath.Join(dir, "media"))); err != nil {
			t.Fatal(err)
		}
		s := at(t, dir, a.base, "--db", db.address(), "--master-key", filepath.Join(a.dir, "master.key"))
		s.fresh = []string{"--base", a.base}
		servers = append(servers, s)
	}
	v := &valley{trial: newTrial(t, a, loud), each: each, asked: map[string]int{}, made: map[string]int{}}
	v.quiet = newNeighbours(t, a.base, coops-loud)
	v.quiet.more = v.answer
	n := v.open()
	defer n.Close() //nolint:errcheck // what it wrote is committed
	v.found(n)
	for _, s := range servers[1:] {
		s.start()
		v.on = append(v.on, s)
	}

	enough := patience * time.Duration(1+coops*each/2000) // each thing is asked for by itself

	t.Log("everybody is read, by one of the three")
	began := time.Now()
	v.due(n)
	v.everything(enough)
	t.Logf("%d co-ops with %d things each were read in %v", coops-loud, each, time.Since(began).Round(10*time.Millisecond))
	v.once(1)

	t.Log("one is killed while it reads, and while things are pushed")
	v.more()
	v.free = make(chan struct{})
	v.hangs.Store(true)
	busy := func(a answer) bool { return a.err != nil || a.status != http.StatusTooManyRequests }
	v.due(n)
	most := min(coops-loud, len(servers)*limits.PullAtOnce)
	await(t, patience, "all three to read", func() error {
		v.mu.Lock()
		defer v.mu.Unlock()
		waiting := 0
		for _, times := range v.asked {
			waiting += times - 1
		}
		if waiting < most {
			return fmt.Errorf("%d of %d are being read", waiting, most)
		}
		return nil
	})
	// Not before they all read: a read that waits for limits.FetchTimeout is given up, and tried again much later.
	over, resting := make(chan struct{}), make(chan struct{})
	go func() { defer close(resting); v.load(over, busy) }()
	<-until(t.Context(), time.Second)
	dead := servers[2]
	if err := dead.end(kill); !killed(err) {
		t.Fatalf("killed, the program ended with %v", err)
	}
	died := time.Now()
	<-until(t.Context(), time.Second)
	close(over)
	<-resting
	v.on = v.on[:2] // not before all hands rest that choose among them
	v.hangs.Store(false)
	close(v.free)

	v.everything(limits.Turn + enough)
	t.Logf("what the killed one had begun to read was read by the others %v after it died", time.Since(died).Round(time.Second))
	v.once(3) // the first time, the one that died, and who did it for that
	v.settle(lease + patience)
	t.Logf("settled %v after the kill", time.Since(died).Round(time.Second))
	v.lag()
	for _, s := range v.on {
		if err := s.end(stop); err != nil {
			t.Errorf("asked to stop, the program ended with %v", err)
		}
	}
}

// answer is what a quiet neighbour says beside what all say.
func (v *valley) answer(rw http.ResponseWriter, r *http.Request) bool {
	base := "http://" + r.Host
	const context = "https://www.w3.org/ns/activitystreams"
	switch {
	case r.URL.Path == "/actor":
		write(rw, map[string]any{"@context": []string{context, "https://w3id.org/security/v1"}, "type": "Organization", "id": base + "/actor", "preferredUsername": "coop",
			"name": "Co-op at " + r.Host, "inbox": base + "/inbox", "outbox": base + "/outbox", "offers": base + "/offers",
			"publicKey": map[string]any{"id": base + "/actor#main-key", "owner": base + "/actor", "publicKeyPem": v.quiet.public}})
	case r.URL.Path == "/offers":
		v.mu.Lock()
		v.asked[r.Host]++
		n := v.each + v.made[r.Host]
		v.mu.Unlock()
		if v.hangs.Load() {
			select {
			case <-v.free:
			case <-r.Context().Done():
				return true
			}
		}
		items := []any{}
		for i := range n {
			items = append(items, thing(base, i))
		}
		write(rw, map[string]any{"@context": context, "type": "OrderedCollection", "id": base + "/offers", "totalItems": n, "orderedItems": items})
	case strings.HasPrefix(r.URL.Path, "/r/"):
		v.mu.Lock()
		v.read++
		v.mu.Unlock()
		http.NotFound(rw, r)
	default:
		return false
	}
	return true
}

// thing is the i-th offer of a quiet neighbour.
func thing(base string, i int) map[string]any {
	id, title := fmt.Sprintf("%s/things/%d", base, i), fmt.Sprintf("Thing %d of %s", i, base)
	return map[string]any{"id": id, "type": "Note", "attributedTo": base + "/actor", "name": title, "content": "<p>" + title + "</p>",
		"to": []string{"https://www.w3.org/ns/activitystreams#Public"}, "published": time.Now().UTC().Format(time.RFC3339), "purpose": "offer",
		"publishes": map[string]any{"type": "Intent", "action": "transfer", "resourceQuantity": map[string]any{"hasUnit": "one", "hasNumericalValue": "1"}}}
}

// found begins a region with all of them.
func (v *valley) found(n *node.Node) {
	t := v.t
	t.Helper()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	ctx, now := t.Context(), time.Now().UTC()
	ada, err := n.CoopStore.PersonByHandle(ctx, "ada")
	must(err)
	v.region, err = n.Region.Found(ctx, coop.Member(ada.ID, coop.RoleSteward), region.Founding{Name: coop.Text{"en": "The Valley"}, Story: coop.Text{"en": "What there is."}, Slug: "valley",
		Languages: []string{"en"}, Joining: region.BySteward, Absence: 14,
		Terms: region.Terms{Ties: []region.Tie{{Relation: region.Member}}, Shares: []region.Share{region.ShareOffers, region.ShareWants}}})
	must(err)
	key, err := sig.ParsePublicKeyPEM(v.quiet.public)
	must(err)
	der, err := x509.MarshalPKIXPublicKey(key)
	must(err)
	for part := range slices.Chunk(slices.Concat(v.around.list, v.quiet.list), 200) {
		must(n.Queue.Write(ctx, func(tx queue.Tx) error {
			for _, p := range part {
				who := coop.IRI(p.actor)
				e := region.Entry{ID: "e", Region: v.region.ID, Charter: v.region.ID, Coop: who, Serial: 1, Key: "k", Name: p.host, Shares: []region.Share{region.ShareOffers, region.ShareWants}}
				must(tx.PutPart(region.Part{Region: v.region.ID, Coop: who, State: region.In, Entry: e, Under: v.region.Charter.ID, Since: now, Confirmed: now, Checked: now.AddDate(1, 0, 0), Moved: now}))
				if slices.Contains(v.around.list, p) {
					continue
				}
				doc, err := json.Marshal(map[string]any{"id": p.actor, "type": "Organization"})
				must(err)
				must(tx.PutActor(queue.Actor{IRI: who, Type: "Organization", Handle: "@coop@" + p.host, Name: "Co-op at " + p.host, Inbox: coop.IRI("http://" + p.host + "/inbox"),
					Keys: []queue.Key{{ID: who + "#main-key", Owner: who, Public: der}}, Raw: doc, Fetched: now}))
				must(tx.PutPeer(queue.Peer{Actor: who, Follow: coop.IRI(v.quiet.us + "/a/" + p.host), State: queue.Accepted, Created: now, Pulled: now, LastSeen: now}))
			}
			return nil
		}))
	}
	v.expect()
}

// expect puts what quiet neighbours have into the ledger, as if it had been sent and taken.
func (v *valley) expect() {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.around.mu.Lock()
	defer v.around.mu.Unlock()
	there := map[string]bool{}
	for _, it := range v.around.items {
		there[it.object] = true
	}
	for _, p := range v.quiet.list {
		for i := range v.each + v.made[p.host] {
			if id := fmt.Sprintf("http://%s/things/%d", p.host, i); !there[id] {
				v.around.items = append(v.around.items, &item{from: p, kind: listing, id: id, object: id, acked: true})
			}
		}
	}
}

// more gives every quiet neighbour one thing more.
func (v *valley) more() {
	v.mu.Lock()
	for _, p := range v.quiet.list {
		v.made[p.host]++
	}
	v.mu.Unlock()
	v.expect()
}

// due has all quiet neighbours, and the region, read at once.
func (v *valley) due(n *node.Node) {
	v.t.Helper()
	for _, p := range v.quiet.list {
		if err := n.Queue.Write(v.t.Context(), func(tx queue.Tx) error {
			x, err := tx.Peer(coop.IRI(p.actor))
			if err != nil {
				return err
			}
			x.Pulled, x.ETags = time.Time{}, nil
			return tx.PutPeer(x)
		}); err != nil {
			v.t.Fatal(err)
		}
	}
	if err := n.Queue.Write(v.t.Context(), func(tx queue.Tx) error {
		r, err := tx.Region(v.region.ID)
		if err != nil {
			return err
		}
		r.Pulled = time.Time{}
		return tx.PutRegion(r)
	}); err != nil {
		v.t.Fatal(err)
	}
}

// everything waits until all that quiet neighbours have is there, once.
func (v *valley) everything(long time.Duration) {
	v.t.Helper()
	n := v.open()
	defer n.Close() //nolint:errcheck // nothing was written
	await(v.t, long, "what quiet neighbours have", func() error {
		st, err := v.look(n)
		if err != nil {
			return err
		}
		return v.missing(st, func(it *item) bool { return strings.Contains(it.object, "/things/") })
	})
}

// once looks how often quiet neighbours were asked for their things since the test began: no more than most times each.
func (v *valley) once(most int) {
	v.t.Helper()
	v.mu.Lock()
	defer v.mu.Unlock()
	all := 0
	for host, n := range v.asked {
		if all += n; n > most {
			v.t.Errorf("%s was asked %d times", host, n)
		}
	}
	v.t.Logf("%d questions to %d co-ops; %d to members about the region", all, len(v.quiet.list), v.read)
	if v.read > most*limits.RegionMirrors {
		v.t.Errorf("members were asked %d times about the region", v.read)
	}
}

// lag pushes things one after the other and looks, at another process each time, when they stand on the region's market.
func (v *valley) lag() {
	v.t.Helper()
	var took []time.Duration
	for i := range 20 {
		it := v.around.next(v.around.list[i%len(v.around.list)], v.about)
		for it.kind != listing {
			it = v.around.next(v.around.list[i%len(v.around.list)], v.about)
		}
		await(v.t, patience, "a thing to be taken", func() error { return v.around.send(v.on[i%2], it, 1).want(http.StatusAccepted) })
		began := time.Now()
		await(v.t, patience, it.title+" on the region's market", func() error {
			page := v.on[(i+1)%2].get("/regions/valley/market")
			if err := page.want(http.StatusOK); err != nil {
				return err
			}
			if !strings.Contains(page.body, it.title) {
				return errors.New("it is not there")
			}
			return nil
		})
		took = append(took, time.Since(began))
	}
	slices.Sort(took)
	v.t.Logf("from 202 to the region's market at the other process: %v in the middle, %v at worst", took[len(took)/2].Round(time.Millisecond), took[len(took)-1].Round(time.Millisecond))
	if last := took[len(took)-1]; last > 10*time.Second {
		v.t.Errorf("it took %v until a thing was on the region's market", last)
	}
}
