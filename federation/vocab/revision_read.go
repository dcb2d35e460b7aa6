package vocab

import (
	"slices"
	"time"

	"toadlane/coop"
	"toadlane/handbook"
	"toadlane/internal/limits"
	"toadlane/internal/strictjson"
)

// Revision is a text of a page as its home spells it.
type Revision struct {
	handbook.Revision
	Of     coop.IRI   // the page
	Before []coop.IRI // where the texts are that it was made from
}

// DecodeRevision reads a text of a page, whoever hands it on: its author is in Home, which is of the same origin as its address. Name and source
// are as they came; the id is computed from them anew, and must be the one that the address and the digest name. now bounds its times.
// Errors: Invalid, key revision.forged for a text that is not the one it says it is and revision.cut for one that came without its source, whose
// address, page and author are given; Forbidden, key origin.differs.
func DecodeRevision(o strictjson.Object, now time.Time) (r Revision, err error) {
	id, ok := o.ID()
	if !ok || !IsRevision(o) {
		return r, invalid("text with the id %.100s", o.RawOf("id"))
	}
	r.IRI = id
	if r.Home, ok = o.IRI("attributedTo"); !ok {
		return r, invalid("text %s by %.100s", id, o.RawOf("attributedTo"))
	}
	if r.Of, ok = term(o, "revisionOf").IRI(); !ok {
		return r, invalid("text %s of %.100s", id, term(o, "revisionOf").Raw())
	}
	page, named, ok := SplitRevision(id)
	if !ok || page != r.Of {
		return r, invalid("text %s of %s", id, r.Of)
	}
	if !coop.SameOrigin(id, r.Home) {
		return r, coop.Errorf(coop.Forbidden, "origin.differs", "text %s says it is by %s", id, r.Home)
	}
	r.ID = named
	source := o.Object("source")
	if source.IsZero() {
		return r, coop.Errorf(coop.Invalid, "revision.cut", "text %s came without its source", id)
	}
	if mediaType := source.Str("mediaType"); mediaType != "text/markdown" {
		return r, invalid("text %s is %.60q", id, mediaType)
	}
	r.Name, r.Source = o.Str("name"), source.Str("content")
	for _, v := range term(o, "parents").List() {
		at, ok := v.IRI()
		_, parent, ok2 := SplitRevision(at)
		if !ok || !ok2 || len(r.Parents) == handbook.MaxParents {
			return r, invalid("text %s was made from %.100s", id, v.Raw())
		}
		r.Before, r.Parents = append(r.Before, at), append(r.Parents, parent)
	}
	slices.Sort(r.Parents)
	if digest := term(o, "digestMultibase").Str(); digest != "" && digest != string(r.ID) {
		return r, coop.Errorf(coop.Invalid, "revision.forged", "text %s has the digest %.60q", id, digest)
	}
	if err := r.Verify(); err != nil {
		return r, coop.Errorf(coop.Invalid, "revision.forged", "text %s: %w", id, err)
	}
	r.Number, r.Reason = version(o), block(PlainText(cut(o.Str("summary"), limits.SummaryRunes)), handbook.MaxReason)
	if r.Made = past(o, "published", now); r.Made.IsZero() {
		r.Made = now.UTC().Truncate(time.Second)
	}
	r.Enacted = past(o, "enacted", now)
	r.Decision = readDecision(termObject(o, "decided"), now)
	return r, nil
}

// readDecision reads how a text was decided on, nil when that is not said.
func readDecision(o strictjson.Object, now time.Time) *handbook.Result {
	m := handbook.Method(term(o, "method").Str())
	if !slices.Contains(handbook.Methods, m) {
		return nil
	}
	d := &handbook.Result{Method: m, Passed: true, At: past(o, "day", now)}
	if m == handbook.Ratified {
		d.Ratification = &handbook.Ratification{On: d.At, Passed: true}
		if at, ok := term(o, "minutes").IRI(); ok {
			d.Ratification.Minutes, d.Ratification.Shared = string(at), true
		}
	}
	return d
}
