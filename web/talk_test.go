package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"toadlane/coop"
	"toadlane/federation/queue"
	"toadlane/internal/limits"
	"toadlane/market"
)

const gwenAddress = "gwen.zyxhidden@mail.example"

func asking(more ...string) url.Values {
	f := url.Values{"name": {"Gwen"}, "email": {gwenAddress}, "text": {"May I come on Friday?"}, "website": {""}}
	for i := 0; i+1 < len(more); i += 2 {
		f.Set(more[i], more[i+1])
	}
	return f
}

// opened is a browser's own opening of a page, as it says so itself.
var opened = http.Header{"Sec-Fetch-Site": {"same-origin"}, "Sec-Fetch-Mode": {"navigate"}, "Sec-Fetch-Dest": {"document"}}

// asked has a guest ask about l and gives the path of their page.
func (r *rig) asked(b *browser, l market.Listing, more ...string) string {
	r.t.Helper()
	to := b.post(path(l)+"/guest", asking(more...)).want(http.StatusSeeOther).header.Get("Location")
	to, _, _ = strings.Cut(to, "#")
	if !strings.HasPrefix(to, "/talk/") || strings.Count(to, "/") != 3 {
		r.t.Fatalf("led to %q", to)
	}
	return to
}

func threadOf(talk string) string { return "/threads/" + strings.Split(talk, "/")[2] }

func TestAGuestAsksAndIsAnswered(t *testing.T) {
	t.Parallel()
	r := founded(t, bakery, nil)
	l := r.post(an(market.Offer, "Loaf"))
	guest := r.browser()
	form := guest.get(path(l)).want(http.StatusOK).says("By e-mail").says("From my own server").says("I am a member here")
	if n := len(form.find(func(n *html.Node) bool {
		return n.Data == "details" && attr(n, "class") == "way" && !hasAttr(n, "open")
	})); n != 2 {
		t.Errorf("%d ways to open without a script", n)
	}
	talk := r.asked(guest, l)
	page := guest.get(talk).want(http.StatusOK).says("Your message is sent").says("May I come on Friday?").says(bakery + talk).says("Loaf").
		saysNot(gwenAddress)
	if c := page.header.Get("Cache-Control"); !strings.Contains(c, "no-store") || page.header.Get("Referrer-Policy") != "same-origin" {
		t.Errorf("%v", page.header)
	}
	if robots := page.find(func(n *html.Node) bool { return attr(n, "name") == "robots" && attr(n, "content") == "noindex" }); len(robots) != 1 {
		t.Error("a search engine may keep a guest's page")
	}
	if letters := r.letters(); len(letters) != 1 || letters[0] != "message to "+string(r.ada.ID) {
		t.Errorf("mails: %q", letters) // and none to whoever's address was typed
	}

	ada := r.signedIn("ada")
	list := ada.get("/threads").want(http.StatusOK).says("Gwen").says("By e-mail").says("Loaf").says("May I come on Friday?").says("Messages 1").saysNot(gwenAddress)
	thread, fragment, _ := strings.Cut(list.link("Gwen"), "#")
	if thread != threadOf(talk) || fragment != "end" {
		t.Errorf("leads to %q", thread)
	}
	a := ada.get(thread).want(http.StatusOK).says("May I come on Friday?").says("Gwen").saysNot(gwenAddress)
	if n := len(a.find(func(n *html.Node) bool { return attr(n, "id") == "new" })); n != 1 {
		t.Errorf("%d new messages are marked", n)
	}
	ada.post(thread, url.Values{"text": {"Yes, <i>at two</i>."}}).want(http.StatusSeeOther)
	if letters := r.letters(); len(letters) != 2 || letters[1] != "answer to "+gwenAddress {
		t.Errorf("mails: %q", letters)
	}

	page = guest.get(talk).want(http.StatusOK).says("Yes, <i>at two</i>.").saysNot("Your message is sent")
	page.says("With Tin & Thyme <Bakery>")
	page.saysNot("Ada") // who did not agree to be named
	guest.post(talk, url.Values{"text": {" "}}).want(http.StatusUnprocessableEntity).says("May I come on Friday?")
	guest.post(talk, url.Values{"text": {"Thank you!"}}).want(http.StatusSeeOther)
	ada.get(thread).says("Thank you!")
	ada.get("/threads").says("Messages 1")
}

