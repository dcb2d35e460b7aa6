package queue

import (
	"context"
	"time"

	"toadlane/coop"
)

// Murmuration is a profile of ours as a Murmurations index was told of it. Its row says what the index ought to have and what it has; the worker brings
// the one to the other.
type Murmuration struct {
	Row
	Index   coop.IRI // the address of the index
	Profile coop.IRI // where the profile lies, which is what the index goes by
	Page    string   // path of the page of what it is about
	Step    Step     // what the worker does when the row is due
	Want    string   // hash of the profile as it is now, "" when it is to be taken back
	Sent    string   // hash of what the index was last told of, "" for nothing that it still has
	Node    string   // what the index calls it
	Status  string   // what the index said of it last
	Changed time.Time
	Leased  time.Time
}

// Step is what comes next for a profile.
type Step string

// The steps.
const (
	StepPost   Step = "post"   // tell the index of it
	StepAsk    Step = "ask"    // ask what became of that
	StepDelete Step = "delete" // have it taken out
)

// MurmurationTx is what the worker writes of profiles, and MurmurationStore what it and the steward read.
type MurmurationTx interface {
	// Murmuration gives the row of a profile and holds it. Class NotFound.
	Murmuration(profile coop.IRI) (Murmuration, error)
	// PutMurmuration inserts a row, or replaces the one of its profile.
	PutMurmuration(m Murmuration) error
}

// MurmurationStore is the persistence of what indexes were told.
type MurmurationStore interface {
	// ClaimMurmurations leases up to n rows that are due until lease, longest due first, and counts the attempt.
	ClaimMurmurations(ctx context.Context, now, lease time.Time, n int) ([]Murmuration, error)
	// NextMurmuration tells when the next row can be claimed; zero when none waits.
	NextMurmuration(ctx context.Context) (time.Time, error)
	// Murmurations lists rows in state s ("" for all), by when they began, newest first.
	Murmurations(ctx context.Context, s State, cursor string, n int) (list []Murmuration, next string, err error)
	// MurmurationOf gives one by its id. Class NotFound.
	MurmurationOf(ctx context.Context, id int64) (Murmuration, error)
	// CountMurmurations counts the rows whose profile an index has or may have.
	CountMurmurations(ctx context.Context) (int, error)
	// ForgetMurmurations drops all rows.
	ForgetMurmurations(ctx context.Context) error
}

// Murmurations is what a steward chose to tell which index.
type Murmurations struct {
	On           bool
	Index        coop.IRI
	Organization bool
	Offers       bool
	Wants        bool
	People       bool // members who agreed to it, each for themself
}
