package vocab

import "strings"

// The contexts are written out inline and never fetched: several servers fail on one they cannot download, and most never
// process them. They are frozen: a later change breaks proofs that were made over them.

// Own is our namespace, the prefix tl: of our contexts.
const Own = "https://w3id.org/toad-lane/ns#"

// PlainContext is that of activities that hold nothing but ActivityStreams.
var PlainContext = Raw(`"https://www.w3.org/ns/activitystreams"`)

// NoteContext is that of messages and other plain documents that carry a proof (FEP-8b32).
var NoteContext = Raw(`["https://www.w3.org/ns/activitystreams","https://w3id.org/security/data-integrity/v1"]`)

// ListingContext is that of offers and wants. resourceConformsTo and satisfies are typed @id, without which Fedify 2.3.6
// throws on FEP-0837's own examples; hasUnit and hasNumericalValue stay in om2: where the FEP has them.
var ListingContext = squeeze(`[
 "https://www.w3.org/ns/activitystreams",
 "https://w3id.org/security/data-integrity/v1",
 {
  "Hashtag": "as:Hashtag",
  "sensitive": "as:sensitive",
  "toot": "http://joinmastodon.org/ns#",
  "blurhash": "toot:blurhash",
  "focalPoint": {"@id": "toot:focalPoint", "@container": "@list"},
  "vf": "https://w3id.org/valueflows/ont/vf#",
  "om2": "http://www.ontology-of-units-of-measure.org/resource/om-2/",
  "tl": "https://w3id.org/toad-lane/ns#",
  "Proposal": "vf:Proposal",
  "Intent": "vf:Intent",
  "Agreement": "vf:Agreement",
  "Commitment": "vf:Commitment",
  "purpose": "vf:purpose",
  "unitBased": "vf:unitBased",
  "publishes": "vf:publishes",
  "reciprocal": "vf:reciprocal",
  "action": "vf:action",
  "resourceConformsTo": {"@id": "vf:resourceConformsTo", "@type": "@id"},
  "resourceClassifiedAs": "vf:resourceClassifiedAs",
  "resourceQuantity": "vf:resourceQuantity",
  "availableQuantity": "vf:availableQuantity",
  "minimumQuantity": "vf:minimumQuantity",
  "hasUnit": "om2:hasUnit",
  "hasNumericalValue": "om2:hasNumericalValue",
  "finished": "vf:finished",
  "stipulates": "vf:stipulates",
  "stipulatesReciprocal": "vf:stipulatesReciprocal",
  "satisfies": {"@id": "vf:satisfies", "@type": "@id"},
  "status": "tl:status",
  "contact": {"@id": "tl:contact", "@type": "@id"},
  "kind": "tl:kind",
  "modes": "tl:modes",
  "stream": "tl:stream",
  "scope": "tl:scope",
  "category": "tl:category",
  "keywords": "tl:keywords",
  "maker": "tl:maker",
  "onBehalfOf": "tl:onBehalfOf",
  "outcome": "tl:outcome",
  "closedAt": "tl:closedAt",
  "medium": "tl:medium",
  "currency": "tl:currency",
  "amount": "tl:amount",
  "priceMin": "tl:priceMin",
  "priceMax": "tl:priceMax",
  "priceSuggested": "tl:priceSuggested",
  "priceLines": {"@id": "tl:priceLines", "@container": "@list"},
  "label": "tl:label",
  "gts": "https://gotosocial.org/ns#",
  "interactionPolicy": {"@id": "gts:interactionPolicy", "@type": "@id"},
  "canQuote": {"@id": "gts:canQuote", "@type": "@id"},
  "automaticApproval": {"@id": "gts:automaticApproval", "@type": "@id"}
 }
]`)

// HandbookContext is that of pages of a handbook, their revisions and adoptions, and of offers of a change. What a page says of itself beside
// ActivityStreams is ours: no other vocabulary has words for it.
var HandbookContext = squeeze(`[
 "https://www.w3.org/ns/activitystreams",
 "https://w3id.org/security/data-integrity/v1",
 {
  "Hashtag": "as:Hashtag",
  "schema": "https://schema.org/",
  "tl": "https://w3id.org/toad-lane/ns#",
  "latestRevision": {"@id": "tl:latestRevision", "@type": "@id"},
  "revisions": {"@id": "tl:revisions", "@type": "@id"},
  "revisionOf": {"@id": "tl:revisionOf", "@type": "@id"},
  "parents": {"@id": "tl:parents", "@type": "@id", "@container": "@set"},
  "forkedFrom": {"@id": "tl:forkedFrom", "@type": "@id"},
  "adopts": {"@id": "tl:adopts", "@type": "@id"},
  "license": "schema:license",
  "version": "tl:version",
  "kind": "tl:kind",
  "status": "tl:status",
  "circle": "tl:circle",
  "story": "tl:story",
  "changes": "tl:changes",
  "reviewBy": "tl:reviewBy",
  "reviewed": "tl:reviewed",
  "enacted": "tl:enacted",
  "decided": "tl:decided",
  "method": "tl:method",
  "day": "tl:day",
  "minutes": "tl:minutes",
  "manner": "tl:manner",
  "met": {"@id": "tl:met", "@container": "@set"},
  "checked": "tl:checked",
  "evidence": {"@id": "tl:evidence", "@type": "@id"}
 }
]`)

