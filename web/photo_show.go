package web

import (
	"crypto/subtle"
	"net/http"
	"slices"
	"strconv"

	"toadlane/coop"
	"toadlane/market"
)

func (s *Site) photoRoutes() []route {
	return []route{
		{method: http.MethodGet, pattern: "/photos/{id}/{size}", who: anyone, do: s.photoShow},
		{method: http.MethodGet, pattern: "/listings/{id}/photos/{n}/{size}", who: anyone, do: s.photoOfListing},
	}
}

// mediaPolicy is what a browser may do with a picture that it opens by itself: nothing (MED-03).
const mediaPolicy = "default-src 'none'; sandbox"

// How long caches keep a picture that everybody may see. Ours never changes under its address; a neighbour's may.
const (
	keptForGood = "public, max-age=31536000, immutable"
	keptAWhile  = "public, max-age=600"
)

// photoShow serves one of our pictures to whoever may see the listing it is on, and before that to who brought it. For all
// others it does not exist (MED-09).
func (s *Site) photoShow(v *visit) error {
	id, err := v.id("id")
	if err != nil {
		return err
	}
	reach, owner, err := s.cfg.Photos.PhotoReach(v.r.Context(), id)
	if err != nil {
		return err
	}
	mine := owner != "" && owner == v.by.Person()
	if reach < market.Reach(v.by) && !mine && !(reach == coop.Peers && s.opens(v, id)) {
		return coop.Errorf(coop.NotFound, "photo.unknown", "photo %s is not for %s", id, v.by)
	}
	size := v.param("size")
	if size == coop.PhotoWhole { // what was cut off was cut off for a reason
		if !mine && !v.by.CanSteward() {
			return coop.Errorf(coop.NotFound, "photo.unknown", "the whole of photo %s is not for %s", id, v.by)
		}
		return s.sendPhoto(v, id, size, false, keptForGood)
	}
	return s.sendPhoto(v, id, size, reach == coop.Everyone, keptForGood)
}

// opens tells whether the address carries the key of a picture that is for peers only. Their servers fetch pictures unsigned, so
// the listing that they may see says it.
func (s *Site) opens(v *visit, id coop.ID) bool {
	key := v.r.URL.Query().Get("key")
	return key != "" && s.cfg.PhotoKey != nil && subtle.ConstantTimeCompare([]byte(key), []byte(s.cfg.PhotoKey(id))) == 1
}

// photoOfListing serves the n-th picture of a listing. That of a neighbour is our own copy: it is fetched when somebody first
// looks, by us and never by the reader's browser (PRV-11).
func (s *Site) photoOfListing(v *visit) error {
	l, err := s.listing(v)
	if err != nil {
		return err
	}
	n, err := strconv.Atoi(v.param("n"))
	if err != nil || n < 0 || n >= len(l.Photos) || strconv.Itoa(n) != v.param("n") {
		return coop.Errorf(coop.NotFound, "photo.unknown", "photo %.10q of listing %s", v.param("n"), l.ID)
	}
	id := l.Photos[n].ID
	if !l.Local() {
		if !s.opensWith(v.r.URL.Query().Get("k"), remotePhoto, remoteSubject(l, n)) {
			return coop.Errorf(coop.NotFound, "photo.unknown", "photo %d of listing %s without its word", n, l.ID)
		}
		if id, err = s.cfg.Federation.RemotePhoto(v.r.Context(), l.ID, n); err != nil {
			return err
		}
	}
	if v.param("size") == coop.PhotoWhole {
		return coop.Errorf(coop.NotFound, "photo.unknown", "the whole of photo %d of listing %s", n, l.ID)
	}
	return s.sendPhoto(v, id, v.param("size"), l.Visibility == coop.Everyone && l.State.Public(), keptAWhile)
}

// sendPhoto writes the bytes. public says that everybody may keep them.
func (s *Site) sendPhoto(v *visit, id coop.ID, size string, public bool, kept string) error {
	if _, ok := coop.PhotoSizes[size]; !ok && size != coop.PhotoWhole {
		return coop.Errorf(coop.NotFound, "photo.unknown", "size %.20q", size)
	}
	file, info, err := s.cfg.Photos.OpenPhoto(v.r.Context(), id, size)
	if err != nil {
		return err
	}
	defer func() { _ = file.Close() }()
	if !slices.Contains([]string{"image/jpeg", "image/png"}, info.Type) {
		return coop.Errorf(coop.Internal, "error.internal", "photo %s has type %q", id, info.Type)
	}
	h := v.w.Header()
	h.Set("Content-Type", info.Type)
	h.Set("Content-Security-Policy", mediaPolicy)
	h.Set("Cross-Origin-Resource-Policy", "cross-origin")
	if public {
		h.Set("Cache-Control", kept)
		if info.ETag != "" {
			h.Set("Etag", info.ETag)
		}
	} else {
		h.Set("Cache-Control", "private, no-store")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
	}
	http.ServeContent(v.w, v.r, "", info.Modified, file)
	return nil
}
