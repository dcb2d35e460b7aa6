package bench_test

import (
	"bytes"
	"net/http"
	"testing"
	"time"

	"toadlane/coop"
	"toadlane/test/bench/kit"
)

const (
	peerActors  = 50
	peerHosts   = 20
	connections = 64
	// chunk is how many posts are made and sent at a time: below what the hosts may send in one go (limits.PeerBurst each).
	chunk = 8000
	// pause lets the peers' budgets fill up again between chunks.
	pause = 11 * time.Minute
)

// BenchmarkInbound posts signed notes to the shared inbox of a whole node over 64 connections: verified, stored, on the disk,
// answered 202. The workers stand still, so that what is measured ends with the answer. The ratio is to RSAVerify + SHA256 +
// CommitFull64, or without the last where nothing is written; http-ratio has HTTPFloor and JSONEnvelope in the limit too.
func BenchmarkInbound(b *testing.B) {
	b.Run("new", func(b *testing.B) { benchInbound(b, 1, fresh, http.StatusAccepted, true) })
	b.Run("300members", func(b *testing.B) { benchInbound(b, 300, fresh, http.StatusAccepted, true) })
	b.Run("duplicate", func(b *testing.B) { benchInbound(b, 1, duplicate, http.StatusAccepted, false) })
	b.Run("badsig", func(b *testing.B) { benchInbound(b, 1, badSignature, http.StatusUnauthorized, false) })
	b.Run("unknownkey", func(b *testing.B) { benchInbound(b, 1, unknownKey, http.StatusUnauthorized, false) })
}

// mail makes the posts of a chunk. warm are sent first and not counted.
type mail func(b *testing.B, h *home, peers []*kit.Peer, from, n int) (warm, counted [][]byte)

func benchInbound(b *testing.B, members int, make mail, status int, writes bool) {
	crypto := limit(b, kit.RSAVerify, kit.SHA256)
	floor := crypto
	if writes {
		crypto += limit(b, kit.CommitFull64)
		floor = crypto
	}
	floor += limit(b, kit.HTTPFloor, kit.JSONEnvelope)
	h := open(b, setting{members: members})
	peers := h.peers(peerActors, peerHosts, kit.RSA)
	m := kit.NewMeter(b)
	before, err := h.Store.Stats(b.Context())
	must(b, err)
	commits := before.Commits
	for done := 0; done < b.N; {
		n := min(chunk, b.N-done)
		h.move(pause)
		warm, counted := make(b, h, peers, done, n)
		s := h.swarm(connections) // now, since the server hangs up on who says nothing for long
		s.Send(warm, false)
		st, err := h.Store.Stats(b.Context())
		must(b, err)
		commits = st.Commits
		m.Time(func() { expect(b, s.Send(counted, false), status, n) })
		s.Close()
		done += n
	}
	m.Report(b.N, crypto)
	b.ReportMetric(float64(floor)/float64(m.Each(b.N)), "http-ratio")
	after, err := h.Store.Stats(b.Context())
	must(b, err)
	if !writes && after.Commits != commits {
		b.Fatalf("%d transactions where none is wanted", after.Commits-commits)
	}
	if writes {
		b.ReportMetric(float64(after.Writes-before.Writes)/float64(after.Commits-before.Commits), "writes/commit")
	}
}

// post signs the bodies that write makes, each by the peer whose turn it is.
func post(b *testing.B, h *home, peers []*kit.Peer, from, n int) [][]byte {
	now := h.now()
	all, err := kit.Prepare(n, func(i int) ([]byte, error) {
		p := peers[(from+i)%len(peers)]
		return p.Post(h.inbox(), p.Note(from+i, now), now)
	})
	must(b, err)
	return all
}

// warmUp is one note of every peer, sent before: its key is in memory then.
func warmUp(b *testing.B, h *home, peers []*kit.Peer, from int) [][]byte {
	return post(b, h, peers, 1_000_000_000+from, len(peers))
}

func fresh(b *testing.B, h *home, peers []*kit.Peer, from, n int) (warm, counted [][]byte) {
	return warmUp(b, h, peers, from), post(b, h, peers, from, n)
}

func duplicate(b *testing.B, h *home, peers []*kit.Peer, from, n int) (warm, counted [][]byte) {
	warm = warmUp(b, h, peers, from)
	for i := range n {
		counted = append(counted, warm[i%len(warm)])
	}
	return warm, counted
}

// badSignature changes a byte of the signature. Every key is looked at anew once before: that is allowed every five minutes.
func badSignature(b *testing.B, h *home, peers []*kit.Peer, from, n int) (warm, counted [][]byte) {
	for _, r := range warmUp(b, h, peers, from) {
		r = bytes.Clone(r)
		at := bytes.Index(r, []byte(`signature="`)) + len(`signature="`) + 20
		r[at] ^= 1 // another letter of base64, mostly; a few become malformed and are refused for that
		if r[at] < '0' {
			r[at] = 'A'
		}
		warm = append(warm, r)
	}
	for i := range n {
		counted = append(counted, warm[i%len(warm)])
	}
	return append(warmUp(b, h, peers, from+500), warm...), counted
}

// unknownKey posts as actors that cannot be fetched. Each was tried once before.
func unknownKey(b *testing.B, h *home, _ []*kit.Peer, from, n int) (warm, counted [][]byte) {
	var strangers []*kit.Peer
	for i := range peerActors {
		p, err := kit.NewPeer(coop.IRI("https://gone"+string(rune('a'+i%peerHosts))+".example/users/u"+string(rune('a'+i%26))+string(rune('a'+i/26))), kit.RSA, i)
		must(b, err)
		strangers = append(strangers, p)
	}
	warm = post(b, h, strangers, from, len(strangers))
	for i := range n {
		counted = append(counted, warm[i%len(warm)])
	}
	return warm, counted
}
