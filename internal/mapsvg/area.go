package mapsvg

import (
	"encoding/json"

	"toadlane/coop"
)

// ParseArea reads the rings of an area from GeoJSON that a steward gave: Polygons and MultiPolygons, alone, in a Feature or in a FeatureCollection. It is
// made simpler until it has no more than MaxOutlinePoints. Unlike the ground of a map it is read whole or not at all, since a council puts its names
// under it. Errors are of class Invalid, field "outline": those of ParseOutline; outline.hole for a polygon with one; outline.geometry with a Type for
// anything else.
func ParseArea(b []byte) ([][]coop.Point, error) {
	bad := func(key, kind string) ([][]coop.Point, error) {
		return nil, coop.FieldError("outline", key, map[string]any{"Max": MaxOutlineBytes >> 10, "Type": kind})
	}
	if len(b) > MaxOutlineBytes {
		return bad("outline.large", "")
	}
	var g geo
	if err := json.Unmarshal(b, &g); err != nil {
		return bad("outline.unreadable", "")
	}
	r := reader{}
	if key, kind := r.area(&g, 0); key != "" {
		return bad(key, kind)
	}
	if len(r.o.Land) == 0 {
		return bad("outline.empty", "")
	}
	return r.o.simpler().Land, nil
}

// area takes in g and gives the key of what is wrong with it, "" for nothing, and of which type that is.
func (r *reader) area(g *geo, depth int) (key, kind string) {
	switch {
	case g.Type == "FeatureCollection" && depth == 0:
		for i := range g.Features {
			if g.Features[i].Type != "Feature" {
				return "outline.unreadable", ""
			}
			if key, kind := r.area(&g.Features[i], 1); key != "" {
				return key, kind
			}
		}
		return "", ""
	case g.Type == "Feature" && depth < 2 && g.Geometry != nil:
		return r.area(g.Geometry, 2)
	case g.Type == "Polygon" || g.Type == "MultiPolygon":
	case g.Type == "Feature" || g.Type == "":
		return "outline.unreadable", ""
	default:
		return "outline.geometry", coop.Cut(g.Type, 30)
	}
	all := make([][][][]float64, 1)
	into := any(&all[0])
	if g.Type == "MultiPolygon" {
		into = &all
	}
	if json.Unmarshal(g.Coordinates, into) != nil {
		return "outline.unreadable", ""
	}
	for _, rings := range all {
		if len(rings) == 0 {
			return "outline.empty", ""
		}
		if len(rings) > 1 {
			return "outline.hole", ""
		}
		had := len(r.o.Land)
		if key := r.land(rings); key != "" {
			return key, ""
		}
		if len(r.o.Land) == had {
			return "outline.empty", ""
		}
	}
	return "", ""
}

// AreaJSON writes rings as GeoJSON that ParseArea reads, "" for none.
func AreaJSON(rings [][]coop.Point) string {
	all := make([][][][]float64, len(rings))
	for i, ring := range rings {
		all[i] = [][][]float64{degrees(ring, true)}
	}
	if b, err := json.Marshal(all); err == nil && len(all) > 0 { // numbers always are
		return `{"type":"MultiPolygon","coordinates":` + string(b) + `}`
	}
	return ""
}
