package web

import (
	"net/http"
	"net/url"
	"slices"

	"toadlane/handbook"
)

func init() {
	addPages(map[string]any{"handbook_search": HandbookFindPage{}, "handbook_commons": HandbookFindPage{}})
}

// HandbookFindPage is what was found: in the handbook, or among what other co-ops share.
type HandbookFindPage struct {
	Frame
	Form  Form
	Asked bool
	Found []ProtocolLine
	More  string
	Kinds []Option
	Whose []Option // members may look at ours or at theirs alone
	Sorts []Option // of what others share
}

// findPage begins a page of what is found, with what is asked for.
func (s *Site) findPage(v *visit, title string) (HandbookFindPage, handbook.Query, error) {
	f, err := v.form()
	if err != nil {
		return HandbookFindPage{}, handbook.Query{}, err
	}
	p := HandbookFindPage{Frame: v.frame(title), Form: f, Asked: f.Get("q") != "" || f.Get("kind") != "",
		Kinds: append([]Option{{"", v.t("handbook.any_kind")}}, v.options(names(handbook.Kinds), "handbook.kind.")...)}
	return p, handbook.Query{Text: f.Get("q"), Kind: handbook.Kind(f.Get("kind")), Cursor: f.Get("cursor")}, nil
}

// showFound lists what was found; the same question leads on from path.
func (s *Site) showFound(v *visit, p *HandbookFindPage, found *handbook.Found, path string, asked url.Values) {
	for i := range found.Hits {
		line := s.protocolLine(v, &found.Hits[i].Protocol)
		line.Used = found.Hits[i].Adoptions
		p.Found = append(p.Found, line)
	}
	if found.Next != "" {
		asked.Set("cursor", found.Next)
		p.More = path + "?" + asked.Encode()
	}
}

func (s *Site) handbookSearch(v *visit) error {
	p, q, err := s.findPage(v, "handbook.search_title")
	if err != nil {
		return err
	}
	if v.by.SignedIn() {
		p.Whose = v.options([]string{"", "ours", "theirs"}, "handbook.whose_")
	}
	if !p.Asked {
		return v.page(http.StatusOK, "handbook_search", p)
	}
	q.Sort = handbook.Best
	if w := handbook.Whose(p.Form.Get("whose")); w == handbook.Ours || w == handbook.Theirs {
		q.Whose = w
	}
	found, err := s.cfg.Handbook.Search(v.r.Context(), v.by, q)
	if err != nil {
		return err
	}
	s.showFound(v, &p, &found, "/handbook/search", url.Values{"q": {q.Text}, "kind": {string(q.Kind)}, "whose": {string(q.Whose)}})
	return v.page(http.StatusOK, "handbook_search", p)
}

func (s *Site) handbookCommons(v *visit) error {
	p, q, err := s.findPage(v, "handbook.commons")
	if err != nil {
		return err
	}
	p.Sorts = v.options([]string{string(handbook.Adopted), string(handbook.ByName), string(handbook.Newest)}, "handbook.sort.")
	if q.Sort = handbook.Sort(p.Form.Get("sort")); !slices.Contains(handbook.Sorts, q.Sort) {
		q.Sort = handbook.Adopted
	}
	found, err := s.cfg.Handbook.Commons(v.r.Context(), v.by, q)
	if err != nil {
		return err
	}
	s.showFound(v, &p, &found, "/handbook/commons", url.Values{"q": {q.Text}, "kind": {string(q.Kind)}, "sort": {string(q.Sort)}})
	return v.page(http.StatusOK, "handbook_commons", p)
}
