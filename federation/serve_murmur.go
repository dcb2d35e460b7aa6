package federation

import (
	"context"
	"net/http"

	"github.com/go-chi/chi/v5"

	"toadlane/coop"
	"toadlane/federation/murmur"
	"toadlane/federation/queue"
	"toadlane/market"
)

func (n *Node) murmurWriter(c coop.Coop) murmur.Writer {
	return murmur.Writer{Base: n.Base, Photo: n.addr.Photo, Coop: c}
}

// profile serves a profile. There is one while a steward tells an index of it, and as long: an index forgets only what it can't fetch any more.
func (n *Node) profile(w http.ResponseWriter, r *http.Request, build func(ctx context.Context, m queue.Murmurations, wr murmur.Writer) ([]byte, error)) {
	body, tag, err := n.docs.get(r.Context(), "murmur "+r.URL.Path, func(ctx context.Context) ([]byte, error) {
		m, err := n.Murmurations(ctx)
		if err != nil {
			return nil, err
		}
		if !m.On {
			return nil, coop.Errorf(coop.NotFound, "page.unknown", "no index is told")
		}
		c, err := n.CoopStore.Coop(ctx)
		if err != nil {
			return nil, err
		}
		return build(ctx, m, n.murmurWriter(c))
	})
	if err != nil {
		n.refuse(w, r, err)
		return
	}
	n.document(w, r, murmur.MediaType, body, tag)
}

func (n *Node) getMurmurOrganization(w http.ResponseWriter, r *http.Request) {
	n.profile(w, r, func(ctx context.Context, m queue.Murmurations, wr murmur.Writer) ([]byte, error) {
		if !m.Organization {
			return nil, coop.Errorf(coop.NotFound, "page.unknown", "no index is told of the co-op")
		}
		return n.organizationProfile(ctx, wr)
	})
}

func (n *Node) organizationProfile(ctx context.Context, wr murmur.Writer) ([]byte, error) {
	var hosts []coop.IRI
	if n.Region != nil {
		regions, err := n.Region.Regions(ctx, coop.Anonymous())
		if err != nil {
			return nil, err
		}
		for i := range regions {
			hosts = append(hosts, regions[i].Charter.Host)
		}
	}
	return wr.Organization(hosts)
}

// getMurmurListing answers 410 where a listing's own address does, and 404 for what is over or not for everyone.
func (n *Node) getMurmurListing(w http.ResponseWriter, r *http.Request) {
	n.profile(w, r, func(ctx context.Context, m queue.Murmurations, wr murmur.Writer) ([]byte, error) {
		id, err := coop.ParseID(chi.URLParam(r, "id"))
		if err != nil {
			return nil, err
		}
		l, err := n.Market.Store.Listing(ctx, id)
		switch {
		case err != nil:
			return nil, err
		case l.Local() && l.State == market.Archived && l.Visibility == coop.Everyone:
			return nil, coop.Errorf(coop.Gone, "listing.gone", "listing %s is archived", id)
		case !indexed(m, &l) || !l.Live(n.Now()):
			return nil, coop.Errorf(coop.NotFound, "listing.unknown", "no index is told of listing %s", id)
		}
		return wr.Listing(&l)
	})
}

// indexed tells whether an index may be told of a listing as long as it is open.
func indexed(m queue.Murmurations, l *market.Listing) bool {
	return l.Local() && l.Visibility == coop.Everyone && (l.Purpose == market.Offer && m.Offers || l.Purpose == market.Want && m.Wants)
}

func (n *Node) getMurmurPerson(w http.ResponseWriter, r *http.Request) {
	n.profile(w, r, func(ctx context.Context, m queue.Murmurations, wr murmur.Writer) ([]byte, error) {
		handle := chi.URLParam(r, "handle")
		unknown := coop.Errorf(coop.NotFound, "actor.unknown", "no index is told of %.40q", handle)
		if !m.People || !coop.ValidHandle(handle) {
			return nil, unknown
		}
		p, err := n.CoopStore.PersonByHandle(ctx, handle)
		if err != nil {
			return nil, err
		}
		view, ok := p.SeenBy(coop.Everyone)
		if !ok || !view.Murmurations {
			return nil, unknown
		}
		return wr.Person(view)
	})
}
