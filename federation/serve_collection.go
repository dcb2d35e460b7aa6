package federation

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"time"

	"toadlane/coop"
	"toadlane/federation/queue"
	"toadlane/federation/vocab"
	"toadlane/internal/strictjson"
	"toadlane/market"
)

// outboxPage is how many activities a page of an outbox has.
const outboxPage = 20

// serveCollection answers what build gives, kept for a second.
func (n *Node) serveCollection(w http.ResponseWriter, r *http.Request, build func(ctx context.Context, id coop.IRI, page bool, cursor string) ([]byte, error)) {
	actor := n.actorOf(r)
	if _, err := n.present(r, actor); err != nil {
		n.refuse(w, r, err)
		return
	}
	q := r.URL.Query()
	cursor := q.Get("cursor")
	paged := q.Has("page") || cursor != ""
	id := n.Base + coop.IRI(r.URL.Path)
	key := "collection " + r.URL.Path
	if paged {
		key += "?" + cursor
	}
	body, tag, err := n.docs.get(r.Context(), key, func(ctx context.Context) ([]byte, error) { return build(ctx, id, paged, cursor) })
	if err != nil {
		n.refuse(w, r, err)
		return
	}
	n.document(w, r, vocab.ActivityType, body, tag)
}

// present tells whether an actor is there: the parts of one that is not are not either.
func (n *Node) present(r *http.Request, actor coop.IRI) ([]byte, error) {
	body, _, err := n.docs.get(r.Context(), "actor "+string(actor), func(ctx context.Context) ([]byte, error) { return n.actorDocument(ctx, actor) })
	return body, err
}

func pageIRI(id coop.IRI, cursor string) coop.IRI {
	if cursor == "" {
		return id + "?page=1"
	}
	return id + "?cursor=" + coop.IRI(url.QueryEscape(cursor))
}

// getOutbox lists an actor's public activities, newest first, whole and with their proofs.
func (n *Node) getOutbox(w http.ResponseWriter, r *http.Request) {
	actor := n.actorOf(r)
	n.serveCollection(w, r, func(ctx context.Context, id coop.IRI, paged bool, cursor string) ([]byte, error) {
		wr, _, err := n.writer(ctx)
		if err != nil {
			return nil, err
		}
		total, err := n.Store.CountOutbox(ctx, actor)
		if err != nil {
			return nil, err
		}
		if !paged {
			return wr.Collection(id, actor, total, time.Time{}, pageIRI(id, ""))
		}
		list, next, err := n.Store.Outbox(ctx, actor, cursor, outboxPage)
		if err != nil {
			return nil, err
		}
		items := make([]vocab.Raw, len(list))
		for i, a := range list {
			items[i] = a.JSON
		}
		var after coop.IRI
		if next != "" {
			after = pageIRI(id, next)
		}
		return wr.Page(pageIRI(id, cursor), id, total, items, after, "")
	})
}

// getCount answers followers: how many, not who (security PRV-01).
func (n *Node) getCount(w http.ResponseWriter, r *http.Request) {
	actor := n.actorOf(r)
	n.serveCollection(w, r, func(ctx context.Context, id coop.IRI, _ bool, _ string) ([]byte, error) {
		wr, _, err := n.writer(ctx)
		if err != nil {
			return nil, err
		}
		total, err := n.Store.CountFollowers(ctx, actor)
		if err != nil {
			return nil, err
		}
		return wr.Collection(id, actor, total, time.Time{}, "")
	})
}

// getFollowing answers how many co-ops ours follows; other actors follow nobody.
func (n *Node) getFollowing(w http.ResponseWriter, r *http.Request) {
	actor := n.actorOf(r)
	n.serveCollection(w, r, func(ctx context.Context, id coop.IRI, _ bool, _ string) ([]byte, error) {
		wr, _, err := n.writer(ctx)
		if err != nil {
			return nil, err
		}
		total := 0
		if actor == n.addr.Coop() {
			peers, err := n.Store.Following(ctx)
			if err != nil {
				return nil, err
			}
			for _, p := range peers {
				if p.State == queue.Accepted {
					total++
				}
			}
		}
		return wr.Collection(id, actor, total, time.Time{}, "")
	})
}

