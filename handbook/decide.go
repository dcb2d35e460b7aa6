package handbook

import (
	"slices"
	"time"

	"toadlane/coop"
)

// Outcome says why a motion ended as it did; a sentence in the translation files.
type Outcome string

// The outcomes.
const (
	Consented     Outcome = "consented"
	Objected      Outcome = "objected"
	Carried       Outcome = "carried"
	Outvoted      Outcome = "outvoted"
	Tied          Outcome = "tied"        // half exactly: what there is stays
	Short         Outcome = "short"       // more than half, but not the majority that was asked for
	NotQuorate    Outcome = "not_quorate" // too few answered
	Nobody        Outcome = "nobody"      // nobody was for or against
	RatifiedThere Outcome = "ratified"
	RefusedThere  Outcome = "refused"
)

// Outcomes lists them.
var Outcomes = []Outcome{Consented, Objected, Carried, Outvoted, Tied, Short, NotQuorate, Nobody, RatifiedThere, RefusedThere}

// Result is how a motion was decided, frozen: nothing that happens later changes it. It is kept with the revision.
type Result struct {
	Method       Method
	Passed       bool
	Outcome      Outcome
	At           time.Time
	Terms        Terms         // the rules it was decided by
	Tally        *Tally        // of a vote; of a secret one only what may be shown
	Objections   int           // of a consent: how many stood at the end
	Ratification *Ratification // of what was decided elsewhere
}

// Decide ends an open motion at now by the answers to it, and freezes the result. A consent passes unless an objection stands; a vote when it is
// quorate and for is more than half of the whole and reaches the majority asked for, so ties fail; what is ratified elsewhere as it was
// there. now is in the co-op's zone, which says when the day of a meeting begins. Class Conflict: key motion.state when it is not open, motion.early
// before its end or before the day of the meeting, motion.unreported when nothing was written down of what came out elsewhere.
func (m *Motion) Decide(now time.Time, responses []Response) (Result, error) {
	if m.State != MotionOpen {
		return Result{}, coop.Errorf(coop.Conflict, "motion.state", "motion %s is %s", m.ID, m.State)
	}
	end := m.Closes
	if m.Terms.Method == Ratified {
		if m.Ratification == nil {
			return Result{}, coop.Errorf(coop.Conflict, "motion.unreported", "nothing is known of motion %s", m.ID)
		}
		on := m.Ratification.On.In(now.Location())
		end = time.Date(on.Year(), on.Month(), on.Day(), 0, 0, 0, 0, now.Location())
	}
	if now.Before(end) {
		return Result{}, coop.Errorf(coop.Conflict, "motion.early", "motion %s ends at %s", m.ID, end)
	}
	r := Result{Method: m.Terms.Method, At: now.UTC(), Terms: m.Terms}
	r.Terms.Groups = slices.Clone(m.Terms.Groups)
	switch m.Terms.Method {
	case Consent:
		r.Objections = m.objections(responses)
		r.Outcome = Consented
		if r.Objections > 0 {
			r.Outcome = Objected
		}
	case Vote:
		c := m.count(responses)
		r.Outcome = c.outcome(m.Terms.Majority)
		if m.Terms.Secret {
			c.Tally = c.veil(m.Terms.Votes)
		}
		r.Tally = &c.Tally
	case Ratified:
		there := *m.Ratification
		r.Ratification, r.Outcome = &there, RefusedThere
		if there.Passed {
			r.Outcome = RatifiedThere
		}
	}
	r.Passed = r.Outcome == Consented || r.Outcome == Carried || r.Outcome == RatifiedThere
	m.State, m.Result = MotionRejected, &r
	if r.Passed {
		m.State = MotionPassed
	}
	return r, nil
}

// outcome tells what a vote leads to.
func (c *count) outcome(j Majority) Outcome {
	passes, more, tied := c.hasMajority(j)
	switch {
	case !c.Quorate:
		return NotQuorate
	case c.For+c.Against == 0:
		return Nobody
	case passes:
		return Carried
	case more:
		return Short
	case tied:
		return Tied
	}
	return Outvoted
}

// objections counts the people whose latest answer is an objection.
func (m *Motion) objections(responses []Response) (n int) {
	type last struct {
		at     time.Time
		object bool
	}
	by := map[coop.ID]last{}
	for _, r := range responses {
		if r.Motion != m.ID || !slices.Contains(Consent.Answers(), r.Answer) {
			continue
		}
		if l, ok := by[r.Person]; !ok || !r.At.Before(l.at) {
			by[r.Person] = last{r.At, r.Answer == Object}
		}
	}
	for _, l := range by {
		if l.object {
			n++
		}
	}
	return n
}
