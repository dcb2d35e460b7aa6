package web

import (
	"cmp"
	"net/http"
	"time"

	"toadlane/coop"
	"toadlane/handbook"
)

func init() {
	addPages(map[string]any{"handbook_offer": HandbookOfferPage{}})
}

// OfferLine is a change that was given back.
type OfferLine struct {
	Path  string
	Name  string
	Coop  string
	State handbook.OfferState
	At    time.Time
}

// offerLine shows o, which is meant for a page that has a name.
func offerLine(v *visit, o *handbook.Offer, page *handbook.Protocol, name string) OfferLine {
	x := OfferLine{Path: "/handbook/offers/" + string(o.ID), Name: name, Coop: v.neighbour(cmp.Or(o.From, page.Home, o.Page)), State: o.State, At: o.Received}
	if x.Name == "" {
		x.Name = string(o.Page)
	}
	return x
}

// HandbookOfferPage is a change that was given back, to us or by us.
type HandbookOfferPage struct {
	Frame
	Heading   string // the title tells it from others by whose it is and when it came
	Form      Form
	Offer     OfferLine
	ToUs      bool
	Line      ProtocolLine
	Diff      *DiffView
	Join      *JoinView
	Opening   *OpeningForm
	Motion    string // where the members decide on it
	Reason    string // why it was rejected
	Answered  time.Time
	Here      string // the page's address here
	CanAnswer bool
	Path      string
	MaxWhy    int
}

func (s *Site) offerView(v *visit) (handbook.OfferView, error) {
	id, err := v.id("id")
	if err != nil {
		return handbook.OfferView{}, err
	}
	return s.cfg.Handbook.Offer(v.r.Context(), v.by, id)
}

func (s *Site) handbookOffer(v *visit) error {
	w, err := s.offerView(v)
	if err != nil {
		return err
	}
	return s.handbookOfferPage(v, http.StatusOK, &w, Form{})
}

func (s *Site) handbookOfferPage(v *visit, status int, w *handbook.OfferView, f Form) error {
	o := &w.Offer
	line := offerLine(v, o, &w.Page, cmp.Or(w.Page.Name, w.Revision.Name))
	heading := v.t("handbook.offer_title", "Name", w.Revision.Name)
	x := HandbookOfferPage{Frame: v.frameTitled(heading + " · " + line.Coop + " · " + v.tongue.when(o.Received, s.zone())), Heading: heading, Form: f, Offer: line, ToUs: o.From != "", Line: s.protocolLine(v, &w.Page), Reason: o.Reason,
		Answered: o.Answered, Path: "/handbook/offers/" + string(o.ID), MaxWhy: handbook.MaxReason}
	if o.Motion != "" {
		x.Motion = "/handbook/motions/" + string(o.Motion)
	}
	now := w.Page.Current()
	if w.Page.ID != "" && !w.Page.Local() {
		now = w.Page.InUse
	}
	if w.Page.ID != "" && now != "" {
		_, r, err := s.cfg.Handbook.TextOf(v.r.Context(), v.by, w.Page.ID, now)
		switch {
		case err == nil:
			q, err := v.query()
			if err != nil {
				return err
			}
			d := handbook.NewDiff(r.Source, w.Revision.Source, around(q))
			view := diffView(&d, r.Name, w.Revision.Name, x.Path, diffShape(q), w.Page.Language, q.Get("full") != "")
			x.Diff = &view
		case coop.ClassOf(err) != coop.NotFound:
			return err
		}
	}
	if x.CanAnswer = x.ToUs && !o.State.Settled() && o.Motion == "" && can(v.by, settle); x.CanAnswer {
		if len(x.Form.Values) == 0 {
			x.Form.Put("reason", v.t("handbook.offer_reason", "Coop", line.Coop))
		}
		join := joinView(&w.Joined, "handbook.sides_offer", w.Page.Language, x.Form)
		x.Join = &join
		opening := s.openingForm(v, x.Coop, x.Form)
		x.Opening = &opening
	}
	return v.page(status, "handbook_offer", x)
}

func (s *Site) handbookAccept(v *visit) error {
	f, err := v.form()
	if err != nil {
		return err
	}
	w, err := s.offerView(v)
	if err != nil {
		return err
	}
	with, how := readJoin(&f, &w.Joined), s.readOpening(&f)
	if f.OK() {
		o, m, err := s.cfg.Handbook.AcceptOffer(v.r.Context(), v.by, w.Offer.ID, with, how)
		switch {
		case err == nil && m != nil:
			return v.done("/handbook/motions/"+string(m.ID), "done.handbook_proposed")
		case err == nil:
			return v.done("/handbook/offers/"+string(o.ID), "done.answered")
		case !f.Add(err):
			return err
		}
	}
	return s.handbookOfferPage(v, http.StatusUnprocessableEntity, &w, f)
}

func (s *Site) handbookReject(v *visit) error {
	f, err := v.form()
	if err != nil {
		return err
	}
	w, err := s.offerView(v)
	if err != nil {
		return err
	}
	_, err = s.cfg.Handbook.RejectOffer(v.r.Context(), v.by, w.Offer.ID, f.Lines("why"))
	if err == nil {
		return v.done("/handbook/offers/"+string(w.Offer.ID), "done.answered")
	}
	if !f.AddTo("why", err) {
		return err
	}
	return s.handbookOfferPage(v, http.StatusUnprocessableEntity, &w, f)
}
