package vocab

import (
	"bytes"
	"crypto/ed25519"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"flag"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"toadlane/coop"
	"toadlane/federation/queue"
	"toadlane/federation/sig"
	"toadlane/market"
	"toadlane/region"
)

var update = flag.Bool("update", false, "write testdata/*.json anew")

// rooms is the layout of a node's addresses.
type rooms struct{ base coop.IRI }

func (r rooms) Coop() coop.IRI                          { return r.base + "/actor" }
func (r rooms) Instance() coop.IRI                      { return r.base + "/instance" }
func (r rooms) Member(h string) coop.IRI                { return r.base + "/m/" + coop.IRI(h) }
func (r rooms) Region(s string) coop.IRI                { return r.base + "/r/" + coop.IRI(s) }
func (r rooms) SharedInbox() coop.IRI                   { return r.base + "/inbox" }
func (r rooms) Photo(id coop.ID) coop.IRI               { return r.base + "/photos/" + coop.IRI(id) + "/large" }
func (r rooms) Of(actor coop.IRI, part string) coop.IRI { return actor + "/" + coop.IRI(part) }

const base coop.IRI = "https://bakery.example"

func writer() Writer {
	zone, err := time.LoadLocation("Europe/Brussels")
	if err != nil {
		panic(err)
	}
	return Writer{At: rooms{base}, Zone: zone, Words: twoTongues, Languages: []string{"en", "es"}, Version: "1.0.0"}
}

func date(s string) time.Time {
	t, err := time.Parse(time.RFC3339, s)
	if err != nil {
		panic(err)
	}
	return t
}

func amount(n int64, places uint8) *market.Amount { return &market.Amount{N: n, Places: places} }

// bread is the offer of testdata/examples/offer-create.json.
func bread() market.Listing {
	return market.Listing{
		ID: "01JB", IRI: base + "/p/01JB", Purpose: market.Offer, Kind: market.Food,
		Title: coop.Text{"en": "Day-old sourdough loaves"},
		Body:  coop.Text{"en": "Up to 40 loaves on Mondays, pickup at the bakery."},
		Modes: []market.Mode{market.ForMoney},
		Item:  market.Quantity{Amount: market.Amount{N: 1}, Unit: "one"}, Available: &market.Quantity{Amount: market.Amount{N: 40}, Unit: "one"},
		Minimum: &market.Quantity{Amount: market.Amount{N: 1}, Unit: "one"}, UnitBased: true,
		Ask:   &market.Ask{Medium: market.Medium{Kind: market.Money, Code: "EUR"}, Amount: amount(200, 2)},
		Place: coop.Place{Name: "Ghent (Dampoort)", Exact: &coop.Point{Lat: 51059123, Lon: 3741987}, Public: &coop.Point{Lat: 51060000, Lon: 3740000}, RadiusKm: 2},
		Scope: market.ScopeLocal, Until: date("2026-12-31T23:00:00Z"), Tags: []string{"bread"},
		Photos:     []market.Photo{{ID: "01JB", Alt: "Crates of day-old sourdough", Width: 1200, Height: 800, Type: "image/jpeg"}},
		Visibility: coop.Everyone, State: market.Open, Version: 1, Created: date("2026-10-01T08:00:00Z"), Updated: date("2026-10-01T08:00:00Z"),
		Poster: "secret-poster",
	}
}

// flour is the want of testdata/examples/want-create.json.
func flour() market.Listing {
	l := bread()
	l.ID, l.IRI, l.Purpose, l.Kind = "01JC", base+"/p/01JC", market.Want, market.Thing
	l.Title = coop.Text{"en": "Organic wheat flour, 500 kg"}
	l.Body = coop.Text{"en": "Delivered to Ghent before 1 November."}
	l.Item = market.Quantity{Amount: market.Amount{N: 1}, Unit: "kilogram"}
	l.Available = &market.Quantity{Amount: market.Amount{N: 500}, Unit: "kilogram"}
	l.Minimum = &market.Quantity{Amount: market.Amount{N: 1}, Unit: "kilogram"}
	l.Ask = &market.Ask{Medium: market.Medium{Kind: market.Money, Code: "EUR"}, Amount: amount(110, 2)}
	l.Tags = []string{"flour"}
	l.Photos = []market.Photo{{ID: "01JC", Alt: "Crates of day-old sourdough", Width: 1200, Height: 800, Type: "image/jpeg"}}
	return l
}

