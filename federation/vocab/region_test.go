package vocab

import (
	"crypto/ed25519"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"toadlane/coop"
	"toadlane/federation/sig"
	"toadlane/internal/strictjson"
	"toadlane/region"
)

var regionKey = ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize))

// proven is a document with a proof, as it is sent.
func proven(t fataler, doc []byte) []byte {
	out, err := sig.SignProof(doc, regionKey, "https://bakery.example/actor#ed25519-key", time.Date(2026, 11, 28, 12, 0, 0, 0, time.UTC))
	if err != nil {
		t.Fatalf("%v", err)
	}
	return out
}

func hashOf(words string) region.ID { return region.ID(coop.Hash([]byte(words))) }

func someCharter(t *rapid.T) region.Charter {
	iris := rapid.SliceOfNDistinct(rapid.IntRange(0, 99), 1, region.MaxCouncil, rapid.ID).Draw(t, "council")
	c := region.Charter{Version: rapid.IntRange(1, 3).Draw(t, "version"), Attempt: rapid.IntRange(1, 5).Draw(t, "attempt"), Host: "https://a.example/regions/valley",
		HostKey: "z6Mk" + rapid.StringMatching(`[1-9A-Za-z]{5}`).Draw(t, "key"), Absence: rapid.IntRange(region.MinAbsence, region.MaxAbsence).Draw(t, "absence"),
		Slug: "valley", Name: coop.Text{"en": rapid.StringMatching(`[A-Za-zé<&"]{1,20}`).Draw(t, "name"), "es": "El valle"}, Joining: rapid.SampledFrom(region.Joinings).Draw(t, "joining")}
	if c.Version == 1 {
		iris = iris[:1]
	} else {
		c.Region, c.Previous, c.Root = hashOf("r"), hashOf("p"), hashOf("l")
	}
	for n := range 100 {
		for _, i := range iris {
			if i == n {
				c.Council = append(c.Council, region.Seat{Coop: coop.IRI("https://c" + string(rune('0'+n/10)) + string(rune('0'+n%10)) + ".example/actor"), Key: "z6Mk" + string(rune('a'+n%26))})
			}
		}
	}
	c.Need = rapid.IntRange(len(c.Council)/2+1, len(c.Council)).Draw(t, "need")
	if rapid.Bool().Draw(t, "more") {
		c.Story, c.Languages, c.Area, c.Expects = coop.Text{"en": "Two\nlines"}, []string{"en", "es"}, hashOf("a"), []coop.IRI{"https://a.example/h/pay"}
	}
	return c
}

func someArea(t *rapid.T) (a region.Area) {
	if rapid.Bool().Draw(t, "named") {
		a.Places = rapid.SliceOfNDistinct(rapid.StringMatching(`[A-Za-zéß<&"]{1,20}( [a-z]{1,9})?`), 1, region.MaxPlaces, strings.ToLower).Draw(t, "places")
		return a.Tidy()
	}
	point := rapid.Custom(func(t *rapid.T) coop.Point {
		return coop.Point{Lat: rapid.Int32Range(-90e6, 90e6).Draw(t, "lat"), Lon: rapid.Int32Range(-180e6, 180e6).Draw(t, "lon")}
	})
	for range rapid.IntRange(1, region.MaxRings).Draw(t, "rings") {
		a.Outline = append(a.Outline, rapid.SliceOfNDistinct(point, 3, region.MaxRingPoints/region.MaxRings, rapid.ID).Draw(t, "ring"))
	}
	return a.Tidy()
}

