package web

import (
	"net/http"
	"slices"
	"strconv"
	"time"

	"toadlane/coop"
	"toadlane/handbook"
	"toadlane/internal/prose"
)

func init() {
	addPages(map[string]any{"handbook_motion": HandbookMotionPage{}})
}

func (s *Site) motionRoutes() []route {
	get, post := http.MethodGet, http.MethodPost
	return []route{
		{method: get, pattern: "/handbook/motions", who: takePart, do: s.handbookMotions},
		{method: get, pattern: "/handbook/motions/{id}", who: takePart, do: s.handbookMotion},
		{method: post, pattern: "/handbook/motions/{id}/answer", who: takePart, do: s.motionAnswer},
		{method: post, pattern: "/handbook/motions/{id}/talk", who: takePart, do: s.motionTalk},
		{method: post, pattern: "/handbook/motions/{id}/withdraw", who: takePart, do: s.motionWithdraw},
		{method: post, pattern: "/handbook/motions/{id}/decide", who: takePart, do: s.motionDecide},
		{method: post, pattern: "/handbook/motions/{id}/ratify", who: settle, do: s.motionRatify},
		{method: get, pattern: "/handbook/motions/{id}/resolve", who: takePart, do: s.motionClash},
		{method: post, pattern: "/handbook/motions/{id}/resolve", who: takePart, do: s.motionResolve, body: textBody},
	}
}

// HandbookMotionPage is a motion with what differs, what was said and how it stands.
type HandbookMotionPage struct {
	Frame
	Form    Form // of whatever was typed last
	Line    ProtocolLine
	Motion  MotionLine
	ID      coop.ID
	Text    string      // the proposed text as a whole
	Whole   *prose.Text // where there is nothing to compare it with
	Diff    *DiffView
	Moved   string // the page has another text meanwhile
	Rules   []string
	Secret  bool
	Result  *handbook.Result
	Tally   *TallyView
	Turnout int // of how many have answered so far; -1 when nobody may know
	Heads   int
	Answers []AnswerLine
	Mine    *AnswerLine
	Choices []Option
	Group   string // in which they vote
	NoVote  bool
	Remarks []RemarkLine
	Rivals  []MotionLine
	Follows string
	Offer   string
	Can     struct{ Answer, Withdraw, Decide, Ratify, Resolve, Talk bool }
	Passed  []Option
	MaxSay  int
}

// AnswerLine is what somebody answered.
type AnswerLine struct {
	Name   string
	Answer handbook.Answer
	Group  string
	Words  string
	At     time.Time
}

// RemarkLine is what somebody said about a motion.
type RemarkLine struct {
	Name  string
	Mine  bool
	At    time.Time
	Words string
}

// rulesOf says in sentences how a motion is decided.
func (s *Site) rulesOf(v *visit, m *handbook.Motion) (out []string) {
	t := &m.Terms
	out = append(out, v.t("handbook.method_hint."+string(t.Method)))
	if t.Method != handbook.Vote {
		return out
	}
	if t.Quorum > 0 {
		out = append(out, v.t("handbook.rule_quorum", "Share", coop.Percent(t.Quorum), "Heads", v.tongue.number(int64(t.Heads))))
	}
	if t.Majority != (handbook.Majority{}) {
		out = append(out, v.t("handbook.rule_majority", "Of", strconv.Itoa(t.Majority.Of), "Parts", strconv.Itoa(t.Majority.Parts)))
	}
	if t.Votes == coop.ByShare {
		out = append(out, v.t("handbook.rule_shares"), v.t("handbook.empty."+string(t.Empty)))
	} else {
		out = append(out, v.t("handbook.rule_heads"))
	}
	if t.Secret {
		out = append(out, v.t("handbook.rule_secret"))
	}
	return out
}

func (s *Site) handbookMotion(v *visit) error {
	return s.motionPage(v, http.StatusOK, Form{})
}

