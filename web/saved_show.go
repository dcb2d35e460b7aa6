package web

import (
	"net/http"
	"net/url"
	"strings"

	"toadlane/coop"
	"toadlane/internal/mail"
	"toadlane/market"
)

func init() {
	addPages(map[string]any{"saved": SavedPage{}, "saved_new": SavedNewPage{}, "saved_quiet": SavedQuietPage{}})
}

func (s *Site) savedRoutes() []route {
	return []route{
		{method: http.MethodGet, pattern: "/saved", who: takePart, do: s.savedShow},
		{method: http.MethodGet, pattern: "/saved/new", who: anyone, do: s.savedNew},
		{method: http.MethodPost, pattern: "/saved", who: takePart, do: s.savedPost},
		{method: http.MethodGet, pattern: "/saved/{id}", who: takePart, do: s.savedEdit},
		{method: http.MethodPost, pattern: "/saved/{id}", who: takePart, do: s.savedChange},
		{method: http.MethodPost, pattern: "/saved/{id}/delete", who: takePart, do: s.savedDelete},
		// As the pattern of all links that end mails: the word in the address is the permission (RFC 8058).
		{method: http.MethodGet, pattern: "/unsubscribe/search/{id}/{token}", who: anyone, do: s.savedQuiet, guess: true},
		{method: http.MethodPost, pattern: "/unsubscribe/search/{id}/{token}", who: anyone, do: s.savedQuietDo, guess: true},
	}
}

// SavedPage lists a member's saved searches.
type SavedPage struct {
	Frame
	Searches []SavedLine
	Max      int
}

// SavedLine is one saved search.
type SavedLine struct {
	ID    coop.ID
	Name  string
	Asked string // the filters in words
	Tell  string
	Open  string
	Feeds []Feed
}

// SavedNewPage asks what a search is to be called and when to tell. Somebody who is not signed in gets its feeds.
type SavedNewPage struct {
	Frame
	Form   Form
	Asked  string
	Open   string
	Action string
	ID     coop.ID // of one that is kept already
	Tells  []Option
	Feeds  []Feed
	Login  string
	Max    int
}

// readParams reads the filters of a saved search as its page does.
func (s *Site) readParams(v *visit, params string) (*filters, error) {
	values, err := url.ParseQuery(params)
	if err != nil {
		return nil, coop.Errorf(coop.Invalid, "form.unreadable", "query: %w", err)
	}
	values.Del("view")
	x, err := s.marketFilters(v, v.by, values)
	if err != nil {
		return nil, err
	}
	if !x.form.OK() {
		return nil, coop.Errorf(coop.Invalid, x.form.Wrong[0].Key, "saved search: %s", x.form.Wrong[0].Field)
	}
	return x, nil
}

// asked says the filters in words, the purpose too.
func (x *filters) asked(v *visit) string {
	words := []string{v.t("market.tab." + purposeOr(x.query.Purpose, "all"))}
	for _, c := range x.chips {
		words = append(words, c.Words)
	}
	return strings.Join(words, " · ")
}

func (x *filters) feeds(v *visit) []Feed {
	var out []Feed
	for _, f := range []Feed{{"feed.rss", kindRSS, "/market.rss"}, {"feed.atom", kindAtom, "/market.atom"}, {"feed.json", kindJSON, "/market.json"}} {
		out = append(out, Feed{v.t(f.Words), f.Type, x.addressOf(f.Href, nil)})
	}
	return out
}

func (s *Site) savedShow(v *visit) error {
	list, err := s.cfg.Market.SavedSearches(v.r.Context(), v.by)
	if err != nil {
		return err
	}
	p := SavedPage{Frame: v.frame("saved.title"), Max: market.MaxSaved}
	for _, k := range list {
		line := SavedLine{ID: k.ID, Name: k.Name, Tell: v.t("tell." + string(k.Tell)), Open: "/market"}
		if k.Address != "" {
			line.Open += "?" + k.Address
		}
		// A place or a neighbour that it names may be gone: then it finds nothing, and can still be deleted.
		if x, err := s.readParams(v, k.Address); err == nil {
			line.Asked, line.Feeds = x.asked(v), x.feeds(v)
		} else {
			line.Asked = v.t("saved.stale")
		}
		p.Searches = append(p.Searches, line)
	}
	return v.page(http.StatusOK, "saved", p)
}

func (s *Site) savedForm(v *visit, status int, f Form, x *filters, id coop.ID) error {
	p := SavedNewPage{Frame: v.frame("saved.new"), Form: f, Asked: x.asked(v), Open: x.addressOf("/market", nil), Action: "/saved", ID: id,
		Tells: v.options(names(market.Tells), "tell."), Feeds: x.feeds(v), Login: "/login?next=" + url.QueryEscape("/saved/new?"+x.params()), Max: market.MaxSavedName}
	if id != "" {
		p.Title, p.Action = v.t("saved.edit"), "/saved/"+string(id)
	}
	return v.page(status, "saved_new", p)
}

