package vocab

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"toadlane/coop"
	"toadlane/internal/strictjson"
	"toadlane/market"
)

// fataler is a *testing.T, a *testing.B or a *rapid.T.
type fataler interface {
	Fatal(...any)
	Fatalf(string, ...any)
	Helper()
}

// activity is one as the inbox takes it apart.
type activity struct {
	Type             string
	ID, Actor, About coop.IRI
	Object           strictjson.Object // zero when it is only named
}

func taken(t fataler, o strictjson.Object) activity {
	t.Helper()
	a := activity{Object: o.Object("object")}
	types := o.Types()
	var ok, ok2 bool
	a.ID, _ = o.ID()
	a.Actor, ok = o.IRI("actor")
	a.About, ok2 = o.IRI("object")
	if !ok || !ok2 || len(types) == 0 {
		t.Fatalf("no activity: %s", o.Raw())
	}
	a.Type = types[0]
	return a
}

func load(t testing.TB, parts ...string) strictjson.Object {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(append([]string{"testdata"}, parts...)...))
	if err != nil {
		t.Fatal(err)
	}
	return parse(t, b)
}

func parse(t fataler, b []byte) strictjson.Object {
	t.Helper()
	o, err := strictjson.Parse(b)
	if err != nil {
		t.Fatalf("%v: %s", err, b)
	}
	return o
}

var now = date("2026-10-06T12:00:00Z")

