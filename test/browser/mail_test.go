package browser

import (
	"io"
	"mime"
	"mime/multipart"
	"net/mail"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"toadlane/internal/testrig"
)

// letter waits until a mail to an address lies in a co-op's folder of mails, and gives its plain words. A co-op without a mail server
// lays them there.
func letter(t testing.TB, r *testrig.Rig, c *testrig.Coop, to, words string) string {
	t.Helper()
	var got string
	r.Wait("a mail to "+to+" that says "+words, func() bool {
		names, err := filepath.Glob(filepath.Join(c.Mail.Outbox(), "*.eml"))
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range names {
			text, ok := readLetter(t, name, to)
			if ok && strings.Contains(text, words) {
				got = text
				return true
			}
		}
		return false
	})
	return got
}

func readLetter(t testing.TB, name, to string) (text string, ok bool) {
	t.Helper()
	f, err := os.Open(name)
	if os.IsNotExist(err) {
		return "", false // the oldest go
	}
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	m, err := mail.ReadMessage(f)
	if err != nil {
		t.Fatal(err)
	}
	if a, err := mail.ParseAddress(m.Header.Get("To")); err != nil || a.Address != to {
		return "", false
	}
	_, params, err := mime.ParseMediaType(m.Header.Get("Content-Type"))
	if err != nil {
		t.Fatal(err)
	}
	part, err := multipart.NewReader(m.Body, params["boundary"]).NextPart() // which undoes quoted-printable
	if err != nil {
		t.Fatal(err)
	}
	b, err := io.ReadAll(part)
	if err != nil {
		t.Fatal(err)
	}
	return string(b), true
}

// link is the path of the first link of a mail that begins so.
func link(t testing.TB, c *testrig.Coop, text, prefix string) string {
	t.Helper()
	m := regexp.MustCompile(regexp.QuoteMeta(string(c.Base)) + `(` + regexp.QuoteMeta(prefix) + `\S*)`).FindStringSubmatch(text)
	if m == nil {
		t.Fatalf("the mail has no link to %s:\n%s", prefix, text)
	}
	return m[1]
}
