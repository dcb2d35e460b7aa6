package web

import (
	"strconv"
	"strings"
	"time"

	"toadlane/coop"
	"toadlane/handbook"
	"toadlane/market"
)

// OpeningForm asks how a motion is to be decided.
type OpeningForm struct {
	Form       Form
	Methods    []string
	Majorities []Option
	ByShare    bool
	Empties    []Option
	Steward    bool
	Passed     []Option
}

// majorities are those that are offered beyond more than half.
var majorities = []string{"", "3/5", "2/3", "3/4"}

func (s *Site) openingForm(v *visit, c coop.Coop, f Form) OpeningForm {
	if f.Get("method") == "" {
		f = Form{Values: cloneValues(f), Wrong: f.Wrong}
		f.Put("method", string(handbook.Consent))
		f.Put("closes", s.cfg.Now().In(s.zone()).AddDate(0, 0, 14).Format(time.DateOnly))
		f.Put("empty", string(handbook.ProRata))
	}
	x := OpeningForm{Form: f, Methods: names(handbook.Methods), ByShare: c.Votes == coop.ByShare, Empties: v.options(names(handbook.EmptyShares), "handbook.empty."),
		Steward: can(v.by, settle), Passed: v.options([]string{"", "yes", "no"}, "handbook.passed_")}
	for _, m := range majorities {
		of, parts, ok := strings.Cut(m, "/")
		if !ok {
			x.Majorities = append(x.Majorities, Option{"", v.t("handbook.majority_half")})
			continue
		}
		x.Majorities = append(x.Majorities, Option{m, v.t("handbook.majority_of", "Of", of, "Parts", parts)})
	}
	return x
}

func cloneValues(f Form) map[string][]string {
	out := make(map[string][]string, len(f.Values)+3)
	for k, x := range f.Values {
		out[k] = x
	}
	return out
}

// readOpening reads how a motion is to be decided.
func (s *Site) readOpening(f *Form) handbook.Opening {
	o := handbook.Opening{Method: handbook.Method(f.Get("method"))}
	if w := f.Get("closes"); w != "" && o.Method != handbook.Ratified {
		if day, ok := parseDay(w, s.zone()); ok {
			o.Closes = market.EndOfDay(day, s.zone())
		} else {
			f.Fail("closes", "day.invalid")
		}
	}
	switch o.Method {
	case handbook.Vote:
		if w := f.Get("quorum"); w != "" {
			n, err := strconv.Atoi(strings.TrimSpace(strings.TrimSuffix(w, "%")))
			if err != nil || n < 0 || n > 100 {
				f.Fail("quorum", "motion.quorum")
			}
			o.Quorum = n * 100
		}
		if of, parts, ok := strings.Cut(f.Get("majority"), "/"); ok {
			a, err1 := strconv.Atoi(of)
			b, err2 := strconv.Atoi(parts)
			if err1 != nil || err2 != nil {
				f.Fail("majority", "motion.majority")
			}
			o.Majority = handbook.Majority{Of: a, Parts: b}
		}
		o.Empty, o.Secret = handbook.EmptyShare(f.Get("empty")), f.Is("secret", "yes")
	case handbook.Ratified:
		o.Ratification = s.readRatification(f)
	}
	return o
}

// readRatification reads what came out elsewhere, nil when nothing is known yet.
func (s *Site) readRatification(f *Form) *handbook.Ratification {
	if f.Get("passed") == "" && f.Get("on") == "" && f.Get("result") == "" {
		return nil
	}
	r := &handbook.Ratification{Passed: f.Get("passed") == "yes", Words: f.Lines("result"), Minutes: f.Get("minutes"), Shared: f.Is("shared", "yes")}
	if f.Get("passed") == "" {
		f.Fail("passed", "field.required")
	}
	if w := f.Get("on"); w != "" {
		day, ok := parseDay(w, s.zone())
		if !ok {
			f.Fail("on", "day.invalid")
		}
		r.On = day
	}
	return r
}
