package vocab

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"toadlane/coop"
	"toadlane/handbook"
	"toadlane/internal/limits"
	"toadlane/internal/strictjson"
)

const consentText = "# Consent decision-making {#top}\n\nWe decide by **consent**: rounds, [objections](https://example.org/o), _amendments_.\nSilence is no objection.\n\n- [ ] A round for <questions>\n- [ ] A round for objections\n"

func revision(name, source string, parents ...handbook.RevisionID) handbook.Revision {
	r, err := handbook.NewRevision(name, source, parents...)
	if err != nil {
		panic(err)
	}
	r.IRI, r.Made, r.Enacted = base+"/h/consent/r/"+coop.IRI(r.ID), date("2026-10-01T10:00:00Z"), date("2026-10-02T10:00:00Z")
	return r
}

// consent is a page that says everything that a page can say, and its text in use.
func consent() handbook.Told {
	first := revision("Consent", "Short.\n")
	r := revision("Consent decision-making", consentText, first.ID)
	r.Number, r.Reason, r.By = 2, "Clarify what <counts> as an objection", "secret-poster"
	r.Decision = &handbook.Result{Method: handbook.Ratified, Passed: true, At: date("2026-10-02T10:00:00Z"), Tally: &handbook.Tally{},
		Ratification: &handbook.Ratification{On: date("2026-09-30T00:00:00Z"), Passed: true, Words: "27 secret-poster", Minutes: "https://bakery.example/minutes/9", Shared: true}}
	mill := revision("Consent", "At the mill.\n")
	p := handbook.Protocol{ID: "p", IRI: base + "/h/consent", Slug: "consent", Kind: handbook.Practice, Name: r.Name, Language: "en", Licence: "CC-BY-SA-4.0",
		Circle: "Assembly", Story: "Learnt at the mill.\nTried for a year.", Status: handbook.InUse, InUse: r.ID, Latest: r.ID, Number: 2,
		Review: date("2027-10-01T00:00:00Z"), Reviewed: date("2026-10-02T10:00:00Z"),
		Origin:  handbook.Origin{Page: "https://mill.example/h/consent", Revision: mill.ID, Home: "https://mill.example/actor", Name: "Consent at the mill", Changes: "Fewer rounds"},
		Created: date("2026-09-01T10:00:00Z"), Updated: date("2026-10-02T10:00:00Z")}
	return handbook.Told{Protocol: p, Revision: r}
}

func parentsOf(r handbook.Revision) (out []coop.IRI) {
	for _, id := range r.Parents {
		out = append(out, RevisionIRI(base+"/h/consent", id))
	}
	return out
}

// adopted is an adoption of ours of a page of the farm.
func adopted() (handbook.Used, Mention) {
	r := revision("Fair pay", "Ten.\n")
	a := handbook.Adoption{ID: "n1", IRI: base + "/n/1", Page: "https://farm.example/h/fair-pay", Home: "https://farm.example/actor", Name: "Fair <pay>", Revision: r.ID,
		Manner: handbook.Adapted, Ours: "p", Changes: "Eleven in winter", Since: date("2026-10-03T10:00:00Z"), Public: true, Met: []int{1, 3},
		Evidence: "https://bakery.example/pay", Checked: date("2026-10-03T00:00:00Z")}
	return handbook.Used{Adoption: a, Page: handbook.Protocol{IRI: a.Page, Home: a.Home, Name: "Fair <pay>", URL: "https://farm.example/handbook/fair-pay"}},
		Mention{IRI: a.Home, Handle: "@farm@farm.example"}
}

// handbookDocuments is everything the handbook can write, once each.
func handbookDocuments(w Writer, at time.Time, must func([]byte, error) []byte) map[string][]byte {
	t := consent()
	retired := consent()
	retired.Protocol.Status, retired.Protocol.Language, retired.Protocol.Origin = handbook.Retired, "es", handbook.Origin{}
	shared := revision("Fair pay", "Eleven.\n", t.Revision.ID)
	shared.Shared, shared.Enacted, shared.Reason = true, time.Time{}, ""
	used, farm := adopted()
	asItIs := used
	asItIs.Adoption.Manner, asItIs.Adoption.Ours, asItIs.Adoption.Changes, asItIs.Adoption.Met, asItIs.Adoption.Evidence = handbook.AsItIs, "", "", nil, ""
	own := used
	own.Adoption.Page, own.Adoption.Home, own.Adoption.Manner, own.Adoption.Ours, own.Adoption.Changes = t.Protocol.IRI, "", handbook.AsItIs, "", ""
	own.Page = t.Protocol
	id, offer := base+"/a/1", coop.IRI("https://farm.example/a/80")
	return map[string][]byte{
		"page":          must(w.Protocol(t)),
		"page-entry":    must(w.ProtocolEntry(retired)),
		"page-create":   must(w.CreateProtocol(id, at, t)),
		"page-update":   must(w.UpdateProtocol(id, at, t)),
		"revision":      must(w.Revision(t.Protocol, t.Revision, parentsOf(t.Revision))),
		"revision-give": must(w.Revision(t.Protocol, shared, []coop.IRI{"https://mill.example/h/consent/r/" + coop.IRI(t.Revision.ID)})),
		"adoption":      must(w.Adoption(own, Mention{})),
		"adopt-create":  must(w.CreateAdoption(id, at, asItIs, farm)),
		"adopt-update":  must(w.UpdateAdoption(id, at, used, farm)),
		"change-offer":  must(w.OfferChange(id, at, shared.IRI, "https://farm.example/h/fair-pay", farm.IRI, "Winter is <cold>")),
		"change-accept": must(w.AcceptChange(id, at, offer, farm.IRI, shared.IRI)),
		"change-reject": must(w.RejectChange(id, at, offer, farm.IRI, "We eat too.\nAsk again.")),
	}
}