// letters lists the mails that wait, as "kind to whom".
func (r *rig) letters() (out []string) {
	r.t.Helper()
	list, err := r.store.ClaimLetters(r.t.Context(), r.clock.Now().Add(time.Hour), r.clock.Now(), 100)
	if err != nil {
		r.t.Fatal(err)
	}
	for _, l := range list {
		out = append(out, string(l.Letter.Kind)+" to "+string(l.Letter.Person)+l.Letter.Email)
	}
	return out
}

func TestWrongWordsOpenNoTalk(t *testing.T) {
	t.Parallel()
	r := founded(t, bakery, nil)
	l := r.post(an(market.Offer, "Loaf"))
	guest := r.browser()
	one, two := r.asked(guest, l), r.asked(guest, l, "text", "A secret question")
	id := strings.Split(two, "/")[2]
	none := r.browser().get("/talk/" + string(newID()) + "/x").want(http.StatusNotFound)
	before := r.writes.Load()
	for _, at := range []string{"/talk/" + id + "/x", "/talk/" + id + "/" + strings.Split(one, "/")[3], "/talk/" + id + "/token-photo-" + id, two[:len(two)-1], two + "x",
		"/talk/nonsense/x", "/talk/" + strings.ToUpper(id) + "/" + strings.Split(two, "/")[3]} {
		for _, b := range []*browser{r.browser(), r.signedIn("sten")} {
			a := b.get(at).want(http.StatusNotFound).saysNot("secret")
			if b.session() == "" && strings.ReplaceAll(a.body, at, "") != strings.ReplaceAll(none.body, "/talk/"+strings.Split(none.link("English"), "x")[0], "") && a.text() != none.text() {
				t.Errorf("%s: another answer than for what is not there", at)
			}
			for _, do := range []string{"", "/end", "/report"} {
				b.post(at+do, url.Values{"text": {"let me in"}, "reason": {"let me in"}}).want(http.StatusNotFound)
			}
		}
	}
	if n := r.writes.Load(); n != before {
		t.Errorf("%d writes", n-before)
	}
	guest.get(two).want(http.StatusOK).says("A secret question")
	// Neither does the word make its holder anything more than a guest.
	guest.get(threadOf(two)).want(http.StatusSeeOther)
	guest.post(threadOf(two), url.Values{"text": {"hello"}}).want(http.StatusUnauthorized)
	guest.post(threadOf(two)+"/block", nil).want(http.StatusUnauthorized)
	// And whoever is signed in and holds it writes as the guest, not as themselves.
	ben := r.person("ben", coop.RoleMember)
	r.signedIn("ben").post(two, url.Values{"text": {"It is me"}}).want(http.StatusSeeOther)
	msgs, err := r.cfg.Market.Store.Messages(t.Context(), coop.ID(id))
	if err != nil || len(msgs) != 2 || msgs[1].From.Person == ben.ID || msgs[1].From.Name != "Gwen" {
		t.Errorf("%+v, %v", msgs, err)
	}
}

func TestWhatGuestsTypeIsKept(t *testing.T) {
	t.Parallel()
	r := founded(t, bakery, nil)
	l := r.post(an(market.Offer, "Loaf"))
	to := path(l) + "/guest"
	before := r.writes.Load()
	for name, c := range map[string]struct {
		form url.Values
		says string
	}{
		"nothing": {url.Values{}, "3 things"}, "no address": {asking("email", "gwen"), "address"}, "links": {asking("text", strings.Repeat("http://x.example ", 9)), "at most 3 links"},
		"a machine": {asking("website", "http://spam.example"), "machine"}, "too long": {asking("text", strings.Repeat("x", market.MaxMessage+1)), "5,000"},
	} {
		b := r.browser()
		b.from = "203.0.113." + itoa(int64(len(name))) + ":1"
		a := b.post(to, c.form).want(http.StatusUnprocessableEntity)
		if name != "nothing" {
			a.says(c.says)
		}
		for _, field := range []string{"name", "email", "text"} {
			if got, ok := a.value(field); !ok || got != c.form.Get(field) {
				t.Errorf("%s: %s is %.40q", name, field, got)
			}
		}
		if got, _ := a.value("website"); got != "" {
			t.Error("the trap stays shut")
		}
		if n := len(a.find(func(n *html.Node) bool { return n.Data == "details" && attr(n, "class") == "way" && hasAttr(n, "open") })); n != 1 {
			t.Errorf("%s: %d ways are open", name, n)
		}
	}
	if n := r.writes.Load(); n != before {
		t.Errorf("%d writes", n-before)
	}
	hidden := r.post(an(market.Offer, "Ours", func(l *market.Listing) { l.Visibility = coop.CoopOnly }))
	r.browser().post(path(hidden)+"/guest", asking()).want(http.StatusNotFound)
	r.browser().post(path(hidden)+"/away", url.Values{"server": {"@me@my.example"}}).want(http.StatusNotFound)
	r.signedIn("ada").post(path(l)+"/close", url.Values{"outcome": {"eaten"}}).want(http.StatusSeeOther)
	r.browser().get(path(l)).saysNot("/guest")
	if got, _ := r.browser().post(to, asking()).want(http.StatusUnprocessableEntity).says("Nobody can be asked about it any more").value("text"); got != "May I come on Friday?" {
		t.Errorf("%q is left of the words", got)
	}
}

