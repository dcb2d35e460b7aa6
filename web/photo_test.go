package web_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"hash/crc32"
	"image/color"
	"net/http"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"

	"golang.org/x/net/html"

	"toadlane/coop"
	"toadlane/internal/limits"
	"toadlane/market"
	"toadlane/web"
)

// MED-01, MED-03, MED-05, MED-10: what is no picture is refused beside the field, and nothing of it is served.
func TestMED01OnlyPicturesAreTaken(t *testing.T) {
	t.Parallel()
	r := founded(t, bakery, nil)
	ada := r.signedIn("ada")
	bomb := []byte("\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR")
	bomb = binary.BigEndian.AppendUint32(bomb, 30000)
	bomb = append(binary.BigEndian.AppendUint32(bomb, 30000), 8, 2, 0, 0, 0)
	bomb = binary.BigEndian.AppendUint32(bomb, crc32.ChecksumIEEE(bomb[12:]))
	before := r.writes.Load()
	for name, c := range map[string]struct {
		body   []byte
		status int
	}{
		"svg":        {[]byte(`<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>`), http.StatusUnsupportedMediaType},
		"html":       {[]byte("<!doctype html><script>alert(1)</script>"), http.StatusUnsupportedMediaType},
		"activity":   {[]byte(`{"@context":"https://www.w3.org/ns/activitystreams","id":"https://bakery.example/x","type":"Note"}`), http.StatusUnsupportedMediaType},
		"polyglot":   {[]byte("\xff\xd8\xff\xe0<script>alert(1)</script>"), http.StatusUnsupportedMediaType},
		"bomb":       {bomb, http.StatusUnprocessableEntity},
		"jpeg claim": {[]byte("\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00\xff\xc0\x00\x11\x08\xff\xff\xff\xff\x03\x01\x22\x00\x02\x11\x01\x03\x11\x01\xff\xd9"), http.StatusUnprocessableEntity},
	} {
		a := ada.upload("/new/offer", filled(nil), map[string][]byte{"photo_0": c.body})
		if a.status != c.status || len(formValues(a)["photo_id"]) != 0 {
			t.Errorf("%s: %d %.300s", name, a.status, a.text())
		}
		if got, _ := a.value("title"); got != "Ten loaves" {
			t.Errorf("%s: what was typed is lost", name)
		}
	}
	if r.writes.Load() != before {
		t.Error("something was kept")
	}
	big := ada.upload("/new/offer", filled(nil), map[string][]byte{"photo_0": bytes.Repeat([]byte("x"), int(limits.UploadBody))})
	big.want(http.StatusRequestEntityTooLarge)
	r.posted(ada.upload("/new/offer", filled(nil), map[string][]byte{"photo_0": snapshot(t, color.White)})) // control
}

type fullPhotos struct{ web.Photos }

func (fullPhotos) PutPhoto(context.Context, coop.ID, web.Picture) (coop.ID, error) {
	return "", coop.Errorf(coop.TooMany, "photo.quota", "full")
}

func TestMED10FullDiskIsSaidInPlainWords(t *testing.T) {
	t.Parallel()
	r := founded(t, bakery, func(c *web.Config) { c.Photos = fullPhotos{c.Photos} })
	r.signedIn("ada").upload("/new/offer", filled(nil), map[string][]byte{"photo_0": snapshot(t, color.White)}).
		want(http.StatusRequestEntityTooLarge).says("no room for more pictures")
}

// MED-03, MED-04, XSS-12: what is served is a picture and nothing else, whatever is asked for.
func TestMED03PhotosAreOnlyEverPictures(t *testing.T) {
	t.Parallel()
	r := founded(t, bakery, nil)
	src := snapshot(t, color.White)
	exif := append([]byte{0xff, 0xe1, 0, 30}, []byte("Exif\x00\x00MM\x00*CANARY-GPS-39.4872")...)
	src = append(append(append([]byte{}, src[:2]...), exif[:32]...), src[2:]...)
	l := r.posted(r.signedIn("ada").upload("/new/offer", filled(url.Values{"visibility": {"everyone"}}), map[string][]byte{"photo_0": src}))
	for size := range coop.PhotoSizes {
		at := "/photos/" + string(l.Photos[0].ID) + "/" + size
		for _, accept := range []string{"", "image/*", "application/activity+json", "text/html"} {
			a := r.browser().do(http.MethodGet, at, nil, http.Header{"Accept": {accept}}).want(http.StatusOK)
			h := a.header
			if h.Get("Content-Type") != "image/jpeg" || h.Get("Content-Security-Policy") != "default-src 'none'; sandbox" ||
				h.Get("X-Content-Type-Options") != "nosniff" || h.Get("Cache-Control") != "public, max-age=31536000, immutable" {
				t.Errorf("%s as %s: %v", at, accept, h)
			}
			if strings.Contains(a.body, "CANARY") || strings.Contains(a.body, "Exif") {
				t.Errorf("%s still tells where it was taken", at)
			}
		}
		a := r.browser().get(at)
		if again := r.browser().do(http.MethodGet, at, nil, http.Header{"If-None-Match": {a.header.Get("Etag")}}); again.status != http.StatusNotModified {
			t.Errorf("unchanged: %d", again.status)
		}
		if part := r.browser().do(http.MethodGet, at, nil, http.Header{"Range": {"bytes=0-1"}}); part.status != http.StatusPartialContent || part.body != "\xff\xd8" {
			t.Errorf("a part: %d", part.status)
		}
	}
	for _, at := range []string{"/photos/" + string(l.Photos[0].ID) + "/huge", "/photos/" + string(l.Photos[0].ID) + "/..%2f..%2ftoadlane.db", "/photos/..%2f/small",
		"/photos/" + string(newID()) + "/small", path(l) + "/photos/1/small", path(l) + "/photos/-1/small", path(l) + "/photos/00/small", path(l) + "/photos/0/x"} {
		r.browser().get(at).want(http.StatusNotFound)
	}
	r.browser().get(path(l) + "/photos/0/small").want(http.StatusOK)
}