func TestForeignListings(t *testing.T) {
	t.Parallel()
	one := market.Quantity{Amount: market.Amount{N: 1}, Unit: "one"}
	eur := func(n int64) *market.Ask {
		return &market.Ask{Medium: market.Medium{Kind: market.Money, Code: "EUR"}, Amount: amount(n, 2)}
	}
	common := func(l market.Listing) market.Listing {
		if l.Purpose == "" {
			l.Purpose = market.Offer
		}
		if l.Kind == "" {
			l.Kind = market.Thing
		}
		if l.Item.Unit == "" {
			l.Item = one
		}
		if l.State == "" {
			l.State = market.Open
		}
		l.Scope, l.Visibility = market.ScopeLocal, coop.Everyone
		if l.URL == "" {
			l.URL = string(l.IRI)
		}
		if l.Updated.IsZero() {
			l.Updated = l.Created
		}
		return l
	}
	for _, c := range []struct {
		file string
		want market.Listing
	}{
		{"fep-0837-full", market.Listing{IRI: "https://market.example/proposals/7", Home: "https://market.example/users/alice",
			Title: coop.Text{"und": "Used bicycle"}, Body: coop.Text{"und": "A good one."}, Modes: []market.Mode{market.ForMoney},
			Available: &market.Quantity{Amount: market.Amount{N: 3}, Unit: "one"}, UnitBased: true, Ask: eur(3000),
			Place:   coop.Place{Name: "Brussels", Public: &coop.Point{Lat: 50846500, Lon: 4351700}, RadiusKm: 2},
			Created: date("2026-06-18T19:22:03Z"), Until: date("2026-09-17T00:00:00Z")}},
		{"mitra-subscription", market.Listing{IRI: "https://mitra.example/users/alice/proposals/monero", Home: "https://mitra.example/users/alice",
			Kind: market.Skill, Title: coop.Text{"und": "Pay for subscription"}, Body: coop.Text{}, Modes: []market.Mode{market.ForLocal}, UnitBased: true,
			Item: market.Quantity{Amount: market.Amount{N: 1}, Unit: "second"},
			Ask:  &market.Ask{Medium: market.Medium{Kind: market.Local, Code: "caip:19:monero:418015bb9ae982a1975da7d79277c270/slip44:128"}, Amount: amount(2000000, 2)}, Created: now, Until: date("2027-01-05T00:00:00Z")}},
		{"epicyon-share", market.Listing{IRI: "https://epicyon.example/users/bob?shareditemid=https:--epicyon.example-users-bob--wantedsitems--jam",
			Home: "https://epicyon.example/users/bob", Purpose: market.Want, Title: coop.Text{"und": "Plum jam"},
			Body: coop.Text{"und": "Looking for a few jars of plum jam"}, Modes: []market.Mode{market.ForMoney}, Item: market.Quantity{Amount: market.Amount{N: 2}, Unit: "one"},
			Ask:   &market.Ask{Medium: market.Medium{Kind: market.Money, Code: "GBP"}, Amount: amount(150, 2)},
			Place: coop.Place{Name: "Hebden Bridge"}, Created: date("2026-07-01T08:00:00Z"), Until: date("2026-07-16T00:00:00Z"),
			Photos: []market.Photo{{Remote: "https://epicyon.example/sharefiles/bob/jam.png", Alt: "A jar", Type: "image/png"}}}},
		{"flohmarkt-data", market.Listing{IRI: "https://flohmarkt.example/users/seller/items/11111111-1111-4111-8111-111111111111",
			Home: "https://flohmarkt.example/users/seller", Title: coop.Text{"und": "World receiver"}, Body: coop.Text{"und": "Works, with box."},
			Modes: []market.Mode{market.ForMoney}, Ask: &market.Ask{Medium: market.Medium{Kind: market.Money, Code: "CAD"}, Amount: amount(2500, 2)},
			Place: coop.Place{Public: &coop.Point{Lat: 45421500, Lon: -75697200}}, Created: date("2026-07-18T06:00:00Z"), Until: date("2026-10-17T00:00:00Z"),
			Photos: []market.Photo{{Remote: "https://flohmarkt.example/static/radio.jpg", Type: "image/jpeg"}},
			URL:    "https://flohmarkt.example/~seller/11111111-1111-4111-8111-111111111111"}},
		{"flohmarkt-proposal", market.Listing{IRI: "https://flohmarkt.example/users/seller/items/2", Home: "https://flohmarkt.example/users/seller",
			Title: coop.Text{"und": "Book shelf"}, Body: coop.Text{"und": "Book shelf\n\nPine, 1.80 m"}, Modes: []market.Mode{market.ForMoney}, Ask: eur(1500),
			Created: date("2026-08-01T06:00:00Z"), Until: date("2026-10-31T00:00:00Z")}},
		{"unfathomably-price", market.Listing{IRI: "https://unf.example/objects/5", Home: "https://unf.example/users/ed",
			Title: coop.Text{"und": "Snow shoes"}, Body: coop.Text{"und": "Size 42"}, Modes: []market.Mode{market.ForMoney},
			Ask:     &market.Ask{Medium: market.Medium{Kind: market.Money, Code: "CAD"}, Amount: amount(2500, 2)},
			Created: date("2026-07-25T10:00:00Z"), Until: date("2026-09-01T00:00:00Z")}},
		{"bonfire-valueflows", market.Listing{IRI: "https://bonfire.example/pub/objects/01FJ", Home: "https://bonfire.example/users/karen",
			Title: coop.Text{"und": "Seed potatoes"}, Body: coop.Text{"und": "Two sorts, grown here."}, Modes: []market.Mode{market.ForHours},
			Item: market.Quantity{Amount: market.Amount{N: 50}, Unit: "kilogram"}, Ask: &market.Ask{Medium: market.Medium{Kind: market.Hours}, Amount: amount(90, 0)},
			Created: date("2026-08-02T10:00:00.249Z"), Starts: date("2026-08-03T00:00:00Z"), Until: date("2026-10-01T00:00:00Z")}},
		{"note-proposal", market.Listing{IRI: "https://two.example/o/1", Home: "https://two.example/u/amy", Title: coop.Text{"und": "Room for meetings"},
			Body: coop.Text{"und": "Up to 12 people"}, Modes: []market.Mode{market.Gift}, UnitBased: true, State: market.Done,
			Item:    market.Quantity{Amount: market.Amount{N: 1}, Unit: "hour"},
			Created: date("2026-08-02T10:00:00Z"), Until: date("2026-11-01T00:00:00Z"), Closed: date("2026-08-02T10:00:00Z")}},
		{"prefixed", market.Listing{IRI: "https://three.example/o/9", Home: "https://three.example/u/amy", Purpose: market.Want, Kind: market.Skill,
			Title: coop.Text{"und": "Help with moving"}, Body: coop.Text{"und": "Two strong people for an afternoon"}, Category: "AM70", UnitBased: true,
			Item: market.Quantity{Amount: market.Amount{N: 4}, Unit: "hour"}, Modes: []market.Mode{market.ForHours},
			Ask:     &market.Ask{Medium: market.Medium{Kind: market.Hours, IRI: "https://time.example/currency/hours"}, Amount: amount(15, 0)},
			Created: date("2026-08-02T10:00:00Z"), Until: date("2026-08-17T00:00:00Z")}},
	} {
		t.Run(c.file, func(t *testing.T) {
			t.Parallel()
			want := common(c.want)
			got, ok, err := DecodeListing(load(t, "foreign", c.file+".json"), want.Home, now)
			if !ok || err != nil {
				t.Fatal(ok, err)
			}
			if d := cmp.Diff(want, got, cmpopts.EquateEmpty()); d != "" {
				t.Error(d)
			}
		})
	}
}

