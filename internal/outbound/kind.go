package outbound

import (
	"mime"
	"slices"
	"strings"
	"time"

	"toadlane/internal/limits"
)

// Kind says what is asked for. Every request has one, so that a rule can neither be forgotten for one of them nor
// checked in one test only: tests go through Kinds.
type Kind uint8

// The kinds of request. The first five are ActivityPub documents.
const (
	KindActor      Kind = iota + 1
	KindObject          // listings, notes, activities
	KindCollection      // collections and their pages
	KindKey             // key documents, also when they are actors
	KindRevision        // pages of a handbook and their texts, whole
	KindWebFinger       // RFC 7033
	KindHostMeta        // RFC 6415
	KindNodeInfo        // the well-known list and the documents it names
	KindMedia           // pictures
	KindTile            // pictures behind the map, of a server that a steward chose
	KindIndex           // a Murmurations index, which a steward chose; Call asks it too
	KindDelivery        // POST of an activity; made by Post
)

const activityJSON = "application/activity+json"
const as2Profile = "https://www.w3.org/ns/activitystreams"

// rule is how one kind is asked for.
type rule struct {
	name     string
	accept   string
	takes    func(contentType string) bool
	document bool // an ActivityPub document: one origin, may be signed
	body     int64
	strings  int // bytes of one string of a document, 0 for limits.JSONString
	timeout  time.Duration
	hops     int
}

var rules = func() [KindDelivery + 1]rule {
	document := rule{
		accept: activityJSON + `, application/ld+json; profile="` + as2Profile + `"`, takes: IsActivity,
		document: true, body: limits.DocumentBytes, timeout: limits.FetchTimeout, hops: limits.Redirects,
	}
	discovery := rule{body: limits.DiscoveryBytes, timeout: limits.FetchTimeout, hops: limits.Redirects}
	var out [KindDelivery + 1]rule
	set := func(k Kind, name string, r rule) {
		r.name = name
		out[k] = r
	}
	set(KindActor, "actor", document)
	set(KindObject, "object", document)
	set(KindCollection, "collection", document)
	set(KindKey, "key", document)
	document.body, document.strings = limits.RevisionBytes, limits.RevisionString
	set(KindRevision, "revision", document)
	discovery.accept, discovery.takes = "application/jrd+json, application/json", mediaTypes("application/jrd+json", "application/json")
	set(KindWebFinger, "webfinger", discovery)
	discovery.accept, discovery.takes = "application/xrd+xml", mediaTypes("application/xrd+xml", "application/xml", "text/xml")
	set(KindHostMeta, "host-meta", discovery)
	discovery.accept, discovery.takes = "application/json", mediaTypes("application/json", "application/jrd+json")
	set(KindNodeInfo, "nodeinfo", discovery)
	set(KindMedia, "media", rule{
		accept: "image/jpeg, image/png, image/webp, image/gif", takes: mediaTypes("image/jpeg", "image/png", "image/webp", "image/gif"),
		body: limits.MediaBytes, timeout: limits.MediaTimeout, hops: limits.Redirects,
	})
	set(KindTile, "tile", rule{
		accept: "image/png, image/webp, image/jpeg", takes: mediaTypes("image/jpeg", "image/png", "image/webp"),
		body: limits.TileBytes, timeout: limits.FetchTimeout, hops: limits.Redirects,
	})
	discovery.body, discovery.takes = limits.IndexBytes, mediaTypes("application/json")
	set(KindIndex, "index", discovery)
	set(KindDelivery, "delivery", rule{body: limits.DeliveryAnswerBytes, timeout: limits.DeliveryTimeout})
	return out
}()

// Kinds lists all kinds.
func Kinds() []Kind {
	var out []Kind
	for k := KindActor; k <= KindDelivery; k++ {
		out = append(out, k)
	}
	return out
}

// String names the kind for logs and errors.
func (k Kind) String() string {
	if k < KindActor || k > KindDelivery {
		return "unknown"
	}
	return rules[k].name
}

// IsActivity tells whether a content type is that of an ActivityPub document: application/activity+json, or
// application/ld+json with the ActivityStreams profile (ActivityPub §3.2). Anything else, ld+json without the profile too,
// may be a file that somebody uploaded to a server of others (Mastodon's GHSA-jhrq-qvrm-qr36).
func IsActivity(contentType string) bool {
	t, params, err := mime.ParseMediaType(contentType)
	if err != nil {
		return false
	}
	return t == activityJSON || t == "application/ld+json" && slices.Contains(strings.Fields(params["profile"]), as2Profile)
}

func mediaTypes(allowed ...string) func(string) bool {
	return func(contentType string) bool {
		t, _, err := mime.ParseMediaType(contentType)
		return err == nil && slices.Contains(allowed, t)
	}
}
