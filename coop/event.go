package coop

import "time"

// EventKind says what happened, as noun.verb.
type EventKind string

// What the rest of the world may have to be told.
const (
	ListingPosted    EventKind = "listing.posted"    // Snapshot: market.Listing
	ListingChanged   EventKind = "listing.changed"   // Snapshot: market.Listing (edited, renewed, paused, reopened, closed)
	ListingDeleted   EventKind = "listing.deleted"   // Snapshot: market.Listing as it last was
	ListingNarrowed  EventKind = "listing.narrowed"  // Snapshot: market.Listing; whoever may not see it any more gets a Delete
	MessageSent      EventKind = "message.sent"      // Snapshot: market.Message by us to a remote actor
	CoopChanged      EventKind = "coop.changed"      // Snapshot: Coop
	PersonPublished  EventKind = "person.published"  // Snapshot: PersonView; first public or changed
	PersonWithdrawn  EventKind = "person.withdrawn"  // Snapshot: PersonView; consent gone, actor must be deleted
	PeerFollowed     EventKind = "peer.followed"     // Subject: IRI of the actor we ask to follow
	PeerUnfollowed   EventKind = "peer.unfollowed"   // Subject: IRI
	FollowerAccepted EventKind = "follower.accepted" // Subject: IRI; Snapshot: the Follow's IRI
	FollowerRejected EventKind = "follower.rejected" // Subject: IRI; Snapshot: the Follow's IRI
	ActorBlocked     EventKind = "actor.blocked"     // Subject: IRI

	ProtocolPublished EventKind = "protocol.published" // Snapshot: handbook.Told; the first text in use of a page
	ProtocolChanged   EventKind = "protocol.changed"   // Snapshot: handbook.Told; another text, or what is said about it
	AdoptionMade      EventKind = "adoption.made"      // Snapshot: handbook.Used; a public one of ours
	AdoptionChanged   EventKind = "adoption.changed"   // Snapshot: handbook.Used; what we say we meet
	AdoptionWithdrawn EventKind = "adoption.withdrawn" // Snapshot: handbook.Used; also of one that another took the place of
	OfferMade         EventKind = "offer.made"         // Snapshot: handbook.Given; a change of ours for a neighbour's page
	OfferAccepted     EventKind = "offer.accepted"     // Snapshot: handbook.Given; a neighbour's change that our page took
	OfferRejected     EventKind = "offer.rejected"     // Snapshot: handbook.Given

	RegionAsked    EventKind = "region.asked"    // Snapshot: region.Told with Entry; we ask the host to take part
	RegionSaid     EventKind = "region.said"     // Snapshot: region.Told with Entry; we changed what we bring, or left
	RegionAnswered EventKind = "region.answered" // Snapshot: region.Told with Join and Admission; as host, to whom it is about
	RegionRolled   EventKind = "region.rolled"   // Snapshot: region.Told with Entry and Admission; as host, to all who take part
	RegionInvited  EventKind = "region.invited"  // Snapshot: region.Told; as host, to whom it is about
	RegionWanted   EventKind = "region.wanted"   // Snapshot: region.Told; somebody asks for a region whose council lets in, or no more, for the council
	RegionFavoured EventKind = "region.favoured" // Snapshot: region.Told with Vote; we favour who asks, for the host and the council
	RegionSigned   EventKind = "region.signed"   // Snapshot: region.Told with Signed; we signed a charter, for the council
	RegionTurned   EventKind = "region.turned"   // Snapshot: region.Told with Before; another charter is in force, for all who take part
	RegionMoved    EventKind = "region.moved"    // Snapshot: region.Told with Before; an account of ours hosts it no more, for its followers
	RegionFlagged  EventKind = "region.flagged"  // Snapshot: what is complained of and why; as host, for the council
	RegionSettled  EventKind = "region.settled"  // Snapshot: region.Told; we are in, or no more: whom we follow is to be looked at
)

// Event is a frozen fact, appended in the same transaction as the change it tells of: saved means queued. The snapshot is
// what the change left behind, so that a later change does not rewrite what is told.
type Event struct {
	ID       ID
	Kind     EventKind
	At       time.Time
	By       string // Actor.String()
	Subject  string // id or address of what it is about; events of one subject are told in order
	Snapshot any    // plain data; the store keeps it as JSON
}
