package browser

import (
	"strings"
	"testing"
	"time"

	"toadlane/coop"
	"toadlane/handbook"
	"toadlane/internal/testrig"
)

// ruled is a text with everything that a narrow page finds hard: a long word, a wide table, quotes, boxes, code that is not broken.
const ruled = `Who carries our bread carries our name.

## What we pay {#pay}

- An hour is an hour: **18 €**
- Lastenfahrradanhängerkupplungsreparaturwerkstattbenutzung is not paid

| What | When | How much | Who says so | Where it is written down | Until when |
|---|---|---|---|---|---|
| A round | every morning | 18 € | the delivery circle | in the book by the oven | the yearly meeting |

> Waiting counts from the time that was agreed.

### Is it so with us?

- [x] Hours are written down
- [ ] Somebody who does not ride goes along

` + "```\n" + `0.5 × 18 € + 1.5 × 27 € = 49.50 €, which is what a ride of two hours, of which one and a half were in the rain, comes to
` + "```\n" + `
## An example {#example}

Two hours.
`

// handbooks furnishes a co-op's handbook, with a neighbour's beside it: pages in use and drafts, motions open and decided, a page that is
// gone by and one that is adapted. It gives the paths for strangers and for a steward.
func handbooks(t *testing.T, h, neighbour *testrig.Coop, r *testrig.Rig) (strangers, steward []place) {
	t.Helper()
	ctx := t.Context()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	write := func(c *testrig.Coop, name, slug string, kind handbook.Kind, use bool) handbook.Protocol {
		t.Helper()
		p, err := c.Handbook.StartProtocol(ctx, c.Steward, handbook.Start{Name: name, Slug: slug, Kind: kind, Language: "en", Licence: "CC-BY-SA-4.0", Circle: "Delivery circle", Story: "Two riders left in the winter."})
		must(err)
		_, err = c.Handbook.WriteRevision(ctx, c.Steward, p.ID, handbook.Writing{Name: name, Source: ruled, Reason: "Written with the riders"})
		must(err)
		if use {
			p, err = c.Handbook.BringIntoUse(ctx, c.Steward, p.ID)
			must(err)
		}
		return p
	}
	pay := write(h, "Fair delivery pay", "fair-delivery-pay", handbook.Standard, true)
	write(h, "Half a thought", "half-a-thought", handbook.Rule, false)
	open := func(how handbook.Opening) handbook.Motion {
		t.Helper()
		m, err := h.Handbook.OpenMotion(ctx, h.Steward, pay.ID, handbook.Writing{Base: pay.InUse, Name: "Fair delivery pay", Source: strings.Replace(ruled, "18 €", "19 €", 1), Reason: "Bread is dearer"}, how)
		must(err)
		return m
	}
	closes := r.Clock.Now().AddDate(0, 0, 10)
	consent := open(handbook.Opening{Method: handbook.Consent, Closes: closes})
	secret := open(handbook.Opening{Method: handbook.Vote, Quorum: 5000, Secret: true, Closes: closes})
	passed := open(handbook.Opening{Method: handbook.Ratified, Ratification: &handbook.Ratification{On: r.Clock.Now().AddDate(0, 0, -1), Passed: true, Words: "All but one", Minutes: "https://bakery.example/minutes"}})
	write(neighbour, "How we mend", "how-we-mend", handbook.Practice, true)
	theirs := write(neighbour, "Fair riding", "fair-riding", handbook.Standard, true)
	var seen []handbook.Protocol
	r.Wait("the neighbour's handbook", func() bool {
		f, err := h.Handbook.Commons(ctx, h.Steward, handbook.Query{})
		must(err)
		seen = nil
		for _, x := range f.Hits {
			if x.Protocol.InUse != "" {
				seen = append(seen, x.Protocol)
			}
		}
		return len(seen) == 2
	})
	var adopted handbook.Adoption
	for _, p := range seen {
		var err error
		if p.IRI == theirs.IRI {
			var fork handbook.Protocol
			fork, err = h.Handbook.Adapt(ctx, h.Steward, p.ID, handbook.Start{Name: "Fair riding here", Slug: "fair-riding-here", Kind: handbook.Standard, Language: "en", Licence: "CC-BY-SA-4.0"}, handbook.Adopting{Changes: "Hills"})
			must(err)
			_, err = h.Handbook.BringIntoUse(ctx, h.Steward, fork.ID)
		} else {
			adopted, err = h.Handbook.Adopt(ctx, h.Steward, p.ID, handbook.Adopting{Public: true})
		}
		must(err)
	}
	page := "/handbook/fair-delivery-pay"
	strangers = append(found("/handbook", page, page+"/v1", page+"/history", page+"/diff?from="+string(pay.InUse), page+"/lineage", "/handbook/search?q=bread", "/handbook/print"),
		place{"/handbook/half-a-thought", 404})
	steward = found("/handbook", page, page+"/edit", page+"/settings", page+"/status", page+"/history", page+"/lineage", page+"/meet", "/handbook/half-a-thought", "/handbook/half-a-thought/edit",
		"/handbook/new", "/handbook/reading", "/handbook/search?q=bread", "/handbook/motions", "/handbook/motions/"+string(consent.ID), "/handbook/motions/"+string(secret.ID),
		"/handbook/motions/"+string(passed.ID), "/handbook/commons", "/handbook/commons/"+string(seen[0].ID), "/handbook/commons/"+string(seen[0].ID)+"/compare?with=fair-delivery-pay",
		"/handbook/adoptions", "/handbook/adoptions/"+string(adopted.ID)+"/update", "/handbook/fair-riding-here", "/handbook/fair-riding-here/give", "/handbook/fair-riding-here/lineage")
	return strangers, steward
}