// What is written is read as it was.
func TestHandbookThereAndBack(t *testing.T) {
	t.Parallel()
	w, told := writer(), consent()
	must := func(b []byte, err error) strictjson.Object {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return parse(t, b)
	}
	p, ok, err := DecodeProtocol(must(w.Protocol(told)), w.At.Coop(), now)
	want := told.Protocol
	want.ID, want.Home, want.URL, want.Origin.Home = "", w.At.Coop(), string(base)+"/handbook/consent", ""
	if d := cmp.Diff(want, p); !ok || err != nil || d != "" {
		t.Errorf("page: %t, %v %s", ok, err, d)
	}
	entry, _, err := DecodeProtocol(must(w.ProtocolEntry(told)), w.At.Coop(), now)
	if d := cmp.Diff(want, entry); err != nil || d != "" {
		t.Errorf("an entry says as much: %v %s", err, d)
	}
	r, err := DecodeRevision(must(w.Revision(told.Protocol, told.Revision, parentsOf(told.Revision))), now)
	kept := told.Revision
	kept.Home, kept.By, kept.Decision = w.At.Coop(), "", &handbook.Result{Method: handbook.Ratified, Passed: true, At: date("2026-09-30T00:00:00Z"),
		Ratification: &handbook.Ratification{On: date("2026-09-30T00:00:00Z"), Passed: true, Minutes: "https://bakery.example/minutes/9", Shared: true}}
	if d := cmp.Diff(Revision{Revision: kept, Of: told.Protocol.IRI, Before: parentsOf(told.Revision)}, r); err != nil || d != "" {
		t.Errorf("revision: %v %s", err, d)
	}
	u, farm := adopted()
	a, ok, err := DecodeAdoption(taken(t, must(w.CreateAdoption(base+"/a/1", now, u, farm))).Object, w.At.Coop(), now)
	said := u.Adoption
	said.ID, said.Coop, said.Ours = "", w.At.Coop(), ""
	if d := cmp.Diff(said, a); !ok || err != nil || d != "" {
		t.Errorf("adoption: %t, %v %s", ok, err, d)
	}
}

