package web

import (
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"toadlane/coop"
	"toadlane/handbook"
	"toadlane/market"
)

func init() {
	addPages(map[string]any{"handbook_motions": HandbookMotionsPage{}, "handbook_motion": HandbookMotionPage{}, "handbook_resolve": HandbookResolvePage{}})
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
		{method: post, pattern: "/handbook/motions/{id}/ratify", who: takePart, do: s.motionRatify},
		{method: get, pattern: "/handbook/motions/{id}/resolve", who: takePart, do: s.motionClash},
		{method: post, pattern: "/handbook/motions/{id}/resolve", who: takePart, do: s.motionResolve, body: textBody},
	}
}

// MotionLine is a motion in a list.
type MotionLine struct {
	Path   string
	Name   coop.Text
	State  handbook.MotionState
	Method handbook.Method
	Reason string
	By     string
	Opens  time.Time
	Closes time.Time // the last day
}

// HandbookMotionsPage lists motions, open ones first.
type HandbookMotionsPage struct {
	Frame
	Open []MotionLine
	Past []MotionLine
	More string
}

func (s *Site) motionLine(v *visit, m *handbook.Motion, people map[coop.ID]string) (MotionLine, error) {
	p, err := s.cfg.Handbook.ProtocolByID(v.r.Context(), v.by, m.Protocol)
	if err != nil {
		return MotionLine{}, err
	}
	x := MotionLine{Path: "/handbook/motions/" + string(m.ID), Name: coop.Text{p.Language: p.Name}, State: m.State, Method: m.Terms.Method, Reason: m.Reason, By: people[m.By], Opens: m.Opens}
	if !m.Closes.IsZero() {
		x.Closes = market.DayOf(m.Closes, s.zone())
	}
	return x, nil
}

// openMotions lists the motions on a page that are open.
func (s *Site) openMotions(v *visit, protocol coop.ID) (out []MotionLine, err error) {
	all, err := s.cfg.Handbook.MotionsOf(v.r.Context(), v.by, protocol)
	if err != nil {
		return nil, err
	}
	people, err := s.namesOfPeople(v)
	if err != nil {
		return nil, err
	}
	for i := range all {
		if all[i].State != handbook.MotionOpen && all[i].State != handbook.MotionClashing {
			continue
		}
		line, err := s.motionLine(v, &all[i], people)
		if err != nil {
			return nil, err
		}
		out = append(out, line)
	}
	return out, nil
}

func (s *Site) handbookMotions(v *visit) error {
	ctx := v.r.Context()
	p := HandbookMotionsPage{Frame: v.frame("handbook.motions")}
	people, err := s.namesOfPeople(v)
	if err != nil {
		return err
	}
	cursor := v.r.URL.Query().Get("cursor")
	for _, open := range []bool{true, false} {
		limit, from := handbook.DefaultPage, cursor
		if open {
			limit, from = handbook.MaxPage, ""
		}
		list, next, err := s.cfg.Handbook.Motions(ctx, v.by, open, limit, from)
		if err != nil {
			return err
		}
		for i := range list {
			line, err := s.motionLine(v, &list[i], people)
			if err != nil {
				return err
			}
			if open {
				p.Open = append(p.Open, line)
			} else {
				p.Past = append(p.Past, line)
			}
		}
		if !open && next != "" {
			p.More = "/handbook/motions?" + url.Values{"cursor": {next}}.Encode()
		}
	}
	return v.page(http.StatusOK, "handbook_motions", p)
}

