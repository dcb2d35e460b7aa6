package browser

import (
	"strings"
	"testing"

	"toadlane/coop"
	"toadlane/handbook"
	"toadlane/internal/limits"
	"toadlane/internal/testrig"
)

// atOdds furnishes what two people wrote on the same line of a handbook: a motion that clashes with what came into use before it, an update
// with a conflict, a change given back that has an answer to wait for, a draft that somebody else wrote on meanwhile. It gives the paths for a
// steward.
func atOdds(t *testing.T, h, neighbour *testrig.Coop, r *testrig.Rig) []place {
	t.Helper()
	theirs := inUse(t, neighbour, "Waiting", "waiting", ruled)
	clash := clashing(t, h, r)
	mine := forked(t, h, theirs, r, "17 €")
	given := givenTo(t, h, neighbour, r)
	draft := overtaken(t, h)
	r.Clock.Move(limits.ProtocolEvery) // of which the neighbours are told but once
	decide(t, neighbour, r, theirs, "16 €")
	update := ""
	r.Wait("what is new at the origin", func() bool {
		all, err := h.Handbook.Adoptions(t.Context(), h.Steward)
		if err != nil {
			t.Fatal(err)
		}
		for _, st := range all {
			if st.Ours.ID == mine.ID && st.Update != "" {
				update = "/handbook/adoptions/" + string(st.Adoption.ID) + "/update"
			}
		}
		return update != ""
	})
	return found("/handbook/starter", clash, update, given, draft)
}

// decide brings a text of c's into use in which another sum stands, as a general meeting decided.
func decide(t *testing.T, c *testrig.Coop, r *testrig.Rig, p handbook.Protocol, sum string) {
	t.Helper()
	p, err := c.Handbook.ProtocolByID(t.Context(), c.Steward, p.ID)
	if err != nil {
		t.Fatal(err)
	}
	w := handbook.Writing{Base: p.Latest, Name: p.Name, Source: strings.Replace(ruled, "18 €", sum, 1), Reason: "It was said at the meeting"}
	if _, err := c.Handbook.OpenMotion(t.Context(), c.Steward, p.ID, w, handbook.Opening{Method: handbook.Ratified, Ratification: ratification(r)}); err != nil {
		t.Fatal(err)
	}
}

func ratification(r *testrig.Rig) *handbook.Ratification {
	return &handbook.Ratification{On: r.Clock.Now().AddDate(0, 0, -1), Passed: true, Words: "All but one"}
}

// clashing is a motion that passes after another has changed the same line.
func clashing(t *testing.T, c *testrig.Coop, r *testrig.Rig) string {
	t.Helper()
	p := inUse(t, c, "Hours in the shop", "hours-in-the-shop", ruled)
	w := handbook.Writing{Base: p.InUse, Name: p.Name, Source: strings.Replace(ruled, "18 €", "15 €", 1), Reason: "The shop is quiet"}
	m, err := c.Handbook.OpenMotion(t.Context(), c.Steward, p.ID, w, handbook.Opening{Method: handbook.Ratified})
	if err == nil {
		decide(t, c, r, p, "14 €")
		m, err = c.Handbook.Ratify(t.Context(), c.Steward, m.ID, *ratification(r))
	}
	if err != nil || m.State != handbook.MotionClashing {
		t.Fatalf("%s, %v", m.State, err)
	}
	return "/handbook/motions/" + string(m.ID) + "/resolve"
}

// forked is a page of c's that comes from another's, with another sum in it, in use.
func forked(t *testing.T, c *testrig.Coop, from handbook.Protocol, r *testrig.Rig, sum string) handbook.Protocol {
	t.Helper()
	ctx := t.Context()
	var there handbook.Protocol
	r.Wait("the page to adapt", func() bool {
		var err error
		there, err = c.Handbook.ProtocolByIRI(ctx, c.Steward, from.IRI)
		return err == nil && there.InUse != ""
	})
	ours, err := c.Handbook.Adapt(ctx, c.Steward, there.ID, handbook.Start{Name: from.Name + " with us", Language: "en"}, handbook.Adopting{Changes: "What an hour is paid", Public: true})
	if err != nil {
		t.Fatal(err)
	}
	decide(t, c, r, ours, sum)
	return ours
}

// givenTo is a change that the neighbour made of a page of c's and gave back, while that page went on.
func givenTo(t *testing.T, c, neighbour *testrig.Coop, r *testrig.Rig) string {
	t.Helper()
	ctx := t.Context()
	p := inUse(t, c, "Baskets", "baskets", ruled)
	theirs := forked(t, neighbour, p, r, "13 €")
	decide(t, c, r, p, "12 €")
	theirs, err := neighbour.Handbook.ProtocolByID(ctx, neighbour.Steward, theirs.ID)
	if err != nil {
		t.Fatal(err)
	}
	_, text, err := neighbour.Handbook.Revision(ctx, neighbour.Steward, theirs.Slug, theirs.InUse)
	if err == nil {
		_, err = neighbour.Handbook.OfferBack(ctx, neighbour.Steward, theirs.ID, handbook.Writing{Base: text.ID, Name: text.Name, Source: text.Source})
	}
	if err != nil {
		t.Fatal(err)
	}
	path := ""
	r.Wait("the change that was given back", func() bool {
		list, _, err := c.Handbook.Offers(ctx, c.Steward, false, false, 10, "")
		if err == nil && len(list) > 0 {
			path = "/handbook/offers/" + string(list[0].ID)
		}
		return path != ""
	})
	return path
}

// overtaken is what c's steward was writing on a draft before somebody else wrote on it.
func overtaken(t *testing.T, c *testrig.Coop) string {
	t.Helper()
	ctx := t.Context()
	mia := join(t, c, "mia", "Mia Baker", coop.RoleMember)
	p, err := c.Handbook.StartProtocol(ctx, c.Steward, handbook.Start{Name: "Whose turn it is", Slug: "whose-turn", Kind: handbook.Rule, Language: "en"})
	if err != nil {
		t.Fatal(err)
	}
	first, err := c.Handbook.WriteRevision(ctx, c.Steward, p.ID, handbook.Writing{Name: p.Name, Source: ruled, Reason: "It begins"})
	if err == nil {
		_, err = c.Handbook.SaveDraft(ctx, c.Steward, handbook.Autosave{Protocol: p.ID, Base: first.ID, Name: p.Name, Source: ruled + "\nAnd mine.\n"})
	}
	if err == nil {
		_, err = c.Handbook.WriteRevision(ctx, coop.Member(mia.ID, coop.RoleMember), p.ID, handbook.Writing{Base: first.ID, Name: p.Name, Source: strings.Replace(ruled, "18 €", "11 €", 1), Reason: "Less"})
	}
	if err != nil {
		t.Fatal(err)
	}
	return "/handbook/whose-turn/edit"
}