// ActorContext is that of actors. The schema prefix is Mastodon's, which lacks the slash: its servers compare it.
var ActorContext = squeeze(`[
 "https://www.w3.org/ns/activitystreams",
 "https://w3id.org/security/v1",
 "https://www.w3.org/ns/cid/v1",
 {
  "toot": "http://joinmastodon.org/ns#",
  "schema": "http://schema.org#",
  "tl": "https://w3id.org/toad-lane/ns#",
  "manuallyApprovesFollowers": "as:manuallyApprovesFollowers",
  "alsoKnownAs": {"@id": "as:alsoKnownAs", "@type": "@id"},
  "movedTo": {"@id": "as:movedTo", "@type": "@id"},
  "featured": {"@id": "toot:featured", "@type": "@id"},
  "featuredTags": {"@id": "toot:featuredTags", "@type": "@id"},
  "discoverable": "toot:discoverable",
  "indexable": "toot:indexable",
  "attributionDomains": {"@id": "toot:attributionDomains", "@type": "@id"},
  "PropertyValue": "schema:PropertyValue",
  "value": "schema:value",
  "webfinger": "https://purl.archive.org/socialweb/webfinger#webfinger",
  "implements": {"@id": "https://w3id.org/fep/844e/implements", "@type": "@id", "@container": "@list"},
  "offers": {"@id": "tl:offers", "@type": "@id"},
  "wants": {"@id": "tl:wants", "@type": "@id"},
  "members": {"@id": "tl:members", "@type": "@id"},
  "memberOf": {"@id": "tl:memberOf", "@type": "@id"},
  "regions": "tl:regions",
  "handbook": {"@id": "tl:handbook", "@type": "@id"},
  "agreements": {"@id": "tl:agreements", "@type": "@id"},
  "charters": {"@id": "tl:charters", "@type": "@id"},
  "words": {"@id": "tl:words", "@type": "@id"},
  "gts": "https://gotosocial.org/ns#",
  "interactionPolicy": {"@id": "gts:interactionPolicy", "@type": "@id"},
  "automaticApproval": {"@id": "gts:automaticApproval", "@type": "@id"},
  "canFeature": {"@id": "https://w3id.org/fep/7aa9#canFeature", "@type": "@id"}
 }
]`)

// MembersContext is that of the members collection.
var MembersContext = squeeze(`[
 "https://www.w3.org/ns/activitystreams",
 {
  "tl": "https://w3id.org/toad-lane/ns#",
  "membersOf": {"@id": "tl:membersOf", "@type": "@id"},
  "hiddenItems": "tl:hiddenItems"
 }
]`)

// AgreementsContext is that of how much worked out with whom.
var AgreementsContext = squeeze(`[
 "https://www.w3.org/ns/activitystreams",
 {
  "tl": "https://w3id.org/toad-lane/ns#",
  "count": "tl:count"
 }
]`)

// squeeze takes the white space out; no string of the contexts has any.
func squeeze(s string) Raw { return Raw(strings.NewReplacer(" ", "", "\n", "").Replace(s)) }

// RegionContext is that of the documents of a region. All of their words are ours.
var RegionContext = squeeze(`[
 "https://www.w3.org/ns/activitystreams",
 "https://w3id.org/security/data-integrity/v1",
 {
  "tl": "https://w3id.org/toad-lane/ns#",
  "RegionCharter": "tl:RegionCharter",
  "RegionEntry": "tl:RegionEntry",
  "RegionAdmission": "tl:RegionAdmission",
  "RegionMark": "tl:RegionMark",
  "RegionArea": "tl:RegionArea",
  "format": "tl:format",
  "region": "tl:region",
  "charter": "tl:charter",
  "version": "tl:version",
  "previous": "tl:previous",
  "attempt": "tl:attempt",
  "host": {"@id": "tl:host", "@type": "@id"},
  "hostKey": "tl:hostKey",
  "council": {"@id": "tl:council", "@container": "@list"},
  "coop": {"@id": "tl:coop", "@type": "@id"},
  "key": "tl:key",
  "need": "tl:need",
  "absence": "tl:absence",
  "root": "tl:root",
  "languages": {"@id": "tl:languages", "@container": "@set"},
  "area": "tl:area",
  "places": {"@id": "tl:places", "@container": "@list"},
  "outline": {"@id": "tl:outline", "@container": "@list"},
  "joining": "tl:joining",
  "expects": {"@id": "tl:expects", "@type": "@id", "@container": "@set"},
  "serial": "tl:serial",
  "nth": "tl:nth",
  "in": "tl:in",
  "left": "tl:left",
  "ties": {"@id": "tl:ties", "@container": "@set"},
  "relation": "tl:relation",
  "category": "tl:category",
  "shares": {"@id": "tl:shares", "@container": "@set"},
  "votes": {"@id": "tl:votes", "@container": "@set"}
 }
]`)

// RegionVoteContext is that of a vote. It is short, since a host's word carries several of them, each with its own twice.
var RegionVoteContext = squeeze(`[
 "https://www.w3.org/ns/activitystreams",
 "https://w3id.org/security/data-integrity/v1",
 {
  "tl": "https://w3id.org/toad-lane/ns#",
  "RegionVote": "tl:RegionVote",
  "format": "tl:format",
  "region": "tl:region",
  "charter": "tl:charter",
  "coop": {"@id": "tl:coop", "@type": "@id"},
  "serial": "tl:serial",
  "by": {"@id": "tl:by", "@type": "@id"}
 }
]`)

// RegionTalkContext is that of activities about who takes part in a region. The documents in them bring their own.
var RegionTalkContext = squeeze(`[
 "https://www.w3.org/ns/activitystreams",
 {
  "tl": "https://w3id.org/toad-lane/ns#",
  "entry": "tl:entry",
  "words": {"@id": "tl:words", "@container": "@list"},
  "papers": {"@id": "tl:papers", "@container": "@list"},
  "region": "tl:region"
 }
]`)
