package federation

import (
	"context"
	"net/http"
	"strconv"
	"strings"

	"github.com/go-chi/chi/v5"

	"toadlane/coop"
	"toadlane/federation/queue"
	"toadlane/federation/vocab"
	"toadlane/internal/strictjson"
	"toadlane/market"
)

// listingDocument is a listing as a stand-alone document. Public ones carry our proof, so that others can hand them on.
func (n *Node) listingDocument(ctx context.Context, w vocab.Writer, l market.Listing) ([]byte, error) {
	key := "listing " + string(l.ID) + " " + strconv.Itoa(l.Version)
	body, _, err := n.docs.get(ctx, key, func(ctx context.Context) ([]byte, error) {
		doc, err := w.Listing(l)
		if err != nil || l.Visibility != coop.Everyone {
			return doc, err
		}
		return n.prove(ctx, n.addr.Coop(), doc)
	})
	return body, err
}

// getListing answers one of our listings: everyone's to everyone, the peers' to a signed request of a peer, 410 with a tombstone
// for what is gone, and 404 for all else, whether it exists or not.
func (n *Node) getListing(w http.ResponseWriter, r *http.Request) {
	ctx := r.Context()
	id, err := coop.ParseID(chi.URLParam(r, "id"))
	if err != nil {
		n.refuse(w, r, err)
		return
	}
	l, err := n.Market.Store.Listing(ctx, id)
	if coop.ClassOf(err) == coop.Gone && err != nil || err == nil && l.Local() && l.State == market.Archived && l.Visibility == coop.Everyone {
		n.tombstone(w, r, n.addr.Listing(id))
		return
	}
	if err != nil {
		n.refuse(w, r, err)
		return
	}
	hidden := coop.Errorf(coop.NotFound, "listing.unknown", "listing %s is not for everyone", id)
	wr, _, err := n.writer(ctx)
	switch {
	case err != nil:
	case !l.Local() || !l.State.Public():
		err = hidden
	case l.Visibility == coop.Everyone:
		var body []byte
		if body, err = n.listingDocument(ctx, wr, l); err == nil {
			n.document(w, r, vocab.ActivityType, body, etag(body))
			return
		}
	case l.Visibility == coop.Peers && n.isPeer(ctx, r):
		var body []byte
		if body, err = n.listingDocument(ctx, wr, l); err == nil {
			n.private(w, body)
			return
		}
	default:
		err = hidden
	}
	n.refuse(w, r, err)
}

func (n *Node) tombstone(w http.ResponseWriter, r *http.Request, iri coop.IRI) {
	wr, _, err := n.writer(r.Context())
	if err != nil {
		n.refuse(w, r, err)
		return
	}
	l, err := n.Market.Store.ListingByIRI(r.Context(), iri)
	at := l.Updated
	if err != nil {
		at = n.Now() // the tombstone's own time is not kept with the page
	}
	body, err := wr.Tombstone(iri, "Note", at)
	if err != nil {
		n.refuse(w, r, err)
		return
	}
	n.gone(w, body)
}

// gone answers 410 with a tombstone.
func (n *Node) gone(w http.ResponseWriter, body []byte) {
	w.Header().Set("Content-Type", vocab.ActivityType)
	w.Header().Set("Cache-Control", "public, max-age=180")
	w.Header().Set("Vary", "Accept")
	w.WriteHeader(http.StatusGone)
	_, _ = w.Write(body)
}

// asker is the verified actor of a signed GET, "" when the request is unsigned or its signature does not hold.
func (n *Node) asker(ctx context.Context, r *http.Request) coop.IRI {
	if r.Header.Get("Signature") == "" {
		return ""
	}
	v, err := n.verifier.Verify(ctx, r, nil)
	if err != nil || n.blocks.Blocked(v.Actor()) {
		return ""
	}
	return v.Actor()
}

// isPeer tells whether a request is signed by a neighbour, or by its server's own actor: a co-op that follows us and that a steward of ours chose.
// Whom a region's host let in is none by that.
func (n *Node) isPeer(ctx context.Context, r *http.Request) bool {
	who := n.asker(ctx, r)
	if who == "" {
		return false
	}
	if near, err := n.Store.Neighbour(ctx, who); near || err != nil || !n.isInstance(ctx, who) {
		return near && err == nil
	}
	peers, err := n.Store.Following(ctx)
	if err != nil {
		return false
	}
	for _, p := range peers {
		if p.Hand && p.State == queue.Accepted && coop.SameOrigin(p.Actor, who) {
			if near, err := n.Store.Neighbour(ctx, p.Actor); near && err == nil {
				return true
			}
		}
	}
	return false
}

// isInstance tells whether an actor is its server's own: servers fetch in its name.
func (n *Node) isInstance(ctx context.Context, iri coop.IRI) bool {
	a, err := n.Store.Actor(ctx, iri)
	return err == nil && (a.Type == "Application" || a.Type == "Service")
}

