package outbound

import (
	"context"

	"toadlane/coop"
	"toadlane/internal/limits"
	"toadlane/internal/strictjson"
)

// Document is a fetched ActivityPub document: said by the origin of IRI, which is its own id (for a collection, where it
// came from).
type Document struct {
	IRI         coop.IRI
	Raw         []byte
	Object      strictjson.Object
	ETag        string
	NotModified bool // nothing but IRI is set
}

// FetchDocument is the one way to learn what another origin says (security rule R5): an ActivityPub content type, an
// answer from the same origin, and an id equal to the address it came from. When the id is another address of the same
// origin, that one is asked once and must answer with itself: GoToSocial's key documents and pretty addresses do so. A
// document of another origin's id is refused, whatever it says. r.Kind must be an ActivityPub kind.
//
// Pages of collections are held to their origin only, not to their exact address: they often have no id or one with other
// parameters, and nothing is believed because a page has said it.
//
// Errors as for Get; Invalid also when the document is not strict JSON or its id is not what was asked for.
func (c *Client) FetchDocument(ctx context.Context, r Request) (Document, error) {
	if r.Kind < KindActor || r.Kind > KindRevision {
		return Document{}, coop.Errorf(coop.Internal, "error.internal", "fetch %s: %s is no ActivityPub document", r.URL, r.Kind)
	}
	for refetched := false; ; refetched = true {
		resp, err := c.Get(ctx, r)
		if err != nil {
			return Document{}, err
		}
		if resp.NotModified {
			return Document{IRI: r.URL.Document(), NotModified: true}, nil
		}
		o, err := strictjson.ParseStrings(resp.Body, max(rules[r.Kind].strings, limits.JSONString))
		if err != nil {
			return Document{}, coop.Errorf(coop.Invalid, "fetch.document", "%s: %w", r.URL, err)
		}
		id, ok := o.ID()
		doc := Document{IRI: id, Raw: resp.Body, Object: o, ETag: resp.Header.Get("ETag")}
		switch {
		case r.Kind == KindCollection && (!o.Has("id") || ok && coop.SameOrigin(id, resp.FinalURL)):
			doc.IRI = resp.FinalURL
			return doc, nil
		case !ok:
			return Document{}, coop.Errorf(coop.Invalid, "fetch.document", "%s: id %.100q", r.URL, o.Str("id"))
		case id == r.URL || id == resp.FinalURL:
			return doc, nil
		case !coop.SameOrigin(id, resp.FinalURL):
			return Document{}, coop.Errorf(coop.Invalid, "fetch.document", "%s: says it is %s, of another origin", r.URL, id)
		case refetched:
			return Document{}, coop.Errorf(coop.Invalid, "fetch.document", "%s: asked for its id, says it is %s", r.URL, id)
		}
		r.URL, r.IfNoneMatch = id, ""
	}
}
