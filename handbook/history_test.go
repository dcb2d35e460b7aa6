package handbook_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"toadlane/coop"
	"toadlane/handbook"
)

type id = handbook.RevisionID

func graph(t interface{ Fatalf(string, ...any) }, steps []handbook.Step) *handbook.History {
	h, err := handbook.NewHistory(steps)
	if err != nil {
		t.Fatalf("%v", err)
	}
	return h
}

// drawSteps makes a history in which each revision comes from up to two earlier ones.
func drawSteps(t *rapid.T) []handbook.Step {
	steps := make([]handbook.Step, rapid.IntRange(1, 25).Draw(t, "revisions"))
	for i := range steps {
		steps[i].ID = id(fmt.Sprintf("%c%d", rapid.SampledFrom([]rune("abcxyz")).Draw(t, "letter"), i))
		for range min(i, rapid.IntRange(0, 2).Draw(t, "parents")) {
			if p := steps[rapid.IntRange(max(0, i-6), i-1).Draw(t, "parent")].ID; !slices.Contains(steps[i].Parents, p) {
				steps[i].Parents = append(steps[i].Parents, p)
			}
		}
	}
	return steps
}

// past is everything a revision comes from and itself, by the book.
func past(steps []handbook.Step, of id) map[id]bool {
	out := map[id]bool{of: true}
	for range steps {
		for _, s := range steps {
			if out[s.ID] {
				for _, p := range s.Parents {
					out[p] = true
				}
			}
		}
	}
	return out
}

func TestHistoryOfAnyShape(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		steps := drawSteps(t)
		h := graph(t, steps)
		other := graph(t, rapid.Permutation(slices.Concat(steps, steps[:1])).Draw(t, "order"))
		if len(h.Missing()) != 0 || len(other.Missing()) != 0 {
			t.Fatalf("%v and %v missing", h.Missing(), other.Missing())
		}
		a, b := rapid.SampledFrom(steps).Draw(t, "a").ID, rapid.SampledFrom(steps).Draw(t, "b").ID
		ofA, ofB := past(steps, a), past(steps, b)
		if h.IsAncestor(a, b) != ofB[a] || h.IsAncestor(b, a) != ofA[b] || len(h.Ancestors(a)) != len(ofA)-1 {
			t.Fatalf("%s in the past of %s: %t; %v", a, b, h.IsAncestor(a, b), h.Ancestors(a))
		}
		base, ok := h.Base(a, b)
		swapped, okSwapped := h.Base(b, a)
		learnt, okLearnt := other.Base(a, b)
		if base != swapped || base != learnt || ok != okSwapped || ok != okLearnt {
			t.Fatalf("base %s, %s the other way round, %s in another order", base, swapped, learnt)
		}
		common := 0
		for c := range ofA {
			if ofB[c] {
				common++
				if c != base && past(steps, c)[base] {
					t.Fatalf("base %s of %s and %s comes before %s, which is common too", base, a, b, c)
				}
			}
		}
		if ok != (common > 0) || ok && !(ofA[base] && ofB[base]) {
			t.Fatalf("base %s, %t, of %d in common", base, ok, common)
		}
		there, _ := h.Compare(a, b)
		back, err := h.Compare(b, a)
		opposite := map[handbook.Relation]handbook.Relation{handbook.Same: handbook.Same, handbook.Ahead: handbook.Behind, handbook.Behind: handbook.Ahead,
			handbook.Diverged: handbook.Diverged, handbook.Unrelated: handbook.Unrelated}
		if err != nil || opposite[there] != back || (there == handbook.Behind) != (a != b && ofB[a]) || (there == handbook.Unrelated) != (common == 0) {
			t.Fatalf("%s is %s to %s, which is %s to it", a, there, b, back)
		}
		last := map[id]bool{}
		for _, x := range h.Ancestors(a) { // later ones first
			for y := range past(steps, x) {
				if y != x && last[y] {
					t.Fatalf("%s stands before %s, which comes from it", y, x)
				}
			}
			last[x] = true
		}
	})
}

// Where two lines each took the other in, both common revisions are as near. Every node takes the one whose id sorts first.
func TestBaseOfCrossedHistories(t *testing.T) {
	t.Parallel()
	steps := []handbook.Step{{ID: "root"}, {ID: "q", Parents: []id{"root"}}, {ID: "p", Parents: []id{"root"}},
		{ID: "m", Parents: []id{"q", "p"}}, {ID: "n", Parents: []id{"p", "q"}}}
	for range 5 {
		rand.Shuffle(len(steps), func(i, j int) { steps[i], steps[j] = steps[j], steps[i] })
		if base, ok := graph(t, steps).Base("m", "n"); base != "p" || !ok {
			t.Errorf("%v: %s", steps, base)
		}
	}
}

// A neighbour's history may begin in the middle: what is not here is a revision without a known past.
func TestHistoryWithAPastElsewhere(t *testing.T) {
	t.Parallel()
	h := graph(t, []handbook.Step{{ID: "c", Parents: []id{"b"}}, {ID: "d", Parents: []id{"c", "a"}}})
	if d := cmp.Diff([]id{"a", "b"}, h.Missing()); d != "" {
		t.Error(d)
	}
	if d := cmp.Diff([]id{"c", "a", "b"}, h.Ancestors("d")); d != "" {
		t.Error(d)
	}
	if !h.IsAncestor("a", "d") || h.IsAncestor("a", "c") || h.IsAncestor("a", "nowhere") || h.Ancestors("nowhere") != nil {
		t.Error("who comes from a")
	}
	if _, ok := h.Base("d", "nowhere"); ok {
		t.Error("a base with what is unknown")
	}
	_, err := h.Compare("d", "nowhere")
	want(t, err, coop.NotFound, "revision.unknown")
	if _, ok := h.Base("a", "b"); ok {
		t.Error("a base of strangers")
	}
}

