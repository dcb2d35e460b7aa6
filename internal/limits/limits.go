// Package limits owns every bound of the program: sizes, counts, windows and time-outs, each a named constant with the
// reason for its value. Whoever loops, reads, keeps or waits for something a stranger can influence takes the bound from
// here. It knows nothing of what is bounded and imports only the kernel.
package limits

import (
	"time"

	"toadlane/coop"
)

const day = 24 * time.Hour

// The HTTP server: what a client may take of us before it has said anything.
const (
	ReadHeaderTimeout  time.Duration = 5 * time.Second  // a slow header holds a connection and nothing else
	ReadTimeout        time.Duration = 20 * time.Second // whole request; upload routes extend their own deadline
	WriteTimeout       time.Duration = 30 * time.Second
	IdleTimeout        time.Duration = 90 * time.Second // longer than the 60 s most peers keep a connection
	RequestHeaderBytes int           = 16 << 10
	Connections        int           = 1024
	ConnectionsPerIP   int           = 64
	StreamsPerConn     int           = 100 // HTTP/2 streams; bounds rapid reset
	ShutdownGrace      time.Duration = 20 * time.Second
	SearchTime         time.Duration = 5 * time.Second // statement deadline of a search; past it we answer 503
	UploadTime         time.Duration = 5 * time.Minute // deadline an upload route sets for itself
	PageCacheBytes     int64         = 16 << 20        // anonymous pages kept as bytes
	StaleAfter         time.Duration = 7 * day         // a neighbour's listing that its home has not confirmed for so long says so
	PageCacheAge       time.Duration = time.Second     // how long what another process changed may stay unseen on them
)

// Bodies, in bytes. One more byte is refused before anything is hashed, verified or parsed.
const (
	InboxBody  int64 = 256 << 10 // Misskey sends up to 64 KiB, Mastodon takes up to 1 MiB; never above 1 MiB
	FormBody   int64 = 64 << 10
	UploadBody int64 = 16 << 20 // streamed
)

// A folder of markdown that is brought into the handbook.
const (
	FolderPages   int = 2000
	FolderCommits int = 100_000  // of the history that comes with it
	FrontMatter   int = 64 << 10 // bytes of the settings above a page
)

// JSON from strangers. Go's own decoder goes down 10 000 levels.
const (
	JSONDepth       int = 64
	JSONArray       int = 200 // elements of one array
	JSONMembers     int = 500 // members of one object; inline contexts are the largest and stay far below
	JSONString      int = 64 << 10
	JSONNumberBytes int = 64  // literal of one number
	JSONExponent    int = 308 // what a double can hold; above it readers disagree on the value
)

// What one activity or object may hold.
const (
	Recipients  int = 200 // to, cc, bto, bcc and audience together
	Tags        int = 40
	Attachments int = 8
	Languages   int = 20  // of one text
	NameRunes   int = 200 // names and titles
	IRIBytes    int = coop.MaxIRI

	SummaryRunes int = 5000 // what an actor says of itself, as HTML
	ReportRunes  int = 5000 // the reason of a report or a refusal
)

// ActivityBytes is the most we send in one activity with its proof: Misskey's inbox takes 64 KiB, the smallest of those seen.
const ActivityBytes int = 60_000

