// Package failpoint marks the places where a process may die, for tests that kill it there. In an ordinary build every point
// is an empty function; with the build tag failpoint, the point named in TOADLANE_FAILPOINT ends the process as kill -9 would.
package failpoint

// Points lists every point in the code, in the order in which something passes them: a picture and a write into the store, then what
// comes in, then what goes out. A test compares it with the code, and test/fault kills the program at each.
var Points = []string{
	"photo_written", "commit_begun", "commit_done",
	"inbox_verified", "inbox_committed", "mid_apply", "after_apply",
	"event_claimed", "event_settled", "delivery_claimed", "delivery_sent",
}
