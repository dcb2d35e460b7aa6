package coop

import (
	"errors"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// Coop is the co-op that this node belongs to: one row, made by set-up.
type Coop struct {
	ID             ID
	Handle         string // the part before the @, fixed at set-up
	Name           string
	Purpose        Text // a sentence or two: what it is for
	OrgType        string
	Place          Place
	Languages      []string // BCP 47, the first is the default
	Currency       string   // ISO 4217, the default medium
	Licence        string   // SPDX id of the licence of its published data
	Links          []Link
	Picture        ID // photo, or ""
	PictureAlt     string
	TimeZone       string // IANA; what "until the 5th" means
	HoldFollows    bool   // a steward answers follows; otherwise they are accepted at once
	Constituencies []Constituency
	Stages         []Stage
	Votes          VoteMode
	FirstModes     []string // ways of exchange that the posting form shows first
	Media          []string // what is paid in beside Currency, as units: "hour", or a local currency's name
	Created        time.Time
	Updated        time.Time
}

// Link is a named address shown on the front.
type Link struct{ Name, URL string }

// Constituency is a kind of member: worker, user, producer, supporter ... Names are the co-op's own words.
type Constituency struct {
	Slug  string
	Name  Text
	Share int // of all votes, in hundredths of a per cent, when Coop.Votes is ByShare
}

// VoteMode says how the votes of the co-op's members are counted together.
type VoteMode string

// The modes.
const (
	PerHead VoteMode = ""      // each member has one vote
	ByShare VoteMode = "share" // each constituency has a share of the votes, however many it counts
)

// AllVotes is the sum of the shares of all constituencies: 100 per cent in hundredths of one (product invariant 14).
const AllVotes = 10_000

// Stage is how far in somebody is, 0 outermost: follower, friend, trial, member, alum.
type Stage struct {
	Slug string
	Name Text
}

// Organisation types by their ESSGlobal code (purl.org/essglobal/standard/organisational-structure), in the order they are
// offered.
var OrgTypes = []string{"OS60", "OS80", "OS100", "OS90", "OS70", "OS115", "OS110", "OS240", "OS200", "OS210", "OS10", "OS20", "OS30", "OS40", "OS120", "OS130", "OS160"}

// Licences offered for a co-op's published data, as SPDX ids.
var Licences = []string{"CC-BY-SA-4.0", "CC-BY-4.0", "CC0-1.0", "ODbL-1.0"}

// Validate checks every field; all that is wrong comes at once, each error naming its field.
func (c *Coop) Validate() error {
	var errs []error
	if !ValidHandle(c.Handle) {
		errs = append(errs, FieldError("handle", "handle.invalid", map[string]any{"Max": MaxHandle}))
	}
	errs = append(errs, Line("name", c.Name, 1, 100))
	for _, tag := range c.Purpose.Tags() {
		errs = append(errs, Lines("purpose", c.Purpose[tag], 0, 1000))
	}
	if !oneOf(c.OrgType, OrgTypes) {
		errs = append(errs, FieldError("org_type", "choice.unknown", nil))
	}
	errs = append(errs, Line("place", c.Place.Name, 0, 100))
	if len(c.Languages) == 0 {
		errs = append(errs, FieldError("languages", "field.required", nil))
	}
	for _, l := range c.Languages {
		if !ValidLanguage(l) {
			errs = append(errs, FieldError("languages", "language.unknown", map[string]any{"Tag": l}))
		}
	}
	if !ValidCurrency(c.Currency) {
		errs = append(errs, FieldError("currency", "currency.unknown", nil))
	}
	if !oneOf(c.Licence, Licences) {
		errs = append(errs, FieldError("licence", "choice.unknown", nil))
	}
	if len(c.Links) > 10 {
		errs = append(errs, FieldError("links", "field.many", map[string]any{"Max": 10}))
	}
	for _, l := range c.Links {
		errs = append(errs, Line("links", l.Name, 1, 60))
		if _, err := ParseIRI(l.URL); err != nil {
			errs = append(errs, FieldError("links", "address.invalid", nil))
		}
	}
	errs = append(errs, Line("picture_alt", c.PictureAlt, 0, MaxPictureAlt))
	if _, err := time.LoadLocation(c.TimeZone); err != nil || c.TimeZone == "" || c.TimeZone == "Local" {
		errs = append(errs, FieldError("time_zone", "zone.unknown", nil))
	}
	errs = append(errs, c.validateGroups())
	return errors.Join(errs...)
}

// Zone is the co-op's time zone, UTC when it is unknown to this machine.
func (c *Coop) Zone() *time.Location {
	if l, err := time.LoadLocation(c.TimeZone); err == nil {
		return l
	}
	return time.UTC
}

// MaxPictureAlt is the longest description of a picture, in characters.
const MaxPictureAlt = 500

// MaxHandle is the longest handle, in characters.
const MaxHandle = 30

// ValidHandle tells whether s can stand before the @: lower-case a-z, digits and underscore, 1 to MaxHandle, starting with
// a letter. Narrower than what servers accept, so that every server does.
func ValidHandle(s string) bool {
	if len(s) == 0 || len(s) > MaxHandle || !(s[0] >= 'a' && s[0] <= 'z') {
		return false
	}
	for i := 0; i < len(s); i++ {
		c := s[i]
		if !(c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '_') {
			return false
		}
	}
	return true
}

// ValidLanguage tells whether s looks like a BCP 47 tag as we keep them: "en", "pt-br", "zh-hant" in lower case.
func ValidLanguage(s string) bool {
	parts := strings.Split(s, "-")
	if len(parts) > 3 || len(parts[0]) < 2 || len(parts[0]) > 3 {
		return false
	}
	for _, p := range parts {
		if len(p) < 2 || len(p) > 8 {
			return false
		}
		for _, c := range p {
			if !(c >= 'a' && c <= 'z' || c >= '0' && c <= '9') {
				return false
			}
		}
	}
	return true
}

// ValidCurrency tells whether s has the form of an ISO 4217 code.
func ValidCurrency(s string) bool {
	if len(s) != 3 {
		return false
	}
	for _, c := range s {
		if c < 'A' || c > 'Z' {
			return false
		}
	}
	return true
}

// Line checks one line of text: lo to hi characters, no control characters, valid UTF-8. It returns nil or a field error.
func Line(field, s string, lo, hi int) error {
	if strings.ContainsAny(s, "\n\r\u2028\u2029") {
		return FieldError(field, "field.one_line", nil)
	}
	return Lines(field, s, lo, hi)
}

// Lines is Line for text of several lines.
func Lines(field, s string, lo, hi int) error {
	if !utf8.ValidString(s) {
		return FieldError(field, "field.not_text", nil)
	}
	for _, r := range s {
		if unicode.IsControl(r) && r != '\n' && r != '\r' && r != '\t' {
			return FieldError(field, "field.not_text", nil)
		}
	}
	n := utf8.RuneCountInString(s)
	switch {
	case lo > 0 && strings.TrimSpace(s) == "":
		return FieldError(field, "field.required", nil)
	case n < lo:
		return FieldError(field, "field.short", map[string]any{"Min": lo})
	case n > hi:
		return FieldError(field, "field.long", map[string]any{"Max": hi, "Count": n})
	}
	return nil
}

func oneOf(s string, all []string) bool {
	for _, a := range all {
		if a == s {
			return true
		}
	}
	return false
}

// Cut shortens what somebody else wrote to what is kept of it, in characters.
func Cut(s string, most int) string {
	n := 0
	for i := range s {
		if n == most {
			return s[:i]
		}
		n++
	}
	return s
}
