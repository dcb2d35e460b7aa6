package handbook_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"math/big"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"toadlane/coop"
	"toadlane/handbook"
)

func revision(t *testing.T, name, source string, parents ...handbook.RevisionID) handbook.Revision {
	t.Helper()
	r, err := handbook.NewRevision(name, source, parents...)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// These ids were computed by another program from the words of docs/handbook.md. They never change: peers keep them.
func TestRevisionIDsStayAsTheyAre(t *testing.T) {
	t.Parallel()
	first := revision(t, "Fair delivery pay", "# Fair delivery pay\n\nEvery ride is paid.\n")
	ours := revision(t, " Fair delivery pay ", "\ufeff# Fair delivery pay\r\n\r\nEvery ride is paid, “rain” or\tshine \\ é.", first.ID)
	theirs := revision(t, "Paga justa", "Otra.", first.ID)
	both := revision(t, "Both", "Both.\r", theirs.ID, ours.ID)
	for _, c := range [][2]handbook.RevisionID{{first.ID, "zQmfPReXjo1SC5WFf1oyrRYLhH3DxiqAudcCpF17ErreFKJ"}, {ours.ID, "zQmYScpRAqy1C3F1epWM9PDxQwU8BmVjwSVVzXVgzAqicJ3"},
		{theirs.ID, "zQmc36htbBP6Xt89WAeZsojtTp7bskwshPs1qNzWp4T5f3i"}, {both.ID, "zQmfRRjF5fMkuEMifewRVcPXBUT4vRNHwnDYrQpim51nBxt"}} {
		if c[0] != c[1] {
			t.Errorf("%s, want %s", c[0], c[1])
		}
	}
	if again := revision(t, "Both", "Both.\n", ours.ID, theirs.ID); again.ID != both.ID {
		t.Error("the order in which parents are named makes another revision")
	}
}

// byTheBook computes an id with the standard library's JSON and big numbers.
func byTheBook(t interface{ Fatalf(string, ...any) }, r handbook.Revision) handbook.RevisionID {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	parents := slices.Sorted(slices.Values(r.Parents))
	if parents == nil {
		parents = []handbook.RevisionID{}
	}
	if err := e.Encode(map[string]any{"name": r.Name, "mediaType": "text/markdown", "source": r.Source, "parents": parents}); err != nil {
		t.Fatalf("%v", err)
	}
	// encoding/json escapes two letters that RFC 8785 leaves as they are. A backslash of the text stands twice before them.
	canonical := strings.TrimSuffix(b.String(), "\n")
	for _, c := range [][2]string{{`\u2028`, "\u2028"}, {`\u2029`, "\u2029"}} {
		parts := strings.Split(canonical, `\\`)
		for i := range parts {
			parts[i] = strings.ReplaceAll(parts[i], c[0], c[1])
		}
		canonical = strings.Join(parts, `\\`)
	}
	sum := sha256.Sum256([]byte(canonical))
	n, out := new(big.Int).SetBytes(append([]byte{0x12, 0x20}, sum[:]...)), ""
	for digit := new(big.Int); n.Sign() > 0; {
		n.DivMod(n, big.NewInt(58), digit)
		out = string("123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"[digit.Int64()]) + out
	}
	return handbook.RevisionID("z" + out)
}

// checkRevision holds whatever can be made of strings to what is promised.
func checkRevision(t interface{ Fatalf(string, ...any) }, name, source string, parents ...handbook.RevisionID) {
	r, err := handbook.NewRevision(name, source, parents...)
	if err != nil {
		if coop.ClassOf(err) != coop.Invalid || len(coop.Fields(err)) == 0 {
			t.Fatalf("%v", err)
		}
		return
	}
	if id, err := handbook.ParseRevisionID(string(r.ID)); err != nil || id != r.ID || r.ID != byTheBook(t, r) {
		t.Fatalf("%+v, by the book %s: %v", r, byTheBook(t, r), err)
	}
	if err := r.Verify(); err != nil {
		t.Fatalf("%v", err)
	}
	again, err := handbook.NewRevision(r.Name, r.Source, r.Parents...)
	if err != nil || again.ID != r.ID || again.Source != r.Source {
		t.Fatalf("made of what was kept: %+v, %v", again, err)
	}
	for _, forged := range []handbook.Revision{
		{ID: r.ID, Name: r.Name, Source: r.Source + "x\n", Parents: r.Parents},
		{ID: r.ID, Name: r.Name + "x", Source: r.Source, Parents: r.Parents},
		{ID: r.ID, Name: r.Name, Source: strings.TrimSuffix(r.Source, "\n"), Parents: r.Parents},
		{ID: r.ID, Name: r.Name, Source: r.Source, Parents: []handbook.RevisionID{r.ID}},
	} {
		if err := forged.Verify(); err == nil {
			t.Fatalf("%+v passes for %s", forged, r.ID)
		}
	}
}

func FuzzRevisionID(f *testing.F) {
	f.Add("Pay", "# Pay\r\n\u2028\\u2028\t\"", "zQmfPReXjo1SC5WFf1oyrRYLhH3DxiqAudcCpF17ErreFKJ")
	f.Add("\x00", "\ufeff\ufeffa\rb\r\n\x7f", "zQm")
	f.Fuzz(func(t *testing.T, name, source, parent string) {
		checkRevision(t, name, source)
		checkRevision(t, name, source, handbook.RevisionID(parent))
		if id, err := handbook.ParseRevisionID(parent); (err == nil) != (string(id) == parent && parent != "") {
			t.Fatalf("%q is read as %q, %v", parent, id, err)
		}
	})
}

func TestRevisionOfAnything(t *testing.T) {
	t.Parallel()
	ids := []handbook.RevisionID{revision(t, "a", "a").ID, revision(t, "b", "b").ID, revision(t, "c", "c").ID}
	rapid.Check(t, func(t *rapid.T) {
		parents := rapid.SliceOfN(rapid.SampledFrom(ids), 0, 3).Draw(t, "parents")
		checkRevision(t, rapid.String().Draw(t, "name"), rapid.OneOf(rapid.String(), rapid.Custom(func(t *rapid.T) string { return text(drawLines(t, "lines")) })).Draw(t, "source"), parents...)
	})
}

func TestRevisionsThatAreRefused(t *testing.T) {
	t.Parallel()
	id := revision(t, "a", "a").ID
	for name, c := range map[string]struct {
		name, source string
		parents      []handbook.RevisionID
		want         []string
	}{
		"nothing":       {"", " \n", nil, []string{"name field.required", "source field.required"}},
		"long":          {strings.Repeat("x", handbook.MaxName+1), strings.Repeat("x", handbook.MaxSource), nil, []string{"name field.long", "source text.long"}},
		"two lines":     {"a\nb", "a", nil, []string{"name field.one_line"}},
		"control":       {"a\x1b", "a\x0cb", nil, []string{"name field.not_text", "source field.not_text"}},
		"broken":        {"a\xff", "a\xff", nil, []string{"name field.not_text", "source field.not_text"}},
		"escapes":       {"a", strings.Repeat("\"", handbook.MaxSource-1), nil, []string{"source text.long"}},
		"three parents": {"a", "a", []handbook.RevisionID{id, revision(t, "b", "b").ID, revision(t, "c", "c").ID}, []string{"parents field.many"}},
		"same parent":   {"a", "a", []handbook.RevisionID{id, id}, []string{"parents revision.parents"}},
		"no parent":     {"a", "a", []handbook.RevisionID{"https://a.example/h/x/r/" + id}, []string{"parents revision.parents"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := handbook.NewRevision(c.name, c.source, c.parents...)
			if d := cmp.Diff(c.want, faults(err)); d != "" {
				t.Error(d)
			}
		})
	}
	whole := revision(t, "a", strings.Repeat("x", handbook.MaxSource-1)+"\n")
	whole.Number, whole.Reason = -1, strings.Repeat("x", handbook.MaxReason+1)
	if err := whole.Validate(); coop.ClassOf(err) != coop.Invalid || len(faults(err)) != 1 {
		t.Error(err)
	}
	whole.Number, whole.Reason = 1, "Because"
	if err := whole.Validate(); err != nil {
		t.Error(err)
	}
}

// What is not in the kept form is refused from others, not mended: one id has one text.
func TestForgedRevisions(t *testing.T) {
	t.Parallel()
	a, b := revision(t, "a", "a"), revision(t, "b", "b")
	good := revision(t, "Both", "Both", a.ID, b.ID)
	if !slices.IsSorted(good.Parents) {
		t.Error(good.Parents)
	}
	for name, change := range map[string]func(*handbook.Revision){
		"text":      func(r *handbook.Revision) { r.Source = "Others\n" },
		"name":      func(r *handbook.Revision) { r.Name = "Others" },
		"spaces":    func(r *handbook.Revision) { r.Name = "Both " },
		"line ends": func(r *handbook.Revision) { r.Source = "Both\r\n" },
		"mark":      func(r *handbook.Revision) { r.Source = "\ufeffBoth\n" },
		"one less":  func(r *handbook.Revision) { r.Parents = r.Parents[:1] },
		"order":     func(r *handbook.Revision) { r.Parents = []handbook.RevisionID{r.Parents[1], r.Parents[0]} },
		"id":        func(r *handbook.Revision) { r.ID = a.ID },
		"no id":     func(r *handbook.Revision) { r.ID = "" },
	} {
		r := good
		change(&r)
		if err := r.Verify(); coop.ClassOf(err) != coop.Invalid || coop.KeyOf(err) != "revision.forged" {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, bad := range []string{"", "zQm", string(good.ID) + "1", string(good.ID[1:]), "z" + strings.Repeat("1", 46), "zQm" + strings.Repeat("0", 44), "zQm" + strings.Repeat("z", 44), "ZQm" + string(good.ID[3:])} {
		_, err := handbook.ParseRevisionID(bad)
		want(t, err, coop.NotFound, "revision.unknown")
	}
}
