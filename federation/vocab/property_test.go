package vocab

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"toadlane/coop"
	"toadlane/federation/sig"
	"toadlane/internal/limits"
	"toadlane/market"
)

// draw makes a listing that Validate takes.
func draw(t *rapid.T) market.Listing {
	words := func(name string, most int) string {
		return rapid.Custom(func(t *rapid.T) string {
			return strings.Join(strings.Fields(rapid.StringOfN(rapid.SampledFrom([]rune("aé漢 <>&\"'/#@\u00a0.,🐸{}\\")), 0, most, -1).Draw(t, name)), " ")
		}).Draw(t, name)
	}
	place := rapid.Int32Range(-89_000_000, 89_000_000)
	quantity := func(name, unit string) *market.Quantity {
		places := uint8(rapid.IntRange(0, market.QuantityPlaces).Draw(t, name+" places"))
		return &market.Quantity{Amount: market.Amount{N: rapid.Int64Range(1, market.MaxAmount).Draw(t, name), Places: places}, Unit: unit}
	}
	at := date("2026-10-01T08:00:00Z").Add(time.Duration(rapid.IntRange(0, 1e6).Draw(t, "at")) * time.Second)
	l := market.Listing{ID: "x", IRI: base + "/listings/x", Version: 1, Created: at, Updated: at, Scope: rapid.SampledFrom(market.Scopes).Draw(t, "scope"),
		Purpose: rapid.SampledFrom([]market.Purpose{market.Offer, market.Want}).Draw(t, "purpose"), Kind: rapid.SampledFrom(market.Kinds).Draw(t, "kind"),
		Stream: rapid.SampledFrom(append([]market.Stream{""}, market.Streams...)).Draw(t, "stream"), UnitBased: rapid.Bool().Draw(t, "unitBased"),
		Visibility: rapid.SampledFrom([]coop.Visibility{coop.Peers, coop.Everyone}).Draw(t, "visibility"),
		State:      rapid.SampledFrom([]market.State{market.Open, market.Paused, market.Agreed, market.Done, market.Expired, market.Withdrawn}).Draw(t, "state"),
		Until:      at.Add(time.Duration(rapid.IntRange(1, 80*86400).Draw(t, "until")) * time.Second),
		Maker:      words("maker", 90), OnBehalf: words("behalf", 90), Outcome: words("outcome", 100), Title: coop.Text{}, Body: coop.Text{}}
	if l.State.Ended() {
		l.Updated = at.Add(time.Hour)
		l.Closed = l.Updated
	}
	if rapid.Bool().Draw(t, "starts") {
		l.Starts = l.Until.Add(-time.Second)
	}
	for _, lang := range rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"en", "es", "nl", "pt-br"}), 1, 3, rapid.ID).Draw(t, "languages") {
		l.Title[lang] = "t" + words("title", 60)
		if s := words("body", 200); s != "" {
			l.Body[lang] = s + "\n\n " + s + "\r\n"
		}
	}
	l.Modes = rapid.SliceOfNDistinct(rapid.SampledFrom([]market.Mode{market.Gift, market.Share, market.Lend, market.Swap, market.Discuss}), 1, 3, rapid.ID).Draw(t, "modes")
	l.Item = *quantity("item", rapid.SampledFrom(market.Units).Draw(t, "unit"))
	if rapid.Bool().Draw(t, "minimum") {
		l.Minimum = quantity("minimum", l.Item.Unit)
	}
	if rapid.Bool().Draw(t, "available") {
		l.Available = quantity("available", l.Item.Unit)
		if l.Minimum != nil && l.Minimum.Amount.Compare(l.Available.Amount) > 0 {
			l.Minimum = nil
		}
	}
	if rapid.Bool().Draw(t, "ask") {
		drawAsk(t, &l, words)
	}
	if rapid.Bool().Draw(t, "point") {
		l.Place.Public = &coop.Point{Lat: place.Draw(t, "lat"), Lon: place.Draw(t, "lon")}
		l.Place.RadiusKm = rapid.IntRange(1, 100).Draw(t, "radius")
	}
	l.Place.Name = words("place", 60)
	if rapid.Bool().Draw(t, "category") {
		l.Category = rapid.SampledFrom(market.Categories).Draw(t, "code").Code
	}
	for _, x := range rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"bread", "é漢", "offer", "a_b", "x1"}), 0, 4, rapid.ID).Draw(t, "tags") {
		l.Tags = append(l.Tags, x)
	}
	for i := range rapid.IntRange(0, market.MaxPhotos).Draw(t, "photos") {
		l.Photos = append(l.Photos, market.Photo{ID: coop.ID(fmt.Sprint("p", i)), Alt: words("alt", 200), Type: "image/png", Width: i, Height: 2 * i,
			Blurhash: "LEHV6nWB2yk8pyo0adR*.7kCMdnj", Focus: market.Focus{X: 33 * (i % 4), Y: -7 * i}})
	}
	return l
}

