package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"toadlane/coop"
	"toadlane/federation"
	"toadlane/federation/sig"
	"toadlane/internal/node"
	"toadlane/internal/testrig"
	"toadlane/market"
)

// How many times the burst tests stop the program.
const (
	kills = 20 // F-01
	stops = 5  // F-05
)

// TestKillBurst kills the program with SIGKILL at random moments while a neighbour sends replies to a listing. Whatever was
// answered 202 must be there afterwards, and nothing twice, however often it is sent (F-01).
func TestKillBurst(t *testing.T) {
	t.Parallel()
	b := newBurst(t)
	for round := range kills {
		b.round(round, syscall.SIGKILL)
	}
	b.settle()
}

// TestStopBurst stops the program politely in the middle of the same: it must end by itself, well, and lose nothing (F-05).
func TestStopBurst(t *testing.T) {
	t.Parallel()
	b := newBurst(t)
	for round := range stops {
		b.round(round, syscall.SIGTERM)
	}
	b.settle()
}

// burst is a node run as a child process, and a neighbour that sends to it.
type burst struct {
	t       *testing.T
	rng     *rand.Rand
	dir     string
	base    string
	listing market.Listing
	from    *testrig.Coop
	actor   coop.IRI
	signer  *sig.Signer

	mu    sync.Mutex
	sent  map[string][]byte // activity by the address of its reply
	acked map[string]bool
}

