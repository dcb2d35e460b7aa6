package murmur

import (
	"bytes"
	"encoding/json"
	goflag "flag"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"
	"pgregory.net/rapid"

	"toadlane/coop"
	"toadlane/market"
)

var update = goflag.Bool("update", false, "write golden files anew")

// library is where the schemas say that they are.
const library = "https://library.murmurations.network/v2/"

// schemas compiles the ones that an index holds profiles to.
func schemas(t *testing.T) map[string]*jsonschema.Schema {
	t.Helper()
	c := jsonschema.NewCompiler()
	c.DefaultDraft(jsonschema.Draft7)
	var names []string
	files := os.DirFS(filepath.Join("testdata", "library"))
	must(t, fs.WalkDir(files, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, ".json") {
			return err
		}
		text, err := fs.ReadFile(files, path)
		if err != nil {
			return err
		}
		// The files name their draft with https, which is not how it is called: draft-07 is http://json-schema.org/draft-07/schema#.
		text = bytes.Replace(text, []byte(`"https://json-schema.org/draft-07/schema#"`), []byte(`"http://json-schema.org/draft-07/schema#"`), 1)
		doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
		if err != nil {
			return err
		}
		at := library + path
		if name, ok := strings.CutPrefix(path, "schemas/"); ok {
			name = strings.TrimSuffix(name, ".json")
			names, at = append(names, name), library+"schemas/"+name // its $id has no .json
		}
		return c.AddResource(at, doc)
	}))
	all := map[string]*jsonschema.Schema{}
	for _, name := range names {
		s, err := c.Compile(library + "schemas/" + name)
		must(t, err)
		all[name] = s
	}
	return all
}

// taken is what an index does with a profile: the default schema and those that it names.
func taken(all map[string]*jsonschema.Schema, profile []byte) error {
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(profile))
	if err != nil {
		return err
	}
	var p struct {
		Linked []string `json:"linked_schemas"`
	}
	if err := json.Unmarshal(profile, &p); err != nil {
		return err
	}
	for _, name := range append([]string{"default-v2.1.0"}, p.Linked...) {
		if err := all[name].Validate(doc); err != nil {
			return err
		}
	}
	return nil
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

var (
	day0  = time.Date(2026, 11, 1, 9, 0, 0, 0, time.UTC)
	exact = coop.Point{Lat: 43_263_012, Lon: -2_934_985}
	fuzzy = coop.Point{Lat: 43_260_000, Lon: -2_930_000}
)

func bakery() Writer {
	return Writer{Base: "https://bakery.example", Photo: func(id coop.ID) coop.IRI { return "https://bakery.example/photos/" + coop.IRI(id) + "/large" },
		Coop: coop.Coop{Handle: "bakery", Name: "Bakery “Sun & Moon”", Purpose: coop.Text{"en": "Bread for the hill.", "es": "Pan para la colina."}, OrgType: "OS60",
			Place:     coop.Place{Name: "Bilbao", Exact: &exact, Public: &fuzzy, RadiusKm: 1},
			Languages: []string{"es", "en"}, Licence: "CC-BY-SA-4.0", Picture: "p1", Links: []coop.Link{{Name: "Shop", URL: "https://shop.bakery.example/"},
				{Name: "Shop", URL: "https://shop.bakery.example/"}, {Name: "Long", URL: "https://bakery.example/" + strings.Repeat("a", 2000)}}}}
}

func bread() market.Listing {
	return market.Listing{ID: "0190-bread", IRI: "https://bakery.example/listings/0190-bread", Purpose: market.Offer, Kind: market.Food,
		Title: coop.Text{"en": "Sourdough", "es": "Masa madre"}, Body: coop.Text{"es": "Cada mañana.\n\nA las ocho."}, Modes: []market.Mode{market.Gift, market.ForMoney},
		Ask: &market.Ask{}, Place: coop.Place{Name: "Casco Viejo", Exact: &exact, Public: &fuzzy, RadiusKm: 1}, Scope: market.ScopeLocal, Until: day0.AddDate(0, 0, 2),
		Tags: []string{"bread", "food"}, Category: "AM20", Photos: []market.Photo{{ID: "p2"}}, Visibility: coop.Everyone, State: market.Open}
}

