package storetest

import (
	"io"
	"strings"
	"testing"
	"time"

	"toadlane/coop"
	"toadlane/internal/limits"
	"toadlane/market"
	"toadlane/store"
)

func picture(text string) coop.Picture {
	return coop.Picture{Type: "image/jpeg", Width: 1600, Height: 900,
		Sizes: map[string][]byte{"small": []byte("s" + text), "medium": []byte("m" + text), "large": []byte("l" + text)}}
}

func testPhotos(t *testing.T, s *store.Store) {
	ctx := t.Context()
	a, b := must(s.PutPhoto(ctx, "ada", picture("a")))(t), must(s.PutPhoto(ctx, "ada", picture("b")))(t)
	for id, text := range map[coop.ID]string{a: "a", b: "b"} {
		for size, first := range map[string]string{"small": "s", "medium": "m", "large": "l"} {
			f, info, err := s.OpenPhoto(ctx, id, size)
			ok(t, err)
			got := must(io.ReadAll(f))(t)
			ok(t, f.Close())
			if string(got) != first+text || info.Size != 2 || info.Type != "image/jpeg" || info.Width != 1600 || info.Height != 900 || len(info.ETag) != 34 || info.Modified.IsZero() {
				t.Errorf("photo %s at %s: %q, %+v", id, size, got, info)
			}
		}
	}
	for _, q := range [][2]string{{string(a), "huge"}, {string(a), ""}, {string(newID()), "small"}, {"", "small"}, {"../../lock", "small"}, {"\x00", "small"}, {string(a), "../x"}} {
		_, _, err := s.OpenPhoto(ctx, coop.ID(q[0]), q[1])
		class(t, err, coop.NotFound, "photo.unknown")
	}
	for name, p := range map[string]coop.Picture{
		"type": {Type: "image/svg+xml", Sizes: map[string][]byte{"small": {1}}}, "nothing": {Type: "image/png"},
		"size": {Type: "image/png", Sizes: map[string][]byte{"../x": {1}}}} {
		if _, err := s.PutPhoto(ctx, "ada", p); coop.ClassOf(err) != coop.Invalid {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// The whole of a cut picture and what it looks like from far away are kept with it.
func testPhotoCut(t *testing.T, s *store.Store) {
	ctx := t.Context()
	p := picture("a")
	p.Blurhash, p.Sizes[coop.PhotoWhole] = "LEHV6nWB2yk8pyo0adR*.7kCMdnj", []byte("whole")
	id := must(s.PutPhoto(ctx, "ada", p))(t)
	f, info, err := s.OpenPhoto(ctx, id, coop.PhotoWhole)
	ok(t, err)
	if got := must(io.ReadAll(f))(t); string(got) != "whole" || info.Blurhash != p.Blurhash {
		t.Errorf("%q, %+v", got, info)
	}
	ok(t, f.Close())
	_, _, err = s.OpenPhoto(ctx, must(s.PutPhoto(ctx, "ada", picture("b")))(t), coop.PhotoWhole)
	class(t, err, coop.NotFound, "photo.unknown")
	if n := must(s.SweepPhotos(ctx, time.Now().Add(limits.PhotoOrphan+time.Minute)))(t); n != 2 {
		t.Errorf("swept %d", n)
	}
	if found := must(s.Verify(ctx))(t); len(found) != 0 {
		t.Error(found)
	}
}

// Copies of others' pictures take no more than their room; those looked at last stay, and our own are not counted.
func testPhotoEvict(t *testing.T, s *store.Store) {
	ctx := t.Context()
	mine := must(s.PutPhoto(ctx, "ada", picture("mine")))(t)
	var copies []coop.ID
	for range 5 {
		copies = append(copies, must(s.PutPhoto(ctx, "", picture("x")))(t)) // 6 bytes each
	}
	if n := must(s.EvictPhotos(ctx, 30))(t); n != 0 {
		t.Errorf("%d went though there is room", n)
	}
	if n := must(s.EvictPhotos(ctx, 29))(t); n != 1 {
		t.Errorf("%d went for a byte", n)
	}
	if n := must(s.EvictPhotos(ctx, 13))(t); n != 2 {
		t.Errorf("%d went", n)
	}
	for i, id := range append(copies, mine) {
		f, _, err := s.OpenPhoto(ctx, id, "small")
		if i < 3 {
			class(t, err, coop.NotFound, "photo.unknown")
			continue
		}
		ok(t, err)
		ok(t, f.Close())
	}
	if found := must(s.Verify(ctx))(t); len(found) != 0 {
		t.Error(found)
	}
}

func testPhotoReach(t *testing.T, s *store.Store) {
	ctx := t.Context()
	id := must(s.PutPhoto(ctx, "ada", picture("a")))(t)
	reach := func(want coop.Visibility) {
		t.Helper()
		got, owner, err := s.PhotoReach(ctx, id)
		if got != want || owner != "ada" || err != nil {
			t.Errorf("reach %s, owner %q, %v; want %s", got, owner, err, want)
		}
	}
	reach(coop.OnlyMe)
	l := sampleListing("with")
	l.Photos, l.State = []market.Photo{{ID: id, Alt: "x"}, {ID: id, Alt: "twice"}}, market.Draft
	put(t, s, l)
	reach(coop.OnlyMe)
	l.State, l.Visibility = market.Open, coop.Peers
	put(t, s, l)
	reach(coop.Peers)
	wide := sampleListing("wide")
	wide.Photos = l.Photos
	put(t, s, wide)
	reach(coop.Everyone)
	wide.State = market.Archived
	put(t, s, wide)
	reach(coop.Peers)
	l.Photos = nil
	put(t, s, l)
	reach(coop.OnlyMe)
	c := sampleCoop()
	c.Picture = id
	write(t, s, func(tx coop.Tx) error { return tx.PutCoop(c) })
	reach(coop.Everyone)
	_, _, err := s.PhotoReach(ctx, newID())
	class(t, err, coop.NotFound, "photo.unknown")
}

func testPhotoSweep(t *testing.T, s *store.Store) {
	ctx := t.Context()
	now := time.Now()
	used, orphan := must(s.PutPhoto(ctx, "ada", picture("u")))(t), must(s.PutPhoto(ctx, "ada", picture("o")))(t)
	remote := must(s.PutPhoto(ctx, "", picture("r")))(t)
	ours := must(s.PutPhoto(ctx, "ada", picture("c")))(t)
	c := sampleCoop()
	c.Picture = ours
	write(t, s, func(tx coop.Tx) error { return tx.PutCoop(c) })
	face := must(s.PutPhoto(ctx, "ada", picture("f")))(t)
	ada := samplePerson("ada", "Ada")
	ada.Photo = coop.Portrait{ID: face, Alt: "Ada laughs"}
	write(t, s, func(tx coop.Tx) error { return tx.PutPerson(ada) })
	l := sampleListing("x")
	l.Photos = []market.Photo{{ID: used}, {ID: remote}}
	put(t, s, l)
	there := func(want ...coop.ID) {
		t.Helper()
		for _, id := range []coop.ID{used, orphan, remote, ours, face} {
			f, _, err := s.OpenPhoto(ctx, id, "small")
			if err == nil {
				_ = f.Close()
			}
			if still := err == nil; still != strings.Contains(strings.Join(texts(want), " "), string(id)) {
				t.Errorf("photo %s is there: %v", id, still)
			}
		}
	}
	if n := must(s.SweepPhotos(ctx, now))(t); n != 0 {
		t.Errorf("swept %d at once", n)
	}
	there(used, orphan, remote, ours, face)
	if n := must(s.SweepPhotos(ctx, now.Add(limits.PhotoOrphan+time.Minute)))(t); n != 1 {
		t.Errorf("swept %d, want the orphan", n)
	}
	there(used, remote, ours, face)
	if n := must(s.SweepPhotos(ctx, now.Add(limits.RemoteMediaKept+time.Minute)))(t); n != 1 {
		t.Errorf("swept %d, want the copy", n)
	}
	there(used, ours, face)
	ada.Photo = coop.Portrait{}
	write(t, s, func(tx coop.Tx) error { return tx.PutPerson(ada) })
	if n := must(s.SweepPhotos(ctx, now.Add(limits.RemoteMediaKept+time.Minute)))(t); n != 1 {
		t.Errorf("swept %d, want the face nobody shows any more", n)
	}
	there(used, ours)
	if found := must(s.Verify(ctx))(t); len(found) != 0 {
		t.Error(found)
	}
}

func texts(ids []coop.ID) (out []string) {
	for _, id := range ids {
		out = append(out, string(id))
	}
	return out
}

func testVerify(t *testing.T, s *store.Store) {
	ctx := t.Context()
	good := sampleListing("good")
	put(t, s, good, remoteListing("theirs"))
	must(s.PutPhoto(ctx, "ada", picture("a")))(t)
	if found := must(s.Verify(ctx))(t); len(found) != 0 {
		t.Errorf("a whole store: %q", found)
	}
	bad := sampleListing("bad")
	bad.Prices = []market.PriceLine{{Label: "work", Kind: market.PriceLabour, Amount: market.Amount{N: 249, Places: 2}}}
	put(t, s, bad)
	found := must(s.Verify(ctx))(t)
	if len(found) != 1 || !strings.Contains(found[0], string(bad.ID)) || !strings.Contains(found[0], "2.50") {
		t.Errorf("found %q", found)
	}
}

func testStats(t *testing.T, s *store.Store) {
	put(t, s, sampleListing("one"))
	must(s.PutPhoto(t.Context(), "ada", picture("a")))(t)
	st := must(s.Stats(t.Context()))(t)
	if st.Listings != 1 || st.Photos != 1 || st.Media != 6 || st.Database == 0 || st.DiskFree == 0 || st.DiskTotal == 0 {
		t.Errorf("%+v", st)
	}
	if !s.Postgres() && st.Writes < 2 {
		t.Errorf("%+v", st)
	}
}
