package handbook_test

import (
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"toadlane/coop"
	"toadlane/handbook"
)

// want holds an error to its class and key.
func want(t *testing.T, err error, class coop.Class, key string) {
	t.Helper()
	if err == nil || coop.ClassOf(err) != class || coop.KeyOf(err) != key {
		t.Errorf("%v; want %s", err, key)
	}
}

// faults lists the fields that an error names, with the key of each.
func faults(err error) (out []string) {
	for _, f := range coop.Fields(err) {
		out = append(out, f.Field+" "+f.Key)
	}
	return out
}

// drawLine makes lines that are often alike, so that what two texts have in common is not clear at once.
func drawLine(t *rapid.T) string {
	return rapid.OneOf(
		rapid.SampledFrom([]string{"", "", "a", "b", "b", "c", "# Pay", "## Rounds", "## Rounds", "- [ ] Sweep the floor", "```", "| a | b |", "a b c d"}),
		rapid.StringOfN(rapid.RuneFrom([]rune("ab é漢\t*#-`>[]x")), 0, 12, -1),
	).Draw(t, "line")
}

func drawLines(t *rapid.T, name string) []string {
	return rapid.SliceOfN(rapid.Custom(drawLine), 0, 30).Draw(t, name)
}

// text puts lines together as a text in its kept form.
func text(lines []string) string {
	if len(lines) == 0 {
		return ""
	}
	return handbook.Normal(strings.Join(lines, "\n") + "\n")
}

// drawEdit changes some of the lines.
func drawEdit(t *rapid.T, lines []string, name string) []string {
	out := append([]string(nil), lines...)
	for range rapid.IntRange(0, 6).Draw(t, name+" edits") {
		at := rapid.IntRange(0, len(out)).Draw(t, "at")
		gone := min(rapid.IntRange(0, 3).Draw(t, "gone"), len(out)-at)
		in := rapid.SliceOfN(rapid.Custom(drawLine), 0, 3).Draw(t, "in")
		out = append(append(append([]string(nil), out[:at]...), in...), out[at+gone:]...)
	}
	return out
}

// laidOver gives what comes of an old text when the hunks of a diff are laid over it, and holds each line of them to the old text.
func laidOver(t interface{ Fatalf(string, ...any) }, old string, d handbook.Diff) string {
	lines := strings.SplitAfter(handbook.Normal(old), "\n")
	var out strings.Builder
	at := 0
	for _, h := range d.Hunks {
		for ; at < h.OldStart-1; at++ {
			out.WriteString(lines[at])
		}
		for _, l := range h.Lines {
			var words strings.Builder
			for _, s := range l.Spans {
				words.WriteString(s.Text)
			}
			if l.Change != handbook.Added {
				if lines[at] != words.String()+"\n" || l.Old != at+1 {
					t.Fatalf("old line %d is %q, the hunk has %d %q", at+1, lines[at], l.Old, words.String())
				}
				at++
			}
			if l.Change != handbook.Removed {
				out.WriteString(words.String() + "\n")
			}
		}
		if at != h.OldStart-1+h.OldLines {
			t.Fatalf("hunk %d,%d ends at %d", h.OldStart, h.OldLines, at)
		}
	}
	for ; at < len(lines); at++ {
		out.WriteString(lines[at])
	}
	return out.String()
}

// book makes a long page: parts with headings, paragraphs of words that follow each other without end, lists.
func book(bytes int) string {
	var b strings.Builder
	words := strings.Fields("who rides in rain is paid the same as who rides in sun and nobody is asked to carry more than they can lift alone")
	seed := uint32(7)
	for n := 0; b.Len() < bytes; n++ {
		fmt.Fprintf(&b, "## Part %d\n\n", n)
		for range 6 {
			for range 14 {
				seed = seed*1664525 + 1013904223
				b.WriteString(words[(seed>>16)%uint32(len(words))] + " ")
			}
			fmt.Fprintf(&b, "%d.\n", seed%1000)
		}
		fmt.Fprintf(&b, "\n- [ ] Check number %d\n- [ ] Say so\n\n", n)
	}
	return b.String()
}
