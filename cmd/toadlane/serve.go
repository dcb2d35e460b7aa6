package main

import (
	"net"
	"net/netip"
	"strings"

	"toadlane/coop"
	"toadlane/internal/node"
)

// serveCommand serves one node.
type serveCommand struct {
	Base         string   `help:"The node's address, the first time it is served: https://bakery.example" placeholder:"URL"`
	Listen       string   `help:"Where to listen, host:port. 127.0.0.1:8440 unless given, for a proxy on the same machine." placeholder:"ADDRESS"`
	TrustedProxy []string `help:"Networks of proxies whose X-Forwarded-For is believed, such as 127.0.0.1/32." placeholder:"CIDR"`
	TLS          bool     `name:"tls" help:"Get certificates from Let's Encrypt and listen on ports 80 and 443, without a proxy."`
	Email        string   `help:"With --tls: whom the certificate authority may write to."`
	DebugListen  string   `help:"Serve /metrics and /debug/pprof/ here; loopback only." placeholder:"ADDRESS"`
	SourceURL    string   `help:"Where the program's source is, if you changed it (AGPL-3.0, section 13)." placeholder:"URL"`
}

// Run serves until it is told to stop.
func (c *serveCommand) Run(w *world) error {
	o := w.options()
	o.Serve, o.SourceURL = true, c.SourceURL
	if len(c.TrustedProxy) > 0 {
		o.Trusted = c.TrustedProxy
	}
	if c.Base != "" {
		base, err := node.ParseBase(c.Base)
		if err != nil {
			return err
		}
		o.Base = base
	}
	if c.DebugListen != "" && !loopback(c.DebugListen) {
		return usage("--debug-listen shows the inside of the program: give it a loopback address, such as 127.0.0.1:6060.")
	}
	n, err := node.Open(w.ctx, o)
	if err != nil {
		return err
	}
	defer n.Close() //nolint:errcheck // told by Serve
	if err := c.keep(n); err != nil {
		return err
	}
	listeners, err := c.listen(w, n)
	if err != nil {
		return err
	}
	if c.DebugListen != "" {
		l, err := net.Listen("tcp", c.DebugListen)
		if err != nil {
			return &coop.Error{Class: coop.Conflict, Key: "listen.taken", Args: map[string]any{"Address": c.DebugListen, "Cause": err}}
		}
		debug := node.Server(n.Debug(), w.log)
		debug.WriteTimeout = 0 // a profile takes as long as it is asked to
		go debug.Serve(l)      //nolint:errcheck // it ends with the process
		defer debug.Close()    //nolint:errcheck
	}
	c.greet(w, n, listeners)
	if err := n.Serve(w.ctx, listeners...); err != nil {
		return err
	}
	w.say("Stopped.")
	return nil
}

// keep remembers how the node listens, so that the next start and toadlane doctor need no flags.
func (c *serveCommand) keep(n *node.Node) error {
	s := n.Settings
	if c.Listen != "" {
		s.Listen = c.Listen
	}
	if c.TLS {
		s.TLS = true
	}
	if len(c.TrustedProxy) > 0 {
		s.Trusted = c.TrustedProxy
	}
	c.Listen, c.TLS = s.Listen, s.TLS
	if c.Listen == "" {
		c.Listen = node.DefaultListen(n.Base)
	}
	if s.Listen == n.Settings.Listen && s.TLS == n.Settings.TLS && len(c.TrustedProxy) == 0 {
		return nil
	}
	n.Settings = s
	return node.WriteSettings(n.Dir, s)
}

func (c *serveCommand) listen(w *world, n *node.Node) ([]net.Listener, error) {
	if c.TLS {
		if node.IsLocal(n.Base) {
			return nil, usage("--tls needs a public name, and this node is " + string(n.Base) + ".")
		}
		return n.ListenTLS(w.ctx, c.Email)
	}
	l, err := node.Listen(c.Listen, n.Trusted)
	if err != nil {
		return nil, err
	}
	listeners := []net.Listener{l}
	if node.IsLocal(n.Base) {
		if l6 := alsoSix(l, n.Trusted); l6 != nil {
			listeners = append(listeners, l6)
		}
	}
	return listeners, nil
}

// alsoSix listens on ::1 beside 127.0.0.1, where a machine has it: some browsers try it first for names under .localhost.
func alsoSix(l net.Listener, trusted []string) net.Listener {
	ap, err := netip.ParseAddrPort(l.Addr().String())
	if err != nil || ap.Addr() != netip.AddrFrom4([4]byte{127, 0, 0, 1}) {
		return nil
	}
	six, err := node.Listen(netip.AddrPortFrom(netip.IPv6Loopback(), ap.Port()).String(), trusted)
	if err != nil {
		return nil
	}
	return six
}

func (c *serveCommand) greet(w *world, n *node.Node, listeners []net.Listener) {
	if code := n.SetupCode(); code != "" {
		w.say("This node has no co-op yet. Open %s/setup?code=%s (the code, once: %s)", n.Base, code, code)
	}
	where := make([]string, len(listeners))
	for i, l := range listeners {
		where[i] = l.Addr().String()
	}
	w.say("Ready: %s on %s", n.Base, strings.Join(where, ", "))
}

// loopback tells whether an address to listen on is on this machine alone.
func loopback(address string) bool {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return false
	}
	if host == "localhost" {
		return true
	}
	a, err := netip.ParseAddr(host)
	return err == nil && a.IsLoopback()
}
