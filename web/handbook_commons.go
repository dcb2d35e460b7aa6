package web

import (
	"net/http"
	"net/url"
	"slices"

	"toadlane/handbook"
)

func init() {
	addPages(map[string]any{"handbook_commons": HandbookCommonsPage{}})
}

func (s *Site) commonsRoutes() []route {
	get, post := http.MethodGet, http.MethodPost
	return []route{
		{method: get, pattern: "/handbook/commons", who: takePart, do: s.handbookCommons},
		{method: get, pattern: "/handbook/commons/{id}", who: takePart, do: s.handbookPeer},
		{method: post, pattern: "/handbook/commons/{id}/adopt", who: settle, do: s.handbookAdopt},
		{method: get, pattern: "/handbook/commons/{id}/compare", who: takePart, do: s.handbookCompare},
		{method: get, pattern: "/handbook/commons/{id}/meet", who: settle, do: s.handbookMeet},
		{method: post, pattern: "/handbook/commons/{id}/meet", who: settle, do: s.handbookMet},
		{method: get, pattern: "/handbook/{slug}/meet", who: settle, do: s.handbookMeet},
		{method: post, pattern: "/handbook/{slug}/meet", who: settle, do: s.handbookMet},
		{method: get, pattern: "/handbook/adoptions", who: takePart, do: s.handbookAdoptions},
		{method: get, pattern: "/handbook/adoptions/{id}/update", who: takePart, do: s.handbookUpdate},
		{method: post, pattern: "/handbook/adoptions/{id}/update", who: takePart, do: s.handbookUpdateDo, body: textBody},
		{method: post, pattern: "/handbook/adoptions/{id}/withdraw", who: settle, do: s.handbookWithdraw},
		{method: get, pattern: "/handbook/{slug}/give", who: settle, do: s.handbookGive},
		{method: post, pattern: "/handbook/{slug}/give", who: settle, do: s.handbookGiveDo},
		{method: get, pattern: "/handbook/offers/{id}", who: takePart, do: s.handbookOffer},
		{method: post, pattern: "/handbook/offers/{id}/accept", who: settle, do: s.handbookAccept, body: textBody},
		{method: post, pattern: "/handbook/offers/{id}/reject", who: settle, do: s.handbookReject},
	}
}

// HandbookCommonsPage lists what other co-ops share.
type HandbookCommonsPage struct {
	Frame
	Form  Form
	Asked bool
	Found []ProtocolLine
	More  string
	Kinds []Option
	Sorts []Option
}

func (s *Site) handbookCommons(v *visit) error {
	f, err := v.form()
	if err != nil {
		return err
	}
	p := HandbookCommonsPage{Frame: v.frame("handbook.commons"), Form: f, Asked: f.Get("q") != "" || f.Get("kind") != "",
		Kinds: append([]Option{{"", v.t("handbook.any_kind")}}, v.options(names(handbook.Kinds), "handbook.kind.")...),
		Sorts: v.options([]string{string(handbook.Adopted), string(handbook.ByName), string(handbook.Newest)}, "handbook.sort.")}
	q := handbook.Query{Text: f.Get("q"), Kind: handbook.Kind(f.Get("kind")), Sort: handbook.Sort(f.Get("sort")), Cursor: f.Get("cursor")}
	if !slices.Contains(handbook.Sorts, q.Sort) {
		q.Sort = handbook.Adopted
	}
	found, err := s.cfg.Handbook.Commons(v.r.Context(), v.by, q)
	if err != nil {
		return err
	}
	for i := range found.Hits {
		line := s.protocolLine(v, &found.Hits[i].Protocol)
		line.Used = found.Hits[i].Adoptions
		p.Found = append(p.Found, line)
	}
	if found.Next != "" {
		p.More = "/handbook/commons?" + url.Values{"q": {q.Text}, "kind": {string(q.Kind)}, "sort": {string(q.Sort)}, "cursor": {found.Next}}.Encode()
	}
	return v.page(http.StatusOK, "handbook_commons", p)
}
