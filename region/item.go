package region

import (
	"time"

	"toadlane/coop"
)

// Item is something on the market of a region that is hosted here, as its followers learn of it.
type Item struct {
	Object    coop.IRI
	Origin    coop.IRI // its co-op, "" ours
	Purpose   string   // "offer" or "want"
	Activity  coop.ID  // that announced it
	Came      time.Time
	Announced time.Time // zero: not yet
	Undone    time.Time // when that was taken back
	Behind    int       // how often its origin changed it since those were told who get whole activities
}

// How fast a region announces: each announcement makes every follower's server ask the origin, which may be the smallest machine there is.
const (
	ItemsPerMinute = 6              // of one region, of all origins together
	ItemsPerDay    = 40             // of one origin
	ItemEvery      = time.Minute    // between two of one origin
	UndosPerMinute = 3              // of them, at most: who left keeps nobody waiting
	ItemsWait      = 24 * time.Hour // what had no turn until then is not announced: whoever follows looks at the market for it
)

// Pace chooses of what is due, in its order, what has its turn now. done is what was announced or taken back within the last day.
func Pace(due, done []Item, now time.Time) (turn []Item) {
	day, last, minute := map[coop.IRI]int{}, map[coop.IRI]time.Time{}, 0
	for _, d := range done {
		at := d.Announced
		if d.Undone.After(at) {
			at = d.Undone
		}
		if now.Sub(at) < 24*time.Hour {
			day[d.Origin]++
		}
		if at.After(last[d.Origin]) {
			last[d.Origin] = at
		}
		if now.Sub(at) < time.Minute {
			minute++
		}
	}
	for _, d := range due {
		if minute >= ItemsPerMinute {
			break
		}
		if day[d.Origin] >= ItemsPerDay || now.Sub(last[d.Origin]) < ItemEvery {
			continue
		}
		day[d.Origin]++
		last[d.Origin] = now
		minute++
		turn = append(turn, d)
	}
	return turn
}

// TakeBack chooses of what is to be taken back what has its turn now; done is as for Pace. That asks nothing of an origin, so no origin's turns count: of
// one that left a few are gone each minute, while the others go on.
func TakeBack(due, done []Item, now time.Time) (turn []Item) {
	undone, minute := 0, 0
	for _, d := range done {
		if now.Sub(d.Announced) < time.Minute {
			minute++
		}
		if now.Sub(d.Undone) < time.Minute {
			undone++
		}
	}
	room := max(0, min(UndosPerMinute-undone, ItemsPerMinute-minute-undone))
	return due[:min(room, len(due))]
}
