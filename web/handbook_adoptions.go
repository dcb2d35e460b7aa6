package web

import (
	"cmp"
	"net/http"
	"net/url"
	"strings"
	"time"

	"toadlane/coop"
	"toadlane/handbook"
)

func init() {
	addPages(map[string]any{"handbook_adoptions": HandbookAdoptionsPage{}, "handbook_update": HandbookUpdatePage{}, "handbook_give": HandbookGivePage{}, "handbook_offer": HandbookOfferPage{}})
}

// HandbookAdoptionsPage lists what we go by, and changes given back both ways.
type HandbookAdoptionsPage struct {
	Frame
	Held      []StandingLine
	Ended     []StandingLine
	ToUs      []OfferLine // those that wait first
	FromUs    []OfferLine
	CanSettle bool

	MoreToUs, MoreFromUs string
}

// OfferLine is a change that was given back.
type OfferLine struct {
	Path  string
	Name  string
	Coop  string
	State handbook.OfferState
	At    time.Time
}

func (s *Site) handbookAdoptions(v *visit) error {
	ctx := v.r.Context()
	p := HandbookAdoptionsPage{Frame: v.frame("handbook.adoptions"), CanSettle: can(v.by, settle)}
	all, err := s.cfg.Handbook.Adoptions(ctx, v.by)
	if err != nil {
		return err
	}
	now := s.cfg.Now()
	for i := range all {
		line := s.standingLine(v, &all[i])
		if all[i].Adoption.Holds(now) {
			p.Held = append(p.Held, line)
		} else {
			p.Ended = append(p.Ended, line)
		}
	}
	for _, x := range []struct {
		ours bool
		name string // of the question and, with a hyphen, of the section
		list *[]OfferLine
		more *string
	}{{false, "to_us", &p.ToUs, &p.MoreToUs}, {true, "from_us", &p.FromUs, &p.MoreFromUs}} {
		list, next, err := s.offersFrom(v, x.ours, v.r.URL.Query().Get(x.name))
		if err != nil {
			return err
		}
		*x.list = list
		if next != "" {
			*x.more = "/handbook/adoptions?" + url.Values{x.name: {next}}.Encode() + "#" + strings.ReplaceAll(x.name, "_", "-")
		}
	}
	return v.page(http.StatusOK, "handbook_adoptions", p)
}

// answered stands before the cursor of offers that have an answer: they follow those that wait for one.
const answered = "answered."

// offersFrom lists changes given back in one direction from a cursor on, those that wait for an answer first.
func (s *Site) offersFrom(v *visit, ours bool, cursor string) (out []OfferLine, next string, err error) {
	cursor, settled := strings.CutPrefix(cursor, answered)
	for {
		list, next, err := s.cfg.Handbook.OfferLines(v.r.Context(), v.by, ours, settled, handbook.DefaultPage, cursor)
		if err != nil {
			return nil, "", err
		}
		for i := range list {
			out = append(out, offerLine(v, &list[i].Offer, &list[i].Page, list[i].Name))
		}
		if settled && next != "" {
			next = answered + next
		}
		if settled || next != "" {
			return out, next, nil
		}
		settled, cursor = true, ""
	}
}

// offerLine shows o, which is meant for a page that has a name.
func offerLine(v *visit, o *handbook.Offer, page *handbook.Protocol, name string) OfferLine {
	x := OfferLine{Path: "/handbook/offers/" + string(o.ID), Name: name, Coop: v.neighbour(cmp.Or(o.From, page.Home, o.Page)), State: o.State, At: o.Received}
	if x.Name == "" {
		x.Name = string(o.Page)
	}
	return x
}

func (s *Site) handbookWithdraw(v *visit) error {
	id, err := v.id("id")
	if err != nil {
		return err
	}
	if _, err := s.cfg.Handbook.Withdraw(v.r.Context(), v.by, id); err != nil {
		return err
	}
	return v.done("/handbook/adoptions", "done.handbook_withdrawn")
}