// TestExamples holds what we read and write to the documents in which the wire format was decided.
func TestExamplesRead(t *testing.T) {
	t.Parallel()
	for file, want := range map[string]market.Listing{"offer-create": bread(), "want-create": flour()} {
		a := taken(t, load(t, "examples", file+".json"))
		if a.Type != "Create" || a.About != want.IRI {
			t.Fatal(a)
		}
		got, ok, err := DecodeListing(a.Object, a.Actor, now)
		if !ok || err != nil {
			t.Fatal(ok, err)
		}
		if got.Purpose != want.Purpose || got.Ask.Medium.Code != "EUR" || got.Ask.Amount.Compare(*want.Ask.Amount) != 0 ||
			got.Available.Amount != want.Available.Amount || got.Item != want.Item || !got.Until.Equal(want.Until) || *got.Place.Public != *want.Place.Public {
			t.Errorf("%s: %+v", file, got)
		}
	}
	a := taken(t, load(t, "examples", "offer-close.json"))
	if got, _, err := DecodeListing(a.Object, a.Actor, now); err != nil || got.State != market.Done || got.Available != nil {
		t.Errorf("closed: %+v %v", got, err)
	}
	if a = taken(t, load(t, "examples", "offer-delete.json")); !a.Object.Is("Tombstone") || a.About != "https://bakery.example/p/01JB" {
		t.Errorf("deleted: %+v", a)
	}
	actor, err := DecodeActor(load(t, "examples", "actor-coop.json"))
	if err != nil {
		t.Fatal(err)
	}
	if actor.Handle != "@bakery@bakery.example" || len(actor.Keys) != 2 || actor.Offers != "https://bakery.example/actor/offers" ||
		actor.SharedInbox != "https://bakery.example/inbox" || actor.Place != "Ghent, Belgium" || actor.Type != "Organization" {
		t.Errorf("%+v", actor)
	}
}

// differences are what we write otherwise than the examples, each for a reason: addresses are the node's own; the words of a
// post are made from its facts; what the examples lack is ours or a field of later days.
var differences = map[string]bool{
	"@context": true, "proof": true, "published": true, "id": true, "url": true, "href": true, "content": true, "contentMap": true,
	"source": true, "kind": true, "modes": true, "scope": true, "keywords": true, "closedAt": true, "outcome": true, "medium": true, "currency": true,
	"finished": true, "featuredTags": true, "handbook": true, "agreements": true, "memberOf": true, "regions": true, "generator": true, "implements": true, "resourceConformsTo": true,
	"name": true, "summary": true, "attachment": true, "icon": true, "featured": true,
}

func TestExamplesWritten(t *testing.T) {
	t.Parallel()
	docs := documents(t)
	for ours, theirs := range map[string]string{"listing-create": "offer-create", "listing-want": "want-create", "listing-close": "offer-close",
		"listing-delete": "offer-delete", "actor-coop": "actor-coop", "actor-member": "actor-member", "actor-instance": "actor-instance",
		"collection-offers": "collection-offers", "collection-members": "members-collection"} {
		b, err := os.ReadFile(filepath.Join("testdata", "examples", theirs+".json"))
		if err != nil {
			t.Fatal(err)
		}
		var want, got any
		if json.Unmarshal(b, &want) != nil || json.Unmarshal(docs[ours], &got) != nil {
			t.Fatal("no JSON")
		}
		if theirs == "members-collection" { // bob is a member of another server, amina has more consents with us
			want.(map[string]any)["items"], got.(map[string]any)["items"] = nil, nil
			want.(map[string]any)["hiddenItems"], got.(map[string]any)["hiddenItems"] = nil, nil
		}
		if theirs == "offer-delete" {
			want.(map[string]any)["object"].(map[string]any)["deleted"] = "2026-10-20T12:00:00Z"
		}
		compare(t, theirs, want, got)
	}
}

