package vocab

import (
	"slices"
	"time"

	"toadlane/coop"
	"toadlane/federation/queue"
	"toadlane/federation/sig"
	"toadlane/federation/vocab/streams"
	"toadlane/internal/strictjson"
	"toadlane/region"
)

// Region is an account of ours that hosts a region, or did: a Group, so that forums and everybody else who follows one can follow it. slug is that of
// its pages here and since when it began. One that hosts it no more says where it went; the one that does says whose followers it takes.
func (w Writer) Region(r *region.Region, keys []queue.OwnKey) ([]byte, error) {
	c, id, langs := &r.Charter, w.At.Region(r.Slug), w.order(r.Charter.Name, r.Charter.Story)
	name, _ := c.Name.In(langs...)
	story, _ := c.Story.In(langs...)
	f := facts{Name: name, URL: w.base() + "/regions/" + coop.IRI(r.Slug), Published: r.Joined}
	if story != "" {
		f.Summary = paragraphs(story)
	}
	t, err := w.actor(streams.NewActivityStreamsGroup(), id, r.Slug, f, keys)
	if err != nil {
		return nil, err
	}
	if len(c.Name) > 1 {
		t["nameMap"] = c.Name
	}
	if len(c.Story) > 1 {
		all := coop.Text{}
		for l, s := range c.Story {
			all[l] = paragraphs(s)
		}
		t["summaryMap"] = all
	}
	if id != c.Host {
		t["movedTo"] = c.Host
	} else if before := slices.DeleteFunc(slices.Clone(r.Hosts), func(i coop.IRI) bool { return i == id }); len(before) > 0 {
		t["alsoKnownAs"] = before
	}
	t["attributedTo"] = w.At.Of(id, "moderators")
	for _, part := range []string{"featured", "members", "charters", "words"} {
		t[part] = w.At.Of(id, part)
	}
	t["manuallyApprovesFollowers"] = false
	t["discoverable"], t["indexable"] = true, true
	t["generator"] = tree{"type": "Application", "name": softwareName, "implements": implements}
	return write(t)
}

// RegionWords is the head of the collection of who said what in a region: total co-ops take part, and updated is when the last word came, to the
// microsecond, since whoever has read it compares.
func (w Writer) RegionWords(id, owner coop.IRI, total int, updated time.Time, first coop.IRI) ([]byte, error) {
	t := tree{"@context": PlainContext, "id": id, "type": streams.NewActivityStreamsOrderedCollection().GetTypeName(), "attributedTo": owner,
		"totalItems": total, "first": first}
	if !updated.IsZero() {
		t["updated"] = updated.UTC().Format("2006-01-02T15:04:05.000000Z")
	}
	return write(t)
}

// RegionParts are where a region's account keeps what it goes by.
type RegionParts struct{ Charters, Words, Members coop.IRI }

// RegionOf reads them from a region's account, as far as they are of its own origin. ok is false when it is no account of a region.
func RegionOf(o strictjson.Object) (p RegionParts, ok bool) {
	id, named := o.ID()
	if !named || !o.Is("Group") {
		return p, false
	}
	of := func(name string) coop.IRI {
		i, ok := term(o, name).IRI()
		if !ok || !coop.SameOrigin(i, id) {
			return ""
		}
		return i
	}
	p = RegionParts{Charters: of("charters"), Words: of("words"), Members: of("members")}
	return p, p.Charters != "" && p.Words != ""
}

// SignsBy tells whether an actor lists a key, written as Multikey, by which it signs documents now.
func SignsBy(actor strictjson.Object, key string, now time.Time) bool {
	id, ok := actor.ID()
	if _, err := sig.ParseMultikey(key); !ok || err != nil {
		return false
	}
	for _, k := range actor.Objects("assertionMethod") {
		controller, _ := k.IRI("controller")
		method, _ := k.ID()
		if !k.Is("Multikey") || controller != id || !coop.SameOrigin(method, id) || k.Str("publicKeyMultibase") != key {
			continue
		}
		if ends, ok := k.Time("expires"); k.Has("expires") && (!ok || !now.Before(ends)) {
			continue
		}
		return true
	}
	return false
}

// TakesPart tells whether an actor says that it takes part in a region.
func TakesPart(actor strictjson.Object, in region.ID) bool {
	return slices.ContainsFunc(term(actor, "regions").List(), func(v strictjson.Value) bool { return v.Str() == string(in) })
}

// CoopType tells whether an actor of a type may be a co-op: a person, and a server's own actor, is none.
func CoopType(actorType string) bool {
	return actorType == "Organization" || actorType == "Group" || actorType == "Service"
}
