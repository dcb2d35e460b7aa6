package handbook

import (
	"errors"
	"slices"

	"toadlane/coop"
)

// Validate checks a motion before it opens; every fault comes at once and names its field. Class Invalid.
func (m *Motion) Validate() error {
	errs := []error{coop.Lines("reason", m.Reason, 1, MaxReason), m.Terms.Validate()}
	if _, err := ParseRevisionID(string(m.Revision)); err != nil || m.Revision == m.Base {
		errs = append(errs, coop.FieldError("source", "motion.unchanged", nil))
	}
	if m.Terms.Method == Ratified {
		return errors.Join(append(errs, m.Ratification.validate())...)
	}
	switch {
	case m.Closes.IsZero():
		errs = append(errs, coop.FieldError("closes", "field.required", nil))
	case !m.Closes.After(m.Opens):
		errs = append(errs, coop.FieldError("closes", "motion.backwards", nil))
	case m.Terms.Method == Consent && m.Closes.Sub(m.Opens) < MinConsent:
		errs = append(errs, coop.FieldError("closes", "motion.short", nil))
	case m.Closes.After(m.Opens.AddDate(0, 0, MaxMotionDays)):
		errs = append(errs, coop.FieldError("closes", "motion.long", map[string]any{"Days": MaxMotionDays}))
	}
	return errors.Join(errs...)
}

// Validate checks the rules of a decision. The shares of the constituencies make 100 per cent when votes are by shares (invariant 14).
// Class Invalid.
func (t *Terms) Validate() error {
	var errs []error
	add := func(field, key string, args map[string]any) { errs = append(errs, coop.FieldError(field, key, args)) }
	if !slices.Contains(Methods, t.Method) {
		add("method", "choice.unknown", nil)
	}
	if t.Secret && t.Method != Vote { // what stands in the way has to be talked about
		add("secret", "choice.unknown", nil)
	}
	if t.Method != Vote {
		return errors.Join(errs...)
	}
	if t.Quorum < 0 || t.Quorum > MaxQuorum {
		add("quorum", "motion.quorum", nil)
	}
	if j := t.Majority; j != (Majority{}) && (j.Parts < 1 || j.Parts > MaxMajority || j.Of > j.Parts || 2*j.Of < j.Parts) {
		add("majority", "motion.majority", nil)
	}
	if t.Heads < 0 || t.Heads > MaxHeads {
		add("heads", "motion.heads", nil)
	}
	if !slices.Contains(EmptyShares, t.Empty) || t.Votes != coop.PerHead && t.Votes != coop.ByShare {
		add("votes", "choice.unknown", nil)
	}
	if len(t.Groups) > coop.MaxGroups {
		add("constituencies", "field.many", map[string]any{"Max": coop.MaxGroups})
		return errors.Join(errs...)
	}
	sum := 0
	for i, g := range t.Groups {
		if !coop.ValidSlug(g.Slug, coop.MaxSlug) {
			add("constituencies", "slug.invalid", map[string]any{"Slug": g.Slug, "Max": coop.MaxSlug})
		}
		if slices.ContainsFunc(t.Groups[:i], func(o Group) bool { return o.Slug == g.Slug }) {
			add("constituencies", "slug.twice", map[string]any{"Slug": g.Slug})
		}
		if g.Share < 0 || g.Share > coop.AllVotes {
			add("votes", "votes.range", map[string]any{"Slug": g.Slug})
			continue
		}
		sum += g.Share
	}
	if t.Votes == coop.ByShare && sum != coop.AllVotes {
		add("votes", "votes.sum", map[string]any{"Sum": coop.Percent(sum)})
	}
	return errors.Join(errs...)
}

// validate checks what is written down of a decision made elsewhere; nil is fine until it is known.
func (r *Ratification) validate() error {
	if r == nil {
		return nil
	}
	errs := []error{coop.Lines("result", r.Words, 1, MaxMinutes), coop.Lines("minutes", r.Minutes, 0, MaxMinutes)}
	if r.On.IsZero() {
		errs = append(errs, coop.FieldError("on", "field.required", nil))
	}
	if r.Shared {
		if _, err := coop.ParseIRI(r.Minutes); err != nil {
			errs = append(errs, coop.FieldError("minutes", "address.invalid", nil))
		}
	}
	return errors.Join(errs...)
}
