package handbook_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"toadlane/handbook"
)

func outlined(source string) (out []string) {
	for _, h := range handbook.Headings(source) {
		out = append(out, fmt.Sprintf("%d %d %s #%s", h.Line, h.Level, h.Text, h.Anchor))
	}
	return out
}

func TestHeadings(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		source string
		want   []string
	}{
		"levels":      {"# One\n## Two ##\n###### Six\n####### seven\n#none\n#\n", []string{"1 1 One #one", "2 2 Two #two", "3 6 Six #six", "6 1  #section"}},
		"underlined":  {"One\n===\n\nTwo\nlines\n---\n\n---\n- item\n---\n", []string{"1 1 One #one", "4 2 Two lines #two-lines"}},
		"alike":       {"# Pay\n# Pay\n# Pay 2\n# Pay\n# pay-2\n", []string{"1 1 Pay #pay", "2 1 Pay #pay-2", "3 1 Pay 2 #pay-2-2", "4 1 Pay #pay-3", "5 1 pay-2 #pay-2-3"}},
		"named":       {"# Example\n\n## Ejemplo {#example}\n## No {#É}\n", []string{"1 1 Example #example-2", "3 2 Ejemplo #example", "4 2 No {#É} #no-é"}},
		"scripts":     {"# Équité — paie\n# السلامة أولا\n# 安全\n# !!\n", []string{"1 1 Équité — paie #équité-paie", "2 1 السلامة أولا #السلامة-أولا", "3 1 安全 #安全", "4 1 !! #section"}},
		"marks":       {"# *Fair* `pay` and [rules](https://a.example/b) \\# \\*\n", []string{"1 1 Fair pay and rules # * #fair-pay-and-rules"}},
		"code":        {"```\n# no\n````\n# Yes\n```sh\n# no\n", []string{"4 1 Yes #yes"}},
		"fences":      {"~~~~\n# no\n```\n~~~\n# no\n~~~~\n# Yes\n``` a ` b\n# Also\n", []string{"7 1 Yes #yes", "9 1 Also #also"}},
		"comment":     {"<!-- # no\n# no\n--> \n# Yes\n<!-- one line -->\n# Too\n", []string{"4 1 Yes #yes", "6 1 Too #too"}},
		"not a title": {"> quoted\n---\n| a |\n---\n    code\n---\n    # code\n", nil},
		"nothing":     {"", nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if d := cmp.Diff(c.want, outlined(c.source)); d != "" {
				t.Error(d)
			}
		})
	}
}

func TestSection(t *testing.T) {
	t.Parallel()
	source := "# Pay\nintro\n## Example {#example}\n\nAda rides.\n\n### Rain\nmore\n\n## Last\nend\n"
	for anchor, wanted := range map[string]string{"example": "Ada rides.\n\n### Rain\nmore\n", "rain": "more\n", "last": "end\n",
		"pay": strings.TrimPrefix(source, "# Pay\n")} {
		if got, ok := handbook.Section(source, anchor); !ok || got != wanted {
			t.Errorf("%s is %q, %t", anchor, got, ok)
		}
	}
	if got, ok := handbook.Section(source, "none"); ok || got != "" {
		t.Errorf("%q", got)
	}
}

func TestTasks(t *testing.T) {
	t.Parallel()
	source := strings.Join([]string{"# Kitchen", "- [ ] Wash **hands**", "  before and after", "* [x] Date on every box", "  1. [X] Nested", "text", "",
		"## Ask", "> - [ ] Who cleans?", "- [ ] ¿Quién? ", "+ [ ] متى؟", "- [y] no", "- [ ]", "- [] no", "-[ ] no", "```", "- [ ] code", "```", "10) [ ] Ten", "", "not more"}, "\n")
	var got []string
	for _, task := range handbook.Tasks(source) {
		got = append(got, fmt.Sprintf("%d %s %t #%s %d %t", task.N, task.Text, task.Done, task.Under, task.Line, task.Prompt))
	}
	if d := cmp.Diff([]string{"1 Wash hands before and after false #kitchen 2 false", "2 Date on every box true #kitchen 4 false", "3 Nested true #kitchen 5 false",
		"4 Who cleans? false #ask 9 true", "5 ¿Quién? false #ask 10 true", "6 متى؟ false #ask 11 true", "7 Ten false #ask 19 false"}, got); d != "" {
		t.Error(d)
	}
	if n := len(handbook.Checklist(source)); n != 4 {
		t.Errorf("checklist of %d", n)
	}
	if all := handbook.Prompts(source); len(all) != 3 || all[0].N != 4 {
		t.Errorf("prompts %v", all)
	}
	if n := len(handbook.Tasks(strings.Repeat("- [ ] x\n", handbook.MaxTasks+5))); n != handbook.MaxTasks {
		t.Errorf("%d tasks", n)
	}
}

// checkOutline holds what is read from any text to what is promised of it.
func checkOutline(t interface{ Fatalf(string, ...any) }, source string) {
	lines := strings.Count(source, "\n") + 1
	seen, last := map[string]bool{}, 0
	for _, h := range handbook.Headings(source) {
		if h.Anchor == "" || seen[h.Anchor] || h.Level < 1 || h.Level > 6 || h.Line <= last || h.Line > lines {
			t.Fatalf("heading %+v after line %d", h, last)
		}
		seen[h.Anchor], last = true, h.Line
	}
	for i, task := range handbook.Tasks(source) {
		if task.N != i+1 || task.Line < 1 || task.Line > lines || task.Under != "" && !seen[task.Under] {
			t.Fatalf("task %+v", task)
		}
	}
}

// Texts that would take the square of their length if something were looked for again and again.
func TestOutlineOfHostileTexts(t *testing.T) {
	t.Parallel()
	for _, s := range []string{"# " + strings.Repeat("](", 200_000), strings.Repeat("# x\n", 100_000), strings.Repeat("# x-2\n# x\n", 50_000), "- [ ] x\n" + strings.Repeat("  y\n", 100_000),
		strings.Repeat("x\n", 200_000) + "===\n", strings.Repeat("[a](", 100_000) + ")", strings.Repeat("<!--\n", 90_000), strings.Repeat(">", 500_000) + " - [ ] x"} {
		checkOutline(t, s)
	}
}

func TestOutlineOfAnything(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		checkOutline(t, text(drawLines(t, "text")))
		checkOutline(t, rapid.String().Draw(t, "anything"))
	})
}

func FuzzOutline(f *testing.F) {
	f.Add("# A\n## A {#a}\n- [ ] b?\n```\n<!-- x")
	f.Add("a\n=\n>>> - - - [x] deep\n" + strings.Repeat("> ", 50) + "- [ ] x")
	f.Fuzz(func(t *testing.T, source string) { checkOutline(t, source) })
}
