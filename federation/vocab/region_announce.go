package vocab

import (
	"time"

	"toadlane/coop"
	"toadlane/federation/vocab/streams"
)

// What the account of a region tells its followers of the market.

// Announce tells them of an object by its address: whoever shows it asks its origin for it. It carries a proof, so it has the context of proofs.
func (w Writer) Announce(id coop.IRI, at time.Time, group, object, origin coop.IRI) ([]byte, error) {
	return w.tell(streams.NewActivityStreamsAnnounce(), NoteContext, facts{ID: id, Actor: group, Object: object, Published: at, To: []coop.IRI{coop.Public},
		CC: []coop.IRI{w.At.Of(group, "followers"), origin}}, nil)
}

// AnnounceWhole hands on an activity of its origin, unchanged (FEP-1b12 §The Announce activity).
func (w Writer) AnnounceWhole(id coop.IRI, at time.Time, group coop.IRI, activity []byte) ([]byte, error) {
	return w.tell(streams.NewActivityStreamsAnnounce(), PlainContext, facts{ID: id, Actor: group, Published: at, To: []coop.IRI{coop.Public},
		CC: []coop.IRI{w.At.Of(group, "followers")}}, Raw(activity))
}

// UndoAnnounce takes an Announce back.
func (w Writer) UndoAnnounce(id coop.IRI, at time.Time, group, announce, object coop.IRI) ([]byte, error) {
	return w.tell(streams.NewActivityStreamsUndo(), NoteContext, facts{ID: id, Actor: group, Published: at, To: []coop.IRI{coop.Public},
		CC: []coop.IRI{w.At.Of(group, "followers")}}, Received{ID: announce, Type: "Announce", Actor: group, Object: object}.embed())
}

// Flag passes a complaint about objects on, in our server's own name. words are plain.
func (w Writer) Flag(id coop.IRI, at time.Time, objects []coop.IRI, words string, to []coop.IRI) ([]byte, error) {
	f := facts{ID: id, Actor: w.At.Instance(), Published: at, To: to}
	if words != "" {
		f.Content = paragraphs(words)
	}
	t, err := say(streams.NewActivityStreamsFlag(), f)
	if err != nil {
		return nil, err
	}
	lists(t, "cc")
	t["@context"], t["object"] = PlainContext, objects
	return write(t)
}