// What is written is read back, whatever it is, and is named by the same hash with a proof and without.
func TestRegionDocuments(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		c := someCharter(t)
		doc, err := Charter(&c)
		if err != nil {
			t.Fatal(err)
		}
		got, err := DecodeCharter(parse(t, doc))
		if err != nil {
			t.Fatalf("%v\n%s", err, doc)
		}
		c.ID, c.Bytes = got.ID, got.Bytes
		if d := cmp.Diff(c, got); d != "" {
			t.Fatal(d)
		}
		e := region.Entry{Region: c.Of(), Charter: c.ID, Coop: "https://bakery.example/actor", Serial: rapid.Uint64Range(1, maxCount).Draw(t, "serial"), Key: "z6MkKey", Name: "Bakery",
			Ties: []region.Tie{{Relation: region.Member}, {Relation: region.Provider, Category: "AM60"}}, Shares: []region.Share{region.ShareOffers, region.ShareWants}, Left: rapid.Bool().Draw(t, "left")}
		if doc, err = Entry(&e); err != nil {
			t.Fatal(err)
		}
		bare, err := DecodeEntry(parse(t, doc))
		if err != nil {
			t.Fatalf("%v\n%s", err, doc)
		}
		back, err := DecodeEntry(parse(t, proven(t, doc)))
		if err != nil || back.ID != bare.ID {
			t.Fatalf("with a proof it is %s, without %s; %v", back.ID, bare.ID, err)
		}
		e.ID, e.Bytes = back.ID, back.Bytes
		if d := cmp.Diff(e, back); d != "" {
			t.Fatal(d)
		}
		a := region.Admission{Region: c.Of(), Charter: c.ID, Coop: e.Coop, Serial: e.Serial, Nth: 3, In: rapid.Bool().Draw(t, "in")}
		if doc, err = Admission(&a); err != nil {
			t.Fatal(err)
		}
		admitted, err := DecodeAdmission(parse(t, proven(t, doc)))
		a.ID, a.Bytes = admitted.ID, admitted.Bytes
		if d := cmp.Diff(a, admitted); err != nil || d != "" {
			t.Fatal(err, d)
		}
		v := region.Vote{Region: c.Of(), Charter: c.ID, Coop: e.Coop, Serial: e.Serial, By: "https://dairy.example/actor"}
		for range rapid.IntRange(1, region.MaxCouncil).Draw(t, "votes") {
			if doc, err = Vote(&v); err != nil {
				t.Fatal(err)
			}
			v.Bytes = proven(t, doc)
			if got, err := DecodeVote(parse(t, v.Bytes)); err != nil || cmp.Diff(v, got) != "" {
				t.Fatalf("%v %+v", err, got)
			}
			a.Votes = append(a.Votes, v)
		}
		if doc, err = Admission(&a); err != nil {
			t.Fatal(err)
		}
		voted, err := DecodeAdmission(parse(t, proven(t, doc)))
		a.ID, a.Bytes = voted.ID, voted.Bytes
		if d := cmp.Diff(a, voted); err != nil || d != "" {
			t.Fatal(err, d)
		}
		for _, v := range voted.Votes { // its proof still holds where it stands
			if sig.VerifyProof(v.Bytes, regionKey.Public().(ed25519.PublicKey)) != nil {
				t.Fatal("a vote is not proven any more in the word that carries it")
			}
		}
		x := someArea(t)
		if doc, err = Area(&x); err != nil {
			t.Fatal(err)
		}
		area, err := DecodeArea(parse(t, doc))
		x.ID, x.Bytes = area.ID, area.Bytes
		if d := cmp.Diff(x, area); err != nil || d != "" {
			t.Fatalf("%v %s\n%s", err, d, doc)
		}
		if doc, err = Mark(c.ID, e.Coop); err != nil {
			t.Fatal(err)
		}
		signed := proven(t, doc)
		m, err := DecodeMark(parse(t, signed))
		if err != nil || m.Charter != c.ID || m.Coop != e.Coop || sig.VerifyProof(m.Bytes, regionKey.Public().(ed25519.PublicKey)) != nil {
			t.Fatalf("%+v, %v", m, err)
		}
	})
}

// Any other spelling is refused: a document that two read differently would part them.
func TestRegionRefusals(t *testing.T) {
	t.Parallel()
	e := region.Entry{Region: hashOf("r"), Charter: hashOf("c"), Coop: "https://bakery.example/actor", Serial: 7, Key: "z6MkKey", Name: "Bakery", Ties: []region.Tie{{Relation: region.Member}}}
	doc, err := Entry(&e)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := DecodeEntry(parse(t, doc)); err != nil {
		t.Fatal(err)
	}
	for was, is := range map[string]string{
		`"format":1`:            `"format":2`,
		`"serial":7`:            `"serial":7.5`,
		`"name":"Bakery"`:       `"name":["Bakery"]`,
		`"key":"z6MkKey"`:       `"key":""`,
		`"relation":"member"`:   `"relation":"boss"`,
		`{"relation":"member"}`: `{"relation":"member","until":"2030"}`,
		`"RegionEntry"`:         `["RegionEntry","Note"]`,
		`"coop":"https://`:      `"coop":"ftp://`,
		string(e.Charter):       string(e.Charter)[:46],
		`"serial"`:              `"left":"yes","serial"`,
		`"charter"`:             `"unheard":1,"charter"`,
	} {
		context, rest, _ := strings.Cut(string(doc), `"type":`)
		bad := context + `"type":` + strings.Replace(rest, was, is, 1)
		if bad == string(doc) {
			t.Fatalf("%s is not in %s", was, doc)
		}
		if _, err := DecodeEntry(parse(t, []byte(bad))); coop.ClassOf(err) != coop.Invalid {
			t.Errorf("%s for %s: %v", is, was, err)
		}
	}
	if _, err := DecodeCharter(parse(t, doc)); coop.ClassOf(err) != coop.Invalid {
		t.Errorf("an entry as a charter: %v", err)
	}
	if !IsRegionDocument(parse(t, doc)) || IsRegionDocument(parse(t, []byte(`{"type":"Note"}`))) {
		t.Error("what is a document of a region")
	}
}