// repair has everything a listing can have.
func repair() market.Listing {
	l := bread()
	l.ID, l.IRI, l.Kind, l.Modes = "01JD", base+"/listings/01JD", market.Skill, []market.Mode{market.ForHours, market.Sliding, market.Swap}
	l.Title = coop.Text{"en": "Bike & trike <repair>", "es": "Reparación de bicis"}
	l.Body = coop.Text{"en": "First line\nsecond line\n\nSee https://cycles.example/how?a=1&b=2.", "es": "Línea única"}
	l.Item = market.Quantity{Amount: market.Amount{N: 15, Places: 1}, Unit: "hour"}
	l.Available, l.Minimum = &market.Quantity{Amount: market.Amount{N: 40}, Unit: "hour"}, nil
	l.Ask = &market.Ask{Medium: market.Medium{Kind: market.Hours, Code: "Region Hours", IRI: "https://time.example/currency"},
		Amount: amount(90, 0), Min: amount(60, 0), Max: amount(120, 0), Suggested: amount(90, 0)}
	l.Prices = []market.PriceLine{{Label: "Work", Kind: market.PriceLabour, Amount: market.Amount{N: 75}},
		{Label: "For the commons", Kind: market.PriceCommons, Amount: market.Amount{N: 15}}}
	l.Photos[0].Blurhash, l.Photos[0].Focus = "LEHV6nWB2yk8pyo0adR*.7kCMdnj", market.Focus{X: -50, Y: 100}
	l.Scope, l.Stream, l.Category = market.ScopeRegional, market.Care, "AM120"
	l.Maker, l.OnBehalf, l.Contact = "Ada", "the neighbours' club", base+"/m/ada"
	l.Starts = date("2026-10-05T00:00:00Z")
	l.Tags = []string{"bikes", "reparación"}
	l.Updated = date("2026-10-02T08:00:00Z")
	l.Visibility = coop.Peers
	return l
}

const rsaPEM = "-----BEGIN PUBLIC KEY-----\nMIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAqVdZaMcqWtyYszJIAw7A\nqGBdYaw9ekg2TfeiNT/T0yE0Qu4VxJNvUUQNQN6uQOp3fIjRcvgdF/FeAuFUhzJu\nM18fNahGQU4mqbsuQqPdfu0CgXfjA9sHDq+ztuVuyNK+jygNUyMoF0nRI/t2an3N\nFI2HGAGQsEvKfs2ibPD2YC5fHfpUYQuWMNTvWj4pfYzM5JmobUZns+qnGEbyypiY\nfqhel00DHj+gTsj9DliL9fNA4UdSIQoHAoF0qIKRrzc7+1hY37p7vTFIPGmjuCKA\nX8xyBHqqYg4T9bwULX+Wc11anJIc1OKSqhzm4Lk2/uMn6ECf1/xHdhhxlYbMmzrq\ncQIDAQAB\n-----END PUBLIC KEY-----\n"

// ownKeys are the keys of testdata/examples, with one that was retired if old is true.
func ownKeys(owner coop.IRI, old bool) []queue.OwnKey {
	block, _ := pem.Decode([]byte(rsaPEM))
	ed := func(multibase string) []byte {
		key, err := sig.ParseMultikey(multibase)
		if err != nil {
			panic(err)
		}
		der, err := x509.MarshalPKIXPublicKey(key)
		if err != nil {
			panic(err)
		}
		return der
	}
	keys := []queue.OwnKey{
		{Owner: owner, Kind: "rsa", ID: owner + "#main-key", Public: block.Bytes},
		{Owner: owner, Kind: "ed25519", ID: owner + "#ed25519-key", Public: ed("z6MkjdTibD9TdyzZcUaTaPzJvRE1S6tf6EcG5Rn4oZiZDxW4")},
	}
	if old {
		first := sig.EncodeMultikey(ed25519.PublicKey(bytes.Repeat([]byte{7}, 32)))
		keys = append(keys, queue.OwnKey{Owner: owner, Kind: "ed25519", ID: owner + "#ed25519-0", Public: ed(first), Retired: date("2026-09-01T00:00:00Z")},
			queue.OwnKey{Owner: owner, Kind: "rsa", ID: owner + "#old-key", Public: block.Bytes, Retired: date("2026-09-01T00:00:00Z")})
	}
	return keys
}

func dampoort() coop.Coop {
	return coop.Coop{Handle: "bakery", Name: "Dampoort Bakery Co-op", Purpose: coop.Text{"en": "Worker co-op bakery in Ghent."},
		OrgType: "OS60", Licence: "CC-BY-SA-4.0",
		Place:   coop.Place{Name: "Ghent, Belgium", Exact: &coop.Point{Lat: 51059123, Lon: 3741987}, Public: &coop.Point{Lat: 51060000, Lon: 3740000}, RadiusKm: 2},
		Links:   []coop.Link{{Name: "Website", URL: "https://bakery.example/"}},
		Picture: "icon", Created: date("2026-01-01T00:00:00Z"), Updated: date("2026-01-01T00:00:00Z")}
}

