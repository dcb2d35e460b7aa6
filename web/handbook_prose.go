package web

import (
	"path"
	"slices"
	"strings"

	"toadlane/handbook"
	"toadlane/internal/prose"
)

// keptForFrame are ids that the frame of a page needs.
var keptForFrame = []string{"content", "display", "hb-about", "hb-contents"}

// proseFor renders a text of a page in the reader's language. glossary may be nil.
func (s *Site) proseFor(v *visit, p *handbook.Protocol, r *handbook.Revision, glossary []prose.Term) prose.Text {
	return prose.Of(prose.Page{Name: r.Name, Source: r.Source, Terms: glossary, Link: s.filesBeside(v, p), Open: v.t("handbook.task_open"), Done: v.t("handbook.task_done"),
		Kept: func(anchor string) bool {
			// "i-steward" is a pictogram on the page; a heading "Steward" is in nobody's way.
			icon, ok := strings.CutPrefix(anchor, "i-")
			return slices.Contains(keptForFrame, anchor) || ok && s.icons[icon] != nil
		}})
}

// proseWithin is proseFor for a text under a heading of a page that has anchors of its own: a level down, and without any.
func (s *Site) proseWithin(v *visit, p *handbook.Protocol, r *handbook.Revision, glossary []prose.Term) *prose.Text {
	t := s.proseFor(v, p, r, glossary)
	t.Anchors = nil
	t.Under(1)
	return &t
}

// filesBeside says where links to other files lead from one of our pages: those of a handbook that came in as a folder speak of its files. The pages
// are read when the first such link is met.
func (s *Site) filesBeside(v *visit, p *handbook.Protocol) func(string) (string, bool) {
	if !p.Local() {
		return func(to string) (string, bool) {
			at, ok := prose.Beside(to)
			return p.IRI.Origin() + at, ok
		}
	}
	var slugs map[string]string
	return func(to string) (string, bool) {
		file, anchor, _ := strings.Cut(to, "#")
		if !strings.HasSuffix(file, ".md") || strings.Contains(file, ":") {
			return "", false
		}
		if slugs == nil {
			all, err := s.cfg.Handbook.Contents(v.r.Context(), v.by)
			if err != nil {
				return "", false
			}
			slugs = make(map[string]string, len(all))
			for i := range all {
				slugs[all[i].File()] = all[i].Slug
			}
		}
		slug, ok := slugs[path.Join(path.Dir(p.File()), file)]
		if anchor != "" {
			anchor = "#" + anchor
		}
		return "/handbook/" + slug + anchor, ok
	}
}

// glossary gives the words that v.by may follow to their meaning, none on the page of the glossary itself.
func (s *Site) glossary(v *visit, slug string) []prose.Term {
	if slug == prose.Glossary {
		return nil
	}
	ctx := v.r.Context()
	p, err := s.cfg.Handbook.Protocol(ctx, v.by, prose.Glossary)
	if err != nil || p.InUse == "" {
		return nil
	}
	_, r, err := s.cfg.Handbook.Revision(ctx, v.by, prose.Glossary, p.InUse)
	if err != nil {
		return nil
	}
	return prose.Terms(r.Source)
}
