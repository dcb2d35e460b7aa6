package federation

import (
	"net/http"
	"strings"

	"github.com/go-chi/chi/v5"
	"github.com/go-chi/chi/v5/middleware"

	"toadlane/coop"
	"toadlane/internal/limits"
)

// prefixes are the paths that belong to peers; everything else is the site's.
var prefixes = []string{"/inbox", "/actor", "/instance", "/m", "/a", "/n", "/h", "/r", "/.well-known/webfinger",
	"/.well-known/host-meta", "/.well-known/nodeinfo", "/nodeinfo", "/murmurations"}

// Owns tells whether a path is the federation's. Pages that are documents too (the front, listings, members) are the site's,
// which hands them over by their Accept header.
func Owns(path string) bool {
	for _, p := range prefixes {
		if path == p || strings.HasPrefix(path, p) && path[len(p)] == '/' {
			return true
		}
	}
	return strings.HasPrefix(path, "/listings/") && (strings.HasSuffix(path, "/replies") || strings.HasSuffix(path, "/context"))
}

// ServeHTTP answers peers: no session, no cookie, no CSRF token here; who asks is known by signature alone.
func (n *Node) ServeHTTP(w http.ResponseWriter, r *http.Request) { n.routes.ServeHTTP(w, r) }

func (n *Node) router() http.Handler {
	r := chi.NewRouter()
	r.Use(n.guard, middleware.GetHead)
	r.NotFound(func(w http.ResponseWriter, r *http.Request) {
		n.refuse(w, r, coop.Errorf(coop.NotFound, "page.unknown", "%s", r.URL.Path))
	})
	r.Get("/.well-known/webfinger", n.getWebFinger)
	r.Get("/.well-known/host-meta", n.getHostMeta)
	r.Get("/.well-known/nodeinfo", n.getNodeInfoLinks)
	r.Get("/nodeinfo/{version}", n.getNodeInfo)
	r.Post("/inbox", n.postInbox)
	for _, actor := range []string{"/actor", "/instance", "/m/{handle}", "/r/{region}"} {
		r.Post(actor+"/inbox", n.postInbox)
		r.Get(actor, n.getActor)
		r.Get(actor+"/outbox", n.getOutbox)
		r.Get(actor+"/followers", n.getCount)
		r.Get(actor+"/following", n.getFollowing)
		r.Get(actor+"/featured", n.getFeatured)
	}
	r.Get("/actor/offers", n.getListings)
	r.Get("/actor/wants", n.getListings)
	r.Get("/actor/members", n.getMembers)
	r.Get("/actor/handbook", n.getHandbook)
	r.Get("/actor/agreements", n.getAgreements)
	r.Get("/h/{slug}", n.getProtocol)
	r.Get("/h/{slug}/revisions", n.getRevisions)
	r.Get("/h/{slug}/r/{id}", n.getRevision)
	r.Get("/r/{region}/moderators", n.getModerators)
	r.Get("/r/{region}/members", n.getRegionMembers)
	r.Get("/r/{region}/charters", n.getCharters)
	r.Get("/r/{region}/words", n.getWords)
	r.Get("/r/{region}/lists/{root}", n.getList)
	r.Get("/r/{region}/areas/{area}", n.getArea)
	r.Get("/a/{id}", n.getActivity)
	r.Get("/n/{id}", n.getNote)
	r.Get("/listings/{id}", n.getListing)
	r.Get("/listings/{id}/replies", n.getReplies)
	r.Get("/listings/{id}/context", n.getReplies)
	r.Get("/murmurations/organization.json", n.getMurmurOrganization)
	r.Get("/murmurations/listings/{id}.json", n.getMurmurListing)
	r.Get("/murmurations/people/{handle}.json", n.getMurmurPerson)
	// The site hands these over when a document is asked for.
	r.Get("/", n.getActor)
	r.Get("/@{handle}", n.getActor)
	r.Get("/regions/{region}", n.getActor)
	return r
}

// guard holds every request to our own host, caps its body and says what answers never are.
func (n *Node) guard(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Host != n.Base.Host() {
			http.Error(w, "this is not "+n.Base.Host(), http.StatusMisdirectedRequest)
			return
		}
		h := w.Header()
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'; sandbox")
		h.Set("Referrer-Policy", "same-origin")
		r.Body = http.MaxBytesReader(w, r.Body, limits.InboxBody+1)
		next.ServeHTTP(w, r)
	})
}

// document answers a public ActivityPub document, or 304.
func (n *Node) document(w http.ResponseWriter, r *http.Request, contentType string, body []byte, tag string) {
	h := w.Header()
	h.Set("Content-Type", contentType)
	h.Set("Access-Control-Allow-Origin", "*")
	h.Set("Vary", "Accept")
	h.Set("Cache-Control", "public, max-age=180")
	h.Set("ETag", tag)
	if m := r.Header.Get("If-None-Match"); m != "" && matches(m, tag) {
		h.Del("Content-Type")
		w.WriteHeader(http.StatusNotModified)
		return
	}
	_, _ = w.Write(body)
}

// private answers a document that is for the one who asked alone.
func (n *Node) private(w http.ResponseWriter, body []byte) {
	h := w.Header()
	h.Set("Content-Type", activityType)
	h.Set("Vary", "Accept, Signature")
	h.Set("Cache-Control", "private, no-store")
	_, _ = w.Write(body)
}

// matches compares an If-None-Match list with a tag, weakly (RFC 9110 §13.1.2).
func matches(list, tag string) bool {
	for _, t := range strings.Split(list, ",") {
		if t = strings.TrimPrefix(strings.TrimSpace(t), "W/"); t == tag || t == "*" {
			return true
		}
	}
	return false
}

// page sends a browser that came to a peers' address to the page for people.
func page(w http.ResponseWriter, r *http.Request, to string) bool {
	accept := r.Header.Get("Accept")
	if !strings.Contains(accept, "text/html") || strings.Contains(accept, "activity+json") || strings.Contains(accept, "ld+json") {
		return false
	}
	w.Header().Set("Vary", "Accept")
	http.Redirect(w, r, to, http.StatusSeeOther)
	return true
}
