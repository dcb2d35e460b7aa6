package coop

import (
	"errors"
	"time"
)

// Person is a member as they describe themselves. What may be seen of it is decided field by field in Consent; a field
// without an entry is seen by the co-op only. Nothing outside this package shows a Person to others: it shows a
// PersonView, which only Person.SeenBy makes.
type Person struct {
	ID           ID
	Handle       string // fixed once made: addresses depend on it
	DisplayName  string
	About        string
	Skills       []Skill
	Languages    []string
	Area         string
	Availability string
	Fediverse    string // address elsewhere, e.g. @ada@social.example
	Constituency string // slug
	Stage        string // slug
	Since        time.Time
	Consent      map[Field]Visibility
	Created      time.Time
	Updated      time.Time
}

// Skill is something a person is learning, can do or can teach.
type Skill struct {
	Name  string
	Level string // "learning", "can" or "teach"
}

// Field names a part of a Person that consent is asked for.
type Field string

// The fields, in the order the consent page asks about them. FieldListed is the first question: may your name and handle
// appear at all. Without it the others are not shown outside, whatever they say.
const (
	FieldListed       Field = "listed"
	FieldAbout        Field = "about"
	FieldSkills       Field = "skills"
	FieldLanguages    Field = "languages"
	FieldArea         Field = "area"
	FieldAvailability Field = "availability"
	FieldFediverse    Field = "fediverse"
	FieldConstituency Field = "constituency"
	FieldStage        Field = "stage"
	FieldSince        Field = "since"
)

// Fields lists all of them.
var ConsentFields = []Field{FieldListed, FieldAbout, FieldSkills, FieldLanguages, FieldArea, FieldAvailability,
	FieldFediverse, FieldConstituency, FieldStage, FieldSince}

// Validate checks every field; all that is wrong comes at once.
func (p *Person) Validate(c *Coop) error {
	var errs []error
	if !ValidHandle(p.Handle) {
		errs = append(errs, FieldError("handle", "handle.invalid", map[string]any{"Max": MaxHandle}))
	}
	errs = append(errs, Line("display_name", p.DisplayName, 1, 60), Lines("about", p.About, 0, 1000),
		Line("area", p.Area, 0, 100), Line("availability", p.Availability, 0, 200), Line("fediverse", p.Fediverse, 0, 200))
	if len(p.Skills) > 30 {
		errs = append(errs, FieldError("skills", "field.many", map[string]any{"Max": 30}))
	}
	for _, s := range p.Skills {
		errs = append(errs, Line("skills", s.Name, 1, 60))
		if s.Level != "learning" && s.Level != "can" && s.Level != "teach" {
			errs = append(errs, FieldError("skills", "choice.unknown", nil))
		}
	}
	for _, l := range p.Languages {
		if !ValidLanguage(l) {
			errs = append(errs, FieldError("languages", "language.unknown", map[string]any{"Tag": l}))
		}
	}
	errs = append(errs, p.validateMembership(c))
	for f, v := range p.Consent {
		if !has(ConsentFields, func(x Field) bool { return x == f }) || v > Everyone {
			errs = append(errs, FieldError("consent", "choice.unknown", nil))
		}
	}
	return errors.Join(errs...)
}

// validateMembership checks that constituency and stage are words that c uses.
func (p *Person) validateMembership(c *Coop) error {
	var errs []error
	if p.Constituency != "" && !has(c.Constituencies, func(x Constituency) bool { return x.Slug == p.Constituency }) {
		errs = append(errs, FieldError("constituency", "choice.unknown", nil))
	}
	if p.Stage != "" && !has(c.Stages, func(x Stage) bool { return x.Slug == p.Stage }) {
		errs = append(errs, FieldError("stage", "choice.unknown", nil))
	}
	return errors.Join(errs...)
}

func has[T any](all []T, ok func(T) bool) bool {
	for _, x := range all {
		if ok(x) {
			return true
		}
	}
	return false
}

// Sees is how widely field f of p may be seen. A field without an answer is for the co-op; nothing is seen more widely
// than the listing itself.
func (p *Person) Sees(f Field) Visibility {
	v, ok := p.Consent[f]
	if !ok {
		v = CoopOnly
	}
	listed, ok := p.Consent[FieldListed]
	if !ok {
		listed = CoopOnly
	}
	return min(v, listed)
}

// Public tells whether p agreed to be named to everyone.
func (p *Person) Public() bool { return p.Sees(FieldListed) == Everyone }

// PersonView is what somebody may see of a person: fields without consent are empty. Everything that leaves the node is
// made from a PersonView.
type PersonView struct {
	ID           ID
	Handle       string
	DisplayName  string
	About        string
	Skills       []Skill
	Languages    []string
	Area         string
	Availability string
	Fediverse    string
	Constituency string
	Stage        string
	Since        time.Time // zero when not shown
	Created      time.Time
	Updated      time.Time
}

// SeenBy gives what somebody who may see things of reach v sees of p: CoopOnly for a member, Peers for a peer, Everyone
// for the public. OnlyMe, the person themself, sees all. ok is false when they may not even know of p.
func (p *Person) SeenBy(v Visibility) (view PersonView, ok bool) {
	if p.Sees(FieldListed) < v {
		return PersonView{}, false
	}
	view = PersonView{ID: p.ID, Handle: p.Handle, DisplayName: p.DisplayName, Created: p.Created, Updated: p.Updated}
	show := func(f Field) bool { return p.Sees(f) >= v }
	if show(FieldAbout) {
		view.About = p.About
	}
	if show(FieldSkills) {
		view.Skills = append([]Skill(nil), p.Skills...)
	}
	if show(FieldLanguages) {
		view.Languages = append([]string(nil), p.Languages...)
	}
	if show(FieldArea) {
		view.Area = p.Area
	}
	if show(FieldAvailability) {
		view.Availability = p.Availability
	}
	if show(FieldFediverse) {
		view.Fediverse = p.Fediverse
	}
	if show(FieldConstituency) {
		view.Constituency = p.Constituency
	}
	if show(FieldStage) {
		view.Stage = p.Stage
	}
	if show(FieldSince) {
		view.Since = p.Since
	}
	return view, true
}

// Register is the private half of a membership: it has no way out of the node but the register export
// (product invariant 9).
type Register struct {
	Person    ID
	LegalName string
	Address   string
	Email     string
	Joined    time.Time
	Resigned  time.Time
}
