package market_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"math"
	"math/big"
	"os"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"toadlane/coop"
	"toadlane/market"
)

func TestParseAmount(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		in     string
		places uint8
		n      int64
		key    string
	}{
		{"40", 0, 40, ""}, {"40", 2, 4000, ""}, {"2.00", 2, 200, ""}, {"0,1", 2, 10, ""}, {" 7 ", 0, 7, ""}, {"007", 0, 7, ""},
		{"0", 2, 0, ""}, {"0.0001", 4, 1, ""}, {"2.00", 0, 2, ""}, {"2.50000", 2, 250, ""}, {"1.000", 3, 1000, ""}, {"1,000", 3, 1000, ""},
		{"1000000000000", 0, market.MaxAmount, ""}, {"10000000000.00", 2, market.MaxAmount, ""},
		{"1,000", 2, 0, "amount.fine"}, {"1.000", 2, 0, "amount.fine"}, {"1.000", 0, 0, "amount.fine"}, {"2.505", 2, 0, "amount.fine"},
		{"0.1", 0, 0, "amount.fine"}, {"0.30000000000000004", 2, 0, "amount.fine"},
		{"1000000000001", 0, 0, "amount.large"}, {"10000000000.01", 2, 0, "amount.large"}, {"99999999999999999999", 0, 0, "amount.large"},
		{"1000000000000000000", 0, 0, "amount.large"},
		{"", 2, 0, "amount.invalid"}, {"-1", 0, 0, "amount.invalid"}, {"+1", 0, 0, "amount.invalid"}, {"1e3", 0, 0, "amount.invalid"},
		{"1e309", 0, 0, "amount.invalid"}, {"NaN", 0, 0, "amount.invalid"}, {"Inf", 0, 0, "amount.invalid"}, {"0x10", 0, 0, "amount.invalid"},
		{"1_000", 0, 0, "amount.invalid"}, {"1,000.00", 2, 0, "amount.invalid"}, {"1.000,00", 2, 0, "amount.invalid"}, {"1,000,000", 2, 0, "amount.invalid"},
		{".5", 2, 0, "amount.invalid"}, {"5.", 2, 0, "amount.invalid"}, {"5,", 2, 0, "amount.invalid"}, {"1 000", 0, 0, "amount.invalid"},
		{"٣", 0, 0, "amount.invalid"}, {"１", 0, 0, "amount.invalid"}, {"1/2", 2, 0, "amount.invalid"}, {strings.Repeat("0", 25), 0, 0, "amount.invalid"},
		{"1.0\x00", 2, 0, "amount.invalid"},
	} {
		got, err := market.ParseAmount(c.in, c.places)
		switch {
		case c.key == "" && (err != nil || got != market.Amount{N: c.n, Places: c.places}):
			t.Errorf("%q to %d places: %+v, %v", c.in, c.places, got, err)
		case c.key != "" && (err == nil || coop.KeyOf(err) != c.key || coop.ClassOf(err) != coop.Invalid || got != market.Amount{}):
			t.Errorf("%q to %d places: %+v, %v; want %s", c.in, c.places, got, err, c.key)
		}
	}
}

func TestAmountStrings(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		a           market.Amount
		long, short string
	}{
		{market.Amount{}, "0", "0"}, {market.Amount{Places: 2}, "0.00", "0"}, {market.Amount{N: 200, Places: 2}, "2.00", "2"},
		{market.Amount{N: 5, Places: 2}, "0.05", "0.05"}, {market.Amount{N: -5, Places: 2}, "-0.05", "-0.05"}, {market.Amount{N: 100}, "100", "100"},
		{market.Amount{N: 1250, Places: 3}, "1.250", "1.25"}, {market.Amount{N: math.MinInt64, Places: 4}, "-922337203685477.5808", "-922337203685477.5808"},
	} {
		if c.a.String() != c.long || c.a.Short() != c.short {
			t.Errorf("%+v is %q, short %q", c.a, c.a, c.a.Short())
		}
	}
}

// drawAmount makes amounts as rows and peers may hold them, small ones often.
func drawAmount(t *rapid.T, name string) market.Amount {
	n := rapid.OneOf(rapid.Int64Range(-50, 50), rapid.Int64Range(-market.MaxAmount, market.MaxAmount), rapid.Int64()).Draw(t, name)
	return market.Amount{N: n, Places: uint8(rapid.IntRange(0, market.MaxPlaces).Draw(t, name+" places"))}
}

// exact is a's value in units of 10^-MaxPlaces, without bounds.
func exact(a market.Amount) *big.Int {
	f := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(market.MaxPlaces-a.Places)), nil)
	return f.Mul(f, big.NewInt(a.N))
}

