package market_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"toadlane/coop"
	"toadlane/market"
)

const gwenAddress = "gwen@mail.example"

var gwen = market.Party{Name: "Gwen", Email: " Gwen@Mail.example ", Language: "es"}

func (s *shop) guest(t *testing.T, l market.Listing, text string) market.Thread {
	t.Helper()
	th, err := s.AskAsGuest(t.Context(), l.ID, gwen, text)
	if err != nil {
		t.Fatal(err)
	}
	return th
}

// letters takes out what waits to be mailed, as "kind to about".
func (s *shop) letters() (out []string) {
	for _, l := range s.mem.SendLetters() {
		out = append(out, string(l.Kind)+" to "+string(l.Person)+l.Email)
	}
	return out
}

func TestGuestAsksAndIsAnswered(t *testing.T) {
	t.Parallel()
	s := newShop()
	l := s.post(t, nil)
	told := len(s.events())
	th := s.guest(t, l, "May I come on Friday?")
	if th.Owner != "ada" || th.Other.Email != gwenAddress || th.Listing != l.ID || th.Subject != "Bread" {
		t.Errorf("%+v", th)
	}
	if d := cmp.Diff([]string{"message to ada"}, s.letters()); d != "" {
		t.Errorf("nobody mails a guest before somebody answers: %s", d)
	}
	if n, _ := s.mem.Unread(t.Context(), "ada"); n != 1 {
		t.Errorf("ada has %d unread", n)
	}
	if _, err := s.Answer(t.Context(), ada, th.ID, "Yes."); err != nil {
		t.Fatal(err)
	}
	sent := s.mem.SendLetters()
	if len(sent) != 1 || sent[0].Kind != coop.LetterAnswer || sent[0].Email != gwenAddress || sent[0].Language != "es" || sent[0].Subject != string(th.ID) {
		t.Errorf("%+v", sent)
	}
	guest := coop.Guested(th.ID)
	got, said, err := s.Thread(t.Context(), guest, th.ID)
	if err != nil || got.OtherUnread != 1 || got.Unread != 0 || len(said) != 2 || got.Excerpt != "Yes." || got.SaidBy != market.OwnerSide {
		t.Fatalf("%+v, %d said, %v", got, len(said), err)
	}
	if got.By(said[0]) != market.OtherSide || got.By(said[1]) != market.OwnerSide {
		t.Error("who said what is mixed up")
	}
	if _, err := s.Answer(t.Context(), guest, th.ID, "Thanks!"); err != nil {
		t.Fatal(err)
	}
	if got, _, _ := s.Thread(t.Context(), guest, th.ID); got.OtherUnread != 0 || got.Unread != 1 {
		t.Errorf("who answers has read: %+v", got)
	}
	if d := cmp.Diff([]string{"message to ada"}, s.letters()); d != "" {
		t.Error(d)
	}
	if n := len(s.events()); n != told {
		t.Errorf("%d events: a guest's conversation is told to nobody", n-told)
	}
	// Another question from the same address is another conversation: who types an address need not be whose it is.
	if again := s.guest(t, l, "And on Saturday?"); again.ID == th.ID {
		t.Error("typing an address leads into somebody's conversation")
	}
	// A guest's link opens one conversation and nothing else.
	other := s.guest(t, l, "Mine alone")
	_, _, err = s.Thread(t.Context(), guest, other.ID)
	want(t, err, coop.NotFound, "thread.unknown")
	_, err = s.Answer(t.Context(), guest, other.ID, "let me in")
	want(t, err, coop.NotFound, "thread.unknown")
	want(t, s.Report(t.Context(), guest, other.ID, "let me in"), coop.NotFound, "thread.unknown")
	want(t, s.Forget(t.Context(), guest, other.ID), coop.NotFound, "thread.unknown")
	_, err = s.Block(t.Context(), guest, th.ID)
	want(t, err, coop.Forbidden, "thread.not_yours_to_block")
	_, _, err = s.Threads(t.Context(), guest, false, "")
	want(t, err, coop.Unauthenticated, "login.required")
	_, _, err = s.Thread(t.Context(), coop.Guested(""), th.ID)
	want(t, err, coop.Unauthenticated, "login.required")
}

