package prose_test

import (
	"strings"
	"testing"

	"toadlane/internal/prose"
)

const page = "# Fair pay\n\nSee [what we mean](glossary.md#hour), [below](#rates), [them](https://care.example/h/pay), [bad](javascript:alert(1)) and " +
	"[a file](../pay/old.md).\n\n## Rates {#rates}\n\n- [x] Written down\n- [ ] Paid?\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n" +
	"![A *loaf*](https://bakery.example/loaf.png) <script>alert(1)</script> <b onclick=x>bold</b>\n"

// What is sent to others has no title twice, whole addresses, and nothing that acts.
func TestDocument(t *testing.T) {
	t.Parallel()
	got := prose.Document("https://bakery.example/handbook/fair-pay", "Fair pay", page)
	for _, want := range []string{
		`<a href="https://bakery.example/handbook/glossary#hour" rel="nofollow noopener noreferrer">what we mean</a>`,
		`<a href="https://bakery.example/handbook/fair-pay#rates" rel="nofollow noopener noreferrer">below</a>`,
		`<a href="https://care.example/h/pay" rel=`, "<h2>Rates</h2>", "<table>", "<td>2</td>", ">A <em>loaf</em></a>", "[x] Written down", "a file",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("lacks %s", want)
		}
	}
	for _, bad := range []string{"Fair pay<", "script", "onclick", "<img", "old.md", "{#", "id=", "class="} {
		if strings.Contains(got, bad) {
			t.Errorf("holds %s", bad)
		}
	}
	if t.Failed() {
		t.Log(got)
	}
}

func TestText(t *testing.T) {
	t.Parallel()
	x := prose.Of(prose.Page{Name: "Fair pay", Source: page, Open: "open", Done: "done", Terms: prose.Terms("## Written\n\n## Ab\n"),
		Kept: func(a string) bool { return a == "kept" }, Link: func(to string) (string, bool) { return "/handbook/old", to == "../pay/old.md" }})
	got := x.Clean()
	for _, want := range []string{`<h2 id="rates">`, `<a href="/handbook/old">a file</a>`, `<div class="table-wrap"><table>`, `☑</span><span class="unseen">done </span>`,
		`<a href="/handbook/glossary#written">Written</a> down`} {
		if !strings.Contains(got, want) {
			t.Errorf("lacks %s in %s", want, got)
		}
	}
	kept := prose.Of(prose.Page{Source: "## Kept\n", Kept: func(a string) bool { return a == "kept" }})
	if got := kept.Clean(); strings.Contains(got, "id=") {
		t.Errorf("an anchor that is taken: %s", got)
	}
	kept.Under(1)
	if got := kept.Clean(); !strings.Contains(got, "<h3>Kept</h3>") {
		t.Errorf("a level down: %s", got)
	}
}

// A text that costs too much stands as it was written, whole.
func TestTooMuch(t *testing.T) {
	t.Parallel()
	for _, much := range []string{strings.Repeat("*a ", 9000), strings.Repeat("x", 70_000), strings.Repeat("[", 20_000)} {
		x := prose.Of(prose.Page{Source: much + "<b>"})
		if got := x.Clean(); strings.Contains(got, "<b>") || !strings.Contains(got, "&lt;b&gt;") && len(got) < len(much)/20 {
			t.Errorf("%.20q became %.60q", much, got)
		}
	}
}

func FuzzText(f *testing.F) {
	f.Add(page)
	f.Add("<a href=\"#x\" onclick=y>z</a>\n\n[a](/handbook/x)\n\n<http://x.example>")
	f.Fuzz(func(t *testing.T, source string) {
		for _, got := range []string{prose.Document("https://a.example/handbook/x", "x", source), prose.Of(prose.Page{Source: source, Terms: prose.Terms(source)}).Clean()} {
			if low := strings.ToLower(got); strings.Contains(low, "<script") || strings.Contains(low, "<img") || strings.Contains(low, `href="javascript`) {
				t.Errorf("%q", got)
			}
		}
	})
}
