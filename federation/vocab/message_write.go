package vocab

import (
	"time"

	"toadlane/coop"
	"toadlane/federation/vocab/streams"
	"toadlane/market"
)

// Mention names a remote actor in a message: whoever is mentioned is told by their server.
type Mention struct {
	IRI    coop.IRI
	Handle string // @name@host
}

// Message spells a message of ours as a stand-alone Note. m.From.IRI is our actor; mentions are those it is for, in order. A
// private one is addressed to them alone; a public one to everyone and them. Class Invalid without a sender or receiver.
func (w Writer) Message(m market.Message, mentions []Mention) ([]byte, error) {
	t, _, err := w.message(m, mentions)
	if err != nil {
		return nil, err
	}
	t["@context"] = NoteContext
	return write(t)
}

// CreateMessage tells of a message of ours.
func (w Writer) CreateMessage(id coop.IRI, at time.Time, m market.Message, mentions []Mention) ([]byte, error) {
	note, a, err := w.message(m, mentions)
	if err != nil {
		return nil, err
	}
	return w.tell(streams.NewActivityStreamsCreate(), NoteContext,
		facts{ID: id, Actor: m.From.IRI, Published: at, To: a.To, CC: a.CC}, note)
}

func (w Writer) message(m market.Message, mentions []Mention) (tree, Audience, error) {
	var named []coop.IRI
	prefix := ""
	tags := []tree{}
	for _, x := range mentions {
		named = append(named, x.IRI)
		prefix += mentionLink(x.IRI, x.Handle) + " "
		tags = append(tags, tree{"type": "Mention", "href": x.IRI, "name": x.Handle})
	}
	a := Audience{To: named, CC: []coop.IRI{}}
	if m.Public {
		a = Audience{To: []coop.IRI{coop.Public}, CC: named}
	}
	if m.From.IRI == "" || len(a.To) == 0 || m.HTML {
		return nil, a, coop.Errorf(coop.Invalid, "message.unaddressed", "message %s from %q to %d", m.IRI, m.From.IRI, len(a.To))
	}
	content := paragraphs(m.Body)
	if len(content) > len("<p>") && prefix != "" {
		content = "<p>" + prefix + content[len("<p>"):]
	}
	f := facts{ID: m.IRI, AttributedTo: m.From.IRI, Content: content, InReplyTo: m.InReplyTo, URL: m.IRI,
		Published: m.Created, To: a.To, CC: a.CC}
	if m.Updated.After(m.Created) {
		f.Updated = m.Updated
	}
	t, err := say(streams.NewActivityStreamsNote(), f)
	if err != nil {
		return nil, a, err
	}
	lists(t, "cc")
	t["tag"] = tags
	t["attachment"] = []any{}
	if a.CC == nil {
		a.CC = []coop.IRI{}
	}
	return t, a, nil
}
