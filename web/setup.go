package web

import (
	"crypto/sha256"
	"crypto/subtle"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"toadlane/coop"
	"toadlane/internal/limits"
	"toadlane/internal/password"
)

func init() {
	addPages(map[string]any{"setup": SetupPage{}})
}

func (s *Site) setupRoutes() []route {
	return []route{
		{method: http.MethodGet, pattern: "/setup", who: anyone, do: s.setupForm, early: true},
		{method: http.MethodPost, pattern: "/setup", who: anyone, do: s.setup, early: true, session: true},
	}
}

// setupSteps are the pages of the first run, in order. What was typed travels along in the form: nothing is kept until the end.
var setupSteps = []string{"check", "coop", "type", "groups", "public", "you"}

// SetupPage founds the co-op in short steps.
type SetupPage struct {
	Frame
	Form       Form
	Step       string
	Number     int
	Count      int
	Carried    []Carried // what other steps asked, hidden
	Checks     []SetupCheck
	OrgTypes   []Option
	Licences   []Option
	Tongues    []Option
	Zones      []string
	Currencies []string
	Presets    []PresetCard
	Rows       SetupRows
	Address    string // @handle@host as it will be
}

// MainTongue is the language that comes first, MoreTongues are the others as they are typed.
func (p SetupPage) MainTongue() string {
	return at(splitWords(strings.Join(p.Form.All("languages"), " ")), 0)
}

// Before is the step before this one.
func (p SetupPage) Before() string { return at(setupSteps, p.Number-2) }

// MoreTongues are the others.
func (p SetupPage) MoreTongues() string {
	all := splitWords(strings.Join(p.Form.All("languages"), " "))
	return strings.Join(all[min(1, len(all)):], ", ")
}

// Carried is a field of another step.
type Carried struct{ Name, Value string }

// SetupCheck is something that must be right before others can reach the node.
type SetupCheck struct {
	OK   bool
	Says string
}

// PresetCard is a type of co-op to choose from.
type PresetCard struct {
	Name, Icon string
	Chosen     bool
}

// presetIcons gives each type its pictogram.
var presetIcons = map[string]string{"worker": "tool", "consumer": "basket", "multi": "view-rings", "housing": "house", "care": "heart", "platform": "megaphone",
	"federation": "neighbour", "unsure": "looking"}

// setupFields are what each step asks.
var setupFields = map[string][]string{
	"check":  {"code"},
	"coop":   {"name", "handle", "languages", "currency", "place", "latitude", "longitude", "time_zone"},
	"type":   {"preset"},
	"groups": {"purpose", "org_type", "filled", "votes", "kind_slug", "kind_name", "kind_share", "stage_slug", "stage_name"},
	"public": {"licence", "hold_follows", "starter"},
	"you":    {"display_name", "person_handle", "email", "password"},
}

// setupErrors says at which step an error is mended whose field is not called as it is asked for.
var setupErrors = map[string]string{"constituencies": "groups", "stages": "groups", "modes": "groups"}

func stepOfField(field string) string {
	for _, step := range setupSteps {
		if slices.Contains(setupFields[step], field) {
			return step
		}
	}
	if step := setupErrors[field]; step != "" {
		return step
	}
	return "you"
}

// setupPage shows a step with all that was typed so far.
func (s *Site) setupPage(v *visit, status int, step string, f Form) error {
	p := SetupPage{Frame: v.frame("setup.title"), Form: f, Step: step, Number: slices.Index(setupSteps, step) + 1, Count: len(setupSteps),
		OrgTypes: v.options(coop.OrgTypes, "org."), Licences: v.options(coop.Licences, "licence."), Zones: zoneNames, Currencies: currencyCodes}
	for _, other := range setupSteps {
		if other == step {
			continue
		}
		for _, name := range setupFields[other] {
			if name == "password" {
				continue // it is never sent back
			}
			for _, value := range f.All(name) {
				p.Carried = append(p.Carried, Carried{name, value})
			}
		}
	}
	p.Address = "@" + strings.ToLower(f.Get("handle")) + "@" + p.Host
	p.Tongues = p.Languages
	switch step {
	case "check":
		p.Checks = s.setupChecks(v)
	case "type":
		for _, x := range coop.Presets {
			p.Presets = append(p.Presets, PresetCard{x.Name, presetIcons[x.Name], f.Get("preset") == x.Name})
		}
	case "groups":
		p.Rows = setupRows(f)
	}
	return v.page(status, "setup", p)
}

