package vocab

import (
	"time"

	"toadlane/coop"
	"toadlane/federation/vocab/streams"
)

// Collection is the head of a paged collection: how many there are and where they begin. first may be "" for one whose items
// are nobody's business, such as followers.
func (w Writer) Collection(id, owner coop.IRI, total int, updated time.Time, first coop.IRI) ([]byte, error) {
	c := streams.NewActivityStreamsOrderedCollection()
	n := streams.NewActivityStreamsTotalItemsProperty()
	n.Set(total)
	c.SetActivityStreamsTotalItems(n)
	if first != "" {
		p := streams.NewActivityStreamsFirstProperty()
		p.SetIRI(uri(first))
		c.SetActivityStreamsFirst(p)
	}
	t, err := say(c, facts{ID: id, AttributedTo: owner, Updated: updated})
	if err != nil {
		return nil, err
	}
	t["@context"] = PlainContext
	return write(t)
}

// Page is a part of a collection, newest first. items are whole documents with their own contexts and proofs, or addresses as
// JSON strings. next and prev are "" where there is none.
func (w Writer) Page(id, partOf coop.IRI, total int, items []Raw, next, prev coop.IRI) ([]byte, error) {
	p := streams.NewActivityStreamsOrderedCollectionPage()
	n := streams.NewActivityStreamsTotalItemsProperty()
	n.Set(total)
	p.SetActivityStreamsTotalItems(n)
	of := streams.NewActivityStreamsPartOfProperty()
	of.SetIRI(uri(partOf))
	p.SetActivityStreamsPartOf(of)
	if next != "" {
		x := streams.NewActivityStreamsNextProperty()
		x.SetIRI(uri(next))
		p.SetActivityStreamsNext(x)
	}
	if prev != "" {
		x := streams.NewActivityStreamsPrevProperty()
		x.SetIRI(uri(prev))
		p.SetActivityStreamsPrev(x)
	}
	t, err := say(p, facts{ID: id})
	if err != nil {
		return nil, err
	}
	t["@context"] = PlainContext
	t["orderedItems"] = rawList(items)
	return write(t)
}

// List is a collection that is short enough to stand in one document: the replies under a listing, its context, featured
// listings. ordered ones are newest first.
func (w Writer) List(id, owner coop.IRI, ordered bool, items []Raw) ([]byte, error) {
	t, err := say(streams.NewActivityStreamsCollection(), facts{ID: id, AttributedTo: owner})
	name := "items"
	if ordered {
		name = "orderedItems"
		t, err = say(streams.NewActivityStreamsOrderedCollection(), facts{ID: id, AttributedTo: owner})
	}
	if err != nil {
		return nil, err
	}
	t["@context"] = PlainContext
	t["totalItems"] = len(items)
	t[name] = rawList(items)
	return write(t)
}

func rawList(items []Raw) []Raw {
	if items == nil {
		return []Raw{}
	}
	return items
}

// Members is the members collection: those who agreed to be named to everyone, and how many there are in all. It takes views,
// never persons: what a member did not agree to is not in them.
func (w Writer) Members(total int, named []coop.PersonView) ([]byte, error) {
	owner := w.At.Coop()
	id := w.At.Of(owner, "members")
	items := make([]tree, len(named))
	for i, p := range named {
		t, err := say(streams.NewActivityStreamsRelationship(),
			facts{ID: id + "#" + coop.IRI(p.Handle), AttributedTo: owner, Starts: p.Since})
		if err != nil {
			return nil, err
		}
		t["subject"] = w.At.Member(p.Handle)
		t["relationship"] = "https://schema.org/memberOf"
		t["object"] = owner
		items[i] = t
	}
	t, err := say(streams.NewActivityStreamsCollection(), facts{ID: id, AttributedTo: owner})
	if err != nil {
		return nil, err
	}
	t["@context"] = MembersContext
	t["membersOf"] = owner
	t["totalItems"] = max(total, len(named))
	t["hiddenItems"] = max(0, total-len(named))
	t["items"] = items
	return write(t)
}
