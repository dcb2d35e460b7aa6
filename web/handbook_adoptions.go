package web

import (
	"net/http"
	"net/url"
	"strings"
	"time"

	"toadlane/coop"
	"toadlane/handbook"
)

func init() {
	addPages(map[string]any{"handbook_adoptions": HandbookAdoptionsPage{}})
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

// StandingLine is an adoption of ours.
type StandingLine struct {
	ID      coop.ID
	Line    ProtocolLine
	Manner  handbook.Manner
	Ours    *ProtocolLine
	Since   time.Time
	Until   time.Time
	Changes string
	Public  bool
	Update  string // where to look at what is new
}

func (s *Site) standingLine(v *visit, st *handbook.Standing) StandingLine {
	a := &st.Adoption
	x := StandingLine{ID: a.ID, Line: s.protocolLine(v, &st.Page), Manner: a.Manner, Since: a.Since, Until: a.Until, Changes: a.Changes, Public: a.IRI != ""}
	if st.Page.ID == "" { // gone: only what was kept of it
		x.Line.Path = ""
		x.Line.Name = coop.Text{v.tongue.tag: a.Name}
	}
	if st.Page.Local() && st.Page.ID != "" {
		x.Line.Path = "/handbook/" + st.Page.Slug
	}
	if st.Ours.ID != "" {
		line := s.protocolLine(v, &st.Ours)
		x.Ours = &line
	}
	if st.Update != "" {
		x.Update = "/handbook/adoptions/" + string(a.ID) + "/update"
	}
	return x
}
