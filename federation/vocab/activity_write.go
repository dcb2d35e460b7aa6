package vocab

import (
	"time"

	"toadlane/coop"
	"toadlane/federation/vocab/streams"
	"toadlane/internal/limits"
)

// tell finishes an activity: object is a tree, a list, or nil when it is only named in f.
func (w Writer) tell(v deed, context Raw, f facts, object any) ([]byte, error) {
	t, err := say(v, f)
	if err != nil {
		return nil, err
	}
	t["@context"] = context
	if len(f.To) > 0 && f.CC != nil {
		lists(t, "cc")
	}
	if object != nil {
		t["object"] = object
	}
	return write(t)
}

// Follow asks to follow target.
func (w Writer) Follow(id, actor, target coop.IRI) ([]byte, error) {
	return w.tell(streams.NewActivityStreamsFollow(), PlainContext,
		facts{ID: id, Actor: actor, Object: target, To: []coop.IRI{target}}, nil)
}

// Received is an activity of somebody else that ours answers or takes back.
type Received struct {
	ID     coop.IRI
	Type   string
	Actor  coop.IRI
	Object coop.IRI
	Raw    []byte // as it came, when it is still known
}

// embed gives the whole activity as it came: Misskey looks for the id that it sent, Mastodon for the actor and the object. One
// that is too large to be sent back, or unknown by now, is told in its own words.
func (r Received) embed() tree {
	if len(r.Raw) > 2 && len(r.Raw) < limits.ActivityBytes/2 {
		return tree{written: Raw(r.Raw)}
	}
	t := tree{"type": r.Type, "actor": r.Actor, "object": r.Object}
	put(t, "id", r.ID)
	return t
}

// Accept answers a Follow with yes. It goes to the follower alone.
func (w Writer) Accept(id, actor coop.IRI, follow Received) ([]byte, error) {
	return w.tell(streams.NewActivityStreamsAccept(), PlainContext,
		facts{ID: id, Actor: actor, To: []coop.IRI{follow.Actor}}, follow.embed())
}

// Reject answers a Follow with no, or ends one that was accepted.
func (w Writer) Reject(id, actor coop.IRI, follow Received) ([]byte, error) {
	return w.tell(streams.NewActivityStreamsReject(), PlainContext,
		facts{ID: id, Actor: actor, To: []coop.IRI{follow.Actor}}, follow.embed())
}

// Undo takes back an activity of our own: a Follow or a Block.
func (w Writer) Undo(id coop.IRI, undone Received, to ...coop.IRI) ([]byte, error) {
	return w.tell(streams.NewActivityStreamsUndo(), PlainContext,
		facts{ID: id, Actor: undone.Actor, To: to}, undone.embed())
}

// Block tells target's server to keep target away from actor.
func (w Writer) Block(id, actor, target coop.IRI) ([]byte, error) {
	return w.tell(streams.NewActivityStreamsBlock(), PlainContext,
		facts{ID: id, Actor: actor, Object: target, To: []coop.IRI{target}}, nil)
}

// Delete tells that an object of ours is gone. formerType is its AS2 type: Misskey deletes nothing when it does not know it.
// a is whom the object was for. It carries the context of proofs: with the plain one Fedify 2.3.6 finds the proof invalid
// (2026-11).
func (w Writer) Delete(id, actor, object coop.IRI, formerType string, at time.Time, a Audience) ([]byte, error) {
	return w.tell(streams.NewActivityStreamsDelete(), NoteContext,
		facts{ID: id, Actor: actor, To: a.To, CC: a.CC}, tombstone(object, formerType, at))
}

// DeleteActor tells that one of our actors is gone: a member took their consent back. Other servers forget them.
func (w Writer) DeleteActor(id, actor coop.IRI) ([]byte, error) {
	return w.tell(streams.NewActivityStreamsDelete(), NoteContext,
		facts{ID: id, Actor: actor, Object: actor, To: []coop.IRI{coop.Public}}, nil)
}

// Tombstone is what a deleted object's address answers, with status 410.
func (w Writer) Tombstone(object coop.IRI, formerType string, at time.Time) ([]byte, error) {
	t := tombstone(object, formerType, at)
	t["@context"] = PlainContext
	return write(t)
}

func tombstone(object coop.IRI, formerType string, at time.Time) tree {
	t := tree{"id": object, "type": streams.NewActivityStreamsTombstone().GetTypeName(), "formerType": formerType}
	if !at.IsZero() {
		t["deleted"] = instant(at)
	}
	return t
}

// UpdateActor tells that one of our actors changed. document is the actor with its context, from Coop, Member or Instance.
func (w Writer) UpdateActor(id, actor coop.IRI, at time.Time, document []byte) ([]byte, error) {
	return w.tell(streams.NewActivityStreamsUpdate(), ActorContext,
		facts{ID: id, Actor: actor, Published: at, To: []coop.IRI{coop.Public}, CC: []coop.IRI{w.At.Of(actor, "followers")}},
		tree{written: Raw(document)})
}