// getReplies lists the public replies under a public listing by their addresses; its context is the listing and them.
func (n *Node) getReplies(w http.ResponseWriter, r *http.Request) {
	ctx := r.Context()
	id, err := coop.ParseID(chi.URLParam(r, "id"))
	var l market.Listing
	if err == nil {
		l, err = n.Market.Store.Listing(ctx, id)
	}
	if err == nil && (!l.Local() || l.Visibility != coop.Everyone || !l.State.Public()) {
		err = coop.Errorf(coop.NotFound, "listing.unknown", "listing %s is not for everyone", id)
	}
	var replies []market.Message
	if err == nil {
		replies, err = n.Market.Store.Replies(ctx, id)
	}
	wr, _, werr := n.writer(ctx)
	if err == nil {
		err = werr
	}
	if err != nil {
		n.refuse(w, r, err)
		return
	}
	var items []vocab.Raw
	thread := strings.HasSuffix(r.URL.Path, "/context")
	if thread {
		items = append(items, address(l.IRI))
	}
	for _, m := range replies {
		items = append(items, address(m.IRI))
	}
	body, err := wr.List(n.Base+coop.IRI(r.URL.Path), n.addr.Coop(), thread, items)
	if err != nil {
		n.refuse(w, r, err)
		return
	}
	n.document(w, r, vocab.ActivityType, body, etag(body))
}

// getActivity answers something we told. Public ones are everyone's; the rest only for those that it went to: onepage.pub asks
// for every activity by its id (0.19, 2026-11).
func (n *Node) getActivity(w http.ResponseWriter, r *http.Request) {
	if page(w, r, "/") {
		return
	}
	ctx := r.Context()
	id, err := coop.ParseID(chi.URLParam(r, "id"))
	var a queue.Activity
	if err == nil {
		a, err = n.Store.Activity(ctx, id)
	}
	if err != nil {
		n.refuse(w, r, err)
		return
	}
	if a.Public {
		n.document(w, r, vocab.ActivityType, a.JSON, etag(a.JSON))
		return
	}
	if who := n.asker(ctx, r); who != "" && n.among(ctx, who, recipients(a)) {
		n.private(w, a.JSON)
		return
	}
	n.refuse(w, r, coop.Errorf(coop.NotFound, "activity.unknown", "activity %s is private", id))
}

// getNote answers what we say of our use of a page to everyone, a private message of ours to those it went to.
func (n *Node) getNote(w http.ResponseWriter, r *http.Request) {
	ctx := r.Context()
	id, err := coop.ParseID(chi.URLParam(r, "id"))
	if err != nil {
		n.refuse(w, r, err)
		return
	}
	if told, err := n.getAdoption(w, r, n.addr.Note(id)); told || err != nil {
		if err != nil {
			n.refuse(w, r, err)
		}
		return
	}
	if page(w, r, "/threads") {
		return
	}
	hidden := coop.Errorf(coop.NotFound, "message.unknown", "message %s", id)
	who := n.asker(ctx, r)
	if who == "" {
		n.refuse(w, r, hidden)
		return
	}
	var m market.Message
	var mentions []vocab.Mention
	err = n.Store.Write(ctx, func(tx queue.Tx) error {
		var err error
		if m, err = tx.Message(id); err != nil {
			return err
		}
		for _, to := range m.To {
			handle := ""
			if a, err := tx.Actor(to); err == nil {
				handle = a.Handle
			}
			mentions = append(mentions, vocab.Mention{IRI: to, Handle: handle})
		}
		return nil
	})
	if err == nil && !n.among(ctx, who, m.To) {
		err = hidden
	}
	if err != nil {
		n.refuse(w, r, err)
		return
	}
	wr, _, err := n.writer(ctx)
	if err != nil {
		n.refuse(w, r, err)
		return
	}
	body, err := wr.Message(m, mentions)
	if err != nil {
		n.refuse(w, r, err)
		return
	}
	n.private(w, body)
}

// recipients lists the actors that a private activity of ours went to.
func recipients(a queue.Activity) []coop.IRI {
	list := []coop.IRI{a.Object} // of a Follow, and of what answers or takes back one, the other party
	o, err := strictjson.Parse(a.JSON)
	if err != nil {
		return list
	}
	for _, field := range []string{"to", "cc"} {
		to, _ := o.Audience(field)
		list = append(list, to...)
	}
	return list
}

// among tells whether who is one of those named, or the own actor of the server of one: servers fetch in its name. Others of
// that server are not (security PRV-05).
func (n *Node) among(ctx context.Context, who coop.IRI, named []coop.IRI) bool {
	for _, to := range named {
		if to == who || to != coop.Public && coop.SameOrigin(to, who) && n.isInstance(ctx, who) {
			return true
		}
	}
	return false
}
