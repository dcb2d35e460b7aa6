package web

import (
	"crypto/sha256"
	"crypto/subtle"
	"net/http"
	"strconv"
	"strings"

	"toadlane/coop"
	"toadlane/internal/password"
)

func init() {
	addPages(map[string]any{"setup": SetupPage{}})
}

func (s *Site) setupRoutes() []route {
	return []route{
		{method: http.MethodGet, pattern: "/setup", who: anyone, do: s.setupForm, early: true},
		{method: http.MethodPost, pattern: "/setup", who: anyone, do: s.setup, early: true, guess: true, session: true},
	}
}

// SetupPage founds the co-op.
type SetupPage struct {
	Frame
	Form     Form
	OrgTypes []Option
	Licences []Option
}

func (s *Site) setupPage(v *visit, status int, f Form) error {
	return v.page(status, "setup", SetupPage{Frame: v.frame("setup.title"), Form: f,
		OrgTypes: v.options(coop.OrgTypes, "org."), Licences: v.options(coop.Licences, "licence.")})
}

// setupForm is there only while the node has no co-op (WEB-18).
func (s *Site) setupForm(v *visit) error {
	if !s.waiting() {
		return coop.Errorf(coop.NotFound, "error.not_found", "set up already")
	}
	var f Form
	f.Put("code", v.r.URL.Query().Get("code")) // the console prints the whole address
	f.Put("org_type", coop.OrgTypes[0])
	f.Put("languages", v.tongue.tag)
	f.Put("currency", "EUR")
	f.Put("licence", coop.Licences[0])
	f.Put("time_zone", "Europe/London")
	return s.setupPage(v, http.StatusOK, f)
}

// setup founds the co-op with its first steward, whoever brings the one-time code, and signs them in.
func (s *Site) setup(v *visit) error {
	code := s.cfg.SetupCode()
	if code == "" {
		return coop.Errorf(coop.NotFound, "error.not_found", "set up already")
	}
	f, err := v.form()
	if err != nil {
		return err
	}
	if !sameCode(code, f.Get("code")) {
		f.Fail("code", "setup.code_wrong")
		return s.setupPage(v, http.StatusUnprocessableEntity, f) // nothing else is looked at, or costs anything, without the code
	}
	c := readCoop(&f)
	c.Handle = strings.ToLower(f.Get("handle"))
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
	if !f.OK() {
		return s.setupPage(v, http.StatusUnprocessableEntity, f)
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
		return s.setupPage(v, http.StatusUnprocessableEntity, f)
	}
	if s.cfg.SetUp != nil {
		if err := s.cfg.SetUp(v.r.Context()); err != nil {
			return err
		}
	}
	if err := v.begin(p.ID); err != nil {
		return err
	}
	return v.done("/admin", "done.set_up")
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
		Name: f.Get("name"), OrgType: f.Get("org_type"), Languages: splitWords(f.Get("languages")), Currency: strings.ToUpper(f.Get("currency")),
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