// compare asks that every member of want is in got with the same value, but for the differences.
func compare(t *testing.T, at string, want, got any) {
	t.Helper()
	switch w := want.(type) {
	case map[string]any:
		g, ok := got.(map[string]any)
		if !ok {
			t.Errorf("%s: %v", at, got)
			return
		}
		for k, v := range w {
			if !differences[k] {
				compare(t, at+"."+k, v, g[k])
			}
		}
		for k := range g {
			if _, ok := w[k]; !ok && !differences[k] {
				t.Errorf("%s.%s is new", at, k)
			}
		}
	case []any:
		g, ok := got.([]any)
		if !ok || len(g) != len(w) {
			t.Errorf("%s: want %v, got %v", at, want, got)
			return
		}
		for i := range w {
			compare(t, at, w[i], g[i])
		}
	default:
		if want != got {
			t.Errorf("%s: want %v, got %v", at, want, got)
		}
	}
}

func TestListingRefusals(t *testing.T) {
	t.Parallel()
	const home coop.IRI = "https://a.example/u"
	ok := `{"id":"https://a.example/1","type":"Note","attributedTo":"https://a.example/u","name":"Bread","purpose":"offer","publishes":{"type":"Intent"}}`
	if l, is, err := DecodeListing(parse(t, []byte(ok)), home, now); !is || err != nil || l.Visibility != coop.Peers {
		t.Fatal("the control is refused", is, err)
	}
	for name, c := range map[string]struct {
		from, to string
		class    coop.Class
	}{
		"another author":     {`"attributedTo":"https://a.example/u"`, `"attributedTo":"https://a.example/v"`, coop.Forbidden},
		"two authors":        {`"attributedTo":"https://a.example/u"`, `"attributedTo":["https://a.example/u","https://a.example/v"]`, coop.Invalid},
		"no author":          {`"attributedTo":"https://a.example/u",`, ``, coop.Invalid},
		"another origin":     {`"https://a.example/1"`, `"https://b.example/1"`, coop.Forbidden},
		"odd spelling of id": {`"https://a.example/1"`, `"https://A.example/1"`, coop.Invalid},
		"no id":              {`"id":"https://a.example/1",`, ``, coop.Invalid},
		"no type":            {`"type":"Note",`, ``, coop.Invalid},
		"unknown purpose":    {`"purpose":"offer"`, `"purpose":"theft"`, coop.Invalid},
		"no words":           {`"name":"Bread",`, ``, coop.Invalid},
	} {
		_, is, err := DecodeListing(parse(t, []byte(strings.Replace(ok, c.from, c.to, 1))), home, now)
		if !is || err == nil || coop.ClassOf(err) != c.class {
			t.Errorf("%s: %v %v", name, is, err)
		}
	}
	for _, s := range []string{`{"id":"https://a.example/1","type":"Note","attributedTo":"https://a.example/u","content":"hi"}`, `{"type":"Tombstone","purpose":"offer","publishes":{}}`, `{}`} {
		if _, is, err := DecodeListing(parse(t, []byte(s)), home, now); is || err != nil {
			t.Errorf("%s: %v %v", s, is, err)
		}
	}
}

