package outbound

import (
	"context"
	"crypto/x509"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"os"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"toadlane/coop"
)

// forbiddenAddresses gives the first, a middle and the last address of every block that is no public server.
func forbiddenAddresses(t testing.TB) []string {
	t.Helper()
	blocks := append([]netip.Prefix(nil), special...)
	for _, s := range []string{"::/128", "::1/128", "::/96", "64:ff9b::/96", "64:ff9b:1::/48", "100::/64", "fc00::/7", "fe80::/10", "fec0::/10", "ff00::/8", "4000::/3"} {
		blocks = append(blocks, netip.MustParsePrefix(s))
	}
	var out []string
	for _, p := range blocks {
		first := p.Masked().Addr()
		last := first.AsSlice()
		middle := first.AsSlice()
		for i := range last {
			for b := range 8 {
				if i*8+b >= p.Bits() {
					last[i] |= 0x80 >> b
					if i*8+b == p.Bits() {
						middle[i] |= 0x80 >> b
					}
				}
			}
		}
		l, _ := netip.AddrFromSlice(last)
		m, _ := netip.AddrFromSlice(middle)
		out = append(out, first.String(), m.String(), l.String())
	}
	return append(out, "169.254.169.254", "::127.0.0.1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "fe80::1%lo", "255.255.255.255")
}

var publicAddresses = []string{"9.9.9.9", "1.1.1.1", "11.0.0.0", "172.15.255.255", "172.32.0.1", "100.63.255.255", "100.128.0.0", "198.17.255.255", "198.20.0.1",
	"223.255.255.255", "192.0.1.1", "2606:4700:4700::1111", "2a00:1450::1", "2001:200::1", "2003::1", "::ffff:9.9.9.9"}

// NET-02: every block of the list, at its beginning, middle and end.
func TestPublicAddresses(t *testing.T) {
	t.Parallel()
	for _, s := range forbiddenAddresses(t) {
		if isPublic(netip.MustParseAddr(s)) {
			t.Errorf("%s passes as public", s)
		}
	}
	for _, s := range publicAddresses {
		if !isPublic(netip.MustParseAddr(s)) {
			t.Errorf("%s does not pass", s)
		}
	}
	if isPublic(netip.Addr{}) {
		t.Error("the zero address passes")
	}
}

// NET-02, NET-09: the guard as the dialer calls it.
func TestControl(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		policy           Policy
		network, address string
		ok               bool
	}{
		{Public(), "tcp4", "9.9.9.9:443", true},
		{Public(), "tcp6", "[2606:4700:4700::1111]:443", true},
		{Public(), "tcp4", "9.9.9.9:80", false},
		{Public(), "tcp4", "9.9.9.9:22", false},
		{Public(), "udp4", "9.9.9.9:443", false},
		{Public(), "unix", "/run/x.sock", false},
		{Public(), "tcp4", "127.0.0.1:443", false},
		{Public(), "tcp6", "[::1]:443", false},
		{Public(), "tcp6", "[fe80::1%lo]:443", false},
		{Public(), "tcp4", "name:443", false},
		{Loopback(), "tcp4", "127.0.0.1:8470", true},
		{Loopback(), "tcp4", "127.255.3.4:1", true},
		{Loopback(), "tcp6", "[::1]:443", true},
		{Loopback(), "tcp4", "9.9.9.9:443", false},
		{Loopback(), "tcp4", "10.0.0.1:8470", false},
		{Loopback(), "tcp4", "0.0.0.0:8470", false},
		{Loopback(), "tcp6", "[::]:8470", false},
		{Loopback(), "udp4", "127.0.0.1:53", false},
	} {
		err := c.policy.p.control(context.Background(), c.network, c.address, nil)
		if (err == nil) != c.ok {
			t.Errorf("%s: %s %s: %v", c.policy.p.name, c.network, c.address, err)
		}
	}
}

func TestOwnAddressIsRefused(t *testing.T) {
	t.Parallel()
	with := New(Public(), agent, Options{Own: []netip.Addr{netip.MustParseAddr("9.9.9.9")}})
	without := New(Public(), agent, Options{})
	if with.policy.address(netip.MustParseAddrPort("9.9.9.9:443")) == nil || with.policy.address(netip.MustParseAddrPort("[::ffff:9.9.9.9]:443")) == nil {
		t.Error("our own address is let through")
	}
	if err := without.policy.address(netip.MustParseAddrPort("9.9.9.9:443")); err != nil {
		t.Errorf("control: %v", err)
	}
}

