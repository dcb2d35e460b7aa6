package handbook

import (
	"cmp"
	"slices"
	"time"

	"toadlane/coop"
)

// Answer is what somebody says to a motion.
type Answer string

// The answers.
const (
	Agree   Answer = "agree"
	Object  Answer = "object" // with words: what is in the way
	Aside   Answer = "aside"  // not convinced, and not in the way
	For     Answer = "for"
	Against Answer = "against"
	Abstain Answer = "abstain" // counts for the quorum
)

// Answers gives those that a method takes, in the order they are offered.
func (m Method) Answers() []Answer {
	switch m {
	case Consent:
		return []Answer{Agree, Aside, Object}
	case Vote:
		return []Answer{For, Against, Abstain}
	}
	return nil
}

// MaxWords is how much one may say with an answer, in characters.
const MaxWords = 2000

// Response is one person's answer to one motion. Another one of theirs takes its place until the motion ends. It stays with the members.
type Response struct {
	Motion       coop.ID
	Person       coop.ID
	Answer       Answer // "" when a secret vote was counted and nobody knows any more
	Constituency string // in which they vote; "" where there is none
	Words        string
	At           time.Time
}

// CheckResponse tells whether r may be given to m at now by somebody who belongs to the constituencies mine. Who belongs to several chooses
// one (invariant 14). Class Conflict, key motion.state, when the motion is not open; Forbidden, key motion.no_vote, when none of
// theirs has a vote; Invalid, naming the field, otherwise.
func (m *Motion) CheckResponse(r *Response, mine []string, now time.Time) error {
	if m.State != MotionOpen || r.Motion != m.ID || now.Before(m.Opens) || !now.Before(m.Closes) {
		return coop.Errorf(coop.Conflict, "motion.state", "motion %s is not open at %s", m.ID, now)
	}
	if !slices.Contains(m.Terms.Method.Answers(), r.Answer) {
		return coop.FieldError("answer", "choice.unknown", nil)
	}
	least := 0
	if r.Answer == Object {
		least = 1
	}
	if err := coop.Lines("words", r.Words, least, MaxWords); err != nil {
		return err
	}
	if m.Terms.Method != Vote {
		return nil
	}
	may := false
	for _, g := range m.Terms.Groups {
		if slices.Contains(mine, g.Slug) && m.Terms.hasVote(g) {
			if g.Slug == r.Constituency {
				return nil
			}
			may = true
		}
	}
	switch {
	case may:
		return coop.FieldError("constituency", "choice.unknown", nil)
	case m.Terms.Votes == coop.ByShare:
		return coop.Errorf(coop.Forbidden, "motion.no_vote", "%s has no vote in motion %s", r.Person, m.ID)
	case r.Constituency != "":
		return coop.FieldError("constituency", "choice.unknown", nil)
	}
	return nil // per head, and in no constituency
}

// hasVote tells whether people of a constituency may vote: by shares, one whose share is nothing may not.
func (t *Terms) hasVote(g Group) bool { return t.Votes != coop.ByShare || g.Share > 0 }

// Sight is what a member may see of the answers to a motion. Whoever is no member sees none of it.
type Sight struct {
	Turnout bool // how many have answered
	Figures bool // how many said what
	Names   bool // who said what, and their words
}

// Sight says what by may see of the answers: those of an open vote at once, of a secret one the turnout and, once it is decided, the
// figures. Nobody but members sees any of it.
func (m *Motion) Sight(by coop.Actor) Sight {
	switch {
	case !by.SignedIn():
		return Sight{}
	case m.Terms.Secret:
		return Sight{Turnout: true, Figures: m.Result != nil}
	}
	return Sight{true, true, true}
}

// Shown gives those of all that by may read: their own, and others' unless the vote is secret.
func (m *Motion) Shown(all []Response, by coop.Actor) (out []Response) {
	names := m.Sight(by).Names
	for _, r := range all {
		if names || by.SignedIn() && r.Person == by.Person() {
			out = append(out, r)
		}
	}
	return out
}

// Counted gives what is kept of the answers to a secret vote that is over: that these people answered, in the order of their ids, and
// nothing else. Those to an open one are kept as they are.
func (m *Motion) Counted(all []Response) []Response {
	if !m.Terms.Secret {
		return all
	}
	out := make([]Response, len(all))
	for i, r := range all {
		out[i] = Response{Motion: r.Motion, Person: r.Person}
	}
	slices.SortFunc(out, func(a, b Response) int { return cmp.Compare(a.Person, b.Person) })
	return out
}
