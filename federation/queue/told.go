package queue

// Told is how far a server has been told something: of the inboxes there that were ever sent it, how many still wait for the last word
// about it, and how many refused it for good.
type Told struct {
	Host                     string
	Inboxes, Waiting, Failed int
}