// TestHandbookPages looks at the pages of the handbook as TestEveryPage does at the others.
func TestHandbookPages(t *testing.T) {
	t.Parallel()
	r := testrig.New(t, "bakery", "cycles")
	bakery, cycles := r.Coop("bakery"), r.Coop("cycles")
	cycles.Follow(bakery)
	bakery.Follow(cycles)
	forStrangers, forSteward := handbooks(t, bakery, cycles, r)
	forSteward = append(forSteward, atOdds(t, bakery, cycles, r)...)
	lookInEveryWay(t, bakery, []string{"plain"}, forStrangers, forSteward)
}

// TestHandbookIsDecidedOn is how a text comes about, on a telephone's screen with scripts off: written, brought into use, a change
// proposed, an objection answered in words and taken back, decided.
func TestHandbookIsDecidedOn(t *testing.T) {
	t.Parallel()
	r := testrig.New(t, "bakery")
	bakery := r.Coop("bakery")
	ana := join(t, bakery, "ana", "Ana Baker", coop.RoleMember)
	person := func(login, password string) *tab {
		b := open(t, string(bakery.Base))
		b.withoutScript()
		b.look(360, false)
		b.login(login, password)
		return b
	}
	a, st := person(ana.Email, secret), person(bakery.Email, testrig.Password)
	a.visit("/handbook/new")
	a.fill("#f-name", "How we decide")
	a.choose("#f-kind", "rule")
	a.press("form[action='/handbook/new'] button:not([name])")
	edit := a.words(`location.pathname`)
	page := strings.TrimSuffix(edit, "/edit")
	a.fill("#f-source", "## Small things\n\nWho does the work decides.\n")
	a.press("button[name=do][value=preview]")
	if !a.is(find(".hb-preview") + `.textContent.includes("Who does the work decides.")`) {
		t.Errorf("the preview does not show what was typed:%s", a.scene())
	}
	a.press("button[name=do][value=write]")
	st.visit(page + "/status")
	st.press("button[name=turn][value=use]")
	o := open(t, string(bakery.Base))
	o.visit(page)
	if !o.is(shows("Who does the work decides.")) {
		t.Errorf("a stranger does not see the text in use:%s", o.scene())
	}

	a.visit(edit)
	a.fill("#f-source", "## Small things\n\nWho does the work decides, and writes it down.\n")
	a.fill("#f-reason", "So that the next one knows")
	a.tick("input[name=method][value=consent]")
	a.press("button[name=do][value=propose]")
	motion := a.words(`location.pathname`)
	if !strings.HasPrefix(motion, "/handbook/motions/") || !a.is(shows("and writes it down")) {
		t.Fatalf("after proposing the browser is at %s:%s", motion, a.scene())
	}
	st.visit(motion)
	st.tick("input[name=answer][value=object]")
	st.expect(422)
	if status := st.presses(".hb-answer button"); status != 422 { // an objection has words
		t.Errorf("an objection without words gives status %d", status)
	}
	st.tick("input[name=answer][value=object]")
	st.fill(".hb-answer textarea", "Nobody has a pen there")
	st.press(".hb-answer button")
	a.visit(motion)
	if !a.is(shows("Nobody has a pen there")) {
		t.Errorf("the objection is not shown:%s", a.scene())
	}
	st.tick("input[name=answer][value=agree]")
	st.fill(".hb-answer textarea", "There is a pen now")
	st.press(".hb-answer button")
	r.Clock.Move(30 * 24 * time.Hour)
	decided := func() bool {
		m, err := bakery.Handbook.Motion(t.Context(), bakery.Steward, coop.ID(strings.TrimPrefix(motion, "/handbook/motions/")))
		return err == nil && m.Motion.State == handbook.MotionPassed
	}
	r.Wait("the decision, which comes by itself", decided)
	o.visit(page)
	if !o.is(shows("and writes it down")) || o.is(shows("Nobody has a pen there")) {
		t.Errorf("a stranger does not see the text that was decided on, or what members said:%s", o.scene())
	}
}