func (s *Site) savedNew(v *visit) error {
	x, err := s.readParams(v, v.r.URL.RawQuery)
	if err != nil {
		return err
	}
	var f Form
	name := []rune(x.asked(v))
	f.Put("name", string(name[:min(len(name), market.MaxSavedName)]))
	f.Put("tell", string(market.TellDaily))
	f.Put("params", x.params())
	return s.savedForm(v, http.StatusOK, f, x, "")
}

func (s *Site) savedPost(v *visit) error { return s.savedKeep(v, "") }

// savedOwn gives a saved search of the reader's own.
func (s *Site) savedOwn(v *visit) (market.SavedSearch, error) {
	id, err := v.id("id")
	if err != nil {
		return market.SavedSearch{}, err
	}
	list, err := s.cfg.Market.SavedSearches(v.r.Context(), v.by)
	if err != nil {
		return market.SavedSearch{}, err
	}
	for _, k := range list {
		if k.ID == id {
			return k, nil
		}
	}
	return market.SavedSearch{}, coop.Errorf(coop.NotFound, "saved.unknown", "search %s", id)
}

func (s *Site) savedEdit(v *visit) error {
	k, err := s.savedOwn(v)
	if err != nil {
		return err
	}
	x, err := s.readParams(v, k.Address)
	if err != nil {
		return err
	}
	var f Form
	f.Put("name", k.Name)
	f.Put("tell", string(k.Tell))
	f.Put("params", k.Address)
	return s.savedForm(v, http.StatusOK, f, x, k.ID)
}

func (s *Site) savedChange(v *visit) error {
	k, err := s.savedOwn(v)
	if err != nil {
		return err
	}
	return s.savedKeep(v, k.ID)
}

// savedKeep keeps a search as the form says it.
func (s *Site) savedKeep(v *visit, id coop.ID) error {
	f, err := v.form()
	if err != nil {
		return err
	}
	x, err := s.readParams(v, f.Raw("params"))
	if err != nil {
		return err
	}
	_, err = s.cfg.Market.SaveSearch(v.r.Context(), v.by, market.SavedSearch{ID: id, Name: f.Get("name"), Query: x.query, Address: x.params(),
		Tell: market.Tell(f.Get("tell"))})
	if err != nil {
		if !f.Add(err) {
			return err
		}
		return s.savedForm(v, http.StatusUnprocessableEntity, f, x, id)
	}
	return v.done("/saved", "done.search_saved")
}

func (s *Site) savedDelete(v *visit) error {
	id, err := v.id("id")
	if err != nil {
		return err
	}
	if err := s.cfg.Market.DropSaved(v.r.Context(), v.by, id); err != nil {
		return err
	}
	return v.done("/saved", "done.search_deleted")
}

// SavedQuietPage ends the mails of one search without signing in.
type SavedQuietPage struct {
	Frame
	Name  string
	Here  string
	Quiet bool
}

// savedOf finds the search whose mails a link is to end. Class NotFound when the link opens nothing.
func (s *Site) savedOf(v *visit) (market.SavedSearch, error) {
	id, err := v.id("id")
	if err != nil {
		return market.SavedSearch{}, err
	}
	if !s.opensWith(v.param("token"), mail.ForUnsubscribe, mail.AlertSubject(id)) {
		return market.SavedSearch{}, coop.Errorf(coop.NotFound, "error.not_found", "unsubscribe from search %s", id)
	}
	return s.cfg.Market.Store.SavedSearch(v.r.Context(), id)
}

// savedQuiet changes nothing: mail scanners follow links.
func (s *Site) savedQuiet(v *visit) error {
	k, err := s.savedOf(v)
	if err != nil {
		return err
	}
	return v.page(http.StatusOK, "saved_quiet", SavedQuietPage{Frame: v.frame("unsubscribe.title"), Name: k.Name, Here: v.r.URL.Path, Quiet: k.Tell == market.TellNever})
}

func (s *Site) savedQuietDo(v *visit) error {
	k, err := s.savedOf(v)
	if err != nil {
		return err
	}
	if err := s.cfg.Market.TellSaved(v.r.Context(), coop.System("mail link"), k.ID, market.TellNever); err != nil {
		return err
	}
	return v.page(http.StatusOK, "saved_quiet", SavedQuietPage{Frame: v.frame("unsubscribe.title"), Name: k.Name, Here: v.r.URL.Path, Quiet: true})
}