// motionPage shows the motion that the address names.
func (s *Site) motionPage(v *visit, status int, f Form) error {
	ctx := v.r.Context()
	id, err := v.id("id")
	if err != nil {
		return err
	}
	w, err := s.cfg.Handbook.Motion(ctx, v.by, id)
	if err != nil {
		return err
	}
	people, err := s.namesOfPeople(v)
	if err != nil {
		return err
	}
	m, p := &w.Motion, &w.Protocol
	x := HandbookMotionPage{Motion: s.motionLine(v, m, p, w.Numbers[m.ID], people), Form: f, Line: s.protocolLine(v, p), ID: m.ID,
		Text: revisionPath(p.Slug, &w.Proposed), Rules: s.rulesOf(v, m), Secret: m.Terms.Secret, Result: m.Result, Turnout: -1, Heads: m.Terms.Heads, MaxSay: handbook.MaxWords,
		Passed: v.options([]string{"", "yes", "no"}, "handbook.passed_")}
	x.Frame = v.frameTitled(x.Motion.Title)
	if err := s.motionDiff(v, &x, &w); err != nil {
		return err
	}
	if w.Sight.Turnout {
		x.Turnout = w.Answered
	}
	x.Tally = s.tallyView(v, w.Tally, &m.Terms, x.Coop)
	for i := range w.Responses {
		r := &w.Responses[i]
		line := AnswerLine{people[r.Person], r.Answer, s.groupName(v, x.Coop, r.Constituency), r.Words, r.At}
		if w.Mine == r && r.Answer != "" {
			x.Mine = &line
		}
		if w.Sight.Names && r.Answer != "" {
			x.Answers = append(x.Answers, line)
		}
	}
	for _, r := range w.Remarks {
		x.Remarks = append(x.Remarks, RemarkLine{people[r.Person], r.Person == v.by.Person(), r.At, r.Words})
	}
	for i := range w.Rivals {
		r := &w.Rivals[i]
		x.Rivals = append(x.Rivals, s.motionLine(v, r, p, w.Numbers[r.ID], people))
	}
	if m.Follows != "" {
		x.Follows = "/handbook/motions/" + string(m.Follows)
	}
	s.motionDeeds(v, &x, &w)
	if x.Mine != nil && len(f.Values) == 0 {
		x.Form.Put("answer", string(x.Mine.Answer))
		x.Form.Put("words", x.Mine.Words)
	}
	return v.page(status, "handbook_motion", x)
}

// motionDiff shows what the motion changes: against the text that it was made from, or as a whole where there was none.
func (s *Site) motionDiff(v *visit, x *HandbookMotionPage, w *handbook.MotionView) error {
	m, p := &w.Motion, &w.Protocol
	base := m.Base
	if base == "" && len(w.Proposed.Parents) > 0 {
		base = w.Proposed.Parents[0]
	}
	if base == "" {
		x.Whole = s.proseWithin(v, p, &w.Proposed, s.glossary(v, p.Slug))
		return nil
	}
	q, err := v.query()
	if err != nil {
		return err
	}
	old := w.Current
	if old.ID != base {
		if _, old, err = s.cfg.Handbook.TextOf(v.r.Context(), v.by, p.ID, base); err != nil {
			return err
		}
	}
	found := handbook.NewDiff(old.Source, w.Proposed.Source, around(q))
	d := diffView(&found, old.Name, w.Proposed.Name, x.Motion.Path, diffShape(q), p.Language, q.Get("full") != "")
	x.Diff = &d
	if m.State == handbook.MotionOpen && w.Current.ID != "" && w.Current.ID != base {
		x.Moved = diffPath(p.Slug, base, w.Current.ID)
	}
	return nil
}

// motionDeeds fills what the reader may do now.
func (s *Site) motionDeeds(v *visit, x *HandbookMotionPage, w *handbook.MotionView) {
	m := &w.Motion
	now := s.cfg.Now()
	ended := !m.Closes.IsZero() && !now.Before(m.Closes)
	open := m.State == handbook.MotionOpen
	mine := m.By == v.by.Person() || can(v.by, settle)
	for _, a := range m.Terms.Method.Answers() {
		x.Choices = append(x.Choices, Option{string(a), v.t("handbook.answer." + string(a))})
	}
	x.Can.Answer = open && !ended && len(x.Choices) > 0
	if m.Terms.Method == handbook.Vote {
		x.Group = s.groupName(v, x.Coop, voteIn(&m.Terms, v.person.Constituency))
		if v.person.Created.After(m.Opens) || m.Terms.Votes == coop.ByShare && x.Group == "" {
			x.Can.Answer, x.NoVote = false, open && !ended
		}
	}
	x.Can.Withdraw = open && mine
	x.Can.Decide = open && ended
	x.Can.Ratify = open && m.Terms.Method == handbook.Ratified && can(v.by, settle)
	x.Can.Resolve = m.State == handbook.MotionClashing && mine
	x.Can.Talk = open || m.State == handbook.MotionClashing
}

// voteIn is the constituency in which somebody of slug votes, "" for none.
func voteIn(t *handbook.Terms, slug string) string {
	if slices.ContainsFunc(t.Groups, func(g handbook.Group) bool { return g.Slug == slug && (t.Votes != coop.ByShare || g.Share > 0) }) {
		return slug
	}
	return ""
}
