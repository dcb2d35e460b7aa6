package web

import (
	"toadlane/coop"
)

// handbookAtom lists the texts that came into use as Atom: what the public sees, whoever asks.
func (s *Site) handbookAtom(v *visit) error {
	k, err := s.coop(v.r.Context())
	if err != nil {
		return err
	}
	v.tongue = s.coopTongue()
	list, _, err := s.cfg.Handbook.Changes(v.r.Context(), coop.Anonymous(), feedItems, "")
	if err != nil {
		return err
	}
	base := string(s.cfg.Base)
	f := &feed{title: v.t("handbook.feed_title", "Coop", k.coop.Name), about: v.t("handbook.feed_about"), self: base + "/handbook/changes.atom", page: base + "/handbook",
		lang: v.tongue.tag, author: k.coop.Name, updated: k.coop.Created}
	for i := range list {
		p, r := &list[i].Protocol, &list[i].Revision
		if r.Enacted.After(f.updated) {
			f.updated = r.Enacted
		}
		it := feedItem{id: r.IRI, link: base + revisionPath(p.Slug, r), title: r.Name, titleLang: p.Language, words: r.Reason, author: k.coop.Name, tags: []string{string(p.Kind)},
			published: r.Enacted, updated: r.Enacted}
		if it.words == "" {
			it.words = v.t("handbook.kind." + string(p.Kind))
		}
		f.items = append(f.items, it)
	}
	return v.atom(f)
}