// MED-09: a picture is seen by whoever sees what it is on, and for others is not there.
func TestMED09PrivatePhotos(t *testing.T) {
	t.Parallel()
	r := founded(t, bakery, nil)
	r.person("bea", coop.RoleMember)
	ada, bea, nobody := r.signedIn("ada"), r.signedIn("bea"), r.browser()
	red := map[string][]byte{"photo_0": snapshot(t, color.RGBA{200, 0, 0, 255})}
	loose := formValues(ada.upload("/new/offer", filled(url.Values{"do": {"photos"}}), red))["photo_id"][0]
	draft := r.posted(ada.upload("/new/offer", filled(url.Values{"do": {"draft"}, "visibility": {"everyone"}}), red))
	ours := r.posted(ada.upload("/new/offer", filled(url.Values{"visibility": {"coop"}}), red))
	peers := r.posted(ada.upload("/new/offer", filled(url.Values{"visibility": {"peers"}}), red))
	missing := nobody.get("/photos/" + string(newID()) + "/small").want(http.StatusNotFound)
	for name, c := range map[string]struct {
		id  string
		bea int
	}{"on nothing": {loose, 404}, "draft": {string(draft.Photos[0].ID), 404}, "co-op": {string(ours.Photos[0].ID), 200}, "peers": {string(peers.Photos[0].ID), 200}} {
		at := "/photos/" + c.id + "/small"
		a := nobody.do(http.MethodGet, at, nil, http.Header{"Referer": {bakery + path(ours)}})
		if a.status != http.StatusNotFound || len(a.body) != len(missing.body) {
			t.Errorf("%s for nobody: %d, %d bytes", name, a.status, len(a.body))
		}
		if b := bea.get(at); b.status != c.bea || b.header.Get("Cache-Control") != "private, no-store" {
			t.Errorf("%s for bea: %d %s", name, b.status, b.header.Get("Cache-Control"))
		}
		if b := ada.get(at); b.status != http.StatusOK || b.header.Get("Cache-Control") != "private, no-store" {
			t.Errorf("%s for ada: %d %s", name, b.status, b.header.Get("Cache-Control"))
		}
	}
	nobody.get(path(ours) + "/photos/0/small").want(http.StatusNotFound)
	// WEB-13: nobody shows another's picture by naming it in a form.
	stolen := r.posted(bea.upload("/new/offer", filled(url.Values{"visibility": {"everyone"}, "photo_id": {loose, string(ours.Photos[0].ID)}, "photo_alt": {"", ""}}), nil))
	if len(stolen.Photos) != 0 {
		t.Errorf("bea shows %v", stolen.Photos)
	}
	nobody.get("/photos/" + loose + "/small").want(http.StatusNotFound)
}

// remotePhotos gives our copy of a neighbour's picture and counts who asked.
type remotePhotos struct {
	web.Federation
	id    coop.ID
	err   error
	asked atomic.Int64
}

func (p *remotePhotos) RemotePhoto(context.Context, coop.ID, int) (coop.ID, error) {
	p.asked.Add(1)
	return p.id, p.err
}

func TestANeighboursPhotoIsOurCopy(t *testing.T) {
	t.Parallel()
	fed := &remotePhotos{}
	r := founded(t, bakery, func(c *web.Config) { fed.Federation = c.Federation; c.Federation = fed })
	own := r.posted(r.signedIn("ada").upload("/new/offer", filled(nil), map[string][]byte{"photo_0": snapshot(t, color.White)}))
	fed.id = own.Photos[0].ID
	l := r.receive(an(market.Offer, "Cargo bike", func(l *market.Listing) {
		l.Photos = []market.Photo{{Remote: "https://cycles.example/media/1.jpg", Alt: "A bike"}}
	}))
	for _, page := range []string{"/market", path(l), "/", "/market.rss", "/market.atom", "/market.json"} {
		r.browser().get(page).want(http.StatusOK).saysNot("cycles.example/media")
	}
	// Only an address that one of our pages shows has anything fetched.
	at := path(l) + "/photos/0/small"
	for _, k := range []string{"", "?k=", "?k=x", "?k=token-remote-photo-", "?k=token-photo-" + string(l.ID)} {
		r.browser().get(at + k).want(http.StatusNotFound)
	}
	if fed.asked.Load() != 0 {
		t.Errorf("asked %d times for what no page shows", fed.asked.Load())
	}
	at = ""
	for _, n := range r.browser().get("/market").find(func(n *html.Node) bool { return n.Data == "img" && attr(n, "alt") == "A bike" }) {
		at = attr(n, "src")
	}
	a := r.browser().get(at).want(http.StatusOK)
	if a.header.Get("Content-Type") != "image/jpeg" || a.header.Get("Cache-Control") != "public, max-age=600" {
		t.Errorf("%v", a.header)
	}
	fed.err = coop.Errorf(coop.Unavailable, "photo.unreachable", "away")
	r.browser().get(at).want(http.StatusServiceUnavailable)
	// When its home shows another picture there, the old word does not open it.
	r.receive(an(market.Offer, "Cargo bike", func(m *market.Listing) {
		m.ID, m.IRI = l.ID, l.IRI
		m.Photos = []market.Photo{{Remote: "https://cycles.example/media/2.jpg", Alt: "A bike"}}
	}))
	r.browser().get(at).want(http.StatusNotFound)
}
