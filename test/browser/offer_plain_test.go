package browser

import (
	"context"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"

	"toadlane/coop"
	"toadlane/internal/testrig"
)

// withoutScript switches the page's scripts off, as readers do who do not trust them. What the test itself asks the page still
// runs.
func (b *tab) withoutScript() {
	b.t.Helper()
	b.do("scripts off", chromedp.Func(func(ctx context.Context, at *chromedp.Target) error {
		_, err := cdp.Call(ctx, at, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
		return err
	}))
}

// TestOfferWithoutScript posts by the same form with scripts off, with a mistake first: the message stands beside the field, and
// everything that was typed, the picture too, is kept.
func TestOfferWithoutScript(t *testing.T) {
	t.Parallel()
	r := testrig.New(t, "bakery")
	bakery := r.Coop("bakery")
	ana := join(t, bakery, "ana", "Ana Baker", coop.RoleMember)

	b := open(t, string(bakery.Base))
	b.withoutScript()
	b.visit("/login")
	if b.is(`!` + find("[data-passkey]") + `.closest("[hidden]")`) {
		t.Fatal("scripts run: the passkey button, which only a script shows, is shown")
	}
	b.login(ana.Email, secret)
	b.visit("/new/offer")
	b.fill("#f-body", "No title yet.")
	b.attach("#f-photo_0", drawn(t))
	b.fill("#f-new_alt_0", "A pale loaf")
	b.tick("input[name=modes][value=swap]")
	b.tick("input[name=modes][value=money]")
	b.fill("#f-amount", "3.20")
	b.fill("#f-tags", "bread, rye")
	b.tick("input[name=visibility][value=everyone]")

	post := "button[name=do][value=post]:not(.unseen)"
	b.expect(422)
	if status := b.presses(post); status != 422 {
		t.Fatalf("without a title the answer has status %d:%s", status, b.scene())
	}
	if !b.is(find("#f-title-error")+` && `+find("#f-title")+`.getAttribute("aria-invalid") === "true" && `+
		find("#f-title")+`.getAttribute("aria-describedby").includes("f-title-error")`) || !b.is(find(".notice.bad a[href='#f-title']")) {
		t.Errorf("what is missing is not said beside the field and above the form:%s", b.scene())
	}
	for selector, want := range map[string]string{"#f-body": "No title yet.", "#f-amount": "3.20", "#f-tags": "bread, rye",
		"textarea[name=photo_alt]": "A pale loaf", "input[name=visibility]:checked": "everyone"} {
		if got := b.value(selector); got != want {
			t.Errorf("%s holds %q after the mistake, not %q", selector, got, want)
		}
	}
	if !b.is(find("input[name=modes][value=swap]:checked") + ` && ` + find("input[name=modes][value=money]:checked")) {
		t.Error("the ticked modes are lost")
	}
	b.wait("the kept picture", loaded(".photo-row img"))

	b.fill("#f-title", "A spelt loaf")
	b.press(post)
	b.wait("the posted offer", `location.pathname.startsWith("/listings/") && `+shows("A spelt loaf"))
	b.wait("its picture", loaded(".photos img"))
	b.visit("/market?q=spelt")
	if !b.is(shows("A spelt loaf")) {
		t.Errorf("the market does not find it:%s", b.scene())
	}
}
