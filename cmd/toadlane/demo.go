package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"sync"
	"syscall"
	"time"

	"toadlane/coop"
	"toadlane/federation/queue"
	"toadlane/internal/node"
	"toadlane/internal/sample"
)

// demoCommand serves four co-ops on this machine.
type demoCommand struct {
	Dir   string `help:"Where the four nodes keep their data, each in a folder of its own." default:"toadlane-data/demo" placeholder:"DIR"`
	Port  *int   `help:"Port for all four; 0 is any that is free. 8470 unless given." placeholder:"PORT"`
	Stop  string `help:"Leave one out that was here before: region is the node that hosts the region. The others go on without it." enum:"region," default:"" placeholder:"region"`
	Fresh bool   `help:"Begin anew: what an earlier demonstration kept in the folder is removed."`
}

const demoPort = 8470

// demoReady is how long the four may take to know each other before the demonstration says that it is ready all the same.
const demoReady = 30 * time.Second

// demoNode is one of the four.
type demoNode struct {
	sample.Coop
	*node.Node
}

// Run starts the four, lets them follow each other, and says where to go.
func (c *demoCommand) Run(w *world) error {
	begun := time.Now()
	if err := os.MkdirAll(c.Dir, 0o700); err != nil {
		return coop.Errorf(coop.Unavailable, "node.folder", "%w", err)
	}
	unlock, err := c.lock()
	if err != nil {
		return err
	}
	defer unlock()
	samples := c.samples()
	if c.Fresh {
		for _, s := range samples {
			if err := os.RemoveAll(filepath.Join(c.Dir, s.Host)); err != nil {
				return coop.Errorf(coop.Unavailable, "node.folder", "%w", err)
			}
		}
	}
	listeners, port, err := c.listen(samples)
	if err != nil {
		return err
	}
	nodes, err := c.openAll(w, samples, port)
	defer func() {
		for _, l := range listeners {
			_ = l.Close()
		}
		for _, n := range nodes {
			_ = n.Close()
		}
	}()
	if err != nil {
		return err
	}
	work := []func(context.Context) error{func(ctx context.Context) error {
		stopping := func() bool { return ctx.Err() != nil || w.ctx.Err() != nil } // the servers close before what works on them
		if err := meet(ctx, nodes); err != nil && !stopping() {
			return err
		}
		for _, fill := range []func(context.Context, []*demoNode) error{talkAcross, shareHandbooks, formRegions} {
			if err := fill(ctx, nodes); err != nil && !stopping() {
				return err
			}
		}
		if !stopping() {
			c.greet(w, nodes, port, time.Since(begun))
		}
		return nil
	}}
	for _, n := range nodes {
		work = append(work, n.Run)
	}
	if err := node.ServeAll(w.ctx, demoHosts(nodes, port), w.log, listeners, work...); err != nil {
		return err
	}
	w.say("Stopped. What you did is kept in %s.", c.Dir)
	return nil
}

// samples are the co-ops that are served.
func (c *demoCommand) samples() []sample.Coop {
	all := sample.Coops()
	if c.Stop == "" || c.Fresh {
		return all
	}
	return slices.DeleteFunc(all, func(s sample.Coop) bool {
		return slices.ContainsFunc(sample.Regions(), func(r sample.Region) bool { return r.Host == s.Host })
	})
}

// lock keeps a second demonstration, and --fresh, away from the folder of a running one.
func (c *demoCommand) lock() (func(), error) {
	f, err := os.OpenFile(filepath.Join(c.Dir, "demo.lock"), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, coop.Errorf(coop.Unavailable, "node.folder", "%w", err)
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		_ = f.Close()
		return nil, usage("A demonstration runs on " + c.Dir + " already. Stop it, or choose another folder with --dir.")
	}
	return func() { _ = f.Close() }, nil
}

