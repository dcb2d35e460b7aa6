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
	b.visit("/setup")
	lookOver(t, b, views[0], "/setup")
	on := "form[action='/setup'] button[value='on']"
	at := func(step string) string { return "document.querySelector('input[name=step]').value === '" + step + "'" }
	b.fill("#f-code", "not-the-code")
	b.expect(422)
	if status := b.presses(on); status != 422 {
		t.Fatalf("with a wrong code the answer has status %d", status)
	}
	if !b.is(find("#f-code-error")) {
		t.Errorf("with a wrong code the form does not say so:%s", b.scene())
	}
	b.fill("#f-code", n.SetupCode())
	b.press(on)
	b.wait("the co-op", at("coop"))
	lookOver(t, b, views[0], "/setup coop")
	b.fill("#f-name", "The Mill")
	b.fill("#f-handle", "mill")
	b.press(on)
	b.wait("the type", at("type"))
	lookOver(t, b, views[0], "/setup type")
	b.tick("input[name=preset][value=multi]")
	b.press(on)
	b.wait("what the type fills", at("groups"))
	lookOver(t, b, views[0], "/setup groups")
	if b.value("#f-kind-0") != "Worker" || b.value("#f-share-0") != "50" || b.value("#f-purpose") == "" {
		t.Errorf("the type fills nothing:%s", b.scene())
	}
	b.fill("#f-purpose", "Flour for the valley.")
	b.fill("#f-kind-0", "Miller")
	b.press("form[action='/setup'] button[value='to-type']")
	b.wait("the type again", at("type"))
	b.press(on)
	b.wait("what was changed", at("groups"))
	if b.value("#f-kind-0") != "Miller" {
		t.Errorf("going back forgot what was typed:%s", b.scene())
	}
	b.press(on)
	b.wait("what is public", at("public"))
	lookOver(t, b, views[0], "/setup public")
	b.press(on)
	b.wait("the first steward", at("you"))
	lookOver(t, b, views[0], "/setup you")
	b.fill("#f-display_name", "Mo Miller")
	b.fill("#f-person_handle", "mo")
	b.fill("#f-email", "mo@mill.localhost")
	b.fill("#f-password", secret)
	b.press(on)
	b.wait("the page after", `location.pathname === "/admin/welcome" && `+find("form[action='/logout']")+` && `+shows("@mill@"+n.Base.Host())+` && `+find("svg.qr"))
	lookAt(t, b, views[0], found("/admin/welcome", "/admin/sheet"))
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
