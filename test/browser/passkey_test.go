package browser

import (
	"context"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/webauthn"
	"github.com/chromedp/chromedp"

	"toadlane/coop"
	"toadlane/internal/testrig"
)

// TestPasskey makes a passkey and signs in with it, on plain HTTP: a name under .localhost is a secure context (W3C Secure Contexts
// §3.1), so Chromium allows it.
func TestPasskey(t *testing.T) {
	t.Parallel()
	r := testrig.New(t, "bakery")
	bakery := r.Coop("bakery")
	ana := join(t, bakery, "ana", "Ana Baker", coop.RoleMember)

	b := enter(t, bakery, ana)
	var device webauthn.AuthenticatorID
	b.do("plug in a device", chromedp.Func(func(ctx context.Context, at *chromedp.Target) error {
		if _, err := cdp.Call(ctx, at, webauthn.Enable, webauthn.EnableParams{}); err != nil {
			return err
		}
		d, err := cdp.Call(ctx, at, webauthn.AddVirtualAuthenticator, webauthn.AddVirtualAuthenticatorParams{Options: &webauthn.VirtualAuthenticatorOptions{
			Protocol: webauthn.AuthenticatorProtocolCtap2, Transport: webauthn.AuthenticatorTransportInternal,
			HasResidentKey: true, HasUserVerification: true, IsUserVerified: true, AutomaticPresenceSimulation: true}})
		device = d.AuthenticatorID
		return err
	}))
	b.visit("/me/security")
	if !b.is(`isSecureContext`) {
		t.Fatal("the page is no secure context")
	}
	b.fill("#f-passkey_name", "My telephone")
	b.do("make a passkey", chromedp.Click(chromedp.CSS("[data-passkey=make]")))
	b.wait("the passkey on the page", `document.readyState === "complete" && `+shows("My telephone"))

	b.press("form[action='/logout'] button")
	b.visit("/login?next=/mine")
	b.do("use the passkey", chromedp.Click(chromedp.CSS("[data-passkey=use]")))
	b.wait("signed in, where they wanted to go", `document.readyState === "complete" && location.pathname === "/mine" && `+shows("Ana Baker"))

	// Somebody at her computer who can't unlock her device stays outside, and is told so.
	b.press("form[action='/logout'] button")
	b.visit("/login")
	b.do("lock the device", chromedp.Func(func(ctx context.Context, at *chromedp.Target) error {
		_, err := cdp.Call(ctx, at, webauthn.SetUserVerified, webauthn.SetUserVerifiedParams{AuthenticatorID: device, IsUserVerified: false})
		return err
	}))
	b.do("try the passkey", chromedp.Click(chromedp.CSS("[data-passkey=use]")))
	b.wait("a sentence about it", find("#passkey-says")+`.textContent !== ""`)
	if at := b.words(`location.pathname`); at != "/login" {
		t.Errorf("without the device's consent the browser is at %s", at)
	}
}
