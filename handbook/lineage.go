package handbook

import "toadlane/coop"

// MaxLineage is how many pages one can have been adapted from, one after the other.
const MaxLineage = 100

// Origin is what a page was adapted from.
type Origin struct {
	Page     coop.IRI
	Revision RevisionID
	Home     coop.IRI // the co-op whose page it is
	Name     string   // what it was called when it was adapted: readable when its home is gone
	Changes  string   // what was said would be changed for the new place
}

// Lineage follows a page back through what it was adapted from, nearest first. from answers what a page says of itself, ok being false
// for one that is nobody's adaptation or is not known here. Class Invalid: key lineage.cycle when it would come back to a page it passed
// (invariant 13), field.many beyond MaxLineage. Asked before a page is adapted or a neighbour's page is kept, it refuses a false past.
func Lineage(page coop.IRI, from func(coop.IRI) (Origin, bool)) ([]Origin, error) {
	var out []Origin
	passed := map[coop.IRI]bool{page: true}
	for {
		o, ok := from(page)
		if !ok {
			return out, nil
		}
		if passed[o.Page] {
			return nil, coop.Errorf(coop.Invalid, "lineage.cycle", "%s is adapted from itself by way of %s", o.Page, page)
		}
		if len(out) == MaxLineage {
			return nil, coop.FieldError("lineage", "field.many", map[string]any{"Max": MaxLineage})
		}
		passed[o.Page] = true
		out, page = append(out, o), o.Page
	}
}
