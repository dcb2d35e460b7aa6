package region

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"toadlane/coop"
)

// signs is a document that carries a proof by a key, as far as these tests need one: only who has the key writes it.
func signs(key string, what ID) []byte { return []byte(key + " signs " + string(what)) }

func check(key string, document []byte) error {
	if !strings.HasPrefix(string(document), key+" signs ") {
		return coop.Errorf(coop.Unauthenticated, "proof.bad", "not by %s", key)
	}
	return nil
}

func iri(n int) coop.IRI { return coop.IRI(fmt.Sprintf("https://c%02d.example/actor", n)) }
func key(n int) string   { return fmt.Sprintf("key%02d", n) }

func name(parts ...any) ID { return ID(coop.Hash([]byte(fmt.Sprint(parts...)))) }

// charter makes a charter after prev, hosted by co-op host, with a council of so many.
func charter(prev *Charter, attempt, host int, council []int, salt any) *Charter {
	c := &Charter{Version: 1, Attempt: attempt, Host: iri(host) + "/region", HostKey: "host" + key(host), Need: len(council)/2 + 1, Absence: 7, Slug: "valley",
		Name: coop.Text{"en": "The valley"}, Joining: BySteward}
	for _, n := range slices.Sorted(slices.Values(council)) {
		c.Council = append(c.Council, Seat{iri(n), key(n)})
	}
	if prev != nil {
		c.Version, c.Previous, c.Region, c.Root = prev.Version+1, prev.ID, prev.Of(), Root(nil)
	}
	c.ID = name(c.Version, c.Previous, attempt, host, council, salt)
	return c
}

func mark(c *Charter, n int) Mark { return Mark{c.ID, iri(n), signs(key(n), c.ID)} }

func found() *Charter { return charter(nil, 1, 0, []int{0}, "") }

func TestFollows(t *testing.T) {
	t.Parallel()
	first := found()
	second := charter(first, 1, 0, []int{0, 1, 2}, "")
	third := charter(second, 1, 1, []int{1, 2, 3}, "")
	change := func(c *Charter, do func(*Charter)) *Charter {
		x := *c
		x.Council = slices.Clone(c.Council)
		do(&x)
		return &x
	}
	for _, c := range []struct {
		name       string
		next, prev *Charter
		marks      []Mark
		want       string
	}{
		{"founded", first, nil, []Mark{mark(first, 0)}, ""},
		{"founded by nobody", first, nil, nil, "charter.unsigned"},
		{"founded by another", first, nil, []Mark{mark(first, 1)}, "charter.unsigned"},
		{"the founder takes others in", second, first, []Mark{mark(second, 0)}, ""},
		{"those taken in do not sign for themselves", second, first, []Mark{mark(second, 1), mark(second, 2)}, "charter.unsigned"},
		{"two of three", third, second, []Mark{mark(third, 0), mark(third, 2)}, ""},
		{"one of three, twice", third, second, []Mark{mark(third, 0), mark(third, 0)}, "charter.unsigned"},
		{"one of three and one of the next", third, second, []Mark{mark(third, 0), mark(third, 3)}, "charter.unsigned"},
		{"a mark under another charter", third, second, []Mark{mark(third, 0), mark(second, 1)}, "charter.unsigned"},
		{"a mark by another's key", third, second, []Mark{mark(third, 0), {third.ID, iri(1), signs(key(0), third.ID)}}, "charter.unsigned"},
		{"one left out", third, first, []Mark{mark(third, 0)}, "charter.malformed"},
		{"of another region", change(third, func(c *Charter) { c.Region = third.ID }), second, []Mark{mark(third, 0), mark(third, 1)}, "charter.malformed"},
		{"half is not enough", change(second, func(c *Charter) { c.Need = 1 }), first, []Mark{mark(second, 0)}, "council.need"},
		{"out of order", change(second, func(c *Charter) { slices.Reverse(c.Council) }), first, []Mark{mark(second, 0)}, "council.order"},
		{"one co-op on two seats", change(second, func(c *Charter) { c.Council[1] = c.Council[0] }), first, []Mark{mark(second, 0)}, "council.order"},
		{"a council at the founding", change(first, func(c *Charter) { c.Council, c.Need = second.Council, 2 }), nil, []Mark{mark(first, 0), mark(first, 1)}, "charter.malformed"},
		{"gone after an hour", change(second, func(c *Charter) { c.Absence = 0 }), first, []Mark{mark(second, 0)}, "absence.range"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			err := Follows(c.next, c.prev, c.marks, check)
			if (err == nil) != (c.want == "") || err != nil && coop.KeyOf(err) != c.want {
				t.Errorf("%v, want %q", err, c.want)
			}
		})
	}
}

