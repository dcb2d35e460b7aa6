package browser

import (
	"bytes"
	"context"
	"image"
	"image/color"
	"image/png"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/chromedp/chromedp"

	"toadlane/coop"
	"toadlane/internal/password"
	"toadlane/internal/testrig"
)

// secret is what every member of these tests signs in with.
const secret = "a toad under every stone"

var secretHash = sync.OnceValues(func() (string, error) { return password.Hash(context.Background(), secret) })

// person is a member who can sign in.
type person struct {
	coop.Person
	Email string
}

// join makes a member of a co-op.
func join(t testing.TB, c *testrig.Coop, handle, name string, role coop.Role) person {
	t.Helper()
	hash, err := secretHash()
	if err != nil {
		t.Fatal(err)
	}
	p := person{Email: handle + "@" + c.Name + ".localhost"}
	p.Person, err = c.Node.Coop.AddPerson(t.Context(), coop.System("test"), coop.Person{Handle: handle, DisplayName: name}, p.Email, hash, "", role)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// enter opens a co-op and signs a member in by the form.
func enter(t testing.TB, c *testrig.Coop, p person) *tab {
	t.Helper()
	b := open(t, string(c.Base))
	b.login(p.Email, secret)
	return b
}

func (b *tab) login(email, password string) {
	b.t.Helper()
	b.visit("/login")
	b.fill("#f-login", email)
	b.fill("#f-password", password)
	b.press("form[action='/login'] button")
}

// drawn is a picture made by code, as a file.
func drawn(t testing.TB) string {
	t.Helper()
	m := image.NewNRGBA(image.Rect(0, 0, 640, 480))
	for y := range 480 {
		for x := range 640 {
			m.Set(x, y, color.NRGBA{uint8(x / 3), uint8(y / 2), 120, 255})
		}
	}
	var b bytes.Buffer
	if err := png.Encode(&b, m); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "loaf.png")
	if err := os.WriteFile(path, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// attach chooses a file for an upload.
func (b *tab) attach(selector, path string) {
	b.t.Helper()
	b.do("attach "+path, chromedp.SetUploadFiles(chromedp.CSS(selector), []string{path}))
}

// loaded is the expression for: the picture that selector finds has arrived, from this very site.
func loaded(selector string) string {
	return `(e => { if (!e) return false; e.scrollIntoView(); return e.complete && e.naturalWidth > 0 && new URL(e.currentSrc).host === location.host })(` +
		find(selector) + `)`
}

// shows is the expression for: the page says these words.
func shows(words string) string { return `document.body.innerText.includes(` + quote(words) + `)` }
