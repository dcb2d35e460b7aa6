package handbook

import (
	"errors"
	"slices"
	"strings"
	"time"

	"toadlane/coop"
)

// Limits of a revision.
const (
	MaxHashed  = 640 << 10 // bytes that are hashed: escapes make them more, and a proof covers a document of 1 MiB at most
	MaxName    = 150       // characters of the title; longer ones are cut by others (FEP-b2b8)
	MaxReason  = 1000      // characters that say why
	MaxParents = 2         // a merge has two
)

// Revision is one whole text of a protocol. It never changes: whoever wants another text makes another revision. ID follows from Name,
// Source and Parents; everything else is only said about it.
type Revision struct {
	ID      RevisionID
	Name    string       // the title
	Source  string       // markdown in its kept form, see Normal
	Parents []RevisionID // what it was made from, sorted: none, one, or two for a merge

	Protocol coop.ID  // the page of ours that it belongs to, "" when we have none
	IRI      coop.IRI // its address
	Home     coop.IRI // the co-op whose revision it is, "" for ours
	Number   int      // 1 and up among what was the page's own text; 0 when it was only proposed or offered
	By       coop.ID  // which of our members wrote it; leaves the node only as far as they agreed to
	Reason   string   // why, in words
	Decision *Result  // how it was decided, nil when it was not
	Made     time.Time
	Enacted  time.Time // when it first came into use, zero when it never did: then it stays with the members
	Shared   bool      // others may read it though it never came into use: a change that was given back
}

// NewRevision makes the revision of a text, with its id. It brings name and source into their kept form and the parents into order.
// Class Invalid, each error naming its field, when the text can't be kept.
func NewRevision(name, source string, parents ...RevisionID) (Revision, error) {
	r := Revision{Name: strings.TrimSpace(name), Source: Normal(source), Parents: slices.Sorted(slices.Values(parents))}
	hashed, err := r.validateText()
	if err != nil {
		return Revision{}, err
	}
	r.ID = RevisionID(coop.Hash(hashed))
	return r, nil
}

// Verify computes the id anew from the fields as they are. It mends nothing: a source that is not in the kept form, parents that are not
// sorted or an id that does not follow are refused. Class Invalid, key revision.forged, unless a field names what is wrong.
func (r *Revision) Verify() error {
	hashed, err := r.validateText()
	if err != nil {
		return err
	}
	if r.Source != Normal(r.Source) || r.Name != strings.TrimSpace(r.Name) || !slices.IsSorted(r.Parents) {
		return coop.Errorf(coop.Invalid, "revision.forged", "revision %.60q is not in the kept form", r.ID)
	}
	if id := RevisionID(coop.Hash(hashed)); id != r.ID {
		return coop.Errorf(coop.Invalid, "revision.forged", "revision %.60q holds what is %s", r.ID, id)
	}
	return nil
}

// Validate checks a revision of ours as a whole: what Verify checks and what is said about it. Class Invalid.
func (r *Revision) Validate() error {
	errs := []error{r.Verify(), coop.Lines("reason", r.Reason, 0, MaxReason)}
	if r.Number < 0 {
		errs = append(errs, coop.Errorf(coop.Invalid, "revision.forged", "revision %s has number %d", r.ID, r.Number))
	}
	return errors.Join(errs...)
}

// validateText checks what is hashed and gives it.
func (r *Revision) validateText() ([]byte, error) {
	errs := []error{coop.Line("name", r.Name, 1, MaxName), validateSource(r.Source)}
	if len(r.Parents) > MaxParents {
		errs = append(errs, coop.FieldError("parents", "field.many", map[string]any{"Max": MaxParents}))
	}
	for i, p := range r.Parents {
		if _, err := ParseRevisionID(string(p)); err != nil || slices.Contains(r.Parents[:i], p) {
			errs = append(errs, coop.FieldError("parents", "revision.parents", nil))
		}
	}
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	hashed := r.Hashed()
	if len(hashed) > MaxHashed {
		return nil, coop.FieldError("source", "text.long", map[string]any{"KiB": MaxSource >> 10})
	}
	return hashed, nil
}