// vote is a council co-op's yes to another.
func vote(c *Charter, by, who int, serial uint64) Vote {
	return Vote{Region: c.Of(), Charter: c.ID, Coop: iri(who), Serial: serial, By: iri(by), Bytes: signs(key(by), name("yes", by, who, serial))}
}

func TestAllows(t *testing.T) {
	t.Parallel()
	first := found()
	council := charter(first, 1, 0, []int{0, 1, 2}, "")
	steward, other := *council, charter(first, 2, 0, []int{0, 1, 2}, "")
	council.Joining, other.Joining = ByCouncil, ByCouncil
	word := func(votes ...Vote) Admission {
		return Admission{ID: name("a"), Region: first.ID, Charter: council.ID, Coop: iri(5), Serial: 4, Nth: 1, In: true, Votes: votes}
	}
	forged := vote(council, 1, 5, 4)
	forged.Bytes = signs(key(0), name("yes"))
	for _, c := range []struct {
		name  string
		under *Charter
		a     Admission
		want  string
	}{
		{"two of three", council, word(vote(council, 0, 5, 4), vote(council, 2, 5, 3)), ""},
		{"one of three", council, word(vote(council, 0, 5, 4)), "admission.unvoted"},
		{"one, twice", council, word(vote(council, 0, 5, 4), vote(council, 0, 5, 3)), "admission.unvoted"},
		{"one from outside", council, word(vote(council, 0, 5, 4), vote(council, 3, 5, 4)), "admission.unvoted"},
		{"one by another's key", council, word(vote(council, 0, 5, 4), forged), "admission.unvoted"},
		{"one for another", council, word(vote(council, 0, 5, 4), vote(council, 1, 6, 4)), "admission.unvoted"},
		{"one in another charter's name", council, word(vote(council, 0, 5, 4), vote(other, 1, 5, 4)), "admission.unvoted"},
		{"one for a word that is not answered", council, word(vote(council, 0, 5, 4), vote(council, 1, 5, 5)), "admission.unvoted"},
		{"where a steward says it", &steward, word(), ""},
		{"to refuse nobody is asked", council, Admission{Coop: iri(5), Charter: council.ID}, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if err := c.under.Allows(&c.a, check); (err == nil) != (c.want == "") || err != nil && coop.KeyOf(err) != c.want {
				t.Errorf("%v, want %q", err, c.want)
			}
		})
	}
}

// Who left is not let in again by votes from before, in whatever order the words come.
func TestOldVotes(t *testing.T) {
	t.Parallel()
	c := charter(found(), 1, 0, []int{0, 1, 2}, "")
	c.Joining = ByCouncil
	left := &Entry{ID: name("e", 2), Coop: iri(5), Serial: 2, Left: true}
	back := &Entry{ID: name("e", 3), Coop: iri(5), Serial: 3}
	for _, serial := range []uint64{1, 3} {
		a := &Admission{ID: name("a", serial), Charter: c.ID, Coop: iri(5), Serial: 3, Nth: 2, In: true, Votes: []Vote{vote(c, 0, 5, 3), vote(c, 1, 5, serial)}}
		for _, order := range [][]int{{0, 1, 2}, {2, 1, 0}, {1, 2, 0}} {
			r := NewRoll()
			for _, i := range order {
				[]func(){func() { r.AddEntry(left) }, func() { r.AddEntry(back) }, func() { r.AddAdmission(a) }}[i]()
			}
			if in := r.In(iri(5), c) != nil; in != (serial == 3) {
				t.Errorf("with a vote of word %d, in order %v: in is %t", serial, order, in)
			}
		}
	}
}

