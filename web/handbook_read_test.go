package web_test

import (
	"encoding/xml"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"toadlane/coop"
	"toadlane/handbook"
)

// written starts a page with a text; inUse brings it into use.
func (r *rig) written(name, source string, inUse bool, change func(*handbook.Start)) handbook.Protocol {
	r.t.Helper()
	by := coop.Member(r.sten.ID, coop.RoleSteward)
	in := handbook.Start{Name: name, Kind: handbook.Rule, Language: "en"}
	if change != nil {
		change(&in)
	}
	h := r.cfg.Handbook
	p, err := h.StartProtocol(r.t.Context(), by, in)
	if err != nil {
		r.t.Fatal(err)
	}
	if source != "" {
		if _, err := h.WriteRevision(r.t.Context(), by, p.ID, handbook.Writing{Name: name, Source: source, Reason: "It begins."}); err != nil {
			r.t.Fatal(err)
		}
	}
	if inUse {
		if _, err := h.BringIntoUse(r.t.Context(), by, p.ID); err != nil {
			r.t.Fatal(err)
		}
	}
	if p, err = h.ProtocolByID(r.t.Context(), by, p.ID); err != nil {
		r.t.Fatal(err)
	}
	return p
}

const payText = "# Pay\n\nEverybody gets the same for an hour.\n\n## Who\n\nAll members.\n\n## Nights {#nights}\n\nAn hour at night counts as two.\n\n## Example\n\nAda works three hours.\n\n- [ ] Write hours down\n- [x] Ask: who checks?\n"

func TestHandbookContents(t *testing.T) {
	t.Parallel()
	r := founded(t, "https://bakery.example", nil)
	stranger, ada, sten := r.browser(), r.signedIn("ada"), r.signedIn("sten")
	stranger.get("/handbook").want(http.StatusOK).says("No published protocols yet").says("When this co-op publishes")
	ada.get("/handbook").want(http.StatusOK).says("Any member can begin a page")
	sten.get("/handbook").want(http.StatusOK).says("bring it into use when it is agreed")
	r.written("Pay", payText, true, nil)
	r.written("Secret plan", "Nobody outside reads this.\n", false, nil)
	r.written("Wages of care", "Care counts.\n", true, func(in *handbook.Start) { in.Kind = handbook.Pledge })
	a := stranger.get("/handbook").want(http.StatusOK).says("Pay").says("Wages of care").saysNot("Secret plan")
	if strings.Index(a.body, `id="kind-rule"`) > strings.Index(a.body, `id="kind-pledge"`) || !strings.Contains(a.body, `id="kind-rule"`) {
		t.Error("not by kind")
	}
	ada.get("/handbook").says("Secret plan").says("Being written")
	stranger.get("/").says("Handbook")
	stranger.get("/about").says("How Tin & Thyme <Bakery> does things")
}

func TestHandbookPage(t *testing.T) {
	t.Parallel()
	r := founded(t, "https://bakery.example", nil)
	p := r.written("Pay", payText, true, func(in *handbook.Start) { in.Circle = "Money circle"; in.Story = "After Wang’s talk." })
	stranger, ada := r.browser(), r.signedIn("ada")
	a := stranger.get("/handbook/pay").want(http.StatusOK).says("Everybody gets the same").says("In use").says("Version 1").says("Money circle").says("After Wang’s talk.").
		says("CC BY-SA 4.0").says("Nobody else has said so yet").says("Worked example").says("1 thing to check").says("1 of 1 question answered").says("On this page")
	for _, want := range []string{`<h2 id="who">Who</h2>`, `<h2 id="nights">Nights</h2>`, `href="#nights"`, `href="/handbook/pay/v1"`, `☐`} {
		if !strings.Contains(a.body, want) {
			t.Errorf("no %s in %s", want, a.body)
		}
	}
	if strings.Count(a.body, "<h1") != 1 || strings.Contains(a.body, "{#nights}") || strings.Contains(a.body, "I have read this") {
		t.Error("more than one title, a bare anchor, or a stranger is asked whether they have read it")
	}
	checkPolicy(t, "page", a.body)
	stranger.get("/handbook/pay/v1").want(http.StatusOK).says("Pay, version 1")
	stranger.get("/handbook/pay/r/" + string(p.InUse)).want(http.StatusOK)
	for _, path := range []string{"/handbook/pay/v2", "/handbook/pay/r/zQmNothing", "/handbook/none", "/handbook/pay/v0"} {
		stranger.get(path).want(http.StatusNotFound)
	}
	ada.get("/handbook/pay").says("I have read this")
	ada.post("/handbook/pay/read", url.Values{"revision": {string(p.InUse)}}).want(http.StatusSeeOther)
	ada.get("/handbook/pay").says("You read this on").saysNot("I have read this</button>")
	if a := stranger.post("/handbook/pay/read", url.Values{"revision": {string(p.InUse)}}); a.status != http.StatusUnauthorized {
		t.Errorf("a stranger marks as read: %d", a.status)
	}
}

