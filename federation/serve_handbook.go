package federation

import (
	"context"
	"net/http"
	"time"

	"github.com/go-chi/chi/v5"

	"toadlane/coop"
	"toadlane/federation/vocab"
	"toadlane/handbook"
)

// handbookPage is how many pages a part of the list of our handbook has: each says all that is said of a page, so that ten stay below what peers read.
const handbookPage = 10

// commons is who reads on behalf of nobody in particular: what they may not see does not exist.
var commons = coop.Anonymous()

// told gives a public page of ours with its text in use. Class NotFound.
func (n *Node) told(ctx context.Context, slug string) (handbook.Told, error) {
	p, err := n.Handbook.Protocol(ctx, commons, slug)
	if err != nil {
		return handbook.Told{}, err
	}
	return n.withText(ctx, p)
}

func (n *Node) withText(ctx context.Context, p handbook.Protocol) (handbook.Told, error) {
	_, r, err := n.Handbook.Revision(ctx, commons, p.Slug, p.InUse)
	return handbook.Told{Protocol: p, Revision: r}, err
}

// getProtocol answers one of our public pages, as it is in use; who reads with a browser is led to the page for people.
func (n *Node) getProtocol(w http.ResponseWriter, r *http.Request) {
	slug := chi.URLParam(r, "slug")
	t, err := n.told(r.Context(), slug)
	if err != nil {
		n.refuse(w, r, hideHandbook(err))
		return
	}
	if page(w, r, "/handbook/"+t.Protocol.Slug) {
		return
	}
	key := "page " + slug + " " + string(t.Protocol.InUse) + " " + t.Protocol.Updated.String()
	body, tag, err := n.docs.get(r.Context(), key, func(ctx context.Context) ([]byte, error) {
		wr, _, err := n.writer(ctx)
		if err != nil {
			return nil, err
		}
		return wr.Protocol(t)
	})
	if err != nil {
		n.refuse(w, r, err)
		return
	}
	n.document(w, r, vocab.ActivityType, body, tag)
}

// hideHandbook says the same of what is not there and of what is not for everyone.
func hideHandbook(err error) error {
	if coop.ClassOf(err) == coop.NotFound {
		return coop.Errorf(coop.NotFound, "page.unknown", "%w", err)
	}
	return err
}

// getHandbook lists our public pages, changed last first, each with a teaser in place of its text.
func (n *Node) getHandbook(w http.ResponseWriter, r *http.Request) {
	if page(w, r, "/handbook") {
		return
	}
	n.serveCollection(w, r, func(ctx context.Context, id coop.IRI, paged bool, cursor string) ([]byte, error) {
		wr, _, err := n.writer(ctx)
		if err != nil {
			return nil, err
		}
		contents, err := n.Handbook.Contents(ctx, commons)
		if err != nil {
			return nil, err
		}
		if !paged {
			var updated time.Time
			for _, p := range contents {
				if p.Updated.After(updated) {
					updated = p.Updated
				}
			}
			return wr.Collection(id, n.addr.Coop(), len(contents), updated, pageIRI(id, ""))
		}
		found, err := n.Handbook.Search(ctx, commons, handbook.Query{Sort: handbook.Newest, Cursor: cursor, Limit: handbookPage})
		if err != nil {
			return nil, err
		}
		var items []vocab.Raw
		for _, h := range found.Hits {
			t, err := n.withText(ctx, h.Protocol)
			if err != nil {
				return nil, err
			}
			doc, err := wr.ProtocolEntry(t)
			if err != nil {
				return nil, err
			}
			items = append(items, doc)
		}
		var after coop.IRI
		if found.Next != "" {
			after = pageIRI(id, found.Next)
		}
		return wr.Page(pageIRI(id, cursor), id, len(contents), items, after, "")
	})
}
