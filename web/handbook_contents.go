package web

import (
	"net/http"

	"toadlane/handbook"
	"toadlane/internal/prose"
)

func init() {
	addPages(map[string]any{"handbook": HandbookContentsPage{}, "handbook_print": HandbookPrintPage{}})
}

// KindGroup is the pages of one kind.
type KindGroup struct {
	Kind  handbook.Kind
	Pages []ProtocolLine
}

// HandbookContentsPage lists the co-op's protocols by kind.
type HandbookContentsPage struct {
	Frame
	Groups  []KindGroup
	Drafts  []ProtocolLine // members: pages that are not in use yet
	Retired []ProtocolLine
	Mine    []ProtocolLine // what the reader is writing
	ToRead  int            // pages that the reader is asked to read and has not
	Motions int            // motions that are open
	Starter StarterWay     // while nothing is in use
	Form    Form
}

// handbookContents shows the contents: what is in use by kind, then what is being written and what was retired.
func (s *Site) handbookContents(v *visit) error {
	ctx := v.r.Context()
	all, err := s.cfg.Handbook.Contents(ctx, v.by)
	if err != nil {
		return err
	}
	p := HandbookContentsPage{Frame: v.frame("handbook.title")}
	p.Robots = true
	known := map[string]ProtocolLine{}
	for i := range all {
		line := s.protocolLine(v, &all[i])
		known[string(line.ID)] = line
		switch line.Status {
		case handbook.Draft:
			p.Drafts = append(p.Drafts, line)
		case handbook.Retired:
			p.Retired = append(p.Retired, line)
		default:
			if n := len(p.Groups); n == 0 || p.Groups[n-1].Kind != line.Kind {
				p.Groups = append(p.Groups, KindGroup{Kind: line.Kind})
			}
			g := &p.Groups[len(p.Groups)-1]
			g.Pages = append(g.Pages, line)
		}
	}
	if v.by.SignedIn() {
		drafts, err := s.cfg.Handbook.Drafts(ctx, v.by)
		if err != nil {
			return err
		}
		for _, d := range drafts {
			if line, ok := known[string(d.Protocol)]; ok {
				p.Mine = append(p.Mine, line)
			}
		}
		open, _, err := s.cfg.Handbook.Motions(ctx, v.by, true, handbook.MaxPage, "")
		if err != nil {
			return err
		}
		p.Motions = len(open)
		duties, err := s.cfg.Handbook.Duties(ctx, v.by)
		if err != nil {
			return err
		}
		for _, d := range duties {
			if d.Duty.Read.IsZero() {
				p.ToRead++
			}
		}
	}
	if len(p.Groups) == 0 {
		if p.Starter, err = s.starterWay(v); err != nil {
			return err
		}
	}
	return v.page(http.StatusOK, "handbook", p)
}

// maxPrint is how much text one page to print holds, in bytes of markdown; what does not fit is named at the end.
const maxPrint = 1 << 20

// HandbookPrintPage is the whole handbook on one page.
type HandbookPrintPage struct {
	Frame
	Parts []PrintPart
	Left  []ProtocolLine // what did not fit
	Host  string
}

// PrintPart is one protocol on it.
type PrintPart struct {
	Line     ProtocolLine
	Text     *prose.Text
	Language string
}

// handbookPrint shows every protocol in use one after the other. Anchors of headings are left out: two protocols may have the same.
func (s *Site) handbookPrint(v *visit) error {
	ctx := v.r.Context()
	all, err := s.cfg.Handbook.Contents(ctx, v.by)
	if err != nil {
		return err
	}
	p := HandbookPrintPage{Frame: v.frame("handbook.print_title"), Host: s.cfg.Base.Host()}
	size, full := 0, false
	for i := range all {
		x := &all[i]
		if x.InUse == "" || x.Status == handbook.Retired || x.Status == handbook.Draft {
			continue
		}
		line := s.protocolLine(v, x)
		if full {
			p.Left = append(p.Left, line)
			continue
		}
		_, r, err := s.cfg.Handbook.Revision(ctx, v.by, x.Slug, x.InUse)
		if err != nil {
			return err
		}
		if full = size+len(r.Source) > maxPrint; full { // nothing after it is read: the pages stay in their order
			p.Left = append(p.Left, line)
			continue
		}
		size += len(r.Source)
		p.Parts = append(p.Parts, PrintPart{line, s.proseWithin(v, x, &r, nil), x.Language})
	}
	return v.page(http.StatusOK, "handbook_print", p)
}