// NET-01: literal private targets, their short forms and other ports, for every kind. Nothing may be dialled and no name
// looked up.
func TestLiteralTargets(t *testing.T) {
	t.Parallel()
	targets := []string{
		"https://127.0.0.1/", "https://[::1]/", "https://10.9.9.9/x", "https://169.254.169.254/latest/meta-data/", "https://192.168.0.1/",
		"https://2130706433/", "https://0x7f.1/", "https://127.1/", "https://0x7f000001/", "https://017700000001/", "https://a.0x7f/", "https://[::ffff:7f00:1]/",
		"https://[::ffff:127.0.0.1]/", "https://[::127.0.0.1]/", "https://[::]/", "https://0.0.0.0/", "https://[64:ff9b::7f00:1]/", "https://[fec0::1]/",
		"https://localhost/", "https://a.localhost/", "https://intranet/", "https://printer.local/", "https://db.internal/", "https://x.onion/",
		"http://peer.example/", "https://peer.example:22/", "https://peer.example:25/", "https://peer.example:6379/", "https://peer.example:5432/", "https://peer.example:80/", "https://peer.example:8443/",
		"https://peer.example:443/", "https://PEER.example/", "https://peer.example./", "https://u@peer.example/", "https://peer.example\\@127.0.0.1/", "https://１２７.0.0.1/",
		"ftp://peer.example/", "file:///etc/passwd", "gopher://peer.example/", "unix:/x", "//peer.example/", "", "peer.example",
	}
	eachKind(t, func(t *testing.T, k Kind) {
		var lookups atomic.Int32
		c := New(Public(), agent, Options{Resolver: resolver(t, func(string) []string { lookups.Add(1); return []string{"9.9.9.9"} })})
		admitted, refused := watch(c)
		for _, target := range targets {
			err := ask(t.Context(), c, k, coop.IRI(target))
			if coop.ClassOf(err) != coop.Forbidden || Temporary(err) {
				t.Errorf("%s: %v", target, err)
			}
		}
		if n := len(admitted()) + len(refused()); n != 0 || lookups.Load() != 0 {
			t.Errorf("%d dials, %d look-ups", n, lookups.Load())
		}
		// Control: the same client does go to a public name.
		if err := ask(t.Context(), c, k, "https://peer.example/"); !strings.Contains(err.Error(), errAdmitted.Error()) {
			t.Errorf("control: %v", err)
		}
		if got := admitted(); !slices.Contains(got, "9.9.9.9:443") {
			t.Errorf("control: admitted %q", got)
		}
	})
}

// NET-02: names that DNS says are in a special block, for every kind.
func TestNamesOfSpecialAddresses(t *testing.T) {
	t.Parallel()
	eachKind(t, func(t *testing.T, k Kind) {
		var now atomic.Value
		c := New(Public(), agent, Options{Resolver: resolver(t, func(string) []string { return []string{now.Load().(string)} })})
		admitted, refused := watch(c)
		tried := 0
		for _, a := range forbiddenAddresses(t) {
			if strings.Contains(a, "%") { // a zone is nothing DNS can answer
				continue
			}
			now.Store(a)
			tried++
			err := ask(t.Context(), c, k, "https://evil.example/")
			if coop.ClassOf(err) != coop.Forbidden || Temporary(err) {
				t.Errorf("%s: %v", a, err)
			}
		}
		if got := admitted(); len(got) != 0 {
			t.Errorf("admitted %q", got)
		}
		if got := refused(); len(got) < tried { // the guard itself has said no, each time
			t.Errorf("%d refusals for %d addresses", len(got), tried)
		}
	})
}

// NET-03: what is dialled is what was judged, whatever DNS says next.
func TestRebinding(t *testing.T) {
	t.Parallel()
	eachKind(t, func(t *testing.T, k Kind) {
		var n atomic.Int32
		answers := [][]string{{"9.9.9.9"}, {"127.0.0.1"}, {"10.0.0.1", "9.9.9.9"}, {"9.9.9.9", "169.254.169.254"}, {"::1", "9.9.9.9"}}
		c := New(Public(), agent, Options{Resolver: resolver(t, func(string) []string { return answers[int(n.Add(1))%len(answers)] })})
		admitted, refused := watch(c)
		for range 3 * len(answers) {
			if err := ask(t.Context(), c, k, "https://evil.example/"); err == nil {
				t.Error("it went through")
			}
		}
		for _, a := range admitted() {
			if a != "9.9.9.9:443" {
				t.Errorf("admitted %s", a)
			}
		}
		if len(admitted()) == 0 || len(refused()) == 0 {
			t.Errorf("control: admitted %q, refused %q", admitted(), refused())
		}
	})
}

