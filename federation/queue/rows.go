package queue

import (
	"time"

	"github.com/go-json-experiment/json"

	"toadlane/coop"
)

// State is where a row is. Every row a worker handles can be seen, held and retried by a steward.
type State string

// The states of rows. Done rows of deliveries are deleted, of events and inbound kept for a while.
const (
	Waiting  State = "waiting"  // due at Due, or leased until Leased
	Held     State = "held"     // a steward stopped it
	Done     State = "done"     //
	Failed   State = "failed"   // tried for as long as it makes sense; a steward may retry
	Rejected State = "rejected" // inbound: refused for good, kept for the steward to see
	Parked   State = "parked"   // inbound: waits for what it builds on
	Poison   State = "poison"   // inbound: broke us three times; the bytes are kept, the others go on
)

// Row is what every worked row has.
type Row struct {
	ID        int64
	State     State
	Attempt   int
	Due       time.Time
	LastError string
	Created   time.Time
}

// Event is an appended coop.Event as the publisher claims it.
type Event struct {
	Row
	Event    coop.Event // without Snapshot
	Snapshot []byte     // the snapshot as JSON
}

// Letter is a coop.Letter as the mail worker claims it.
type Letter struct {
	Row
	Letter coop.Letter
}

// Activity is something we told: it serves the outbox and its own address.
type Activity struct {
	ID      coop.ID
	IRI     coop.IRI
	Type    string   // AS2 type
	Actor   coop.IRI // ours
	Object  coop.IRI
	Public  bool // in the outbox for everyone
	JSON    []byte
	Created time.Time
}

// Delivery is one activity on its way to one inbox.
type Delivery struct {
	Row
	Activity   coop.ID
	Type       string
	Sender     coop.IRI // our actor, whose key signs
	Inbox      coop.IRI
	Host       string   // of Inbox
	Recipient  coop.IRI // an actor behind it; "" for a shared inbox
	LastStatus int
	Body       []byte // filled by Claim
}

// Inbound is something a verified peer sent.
type Inbound struct {
	Row
	Peer     coop.IRI // the verified actor
	Activity string   // what it is told apart by: its id; for an Update, and for one without id, with a digest of the body
	Type     string
	Object   coop.IRI // what it is about; rows about one object are applied in order
	Inbox    coop.IRI // where it came in
	Raw      []byte
}

// Host is what we know of a server.
type Host struct {
	Name      string // host[:port]
	Fails     int    // in a row
	OpenUntil time.Time
	Probes    int // probes since the breaker opened
	Scheme    string
	LastOK    time.Time
	LastSeen  time.Time // verified request from there
	LastError string
	Waiting   int // deliveries waiting, filled by Hosts
}

// Actor is a remote actor as last fetched.
type Actor struct {
	IRI         coop.IRI
	Type        string
	Handle      string // @name@host
	Name        string
	Summary     string // sanitised
	URL         string
	Inbox       coop.IRI
	SharedInbox coop.IRI
	Outbox      coop.IRI
	Offers      coop.IRI
	Wants       coop.IRI
	Followers   coop.IRI
	MovedTo     coop.IRI
	Icon        coop.IRI
	Place       string
	Keys        []Key
	Raw         []byte
	Fetched     time.Time
	Gone        bool
}

// Key is a public key of a remote actor.
type Key struct {
	ID     coop.IRI
	Owner  coop.IRI
	Public []byte // SPKI DER
}

// OwnKey is a key of one of our actors, its private half sealed.
type OwnKey struct {
	Owner   coop.IRI
	Kind    string // "rsa" or "ed25519"
	ID      coop.IRI
	Sealed  []byte
	Public  []byte // SPKI DER
	Created time.Time
	Retired time.Time // zero while in use
}

// Relation is a Follow, either way.
type Relation string

// States of a follow.
const (
	Requested Relation = "requested"
	Accepted  Relation = "accepted"
	Refused   Relation = "refused"
	Ended     Relation = "ended"
)

// Follower is a remote actor that follows one of ours.
type Follower struct {
	Local    coop.IRI
	Actor    coop.IRI
	Follow   coop.IRI // id of the Follow
	Raw      []byte   // the Follow as it came, to be answered with
	Inbox    coop.IRI
	Shared   coop.IRI
	State    Relation
	Created  time.Time
	Handle   string // filled by lists
	Name     string // filled by lists
	Inactive time.Time
}

// Calls is how much waits for an answer of somebody: of a member, and of the stewards.
type Calls struct {
	Own     int // who asks to follow them
	Asking  int // who asks to follow the co-op
	Reports int // that are open
	Failing int // neighbours that do not answer
}

// Sum is all of it.
func (w Calls) Sum() int { return w.Own + w.Asking + w.Reports + w.Failing }

// Peer is a remote actor that we follow.
type Peer struct {
	Actor     coop.IRI
	Follow    coop.IRI // id of our Follow
	State     Relation
	Hand      bool // a steward chose to follow it; else only because a region has both of us
	Created   time.Time
	Pulled    time.Time // when its collections were last read
	Backfill  bool      // its collections are still to be read
	ETags     map[string]string
	Reading   map[string]Reading // by collection: where the next visit goes on
	LastSeen  time.Time
	LastError string
	Handle    string // filled by lists
	Name      string // filled by lists
	Software  string
	Listings  int // filled by lists
	Waiting   int // deliveries waiting for its host; filled by lists
	FollowsUs bool
}

// Reading is how far a collection was read that is too long for one visit.
type Reading struct {
	Next   coop.IRI  // the page to go on with
	Began  time.Time // what was not listed since then is gone when the end is reached
	Visits int
}

// Block keeps a domain or an actor out.
type Block struct {
	Target string // a host name, with all below it, or an actor's IRI
	Reason string
	By     string
	At     time.Time
}

// Report is a complaint from elsewhere (Flag).
type Report struct {
	ID      coop.ID
	From    coop.IRI
	Objects []coop.IRI
	Content string // plain text
	At      time.Time
	Closed  time.Time
	By      string
}

// Reaction is a Like or an Announce of one of our objects.
type Reaction struct {
	IRI    coop.IRI // of the activity
	Actor  coop.IRI
	Object coop.IRI
	Kind   string // "Like" or "Announce"
	At     time.Time
}

// Target is one recipient of a fan-out.
type Target struct {
	Actor  coop.IRI
	Inbox  coop.IRI
	Shared coop.IRI
}

// Fanout says who is to get an activity. Distinct inboxes get it once; a shared inbox stands for all behind it.
type Fanout struct {
	Followers coop.IRI   // accepted followers of this local actor
	PeersOnly bool       // of those, only actors that we chose by hand to follow too
	Runs      []string   // of those, only actors on servers that run one of these, as far as that is known; empty is all
	Ever      coop.IRI   // everybody the object was ever sent to
	Boosted   []coop.IRI // with Ever: and everybody these were sent to
	But       bool       // with Ever: not those whom the rest of this fan-out reaches
	Extra     []Target
	Object    coop.IRI // remember that the object was sent there; "" for none
	Due       time.Time
}

// Read decodes the event's snapshot into v, the type that the event's kind names. Class Internal when it does not fit: the
// bytes are our own.
func (e Event) Read(v any) error {
	if err := json.Unmarshal(e.Snapshot, v); err != nil {
		return coop.Errorf(coop.Internal, "error.internal", "snapshot of event %s %s: %w", e.Event.Kind, e.Event.ID, err)
	}
	return nil
}
