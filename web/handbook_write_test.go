package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"toadlane/coop"
	"toadlane/handbook"
	"toadlane/internal/limits"
)

// closing is the day in so many days, as a form has it.
func (r *rig) closing(days int) string {
	return r.clock.Now().In(madrid()).AddDate(0, 0, days).Format(time.DateOnly)
}

// proposed puts a text before the members as handle and gives the address of the motion.
func (r *rig) proposed(handle, slug, source string, change url.Values) string {
	r.t.Helper()
	b := r.signedIn(handle)
	base, _ := b.get("/handbook/" + slug + "/edit").want(http.StatusOK).value("base")
	f := url.Values{"do": {"propose"}, "base": {base}, "name": {"Pay"}, "source": {source}, "reason": {"It is time."}, "method": {"consent"}, "closes": {r.closing(14)}}
	for k, x := range change {
		f[k] = x
	}
	a := b.post("/handbook/"+slug+"/edit", f).want(http.StatusSeeOther)
	path, _, _ := strings.Cut(a.header.Get("Location"), "?")
	if !strings.HasPrefix(path, "/handbook/motions/") {
		r.t.Fatal(path)
	}
	return path
}

func TestHandbookWriting(t *testing.T) {
	t.Parallel()
	r := founded(t, "https://bakery.example", nil)
	ada, sten, stranger := r.signedIn("ada"), r.signedIn("sten"), r.browser()
	if a := stranger.get("/handbook/new"); a.status != http.StatusSeeOther {
		t.Errorf("a stranger begins a page: %d", a.status)
	}
	ada.get("/handbook/new").want(http.StatusOK)
	a := ada.post("/handbook/new", url.Values{"name": {""}, "kind": {"rule"}, "language": {"en"}, "circle": {"Money"}}).want(http.StatusUnprocessableEntity)
	if c, _ := a.value("circle"); c != "Money" || !strings.Contains(a.body, `id="f-name-error"`) {
		t.Error("what was typed is gone, or nothing stands beside the field")
	}
	a = ada.post("/handbook/new", url.Values{"name": {"Closing hours"}, "kind": {"practice"}, "language": {"en"}, "circle": {"Shop"}}).want(http.StatusSeeOther)
	if got := a.header.Get("Location"); got != "/handbook/closing-hours/edit" {
		t.Fatal(got)
	}
	ada.get("/handbook/closing-hours").says("This page has no text yet").says("This is a draft")
	write := func(do, source string, more ...string) answer {
		f := url.Values{"do": {do}, "name": {"Closing hours"}, "source": {source}, "base": {""}}
		for i := 0; i < len(more); i += 2 {
			f.Set(more[i], more[i+1])
		}
		return ada.post("/handbook/closing-hours/edit", f)
	}
	// A preview is kept, and is as harmless as the page.
	a = write("preview", "We close at **six**.\r\n<script>alert(1)</script>\r\n").want(http.StatusOK).says("How it will look")
	if !strings.Contains(a.body, "We close at <strong>six</strong>.") || strings.Contains(a.body, "<script>alert") {
		t.Errorf("%s", a.body)
	}
	checkPolicy(t, "preview", a.body)
	a = ada.get("/handbook/closing-hours/edit").says("Kept for you")
	if x, _ := a.value("source"); !strings.Contains(x, "**six**") {
		t.Errorf("the draft is %q", x)
	}
	if x, _ := sten.get("/handbook/closing-hours/edit").value("source"); x != "" {
		t.Errorf("somebody else sees %q", x)
	}
	ada.get("/handbook").says("You are writing:")
	if a := ada.post("/handbook/closing-hours/draft", url.Values{"name": {"Closing hours"}, "source": {"We close at seven.\n"}}); a.status != http.StatusNoContent {
		t.Errorf("autosave: %d", a.status)
	}
	if x, _ := ada.get("/handbook/closing-hours/edit").value("source"); !strings.Contains(x, "seven") {
		t.Errorf("the draft is %q", x)
	}
	write("write", "   ").want(http.StatusUnprocessableEntity)
	write("write", "We close at seven.\n").want(http.StatusSeeOther)
	ada.get("/handbook/closing-hours").says("We close at seven.").saysNot("You were writing here")
	// Bringing into use is for stewards.
	for _, path := range []string{"/status"} {
		ada.get("/handbook/closing-hours" + path).want(http.StatusForbidden)
		ada.post("/handbook/closing-hours"+path, url.Values{"turn": {"use"}}).want(http.StatusForbidden)
	}
	sten.get("/handbook/closing-hours/status").want(http.StatusOK).says("Bring it into use")
	sten.post("/handbook/closing-hours/status", url.Values{"turn": {"nonsense"}}).want(http.StatusUnprocessableEntity)
	sten.post("/handbook/closing-hours/status", url.Values{"turn": {"use"}}).want(http.StatusSeeOther)
	stranger.get("/handbook/closing-hours").want(http.StatusOK).says("We close at seven.").saysNot("Propose a change")
	// Settings of what is in use are a steward's.
	ada.get("/handbook/closing-hours/settings").want(http.StatusForbidden)
	good := url.Values{"kind": {"practice"}, "language": {"en"}, "licence": {"CC-BY-4.0"}, "circle": {"Shop"}, "review": {r.closing(100)}, "reading": {"yes"}}
	bad := url.Values{"kind": {"nonsense"}, "language": {"en"}, "licence": {"CC-BY-4.0"}, "review": {"soon"}}
	sten.post("/handbook/closing-hours/settings", bad).want(http.StatusUnprocessableEntity)
	sten.post("/handbook/closing-hours/settings", good).want(http.StatusSeeOther)
	ada.get("/handbook/reading").says("Closing hours")
	sten.post("/handbook/closing-hours/status", url.Values{"turn": {"reopen"}}).want(http.StatusSeeOther)
	stranger.get("/handbook/closing-hours").says("Under review")
	sten.post("/handbook/closing-hours/status", url.Values{"turn": {"affirm"}, "next": {r.closing(300)}}).want(http.StatusSeeOther)
	stranger.get("/handbook").says("Last reviewed on").says("Next review by")
	sten.post("/handbook/closing-hours/status", url.Values{"turn": {"retire"}}).want(http.StatusSeeOther)
	ada.get("/handbook").says("1 page that was retired")
	if limits.UploadBody < 3*handbook.MaxSource {
		t.Error("a text does not fit into a form")
	}
}

