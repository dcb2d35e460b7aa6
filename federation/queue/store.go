package queue

import (
	"context"
	"time"

	"toadlane/coop"
	"toadlane/handbook"
	"toadlane/market"
	"toadlane/region"
)

// Tx is what the federation needs inside one transaction: what arrived is applied to the market in the same transaction
// that settles its row. Missing rows are errors of class NotFound.
type Tx interface {
	market.Tx
	handbook.Tx
	region.Tx
	MurmurationTx

	Person(id coop.ID) (coop.Person, error)
	PersonByHandle(handle string) (coop.Person, error)

	// PutActivity keeps what we tell; FanOut makes one delivery per distinct inbox and returns how many.
	PutActivity(a Activity) error
	FanOut(a Activity, sender coop.IRI, to Fanout) (int, error)
	// WithdrawActivities takes what actor told of object so far out of its outbox: it is deleted, or for fewer than before.
	WithdrawActivities(actor, object coop.IRI) error
	SettleEvent(id int64, s State, due time.Time, lastError string) error
	SettleInbound(id int64, s State, due time.Time, lastError string) error
	// ForgetInbound lets an id of a peer come again: Misskey gives a Follow the same id after its Undo.
	ForgetInbound(peer coop.IRI, activity string) error
	// SaidDeleted tells whether peer told us that an object of its own is deleted, maybe before we had it.
	SaidDeleted(peer, object coop.IRI) (bool, error)

	Actor(iri coop.IRI) (Actor, error)
	PutActor(a Actor) error
	// DropActor forgets a remote actor with its follows, listings, reactions and messages.
	DropActor(iri coop.IRI, at time.Time) error

	Follower(local, actor coop.IRI) (Follower, error)
	PutFollower(f Follower) error
	DropFollower(local, actor coop.IRI) error
	// DropFollowersAt drops the followers of local that are reached at an inbox, shared or their own, and tells how many.
	DropFollowersAt(local, inbox coop.IRI) (int, error)

	Peer(actor coop.IRI) (Peer, error)
	PeerByFollow(follow coop.IRI) (Peer, error)
	PutPeer(p Peer) error
	// DropPeer ends it and drops its listings.
	DropPeer(actor coop.IRI, at time.Time) error

	PutReaction(r Reaction) error
	DropReaction(iri, actor coop.IRI) error
	ReactionByIRI(iri coop.IRI) (Reaction, error)
	PutReport(r Report) error
	PutBlock(b Block) error
	DropBlock(target string) error
	Blocks() ([]Block, error)
	// PurgeBlocked drops listings, messages, follows, peers and waiting deliveries of a blocked domain or actor.
	PurgeBlocked(target string, at time.Time) error
	// DropDeliveries removes waiting deliveries to a host or recipient.
	DropDeliveries(host string, recipient coop.IRI) error
	// TakeTurn begins something for this process alone until a moment, unless another's turn is not over; KeepTurn makes it longer, unless another has it
	// meanwhile, and EndTurn ends it. PeersToPull goes by the turn "peer " with the actor.
	TakeTurn(what string, now, until time.Time) (bool, error)
	KeepTurn(what string, until, longer time.Time) (bool, error)
	EndTurn(what string, until time.Time) error
	// WakeParked makes parked inbound rows about an object due.
	WakeParked(object coop.IRI, now time.Time) error
}

// Outcome is how an attempt at a delivery ended.
type Outcome struct {
	ID       int64
	Host     string
	OK       bool
	State    State     // when not OK: Waiting with Due, or Failed
	Due      time.Time //
	Status   int
	Error    string
	HostDown bool // counts for the breaker
	Unsent   bool // not tried after all: the attempt counted at the claim is given back, the host's state stays
}

// Lane is a host with work due.
type Lane struct {
	Host      string
	Due       time.Time // when its first row is due
	OpenUntil time.Time
	Fails     int
}

