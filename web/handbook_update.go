package web

import (
	"net/http"

	"toadlane/coop"
	"toadlane/handbook"
)

func init() {
	addPages(map[string]any{"handbook_update": HandbookUpdatePage{}})
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