// A node that knows of a charter for long does not leave it for one that only signatures given later prefer; it is shown.
func TestAnchor(t *testing.T) {
	t.Parallel()
	first := found()
	one, two := charter(first, 1, 1, []int{1}, "one"), charter(first, 2, 2, []int{2}, "two")
	c := NewChain(check)
	for _, x := range []*Charter{one, two, first} {
		if _, err := c.Add(first.ID, x, mark(x, 0)); err != nil {
			t.Fatal(err)
		}
	}
	if h := c.Head(""); h != two {
		t.Errorf("the later attempt does not stand: %+v", h)
	}
	if h, r := c.Head(one.ID), c.Rival(one.ID); h != one || r != two {
		t.Errorf("anchored at the first: head %s, rival %v", h.ID, r)
	}
	if h, r := c.Head(two.ID), c.Rival(two.ID); h != two || r != nil {
		t.Errorf("anchored at the second: head %s, rival %v", h.ID, r)
	}
	if _, err := c.Add(one.ID, first); coop.KeyOf(err) != "charter.malformed" {
		t.Errorf("a charter of another region: %v", err)
	}
}

func TestRollInWords(t *testing.T) {
	t.Parallel()
	first := found()
	r := NewRoll()
	say := func(serial uint64, left bool) {
		r.AddEntry(&Entry{ID: name("entry", serial, left), Region: first.ID, Charter: first.ID, Coop: iri(1), Serial: serial, Key: key(1), Name: "One", Ties: []Tie{{Relation: Member}}, Left: left})
	}
	admit := func(under *Charter, serial, nth uint64, in bool) *Admission {
		a := &Admission{ID: name("admission", under.ID, serial, nth, in), Region: first.ID, Charter: under.ID, Coop: iri(1), Serial: serial, Nth: nth, In: in}
		r.AddAdmission(a)
		return a
	}
	in := func(want bool, when string, under *Charter) {
		t.Helper()
		if got := r.In(iri(1), under) != nil; got != want {
			t.Errorf("%s: in is %t", when, got)
		}
	}
	admit(first, 1, 1, true)
	in(false, "admitted without having asked", first)
	say(1, false)
	in(true, "asked and admitted", first)
	say(2, false)
	in(true, "shares changed", first)
	say(3, true)
	in(false, "left", first)
	admit(first, 2, 2, true)
	in(false, "an old word admitted after leaving", first)
	say(4, false)
	in(false, "back, not admitted anew", first)
	a := admit(first, 4, 3, true)
	in(true, "back and admitted", first)
	next := charter(first, 1, 2, []int{2}, "")
	in(false, "a charter that begins with nobody", next)
	lines := r.Lines(first)
	if len(lines) != 1 || lines[0].Admission != a.ID {
		t.Errorf("%+v", lines)
	}
	next.Root = Root(lines)
	r.AddList(lines)
	in(true, "a charter that begins with who was in", next)
	admit(first, 4, 9, false)
	in(true, "the old host expels after it is no host", next)
	admit(next, 4, 1, false)
	in(false, "the new host expels", next)
	if n, m := r.Serial(iri(1)), r.Nth(iri(1), next); n != 5 || m != 2 {
		t.Errorf("next numbers %d and %d", n, m)
	}
}

