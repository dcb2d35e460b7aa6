package testrig

import (
	"bytes"
	"image"
	"image/color"
	"net/url"
	"regexp"
	"testing"

	"toadlane/coop"
	"toadlane/internal/picture"
	"toadlane/market"
)

// The picture of a listing for peers reaches a peer, is shown there to its members, and to nobody else anywhere.
func TestPhotoForPeers(t *testing.T) {
	t.Parallel()
	r := New(t, "bakery", "cycles")
	bakery, cycles := r.Coop("bakery"), r.Coop("cycles")
	cycles.Follow(bakery)
	bakery.Follow(cycles)

	img := image.NewRGBA(image.Rect(0, 0, 40, 30))
	for i := range 40 {
		img.Set(i, i%30, color.RGBA{200, 120, 40, 255})
	}
	pic, err := picture.Of(t.Context(), img)
	if err != nil {
		t.Fatal(err)
	}
	photo, err := bakery.Store.PutPhoto(t.Context(), bakery.Steward.Person(), pic)
	if err != nil {
		t.Fatal(err)
	}
	l := bakery.Post("For neighbours only", func(l *market.Listing) {
		l.Visibility = coop.Peers
		l.Photos = []market.Photo{{ID: photo, Alt: "a line", Width: pic.Width, Height: pic.Height, Type: pic.Type, Blurhash: pic.Blurhash}}
	})
	var theirs market.Listing
	r.Wait("the listing at cycles", func() bool {
		theirs, err = cycles.Market.Store.ListingByIRI(t.Context(), l.IRI)
		return err == nil
	})
	member, stranger := NewBrowser(), NewBrowser()
	t.Cleanup(member.Close)
	t.Cleanup(stranger.Close)
	if p, err := member.Post(string(cycles.Base)+"/login", url.Values{"login": {cycles.Email}, "password": {Password}}); err != nil || p.Status != 200 {
		t.Fatalf("sign in: %d %v", p.Status, err)
	}
	page, err := member.Get(string(cycles.Base) + "/listings/" + string(theirs.ID))
	if err != nil {
		t.Fatal(err)
	}
	at := string(cycles.Base) + regexp.MustCompile(`/listings/[^/" ]+/photos/0/\w+\?k=[\w-]+`).FindString(page.Body)
	got, err := member.Get(at)
	if err != nil || got.Status != 200 || !bytes.HasPrefix([]byte(got.Body), []byte("\xff\xd8")) && !bytes.HasPrefix([]byte(got.Body), []byte("\x89PNG")) {
		t.Errorf("a member of the peer gets %d %.40q %v", got.Status, got.Body, err)
	}
	for _, hidden := range []string{at, string(bakery.Base) + "/photos/" + string(photo) + "/large",
		string(bakery.Base) + "/photos/" + string(photo) + "/large?key=guess"} {
		if got, err := stranger.Get(hidden); err != nil || got.Status != 404 {
			t.Errorf("a stranger gets %s: %d %v", hidden, got.Status, err)
		}
	}
}
