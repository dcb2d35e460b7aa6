package browser

import (
	"strings"
	"testing"

	"toadlane/coop"
	"toadlane/internal/testrig"
)

// TestOfferWithPicture is the whole way of an offer: posted with a picture on one co-op, seen and opened on a neighbour's market,
// closed at home and gone from there.
func TestOfferWithPicture(t *testing.T) {
	t.Parallel()
	r := testrig.New(t, "bakery", "cycles")
	bakery, cycles := r.Coop("bakery"), r.Coop("cycles")
	cycles.Follow(bakery)
	ana := join(t, bakery, "ana", "Ana Baker", coop.RoleMember)

	b := enter(t, bakery, ana)
	b.visit("/new/offer")
	b.fill("#f-title", "A rye loaf every Friday")
	b.fill("#f-body", "Two days of rising.\nBring a bag.")
	b.attach("#f-photo_0", drawn(t)) // a script sends it at once
	b.wait("the picture to describe", loaded(".photo-row img"))
	b.fill("textarea[name=photo_alt]", "A dark round loaf")
	b.tick("input[name=modes][value=money]")
	b.fill("#f-amount", "4.50")
	b.tick("input[name=visibility][value=everyone]")
	b.press("button[name=do][value=post]:not(.unseen)")
	b.wait("the posted offer", shows("A rye loaf every Friday"))
	b.wait("its picture at home", loaded(".photos img"))
	here := b.words(`location.pathname`)
	if !strings.HasPrefix(here, "/listings/") {
		t.Fatalf("after posting the browser is at %s", here)
	}

	c := open(t, string(cycles.Base))
	c.reload("the offer on the neighbour's market", "/market", shows("A rye loaf every Friday"))
	c.wait("its picture on the neighbour's market", loaded(".card-photo img"))
	if alt := c.words(find(".card-photo img") + `.alt`); alt != "A dark round loaf" {
		t.Errorf("the picture is described as %q", alt)
	}
	c.press(".cards h3 a")
	c.wait("the offer opened at the neighbour's", shows("Two days of rising."))
	c.wait("its large picture", loaded(".photos img"))
	if !c.is(`document.body.innerText.includes("4.50") && document.body.innerText.includes("The bakery")`) {
		t.Errorf("price or home is missing:%s", c.scene())
	}
	there := c.words(`location.pathname`)

	b.press("a[href$='/close']")
	b.fill("#f-outcome", "All eaten")
	b.press("form[action$='/close'] button")
	b.wait("the end of the offer at home", shows("All eaten"))
	if b.is(find("a[href$='/close']")) {
		t.Error("a closed offer can be closed again")
	}
	c.reload("the neighbour's market without it", "/market", "!"+shows("A rye loaf every Friday"))
	if c.visits(there) == 200 && !c.is(find(".over-note")) {
		t.Errorf("the neighbour's copy does not say that it is over:%s", c.scene())
	}
}
