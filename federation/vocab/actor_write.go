package vocab

import (
	"crypto/ed25519"
	"crypto/x509"
	"encoding/pem"
	"strconv"
	"strings"
	"time"

	as2 "github.com/go-fed/activity/streams/vocab"

	"toadlane/coop"
	"toadlane/federation/queue"
	"toadlane/federation/sig"
	"toadlane/federation/vocab/streams"
	"toadlane/region"
)

// actorThing is what go-fed's actor types can be told besides.
type actorThing interface {
	thing
	SetActivityStreamsPreferredUsername(as2.ActivityStreamsPreferredUsernameProperty)
	SetActivityStreamsInbox(as2.ActivityStreamsInboxProperty)
	SetActivityStreamsOutbox(as2.ActivityStreamsOutboxProperty)
	SetActivityStreamsFollowers(as2.ActivityStreamsFollowersProperty)
	SetActivityStreamsFollowing(as2.ActivityStreamsFollowingProperty)
}

// softwareName is what our actors say made them.
const softwareName = "Toad Lane"

// implements is what we tell peers we understand (FEP-844e).
var implements = []tree{
	{"type": "Link", "href": "https://w3id.org/fep/0837", "name": "FEP-0837: Federated Marketplace"},
	{"type": "Link", "href": "https://datatracker.ietf.org/doc/html/rfc9421", "name": "RFC-9421: HTTP Message Signatures"},
}

// Coop is the co-op's actor, an Organization: unlike Group no server takes it for a forum, unlike Service none for a bot.
// iconType is the media type of its picture, "" when it has none; regions are those that it takes part in: their accounts for
// readers, their ids because an account may be another tomorrow. Only the public point of
// its place is told.
func (w Writer) Coop(c coop.Coop, keys []queue.OwnKey, iconType string, regions []region.Region) ([]byte, error) {
	id := w.At.Coop()
	langs := w.order(c.Purpose)
	summary := ""
	if s, _ := c.Purpose.In(langs...); s != "" {
		summary = paragraphs(s)
	}
	t, err := w.actor(streams.NewActivityStreamsOrganization(), id, c.Handle,
		facts{Name: c.Name, Summary: summary, URL: w.base() + "/", Published: c.Created, Updated: changed(c.Updated, c.Created)}, keys)
	if err != nil {
		return nil, err
	}
	if len(langs) > 1 {
		all := coop.Text{}
		for _, l := range langs {
			all[l] = paragraphs(c.Purpose[l])
		}
		t["summaryMap"] = all
	}
	t["featured"] = w.At.Of(id, "featured")
	t["offers"] = w.At.Of(id, "offers")
	t["wants"] = w.At.Of(id, "wants")
	t["members"] = w.At.Of(id, "members")
	t["handbook"] = w.At.Of(id, "handbook")
	t["agreements"] = w.At.Of(id, "agreements")
	if len(regions) > 0 {
		var accounts []coop.IRI
		var ids []string
		for i := range regions {
			accounts, ids = append(accounts, regions[i].Charter.Host), append(ids, string(regions[i].ID))
		}
		t["memberOf"], t["regions"] = accounts, ids
	}
	t["manuallyApprovesFollowers"] = c.HoldFollows
	t["discoverable"], t["indexable"] = true, true
	if c.Picture != "" && iconType != "" {
		if t["icon"], err = image(w.At.Photo(c.Picture), iconType, c.PictureAlt, 0, 0); err != nil {
			return nil, err
		}
	}
	attachment := []tree{}
	for _, l := range c.Links {
		words := strings.TrimSuffix(strings.TrimPrefix(strings.TrimPrefix(l.URL, "https://"), "http://"), "/")
		attachment = append(attachment, property(l.Name, anchor(l.URL, words, "me")))
	}
	t["attachment"] = attachment
	where := c.Place
	where.RadiusKm = 0
	if p := place(where); p != nil {
		t["location"] = p
	}
	t["interactionPolicy"] = tree{"canFeature": tree{"automaticApproval": []coop.IRI{coop.Public}}}
	t["generator"] = tree{"type": "Application", "name": softwareName, "implements": implements}
	return write(t)
}

// Member is the actor of a member who agreed to be named to everyone. It takes a view, never a person: a field without
// consent is not there to be told. Followers are approved by hand and nothing is offered to search engines, as the member
// did not ask to be found. iconType is the media type of their photo, "" when there is none to show.
func (w Writer) Member(p coop.PersonView, keys []queue.OwnKey, iconType string) ([]byte, error) {
	id := w.At.Member(p.Handle)
	t, err := w.actor(streams.NewActivityStreamsPerson(), id, p.Handle,
		facts{Name: p.DisplayName, Summary: paragraphs(p.About), URL: w.memberPage(p.Handle), Published: p.Created,
			Updated: changed(p.Updated, p.Created)}, keys)
	if err != nil {
		return nil, err
	}
	t["manuallyApprovesFollowers"] = true
	t["discoverable"], t["indexable"] = false, false
	t["memberOf"] = []coop.IRI{w.At.Coop()}
	if p.Photo.ID != "" && iconType != "" {
		if t["icon"], err = image(w.memberPhoto(p), iconType, p.Photo.Alt, 0, 0); err != nil {
			return nil, err
		}
	}
	lang := w.language()
	attachment := []tree{}
	add := func(key, value string) {
		if value != "" {
			attachment = append(attachment, property(w.word(lang, key, nil), linked(value)))
		}
	}
	add("actor.pronouns", p.Pronouns)
	add("actor.area", p.Area)
	add("actor.availability", p.Availability)
	if p.Hours > 0 {
		add("actor.hours", strconv.Itoa(p.Hours))
	}
	add("actor.looking_for", p.LookingFor)
	var skills []string
	for _, s := range p.Skills {
		skills = append(skills, s.Name)
	}
	add("actor.skills", strings.Join(skills, ", "))
	add("actor.languages", strings.Join(p.Languages, ", "))
	add("actor.fediverse", p.Fediverse)
	for _, c := range p.Contacts {
		value := c.At
		if c.Label != "" {
			value += " (" + c.Label + ")"
		}
		add("actor.contact."+c.Kind, value)
	}
	for _, m := range p.Memberships {
		value := m.Name
		if m.At != "" {
			value += " " + m.At
		}
		add("actor.membership", value)
	}
	if !p.Since.IsZero() {
		add("actor.since", w.day(lang, p.Since.In(w.zone())))
	}
	t["attachment"] = attachment
	t["generator"] = tree{"type": "Application", "name": softwareName, "implements": implements}
	return write(t)
}

