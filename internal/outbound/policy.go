package outbound

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"strconv"
	"strings"
	"syscall"

	"toadlane/coop"
)

// Policy says where a client may go. There are two, made by Public and Loopback, and neither reaches what the other does,
// so no switch exists that could be left in the wrong position. The zero Policy is refused by New.
type Policy struct{ p *policy }

type policy struct {
	name    string
	schemes []string
	// address judges an address that is about to be dialled.
	address func(netip.AddrPort) error
	// host judges a host name before it is looked up and gives the name to dial.
	host func(string) (string, error)
	// anyPort allows ports in addresses.
	anyPort bool
}

// Public is the policy of every node that talks to the world: https on port 443 of public addresses.
func Public() Policy {
	return Policy{&policy{name: "public", schemes: []string{"https"}, address: publicAddress, host: publicHost}}
}

// Loopback is the policy of demos, tests and benchmarks: 127.0.0.0/8 and ::1 on any port, over http, or over https (see
// Options.RootCAs). Names under .localhost are 127.0.0.1 without asking anybody (RFC 6761 §6.3); other names are refused.
func Loopback() Policy {
	return Policy{&policy{name: "loopback", schemes: []string{"http", "https"}, address: loopbackAddress, host: loopbackHost, anyPort: true}}
}

// errRefused marks what the policy does not allow: trying again changes nothing.
type errRefused struct{ why string }

func (e *errRefused) Error() string { return e.why }

func refuse(format string, args ...any) error { return &errRefused{fmt.Sprintf(format, args...)} }

// judge decides whether an address may be asked for at all, before anything is looked up. What it lets pass is judged
// again by control when the connection is made.
func (p *policy) judge(iri coop.IRI) error {
	if _, err := coop.ParseIRI(string(iri)); err != nil {
		return refuse("%.100q is no canonical address", string(iri))
	}
	scheme, _, _ := strings.Cut(string(iri), "://")
	allowed := false
	for _, s := range p.schemes {
		allowed = allowed || s == scheme
	}
	if !allowed {
		return refuse("%s: scheme %s under the %s policy", iri, scheme, p.name)
	}
	hostname := iri.Hostname()
	if !p.anyPort && iri.Host() != hostname { // a canonical address names no default port
		return refuse("%s: port under the %s policy", iri, p.name)
	}
	if a, err := netip.ParseAddr(strings.Trim(hostname, "[]")); err == nil {
		port := 443
		if p.anyPort {
			port = 1
		}
		return p.address(netip.AddrPortFrom(a, uint16(port)))
	}
	_, err := p.host(hostname)
	return err
}

// control runs after every look-up and before every connection, with the very address that is dialled: a name that
// answers differently the second time (DNS rebinding) gains nothing.
func (p *policy) control(_ context.Context, network, address string, _ syscall.RawConn) error {
	if network != "tcp4" && network != "tcp6" {
		return refuse("network %s", network)
	}
	ap, err := netip.ParseAddrPort(address)
	if err != nil {
		return refuse("address %q", address)
	}
	return p.address(ap)
}

// dial opens a connection to host:port, the host as it stands in the address asked for.
func (p *policy) dial(d *net.Dialer) func(context.Context, string, string) (net.Conn, error) {
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		host, port, err := net.SplitHostPort(address)
		if err != nil {
			return nil, refuse("address %q", address)
		}
		if _, err := netip.ParseAddr(host); err != nil {
			if host, err = p.host(host); err != nil {
				return nil, err
			}
		}
		return d.DialContext(ctx, network, net.JoinHostPort(host, port))
	}
}

// publicHost takes names that can be looked up in the public DNS. The dot at the end keeps the resolver from trying the
// search list of the machine, with which "intranet" would be a neighbour in our own network.
func publicHost(name string) (string, error) {
	i := strings.LastIndexByte(name, '.')
	if i < 0 {
		return "", refuse("%s is no full host name", name)
	}
	// Some resolvers read 127.1, 0x7f.1 and 2130706433 as addresses; no top-level domain is a number (RFC 3696 §2).
	if _, err := strconv.ParseUint(name[i+1:], 0, 64); err == nil {
		return "", refuse("%s is a number, not a name", name)
	}
	// Names for special use (RFC 6761, 6762, 7686, 8375, 9476, ICANN .internal) never are somebody else's server. .test and
	// .example are left to DNS, where they lead nowhere unless somebody tests this very program with a DNS of their own.
	for _, s := range []string{".localhost", ".local", ".onion", ".home.arpa", ".internal", ".alt", ".invalid"} {
		if strings.HasSuffix(name, s) {
			return "", refuse("%s is a name for special use", name)
		}
	}
	return name + ".", nil
}

func loopbackHost(name string) (string, error) {
	if name == "localhost" || strings.HasSuffix(name, ".localhost") {
		return "127.0.0.1", nil
	}
	return "", refuse("%s is not on this machine", name)
}

func publicAddress(ap netip.AddrPort) error {
	if ap.Port() != 443 {
		return refuse("port %d", ap.Port())
	}
	if !isPublic(ap.Addr()) {
		return refuse("%s is no public address", ap.Addr())
	}
	return nil
}

func loopbackAddress(ap netip.AddrPort) error {
	if a := ap.Addr(); a.Zone() != "" || !a.Unmap().IsLoopback() {
		return refuse("%s is not on this machine", a)
	}
	return nil
}

// publicV6 is the only block of IPv6 from which public addresses are given out. It leaves out ::, ::1, IPv4-compatible and
// mapped ones, NAT64, unique local, link-local and site-local addresses.
var publicV6 = netip.MustParsePrefix("2000::/3")

// special are the blocks that are not somebody's public server (IANA special-purpose registries, IPv4 and IPv6).
var special = func() (out []netip.Prefix) {
	for _, s := range []string{
		"0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12",
		"192.0.0.0/24", "192.0.2.0/24", "192.31.196.0/24", "192.52.193.0/24", "192.88.99.0/24", "192.168.0.0/16", "192.175.48.0/24",
		"198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
		"2001::/23", "2001:db8::/32", "2002::/16", "2620:4f:8000::/48", "3fff::/20",
	} {
		out = append(out, netip.MustParsePrefix(s))
	}
	return out
}()

func isPublic(a netip.Addr) bool {
	if a.Zone() != "" {
		return false
	}
	a = a.Unmap()
	if a.Is6() && !publicV6.Contains(a) {
		return false
	}
	for _, p := range special {
		if p.Contains(a) {
			return false
		}
	}
	return a.IsValid() && a.IsGlobalUnicast()
}
