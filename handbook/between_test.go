package handbook_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"toadlane/coop"
	"toadlane/handbook"
)

func TestAdoptions(t *testing.T) {
	t.Parallel()
	text := revision(t, "Clean kitchen", "- [ ] Wash\n- [ ] Who?\n- [ ] Date\n")
	adopted := func() handbook.Adoption {
		return handbook.Adoption{ID: "1", Page: "https://bakery.example/h/kitchen", Home: "https://bakery.example/actor", Revision: text.ID, Manner: handbook.AsItIs,
			Since: noon, Public: true, Met: []int{1, 3}, Checked: noon, Evidence: "https://farm.example/photo"}
	}
	for name, c := range map[string]struct {
		change func(*handbook.Adoption)
		want   []string
	}{
		"fine":             {func(*handbook.Adoption) {}, nil},
		"manner":           {func(a *handbook.Adoption) { a.Manner = "copied" }, []string{"manner choice.unknown"}},
		"public link":      {func(a *handbook.Adoption) { a.Manner = handbook.Link }, []string{"manner choice.unknown"}},
		"adapted to what":  {func(a *handbook.Adoption) { a.Manner, a.Changes = handbook.Adapted, "Hours" }, []string{"manner choice.unknown"}},
		"adapted for what": {func(a *handbook.Adoption) { a.Manner, a.Ours = handbook.Adapted, "p" }, []string{"changes field.required"}},
		"addresses":        {func(a *handbook.Adoption) { a.Page, a.Evidence = "kitchen", "photo" }, []string{"page address.invalid", "evidence address.invalid"}},
		"no day":           {func(a *handbook.Adoption) { a.Checked = time.Time{} }, []string{"checked field.required"}},
		"a question":       {func(a *handbook.Adoption) { a.Met = []int{2} }, []string{"met choice.unknown"}},
		"twice":            {func(a *handbook.Adoption) { a.Met = []int{3, 3} }, []string{"met choice.unknown"}},
	} {
		a := adopted()
		c.change(&a)
		if d := cmp.Diff(c.want, faults(a.Validate(&text))); d != "" {
			t.Errorf("%s: %s", name, d)
		}
	}
	a, other := adopted(), revision(t, "Other", "- [ ] Other\n")
	want(t, a.Validate(&other), coop.Invalid, "revision.unknown")
	if !a.Meets(&text, noon) || a.Meets(&other, noon) {
		t.Error("what it meets")
	}
	for _, met := range [][]int{{1}, {1, 2}, {7, 8}} { // a peer may name as many that are other ones
		if a.Met = met; a.Meets(&text, noon) {
			t.Errorf("%v is not all", met)
		}
	}
	_, err := a.Renew("2", text.ID, end)
	want(t, err, coop.Conflict, "adoption.same")
	b, err := a.Renew("2", other.ID, end)
	if err != nil || b.ID != "2" || b.Revision != other.ID || b.Met != nil || !b.Since.Equal(end) || !b.Holds(end) || a.Revision != text.ID || a.Holds(end) || !a.Holds(end.Add(-1)) {
		t.Errorf("%+v, %+v, %v", a, b, err)
	}
	_, err = a.Renew("3", other.ID, end)
	want(t, err, coop.Conflict, "adoption.ended")
	b.Withdraw(end.Add(1))
	b.Withdraw(end.Add(2))
	if b.Holds(end.Add(1)) || !b.Until.Equal(end.Add(1)) {
		t.Error(b.Until)
	}
}

// Whether there is something new follows from the past of texts, never from numbers or days.
func TestUpdateAvailable(t *testing.T) {
	t.Parallel()
	h := graph(t, []handbook.Step{{ID: "1"}, {ID: "2", Parents: []id{"1"}}, {ID: "3", Parents: []id{"2"}}, {ID: "ours", Parents: []id{"1"}}, {ID: "merged", Parents: []id{"ours", "3"}}})
	for _, c := range []struct {
		held, latest id
		want         bool
	}{{"1", "1", false}, {"1", "3", true}, {"3", "1", false}, {"ours", "1", false}, {"ours", "2", true}, {"merged", "3", false}, {"merged", "elsewhere", true}, {"1", "", false}} {
		if got := handbook.UpdateAvailable(h, c.held, c.latest); got != c.want {
			t.Errorf("%+v: %t", c, got)
		}
	}
}