// Asking others: how far one thing that arrived can send us.
const (
	Redirects             int           = 3
	FetchesPerInbound     int           = 6  // requests caused by one activity, redirects counted
	NewActorsPerDomain    int           = 60 // per registrable domain and hour
	CollectionPages       int           = 10
	CollectionItems       int           = 200
	CollectionVisits      int           = 100              // after that many the rest of a collection is left
	CollectionGoesOn      time.Duration = time.Minute      // between two visits to one that is longer than a visit
	FetchTimeout          time.Duration = 10 * time.Second // whole request with redirects and body
	MediaTimeout          time.Duration = 20 * time.Second
	DeliveryTimeout       time.Duration = 10 * time.Second
	DialTimeout           time.Duration = 5 * time.Second
	TLSHandshakeTimeout   time.Duration = 5 * time.Second
	ResponseHeaderTimeout time.Duration = 8 * time.Second
	ResponseHeaderBytes   int64         = 32 << 10
	DocumentBytes         int64         = 256 << 10 // a fetched ActivityPub document; the same as what may be posted to us
	DiscoveryBytes        int64         = 64 << 10  // WebFinger, host-meta, NodeInfo
	MediaBytes            int64         = 16 << 20
	DeliveryAnswerBytes   int64         = 4 << 10 // read of the answer to a delivery, so that the connection can be used again
	ConnsPerHost          int           = 8
	IdleConns             int           = 1024 // hundreds of hosts stay warm; an idle connection costs about 20 KB
	IdleConnsPerHost      int           = 4    // as many as a healthy lane uses
	IdleConnTimeout       time.Duration = 90 * time.Second
	NegativeCache         time.Duration = 5 * time.Minute // an actor or key that could not be fetched is not asked for again
	ActorFresh            time.Duration = 24 * time.Hour  // a known actor is fetched again after this
)

// Handbooks of others.
const (
	RevisionBytes   int64         = 2 << 20 // the document of one text: 640 KiB that are hashed, and its HTML
	RevisionString  int           = 1 << 20 // one string in it
	HandbookPages   int           = 500     // pages kept of one co-op
	HandbookParts   int           = 60      // parts read of the list of them
	HandbookFetches int           = 200     // requests of one reading of a handbook; what is left is read by the next
	HistoryAtOnce   int           = 50      // texts fetched to find what one has in common with ours, in one go
	HistoryTime     time.Duration = time.Minute
	UsesPerDomain   int           = 50                 // adoptions of one page that the co-ops of one domain may tell of
	OffersPerDomain int           = 20                 // changes to one page that may wait of one domain
	RegionLines     int           = 100                // of a list that a page of it has
	ChartersShared  int           = 48 << 10           // bytes of charters and signatures in one activity
	LookTime        time.Duration = 5 * time.Second    // reading who takes part in a region that a steward looks at
	ListPages       int           = 60                 // read of one such list: more than a region may have members
	RegionStale     time.Duration = 7 * 24 * time.Hour // not heard of for longer, a co-op is shown in no region
	ProtocolEvery   time.Duration = 24 * time.Hour     // between what followers are told of one page
)

// Regions.
const (
	RegionCharter  int           = 64 << 10         // bytes of one charter
	RegionArea     int           = 64 << 10         // bytes of one area
	RegionAreas    int           = 4                // areas read in one visit
	RegionWord     int           = 6 << 10          // bytes of one word with its proof; RegionPart pairs of them fit into DocumentBytes
	RegionVote     int           = 2 << 10          // bytes of one vote of a council co-op; a host's word carries as many as its council has to give
	RegionPart     int           = 20               // co-ops on one page of a region's words
	RegionPages    int           = 300              // pages read of them at a time: more than may take part fill
	CharterPages   int           = 20               // pages read of its charters
	RegionsAtOnce  int           = 8                // read at the same time
	RegionTime     time.Duration = 5 * time.Minute  // one reading of a region, whatever its pages take
	RegionMirrors  int           = 3                // members asked when the host does not answer
	RegionChecks   int           = 50               // co-ops of one region that are asked in one visit whether they take part
	AsksPerDomain  int           = 20               // co-ops of one registrable domain that may wait for a region's answer
	RegionInvites  int           = 50               // invitations from strangers that wait
	InvitesDomain  int           = 3                // of them from one registrable domain
	RefusedFor     time.Duration = 7 * day          // after which a co-op of a region that refused to be followed is asked again
	AnnounceEvery  time.Duration = 10 * time.Second // between two looks at what is to be announced
	SoftwareFresh  time.Duration = 7 * day          // after which a server is asked again what it runs
	FlagObjects    int           = 20               // of one complaint
	WordsAfterLeft time.Duration = 30 * day         // for how long it is told that a co-op takes part no more
	RegionKept     time.Duration = 30 * time.Second // what was counted and drawn of one is shown again, so that what ended is gone within a minute
	RegionPlaces   int           = 1000             // listings that its map looks at, the newest
	RegionDump     int           = 500              // listings in one part of its data
)