func TestHandbookMotionByConsent(t *testing.T) {
	t.Parallel()
	r := founded(t, "https://bakery.example", nil)
	r.written("Pay", payText, true, nil)
	ada, sten, stranger := r.signedIn("ada"), r.signedIn("sten"), r.browser()
	ada.get("/handbook/motions").says("No open motions")
	// Bad input: what was typed is kept.
	base, _ := ada.get("/handbook/pay/edit").value("base")
	f := url.Values{"do": {"propose"}, "base": {base}, "name": {"Pay"}, "source": {"Other.\n"}, "reason": {""}, "method": {"consent"}, "closes": {""}}
	a := ada.post("/handbook/pay/edit", f).want(http.StatusUnprocessableEntity)
	if x, _ := a.value("source"); !strings.Contains(x, "Other.") || !strings.Contains(a.body, `id="f-reason-error"`) || !strings.Contains(a.body, `id="f-closes-error"`) {
		t.Errorf("%s", a.body)
	}
	path := r.proposed("ada", "pay", strings.Replace(payText, "counts as two", "counts as three", 1), nil)
	a = sten.get(path).want(http.StatusOK).says("It is time.").says("Added:").says("Everybody can object").says("0 members have answered")
	if !strings.Contains(a.body, "<mark>three</mark>") {
		t.Error("no difference")
	}
	checkPolicy(t, "motion", a.body)
	for _, p := range []string{path, "/handbook/motions", "/handbook/pay/edit"} {
		if a := stranger.get(p); a.status != http.StatusSeeOther {
			t.Errorf("a stranger reads %s: %d", p, a.status)
		}
	}
	if strings.Contains(stranger.get("/handbook/pay").body, "It is time.") {
		t.Error("a stranger learns of a motion")
	}
	ada.get("/handbook/pay").says("A change is proposed, until")
	ada.get("/handbook").says("1 motion is open")
	sten.post(path+"/answer", url.Values{"answer": {"object"}, "words": {""}}).want(http.StatusUnprocessableEntity)
	sten.post(path+"/answer", url.Values{"answer": {"object"}, "words": {"Too much."}}).want(http.StatusSeeOther)
	ada.get(path).says("Too much.").says("1 member has answered")
	ada.post(path+"/talk", url.Values{"remark": {""}}).want(http.StatusUnprocessableEntity)
	ada.post(path+"/talk", url.Values{"remark": {"What would help? <b>x</b>"}}).want(http.StatusSeeOther)
	sten.get(path).says("What would help? <b>x</b>")
	ada.post(path+"/decide", nil).want(http.StatusUnprocessableEntity).says("before its end")
	sten.post(path+"/answer", url.Values{"answer": {"agree"}}).want(http.StatusSeeOther)
	r.clock.Add(15 * 24 * time.Hour)
	ada = r.signedIn("ada") // sessions end before
	ada.get(path).says("Decide now")
	ada.post(path+"/decide", nil).want(http.StatusSeeOther)
	ada.get(path).says("Passed").says("Nobody stood in the way")
	stranger.get("/handbook/pay").says("counts as three").says("Version 2").says("By consent on")
	stranger.get("/handbook/pay/diff?from=1&to=2").want(http.StatusOK).says("Added:")
	stranger.get("/handbook/changes.atom").says("Pay")
	// One that is withdrawn is over.
	path = r.proposed("ada", "pay", "Nothing at all.\n", nil)
	ada.post(path+"/withdraw", nil).want(http.StatusSeeOther)
	ada.get(path).says("Withdrawn")
}