// listen opens the port. Nodes that were made for one port keep it: their addresses are known to each other.
func (c *demoCommand) listen(samples []sample.Coop) ([]net.Listener, int, error) {
	port, kept := demoPort, 0
	if c.Port != nil {
		port = *c.Port
	}
	for _, s := range samples {
		if set, err := node.ReadSettings(filepath.Join(c.Dir, s.Host)); err == nil {
			if _, p, err := net.SplitHostPort(set.Base.Host()); err == nil {
				kept, _ = strconv.Atoi(p)
			}
		}
	}
	if kept != 0 {
		if c.Port != nil && port != 0 && port != kept {
			return nil, 0, usage(fmt.Sprintf("The demonstration in %s lives on port %d. Use --port %d, or --fresh to begin anew.", c.Dir, kept, kept))
		}
		port = kept
	}
	l, err := node.Listen(net.JoinHostPort("127.0.0.1", strconv.Itoa(port)), nil)
	if err != nil {
		var e *coop.Error
		if errors.As(err, &e) && e.Key == "listen.taken" {
			err = usage(fmt.Sprintf("Nothing can listen on port %d (%v). Stop what is there, or choose another port: toadlane demo --port 0 --dir OTHER", port, e.Args["Cause"]))
		}
		return nil, 0, err
	}
	port = l.Addr().(*net.TCPAddr).Port
	listeners := []net.Listener{l}
	if six := alsoSix(l, nil); six != nil {
		listeners = append(listeners, six)
	}
	return listeners, port, nil
}

// openAll opens the four at once and fills those that are new.
func (c *demoCommand) openAll(w *world, samples []sample.Coop, port int) ([]*demoNode, error) {
	nodes := make([]*demoNode, len(samples))
	errs := make([]error, len(samples))
	var all sync.WaitGroup
	for i, s := range samples {
		all.Go(func() {
			nodes[i], errs[i] = c.openOne(w, s, port)
		})
	}
	all.Wait()
	var opened []*demoNode
	for _, n := range nodes {
		if n != nil {
			opened = append(opened, n)
		}
	}
	return opened, errors.Join(errs...)
}

const filledSetting = "demo"

func (c *demoCommand) openOne(w *world, s sample.Coop, port int) (*demoNode, error) {
	o := w.options()
	o.DB, o.MasterKey = "", ""
	o.Dir, o.Serve = filepath.Join(c.Dir, s.Host), true
	o.Base = coop.IRI(fmt.Sprintf("http://%s.localhost:%d", s.Host, port))
	o.Log = w.log.With("node", s.Host)
	for range 2 {
		n, err := node.Open(w.ctx, o)
		if err != nil {
			return nil, err
		}
		filled, err := n.CoopStore.Setting(w.ctx, filledSetting)
		_, none := n.CoopStore.Coop(w.ctx)
		switch {
		case err == nil && filled != "":
			return &demoNode{s, n}, nil
		case err == nil && none == nil: // an earlier demonstration was stopped while it filled this one
			_ = n.Close()
			if err := os.RemoveAll(o.Dir); err != nil {
				return nil, coop.Errorf(coop.Unavailable, "node.folder", "%w", err)
			}
			continue
		}
		if err == nil {
			err = fill(w.ctx, n, s)
		}
		if err == nil {
			err = n.CoopStore.SetSetting(w.ctx, filledSetting, "filled")
		}
		if err != nil {
			_ = n.Close()
			return nil, err
		}
		return &demoNode{s, n}, nil
	}
	return nil, errors.New("the folder " + o.Dir + " fills itself")
}

// meet lets every node follow every other, over the same signed HTTP as between strangers, and waits until they know each
// other's listings.
func meet(ctx context.Context, nodes []*demoNode) error {
	errs := make(chan error, len(nodes))
	for _, n := range nodes {
		go func() {
			for _, other := range nodes {
				if other == n {
					continue
				}
				var last error
				if met, err := until(ctx, demoReady, func() (bool, error) { // on a machine that is busy with starting one may be slow to answer
					_, last = n.Federation.Follow(ctx, coop.System("demo"), "@"+other.Coop.Coop.Handle+"@"+other.Base.Host())
					return last == nil, nil
				}); err != nil || !met {
					errs <- fmt.Errorf("%s follows %s: %w", n.Host, other.Host, errors.Join(err, last))
					return
				}
			}
			errs <- nil
		}()
	}
	var failed error
	for range nodes {
		failed = errors.Join(failed, <-errs)
	}
	if failed != nil {
		if ctx.Err() != nil {
			return nil // stopped before it began
		}
		return failed
	}
	_, err := until(ctx, demoReady, func() (bool, error) { return allMet(ctx, nodes) })
	return err
}

// until looks until ok, for no longer than most. It tells whether it came to that.
func until(ctx context.Context, most time.Duration, ok func() (bool, error)) (bool, error) {
	deadline := time.NewTimer(most)
	defer deadline.Stop()
	look := time.NewTicker(50 * time.Millisecond)
	defer look.Stop()
	for {
		done, err := ok()
		if ctx.Err() != nil {
			return false, nil
		}
		if err != nil || done {
			return done, err
		}
		select {
		case <-ctx.Done():
			return false, nil
		case <-deadline.C:
			return false, nil
		case <-look.C:
		}
	}
}

