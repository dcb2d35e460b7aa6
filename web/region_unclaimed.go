package web

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"toadlane/coop"
	"toadlane/internal/limits"
	"toadlane/region"
)

func init() {
	addPages(map[string]any{"region_unclaimed": RegionUnclaimedPage{}, "region_unclaimed_import": RegionUnclaimedImportPage{}, "region_unclaimed_claim": RegionUnclaimedClaimPage{}})
}

func (s *Site) unclaimedRoutes() []route {
	const get, post = http.MethodGet, http.MethodPost
	return []route{
		{method: get, pattern: "/regions/{slug}/unclaimed", who: anyone, do: s.unclaimedList},
		{method: get, pattern: "/regions/{slug}/unclaimed/import", who: keepRegions, do: s.unclaimedImport},
		{method: post, pattern: "/regions/{slug}/unclaimed/import", who: keepRegions, body: limits.UnclaimedBody, do: s.unclaimedTable},
		{method: post, pattern: "/regions/{slug}/unclaimed/read", who: keepRegions, do: s.unclaimedRead},
		{method: get, pattern: "/regions/{slug}/unclaimed/{id}/claim", who: anyone, do: s.unclaimedClaimShow},
		{method: post, pattern: "/regions/{slug}/unclaimed/{id}/claim", who: anyone, do: s.unclaimedClaim},
		{method: post, pattern: "/regions/{slug}/unclaimed/{id}/hide", who: keepRegions, do: s.unclaimedHide},
		{method: post, pattern: "/regions/{slug}/unclaimed/{id}/list", who: keepRegions, do: s.unclaimedShow},
	}
}

// RegionUnclaimedPage lists the co-ops that a region knows of and that have no node: no members.
type RegionUnclaimedPage struct {
	Frame
	Region coop.Text
	Path   string // of the region's page
	Base   string // of this one
	Keeps  bool   // the reader looks after them
	Hidden bool   // the hidden ones are shown
	Count  int
	List   []UnclaimedLine
	Next   string
	Added  int // brought in just now
	Known  int
	Told   bool
}

// UnclaimedLine is one of them.
type UnclaimedLine struct {
	ID       coop.ID
	Name     string
	Link     string
	Place    string
	Summary  string
	Language string // of Summary, "" when it is not said
	Source   Where
	Licence  Where
	Claimed  bool
	Claim    *region.Claim
}

// Where is an address or words.
type Where struct{ Words, Link string }

// licencePages are where the licences that co-ops choose from can be read.
var licencePages = map[string]string{"CC-BY-SA-4.0": "https://creativecommons.org/licenses/by-sa/4.0/", "CC-BY-4.0": "https://creativecommons.org/licenses/by/4.0/",
	"CC0-1.0": "https://creativecommons.org/publicdomain/zero/1.0/", "ODbL-1.0": "https://opendatacommons.org/licenses/odbl/1-0/"}

func where(s string) Where {
	if i, err := coop.ParseIRI(s); err == nil {
		return Where{i.Host(), s}
	}
	return Where{s, licencePages[s]}
}

func unclaimedLine(u *region.Unclaimed) UnclaimedLine {
	return UnclaimedLine{ID: u.ID, Name: u.Name, Link: u.Link, Place: u.Place, Summary: u.Summary, Language: u.Language, Source: where(u.Source), Licence: where(u.Licence),
		Claimed: u.State == region.UnclaimedClaimed, Claim: u.Claim}
}

func unclaimedPath(slug string) string { return "/regions/" + url.PathEscape(slug) + "/unclaimed" }

func (s *Site) unclaimedList(v *visit) error {
	regions := s.cfg.Region
	q := v.r.URL.Query()
	state := region.UnclaimedListed
	if q.Get("state") == "hidden" && can(v.by, keepRegions) {
		state = region.UnclaimedHidden
	}
	r, list, next, err := regions.Unclaimed(v.r.Context(), v.by, v.param("slug"), state, limits.UnclaimedPerPage, q.Get("cursor"))
	if err != nil {
		return err
	}
	p := RegionUnclaimedPage{Frame: v.frame("unclaimed.title"), Region: r.Charter.Name, Path: "/regions/" + url.PathEscape(r.Slug), Base: unclaimedPath(r.Slug),
		Keeps: can(v.by, keepRegions) && r.State == region.Joined, Hidden: state == region.UnclaimedHidden, Told: q.Get("told") == "yes"}
	if p.Count, err = regions.CountUnclaimed(v.r.Context(), r.ID, state); err != nil {
		return err
	}
	if p.Keeps {
		p.Added, p.Known = countIn(q.Get("added")), countIn(q.Get("known"))
	}
	for i := range list {
		p.List = append(p.List, unclaimedLine(&list[i]))
	}
	if next != "" {
		more := url.Values{"cursor": {next}}
		if p.Hidden {
			more.Set("state", "hidden")
		}
		p.Next = p.Base + "?" + more.Encode()
	}
	return v.page(http.StatusOK, "region_unclaimed", p)
}

