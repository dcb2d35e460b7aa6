package market_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"toadlane/coop"
	"toadlane/market"
)

var eve = market.Party{IRI: "https://social.example/users/eve", Handle: "@eve@social.example", Name: "Eve", Inbox: "https://social.example/users/eve/inbox"}

const note coop.IRI = "https://social.example/notes/1"

func (s *shop) hear(t *testing.T, in market.Incoming) (placed bool) {
	t.Helper()
	s.in(t, func(tx market.Tx) (err error) {
		placed, err = market.Hear(tx, in, s.NewID, s.now())
		return err
	})
	return placed
}

func (s *shop) threads(t *testing.T) []market.Thread {
	t.Helper()
	all, _, err := s.mem.Threads(t.Context(), "", 100, "")
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func (s *shop) messages(t *testing.T, thread coop.ID) (out []string) {
	t.Helper()
	all, err := s.mem.Messages(t.Context(), thread)
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range all {
		out = append(out, m.Body)
	}
	return out
}

func (s *shop) replies(t *testing.T, listing coop.ID) (out []string) {
	t.Helper()
	all, err := s.mem.Replies(t.Context(), listing)
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range all {
		out = append(out, m.Body)
	}
	return out
}

func saying(iri coop.IRI, to coop.IRI, words string) market.Incoming {
	return market.Incoming{IRI: iri, InReplyTo: to, From: eve, HTML: words, Mentions: true, At: noon, Updated: noon}
}

func TestHearPublic(t *testing.T) {
	t.Parallel()
	s := newShop()
	l := s.post(t, nil)
	in := saying(note, l.IRI, "Is it rye?")
	in.Public = true
	for range 3 {
		if !s.hear(t, in) {
			t.Error("no place under the listing")
		}
	}
	second := saying("https://social.example/notes/2", note, "or wheat?") // under the reply, so under the listing
	second.Public, second.Mentions, second.At = true, false, noon.Add(-time.Minute)
	s.hear(t, second)
	if d := cmp.Diff([]string{"or wheat?", "Is it rye?"}, s.replies(t, l.ID)); d != "" {
		t.Error(d)
	}
	if len(s.threads(t)) != 0 {
		t.Error("a public reply made a private thread")
	}
	nowhere := saying("https://social.example/notes/3", "https://social.example/notes/9", "hello")
	nowhere.Public = true
	if s.hear(t, nowhere) {
		t.Error("a public saying about nothing of ours has a place")
	}
	future := saying("https://social.example/notes/4", l.IRI, "from the future")
	future.Public, future.At = true, noon.AddDate(1, 0, 0)
	s.hear(t, future)
	replies, _ := s.mem.Replies(t.Context(), l.ID)
	if last := replies[len(replies)-1]; !last.Created.Equal(noon) || !last.HTML || last.From != eve || last.Thread != "" {
		t.Errorf("%+v", last)
	}
}

func TestHearPrivate(t *testing.T) {
	t.Parallel()
	s := newShop()
	l := s.post(t, nil)
	in := saying(note, l.IRI, "May I have two?")
	in.Member = "ben" // the thread belongs to the poster all the same
	for range 3 {
		s.hear(t, in)
	}
	s.pass(time.Minute)
	more := saying("https://social.example/notes/2", note, "or three?")
	more.At, more.Plain = s.now(), "or  three?"
	s.hear(t, more)
	threads := s.threads(t)
	if len(threads) != 1 {
		t.Fatalf("%d threads", len(threads))
	}
	want := market.Thread{ID: threads[0].ID, Listing: l.ID, Owner: "ada", Other: eve, Subject: "Bread", Root: l.IRI, Last: more.IRI, Unread: 2,
		Excerpt: "or three?", SaidBy: market.OtherSide, Created: noon, Updated: s.now()}
	if d := cmp.Diff(want, threads[0]); d != "" {
		t.Error(d)
	}
	if d := cmp.Diff([]string{"May I have two?", "or three?"}, s.messages(t, want.ID)); d != "" {
		t.Error(d)
	}
	if len(s.replies(t, l.ID)) != 0 {
		t.Error("a private saying is shown in public")
	}
	if n, _ := s.mem.Unread(t.Context(), "ada"); n != 2 {
		t.Errorf("%d unread", n)
	}
	silent := saying("https://social.example/notes/3", "", "to nobody of us")
	silent.Mentions = false
	if s.hear(t, silent) {
		t.Error("what names none of us has a place")
	}
}

// TestNobodyReadsAnothersThread: what is written to one member never lands with another, even from one sender about one thing.
func TestNobodyReadsAnothersThread(t *testing.T) {
	t.Parallel()
	s := newShop()
	for i, to := range []coop.ID{"ada", "ben", "", "ada", "ben", ""} {
		in := saying(note+coop.IRI(rune('a'+i)), "", "to "+string(to))
		in.Member = to
		if !s.hear(t, in) {
			t.Error("no place")
		}
	}
	threads := s.threads(t)
	if len(threads) != 3 {
		t.Fatalf("%d threads", len(threads))
	}
	for _, th := range threads {
		if d := cmp.Diff([]string{"to " + string(th.Owner), "to " + string(th.Owner)}, s.messages(t, th.ID)); d != "" || th.Unread != 2 {
			t.Errorf("%q, %d unread: %s", th.Owner, th.Unread, d)
		}
		for by, may := range map[coop.Actor]bool{ada: th.Owner == "ada", ben: th.Owner == "ben", steward: th.Owner == "", node: true,
			coop.Member("", coop.RoleMember): false} {
			_, _, err := s.Thread(t.Context(), by, th.ID)
			if may && err != nil {
				t.Errorf("%s of %q: %v", by, th.Owner, err)
			} else if !may {
				want(t, err, coop.NotFound, "thread.unknown")
				want(t, s.ReadThread(t.Context(), by, th.ID), coop.NotFound, "thread.unknown")
				_, err := s.Answer(t.Context(), by, th.ID, "I am "+by.String())
				want(t, err, coop.NotFound, "thread.unknown")
			}
		}
		for _, by := range []coop.Actor{anonymous, stranger} {
			_, _, err := s.Thread(t.Context(), by, th.ID)
			want(t, err, coop.Unauthenticated, "login.required")
			want(t, s.ReadThread(t.Context(), by, th.ID), coop.Unauthenticated, "login.required")
			_, err = s.Answer(t.Context(), by, th.ID, "hello")
			want(t, err, coop.Unauthenticated, "login.required")
		}
	}
	// A third party who replies to a private message gets a thread of their own.
	mallory := saying("https://evil.example/1", note+"a", "let me in")
	mallory.From = market.Party{IRI: "https://evil.example/mallory"}
	mallory.Member = "ada"
	s.hear(t, mallory)
	for _, th := range s.threads(t) {
		if (th.Other.IRI == mallory.From.IRI) != slices.Contains(s.messages(t, th.ID), "let me in") {
			t.Errorf("thread with %s has %v", th.Other.IRI, s.messages(t, th.ID))
		}
	}
}

func TestHearEdits(t *testing.T) {
	t.Parallel()
	s := newShop()
	l := s.post(t, nil)
	orders := [][]int{{0, 1, 2}, {2, 1, 0}, {1, 0, 2, 2, 0}, {2, 2, 0, 1}}
	for n, order := range orders {
		iri := note + coop.IRI(rune('a'+n))
		for _, v := range order {
			in := saying(iri, l.IRI, strings.Repeat("x", v+1))
			in.Updated = noon.Add(time.Duration(v) * time.Minute)
			s.hear(t, in)
		}
	}
	th := s.threads(t)
	if len(th) != 1 || th[0].Unread != len(orders) {
		t.Fatalf("%d threads, %+v", len(th), th)
	}
	if d := cmp.Diff(slices.Repeat([]string{"xxx"}, len(orders)), s.messages(t, th[0].ID)); d != "" {
		t.Error(d)
	}
	// An edit neither opens what was private nor brings back what a steward hid.
	in := saying(note+"a", l.IRI, "now for everyone")
	in.Public, in.Updated = true, noon.Add(time.Hour)
	s.hear(t, in)
	if len(s.replies(t, l.ID)) != 0 {
		t.Error("an edit made a private saying public")
	}
	public := saying(note+"p", l.IRI, "rude")
	public.Public = true
	s.hear(t, public)
	s.in(t, func(tx market.Tx) error {
		m, err := tx.MessageByIRI(public.IRI)
		if err != nil {
			return err
		}
		m.Hidden = true
		return tx.PutMessage(m)
	})
	public.HTML, public.Updated = "rude again", noon.Add(time.Hour)
	s.hear(t, public)
	if len(s.replies(t, l.ID)) != 0 {
		t.Error("an edit brought back what was hidden")
	}
}

func TestHearRefuses(t *testing.T) {
	t.Parallel()
	s := newShop()
	l := s.post(t, nil)
	s.hear(t, saying(note, l.IRI, "mine"))
	thread := s.threads(t)[0]
	ours, err := s.Answer(t.Context(), ada, thread.ID, "ours")
	if err != nil {
		t.Fatal(err)
	}
	hear := func(edit func(*market.Incoming)) error {
		in := saying(note, l.IRI, "forged")
		in.Updated = noon.Add(time.Hour)
		edit(&in)
		return s.Store.Write(t.Context(), func(tx market.Tx) error {
			_, err := market.Hear(tx, in, s.NewID, s.now())
			return err
		})
	}
	want(t, hear(func(in *market.Incoming) { in.From.IRI = "https://social.example/users/other" }), coop.Forbidden, "owner.differs")
	want(t, hear(func(in *market.Incoming) { in.From.IRI = "https://evil.example/" }), coop.Forbidden, "owner.differs")
	want(t, hear(func(in *market.Incoming) { in.IRI = ours.IRI }), coop.Forbidden, "owner.differs")
	want(t, hear(func(in *market.Incoming) { in.IRI = "https://other.example/1" }), coop.Forbidden, "origin.differs")
	want(t, hear(func(in *market.Incoming) { in.IRI = "" }), coop.Forbidden, "origin.differs")
	if d := cmp.Diff([]string{"mine", "ours"}, s.messages(t, thread.ID)); d != "" {
		t.Error(d)
	}
}

func TestUnsay(t *testing.T) {
	t.Parallel()
	s := newShop()
	l := s.post(t, nil)
	unsay := func(iri, by coop.IRI) error {
		return s.Store.Write(t.Context(), func(tx market.Tx) error { return market.Unsay(tx, iri, by, noon) })
	}
	in := saying(note, l.IRI, "hello")
	in.Public = true
	s.hear(t, in)
	want(t, unsay(note, "https://social.example/users/other"), coop.Forbidden, "owner.differs")
	want(t, unsay(note, "https://evil.example/"), coop.Forbidden, "owner.differs")
	for range 2 {
		if err := unsay(note, eve.IRI); err != nil {
			t.Error(err)
		}
	}
	s.hear(t, in)
	if got := s.replies(t, l.ID); got != nil {
		t.Errorf("came back: %v", got)
	}
	// Before it was heard; and nobody buries another origin's words.
	early := saying("https://social.example/notes/2", l.IRI, "early")
	if err := unsay(early.IRI, eve.IRI); err != nil {
		t.Fatal(err)
	}
	s.hear(t, early)
	if len(s.threads(t)) != 0 {
		t.Error("a deleted saying made a thread")
	}
	if err := unsay("https://social.example/notes/3", "https://evil.example/"); err != nil {
		t.Fatal(err)
	}
	if s.hear(t, saying("https://social.example/notes/3", l.IRI, "kept")); len(s.threads(t)) != 1 {
		t.Error("another origin buried it")
	}
}

func TestAnswer(t *testing.T) {
	t.Parallel()
	s := newShop()
	l := s.post(t, nil)
	s.hear(t, saying(note, l.IRI, "two?"))
	th := s.threads(t)[0]
	for _, c := range []struct{ text, key string }{{" \n", "field.required"}, {strings.Repeat("x", market.MaxMessage+1), "field.long"}, {"\x00", "field.not_text"}} {
		_, err := s.Answer(t.Context(), ada, th.ID, c.text)
		want(t, err, coop.Invalid, c.key)
	}
	_, err := s.Answer(t.Context(), ada, "unknown", "x")
	want(t, err, coop.NotFound, "thread.unknown")
	if err := s.ReadThread(t.Context(), ada, th.ID); err != nil {
		t.Error(err)
	}
	m, err := s.Answer(t.Context(), ada, th.ID, " Yes,\ntwo. ")
	if err != nil {
		t.Fatal(err)
	}
	wanted := market.Message{ID: m.ID, Thread: th.ID, Listing: l.ID, IRI: s.MessageIRI(m.ID), InReplyTo: note, From: market.Party{Person: "ada", IRI: s.Actor},
		To: []coop.IRI{eve.IRI}, Body: "Yes,\ntwo.", Created: noon, Updated: noon}
	if d := cmp.Diff(wanted, m); d != "" {
		t.Error(d)
	}
	last := s.events()[len(s.events())-1]
	if last.Kind != coop.MessageSent || last.Subject != string(m.IRI) || !cmp.Equal(last.Snapshot, any(m)) {
		t.Errorf("told %+v", last)
	}
	got, msgs, err := s.Thread(t.Context(), ada, th.ID)
	if err != nil || got.Last != m.IRI || got.Unread != 0 || len(msgs) != 2 {
		t.Errorf("%+v, %v", got, err)
	}
	// The answer to our answer comes back into the thread.
	s.hear(t, saying("https://social.example/notes/2", m.IRI, "thanks"))
	if d := cmp.Diff([]string{"two?", "Yes,\ntwo.", "thanks"}, s.messages(t, th.ID)); d != "" || len(s.threads(t)) != 1 {
		t.Error(d)
	}
	s.Store = deaf{s.mem}
	if _, err := s.Answer(t.Context(), ada, th.ID, "lost"); err == nil || slices.Contains(s.messages(t, th.ID), "lost") {
		t.Errorf("kept what cannot be sent: %v", err)
	}
	s.Store = s.mem
	s.in(t, func(tx market.Tx) error { th.Closed = true; return tx.PutThread(th) })
	_, err = s.Answer(t.Context(), ada, th.ID, "hello?")
	want(t, err, coop.Conflict, "thread.closed")
}

func TestAsk(t *testing.T) {
	t.Parallel()
	s := newShop()
	ours := s.post(t, nil)
	put := func(id coop.ID, state market.State) {
		s.in(t, func(tx market.Tx) error {
			l := theirs()
			l.IRI, l.State = address+coop.IRI(id), state
			_, err := market.Receive(tx, l, id, noon)
			return err
		})
	}
	put("r", market.Open)
	put("over", market.Done)
	cycles := market.Party{IRI: home, Inbox: "https://cycles.example/inbox"}
	ask := func(by coop.Actor, listing coop.ID, other market.Party, text string) error {
		_, err := s.Ask(t.Context(), by, listing, other, text)
		return err
	}
	for _, by := range []coop.Actor{anonymous, stranger, node} {
		want(t, ask(by, "r", cycles, "x"), coop.Unauthenticated, "login.required")
	}
	want(t, ask(ada, "r", cycles, " "), coop.Invalid, "field.required")
	want(t, ask(ada, "unknown", cycles, "x"), coop.NotFound, "listing.unknown")
	want(t, ask(ada, ours.ID, cycles, "x"), coop.Conflict, "thread.closed")
	want(t, ask(ada, "over", cycles, "x"), coop.Conflict, "thread.closed")
	want(t, ask(ada, "r", eve, "x"), coop.Conflict, "thread.closed")
	if len(s.threads(t)) != 0 {
		t.Error("a refusal left a thread")
	}
	for _, by := range []coop.Actor{ada, ben, ada, ben, ada} { // two members about one listing, by turns
		if err := ask(by, "r", cycles, "from "+string(by.Person())); err != nil {
			t.Fatal(err)
		}
	}
	threads := s.threads(t)
	if len(threads) != 2 {
		t.Fatalf("%d threads", len(threads))
	}
	for _, th := range threads {
		n := map[coop.ID]int{"ada": 3, "ben": 2}[th.Owner]
		if d := cmp.Diff(slices.Repeat([]string{"from " + string(th.Owner)}, n), s.messages(t, th.ID)); d != "" || th.Root != address+"r" || th.Subject != "Bread" {
			t.Errorf("%+v: %s", th, d)
		}
		msgs, _ := s.mem.Messages(t.Context(), th.ID)
		if msgs[0].InReplyTo != th.Root || msgs[1].InReplyTo != msgs[0].IRI {
			t.Errorf("%s replies to %s, %s", th.Owner, msgs[0].InReplyTo, msgs[1].InReplyTo)
		}
		// The neighbour's reply to one reaches that one.
		in := market.Incoming{IRI: "https://cycles.example/n/" + coop.IRI(th.Owner), InReplyTo: th.Last, From: cycles, HTML: "hello", Mentions: true, At: noon.Add(1), Updated: noon}
		s.hear(t, in)
		if got := s.messages(t, th.ID); got[len(got)-1] != "hello" {
			t.Errorf("%s got %v", th.Owner, got)
		}
	}
	if len(s.threads(t)) != 2 {
		t.Error("a reply made a thread")
	}
}