func allMet(ctx context.Context, nodes []*demoNode) (bool, error) {
	for _, n := range nodes {
		peers, err := n.Queue.Peers(ctx)
		if err != nil {
			return false, err
		}
		met := 0
		for _, p := range peers {
			if p.State == queue.Accepted && !p.Backfill && p.Listings > 0 {
				met++
			}
		}
		if met < len(nodes)-1 {
			return false, nil
		}
	}
	return true, nil
}

// greet says where to go. Its last line begins with "Ready", for scripts.
func (c *demoCommand) greet(w *world, nodes []*demoNode, port int, took time.Duration) {
	w.say("%s co-ops live on this machine and follow each other:\n", howMany(len(nodes)))
	for _, n := range nodes {
		w.say("  %-22s %s", n.Coop.Coop.Name, n.Base)
	}
	w.say("\nEverybody signs in at /login with the password: %s\n", sample.Password)
	for _, n := range nodes {
		for _, p := range n.People {
			if p.Email != "" {
				w.say("  %-22s %s (%s)", p.Email, n.Base+"/login", p.Role)
			}
		}
	}
	w.say("\nPost something on one and find it on the others' markets:")
	w.say("  toadlane listing add --data %s --purpose offer --title \"A lamp\" --mode gift", filepath.Join(c.Dir, nodes[0].Host))
	for _, r := range sample.Regions() {
		switch host := hostOf(w.ctx, nodes, r.Founding.Slug); {
		case host != "" && c.Stop == "":
			w.say("\nThey form the region %s, which %s hosts: %s/regions/%s", r.Founding.Name["en"], host, nodes[0].Base, r.Founding.Slug)
			w.say("Leave that one out next time, and see the others go on: toadlane demo --stop region")
		case host == "":
			w.say("\nThe node that hosts the region %s is left out. Its council can move it: %s/regions/%s/council", r.Founding.Name["en"], nodes[0].Base, r.Founding.Slug)
		}
	}
	w.say("\nMails are not sent; they are laid in %s/*/outbox, where a mail program can open them.", c.Dir)
	w.say("\nReady after %.1f s: http://localhost:%d/ lists them. Stop with Ctrl-C; it is kept.", took.Seconds(), port)
}

// howMany is a small number in words.
func howMany(n int) string {
	if words := []string{"No", "One", "Two", "Three", "Four"}; n < len(words) {
		return words[n]
	}
	return strconv.Itoa(n)
}

// demoHosts tells the four apart by host name; localhost itself lists them.
func demoHosts(nodes []*demoNode, port int) http.Handler {
	byHost := map[string]http.Handler{}
	index := "<!doctype html><html lang=en><meta charset=utf-8><title>Toad Lane demonstration</title><h1>" + howMany(len(nodes)) + " co-ops</h1><ul>"
	for _, n := range nodes {
		byHost[n.Base.Host()] = n.Handler()
		index += fmt.Sprintf("<li><a href=%q>%s</a>", string(n.Base)+"/", n.Coop.Coop.Name)
	}
	index += "</ul>"
	off := map[string]bool{}
	for _, s := range sample.Coops() {
		if host := fmt.Sprintf("%s.localhost:%d", s.Host, port); byHost[host] == nil {
			off[host] = true
		}
	}
	own := map[string]bool{fmt.Sprintf("localhost:%d", port): true, fmt.Sprintf("127.0.0.1:%d", port): true, fmt.Sprintf("[::1]:%d", port): true}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if h := byHost[r.Host]; h != nil {
			h.ServeHTTP(w, r)
			return
		}
		if off[r.Host] { // as a server that is switched off: others try again soon
			http.Error(w, "This co-op is left out of the demonstration.", http.StatusServiceUnavailable)
			return
		}
		if !own[r.Host] || r.URL.Path != "/" {
			http.Error(w, "No co-op of this demonstration has that name.", http.StatusMisdirectedRequest)
			return
		}
		h := w.Header()
		h.Set("Content-Type", "text/html; charset=utf-8")
		h.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'; base-uri 'none'")
		h.Set("X-Content-Type-Options", "nosniff")
		_, _ = w.Write([]byte(index))
	})
}
