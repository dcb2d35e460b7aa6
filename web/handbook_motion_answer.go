package web

import (
	"net/http"

	"toadlane/coop"
	"toadlane/handbook"
)

// motionForm reads the form of a motion's page and does something with it; what is wrong is said on the page.
func (s *Site) motionForm(v *visit, done string, do func(id coop.ID, f *Form) error) error {
	f, err := v.form()
	if err != nil {
		return err
	}
	id, err := v.id("id")
	if err != nil {
		return err
	}
	if err := do(id, &f); err != nil {
		if !f.Add(err) {
			return err
		}
	}
	if !f.OK() {
		return s.motionPage(v, http.StatusUnprocessableEntity, f)
	}
	return v.done("/handbook/motions/"+string(id), done)
}

func (s *Site) motionAnswer(v *visit) error {
	return s.motionForm(v, "done.answered", func(id coop.ID, f *Form) error {
		w, err := s.cfg.Handbook.Motion(v.r.Context(), v.by, id)
		if err != nil {
			return err
		}
		r := handbook.Response{Answer: handbook.Answer(f.Get("answer")), Words: f.Lines("words")}
		if w.Motion.Terms.Method == handbook.Vote {
			r.Constituency = voteIn(&w.Motion.Terms, v.person.Constituency)
		}
		_, err = s.cfg.Handbook.Answer(v.r.Context(), v.by, id, r)
		return err
	})
}

func (s *Site) motionTalk(v *visit) error {
	return s.motionForm(v, "done.handbook_said", func(id coop.ID, f *Form) error {
		_, err := s.cfg.Handbook.Talk(v.r.Context(), v.by, id, f.Lines("remark"))
		if f.AddTo("remark", err) {
			return nil
		}
		return err
	})
}

func (s *Site) motionWithdraw(v *visit) error {
	return s.motionForm(v, "done.handbook_withdrawn", func(id coop.ID, _ *Form) error {
		_, err := s.cfg.Handbook.WithdrawMotion(v.r.Context(), v.by, id)
		return err
	})
}

func (s *Site) motionDecide(v *visit) error {
	return s.motionForm(v, "done.handbook_decided", func(id coop.ID, _ *Form) error {
		_, err := s.cfg.Handbook.Decide(v.r.Context(), v.by, id)
		return err
	})
}

func (s *Site) motionRatify(v *visit) error {
	return s.motionForm(v, "done.handbook_decided", func(id coop.ID, f *Form) error {
		there := s.readRatification(f)
		if there == nil {
			f.Fail("passed", "field.required")
		}
		if !f.OK() {
			return nil
		}
		_, err := s.cfg.Handbook.Ratify(v.r.Context(), v.by, id, *there)
		return err
	})
}
