package browser

import (
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"toadlane/coop"
	"toadlane/handbook"
	"toadlane/internal/limits"
	"toadlane/internal/testrig"
)

// inUse writes a page of a co-op's and brings it into use.
func inUse(t *testing.T, c *testrig.Coop, name, slug, source string) handbook.Protocol {
	t.Helper()
	ctx := t.Context()
	p, err := c.Handbook.StartProtocol(ctx, c.Steward, handbook.Start{Name: name, Slug: slug, Kind: handbook.Practice, Language: "en", Licence: "CC-BY-SA-4.0"})
	if err == nil {
		_, err = c.Handbook.WriteRevision(ctx, c.Steward, p.ID, handbook.Writing{Name: name, Source: source, Reason: "It begins"})
	}
	if err == nil {
		p, err = c.Handbook.BringIntoUse(ctx, c.Steward, p.ID)
	}
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// handHeld is a co-op's steward at a telephone with scripts off.
func handHeld(t *testing.T, c *testrig.Coop) *tab {
	t.Helper()
	b := open(t, string(c.Base))
	b.withoutScript()
	b.look(360, false)
	b.login(c.Email, testrig.Password)
	return b
}

// linkTo is the expression for the first link whose words hold what is given.
func linkTo(words string) string {
	return `[...document.querySelectorAll("main a")].find(a => a.textContent.includes(` + quote(words) + `))`
}

// follow presses the first link of the page's main part whose words hold what is given.
func (b *tab) follow(words string) {
	b.t.Helper()
	if !b.is(linkTo(words)) {
		b.t.Fatalf("no link %q:%s", words, b.scene())
	}
	b.eval(linkTo(words)+`.id = "this-one"`, nil)
	b.press("#this-one")
}

// says fails the test when the page does not show something.
func (b *tab) says(words ...string) {
	b.t.Helper()
	for _, w := range words {
		if !b.is(shows(w)) {
			b.t.Errorf("the page does not show %q:%s", w, b.scene())
		}
	}
}

// saysNot fails the test when the page shows something.
func (b *tab) saysNot(words string) {
	b.t.Helper()
	if b.is(shows(words)) {
		b.t.Errorf("the page shows %q:%s", words, b.scene())
	}
}

// at fails the test when the tab is not where a path begins so.
func (b *tab) at(prefix string) {
	b.t.Helper()
	if got := b.words(`location.pathname`); !strings.HasPrefix(got, prefix) {
		b.t.Fatalf("it is at %s, not at %s…:%s", got, prefix, b.scene())
	}
}

// ratified fills in that a general meeting has decided.
func (b *tab) ratified(on time.Time) {
	b.t.Helper()
	b.tick("input[name=method][value=ratified]")
	if !b.is(`[...document.querySelectorAll("details")].some(d => d.open && d.querySelector("#f-on"))`) {
		b.eval(`document.querySelector("#f-on").closest("details").id = "elsewhere"`, nil)
		b.open("#elsewhere")
	}
	b.choose("#f-on", on.Format(time.DateOnly))
	b.choose("#f-passed", "yes")
	b.fill("#f-result", "All hands")
}

const (
	payThere = "## An hour\n\nAn hour is paid 18.\n\n## Waiting\n\nWaiting counts.\n"
	payHere  = "## An hour\n\nAn hour is paid 20.\n\n## Waiting\n\nWaiting counts.\n"
	payNext  = "## An hour\n\nAn hour is paid 19.\n\n## Waiting\n\nWaiting counts.\n"
)

// TestHandbookBetweenCoops is what two stewards do with each other's pages, each in their own browser on a telephone's screen with scripts
// off: compare, adopt as it is, adapt, bring together what both changed on one line, give it back, accept it.
func TestHandbookBetweenCoops(t *testing.T) {
	t.Parallel()
	r := testrig.New(t, "bakery", "cycles")
	bakery, cycles := r.Coop("bakery"), r.Coop("cycles")
	cycles.Follow(bakery)
	bakery.Follow(cycles)
	inUse(t, bakery, "Closing time", "closing-time", "We close at six.\n")
	inUse(t, bakery, "Fair pay", "fair-pay", payThere)
	inUse(t, cycles, "Our evenings", "our-evenings", "We close when the last wheel is true.\n")
	c, b := handHeld(t, cycles), handHeld(t, bakery)

	adoptedAsItIs(c, b)
	adapted(r, c, b)
	motion := broughtTogether(r, c, b)
	r.Clock.Move(15 * 24 * time.Hour)
	decided := func() bool {
		m, err := cycles.Handbook.Motion(t.Context(), cycles.Steward, coop.ID(strings.TrimPrefix(motion, "/handbook/motions/")))
		return err == nil && m.Motion.State == handbook.MotionPassed
	}
	r.Wait("the decision, which comes by itself", decided)
	c.login(cycles.Email, testrig.Password) // a session ends before
	b.login(bakery.Email, testrig.Password)
	c.visit("/handbook/riders-pay")
	c.says("An hour is paid 21.")
	c.visit("/handbook/adoptions")
	c.saysNot("There is something new")
	givenBack(r, c, b)
}

// adoptedAsItIs is the neighbour's page that c compares with one of their own and goes by as it is.
func adoptedAsItIs(c, b *tab) {
	c.t.Helper()
	c.visit("/handbook")
	c.press("nav.hb-nav a[href='/handbook/commons']")
	c.reload("both pages of the neighbour", "/handbook/commons", linkTo("Closing time")+"&&"+linkTo("Fair pay"))
	c.follow("Closing time")
	c.says("We close at six.", "The bakery")
	c.choose("#f-with", "our-evenings")
	c.press("form[action$='/compare'] button")
	c.at("/handbook/commons/")
	c.says("We close at six.", "We close when the last wheel is true.")
	c.follow("Closing time")
	c.tick("input[name=manner][value=as_is]")
	c.press("form[action$='/adopt'] button")
	c.at("/handbook/adoptions")
	c.says("Closing time", "As it is")
	b.reload("who goes by it, at its home", "/handbook/closing-time", shows("The cycles"))
	c.visit("/handbook/commons")
	c.follow("Closing time")
	c.says("As it is")
}

// adapted is the other page, of which c makes one of their own, with an answer to what they will change.
func adapted(r *testrig.Rig, c, b *tab) {
	c.t.Helper()
	c.visit("/handbook/commons")
	c.follow("Fair pay")
	c.tick("input[name=manner][value=adapted]")
	c.fill("#f-name", "Riders’ pay")
	c.expect(422)
	if status := c.presses("form[action$='/adopt'] button"); status != 422 {
		c.t.Fatalf("without an answer to what they will change: status %d:%s", status, c.scene())
	}
	if c.value("#f-name") != "Riders’ pay" || !c.is(find("#f-changes-error")) {
		c.t.Errorf("what was typed is gone, or nothing stands beside the question:%s", c.scene())
	}
	c.fill("#f-changes", "We ride in the rain")
	c.press("form[action$='/adopt'] button")
	c.at("/handbook/riders-pay/edit")
	if got := c.value("#f-source"); got != payThere {
		c.t.Errorf("the page begins with %q", got)
	}
	c.fill("#f-source", payHere)
	c.fill("#f-reason", "Rain")
	c.ratified(r.Clock.Now())
	c.press("button[name=do][value=propose]")
	c.at("/handbook/motions/")
	c.visit("/handbook/riders-pay")
	c.says("An hour is paid 20.", "We ride in the rain", "The bakery")
	b.reload("who made their own of it, at its home", "/handbook/fair-pay", shows("We ride in the rain"))
	b.says("The cycles", "An hour is paid 18.")
}

// broughtTogether is the line that b has changed where it comes from, and c here: c chooses, and their members decide on that. It gives the
// address of the motion.
func broughtTogether(r *testrig.Rig, c, b *tab) string {
	c.t.Helper()
	b.visit("/handbook/fair-pay/edit")
	b.fill("#f-source", payNext)
	b.fill("#f-reason", "Bread is dearer")
	b.ratified(r.Clock.Now())
	b.press("button[name=do][value=propose]")
	b.at("/handbook/motions/")
	b.says("An hour is paid 19.", "All hands")
	r.Clock.Move(limits.ProtocolEvery) // neighbours are not told of each change at once
	c.reload("that there is something new", "/handbook/adoptions", linkTo("There is something new"))
	c.follow("There is something new")
	c.says("An hour is paid 18.", "An hour is paid 19.", "An hour is paid 20.")
	button := "form.hb-edit button:not([name])"
	c.expect(422)
	if status := c.presses(button); status != 422 {
		c.t.Fatalf("with a place left open: status %d:%s", status, c.scene())
	}
	c.tick("input[name=take_1][value=written]")
	c.fill("#text-1", "An hour is paid 21.\n")
	c.tick("input[name=method][value=consent]")
	c.press(button)
	c.at("/handbook/motions/")
	c.says("An hour is paid 20.", "An hour is paid 21.")
	motion := c.words(`location.pathname`)
	c.visit("/handbook/riders-pay")
	c.says("An hour is paid 20.")
	c.saysNot("An hour is paid 21.")
	return motion
}

// givenBack is what c made of it, which goes back to where it comes from, and which b takes.
func givenBack(r *testrig.Rig, c, b *tab) {
	c.t.Helper()
	c.visit("/handbook/riders-pay")
	c.press("a[href='/handbook/riders-pay/give']")
	c.says("An hour is paid 19.", "An hour is paid 21.", "The bakery")
	c.press("form[action$='/give'] button")
	c.at("/handbook/offers/")
	offer := c.words(`location.pathname`)
	b.reload("the change that was given back", "/handbook/adoptions", find("a[href^='/handbook/offers/']"))
	b.press("a[href^='/handbook/offers/']")
	b.says("The cycles", "An hour is paid 19.", "An hour is paid 21.")
	theirs := b.words(`location.pathname`)
	b.ratified(r.Clock.Now())
	b.press("form[action$='/accept'] button:not([name])")
	b.at("/handbook/motions/")
	b.says("An hour is paid 21.", "All hands")
	b.visit("/handbook/fair-pay")
	b.says("An hour is paid 21.")
	b.visit(theirs)
	b.saysNot("Waits for an answer")
	c.reload("the answer", offer, "!"+shows("Waits for an answer"))
	c.visit("/handbook/riders-pay")
	c.says("An hour is paid 21.")
	c.visit("/handbook/adoptions")
	c.saysNot("There is something new")
}

// TestHandbookIsBegun begins a handbook from the questions that come with the program.
func TestHandbookIsBegun(t *testing.T) {
	t.Parallel()
	bakery := testrig.New(t, "bakery").Coop("bakery")
	b := handHeld(t, bakery)
	b.visit("/handbook")
	b.press("main a[href='/handbook/starter']")
	b.says("Glossary", "Price guide")
	for _, slug := range []string{"glossary", "price-guide"} {
		b.do("untick "+slug, chromedp.Click(chromedp.CSS("input[name=page][value="+slug+"]")))
	}
	b.press("form[action='/handbook/starter'] button")
	b.visit("/handbook")
	b.says("Joining and leaving", "Conflict and repair", "Draft")
	b.saysNot("Price guide")
	b.follow("Joining and leaving")
	b.says("This is a draft")
	if !b.is(`document.querySelectorAll(".hb-text li").length > 3`) {
		t.Errorf("no questions:%s", b.scene())
	}
	b.follow("Write")
	if !strings.Contains(b.value("#f-source"), "- [ ] ") {
		t.Errorf("nothing to tick:%s", b.scene())
	}
	b.visit("/handbook/starter")
	b.says("Glossary", "Price guide")
	b.saysNot("Joining and leaving")
	o := open(t, string(bakery.Base))
	o.visit("/handbook")
	o.saysNot("Joining and leaving")
}
