package limits

import (
	"fmt"
	"strings"
	"time"
)

// Row is one limit as `toadlane limits` prints it. Unit is "" where the value carries its own, as "10s" does.
type Row struct {
	Name, Value, Unit, Why string
}

// Table lists every limit in the order of the source. A test keeps it complete.
func Table() []Row {
	return []Row{
		row("ReadHeaderTimeout", ReadHeaderTimeout, "", "a slow header holds a connection and nothing else"),
		row("ReadTimeout", ReadTimeout, "", "whole request; upload routes extend their own deadline"),
		row("WriteTimeout", WriteTimeout, "", "an answer nobody reads is dropped"),
		row("IdleTimeout", IdleTimeout, "", "longer than the 60 s most peers keep a connection"),
		row("RequestHeaderBytes", RequestHeaderBytes, "bytes", "largest request header"),
		row("Connections", Connections, "connections", "open at once"),
		row("ConnectionsPerIP", ConnectionsPerIP, "connections", "open at once from one address"),
		row("StreamsPerConn", StreamsPerConn, "streams", "HTTP/2 streams; bounds rapid reset"),
		row("ShutdownGrace", ShutdownGrace, "", "for requests under way when the server is told to stop"),
		row("SearchTime", SearchTime, "", "statement deadline of a search; past it we answer 503"),
		row("UploadTime", UploadTime, "", "deadline an upload route sets for itself"),
		row("PageCacheBytes", PageCacheBytes, "bytes", "anonymous pages kept as bytes"),
		row("StaleAfter", StaleAfter, "", "a neighbour's listing that its home has not confirmed for so long says so"),
		row("PageCacheAge", PageCacheAge, "", "how long what another process changed may stay unseen on them"),

		row("InboxBody", InboxBody, "bytes", "Misskey sends up to 64 KiB, Mastodon takes up to 1 MiB; never above 1 MiB"),
		row("FormBody", FormBody, "bytes", "largest form"),
		row("UploadBody", UploadBody, "bytes", "largest upload, streamed"),

		row("FolderPages", FolderPages, "pages", "taken from one folder into the handbook"),
		row("FolderCommits", FolderCommits, "commits", "of the history that comes with it"),
		row("FrontMatter", FrontMatter, "bytes", "settings above a page of a folder"),

		row("JSONDepth", JSONDepth, "levels", "nesting; Go goes down 10 000 levels"),
		row("JSONArray", JSONArray, "elements", "elements of one array"),
		row("JSONMembers", JSONMembers, "members", "members of one object; inline contexts are the largest and stay far below"),
		row("JSONString", JSONString, "bytes", "one string"),
		row("JSONNumberBytes", JSONNumberBytes, "bytes", "literal of one number"),
		row("JSONExponent", JSONExponent, "", "what a double can hold; above it readers disagree on the value"),

		row("Recipients", Recipients, "addresses", "to, cc, bto, bcc and audience together"),
		row("Tags", Tags, "tags", "hashtags, mentions and emoji of one object"),
		row("Attachments", Attachments, "attachments", "of one object"),
		row("Languages", Languages, "languages", "of one text"),
		row("NameRunes", NameRunes, "characters", "names and titles"),
		row("IRIBytes", IRIBytes, "bytes", "longest address"),
		row("SummaryRunes", SummaryRunes, "characters", "what an actor says of itself, as HTML"),
		row("ReportRunes", ReportRunes, "characters", "the reason of a report or a refusal"),

		row("ActivityBytes", ActivityBytes, "bytes", "the most we send in one activity; Misskey's inbox takes 64 KiB"),

		row("Redirects", Redirects, "hops", "hops after the first request; a delivery follows none"),
		row("FetchesPerInbound", FetchesPerInbound, "requests", "requests caused by one activity, redirects counted"),
		row("NewActorsPerDomain", NewActorsPerDomain, "per hour", "per registrable domain and hour"),
		row("CollectionPages", CollectionPages, "pages", "pages read of one collection in one visit"),
		row("CollectionItems", CollectionItems, "items", "items read of one collection in one visit"),
		row("CollectionVisits", CollectionVisits, "visits", "after that many the rest of a collection is left"),
		row("CollectionGoesOn", CollectionGoesOn, "", "between two visits to a collection that is longer than a visit"),
		row("FetchTimeout", FetchTimeout, "", "whole request with redirects and body"),
		row("MediaTimeout", MediaTimeout, "", "whole picture"),
		row("DeliveryTimeout", DeliveryTimeout, "", "whole delivery"),
		row("DialTimeout", DialTimeout, "", "connecting"),
		row("TLSHandshakeTimeout", TLSHandshakeTimeout, "", "agreeing on keys"),
		row("ResponseHeaderTimeout", ResponseHeaderTimeout, "", "waiting for the first answer"),
		row("ResponseHeaderBytes", ResponseHeaderBytes, "bytes", "largest header of an answer"),
		row("DocumentBytes", DocumentBytes, "bytes", "a fetched ActivityPub document; the same as what may be posted to us"),
		row("DiscoveryBytes", DiscoveryBytes, "bytes", "WebFinger, host-meta, NodeInfo"),
		row("MediaBytes", MediaBytes, "bytes", "largest picture from elsewhere"),
		row("DeliveryAnswerBytes", DeliveryAnswerBytes, "bytes", "read of the answer to a delivery, so that the connection can be used again"),
		row("ConnsPerHost", ConnsPerHost, "connections", "open at once to one host"),
		row("IdleConns", IdleConns, "connections", "hundreds of hosts stay warm; an idle connection costs about 20 KB"),
		row("IdleConnsPerHost", IdleConnsPerHost, "connections", "as many as a healthy lane uses"),
		row("IdleConnTimeout", IdleConnTimeout, "", "an unused connection is closed"),
		row("NegativeCache", NegativeCache, "", "an actor or key that could not be fetched is not asked for again"),
		row("ActorFresh", ActorFresh, "", "a known actor is fetched again after this"),

		row("RevisionBytes", RevisionBytes, "bytes", "the document of one text of a handbook"),
		row("RevisionString", RevisionString, "bytes", "one string in it"),
		row("HandbookPages", HandbookPages, "pages", "of a handbook, kept of one co-op"),
		row("HandbookParts", HandbookParts, "parts", "read of the list of a handbook's pages"),
		row("HandbookFetches", HandbookFetches, "requests", "of one reading of a handbook; the next goes on"),
		row("HistoryAtOnce", HistoryAtOnce, "texts", "fetched in one go to find what one has in common with ours"),
		row("HistoryTime", HistoryTime, "", "fetching texts in one go"),
		row("UsesPerDomain", UsesPerDomain, "adoptions", "of one page that the co-ops of one registrable domain may tell of"),
		row("OffersPerDomain", OffersPerDomain, "offers", "changes to one page that may wait of one registrable domain"),
		row("RegionLines", RegionLines, "lines", "of the list with which a charter begins, in one page of it"),
		row("ChartersShared", ChartersShared, "bytes", "of charters and signatures that are told in one activity"),
		row("LookTime", LookTime, "", "reading who takes part in a region that a steward looks at"),
		row("ListPages", ListPages, "pages", "read of one such list"),
		row("RegionStale", RegionStale, "", "not heard of for longer, a co-op is shown in no region"),
		row("ProtocolEvery", ProtocolEvery, "", "between what followers are told of one page"),

		row("RegionCharter", RegionCharter, "bytes", "one charter of a region"),
		row("RegionArea", RegionArea, "bytes", "the outline or the places of a region"),
		row("RegionAreas", RegionAreas, "areas", "of one region read in one visit"),
		row("RegionWord", RegionWord, "bytes", "one word on who takes part in a region, with its proof"),
		row("RegionVote", RegionVote, "bytes", "one yes of a council co-op to one that asks, with its proof; a host's word may carry fifteen beside its own bytes"),
		row("RegionPart", RegionPart, "co-ops", "on one page of a region's words"),
		row("RegionPages", RegionPages, "pages", "read of a region's words at a time"),
		row("CharterPages", CharterPages, "pages", "read of a region's charters"),
		row("RegionsAtOnce", RegionsAtOnce, "regions", "read at the same time"),
		row("RegionTime", RegionTime, "", "one reading of a region, whatever its pages take"),
		row("RegionMirrors", RegionMirrors, "co-ops", "of a region asked for its words when its host does not answer"),
		row("RegionChecks", RegionChecks, "co-ops", "of one region that are asked in one visit whether they take part"),
		row("AsksPerDomain", AsksPerDomain, "co-ops", "of one registrable domain that may wait for a region's answer"),
		row("RegionInvites", RegionInvites, "invitations", "into regions, from strangers, that wait"),
		row("InvitesDomain", InvitesDomain, "invitations", "of them from one registrable domain"),
		row("RefusedFor", RefusedFor, "", "after which a co-op of a region that refused to be followed is asked again"),
		row("AnnounceEvery", AnnounceEvery, "", "between two looks at what a region announces"),
		row("SoftwareFresh", SoftwareFresh, "", "after which a server whose people follow a region is asked again what it runs"),
		row("FlagObjects", FlagObjects, "objects", "of one complaint that are kept and passed on"),
		row("WordsAfterLeft", WordsAfterLeft, "", "for how long it is told that a co-op takes part in a region no more"),
		row("RegionKept", RegionKept, "", "what was counted and drawn of a region is shown again"),
		row("RegionPlaces", RegionPlaces, "listings", "that the map of a region looks at, the newest"),
		row("RegionDump", RegionDump, "listings", "in one part of a region's data"),

		row("ClockAhead", ClockAhead, "", "how far a signature may lie in our future"),
		row("ClockBehind", ClockBehind, "", "and in our past: Mastodon's Date is good for about 65 minutes"),
		row("KeysPerActor", KeysPerActor, "keys", "keys of one actor that are looked at"),
		row("KeyRefetchEvery", KeyRefetchEvery, "", "one look at a changed key, however many bad signatures come"),
		row("RSABitsMin", RSABitsMin, "bits", "shorter keys are refused"),
		row("RSABitsMax", RSABitsMax, "bits", "verifying time grows with the square of the length"),
		row("RSAExponentMin", RSAExponentMin, "", "what everybody uses; FIPS 186-5 §A.1.1 wants more than 2^16"),
		row("PublicKeyPEMBytes", PublicKeyPEMBytes, "bytes", "an RSA-4096 key takes 800"),
		row("SignatureHeaderBytes", SignatureHeaderBytes, "bytes", "longest Signature or Signature-Input header"),
		row("SignatureParams", SignatureParams, "parameters", "of one signature"),
		row("SignatureComponents", SignatureComponents, "headers", "headers or components one signature covers"),
		row("SignatureLabels", SignatureLabels, "signatures", "signatures of RFC 9421 in one request"),
		row("DigestHeaderBytes", DigestHeaderBytes, "bytes", "longest Digest or Content-Digest header"),
		row("DigestAlgorithms", DigestAlgorithms, "digests", "digests in one such header"),
		row("ProofDocumentBytes", ProofDocumentBytes, "bytes", "a document whose FEP-8b32 proof is made or checked"),

		row("PeerPerMinute", PeerPerMinute, "per minute", "activities, steady"),
		row("PeerBurst", PeerBurst, "activities", "activities at once from one domain"),
		row("PeerBytesPerHour", PeerBytesPerHour, "bytes", "stored"),
		row("HostsRemembered", HostsRemembered, "hosts", "state of other hosts; the oldest is dropped"),
		row("HostMemory", HostMemory, "", "state of a host nobody has heard of since"),
		row("ParkedPerPeer", ParkedPerPeer, "activities", "activities that wait for what they speak of"),
		row("ParkedFor", ParkedFor, "", "how long they wait"),
		row("PoisonTries", PoisonTries, "tries", "identical internal errors before an activity is set aside"),
		row("InboundKept", InboundKept, "", "raw activities"),
		row("RejectedKept", RejectedKept, "", "refused activities, for a steward to see"),
		row("DeliveriesKept", DeliveriesKept, "", "after they are done"),
		row("UntouchedPostKept", UntouchedPostKept, "", "remote posts nobody answered or liked"),
		row("RemoteMediaKept", RemoteMediaKept, "", "cached pictures of others"),
		row("RemoteMediaBytes", RemoteMediaBytes, "bytes", "all cached pictures of others; those not looked at for longest go first"),
		row("AuditKept", AuditKept, "", "what stewards did"),

		row("DeliveryWindow", DeliveryWindow, "", "a peer may be away for two weeks and miss nothing"),
		row("DeliveryLease", DeliveryLease, "", "a delivery whose worker died is taken up again"),
		row("DeliveryHosts", DeliveryHosts, "hosts", "hosts spoken to at once"),
		row("LaneHealthy", LaneHealthy, "deliveries", "in flight to a host that answers"),
		row("LaneFailing", LaneFailing, "deliveries", "in flight to a host that does not answer"),
		row("RetryAfterMax", RetryAfterMax, "", "longest Retry-After we obey"),
		row("RefusedTries", RefusedTries, "tries", "tries over a day after 400, 401 or 403"),
		row("GoneAfter", GoneAfter, "", "404 or 410 twice over this drops the follower"),
		row("BreakerOpens", BreakerOpens, "failures", "failures in a row"),
		row("BreakerProbeFirst", BreakerProbeFirst, "", "first try of a host the breaker holds"),
		row("BreakerProbeSecond", BreakerProbeSecond, "", "second try"),
		row("BreakerProbe", BreakerProbe, "", "every later one"),
		row("DialsPerSecond", DialsPerSecond, "per second", "to hosts that are failing: no dial storm when a network is down"),
		row("SchemeRelearn", SchemeRelearn, "", "a host that refused our Ed25519 signature is given another"),

		row("EventLease", EventLease, "", "an event whose worker died is told again"),
		row("InboundLease", InboundLease, "", "an activity whose worker died is applied again; longer than all its fetches"),
		row("InboundAtOnce", InboundAtOnce, "activities", "applied at once: their transactions share commits"),
		row("PullEvery", PullEvery, "", "a peer's collections are read although nothing was pushed"),
		row("PullAtOnce", PullAtOnce, "peers", "read at the same time"),
		row("Turn", Turn, "", "after which another process reads a peer or a region that one began to read that died"),
		row("PullTimeout", PullTimeout, "", "one read of a peer, whatever its pages take"),
		row("BlocksFresh", BlocksFresh, "", "how long another process's new block may go unnoticed"),
		row("PeersFresh", PeersFresh, "", "how long another process's new follow may go unnoticed"),
		row("PeerKeysKept", PeerKeysKept, "keys", "keys of peers in memory; about 600 bytes each"),

		row("LetterLease", LetterLease, "", "a mail whose worker died is tried again"),
		row("LettersAtOnce", LettersAtOnce, "connections", "to the mail server"),
		row("LettersKept", LettersKept, "", "after they are sent or given up"),
		row("MailTimeout", MailTimeout, "", "a whole conversation with the mail server"),
		row("LetterDelay", LetterDelay, "", "after which somebody is told of a message they have not read"),
		row("LetterTries", LetterTries, "tries", "of one mail, over a day and a half"),
		row("OutboxFiles", OutboxFiles, "files", "mails kept in the folder when there is no server; the oldest go"),
		row("MailIn", MailIn, "bytes", "largest mail that is read"),
		row("MailDepth", MailDepth, "levels", "nesting of parts in a mail that is read"),
		row("MailParts", MailParts, "parts", "of a mail that is read"),
		row("DigestItems", DigestItems, "lines", "in a digest"),
		row("MailExcerpt", MailExcerpt, "characters", "of what somebody wrote, in the mail that tells of it"),
		row("MailAnswersHour", MailAnswersHour, "per hour", "answers by mail of one party to one conversation"),

		row("AcceptBytes", AcceptBytes, "bytes", "read of an Accept header; browsers send about 130, peers 150"),
		row("SearchRunes", SearchRunes, "characters", "of what is searched for; the rest is cut"),
		row("SearchRadiusKm", SearchRadiusKm, "km", "as far as a search reaches around a place; further is everywhere"),
		row("ListingLanguages", ListingLanguages, "languages", "one listing can be written in"),
		row("CursorBytes", CursorBytes, "bytes", "of a cursor that is read"),

		row("GuestWindow", GuestWindow, "", "over which strangers' messages are counted"),
		row("GuestsPerNetwork", GuestsPerNetwork, "messages", "of guests from one network: a house, a café, a phone network's gate"),
		row("GuestsPerListing", GuestsPerListing, "messages", "first messages of guests about one listing"),
		row("GuestsPerAddress", GuestsPerAddress, "messages", "first messages from one e-mail address"),
		row("GuestsPerThread", GuestsPerThread, "messages", "further messages of one guest in one conversation"),
		row("LookupsPerNetwork", LookupsPerNetwork, "look-ups", "of a reader's own server, and by a member of what they brought home"),

		row("IndexBytes", IndexBytes, "bytes", "an answer of a Murmurations index"),
		row("IndexPerHour", IndexPerHour, "per hour", "requests to a Murmurations index by the worker"),
		row("IndexAtOnce", IndexAtOnce, "profiles", "whose turn comes at once"),
		row("IndexLease", IndexLease, "", "a profile whose worker died is sent again"),
		row("IndexAsk", IndexAsk, "", "from telling of a profile to asking what became of it"),
		row("IndexTries", IndexTries, "tries", "to tell an index of a profile, by LetterSchedule"),
		row("IndexLook", IndexLook, "", "how late it may be seen that a profile changed or has gone"),
		row("IndexProfiles", IndexProfiles, "profiles", "that an index is told of"),
		row("IndexAgain", IndexAgain, "", "an index is asked once more whether it has a profile"),
		row("IndexRead", IndexRead, "pages", "of an index read for a region at once"),
		row("IndexReadTime", IndexReadTime, "", "reading an index for a steward who waits for the page"),
		row("IndexKept", IndexKept, "", "rows of profiles that were taken back"),
		row("UnclaimedBody", UnclaimedBody, "bytes", "a form with a table of co-ops"),
		row("UnclaimedPerPage", UnclaimedPerPage, "entries", "on a page of a region's unclaimed co-ops"),

		row("OutlineBody", OutlineBody, "bytes", "form with the outline of the map"),
		row("TileBytes", TileBytes, "bytes", "one picture behind the map"),
		row("TileCacheBytes", TileCacheBytes, "bytes", "pictures behind the map that are kept"),
		row("TileKept", TileKept, "", "how long such a picture is kept"),
		row("TilesPerMinute", TilesPerMinute, "pictures", "fetched for all readers together; a map shows 12"),

		row("PasswordMin", PasswordMin, "characters", "characters"),
		row("PasswordMax", PasswordMax, "characters", "characters"),
		row("Argon2Memory", Argon2Memory, "KiB", "KiB; the OWASP floor is 19 MiB with t=2"),
		row("Argon2Time", Argon2Time, "passes", "passes"),
		row("Argon2Threads", Argon2Threads, "lanes", "lanes"),
		row("Argon2Salt", Argon2Salt, "bytes", "per password"),
		row("Argon2Tag", Argon2Tag, "bytes", "stored"),
		row("Argon2AtOnce", Argon2AtOnce, "passwords", "128 MiB at worst"),
		row("LoginsPerAccount", LoginsPerAccount, "tries", "per LoginWindow"),
		row("LoginsPerAddress", LoginsPerAddress, "tries", "per login window and /32 or /64"),
		row("FreshLogin", FreshLogin, "", "how long after signing in a passkey may be added or an account deleted"),
		row("LoginWindow", LoginWindow, "", "over which tries are counted"),
		row("SessionIdle", SessionIdle, "", "signed out when unused"),
		row("SessionAge", SessionAge, "", "signed out in any case"),
		row("TokenBytes", TokenBytes, "bytes", "invitations, resets, exports: 128 bits"),
		row("PasskeysPerUser", PasskeysPerUser, "passkeys", "of one person"),

		row("ImagePixels", ImagePixels, "pixels", "a 109 KB PNG can decode to 3.4 GB"),
		row("ImageFrames", ImageFrames, "frames", "of an animation"),
		row("ImageDecoders", ImageDecoders, "pictures", "at once"),
		row("ImageTime", ImageTime, "", "to decode one picture"),

		row("CommitGroup", CommitGroup, "writes", "writes that share one fsync"),
		row("WALAlarm", WALAlarm, "bytes", "the write-ahead log should never grow past this"),
		row("DiskLowPercent", DiskLowPercent, "% free", "uploads are refused"),
		row("DiskLowBytes", DiskLowBytes, "bytes", "uploads are refused"),
		row("DiskFullPercent", DiskFullPercent, "% free", "read-only; the inbox answers 503"),
		row("WriteWait", WriteWait, "", "a write that did not get its turn is given back"),
		row("StoreIdle", StoreIdle, "", "without a write, after which the search index is tidied"),
		row("SQLiteBusy", SQLiteBusy, "", "waiting for another process, such as a command beside the server"),
		row("SQLiteReaders", SQLiteReaders, "connections", "connections that only read"),
		row("PostgresConns", PostgresConns, "connections", "of one process; PostgreSQL allows 100 in all unless told otherwise"),
		row("PostgresStatement", PostgresStatement, "", "longest statement or transaction"),
		row("PostgresLock", PostgresLock, "", "waiting for a row another transaction holds"),
		row("PostgresTries", PostgresTries, "tries", "of a transaction that lost a race"),
		row("SearchWords", SearchWords, "words", "words of one search; the rest is ignored"),
		row("SearchWordRunes", SearchWordRunes, "characters", "of one word; longer ones are cut"),
		row("SearchIndexWords", SearchIndexWords, "words", "of one listing"),
		row("ProtocolWords", ProtocolWords, "words", "of one protocol that the search knows"),
		row("SearchPrefix", SearchPrefix, "letters", "from which the last word may be a beginning"),
		row("WholeWord", WholeWord, "listings", "with the last word as it stands, from which it is no beginning"),
		row("BestOf", BestOf, "listings", "more matches than this are listed newest first instead of best first"),
		row("RegionNamed", RegionNamed, "co-ops", "of a region that one search names, whatever they have"),
		row("RegionHomes", RegionHomes, "co-ops", "that one names that have little"),
		row("RegionListings", RegionListings, "listings", "how much that is; a region with more is gone through in the order of the list"),
		row("RegionLarge", RegionLarge, "", "for which it is remembered that a region has more"),
		row("SearchCells", SearchCells, "cells", "cells of the map that one search names; rows are then measured one by one"),
		row("PhotoQuota", PhotoQuota, "bytes", "all kept pictures"),
		row("PhotoOrphan", PhotoOrphan, "", "a picture on no listing is removed"),

		row("DeliverySchedule", schedule(DeliverySchedule()), "", "longest waits before each try; the last repeats"),
	}
}

func row(name string, value any, unit, why string) Row {
	if d, ok := value.(time.Duration); ok {
		value = short(d)
	}
	return Row{Name: name, Value: fmt.Sprint(value), Unit: unit, Why: why}
}

// short writes a duration in its largest whole unit: "14d", "90s", "1h".
func short(d time.Duration) string {
	for _, u := range []struct {
		of   time.Duration
		name string
	}{{day, "d"}, {time.Hour, "h"}, {time.Minute, "m"}, {time.Second, "s"}} {
		if d >= u.of && d%u.of == 0 {
			return fmt.Sprintf("%d%s", d/u.of, u.name)
		}
	}
	return d.String()
}

func schedule(ds []time.Duration) string {
	s := make([]string, len(ds))
	for i, d := range ds {
		s[i] = short(d)
	}
	return strings.Join(s, " ")
}
