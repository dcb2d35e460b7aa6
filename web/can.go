package web

import "toadlane/coop"

// deed is something a reader may or may not do here. Every route names one.
type deed string

// The deeds. anyone is said, not left out, so that a route without an answer does not compile into an open door.
const (
	anyone        deed = "anyone"
	takePart      deed = "take part"      // post, answer, change one's own profile
	seeHealth     deed = "see health"     // the steward's first page
	keepPeers     deed = "keep peers"     // follow, unfollow, answer followers
	keepQueue     deed = "keep queue"     // hold and retry rows
	keepOut       deed = "keep out"       // block domains and actors
	answerReports deed = "answer reports" // close what was reported
	keepPeople    deed = "keep people"    // invite, change roles, remove
	keepMail      deed = "keep mail"      // how mail leaves, and what waits to
	keepCoop      deed = "keep co-op"     // what the co-op says of itself and how it answers follows
	keepRegions   deed = "keep regions"   // begin, ask, answer and leave
	settle        deed = "settle"         // what a steward does in the handbook: statuses, what was ratified, adopting, giving back
)

// allowed is the one table of who may do what.
var allowed = map[deed]func(coop.Actor) bool{
	anyone:        func(coop.Actor) bool { return true },
	takePart:      coop.Actor.CanPost,
	seeHealth:     coop.Actor.CanSteward,
	keepPeers:     coop.Actor.CanSteward,
	keepQueue:     coop.Actor.CanSteward,
	keepOut:       coop.Actor.CanSteward,
	answerReports: coop.Actor.CanSteward,
	keepPeople:    coop.Actor.CanSteward,
	keepMail:      coop.Actor.CanSteward,
	keepCoop:      coop.Actor.CanSteward,
	keepRegions:   coop.Actor.CanSteward,
	settle:        coop.Actor.CanSteward,
}

// can tells whether by may do d; what is not in the table nobody may.
func can(by coop.Actor, d deed) bool {
	ok := allowed[d]
	return ok != nil && ok(by)
}

// mayDo is can as an error: Unauthenticated for somebody who is not signed in, Forbidden for everybody else.
func mayDo(by coop.Actor, d deed) error {
	if can(by, d) {
		return nil
	}
	if !by.SignedIn() {
		return coop.Errorf(coop.Unauthenticated, "login.required", "%s as %s", d, by)
	}
	return coop.Errorf(coop.Forbidden, "steward.only", "%s as %s", d, by)
}