// Every detail that makes no sense is left out; the listing stays.
func TestListingDetails(t *testing.T) {
	t.Parallel()
	many := strings.Repeat(`{"type":"Image","url":"https://a.example/p?`, 1)
	var photos, tags []string
	for i := range 9 {
		photos = append(photos, many+string(rune('a'+i))+`"}`)
		tags = append(tags, `{"type":"Hashtag","name":"#Tag`+string(rune('a'+i))+`"},{"type":"Hashtag","name":"#123"},{"type":"Mention","name":"@x"}`)
	}
	b := `{"id":"https://a.example/1","type":["Note"],"attributedTo":"https://a.example/u","name":"` + strings.Repeat("é", 150) + `\u202e",
 "content":"<p>` + strings.Repeat("x", 6000) + `</p>","contentMap":{"EN":"<p>Hello<script>x</script></p>","not a tag":"Hm"},
 "purpose":"offer","publishes":{"resourceQuantity":{"hasUnit":"kilogram","hasNumericalValue":"1.23456"},"availableQuantity":{"hasUnit":"litre","hasNumericalValue":"3"},"minimumQuantity":{"hasUnit":"one","hasNumericalValue":"-3"}},
 "reciprocal":{"resourceConformsTo":"https://www.wikidata.org/wiki/Q4916","resourceQuantity":{"hasUnit":"one","hasNumericalValue":"1e9"}},
 "priceLines":[{"label":"x","kind":"tax","amount":"3"}],"endTime":"2099-01-01T00:00:00Z","published":"2099-01-01T00:00:00Z","updated":"1999-01-01T00:00:00Z",
 "location":[{"type":"Place","latitude":"91","longitude":0,"radius":-1}],"modes":["gift","theft","gift"],"status":"strange","scope":"galactic","kind":"weapon",
 "attachment":[{"type":"Image","url":"http://a.example/plain"},{"type":"Image","url":"javascript:alert(1)"},{"type":"Document","url":"https://a.example/x.pdf"},` + strings.Join(photos, ",") + `],
 "tag":[` + strings.Join(tags, ",") + `],"contact":"mailto:x","to":[7,"https://www.w3.org/ns/activitystreams#Public"],"maker":{"x":1},"stream":["love"]}`
	l, ok, err := DecodeListing(parse(t, []byte(b)), "https://a.example/u", now)
	if !ok || err != nil {
		t.Fatal(ok, err)
	}
	if n := len([]rune(l.Title["en"])); n != market.MaxTitle {
		t.Errorf("title of %d: %v", n, l.Title)
	}
	if l.Body["en"] != "Hello" || l.Body["und"] != "Hm" || len(l.Photos) != market.MaxPhotos || len(l.Tags) != 9 || l.Tags[0] != "taga" {
		t.Errorf("body %v photos %d tags %v", l.Body, len(l.Photos), l.Tags)
	}
	if l.Ask != nil || l.Prices != nil || l.Available != nil || l.Minimum != nil || l.Place.Public != nil || l.Place.RadiusKm != 0 || l.Item.Unit != "one" {
		t.Errorf("%+v", l)
	}
	if l.Kind != market.Thing || l.Scope != market.ScopeLocal || l.State != market.Open || l.Stream != "" || l.Contact != "" || len(l.Modes) != 1 || l.Visibility != coop.Everyone {
		t.Errorf("%+v", l)
	}
	if l.Created.After(now.Add(time.Hour)) || l.Updated.Before(l.Created) || l.Until.After(now.AddDate(0, 0, market.MaxDays+2)) {
		t.Errorf("times %v %v %v", l.Created, l.Updated, l.Until)
	}
}

