package vocab

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"toadlane/coop"
	"toadlane/federation/sig"
	"toadlane/region"
)

const valley = base + "/r/valley"

// founding is a charter as it is when a region begins.
func founding() region.Charter {
	return region.Charter{Version: 1, Attempt: 1, Need: 1, Absence: 30, Host: valley, HostKey: "z6MkjdTibD9TdyzZcUaTaPzJvRE1S6tf6EcG5Rn4oZiZDxW4", Slug: "valley",
		Name: coop.Text{"en": "The Valley", "es": "El Valle"}, Story: coop.Text{"en": "Co-ops <along> the river."}, Languages: []string{"en", "es"},
		Joining: region.BySteward, Expects: []coop.IRI{base + "/h/pay"},
		Council: []region.Seat{{Coop: base + "/actor", Key: "z6MkjdTibD9TdyzZcUaTaPzJvRE1S6tf6EcG5Rn4oZiZDxW4"}}}
}

// regionDocuments is everything that we write about regions.
func regionDocuments(w Writer, at time.Time, must func([]byte, error) []byte) map[string][]byte {
	c := founding()
	first := must(Charter(&c))
	c.ID = region.ID(coop.Hash(must(sig.Unproven(first))))
	e := region.Entry{Region: c.ID, Charter: c.ID, Coop: base + "/actor", Serial: 2, Key: c.HostKey, Name: "Dampoort Bakery Co-op",
		Ties: []region.Tie{{Relation: region.Member}, {Relation: region.Provider, Category: "AM60"}}, Shares: []region.Share{region.ShareOffers}}
	a := region.Admission{Region: c.ID, Charter: c.ID, Coop: e.Coop, Serial: 2, Nth: 1, In: true}
	prove := func(doc []byte, owner coop.IRI) []byte {
		return must(sig.SignProof(doc, regionKey, owner+"#ed25519-key", at))
	}
	entry, admission := prove(must(Entry(&e)), base+"/actor"), prove(must(Admission(&a)), valley)
	vote := prove(must(Vote(&region.Vote{Region: c.ID, Charter: c.ID, Coop: e.Coop, Serial: 2, By: base + "/actor"})), base+"/actor")
	a.Votes = []region.Vote{{Bytes: vote}}
	e.Left, e.Ties, e.Shares, e.Serial = true, nil, nil, 3
	left := prove(must(Entry(&e)), base+"/actor")
	id, mill, farm := base+"/a/1", coop.IRI("https://mill.example/r/mill"), coop.IRI("https://farm.example/actor")
	elsewhere := c
	elsewhere.Host = mill
	return map[string][]byte{
		"account":   must(w.Region(&region.Region{Slug: c.Slug, Charter: c, Hosts: []coop.IRI{valley}, Joined: date("2026-01-01T00:00:00Z")}, ownKeys(valley, false))),
		"moved":     must(w.Region(&region.Region{Slug: c.Slug, Charter: elsewhere, Hosts: []coop.IRI{mill, valley}, Joined: date("2026-01-01T00:00:00Z")}, ownKeys(valley, false))),
		"came":      must(w.Region(&region.Region{Slug: c.Slug, Charter: c, Hosts: []coop.IRI{valley, mill}, Joined: date("2026-01-01T00:00:00Z")}, ownKeys(valley, false))),
		"charters":  must(w.ShareCharters(id, at, valley, base+"/r/"+coop.IRI(c.ID)+"/charters", []coop.IRI{valley + "/members"}, first, prove(must(Mark(c.ID, base+"/actor")), base+"/actor"))),
		"move":      must(w.MoveRegion(id, at, valley, mill)),
		"charter":   first,
		"area":      must(Area(&region.Area{Outline: []region.Ring{{{Lat: 39_469_900, Lon: -376_300}, {Lat: 39_300_000, Lon: -376_300}, {Lat: 39_300_000, Lon: 0}}}})),
		"places":    must(Area(&region.Area{Places: []string{"Russafa", "L’Horta <Sud>"}})),
		"mark":      prove(must(Mark(c.ID, base+"/actor")), base+"/actor"),
		"entry":     entry,
		"admission": admission,
		"vote":      vote,
		"voted":     prove(must(Admission(&a)), valley),
		"offer":     must(w.OfferCoop(id, at, valley, farm, []coop.IRI{"https://mill.example/actor"}, entry)),
		"favour":    must(w.FavourCoop(id, at, mill, farm, []coop.IRI{"https://mill.example/actor"}, vote)),
		"ask":       must(w.AskRegion(id, at, mill, entry)),
		"leave":     must(w.LeaveRegion(id, at, mill, left)),
		"change":    must(w.ChangeEntry(id, at, mill, entry)),
		"accept":    must(w.AcceptJoin(id, at, valley, "https://farm.example/a/7", farm, admission)),
		"reject":    must(w.RejectJoin(id, at, valley, "https://farm.example/a/7", farm, "You are\nin another valley.", admission)),
		"add":       must(w.AddMember(id, at, valley, farm, entry, admission)),
		"remove":    must(w.RemoveMember(id, at, valley, farm, left)),
		"invite":    must(w.InviteCoop(id, at, valley, farm, c.ID)),
		"announce":  must(w.Announce(id, at, valley, "https://farm.example/listings/3", farm)),
		"whole":     must(w.AnnounceWhole(id, at, valley, []byte(`{"@context":"https://www.w3.org/ns/activitystreams","id":"https://farm.example/a/3","type":"Create"}`))),
		"undo":      must(w.UndoAnnounce(base+"/a/2", at, valley, id, "https://farm.example/listings/3")),
		"flag":      must(w.Flag(id, at, []coop.IRI{valley, "https://farm.example/listings/3"}, "Not <true>.\n\nTwice.", []coop.IRI{farm})),
		"words":     must(w.RegionWords(valley+"/words", valley, 2, at.Add(1500*time.Microsecond), valley+"/words?page=1")),
	}
}

