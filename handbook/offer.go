package handbook

import (
	"time"

	"toadlane/coop"
)

// OfferState is where a change that was given back stands.
type OfferState string

// The states of an offer.
const (
	OfferReceived   OfferState = "received"
	OfferForwarded  OfferState = "forwarded" // the page took the text as it is
	OfferMerged     OfferState = "merged"    // the page took a text that comes from it and from what was there
	OfferRejected   OfferState = "rejected"
	OfferSuperseded OfferState = "superseded" // a later offer builds on it
)

// Settled tells whether nothing more becomes of an offer in this state.
func (s OfferState) Settled() bool { return s != OfferReceived }

// Offer is a change that one co-op gives back to the page of another: a text of theirs that comes from that page. Both sides keep it; the
// states are those at the receiver.
type Offer struct {
	ID       coop.ID
	Activity coop.IRI // the Offer that told of it; it is told apart by that
	From     coop.IRI // whose change it is, "" for ours
	Page     coop.IRI // the page it is meant for
	Revision RevisionID
	Motion   coop.ID // where the receiver's members decide on it, "" elsewhere and before

	State    OfferState
	Reason   string     // why it was rejected
	Result   RevisionID // what the page took
	Received time.Time
	Answered time.Time
}

// Receive tells what an offer that has come in is beside those that are known of the page, all of them. One that came before is given back
// as it stands and fresh is false: what arrives twice counts once. A fresh one is received, and the open ones of the same sender
// that its text builds on are superseded by it; those are listed. Class Conflict, key offer.differs, when the activity is known with another text, page
// or sender; Invalid, key offer.unrelated, when the text does not come from the page's latest or from what the page has in its past.
func Receive(known []Offer, in Offer, h *History, latest RevisionID, now time.Time) (o Offer, superseded []Offer, fresh bool, err error) {
	for _, k := range known {
		if k.Activity != in.Activity {
			continue
		}
		if k.Revision != in.Revision || k.Page != in.Page || k.From != in.From {
			return Offer{}, nil, false, coop.Errorf(coop.Conflict, "offer.differs", "offer %s came with %s before and with %s now", in.Activity, k.Revision, in.Revision)
		}
		return k, nil, false, nil
	}
	if _, ok := h.Base(latest, in.Revision); !ok {
		return Offer{}, nil, false, coop.Errorf(coop.Invalid, "offer.unrelated", "offer %s of %s does not come from %s", in.Activity, in.Revision, in.Page)
	}
	in.State, in.Received, in.Answered, in.Reason, in.Result = OfferReceived, now, time.Time{}, "", ""
	for _, k := range known {
		if k.State == OfferReceived && k.From == in.From && k.Page == in.Page && h.IsAncestor(k.Revision, in.Revision) {
			k.State, k.Answered = OfferSuperseded, now
			superseded = append(superseded, k)
		}
	}
	return in, superseded, true, nil
}

// Accept says that the page took the offer: result is its latest text now. The same text is a fast-forward; another one has to come from
// what was offered. Once more with the same result is no error. Class Conflict: key offer.settled when it was answered otherwise,
// offer.unrelated when the result does not come from it.
func (o *Offer) Accept(h *History, result RevisionID, now time.Time) error {
	to := OfferMerged
	if result == o.Revision {
		to = OfferForwarded
	}
	if o.State == to && o.Result == result {
		return nil
	}
	if o.State.Settled() {
		return coop.Errorf(coop.Conflict, "offer.settled", "offer %s is %s", o.ID, o.State)
	}
	if !h.IsAncestor(o.Revision, result) {
		return coop.Errorf(coop.Conflict, "offer.unrelated", "%s does not come from offer %s", result, o.ID)
	}
	o.State, o.Result, o.Answered = to, result, now
	return nil
}

// Reject says that the page does not take the offer, and why. Once more with the same reason is no error. Class Invalid, field reason, without
// one; Conflict, key offer.settled, when it was answered otherwise.
func (o *Offer) Reject(reason string, now time.Time) error {
	if o.State == OfferRejected && o.Reason == reason {
		return nil
	}
	if o.State.Settled() {
		return coop.Errorf(coop.Conflict, "offer.settled", "offer %s is %s", o.ID, o.State)
	}
	if err := coop.Lines("reason", reason, 1, MaxReason); err != nil {
		return err
	}
	o.State, o.Reason, o.Answered = OfferRejected, reason, now
	return nil
}