func TestHistoriesThatAreRefused(t *testing.T) {
	t.Parallel()
	for key, steps := range map[string][]handbook.Step{
		"history.cycle":   {{ID: "x"}, {ID: "a", Parents: []id{"b", "x"}}, {ID: "b", Parents: []id{"c"}}, {ID: "c", Parents: []id{"a"}}},
		"history.differs": {{ID: "a"}, {ID: "b"}, {ID: "c", Parents: []id{"a"}}, {ID: "c", Parents: []id{"b"}}},
	} {
		_, err := handbook.NewHistory(steps)
		want(t, err, coop.Invalid, key)
	}
	_, err := handbook.NewHistory([]handbook.Step{{ID: "a", Parents: []id{"a"}}})
	want(t, err, coop.Invalid, "history.cycle")
	_, err = handbook.NewHistory(make([]handbook.Step, handbook.MaxHistory+1))
	want(t, err, coop.Invalid, "field.many")
	_, err = handbook.NewHistory([]handbook.Step{{ID: "a", Parents: []id{"b", "c", "d"}}})
	want(t, err, coop.Invalid, "field.many")
}

// No history with a circle in it is taken, however long the way round.
func TestNoCircles(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		steps := drawSteps(t)
		last := steps[len(steps)-1].ID
		from := slices.Sorted(func(yield func(id) bool) {
			for p := range past(steps, last) {
				if !yield(p) {
					return
				}
			}
		})
		at := rapid.SampledFrom(from).Draw(t, "closes the circle")
		for i := range steps {
			if steps[i].ID == at {
				steps[i].Parents = []id{last}
			}
		}
		if _, err := handbook.NewHistory(steps); coop.KeyOf(err) != "history.cycle" {
			t.Fatalf("%v: %v", steps, err)
		}
	})
}

// Whatever happened to a page, laying the changes over each other from its first text on gives every later one, and whoever computes the
// ids anew gets the same.
func TestReplayOfAnyHistory(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		first, err := handbook.NewRevision("Pay", "# Pay\n"+text(drawLines(t, "first")))
		if err != nil {
			t.Fatalf("%v", err)
		}
		all := []handbook.Revision{first}
		steps := []handbook.Step{{ID: first.ID}}
		replayed := map[id]string{first.ID: first.Source}
		for range rapid.IntRange(1, 8).Draw(t, "changes") {
			ours := rapid.SampledFrom(all).Draw(t, "ours")
			parents, source := []id{ours.ID}, ""
			theirs := rapid.SampledFrom(all).Draw(t, "theirs")
			if relation, err := graph(t, steps).Compare(ours.ID, theirs.ID); err == nil && relation == handbook.Diverged {
				base, _ := graph(t, steps).Base(ours.ID, theirs.ID)
				m := handbook.ThreeWay(replayed[base], ours.Source, theirs.Source)
				source, err = m.Resolve(slices.Repeat([]handbook.Choice{{Take: handbook.TakeBoth}}, len(m.Conflicts())))
				if err != nil {
					t.Fatalf("%v", err)
				}
				parents = append(parents, theirs.ID)
			} else {
				source = "# Pay\n" + text(drawEdit(t, drawLines(t, "lines"), "edit"))
			}
			r, err := handbook.NewRevision("Pay", source, parents...)
			if err != nil {
				continue // a merge may leave nothing
			}
			if laid := laidOver(t, replayed[ours.ID], handbook.NewDiff(ours.Source, r.Source, 2)); replayed[r.ID] != "" && replayed[r.ID] != laid {
				t.Fatalf("%s is two texts", r.ID)
			} else {
				replayed[r.ID] = laid
			}
			all, steps = append(all, r), append(steps, handbook.Step{ID: r.ID, Parents: r.Parents})
		}
		for _, r := range all {
			again, err := handbook.NewRevision(r.Name, replayed[r.ID], r.Parents...)
			if err != nil || again.ID != r.ID || replayed[r.ID] != r.Source {
				t.Fatalf("replayed as %s, %v; it was %s", again.ID, err, r.ID)
			}
		}
		if h := graph(t, steps); len(h.Missing()) != 0 {
			t.Fatalf("%v are missing", h.Missing())
		}
	})
}

func TestLineage(t *testing.T) {
	t.Parallel()
	pages := map[coop.IRI]handbook.Origin{"c": {Page: "b", Name: "B", Changes: "The hours"}, "b": {Page: "a", Name: "A"}, "x": {Page: "y"}, "y": {Page: "x"}}
	of := func(p coop.IRI) (handbook.Origin, bool) { o, ok := pages[p]; return o, ok }
	got, err := handbook.Lineage("c", of)
	if d := cmp.Diff([]handbook.Origin{pages["c"], pages["b"]}, got); d != "" || err != nil {
		t.Error(d, err)
	}
	if got, err := handbook.Lineage("a", of); got != nil || err != nil {
		t.Error(got, err)
	}
	_, err = handbook.Lineage("x", of)
	want(t, err, coop.Invalid, "lineage.cycle")
	_, err = handbook.Lineage("a", func(p coop.IRI) (handbook.Origin, bool) { // a is to be adapted from what comes from it
		if p == "a" {
			return handbook.Origin{Page: "c"}, true
		}
		return of(p)
	})
	want(t, err, coop.Invalid, "lineage.cycle")
	_, err = handbook.Lineage("0", func(p coop.IRI) (handbook.Origin, bool) { return handbook.Origin{Page: p + "0"}, true })
	want(t, err, coop.Invalid, "field.many")
}