func TestGoToSocial(t *testing.T) {
	t.Parallel()
	const alice coop.IRI = "https://gts1.gtslab.test/users/alice"
	const us coop.IRI = "https://fake1.gtslab.test/u/wire0"
	read := func(name string) activity {
		a := taken(t, load(t, "gotosocial-0.20", name+".json"))
		if a.Actor != alice || a.ID == "" {
			t.Errorf("%s: %+v", name, a)
		}
		return a
	}
	if a := read("follow-follow"); a.Type != "Follow" || a.About != us {
		t.Errorf("%+v", a)
	}
	create := read("post-with-mention-and-hashtag-create")
	n, err := DecodeNote(create.Object)
	if err != nil || !n.Public || n.By != alice || len(n.Mentions) != 1 || n.Mentions[0] != us {
		t.Errorf("%+v %v", n, err)
	}
	if got := PlainText(n.HTML); got != "@wire0 hello there #sharing" {
		t.Errorf("%q", got)
	}
	if _, ok, err := DecodeListing(create.Object, alice, now); ok || err != nil {
		t.Error("a post is no listing", ok, err)
	}
	if n, err = DecodeNote(read("edit-update").Object); err != nil || !n.Updated.After(n.Published) {
		t.Errorf("%+v %v", n, err)
	}
	if n, err = DecodeNote(read("poll-create").Object); err != nil || n.HTML == "" {
		t.Errorf("%+v %v", n, err)
	}
	direct := read("direct-create")
	if n, err = DecodeNote(direct.Object); err != nil || n.Public || len(n.To) != 1 || n.To[0] != us {
		t.Errorf("%+v %v", n, err)
	}
	if a := read("delete-delete"); a.About == "" || !a.Object.IsZero() {
		t.Errorf("%+v", a)
	}
	if a := read("block-undo"); !a.Object.Is("Follow") {
		t.Errorf("%+v", a)
	}
	if a := read("unblock-undo"); !a.Object.Is("Block") || a.About == "" {
		t.Errorf("%+v", a)
	}
	actor, err := DecodeActor(load(t, "gotosocial-0.20", "actor.json"))
	if err != nil || actor.Handle != "@alice@gts.test:8181" || len(actor.Keys) != 1 || actor.Keys[0].ID != "http://gts.test:8181/users/alice/main-key" ||
		actor.SharedInbox != "" || actor.Inbox == "" || actor.Summary != "<p>bio of alice</p>" {
		t.Errorf("%+v %v", actor, err)
	}
}

func TestActors(t *testing.T) {
	t.Parallel()
	docs := documents(t)
	a, err := DecodeActor(parse(t, docs["actor-coop-full"]))
	if err != nil {
		t.Fatal(err)
	}
	if len(a.Keys) != 3 || a.Wants != base+"/actor/wants" || a.Icon != base+"/photos/icon/large" || a.URL != string(base)+"/" {
		t.Errorf("%+v", a)
	}
	key := `{"id":"https://a.example/u#k","owner":"https://a.example/u","publicKeyPem":` + quoted(rsaPEM) + `}`
	odd := `{"id":"https://a.example/u","type":["Person","Bot"],"preferredUsername":"u","name":"U <b>\u202ex","inbox":"https://victim.example/inbox",
 "endpoints":{"sharedInbox":"https://victim.example/inbox"},"outbox":["https://a.example/o"],"summary":"<p onclick=x>hi<img src=x></p>","movedTo":"https://b.example/u","alsoKnownAs":"https://c.example/u",
 "publicKey":[` + key + `,` + strings.Replace(key, "u#k", "u#k2", 1) + `,` + strings.Replace(key, `"owner":"https://a.example/u"`, `"owner":"https://v.example/u"`, 1) + `,` +
		strings.Replace(key, "https://a.example/u#k", "https://v.example/u#k", 1) + `,{"id":"https://a.example/u#bad","publicKeyPem":"x"}],
 "assertionMethod":["https://a.example/u#ref",{"id":"https://a.example/u#e","type":"Multikey","controller":"https://a.example/u","publicKeyMultibase":"z6MkjdTibD9TdyzZcUaTaPzJvRE1S6tf6EcG5Rn4oZiZDxW4"}]}`
	o := parse(t, []byte(odd))
	if a, err = DecodeActor(o); err != nil {
		t.Fatal(err)
	}
	if a.Inbox != "" || a.SharedInbox != "" || a.Outbox != "https://a.example/o" || len(a.Keys) != 3 || a.Name != "U <b>x" || a.Summary != "<p>hi</p>" || a.MovedTo != "https://b.example/u" {
		t.Errorf("%+v", a)
	}
	if _, err := DecodeActor(parse(t, []byte(`{"id":"https://a.example/u","type":"Tombstone"}`))); coop.ClassOf(err) != coop.Gone {
		t.Error(err)
	}
	for _, s := range []string{`{"id":"https://a.example/u","type":"Note"}`, `{"type":"Person"}`, `{"id":"https://a.example/u"}`} {
		if _, err := DecodeActor(parse(t, []byte(s))); coop.ClassOf(err) != coop.Invalid || err == nil {
			t.Error(s, err)
		}
	}
}

func quoted(s string) string {
	b, err := strictjson.AppendString(nil, s)
	if err != nil {
		panic(err)
	}
	return string(b)
}