// Of two spellings of one outline only ours is one, and what its words do not say is no area.
func TestRegionAreaRefusals(t *testing.T) {
	t.Parallel()
	a := region.Area{Outline: []region.Ring{{{Lat: 1, Lon: -2}, {Lat: 3, Lon: 4}, {Lat: 5, Lon: 0}}}}
	doc, err := Area(&a)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := DecodeArea(parse(t, doc)); err != nil {
		t.Fatal(err)
	}
	for _, bad := range []string{`["-2,1 4,3"]`, `["-2,1 4,3 0,5 -2,1"]`, `["-2,1 -2,1 4,3 0,5"]`, `["-2,1  4,3 0,5"]`, `["-2,1 04,3 0,5"]`, `["-2,1 +4,3 0,5"]`, `["-2,1 4,3 -0,5"]`, `["-2,1 4,3 0,90000001"]`, `["-2,1 4,3 0"]`,
		`[[-2,1]]`, `[]`, `""`, `["-2,1 4,3 0,5"],"places":["X"]`, `["-2,1 4,3 0,5"],"name":"X"`, `null,"places":[]`, `null,"places":[" X"]`, `null,"places":["X","x"]`, `null,"places":[1]`} {
		s := strings.Replace(string(doc), `["-2,1 4,3 0,5"]`, bad, 1)
		if s == string(doc) {
			t.Fatalf("%s", doc)
		}
		if got, err := DecodeArea(parse(t, []byte(s))); coop.ClassOf(err) != coop.Invalid {
			t.Errorf("%s: %+v, %v", bad, got, err)
		}
	}
}

func FuzzRegionDocument(f *testing.F) {
	e := region.Entry{Region: hashOf("r"), Charter: hashOf("c"), Coop: "https://bakery.example/actor", Serial: 7, Key: "k", Name: "B", Ties: []region.Tie{{Relation: region.Member}}}
	doc, _ := Entry(&e)
	f.Add(string(doc))
	c := region.Charter{Version: 1, Attempt: 1, Need: 1, Absence: 7, Host: "https://a.example/r", HostKey: "k", Slug: "valley", Name: coop.Text{"en": "V"}, Joining: region.BySteward,
		Council: []region.Seat{{Coop: "https://a.example/actor", Key: "k"}}}
	doc, _ = Charter(&c)
	f.Add(string(doc))
	doc, _ = Area(&region.Area{Outline: []region.Ring{{{Lat: 1, Lon: -2}, {Lat: 3, Lon: 4}, {Lat: 5, Lon: 0}}}})
	f.Add(string(doc))
	f.Fuzz(func(t *testing.T, s string) {
		o, err := strictjson.Parse([]byte(s))
		if err != nil {
			return
		}
		if c, err := DecodeCharter(o); err == nil {
			again, err := Charter(&c)
			if err != nil {
				t.Fatal(err)
			}
			back, err := DecodeCharter(parse(t, again))
			if err != nil {
				t.Fatalf("%v\n%s", err, again)
			}
			back.ID, back.Bytes = c.ID, c.Bytes // another order of members in lists of words is another spelling only
			if d := cmp.Diff(c, back); d != "" {
				t.Fatal(d)
			}
		}
		if a, err := DecodeArea(o); err == nil {
			again, err := Area(&a)
			if err != nil {
				t.Fatal(err)
			}
			if back, err := DecodeArea(parse(t, again)); err != nil || !back.Same(&a) {
				t.Fatalf("%+v, %+v: %v", back, a, err)
			}
		}
		_, _ = DecodeEntry(o)
		_, _ = DecodeAdmission(o)
		_, _ = DecodeMark(o)
	})
}
