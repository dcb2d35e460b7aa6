package browser

import (
	"context"
	"net"
	"path/filepath"
	"testing"

	"toadlane/coop"
	"toadlane/internal/node"
	"toadlane/internal/testrig"
)

// unfounded serves a node that nobody has set up yet.
func unfounded(t testing.TB, name string) *node.Node {
	t.Helper()
	l, err := node.Listen("127.0.0.1:0", nil)
	if err != nil {
		t.Fatal(err)
	}
	_, port, err := net.SplitHostPort(l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	n, err := node.Open(t.Context(), node.Options{Dir: filepath.Join(t.TempDir(), name), Base: coop.IRI("http://" + name + ".localhost:" + port), Serve: true,
		Log: testrig.Quiet()})
	if err != nil {
		_ = l.Close()
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- n.Serve(ctx, l) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
		if err := n.Close(); err != nil {
			t.Error(err)
		}
	})
	return n
}

// TestSetupAndFirstNeighbour founds a co-op in the browser with the code from the console, follows a neighbour from the page for
// it, and finds the neighbour's listing on the market.
func TestSetupAndFirstNeighbour(t *testing.T) {
	t.Parallel()
	r := testrig.New(t, "bakery")
	bakery := r.Coop("bakery")
	bakery.Post("A sack of spelt")
	n := unfounded(t, "mill")

	b := open(t, string(n.Base))
	b.visit("/market")
	if at := b.words(`location.pathname`); at != "/setup" {
		t.Fatalf("a node without a co-op answers with %s", at)
	}
	lookAt(t, b, []string{"/setup"})
	b.language("en")
	b.visit("/setup")
	set := func(code string) {
		b.fill("#f-code", code)
		b.fill("#f-name", "The Mill")
		b.fill("#f-handle", "mill")
		b.fill("#f-purpose", "Flour for the valley.")
		b.fill("#f-display_name", "Mo Miller")
		b.fill("#f-person_handle", "mo")
		b.fill("#f-email", "mo@mill.localhost")
		b.fill("#f-password", secret)
	}
	set("not-the-code")
	b.expect(422)
	if status := b.presses("form[action='/setup'] button"); status != 422 {
		t.Fatalf("with a wrong code the answer has status %d", status)
	}
	if b.value("#f-name") != "The Mill" || !b.is(find("#f-code-error")) {
		t.Errorf("with a wrong code the form is not kept, or does not say so:%s", b.scene())
	}
	set(n.SetupCode())
	b.press("form[action='/setup'] button")
	b.wait("the steward's first page", `location.pathname === "/admin" && `+find("form[action='/logout']")+` && `+shows("@mill@"+n.Base.Host()))
	if s := n.SetupCode(); s != "" {
		t.Errorf("the one-time code still opens: %q", s)
	}
	b.expect(404)
	if status := b.visits("/setup"); status != 404 {
		t.Errorf("set-up still answers with %d", status)
	}

	b.visit("/admin")
	b.press(".subnav a[href='/admin/peers']")
	b.fill("#f-address", bakery.Handle())
	b.press("form[action='/admin/peers'] button")
	b.reload("the neighbour among those we follow", "/admin/peers", find("section[aria-labelledby=peers] .badge.good"))
	b.reload("the neighbour's listing", "/market", shows("A sack of spelt"))
	if !b.is(shows("The bakery")) {
		t.Errorf("the market does not say whose it is:%s", b.scene())
	}
}
