package bench_test

import (
	"fmt"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"toadlane/coop"
	"toadlane/federation"
	"toadlane/test/bench/kit"
)

// BenchmarkFirstContact has people of 200 servers follow the co-op whom it has never heard of: each has to be looked up at home
// before the signature can be checked and the follow kept. gets/contact is how often a home was asked before the answer. The
// ratio is to RSAVerify + SHA256 + CommitFull64, and RSASign + TLSPostWarm for one question, which is signed, since many homes answer
// no other, on a connection that stands.
func BenchmarkFirstContact(b *testing.B) {
	floor := limit(b, kit.RSAVerify, kit.SHA256, kit.CommitFull64, kit.RSASign, kit.TLSPostWarm)
	h, a := open(b, setting{}), newAfar(b)
	var gets atomic.Int64
	var documents sync.Map
	a.answer = func(host int, w http.ResponseWriter, r *http.Request) bool {
		gets.Add(1)
		doc, ok := documents.Load("https://" + a.hosts[host] + r.URL.Path)
		if !ok {
			w.WriteHeader(http.StatusNotFound)
			return false
		}
		w.Header().Set("Content-Type", "application/activity+json")
		_, _ = w.Write(doc.([]byte))
		return false
	}
	us := federation.Addresses{Base: h.Base}.Coop()
	people := 0
	strangers := func(n int) [][]byte {
		first := people
		people += n
		now := h.now()
		all, err := kit.Prepare(n, func(i int) ([]byte, error) {
			p, err := kit.NewPeer(coop.IRI(fmt.Sprintf("https://%s/users/u%d", a.hosts[(first+i)%servers], first+i)), kit.RSA, first+i)
			if err != nil {
				return nil, err
			}
			documents.Store(string(p.Actor), p.Document())
			return p.Post(h.inbox(), p.Follow(us), now)
		})
		must(b, err)
		return all
	}
	s := h.swarm(connections)
	expect(b, s.Send(strangers(servers), false), http.StatusAccepted, servers) // a connection to each home stands from here on
	s.Close()
	m := kit.NewMeter(b)
	var asked int64
	const round = servers * 30 // half of what each home may introduce in an hour
	for done := 0; done < b.N; {
		n := min(round, b.N-done)
		h.move(2 * time.Hour)
		posts := strangers(n)
		s := h.swarm(connections)
		before := gets.Load()
		m.Time(func() { expect(b, s.Send(posts, false), http.StatusAccepted, n) })
		asked += gets.Load() - before
		s.Close()
		done += n
	}
	m.Report(b.N, floor)
	b.ReportMetric(float64(asked)/float64(b.N), "gets/contact")
}
