package mail_test

import (
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net/mail"
	"regexp"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"toadlane/coop"
	"toadlane/federation/queue"
	"toadlane/internal/limits"
	ours "toadlane/internal/mail"
	"toadlane/market"
)

// read is a mail as a mail program sees it.
type read struct {
	mail.Header
	text, html string
	raw        string
}

func (r *rig) read(raw string) read {
	r.Helper()
	m, err := mail.ReadMessage(strings.NewReader(raw))
	r.ok(err)
	kind, params, err := mime.ParseMediaType(m.Header.Get("Content-Type"))
	r.ok(err)
	if kind != "multipart/alternative" {
		r.Fatalf("content type %s", kind)
	}
	out := read{Header: m.Header, raw: raw}
	parts := multipart.NewReader(m.Body, params["boundary"])
	for _, into := range []*string{&out.text, &out.html} {
		p, err := parts.NextRawPart()
		r.ok(err)
		if p.Header.Get("Content-Transfer-Encoding") != "quoted-printable" {
			r.Fatalf("encoding %s", p.Header.Get("Content-Transfer-Encoding"))
		}
		b, err := io.ReadAll(quotedprintable.NewReader(p))
		r.ok(err)
		*into = strings.ReplaceAll(string(b), "\r\n", "\n")
		if want := map[*string]string{&out.text: "text/plain", &out.html: "text/html"}[into]; !strings.HasPrefix(p.Header.Get("Content-Type"), want) {
			r.Errorf("part of type %s", p.Header.Get("Content-Type"))
		}
	}
	if _, err := parts.NextPart(); err != io.EOF {
		r.Errorf("more than two parts: %v", err)
	}
	return out
}

func (m read) subject() string {
	s, _ := new(mime.WordDecoder).DecodeHeader(m.Get("Subject"))
	return s
}

// one takes the only mail out of the outbox.
func (r *rig) one() read {
	r.Helper()
	all := r.outbox()
	if len(all) != 1 {
		r.Fatalf("%d mails; waiting %+v; done %+v", len(all), r.letters(""), r.letters(queue.Done))
	}
	return r.read(all[0])
}

func (r *rig) none(why string) {
	r.Helper()
	r.work()
	if all := r.outbox(); len(all) != 0 {
		r.Fatalf("%s: a mail all the same: %s", why, all[0])
	}
}

var address = regexp.MustCompile(`http://bakery\.localhost:8470/[^\s"<>]+`)