// Whoever answered a secret vote in which way is on no page, before the count or after it.
func TestHandbookSecretVote(t *testing.T) {
	t.Parallel()
	r := founded(t, "https://bakery.example", nil)
	for _, name := range []string{"bea", "cem", "dora"} {
		r.person(name, coop.RoleMember)
	}
	r.written("Pay", payText, true, nil)
	path := r.proposed("ada", "pay", strings.Replace(payText, "counts as two", "counts as three", 1), url.Values{"method": {"vote"}, "quorum": {"50"}, "majority": {"2/3"}, "secret": {"yes"}})
	for name, a := range map[string]string{"bea": "for", "cem": "for", "dora": "against", "ada": "for"} {
		r.signedIn(name).post(path+"/answer", url.Values{"answer": {a}}).want(http.StatusSeeOther)
	}
	names := func(a answer) {
		t.Helper()
		if strings.Contains(a.text(), "Bea") || strings.Contains(a.text(), "Cem") || strings.Contains(a.text(), "Dora") {
			t.Errorf("names somebody: %s", a.text())
		}
	}
	a := r.signedIn("sten").get(path).says("4 members have answered").says("Nobody learns who voted how").says("At least 2 of 3 votes").saysNot("hb-tally")
	names(a)
	r.signedIn("bea").get(path).says("You have answered: For")
	r.clock.Add(15 * 24 * time.Hour)
	r.signedIn("sten").post(path+"/decide", nil).want(http.StatusSeeOther)
	a = r.signedIn("sten").get(path).says("It was carried").says("4 of 5 answered")
	names(a)
	if !strings.Contains(a.body, `<td data-label="For">3</td>`) || !strings.Contains(a.body, `<td data-label="Against">1</td>`) {
		t.Errorf("no figures: %s", a.text())
	}
	names(r.signedIn("sten").get("/handbook/motions"))
	if a := r.signedIn("bea").get(path); strings.Contains(a.text(), "You have answered") {
		t.Error("what somebody chose is still there")
	}
}

func TestHandbookOpenVoteAndRatified(t *testing.T) {
	t.Parallel()
	r := founded(t, "https://bakery.example", nil)
	r.written("Pay", payText, true, nil)
	sten, ada := r.signedIn("sten"), r.signedIn("ada")
	path := r.proposed("ada", "pay", "# Pay\n\nBy vote.\n", url.Values{"method": {"vote"}})
	ada.post(path+"/answer", url.Values{"answer": {"for"}, "words": {"Yes, please."}}).want(http.StatusSeeOther)
	sten.get(path).says("Ada : For").says("Yes, please.").says("1 of 2 answered")
	r.clock.Add(15 * 24 * time.Hour)
	sten, ada = r.signedIn("sten"), r.signedIn("ada")
	sten.post(path+"/decide", nil).want(http.StatusSeeOther)
	path = r.proposed("ada", "pay", "# Pay\n\nBy the meeting.\n", url.Values{"method": {"ratified"}})
	there := url.Values{"on": {r.closing(-1)}, "passed": {"yes"}, "result": {"12 for, 1 against"}, "minutes": {"In the blue folder"}}
	ada.post(path+"/ratify", there).want(http.StatusForbidden)
	sten.post(path+"/ratify", url.Values{"on": {"x"}}).want(http.StatusUnprocessableEntity)
	sten.post(path+"/ratify", there).want(http.StatusSeeOther)
	ada.get(path).says("Decided elsewhere: yes").says("12 for, 1 against").says("In the blue folder")
	// What stays with the members does.
	if a := r.browser().get("/handbook/pay").says("By the meeting.").says("Decided elsewhere on"); strings.Contains(a.body, "blue folder") || strings.Contains(a.body, "12 for") {
		t.Error("a stranger learns what was said")
	}
}

