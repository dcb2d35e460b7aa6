package federation

import (
	"context"
	"net/http"

	"toadlane/coop"
	"toadlane/federation/vocab"
	"toadlane/handbook"
)

// getAdoption answers the note about an adoption of ours that others were told of, 410 after it ended. told is false when the address is that of
// no such note.
func (n *Node) getAdoption(w http.ResponseWriter, r *http.Request, iri coop.IRI) (told bool, err error) {
	ctx := r.Context()
	read := n.Handbook.Store.At(ctx)
	a, err := read.AdoptionByIRI(iri)
	if err != nil || a.Coop != "" {
		if coop.ClassOf(err) == coop.NotFound || err == nil {
			return false, nil
		}
		return false, err
	}
	wr, _, err := n.writer(ctx)
	if err != nil {
		return false, err
	}
	if !a.Holds(n.Now()) {
		body, err := wr.Tombstone(iri, "Note", a.Until)
		if err == nil {
			n.gone(w, body)
		}
		return err == nil, err
	}
	u := handbook.Used{Adoption: a}
	if u.Page, err = read.ProtocolByIRI(a.Page); err != nil {
		if coop.ClassOf(err) != coop.NotFound {
			return false, err
		}
		u.Page = handbook.Protocol{IRI: a.Page, Home: a.Home, Name: a.Name}
	}
	people := "/handbook"
	if u.Page.Local() {
		people += "/" + u.Page.Slug
	}
	if page(w, r, people) {
		return true, nil
	}
	home, err := n.homeOf(ctx, a.Home)
	if err != nil {
		return false, err
	}
	body, err := wr.Adoption(u, home)
	if err == nil {
		body, err = n.proveAt(ctx, n.addr.Coop(), body, a.Since)
	}
	if err != nil {
		return false, err
	}
	n.document(w, r, vocab.ActivityType, body, etag(body))
	return true, nil
}

// homeOf is how a co-op is mentioned, by what is known of it here; zero for ours.
func (n *Node) homeOf(ctx context.Context, home coop.IRI) (vocab.Mention, error) {
	if home == "" {
		return vocab.Mention{}, nil
	}
	m := vocab.Mention{IRI: home, Handle: home.Host()}
	a, err := n.Store.Actor(ctx, home)
	if err == nil && a.Handle != "" {
		m.Handle = a.Handle
	}
	if err != nil && coop.ClassOf(err) != coop.NotFound && coop.ClassOf(err) != coop.Gone {
		return m, err
	}
	return m, nil
}
