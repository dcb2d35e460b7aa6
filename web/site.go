package web

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"time"

	"toadlane/coop"
	"toadlane/federation/queue"
	"toadlane/handbook"
	"toadlane/market"
	"toadlane/region"
)

// Sessions keeps browser sessions, by the SHA-256 of their token; the store satisfies it (and scs.CtxStore through it).
type Sessions interface {
	FindCtx(ctx context.Context, token string) (b []byte, found bool, err error)
	CommitCtx(ctx context.Context, token string, b []byte, expiry time.Time) error
	DeleteCtx(ctx context.Context, token string) error
	Find(token string) (b []byte, found bool, err error)
	Commit(token string, b []byte, expiry time.Time) error
	Delete(token string) error
	// Bind notes whose session it is, so that EndSessions finds it; List and Drop serve "signed in on".
	Bind(ctx context.Context, token string, person coop.ID, agent string, now time.Time) error
}

// Photos keeps pictures. They come re-encoded: what a stranger uploads is never what we serve.
type Photos interface {
	// PutPhoto keeps a picture in its sizes and gives its id. Class Unavailable when the disk is full, TooMany past the quota.
	PutPhoto(ctx context.Context, owner coop.ID, p Picture) (coop.ID, error)
	// OpenPhoto gives a picture at a size ("small", "medium", "large") with its media type. Class NotFound.
	OpenPhoto(ctx context.Context, id coop.ID, size string) (io.ReadSeekCloser, PhotoInfo, error)
	// MayShow tells how widely the picture may be shown: that of the listing it is on, OnlyMe with its owner before.
	PhotoReach(ctx context.Context, id coop.ID) (reach coop.Visibility, owner coop.ID, err error)
}

// Picture and PhotoInfo are declared in the kernel so that the store can satisfy Photos.
type (
	Picture   = coop.Picture
	PhotoInfo = coop.PhotoInfo
)

// Steward is what the steward's pages read and do about rows.
type Steward interface {
	Deliveries(ctx context.Context, s queue.State, host string, cursor string, n int) ([]queue.Delivery, string, error)
	Inbounds(ctx context.Context, s queue.State, cursor string, n int) ([]queue.Inbound, string, error)
	Events(ctx context.Context, s queue.State, cursor string, n int) ([]queue.Event, string, error)
	Letters(ctx context.Context, s queue.State, cursor string, n int) ([]queue.Letter, string, error)
	// Murmurations lists what an index was told, newest first; CountMurmurations counts what it has or may have.
	Murmurations(ctx context.Context, s queue.State, cursor string, n int) ([]queue.Murmuration, string, error)
	CountMurmurations(ctx context.Context) (int, error)
	Hosts(ctx context.Context) ([]queue.Host, error)
	Retry(ctx context.Context, kind string, id int64, host string, now time.Time) (int, error)
	Hold(ctx context.Context, kind string, id int64, host string) (int, error)
	// PeersAfter lists whom we follow from after one on, with what is counted of them; PeerNames all of them, with nothing counted.
	PeersAfter(ctx context.Context, after coop.IRI, n int) ([]queue.Peer, error)
	PeerNames(ctx context.Context) ([]queue.Peer, error)
	// CountNeighbours counts those to whom what is for neighbours goes.
	CountNeighbours(ctx context.Context) (int, error)
	Followers(ctx context.Context, local coop.IRI, state queue.Relation, cursor string, n int) ([]queue.Follower, string, error)
	CountFollowers(ctx context.Context, local coop.IRI) (int, error)
	// CountWaiting counts what waits for an answer of a member with the actor own, and with shared, which may be "", of a steward.
	CountWaiting(ctx context.Context, shared, own coop.IRI) (queue.Calls, error)
	CountReactions(ctx context.Context, object coop.IRI) (likes, announces int, err error)
	// Told lists the servers that an actor of ours was ever sent to, with how many there still wait for the last word about it.
	Told(ctx context.Context, object coop.IRI) ([]queue.Told, error)
	Blocks(ctx context.Context) ([]queue.Block, error)
	Reports(ctx context.Context) ([]queue.Report, error)
	CloseReport(ctx context.Context, id coop.ID, by coop.Actor, now time.Time) error
	Actor(ctx context.Context, iri coop.IRI) (queue.Actor, error)
}