// Drafts are the members' own: not in contents, search, feeds, print or by their addresses.
func TestHandbookDraftsStayInside(t *testing.T) {
	t.Parallel()
	r := founded(t, "https://bakery.example", nil)
	p := r.written("Hush", "The unspoken word is frobnicate.\n", false, nil)
	stranger, ada := r.browser(), r.signedIn("ada")
	for _, path := range []string{"/handbook", "/handbook/search?q=frobnicate", "/handbook/search?q=hush&whose=theirs", "/handbook/print", "/handbook/changes.atom", "/handbook/review.ics"} {
		if a := stranger.get(path).want(http.StatusOK); strings.Contains(a.body, "Hush") || strings.Contains(a.body, "unspoken") {
			t.Errorf("%s tells of a draft", path)
		}
	}
	for _, path := range []string{"", "/v1", "/r/" + string(p.Latest), "/history", "/diff", "/lineage"} {
		stranger.get("/handbook/hush" + path).want(http.StatusNotFound)
		ada.get("/handbook/hush" + path).want(http.StatusOK)
	}
	ada.get("/handbook/search?q=frobnicate").says("Hush")
	// The feeds are the same for a member.
	if a := ada.get("/handbook/changes.atom"); strings.Contains(a.body, "Hush") {
		t.Error("the feed tells of a draft")
	}
}

// What somebody wrote can't act, whatever it is, and takes no time.
func TestHandbookHostileMarkdown(t *testing.T) {
	t.Parallel()
	r := founded(t, "https://bakery.example", nil)
	ada := r.browser()
	texts := map[string]string{
		"script":  "Hello.\n\n<script>alert(1)</script>\n\n<img src=x onerror=alert(1)>\n\n<svg/onload=alert(1)>\n\nEnd <b onclick=x>bold</b>.\n",
		"links":   "Hello. [a](javascript:alert(1)) [b](JaVaScRiPt:x) [c](data:text/html,x) [d](//evil.example/x) [e](/logout) ![f](https://evil.example/t.gif) <javascript:alert(1)>\n\n[g]: vbscript:x\n[g]\n",
		"ids":     "Hello.\n\n# Content\n\n# I book\n\n# \"><script>alert(1)</script>\n\n# F q {#\"><script>}\n\n## Display\n",
		"depth":   strings.Repeat(">", 5000) + " Hello.\n\n" + strings.Repeat("- ", 3000) + "deep\n\n" + strings.Repeat("*a **b ", 3000) + "\n",
		"bracket": "Hello.\n\n" + strings.Repeat("[", 30000) + "\n\n" + strings.Repeat("![", 9000) + strings.Repeat("](x)", 9000) + "\n",
		"table":   "Hello.\n\n|" + strings.Repeat(" a |", 300) + "\n|" + strings.Repeat("---|", 300) + "\n" + strings.Repeat("|"+strings.Repeat(" b |", 300)+"\n", 60),
		"ticks":   "Hello.\n\n" + strings.Repeat("`", 20000) + "\n" + strings.Repeat("` ``", 4000) + "\n",
		"rules":   "Hello.\n\n### Three\n\n# One\n\n##### Five\n",
	}
	for name, source := range texts {
		r.written("Bad "+name, source, true, nil)
		begin := time.Now()
		a := ada.get("/handbook/bad-" + name).want(http.StatusOK).says("Hello.")
		if d := time.Since(begin); d > 5*time.Second {
			t.Errorf("%s took %v", name, d)
		}
		checkPolicy(t, name, a.body)
		root, err := html.Parse(strings.NewReader(a.body))
		if err != nil {
			t.Fatal(err)
		}
		for n := range root.Descendants() {
			if n.Data == "article" && n.Type == html.ElementNode {
				level := 1
				for c := range n.Descendants() {
					if c.Type != html.ElementNode {
						continue
					}
					switch c.Data {
					case "script", "img", "svg", "iframe", "form", "input", "style", "object", "video":
						t.Errorf("%s: <%s>", name, c.Data)
					case "a":
						h := strings.ToLower(attr(c, "href"))
						if !strings.HasPrefix(h, "https://") && !strings.HasPrefix(h, "http://") && !strings.HasPrefix(h, "#") && !strings.HasPrefix(h, "/handbook/") {
							t.Errorf("%s: a link to %q", name, h)
						}
					case "h1":
						t.Errorf("%s: a second title", name)
					case "h2", "h3", "h4", "h5", "h6":
						if l := int(c.Data[1] - '0'); l > level+1 {
							t.Errorf("%s: from %d to %d", name, level, l)
						} else {
							level = l
						}
					}
				}
			}
		}
	}
}

