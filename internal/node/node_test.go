package node_test

import (
	"context"
	"encoding/base64"
	"errors"
	"io"
	"net"
	"net/http"
	"net/netip"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"toadlane/coop"
	"toadlane/internal/limits"
	"toadlane/internal/node"
	"toadlane/internal/testrig"
)

func TestParseBase(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"https://bakery.example":       "",
		"https://bakery.example/":      "",
		"http://bakery.localhost:8470": "",
		"http://localhost:8080":        "",
		"http://127.0.0.1:8080":        "",
		"http://[::1]:8080":            "",
		"https://bakery.localhost":     "",
		"http://bakery.example":        "base.plain",
		"https://bakery.example:8443":  "base.port",
		"https://192.0.2.1":            "base.name",
		"https://intranet":             "base.name",
		"https://Bakery.Example":       "base.invalid",
		"https://bakery.example/coop":  "base.invalid",
		"https://bakery.example?x":     "base.invalid",
		"ftp://bakery.example":         "base.invalid",
		"bakery.example":               "base.invalid",
		"":                             "base.invalid",
		"http://localhost.example:80":  "base.invalid", // a default port is no spelling of ours
		"http://notlocalhost:8080":     "base.plain",
	} {
		got, err := node.ParseBase(in)
		key := ""
		if err != nil {
			key = coop.KeyOf(err)
		}
		if key != want {
			t.Errorf("ParseBase(%q) = %q, %q; want key %q", in, got, key, want)
		}
	}
}

