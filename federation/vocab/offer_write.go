package vocab

import (
	"time"

	"toadlane/coop"
	"toadlane/federation/vocab/streams"
)

// OfferChange gives a change back to a page of another co-op: revision is where our text is, page whose it is meant for, to who answers for that
// page, and reason why, in words. It names the text and holds none of it: who gets it fetches the text from us.
func (w Writer) OfferChange(id coop.IRI, at time.Time, revision, page, to coop.IRI, reason string) ([]byte, error) {
	return w.answer(streams.NewActivityStreamsOffer(), facts{ID: id, Actor: w.At.Coop(), Object: revision, Content: paragraphs(reason), Published: at,
		To: []coop.IRI{to}}, "target", page)
}

// AcceptChange says that our page took an offer: result is where the text is that it took.
func (w Writer) AcceptChange(id coop.IRI, at time.Time, offer, to, result coop.IRI) ([]byte, error) {
	return w.answer(streams.NewActivityStreamsAccept(), facts{ID: id, Actor: w.At.Coop(), Object: offer, Published: at, To: []coop.IRI{to}}, "result", result)
}

// RejectChange says that our page does not take an offer, and why.
func (w Writer) RejectChange(id coop.IRI, at time.Time, offer, to coop.IRI, reason string) ([]byte, error) {
	return w.answer(streams.NewActivityStreamsReject(), facts{ID: id, Actor: w.At.Coop(), Object: offer, Content: paragraphs(reason), Published: at,
		To: []coop.IRI{to}}, "", "")
}

func (w Writer) answer(v deed, f facts, name string, at coop.IRI) ([]byte, error) {
	o, err := say(v, f)
	if err != nil {
		return nil, err
	}
	lists(o, "cc")
	o["@context"] = HandbookContext
	if name != "" {
		o[name] = at
	}
	return write(o)
}