// HandbookMotionPage is a motion with what differs, what was said and how it stands.
type HandbookMotionPage struct {
	Frame
	Form    Form // of whatever was typed last
	Line    ProtocolLine
	Motion  MotionLine
	ID      coop.ID
	Text    string // the proposed text as a whole
	Whole   *prose // where there is nothing to compare it with
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

// TallyView is a count as figures in a table.
type TallyView struct {
	Tally  handbook.Tally
	Shares bool // votes are by shares, and may be shown
	For    string
	Against,
	Lost string
	Groups []GroupLine
}

// GroupLine is the count of a constituency.
type GroupLine struct {
	Name                         string
	Share                        string
	Heads, For, Against, Abstain int
}

func (s *Site) tallyView(v *visit, t *handbook.Tally, terms *handbook.Terms, c coop.Coop) *TallyView {
	if t == nil {
		return nil
	}
	x := &TallyView{Tally: *t, Shares: terms.Votes == coop.ByShare && !t.Veiled, For: coop.Percent(t.Shares.For), Against: coop.Percent(t.Shares.Against), Lost: coop.Percent(t.Shares.Lost)}
	for _, g := range t.Groups {
		line := GroupLine{Name: s.groupName(v, c, g.Slug), Heads: g.Heads, For: g.For, Against: g.Against, Abstain: g.Abstain}
		if line.Name == "" {
			line.Name = v.t("handbook.groups_other")
		}
		if x.Shares {
			line.Share = coop.Percent(g.Share)
		}
		x.Groups = append(x.Groups, line)
	}
	return x
}

// groupName is what a constituency is called.
func (s *Site) groupName(v *visit, c coop.Coop, slug string) string {
	for _, g := range c.Constituencies {
		if g.Slug == slug {
			return s.text(v.tongue, g.Name).Words
		}
	}
	return slug
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
	x := HandbookMotionPage{Frame: v.frameTitled(v.t("handbook.motion_title", "Name", w.Proposed.Name, "Date", v.tongue.date(m.Opens, s.zone()))), Form: f, Line: s.protocolLine(v, p), ID: m.ID,
		Text: revisionPath(p.Slug, &w.Proposed), Rules: s.rulesOf(v, m), Secret: m.Terms.Secret, Result: m.Result, Turnout: -1, Heads: m.Terms.Heads, MaxSay: handbook.MaxWords,
		Passed: v.options([]string{"", "yes", "no"}, "handbook.passed_")}
	if x.Motion, err = s.motionLine(v, m, people); err != nil {
		return err
	}
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
		line, err := s.motionLine(v, &w.Rivals[i], people)
		if err != nil {
			return err
		}
		x.Rivals = append(x.Rivals, line)
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
		text := s.proseFor(v, p.Slug, &w.Proposed)
		text.anchors = nil
		text.under(1)
		x.Whole = &text
		return nil
	}
	f, err := url.ParseQuery(v.r.URL.RawQuery)
	if err != nil {
		return coop.Errorf(coop.Invalid, "form.unreadable", "query: %w", err)
	}
	form := Form{Values: f}
	c, err := s.cfg.Handbook.Compare(v.r.Context(), v.by, p.ID, base, p.ID, m.Revision, around(form))
	if err != nil {
		return err
	}
	d := diffView(&c.Diff, c.From.Name, c.To.Name, x.Motion.Path, diffShape(form), p.Language, form.Get("full") != "")
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
		for _, e := range coop.Fields(err) {
			f.Wrong = append(f.Wrong, &coop.Error{Class: e.Class, Key: e.Key, Field: "remark", Args: e.Args})
		}
		if len(f.Wrong) > 0 {
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
	if err := mayDo(v.by, settle); err != nil {
		return err
	}
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

// HandbookResolvePage asks what is to stand at each place that both sides changed.
type HandbookResolvePage struct {
	Frame
	Form   Form
	Line   ProtocolLine
	Join   JoinView
	Action string
	Back   string
	Open   OpeningForm
	MaxWhy int
}

// JoinView is two texts that are to be brought together.
type JoinView struct {
	Form      Form
	What      string // key of the sentence that says which side is whose
	Ours      handbook.RevisionID
	Theirs    handbook.RevisionID
	Clean     bool
	NameOpen  bool
	Name      string
	Conflicts []ConflictView
	Takes     []handbook.Take
	MaxName   int
	Language  string
}

// ConflictView is one place that both sides changed.
type ConflictView struct {
	N                  string
	Under              string
	Base, Ours, Theirs string
	Chosen             string
	Written            string
}

// joinView makes what is asked about a join.
func joinView(j *handbook.Joined, what, language string, f Form) JoinView {
	x := JoinView{Form: f, What: what, Clean: j.Clean(), NameOpen: j.NameOpen, Name: j.Name, Takes: handbook.Takes, MaxName: handbook.MaxName, Language: language}
	x.Ours, x.Theirs = j.Sides()
	for i, c := range j.Merge.Conflicts() {
		n := strconv.Itoa(i + 1)
		var under []string
		for _, h := range c.Under {
			under = append(under, h.Text)
		}
		y := ConflictView{N: n, Under: strings.Join(under, " › "), Base: c.Base, Ours: c.Ours, Theirs: c.Theirs, Chosen: f.Get("take_" + n), Written: f.Raw("text_" + n)}
		if _, typed := f.Values["text_"+n]; !typed {
			y.Written = c.Ours
		}
		x.Conflicts = append(x.Conflicts, y)
	}
	return x
}

// readJoin reads how the texts of j are brought together. Choices that were made when other texts stood there are not shown again: their numbers
// mean other places now.
func readJoin(f *Form, j *handbook.Joined) handbook.Resolution {
	out := handbook.Resolution{Ours: handbook.RevisionID(f.Get("ours")), Theirs: handbook.RevisionID(f.Get("theirs")), Name: f.Get("name"), Reason: f.Lines("reason")}
	if ours, theirs := j.Sides(); (out.Ours != ours || out.Theirs != theirs) && (out.Ours != "" || !j.Clean()) {
		maps.DeleteFunc(f.Values, func(field string, _ []string) bool {
			return strings.HasPrefix(field, "take_") || strings.HasPrefix(field, "text_")
		})
		f.Fail("", "protocol.stale")
		return out
	}
	open := false
	for i := range j.Merge.Conflicts() {
		n := strconv.Itoa(i + 1)
		c := handbook.Choice{Take: handbook.Take(f.Get("take_" + n))}
		if c.Take == handbook.TakeWritten {
			c.Text = f.Raw("text_" + n)
		}
		if !slices.Contains(handbook.Takes, c.Take) {
			open = true
		}
		out.Choices = append(out.Choices, c)
	}
	if open {
		f.Fail("choices", "merge.open")
	}
	return out
}

func (s *Site) motionClash(v *visit) error { return s.resolvePage(v, http.StatusOK, Form{}) }

func (s *Site) resolvePage(v *visit, status int, f Form) error {
	id, err := v.id("id")
	if err != nil {
		return err
	}
	w, err := s.cfg.Handbook.Motion(v.r.Context(), v.by, id)
	if err != nil {
		return err
	}
	j, err := s.cfg.Handbook.Clash(v.r.Context(), v.by, id)
	if err != nil {
		return err
	}
	if len(f.Values) == 0 {
		f.Put("reason", w.Motion.Reason)
	}
	x := HandbookResolvePage{Frame: v.frameTitled(v.t("handbook.resolve_title", "Name", w.Protocol.Name)), Form: f, Line: s.protocolLine(v, &w.Protocol),
		Action: "/handbook/motions/" + string(id) + "/resolve", Back: "/handbook/motions/" + string(id), MaxWhy: handbook.MaxReason}
	x.Join = joinView(&j, "handbook.sides_motion", w.Protocol.Language, f)
	x.Open = s.openingForm(v, x.Coop, f)
	return v.page(status, "handbook_resolve", x)
}

func (s *Site) motionResolve(v *visit) error {
	f, err := v.form()
	if err != nil {
		return err
	}
	id, err := v.id("id")
	if err != nil {
		return err
	}
	j, err := s.cfg.Handbook.Clash(v.r.Context(), v.by, id)
	if err != nil {
		return err
	}
	with, how := readJoin(&f, &j), s.readOpening(&f)
	if f.OK() {
		next, err := s.cfg.Handbook.ResolveClash(v.r.Context(), v.by, id, with, how)
		if err == nil {
			return v.done("/handbook/motions/"+string(next.ID), "done.handbook_proposed")
		}
		if !f.Add(err) {
			return err
		}
	}
	return s.resolvePage(v, http.StatusUnprocessableEntity, f)
}