// Store is the federation's persistence.
type Store interface {
	MurmurationStore

	// Write runs fn in one transaction; an error of fn undoes all of it.
	Write(ctx context.Context, fn func(Tx) error) error

	// PutInbound keeps what a verified peer sent, once: seen tells that (Peer, Activity) was there before. It returns only when
	// the row would survive a power cut, since 202 follows.
	PutInbound(ctx context.Context, in Inbound) (seen bool, err error)

	// ClaimEvents leases up to n events that are due, of each subject only the oldest unsettled one, until lease.
	ClaimEvents(ctx context.Context, now, lease time.Time, n int) ([]Event, error)
	// ClaimInbound is the same for what came in, by object.
	ClaimInbound(ctx context.Context, now, lease time.Time, n int) ([]Inbound, error)
	// Lanes lists up to n hosts with a delivery due at now, soonest first, leaving out those whose breaker is open.
	Lanes(ctx context.Context, now time.Time, n int) ([]Lane, error)
	// ClaimDeliveries leases up to n deliveries of one host that are due, oldest first, at most one per inbox, and counts the
	// attempt before it is made.
	ClaimDeliveries(ctx context.Context, host string, now, lease time.Time, n int) ([]Delivery, error)
	// SettleDeliveries records how attempts ended, in groups, with what they tell of their hosts. A done row is deleted.
	SettleDeliveries(ctx context.Context, done []Outcome, now time.Time) error
	// NextDue tells when the next event, inbound row or delivery is due; zero when none is.
	NextDue(ctx context.Context, now time.Time) (events, inbound, deliveries time.Time, err error)
	// ReleaseLeases makes everything leased due again: at start, when this is the only process.
	ReleaseLeases(ctx context.Context, now time.Time) error

	Host(ctx context.Context, name string) (Host, error)
	PutHost(ctx context.Context, h Host) error
	// PutScheme keeps which signatures a host takes and leaves the rest of what is known of it alone: its breaker may change at
	// the same moment.
	PutScheme(ctx context.Context, name, scheme string) error
	// HostSeen closes the breaker of a host that sent a verified request and makes its deliveries due. Cheap when it was closed
	// and seen within the minute.
	HostSeen(ctx context.Context, name string, now time.Time) error
	// HostsToAsk gives an inbox of each of up to n servers that have followers of local and were not asked since t what they run.
	HostsToAsk(ctx context.Context, local coop.IRI, t time.Time, n int) ([]coop.IRI, error)
	// PutSoftware keeps what a server says it runs, "" when it does not say, and when it was asked.
	PutSoftware(ctx context.Context, name, software string, asked time.Time) error

	Activity(ctx context.Context, id coop.ID) (Activity, error)
	// Outbox lists an actor's public activities, newest first.
	Outbox(ctx context.Context, actor coop.IRI, cursor string, n int) (list []Activity, next string, err error)
	CountOutbox(ctx context.Context, actor coop.IRI) (int, error)
	// LastTold is the latest public activity of actor about object that was kept after t, FirstTold the earliest. Class NotFound.
	LastTold(ctx context.Context, actor, object coop.IRI, t time.Time) (Activity, error)
	FirstTold(ctx context.Context, actor, object coop.IRI, t time.Time) (Activity, error)
	// Heard is the latest that a peer sent about an object, of one of some types, and that was applied, with its bytes. Class NotFound, also when it is
	// no longer kept.
	Heard(ctx context.Context, peer, object coop.IRI, types ...string) (Inbound, error)

	Actor(ctx context.Context, iri coop.IRI) (Actor, error)
	ActorByHandle(ctx context.Context, handle string) (Actor, error)
	// ActorByKey finds the actor that owns a key.
	ActorByKey(ctx context.Context, key coop.IRI) (Actor, error)
	OwnKeys(ctx context.Context, owner coop.IRI) ([]OwnKey, error)
	PutOwnKey(ctx context.Context, k OwnKey) error

	// Neighbour tells whether actor and we follow each other and a steward of ours chose so by hand: whom peers-only listings are for.
	Neighbour(ctx context.Context, actor coop.IRI) (bool, error)
	// Following lists by address whom we follow or asked to, with nothing that costs more than its row.
	Following(ctx context.Context) ([]Peer, error)
	Followers(ctx context.Context, local coop.IRI, state Relation, cursor string, n int) (list []Follower, next string, err error)
	CountFollowers(ctx context.Context, local coop.IRI) (int, error)
	// Followed tells whether anybody follows local; with runs, anybody on a server that runs one of them.
	Followed(ctx context.Context, local coop.IRI, runs ...string) (bool, error)
	Peers(ctx context.Context) ([]Peer, error)
	// PeersToPull lists accepted peers whose collections were last read before t or still are to be, and whose turn nobody has.
	PeersToPull(ctx context.Context, now, t time.Time, n int) ([]Peer, error)
	// Unsettled lists, by address from after one on, those whom we follow, or whose wish to follow local waits, other than the regions say that we take
	// part in.
	Unsettled(ctx context.Context, local, after coop.IRI, n int) ([]coop.IRI, error)
	CountReactions(ctx context.Context, object coop.IRI) (likes, announces int, err error)

	Blocks(ctx context.Context) ([]Block, error)
	Reports(ctx context.Context) ([]Report, error)
	CloseReport(ctx context.Context, id coop.ID, by coop.Actor, now time.Time) error

	// Deliveries, Inbounds and Events list rows for a steward: those in state s ("" for all but done), newest first, of one
	// host ("" for all).
	Deliveries(ctx context.Context, s State, host string, cursor string, n int) (list []Delivery, next string, err error)
	Inbounds(ctx context.Context, s State, cursor string, n int) (list []Inbound, next string, err error)
	Events(ctx context.Context, s State, cursor string, n int) (list []Event, next string, err error)
	// Hosts lists servers with waiting deliveries or an open breaker.
	Hosts(ctx context.Context) ([]Host, error)
	// Retry makes rows due now and waiting, whatever their state; Hold holds waiting ones. Kind is "delivery", "inbound",
	// "event" or "murmuration"; id 0 means all of the host ("" for every host). They return how many rows they changed.
	Retry(ctx context.Context, kind string, id int64, host string, now time.Time) (int, error)
	Hold(ctx context.Context, kind string, id int64, host string) (int, error)
	// Sweep removes what its retention has passed and fails deliveries that are too old, in bounded pieces.
	Sweep(ctx context.Context, now time.Time) error
}