func TestSettingsComeBack(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "new")
	if _, err := node.ReadSettings(dir); coop.KeyOf(err) != "node.none" {
		t.Fatalf("settings of nothing: %v", err)
	}
	want := node.Settings{Base: "https://bakery.example", Listen: "127.0.0.1:8440", Trusted: []string{"127.0.0.1/32"}}
	if err := node.WriteSettings(dir, want); err != nil {
		t.Fatal(err)
	}
	got, err := node.ReadSettings(dir)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	for name, text := range map[string]string{"cut short": `{"base":"https://bak`, "another address": `{"base":"http://bakery.example"}`} {
		if err := os.WriteFile(filepath.Join(dir, "node.json"), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := node.ReadSettings(dir); coop.ClassOf(err) != coop.Invalid {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestParseMaster(t *testing.T) {
	t.Parallel()
	var want [32]byte
	want[0], want[31] = 1, 255
	text := base64.RawURLEncoding.EncodeToString(want[:])
	got, err := node.ParseMaster("  " + text + "\n")
	if err != nil || got != want {
		t.Errorf("%v, %v", got, err)
	}
	for _, bad := range []string{"", text[:40], text + "AA", "?" + text[1:]} {
		if _, err := node.ParseMaster(bad); coop.KeyOf(err) != "master.invalid" {
			t.Errorf("ParseMaster(%q): %v", bad, err)
		}
	}
}

// A node opened again is the same node: key, public points and address do not change, and another address is refused.
func TestOpenTwice(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	open := func(base coop.IRI) (*node.Node, error) {
		return node.Open(t.Context(), node.Options{Dir: dir, Base: base, Log: testrig.Quiet()})
	}
	if _, err := open(""); coop.KeyOf(err) != "node.none" {
		t.Fatalf("opening nothing: %v", err)
	}
	first, err := open("http://bakery.localhost:8470")
	if err != nil {
		t.Fatal(err)
	}
	master, fuzz := first.Master, first.Market.Fuzz
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	again, err := open("")
	if err != nil {
		t.Fatal(err)
	}
	if again.Base != "http://bakery.localhost:8470" || again.Master != master || !cmp.Equal(again.Market.Fuzz, fuzz) || len(fuzz) != 32 {
		t.Errorf("the node changed: %s", again.Base)
	}
	if err := again.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := open("http://cycles.localhost:8470"); coop.KeyOf(err) != "base.pinned" {
		t.Errorf("another address: %v", err)
	}
	// node.json may be edited; the database knows better.
	if err := node.WriteSettings(dir, node.Settings{Base: "http://cycles.localhost:8470"}); err != nil {
		t.Fatal(err)
	}
	if _, err := open(""); coop.KeyOf(err) != "base.pinned" {
		t.Errorf("an edited node.json: %v", err)
	}
}

// fakeListener hands out connections from addresses of the test's choice.
type fakeConn struct {
	net.Conn
	from net.Addr
}

func (c fakeConn) RemoteAddr() net.Addr { return c.from }

type fakeListener struct{ conns chan net.Conn }

func (l fakeListener) Accept() (net.Conn, error) {
	c, ok := <-l.conns
	if !ok {
		return nil, io.EOF
	}
	return c, nil
}
func (l fakeListener) Close() error   { return nil }
func (l fakeListener) Addr() net.Addr { return &net.TCPAddr{} }

func TestConnectionsOfOneAddressAreBounded(t *testing.T) {
	t.Parallel()
	inner := fakeListener{make(chan net.Conn, 4*limits.ConnectionsPerIP)}
	l := node.Bound(inner, []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")})
	from := func(a string) net.Conn {
		c, _ := net.Pipe()
		return fakeConn{c, net.TCPAddrFromAddrPort(netip.MustParseAddrPort(a))}
	}
	accept := func() string {
		c, err := l.Accept()
		if err != nil {
			t.Fatal(err)
		}
		return c.RemoteAddr().String()
	}
	var held []net.Conn
	for range limits.ConnectionsPerIP {
		inner.conns <- from("192.0.2.1:1000")
		c, err := l.Accept()
		if err != nil {
			t.Fatal(err)
		}
		held = append(held, c)
	}
	inner.conns <- from("192.0.2.1:2000") // hung up on
	inner.conns <- from("192.0.2.2:1000")
	if got := accept(); got != "192.0.2.2:1000" {
		t.Errorf("the one past the bound was let in: %s", got)
	}
	if err := held[0].Close(); err != nil {
		t.Fatal(err)
	}
	if err := held[0].Close(); err != nil { // closing twice gives back one place, not two
		t.Fatal(err)
	}
	inner.conns <- from("192.0.2.1:3000")
	if got := accept(); got != "192.0.2.1:3000" {
		t.Errorf("a free place was not given: %s", got)
	}
	inner.conns <- from("192.0.2.1:4000")
	inner.conns <- from("192.0.2.3:1000")
	if got := accept(); got != "192.0.2.3:1000" {
		t.Errorf("one place too many: %s", got)
	}
	// All of a /64 count as one; a proxy and this machine are not counted.
	for i := range limits.ConnectionsPerIP + 1 {
		inner.conns <- from(netip.AddrPortFrom(netip.AddrFrom16([16]byte{0x20, 0x01, 15: byte(i)}), 1).String())
		inner.conns <- from("10.1.1.1:1")
		inner.conns <- from("127.0.0.1:1")
	}
	close(inner.conns)
	count := map[string]int{}
	for {
		c, err := l.Accept()
		if err != nil {
			break
		}
		ap := netip.MustParseAddrPort(c.RemoteAddr().String())
		if ap.Addr().Is6() {
			count["six"]++
		} else {
			count[ap.Addr().String()]++
		}
	}
	n := limits.ConnectionsPerIP
	if d := cmp.Diff(map[string]int{"six": n, "10.1.1.1": n + 1, "127.0.0.1": n + 1}, count); d != "" {
		t.Error(d)
	}
}

// A request under way when the server is told to stop is answered in full, and the workers go on until it is.
func TestStopLetsRequestsFinish(t *testing.T) {
	t.Parallel()
	l, err := node.Listen("127.0.0.1:0", nil)
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	begun, finish := make(chan struct{}), make(chan struct{})
	h := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		close(begun)
		<-finish
		_, _ = io.WriteString(w, "whole")
	})
	workersEnded := make(chan struct{})
	served := make(chan error, 1)
	go func() {
		served <- node.ServeAll(ctx, h, testrig.Quiet(), []net.Listener{l}, func(ctx context.Context) error {
			<-ctx.Done()
			close(workersEnded)
			return nil
		})
	}()
	answer := make(chan string, 1)
	go func() {
		p, err := testrig.NewBrowser().Get("http://" + l.Addr().String() + "/")
		if err != nil {
			answer <- err.Error()
			return
		}
		answer <- p.Body
	}()
	<-begun
	stop()
	select {
	case <-workersEnded:
		t.Error("the workers ended before the request did")
	case err := <-served:
		t.Errorf("the server ended before the request did: %v", err)
	default:
	}
	close(finish)
	if got := <-answer; got != "whole" {
		t.Errorf("answer %q", got)
	}
	if err := <-served; err != nil {
		t.Errorf("serve: %v", err)
	}
	<-workersEnded
}

// A worker that fails ends the server, which says why.
func TestBrokenWorkerEndsTheServer(t *testing.T) {
	t.Parallel()
	l, err := node.Listen("127.0.0.1:0", nil)
	if err != nil {
		t.Fatal(err)
	}
	broken := errors.New("broken")
	got := node.ServeAll(t.Context(), http.NotFoundHandler(), testrig.Quiet(), []net.Listener{l}, func(context.Context) error { return broken })
	if !errors.Is(got, broken) {
		t.Errorf("serve: %v", got)
	}
	if _, err := node.Listen(l.Addr().String(), nil); err != nil {
		t.Errorf("the address is still taken: %v", err)
	}
}

func TestTakenAddressIsNamed(t *testing.T) {
	t.Parallel()
	l, err := node.Listen("127.0.0.1:0", nil)
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close() //nolint:errcheck // a test
	if _, err := node.Listen(l.Addr().String(), nil); coop.KeyOf(err) != "listen.taken" {
		t.Errorf("%v", err)
	}
	if _, err := node.Listen("127.0.0.1:0", []string{"everybody"}); coop.KeyOf(err) != "proxy.invalid" {
		t.Errorf("%v", err)
	}
}
