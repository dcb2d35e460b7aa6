package federation

import (
	"context"
	"net/http"
	"strings"

	"github.com/go-chi/chi/v5"

	"toadlane/coop"
	"toadlane/federation/vocab"
	"toadlane/market"
)

// getWebFinger answers who a resource is (RFC 7033): acct:name@host, an actor's address or page, the host itself (FEP-d556). 400
// for what is no resource, 404 for who is not here; a member who is not listed is not here.
func (n *Node) getWebFinger(w http.ResponseWriter, r *http.Request) {
	resource := r.URL.Query().Get("resource")
	if resource == "" || len(resource) > coop.MaxIRI {
		n.refuse(w, r, coop.Errorf(coop.Invalid, "webfinger.resource", "resource %.80q", resource))
		return
	}
	body, tag, err := n.docs.get(r.Context(), "webfinger "+resource, func(ctx context.Context) ([]byte, error) { return n.webFinger(ctx, resource) })
	if err != nil {
		n.refuse(w, r, err)
		return
	}
	n.document(w, r, vocab.JRDType, body, tag)
}

func (n *Node) webFinger(ctx context.Context, resource string) ([]byte, error) {
	w, c, err := n.writer(ctx)
	if err != nil {
		return nil, err
	}
	unknown := coop.Errorf(coop.NotFound, "actor.unknown", "resource %.80q", resource)
	base := string(n.Base)
	var name string
	switch {
	case strings.Contains(resource, "://"):
		rest, ok := strings.CutPrefix(resource, base)
		switch {
		case !ok:
			return nil, unknown
		case rest == "" || rest == "/":
			return w.WebFingerHost()
		case rest == "/actor":
			name = c.Handle
		case rest == "/instance":
			name = n.Base.Hostname()
		case strings.HasPrefix(rest, "/m/"):
			name = rest[len("/m/"):]
		case strings.HasPrefix(rest, "/@"):
			name = rest[len("/@"):]
		case strings.HasPrefix(rest, "/r/"):
			return n.webFingerRegion(ctx, w, rest[len("/r/"):], unknown)
		case strings.HasPrefix(rest, "/regions/"):
			return n.webFingerRegion(ctx, w, rest[len("/regions/"):], unknown)
		default:
			return nil, unknown
		}
	default:
		acct := strings.TrimPrefix(strings.TrimPrefix(resource, "acct:"), "@")
		at := strings.LastIndexByte(acct, '@')
		if at < 1 {
			return nil, coop.Errorf(coop.Invalid, "webfinger.resource", "resource %.80q", resource)
		}
		if !strings.EqualFold(acct[at+1:], n.Base.Host()) {
			return nil, unknown
		}
		if name = strings.ToLower(acct[:at]); name == n.Base.Host() {
			name = n.Base.Hostname() // with its port too, as FEP-d556 reads
		}
	}
	switch name {
	case c.Handle:
		return w.WebFinger(name, n.addr.Coop(), n.Base+"/")
	case n.Base.Hostname():
		return w.WebFinger(name, n.addr.Instance(), n.Base+"/")
	}
	if coop.ValidHandle(name) {
		p, err := n.CoopStore.PersonByHandle(ctx, name)
		if err != nil && coop.ClassOf(err) != coop.NotFound {
			return nil, err
		}
		if err == nil && p.Public() {
			return w.WebFinger(name, n.addr.Member(name), n.Base+"/@"+coop.IRI(name))
		}
	}
	return n.webFingerRegion(ctx, w, name, unknown) // co-op and members first: a region that comes later takes nobody's name
}

func (n *Node) webFingerRegion(ctx context.Context, w vocab.Writer, slug string, unknown error) ([]byte, error) {
	r, err := n.hosted(ctx, slug)
	if err != nil {
		if coop.ClassOf(err) == coop.NotFound {
			err = unknown
		}
		return nil, err
	}
	return w.WebFinger(slug, r.Charter.Host, n.Base+"/regions/"+coop.IRI(slug))
}

func (n *Node) getHostMeta(w http.ResponseWriter, r *http.Request) {
	body, err := vocab.Writer{At: n.addr}.HostMeta()
	if err != nil {
		n.refuse(w, r, err)
		return
	}
	n.document(w, r, vocab.XRDType, body, etag(body))
}

func (n *Node) getNodeInfoLinks(w http.ResponseWriter, r *http.Request) {
	body, err := vocab.Writer{At: n.addr}.NodeInfoLinks(n.Base+"/nodeinfo/2.1", n.Base+"/nodeinfo/2.0")
	if err != nil {
		n.refuse(w, r, err)
		return
	}
	n.document(w, r, "application/json", body, etag(body))
}

// getNodeInfo answers NodeInfo 2.1, and 2.0 for those who ask for nothing newer (GoToSocial 0.20).
func (n *Node) getNodeInfo(w http.ResponseWriter, r *http.Request) {
	version := chi.URLParam(r, "version")
	if version != "2.1" && version != "2.0" {
		n.refuse(w, r, coop.Errorf(coop.NotFound, "page.unknown", "nodeinfo %.20q", version))
		return
	}
	body, tag, err := n.docs.get(r.Context(), "nodeinfo "+version, func(ctx context.Context) ([]byte, error) {
		wr, c, err := n.writer(ctx)
		if err != nil {
			return nil, err
		}
		accounts, err := n.CoopStore.Accounts(ctx)
		if err != nil {
			return nil, err
		}
		posts, err := n.Store.CountOutbox(ctx, n.addr.Coop())
		if err != nil {
			return nil, err
		}
		return wr.NodeInfo(version, c, len(accounts), posts)
	})
	if err != nil {
		n.refuse(w, r, err)
		return
	}
	n.document(w, r, strings.Replace(vocab.NodeInfoType, "2.1", version, 1), body, tag)
}

// openListings asks the market for what a collection lists.
func openListings(p market.Purpose, cursor string) market.Query {
	return market.Query{Reach: coop.Everyone, Local: true, Purpose: p, Sort: market.Newest, Cursor: cursor, Limit: market.MaxPage / 2}
}