// A heading keeps its anchor also where a pictogram has that name; only the ids of pictograms and of the frame are taken.
func TestHandbookHeadingsNamedLikePictograms(t *testing.T) {
	t.Parallel()
	r := founded(t, "https://bakery.example", nil)
	r.written("Work", "# Work\n\n## Care\n\nCounts.\n\n## House\n\nOurs.\n\n## Taken {#i-care}\n\n## Frame {#content}\n\n## Free {#i-nothing}\n", true, nil)
	a := r.browser().get("/handbook/work").want(http.StatusOK)
	for _, want := range []string{`<h2 id="care">Care</h2>`, `<h2 id="house">House</h2>`, `href="#care"`, `<h2>Taken</h2>`, `<h2>Frame</h2>`, `<h2 id="i-nothing">Free</h2>`} {
		if !strings.Contains(a.body, want) {
			t.Errorf("no %s in %s", want, a.body)
		}
	}
}

func TestHandbookGlossary(t *testing.T) {
	t.Parallel()
	r := founded(t, "https://bakery.example", nil)
	r.written("Glossary", "# Glossary\n\n## Circle\n\nPeople who do one thing.\n\n## Consent\n\nNobody stands in the way.\n", true, nil)
	r.written("Meeting", "# Meeting\n\nA circle meets. The circle decides by **consent**. Circles and encircled are other words.\n\n`circle`\n\n## Consent round\n\nSee [the circle](https://example.org/).\n", true, nil)
	a := r.browser().get("/handbook/meeting").want(http.StatusOK)
	for _, want := range []string{`A <a href="/handbook/glossary#circle">circle</a> meets. The circle decides`, `<strong><a href="/handbook/glossary#consent">consent</a></strong>`} {
		if !strings.Contains(a.body, want) {
			t.Errorf("no %s in %s", want, a.body)
		}
	}
	if n := strings.Count(a.body, "/handbook/glossary#circle"); n != 1 {
		t.Errorf("%d links to circle", n)
	}
	if a := r.browser().get("/handbook/glossary"); strings.Contains(a.body, `/handbook/glossary#`) {
		t.Error("the glossary links to itself")
	}
}

func TestHandbookDiff(t *testing.T) {
	t.Parallel()
	r := founded(t, "https://bakery.example", nil)
	p := r.written("Pay", payText, false, nil)
	by := coop.Member(r.sten.ID, coop.RoleSteward)
	if _, err := r.cfg.Handbook.WriteRevision(t.Context(), by, p.ID, handbook.Writing{Base: p.Latest, Name: "Fair pay", Reason: "Nights are hard.",
		Source: strings.Replace(strings.Replace(payText, "counts as two", "counts as three", 1), "## Who", "## Who is paid", 1) + "\n## More\n\nNew.\n"}); err != nil {
		t.Fatal(err)
	}
	ada := r.signedIn("ada")
	for _, view := range []string{"side", "inline"} {
		a := ada.get("/handbook/pay/diff?from=1&to=2&view=" + view).want(http.StatusOK).says("Added:").says("Removed:").says("New heading").says("More").says("Nights are hard.").
			says("Fair pay").says("lines added")
		for _, want := range []string{"<mark>three</mark>", "<mark>two</mark>", "<ins", "<del"} {
			if !strings.Contains(a.body, want) {
				t.Errorf("%s: no %s in %s", view, want, a.body)
			}
		}
		checkPolicy(t, view, a.body)
	}
	ada.get("/handbook/pay/diff?from=2&to=2").says("The two texts are the same")
	ada.get("/handbook/pay/diff").want(http.StatusOK)
	ada.get("/handbook/pay/diff?from=1&to=7").want(http.StatusNotFound)
	ada.get("/handbook/pay/history").says("Version 2").says("Nights are hard.").says("Compare")
	r.browser().get("/handbook/pay/diff?from=1&to=2").want(http.StatusNotFound)
}

