package market

import (
	"time"

	"toadlane/coop"
)

// State is where a listing is in its life.
type State string

// The states of docs/rules.md.
const (
	Draft     State = "draft"
	Open      State = "open"
	Paused    State = "paused"
	Agreed    State = "agreed" // everything that was available is agreed over
	Done      State = "done"
	Expired   State = "expired"
	Withdrawn State = "withdrawn"
	Archived  State = "archived" // its page answers 410
)

// Change is what somebody does to a listing's state.
type Change string

// The changes. Expire and Archive are done by the node's own clock.
const (
	Publish  Change = "publish"
	Pause    Change = "pause"
	Resume   Change = "resume"
	AgreeAll Change = "agree"
	Fulfil   Change = "done"
	Withdraw Change = "withdraw"
	Expire   Change = "expire"
	Renew    Change = "renew"
	Archive  Change = "archive"
)

// Changes lists them all.
var Changes = []Change{Publish, Pause, Resume, AgreeAll, Fulfil, Withdraw, Expire, Renew, Archive}

var transitions = map[State]map[Change]State{
	Draft:     {Publish: Open, Withdraw: Withdrawn},
	Open:      {Pause: Paused, AgreeAll: Agreed, Fulfil: Done, Withdraw: Withdrawn, Expire: Expired, Renew: Open},
	Paused:    {Resume: Open, Fulfil: Done, Withdraw: Withdrawn, Expire: Expired, Renew: Open},
	Agreed:    {Resume: Open, Fulfil: Done, Withdraw: Withdrawn, Expire: Expired},
	Expired:   {Renew: Open, Fulfil: Done, Withdraw: Withdrawn, Archive: Archived},
	Done:      {Archive: Archived},
	Withdrawn: {Archive: Archived},
	Archived:  {},
}

// States lists every state.
func States() []State {
	return []State{Draft, Open, Paused, Agreed, Done, Expired, Withdrawn, Archived}
}

// Next is the state that change leads to from s. Class Conflict, key listing.state, when it leads nowhere.
func Next(s State, change Change) (State, error) {
	if to, ok := transitions[s][change]; ok {
		return to, nil
	}
	return s, coop.Errorf(coop.Conflict, "listing.state", "a listing that is %s cannot %s", s, change)
}

// Public tells whether a listing in this state was ever told to others and is still shown as open or ended.
func (s State) Public() bool { return s != Draft && s != Archived }

// Ended tells whether the listing is over.
func (s State) Ended() bool {
	return s == Done || s == Expired || s == Withdrawn || s == Archived
}

// Apply makes the change to l at now. Renew also gives it a new life as long as a new listing's, and is possible until
// RenewDays after the end. Class Conflict when the state or the time does not allow it.
func (l *Listing) Apply(change Change, now time.Time, zone *time.Location) error {
	to, err := Next(l.State, change)
	if err != nil {
		return err
	}
	if change == Publish && l.Until.IsZero() {
		l.Until = DefaultUntil(l.Purpose, l.Kind, now, zone)
	}
	switch change {
	case Renew:
		if now.After(l.Until.AddDate(0, 0, RenewDays)) {
			return coop.Errorf(coop.Conflict, "listing.renew_late", "listing %s ended more than %d days ago", l.ID, RenewDays)
		}
		if until := DefaultUntil(l.Purpose, l.Kind, now, zone); until.After(l.Until) {
			l.Until = until
		}
		l.Closed = time.Time{}
	case Expire:
		if now.Before(l.Until) {
			return coop.Errorf(coop.Conflict, "listing.state", "listing %s has not ended yet", l.ID)
		}
		l.Closed = l.Until
	case Fulfil, Withdraw:
		l.Closed = now
	case Publish, Resume:
		if !now.Before(l.Until) {
			return coop.Errorf(coop.Conflict, "listing.expired", "listing %s has ended", l.ID)
		}
	}
	l.State, l.Updated = to, later(now, l.Updated)
	l.Version++
	return nil
}

// later keeps updated strictly growing, to the second: peers ignore an Update whose updated is not newer than theirs.
func later(now, before time.Time) time.Time {
	now = now.UTC().Truncate(time.Second)
	if !now.After(before) && !before.IsZero() {
		return before.Add(time.Second)
	}
	return now
}
