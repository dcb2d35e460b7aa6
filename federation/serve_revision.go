package federation

import (
	"context"
	"net/http"
	"strconv"

	"github.com/go-chi/chi/v5"

	"toadlane/coop"
	"toadlane/federation/vocab"
	"toadlane/handbook"
)

// revisionsPage is how many texts a part of a page's history names.
const revisionsPage = 100

// getRevision answers a text of ours that came into use or was given back, whole and with our proof, which is the same every time.
func (n *Node) getRevision(w http.ResponseWriter, r *http.Request) {
	slug := chi.URLParam(r, "slug")
	id, err := handbook.ParseRevisionID(chi.URLParam(r, "id"))
	if err != nil {
		n.refuse(w, r, hideHandbook(err))
		return
	}
	body, tag, err := n.docs.get(r.Context(), "revision "+slug+" "+string(id), func(ctx context.Context) ([]byte, error) {
		p, rev, err := n.Handbook.Revision(ctx, commons, slug, id)
		if err != nil {
			return nil, err
		}
		return n.revisionDocument(ctx, p, rev)
	})
	if err != nil {
		n.refuse(w, r, hideHandbook(err))
		return
	}
	if page(w, r, "/handbook/"+slug+"/r/"+string(id)) {
		return
	}
	n.document(w, r, vocab.ActivityType, body, tag)
}

func (n *Node) revisionDocument(ctx context.Context, p handbook.Protocol, r handbook.Revision) ([]byte, error) {
	wr, _, err := n.writer(ctx)
	if err != nil {
		return nil, err
	}
	parents, err := n.parents(ctx, &p, &r)
	if err != nil {
		return nil, err
	}
	doc, err := wr.Revision(p, r, parents)
	if err != nil {
		return nil, err
	}
	at := r.Enacted
	if at.IsZero() {
		at = r.Made
	}
	return n.proveAt(ctx, n.addr.Coop(), doc, at)
}

// parents says where the texts are that one of ours was made from: here, where the one is from that was given back to us, else at the page that ours was
// adapted from.
func (n *Node) parents(ctx context.Context, p *handbook.Protocol, r *handbook.Revision) ([]coop.IRI, error) {
	read := n.Handbook.Store.At(ctx)
	var out []coop.IRI
	for _, id := range r.Parents {
		at := vocab.RevisionIRI(p.IRI, id)
		known, err := read.Revision(p.ID, id)
		switch {
		case err == nil && known.IRI != "":
			at = known.IRI
		case err != nil && coop.ClassOf(err) != coop.NotFound:
			return nil, err
		case err != nil && p.Origin.Page != "":
			at = vocab.RevisionIRI(p.Origin.Page, id)
		}
		out = append(out, at)
	}
	return out, nil
}

// getRevisions lists the texts of a page that came into use, newest first, by their addresses.
func (n *Node) getRevisions(w http.ResponseWriter, r *http.Request) {
	p, err := n.Handbook.Protocol(r.Context(), commons, chi.URLParam(r, "slug"))
	if err != nil {
		n.refuse(w, r, hideHandbook(err))
		return
	}
	if page(w, r, "/handbook/"+p.Slug+"/history") {
		return
	}
	n.serveCollection(w, r, func(ctx context.Context, id coop.IRI, paged bool, cursor string) ([]byte, error) {
		wr, _, err := n.writer(ctx)
		if err != nil {
			return nil, err
		}
		below := 0
		if cursor != "" {
			if below, err = strconv.Atoi(cursor); err != nil || below <= 0 {
				return nil, coop.Errorf(coop.Invalid, "cursor.invalid", "%.40q", cursor)
			}
		}
		all, err := n.Handbook.Store.At(ctx).Revisions(p.ID, 0, handbook.MaxHistory)
		if err != nil {
			return nil, err
		}
		var items []vocab.Raw
		total, next := 0, ""
		for _, rev := range all {
			if rev.Enacted.IsZero() {
				continue
			}
			total++
			switch {
			case below > 0 && rev.Number >= below:
			case len(items) < revisionsPage:
				items = append(items, address(vocab.RevisionIRI(p.IRI, rev.ID)))
				next = strconv.Itoa(rev.Number)
			case len(items) == revisionsPage:
				items = append(items, nil) // there is more
			}
		}
		if !paged {
			return wr.Collection(id, n.addr.Coop(), total, p.Updated, pageIRI(id, ""))
		}
		var after coop.IRI
		if len(items) > revisionsPage {
			items, after = items[:revisionsPage], pageIRI(id, next)
		}
		return wr.Page(pageIRI(id, cursor), id, total, items, after, "")
	})
}
