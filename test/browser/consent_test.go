package browser

import (
	"testing"

	"toadlane/coop"
	"toadlane/federation"
	"toadlane/internal/testrig"
)

// TestConsentGivenAndTakenBack shows a member to everybody by their own choice, one field, and hides them again.
func TestConsentGivenAndTakenBack(t *testing.T) {
	t.Parallel()
	r := testrig.New(t, "bakery")
	bakery := r.Coop("bakery")
	ana := join(t, bakery, "ana", "Ana Baker", coop.RoleMember)
	actor := string(federation.Addresses{Base: bakery.Base}.Member("ana"))
	peer := testrig.NewBrowser()
	t.Cleanup(peer.Close)
	asked := func() int {
		p, err := peer.Get(actor, "Accept", "application/activity+json")
		if err != nil {
			t.Fatal(err)
		}
		return p.Status
	}
	stranger := open(t, string(bakery.Base))
	hidden := func(when string) {
		t.Helper()
		stranger.visit("/members")
		if stranger.is(shows("Ana Baker")) {
			t.Errorf("%s /members names her", when)
		}
		stranger.expect(404)
		if status := stranger.visits("/@ana"); status != 404 {
			t.Errorf("%s her page answers with %d", when, status)
		}
		if status := asked(); status != 404 && status != 410 {
			t.Errorf("%s her actor answers with %d", when, status)
		}
	}
	hidden("before she agreed")

	b := enter(t, bakery, ana)
	b.visit("/me")
	b.fill("#f-about", "I keep the sourdough.")
	b.fill("#f-area", "Mill Lane")
	b.press("form[action='/me/profile'] button")
	b.visit("/me/consent")
	save := "form[action='/me/consent'] button:not([name])"
	b.tick("input[name=consent_listed][value=everyone]")
	b.press(save)
	stranger.visit("/members")
	if !stranger.is(shows("Ana Baker")) || stranger.is(shows("Mill Lane")) {
		t.Errorf("/members shows too little or too much:%s", stranger.scene())
	}
	stranger.visit("/@ana")
	if stranger.is(shows("sourdough")) {
		t.Error("what she did not agree to show is shown")
	}
	if status := asked(); status != 200 {
		t.Errorf("her actor answers with %d", status)
	}
	b.tick("input[name=consent_about][value=everyone]")
	b.press(save)
	stranger.visit("/@ana")
	if !stranger.is(shows("I keep the sourdough.")) || stranger.is(shows("Mill Lane")) {
		t.Errorf("her page shows too little or too much:%s", stranger.scene())
	}

	b.tick("input[name=consent_listed][value=coop]")
	b.press(save)
	hidden("after she took it back")
}