func TestGuestsAreHeldBack(t *testing.T) {
	t.Parallel()
	r := founded(t, bakery, nil)
	l := r.post(an(market.Offer, "Loaf"))
	to := path(l) + "/guest"
	refused := func(a answer, what string) {
		t.Helper()
		if a.want(http.StatusTooManyRequests).header.Get("Retry-After") == "" {
			t.Error("does not say when to try again")
		}
		if got, _ := a.says("send it again in an hour").value("text"); got != "May I come on Friday?" {
			t.Errorf("%s: %q is left of the words", what, got)
		}
	}
	one := r.browser()
	for range limits.GuestsPerAddress {
		one.post(to, asking()).want(http.StatusSeeOther)
	}
	refused(one.post(to, asking("email", strings.Replace(gwenAddress, "@", "+x@", 1))), "one address")
	for i := range limits.GuestsPerNetwork - limits.GuestsPerAddress - 1 {
		one.post(to, asking("email", "a"+itoa(int64(i))+"@mail.example")).want(http.StatusSeeOther)
	}
	refused(one.post(to, asking("email", "b@mail.example")), "one network")
	another := r.browser()
	another.from = "203.0.113.9:1"
	talk := r.asked(another, l, "email", "b@mail.example")
	for i := range limits.GuestsPerListing {
		b := r.browser()
		b.from = "198.18." + itoa(int64(i)) + ".1:1"
		if a := b.post(to, asking("email", "c"+itoa(int64(i))+"@mail.example")); a.status == http.StatusTooManyRequests {
			refused(a, "one listing")
			break
		} else if i == limits.GuestsPerListing-1 {
			t.Errorf("%d for one listing", i)
		}
	}
	for range limits.GuestsPerThread {
		another.post(talk, url.Values{"text": {"and another thing"}}).want(http.StatusSeeOther)
	}
	if got, _ := another.post(talk, url.Values{"text": {"and more"}}).want(http.StatusTooManyRequests).value("text"); got != "and more" {
		t.Errorf("%q", got)
	}
}

func TestGuestsEndAndAreForgotten(t *testing.T) {
	t.Parallel()
	r := founded(t, bakery, nil)
	l := r.post(an(market.Offer, "Loaf"))
	guest := r.browser()
	talk := r.asked(guest, l)
	guest.post(talk+"/report", url.Values{"reason": {""}}).want(http.StatusUnprocessableEntity)
	guest.post(talk+"/report", url.Values{"reason": {"They are rude"}}).want(http.StatusSeeOther)
	sten := r.signedIn("sten")
	sten.get("/admin/reports").says("They are rude").says("Somebody who wrote by e-mail").saysNot(gwenAddress)
	guest.post(talk+"/end", nil).want(http.StatusSeeOther)
	guest.get(talk).want(http.StatusOK).says("Your name and your address are forgotten").says("May I come on Friday?")
	guest.post(talk, url.Values{"text": {"hello?"}}).want(http.StatusUnprocessableEntity).says("This conversation is over")
	r.signedIn("ada").get(threadOf(talk)).want(http.StatusOK).saysNot("Gwen").says("Somebody who left").says("This conversation is closed")
	th, err := r.cfg.Market.Store.Thread(t.Context(), coop.ID(strings.Split(talk, "/")[2]))
	if err != nil || th.Other.Email != "" || th.Other.Name != "" || th.Other.Mark != "" {
		t.Errorf("%+v, %v", th.Other, err)
	}
}

