package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"time"

	"toadlane/coop"
	"toadlane/federation/queue"
	"toadlane/internal/limits"
	"toadlane/internal/node"
	"toadlane/internal/outbound"
	"toadlane/store"
)

// doctorCommand looks at a node from outside and inside.
type doctorCommand struct {
	Live bool `help:"Only ask the running server whether it is well: for health checks." env:"-"`
	JSON bool `help:"As JSON." env:"-"`
}

// finding is one thing that was looked at. Level is "ok", "warning" or "wrong".
type finding struct {
	About string `json:"about"`
	Level string `json:"level"`
	Says  string `json:"says"`
}

// errIll makes the exit code 1; everything was said before.
var errIll = errors.New("the node needs attention: see the lines that say wrong")

// Run says what is well and what is not; it fails when something is wrong.
func (c *doctorCommand) Run(w *world) error {
	if c.Live {
		s, err := node.ReadSettings(w.data)
		if err != nil {
			return err
		}
		if err := alive(w.ctx, s); err != nil {
			return err
		}
		w.say("well")
		return nil
	}
	d := &doctor{w: w}
	if err := d.look(); err != nil {
		return err
	}
	if err := list(w, c.JSON, d.found, "LEVEL ABOUT SAYS", func(f finding) []any { return []any{f.Level, f.About, f.Says} }); err != nil {
		return err
	}
	for _, f := range d.found {
		if f.Level == "wrong" {
			return errIll
		}
	}
	return nil
}

// alive asks /healthz where the node listens, over loopback.
func alive(ctx context.Context, s node.Settings) error {
	if s.TLS {
		return usage("--live asks over plain http, and this node serves TLS itself. Ask " + string(s.Base) + "/healthz from outside.")
	}
	at := s.Listen
	if at == "" {
		at = node.DefaultListen(s.Base)
	}
	_, port, err := net.SplitHostPort(at)
	if err != nil {
		return usage("node.json names no address to listen on; start toadlane serve with --listen once.")
	}
	url := coop.IRI("http://127.0.0.1:" + port + "/healthz")
	if node.IsLocal(s.Base) {
		url = s.Base + "/healthz" // several nodes of a demo share a port and are told apart by name
	}
	out := outbound.New(outbound.Loopback(), "ToadLane/doctor", outbound.Options{})
	defer out.Close()
	r, err := out.Get(ctx, outbound.Request{Kind: outbound.KindNodeInfo, URL: url, Budget: outbound.NewBudget(1)})
	if err != nil {
		return fmt.Errorf("nothing answers on port %s (%w): see whether toadlane serve runs and what it says", port, err)
	}
	if strings.TrimSpace(string(r.Body)) != node.Well {
		return fmt.Errorf("something else than toadlane answers on port %s", port)
	}
	return nil
}

type doctor struct {
	w     *world
	n     *node.Node
	found []finding
}

func (d *doctor) note(level, about, format string, args ...any) {
	d.found = append(d.found, finding{about, level, fmt.Sprintf(format, args...)})
}

// look does every check. What keeps the node from being opened at all is an error; everything else is noted.
func (d *doctor) look() error {
	d.folder()
	s, err := node.ReadSettings(d.w.data)
	if err != nil {
		return err
	}
	n, err := d.w.open()
	if err != nil {
		return err
	}
	defer n.Close() //nolint:errcheck // nothing was written
	d.n = n
	d.note("ok", "address", "%s", n.Base)
	if c, err := n.CoopStore.Coop(d.w.ctx); err == nil {
		d.note("ok", "co-op", "%s, @%s@%s", c.Name, c.Handle, n.Base.Host())
	} else if coop.ClassOf(err) == coop.NotFound {
		d.note("warning", "co-op", "%s", sentence(coop.Errorf(coop.NotFound, "coop.none", "%w", err), d.w.data))
	} else {
		return err
	}
	d.server(s)
	d.name()
	for _, look := range []func() error{d.data, d.backup, d.queues} {
		if err := look(); err != nil {
			return err
		}
	}
	return nil
}

func (d *doctor) folder() {
	for _, name := range []string{"", "node.json", store.DatabaseFile} {
		path := filepath.Join(d.w.data, name)
		info, err := os.Stat(path)
		if err != nil {
			continue // what must be there is asked for by name below
		}
		if info.Mode().Perm()&0o077 != 0 {
			d.note("wrong", "permissions", "Others on this machine can read %s. Run: chmod go= %s", path, path)
			return
		}
	}
	d.note("ok", "permissions", "only you can read the folder")
}