// countIn reads a count out of an address; anything else is none.
func countIn(s string) int {
	n, err := strconv.Atoi(s)
	if err != nil || n < 0 || n > region.MaxUnclaimed {
		return 0
	}
	return n
}

// RegionUnclaimedImportPage brings co-ops in, from a table or an index.
type RegionUnclaimedImportPage struct {
	Frame
	Region  coop.Text
	Base    string
	Table   Form
	Read    Form
	Faults  []string // what is wrong with lines
	Columns string
	Most    int
	MostKm  int
}

func (s *Site) unclaimedImport(v *visit) error {
	return s.unclaimedImportPage(v, http.StatusOK, Form{}, freshIndex(v), nil)
}

// freshIndex fills the form with the index that we tell of ourselves, or the network's own.
func freshIndex(v *visit) Form {
	var f Form
	if m, err := v.site.murmurations(v); err == nil {
		f.Put("index", string(m.Index))
	}
	f.Put("km", "25")
	if k, err := v.site.coop(v.r.Context()); err == nil && k.coop.Place.Public != nil {
		lat, lon := k.coop.Place.Public.Degrees()
		f.Put("latitude", strconv.FormatFloat(lat, 'f', -1, 64))
		f.Put("longitude", strconv.FormatFloat(lon, 'f', -1, 64))
	}
	return f
}

func (s *Site) unclaimedImportPage(v *visit, status int, table, read Form, faults []region.LineFault) error {
	regions := s.cfg.Region
	r, err := regions.Region(v.r.Context(), v.by, v.param("slug"))
	if err != nil {
		return err
	}
	p := RegionUnclaimedImportPage{Frame: v.frame("unclaimed.import_title"), Region: r.Charter.Name, Base: unclaimedPath(r.Slug), Table: table, Read: read,
		Columns: strings.Join(region.UnclaimedColumns, ", "), Most: region.MaxUnclaimedLines, MostKm: region.MaxIndexKm}
	for _, f := range faults {
		p.Faults = append(p.Faults, v.t("unclaimed.line", "Line", f.Line, "Column", f.Error.Field, "What", v.tongue.sayWith(f.Error.Key, f.Error.Args)))
	}
	return v.page(status, "region_unclaimed_import", p)
}

func (s *Site) unclaimedTable(v *visit) error {
	regions := s.cfg.Region
	f, err := v.form()
	if err != nil {
		return err
	}
	table := []byte(f.Raw("csv"))
	if v.r.MultipartForm != nil {
		file, _, err := v.r.FormFile("csv")
		switch {
		case err == nil:
			defer func() { _ = file.Close() }()
			if table, err = io.ReadAll(io.LimitReader(file, limits.UnclaimedBody)); err != nil {
				return coop.Errorf(coop.Invalid, "form.unreadable", "table: %w", err)
			}
		case !errors.Is(err, http.ErrMissingFile):
			return coop.Errorf(coop.Invalid, "form.unreadable", "table: %w", err)
		}
	}
	brought, err := regions.ImportUnclaimed(v.r.Context(), v.by, v.param("slug"), table, f.Get("source"), f.Get("licence"))
	if err != nil {
		if !f.Add(err) {
			return err
		}
		return s.unclaimedImportPage(v, http.StatusUnprocessableEntity, f, freshIndex(v), brought.Faults)
	}
	return v.redirect(unclaimedPath(v.param("slug")) + broughtQuery(brought))
}

func broughtQuery(b region.Brought) string {
	return "?" + url.Values{"added": {strconv.Itoa(b.Added)}, "known": {strconv.Itoa(b.Known)}, "told": {"yes"}}.Encode()
}

