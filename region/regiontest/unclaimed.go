package regiontest

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"toadlane/coop"
	"toadlane/region"
)

// names lists entries as the region shows them.
func (w *town) names(t *testing.T, by coop.Actor, state region.UnclaimedState) (out []string) {
	t.Helper()
	for cursor := ""; ; {
		_, list, next, err := w.Unclaimed(t.Context(), by, "valley", state, 2, cursor)
		if err != nil {
			t.Fatal(err)
		}
		for _, u := range list {
			s := u.Name
			if u.Claim != nil {
				s += " <" + u.Claim.Email
			}
			out = append(out, s)
		}
		if cursor = next; cursor == "" {
			return out
		}
	}
}

// unclaimedStory: a region lists co-ops without a node, somebody says that one is theirs, and the stewards answer.
func unclaimedStory(t *testing.T, open Opener) {
	v, w := newValley(t, open, "commons", "bakery")
	commons, ctx := w[0], t.Context()
	joined(t, v, w)
	table := "Name;URL;Place;Latitude;Longitude;Language;More\n" +
		"Weavers;https://weavers.example/;Old Town;43,26;-2,93;ES;x\n" +
		"boat yard;;Port;;;;\n" +
		"\n" +
		"Weavers again;http://www.weavers.example;;;;;\n" +
		"The bakery;https://bakery.example/about;;;;;\n" +
		"Apple press;https://press.example/cider;;;;;\n"
	for _, by := range []coop.Actor{ada, stranger} {
		_, err := commons.ImportUnclaimed(ctx, by, "valley", []byte(table), "Census 2026", "CC0-1.0")
		if c := coop.ClassOf(err); c != coop.Forbidden && c != coop.Unauthenticated {
			t.Errorf("%s imports: %v", by, err)
		}
	}
	bad, err := commons.ImportUnclaimed(ctx, sue, "valley", []byte(table+"x;ftp://y;;91;0;;\n;;;;;;z\n"), "", "CC0-1.0")
	want(t, err, coop.Invalid, "unclaimed.faults")
	var lines []string
	for _, f := range bad.Faults {
		lines = append(lines, fmt.Sprint(f.Line, f.Error.Field))
	}
	if strings.Join(lines, " ") != "2source 3source 5source 6source 7source 8source 8url 8latitude 9name 9source" {
		t.Errorf("faults: %v", lines)
	}
	same(t, "nothing is half imported", fmt.Sprint(commons.names(t, sue, region.UnclaimedListed)), "[]")
	got := must(commons.ImportUnclaimed(ctx, sue, "valley", []byte("\ufeff"+table), "Census 2026", "CC0-1.0"))(t)
	same(t, "brought", fmt.Sprint(got.Added, got.Known), "3 2")
	got = must(commons.ImportUnclaimed(ctx, sue, "valley", []byte(table), "Census 2026", "CC0-1.0"))(t)
	same(t, "brought again", fmt.Sprint(got.Added, got.Known), "0 5")
	same(t, "listed", strings.Join(commons.names(t, stranger, region.UnclaimedListed), ", "), "Apple press, boat yard, Weavers")

	r, list, _, err := commons.Unclaimed(ctx, stranger, "valley", region.UnclaimedListed, 10, "")
	v.fine(err)
	press, yard, weavers := list[0], list[1], list[2]
	if lat, lon := weavers.Point.Degrees(); lat != 43.26 || lon != -2.93 || weavers.Language != "es" || weavers.Source != "Census 2026" || weavers.Licence != "CC0-1.0" || weavers.Region != r.ID {
		t.Errorf("%+v", weavers)
	}

	want(t, commons.ClaimUnclaimed(ctx, "valley", "nobody", region.Claim{Name: "Eva", Email: "eva@press.example"}), coop.NotFound, "unclaimed.unknown")
	err = commons.ClaimUnclaimed(ctx, "valley", press.ID, region.Claim{Email: "x", Node: "press"})
	var fields []string
	for _, e := range coop.Fields(err) {
		fields = append(fields, e.Field)
	}
	same(t, "wrong fields", strings.Join(fields, " "), "name email node")
	v.fine(commons.ClaimUnclaimed(ctx, "valley", press.ID, region.Claim{Name: "Eva", Email: "Eva@press.example", Node: "https://node.press.example"}))
	want(t, commons.ClaimUnclaimed(ctx, "valley", press.ID, region.Claim{Name: "Max", Email: "max@other.example"}), coop.Conflict, "unclaimed.claimed")
	same(t, "to a stranger", strings.Join(commons.names(t, stranger, region.UnclaimedListed), ", "), "Apple press, boat yard, Weavers")
	same(t, "to a member", strings.Join(commons.names(t, ada, region.UnclaimedListed), ", "), "Apple press, boat yard, Weavers")
	same(t, "to a steward", commons.names(t, sue, region.UnclaimedListed)[0], "Apple press <eva@press.example")
	if _, u, err := commons.UnclaimedOne(ctx, stranger, "valley", press.ID); err != nil || u.Claim != nil {
		t.Errorf("a claim is shown: %+v, %v", u, err)
	}

	want(t, commons.HideUnclaimed(ctx, ada, "valley", yard.ID), coop.Forbidden, "steward.only")
	v.fine(commons.HideUnclaimed(ctx, sue, "valley", yard.ID))
	v.fine(commons.ListUnclaimed(ctx, sue, "valley", press.ID))
	same(t, "answered", strings.Join(commons.names(t, sue, region.UnclaimedListed), ", "), "Apple press, Weavers")
	same(t, "hidden", strings.Join(commons.names(t, sue, region.UnclaimedHidden), ", "), "boat yard")
	if _, _, _, err := commons.Unclaimed(ctx, ada, "valley", region.UnclaimedHidden, 10, ""); coop.ClassOf(err) != coop.Forbidden {
		t.Errorf("a member sees hidden entries: %v", err)
	}
	want(t, commons.ClaimUnclaimed(ctx, "valley", yard.ID, region.Claim{Name: "Eva", Email: "eva@yard.example"}), coop.NotFound, "unclaimed.unknown")
	got = must(commons.ImportUnclaimed(ctx, sue, "valley", []byte(table), "x", "x"))(t)
	same(t, "what is hidden stays so", fmt.Sprint(got.Added, got.Known), "0 5")

	_, err = commons.ReadIndexUnclaimed(ctx, sue, "valley", region.IndexQuery{Index: "https://index.example/v2", Tag: "food"}, "")
	if e := coop.Fields(err); len(e) != 1 || e[0].Field != "licence" {
		t.Errorf("without a licence: %v", err)
	}
	_, err = commons.ReadIndexUnclaimed(ctx, sue, "valley", region.IndexQuery{Index: "https://index.example/v2"}, "non-profit")
	if e := coop.Fields(err); len(e) != 1 || e[0].Field != "near" {
		t.Errorf("without a place or tag: %v", err)
	}
	var asked []region.IndexQuery
	commons.Index = func(_ context.Context, q region.IndexQuery) ([]region.Unclaimed, error) {
		asked = append(asked, q)
		return []region.Unclaimed{{Name: "Cider house", Link: "https://cider.example", Source: "https://cider.example/p.json", State: region.UnclaimedHidden}, {Name: "", Source: "x"},
			{Name: "Weavers", Link: "https://weavers.example", Source: "y"}, {Name: strings.Repeat("n", 200), Source: "z", Claim: &region.Claim{Name: "x"}}}, nil
	}
	q := region.IndexQuery{Index: "https://index.example/v2", Near: weavers.Point, Km: 25}
	got = must(commons.ReadIndexUnclaimed(ctx, sue, "valley", q, "non-profit"))(t)
	same(t, "read", fmt.Sprint(got.Added, got.Known, len(asked)), "2 1 1")
	all := commons.names(t, sue, region.UnclaimedListed)
	if !slices.Contains(all, "Cider house") || !slices.Contains(all, strings.Repeat("n", 100)) || len(all) != 4 {
		t.Errorf("%v", all)
	}

	// Who takes no part brings nothing in, and a region that we left shows nothing.
	bakery := w[1]
	v.fine(bakery.Leave(ctx, sue, "valley"))
	_, err = bakery.ImportUnclaimed(ctx, sue, "valley", []byte(table), "x", "x")
	want(t, err, coop.Conflict, "unclaimed.not_in")
	want(t, bakery.ClaimUnclaimed(ctx, "valley", press.ID, region.Claim{Name: "Eva", Email: "eva@press.example"}), coop.NotFound, "region.unknown")
}
