package handbook

import (
	"errors"
	"slices"
	"time"

	"toadlane/coop"
)

// Kind is what sort of protocol a page is.
type Kind string

// The kinds.
const (
	Rule     Kind = "rule"
	Practice Kind = "practice"
	Standard Kind = "standard" // of service, with a checklist that a co-op can say it meets
	Prices   Kind = "prices"   // a guide shown beside prices, never enforced
	Pledge   Kind = "pledge"
	Policy   Kind = "policy"
	Prompt   Kind = "prompt" // questions to fill, as the starter handbook has them
)

// Kinds lists them in the order of the contents.
var Kinds = []Kind{Rule, Practice, Standard, Prices, Pledge, Policy, Prompt}

// Limits of what is said about a protocol.
const (
	MaxCircle  = 60
	MaxStory   = 5000
	MaxChanges = 2000
)

// Protocol is a page of a handbook: ours when Home is "", else a neighbour's. Its texts are its revisions.
type Protocol struct {
	ID       coop.ID
	IRI      coop.IRI // its address; of ours <base>/h/<Slug>
	Home     coop.IRI // the remote co-op it belongs to, "" for ours
	URL      string   // remote only: the page at its home
	Slug     string   // never changes
	Kind     Kind
	Name     string // of the text in use, of the latest while there is none
	Language string // BCP 47
	Licence  string // SPDX id
	Circle   string // who looks after it, in words
	Story    string // where it comes from: who wrote it, where, for what

	Status   Status
	InUse    RevisionID // "" when none is (invariant 11: never more than one)
	Latest   RevisionID // the last that was the page's own text
	Number   int        // of Latest
	Review   time.Time  // by when it is to be looked at again, zero for never
	Reviewed time.Time  // when it last was
	Reminded time.Time  // the review date of which the stewards were told

	Path    string // of ours: where it stands in the folder it was brought in with, "" for <Slug>.md
	Origin  Origin // what it was adapted from; its Page is "" when it was not
	Reading bool   // people on trial are asked to read it

	Created time.Time
	Updated time.Time
}

// Local tells whether the page is our own.
func (p *Protocol) Local() bool { return p.Home == "" }

// Current is the text that the page stands for: the one in use, of a draft the latest, "" for a draft without a text.
func (p *Protocol) Current() RevisionID {
	if p.InUse != "" {
		return p.InUse
	}
	return p.Latest
}

// File is where the page stands in a folder of all pages.
func (p *Protocol) File() string {
	if p.Path != "" {
		return p.Path
	}
	return p.Slug + ".md"
}

// Public tells whether the page was told to others and is still shown: a draft and what was retired as a draft never were.
func (p *Protocol) Public() bool { return p.Status != Draft && p.InUse != "" }

// Validate checks what is said about one of our own protocols; every fault comes at once and names its field. Class Invalid.
func (p *Protocol) Validate() error {
	var errs []error
	choice := func(field string, ok bool) {
		if !ok {
			errs = append(errs, coop.FieldError(field, "choice.unknown", nil))
		}
	}
	if !ValidSlug(p.Slug) {
		errs = append(errs, coop.FieldError("slug", "slug.invalid", map[string]any{"Slug": p.Slug, "Max": MaxSlug}))
	} else if slices.Contains(ReservedSlugs, p.Slug) {
		errs = append(errs, coop.FieldError("slug", "slug.reserved", map[string]any{"Slug": p.Slug}))
	}
	choice("kind", slices.Contains(Kinds, p.Kind))
	choice("status", slices.Contains(Statuses, p.Status))
	choice("licence", slices.Contains(coop.Licences, p.Licence))
	if !coop.ValidLanguage(p.Language) {
		errs = append(errs, coop.FieldError("language", "language.unknown", map[string]any{"Tag": p.Language}))
	}
	errs = append(errs, coop.Line("name", p.Name, 1, MaxName), coop.Line("circle", p.Circle, 0, MaxCircle),
		coop.Lines("story", p.Story, 0, MaxStory), coop.Lines("changes", p.Origin.Changes, 0, MaxChanges))
	if p.Origin.Page != "" {
		if p.Origin.Page == p.IRI {
			errs = append(errs, coop.Errorf(coop.Invalid, "lineage.cycle", "%s is adapted from itself", p.IRI))
		}
		if _, err := ParseRevisionID(string(p.Origin.Revision)); err != nil {
			errs = append(errs, err)
		}
	}
	return errors.Join(errs...)
}
