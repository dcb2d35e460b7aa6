package web

import (
	"net/http"

	"toadlane/coop"
	"toadlane/federation/queue"
)

// AdminBlocksPage lists who is kept out.
type AdminBlocksPage struct {
	Frame
	Form   Form
	Blocks []queue.Block
}

func (s *Site) adminBlocks(v *visit) error { return s.adminBlocksPage(v, http.StatusOK, Form{}) }

func (s *Site) adminBlocksPage(v *visit, status int, f Form) error {
	blocks, err := s.cfg.Steward.Blocks(v.r.Context())
	if err != nil {
		return err
	}
	return v.page(status, "admin_blocks", AdminBlocksPage{Frame: v.frame("admin_blocks.title"), Form: f, Blocks: blocks})
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
	if err := s.cfg.Federation.Unblock(v.r.Context(), v.by, f.Get("target")); err != nil {
		return err
	}
	return v.done("/admin/blocks", "done.unblocked")
}

// AdminReportsPage lists complaints from elsewhere, open ones first.
type AdminReportsPage struct {
	Frame
	Open   []queue.Report
	Closed []queue.Report
}

func (s *Site) adminReports(v *visit) error {
	all, err := s.cfg.Steward.Reports(v.r.Context())
	if err != nil {
		return err
	}
	p := AdminReportsPage{Frame: v.frame("admin_reports.title")}
	for _, r := range all {
		if r.Closed.IsZero() {
			p.Open = append(p.Open, r)
		} else {
			p.Closed = append(p.Closed, r)
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