// Signatures.
const (
	ClockAhead      time.Duration = 5 * time.Minute // how far a signature may lie in our future
	ClockBehind     time.Duration = time.Hour       // and in our past: Mastodon's Date is good for about 65 minutes
	KeysPerActor    int           = 8
	KeyRefetchEvery time.Duration = 5 * time.Minute // one look at a changed key, however many bad signatures come
	RSABitsMin      int           = 2048
	RSABitsMax      int           = 4096 // verifying time grows with the square of the length

	RSAExponentMin       int   = 65537   // what everybody uses; FIPS 186-5 §A.1.1 wants more than 2^16
	PublicKeyPEMBytes    int   = 4096    // an RSA-4096 key takes 800
	SignatureHeaderBytes int   = 4096    // a key id of 2048, an RSA-4096 signature of 684 and the list of headers fit
	SignatureParams      int   = 16      // draft-cavage-12 knows seven, RFC 9421 six
	SignatureComponents  int   = 24      // headers or components one signature covers
	SignatureLabels      int   = 4       // signatures of RFC 9421 in one request
	DigestHeaderBytes    int   = 512     // Digest or Content-Digest
	DigestAlgorithms     int   = 4       // digests in one such header
	ProofDocumentBytes   int64 = 1 << 20 // a document whose FEP-8b32 proof is made or checked
)

// One peer domain.
const (
	PeerPerMinute     int           = 60 // activities, steady
	PeerBurst         int           = 600
	PeerBytesPerHour  int64         = 10 << 20 // stored
	HostsRemembered   int           = 50_000
	HostMemory        time.Duration = 30 * day // state of a host nobody has heard of since
	ParkedPerPeer     int           = 1000     // activities that wait for what they speak of
	ParkedFor         time.Duration = 7 * day
	PoisonTries       int           = 3 // identical internal errors before an activity is set aside
	InboundKept       time.Duration = 7 * day
	RejectedKept      time.Duration = 30 * day
	DeliveriesKept    time.Duration = 30 * day // after they are done
	UntouchedPostKept time.Duration = 90 * day // remote posts nobody answered or liked
	RemoteMediaKept   time.Duration = 14 * day
	RemoteMediaBytes  int64         = 1 << 30 // all copies of others' pictures; those not looked at for longest go first
	AuditKept         time.Duration = 730 * day
)

// Delivery. The waits between tries are in DeliverySchedule.
const (
	DeliveryWindow     time.Duration = 14 * day // a peer may be away for two weeks and miss nothing
	DeliveryLease      time.Duration = time.Minute
	DeliveryHosts      int           = 256 // hosts spoken to at once
	LaneHealthy        int           = 4   // in flight to a host that answers
	LaneFailing        int           = 1
	RetryAfterMax      time.Duration = 6 * time.Hour // longest Retry-After we obey
	RefusedTries       int           = 3             // tries over a day after 400, 401 or 403
	GoneAfter          time.Duration = day           // 404 or 410 twice over this drops the follower
	BreakerOpens       int           = 5             // failures in a row
	BreakerProbeFirst  time.Duration = time.Minute
	BreakerProbeSecond time.Duration = 5 * time.Minute
	BreakerProbe       time.Duration = 30 * time.Minute // every later one
	DialsPerSecond     int           = 10               // to hosts that are failing: no dial storm when a network is down
	SchemeRelearn      time.Duration = 24 * time.Hour   // a host that refused our Ed25519 signature is given another
)

// Work in the background.
const (
	EventLease    time.Duration = time.Minute      // an event whose worker died is told again
	InboundLease  time.Duration = 2 * time.Minute  // longer than FetchesPerInbound fetches of FetchTimeout each
	InboundAtOnce int           = 32               // activities applied at once: their transactions share commits
	PullEvery     time.Duration = 12 * time.Hour   // a peer's collections are read although nothing was pushed
	PullAtOnce    int           = 8                // peers read at the same time
	PullTimeout   time.Duration = time.Minute      // one read of a peer, whatever its pages take
	Turn          time.Duration = 2 * time.Minute  // after which another process does what one began that died
	BlocksFresh   time.Duration = 10 * time.Second // how long another process's new block may go unnoticed
	PeersFresh    time.Duration = 5 * time.Second  // how long another process's new follow may go unnoticed
	PeerKeysKept  int           = 10_000           // keys of peers in memory; about 600 bytes each
)

