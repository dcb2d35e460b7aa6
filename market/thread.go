package market

import (
	"time"

	"toadlane/coop"
)

// Party is somebody in a conversation: one of us, somebody at another server, or a guest whom we know by an e-mail address alone.
type Party struct {
	Person   coop.ID  // one of us, or ""
	IRI      coop.IRI // a remote actor, or ""
	Handle   string   // @name@host
	Name     string
	Inbox    coop.IRI // where an answer goes
	Email    string   // a guest's: where an answer goes. It is shown to nobody and told to nobody; see said
	Mark     string   // stands for Email where guests are told apart, and stays when Email is forgotten in a block
	Language string   // a guest's
}

// PartyKind says how somebody comes into a conversation.
type PartyKind string

// The kinds of parties.
const (
	Guest  PartyKind = "guest"  // by e-mail, without an account
	Remote PartyKind = "remote" // from another server
	Fellow PartyKind = "member" // a member of this co-op
)

// Kind tells how p comes in.
func (p Party) Kind() PartyKind {
	switch {
	case p.Person != "":
		return Fellow
	case p.IRI != "":
		return Remote
	}
	return Guest
}

// Key is what conversations with p are found by. It holds no address of a guest.
func (p Party) Key() string {
	switch p.Kind() {
	case Fellow:
		return FellowKey(p.Person)
	case Remote:
		return string(p.IRI)
	}
	return "guest:" + p.Mark
}

// FellowKey is the Key of one of us.
func FellowKey(person coop.ID) string { return "person:" + string(person) }

// said is p as the author of a message: messages are shown, told and exported, so nothing of a guest but the name is in them.
func (p Party) said() Party {
	if p.Kind() == Guest {
		return Party{Name: p.Name}
	}
	return p
}

// Side is one of the two ends of a conversation.
type Side string

// The sides.
const (
	NoSide    Side = ""      // a steward who was asked to look
	OwnerSide Side = "owner" // the member it belongs to, or the stewards
	OtherSide Side = "other" // whoever wrote to them, or was written to by them
)

// Thread is a private conversation of one of us, or of the stewards, with one other party, about a listing or about nothing in
// particular. Two members of one co-op have one thread: it belongs to the one whose listing it is about.
type Thread struct {
	ID          coop.ID
	Listing     coop.ID // or ""
	Owner       coop.ID // the member it belongs to; "" for the stewards
	Other       Party
	Subject     string   // title of the listing when it began, or ""
	Root        coop.IRI // the object the conversation hangs on
	Last        coop.IRI // the latest message's address: what an answer replies to
	Unread      int      // by the owner
	OtherUnread int      // by the other, when that is one of us or a guest
	Excerpt     string   // how the latest message begins, plain
	SaidBy      Side     // who wrote it
	Closed      bool     // nobody writes any more: blocked, ended, or the other is gone
	Blocked     bool     // closed by a side that wants to hear no more of the other
	ClosedBy    Side
	Reported    bool // stewards were asked to look, and may read it
	Created     time.Time
	Updated     time.Time
}

// By tells which side wrote m.
func (t *Thread) By(m Message) Side {
	if m.From.Person == t.Other.Person && (t.Other.IRI == "" || m.From.IRI == t.Other.IRI) {
		return OtherSide
	}
	return OwnerSide
}

// UnreadBy counts what a side has not read.
func (t *Thread) UnreadBy(side Side) int {
	switch side {
	case OwnerSide:
		return t.Unread
	case OtherSide:
		return t.OtherUnread
	}
	return 0
}

// Message is one saying, in a thread or public under a listing.
type Message struct {
	ID        coop.ID
	Thread    coop.ID // "" for a public reply
	Listing   coop.ID // "" when about none
	IRI       coop.IRI
	InReplyTo coop.IRI
	From      Party
	To        []coop.IRI // ours only: who it is addressed to
	Body      string     // ours: plain text as typed; theirs: sanitised HTML
	HTML      bool       // Body is sanitised HTML
	Public    bool
	Hidden    bool // by a steward, or by the poster of the listing
	Created   time.Time
	Updated   time.Time
}

// Complaint is what somebody tells the stewards about a conversation or a reply.
type Complaint struct {
	ID    coop.ID
	By    string // coop.Actor.String()
	About []coop.IRI
	Words string
	At    time.Time
}

// What people may write, in characters.
const (
	MaxMessage   = 5000
	MaxGuestName = 80
	MaxReason    = 1000 // of a complaint
	MaxExcerpt   = 140  // of the latest message, in lists
	// MaxGuestLinks is how many addresses a guest may put into one message: people name one or two, machines twenty.
	MaxGuestLinks = 3
)