func drawAsk(t *rapid.T, l *market.Listing, words func(string, int) string) {
	m := market.Medium{Kind: rapid.SampledFrom([]market.MediumKind{market.Money, market.Hours, market.Local}).Draw(t, "medium")}
	mode := map[market.MediumKind]market.Mode{market.Money: market.ForMoney, market.Hours: market.ForHours, market.Local: market.ForLocal}[m.Kind]
	switch m.Kind {
	case market.Money:
		m.Code = rapid.SampledFrom([]string{"EUR", "JPY", "BHD", "XTS"}).Draw(t, "code")
	case market.Local:
		m.Code = "L" + words("code", 50)
	default:
		m.Code = words("code", 50)
	}
	if m.Kind != market.Money && rapid.Bool().Draw(t, "iri") {
		m.IRI = "https://money.example/c/é"
	}
	one := func(name string) *market.Amount {
		return &market.Amount{N: rapid.Int64Range(1, market.MaxAmount-7).Draw(t, name), Places: m.Places()}
	}
	l.Ask = &market.Ask{Medium: m}
	l.Modes = append(l.Modes, mode)
	if rapid.Bool().Draw(t, "sliding") {
		l.Modes = append(l.Modes, market.Sliding)
		lo := one("min")
		l.Ask.Min, l.Ask.Max, l.Ask.Suggested = lo, &market.Amount{N: lo.N + 7, Places: lo.Places}, lo
		if rapid.Bool().Draw(t, "no amount") {
			return
		}
	}
	l.Ask.Amount = one("amount")
	if n := l.Ask.Amount.N; n > 3 && rapid.Bool().Draw(t, "lines") {
		l.Prices = []market.PriceLine{{Label: "a" + words("label", 40), Kind: market.PriceLabour, Amount: market.Amount{N: n / 3, Places: m.Places()}},
			{Label: "b", Kind: market.PriceTax, Amount: market.Amount{N: n - n/3, Places: m.Places()}}}
	}
}

// told is what a neighbour is to know of l: what is private or a matter of our own stays out.
func told(l market.Listing) market.Listing {
	l.ID, l.Home, l.Version, l.Poster = "", base+"/actor", 0, ""
	l.URL = string(l.IRI)
	l.Place.Exact = nil
	l.Photos = slices.Clone(l.Photos)
	for i := range l.Photos {
		l.Photos[i].Remote = rooms{base}.Photo(l.Photos[i].ID)
		l.Photos[i].ID = ""
	}
	if l.State.Ended() { // a closed listing has nothing left
		l.Available = nil
	}
	l.Item = shortest(l.Item)
	for _, q := range []**market.Quantity{&l.Available, &l.Minimum} {
		if *q != nil {
			s := shortest(**q)
			*q = &s
		}
	}
	return l
}

// shortest is the same quantity with no more places than it needs.
func shortest(q market.Quantity) market.Quantity {
	for q.Amount.Places > 0 && q.Amount.N%10 == 0 {
		q.Amount.N, q.Amount.Places = q.Amount.N/10, q.Amount.Places-1
	}
	return q
}

// TestRoundTrip: what a neighbour reads is what we posted.
func TestRoundTrip(t *testing.T) {
	t.Parallel()
	check := func(t fataler, l market.Listing) {
		t.Helper()
		b, err := writer().CreateListing(base+"/a/1", now, l)
		if err != nil {
			t.Fatal(err)
		}
		a := taken(t, parse(t, b))
		got, ok, err := DecodeListing(a.Object, a.Actor, now.AddDate(0, 0, 10))
		if !ok || err != nil {
			t.Fatal(ok, err)
		}
		if d := cmp.Diff(told(l), got, cmpopts.EquateEmpty()); d != "" {
			t.Fatalf("%s\n%s", d, b)
		}
	}
	for _, l := range []market.Listing{bread(), flour(), repair()} {
		check(t, l)
	}
	rapid.Check(t, func(t *rapid.T) {
		l := draw(t)
		check(t, l)
	})
}

// largest is as much as a listing of ours can hold.
func largest(r string, languages int) market.Listing {
	l := repair()
	l.Title, l.Body = coop.Text{}, coop.Text{}
	for i := range languages {
		lang := fmt.Sprintf("%c%c", 'a'+i/26, 'a'+i%26)
		l.Title[lang] = strings.Repeat(r, market.MaxTitle)
		l.Body[lang] = strings.Repeat(r, market.MaxBody)
	}
	l.Place.Name, l.Maker, l.OnBehalf = strings.Repeat(r, 100), strings.Repeat(r, 100), strings.Repeat(r, 100)
	l.Outcome = strings.Repeat(r, 200)
	l.Tags, l.Photos, l.Prices = nil, nil, nil
	for i := range market.MaxTags {
		l.Tags = append(l.Tags, strings.Repeat("漢", market.MaxTag-1)+string(rune('a'+i)))
	}
	for range market.MaxPhotos {
		l.Photos = append(l.Photos, market.Photo{ID: "01890a5d-ac96-774b-bcce-b302099a8057", Alt: strings.Repeat(r, market.MaxAlt), Width: 4000, Height: 4000, Type: "image/jpeg",
			Blurhash: "LEHV6nWB2yk8pyo0adR*.7kCMdnj", Focus: market.Focus{X: -33, Y: 67}})
	}
	for range market.MaxLines {
		l.Prices = append(l.Prices, market.PriceLine{Label: strings.Repeat(r, 60), Kind: market.PriceMaterials, Amount: market.Amount{N: market.MaxAmount}})
	}
	l.Ask.Medium.Code = strings.Repeat(r, 60)
	l.Contact = coop.IRI("https://bakery.example/m/" + strings.Repeat("x", 1000))
	return l
}

