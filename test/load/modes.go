package main

import (
	"bufio"
	"context"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"time"

	"toadlane/test/bench/kit"
)

// hostsFor is how many hosts may send n notes within d, each within what a node takes of one (limits.PeerBurst and PeerPerMinute).
func hostsFor(n int, d time.Duration) int {
	return min(max(20, n/(400+int(d.Minutes()*50))+1), 1000)
}

func inbound(ctx context.Context, o order) (r report, err error) {
	c, err := newCrowd(hostsFor(o.count, 0))
	if err != nil {
		return r, err
	}
	defer c.close()
	var t tally
	drive(ctx, o, o.rate, o.count, func(i int) ([]byte, error) { return c.note(o, i) }, &t)
	t.into(&r)
	return r, nil
}

// search is the i-th question a visitor asks. Every address is another, so that the page cache answers none.
func search(o order, i int) []byte {
	q := url.Values{"q": {o.words[i%len(o.words)]}, "n": {strconv.Itoa(i)}}
	return kit.Get(o.base.Host, "/market?"+q.Encode(), "Accept: text/html")
}

func market(ctx context.Context, o order) (r report, err error) {
	var t tally
	drive(ctx, o, o.rate, maxCount, func(i int) ([]byte, error) { return search(o, i), nil }, &t)
	t.into(&r)
	return r, nil
}

// post publishes a listing with the program, beside the running node.
func post(ctx context.Context, o order, n int) error {
	cmd := exec.CommandContext(ctx, o.bin, "listing", "add", "--data", o.data, "--purpose", "offer", "--title", fmt.Sprintf("Load %d", n), "--text", "To be told to everyone.")
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("post a listing: %w: %s", err, out)
	}
	return nil
}

// tell posts a listing and waits until all followers have it.
func (c *crowd) tell(ctx context.Context, o order, n int) (time.Duration, error) {
	want := c.creates.Load() + int64(len(c.peers))
	if err := post(ctx, o, n); err != nil {
		return 0, err
	}
	began := time.Now()
	err := await(ctx, time.Minute, func() bool { return c.creates.Load() >= want })
	return time.Since(began), err
}

func fanout(ctx context.Context, o order) (r report, err error) {
	c, err := newCrowd(o.followers)
	if err != nil {
		return r, err
	}
	defer c.close()
	if err := c.follow(ctx, o); err != nil {
		return r, err
	}
	took, err := c.tell(ctx, o, 1)
	if err != nil {
		return r, err
	}
	r.Fanouts, r.Arrived, r.Sent = 1, int(c.creates.Load()), o.followers
	r.Seconds, r.WorstS = took.Seconds(), took.Seconds()
	return r, nil
}

// soak sends notes and searches at their rates for the whole time, and a fan-out a minute when it can post.
func soak(ctx context.Context, o order) (r report, err error) {
	if o.rate == 0 {
		o.rate = 200
	}
	notes := min(o.rate*int(o.during.Seconds()), maxCount)
	c, err := newCrowd(max(hostsFor(notes, o.during), o.followers))
	if err != nil {
		return r, err
	}
	defer c.close()
	if o.bin != "" {
		if err := c.follow(ctx, o); err != nil {
			return r, err
		}
	}
	during, cancel := context.WithTimeout(ctx, o.during)
	defer cancel()
	var (
		sent, asked tally
		watched     = watch(during, o)
		wg          sync.WaitGroup
	)
	wg.Go(func() { drive(during, o, o.rate, notes, func(i int) ([]byte, error) { return c.note(o, i) }, &sent) })
	wg.Go(func() {
		drive(during, o, max(o.searches, 1), maxCount, func(i int) ([]byte, error) { return search(o, i), nil }, &asked)
	})
	if o.bin != "" {
		minute := time.NewTicker(time.Minute)
		defer minute.Stop()
		for n := 1; during.Err() == nil; n++ {
			took, err := c.tell(ctx, o, n)
			if err != nil {
				r.Errors++
			}
			r.Fanouts++
			r.WorstS = max(r.WorstS, took.Seconds())
			select {
			case <-during.Done():
			case <-minute.C:
			}
		}
	}
	wg.Wait()
	failed := r.Errors
	sent.into(&r)
	var a report
	asked.into(&a)
	r.Searches, r.Errors, r.P99ms, r.P50ms = a.Sent, r.Errors+a.Errors+failed, a.P99ms, a.P50ms
	r.Arrived = int(c.creates.Load())
	r.Memory = <-watched
	return r, nil
}

// memory is what was seen of the node's process and its write-ahead log. The slope leaves out the first fifth, in which caches fill.
type memory struct {
	FirstMB      float64 `json:"first_mb"`
	LastMB       float64 `json:"last_mb"`
	SlopeMBPerMn float64 `json:"slope_mb_per_minute"`
	WALMaxMB     float64 `json:"wal_max_mb"`
}

// watch looks at the node every second until ctx ends.
func watch(ctx context.Context, o order) <-chan *memory {
	out := make(chan *memory, 1)
	go func() {
		var at, mb []float64
		m := &memory{}
		began := time.Now()
		tick := time.NewTicker(time.Second)
		defer tick.Stop()
		for ctx.Err() == nil {
			if rss, err := resident(o.pid); err == nil {
				at, mb = append(at, time.Since(began).Minutes()), append(mb, rss)
			}
			if info, err := os.Stat(filepath.Join(o.data, "toadlane.db-wal")); err == nil && o.data != "" {
				m.WALMaxMB = max(m.WALMaxMB, float64(info.Size())/1e6)
			}
			select {
			case <-ctx.Done():
			case <-tick.C:
			}
		}
		if len(mb) > 1 {
			m.FirstMB, m.LastMB = mb[0], mb[len(mb)-1]
			m.SlopeMBPerMn = slope(at[len(at)/5:], mb[len(mb)/5:])
		}
		out <- m
	}()
	return out
}

// slope is that of the straight line through the points (least squares).
func slope(x, y []float64) float64 {
	var sx, sy, sxy, sxx float64
	n := float64(len(x))
	for i := range x {
		sx, sy, sxy, sxx = sx+x[i], sy+y[i], sxy+x[i]*y[i], sxx+x[i]*x[i]
	}
	if d := n*sxx - sx*sx; d != 0 {
		return (n*sxy - sx*sy) / d
	}
	return 0
}

// resident is the resident memory of a process in MB.
func resident(pid int) (float64, error) {
	if pid <= 0 {
		return 0, os.ErrNotExist
	}
	f, err := os.Open(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0, err
	}
	defer f.Close() //nolint:errcheck // only read
	for lines := bufio.NewScanner(f); lines.Scan(); {
		if v, ok := strings.CutPrefix(lines.Text(), "VmRSS:"); ok {
			kb, err := strconv.ParseFloat(strings.TrimSpace(strings.TrimSuffix(v, "kB")), 64)
			return kb * 1024 / 1e6, err
		}
	}
	return 0, os.ErrNotExist
}
