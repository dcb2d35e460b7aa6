package node

import (
	"fmt"
	"net"
	"net/netip"
	"sync"

	"toadlane/coop"
	"toadlane/internal/limits"
)

// Listen opens address with the bounds on connections: limits.Connections in all and limits.ConnectionsPerIP from one
// address. trusted are proxies, whose one address stands for many people and is not bounded; nor is this machine. Class
// Conflict, key listen.taken, when somebody listens there.
func Listen(address string, trusted []string) (net.Listener, error) {
	var proxies []netip.Prefix
	for _, t := range trusted {
		p, err := netip.ParsePrefix(t)
		if err != nil {
			return nil, coop.Errorf(coop.Invalid, "proxy.invalid", "proxy %q: %w", t, err)
		}
		proxies = append(proxies, p.Masked())
	}
	l, err := net.Listen("tcp", address)
	if err != nil {
		return nil, fmt.Errorf("listen: %w", &coop.Error{Class: coop.Conflict, Key: "listen.taken", Args: map[string]any{"Address": address, "Cause": err.Error()}})
	}
	return Bound(l, proxies), nil
}

// Bound puts the bounds on a listener; the addresses of proxies have none of their own.
func Bound(l net.Listener, proxies []netip.Prefix) net.Listener {
	return &bounded{Listener: l, proxies: proxies, slots: make(chan struct{}, limits.Connections), from: map[netip.Addr]int{}, closed: make(chan struct{})}
}

// bounded is a listener that takes only so many connections. At the bound for all it waits; past the bound of one address it
// hangs up, so that one stranger cannot keep the others waiting.
type bounded struct {
	net.Listener
	proxies []netip.Prefix
	slots   chan struct{}
	closed  chan struct{}
	once    sync.Once

	mu   sync.Mutex
	from map[netip.Addr]int
}

func (b *bounded) Accept() (net.Conn, error) {
	for {
		select {
		case b.slots <- struct{}{}:
		case <-b.closed:
			return nil, net.ErrClosed
		}
		c, err := b.Listener.Accept()
		if err != nil {
			<-b.slots
			return nil, err
		}
		who := peerAddress(c)
		if !b.enter(who) {
			<-b.slots
			_ = c.Close()
			continue
		}
		return &boundedConn{Conn: c, leave: func() { b.leave(who); <-b.slots }}, nil
	}
}

func (b *bounded) Close() error {
	b.once.Do(func() { close(b.closed) })
	return b.Listener.Close()
}

func (b *bounded) enter(a netip.Addr) bool {
	if !a.IsValid() || a.IsLoopback() {
		return true
	}
	for _, p := range b.proxies {
		if p.Contains(a) {
			return true
		}
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.from[a] >= limits.ConnectionsPerIP {
		return false
	}
	b.from[a]++
	return true
}

func (b *bounded) leave(a netip.Addr) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.from[a] <= 1 {
		delete(b.from, a)
		return
	}
	b.from[a]--
}

// peerAddress is who connects; an IPv6 visitor counts by its /64, since it has all of that.
func peerAddress(c net.Conn) netip.Addr {
	ap, err := netip.ParseAddrPort(c.RemoteAddr().String())
	if err != nil {
		return netip.Addr{}
	}
	a := ap.Addr().Unmap().WithZone("")
	if a.Is6() && !a.IsLoopback() {
		if p, err := a.Prefix(64); err == nil {
			a = p.Addr()
		}
	}
	return a
}

type boundedConn struct {
	net.Conn
	once  sync.Once
	leave func()
}

func (c *boundedConn) Close() error {
	err := c.Conn.Close()
	c.once.Do(c.leave)
	return err
}