func amina() coop.PersonView {
	return coop.PersonView{Handle: "amina", DisplayName: "Amina", About: "Baker.", Created: date("2026-01-01T00:00:00Z"), Updated: date("2026-01-01T00:00:00Z")}
}

// documents is everything we can write, once each.
func documents(t *testing.T) map[string][]byte {
	t.Helper()
	w := writer()
	at := date("2026-10-20T12:00:00Z")
	must := func(b []byte, err error) []byte {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	closed := bread()
	closed.State, closed.Closed, closed.Updated, closed.Outcome = market.Done, at, at, "went to the soup kitchen"
	busy := dampoort()
	busy.Purpose["es"], busy.HoldFollows, busy.Updated = "Panadería <cooperativa> de Gante.", true, at
	busy.Links = append(busy.Links, coop.Link{Name: "<b>", URL: "https://bakery.example/?a=1&b=2"})
	full := amina()
	full.Area, full.Availability, full.Fediverse, full.Since = "Dampoort", "Mondays", "@amina@social.example", date("2021-04-01T00:00:00Z")
	full.Skills, full.Languages = []coop.Skill{{Name: "Baking", Level: "teach"}}, []string{"en", "es"}
	full.Pronouns, full.Hours, full.LookingFor = "she/her", 12, "A mill <stone>"
	full.Photo = coop.Portrait{ID: "face", Alt: "Amina laughs"}
	full.Contacts = []coop.Contact{{Kind: "phone", At: "+32 9 000", Label: "evenings"}, {Kind: "web", At: "https://amina.example/"}}
	full.Memberships = []coop.Membership{{Name: "The Mill", At: "https://mill.example/"}, {Name: "Allotments"}}
	follow := Received{ID: "https://social.example/f/1", Type: "Follow", Actor: "https://social.example/users/bob", Object: w.At.Coop()}
	raw := follow
	raw.Raw = []byte(`{"@context":"https://www.w3.org/ns/activitystreams","id":"https://social.example/f/1","type":"Follow","actor":"https://social.example/users/bob","object":"https://bakery.example/actor","extra":1.50}`)
	bob := []Mention{{IRI: "https://social.example/users/bob", Handle: "@bob@social.example"}}
	message := market.Message{IRI: base + "/n/1", InReplyTo: "https://social.example/s/9", From: market.Party{IRI: w.At.Coop()}, Body: "Yes, <until> noon.\n\nSee https://bakery.example/.", Created: at, Updated: at}
	public := message
	public.Public, public.Updated = true, at.Add(time.Minute)
	id := base + "/a/1"
	everyone := Audience{To: []coop.IRI{coop.Public}, CC: []coop.IRI{base + "/actor/followers"}}
	all := map[string][]byte{
		"listing-offer":        must(w.Listing(bread())),
		"listing-full":         must(w.Listing(repair())),
		"listing-create":       must(w.CreateListing(id, at, bread())),
		"listing-want":         must(w.CreateListing(id, at, flour())),
		"listing-close":        must(w.UpdateListing(id, at, closed)),
		"listing-delete":       must(w.Delete(id, w.At.Coop(), base+"/p/01JB", "Note", at, everyone)),
		"tombstone":            must(w.Tombstone(base+"/p/01JB", "Note", at)),
		"actor-coop":           must(w.Coop(dampoort(), ownKeys(w.At.Coop(), false), "image/png", nil)),
		"actor-coop-full":      must(w.Coop(busy, ownKeys(w.At.Coop(), true), "image/png", inValley)),
		"actor-member":         must(w.Member(amina(), ownKeys(w.At.Member("amina"), false), "image/png")),
		"actor-member-full":    must(w.Member(full, ownKeys(w.At.Member("amina"), false), "image/jpeg")),
		"actor-instance":       must(w.Instance(date("2026-01-01T00:00:00Z"), ownKeys(w.At.Instance(), false))),
		"actor-update":         must(w.UpdateActor(id, w.At.Coop(), at, must(w.Coop(busy, ownKeys(w.At.Coop(), true), "image/png", inValley)))),
		"actor-delete":         must(w.DeleteActor(id, w.At.Member("amina"))),
		"follow":               must(w.Follow(id, w.At.Coop(), "https://farm.example/actor")),
		"follow-accept":        must(w.Accept(id, w.At.Coop(), raw)),
		"follow-accept-told":   must(w.Accept(id, w.At.Coop(), follow)),
		"follow-reject":        must(w.Reject(id, w.At.Coop(), raw)),
		"follow-undo":          must(w.Undo(id, Received{ID: base + "/a/0", Type: "Follow", Actor: w.At.Coop(), Object: "https://farm.example/actor"}, "https://farm.example/actor")),
		"block":                must(w.Block(id, w.At.Coop(), "https://bad.example/u/1")),
		"message":              must(w.Message(message, bob)),
		"message-create":       must(w.CreateMessage(id, at, message, bob)),
		"message-public":       must(w.CreateMessage(id, at, public, bob)),
		"collection-offers":    must(w.Collection(base+"/actor/offers", w.At.Coop(), 7, date("2026-10-05T09:30:00Z"), base+"/actor/offers?page=1")),
		"collection-followers": must(w.Collection(base+"/actor/followers", "", 3, time.Time{}, "")),
		"collection-page": must(w.Page(base+"/actor/outbox?page=1", base+"/actor/outbox", 2,
			[]Raw{must(w.Follow(id, w.At.Coop(), "https://farm.example/actor")), Raw(`"https://bakery.example/a/2"`)}, base+"/actor/outbox?page=2", base+"/actor/outbox?page=0")),
		"collection-empty":      must(w.Page(base+"/actor/outbox?page=1", base+"/actor/outbox", 0, nil, "", "")),
		"collection-replies":    must(w.List(base+"/p/01JB/replies", w.At.Coop(), false, []Raw{Raw(`"https://social.example/s/9"`)})),
		"collection-featured":   must(w.List(base+"/actor/featured", w.At.Coop(), true, nil)),
		"collection-members":    must(w.Members(14, []coop.PersonView{full, amina()})),
		"collection-agreements": must(w.Agreements([]market.Bond{{With: "https://mill.example/actor", Count: 4}, {With: "https://farm.example/actor", Count: 3}})),
		"webfinger":             must(w.WebFinger("bakery", w.At.Coop(), base+"/")),
		"webfinger-host":        must(w.WebFingerHost()),
		"nodeinfo-links":        must(w.NodeInfoLinks(base+"/nodeinfo/2.1", base+"/nodeinfo/2.0")),
		"nodeinfo":              must(w.NodeInfo("2.1", dampoort(), 14, 7)),
	}
	for name, doc := range regionDocuments(w, at, must) {
		all["region-"+name] = doc
	}
	for name, doc := range handbookDocuments(w, at, must) {
		all["handbook-"+name] = doc
	}
	return all
}

func TestDocuments(t *testing.T) {
	t.Parallel()
	docs := documents(t)
	for name, got := range docs {
		file := filepath.Join("testdata", name+".json")
		var pretty bytes.Buffer
		if err := json.Indent(&pretty, got, "", " "); err != nil {
			t.Errorf("%s: %v: %s", name, err, got)
			continue
		}
		pretty.WriteByte('\n')
		if *update {
			if err := os.WriteFile(file, pretty.Bytes(), 0o644); err != nil {
				t.Fatal(err)
			}
			continue
		}
		want, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(string(want), pretty.String()); d != "" {
			t.Errorf("%s (-want +got):\n%s", name, d)
		}
	}
	// The same facts give the same bytes.
	for name, again := range documents(t) {
		if !bytes.Equal(docs[name], again) {
			t.Errorf("%s differs the second time", name)
		}
	}
	// Nothing private leaves, and nothing is escaped for HTML.
	for name, b := range docs {
		for _, secret := range []string{"51.059123", "3.741987", "secret-poster", `\u003c`, `\u0026`} {
			if bytes.Contains(b, []byte(secret)) {
				t.Errorf("%s holds %s", name, secret)
			}
		}
	}
}

// GoToSocial 0.20 (2026-11-20) answered 500 to all that an instance of the name "bakery.localhost:8470" signed.
func TestInstanceNameHasNoPort(t *testing.T) {
	t.Parallel()
	for at, want := range map[coop.IRI][2]string{
		"https://bakery.example":       {"bakery.example", "bakery.example@bakery.example"},
		"http://bakery.localhost:8470": {"bakery.localhost", "bakery.localhost@bakery.localhost:8470"},
	} {
		w := Writer{At: rooms{at}}
		body, err := w.Instance(date("2026-01-01T00:00:00Z"), ownKeys(w.At.Instance(), false))
		if err != nil {
			t.Fatal(err)
		}
		var got struct{ PreferredUsername, WebFinger string }
		if err := json.Unmarshal(body, &got); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, [2]string{got.PreferredUsername, got.WebFinger}); diff != "" {
			t.Errorf("%s: %s", at, diff)
		}
	}
}

var inValley = []region.Region{{ID: hashOf("valley"), Charter: region.Charter{Host: "https://valley.example/r/valley"}}}
