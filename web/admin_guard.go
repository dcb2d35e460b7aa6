package web

import (
	"net/http"
	"strings"

	"toadlane/coop"
	"toadlane/federation/queue"
)

// AdminBlocksPage lists who is kept out.
type AdminBlocksPage struct {
	Frame
	Form   Form
	Blocks []BlockLine
}

// BlockLine is one who is kept out.
type BlockLine struct {
	queue.Block
	Guest string // name of somebody who wrote by e-mail: their address is shown to nobody
}

// guestBlock is how the store writes that an e-mail address is kept out: by its mark.
const guestBlock = "guest:"

func (s *Site) adminBlocks(v *visit) error { return s.adminBlocksPage(v, http.StatusOK, Form{}) }

func (s *Site) adminBlocksPage(v *visit, status int, f Form) error {
	blocks, err := s.cfg.Steward.Blocks(v.r.Context())
	if err != nil {
		return err
	}
	p := AdminBlocksPage{Frame: v.frame("admin_blocks.title"), Form: f}
	for _, b := range blocks {
		l := BlockLine{Block: b}
		if strings.HasPrefix(b.Target, guestBlock) {
			l.Guest, l.Reason = v.t("admin_blocks.guest", "Name", b.Reason), ""
		}
		p.Blocks = append(p.Blocks, l)
	}
	return v.page(status, "admin_blocks", p)
}

// adminBlock keeps a domain with all below it, or one account, out.
func (s *Site) adminBlock(v *visit) error {
	f, err := v.form()
	if err != nil {
		return err
	}
	f.Add(coop.Line("target", f.Get("target"), 1, coop.MaxIRI))
	f.Add(coop.Line("reason", f.Get("reason"), 0, 300))
	if f.OK() {
		err := s.cfg.Federation.Block(v.r.Context(), v.by, f.Get("target"), f.Get("reason"))
		if err == nil {
			return v.done("/admin/blocks", "done.blocked")
		}
		if !f.Add(err) {
			return err
		}
	}
	return s.adminBlocksPage(v, http.StatusUnprocessableEntity, f)
}

func (s *Site) adminUnblock(v *visit) error {
	f, err := v.form()
	if err != nil {
		return err
	}
	if mark, ok := strings.CutPrefix(f.Get("target"), guestBlock); ok {
		err = s.cfg.Market.UnblockGuest(v.r.Context(), v.by, mark)
	} else {
		err = s.cfg.Federation.Unblock(v.r.Context(), v.by, f.Get("target"))
	}
	if err != nil {
		return err
	}
	return v.done("/admin/blocks", "done.unblocked")
}

// AdminReportsPage lists complaints, from elsewhere and from here, open ones first.
type AdminReportsPage struct {
	Frame
	Open   []ReportLine
	Closed []ReportLine
}

// ReportLine is one complaint.
type ReportLine struct {
	queue.Report
	Who    string
	Talk   string     // path of the conversation that it is about, "" for none
	Others []coop.IRI // what else it is about
	Block  coop.IRI   // an account elsewhere that it is about, "" for none
}

// reportLine names who complained, and makes links of what is here.
func (s *Site) reportLine(v *visit, r queue.Report) ReportLine {
	l := ReportLine{Report: r, Who: string(r.From)}
	if id, ok := strings.CutPrefix(string(r.From), "member:"); ok {
		l.Who = s.memberName(v, coop.ID(id))
	} else if strings.HasPrefix(string(r.From), "guest:") {
		l.Who = v.t("admin_reports.guest")
	}
	for _, o := range r.Objects {
		rest, ours := strings.CutPrefix(string(o), string(s.cfg.Base))
		switch {
		case ours && strings.HasPrefix(rest, "/threads/"):
			l.Talk = localPath(rest)
		case !ours && l.Block == "":
			l.Block = o
			l.Others = append(l.Others, o)
		default:
			l.Others = append(l.Others, o)
		}
	}
	return l
}

func (s *Site) adminReports(v *visit) error {
	all, err := s.cfg.Steward.Reports(v.r.Context())
	if err != nil {
		return err
	}
	p := AdminReportsPage{Frame: v.frame("admin_reports.title")}
	for _, r := range all {
		l := s.reportLine(v, r)
		if r.Closed.IsZero() {
			p.Open = append(p.Open, l)
		} else {
			p.Closed = append(p.Closed, l)
		}
	}
	return v.page(http.StatusOK, "admin_reports", p)
}

func (s *Site) adminReportClose(v *visit) error {
	id, err := v.id("id")
	if err != nil {
		return err
	}
	if err := s.cfg.Steward.CloseReport(v.r.Context(), id, v.by, s.cfg.Now().UTC()); err != nil {
		return err
	}
	return v.done("/admin/reports", "done.report_closed")
}
