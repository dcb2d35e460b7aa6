package folder

import (
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"

	"toadlane/coop"
	"toadlane/handbook"
)

// reader folds as far as these tests need it.
func reader() *Reader { return &Reader{Fold: strings.ToLower, Zone: time.UTC} }

func TestDir(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("x", handbook.MaxSource+1)
	f, err := reader().Dir(fstest.MapFS{
		"README.md":             {Data: []byte("# Who we are\n\nBakers.\n")},
		"pay/README.md":         {Data: []byte("---\ntitle: Fair pay\nkind: standard\nlang: es\nlicense: CC-BY-4.0\nowner: Money circle\nreview: 2027-01-31\nother: [1, 2]\n---\nTodo.\n")},
		"pay/hours.md":          {Data: []byte("An hour\r\nis an hour")},
		"work/hours.md":         {Data: []byte("---\nstatus: draft\nslug: when\n---\n\n# When\n")},
		"play/hours.markdown":   {Data: []byte("---\n\nA line first.\n\n---\n\nAnd one after.\n")},
		"new.md":                {Data: []byte("Setext\n===\n\nX\n")},
		"logo.png":              {Data: []byte{1}},
		"empty.md":              {},
		"odd.md":                {Data: []byte("\xff\xfe")},
		"long.md":               {Data: []byte(long)},
		".git/config.md":        {Data: []byte("X")},
		"a/.hidden.md":          {Data: []byte("X")},
		"links/to-elsewhere.md": {Data: []byte("X"), Mode: 1 << 27},
	})
	if err != nil {
		t.Fatal(err)
	}
	type short struct{ Path, Slug, Name, Kind, Language, Licence, Circle, Source string }
	var got []short
	for _, p := range f.Pages {
		got = append(got, short{p.Path, p.Start.Slug, p.Start.Name, string(p.Start.Kind), p.Start.Language, p.Start.Licence, p.Start.Circle, p.Texts[0].Source})
		if !p.Plain || len(p.Texts) != 1 || !p.Texts[0].Own {
			t.Errorf("%s: %+v", p.Path, p.Brought)
		}
	}
	want := []short{
		{"README.md", "who-we-are", "Who we are", "", "", "", "", "# Who we are\n\nBakers.\n"},
		{"new.md", "new-2", "Setext", "", "", "", "", "Setext\n===\n\nX\n"},
		{"pay/README.md", "pay", "Fair pay", "standard", "es", "CC-BY-4.0", "Money circle", "Todo.\n"},
		{"pay/hours.md", "hours", "Hours", "", "", "", "", "An hour\nis an hour\n"},
		{"play/hours.markdown", "play-hours", "Hours", "", "", "", "", "---\n\nA line first.\n\n---\n\nAnd one after.\n"},
		{"work/hours.md", "when", "When", "", "", "", "", "# When\n"},
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	if s := f.Pages[5].Status; s != handbook.Draft {
		t.Errorf("status %q", s)
	}
	if d := f.Pages[2].Review; d.Format(time.DateOnly) != "2027-01-31" {
		t.Errorf("review %s", d)
	}
	left := []Left{{"empty.md", NoText}, {"links/to-elsewhere.md", NoMarkdown}, {"logo.png", NoMarkdown}, {"long.md", TooLong}, {"odd.md", NoText}}
	if d := cmp.Diff(left, f.Left); d != "" {
		t.Error(d)
	}
}

// A page that was brought in before keeps its slug, whatever its path would make.
func TestKnownPathKeepsItsSlug(t *testing.T) {
	t.Parallel()
	r := reader()
	r.Known = func(path string) string {
		if path == "b/pay.md" {
			return "money"
		}
		return ""
	}
	f, err := r.Dir(fstest.MapFS{"a/pay.md": {Data: []byte("A")}, "b/pay.md": {Data: []byte("B")}, "pay.md": {Data: []byte("C")}})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, p := range f.Pages {
		got = append(got, p.Path+" "+p.Start.Slug)
	}
	if d := cmp.Diff([]string{"a/pay.md pay", "b/pay.md money", "pay.md pay-2"}, got); d != "" {
		t.Error(d)
	}
}

// What is written above a page is read back, whatever was typed.
func TestSettingsGoThereAndBack(t *testing.T) {
	t.Parallel()
	zone := time.FixedZone("Auckland", 13*60*60) // where noon is the day before in London
	r, err := handbook.NewRevision(`Pay: "fair" # and é`, "---\n\nlooks like settings\n")
	if err != nil {
		t.Fatal(err)
	}
	p := handbook.Protocol{Slug: "pay", Kind: handbook.Prices, Status: handbook.Retired, Language: "es", Licence: "CC0-1.0", Circle: "'Money': all",
		Story: "Two lines\n  of it\t\"quoted\"", Review: time.Date(2027, 3, 4, 12, 0, 0, 0, zone)}
	p.Origin = handbook.Origin{Page: "https://care.example/h/pay", Revision: r.ID, Changes: "All"}
	file := string(put(&p, &r, "money/pay.md", zone))
	if !strings.Contains(file, `adapted_from: "https://care.example/h/pay/r/`+string(r.ID)+`"`) {
		t.Errorf("lineage is not told:\n%s", file)
	}
	if !strings.Contains(file, `review: "2027-03-04"`) {
		t.Errorf("the day of the review:\n%s", file)
	}
	got, why := plainPage("money/pay.md", []byte(file), zone)
	if why != "" {
		t.Fatal(why)
	}
	want := handbook.Start{Name: r.Name, Slug: p.Slug, Kind: p.Kind, Language: p.Language, Licence: p.Licence, Circle: p.Circle, Story: p.Story}
	if d := cmp.Diff(want, got.Start); d != "" {
		t.Error(d)
	}
	if got.Texts[0].Source != r.Source || got.Status != p.Status || !got.Review.Equal(p.Review) {
		t.Errorf("%+v", got)
	}
}

func TestPathsOfAnotherProgram(t *testing.T) {
	t.Parallel()
	for in, want := range map[string][2]string{
		`a b.md`:               {"a", "b.md"},
		`"a b.md" "c\"d.md"`:   {"a b.md", `"c\"d.md"`},
		`"\303\251\t\\.md"`:    {"é\t\\.md", ""},
		`"no end`:              {"", "!"},
		`"bad \x"`:             {"", "!"},
		`"cut \`:               {"", "!"},
		`"\400 is no byte.md"`: {"", "!"},
	} {
		name, rest, err := unquote(in, false)
		if err != nil {
			name, rest = "", "!"
		}
		if name != want[0] || rest != want[1] {
			t.Errorf("%s is %q %q (%v)", in, name, rest, err)
		}
	}
}

func TestClaims(t *testing.T) {
	t.Parallel()
	a, _ := handbook.NewRevision("A", "a")
	b, _ := handbook.NewRevision("A", "b", a.ID)
	b.Number, b.Reason = 2, "So that\n\nall know"
	p := handbook.Protocol{Slug: "pay"}
	c := claimed(message(&p, &b))
	if c.id != b.ID || c.reason() != b.Reason || cmp.Diff([]handbook.RevisionID{a.ID}, c.parents) != "" {
		t.Errorf("%+v", c)
	}
	a.Number = 1
	if c := claimed(message(&p, &a)); c.id != a.ID || c.reason() != "" || c.parents != nil {
		t.Errorf("without a reason: %+v, %q", c, c.reason())
	}
	if c := claimed("Handbook-Revision: made up\n\nwords"); c.id != "" || c.reason() != "Handbook-Revision: made up\n\nwords" {
		t.Errorf("%+v", c)
	}
	if c := claimed("pay 2"); c.reason() != "pay 2" {
		t.Errorf("somebody's own words are %q", c.reason())
	}
	if c := claimed(strings.Repeat("é", 2000) + "\x07"); coop.Lines("", c.reason(), 0, handbook.MaxReason) != nil {
		t.Errorf("a long message is no reason: %d", len(c.reason()))
	}
}

// FuzzPage reads any file as a page: it is a text that the handbook takes, or left.
func FuzzPage(f *testing.F) {
	for _, s := range []string{"# A\n", "---\ntitle: x\n---\nb", "---\n&a [*a]\n---\n", "---\n---\n", "\ufeff---\r\nslug: a\r\n---\r\n# B\r\n", "---\na: !!binary x\n---\nb"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, file string) {
		p, why := plainPage("a/b.md", []byte(file), time.UTC)
		if why != "" {
			return
		}
		if _, err := handbook.NewRevision(p.Texts[0].Name, p.Texts[0].Source); err != nil {
			t.Errorf("taken: %v", err)
		}
	})
}

// FuzzStream reads what git would not say.
func FuzzStream(f *testing.F) {
	f.Add("blob\ndata 1\nx\nreset refs/heads/main\ncommit refs/heads/main\nmark :1\noriginal-oid aa\nauthor A <a> 1 +0000\ncommitter A <a> 1 +0000\ndata 2\nhi\nM 100644 aa a.md\nR a.md \"b c.md\"\nD x\ndeleteall\n\n")
	f.Fuzz(func(t *testing.T, in string) {
		s := newStream(strings.NewReader(in))
		for range 100 {
			if _, err := s.next(); err != nil {
				return
			}
		}
	})
}