func (s *Site) unclaimedRead(v *visit) error {
	regions := s.cfg.Region
	f, err := v.form()
	if err != nil {
		return err
	}
	q := region.IndexQuery{Index: coop.IRI(strings.TrimRight(f.Get("index"), "/")), Tag: f.Get("tag")}
	if lat, lon := f.Get("latitude"), f.Get("longitude"); lat != "" || lon != "" {
		la, err := strconv.ParseFloat(strings.Replace(lat, ",", ".", 1), 64)
		lo, err2 := strconv.ParseFloat(strings.Replace(lon, ",", ".", 1), 64)
		p, ok := coop.NewPoint(la, lo)
		if err != nil || err2 != nil || !ok {
			f.Fail("latitude", "unclaimed.point")
			return s.unclaimedImportPage(v, http.StatusUnprocessableEntity, Form{}, f, nil)
		}
		q.Near = &p
	}
	q.Km, _ = strconv.Atoi(f.Get("km"))
	brought, err := regions.ReadIndexUnclaimed(v.r.Context(), v.by, v.param("slug"), q, f.Get("licence"))
	if err != nil {
		if !f.Add(err) {
			return err
		}
		return s.unclaimedImportPage(v, http.StatusUnprocessableEntity, Form{}, f, nil)
	}
	return v.redirect(unclaimedPath(v.param("slug")) + broughtQuery(brought))
}

// RegionUnclaimedClaimPage is where somebody says that an entry is their co-op.
type RegionUnclaimedClaimPage struct {
	Frame
	Region  coop.Text
	Base    string
	Entry   UnclaimedLine
	Keeps   bool
	Form    Form
	MaxName int
	Sent    bool
}

func (s *Site) unclaimedClaimShow(v *visit) error {
	return s.unclaimedClaimPage(v, http.StatusOK, Form{})
}

func (s *Site) unclaimedClaimPage(v *visit, status int, f Form) error {
	regions := s.cfg.Region
	id, err := v.id("id")
	if err != nil {
		return err
	}
	r, u, err := regions.UnclaimedOne(v.r.Context(), v.by, v.param("slug"), id)
	if err != nil {
		return err
	}
	return v.page(status, "region_unclaimed_claim", RegionUnclaimedClaimPage{Frame: v.frame("unclaimed.claim_title"), Region: r.Charter.Name, Base: unclaimedPath(r.Slug),
		Entry: unclaimedLine(&u), Keeps: can(v.by, keepRegions), Form: f, MaxName: region.MaxName, Sent: slices.Contains(v.r.URL.Query()["sent"], "yes")})
}

// unclaimedClaim takes what somebody without an account says. What is wrong comes back with all that was typed.
func (s *Site) unclaimedClaim(v *visit) error {
	regions := s.cfg.Region
	id, err := v.id("id")
	if err != nil {
		return err
	}
	f, err := v.form()
	if err != nil {
		return err
	}
	if f.Raw("website") != "" { // see guestAsk
		f.Put("website")
		f.Fail("", "guest.trap")
		return s.unclaimedClaimPage(v, http.StatusUnprocessableEntity, f)
	}
	if v.over(s.talks.network, s.network(v.r)) {
		f.Fail("", "guest.too_many")
		v.w.Header().Set("Retry-After", "3600")
		return s.unclaimedClaimPage(v, http.StatusTooManyRequests, f)
	}
	node := f.Get("node")
	if node != "" && !strings.Contains(node, "://") { // people leave it out
		node = "https://" + node
	}
	err = regions.ClaimUnclaimed(v.r.Context(), v.param("slug"), id, region.Claim{Name: f.Get("name"), Email: f.Get("email"), Node: coop.IRI(node)})
	if err != nil {
		if !f.Add(err) {
			return err
		}
		return s.unclaimedClaimPage(v, http.StatusUnprocessableEntity, f)
	}
	return v.redirect(unclaimedPath(v.param("slug")) + "/" + string(id) + "/claim?sent=yes")
}

func (s *Site) unclaimedHide(v *visit) error {
	return s.turnUnclaimed(v, "done.unclaimed_hidden", (*region.Service).HideUnclaimed)
}

func (s *Site) unclaimedShow(v *visit) error {
	return s.turnUnclaimed(v, "done.unclaimed_listed", (*region.Service).ListUnclaimed)
}

func (s *Site) turnUnclaimed(v *visit, done string, do unclaimedTurn) error {
	regions := s.cfg.Region
	id, err := v.id("id")
	if err != nil {
		return err
	}
	if err := do(regions, v.r.Context(), v.by, v.param("slug"), id); err != nil {
		return err
	}
	return v.done(unclaimedPath(v.param("slug")), done)
}

// unclaimedTurn is what a steward does to an entry.
type unclaimedTurn func(s *region.Service, ctx context.Context, by coop.Actor, slug string, id coop.ID) error
