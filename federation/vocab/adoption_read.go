package vocab

import (
	"slices"
	"time"

	"toadlane/coop"
	"toadlane/handbook"
	"toadlane/internal/strictjson"
)

// DecodeAdoption reads what a co-op says of its use of a page. It is known by the text that it adopts; ok is false for what names none. Errors: Invalid;
// Forbidden when it is somebody else's or not for everyone.
func DecodeAdoption(o strictjson.Object, by coop.IRI, now time.Time) (a handbook.Adoption, ok bool, err error) {
	if !o.Is("Note", "Article") || term(o, "adopts").Kind() <= strictjson.KindNull {
		return a, false, nil
	}
	if err := owns(o, by); err != nil {
		return a, true, err
	}
	a.IRI, _ = o.ID()
	a.Coop, a.Public, a.Manner = by, true, handbook.AsItIs
	at, _ := term(o, "adopts").IRI()
	if a.Page, a.Revision, ok = SplitRevision(at); !ok {
		return a, true, invalid("adoption %s of %.100s", a.IRI, term(o, "adopts").Raw())
	}
	if term(o, "manner").Str() == string(handbook.Adapted) {
		a.Manner = handbook.Adapted
	}
	a.Name = named(o, a.Page, "adopts")
	for _, t := range o.Objects("tag") {
		if at, ok := t.IRI("href"); ok && t.Is("Mention") && coop.SameOrigin(at, a.Page) {
			a.Home = at
			break
		}
	}
	a.Changes = block(term(o, "changes").Str(), handbook.MaxChanges)
	for _, v := range term(o, "met").List() {
		if n, ok := v.Int(); ok && n > 0 && n <= handbook.MaxTasks {
			a.Met = append(a.Met, int(n))
		}
	}
	slices.Sort(a.Met)
	a.Met = slices.Compact(a.Met)
	if at, ok := term(o, "evidence").IRI(); ok {
		a.Evidence = string(at)
	}
	if a.Checked = past(o, "checked", now); a.Checked.IsZero() {
		a.Met = nil // said of no day
	}
	if a.Since = past(o, "published", now); a.Since.IsZero() {
		a.Since = now.UTC().Truncate(time.Second)
	}
	return a, true, nil
}
