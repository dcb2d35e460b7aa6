package handbook_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"toadlane/coop"
	"toadlane/handbook"
)

// settled gives the text of a merge that must be clean.
func settled(t interface{ Fatalf(string, ...any) }, base, ours, theirs string) string {
	m := handbook.ThreeWay(base, ours, theirs)
	got, err := m.Resolve(nil)
	if err != nil || !m.Clean() {
		t.Fatalf("%q, %q and %q: %v, %+v", base, ours, theirs, err, m.Conflicts())
	}
	return got
}

// checkLaws holds a merge of any three texts to the laws in its comment.
func checkLaws(t interface{ Fatalf(string, ...any) }, b, x, y string) {
	for _, c := range [][2]string{{settled(t, b, b, x), x}, {settled(t, b, x, b), x}, {settled(t, b, x, x), x}} {
		if c[0] != handbook.Normal(c[1]) {
			t.Fatalf("%q with itself and %q is %q", b, c[1], c[0])
		}
	}
	one, other := handbook.ThreeWay(b, x, y), handbook.ThreeWay(b, y, x)
	there, back := one.Conflicts(), other.Conflicts()
	if len(there) != len(back) {
		t.Fatalf("%d conflicts one way round, %d the other", len(there), len(back))
	}
	var ours, theirs, base []handbook.Choice
	for i, c := range there {
		if c.Base != back[i].Base || c.Ours != back[i].Theirs || c.Theirs != back[i].Ours || c.Line != back[i].Line {
			t.Fatalf("conflict %+v is %+v the other way round", c, back[i])
		}
		if c.Ours == c.Theirs || c.Ours == c.Base || c.Theirs == c.Base {
			t.Fatalf("no conflict: %+v", c)
		}
		ours, theirs = append(ours, handbook.Choice{Take: handbook.TakeOurs}), append(theirs, handbook.Choice{Take: handbook.TakeTheirs})
		base = append(base, handbook.Choice{Take: handbook.TakeBase})
	}
	for _, c := range [][2][]handbook.Choice{{ours, theirs}, {theirs, ours}, {base, base}} {
		p, errP := one.Resolve(c[0])
		q, errQ := other.Resolve(c[1])
		if errP != nil || errQ != nil || p != q {
			t.Fatalf("%q one way round, %q the other: %v, %v", p, q, errP, errQ)
		}
	}
}

func TestMergeLaws(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		b := drawLines(t, "base")
		x, y := drawEdit(t, b, "ours"), drawEdit(t, b, "theirs")
		if rapid.Bool().Draw(t, "unrelated") {
			b = nil
		}
		checkLaws(t, text(b), text(x), text(y))
	})
}

func FuzzMerge(f *testing.F) {
	f.Add("a\nb\nc\n", "a\nB\nc\n", "a\nb\nc\nd")
	f.Add("", "x", "y\r\n")
	f.Add("a\na\na\n", "a\n", "a\na\na\na\n")
	f.Fuzz(func(t *testing.T, b, x, y string) { checkLaws(t, b, x, y) })
}

// Changes to different lines, with an unchanged line between each two, come together without a question, and nothing else does.
func TestCleanMergeHoldsBothChanges(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var base, ours, theirs, both []string
		for i := range rapid.IntRange(1, 20).Draw(t, "passages") {
			fixed := "stays " + strings.Repeat("i", i)
			base, ours, theirs, both = append(base, fixed), append(ours, fixed), append(theirs, fixed), append(both, fixed)
			was := []string{"was " + fixed}[:rapid.IntRange(0, 1).Draw(t, "was")]
			is := rapid.SliceOfN(rapid.SampledFrom([]string{"new " + fixed, "", "also " + fixed}), 0, 3).Draw(t, "is")
			base = append(base, was...)
			switch rapid.IntRange(0, 3).Draw(t, "who") {
			case 0:
				ours, theirs, both = append(ours, is...), append(theirs, was...), append(both, is...)
			case 1:
				ours, theirs, both = append(ours, was...), append(theirs, is...), append(both, is...)
			case 2:
				ours, theirs, both = append(ours, is...), append(theirs, is...), append(both, is...)
			default:
				ours, theirs, both = append(ours, was...), append(theirs, was...), append(both, was...)
			}
		}
		if got := settled(t, text(base), text(ours), text(theirs)); got != text(both) {
			t.Fatalf("got %q, want %q", got, text(both))
		}
	})
}

