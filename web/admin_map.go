package web

import (
	"errors"
	"io"
	"net/http"
	"strings"

	"toadlane/coop"
	"toadlane/internal/limits"
	"toadlane/internal/mapsvg"
)

func init() { addPages(map[string]any{"admin_map": AdminMapPage{}}) }

func (s *Site) adminMapRoutes() []route {
	return []route{
		{method: http.MethodGet, pattern: "/admin/map", who: keepCoop, do: s.adminMap},
		{method: http.MethodPost, pattern: "/admin/map", who: keepCoop, do: s.adminMapSave, body: limits.OutlineBody},
	}
}

// AdminMapPage is what lies under the map.
type AdminMapPage struct {
	Frame
	Form   Form
	Map    *MapPart // how the outline looks, nil without one
	Points int
	Max    int
}

func (s *Site) adminMap(v *visit) error {
	g, err := s.ground(v)
	if err != nil {
		return err
	}
	var f Form
	f.Put("outline", g.text)
	f.Put("tiles", g.tiles)
	f.Put("attribution", g.attribution)
	return s.adminMapPage(v, http.StatusOK, f, g.outline)
}

func (s *Site) adminMapPage(v *visit, status int, f Form, o mapsvg.Outline) error {
	p := AdminMapPage{Frame: v.frame("admin_map.title"), Form: f, Points: o.Points(), Max: mapsvg.MaxOutlinePoints}
	if len(o.Land) > 0 {
		p.Map = v.drawn(mapsvg.Draw(mapsvg.Fit(o.All()), nil, nil, o, false))
		p.Map.Label = v.t("admin_map.shows")
	}
	return v.page(status, "admin_map", p)
}

// adminMapSave keeps the outline, made simpler, and where pictures of the ground come from.
func (s *Site) adminMapSave(v *visit) error {
	f, err := v.form()
	if err != nil {
		return err
	}
	text := []byte(f.Get("outline"))
	if v.r.MultipartForm != nil {
		file, _, err := v.r.FormFile("outline_file")
		switch {
		case err == nil:
			defer func() { _ = file.Close() }()
			uploaded, err := io.ReadAll(io.LimitReader(file, mapsvg.MaxOutlineBytes+1))
			if err != nil {
				return coop.Errorf(coop.Invalid, "form.unreadable", "outline: %w", err)
			}
			if len(uploaded) > 0 {
				text = uploaded
			}
		case !errors.Is(err, http.ErrMissingFile):
			return coop.Errorf(coop.Invalid, "form.unreadable", "outline: %w", err)
		}
	}
	var o mapsvg.Outline
	kept := ""
	if len(strings.TrimSpace(string(text))) > 0 {
		if o, err = mapsvg.ParseOutline(text); err != nil {
			f.Add(err)
		} else {
			kept = o.JSON()
		}
	}
	tiles := f.Get("tiles")
	if tiles != "" && (len(tiles) > coop.MaxIRI || !s.validTiles(tiles)) {
		f.Fail("tiles", "admin_map.tiles_wrong")
	}
	if err := coop.Line("attribution", f.Get("attribution"), 0, 200); err != nil {
		f.Add(err)
	}
	if tiles != "" && f.Get("attribution") == "" { // those who make maps for everybody ask to be named
		f.Fail("attribution", "field.required")
	}
	if !f.OK() {
		return s.adminMapPage(v, http.StatusUnprocessableEntity, f, o)
	}
	for name, value := range map[string]string{SettingOutline: kept, settingTiles: tiles, settingAttribution: f.Get("attribution")} {
		if err := s.cfg.CoopStore.SetSetting(v.r.Context(), name, value); err != nil {
			return err
		}
	}
	s.grounds.Store(nil)
	return v.done("/admin/map", "done.saved")
}
