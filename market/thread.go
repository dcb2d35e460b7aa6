package market

import (
	"time"

	"toadlane/coop"
)

// Party is somebody in a conversation: one of us, or somebody at another server.
type Party struct {
	Person coop.ID  // one of us, or ""
	IRI    coop.IRI // a remote actor, or ""
	Handle string   // @name@host
	Name   string
	Inbox  coop.IRI // where an answer goes
}

// Thread is a private conversation between us and one remote actor, about a listing or about nothing in particular.
type Thread struct {
	ID      coop.ID
	Listing coop.ID // or ""
	Owner   coop.ID // the member it belongs to; "" for the stewards
	Other   Party
	Subject string   // title of the listing when it began, or ""
	Root    coop.IRI // the object the conversation hangs on
	Last    coop.IRI // the latest message's address: what an answer replies to
	Unread  int
	Closed  bool // the other party is blocked or gone
	Created time.Time
	Updated time.Time
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
	Hidden    bool // by a steward
	Created   time.Time
	Updated   time.Time
}

// MaxMessage is the longest message of ours, in characters.
const MaxMessage = 5000