// getListings lists our open offers or wants for everyone, each whole with its proof, so that one paged GET gives a region
// everything (FEDERATION.md). A page has as many as fit into what a reader takes.
func (n *Node) getListings(w http.ResponseWriter, r *http.Request) {
	purpose := market.Offer
	if strings.HasSuffix(r.URL.Path, "/wants") {
		purpose = market.Want
	}
	n.serveCollection(w, r, func(ctx context.Context, id coop.IRI, paged bool, cursor string) ([]byte, error) {
		wr, _, err := n.writer(ctx)
		if err != nil {
			return nil, err
		}
		q := openListings(purpose, cursor)
		p, err := n.Market.Store.Search(ctx, q, n.Now().UTC())
		if err != nil {
			return nil, err
		}
		total, updated := len(p.Listings), time.Time{}
		if p.Next != "" || cursor != "" {
			if total, err = n.countOpen(ctx, purpose); err != nil {
				return nil, err
			}
		}
		items := make([]vocab.Raw, 0, len(p.Listings))
		for _, l := range p.Listings {
			if l.Updated.After(updated) {
				updated = l.Updated
			}
			if paged {
				doc, err := n.listingDocument(ctx, wr, l)
				if err != nil {
					return nil, err
				}
				items = append(items, doc)
			}
		}
		if !paged {
			return wr.Collection(id, n.addr.Coop(), total, updated, pageIRI(id, ""))
		}
		if fit := fits(items, 0); fit < len(items) {
			q.Limit = fit
			if p, err = n.Market.Store.Search(ctx, q, n.Now().UTC()); err != nil { // for the place of the last that fits
				return nil, err
			}
			items = items[:min(fit, len(p.Listings))]
		}
		var after coop.IRI
		if p.Next != "" {
			after = pageIRI(id, p.Next)
		}
		return wr.Page(pageIRI(id, cursor), id, total, items, after, "")
	})
}

// countOpen counts what a collection lists; only asked for when it has more than a page.
func (n *Node) countOpen(ctx context.Context, purpose market.Purpose) (int, error) {
	total, cursor := 0, ""
	for {
		p, err := n.Market.Store.Search(ctx, openListings(purpose, cursor), n.Now().UTC())
		if err != nil {
			return 0, err
		}
		total += len(p.Listings)
		if cursor = p.Next; cursor == "" {
			return total, nil
		}
	}
}

// getFeatured lists what Mastodon pins to a profile: the newest open listings by their addresses.
func (n *Node) getFeatured(w http.ResponseWriter, r *http.Request) {
	actor := n.actorOf(r)
	n.serveCollection(w, r, func(ctx context.Context, id coop.IRI, _ bool, _ string) ([]byte, error) {
		wr, _, err := n.writer(ctx)
		if err != nil {
			return nil, err
		}
		var items []vocab.Raw
		if actor == n.addr.Coop() {
			q := openListings("", "")
			q.Limit = featured
			p, err := n.Market.Store.Search(ctx, q, n.Now().UTC())
			if err != nil {
				return nil, err
			}
			for _, l := range p.Listings {
				items = append(items, address(l.IRI))
			}
		}
		return wr.List(id, actor, true, items)
	})
}

// featured is how many posts Mastodon pins at most.
const featured = 5

// getMembers lists the members who agreed to be named to everyone, and how many there are.
func (n *Node) getMembers(w http.ResponseWriter, r *http.Request) {
	n.serveCollection(w, r, func(ctx context.Context, _ coop.IRI, _ bool, _ string) ([]byte, error) {
		wr, _, err := n.writer(ctx)
		if err != nil {
			return nil, err
		}
		people, err := n.CoopStore.People(ctx)
		if err != nil {
			return nil, err
		}
		var named []coop.PersonView
		for _, p := range people {
			if v, ok := p.SeenBy(coop.Everyone); ok {
				named = append(named, v)
			}
		}
		return wr.Members(len(people), named)
	})
}

// address is an item that is only named.
func address(i coop.IRI) vocab.Raw {
	b, err := strictjson.AppendString(nil, string(i))
	if err != nil { // an IRI is UTF-8
		return vocab.Raw("null")
	}
	return b
}
