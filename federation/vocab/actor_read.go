package vocab

import (
	"crypto"
	"crypto/x509"
	"strings"

	"toadlane/coop"
	"toadlane/federation/queue"
	"toadlane/federation/sig"
	"toadlane/internal/limits"
	"toadlane/internal/strictjson"
)

// actorTypes are what acts in ActivityStreams.
var actorTypes = []string{"Person", "Organization", "Group", "Service", "Application"}

// DecodeActor reads a remote actor. Its parts and keys count only where they lie on its own origin; a shared inbox elsewhere
// is left out, so that the personal one is used. A stub without an inbox, as servers give to strangers beside a key, is
// taken: Inbox is "". Errors: Invalid for what is no actor; Gone for a tombstone.
func DecodeActor(o strictjson.Object) (queue.Actor, error) {
	var a queue.Actor
	var ok bool
	if a.IRI, ok = o.ID(); !ok {
		return a, invalid("actor with the id %.100s", o.RawOf("id"))
	}
	if o.Is("Tombstone") {
		return a, coop.Errorf(coop.Gone, "peer.gone", "actor %s is gone", a.IRI)
	}
	for _, t := range actorTypes {
		if o.Is(t) {
			a.Type = t
			break
		}
	}
	if a.Type == "" {
		return a, invalid("%s is a %.100s, no actor", a.IRI, o.RawOf("type"))
	}
	if name := line(o.Str("preferredUsername"), limits.NameRunes); name != "" && !strings.ContainsAny(name, "@/ ") {
		a.Handle = "@" + name + "@" + a.IRI.Host()
	}
	a.Name = line(o.Str("name"), limits.NameRunes)
	if a.Name == "" {
		if names := texts(o, "nameMap", func(s string) string { return line(s, limits.NameRunes) }); len(names) > 0 {
			a.Name, _ = names.In("en")
		}
	}
	a.Summary = SanitiseHTML(cut(o.Str("summary"), limits.SummaryRunes))
	if a.URL = page(o, "url"); a.URL == "" {
		a.URL = string(a.IRI)
	}
	a.Inbox = owned(o, "inbox", a.IRI)
	a.Outbox = owned(o, "outbox", a.IRI)
	a.Followers = owned(o, "followers", a.IRI)
	a.Offers = owned(o, "offers", a.IRI)
	a.Wants = owned(o, "wants", a.IRI)
	if a.Wants == "" {
		a.Wants = owned(o, "requests", a.IRI) // Epicyon
	}
	a.SharedInbox = owned(o.Object("endpoints"), "sharedInbox", a.IRI)
	if a.SharedInbox == "" {
		a.SharedInbox = owned(o, "sharedInbox", a.IRI)
	}
	a.MovedTo, _ = o.IRI("movedTo")
	for _, v := range o.List("icon") {
		if a.Icon = picture(v); a.Icon != "" {
			break
		}
	}
	a.Place = placeName(o)
	a.Keys = decodeKeys(o, a.IRI)
	return a, nil
}

func placeName(o strictjson.Object) string {
	for _, v := range o.List("location") {
		s := v.Str()
		if p, ok := v.Object(); ok {
			s = p.Str("name")
		}
		if s = line(s, limits.NameRunes); s != "" {
			return s
		}
	}
	return ""
}

// decodeKeys reads publicKey (one or several) and the Multikeys of assertionMethod (FEP-521a). Keys that are somebody else's,
// of another origin, malformed or too many are left out.
func decodeKeys(o strictjson.Object, owner coop.IRI) []queue.Key {
	var out []queue.Key
	add := func(k strictjson.Object, ownerName string, parse func() (crypto.PublicKey, error)) {
		id, ok := k.ID()
		if !ok || !coop.SameOrigin(id, owner) || len(out) >= limits.KeysPerActor {
			return
		}
		if k.Has(ownerName) {
			if named, ok := k.IRI(ownerName); !ok || named != owner {
				return
			}
		}
		for _, known := range out {
			if known.ID == id {
				return
			}
		}
		public, err := parse()
		if err != nil {
			return
		}
		der, err := x509.MarshalPKIXPublicKey(public)
		if err != nil {
			return
		}
		out = append(out, queue.Key{ID: id, Owner: owner, Public: der})
	}
	for _, k := range o.Objects("publicKey") {
		add(k, "owner", func() (crypto.PublicKey, error) { return sig.ParsePublicKeyPEM(k.Str("publicKeyPem")) })
	}
	for _, k := range o.Objects("assertionMethod") {
		if k.Has("type") && !k.Is("Multikey") {
			continue
		}
		add(k, "controller", func() (crypto.PublicKey, error) { return sig.ParseMultikey(k.Str("publicKeyMultibase")) })
	}
	return out
}
