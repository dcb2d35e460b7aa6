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
	Pronouns     string
	Photo        Portrait
	About        string
	Skills       []Skill
	Languages    []string
	Area         string
	Availability string
	Hours        int // a month that they can give, 0 says nothing
	LookingFor   string
	Fediverse    string // address elsewhere, e.g. @ada@social.example
	Contacts     []Contact
	Memberships  []Membership
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

// Portrait is a photo of a person with its description; the zero one is none.
type Portrait struct {
	ID  ID
	Alt string
}

// Contact is a way to reach somebody.
type Contact struct {
	Kind  string // one of ContactKinds
	At    string // number or address, as Kind wants it
	Label string // their own words: "evenings", "work"
}

// ContactKinds are the ways that are offered, in this order.
var ContactKinds = []string{"phone", "mail", "matrix", "xmpp", "web", "other"}

// Membership is a co-op elsewhere that a person says they are in. Nobody has confirmed it (product invariant 15).
type Membership struct {
	Name string
	At   string // https address or @name@host, or ""
}

// How much a person may say of themself.
const (
	MaxSkills      = 30
	MaxContacts    = 6
	MaxMemberships = 10
	MaxHours       = 744 // a month of 31 days has no more
)

// Field names a part of a Person that consent is asked for.
type Field string

// The fields, in the order the consent page asks about them. FieldListed is the first question: may your name and handle
// appear at all. Without it the others are not shown outside, whatever they say.
const (
	FieldListed       Field = "listed"
	FieldPronouns     Field = "pronouns"
	FieldPhoto        Field = "photo"
	FieldAbout        Field = "about"
	FieldSkills       Field = "skills"
	FieldLanguages    Field = "languages"
	FieldArea         Field = "area"
	FieldAvailability Field = "availability"
	FieldHours        Field = "hours"
	FieldLookingFor   Field = "looking_for"
	FieldFediverse    Field = "fediverse"
	FieldContacts     Field = "contacts"
	FieldMemberships  Field = "memberships"
	FieldConstituency Field = "constituency"
	FieldStage        Field = "stage"
	FieldSince        Field = "since"
	FieldCard         Field = "card"         // may what a reader sees be taken away as one file for an address book
	FieldMurmurations Field = "murmurations" // may an index that everybody reads be told of them: Everyone is yes, anything else no
)

// ConsentFields lists all of them.
var ConsentFields = []Field{FieldListed, FieldPhoto, FieldPronouns, FieldAbout, FieldSkills, FieldLookingFor, FieldLanguages, FieldArea,
	FieldAvailability, FieldHours, FieldConstituency, FieldStage, FieldSince, FieldMemberships, FieldFediverse, FieldContacts, FieldCard, FieldMurmurations}

// DefaultReach is how widely a field may be seen that nobody was asked about yet: in the co-op, but for the card and for
// indexes: copies that nobody can take back.
func DefaultReach(f Field) Visibility {
	if f == FieldCard || f == FieldMurmurations {
		return OnlyMe
	}
	return CoopOnly
}

// Validate checks every field; all that is wrong comes at once.
func (p *Person) Validate(c *Coop) error {
	var errs []error
	if !ValidHandle(p.Handle) {
		errs = append(errs, FieldError("handle", "handle.invalid", map[string]any{"Max": MaxHandle}))
	}
	errs = append(errs, Line("display_name", p.DisplayName, 1, 60), Lines("about", p.About, 0, 1000),
		Line("area", p.Area, 0, 100), Line("availability", p.Availability, 0, 200), Line("fediverse", p.Fediverse, 0, 200),
		Line("pronouns", p.Pronouns, 0, 40), Line("photo_alt", p.Photo.Alt, 0, MaxPictureAlt), Lines("looking_for", p.LookingFor, 0, 500))
	if p.Hours < 0 || p.Hours > MaxHours {
		errs = append(errs, FieldError("hours", "hours.range", map[string]any{"Max": MaxHours}))
	}
	errs = append(errs, p.validateReach())
	if len(p.Skills) > MaxSkills {
		errs = append(errs, FieldError("skills", "field.many", map[string]any{"Max": MaxSkills}))
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
		v = DefaultReach(f)
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
	Pronouns     string
	Photo        Portrait
	About        string
	Skills       []Skill
	Languages    []string
	Area         string
	Availability string
	Hours        int
	LookingFor   string
	Fediverse    string
	Contacts     []Contact
	Memberships  []Membership
	Constituency string
	Stage        string
	Since        time.Time // zero when not shown
	Card         bool      // what is shown here may be taken away as one file
	Murmurations bool      // an index that everybody reads may be told of it
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
	if show(FieldPronouns) {
		view.Pronouns = p.Pronouns
	}
	if show(FieldPhoto) {
		view.Photo = p.Photo
	}
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
	if show(FieldHours) {
		view.Hours = p.Hours
	}
	if show(FieldLookingFor) {
		view.LookingFor = p.LookingFor
	}
	if show(FieldContacts) {
		view.Contacts = append([]Contact(nil), p.Contacts...)
	}
	if show(FieldMemberships) {
		view.Memberships = append([]Membership(nil), p.Memberships...)
	}
	view.Card = show(FieldCard)
	view.Murmurations = show(FieldMurmurations)
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