// HandbookUpdatePage shows what is new at the origin of what we hold.
type HandbookUpdatePage struct {
	Frame
	Form    Form
	Held    StandingLine
	Diff    *DiffView
	Join    *JoinView // of a page of ours
	Opening *OpeningForm
	Action  string
	CanTake bool
	MaxWhy  int
}

func (s *Site) standing(v *visit) (handbook.Standing, error) {
	id, err := v.id("id")
	if err != nil {
		return handbook.Standing{}, err
	}
	return s.cfg.Handbook.Adoption(v.r.Context(), v.by, id)
}

func (s *Site) handbookUpdate(v *visit) error {
	st, err := s.standing(v)
	if err != nil {
		return err
	}
	return s.handbookUpdatePage(v, http.StatusOK, &st, Form{})
}

func (s *Site) handbookUpdatePage(v *visit, status int, st *handbook.Standing, f Form) error {
	ctx := v.r.Context()
	x := HandbookUpdatePage{Frame: v.frameTitled(v.t("handbook.update_title", "Name", st.Adoption.Name)), Held: s.standingLine(v, st), MaxWhy: handbook.MaxReason,
		Action: "/handbook/adoptions/" + string(st.Adoption.ID) + "/update", CanTake: can(v.by, settle) || st.Ours.ID != ""}
	if st.Update != "" {
		q, err := v.query()
		if err != nil {
			return err
		}
		c, err := s.cfg.Handbook.Compare(ctx, v.by, st.Page.ID, st.Adoption.Revision, st.Page.ID, st.Update, around(q))
		switch {
		case err == nil:
			d := diffView(&c.Diff, c.From.Name, c.To.Name, x.Action, diffShape(q), st.Page.Language, q.Get("full") != "")
			x.Diff = &d
		case coop.ClassOf(err) != coop.NotFound:
			return err
		}
		if st.Ours.ID != "" {
			j, err := s.cfg.Handbook.Update(ctx, v.by, st.Ours.ID)
			if err != nil {
				return err
			}
			if len(f.Values) == 0 {
				f.Put("reason", v.t("handbook.update_reason", "Coop", v.neighbour(st.Page.Home)))
			}
			join := joinView(&j, "handbook.sides_update", st.Ours.Language, f)
			x.Join = &join
			if st.Ours.Status != handbook.Draft {
				o := s.openingForm(v, x.Coop, f)
				x.Opening = &o
			}
		}
	}
	x.Form = f
	return v.page(status, "handbook_update", x)
}

func (s *Site) handbookUpdateDo(v *visit) error {
	ctx := v.r.Context()
	f, err := v.form()
	if err != nil {
		return err
	}
	st, err := s.standing(v)
	if err != nil {
		return err
	}
	if st.Update == "" {
		f.Fail("", "update.none")
		return s.handbookUpdatePage(v, http.StatusUnprocessableEntity, &st, f)
	}
	if st.Ours.ID == "" {
		if err := mayDo(v.by, settle); err != nil {
			return err
		}
		_, err := s.cfg.Handbook.Adopt(ctx, v.by, st.Page.ID, handbook.Adopting{Revision: st.Update, Public: st.Adoption.Public})
		if err == nil {
			return v.done("/handbook/adoptions", "done.handbook_adopted")
		}
		if !f.Add(err) {
			return err
		}
		return s.handbookUpdatePage(v, http.StatusUnprocessableEntity, &st, f)
	}
	j, err := s.cfg.Handbook.Update(ctx, v.by, st.Ours.ID)
	if err != nil {
		return err
	}
	with := readJoin(&f, &j)
	var how handbook.Opening
	if st.Ours.Status != handbook.Draft {
		how = s.readOpening(&f)
	}
	if f.OK() {
		out, err := s.cfg.Handbook.MergeUpdate(ctx, v.by, st.Ours.ID, with, how)
		switch {
		case err == nil && out.Motion != nil:
			return v.done("/handbook/motions/"+string(out.Motion.ID), "done.handbook_proposed")
		case err == nil:
			return v.done("/handbook/"+st.Ours.Slug, "done.handbook_written")
		case !f.Add(err):
			return err
		}
	}
	return s.handbookUpdatePage(v, http.StatusUnprocessableEntity, &st, f)
}

