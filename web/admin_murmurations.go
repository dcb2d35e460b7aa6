package web

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"toadlane/coop"
	"toadlane/federation/queue"
)

func init() { addPages(map[string]any{"admin_murmurations": AdminMurmurationsPage{}}) }

// Murmurations is what pages ask about what an index is told of us. Errors are for stewards' eyes: murmur.taken, murmur.on, about "index" and "what".
type Murmurations interface {
	Murmurations(ctx context.Context) (queue.Murmurations, error)
	SaveMurmurations(ctx context.Context, by coop.Actor, m queue.Murmurations) error
	// TakeBackMurmurations turns it off and has the index forget what it has.
	TakeBackMurmurations(ctx context.Context, by coop.Actor) error
	ResendMurmuration(ctx context.Context, by coop.Actor, id int64) error
	// ForgetMurmurations drops what is known of what an index has, once it is off.
	ForgetMurmurations(ctx context.Context, by coop.Actor) error
}

func (s *Site) murmurRoutes() []route {
	const get, post = http.MethodGet, http.MethodPost
	return []route{
		{method: get, pattern: "/admin/murmurations", who: keepCoop, do: s.adminMurmurations},
		{method: post, pattern: "/admin/murmurations", who: keepCoop, do: s.adminMurmurationsSave},
		{method: post, pattern: "/admin/murmurations/back", who: keepCoop, do: s.adminMurmurationsBack},
		{method: post, pattern: "/admin/murmurations/forget", who: keepCoop, do: s.adminMurmurationsForget},
		{method: post, pattern: "/admin/murmurations/{id}/again", who: keepCoop, do: s.adminMurmurationAgain},
		{method: post, pattern: "/admin/murmurations/{id}/hold", who: keepCoop, do: s.adminMurmurationHold},
	}
}

// AdminMurmurationsPage is what an index is told of us, and what became of it.
type AdminMurmurationsPage struct {
	Frame
	Form   Form
	On     bool
	Index  string
	What   []Option
	Left   int // profiles that the index has or may have
	State  string
	States []Option
	Rows   []MurmurLine
	Next   string
}

// MurmurLine is one profile.
type MurmurLine struct {
	ID      int64
	Profile string // path
	Page    string
	Going   bool // it is being taken back
	State   queue.State
	Status  string
	Attempt int
	Due     time.Time
	Changed time.Time
	Error   string
	MayHold bool
}

var (
	murmurKinds    = []string{"organization", "offers", "wants", "people"}
	murmurStatuses = []string{"", "received", "validated", "validation_failed", "post_failed", "posted", "deleted"}
	murmurStates   = []string{"", "waiting", "held", "failed", "done"}
)

func (s *Site) adminMurmurations(v *visit) error {
	m, err := s.murmurations(v)
	if err != nil {
		return err
	}
	var f Form
	if m.On {
		f.Put("on", "yes")
	}
	f.Put("index", string(m.Index))
	var what []string
	for i, is := range []bool{m.Organization, m.Offers, m.Wants, m.People} {
		if is {
			what = append(what, murmurKinds[i])
		}
	}
	f.Put("what", what...)
	return s.adminMurmurationsPage(v, http.StatusOK, f)
}

func (s *Site) murmurations(v *visit) (queue.Murmurations, error) {
	return s.cfg.Murmurations.Murmurations(v.r.Context())
}

func (s *Site) adminMurmurationsPage(v *visit, status int, f Form) error {
	ctx := v.r.Context()
	m, err := s.murmurations(v)
	if err != nil {
		return err
	}
	p := AdminMurmurationsPage{Frame: v.frame("murmur.title"), Form: f, On: m.On, Index: string(m.Index), What: v.options(murmurKinds, "murmur.what."),
		States: append([]Option{{"", v.t("murmur.all")}}, v.options(murmurStates[1:], "queue.state.")...)}
	if p.Left, err = s.cfg.Steward.CountMurmurations(ctx); err != nil {
		return err
	}
	q := v.r.URL.Query()
	if p.State = q.Get("state"); !among(p.State, murmurStates) {
		p.State = ""
	}
	list, next, err := s.cfg.Steward.Murmurations(ctx, queue.State(p.State), q.Get("cursor"), stewardRows)
	if err != nil {
		return err
	}
	if next != "" {
		p.Next = "/admin/murmurations?" + url.Values{"state": {p.State}, "cursor": {next}}.Encode() + "#profiles"
	}
	for _, x := range list {
		l := MurmurLine{ID: x.ID, Profile: localPath(trimOrigin(x.Profile)), Page: localPath(x.Page), Going: x.Want == "", State: x.State, Status: x.Status, Attempt: x.Attempt,
			Due: x.Due, Changed: x.Changed, Error: x.LastError, MayHold: x.State == queue.Waiting}
		if !among(l.Status, murmurStatuses) { // a word of its own that we do not know is no word of ours
			l.Status = ""
		}
		p.Rows = append(p.Rows, l)
	}
	return v.page(status, "admin_murmurations", p)
}

// trimOrigin is the path of an address.
func trimOrigin(i coop.IRI) string { return string(i)[len(i.Origin()):] }

func (s *Site) adminMurmurationsSave(v *visit) error {
	if _, err := s.murmurations(v); err != nil {
		return err
	}
	f, err := v.form()
	if err != nil {
		return err
	}
	m := queue.Murmurations{On: f.Is("on", "yes"), Index: coop.IRI(f.Get("index")), Organization: f.Is("what", "organization"), Offers: f.Is("what", "offers"),
		Wants: f.Is("what", "wants"), People: f.Is("what", "people")}
	if err := s.cfg.Murmurations.SaveMurmurations(v.r.Context(), v.by, m); err != nil {
		if !f.Add(err) {
			return err
		}
		return s.adminMurmurationsPage(v, http.StatusUnprocessableEntity, f)
	}
	return v.done("/admin/murmurations", "done.saved")
}

func (s *Site) adminMurmurationsBack(v *visit) error {
	if _, err := s.murmurations(v); err != nil {
		return err
	}
	if err := s.cfg.Murmurations.TakeBackMurmurations(v.r.Context(), v.by); err != nil {
		return err
	}
	return v.done("/admin/murmurations#profiles", "done.murmur_back")
}

func (s *Site) adminMurmurationsForget(v *visit) error {
	if _, err := s.murmurations(v); err != nil {
		return err
	}
	if err := s.cfg.Murmurations.ForgetMurmurations(v.r.Context(), v.by); err != nil {
		return err
	}
	return v.done("/admin/murmurations", "done.murmur_forgotten")
}

func (s *Site) adminMurmurationAgain(v *visit) error {
	return s.withMurmuration(v, "done.retrying", func(id int64) error { return s.cfg.Murmurations.ResendMurmuration(v.r.Context(), v.by, id) })
}

func (s *Site) adminMurmurationHold(v *visit) error {
	return s.withMurmuration(v, "done.held", func(id int64) error {
		_, err := s.cfg.Steward.Hold(v.r.Context(), "murmuration", id, "")
		return err
	})
}

func (s *Site) withMurmuration(v *visit, done string, do func(id int64) error) error {
	if _, err := s.murmurations(v); err != nil {
		return err
	}
	id, err := strconv.ParseInt(v.param("id"), 10, 64)
	if err != nil || id <= 0 {
		return coop.Errorf(coop.NotFound, "error.not_found", "profile %.30q", v.param("id"))
	}
	if err := do(id); err != nil {
		return err
	}
	return v.done("/admin/murmurations#profiles", done)
}