func (d *doctor) server(s node.Settings) {
	if s.TLS {
		d.note("ok", "server", "serves TLS itself; ask %s/healthz from outside", s.Base)
	} else if err := alive(d.w.ctx, s); err != nil {
		d.note("warning", "server", "%v", err)
	} else {
		d.note("ok", "server", "answers")
	}
	if !node.IsLocal(s.Base) && !s.TLS && len(s.Trusted) == 0 {
		d.note("warning", "proxy", "No proxy is trusted, so all visitors look like one address and share its limits. Start with --trusted-proxy 127.0.0.1/32 if a proxy on this machine stands before the node.")
	}
	for _, t := range s.Trusted {
		p, err := netip.ParsePrefix(t)
		switch {
		case err != nil:
			d.note("wrong", "proxy", "%q is no network. Write it like 127.0.0.1/32.", t)
		case p.Bits() < 8:
			d.note("wrong", "proxy", "%s trusts almost everybody to say who they are. Name the proxy alone.", t)
		}
	}
}

func (d *doctor) name() {
	if node.IsLocal(d.n.Base) {
		d.note("ok", "name", "this machine alone")
		return
	}
	ctx, cancel := context.WithTimeout(d.w.ctx, 5*time.Second)
	defer cancel()
	host := d.n.Base.Hostname()
	addrs, err := net.DefaultResolver.LookupNetIP(ctx, "ip", host)
	if err != nil || len(addrs) == 0 {
		d.note("wrong", "name", "%s has no address in the DNS (%v). Make an A or AAAA record that leads here.", host, err)
		return
	}
	d.note("ok", "name", "%s is %v", host, addrs)
}

func (d *doctor) data() error {
	st, err := d.n.Store.Stats(d.w.ctx)
	if err != nil {
		return err
	}
	d.note("ok", "data", "%d listings, %d pictures, database of %s", st.Listings, st.Photos, size(st.Database))
	switch percent := 100 * float64(st.DiskFree) / float64(max(st.DiskTotal, 1)); {
	case percent < float64(limits.DiskFullPercent):
		d.note("wrong", "disk", "Only %s are free, %.1f %%. When nothing is, every write is refused until there is room. Make room now.", size(st.DiskFree), percent)
	case st.DiskFree < min(limits.DiskLowBytes, st.DiskTotal*int64(limits.DiskLowPercent)/100):
		d.note("warning", "disk", "Only %s are free, so pictures are refused. Make room.", size(st.DiskFree))
	default:
		d.note("ok", "disk", "%s free", size(st.DiskFree))
	}
	if st.WAL > limits.WALAlarm {
		d.note("warning", "database", "The write-ahead log has grown to %s: some program reads the database for long. Stop it.", size(st.WAL))
	}
	return nil
}

func (d *doctor) backup() error {
	last, err := d.n.CoopStore.Setting(d.w.ctx, lastBackup)
	if err != nil {
		return err
	}
	at, err := time.Parse(time.RFC3339, last)
	switch {
	case err != nil:
		d.note("warning", "backup", "No backup was ever made. Make one, keep it elsewhere: toadlane backup FILE")
	case d.n.Now().Sub(at) > 8*24*time.Hour:
		d.note("warning", "backup", "The last backup is of %s. Make one every night.", at.Format(time.DateOnly))
	default:
		d.note("ok", "backup", "last made %s", at.Format(time.DateTime))
	}
	return nil
}

func (d *doctor) queues() error {
	count := map[queue.State]int{}
	for cursor := ""; ; {
		l, next, err := d.n.Queue.Deliveries(d.w.ctx, "", "", cursor, 100)
		if err != nil {
			return err
		}
		for _, x := range l {
			count[x.State]++
		}
		if next == "" {
			break
		}
		cursor = next
	}
	level := "ok"
	if count[queue.Failed] > 0 {
		level = "warning"
	}
	d.note(level, "deliveries", "%d waiting, %d held, %d failed", count[queue.Waiting], count[queue.Held], count[queue.Failed])
	poison, _, err := d.n.Queue.Inbounds(d.w.ctx, queue.Poison, "", 100)
	if err != nil {
		return err
	}
	if len(poison) > 0 {
		d.note("warning", "inbox", "%d activities broke us and are set aside; see toadlane queue list --state poison", len(poison))
	}
	hosts, err := d.n.Queue.Hosts(d.w.ctx)
	if err != nil {
		return err
	}
	for _, h := range hosts {
		if h.OpenUntil.After(d.n.Now()) {
			d.note("warning", "neighbour", "%s does not answer since %s; %d wait for it", h.Name, h.LastOK.Format(time.DateOnly), h.Waiting)
		}
	}
	return nil
}

func size(n int64) string {
	switch {
	case n >= 10<<30:
		return fmt.Sprintf("%d GB", n>>30)
	case n >= 10<<20:
		return fmt.Sprintf("%d MB", n>>20)
	default:
		return fmt.Sprintf("%d kB", n>>10)
	}
}