// Mail.
const (
	LetterLease     time.Duration = 5 * time.Minute // longer than MailTimeout for each of LettersAtOnce
	LettersAtOnce   int           = 4               // connections to the mail server at most
	LettersKept     time.Duration = 30 * day        // after they are sent or given up
	MailTimeout     time.Duration = time.Minute     // a whole conversation with the mail server
	LetterDelay     time.Duration = 5 * time.Minute // after which somebody is told that they were written to, if they have not read it
	LetterTries     int           = 10              // by LetterSchedule that is a day and a half
	OutboxFiles     int           = 1000            // mails kept in the folder when there is no server; the oldest go
	MailIn          int64         = 1 << 20         // bytes of a mail that is read
	MailDepth       int           = 6               // levels of multipart in it
	MailParts       int           = 50              // parts in it
	DigestItems     int           = 12              // lines in a digest
	MailExcerpt     int           = 600             // characters of what somebody wrote, in the mail that tells of it
	MailAnswersHour int           = 30              // answers by mail that one party may send to one thread an hour
)

// Pages.
const (
	AcceptBytes      int = 1024 // read of an Accept header; browsers send about 130 bytes, peers 150
	SearchRunes      int = 200  // of what is searched for
	SearchRadiusKm   int = 5000 // as far as a search reaches around a place; further is everywhere
	ListingLanguages int = 8    // one listing can be written in
	CursorBytes      int = 4096 // of a cursor that is read; a folded title of 200 characters is the longest we make
)

// Conversations. What strangers may start, counted in memory.
const (
	GuestWindow       time.Duration = time.Hour
	GuestsPerNetwork  int           = 10 // a house, a café, a phone network's gate
	GuestsPerListing  int           = 30 // an offer that goes round town
	GuestsPerAddress  int           = 5
	GuestsPerThread   int           = 20 // further messages of one guest in one conversation
	LookupsPerNetwork int           = 20 // of somebody's own server, and by a member of what they brought home
)

// Murmurations. Its index is one for everybody, so that we ask it little.
const (
	IndexBytes       int64         = 1 << 20 // an answer; a page of a hundred entries with a hundred tags each stays below
	IndexPerHour     int           = 240     // requests to an index, of the worker
	IndexAtOnce      int           = 4       // profiles whose turn comes at once
	IndexLease       time.Duration = time.Minute
	IndexAsk         time.Duration = 30 * time.Second // from telling of a profile to asking what became of it
	IndexTries       int           = 10               // by LetterSchedule; then a steward says when
	IndexLook        time.Duration = 10 * time.Minute // how late it may be seen that something changed or has gone
	IndexProfiles    int           = 5000             // that we tell of; those that end first are left out
	IndexAgain       time.Duration = 7 * day          // after which it is asked once more whether it has a profile
	IndexRead        int           = 20               // pages read for a region at once
	IndexReadTime    time.Duration = 20 * time.Second // reading one for a steward who waits for the page; below WriteTimeout
	IndexKept        time.Duration = 30 * day         // what was taken back, for a steward to see
	UnclaimedBody    int64         = 2 << 20          // a form with a table of co-ops
	UnclaimedPerPage int           = 50
)

// The map.
const (
	OutlineBody    int64         = 600 << 10 // a form with an outline of 256 KiB, percent-encoded or uploaded
	TileBytes      int64         = 256 << 10 // of one picture behind the map; common ones have 10 to 50 KB
	TileCacheBytes int64         = 8 << 20
	TileKept       time.Duration = 7 * day // as long as OpenStreetMap's policy asks for at least
	TilesPerMinute int           = 300     // fetched for all readers together; a map shows 12
)

