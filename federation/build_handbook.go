package federation

import (
	"bytes"
	"context"
	"fmt"
	"time"

	"toadlane/coop"
	"toadlane/federation/queue"
	"toadlane/federation/vocab"
	"toadlane/handbook"
	"toadlane/internal/limits"
	"toadlane/internal/strictjson"
)

// notYet says that an event is told later, though nothing is wrong with it.
type notYet struct{ due time.Time }

func (e *notYet) Error() string { return "told at " + e.due.Format(time.RFC3339) }

// tellProtocol sends a page of ours as it is now to the followers: the first time at once, later once a day at most. The page is read when it is
// told and not when it changed: what waited for its turn is the last state then, and the changes that wait behind it find that it was told.
func (n *Node) tellProtocol(ctx context.Context, e queue.Event) ([]told, error) {
	page := coop.IRI(e.Event.Subject)
	t, err := n.told(ctx, n.addr.protocol(page))
	if err != nil {
		return nil, err
	}
	w, _, err := n.writer(ctx)
	if err != nil {
		return nil, err
	}
	now := n.Now().UTC()
	typ, at, write := "Update", now, w.UpdateProtocol
	if e.Event.Kind == coop.ProtocolPublished {
		typ, at, write = "Create", e.Event.At, w.CreateProtocol // as old as it is, though it may have waited
	}
	id := e.Event.ID
	doc, err := write(n.addr.Activity(id), at, t)
	if err != nil {
		return nil, err
	}
	if typ == "Update" {
		last, err := n.Store.LastTold(ctx, n.addr.Coop(), page, now.Add(-limits.ProtocolEvery))
		switch {
		case err == nil && sameObject(last.JSON, doc):
			return nil, nil
		case err == nil:
			return nil, &notYet{last.Created.Add(limits.ProtocolEvery)}
		case coop.ClassOf(err) != coop.NotFound:
			return nil, err
		}
	}
	a, err := n.activity(ctx, id, typ, n.addr.Coop(), page, true, at, doc)
	if err != nil {
		return nil, err
	}
	to := queue.Fanout{Followers: n.addr.Coop(), Object: page}
	if typ == "Update" {
		to.Ever = page // a rule that was changed must not stay as it was where a former follower keeps a copy
	}
	return []told{{activity: a, sender: n.addr.Coop(), to: to}}, nil
}

// sameObject tells whether two activities of ours hold the same object.
func sameObject(a, b []byte) bool {
	x, err := strictjson.Parse(a)
	y, err2 := strictjson.Parse(b)
	return err == nil && err2 == nil && bytes.Equal(x.RawOf("object"), y.RawOf("object"))
}

// tellAdoption tells the followers, and whose page it is, that we go by a page or what else we say of that.
func (n *Node) tellAdoption(ctx context.Context, e queue.Event) ([]told, error) {
	u, home, to, err := n.used(ctx, e)
	if err != nil {
		return nil, err
	}
	w, _, err := n.writer(ctx)
	if err != nil {
		return nil, err
	}
	typ, write := "Create", w.CreateAdoption
	if e.Event.Kind == coop.AdoptionChanged {
		typ, write = "Update", w.UpdateAdoption
	}
	id := e.Event.ID
	doc, err := write(n.addr.Activity(id), e.Event.At, u, home)
	if err != nil {
		return nil, err
	}
	a, err := n.activity(ctx, id, typ, n.addr.Coop(), u.Adoption.IRI, true, e.Event.At, doc)
	return []told{{activity: a, sender: n.addr.Coop(), to: to}}, err
}

// tellAdoptionGone takes the note about an adoption away from everybody it was ever sent to.
func (n *Node) tellAdoptionGone(ctx context.Context, e queue.Event) ([]told, error) {
	u, _, to, err := n.used(ctx, e)
	if err != nil {
		return nil, err
	}
	w, _, err := n.writer(ctx)
	if err != nil {
		return nil, err
	}
	id, note := e.Event.ID, u.Adoption.IRI
	doc, err := w.Delete(n.addr.Activity(id), n.addr.Coop(), note, "Note", e.Event.At, w.AdoptionAudience(u.Adoption.Home))
	if err != nil {
		return nil, err
	}
	a, err := n.activity(ctx, id, "Delete", n.addr.Coop(), note, true, e.Event.At, doc)
	to.Object, to.Ever = "", note
	return []told{{activity: a, sender: n.addr.Coop(), to: to, withdraws: true}}, err
}

// used reads the snapshot of an adoption, how its page's co-op is mentioned, and who hears of it. A co-op that can't be found any more keeps nobody
// else from hearing.
func (n *Node) used(ctx context.Context, e queue.Event) (handbook.Used, vocab.Mention, queue.Fanout, error) {
	var u handbook.Used
	if err := e.Read(&u); err != nil {
		return u, vocab.Mention{}, queue.Fanout{}, err
	}
	to := queue.Fanout{Followers: n.addr.Coop(), Object: u.Adoption.IRI}
	home := u.Adoption.Home
	if home == "" || n.self(home) {
		return u, vocab.Mention{}, to, nil
	}
	if !n.blocks.Blocked(home) {
		a, err := n.knownActor(ctx, home)
		switch {
		case err == nil && a.Inbox != "":
			to.Extra = []queue.Target{{Actor: a.IRI, Inbox: a.Inbox, Shared: a.SharedInbox}}
		case err != nil && coop.ClassOf(err) == coop.Unavailable && e.Attempt < limits.RefusedTries:
			return u, vocab.Mention{}, to, fmt.Errorf("home %s: %w", home, err)
		}
	}
	m, err := n.homeOf(ctx, home)
	return u, m, to, err
}

// tellOffer gives a change back to the co-op whose page it is for.
func (n *Node) tellOffer(ctx context.Context, e queue.Event) ([]told, error) {
	var g handbook.Given
	if err := e.Read(&g); err != nil {
		return nil, err
	}
	w, _, err := n.writer(ctx)
	if err != nil {
		return nil, err
	}
	doc, err := w.OfferChange(g.Offer.Activity, e.Event.At, g.Revision.IRI, g.Page.IRI, g.Page.Home, g.Revision.Reason)
	if err != nil {
		return nil, err
	}
	return n.tellOne(ctx, e, n.addr.id("a", g.Offer.Activity), "Offer", n.addr.Coop(), g.Page.Home, doc)
}

// tellOfferAnswer says what became of a change that was given to us.
func (n *Node) tellOfferAnswer(ctx context.Context, e queue.Event) ([]told, error) {
	var g handbook.Given
	if err := e.Read(&g); err != nil {
		return nil, err
	}
	w, _, err := n.writer(ctx)
	if err != nil {
		return nil, err
	}
	o, id, typ := g.Offer, n.addr.Activity(e.Event.ID), "Accept"
	var doc []byte
	if e.Event.Kind == coop.OfferRejected {
		typ = "Reject"
		doc, err = w.RejectChange(id, e.Event.At, o.Activity, o.From, o.Reason)
	} else {
		doc, err = w.AcceptChange(id, e.Event.At, o.Activity, o.From, vocab.RevisionIRI(o.Page, o.Result))
	}
	if err != nil {
		return nil, err
	}
	return n.tellOne(ctx, e, e.Event.ID, typ, n.addr.Coop(), o.From, doc)
}
