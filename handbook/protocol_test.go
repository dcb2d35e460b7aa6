package handbook_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"toadlane/coop"
	"toadlane/handbook"
)

func pay() handbook.Protocol {
	return handbook.Protocol{ID: "p", IRI: "https://bakery.example/h/pay", Slug: "pay", Kind: handbook.Rule, Name: "Fair delivery pay", Language: "en",
		Licence: "CC-BY-SA-4.0", Status: handbook.Draft, Created: noon, Updated: noon}
}

func TestProtocolsThatAreRefused(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		change func(*handbook.Protocol)
		want   []string
	}{
		"fine":     {func(*handbook.Protocol) {}, nil},
		"slug":     {func(p *handbook.Protocol) { p.Slug = "Pay" }, []string{"slug slug.invalid"}},
		"reserved": {func(p *handbook.Protocol) { p.Slug = "commons" }, []string{"slug slug.reserved"}},
		"choices": {func(p *handbook.Protocol) { p.Kind, p.Status, p.Licence, p.Language = "law", "lost", "mine", "E" },
			[]string{"kind choice.unknown", "status choice.unknown", "licence choice.unknown", "language language.unknown"}},
		"words": {func(p *handbook.Protocol) {
			p.Name, p.Circle, p.Story, p.Origin.Changes = "", strings.Repeat("x", handbook.MaxCircle+1), strings.Repeat("x", handbook.MaxStory+1), strings.Repeat("x", handbook.MaxChanges+1)
		}, []string{"name field.required", "circle field.long", "story field.long", "changes field.long"}},
	} {
		p := pay()
		c.change(&p)
		if d := cmp.Diff(c.want, faults(p.Validate())); d != "" {
			t.Errorf("%s: %s", name, d)
		}
	}
	p := pay()
	p.Origin = handbook.Origin{Page: p.IRI, Revision: "zQmfPReXjo1SC5WFf1oyrRYLhH3DxiqAudcCpF17ErreFKJ"}
	want(t, p.Validate(), coop.Invalid, "lineage.cycle")
	p.Origin = handbook.Origin{Page: "https://a.example/h/pay", Revision: "4"}
	want(t, p.Validate(), coop.NotFound, "revision.unknown")
	if p.Local() != true || p.Public() {
		t.Error("a draft of ours")
	}
}

func TestEveryStatusAndTurn(t *testing.T) {
	t.Parallel()
	life := map[string]handbook.Status{"draft retire": handbook.Retired, "in_use reopen": handbook.Review, "in_use retire": handbook.Retired,
		"review affirm": handbook.InUse, "review retire": handbook.Retired}
	if len(handbook.Statuses) != 4 || len(handbook.Turns) != 3 {
		t.Fatal("a status or a turn more: write down what it may do")
	}
	next := noon.AddDate(1, 0, 0)
	for _, s := range append(slices.Clone(handbook.Statuses), "") {
		for _, turn := range append(slices.Clone(handbook.Turns), "") {
			p := pay()
			p.Status = s
			err := p.Apply(turn, next, noon.Add(1))
			to, ok := life[string(s)+" "+string(turn)]
			if !ok {
				want(t, err, coop.Conflict, "protocol.state")
				if p.Status != s || p.Updated != noon {
					t.Errorf("%s %s was refused and changed it", s, turn)
				}
				continue
			}
			reviewed := turn == handbook.Affirm
			if err != nil || p.Status != to || p.Updated != noon.Add(1) || reviewed != (p.Review == next) || reviewed == p.Reviewed.IsZero() {
				t.Errorf("%s %s: %+v, %v", s, turn, p, err)
			}
		}
	}
}

// One text at most is in use, and one above number 1 only by a decision (invariant 11).
func TestATextComesIntoUse(t *testing.T) {
	t.Parallel()
	p := pay()
	first := revision(t, "Pay", "One")
	want(t, p.Enact(&first, noon), coop.Conflict, "protocol.stale")
	if err := p.Extend(&first, graph(t, []handbook.Step{{ID: first.ID}}), noon); err != nil || first.Number != 1 || first.Protocol != "p" || p.Name != "Pay" {
		t.Fatalf("%+v, %v", p, err)
	}
	if err := p.Enact(&first, noon); err != nil || p.Status != handbook.InUse || p.InUse != first.ID || !p.Public() {
		t.Fatalf("%+v, %v", p, err)
	}
	second, other := revision(t, "Pay 2", "Two", first.ID), revision(t, "Pay", "Other")
	h := graph(t, []handbook.Step{{ID: first.ID}, {ID: second.ID, Parents: second.Parents}, {ID: other.ID}})
	want(t, p.Extend(&other, h, noon), coop.Conflict, "protocol.stale")
	if err := p.Extend(&second, h, noon); err != nil || p.Number != 2 || p.InUse != first.ID || p.Name != "Pay" {
		t.Fatalf("%+v, %v", p, err)
	}
	if err := p.Extend(&second, h, noon); err != nil || p.Number != 2 || second.Number != 2 {
		t.Errorf("once more: %+v, %v", p, err)
	}
	want(t, p.Enact(&second, noon), coop.Conflict, "protocol.undecided")
	second.Decision = &handbook.Result{Outcome: handbook.Objected}
	want(t, p.Enact(&second, noon), coop.Conflict, "protocol.undecided")
	second.Decision = &handbook.Result{Passed: true, Outcome: handbook.Consented}
	if err := p.Apply(handbook.Retire, time.Time{}, noon); err != nil || !p.Public() {
		t.Fatal(err)
	}
	if err := p.Enact(&second, noon); err != nil || p.InUse != second.ID || p.Status != handbook.InUse || p.Name != "Pay 2" {
		t.Errorf("%+v, %v", p, err)
	}
	want(t, p.Enact(&first, noon), coop.Conflict, "protocol.stale")
}

func TestSlugs(t *testing.T) {
	t.Parallel()
	taken := map[string]bool{"pay": true, "pay-2": true, "rule": true}
	for folded, wanted := range map[string]string{"fair delivery pay": "fair-delivery-pay", "pay": "pay-3", "  what's new?! ": "what-s-new", "new": "new-2", "": "rule-2",
		"الأجر": "rule-2", strings.Repeat("x", 80): strings.Repeat("x", 54), "a " + strings.Repeat("x", 80): "a", strings.Repeat("ab ", 30): strings.TrimSuffix(strings.Repeat("ab-", 18), "-")} {
		if got := handbook.FreeSlug(folded, handbook.Rule, func(s string) bool { return taken[s] }); got != wanted || !handbook.ValidSlug(got) {
			t.Errorf("%q gives %q", folded, got)
		}
	}
	for _, bad := range []string{"", "-a", "a-", "A", "a_b", "é", strings.Repeat("a", handbook.MaxSlug+1), "a/b", "a b"} {
		if handbook.ValidSlug(bad) {
			t.Errorf("%q is a slug", bad)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(0, 30).Draw(t, "taken")
		got := handbook.FreeSlug(rapid.String().Draw(t, "name"), rapid.SampledFrom(handbook.Kinds).Draw(t, "kind"), func(string) bool { n--; return n >= 0 })
		if !handbook.ValidSlug(got) || slices.Contains(handbook.ReservedSlugs, got) {
			t.Fatalf("slug %q", got)
		}
	})
}
