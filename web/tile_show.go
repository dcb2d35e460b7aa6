package web

import (
	"fmt"
	"net/http"
	"strconv"
	"time"

	"toadlane/coop"
	"toadlane/internal/limits"
	"toadlane/internal/mapsvg"
)

func (s *Site) tileRoutes() []route {
	return []route{{method: http.MethodGet, pattern: "/tiles/{z}/{x}/{y}", who: anyone, do: s.tileShow}}
}

// tileShow gives a picture behind the map. We fetch it and keep it, so that no reader's browser asks another server; without a
// server that a steward chose there is none.
func (s *Site) tileShow(v *visit) error {
	g, err := s.ground(v)
	if err != nil {
		return err
	}
	number := func(name string, below int) (int, bool) {
		n, err := strconv.Atoi(v.param(name))
		return n, err == nil && n >= 0 && n < below && strconv.Itoa(n) == v.param(name)
	}
	z, ok := number("z", mapsvg.MaxTileZoom+1)
	x, okX := number("x", 1<<z)
	y, okY := number("y", 1<<z)
	if g.tiles == "" || s.cfg.Tile == nil || !ok || !okX || !okY {
		return coop.Errorf(coop.NotFound, "error.not_found", "no tile")
	}
	address := tileAddress(g.tiles, z, x, y)
	p := s.tiles.get(address)
	if p == nil || time.Since(p.made) > limits.TileKept {
		// What a page shows is a few dozen; nobody has all of the Earth fetched through us.
		if s.tileTurns.OnLimit(v.w, v.r, "tiles") {
			v.w.Header().Set("Retry-After", "60")
			return coop.Errorf(coop.TooMany, "error.too_many", "tiles")
		}
		body, err := s.cfg.Tile(v.r.Context(), coop.IRI(address))
		if err != nil {
			return fmt.Errorf("tile %d/%d/%d: %w", z, x, y, err)
		}
		kind := http.DetectContentType(body)
		switch kind { // what it is, not what it is called
		case "image/png", "image/jpeg", "image/webp":
		default:
			return coop.Errorf(coop.Unavailable, "error.unavailable", "tile %d/%d/%d is %s", z, x, y, kind)
		}
		p = &keptPage{key: address, made: time.Now(), kind: kind, body: body}
		s.tiles.put(p)
	}
	h := v.w.Header()
	h.Set("Content-Type", p.kind)
	h.Set("Cache-Control", "public, max-age="+strconv.Itoa(int(limits.TileKept.Seconds())))
	h.Set("Content-Length", strconv.Itoa(len(p.body)))
	v.w.WriteHeader(http.StatusOK)
	_, _ = v.w.Write(p.body)
	return nil
}