// A guest's address is on no page, in no feed and no file, whoever reads.
func TestPRVAGuestsAddressIsNowhere(t *testing.T) {
	t.Parallel()
	r := founded(t, bakery, nil)
	l := r.post(an(market.Offer, "Loaf"))
	guest := r.browser()
	talk := r.asked(guest, l)
	ada, sten := r.signedIn("ada"), r.signedIn("sten")
	ada.post(threadOf(talk), url.Values{"text": {"Yes"}}).want(http.StatusSeeOther)
	ada.post(threadOf(talk)+"/report", url.Values{"reason": {"look"}}).want(http.StatusSeeOther)
	ada.post(threadOf(talk)+"/block", nil).want(http.StatusSeeOther)
	pages := append(hunts("zyxhidden"), "/threads", threadOf(talk), "/me", "/mine", "/admin", "/admin/reports", "/admin/blocks", "/admin/people", "/admin/queue", talk)
	n := 0
	for _, b := range []*browser{r.browser(), guest, ada, sten} {
		for at, a := range b.crawl(pages...) {
			n++
			if strings.Contains(a.body, gwenAddress) {
				t.Errorf("%s holds it", at)
			}
		}
	}
	if n < 100 {
		t.Fatalf("only %d pages", n)
	}
	if strings.Contains(r.logs.String(), "zyxhidden@") || strings.Contains(r.logs.String(), gwenAddress) {
		t.Error("the log holds it")
	}
	sten.get("/admin/blocks").says("E-mail of Gwen")
}

func TestMembersTalkToEachOther(t *testing.T) {
	t.Parallel()
	r := founded(t, bakery, nil)
	r.person("bea", coop.RoleMember)
	r.person("cat", coop.RoleMember)
	l := r.post(an(market.Offer, "Loaf", func(l *market.Listing) { l.Visibility = coop.CoopOnly }))
	ada, bea, cat, sten := r.signedIn("ada"), r.signedIn("bea"), r.signedIn("cat"), r.signedIn("sten")
	ada.get(path(l)).says("This is yours").saysNot("/ask")
	bea.get(path(l)).says("Only the one who posted this and you can read it").saysNot("/guest")
	if got, _ := bea.post(path(l)+"/ask", url.Values{"text": {strings.Repeat("y", market.MaxMessage+1)}}).want(http.StatusUnprocessableEntity).value("text"); len(got) <= market.MaxMessage {
		t.Error("what was typed is lost")
	}
	to := bea.post(path(l)+"/ask", url.Values{"text": {"Two, please"}}).want(http.StatusSeeOther).header.Get("Location")
	thread, _, _ := strings.Cut(to, "?")
	if !strings.HasSuffix(to, "#end") {
		t.Errorf("leads to %q, which does not show the newest", to)
	}
	bea.get("/threads").says("Ada").says("Member here").says("You: Two, please").saysNot(`class="count"`)
	ada.get("/threads").says("Bea").says("Messages 1")
	ada.post(thread, url.Values{"text": {"At noon"}}).want(http.StatusSeeOther)
	ada.get("/threads").saysNot(`class="count"`)
	bea.get("/threads").says("Messages 1")
	bea.get(thread).says("With Ada").says("At noon").says("Two, please")
	for _, b := range []*browser{cat, sten} {
		b.get(thread).want(http.StatusNotFound)
		for _, do := range []string{"", "/read", "/block", "/unblock", "/report"} {
			b.post(thread+do, url.Values{"text": {"x"}, "reason": {"x"}}).want(http.StatusNotFound)
		}
	}
	// Asked to look, a steward reads, and is told that they only look.
	bea.post(thread+"/report", url.Values{"reason": {""}}).want(http.StatusUnprocessableEntity)
	bea.post(thread+"/report", url.Values{"reason": {"She shouts"}}).want(http.StatusSeeOther)
	bea.get(thread).says("The stewards were asked to look")
	reports := sten.get("/admin/reports").says("She shouts").says("Bea")
	if got := reports.link("Read the conversation"); got != thread {
		t.Errorf("leads to %q", got)
	}
	sten.get(thread).want(http.StatusOK).says("Two, please").says("You can read it and write nothing")
	sten.post(thread, url.Values{"text": {"Be nice"}}).want(http.StatusForbidden)
	cat.get(thread).want(http.StatusNotFound)
	// Blocked, nothing goes either way.
	bea.post(thread+"/block", nil).want(http.StatusSeeOther)
	ada.get(thread).says("This conversation is blocked").saysNot("Your answer")
	ada.post(thread, url.Values{"text": {"hello?"}}).want(http.StatusUnprocessableEntity)
	bea.post(path(l)+"/ask", url.Values{"text": {"hello"}}).want(http.StatusConflict)
	ada.post(thread+"/unblock", nil).want(http.StatusForbidden)
	bea.post(thread+"/unblock", nil).want(http.StatusSeeOther)
	ada.post(thread, url.Values{"text": {"friends again"}}).want(http.StatusSeeOther)
}