// What is carried comes out as it went in, byte for byte.
func TestRegionTalk(t *testing.T) {
	t.Parallel()
	docs := documents(t)
	charters, marks, there := PapersIn(parse(t, docs["region-charters"]))
	if !there || len(charters) != 1 || len(marks) != 1 || string(charters[0].Bytes) != string(docs["region-charter"]) || string(marks[0].Bytes) != string(docs["region-mark"]) {
		t.Errorf("charters: %t, %d and %d", there, len(charters), len(marks))
	}
	if _, _, there := PapersIn(parse(t, docs["region-add"])); there {
		t.Error("papers where there are none")
	}
	line := region.Line{Coop: "https://farm.example/actor", Entry: hashOf("e"), Admission: hashOf("a")}
	spelt, err := RegionLine(line)
	if got, err2 := DecodeRegionLine(parse(t, spelt)); err != nil || err2 != nil || got != line {
		t.Errorf("%+v, %v, %v", got, err, err2)
	}
	if _, err := DecodeRegionLine(parse(t, docs["region-entry"])); coop.ClassOf(err) != coop.Invalid {
		t.Errorf("an entry as a line: %v", err)
	}
	for name, want := range map[string][]string{"ask": {"entry"}, "change": {"entry"}, "add": {"entry", "admission"}, "offer": {"entry"}} {
		o := parse(t, docs["region-"+name])
		got := []string{}
		if e := EntryIn(o); !e.IsZero() {
			got = append(got, string(e.Raw()))
		}
		for _, x := range WordsIn(o) {
			got = append(got, string(x.Raw()))
		}
		all := []string{}
		for _, w := range want {
			all = append(all, string(docs["region-"+w]))
		}
		if d := cmp.Diff(all, got); d != "" {
			t.Errorf("%s: %s", name, d)
		}
	}
	if a, err := DecodeAdmission(parse(t, docs["region-accept"]).Object("result")); err != nil || !a.In {
		t.Errorf("%+v, %v", a, err)
	}
	if v, err := DecodeVote(parse(t, docs["region-favour"]).Object("result")); err != nil || string(v.Bytes) != string(docs["region-vote"]) {
		t.Errorf("%+v, %v", v, err)
	}
	e, err := DecodeEntry(EntryIn(parse(t, docs["region-ask"])))
	if err != nil {
		t.Fatal(err)
	}
	if of, err := RegionIn(parse(t, docs["region-invite"])); err != nil || of != e.Region {
		t.Errorf("invited into %s, %v", of, err)
	}
	if _, err := RegionIn(parse(t, []byte(`{"region":"x"}`))); coop.ClassOf(err) != coop.NotFound {
		t.Error(err)
	}
	if !IsEntry(EntryIn(parse(t, []byte(`{"tl:entry":`+string(docs["region-entry"])+`}`)))) {
		t.Error("by another spelling it is not found")
	}
}

// What a co-op's own actor says of its part.
func TestRegionActors(t *testing.T) {
	t.Parallel()
	docs, now := documents(t), date("2026-10-01T00:00:00Z")
	account := parse(t, docs["region-account"])
	if p, ok := RegionOf(account); !ok || p != (RegionParts{valley + "/charters", valley + "/words", valley + "/members"}) {
		t.Errorf("%+v", p)
	}
	for _, other := range []string{string(docs["actor-coop"]), strings.ReplaceAll(string(docs["region-account"]), `"words":"`+string(base), `"words":"https://evil.example`)} {
		if p, ok := RegionOf(parse(t, []byte(other))); ok {
			t.Errorf("a region: %+v", p)
		}
	}
	actor, key := parse(t, docs["actor-coop-full"]), "z6MkjdTibD9TdyzZcUaTaPzJvRE1S6tf6EcG5Rn4oZiZDxW4"
	retired, _ := DecodeActor(actor)
	for what, got := range map[string][2]bool{
		"the key in use":     {true, SignsBy(actor, key, now)},
		"no key":             {false, SignsBy(actor, "", now)},
		"a key of another":   {false, SignsBy(parse(t, []byte(strings.ReplaceAll(string(docs["actor-coop-full"]), `"controller":"`+string(base), `"controller":"https://evil.example`))), key, now)},
		"a key that expired": {false, SignsBy(actor, oldKey(t, docs["actor-coop-full"]), now)},
		"the region":         {true, TakesPart(actor, hashOf("valley"))},
		"another region":     {false, TakesPart(actor, hashOf("another"))},
		"a co-op":            {true, CoopType(retired.Type)},
		"a person":           {false, CoopType("Person")},
		"a server":           {false, CoopType("Application")},
		"nothing":            {false, CoopType("")},
	} {
		if got[0] != got[1] {
			t.Errorf("%s: %t", what, got[1])
		}
	}
}

// oldKey is the key of an actor that was retired.
func oldKey(t *testing.T, actor []byte) string {
	for _, k := range parse(t, actor).Objects("assertionMethod") {
		if k.Has("expires") {
			return k.Str("publicKeyMultibase")
		}
	}
	t.Fatal("no key was retired")
	return ""
}