func TestReminder(t *testing.T) {
	t.Parallel()
	r := newRig(t, nil)
	l := r.post(r.ada, "Sourdough", nil)
	r.clock.set(l.Until.AddDate(0, 0, -7))
	_, err := r.market.Tick(t.Context())
	r.ok(err)
	r.work()
	m := r.one()
	renew := "http://bakery.localhost:8470/renew/" + string(l.ID) + "/" + token("renew", ours.RenewalSubject(l.ID, l.Until))
	for _, want := range []string{renew + "\n", renew + "?do=close\n", "Sourdough", "/listings/" + string(l.ID), "Tin & Thyme", "21 February 2027"} {
		if !strings.Contains(m.text, want) {
			t.Errorf("the text lacks %q:\n%s", want, m.text)
		}
	}
	if !strings.Contains(m.html, `href="`+renew+`"`) || !strings.Contains(m.html, `href="`+renew+`?do=close"`) {
		t.Errorf("the page lacks the links: %s", m.html)
	}
	if m.subject() != "“Sourdough” ends on 21 February 2027 · Tin & Thyme" {
		t.Error(m.subject())
	}
	leave := "http://bakery.localhost:8470/unsubscribe/" + string(r.ada.ID) + "/reminder/" + token("unsubscribe", ours.UnsubscribeSubject(r.ada.ID, "reminder"))
	for name, want := range map[string]string{"Auto-Submitted": "auto-generated", "List-Unsubscribe": "<" + leave + ">", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
		"To": "<ada@home.example>", "From": `"Tin & Thyme" <no-reply@bakery.localhost>`, "Reply-To": "", "Content-Language": "en"} {
		if got := m.Get(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	if !regexp.MustCompile(`^<[0-9a-f-]{36}@bakery\.localhost>$`).MatchString(m.Get("Message-Id")) {
		t.Error(m.Get("Message-Id"))
	}
	// What is renewed meanwhile, or unwanted, is not mailed.
	r.clock.set(l.Until.AddDate(0, 0, -1))
	_, err = r.market.Tick(t.Context())
	r.ok(err)
	_, err = r.market.ChangeListing(t.Context(), r.member(r.ada), l.ID, market.Renew, "")
	r.ok(err)
	r.none("renewed")
	l = r.post(r.bo, "Rye", nil)
	r.clock.set(l.Until.AddDate(0, 0, -7))
	_, err = r.market.Tick(t.Context())
	r.ok(err)
	r.wish(r.bo, func(n *coop.Notify) { n.NoReminders = true })
	for _, x := range r.letters(queue.Waiting) {
		if x.Letter.Person != r.bo.ID && x.Letter.Kind == coop.LetterReminder {
			_, err := r.queue.Hold(t.Context(), "letter", x.Row.ID, "")
			r.ok(err)
		}
	}
	r.none("unwanted")
}

// A steward is told of a page that is to be looked at again, unless they want no reminders.
func TestReview(t *testing.T) {
	t.Parallel()
	r := newRig(t, nil)
	l := coop.Letter{Kind: coop.LetterReview, Person: r.ada.ID, Subject: "p", Args: map[string]string{"Name": "Fair\npay", "Slug": "fair-pay"}}
	r.put(l)
	r.work()
	all := r.outbox()
	if len(all) != 1 {
		t.Fatalf("%d mails", len(all))
	}
	m := r.read(all[0])
	if !strings.Contains(m.subject(), "“Fair pay”") || !strings.Contains(m.html, `href="`+string(base)+`/handbook/fair-pay"`) {
		t.Errorf("%s: %s", m.subject(), m.html)
	}
	r.wish(r.ada, func(n *coop.Notify) { n.NoReminders = true })
	l.Subject = "q"
	r.put(l)
	r.none("unwanted")
}

// A mail fetches nothing, runs nothing and hides nothing.
func TestMailFetchesNothing(t *testing.T) {
	t.Parallel()
	r := newRig(t, nil)
	l := r.post(r.ada, `<img src="https://evil.example/pixel.png"> Bread`, nil)
	r.hear(r.ada, l, "1", `Hi <img src="https://evil.example/pixel.png" width="1"> https://evil.example/ <script>alert(1)</script>`)
	r.put(coop.Letter{Kind: coop.LetterMessage, Person: r.ada.ID, Subject: string(r.hear(r.ada, l, "2", "again").ID)})
	r.clock.set(r.clock.Now().Add(limits.LetterDelay))
	r.work()
	for _, raw := range r.outbox() {
		m := r.read(raw)
		z := html.NewTokenizer(strings.NewReader(m.html))
		for z.Next() != html.ErrorToken {
			tok := z.Token()
			switch tok.Data {
			case "img", "script", "iframe", "object", "embed", "link", "form", "video", "audio":
				if tok.Type != html.TextToken {
					t.Errorf("%s in a mail", tok.Data)
				}
			}
			for _, a := range tok.Attr {
				if a.Key == "src" || a.Key == "background" || strings.HasPrefix(a.Key, "on") || strings.Contains(a.Val, "url(") ||
					a.Key == "href" && !strings.HasPrefix(a.Val, string(base)+"/") {
					t.Errorf("%s=%q in a mail", a.Key, a.Val)
				}
			}
		}
		if strings.Contains(m.html, "@import") || strings.Contains(m.html, "url(") {
			t.Error("a style that fetches")
		}
	}
}

// No header of a mail is written by whoever is named in it.
func TestHeadersCannotBeInjected(t *testing.T) {
	t.Parallel()
	for _, evil := range []string{"x\r\nBcc: evil@x.example", "x\nBcc: evil@x.example\n\nbody", "x\r\n\r\n<h1>body</h1>", "x\u2028Bcc: evil@x.example", "\x00\x1b[2J\rBcc: evil@x.example",
		strings.Repeat("é", 5000), "=?utf-8?q?=0D=0ABcc:_evil@x.example?=", "\" <evil@x.example>, \"", "\u202egnihtemos", "x\x0b\x0c\u0085Bcc: evil@x.example"} {
		r := newRig(t, nil)
		r.put(coop.Letter{Kind: coop.LetterInvite, Email: "eva@home.example", Language: "en\r\nBcc: evil@x.example", Subject: "1",
			Args: map[string]string{"By": evil, "Token": "abc\r\nBcc: evil@x.example", "Expires": evil}})
		l := r.post(r.ada, "Bread", nil)
		l.Title = coop.Text{"en": evil}
		th := r.hear(r.ada, l, "1", "words")
		r.ok(r.queue.Write(t.Context(), func(tx queue.Tx) error { // as if nobody had looked before
			th.Subject, th.Other.Name = evil, evil
			return tx.PutThread(th)
		}))
		r.put(coop.Letter{Kind: coop.LetterMessage, Person: r.ada.ID, Subject: string(th.ID)})
		r.clock.set(r.clock.Now().Add(limits.LetterDelay))
		r.work()
		all := r.outbox()
		if len(all) != 2 {
			t.Fatalf("%q: %d mails: %+v", evil, len(all), r.letters(""))
		}
		for _, raw := range all {
			m := r.read(raw)
			for name := range m.Header {
				switch name {
				case "Date", "Message-Id", "Mime-Version", "Content-Type", "From", "To", "Subject", "Auto-Submitted", "X-Auto-Response-Suppress", "Content-Language",
					"References", "List-Unsubscribe", "List-Unsubscribe-Post":
				default:
					t.Errorf("%q: header %s: %q", evil, name, m.Get(name))
				}
			}
			for _, name := range []string{"From", "To"} {
				list, err := m.AddressList(name)
				if err != nil || len(list) != 1 || strings.Contains(list[0].Address, "evil") {
					t.Errorf("%q: %s: %v, %v", evil, name, list, err)
				}
			}
			if s := m.subject(); len([]rune(s)) > 260 || strings.ContainsAny(s, "\r\n\x00\x1b\u2028\u202e") {
				t.Errorf("%q: subject %q", evil, s)
			}
		}
	}
}

func TestMessage(t *testing.T) {
	t.Parallel()
	r := newRig(t, nil)
	l := r.post(r.bo, "Rye", nil)
	th := r.hear(r.bo, l, "1", "Is it <b>fresh</b>? I am eva@secret.example")
	tell := func() {
		r.put(coop.Letter{Kind: coop.LetterMessage, Person: r.bo.ID, Subject: string(th.ID)})
	}
	tell()
	r.none("five minutes are not over")
	r.hear(r.bo, l, "2", "Or is it gone?")
	tell()
	r.clock.set(r.clock.Now().Add(limits.LetterDelay))
	r.work()
	m := r.one() // several messages within minutes make one mail
	for _, want := range []string{"Or is it gone?", "http://bakery.localhost:8470/threads/" + string(th.ID), "Leer y responder"} {
		if !strings.Contains(m.text, want) {
			t.Errorf("the text lacks %q:\n%s", want, m.text)
		}
	}
	if !strings.Contains(m.subject(), "te escribió sobre «Rye» · Tin & Thyme") || m.Get("Content-Language") != "es" {
		t.Error(m.subject(), m.Get("Content-Language"))
	}
	// What is read by then is not mailed.
	tell()
	r.ok(r.market.ReadThread(t.Context(), r.member(r.bo), th.ID))
	r.clock.set(r.clock.Now().Add(limits.LetterDelay))
	r.none("read")
	// Once a day: in the morning, at the co-op's place.
	r.wish(r.bo, func(n *coop.Notify) { n.Messages, n.Digest = coop.Daily, coop.Off })
	r.clock.set(time.Date(2026, 11, 24, 20, 0, 0, 0, time.UTC))
	r.hear(r.bo, l, "3", "Still there?")
	tell()
	r.clock.set(time.Date(2026, 11, 25, 5, 59, 0, 0, time.UTC))
	r.none("the morning has not come")
	r.clock.set(time.Date(2026, 11, 25, 6, 0, 0, 0, time.UTC)) // 7 in Madrid
	r.work()
	if m := r.one(); !strings.Contains(m.text, "Still there?") {
		t.Error(m.text)
	}
	// Off is off.
	r.wish(r.bo, func(n *coop.Notify) { n.Messages = coop.Off })
	r.hear(r.bo, l, "4", "Hello?")
	tell()
	r.clock.set(r.clock.Now().AddDate(0, 0, 2))
	r.none("off")
}

// What one party of a conversation must never learn of the other: their address.
func TestNoAddressLeaks(t *testing.T) {
	t.Parallel()
	r := newRig(t, nil)
	r.ok(r.Save(t.Context(), coop.System("test"), ours.Settings{Reply: "reply+%s@bakery.example"}, nil))
	l := r.post(r.bo, "Rye", nil)
	th := r.hear(r.bo, l, "1", "Is it fresh?")
	_, err := r.market.Answer(t.Context(), r.member(r.bo), th.ID, "Yes.")
	r.ok(err)
	r.hear(r.bo, l, "2", "Fine.")
	r.put(coop.Letter{Kind: coop.LetterMessage, Person: r.bo.ID, Subject: string(th.ID)})
	r.put(coop.Letter{Kind: coop.LetterAnswer, Email: "eva@guest.example", Language: "en", Subject: string(th.ID)})
	r.clock.set(r.clock.Now().Add(limits.LetterDelay))
	r.work()
	all := r.outbox()
	if len(all) != 2 {
		t.Fatalf("%d mails, %+v, %+v", len(all), r.letters(""), r.letters(queue.Done))
	}
	for _, raw := range all {
		m := r.read(raw)
		to := m.Get("To")
		for _, a := range []string{"ada@home.example", "bo@home.example", "eva@guest.example"} {
			if n := strings.Count(m.raw+m.text+m.html, a); strings.Contains(to, a) && n != 1 || !strings.Contains(to, a) && n != 0 {
				t.Errorf("the mail to %s names %s %d times:\n%s", to, a, n, m.text)
			}
		}
		if !strings.HasPrefix(m.Get("Reply-To"), "<reply+") || !strings.Contains(m.text, "✂") {
			t.Errorf("no way to answer by mail: %q\n%s", m.Get("Reply-To"), m.text)
		}
	}
	for _, x := range r.letters(queue.Done) {
		if x.Letter.Email != "" || len(x.Letter.Args) != 0 {
			t.Errorf("kept after it was sent: %+v", x)
		}
	}
}