// People.
const (
	PasswordMin      int           = 12
	PasswordMax      int           = 128
	Argon2Memory     uint32        = 64 << 10 // KiB; the OWASP floor is 19 MiB with t=2
	Argon2Time       uint32        = 3
	Argon2Threads    uint8         = 1
	Argon2Salt       int           = 16
	Argon2Tag        uint32        = 32
	Argon2AtOnce     int           = 2 // 128 MiB at worst
	LoginsPerAccount int           = 5 // per LoginWindow
	LoginsPerAddress int           = 20
	LoginWindow      time.Duration = 15 * time.Minute
	FreshLogin       time.Duration = 15 * time.Minute // how long after signing in a passkey may be added or an account deleted
	SessionIdle      time.Duration = 14 * day
	SessionAge       time.Duration = 90 * day
	TokenBytes       int           = 16 // invitations, resets, exports: 128 bits
	PasskeysPerUser  int           = 10
)

// Pictures, refused by their header before they are decoded.
const (
	ImagePixels   int           = 24_000_000 // a 109 KB PNG can decode to 3.4 GB
	ImageFrames   int           = 60
	ImageDecoders int           = 2 // at once
	ImageTime     time.Duration = 5 * time.Second
)

// The machine.
const (
	CommitGroup     int   = 64 // writes that share one fsync
	WALAlarm        int64 = 64 << 20
	DiskLowPercent  int   = 5 // uploads are refused
	DiskLowBytes    int64 = 512 << 20
	DiskFullPercent int   = 2 // read-only; the inbox answers 503
)

// The store.
const (
	WriteWait         time.Duration = 10 * time.Second // a write that did not get its turn is given back
	StoreIdle         time.Duration = 5 * time.Second  // without a write, after which the search index is tidied
	SQLiteBusy        time.Duration = 5 * time.Second  // waiting for another process, such as a command beside the server
	SQLiteReaders     int           = 4                // connections that only read
	PostgresConns     int           = 20               // of one process; PostgreSQL allows 100 in all unless told otherwise
	PostgresStatement time.Duration = 15 * time.Second // longest statement or transaction
	PostgresLock      time.Duration = 5 * time.Second  // waiting for a row another transaction holds
	PostgresTries     int           = 5                // of a transaction that lost a race
	SearchWords       int           = 12               // words of one search; the rest is ignored
	SearchWordRunes   int           = 64               // of one word, longer ones are cut, in the index too
	SearchIndexWords  int           = 3000             // of one listing
	ProtocolWords     int           = 4000             // of one protocol that the search knows; so many of the longest fit into PostgreSQL's index
	SearchPrefix      int           = 4                // letters from which the last word may be a beginning
	WholeWord         int           = 100              // listings with the last word as it stands from which it is a whole one
	BestOf            int           = 2000             // more matches than this are listed newest first instead of best first
	RegionNamed       int           = 64               // co-ops of a region that one search names, whatever they have
	RegionHomes       int           = 1024             // co-ops that one names that have little
	RegionListings    int           = 4000             // how much that is; a region with more is gone through in the order of the list
	RegionLarge       time.Duration = time.Minute      // for which it is remembered that a region has more
	SearchCells       int           = 16               // cells of the map that one search names; rows are measured one by one
	PhotoQuota        int64         = 5 << 30          // bytes of all kept pictures
	PhotoOrphan       time.Duration = day              // a picture on no listing is removed
)

// DeliverySchedule lists the waits before the first, second, … try; the last repeats until DeliveryWindow is over. They
// are upper bounds: the worker takes at random a wait from the upper half of each, so that peers back from an outage are not
// hit by all at once.
func DeliverySchedule() []time.Duration {
	return []time.Duration{0, time.Minute, 5 * time.Minute, 15 * time.Minute, time.Hour, 3 * time.Hour, 6 * time.Hour, 12 * time.Hour, day}
}

// LetterSchedule lists the waits before the second, third, … try to send a mail; the last repeats.
func LetterSchedule() []time.Duration {
	return []time.Duration{time.Minute, 5 * time.Minute, 15 * time.Minute, time.Hour, 3 * time.Hour, 6 * time.Hour}
}