// memberPhoto is where the photo of a member lies. Its id is in the address, so that a new one is fetched; it is served while there is
// consent, which an address of the picture alone would outlive.
func (w Writer) memberPhoto(p coop.PersonView) coop.IRI {
	return w.memberPage(p.Handle) + "/photo/medium?v=" + coop.IRI(p.Photo.ID)
}

// Instance is the server's own actor (FEP-2677, FEP-d556): it signs our fetches. Its name is the host without a port:
// GoToSocial (0.20, 2026-11) takes "host:8443" for an address, finds no username, and refuses all that we sign.
func (w Writer) Instance(created time.Time, keys []queue.OwnKey) ([]byte, error) {
	id, host := w.At.Instance(), w.base().Host()
	t, err := w.actor(streams.NewActivityStreamsApplication(), id, w.base().Hostname(),
		facts{Name: host, URL: w.base() + "/", Published: created}, keys)
	if err != nil {
		return nil, err
	}
	t["manuallyApprovesFollowers"] = true
	t["discoverable"], t["indexable"] = false, false
	t["implements"] = implements
	return write(t)
}

// actor is what all of ours have. Mastodon needs preferredUsername, inbox and a WebFinger that leads back here.
func (w Writer) actor(v actorThing, id coop.IRI, name string, f facts, keys []queue.OwnKey) (tree, error) {
	f.ID = id
	user := streams.NewActivityStreamsPreferredUsernameProperty()
	user.SetXMLSchemaString(name)
	v.SetActivityStreamsPreferredUsername(user)
	inbox := streams.NewActivityStreamsInboxProperty()
	inbox.SetIRI(uri(w.At.Of(id, "inbox")))
	v.SetActivityStreamsInbox(inbox)
	outbox := streams.NewActivityStreamsOutboxProperty()
	outbox.SetIRI(uri(w.At.Of(id, "outbox")))
	v.SetActivityStreamsOutbox(outbox)
	followers := streams.NewActivityStreamsFollowersProperty()
	followers.SetIRI(uri(w.At.Of(id, "followers")))
	v.SetActivityStreamsFollowers(followers)
	following := streams.NewActivityStreamsFollowingProperty()
	following.SetIRI(uri(w.At.Of(id, "following")))
	v.SetActivityStreamsFollowing(following)
	t, err := say(v, f)
	if err != nil {
		return nil, err
	}
	t["@context"] = ActorContext
	if t["summary"] == nil {
		t["summary"] = ""
	}
	t["webfinger"] = name + "@" + w.base().Host() // FEP-2c59
	t["endpoints"] = tree{"sharedInbox": w.At.SharedInbox()}
	return t, w.keys(t, id, keys)
}

// keys publishes public keys: the RSA key that is in use as publicKey, Ed25519 keys as Multikeys (FEP-521a). A retired one
// stays listed with the time it was retired, so that what it signed before can still be checked.
func (w Writer) keys(t tree, owner coop.IRI, keys []queue.OwnKey) error {
	methods := []tree{}
	for _, k := range keys {
		if k.Owner != owner {
			return coop.Errorf(coop.Internal, "error.internal", "key %s of %s under %s", k.ID, k.Owner, owner)
		}
		if k.Kind == "rsa" {
			if k.Retired.IsZero() {
				text := pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: k.Public})
				t["publicKey"] = tree{"id": k.ID, "owner": owner, "publicKeyPem": string(text)}
			}
			continue
		}
		public, err := x509.ParsePKIXPublicKey(k.Public)
		ed, ok := public.(ed25519.PublicKey)
		if err != nil || !ok {
			return coop.Errorf(coop.Internal, "error.internal", "key %s is no Ed25519 key: %w", k.ID, err)
		}
		m := tree{"id": k.ID, "type": "Multikey", "controller": owner, "publicKeyMultibase": sig.EncodeMultikey(ed)}
		if !k.Retired.IsZero() {
			m["expires"] = instant(k.Retired)
		}
		methods = append(methods, m)
	}
	if t["publicKey"] == nil {
		return coop.Errorf(coop.Internal, "error.internal", "%s has no RSA key in use", owner)
	}
	t["assertionMethod"] = methods
	return nil
}

// property is a profile field; value is HTML.
func property(name, value string) tree {
	return tree{"type": "PropertyValue", "name": name, "value": value}
}

// changed is updated, or zero when nothing was changed since it was made.
func changed(updated, created time.Time) time.Time {
	if updated.After(created) {
		return updated
	}
	return time.Time{}
}