func TestOpeningATalkReadsIt(t *testing.T) {
	t.Parallel()
	r := founded(t, bakery, nil)
	l := r.post(an(market.Offer, "Loaf"))
	thread := threadOf(r.asked(r.browser(), l))
	ada := r.signedIn("ada")
	without := func(key, value string) http.Header {
		h := opened.Clone()
		h.Set(key, value)
		return h
	}
	for name, h := range map[string]http.Header{
		"no browser's word": nil, "a link elsewhere": without("Sec-Fetch-Site", "cross-site"), "a picture": without("Sec-Fetch-Dest", "image"),
		"a frame": without("Sec-Fetch-Dest", "iframe"), "a script": without("Sec-Fetch-Mode", "cors"), "ahead of time": without("Sec-Purpose", "prefetch"),
		"rendered ahead": without("Sec-Purpose", "prefetch;prerender"), "an old prefetch": without("Purpose", "prefetch"),
	} {
		before := r.writes.Load()
		ada.do(http.MethodGet, thread, nil, h).want(http.StatusOK).says("Mark as read")
		if r.writes.Load() != before {
			t.Errorf("%s marks it read", name)
		}
	}
	ada.do(http.MethodHead, thread, nil, opened).want(http.StatusOK)
	ada.get("/threads").says("Messages 1")
	a := ada.do(http.MethodGet, thread, nil, opened).want(http.StatusOK).saysNot("Mark as read").saysNot(`class="count"`)
	if len(a.find(func(n *html.Node) bool { return attr(n, "id") == "new" })) != 1 {
		t.Error("what is new is not marked when it is read for the first time")
	}
	ada.get("/threads").saysNot(`class="count"`)
}

func TestBlockedGuestsStayOut(t *testing.T) {
	t.Parallel()
	r := founded(t, bakery, nil)
	l := r.post(an(market.Offer, "Loaf"))
	guest := r.browser()
	talk := r.asked(guest, l)
	ada, sten := r.signedIn("ada"), r.signedIn("sten")
	ada.get(threadOf(talk)).says("Nobody here gets messages from this e-mail address any more")
	ada.post(threadOf(talk)+"/block", nil).want(http.StatusSeeOther)
	guest.get(talk).want(http.StatusOK).says("This conversation is closed").saysNot("blocked")
	guest.post(path(l)+"/guest", asking()).want(http.StatusUnprocessableEntity).says("takes no more messages from this address")
	target, ok := sten.get("/admin/blocks").says("E-mail of Gwen").value("target")
	for _, n := range sten.get("/admin/blocks").find(func(n *html.Node) bool { return n.Data == "input" && strings.HasPrefix(attr(n, "value"), "guest:") }) {
		target, ok = attr(n, "value"), true
	}
	if !ok {
		t.Fatal("a steward can't let them in again")
	}
	ada.post("/admin/blocks/remove", url.Values{"target": {target}}).want(http.StatusForbidden)
	sten.post("/admin/blocks/remove", url.Values{"target": {target}}).want(http.StatusSeeOther)
	r.asked(guest, l)
}