func TestProfiles(t *testing.T) {
	t.Parallel()
	all := schemas(t)
	w := bakery()
	small := Writer{Base: w.Base, Photo: w.Photo, Coop: coop.Coop{Name: "B", OrgType: "OS60", Languages: []string{"en"}}}
	l, want := bread(), bread()
	want.Purpose, want.Kind, want.Body, want.Ask, want.Place, want.Photos, want.Tags, want.Category = market.Want, market.Founders, nil, nil, coop.Place{}, nil, nil, ""
	want.Modes, want.Scope = []market.Mode{market.Discuss}, market.ScopeNational
	ada := coop.PersonView{Handle: "ada", DisplayName: "Ada Lovelace", About: "Bakes.", Skills: []coop.Skill{{Name: "baking", Level: "teach"}, {Name: "baking", Level: "can"}},
		Languages: []string{"en", "es"}, Photo: coop.Portrait{ID: "p3"}, Contacts: []coop.Contact{{Kind: "phone", At: "+34 600"}}, Area: "Bilbao"}
	for name, make := range map[string]func() ([]byte, error){
		"organization":       func() ([]byte, error) { return w.Organization([]coop.IRI{"https://host.example/regions/valley"}) },
		"organization-small": func() ([]byte, error) { return small.Organization(nil) },
		"offer":              func() ([]byte, error) { return w.Listing(&l) },
		"want-small":         func() ([]byte, error) { return small.Listing(&want) },
		"person":             func() ([]byte, error) { return w.Person(ada) },
		"person-small":       func() ([]byte, error) { return small.Person(coop.PersonView{Handle: "eva", DisplayName: "Eva"}) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := make()
			must(t, err)
			must(t, taken(all, got))
			if bytes.Contains(got, []byte("43.263")) || bytes.Contains(got, []byte("+34")) {
				t.Errorf("an exact place or a contact is in %s", got)
			}
			var pretty bytes.Buffer
			must(t, json.Indent(&pretty, got, "", " "))
			pretty.WriteByte('\n')
			file := filepath.Join("testdata", name+".json")
			if *update {
				must(t, os.WriteFile(file, pretty.Bytes(), 0o644))
			}
			golden, err := os.ReadFile(file)
			must(t, err)
			if diff := cmp.Diff(string(golden), pretty.String()); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// A test that takes everything would find nothing: what the schemas refuse is refused here.
func TestSchemasRefuse(t *testing.T) {
	t.Parallel()
	all := schemas(t)
	for _, bad := range []string{
		`{"linked_schemas":["organizations_schema-v1.0.0"]}`,
		`{"linked_schemas":["organizations_schema-v1.0.0"],"name":"B","camelCase":1}`,
		`{"linked_schemas":["organizations_schema-v1.0.0"],"name":"B","tags":[]}`,
		`{"linked_schemas":["organizations_schema-v1.0.0"],"name":"B","geolocation":{"lat":91,"lon":0}}`,
		`{"linked_schemas":["people_schema-v0.1.0"],"name":"B","primary_url":"bakery.example","tags":["a"]}`,
		`{"linked_schemas":["offers_wants_schema-v0.1.0"],"exchange_type":"request","transaction_type":[],"tags":["a"],"title":"","description":"","geographic_scope":"local","contact_details":{}}`,
	} {
		if taken(all, []byte(bad)) == nil {
			t.Errorf("taken: %s", bad)
		}
	}
}

func TestTransactions(t *testing.T) {
	t.Parallel()
	ask := &market.Ask{}
	for _, c := range []struct {
		modes []market.Mode
		ask   *market.Ask
		want  string
	}{
		{[]market.Mode{market.Gift}, nil, "receive-donate"},
		{[]market.Mode{market.Lend}, nil, "borrow-lend"},
		{[]market.Mode{market.Share, market.Lend}, nil, "borrow-lend"},
		{[]market.Mode{market.Lend, market.ForMoney}, ask, "rent-lease"},
		{[]market.Mode{market.Lend, market.Swap, market.ForHours}, ask, "rent-lease buy-sell"},
		{[]market.Mode{market.ForMoney, market.Gift}, ask, "receive-donate buy-sell"},
		{[]market.Mode{market.Sliding}, ask, "buy-sell"},
		{[]market.Mode{market.Discuss}, nil, "buy-sell"},
	} {
		if got := strings.Join(transactions(&market.Listing{Modes: c.modes, Ask: c.ask}), " "); got != c.want {
			t.Errorf("%v: %s, want %s", c.modes, got, c.want)
		}
	}
	for _, k := range market.Kinds { // a kind that is added is thought of here
		if itemTypes[k] == "" && k != market.Founders {
			t.Errorf("kind %s is neither good nor service", k)
		}
	}
	for _, code := range coop.OrgTypes {
		if orgWords[code] == "" {
			t.Errorf("organisation type %s has no words", code)
		}
	}
}

// Whatever listing may be posted here, an index takes its profile.
func TestEveryListingFits(t *testing.T) {
	t.Parallel()
	all := schemas(t)
	rapid.Check(t, func(t *rapid.T) {
		words := func(name string, least, most int) string {
			return rapid.StringOfN(rapid.SampledFrom([]rune("aé漢 <>&\"'/#@\u00a0.,🐸{}\\\n")), least, most, -1).Draw(t, name)
		}
		line := func(name string, least, most int) string {
			return strings.ReplaceAll(words(name, least, most), "\n", " ")
		}
		w := bakery()
		w.Coop.Licence = rapid.SampledFrom(coop.Licences).Draw(t, "licence")
		l := market.Listing{ID: "x", Purpose: rapid.SampledFrom([]market.Purpose{market.Offer, market.Want}).Draw(t, "purpose"),
			Kind: rapid.SampledFrom(market.Kinds).Draw(t, "kind"), Scope: rapid.SampledFrom(market.Scopes).Draw(t, "scope"),
			Title: coop.Text{rapid.SampledFrom([]string{"en", "es", "eu"}).Draw(t, "language"): "t" + line("title", 0, market.MaxTitle-1)},
			Body:  coop.Text{"es": words("body", 0, market.MaxBody)}, Modes: rapid.SliceOfNDistinct(rapid.SampledFrom(market.Modes), 1, 9, rapid.ID).Draw(t, "modes"),
			Item: market.Quantity{Amount: market.Amount{N: 1}, Unit: "one"}, Visibility: coop.Everyone, State: market.Open,
			Until: day0.Add(time.Duration(rapid.IntRange(1, 89*86400).Draw(t, "until")) * time.Second)}
		if slices.ContainsFunc(l.Modes, func(m market.Mode) bool {
			return m == market.ForMoney || m == market.ForHours || m == market.ForLocal || m == market.Sliding
		}) {
			l.Ask = &market.Ask{}
		}
		l.Place.Name = line("place", 0, 100)
		if rapid.Bool().Draw(t, "point") {
			l.Place.Public = &coop.Point{Lat: rapid.Int32Range(-90_000_000, 90_000_000).Draw(t, "lat"), Lon: rapid.Int32Range(-180_000_000, 180_000_000).Draw(t, "lon")}
			l.Place.Exact = &exact
		}
		if rapid.Bool().Draw(t, "category") {
			l.Category = rapid.SampledFrom(market.Categories).Draw(t, "code").Code
		}
		l.Tags = rapid.SliceOfN(rapid.SampledFrom([]string{"bread", "é漢", "food", "a_b", strings.Repeat("x", market.MaxTag)}), 0, market.MaxTags).Draw(t, "tags")
		for range rapid.IntRange(0, 2).Draw(t, "photos") {
			l.Photos = append(l.Photos, market.Photo{ID: "p"})
		}
		for _, e := range coop.Fields(l.Validate(day0, time.UTC)) {
			if e.Field != "ask" && e.Field != "amount" && e.Field != "medium" { // what is asked for is not what a profile says
				t.Fatalf("the test makes a listing that is none: %v", e)
			}
		}
		got, err := w.Listing(&l)
		if err != nil {
			t.Fatal(err)
		}
		if err := taken(all, got); err != nil {
			t.Fatalf("%s\n%v", got, err)
		}
		if again, _ := w.Listing(&l); !bytes.Equal(got, again) {
			t.Fatal("the same listing gives other bytes")
		}
	})
}