// The two policies have nothing in common.
func TestPoliciesAreDisjoint(t *testing.T) {
	t.Parallel()
	for _, s := range append(forbiddenAddresses(t), publicAddresses...) {
		ap := netip.AddrPortFrom(netip.MustParseAddr(s), 443)
		if publicAddress(ap) == nil && loopbackAddress(ap) == nil {
			t.Errorf("both policies reach %s", s)
		}
	}
	var hits atomic.Int32
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { hits.Add(1); w.WriteHeader(http.StatusNoContent) }))
	defer s.Close()
	local := coop.IRI(s.URL + "/inbox")
	public, loop := New(Public(), agent, Options{}), New(Loopback(), agent, Options{})
	admitted, _ := watch(public)
	if err := ask(t.Context(), public, KindDelivery, local); coop.ClassOf(err) != coop.Forbidden {
		t.Errorf("public to loopback: %v", err)
	}
	if hits.Load() != 0 || len(admitted()) != 0 {
		t.Error("the public client reached this machine")
	}
	if err := ask(t.Context(), loop, KindDelivery, local); err != nil || hits.Load() != 1 {
		t.Errorf("control: loopback to loopback: %v", err)
	}
	admitted, _ = watch(loop)
	for _, target := range []coop.IRI{"https://9.9.9.9/", "http://peer.example/", "https://peer.example/", "http://10.0.0.1/", "http://192.168.1.1:8080/", "http://[2606:4700:4700::1111]/", "http://0.0.0.0/", "http://localhost.example/"} {
		if err := ask(t.Context(), loop, KindDelivery, target); coop.ClassOf(err) != coop.Forbidden {
			t.Errorf("loopback to %s: %v", target, err)
		}
	}
	if len(admitted()) != 0 {
		t.Errorf("the loopback client dialled %q", admitted())
	}
}

// RFC 6761 §6.3: names under .localhost need no DNS.
func TestLocalhostNames(t *testing.T) {
	t.Parallel()
	var lookups atomic.Int32
	hosts := make(chan string, 10)
	s := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { hosts <- r.Host }))
	defer s.Close()
	port := s.URL[strings.LastIndexByte(s.URL, ':'):]
	c := New(Loopback(), agent, Options{Resolver: resolver(t, func(string) []string { lookups.Add(1); return []string{"127.0.0.1"} })})
	for _, name := range []string{"localhost", "bakery.localhost", "a.b.localhost", "127.0.0.1"} {
		if err := ask(t.Context(), c, KindDelivery, coop.IRI("http://"+name+port+"/")); err != nil {
			t.Fatal(err)
		}
		if got := <-hosts; got != name+port {
			t.Errorf("Host %s, want %s", got, name+port)
		}
	}
	if lookups.Load() != 0 {
		t.Errorf("%d look-ups", lookups.Load())
	}
}

// NET-09: the environment cannot put a proxy between us and the guard. Not parallel: it changes the environment.
func TestProxyEnvironment(t *testing.T) {
	for _, name := range []string{"HTTP_PROXY", "HTTPS_PROXY", "https_proxy", "ALL_PROXY"} {
		t.Setenv(name, "http://9.9.9.10:3128")
	}
	if os.Getenv("HTTPS_PROXY") == "" {
		t.Fatal("the environment is not set")
	}
	c := New(Public(), agent, Options{Resolver: resolver(t, func(string) []string { return []string{"9.9.9.9"} })})
	admitted, refused := watch(c)
	_ = ask(t.Context(), c, KindActor, "https://peer.example/")
	if got := admitted(); len(got) == 0 || slices.ContainsFunc(got, func(a string) bool { return a != "9.9.9.9:443" }) || len(refused()) != 0 {
		t.Errorf("dialled %q and %q", got, refused())
	}
	if c.transport.Proxy != nil {
		t.Error("the transport has a proxy")
	}
}

// A name is looked up as it stands: without the dot the machine's search list would be tried as well.
func TestNamesAreLookedUpWhole(t *testing.T) {
	t.Parallel()
	if got, err := publicHost("peer.example"); got != "peer.example." || err != nil {
		t.Errorf("%q, %v", got, err)
	}
}

func TestNewRefusesBadWiring(t *testing.T) {
	t.Parallel()
	for name, f := range map[string]func(){
		"no policy":           func() { New(Policy{}, agent, Options{}) },
		"no user agent":       func() { New(Public(), "", Options{}) },
		"authorities, public": func() { New(Public(), agent, Options{RootCAs: x509.NewCertPool()}) },
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s: taken", name)
				}
			}()
			f()
		}()
	}
}

func FuzzJudge(f *testing.F) {
	for _, s := range []string{"https://peer.example/", "https://127.0.0.1/", "https://[::1]/", "https://0x7f.1/", "http://a.localhost:8470/x?y#z", "https://[::ffff:7f00:1]/"} {
		f.Add(s)
	}
	public, loop := New(Public(), agent, Options{}), New(Loopback(), agent, Options{})
	f.Fuzz(func(t *testing.T, s string) {
		i := coop.IRI(s)
		pub, lo := public.Allowed(i), loop.Allowed(i)
		if pub == nil && lo == nil {
			t.Errorf("both policies take %q", s)
		}
		if pub == nil {
			if !strings.HasPrefix(s, "https://") || strings.Contains(i.Hostname(), "localhost") && !strings.Contains(i.Hostname(), ".") {
				t.Errorf("public takes %q", s)
			}
			if a, err := netip.ParseAddr(strings.Trim(i.Hostname(), "[]")); err == nil && !isPublic(a) {
				t.Errorf("public takes %q", s)
			}
		}
	})
}