// Whatever order the same documents come in, and however often, the same charter is in force and the same co-ops take part.
func TestAnyOrder(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		first := found()
		all := []*Charter{first}
		var say []func(*Chain, *Roll)
		put := func(c *Charter, marks ...Mark) {
			say = append(say, func(ch *Chain, _ *Roll) { _, _ = ch.Add(first.ID, c) })
			for _, m := range marks {
				say = append(say, func(ch *Chain, _ *Roll) { _, _ = ch.Add(first.ID, nil, m) })
			}
		}
		put(first, mark(first, 0))
		for i := range rapid.IntRange(1, 8).Draw(t, "charters") {
			prev := rapid.SampledFrom(all).Draw(t, "after")
			council := rapid.SliceOfNDistinct(rapid.IntRange(0, 4), 1, 4, rapid.ID).Draw(t, "council")
			c := charter(prev, rapid.IntRange(1, 2).Draw(t, "attempt"), council[0], council, i)
			var marks []Mark
			for n := range 5 {
				if rapid.Bool().Draw(t, "signs") {
					marks = append(marks, mark(c, n))
				}
			}
			all = append(all, c)
			put(c, marks...)
		}
		for i := range rapid.IntRange(0, 20).Draw(t, "words") {
			who, serial := rapid.IntRange(0, 3).Draw(t, "who"), uint64(rapid.IntRange(1, 4).Draw(t, "serial"))
			under := rapid.SampledFrom(all).Draw(t, "under")
			if rapid.Bool().Draw(t, "own") {
				e := &Entry{ID: name("e", i), Coop: iri(who), Serial: serial, Left: rapid.Bool().Draw(t, "left")}
				say = append(say, func(_ *Chain, r *Roll) { r.AddEntry(e) })
			} else {
				a := &Admission{ID: name("a", i), Charter: under.ID, Coop: iri(who), Serial: serial, Nth: uint64(rapid.IntRange(1, 3).Draw(t, "nth")), In: rapid.Bool().Draw(t, "in")}
				say = append(say, func(_ *Chain, r *Roll) { r.AddAdmission(a) })
			}
		}
		hear := func(order []func(*Chain, *Roll)) (ID, string, string) {
			c, r := NewChain(check), NewRoll()
			for _, f := range order {
				f(c, r)
			}
			h := c.Head("")
			if h == nil {
				t.Fatal("nothing stands")
			}
			var members []ID
			for _, e := range r.Members(h) {
				members = append(members, e.ID)
			}
			return h.ID, fmt.Sprint(members), fmt.Sprint(c.Twice())
		}
		head, members, twice := hear(say)
		for range 3 {
			order := rapid.Permutation(append(slices.Clone(say), say...)).Draw(t, "order")
			if h, m, w := hear(order); h != head || m != members || w != twice {
				t.Fatalf("another order: head %s, want %s; members %s, want %s; twice %s, want %s", h, head, m, members, w, twice)
			}
		}
	})
}

// Less is an order: total, and one that can be gone along.
// A region's slug stands where words of ours do, and beside the co-op's own name.
func TestFreeSlug(t *testing.T) {
	t.Parallel()
	for _, want := range []string{"new", "look", "valley"} {
		got, err := freeSlug(taken{"valley"}, want)
		if err != nil || got != want+"-2" {
			t.Errorf("%s: %q, %v", want, got, err)
		}
	}
}

// taken has a region for each of some slugs, and nothing else.
type taken []string

func (r taken) RegionBySlug(slug string) (Region, error) {
	if slices.Contains(r, slug) {
		return Region{Slug: slug}, nil
	}
	return Region{}, coop.Errorf(coop.NotFound, "region.unknown", "no %s", slug)
}

func TestLess(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		gen := rapid.Custom(func(t *rapid.T) *Charter {
			return &Charter{ID: ID(rapid.SampledFrom([]string{"a", "b", "c"}).Draw(t, "id")), Attempt: rapid.IntRange(1, 3).Draw(t, "attempt")}
		})
		a, b, c := gen.Draw(t, "a"), gen.Draw(t, "b"), gen.Draw(t, "c")
		if Less(a, b) != -Less(b, a) || Less(a, b) == 0 && cmp.Diff(a, b) != "" || Less(a, b) <= 0 && Less(b, c) <= 0 && Less(a, c) > 0 {
			t.Fatalf("%v %v %v", a, b, c)
		}
	})
}
