package handbook

import (
	"time"

	"toadlane/coop"
)

// Method is how a motion is decided.
type Method string

// The methods.
const (
	Consent  Method = "consent"  // silence until a date, unless somebody objects
	Vote     Method = "vote"     // with quorum, and heads or shares
	Ratified Method = "ratified" // elsewhere, such as at a general meeting; here it is only written down
)

// Methods lists them in the order they are offered.
var Methods = []Method{Consent, Vote, Ratified}

// MotionState is where a motion is in its life.
type MotionState string

// The states of a motion.
const (
	MotionOpen      MotionState = "open"
	MotionPassed    MotionState = "passed"
	MotionRejected  MotionState = "rejected"
	MotionWithdrawn MotionState = "withdrawn"
	MotionClashing  MotionState = "clashing" // passed, but does not go together with what was decided before it
)

// Limits of a motion.
const (
	MaxMotionDays = 366            // how long one may be open
	MinConsent    = 24 * time.Hour // silence of less says nothing
	MaxQuorum     = coop.AllVotes  // in hundredths of a per cent
	MaxMajority   = 100            // the parts a majority is counted in
	MaxHeads      = 1_000_000      // of one co-op
	MaxMinutes    = 2000           // characters that say where minutes are, and what came out
)

// Motion is a text that is put before the members, to come into use in place of another.
type Motion struct {
	ID       coop.ID
	Protocol coop.ID
	Base     RevisionID // the text in use when it was made, "" for a first one
	Revision RevisionID // the text proposed, which comes from Base
	Reason   string
	By       coop.ID // whose motion it is
	Follows  coop.ID // the motion whose clash it resolves, ""
	Offer    coop.ID // the change given back that it puts before the members, ""

	Terms  Terms // frozen when it opens
	Opens  time.Time
	Closes time.Time // zero for what is ratified elsewhere

	Ratification *Ratification // what came of it elsewhere, once it is known
	State        MotionState
	Result       *Result // once it is decided
}

// Terms are the rules that a motion is decided by, as they were when it opened.
type Terms struct {
	Method   Method
	Quorum   int           // how many of those who may vote must answer, in hundredths of a per cent; 0 for no quorum
	Majority Majority      // the zero one is more than half
	Votes    coop.VoteMode // per head or by shares
	Heads    int           // people who may vote, each counted once
	Groups   []Group       // the constituencies; may be empty per head
	Empty    EmptyShare    // what becomes of the share of a constituency in which nobody was for or against
	Secret   bool          // nobody learns who voted how
}

// Group is a constituency as it was when a motion opened.
type Group struct {
	Slug  string
	Share int // of all votes in hundredths of a per cent, when votes are by shares; one without a share has no vote
	Heads int // people who belong to it; somebody may belong to several
}

// Majority is the part of the votes that must be for a motion, such as 2 of 3, beyond being more than half. The zero value asks for no
// more than that.
type Majority struct{ Of, Parts int }

// EmptyShare is what becomes of the share of a constituency in which nobody was for or against (invariant 14).
type EmptyShare string

// The ways to treat an empty share.
const (
	ProRata EmptyShare = "pro_rata" // the shares that voted are the whole
	Lost    EmptyShare = "lost"     // it stays part of the whole, and so works against the motion
)

// EmptyShares lists them.
var EmptyShares = []EmptyShare{ProRata, Lost}

// Ratification is what was decided elsewhere.
type Ratification struct {
	On      time.Time // the day
	Passed  bool
	Words   string // the result: "27 for, 2 against"
	Minutes string // where they can be read: an address, or words
	Shared  bool   // others may be told the address
}

// Withdraw ends an open motion without a decision. Only whose it is may, or a steward. Class Forbidden, key motion.not_yours; Conflict, key
// motion.state.
func (m *Motion) Withdraw(by coop.Actor) error {
	if !by.CanSteward() && (!by.SignedIn() || by.Person() != m.By) {
		return coop.Errorf(coop.Forbidden, "motion.not_yours", "motion %s is not of %s", m.ID, by)
	}
	return m.move(MotionOpen, MotionWithdrawn)
}

// Clash says of a motion that passed that its text does not go together with what came into use before it. What resolves the clash is a
// new motion that follows it, since nobody decided on that text. Class Conflict, key motion.state.
func (m *Motion) Clash() error { return m.move(MotionPassed, MotionClashing) }

func (m *Motion) move(from, to MotionState) error {
	if m.State != from {
		return coop.Errorf(coop.Conflict, "motion.state", "motion %s is %s", m.ID, m.State)
	}
	m.State = to
	return nil
}

// TermsOf gives the terms that a co-op's constituencies make. heads is how many people there are, and in tells how many of them belong to a
// constituency.
func TermsOf(c *coop.Coop, method Method, heads int, in func(slug string) int) Terms {
	t := Terms{Method: method, Votes: c.Votes, Heads: heads, Empty: ProRata}
	for _, g := range c.Constituencies {
		t.Groups = append(t.Groups, Group{g.Slug, g.Share, in(g.Slug)})
	}
	return t
}