// A guest's address is in the thread, where the answer is sent from, and nowhere else: not in what is said, told or reported.
func TestGuestsAddressGoesNowhere(t *testing.T) {
	t.Parallel()
	s := newShop()
	th := s.guest(t, s.post(t, nil), "Hello")
	for range 2 {
		if _, err := s.Answer(t.Context(), ada, th.ID, "Hello"); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Answer(t.Context(), coop.Guested(th.ID), th.ID, "Hello"); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Report(t.Context(), ada, th.ID, "rude"); err != nil {
		t.Fatal(err)
	}
	msgs, err := s.mem.Messages(t.Context(), th.ID)
	if err != nil || len(msgs) != 5 {
		t.Fatal(len(msgs), err)
	}
	for _, m := range msgs {
		if m.From.Email != "" || m.From.Mark != "" || m.From.Language != "" || len(m.To) > 0 {
			t.Errorf("%+v", m)
		}
	}
	if all := fmt.Sprintf("%+v %+v %+v", msgs, s.events(), s.mem.Complaints()); strings.Contains(strings.ToLower(all), "mail.example") ||
		!strings.Contains(all, "Gwen") {
		t.Errorf("%s", all)
	}
	if strings.Contains(th.Other.Key(), "gwen") || th.Other.Mark != s.Mark("GWEN+shop@mail.example") || th.Other.Mark == s.Mark("gwen@other.example") {
		t.Errorf("mark %q", th.Other.Mark)
	}
	elsewhere := newShop()
	elsewhere.Fuzz = []byte("another")
	if elsewhere.Mark(gwenAddress) == th.Other.Mark {
		t.Error("the mark can be made without the node's secret")
	}
}

func TestGuestsAreChecked(t *testing.T) {
	t.Parallel()
	s := newShop()
	l := s.post(t, nil)
	_, err := s.AskAsGuest(t.Context(), l.ID, market.Party{}, " ")
	var fields []string
	for _, f := range coop.Fields(err) {
		fields = append(fields, f.Field+" "+f.Key)
	}
	if d := cmp.Diff([]string{"name field.required", "email field.required", "text field.required"}, fields); d != "" {
		t.Error(d)
	}
	ask := func(edit func(*market.Party, *string)) error {
		g, text := gwen, "Hello"
		edit(&g, &text)
		_, err := s.AskAsGuest(t.Context(), l.ID, g, text)
		return err
	}
	want(t, ask(func(g *market.Party, _ *string) { g.Email = "gwen" }), coop.Invalid, "email.invalid")
	want(t, ask(func(g *market.Party, _ *string) { g.Name = strings.Repeat("x", market.MaxGuestName+1) }), coop.Invalid, "field.long")
	want(t, ask(func(g *market.Party, _ *string) { g.Name = "buy http://x.example" }), coop.Invalid, "guest.name")
	want(t, ask(func(_ *market.Party, text *string) {
		*text = strings.Repeat("http://x.example ", market.MaxGuestLinks+1)
	}), coop.Invalid, "guest.links")
	want(t, ask(func(_ *market.Party, text *string) { *text = strings.Repeat("x", market.MaxMessage+1) }), coop.Invalid, "field.long")
	if err := ask(func(_ *market.Party, text *string) { *text = strings.Repeat("http://x.example ", market.MaxGuestLinks) }); err != nil {
		t.Error(err)
	}
	hidden := s.post(t, func(l *market.Listing) { l.Visibility = coop.CoopOnly })
	_, err = s.AskAsGuest(t.Context(), hidden.ID, gwen, "Hello")
	want(t, err, coop.NotFound, "listing.unknown")
	if _, err := s.ChangeListing(t.Context(), ada, l.ID, market.Fulfil, ""); err != nil {
		t.Fatal(err)
	}
	want(t, ask(func(*market.Party, *string) {}), coop.Conflict, "thread.over")
}

func TestMembersWriteToEachOther(t *testing.T) {
	t.Parallel()
	s := newShop()
	l := s.post(t, nil)
	_, err := s.AskHere(t.Context(), ada, l.ID, "hello me")
	want(t, err, coop.Conflict, "thread.own")
	_, err = s.AskHere(t.Context(), anonymous, l.ID, "hello")
	want(t, err, coop.Unauthenticated, "login.required")
	told := len(s.events())
	first, err := s.AskHere(t.Context(), ben, l.ID, "Two loaves?")
	if err != nil {
		t.Fatal(err)
	}
	second, err := s.AskHere(t.Context(), ben, l.ID, "Or three?")
	if err != nil || second.Thread != first.Thread {
		t.Fatalf("another thread %s, %v", second.Thread, err)
	}
	if _, err := s.Answer(t.Context(), ada, first.Thread, "Two."); err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff([]string{"message to ada", "message to ben"}, s.letters()); d != "" {
		t.Error(d)
	}
	if len(s.events()) != told {
		t.Error("what members say to each other was told")
	}
	unread := func(who coop.ID) int {
		n, err := s.mem.Unread(t.Context(), who)
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	if unread("ada") != 0 || unread("ben") != 1 {
		t.Errorf("unread: ada %d, ben %d", unread("ada"), unread("ben"))
	}
	for _, by := range []coop.Actor{ada, ben} {
		list, _, err := s.Threads(t.Context(), by, false, "")
		if err != nil || len(list) != 1 || list[0].ID != first.Thread {
			t.Errorf("%s lists %v, %v", by, list, err)
		}
	}
	if err := s.ReadThread(t.Context(), ben, first.Thread); err != nil || unread("ben") != 0 {
		t.Errorf("%d, %v", unread("ben"), err)
	}
	_, _, err = s.Thread(t.Context(), steward, first.Thread)
	want(t, err, coop.NotFound, "thread.unknown")
	// Asked to look, a steward reads and says nothing.
	want(t, s.Report(t.Context(), ben, first.Thread, " "), coop.Invalid, "field.required")
	if err := s.Report(t.Context(), ben, first.Thread, "She is rude"); err != nil {
		t.Fatal(err)
	}
	if c := s.mem.Complaints(); len(c) != 1 || c[0].By != "member:ben" || c[0].Words != "She is rude" || c[0].About[0] != s.Base+"/threads/"+coop.IRI(first.Thread) {
		t.Errorf("%+v", c)
	}
	got, _, err := s.Thread(t.Context(), steward, first.Thread)
	if err != nil || market.SideOf(steward, &got) != market.NoSide {
		t.Errorf("%v", err)
	}
	_, err = s.Answer(t.Context(), steward, first.Thread, "Be nice")
	want(t, err, coop.Forbidden, "thread.looking")
	_, err = s.Block(t.Context(), steward, first.Thread)
	want(t, err, coop.Forbidden, "thread.not_yours_to_block")
	_, _, err = s.Thread(t.Context(), coop.Member("cat", coop.RoleMember), first.Thread)
	want(t, err, coop.NotFound, "thread.unknown")
	// Ben wants to hear no more of ada: nothing goes either way, and only he can change that.
	if _, err := s.Block(t.Context(), ben, first.Thread); err != nil {
		t.Fatal(err)
	}
	for _, by := range []coop.Actor{ada, ben} {
		_, err = s.Answer(t.Context(), by, first.Thread, "hello?")
		want(t, err, coop.Conflict, "thread.closed")
	}
	_, err = s.AskHere(t.Context(), ben, l.ID, "a new one")
	want(t, err, coop.Conflict, "thread.refused")
	bens, err := s.PostListing(t.Context(), ben, bread())
	if err != nil {
		t.Fatal(err)
	}
	_, err = s.AskHere(t.Context(), ada, bens.ID, "a way round")
	want(t, err, coop.Conflict, "thread.refused")
	_, err = s.Unblock(t.Context(), ada, first.Thread)
	want(t, err, coop.Forbidden, "thread.not_yours_to_block")
	if _, err := s.Unblock(t.Context(), ben, first.Thread); err != nil {
		t.Fatal(err)
	}
	if _, err := s.AskHere(t.Context(), ada, bens.ID, "Thank you"); err != nil {
		t.Error(err)
	}
}

func TestStewardsAreToldOfWhatIsTheirs(t *testing.T) {
	t.Parallel()
	s := newShop()
	s.Stewards = func(context.Context) ([]coop.ID, error) { return []coop.ID{"sue", "tom"}, nil }
	l := s.post(t, nil)
	s.in(t, func(tx market.Tx) error { // whoever posted it is gone
		l.Poster = ""
		return tx.PutListing(l)
	})
	th := s.guest(t, l, "Is anybody there?")
	if d := cmp.Diff([]string{"message to sue", "message to tom"}, s.letters()); d != "" || th.Owner != "" {
		t.Errorf("owner %q: %s", th.Owner, d)
	}
	in := saying(note, l.IRI, "<p>And here?</p>")
	in.Plain, in.Stewards = "And here?", []coop.ID{"sue"}
	s.hear(t, in)
	if d := cmp.Diff([]string{"message to sue"}, s.letters()); d != "" {
		t.Error(d)
	}
	list, _, err := s.Threads(t.Context(), steward, true, "")
	if err != nil || len(list) != 2 {
		t.Fatal(list, err)
	}
	if list, _, _ := s.Threads(t.Context(), steward, false, ""); len(list) != 0 {
		t.Errorf("sue's own: %v", list)
	}
}

func TestBlockedPartiesAreNotHeard(t *testing.T) {
	t.Parallel()
	s := newShop()
	l := s.post(t, nil)
	s.hear(t, saying(note, l.IRI, "buy my pills"))
	th := s.threads(t)[0]
	if _, err := s.Block(t.Context(), ada, th.ID); err != nil {
		t.Fatal(err)
	}
	s.letters()
	for i, to := range []coop.IRI{l.IRI, note, ""} { // about the listing, in the conversation, out of nowhere
		in := saying(note+coop.IRI(rune('a'+i)), to, "buy them")
		in.Member = "ada"
		if !s.hear(t, in) {
			t.Error("the sender is told that they are not heard")
		}
	}
	if n := len(s.threads(t)); n != 1 || len(s.messages(t, th.ID)) != 1 || len(s.letters()) != 0 {
		t.Errorf("%d threads, said %v", n, s.messages(t, th.ID))
	}
	toBen := saying(note+"z", "", "and you?") // what ada wants to hear is for her alone to say
	toBen.Member = "ben"
	s.hear(t, toBen)
	if n := len(s.threads(t)); n != 2 {
		t.Errorf("%d threads", n)
	}
	if _, err := s.Unblock(t.Context(), ada, th.ID); err != nil {
		t.Fatal(err)
	}
	s.hear(t, saying(note+"y", note, "sorry"))
	if d := cmp.Diff([]string{"buy my pills", "sorry"}, s.messages(t, th.ID)); d != "" {
		t.Error(d)
	}

	guest := s.guest(t, l, "pills")
	other := s.guest(t, l, "more pills")
	if _, err := s.Block(t.Context(), ada, guest.ID); err != nil {
		t.Fatal(err)
	}
	_, err := s.AskAsGuest(t.Context(), l.ID, market.Party{Name: "Not Gwen", Email: "GWEN+2@mail.example"}, "hello")
	want(t, err, coop.Conflict, "guest.refused")
	_, err = s.Answer(t.Context(), coop.Guested(other.ID), other.ID, "still here")
	want(t, err, coop.Conflict, "guest.refused")
	want(t, s.UnblockGuest(t.Context(), ada, guest.Other.Mark), coop.Forbidden, "steward.only")
	want(t, s.UnblockGuest(t.Context(), anonymous, guest.Other.Mark), coop.Unauthenticated, "login.required")
	if err := s.UnblockGuest(t.Context(), steward, guest.Other.Mark); err != nil {
		t.Fatal(err)
	}
	if _, err = s.Answer(t.Context(), coop.Guested(other.ID), other.ID, "still here"); err != nil {
		t.Error(err)
	}
}

func TestGuestsAreForgotten(t *testing.T) {
	t.Parallel()
	s := newShop()
	th := s.guest(t, s.post(t, nil), "Hello")
	want(t, s.Forget(t.Context(), ada, th.ID), coop.NotFound, "thread.unknown")
	if err := s.Forget(t.Context(), coop.Guested(th.ID), th.ID); err != nil {
		t.Fatal(err)
	}
	got, said, err := s.Thread(t.Context(), ada, th.ID)
	if err != nil || got.Other != (market.Party{Language: "es"}) || !got.Closed || got.Blocked || len(said) != 1 {
		t.Errorf("%+v, %v", got, err)
	}
	for _, by := range []coop.Actor{ada, coop.Guested(th.ID)} {
		_, err = s.Answer(t.Context(), by, th.ID, "hello?")
		want(t, err, coop.Conflict, "thread.closed")
	}
}

func TestRepliesAreHidden(t *testing.T) {
	t.Parallel()
	s := newShop()
	l := s.post(t, nil)
	in := saying(note, l.IRI, "rude")
	in.Public = true
	s.hear(t, in)
	s.hear(t, saying(note+"p", l.IRI, "private"))
	all, err := s.mem.Replies(t.Context(), l.ID)
	if err != nil || len(all) != 1 {
		t.Fatal(all, err)
	}
	reply := all[0].ID
	want(t, s.HideReply(t.Context(), ben, l.ID, reply, true), coop.Forbidden, "steward.only")
	want(t, s.HideReply(t.Context(), anonymous, l.ID, reply, true), coop.Unauthenticated, "login.required")
	want(t, s.HideReply(t.Context(), ada, l.ID, "none", true), coop.NotFound, "message.unknown")
	other := s.post(t, nil)
	want(t, s.HideReply(t.Context(), ada, other.ID, reply, true), coop.NotFound, "message.unknown")
	private, _ := s.mem.Messages(t.Context(), s.threads(t)[0].ID)
	want(t, s.HideReply(t.Context(), ada, l.ID, private[0].ID, true), coop.NotFound, "message.unknown")
	for _, by := range []coop.Actor{ada, steward} {
		if err := s.HideReply(t.Context(), by, l.ID, reply, true); err != nil || s.replies(t, l.ID) != nil {
			t.Errorf("%s: %v", by, err)
		}
		if err := s.HideReply(t.Context(), by, l.ID, reply, false); err != nil || len(s.replies(t, l.ID)) != 1 {
			t.Errorf("%s: %v", by, err)
		}
	}
}

func TestAskThere(t *testing.T) {
	t.Parallel()
	s := newShop()
	ask := func(by coop.Actor, at coop.IRI, other market.Party) (market.Message, error) {
		return s.AskThere(t.Context(), by, at, "A bike", other, "May I?")
	}
	one, err := ask(ada, "https://social.example/listings/1", eve)
	if err != nil || one.InReplyTo != "https://social.example/listings/1" || len(one.To) != 1 || one.To[0] != eve.IRI {
		t.Fatalf("%+v, %v", one, err)
	}
	if again, err := ask(ada, "https://social.example/listings/1", eve); err != nil || again.Thread != one.Thread {
		t.Errorf("%v", err)
	}
	if other, err := ask(ada, "https://social.example/listings/2", eve); err != nil || other.Thread == one.Thread {
		t.Errorf("about another thing in the same thread, %v", err)
	}
	_, err = ask(anonymous, "https://social.example/listings/1", eve)
	want(t, err, coop.Unauthenticated, "login.required")
	_, err = ask(ada, "https://other.example/1", eve)
	want(t, err, coop.Forbidden, "origin.differs")
	_, err = ask(ada, s.Base+"/listings/1", market.Party{IRI: s.Actor})
	want(t, err, coop.Conflict, "thread.own")
	_, err = ask(ada, "https://social.example/1", market.Party{Name: "nobody"})
	want(t, err, coop.Conflict, "thread.own")
	if got := s.kinds(); got[len(got)-1] != coop.MessageSent {
		t.Errorf("%v", got)
	}
}

func TestExcerpts(t *testing.T) {
	t.Parallel()
	s := newShop()
	l := s.post(t, nil)
	for text, wanted := range map[string]string{
		" one\n\n two ":                              "one two",
		strings.Repeat("x", market.MaxExcerpt):       strings.Repeat("x", market.MaxExcerpt),
		strings.Repeat("ñ", market.MaxExcerpt+1):     strings.Repeat("ñ", market.MaxExcerpt-1) + "…",
		strings.Repeat("abcd ", market.MaxExcerpt/4): strings.TrimSpace(strings.Repeat("abcd ", 27)) + " abcd…",
	} {
		got, _, err := s.Thread(t.Context(), ada, s.guest(t, l, text).ID)
		if err != nil || len([]rune(got.Excerpt)) > market.MaxExcerpt || got.Excerpt != wanted && !strings.HasPrefix(text, "abcd") {
			t.Errorf("%q, want %q, %v", got.Excerpt, wanted, err)
		}
		if strings.HasPrefix(text, "abcd") && !strings.HasSuffix(got.Excerpt, "abcd…") {
			t.Errorf("%q is cut in the middle of a word", got.Excerpt)
		}
		s.pass(time.Second)
	}
}
