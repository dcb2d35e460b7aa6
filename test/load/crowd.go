package main

import (
	"bytes"
	"context"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"toadlane/coop"
	"toadlane/test/bench/kit"
)

// crowd is peers on many hosts, which are names under .localhost on one port of ours. The node fetches their actors from here and
// delivers to them here.
type crowd struct {
	peers    []*kit.Peer
	srv      *http.Server
	creates  atomic.Int64 // Creates that were delivered to us
	accepts  atomic.Int64
	refused  atomic.Int64 // deliveries we could not read
	document map[string][]byte
}

func newCrowd(n int) (*crowd, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	_, port, err := net.SplitHostPort(l.Addr().String())
	if err != nil {
		return nil, err
	}
	c := &crowd{document: map[string][]byte{}}
	for i := range n {
		host := "h" + strconv.Itoa(i) + ".localhost:" + port
		p, err := kit.NewPeer(coop.IRI("http://"+host+"/u/"+strconv.Itoa(i)), kit.Ed25519, i)
		if err != nil {
			return nil, err
		}
		doc, err := json.Marshal(map[string]any{
			"@context": []string{"https://www.w3.org/ns/activitystreams", "https://w3id.org/security/v1"},
			"id":       p.Actor, "type": "Person", "preferredUsername": "u" + strconv.Itoa(i), "name": "Peer", "inbox": p.Actor + "/inbox",
			"publicKey": map[string]any{"id": p.Key.ID, "owner": p.Actor,
				"publicKeyPem": string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: p.Key.Public}))},
		})
		if err != nil {
			return nil, err
		}
		c.document[host+"/u/"+strconv.Itoa(i)] = doc
		c.peers = append(c.peers, p)
	}
	c.srv = &http.Server{Handler: http.HandlerFunc(c.answer), ReadHeaderTimeout: 10 * time.Second}
	go c.srv.Serve(l) //nolint:errcheck // it ends with close
	return c, nil
}

func (c *crowd) close() { _ = c.srv.Close() }

func (c *crowd) answer(w http.ResponseWriter, r *http.Request) {
	if r.Method == http.MethodPost {
		body, err := io.ReadAll(io.LimitReader(r.Body, 1<<20))
		var a struct {
			Type string `json:"type"`
		}
		if err != nil || json.Unmarshal(body, &a) != nil {
			c.refused.Add(1)
			http.Error(w, "unreadable", http.StatusBadRequest)
			return
		}
		switch a.Type {
		case "Create":
			c.creates.Add(1)
		case "Accept":
			c.accepts.Add(1)
		}
		w.WriteHeader(http.StatusAccepted)
		return
	}
	doc := c.document[r.Host+r.URL.Path]
	if doc == nil {
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Content-Type", "application/activity+json")
	_, _ = w.Write(doc)
}

// note is a note that mentions the co-op, so that the node keeps it.
func (c *crowd) note(o order, i int) ([]byte, error) {
	p, now := c.peers[i%len(c.peers)], time.Now()
	body := bytes.Replace(p.Note(i, now), []byte(`"cc":[`), []byte(`"cc":["`+o.base.String()+`/actor",`), 2)
	return p.Post(coop.IRI(o.base.String()+"/inbox"), body, now)
}

// follow lets all of them follow the co-op and waits until all were accepted.
func (c *crowd) follow(ctx context.Context, o order) error {
	all, err := kit.Prepare(len(c.peers), func(i int) ([]byte, error) {
		p := c.peers[i]
		body := fmt.Sprintf(`{"@context":"https://www.w3.org/ns/activitystreams","id":"%s/follows/%d","type":"Follow","actor":"%s","object":"%s/actor"}`,
			p.Actor, time.Now().UnixNano(), p.Actor, o.base)
		return p.Post(coop.IRI(o.base.String()+"/actor/inbox"), []byte(body), time.Now())
	})
	if err != nil {
		return err
	}
	s, err := kit.NewSwarm(o.address, o.connections)
	if err != nil {
		return err
	}
	defer s.Close()
	if a := s.Send(all, false); a.Status[http.StatusAccepted] != len(all) {
		return fmt.Errorf("follows were answered %v, errors %v", a.Status, a.Errs)
	}
	return await(ctx, time.Minute, func() bool { return c.accepts.Load() >= int64(len(c.peers)) })
}

// await looks until ok.
func await(ctx context.Context, most time.Duration, ok func() bool) error {
	ctx, cancel := context.WithTimeout(ctx, most)
	defer cancel()
	look := time.NewTicker(10 * time.Millisecond)
	defer look.Stop()
	for !ok() {
		select {
		case <-ctx.Done():
			return fmt.Errorf("not done after %v", most)
		case <-look.C:
		}
	}
	return nil
}

// tally counts answers from several goroutines.
type tally struct {
	mu     sync.Mutex
	status map[string]int
	errs   int
	took   []time.Duration
}

func (t *tally) note(status int, err error, took time.Duration) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if err != nil {
		t.errs++
		return
	}
	if t.status == nil {
		t.status = map[string]int{}
	}
	t.status[strconv.Itoa(status)]++
	t.took = append(t.took, took)
}

func (t *tally) into(r *report) {
	t.mu.Lock()
	defer t.mu.Unlock()
	r.Status, r.Errors = t.status, t.errs
	for code, n := range t.status {
		r.Sent += n
		if !strings.HasPrefix(code, "2") && !strings.HasPrefix(code, "3") {
			r.Errors += n
		}
	}
	r.P50ms = float64(kit.Percentile(t.took, 50).Microseconds()) / 1000
	r.P99ms = float64(kit.Percentile(t.took, 99).Microseconds()) / 1000
}

// drive sends requests over o.connections until count were sent or ctx or the time ends; rate bounds how many a second.
func drive(ctx context.Context, o order, rate, count int, make func(i int) ([]byte, error), t *tally) {
	ctx, cancel := context.WithTimeout(ctx, o.during)
	defer cancel()
	turns := turnstile(ctx, rate, count)
	var wg sync.WaitGroup
	for range o.connections {
		wg.Go(func() {
			var conn *kit.Conn
			for i := range turns {
				request, err := make(i)
				if err == nil && conn == nil {
					conn, err = kit.Dial(o.address)
				}
				if err != nil {
					t.note(0, err, 0)
					continue
				}
				began := time.Now()
				status, _, err := conn.Do(request)
				if err != nil { // a connection that was idle for too long is opened anew, once
					_ = conn.Close()
					if conn, err = kit.Dial(o.address); err == nil {
						status, _, err = conn.Do(request)
					}
				}
				t.note(status, err, time.Since(began))
			}
			if conn != nil {
				_ = conn.Close()
			}
		})
	}
	wg.Wait()
}

// turnstile lets rate a second through, in numbers from 0, and closes after count or with ctx.
func turnstile(ctx context.Context, rate, count int) <-chan int {
	turns := make(chan int)
	go func() {
		defer close(turns)
		began := time.Now()
		for i := range count {
			if rate > 0 {
				if early := time.Until(began.Add(time.Duration(i) * time.Second / time.Duration(rate))); early > 0 {
					wait := time.NewTimer(early)
					select {
					case <-ctx.Done():
						wait.Stop()
						return
					case <-wait.C:
					}
				}
			}
			select {
			case <-ctx.Done():
				return
			case turns <- i:
			}
		}
	}()
	return turns
}