// setupChecks looks at what can be seen from here of address, encryption and clock.
func (s *Site) setupChecks(v *visit) []SetupCheck {
	out := []SetupCheck{{true, v.t("setup.check_address", "Address", string(s.cfg.Base))}}
	if s.cfg.Secure {
		out = append(out, SetupCheck{true, v.t("setup.check_https")})
	} else {
		out = append(out, SetupCheck{true, v.t("setup.check_local")})
	}
	now := s.cfg.Now().UTC()
	key := "setup.check_clock"
	if now.Before(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)) {
		key = "setup.check_clock_wrong" // the program itself is younger
	}
	return append(out, SetupCheck{key == "setup.check_clock", v.t(key, "Now", v.tongue.when(now, time.UTC))})
}

// setupForm is there only while the node has no co-op (WEB-18).
func (s *Site) setupForm(v *visit) error {
	if !s.waiting() {
		return coop.Errorf(coop.NotFound, "error.not_found", "set up already")
	}
	var f Form
	f.Put("code", v.r.URL.Query().Get("code")) // the console prints the whole address
	return s.setupPage(v, http.StatusOK, "check", f)
}

// guessing keeps the tries at the one-time code in a row: who is over the limit is not compared at all.
var guessing sync.Mutex

// codeFits compares the code that came with the form. Wrong ones are counted per network; past the limit nobody's is looked at (WEB-09). A
// right one costs nothing, because it comes with every step.
func (s *Site) codeFits(v *visit, want, got string) (fits bool, err error) {
	guessing.Lock()
	defer guessing.Unlock()
	_, rate, err := s.guesses.Status(s.network(v.r))
	if err != nil || rate+1 > float64(limits.LoginsPerAddress) {
		return false, coop.Errorf(coop.TooMany, "error.too_many", "tries of the code: %w", err)
	}
	if sameCode(want, got) {
		return true, nil
	}
	s.guesses.OnLimit(v.w, v.r, s.network(v.r))
	return false, nil
}

// setup goes one step on or back, or founds the co-op with its first steward, whoever brings the one-time code, and signs them in. A form
// without a step has everything at once.
func (s *Site) setup(v *visit) error {
	code := s.cfg.SetupCode()
	if code == "" {
		return coop.Errorf(coop.NotFound, "error.not_found", "set up already")
	}
	f, err := v.form()
	if err != nil {
		return err
	}
	fits, err := s.codeFits(v, code, f.Get("code"))
	if coop.ClassOf(err) == coop.TooMany && err != nil {
		v.tooMany()
		return nil
	}
	if err != nil {
		return err
	}
	if !fits {
		f.Fail("code", "setup.code_wrong")
		return s.setupPage(v, http.StatusUnprocessableEntity, "check", f) // nothing else is looked at, or costs anything, without the code
	}
	step := f.Get("step")
	at := slices.Index(setupSteps, step)
	if back := strings.TrimPrefix(f.Get("go"), "to-"); at >= 0 && slices.Contains(setupSteps[:at], back) {
		return s.setupPage(v, http.StatusOK, back, f)
	}
	if at >= 0 && step != "you" {
		return s.setupNext(v, f, at)
	}
	return s.found(v, f)
}

// setupNext judges one step and shows the next, filled with what the one before makes likely.
func (s *Site) setupNext(v *visit, f Form, at int) error {
	step := setupSteps[at]
	c := s.readSetup(&f)
	whole := Form{}
	whole.Add(c.Validate())
	for _, e := range whole.Wrong {
		if stepOfField(e.Field) == step {
			f.Wrong = append(f.Wrong, e)
		}
	}
	if _, ok := coop.PresetNamed(f.Get("preset")); step == "type" && !ok {
		f.Fail("preset", "setup.type_choose")
	}
	here := f.Wrong[:0:0]
	for _, e := range f.Wrong {
		if stepOfField(e.Field) == step {
			here = append(here, e)
		}
	}
	if f.Wrong = here; !f.OK() {
		return s.setupPage(v, http.StatusUnprocessableEntity, step, f)
	}
	next := setupSteps[at+1]
	switch next {
	case "coop":
		preset(&f, "languages", v.tongue.tag)
		preset(&f, "currency", "EUR")
		preset(&f, "time_zone", "Europe/London")
	case "type":
		preset(&f, "preset", "unsure")
	case "groups":
		if f.Get("filled") != f.Get("preset") { // another type fills anew
			s.fillGroups(&f)
		}
	case "public":
		preset(&f, "licence", coop.Licences[0])
		// starter stays unticked: a page that was begun can't be deleted and keeps its slug, and the handbook offers them one by one.
	}
	return s.setupPage(v, http.StatusOK, next, f)
}

// preset fills a field that nothing was said about yet.
func preset(f *Form, name, value string) {
	if !f.Values.Has(name) {
		f.Put(name, value)
	}
}