func TestHandbookClashIsResolved(t *testing.T) {
	t.Parallel()
	r := founded(t, "https://bakery.example", nil)
	r.written("Pay", payText, true, nil)
	ada, sten := r.signedIn("ada"), r.signedIn("sten")
	first := r.proposed("sten", "pay", strings.Replace(payText, "counts as two", "counts as three", 1), url.Values{"closes": {r.closing(5)}})
	second := r.proposed("ada", "pay", strings.Replace(payText, "counts as two", "counts as four", 1), url.Values{"closes": {r.closing(6)}})
	ada.get(second).says("Other changes to this page are open too")
	r.clock.Add(8 * 24 * time.Hour)
	sten, ada = r.signedIn("sten"), r.signedIn("ada")
	sten.post(first+"/decide", nil).want(http.StatusSeeOther)
	ada.post(second+"/decide", nil).want(http.StatusSeeOther)
	ada.get(second).says("Bring the two together")
	a := ada.get(second + "/resolve").want(http.StatusOK).says("counts as three").says("counts as four").says("counts as two").says("Both, ours first").says("I write it myself")
	checkPolicy(t, "resolve", a.body)
	how := url.Values{"reason": {"Both in one."}, "method": {"consent"}, "closes": {r.closing(14)}}
	ours, _ := a.value("ours")
	theirs, _ := a.value("theirs")
	how["ours"], how["theirs"], how["take_1"] = []string{theirs}, []string{theirs}, []string{"theirs"}
	a = ada.post(second+"/resolve", how).want(http.StatusUnprocessableEntity).says("Somebody else has changed the page meanwhile")
	if now, _ := a.value("ours"); now != ours || strings.Contains(a.body, " checked> <span>Theirs") {
		t.Error("choices for another text are taken for this one")
	}
	how["ours"] = []string{ours}
	how.Del("take_1")
	a = ada.post(second+"/resolve", how).want(http.StatusUnprocessableEntity).says("Choose what is to stand")
	if x, _ := a.value("reason"); !strings.Contains(x, "Both in one.") {
		t.Error("what was typed is gone")
	}
	how["take_1"], how["text_1"] = []string{"written"}, []string{"An hour at night counts as three and a half.\n"}
	a = ada.post(second+"/resolve", how).want(http.StatusSeeOther)
	next, _, _ := strings.Cut(a.header.Get("Location"), "?")
	ada.get(next).want(http.StatusOK).says("three and a half").says("It brings together what clashed before")
	r.clock.Add(15 * 24 * time.Hour)
	ada = r.signedIn("ada")
	ada.post(next+"/decide", nil).want(http.StatusSeeOther)
	r.browser().get("/handbook/pay").says("three and a half")
	r.browser().get("/handbook/pay/history").says("Two texts brought together")
}

// Changes to one page have a number each, which stands in the title, in the list, and among the others that are open.
func TestHandbookMotionsAreTold(t *testing.T) {
	t.Parallel()
	r := founded(t, "https://bakery.example", nil)
	r.written("Pay", payText, true, nil)
	r.written("Hours", payText, true, nil)
	first, second, third := r.proposed("ada", "pay", payText+"One.\n", nil), r.proposed("ada", "pay", payText+"Two.\n", nil), r.proposed("ada", "hours", payText+"Three.\n", url.Values{"name": {"Hours"}})
	ada := r.signedIn("ada")
	list := ada.get("/handbook/motions").want(http.StatusOK).body
	for path, title := range map[string]string{first: "Change 1 to “Pay”", second: "Change 2 to “Pay”", third: "Change 1 to “Hours”"} {
		if a := ada.get(path).want(http.StatusOK); !strings.Contains(a.body, "<title>"+title+" ") {
			t.Errorf("%s is not called %q", path, title)
		}
		if !strings.Contains(list, `<a href="`+path+`">`+title+`</a>`) {
			t.Errorf("the list does not call %s %q", path, title)
		}
	}
	ada.get(first).says("Change 2 to “Pay”").saysNot("to “Hours”")
}
