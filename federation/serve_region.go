package federation

import (
	"context"
	"net/http"
	"time"

	"github.com/go-chi/chi/v5"

	"toadlane/coop"
	"toadlane/federation/vocab"
	"toadlane/region"
)

// membersPage is how many co-ops a page of a region's members names.
const membersPage = 100

// getModerators lists the co-ops of a region's council that say themselves that they take part.
func (n *Node) getModerators(w http.ResponseWriter, r *http.Request) {
	n.serveCollection(w, r, func(ctx context.Context, id coop.IRI, _ bool, _ string) ([]byte, error) {
		g, wr, err := n.regionServed(ctx, r)
		if err != nil {
			return nil, err
		}
		var items []vocab.Raw
		for _, s := range g.Charter.Council {
			p, err := n.Region.Store.At(ctx).Part(g.ID, s.Coop)
			if err != nil && coop.ClassOf(err) != coop.NotFound {
				return nil, err
			}
			if err == nil && p.Counts() {
				items = append(items, address(s.Coop))
			}
		}
		return wr.List(id, g.Charter.Host, false, items)
	})
}

// getRegionMembers lists the co-ops that take part in a region and say so themselves.
func (n *Node) getRegionMembers(w http.ResponseWriter, r *http.Request) {
	n.serveCollection(w, r, func(ctx context.Context, id coop.IRI, paged bool, cursor string) ([]byte, error) {
		g, wr, err := n.regionServed(ctx, r)
		if err != nil {
			return nil, err
		}
		total, err := n.Region.Store.At(ctx).CountParts(g.ID, region.In)
		if err != nil {
			return nil, err
		}
		if !paged {
			return wr.Collection(id, g.Charter.Host, total, time.Time{}, pageIRI(id, ""))
		}
		list, next, err := n.Region.Store.At(ctx).Parts(g.ID, region.In, membersPage, cursor)
		if err != nil {
			return nil, err
		}
		var items []vocab.Raw
		for _, p := range list {
			if p.Counts() {
				items = append(items, address(p.Coop))
			}
		}
		return wr.Page(pageIRI(id, cursor), id, total, items, following(id, next), "")
	})
}

// following is the page after one, "" when there is none.
func following(id coop.IRI, next string) coop.IRI {
	if next == "" {
		return ""
	}
	return pageIRI(id, next)
}

// regionServed gives the region whose documents are asked for.
func (n *Node) regionServed(ctx context.Context, r *http.Request) (region.Region, vocab.Writer, error) {
	wr, _, err := n.writer(ctx)
	if err != nil {
		return region.Region{}, wr, err
	}
	g, err := n.regionNamed(ctx, chi.URLParam(r, "region"))
	return g, wr, err
}
