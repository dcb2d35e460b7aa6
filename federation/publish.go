package federation

import (
	"context"
	"errors"
	"fmt"
	"time"

	"toadlane/coop"
	"toadlane/federation/queue"
	"toadlane/federation/vocab"
	"toadlane/internal/failpoint"
	"toadlane/internal/limits"
)

const (
	eventBatch = 32
	// publishAtOnce is how many are told at the same time; one may have to look an actor up.
	publishAtOnce = 8
)

// told is what an event becomes: an activity and who gets it. Several are sent in order.
type told struct {
	activity queue.Activity
	sender   coop.IRI // whose key signs the delivery
	to       queue.Fanout
	// withdraws says that what was told of the object before is not for everyone any more.
	withdraws bool
}

// publishers turn events into activities. Kinds without one are told to nobody.
var publishers = map[coop.EventKind]func(*Node, context.Context, queue.Event) ([]told, error){
	coop.ListingPosted:    (*Node).tellListing,
	coop.ListingChanged:   (*Node).tellListing,
	coop.ListingNarrowed:  (*Node).tellNarrowed,
	coop.ListingDeleted:   (*Node).tellListingDeleted,
	coop.MessageSent:      (*Node).tellMessage,
	coop.CoopChanged:      (*Node).tellCoop,
	coop.PersonPublished:  (*Node).tellPerson,
	coop.PersonWithdrawn:  (*Node).tellPersonGone,
	coop.PeerFollowed:     (*Node).tellFollow,
	coop.PeerUnfollowed:   (*Node).tellUnfollow,
	coop.FollowerAccepted: (*Node).tellAccept,
	coop.FollowerRejected: (*Node).tellReject,

	coop.ProtocolPublished: (*Node).tellProtocol,
	coop.ProtocolChanged:   (*Node).tellProtocol,
	coop.AdoptionMade:      (*Node).tellAdoption,
	coop.AdoptionChanged:   (*Node).tellAdoption,
	coop.AdoptionWithdrawn: (*Node).tellAdoptionGone,
	coop.OfferMade:         (*Node).tellOffer,
	coop.OfferAccepted:     (*Node).tellOfferAnswer,
	coop.OfferRejected:     (*Node).tellOfferAnswer,

	coop.RegionAsked:    (*Node).tellAsked,
	coop.RegionSaid:     (*Node).tellSaid,
	coop.RegionAnswered: (*Node).tellAnswered,
	coop.RegionRolled:   (*Node).tellRolled,
	coop.RegionInvited:  (*Node).tellInvited,
	coop.RegionWanted:   (*Node).tellWanted,
	coop.RegionFavoured: (*Node).tellFavoured,
	coop.RegionFlagged:  (*Node).tellFlagged,
	coop.RegionSettled:  (*Node).tellSettled,
	coop.RegionSigned:   (*Node).tellSigned,
	coop.RegionTurned:   (*Node).tellTurned,
	coop.RegionMoved:    (*Node).tellMoved,
}

// publish tells what happened: it claims events, builds what is sent with no transaction open, and keeps activity, deliveries and
// the event's end in one transaction. It tells how many events it worked on.
func (n *Node) publish(ctx context.Context) (int, error) {
	now := n.Now().UTC()
	events, err := n.Store.ClaimEvents(ctx, now, now.Add(limits.EventLease), eventBatch)
	if err != nil {
		return 0, fmt.Errorf("claim events: %w", err)
	}
	errs := make(chan error, len(events))
	slots := make(chan struct{}, publishAtOnce)
	for _, e := range events { // of each subject one at most, so their order among each other says nothing
		slots <- struct{}{}
		go func() {
			defer func() { <-slots }()
			errs <- n.publishSettled(ctx, e)
		}()
	}
	for range events {
		if e := <-errs; e != nil {
			err = e
		}
	}
	if len(events) > 0 {
		n.docs.drop() // peers who are told will ask for what they are told of
		n.Changed()
		n.wakeDelivery()
	}
	return len(events), err
}

// publishSettled tells of one event, or notes why it could not. The error is that nothing could be noted.
func (n *Node) publishSettled(ctx context.Context, e queue.Event) error {
	failpoint.Here("event_claimed")
	err := n.publishOne(ctx, e)
	if err == nil {
		failpoint.Here("event_settled")
		return nil
	}
	if wait := (*notYet)(nil); errors.As(err, &wait) {
		return insist(ctx, limits.EventLease, func(ctx context.Context) error {
			return n.Store.Write(ctx, func(tx queue.Tx) error { return tx.SettleEvent(e.ID, queue.Waiting, wait.due, "") })
		})
	}
	n.Log.Warn("event not told", "event", string(e.Event.Kind), "subject", e.Event.Subject, "attempt", e.Attempt, "error", err)
	state, due := queue.Waiting, n.Now().UTC().Add(queue.RetryAfter(e.Attempt))
	switch coop.ClassOf(err) {
	case coop.NotFound, coop.Gone, coop.Invalid, coop.Forbidden:
		state = queue.Failed
	}
	if wait, ok := brokenOff(ctx, err, e.Attempt); ok {
		due = n.Now().UTC().Add(wait)
	}
	if err := insist(ctx, limits.EventLease, func(ctx context.Context) error {
		return n.Store.Write(ctx, func(tx queue.Tx) error { return tx.SettleEvent(e.ID, state, due, err.Error()) })
	}); err != nil {
		return fmt.Errorf("settle event: %w", err)
	}
	return nil
}

func (n *Node) publishOne(ctx context.Context, e queue.Event) error {
	var all []told
	if build := publishers[e.Event.Kind]; build != nil {
		var err error
		if all, err = build(n, ctx, e); err != nil {
			return err
		}
	}
	now := n.Now().UTC()
	return n.Store.Write(ctx, func(tx queue.Tx) error {
		for _, t := range all {
			t.to.Due = now
			if t.withdraws {
				if err := tx.WithdrawActivities(t.activity.Actor, t.activity.Object); err != nil {
					return err
				}
			}
			if err := tx.PutActivity(t.activity); err != nil {
				return err
			}
			if t.activity.Public && (t.activity.Type == "Update" || t.activity.Type == "Delete") {
				if err := tx.ItemChanged(t.activity.Object); err != nil {
					return err
				}
			}
			if _, err := tx.FanOut(t.activity, t.sender, t.to); err != nil {
				return err
			}
		}
		return tx.SettleEvent(e.ID, queue.Done, now, "")
	})
}

// writer spells in the co-op's languages and time zone.
func (n *Node) writer(ctx context.Context) (vocab.Writer, coop.Coop, error) {
	c, err := n.CoopStore.Coop(ctx)
	if err != nil {
		return vocab.Writer{}, c, err
	}
	return vocab.Writer{At: n.addr, Words: n.Words, Zone: c.Zone(), Languages: c.Languages, Version: n.Version,
		PhotoKey: n.PhotoKey, Markdown: n.Markdown}, c, nil
}

// activity makes the row of an activity of one of our actors; public ones get a proof and stand in the outbox. The event's id is
// the activity's, so that an event that is told twice after a crash is the same activity; the i-th of several gets its own.
func (n *Node) activity(ctx context.Context, id coop.ID, typ string, actor, object coop.IRI, public bool, at time.Time, doc []byte) (queue.Activity, error) {
	if public {
		var err error
		if doc, err = n.prove(ctx, actor, doc); err != nil {
			return queue.Activity{}, err
		}
	}
	return queue.Activity{ID: id, IRI: n.addr.Activity(id), Type: typ, Actor: actor, Object: object, Public: public,
		JSON: doc, Created: at}, nil
}
