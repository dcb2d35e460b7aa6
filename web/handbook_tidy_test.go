package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"toadlane/handbook"
)

// Every page of the handbook, with something on it, in two languages: one title, no level of headings left out, a label for each control,
// no id twice, and no key in place of a sentence.
func TestHandbookPagesAreTidy(t *testing.T) {
	t.Parallel()
	r, farm := founded(t, "https://bakery.example", nil), founded(t, "https://farm.example", nil)
	r.written("Pay", payText, true, func(in *handbook.Start) { in.Story = "From a talk." })
	r.written("Clean kitchen", "- [ ] Wash hands\n", true, func(in *handbook.Start) { in.Kind = handbook.Standard })
	r.written("Half a page", "Begun.\n", false, nil)
	r.written("No page", "", false, nil)
	theirs := farm.written("Farm pay", payText, true, nil)
	there := "/handbook/commons/" + string(farm.tells(r, theirs.ID))
	sten := r.signedIn("sten")
	a := sten.post(there+"/adopt", url.Values{"manner": {"adapted"}, "name": {"Our farm pay"}, "public": {"yes"}, "changes": {"Less."}}).want(http.StatusSeeOther)
	base, _ := sten.get("/handbook/our-farm-pay/edit").value("base")
	sten.post("/handbook/our-farm-pay/edit", url.Values{"do": {"write"}, "base": {base}, "name": {"Our farm pay"}, "source": {strings.Replace(payText, "as two", "as one", 1)}, "reason": {"So."}}).want(http.StatusSeeOther)
	farm.changes(theirs, strings.Replace(payText, "as two", "as three", 1))
	r.clock.Add(time.Hour)
	farm.clock.Add(time.Hour)
	farm.tells(r, theirs.ID)
	a = sten.get("/handbook/adoptions").says("There is something new")
	_, rest, _ := strings.Cut(a.body, `href="/handbook/adoptions/`)
	id, _, _ := strings.Cut(rest, "/")
	vote := r.proposed("ada", "pay", payText+"\nMore.\n", url.Values{"method": {"vote"}})
	sten.post(vote+"/answer", url.Values{"answer": {"against"}, "words": {"No."}}).want(http.StatusSeeOther)
	sten.post(vote+"/talk", url.Values{"remark": {"Hm."}}).want(http.StatusSeeOther)
	meeting := r.proposed("ada", "pay", payText+"\nLess.\n", url.Values{"method": {"ratified"}})
	paths := []string{"/handbook", "/handbook/search?q=pay", "/handbook/print", "/handbook/reading", "/handbook/pay", "/handbook/pay/v1", "/handbook/pay/history", "/handbook/pay/diff?view=inline",
		"/handbook/our-farm-pay/diff", "/handbook/our-farm-pay/lineage", "/handbook/our-farm-pay", "/handbook/clean-kitchen", "/handbook/clean-kitchen/meet", "/handbook/half-a-page", "/handbook/no-page",
		"/handbook/new", "/handbook/starter", "/handbook/pay/edit", "/handbook/no-page/edit", "/handbook/pay/settings", "/handbook/our-farm-pay/settings", "/handbook/pay/status", "/handbook/no-page/status",
		"/handbook/motions", vote, vote + "?view=inline", meeting, "/handbook/commons", there, there + "/compare?with=pay", "/handbook/adoptions", "/handbook/adoptions/" + id + "/update", "/"}
	for _, lang := range []string{"en", "ar"} {
		sten.headers.Set("Accept-Language", lang)
		if lang == "ar" {
			sten.post("/lang/ar", url.Values{"back": {"/"}}).want(http.StatusSeeOther)
		}
		for _, path := range paths {
			a := sten.get(path).want(http.StatusOK)
			checkPolicy(t, lang+" "+path, a.body)
			tidy(t, lang+" "+path, a)
		}
	}
	preview := url.Values{"do": {"preview"}, "base": {base}, "name": {"Our farm pay"}, "source": {payText}}
	tidy(t, "preview", sten.post("/handbook/our-farm-pay/edit", preview).want(http.StatusOK))
	tidy(t, "wrong", sten.post("/handbook/our-farm-pay/edit", url.Values{"do": {"propose"}, "base": {base}, "name": {""}, "source": {""}, "method": {"vote"}, "quorum": {"900"}}).want(http.StatusUnprocessableEntity))
}

func tidy(t *testing.T, where string, a answer) {
	t.Helper()
	if i := strings.Index(a.text(), "handbook."); i >= 0 && !strings.Contains(a.text()[max(0, i-12):i], "/") {
		t.Errorf("%s: shows the key of a sentence: %s", where, a.text()[i:min(len(a.text()), i+40)])
	}
	root, err := html.Parse(strings.NewReader(a.body))
	if err != nil {
		t.Fatal(err)
	}
	labelled := map[string]bool{}
	for n := range root.Descendants() {
		if n.Data == "label" {
			labelled[attr(n, "for")] = true
		}
	}
	level, titles := 0, 0
	for n := range root.Descendants() {
		if n.Type != html.ElementNode {
			continue
		}
		switch n.Data {
		case "h1", "h2", "h3", "h4", "h5", "h6":
			l := int(n.Data[1] - '0')
			if l == 1 {
				titles++
			}
			if l > level+1 {
				t.Errorf("%s: a heading of level %d follows one of %d", where, l, level)
			}
			level = l
		case "input", "select", "textarea":
			if attr(n, "type") == "hidden" || labelled[attr(n, "id")] && attr(n, "id") != "" {
				continue
			}
			within := false
			for p := n.Parent; p != nil; p = p.Parent {
				within = within || p.Data == "label"
			}
			if !within {
				t.Errorf("%s: nothing says what %s %q is", where, n.Data, attr(n, "name"))
			}
		case "a":
			if href := attr(n, "href"); href == "" || strings.Contains(href, "ZgotmplZ") {
				t.Errorf("%s: a link to nowhere", where)
			}
		case "table":
			heads := 0
			for c := range n.Descendants() {
				if c.Data == "th" {
					heads++
				}
			}
			if heads == 0 && !inText(n) {
				t.Errorf("%s: a table without heads", where)
			}
		}
	}
	if titles != 1 {
		t.Errorf("%s: %d titles", where, titles)
	}
}

// inText tells whether n stands in what somebody wrote.
func inText(n *html.Node) bool {
	for p := n.Parent; p != nil; p = p.Parent {
		if strings.Contains(attr(p, "class"), "hb-text") {
			return true
		}
	}
	return false
}