func TestRemoteActorsAreBlocked(t *testing.T) {
	t.Parallel()
	r := founded(t, bakery, nil)
	l := r.post(an(market.Offer, "Loaf"))
	hear := func(iri, html string, public bool) {
		t.Helper()
		err := r.cfg.Market.Store.Write(t.Context(), func(tx market.Tx) error {
			in := market.Incoming{IRI: coop.IRI("https://social.example/" + iri), InReplyTo: l.IRI, From: market.Party{IRI: "https://social.example/bo", Handle: "@bo@social.example",
				Name: "Bo"}, HTML: html, Plain: html, Public: public, Mentions: true, At: r.clock.Now(), Updated: r.clock.Now()}
			_, err := market.Hear(tx, in, newID, r.clock.Now())
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	hear("1", "psst", false)
	hear("2", "rude words", true)
	ada, sten := r.signedIn("ada"), r.signedIn("sten")
	list := ada.get("/threads").says("From another server").says("@bo@social.example").says("psst")
	thread, _, _ := strings.Cut(list.link("Bo"), "#")
	ada.get(thread).saysNot("Block for the whole co-op")
	ada.post(thread+"/block", nil).want(http.StatusSeeOther)
	hear("3", "psst again", false)
	ada.get(thread).says("This conversation is blocked").saysNot("psst again")
	if len(r.fed.Did()) != 0 {
		t.Errorf("a member asked the federation: %q", r.fed.Did())
	}
	ada.post(thread+"/report", url.Values{"reason": {"pills"}}).want(http.StatusSeeOther)
	sten.get("/admin/reports").says("pills").says("https://social.example/bo").says("Block this account")
	sten.get(thread).says("Block for the whole co-op")
	sten.post(thread+"/block", url.Values{"whole": {"yes"}}).want(http.StatusSeeOther)
	if did := r.fed.Did(); len(did) != 1 || did[0] != "block https://social.example/bo because " {
		t.Errorf("%q", did)
	}

	// Under the listing: its poster hides, a steward hides and blocks, nobody else does either.
	r.person("bea", coop.RoleMember)
	bea := r.signedIn("bea")
	replies, err := r.cfg.Market.Store.Replies(t.Context(), l.ID)
	if err != nil || len(replies) != 1 {
		t.Fatal(replies, err)
	}
	reply := path(l) + "/replies/" + string(replies[0].ID)
	bea.get(path(l)).says("rude words").saysNot("Hide this reply")
	for _, do := range []string{"/hide", "/show", "/block"} {
		bea.post(reply+do, nil).want(http.StatusForbidden)
		r.browser().post(reply+do, nil).want(http.StatusUnauthorized)
	}
	ada.get(path(l)).says("Hide this reply").saysNot("/block")
	ada.post(reply+"/hide", nil).want(http.StatusSeeOther)
	r.browser().get(path(l)).saysNot("rude words")
	bea.get(path(l)).saysNot("rude words")
	ada.get(path(l)).says("One hidden reply").says("rude words")
	ada.post(reply+"/show", nil).want(http.StatusSeeOther)
	r.browser().get(path(l)).says("rude words")
	sten.post(reply+"/block", nil).want(http.StatusSeeOther)
	if did := r.fed.Did(); len(did) != 2 {
		t.Errorf("%q", did)
	}
	sten.post(path(l)+"/replies/"+string(newID())+"/block", nil).want(http.StatusNotFound)
}

func TestReadersGoOnAtTheirOwnServer(t *testing.T) {
	t.Parallel()
	r := founded(t, bakery, nil)
	l := r.post(an(market.Offer, "Loaf"))
	quoted := url.QueryEscape(string(l.IRI))
	refreshes := func(a answer) bool {
		return len(a.find(func(n *html.Node) bool { return attr(n, "http-equiv") == "refresh" })) > 0
	}
	a := r.browser().post(path(l)+"/away", url.Values{"server": {"@me@my.example"}}).want(http.StatusOK).says("my.example")
	if got := a.link("Go on to my.example"); got != "https://my.example/see?uri="+quoted || !refreshes(a) {
		t.Errorf("leads to %q", got)
	}
	// To a host that was not typed nobody is sent before they have seen its name.
	a = r.browser().post(path(l)+"/away", url.Values{"server": {"@me@elsewhere.example"}}).want(http.StatusOK).says("other.test")
	if refreshes(a) {
		t.Error("goes on by itself to another host than was typed")
	}
	for typed, says := range map[string]string{"": "Fill this in", "me": "Nobody was found", "@me@nowhere.example": "Nobody was found"} {
		a := r.browser().post(path(l)+"/away", url.Values{"server": {typed}}).want(http.StatusUnprocessableEntity)
		if typed != "" {
			a.says(says)
		}
		if got, _ := a.value("server"); got != typed || refreshes(a) {
			t.Errorf("%q is kept as %q", typed, got)
		}
	}
	r.browser().get("/").says("Follow from my server")
	a = r.browser().post("/follow", url.Values{"server": {"@me@my.example"}}).want(http.StatusOK)
	if got := a.link("Go on to my.example"); got != "https://my.example/follow?uri="+url.QueryEscape(string(r.cfg.ActorIRI)) {
		t.Errorf("leads to %q", got)
	}
	r.browser().get("/follow").want(http.StatusOK).says("@bakery@bakery.example")
	r.browser().post("/follow", url.Values{"server": {"@me@nowhere.example"}}).want(http.StatusUnprocessableEntity).says("Nobody was found")
	busy := r.browser()
	busy.from = "203.0.113.77:1"
	for range limits.LookupsPerNetwork {
		busy.post("/follow", url.Values{"server": {"@me@my.example"}}).want(http.StatusOK)
	}
	busy.post("/follow", url.Values{"server": {"@me@my.example"}}).want(http.StatusUnprocessableEntity).says("asked too often")
	// A link elsewhere cannot send anybody through us.
	r.browser().get(path(l) + "/away?server=@me@evil.example").want(http.StatusMethodNotAllowed)
	r.browser().do(http.MethodPost, "/follow", strings.NewReader("server=@me@my.example"), http.Header{"Content-Type": {"application/x-www-form-urlencoded"},
		"Sec-Fetch-Site": {"cross-site"}}).want(http.StatusForbidden)
}

func TestMembersComeHomeWithAListing(t *testing.T) {
	t.Parallel()
	r := founded(t, bakery, nil)
	ours := r.post(an(market.Offer, "Loaf"))
	home := cycles(r)
	known := r.receive(an(market.Offer, "Cargo bike"))
	const far coop.IRI = "https://far.example/listings/9"
	there := an(market.Offer, "Far lamp", func(l *market.Listing) {
		l.IRI, l.Home, l.Until = far, "https://far.example/actor", r.clock.Now().AddDate(0, 0, 9)
	})
	actor := queue.Actor{IRI: "https://far.example/actor", Name: "Far Lamps", Handle: "@lamps@far.example", Inbox: "https://far.example/inbox"}
	r.fed.there = map[string]sight{string(far): {actor, &there}, string(actor.IRI): {actor, nil}}
	ada, sten := r.signedIn("ada"), r.signedIn("sten")
	at := func(uri string) string { return "/authorize_interaction?uri=" + url.QueryEscape(uri) }
	if got := r.browser().get(at(string(far))).want(http.StatusSeeOther).header.Get("Location"); !strings.HasPrefix(got, "/login?next=") {
		t.Errorf("led to %q", got)
	}
	for uri, to := range map[string]string{string(ours.IRI): path(ours), string(known.IRI): path(known), bakery + "//evil.example": "/"} {
		if got := ada.get(at(uri)).want(http.StatusSeeOther).header.Get("Location"); !strings.HasPrefix(got, to) || strings.HasPrefix(got, "//") {
			t.Errorf("%s leads to %q", uri, got)
		}
	}
	ada.get("/authorize_interaction").want(http.StatusOK).says("Paste the address")
	ada.get(at("https://none.example/1")).want(http.StatusUnprocessableEntity).says("There is no offer, want or co-op")
	ada.get(at(string(far))).want(http.StatusOK).says("Far lamp").says("Far Lamps").says("Write to Far Lamps").saysNot("Follow for our co-op")
	sten.get(at(string(actor.IRI))).want(http.StatusOK).says("Far Lamps").says("Follow for our co-op")
	form := url.Values{"uri": {string(far)}, "text": {""}}
	ada.post("/authorize_interaction", form).want(http.StatusUnprocessableEntity).says("Far lamp")
	form.Set("text", "Does it still shine?")
	to, _, _ := strings.Cut(ada.post("/authorize_interaction", form).want(http.StatusSeeOther).header.Get("Location"), "?")
	ada.get(to).want(http.StatusOK).says("Does it still shine?").says("Far lamp").says("Far Lamps")
	ada.post("/authorize_interaction", url.Values{"uri": {"https://none.example/1"}, "text": {"x"}}).want(http.StatusUnprocessableEntity)
	sten.post("/authorize_interaction/follow", url.Values{"uri": {"@lamps@far.example"}}).want(http.StatusSeeOther)
	if did := r.fed.Did(); len(did) != 1 || !strings.HasPrefix(did[0], "follow @lamps@far.example") {
		t.Errorf("%q", did)
	}
	_ = home
}