// Federation is what pages ask of the federation. Errors carry a key for the reader: peer.not_found, peer.unreachable,
// peer.blocked, peer.self ...
type Federation interface {
	// Follow asks to follow the co-op at address: @handle@host, handle@host, or an https address of its actor or front.
	Follow(ctx context.Context, by coop.Actor, address string) (queue.Peer, error)
	Unfollow(ctx context.Context, by coop.Actor, actor coop.IRI) error
	// AnswerFollow accepts or refuses a follower of local that is held; refusing an accepted one removes it. Stewards answer for
	// the co-op's actor, a member who is public for their own.
	AnswerFollow(ctx context.Context, by coop.Actor, local, follower coop.IRI, accept bool) error
	Block(ctx context.Context, by coop.Actor, target, reason string) error
	Unblock(ctx context.Context, by coop.Actor, target string) error
	// Refresh reads a peer's collections anew, soon.
	Refresh(ctx context.Context, by coop.Actor, actor coop.IRI) error
	// RemotePhoto fetches a neighbour's picture once, re-encodes and keeps it, and gives the id of our copy. Class NotFound,
	// Unavailable when its home does not answer.
	RemotePhoto(ctx context.Context, listing coop.ID, index int) (coop.ID, error)
	// Interact finds where the person with an address (@me@host) goes on at home with object: to answer it, or to follow it. Errors
	// are Invalid about "server".
	Interact(ctx context.Context, address string, object coop.IRI, follow bool) (coop.IRI, error)
	// Look reads an actor, or a listing and its home, elsewhere, and keeps no listing. Errors: Unauthenticated; Invalid about "uri".
	Look(ctx context.Context, by coop.Actor, address string) (queue.Actor, *market.Listing, error)
	// LookUpRegion reads the region at an address and keeps it as known: @slug@host, slug@host, or an https address of its account or page. Errors
	// are Invalid about "address".
	LookUpRegion(ctx context.Context, by coop.Actor, address string) (region.Region, error)
	// InviteToRegion asks the co-op at an address to take part in a region that is hosted here. Errors: Invalid about "address"; as of
	// region.Service.Invite.
	InviteToRegion(ctx context.Context, by coop.Actor, slug, address string) error
	// Wake starts the workers on what was just queued. It never blocks.
	Wake()
}

// Config is what the site is made of. Whoever wires the program fills all of it.
type Config struct {
	Base       coop.IRI // origin of the node, e.g. https://bakery.example
	ActorIRI   coop.IRI // the co-op's actor
	Secure     bool     // cookies with __Host- and Secure; off only on loopback http
	Coop       *coop.Service
	Market     *market.Service
	Handbook   *handbook.Service
	Region     *region.Service
	CoopStore  coop.Store
	Sessions   Sessions
	Photos     Photos
	Steward    Steward
	Federation Federation
	Mail       Mail
	// Murmurations is what an index is told of us.
	Murmurations Murmurations
	// ActivityPub answers the addresses that are both page and document, when the Accept header asks for a document.
	ActivityPub http.Handler
	// SetupCode gives the one-time code of a node without a co-op, "" when it is set up.
	SetupCode func() string
	// SetUp is called once after set-up, to make the keys and start the workers.
	SetUp func(ctx context.Context) error
	// PhotoKey gives what opens a picture that is for peers only, for those who have it from the listing; nil is nothing.
	PhotoKey func(coop.ID) string
	// Token gives the word that opens something without signing in: what it does (one word) and the id of what it is done to. It
	// cannot be guessed, and is the same in every process of the node.
	Token func(purpose, subject string) string
	// Preview gives the HTML that others' servers will show of a listing, by the same code that sends it. Class Forbidden for what
	// stays in the co-op.
	Preview func(ctx context.Context, l market.Listing) (string, error)
	// Tile fetches a picture behind the map from the server that a steward chose; nil fetches none.
	Tile    func(ctx context.Context, address coop.IRI) ([]byte, error)
	Now     func() time.Time
	Log     *slog.Logger
	Version string
	Trusted []string // proxies whose X-Forwarded-For counts, as CIDR
	// Generation grows with every change that a page could show, in this process. Anonymous pages are kept while it stands
	// still; nil keeps none. What other processes change shows within limits.PageCacheAge.
	Generation func() uint64
	// Hosts are further names the site answers to beside that of Base, as host or host:port.
	Hosts []string
	// SourceURL is where the program's source can be had, "" for none.
	SourceURL string
}
