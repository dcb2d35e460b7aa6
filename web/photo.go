package web

import (
	"crypto/sha256"
	"encoding/hex"
	"strconv"
	"strings"

	"toadlane/coop"
	"toadlane/market"
)

// Photo is a picture as the partial "photo" shows it: the browser takes the size that it needs, room is kept for it, and until it
// is there its colour stands in its place.
type Photo struct {
	Src, Srcset, Sizes string
	Full               string // address of its largest size
	Alt                string
	Width, Height      int    // of its largest size, 0 when not known
	Colour             string // #rrggbb, "" when not known
	At                 string // class for where its focus is, "" for the middle
	Lazy               bool   // it may wait until it comes into sight
	First              bool   // it is what the page is about
}

// How wide a picture is shown, for the attribute sizes.
const (
	sizesCard    = "(min-width: 70rem) 19rem, (min-width: 42rem) 45vw, 92vw"
	sizesListing = "(min-width: 70rem) 44rem, (min-width: 56rem) 60vw, 92vw"
	sizesSmall   = "9rem"
)

// photo is the n-th picture of a listing, shown as wide as sizes says.
func (s *Site) photo(l *market.Listing, n int, sizes string, names ...string) Photo {
	p := l.Photos[n]
	x := Photo{Sizes: sizes, Full: s.photoPath(l, n, "large"), Alt: p.Alt, Lazy: true, At: focusClass(p.Focus)}
	if p.Type != "image/png" { // the colour would shine through
		x.Colour = p.Colour()
	}
	x.Width, x.Height = fitted(p.Width, p.Height, coop.PhotoSizes["large"])
	var set []string
	last := 0
	for _, name := range names {
		if w, _ := fitted(p.Width, p.Height, coop.PhotoSizes[name]); w > last {
			set = append(set, s.photoPath(l, n, name)+" "+strconv.Itoa(w)+"w")
			last = w
		}
	}
	if x.Src = s.photoPath(l, n, names[min(len(set), len(names)-1)/2]); len(set) > 1 {
		x.Srcset = strings.Join(set, ", ")
	} else {
		x.Sizes = ""
	}
	return x
}

// cardPhoto is the first picture of a listing as cards show it, nil when there is none.
func (s *Site) cardPhoto(l *market.Listing) *Photo {
	if len(l.Photos) == 0 {
		return nil
	}
	p := s.photo(l, 0, sizesCard, "small", "medium")
	return &p
}

// fitted gives the sides of a picture whose longer one is long at most, as internal/picture makes it.
func fitted(w, h, long int) (int, int) {
	if m := max(w, h); m > long {
		return max(1, w*long/m), max(1, h*long/m)
	}
	return w, h
}

// focusClass names where the focus of a picture is, in thirds of its sides: "at-<row><column>", "" for the middle.
func focusClass(f market.Focus) string {
	third := func(n int) string { return strconv.Itoa(min(2, (min(100, max(-100, n))+100)*3/200)) }
	if third(f.X) == "1" && third(f.Y) == "1" {
		return ""
	}
	return "at-" + third(f.Y) + third(f.X)
}

// photoPath is the address of a listing's picture on this site: ours by its id, a neighbour's through our copy, because no
// page makes a reader's browser ask another server (PRV-11). That address is signed: we fetch only what one of our own pages
// shows, never what somebody thinks up.
func (s *Site) photoPath(l *market.Listing, n int, size string) string {
	if l.Local() {
		return "/photos/" + string(l.Photos[n].ID) + "/" + size
	}
	return "/listings/" + string(l.ID) + "/photos/" + strconv.Itoa(n) + "/" + size + "?k=" + s.cfg.Token(remotePhoto, remoteSubject(l, n))
}

// remotePhoto is what the word in the address of a neighbour's picture opens.
const remotePhoto = "remote-photo"

func remoteSubject(l *market.Listing, n int) string {
	sum := sha256.Sum256([]byte(l.Photos[n].Remote))
	return string(l.ID) + "-" + strconv.Itoa(n) + "-" + hex.EncodeToString(sum[:8])
}
