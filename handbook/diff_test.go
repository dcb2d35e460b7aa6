package handbook_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"toadlane/handbook"
)

// shown writes hunks as one would on paper: marked words in brackets.
func shown(d handbook.Diff) string {
	var b strings.Builder
	for _, h := range d.Hunks {
		fmt.Fprintf(&b, "@ %d,%d %d,%d", h.OldStart, h.OldLines, h.NewStart, h.NewLines)
		for _, u := range h.Under {
			b.WriteString(" #" + u.Anchor)
		}
		b.WriteString("\n")
		for _, l := range h.Lines {
			b.WriteString(map[handbook.Change]string{handbook.Kept: " ", handbook.Removed: "-", handbook.Added: "+"}[l.Change])
			for _, s := range l.Spans {
				if s.Marked {
					b.WriteString("[" + s.Text + "]")
				} else {
					b.WriteString(s.Text)
				}
			}
			b.WriteString("\n")
		}
	}
	return b.String()
}

func TestDiffIsMadeForReading(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		old, new string
		context  int
		want     string
	}{
		"same":       {"a\nb", "a\r\nb\r\n", 3, ""},
		"words":      {"# Pay\n\nEvery ride is paid on Friday.\n", "# Pay\n\nEvery ride is paid on Monday, in cash.\n", 0, "@ 3,1 3,1 #pay\n-Every ride is paid on [Friday].\n+Every ride is paid on [Monday, in cash].\n"},
		"new lines":  {"a\n", "a\nb\nc\n", 1, "@ 1,1 1,3\n a\n+[b]\n+[c]\n"},
		"from none":  {"", "a\n", 3, "@ 1,0 1,1\n+[a]\n"},
		"to none":    {"a\n", "", 3, "@ 1,1 1,0\n-[a]\n"},
		"otherwise":  {"We meet on Mondays at noon\n", "Bread is baked by whoever likes\n", 0, "@ 1,1 1,1\n-[We meet on Mondays at noon]\n+[Bread is baked by whoever likes]\n"},
		"wrapped":    {"One two three\nfour five six.\n", "One two\nthree four five six.\n", 0, "@ 1,2 1,2\n-One two three\n-four five six.\n+One two\n+three four five six.\n"},
		"no spaces":  {"我們每週一開會\n", "我們每週二開會\n", 0, "@ 1,1 1,1\n-我們每週[一]開會\n+我們每週[二]開會\n"},
		"far apart":  {"a\n1\n2\n3\n4\nb\n", "A\n1\n2\n3\n4\nB\n", 1, "@ 1,2 1,2\n-[a]\n+[A]\n 1\n@ 5,2 5,2\n 4\n-[b]\n+[B]\n"},
		"close by":   {"a\n1\n2\nb\n", "A\n1\n2\nB\n", 1, "@ 1,4 1,4\n-[a]\n+[A]\n 1\n 2\n-[b]\n+[B]\n"},
		"the whole":  {"a\n1\n2\n3\n4\n", "a\n1\n2\n3\n", -1, "@ 1,5 1,4\n a\n 1\n 2\n 3\n-[4]\n"},
		"moved part": {"# A\na\n# B\nb\n# C\nc\n", "# B\nb\n# A\na\n# C\nc\n", 0, "@ 1,2 1,0 #a\n-[# A]\n-[a]\n@ 5,0 3,2 #a\n+[# A]\n+[a]\n"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if d := cmp.Diff(c.want, shown(handbook.NewDiff(c.old, c.new, c.context))); d != "" {
				t.Error(d)
			}
		})
	}
}

func TestDiffTellsWhichPartsChanged(t *testing.T) {
	t.Parallel()
	old := "intro\n# Pay\nfriday\n## Rain\nsame\n## Sun\nhot\n# Care\nold\n# Gone\nx\n# End\nsame\n"
	new := "intro!\n# Pay\nmonday\n## Rain\nsame\n## Sunshine\nhot\n# Care\nold\nand new\n# End\nsame\n## More\nnew\n"
	d := handbook.NewDiff(old, new, 3)
	var got []string
	for _, h := range d.Headings {
		line := ""
		if h.Old != nil {
			line = h.Old.Text
		}
		line += ">"
		if h.New != nil {
			line += h.New.Text
		}
		got = append(got, fmt.Sprintf("%s %t %t", line, h.Renamed, h.Text))
	}
	if diff := cmp.Diff([]string{"Pay>Pay false true", "Sun>Sunshine true false", "Care>Care false true", "Gone> false false", ">More false false"}, got); diff != "" {
		t.Error(diff)
	}
	if d.Added != 6 || d.Removed != 5 || d.Coarse {
		t.Errorf("%d added, %d removed, coarse %t", d.Added, d.Removed, d.Coarse)
	}
}