func TestAmountProperties(t *testing.T) {
	t.Parallel()
	limit := big.NewInt(market.MaxAmount)
	rapid.Check(t, func(t *rapid.T) {
		a, b := drawAmount(t, "a"), drawAmount(t, "b")
		if got, want := a.Compare(b), exact(a).Cmp(exact(b)); got != want {
			t.Fatalf("%s compared to %s is %d, not %d", a, b, got, want)
		}
		if a.Compare(b) != -b.Compare(a) || a.Zero() != (exact(a).Sign() == 0) {
			t.Fatalf("compare %s and %s", a, b)
		}
		if times, ok := a.Multiple(b); ok {
			if times < 1 || new(big.Int).Mul(exact(b), big.NewInt(times)).Cmp(exact(a)) != 0 {
				t.Fatalf("%s is not %d times %s", a, times, b)
			}
		} else if exact(a).Sign() > 0 && exact(b).Sign() > 0 && exact(a).IsInt64() && exact(b).IsInt64() &&
			new(big.Int).Mod(exact(a), exact(b)).Sign() == 0 {
			t.Fatalf("%s is a multiple of %s", a, b)
		}
		p := max(a.Places, b.Places)
		sum, ok := a.Add(b)
		back, okBack := b.Add(a)
		if sum != back || ok != okBack {
			t.Fatalf("%s + %s = %s, the other way %s", a, b, sum, back)
		}
		want := new(big.Int).Add(exact(a), exact(b))
		unit := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(market.MaxPlaces-p)), nil)
		n := new(big.Int).Quo(want, unit)
		if ok && (sum.Places != p || exact(sum).Cmp(want) != 0 || n.CmpAbs(limit) > 0) {
			t.Fatalf("%s + %s = %s", a, b, sum)
		}
		fits := func(x market.Amount) bool {
			return new(big.Int).Quo(exact(x), unit).CmpAbs(limit) <= 0
		}
		if !ok && fits(a) && fits(b) && n.CmpAbs(limit) <= 0 {
			t.Fatalf("%s + %s was refused", a, b)
		}
	})
}

func TestAmountRoundTrip(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		a := market.Amount{N: rapid.Int64Range(0, market.MaxAmount).Draw(t, "n"), Places: uint8(rapid.IntRange(0, market.MaxPlaces).Draw(t, "places"))}
		if b, err := market.ParseAmount(a.String(), a.Places); err != nil || b != a {
			t.Fatalf("%+v is written %q and read %+v, %v", a, a, b, err)
		}
		if b, err := market.ParseAmount(strings.Replace(a.String(), ".", ",", 1), a.Places); err != nil || b != a {
			t.Fatalf("with a comma: %+v, %v", b, err)
		}
		if strings.ContainsAny(a.Short(), "e+") || len(a.Short()) > len(a.String()) {
			t.Fatalf("short %q", a.Short())
		}
	})
}

func FuzzParseAmount(f *testing.F) {
	for _, s := range []string{"2.00", "1,5", "1,000", "-1", "1e309", "NaN", "0.30000000000000004", "٣"} {
		f.Add(s, uint8(2))
	}
	f.Fuzz(func(t *testing.T, s string, places uint8) {
		places %= market.MaxPlaces + 1
		a, err := market.ParseAmount(s, places)
		if err != nil {
			if coop.ClassOf(err) != coop.Invalid {
				t.Errorf("%q: %v", s, err)
			}
			return
		}
		want, ok := new(big.Rat).SetString(strings.Replace(strings.TrimSpace(s), ",", ".", 1))
		if !ok {
			t.Fatalf("%q is no number to anybody else", s)
		}
		unit := new(big.Rat).SetInt(new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(places)), nil))
		if a.Places != places || a.N < 0 || a.N > market.MaxAmount || want.Mul(want, unit).Cmp(new(big.Rat).SetInt64(a.N)) != 0 {
			t.Errorf("%q became %+v", s, a)
		}
		if b, err := market.ParseAmount(a.String(), places); err != nil || b != a {
			t.Errorf("%q became %s became %+v, %v", s, a, b, err)
		}
	})
}

// TestNoFloats reads the sources: nothing in this package is a float but what comes from a place on Earth, which is not here.
func TestNoFloats(t *testing.T) {
	t.Parallel()
	files, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for _, f := range files {
		if strings.HasSuffix(f.Name(), ".go") && !strings.HasSuffix(f.Name(), "_test.go") {
			src, err := os.ReadFile(f.Name())
			if err != nil {
				t.Fatal(err)
			}
			seen[f.Name()] = true
			for _, hit := range floats(t, f.Name(), src) {
				t.Error(hit)
			}
		}
	}
	for _, must := range []string{"amount.go", "agreement.go", "listing.go", "listing_validate.go"} {
		if !seen[must] {
			t.Errorf("%s was not read", must)
		}
	}
	for _, control := range []string{"package x\nvar a float64", "package x\nvar a = 0.5", "package x\nvar a = t.Hours()",
		"package x\nfunc f(s string) { strconv.ParseFloat(s, 64) }", "package x\nimport \"math/big\"\nvar a big.Float", "package x\nvar a = 1e3"} {
		if len(floats(t, "control.go", []byte(control))) == 0 {
			t.Errorf("not found: %s", control)
		}
	}
}