// HandbookGivePage gives what we made of a page back to where it comes from.
type HandbookGivePage struct {
	Frame
	Form   Form
	Line   ProtocolLine
	Origin OriginLine
	Diff   *DiffView
}

// given gives the page that the address names, which has to be adapted from another, with the text of ours that can be given back.
func (s *Site) given(v *visit) (handbook.Protocol, handbook.Revision, error) {
	p, err := s.protocol(v)
	if err != nil {
		return p, handbook.Revision{}, err
	}
	if p.Origin.Page == "" || p.InUse == "" {
		return p, handbook.Revision{}, coop.Errorf(coop.NotFound, "adoption.none", "protocol %s has nothing to give back", p.Slug)
	}
	_, r, err := s.cfg.Handbook.Revision(v.r.Context(), v.by, p.Slug, p.InUse)
	return p, r, err
}

func (s *Site) handbookGive(v *visit) error {
	p, r, err := s.given(v)
	if err != nil {
		return err
	}
	return s.handbookGivePage(v, http.StatusOK, &p, &r, Form{})
}

func (s *Site) handbookGivePage(v *visit, status int, p *handbook.Protocol, r *handbook.Revision, f Form) error {
	x := HandbookGivePage{Frame: v.frameTitled(v.t("handbook.give_title", "Name", p.Name)), Form: f, Line: s.protocolLine(v, p), Origin: s.originLine(v, &p.Origin)}
	all, err := s.cfg.Handbook.Adoptions(v.r.Context(), v.by)
	if err != nil {
		return err
	}
	for i := range all {
		st := &all[i]
		if st.Ours.ID != p.ID || st.Page.ID == "" || st.Page.InUse == "" {
			continue
		}
		_, theirs, err := s.cfg.Handbook.TextOf(v.r.Context(), v.by, st.Page.ID, st.Page.InUse)
		switch {
		case err == nil:
			d := handbook.NewDiff(theirs.Source, r.Source, 3)
			view := diffView(&d, theirs.Name, r.Name, "", "inline", p.Language, true)
			view.SidePath = ""
			x.Diff = &view
		case coop.ClassOf(err) != coop.NotFound:
			return err
		}
		break
	}
	return v.page(status, "handbook_give", x)
}

func (s *Site) handbookGiveDo(v *visit) error {
	p, r, err := s.given(v)
	if err != nil {
		return err
	}
	var f Form
	o, err := s.cfg.Handbook.OfferBack(v.r.Context(), v.by, p.ID, handbook.Writing{Base: r.ID, Name: r.Name, Source: r.Source})
	if err == nil {
		return v.done("/handbook/offers/"+string(o.ID), "done.handbook_given")
	}
	if !f.Add(err) {
		return err
	}
	return s.handbookGivePage(v, http.StatusUnprocessableEntity, &p, &r, f)
}

// HandbookOfferPage is a change that was given back, to us or by us.
type HandbookOfferPage struct {
	Frame
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
	x := HandbookOfferPage{Frame: v.frameTitled(v.t("handbook.offer_title", "Name", w.Revision.Name, "Coop", line.Coop)), Form: f, Offer: line, ToUs: o.From != "", Line: s.protocolLine(v, &w.Page), Reason: o.Reason,
		Answered: o.Answered, Path: "/handbook/offers/" + string(o.ID), MaxWhy: handbook.MaxReason}
	if o.Motion != "" {
		x.Motion = "/handbook/motions/" + string(o.Motion)
	}
	now := current(&w.Page)
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