func TestLargest(t *testing.T) {
	t.Parallel()
	key, err := sig.GenerateEd25519()
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range []string{"a", `"`, "<", "&", "'", "漢", "🐸", "x ", "a\n\n"} {
		for _, languages := range []int{1, 2, 5, 30, 300} {
			l := largest(strings.TrimSpace(r), languages)
			if len(r) > 1 && r[0] < 0x80 { // also with places to cut at
				for lang := range l.Body {
					l.Body[lang] = strings.Repeat(r, market.MaxBody/len(r))
				}
			}
			b, err := writer().UpdateListing(base+"/a/01890a5d-ac96-774b-bcce-b302099a8057", now, l)
			if err != nil {
				t.Fatalf("%d times %q: %v", languages, r, err)
			}
			if b, err = sig.SignProof(b, key, base+"/actor#ed25519-key", now); err != nil {
				t.Fatal(err)
			}
			if len(b) >= limits.ActivityBytes {
				t.Errorf("%d times %q: %d bytes", languages, r, len(b))
			}
			a := taken(t, parse(t, b))
			if got, ok, err := DecodeListing(a.Object, a.Actor, now); !ok || err != nil || len(got.Title) == 0 {
				t.Fatal(ok, err)
			}
		}
	}
	// What was cut says where the rest is.
	b, err := writer().Listing(largest("漢", 30))
	if err != nil || !strings.Contains(string(b), "More: https://bakery.example/listings/01JD") {
		t.Error("no link to the whole text", err)
	}
}

func TestPrivate(t *testing.T) {
	t.Parallel()
	for _, v := range []coop.Visibility{coop.OnlyMe, coop.CoopOnly} {
		l := bread()
		l.Visibility = v
		if b, err := writer().CreateListing(base+"/a/1", now, l); coop.ClassOf(err) != coop.Forbidden || b != nil {
			t.Error(v, err)
		}
	}
	for state, class := range map[market.State]coop.Class{market.Draft: coop.NotFound, market.Archived: coop.Gone} {
		l := bread()
		l.State = state
		if b, err := writer().Listing(l); coop.ClassOf(err) != class || b != nil {
			t.Error(state, err)
		}
	}
	l := bread()
	l.Home = "https://farm.example/actor"
	if _, err := writer().Listing(l); coop.ClassOf(err) != coop.Forbidden {
		t.Error(err)
	}
	if _, err := writer().Coop(dampoort(), nil, "", nil); err == nil {
		t.Error("an actor without a key")
	}
	if _, err := writer().Coop(dampoort(), ownKeys(base+"/m/ada", false), "", nil); err == nil {
		t.Error("an actor with another's key")
	}
	if _, err := writer().Message(market.Message{From: market.Party{IRI: base + "/actor"}, Body: "x"}, nil); coop.ClassOf(err) != coop.Invalid {
		t.Error("a message to nobody", err)
	}
}

// TestProofs: a proof fits every public document, and a reader finds it.
func TestProofs(t *testing.T) {
	t.Parallel()
	key, err := sig.GenerateEd25519()
	if err != nil {
		t.Fatal(err)
	}
	for name, doc := range documents(t) {
		if o := parse(t, doc); !o.Has("@context") || o.Has("proof") { // a word of a region has one
			continue
		}
		signed, err := sig.SignProof(doc, key, base+"/actor#ed25519-key", now)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		p, err := sig.ParseProof(signed)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if p.Method() != base+"/actor#ed25519-key" {
			t.Errorf("%s: %s", name, p.Method())
		}
	}
}

func TestWords(t *testing.T) {
	t.Parallel()
	w := writer()
	w.Words = func(lang, key string, args map[string]any) string {
		if key == "post.offer" {
			return fmt.Sprint(lang, "!", args["Title"])
		}
		return key
	}
	b, err := w.Listing(bread())
	if err != nil || !strings.Contains(string(b), "<strong>en!Day-old") || !strings.Contains(string(b), "until 31 December 2026") {
		t.Errorf("%v %s", err, b)
	}
}

func TestDegrees(t *testing.T) {
	t.Parallel()
	for n, want := range map[int32]string{0: "0", 1: "0.000001", -1: "-0.000001", 100: "0.0001", 51060000: "51.06", -3741987: "-3.741987", 90000000: "90", -180000000: "-180", 1000010: "1.00001"} {
		if got := degrees(n); string(got) != want {
			t.Errorf("%d: %s, want %s", n, got, want)
		}
		if back, ok := micro(want, 180); !ok || back != n {
			t.Errorf("%s: %d %v", want, back, ok)
		}
	}
}