// Whatever its length, an activity stays below what the smallest inbox takes, a text whole below what a proof covers, and both say where to read on.
func TestHandbookKeepsItsLimits(t *testing.T) {
	t.Parallel()
	w, told := writer(), consent()
	told.Protocol.Story, told.Protocol.Origin.Changes = strings.Repeat("ه", handbook.MaxStory), strings.Repeat("م", handbook.MaxChanges)
	for name, source := range map[string]string{"long": strings.Repeat("Ten <coins>, \"eleven\".\n\n", 20_000), "one line": strings.Repeat("x", 500_000) + "\n", "quotes": strings.Repeat("\"<&>", 30_000) + "\n",
		"short of it": strings.Repeat("Ten.\n\n", 8_000), "tables": strings.Repeat("| a | b |\n|---|---|\n", 5_000)} {
		r := revision(told.Protocol.Name, source)
		told.Revision, told.Protocol.InUse, told.Protocol.Latest = r, r.ID, r.ID
		doc, err := w.UpdateProtocol(base+"/a/1", now, told)
		if err != nil || len(doc)+len(HandbookContext)+600 > limits.ActivityBytes {
			t.Errorf("%s: an activity of %d bytes, %v", name, len(doc), err)
			continue
		}
		o := taken(t, parse(t, doc)).Object
		if o.Has("source") || !strings.Contains(o.Str("content"), string(base)+"/handbook/consent") || o.Has("proof") {
			t.Errorf("%s: %.300s", name, o.Raw())
		}
		whole, err := w.Revision(told.Protocol, r, nil)
		if err != nil || len(whole)+2*len(HandbookContext) > int(limits.ProofDocumentBytes) {
			t.Errorf("%s: a text of %d bytes, %v", name, len(whole), err)
			continue
		}
		back, err := strictjson.ParseStrings(whole, limits.RevisionString)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if got, err := DecodeRevision(back, now); err != nil || got.Source != source {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestHandbookPrivateIsNotWritten(t *testing.T) {
	t.Parallel()
	w := writer()
	class := func(name string, err error, want coop.Class) {
		t.Helper()
		if err == nil || coop.ClassOf(err) != want {
			t.Errorf("%s: %v", name, err)
		}
	}
	draft := consent()
	draft.Protocol.Status = handbook.Draft
	_, err := w.Protocol(draft)
	class("a draft", err, coop.NotFound)
	theirs := consent()
	theirs.Protocol.Home = "https://farm.example/actor"
	_, err = w.CreateProtocol(base+"/a/1", now, theirs)
	class("a neighbour's", err, coop.Forbidden)
	proposed := consent()
	proposed.Revision.Enacted = time.Time{}
	_, err = w.Revision(proposed.Protocol, proposed.Revision, nil)
	class("a text that was only proposed", err, coop.NotFound)
	u, farm := adopted()
	u.Adoption.IRI = ""
	_, err = w.Adoption(u, farm)
	class("a quiet adoption", err, coop.Forbidden)
	u.Adoption.IRI, u.Adoption.Manner = base+"/n/1", handbook.Link
	_, err = w.Adoption(u, farm)
	class("a link", err, coop.Forbidden)
}

// A text that is not what it says it is, whatever of it is changed.
func TestForgedRevisions(t *testing.T) {
	t.Parallel()
	w, told := writer(), consent()
	doc, err := w.Revision(told.Protocol, told.Revision, parentsOf(told.Revision))
	if err != nil {
		t.Fatal(err)
	}
	other := string(revision("Other", "Other.\n").ID)
	for name, c := range map[string]struct{ old, new, key string }{
		"another word":          {`Silence is no objection.\n`, `Silence is an objection.\n`, "revision.forged"},
		"another title":         {`"name":"Consent decision-making"`, `"name":"Consent"`, "revision.forged"},
		"a space at its end":    {`"name":"Consent decision-making"`, `"name":"Consent decision-making "`, "revision.forged"},
		"another parent":        {`/r/` + string(told.Revision.Parents[0]), `/r/` + other, "revision.forged"},
		"no parent":             {`"parents":["` + string(parentsOf(told.Revision)[0]) + `"]`, `"parents":[]`, "revision.forged"},
		"three parents":         {`"parents":[`, `"parents":["https://a.example/h/a/r/` + other + `","https://b.example/h/a/r/` + other + `",`, "activity.invalid"},
		"another digest":        {`"digestMultibase":"` + string(told.Revision.ID), `"digestMultibase":"` + other, "revision.forged"},
		"another page":          {`"revisionOf":"` + string(base) + `/h/consent"`, `"revisionOf":"` + string(base) + `/h/other"`, "activity.invalid"},
		"another's page":        {`"attributedTo":"` + string(base), `"attributedTo":"https://farm.example`, "origin.differs"},
		"nobody's":              {`"attributedTo":"`, `"attributedTo2":"`, "activity.invalid"},
		"no text":               {`"source":{`, `"source2":{`, "revision.cut"},
		"HTML":                  {`"mediaType":"text/markdown"`, `"mediaType":"text/html2"`, "activity.invalid"},
		"an id that is no hash": {`/r/` + string(told.Revision.ID) + `"`, `/r/zQm4"`, "activity.invalid"},
		"its line ends":         {`Silence is no objection.\n`, `Silence is no objection.\r\n`, "revision.forged"},
	} {
		bad := strings.Replace(string(doc), c.old, c.new, 1)
		if bad == string(doc) {
			t.Errorf("%s: nothing changed", name)
			continue
		}
		if _, err := DecodeRevision(parse(t, []byte(bad)), now); err == nil || coop.KeyOf(err) != c.key {
			t.Errorf("%s: %v, want %s", name, err, c.key)
		}
	}
}

// Other software may leave most of it out, and what is nonsense in details is left out here.
func TestDecodeProtocolIsLiberal(t *testing.T) {
	t.Parallel()
	id := revision("A", "A.\n").ID
	at := fmt.Sprintf("https://a.example/h/x/r/%s", id)
	page := func(more string) string {
		return `{"id":"https://a.example/h/x","type":"Article","attributedTo":"https://a.example/u","name":"A","to":"as:Public","tl:latestRevision":{"id":"` + at + `"}` + more + `}`
	}
	p, ok, err := DecodeProtocol(parse(t, []byte(page(`,"kind":"spell","status":"draft","version":-4,"forkedFrom":"https://a.example/h/x/r/`+string(id)+`","published":"2999-01-01T00:00:00Z","story":7,"reviewBy":"2027-01-01","license":"https://spdx.org/licenses/CC0-1.0.html"`))), "https://a.example/u", now)
	if !ok || err != nil || p.Kind != handbook.Practice || p.Status != handbook.InUse || p.Number != 0 || p.Origin.Page != "" || p.Created.After(now.Add(time.Hour)) || p.Latest != id ||
		p.Story != "" || p.Licence != "CC0-1.0" || p.Slug != "x" || p.URL != "https://a.example/h/x" || !p.Review.Equal(date("2027-01-01T00:00:00Z")) {
		t.Errorf("%+v, %t, %v", p, ok, err)
	}
	for name, c := range map[string]struct {
		doc  string
		ok   bool
		want coop.Class
	}{
		"a post":                 {strings.Replace(page(""), "tl:latestRevision", "x", 1), false, 0},
		"a revision":             {page(`,"revisionOf":"https://a.example/h/y"`), false, 0},
		"for followers":          {strings.Replace(page(""), `"as:Public"`, `"https://a.example/u/followers"`, 1), true, coop.Forbidden},
		"another's":              {strings.Replace(page(""), "https://a.example/u", "https://b.example/u", 1), true, coop.Forbidden},
		"of another origin":      {strings.Replace(page(""), `"id":"https://a.example/h/x"`, `"id":"https://b.example/h/x"`, 1), true, coop.Forbidden},
		"a text elsewhere":       {strings.Replace(page(""), "https://a.example/h/x/r/", "https://b.example/h/x/r/", 1), true, coop.Invalid},
		"a text of another page": {strings.Replace(page(""), "https://a.example/h/x/r/", "https://a.example/h/y/r/", 1), true, coop.Invalid},
		"a text that is no hash": {strings.Replace(page(""), string(id), "zQm4", 1), true, coop.Invalid},
		"no name":                {strings.Replace(page(""), `"name":"A"`, `"name":" "`, 1), true, coop.Invalid},
		"attributed to two":      {strings.Replace(page(""), `"https://a.example/u"`, `["https://a.example/u","https://b.example/u"]`, 1), true, coop.Invalid},
	} {
		if _, ok, err := DecodeProtocol(parse(t, []byte(c.doc)), "https://a.example/u", now); ok != c.ok || (err == nil) == c.ok || err != nil && coop.ClassOf(err) != c.want {
			t.Errorf("%s: %t, %v", name, ok, err)
		}
	}
}

func TestTeaser(t *testing.T) {
	t.Parallel()
	for source, want := range map[string]string{
		consentText: "We decide by consent: rounds, objections, amendments. Silence is no objection.",
		"":          "", "# Only a title\n": "", "```\ncode\n```\n\nWords.\n": "Words.", "- a\n- b\n\nThen this.\n": "Then this.", "snake_case stays\n": "snake_case stays",
		"**Bold** first\n": "Bold first", "[A link](https://a.example) first\n": "A link first", "<script>x</script>\n\nok\n": "ok", "a <b>b</b>\n": "a b",
	} {
		if got := teaser(source, 400); got != want {
			t.Errorf("%q: %q", source, got)
		}
	}
	if got := teaser(strings.Repeat("word ", 200), 22); got != "word word word word…" {
		t.Errorf("%q", got)
	}
}

func FuzzDecodeHandbook(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, b []byte) {
		o, err := strictjson.Parse(b)
		if err != nil {
			return
		}
		home, _ := o.IRI("attributedTo")
		if p, ok, err := DecodeProtocol(o, home, now); ok && err == nil {
			page, id, split := SplitRevision(RevisionIRI(p.IRI, p.Latest))
			if p.Home != home || !coop.SameOrigin(p.IRI, home) || page != p.IRI || id != p.Latest || !split || p.Name == "" || len([]rune(p.Name)) > handbook.MaxName || p.Updated.After(now.Add(time.Hour)) || p.Status == handbook.Draft {
				t.Errorf("%+v", p)
			}
		}
		if r, err := DecodeRevision(o, now); err == nil {
			if err := r.Verify(); err != nil || !coop.SameOrigin(r.IRI, r.Home) || len(r.Before) != len(r.Parents) || r.Made.After(now.Add(time.Hour)) {
				t.Errorf("%+v, %v", r, err)
			}
		}
		if a, ok, err := DecodeAdoption(o, home, now); ok && err == nil {
			if a.Coop != home || !coop.SameOrigin(a.IRI, home) || len(a.Met) > handbook.MaxTasks || a.Page == "" || a.Revision == "" {
				t.Errorf("%+v", a)
			}
		}
		if at := HandbookOf(o); at != "" {
			if id, _ := o.ID(); !coop.SameOrigin(at, id) {
				t.Errorf("%s of %s", at, id)
			}
		}
		_ = Reason(o)
	})
}