// found is the end: everything is judged together, and kept in one transaction.
func (s *Site) found(v *visit, f Form) error {
	c := s.readSetup(&f)
	p := coop.Person{Handle: strings.ToLower(f.Get("person_handle")), DisplayName: f.Get("display_name"), Languages: c.Languages}
	f.Add(c.Validate())
	f.Add(renamed(p.Validate(&c), "handle", "person_handle"))
	if p.Handle == c.Handle {
		f.Fail("person_handle", "handle.taken")
	}
	email, ok := coop.NormaliseEmail(f.Get("email"))
	if !ok {
		f.Fail("email", "email.invalid")
	}
	f.Add(password.Check("password", f.Raw("password"), p.Handle, email, c.Name))
	again := func() error {
		first := len(setupSteps) - 1
		for _, e := range f.Wrong {
			first = min(first, slices.Index(setupSteps, stepOfField(e.Field)))
		}
		return s.setupPage(v, http.StatusUnprocessableEntity, setupSteps[first], f)
	}
	if !f.OK() {
		return again()
	}
	hash, err := password.Hash(v.r.Context(), f.Raw("password"))
	if err != nil {
		return err
	}
	_, p, err = s.cfg.Coop.Setup(v.r.Context(), c, coop.Founder{Person: p, Email: email, PasswordHash: hash, Language: v.tongue.tag})
	if err != nil {
		if !f.Add(err) {
			return err
		}
		return again()
	}
	if s.cfg.SetUp != nil {
		if err := s.cfg.SetUp(v.r.Context()); err != nil {
			return err
		}
	}
	if f.Is("starter", "yes") {
		s.foundHandbook(v, p.ID, c.Languages)
	}
	if err := v.begin(p.ID); err != nil {
		return err
	}
	token, _, err := s.makeInvite(v, coop.Member(p.ID, coop.RoleSteward), "", coop.Invite{Role: coop.RoleMember})
	if err != nil {
		return err
	}
	s.sessions.Put(v.r.Context(), inFirst, token)
	return v.redirect("/admin/welcome")
}

// sameCode compares in constant time, whatever the lengths; case and the grouping of the printed code do not count.
func sameCode(want, got string) bool {
	tidy := func(s string) [32]byte {
		return sha256.Sum256([]byte(strings.NewReplacer("-", "", " ", "").Replace(strings.ToLower(s))))
	}
	a, b := tidy(want), tidy(got)
	return subtle.ConstantTimeCompare(a[:], b[:]) == 1
}

// readCoop parses what set-up and the settings page ask about the co-op. It notes only what can't be parsed.
func readCoop(f *Form) coop.Coop {
	c := coop.Coop{
		Name: f.Get("name"), OrgType: f.Get("org_type"), Languages: splitWords(strings.Join(f.All("languages"), " ")), Currency: strings.ToUpper(f.Get("currency")),
		Licence: f.Get("licence"), TimeZone: f.Get("time_zone"), Place: coop.Place{Name: f.Get("place")},
	}
	if purpose := f.Get("purpose"); purpose != "" {
		tag := defaultLanguage
		if len(c.Languages) > 0 {
			tag = c.Languages[0]
		}
		c.Purpose = coop.Text{tag: purpose}
	}
	c.Place.Exact = readPoint(f, "latitude", "longitude")
	return c
}

// readPoint parses a point given as two fields of degrees; nil when both are empty, with a note when one can't be read.
func readPoint(f *Form, latField, lonField string) *coop.Point {
	lat, lon := f.Get(latField), f.Get(lonField)
	if lat == "" && lon == "" {
		return nil
	}
	la, errLat := strconv.ParseFloat(strings.Replace(lat, ",", ".", 1), 64)
	lo, errLon := strconv.ParseFloat(strings.Replace(lon, ",", ".", 1), 64)
	p, ok := coop.NewPoint(la, lo)
	if errLat != nil || errLon != nil || !ok {
		f.Fail(latField, "point.invalid")
		return nil
	}
	return &p
}

// splitWords cuts a list typed with commas, spaces or new lines, in lower case, without repeats.
func splitWords(s string) []string {
	var out []string
	seen := map[string]bool{}
	for _, w := range strings.FieldsFunc(strings.ToLower(s), func(r rune) bool { return r == ',' || r == ';' || r == ' ' || r == '\n' || r == '\r' || r == '\t' }) {
		if !seen[w] {
			seen[w] = true
			out = append(out, w)
		}
	}
	return out
}

// renamed gives err with the field errors about one field moved to another, for forms that ask about two things at once.
func renamed(err error, from, to string) error {
	for _, e := range coop.Fields(err) {
		if e.Field == from {
			e.Field = to
		}
	}
	return err
}