func TestHandbookReading(t *testing.T) {
	t.Parallel()
	r := founded(t, "https://bakery.example", nil)
	ada, sten := r.signedIn("ada"), r.signedIn("sten")
	ada.get("/handbook/reading").says("Nothing to read")
	p := r.written("Welcome", "Read me.\n", true, nil)
	by := coop.Member(r.sten.ID, coop.RoleSteward)
	if _, err := r.cfg.Handbook.ChangeSettings(t.Context(), by, p.ID, handbook.Settings{Slug: p.Slug, Kind: p.Kind, Language: p.Language, Licence: p.Licence, Reading: true}); err != nil {
		t.Fatal(err)
	}
	ada.get("/handbook").says("1 page is waiting for you to read it")
	ada.get("/handbook/reading").says("1 page left to read").saysNot("How many have read it")
	ada.post("/handbook/welcome/read", url.Values{"revision": {string(p.InUse)}, "back": {"reading"}}).want(http.StatusSeeOther)
	ada.get("/handbook/reading").says("0 pages left to read").says("You read this on")
	sten.get("/handbook/reading").says("1 of 2").saysNot("Ada")
}

func TestHandbookFeeds(t *testing.T) {
	t.Parallel()
	r := founded(t, "https://bakery.example", nil)
	p := r.written("Pay; and, rest", payText, true, nil)
	by := coop.Member(r.sten.ID, coop.RoleSteward)
	review := r.clock.Now().AddDate(0, 3, 0)
	if _, err := r.cfg.Handbook.ChangeSettings(t.Context(), by, p.ID, handbook.Settings{Slug: p.Slug, Kind: p.Kind, Language: p.Language, Licence: p.Licence, Review: review}); err != nil {
		t.Fatal(err)
	}
	a := r.browser().get("/handbook/changes.atom").want(http.StatusOK)
	var feed struct {
		Entries []struct {
			ID    string `xml:"id"`
			Title string `xml:"title"`
			Link  struct {
				Href string `xml:"href,attr"`
			} `xml:"link"`
		} `xml:"entry"`
	}
	if err := xml.Unmarshal([]byte(a.body), &feed); err != nil || len(feed.Entries) != 1 {
		t.Fatalf("%v: %s", err, a.body)
	}
	if e := feed.Entries[0]; e.Title != "Pay; and, rest" || e.Link.Href != "https://bakery.example/handbook/"+p.Slug+"/v1" || !strings.HasPrefix(e.ID, "https://bakery.example/h/") {
		t.Errorf("%+v", e)
	}
	a = r.browser().get("/handbook/review.ics").want(http.StatusOK)
	if !strings.HasPrefix(a.header.Get("Content-Type"), "text/calendar") {
		t.Error(a.header)
	}
	for _, l := range strings.Split(strings.TrimSuffix(a.body, "\r\n"), "\r\n") {
		if len(l) > 75 || strings.ContainsAny(l, "\r\n") || l == "" {
			t.Errorf("line %q", l)
		}
	}
	whole := strings.ReplaceAll(a.body, "\r\n ", "")
	for _, want := range []string{"BEGIN:VCALENDAR\r\nVERSION:2.0\r\n", "DTSTART;VALUE=DATE:" + review.In(madrid()).Format("20060102"), `SUMMARY:Look at “Pay\; and\, rest” again`,
		"BEGIN:VALARM\r\nACTION:DISPLAY\r\n", "TRIGGER:-P7D", "END:VCALENDAR"} {
		if !strings.Contains(whole, want) {
			t.Errorf("no %q in %s", want, whole)
		}
	}
	r.browser().get("/handbook/print").want(http.StatusOK).says("An hour at night counts as two.").saysNot("{#nights}")
}