func TestChangesGivenBack(t *testing.T) {
	t.Parallel()
	h := graph(t, []handbook.Step{{ID: "1"}, {ID: "2", Parents: []id{"1"}}, {ID: "a", Parents: []id{"1"}}, {ID: "b", Parents: []id{"a"}}, {ID: "m", Parents: []id{"2", "b"}}, {ID: "alone"}})
	in := handbook.Offer{ID: "o", Activity: "https://farm.example/a/80", From: "https://farm.example/actor", Page: "https://bakery.example/h/pay", Revision: "a",
		State: handbook.OfferMerged, Result: "forged", Reason: "forged"}
	o, gone, fresh, err := handbook.Receive(nil, in, h, "2", noon)
	if err != nil || !fresh || gone != nil || o.State != handbook.OfferReceived || o.Result != "" || o.Reason != "" || !o.Received.Equal(noon) {
		t.Fatalf("%+v, %v", o, err)
	}
	known := []handbook.Offer{o}
	again, gone, fresh, err := handbook.Receive(known, in, h, "2", end)
	if d := cmp.Diff(o, again); d != "" || fresh || gone != nil || err != nil {
		t.Error(d, fresh, err)
	}
	other := in
	other.Revision = "b"
	_, _, _, err = handbook.Receive(known, other, h, "2", end)
	want(t, err, coop.Conflict, "offer.differs")
	strange := in
	strange.Activity, strange.Revision = "https://farm.example/a/81", "alone"
	_, _, _, err = handbook.Receive(known, strange, h, "2", end)
	want(t, err, coop.Invalid, "offer.unrelated")

	later := in
	later.ID, later.Activity, later.Revision = "o2", "https://farm.example/a/82", "b"
	next, gone, fresh, err := handbook.Receive(known, later, h, "2", end)
	if err != nil || !fresh || len(gone) != 1 || gone[0].ID != "o" || gone[0].State != handbook.OfferSuperseded || !gone[0].Answered.Equal(end) {
		t.Errorf("%+v, %v", gone, err)
	}
	foreign := later
	foreign.From, foreign.Activity = "https://cycles.example/actor", "https://cycles.example/a/1"
	if _, gone, _, err := handbook.Receive(known, foreign, h, "2", end); err != nil || gone != nil {
		t.Errorf("another's offer supersedes: %+v, %v", gone, err)
	}

	rejected, forwarded := next, o
	want(t, next.Accept(h, "2", end), coop.Conflict, "offer.unrelated")
	for range 2 {
		if err := next.Accept(h, "m", end); err != nil || next.State != handbook.OfferMerged || next.Result != "m" {
			t.Errorf("%+v, %v", next, err)
		}
		if err := forwarded.Accept(h, "a", end); err != nil || forwarded.State != handbook.OfferForwarded {
			t.Errorf("%+v, %v", forwarded, err)
		}
	}
	want(t, next.Reject("No", end), coop.Conflict, "offer.settled")
	want(t, next.Accept(h, "b", end), coop.Conflict, "offer.settled")
	if err := rejected.Reject(" ", end); coop.ClassOf(err) != coop.Invalid || rejected.State != handbook.OfferReceived {
		t.Error(err)
	}
	for range 2 {
		if err := rejected.Reject("Not here", end); err != nil || rejected.State != handbook.OfferRejected || !rejected.State.Settled() {
			t.Errorf("%+v, %v", rejected, err)
		}
	}
	want(t, rejected.Reject(strings.Repeat("x", 3), end), coop.Conflict, "offer.settled")
	want(t, rejected.Accept(h, "m", end), coop.Conflict, "offer.settled")
}

func TestReading(t *testing.T) {
	t.Parallel()
	p := pay()
	p.Reading, p.Status, p.InUse = true, handbook.InUse, "2"
	under, draft, quiet, theirs := p, p, p, p
	under.ID, under.Status = "u", handbook.Review
	draft.ID, draft.Status = "d", handbook.Draft
	quiet.ID, quiet.Reading = "q", false
	theirs.ID, theirs.Home = "t", "https://farm.example/actor"
	marks := []handbook.ReadMark{{Person: "ada", Protocol: "p", Revision: "1", At: noon}, {Person: "ada", Protocol: "p", Revision: "2", At: end},
		{Person: "ada", Protocol: "u", Revision: "1", At: noon}, {Person: "ben", Protocol: "u", Revision: "2", At: end}}
	got := handbook.Duties("ada", []handbook.Protocol{p, under, draft, quiet, theirs}, marks)
	if d := cmp.Diff([]handbook.Duty{{Protocol: "p", Revision: "2", Read: end, Before: noon}, {Protocol: "u", Revision: "2", Before: noon}}, got); d != "" {
		t.Error(d)
	}
	marks = append(marks, handbook.ReadMark{Person: "ada", Revision: "2"}, handbook.ReadMark{Person: "gone", Revision: "2"})
	if read, of := handbook.CountRead(marks, "2", []coop.ID{"ada", "ben", "zoe", "zoe"}); read != 2 || of != 3 {
		t.Errorf("%d of %d", read, of)
	}
}