func newBurst(t *testing.T) *burst {
	t.Helper()
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	b := &burst{t: t, rng: rand.New(rand.NewPCG(seed, 1)), dir: filepath.Join(t.TempDir(), "node"), sent: map[string][]byte{}, acked: map[string]bool{}}
	b.from = testrig.New(t, "cycles").Coop("cycles")
	b.actor = federation.Addresses{Base: b.from.Base}.Coop()
	keys, err := b.from.Queue.OwnKeys(t.Context(), b.actor)
	if err != nil {
		t.Fatal(err)
	}
	for _, k := range keys {
		if k.Kind != "rsa" {
			continue
		}
		der, err := sig.Open(b.from.Master, string(b.actor), k.Sealed)
		if err != nil {
			t.Fatal(err)
		}
		key, err := sig.ParsePrivate(der)
		if err != nil {
			t.Fatal(err)
		}
		if b.signer, err = sig.NewSigner(k.ID, key); err != nil {
			t.Fatal(err)
		}
	}

	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_, port, err := net.SplitHostPort(l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	_ = l.Close()
	b.base = "http://bakery.localhost:" + port
	out, err := b.command("setup", "--base", b.base, "--name", "Bakery", "--handle", "bakery", "--steward", "ada", "--email", "ada@bakery.example").CombinedOutput()
	if err != nil {
		t.Fatalf("setup: %v\n%s", err, out)
	}
	n := b.open()
	defer n.Close() //nolint:errcheck // a test
	b.listing, err = n.Market.PostListing(t.Context(), commandLine, market.Listing{Purpose: market.Offer, Kind: market.Thing,
		Title: coop.Text{"en": "What everybody answers"}, Modes: []market.Mode{market.Gift}, Visibility: coop.Everyone})
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// command is the real program: this test binary, which is the program when it is called so.
func (b *burst) command(args ...string) *exec.Cmd {
	self, err := os.Executable()
	if err != nil {
		b.t.Fatal(err)
	}
	c := exec.Command(self, append(args, "--data", b.dir)...)
	c.Args[0] = "toadlane"
	c.Env = append(os.Environ(), "TOADLANE_LOG=error")
	return c
}

func (b *burst) open() *node.Node {
	b.t.Helper()
	n, err := node.Open(b.t.Context(), node.Options{Dir: b.dir, Log: testrig.Quiet()})
	if err != nil {
		b.t.Fatal(err)
	}
	return n
}

// start runs the program and waits until it answers.
func (b *burst) start() *exec.Cmd {
	b.t.Helper()
	c := b.command("serve")
	var said bytes.Buffer
	c.Stderr = &said
	if err := c.Start(); err != nil {
		b.t.Fatal(err)
	}
	begun := time.Now()
	web := testrig.NewBrowser()
	defer web.Close()
	look := time.NewTicker(10 * time.Millisecond)
	defer look.Stop()
	for {
		if p, err := web.Get(b.base + "/healthz"); err == nil && p.Status == http.StatusOK {
			return c
		}
		if time.Since(begun) > 20*time.Second {
			_ = c.Process.Kill()
			_ = c.Wait()
			b.t.Fatalf("the program does not start again:\n%s", said.String())
		}
		<-look.C
	}
}

// round starts the program, sends to it from four hands and ends it at a random moment.
func (b *burst) round(round int, with syscall.Signal) {
	b.t.Helper()
	c := b.start()
	var hands sync.WaitGroup
	first := make(chan struct{})
	var once sync.Once
	over := make(chan struct{})
	for hand := range 4 {
		hands.Go(func() {
			web := testrig.NewBrowser()
			defer web.Close()
			for i := 0; ; i++ {
				select {
				case <-over:
					return
				default:
				}
				if i == 12 { // stays below the bound on one neighbour's activities
					return
				}
				id := fmt.Sprintf("%s/n/reply-%d-%d-%d", b.from.Base, round, hand, i)
				body := b.reply(id)
				times := 1 + i%3/2 // every third is sent twice
				for range times {
					status, err := b.send(web, body)
					if err != nil {
						return // killed
					}
					if status != http.StatusAccepted {
						if with == syscall.SIGTERM && status == http.StatusServiceUnavailable {
							return
						}
						b.t.Errorf("%s: status %d", id, status)
						return
					}
					b.mu.Lock()
					b.acked[id] = true
					b.mu.Unlock()
					once.Do(func() { close(first) })
				}
			}
		})
	}
	b.mu.Lock()
	wait := time.Duration(b.rng.IntN(120)) * time.Millisecond
	b.mu.Unlock()
	select {
	case <-first:
	case <-time.After(20 * time.Second):
		b.t.Error("nothing was accepted")
	}
	<-time.After(wait)
	if err := c.Process.Signal(with); err != nil {
		b.t.Errorf("signal: %v", err)
	}
	err := c.Wait()
	close(over)
	hands.Wait()
	if with == syscall.SIGTERM && err != nil {
		b.t.Errorf("asked to stop, the program ended with %v", err)
	}
	var died *exec.ExitError
	if with == syscall.SIGKILL && !errors.As(err, &died) {
		b.t.Errorf("killed, the program ended with %v", err)
	}
	if b.t.Failed() {
		b.t.FailNow()
	}
}

// reply makes the activity that says something under the listing.
func (b *burst) reply(id string) []byte {
	b.mu.Lock()
	defer b.mu.Unlock()
	body := fmt.Sprintf(`{"@context":"https://www.w3.org/ns/activitystreams","id":"%s/create","type":"Create","actor":%q,
"to":["https://www.w3.org/ns/activitystreams#Public"],"cc":["%s/actor"],"published":%q,
"object":{"id":%q,"type":"Note","attributedTo":%q,"inReplyTo":%q,"to":["https://www.w3.org/ns/activitystreams#Public"],
"cc":["%s/actor"],"published":%q,"content":"<p>Yes, please.</p>"}}`, id, b.actor, b.base, time.Now().UTC().Format(time.RFC3339),
		id, b.actor, b.listing.IRI, b.base, time.Now().UTC().Format(time.RFC3339))
	b.sent[id] = []byte(body)
	return b.sent[id]
}

func (b *burst) send(web *testrig.Browser, body []byte) (int, error) {
	ctx, cancel := context.WithTimeout(b.t.Context(), 20*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, b.base+"/inbox", bytes.NewReader(body))
	if err != nil {
		return 0, err
	}
	req.Host = strings.TrimPrefix(b.base, "http://")
	req.Header.Set("Content-Type", "application/activity+json")
	if err := b.signer.Sign(req, body, sig.Cavage, time.Now()); err != nil {
		return 0, err
	}
	resp, err := web.Client.Do(req)
	if err != nil {
		return 0, err
	}
	defer resp.Body.Close()
	_, err = io.Copy(io.Discard, resp.Body)
	return resp.StatusCode, err
}

// settle starts the program a last time and counts: all that was accepted is there, then everything is sent again, and all of it
// is there once.
func (b *burst) settle() {
	t := b.t
	t.Helper()
	c := b.start()
	stop := func() {
		_ = c.Process.Signal(syscall.SIGTERM)
		if err := c.Wait(); err != nil {
			t.Errorf("the last run: %v", err)
		}
	}
	defer func() { stop() }()
	if len(b.acked) < kills/2 {
		t.Fatalf("only %d of %d were accepted: this proves nothing", len(b.acked), len(b.sent))
	}
	n := b.open()
	defer n.Close() //nolint:errcheck // a test
	b.await(n, "after the last start", b.acked)

	web := testrig.NewBrowser()
	defer web.Close()
	all := map[string]bool{}
	for id, body := range b.sent {
		all[id] = true
		status, err := b.send(web, body)
		if status == http.StatusTooManyRequests { // one neighbour may send so many a minute; a start forgets how many it were
			stop()
			c = b.start()
			status, err = b.send(web, body)
		}
		if err != nil || status != http.StatusAccepted {
			t.Fatalf("%s sent again: %d, %v", id, status, err)
		}
	}
	b.await(n, "after all was sent again", all)
	found, err := n.Store.Verify(t.Context())
	if err != nil || len(found) > 0 {
		t.Errorf("verify: %v, %v", found, err)
	}
	t.Logf("%d sent, %d accepted, none lost, none twice", len(b.sent), len(b.acked))
}

// await waits until every reply of want is under the listing, and checks that none is there twice and none that was not sent.
func (b *burst) await(n *node.Node, when string, want map[string]bool) {
	t := b.t
	t.Helper()
	deadline := time.NewTimer(30 * time.Second)
	defer deadline.Stop()
	look := time.NewTicker(20 * time.Millisecond)
	defer look.Stop()
	for {
		replies, err := n.Market.Store.Replies(t.Context(), b.listing.ID)
		if err != nil {
			t.Fatal(err)
		}
		count := map[string]int{}
		for _, r := range replies {
			count[string(r.IRI)]++
		}
		var lost []string
		for id := range want {
			if count[id] == 0 {
				lost = append(lost, id)
			}
		}
		if len(lost) == 0 {
			for id, k := range count {
				if k != 1 || b.sent[id] == nil {
					t.Errorf("%s: %s is there %d times", when, id, k)
				}
			}
			return
		}
		select {
		case <-deadline.C:
			out, _ := b.command("queue", "list", "--kind", "inbound").CombinedOutput()
			t.Fatalf("%s: %d of %d accepted replies are lost, such as %s\n%.4000s", when, len(lost), len(want), lost[0], out)
		case <-look.C:
		}
	}
}
