package federation_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"toadlane/coop"
)

// The co-op's picture is the icon of its actor, under its own media type: a logo with a clear ground stays a PNG.
func TestCoopPictureIsTheActorsIcon(t *testing.T) {
	t.Parallel()
	f := newField(t)
	n := f.n
	f.gus.tell(n, f.gus.activity("Follow", n.actor))
	f.settle()
	if icon, there := decode(t, n.get("/actor", nil))["icon"]; there {
		t.Fatalf("icon before: %v", icon)
	}
	for _, typ := range []string{"image/png", "image/jpeg"} {
		id, err := n.store.PutPhoto(f.ctx, n.sten.ID, coop.Picture{Type: typ, Width: 4, Height: 3,
			Sizes: map[string][]byte{"small": []byte("s"), "medium": []byte("m"), "large": []byte(typ)}})
		must(t, err)
		c, err := n.coopStore.Coop(f.ctx)
		must(t, err)
		c.Picture, c.PictureAlt = id, "Our oven"
		_, err = n.coop.UpdateCoop(f.ctx, n.steward, c)
		must(t, err)
		f.settle()
		want := map[string]any{"type": "Image", "mediaType": typ, "url": string(n.base) + "/photos/" + string(id) + "/large", "name": "Our oven"}
		if diff := cmp.Diff(any(want), decode(t, n.get("/actor", nil))["icon"]); diff != "" {
			t.Errorf("%s: %s", typ, diff)
		}
		u := f.good.got("Update")
		if diff := cmp.Diff(any(want), u[len(u)-1]["object"].(obj)["icon"]); diff != "" {
			t.Errorf("told of %s: %s", typ, diff)
		}
	}
}