func TestNotes(t *testing.T) {
	t.Parallel()
	n, err := DecodeNote(parse(t, []byte(`{"id":"https://a.example/1","type":["Article"],"attributedTo":"https://a.example/u","name":"T<i>","summary":"Look out","contentMap":{"en":"<p>x</p>"},"to":"Public"}`)))
	if err != nil || !n.Public || n.HTML != "<p>Look out</p><p><strong>T&lt;i&gt;</strong></p><p>x</p>" {
		t.Errorf("%+v %v", n, err)
	}
	if _, err = DecodeNote(parse(t, []byte(`{"id":"https://a.example/1","type":"Note","attributedTo":"https://b.example/u"}`))); coop.ClassOf(err) != coop.Forbidden {
		t.Error(err)
	}
	for _, s := range []string{`{"id":"https://a.example/1","type":"Person","attributedTo":"https://a.example/u"}`, `{"type":"Note","attributedTo":"https://a.example/u"}`, `{"id":"https://a.example/1","type":"Note"}`} {
		if _, err := DecodeNote(parse(t, []byte(s))); coop.ClassOf(err) != coop.Invalid || err == nil {
			t.Error(s, err)
		}
	}
	// Ours comes back as it was meant.
	a := taken(t, parse(t, documents(t)["message-create"]))
	if n, err = DecodeNote(a.Object); err != nil || n.Public || len(n.Mentions) != 1 || n.InReplyTo != "https://social.example/s/9" ||
		PlainText(n.HTML) != "@bob@social.example Yes, <until> noon.\n\nSee https://bakery.example/." {
		t.Errorf("%+v %v", n, err)
	}
}

func TestDiscovery(t *testing.T) {
	t.Parallel()
	docs := documents(t)
	j, err := DecodeJRD(docs["webfinger"])
	if err != nil || j.Subject != "acct:bakery@bakery.example" || j.Self != base+"/actor" || len(j.Aliases) != 2 {
		t.Errorf("%+v %v", j, err)
	}
	if j, err = DecodeJRD(docs["webfinger-host"]); err != nil || j.Service != base+"/instance" || j.Self != base+"/actor" {
		t.Errorf("%+v %v", j, err)
	}
	if self, err := DecodeWebFinger(docs["webfinger"]); err != nil || self != base+"/actor" {
		t.Error(self, err)
	}
	if _, err := DecodeWebFinger([]byte(`{"subject":"acct:a@b","links":[{"rel":"self","type":"text/html","href":"https://b/x"},{"rel":"self","type":"application/activity+json","href":"javascript:x"}]}`)); err == nil {
		t.Error("no actor is named, and none is refused")
	}
	if info, err := DecodeNodeInfoLinks(docs["nodeinfo-links"]); err != nil || info != base+"/nodeinfo/2.1" {
		t.Error(info, err)
	}
	if s, err := DecodeNodeInfo(docs["nodeinfo"]); err != nil || s.String() != "toadlane 1.0.0" {
		t.Error(s, err)
	}
	for _, s := range []string{`{}`, `{"links":[]}`, `{"links":[{"rel":"http://nodeinfo.diaspora.software/ns/schema/2.0","href":"javascript:x"}]}`, `{"software":{"version":"1"}}`} {
		if _, err := DecodeNodeInfoLinks([]byte(s)); coop.ClassOf(err) != coop.Invalid || err == nil {
			t.Error(s, err)
		}
		if _, err := DecodeNodeInfo([]byte(s)); coop.ClassOf(err) != coop.Invalid || err == nil {
			t.Error(s, err)
		}
	}
}

// TestSeen reads single requests of running servers.
func TestSeen(t *testing.T) {
	t.Parallel()
	raw, err := os.ReadFile("testdata/seen/honk-1.0.0-chat.json")
	if err != nil {
		t.Fatal(err)
	}
	const alice = coop.IRI("http://honk.localhost:8183/u/alice")
	a := taken(t, parse(t, raw))
	n, err := DecodeNote(a.Object)
	if err != nil {
		t.Fatal(err)
	}
	if n.Public || n.By != alice || n.HTML != "<p>chat from honk</p>\n" || len(n.To) != 1 || n.To[0] != "http://bakery.localhost:8470/actor" {
		t.Errorf("%+v", n)
	}
}