func TestConflictsAreResolvedByAPerson(t *testing.T) {
	t.Parallel()
	base := "# Pay\nfriday\n\n## Rain\nextra\nend\n"
	ours := "# Pay\nmonday\n\n## Rain\nextra\nend\n"
	theirs := "# Pay\ntuesday\n\n## Rain\nnothing\nend\nmore\n"
	m := handbook.ThreeWay(base, ours, theirs)
	if d := cmp.Diff([]handbook.Conflict{{Base: "friday\n", Ours: "monday\n", Theirs: "tuesday\n", Line: 2,
		Under: []handbook.Heading{{Level: 1, Text: "Pay", Anchor: "pay", Line: 1}}}}, m.Conflicts()); d != "" || m.Clean() {
		t.Error(d)
	}
	for take, wanted := range map[handbook.Take]string{handbook.TakeOurs: "monday\n", handbook.TakeTheirs: "tuesday\n", handbook.TakeBoth: "monday\ntuesday\n",
		handbook.TakeBase: "friday\n", handbook.TakeWritten: "any day\n"} {
		got, err := m.Resolve([]handbook.Choice{{Take: take, Text: "any day"}})
		if err != nil || got != "# Pay\n"+wanted+"\n## Rain\nnothing\nend\nmore\n" {
			t.Errorf("%s: %q, %v", take, got, err)
		}
	}
	if len(handbook.Takes) != 5 {
		t.Error("a way to resolve more: say what it gives")
	}
	for _, choices := range [][]handbook.Choice{nil, {{Take: handbook.TakeOurs}, {Take: handbook.TakeOurs}}} {
		_, err := m.Resolve(choices)
		want(t, err, coop.Invalid, "merge.open")
	}
	_, err := m.Resolve([]handbook.Choice{{Take: "mine"}})
	if d := cmp.Diff([]string{"choices choice.unknown"}, faults(err)); d != "" {
		t.Error(d)
	}
}

// Changes that touch are a conflict, even where a machine could put them together: who reads the text decides.
func TestTouchingChangesAreAConflict(t *testing.T) {
	t.Parallel()
	for name, c := range map[string][3]string{
		"next lines":            {"a\nb\n", "A\nb\n", "a\nB\n"},
		"both put something in": {"a\nb\n", "a\nx\nb\n", "a\ny\nb\n"},
		"changed and taken":     {"a\nb\nc\n", "a\nB\nc\n", "a\nc\n"},
		"nothing in common":     {"", "x\n", "y\n"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if m := handbook.ThreeWay(c[0], c[1], c[2]); len(m.Conflicts()) != 1 {
				t.Errorf("%+v", m)
			}
		})
	}
}

func TestThreeWayName(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		base, ours, theirs, name string
		ok                       bool
	}{{"a", "a", "b", "b", true}, {"a", "b", "a", "b", true}, {"a", "b", "b", "b", true}, {"a", "b", "c", "b", false}, {"a", "a", "a", "a", true}} {
		if name, ok := handbook.ThreeWayName(c.base, c.ours, c.theirs); name != c.name || ok != c.ok {
			t.Errorf("%+v: %s, %t", c, name, ok)
		}
	}
}

// A merge of long texts in which every line was changed somewhere takes time in proportion.
func TestMergeOfManyChanges(t *testing.T) {
	t.Parallel()
	lines := strings.Split(book(300_000), "\n")
	ours, theirs := slices.Clone(lines), slices.Clone(lines)
	for i := range lines {
		switch i % 4 {
		case 0:
			ours[i] += " ours"
		case 2:
			theirs[i] += " theirs"
		}
	}
	got := settled(t, text(lines), text(ours), text(theirs))
	if n, m := strings.Count(got, " ours\n"), strings.Count(got, " theirs\n"); n != (len(lines)+3)/4 || m != (len(lines)+1)/4 {
		t.Errorf("%d and %d changes of %d lines", n, m, len(lines))
	}
}
