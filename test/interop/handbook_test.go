package interop

import (
	"strings"
	"testing"
	"time"

	"toadlane/coop"
	"toadlane/federation/vocab"
	"toadlane/handbook"
	"toadlane/internal/testrig"
)

// written is a page of a co-op's handbook that came into use some days ago.
func written(t *testing.T, c *testrig.Coop, days int, name, source string) handbook.Protocol {
	t.Helper()
	then := *c.Handbook
	now := then.Now().AddDate(0, 0, -days)
	then.Now = func() time.Time { return now }
	p, err := then.StartProtocol(t.Context(), c.Steward, handbook.Start{Name: name, Kind: handbook.Standard, Language: "en", Licence: "CC-BY-SA-4.0", Circle: "Delivery", Story: "With the riders."})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := then.WriteRevision(t.Context(), c.Steward, p.ID, handbook.Writing{Name: name, Source: source}); err != nil {
		t.Fatal(err)
	}
	if p, err = then.BringIntoUse(t.Context(), c.Steward, p.ID); err != nil {
		t.Fatal(err)
	}
	c.Federation.Wake()
	return p
}

// TestFedifyHandbook lets a real Fedify server read pages, texts and uses of pages, verify their proofs, and hear of a new text.
func TestFedifyHandbook(t *testing.T) {
	t.Parallel()
	p := startPeer(t)
	rig := testrig.New(t, "bakery", "mill")
	bakery, mill := rig.Coop("bakery"), rig.Coop("mill")
	ctx := t.Context()
	read := func(iri coop.IRI, class, proof string) answer {
		t.Helper()
		got := p.call("fetch", answer{"url": string(iri)})
		if as := got.at("readAs"); as["class"] != class || as["error"] != nil {
			t.Errorf("%s is read as %v", iri, as)
		}
		if got["proof"] != proof {
			t.Errorf("%s: proof %v, want %s: %v", iri, got["proof"], proof, got["proofDetail"])
		}
		return got
	}

	t.Log("alice reads a page and its text")
	pay := written(t, bakery, 3, "Fair pay – Löhne", "An hour is an hour.\n\n- [ ] Rain counts\n")
	page := read(pay.IRI, "Article", "none")
	as := page.at("readAs")
	if as["name"] != "Fair pay – Löhne" || as["sourceType"] != "text/markdown" || !strings.Contains(str(as["content"]), "An hour is an hour.") ||
		as["url"] != string(bakery.Base)+"/handbook/"+pay.Slug || as["attributedTo"] != string(bakery.Base)+"/actor" || !strings.Contains(str(as["summary"]), "Version 1") {
		t.Errorf("the page: %v", as)
	}
	first := vocab.RevisionIRI(pay.IRI, pay.InUse)
	if page.at("json")["latestRevision"] != string(first) {
		t.Errorf("the latest text is %v", page.at("json")["latestRevision"])
	}
	text := read(first, "Article", "valid")
	if as := text.at("readAs"); as["source"] != "An hour is an hour.\n\n- [ ] Rain counts\n" {
		t.Errorf("the text: %v", as)
	}
	if j := text.at("json"); j["digestMultibase"] != string(pay.InUse) || j["revisionOf"] != string(pay.IRI) {
		t.Errorf("the text: %v", j)
	}

	t.Log("as a follower she is told of a page, and of a new text of one, signed and proved")
	p.call("follow", answer{"actor": bakery.Handle()})
	p.arrived("Accept", "", "none")
	rain := written(t, bakery, 0, "Rain", "Rain is paid.\n")
	if a := p.arrived("Create", string(rain.IRI), "valid"); a.at("objectReadAs")["class"] != "Article" || a.at("objectReadAs")["source"] != "Rain is paid.\n" {
		t.Errorf("Create of %v, read as %v", a["object"], a["objectReadAs"])
	}
	_, err := bakery.Handbook.OpenMotion(ctx, bakery.Steward, pay.ID, handbook.Writing{Base: pay.InUse, Name: pay.Name, Source: "An hour is an hour, in the rain too.\n", Reason: "It rained"},
		handbook.Opening{Method: handbook.Ratified, Ratification: &handbook.Ratification{On: bakery.Now(), Passed: true, Words: "All for", Minutes: "https://bakery.example/minutes", Shared: true}})
	if err != nil {
		t.Fatal(err)
	}
	bakery.Federation.Wake()
	a := p.arrived("Update", string(pay.IRI), "valid")
	if as := a.at("objectReadAs"); as["class"] != "Article" || as["source"] != "An hour is an hour, in the rain too.\n" || !strings.Contains(str(as["summary"]), "Version 2") {
		t.Errorf("Update read as %v", as)
	}
	second, _ := a.at("object")["latestRevision"].(string)
	text = read(coop.IRI(second), "Article", "valid")
	if j := text.at("json"); str(j["parents"]) != string(first)+" " || text.at("json", "decided")["method"] != "ratified" {
		t.Errorf("the second text: %v", j)
	}
	read(first, "Article", "valid") // what was stays as it was

	t.Log("she is told that the co-op goes by a neighbour's page, and reads the note")
	leave := written(t, mill, 3, "Leave", "Ask early.\n")
	bakery.Follow(mill)
	theirs, err := bakery.Handbook.ProtocolByIRI(ctx, bakery.Steward, leave.IRI)
	if err != nil {
		t.Fatal(err)
	}
	use, err := bakery.Handbook.Adopt(ctx, bakery.Steward, theirs.ID, handbook.Adopting{Public: true})
	if err != nil {
		t.Fatal(err)
	}
	bakery.Federation.Wake()
	a = p.arrived("Create", string(use.IRI), "valid")
	if o := a.at("object"); o["adopts"] != string(vocab.RevisionIRI(leave.IRI, leave.InUse)) || a.at("objectReadAs")["class"] != "Note" {
		t.Errorf("the note: %v, read as %v", o, a["objectReadAs"])
	}
	note := read(use.IRI, "Note", "valid")
	if !strings.Contains(str(note.at("readAs")["content"]), "Leave") || note.at("json")["adopts"] != string(vocab.RevisionIRI(leave.IRI, leave.InUse)) {
		t.Errorf("the note by itself: %v", note)
	}

	t.Log("the handbook as a collection")
	if c := p.call("collection", answer{"url": string(bakery.Base) + "/actor/handbook"}); c["totalItems"] != float64(2) {
		t.Errorf("the handbook: %v", c)
	}
	if c := p.call("collection", answer{"url": string(pay.IRI) + "/revisions"}); c["totalItems"] != float64(2) {
		t.Errorf("its texts: %v", c)
	}
}