func floats(t *testing.T, name string, src []byte) (hits []string) {
	t.Helper()
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, name, src, 0)
	if err != nil {
		t.Fatal(err)
	}
	ast.Inspect(file, func(n ast.Node) bool {
		bad := false
		switch x := n.(type) {
		case *ast.Ident:
			switch x.Name {
			case "float32", "float64", "complex64", "complex128", "ParseFloat", "FormatFloat", "Float64", "Float", "Hours", "Minutes", "Seconds":
				// Hours is also a medium of this package: only the method of time.Duration gives a float.
				bad = x.Name != "Hours" || file.Name.Name == "x"
			}
		case *ast.BasicLit:
			bad = x.Kind == token.FLOAT || x.Kind == token.IMAG
		case *ast.CallExpr:
			s, ok := x.Fun.(*ast.SelectorExpr)
			bad = ok && s.Sel.Name == "Hours"
		}
		if bad {
			hits = append(hits, fset.Position(n.Pos()).String()+": a float")
		}
		return true
	})
	return hits
}

func TestMediumPlaces(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		m    market.Medium
		want uint8
	}{
		{market.Medium{Kind: market.Money, Code: "EUR"}, 2}, {market.Medium{Kind: market.Money, Code: "JPY"}, 0}, {market.Medium{Kind: market.Money, Code: "TND"}, 3},
		{market.Medium{Kind: market.Hours}, 0}, {market.Medium{Kind: market.Hours, Code: "JPY"}, 0}, {market.Medium{Kind: market.Local, Code: "JPY"}, 2},
	} {
		if got := c.m.Places(); got != c.want {
			t.Errorf("%+v has %d places", c.m, got)
		}
	}
}

func checkTag(t interface{ Fatalf(string, ...any) }, words string) {
	tag := market.Tag(words)
	if tag == "" {
		return
	}
	if !market.ValidTag(tag) || market.Tag(tag) != tag || len([]rune(tag)) > market.MaxTag || tag != strings.ToLower(tag) || strings.ContainsAny(tag, " #/<>\"&'") {
		t.Fatalf("%q became %q became %q", words, tag, market.Tag(tag))
	}
}

func TestTag(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{"Sour Dough!": "sourdough", " #Pan_2 ": "pan_2", "42": "", "": "", "__": "", "Überfluß": "überfluß",
		"хлеб": "хлеб", "パン": "パン", "हिन्दी": "हिन्दी", "İş": "iş", "\xff": "", "<b>": "b", strings.Repeat("a", 41): strings.Repeat("a", 40)} {
		if got := market.Tag(in); got != want {
			t.Errorf("Tag(%q) = %q, want %q", in, got, want)
		}
	}
	for _, bad := range []string{"", "42", "A", "a b", "#a", "a-b", strings.Repeat("a", 41), "a\xff", "a\u200b"} {
		if market.ValidTag(bad) {
			t.Errorf("%q is a tag", bad)
		}
	}
	rapid.Check(t, func(t *rapid.T) { checkTag(t, rapid.String().Draw(t, "words")) })
}

func FuzzTag(f *testing.F) {
	for _, s := range []string{"Sour Dough!", "42", "हिन्दी", "İstanbul", "ǅ", "a\xff"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) { checkTag(t, s) })
}

func TestCategories(t *testing.T) {
	t.Parallel()
	if len(market.Categories) != 16 {
		t.Errorf("%d categories", len(market.Categories))
	}
	seen := map[string]bool{}
	for _, c := range market.Categories {
		if seen[c.Code] || seen[c.Icon] || c.Icon == "" || c.Shape == "" {
			t.Errorf("%+v", c)
		}
		seen[c.Code], seen[c.Icon] = true, true
		if !market.KnownCategory(c.Code) || market.CategoryByIRI(string(c.IRI())) != c.Code {
			t.Errorf("%s is not found again", c.Code)
		}
		if _, err := coop.ParseIRI(string(c.IRI())); err != nil {
			t.Error(err)
		}
	}
	if market.KnownCategory("") || market.KnownCategory("AM1") || market.CategoryByIRI("AM10") != "" {
		t.Error("an unknown one is known")
	}
}
