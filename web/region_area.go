package web

import (
	"strconv"
	"strings"

	"toadlane/coop"
	"toadlane/internal/mapsvg"
	"toadlane/region"
)

// How a steward can say where a region is.
const (
	areaNone    = "none"
	areaPlaces  = "places"
	areaOutline = "outline"
	areaKept    = "kept" // as it is, while that has not been read
)

// AreaForm asks where a region is.
type AreaForm struct {
	Choice  Field
	Choices []Option
	Places  Field
	Outline Field
}

func (v *visit) areaForm(f Form) AreaForm {
	x := AreaForm{Choice: v.tongue.field(f, "area", "region.area", "region.area_hint"), Places: v.tongue.field(f, "places", "region.area_places", "region.area_places_hint"),
		Outline: v.tongue.field(f, "geojson", "region.area_geojson", "region.area_geojson_hint")}
	for _, c := range []Option{{areaNone, v.t("region.area_none")}, {areaPlaces, v.t("region.area_names")}, {areaOutline, v.t("region.area_outline")}} {
		x.Choices = append(x.Choices, c)
	}
	if f.Is("area", areaKept) {
		x.Choices = append(x.Choices, Option{areaKept, v.t("region.area_kept")})
	}
	return x
}

// fillArea fills in where a region is now.
func fillArea(f *Form, named region.ID, a *region.Area) {
	f.Put("area", areaNone)
	switch {
	case len(a.Places) > 0:
		f.Put("area", areaPlaces)
		f.Put("places", strings.Join(a.Places, "\n"))
	case len(a.Outline) > 0:
		f.Put("area", areaOutline)
		f.Put("geojson", mapsvg.AreaJSON(ringsOf(a)))
	case named != "":
		f.Put("area", areaKept)
	}
}

// readArea reads where a region is to be; said is false when the form leaves it as it is. What is no area is noted in f.
func readArea(f *Form) (a region.Area, said bool) {
	switch f.Get("area") {
	case "", areaKept:
		return a, false
	case areaNone:
	case areaPlaces:
		if f.Get("places") == "" {
			f.Fail("places", "field.required")
		}
		a.Places = strings.Split(f.Lines("places"), "\n")
	case areaOutline:
		text := f.Get("geojson")
		if text == "" {
			f.Fail("geojson", "field.required")
			break
		}
		rings, err := mapsvg.ParseArea([]byte(text))
		if err != nil {
			f.AddTo("geojson", err)
		}
		for _, r := range rings {
			a.Outline = append(a.Outline, r)
		}
	default:
		f.Fail("area", "choice.unknown")
	}
	return a.Tidy(), true
}

// areaWrong puts what is wrong with an area beside where it was typed.
func (f *Form) areaWrong() {
	for _, e := range f.Wrong {
		if e.Field != "area" {
			continue
		}
		switch f.Get("area") {
		case areaPlaces:
			e.Field = "places"
		case areaOutline:
			e.Field = "geojson"
		}
	}
}

// area gives where a charter says that a region is; one that has not been read says nothing.
func (s *Site) area(v *visit, of, id region.ID) (a region.Area, err error) {
	if id == "" {
		return a, nil
	}
	a, err = s.cfg.Region.Store.At(v.r.Context()).Area(of, id)
	if coop.ClassOf(err) == coop.NotFound {
		return region.Area{}, nil
	}
	return a, err
}

func ringsOf(a *region.Area) (out [][]coop.Point) {
	for _, r := range a.Outline {
		out = append(out, r)
	}
	return out
}

// placeNames are the names of places as they can be shown.
func placeNames(a *region.Area) (out []string) {
	for _, name := range a.Places {
		if name = plainLine(name); name != "" {
			out = append(out, name)
		}
	}
	return out
}

// areaWords says where a charter puts a region, so that two can be told apart: of an outline how far it goes.
func (s *Site) areaWords(v *visit, of, id region.ID) (string, error) {
	a, err := s.area(v, of, id)
	switch {
	case err != nil:
		return "", err
	case id == "":
		return v.t("region.area_none"), nil
	case a.None():
		return v.t("council.area_unread"), nil
	case len(a.Places) > 0:
		return strings.Join(placeNames(&a), ", "), nil
	}
	lo, hi, n := a.Outline[0][0], a.Outline[0][0], 0
	for _, r := range a.Outline {
		n += len(r)
		for _, p := range r {
			lo, hi = coop.Point{Lat: min(lo.Lat, p.Lat), Lon: min(lo.Lon, p.Lon)}, coop.Point{Lat: max(hi.Lat, p.Lat), Lon: max(hi.Lon, p.Lon)}
		}
	}
	short := func(millionths int32) string { return strconv.FormatFloat(float64(millionths)/1e6, 'f', 3, 64) }
	return v.t("council.area_outline", "Corners", v.tongue.number(int64(n)), "South", short(lo.Lat), "North", short(hi.Lat), "West", short(lo.Lon), "East", short(hi.Lon)), nil
}

// areaProposed is id when it can be the area of a proposal that the reader may see, else "": members see what waits.
func (s *Site) areaProposed(v *visit, r *region.Region, id region.ID) region.ID {
	if v.me == nil || id == r.Charter.Area || !coop.ValidHash(string(id)) {
		return ""
	}
	return id
}
