package federation

import (
	"strings"

	"toadlane/coop"
	"toadlane/handbook"
)

// Addresses are where our actors, objects and collections live. They are permanent: peers keep them.
type Addresses struct{ Base coop.IRI }

// Coop is the co-op's actor.
func (a Addresses) Coop() coop.IRI { return a.Base + "/actor" }

// Instance is the server's own actor, which signs fetches and is served to unsigned ones (FEP-2677, FEP-d556).
func (a Addresses) Instance() coop.IRI { return a.Base + "/instance" }

// Member is the actor of a member who agreed to be named.
func (a Addresses) Member(handle string) coop.IRI { return a.Base + "/m/" + coop.IRI(handle) }

// Region is the account of a region that is hosted here.
func (a Addresses) Region(slug string) coop.IRI { return a.Base + "/r/" + coop.IRI(slug) }

// SharedInbox takes what is meant for any of our actors.
func (a Addresses) SharedInbox() coop.IRI { return a.Base + "/inbox" }

// Listing is one of our offers or wants; its page has the same address.
func (a Addresses) Listing(id coop.ID) coop.IRI { return a.Base + "/listings/" + coop.IRI(id) }

// Note is one of our messages.
func (a Addresses) Note(id coop.ID) coop.IRI { return a.Base + "/n/" + coop.IRI(id) }

// Activity is something we told.
func (a Addresses) Activity(id coop.ID) coop.IRI { return a.Base + "/a/" + coop.IRI(id) }

// Photo is a picture of ours in its largest size.
func (a Addresses) Photo(id coop.ID) coop.IRI { return a.Base + "/photos/" + coop.IRI(id) + "/large" }

// Of gives a part of an actor: "inbox", "outbox", "followers", "following", "offers", "wants", "members", "handbook", "agreements", "featured"; of a
// region's "members", "moderators", "charters", "words", "featured".
func (a Addresses) Of(actor coop.IRI, part string) coop.IRI { return actor + "/" + coop.IRI(part) }

// RSAKey and Ed25519Key are the ids of an actor's keys.
func (a Addresses) RSAKey(actor coop.IRI) coop.IRI     { return actor + "#main-key" }
func (a Addresses) Ed25519Key(actor coop.IRI) coop.IRI { return actor + "#ed25519-key" }

// protocol finds the slug of one of our pages in its address, "" when it is none.
func (a Addresses) protocol(iri coop.IRI) string {
	slug, ok := strings.CutPrefix(string(iri), string(a.Base)+"/h/")
	if !ok || !handbook.ValidSlug(slug) {
		return ""
	}
	return slug
}

// memberHandle finds the handle in a member's actor address, "" when it is none.
func (a Addresses) memberHandle(iri coop.IRI) string {
	h, ok := strings.CutPrefix(string(iri), string(a.Base)+"/m/")
	if !ok || !coop.ValidHandle(h) {
		return ""
	}
	return h
}

// regionSlug finds the slug in the address of a region's account, "" when it is none.
func (a Addresses) regionSlug(iri coop.IRI) string {
	s, ok := strings.CutPrefix(string(iri), string(a.Base)+"/r/")
	if !ok || !coop.ValidSlug(s, coop.MaxHandle) {
		return ""
	}
	return s
}

// id finds the id behind one of our addresses of a kind: "listings", "n", "a". "" when it is none.
func (a Addresses) id(kind string, iri coop.IRI) coop.ID {
	s, ok := strings.CutPrefix(string(iri.Document()), string(a.Base)+"/"+kind+"/")
	if !ok {
		return ""
	}
	id, err := coop.ParseID(s)
	if err != nil {
		return ""
	}
	return id
}