func TestRowsStandSideBySide(t *testing.T) {
	t.Parallel()
	d := handbook.NewDiff("keep\na one\nb two\nend\n", "keep\na uno\nend\nx\n", 3)
	var got []string
	for _, r := range d.Hunks[0].Rows() {
		side := func(l *handbook.Line) string {
			if l == nil {
				return "-"
			}
			return fmt.Sprint(l.Old, "/", l.New)
		}
		got = append(got, side(r.Old)+" "+side(r.New))
	}
	if diff := cmp.Diff([]string{"1/1 1/1", "2/0 0/2", "3/0 -", "4/3 4/3", "- 0/4"}, got); diff != "" {
		t.Error(diff)
	}
}

// checkDiff holds a diff of any two texts to what is promised: laid over the old one it gives the new one.
func checkDiff(t interface{ Fatalf(string, ...any) }, old, new string, context int) {
	d := handbook.NewDiff(old, new, context)
	if got := laidOver(t, old, d); got != handbook.Normal(new) {
		t.Fatalf("laid over %q the diff gives %q, not %q", old, got, new)
	}
	if (len(d.Hunks) == 0) != (handbook.Normal(old) == handbook.Normal(new)) {
		t.Fatalf("%d hunks between %q and %q", len(d.Hunks), old, new)
	}
	added, removed := 0, 0
	for _, h := range d.Hunks {
		rows, left, right := h.Rows(), 0, 0
		for _, r := range rows {
			if r.Old != nil {
				left++
			}
			if r.New != nil {
				right++
			}
		}
		if left != h.OldLines || right != h.NewLines {
			t.Fatalf("%d and %d lines in rows, %d and %d in the hunk", left, right, h.OldLines, h.NewLines)
		}
		for _, l := range h.Lines {
			switch l.Change {
			case handbook.Added:
				added++
			case handbook.Removed:
				removed++
			}
		}
	}
	if added != d.Added || removed != d.Removed {
		t.Fatalf("%d added, %d removed; said %d, %d", added, removed, d.Added, d.Removed)
	}
	olds, news := 0, 0
	for _, h := range d.Headings {
		if h.Old != nil && h.Old.Line <= olds || h.New != nil && h.New.Line <= news || h.Old == nil && h.New == nil {
			t.Fatalf("headings out of order: %+v", d.Headings)
		}
		if h.Old != nil {
			olds = h.Old.Line
		}
		if h.New != nil {
			news = h.New.Line
		}
	}
}

func TestDiffLaidOverOldGivesNew(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		old := drawLines(t, "old")
		new := drawEdit(t, old, "new")
		if rapid.Bool().Draw(t, "other") {
			new = drawLines(t, "new")
		}
		checkDiff(t, text(old), text(new), rapid.IntRange(-1, 4).Draw(t, "context"))
	})
}

func FuzzDiff(f *testing.F) {
	f.Add("# A\na\n", "# B\r\na\nb", 3)
	f.Add("", "\ufeffx", 0)
	f.Add("a\nb\na\nb\n", "b\na\nb\na\n", -1)
	f.Add("é e\u0301 漢字\n", "e\u0301 é 字漢\n", 1)
	f.Fuzz(func(t *testing.T, old, new string, context int) { checkDiff(t, old, new, context) })
}

// Texts that share nothing, everything in another order, or the same few lines again and again: the cost stays bounded, and what is shown
// is right all the same.
func TestDiffOfHostileTexts(t *testing.T) {
	t.Parallel()
	repeat := func(lines ...string) string {
		return strings.Repeat(strings.Join(lines, "\n")+"\n", handbook.MaxSource/(len(strings.Join(lines, "\n"))+1)/2)
	}
	var up, down strings.Builder
	for i := range 20_000 {
		fmt.Fprintf(&up, "line %d\n", i)
		fmt.Fprintf(&down, "line %d\n", 19_999-i)
	}
	for name, c := range map[string][2]string{
		"few lines":    {repeat("a", "b", "c"), repeat("b", "c", "a", "a")},
		"turned round": {up.String(), down.String()},
		"one line":     {strings.ReplaceAll(up.String(), "\n", " "), strings.ReplaceAll(down.String(), "\n", " ")},
		"headings":     {strings.Repeat("#\n", 50_000), strings.Repeat("##\n", 50_000)},
		"no words":     {strings.Repeat("*", 200_000), strings.Repeat("*-", 100_000)},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			checkDiff(t, c[0], c[1], 3)
		})
	}
	if d := handbook.NewDiff(up.String(), down.String(), 0); d.Removed != 19_999 || d.Added != 19_999 {
		t.Errorf("%d removed, %d added", d.Removed, d.Added)
	}
	if !handbook.NewDiff(repeat("a", "b", "c"), repeat("b", "c", "a", "a"), 0).Coarse {
		t.Error("nothing was too different")
	}
}
