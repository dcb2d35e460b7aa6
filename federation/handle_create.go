package federation

import (
	"context"
	"fmt"
	"strings"

	"toadlane/coop"
	"toadlane/federation/queue"
	"toadlane/federation/vocab"
	"toadlane/internal/outbound"
	"toadlane/internal/strictjson"
	"toadlane/market"
)

// handleCreate takes a new listing or page of a co-op that we follow, what it says of its use of a page, or a saying to us. The object is the peer's own: embedded ones
// must say so, named ones are fetched from the peer's origin.
func (n *Node) handleCreate(ctx context.Context, in received) (change, error) {
	if o := in.doc.Object("object"); vocab.IsRevision(o) {
		return n.takeRevision(ctx, in, o)
	}
	object, err := n.ownObject(ctx, in)
	if err != nil {
		return nil, err
	}
	return n.place(ctx, in, object)
}

// ownObject gives the object of a Create or Update: the peer's own, by the peer's own words or fetched from its origin.
func (n *Node) ownObject(ctx context.Context, in received) (strictjson.Object, error) {
	object := in.doc.Object("object")
	if object.IsZero() {
		id, ok := in.doc.IRI("object")
		if !ok || !coop.SameOrigin(id, in.peer) {
			return object, coop.Errorf(coop.Forbidden, "origin.differs", "object %.100q of %s", in.doc.Str("object"), in.peer)
		}
		doc, err := n.fetch(ctx, outbound.KindObject, id, in.budget)
		if err != nil {
			return object, err
		}
		object = doc.Object
	}
	id, ok := object.ID()
	if !ok {
		return object, coop.Errorf(coop.Invalid, "inbox.malformed", "object without id")
	}
	if !coop.SameOrigin(id, in.peer) {
		return object, coop.Errorf(coop.Forbidden, "origin.differs", "object %s of %s", id, in.peer)
	}
	if id == in.peer { // an actor speaks for itself
		return object, nil
	}
	owner, ok := object.IRI("attributedTo")
	if !ok || owner != in.peer {
		return object, coop.Errorf(coop.Forbidden, "owner.differs", "object %s is not attributed to %s alone", id, in.peer)
	}
	return object, nil
}

// place decides what an object of the peer is to us. What it deleted before we had it stays deleted.
func (n *Node) place(ctx context.Context, in received, object strictjson.Object) (change, error) {
	do, err := n.placeNew(ctx, in, object)
	id, ok := object.ID()
	if err != nil || do == nil || !ok {
		return do, err
	}
	return func(tx queue.Tx) error {
		if gone, err := tx.SaidDeleted(in.peer, id); err != nil || gone {
			return err
		}
		return do(tx)
	}, nil
}

func (n *Node) placeNew(ctx context.Context, in received, object strictjson.Object) (change, error) {
	now := n.Now().UTC()
	page, is, err := vocab.DecodeProtocol(object, in.peer, now)
	if is || err != nil {
		if err != nil {
			return nil, err
		}
		return n.takeProtocol(ctx, in, page)
	}
	adoption, is, err := vocab.DecodeAdoption(object, in.peer, now)
	if is || err != nil {
		if err != nil {
			return nil, err
		}
		return n.takeAdoption(ctx, in, adoption)
	}
	listing, is, err := vocab.DecodeListing(object, in.peer, now)
	if err != nil {
		return nil, err
	}
	if is {
		return func(tx queue.Tx) error {
			p, err := tx.Peer(in.peer)
			if coop.ClassOf(err) == coop.NotFound && err != nil || err == nil && p.State != queue.Accepted {
				return nil // nobody here follows it
			}
			if err != nil {
				return err
			}
			changed, err := market.Receive(tx, listing, n.NewID(), now)
			if err != nil {
				return err
			}
			if changed {
				if err := tx.ItemChanged(listing.IRI); err != nil {
					return err
				}
			}
			p.LastSeen = now
			return tx.PutPeer(p)
		}, nil
	}
	note, err := vocab.DecodeNote(object)
	if err != nil {
		return nil, err
	}
	return n.hear(ctx, in, note)
}

// hear places a saying of the peer. Blocked authors never come this far. Its author is looked up for a name to show and an
// inbox to answer to.
func (n *Node) hear(ctx context.Context, in received, note vocab.Note) (change, error) {
	member, mentions, err := n.addressed(ctx, note)
	if err != nil {
		return nil, err
	}
	if !mentions && !n.ours(note.InReplyTo) {
		// A reply further down a conversation under one of our listings names a stranger's note; we may know it.
		if note.InReplyTo == "" {
			return nil, nil
		}
		if _, err := n.Market.Store.ListingByIRI(ctx, note.InReplyTo); err != nil && !note.Public {
			return nil, nil
		}
	}
	author, err := n.actor(ctx, in.peer, in.budget)
	if err != nil {
		return nil, fmt.Errorf("author: %w", err)
	}
	now := n.Now().UTC()
	var stewards []coop.ID
	if !note.Public {
		if stewards, err = n.Coop.Stewards(ctx); err != nil {
			return nil, err
		}
	}
	said := market.Incoming{IRI: note.IRI, InReplyTo: note.InReplyTo, HTML: vocab.SanitiseHTML(note.HTML), Plain: withoutMentions(vocab.PlainText(note.HTML)),
		Public: note.Public, Stewards: stewards, Member: member, Mentions: mentions, At: note.Published, Updated: note.Updated,
		From: market.Party{IRI: author.IRI, Handle: author.Handle, Name: author.Name, Inbox: author.Inbox}}
	return func(tx queue.Tx) error {
		_, err := market.Hear(tx, said, n.NewID, now)
		return err
	}, nil
}

// withoutMentions leaves out whom a saying names before it begins: Mastodon puts everybody who is to hear of it there.
func withoutMentions(s string) string {
	words := strings.Fields(s)
	for len(words) > 1 && strings.HasPrefix(words[0], "@") {
		words = words[1:]
	}
	return strings.Join(words, " ")
}

// ours tells whether an address lies under our base.
func (n *Node) ours(i coop.IRI) bool { return coop.SameOrigin(i, n.Base) }

// addressed tells whether a note is meant for one of our actors, and for which member.
func (n *Node) addressed(ctx context.Context, note vocab.Note) (member coop.ID, mentions bool, err error) {
	for _, list := range [][]coop.IRI{note.To, note.CC, note.Mentions} {
		for _, to := range list {
			switch to {
			case n.addr.Coop(), n.addr.Instance():
				mentions = true
				continue
			}
			h := n.addr.memberHandle(to)
			if h == "" {
				continue
			}
			p, err := n.CoopStore.PersonByHandle(ctx, h)
			if err != nil {
				if coop.ClassOf(err) == coop.NotFound {
					continue
				}
				return "", false, err
			}
			if p.Public() { // nobody is told whether a member who is not listed exists
				mentions, member = true, p.ID
			}
		}
	}
	return member, mentions, nil
}
