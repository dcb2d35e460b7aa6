package federation

import (
	"context"
	"net/http"
	"strings"

	"github.com/go-chi/chi/v5"

	"toadlane/coop"
	"toadlane/federation/vocab"
)

// actorOf is which of our actors a path is about.
func (n *Node) actorOf(r *http.Request) coop.IRI {
	path := r.URL.Path
	if h := chi.URLParam(r, "handle"); h != "" {
		return n.addr.Member(h)
	}
	if slug := chi.URLParam(r, "region"); slug != "" {
		return n.addr.Region(slug)
	}
	if path == "/" || path == "/actor" || strings.HasPrefix(path, "/actor/") {
		return n.addr.Coop()
	}
	return n.addr.Instance()
}

// hasInbox tells whether a path is an inbox of ours. A member who is not public has none: the answer is that of a member who
// does not exist.
func (n *Node) hasInbox(ctx context.Context, path string) (bool, error) {
	switch path {
	case "/inbox", "/actor/inbox", "/instance/inbox":
		return true, nil
	}
	if slug, ok := strings.CutPrefix(path, "/r/"); ok {
		slug, ok = strings.CutSuffix(slug, "/inbox")
		if !ok {
			return false, nil
		}
		_, err := n.hosted(ctx, slug)
		if err != nil && coop.ClassOf(err) == coop.NotFound {
			return false, nil
		}
		return err == nil, err
	}
	h, ok := strings.CutSuffix(strings.TrimPrefix(path, "/m/"), "/inbox")
	if !ok || !coop.ValidHandle(h) {
		return false, nil
	}
	p, err := n.CoopStore.PersonByHandle(ctx, h)
	if err != nil {
		if coop.ClassOf(err) == coop.NotFound {
			return false, nil
		}
		return false, err
	}
	return p.Public(), nil
}

// getActor answers one of our actors, unsigned: peers fetch it to check our signatures, and asking for theirs meanwhile is how
// two servers asked each other 28,500 times (FEDERATION.md).
func (n *Node) getActor(w http.ResponseWriter, r *http.Request) {
	actor := n.actorOf(r)
	if r.URL.Path != "/" && !strings.HasPrefix(r.URL.Path, "/@") && !strings.HasPrefix(r.URL.Path, "/regions/") {
		to := "/"
		if h := n.addr.memberHandle(actor); h != "" {
			to = "/@" + h
		} else if slug := n.addr.regionSlug(actor); slug != "" {
			to = "/regions/" + slug
		}
		if page(w, r, to) {
			return
		}
	}
	body, tag, err := n.docs.get(r.Context(), "actor "+string(actor), func(ctx context.Context) ([]byte, error) {
		return n.actorDocument(ctx, actor)
	})
	if err != nil {
		if n.addr.memberHandle(actor)+n.addr.regionSlug(actor) != "" && coop.ClassOf(err) == coop.NotFound {
			n.goneActor(w, r, actor)
			return
		}
		n.refuse(w, r, err)
		return
	}
	n.document(w, r, vocab.ActivityType, body, tag)
}

// goneActor answers 410 for a member who was public once, and for a region that was hosted here, 404 otherwise: other servers then forget them.
func (n *Node) goneActor(w http.ResponseWriter, r *http.Request, actor coop.IRI) {
	err := coop.Errorf(coop.NotFound, "actor.unknown", "nobody at %s", actor)
	if _, kerr := n.keys.of(r.Context(), actor); kerr == nil {
		err = coop.Errorf(coop.Gone, "actor.gone", "%s is gone", actor)
	}
	n.refuse(w, r, err)
}

// actorDocument builds an actor as it is now. Class NotFound for a member who has not agreed to be named, for a region that was never hosted here, and
// for a co-op that is not set up.
func (n *Node) actorDocument(ctx context.Context, actor coop.IRI) ([]byte, error) {
	w, c, err := n.writer(ctx)
	if err != nil {
		return nil, err
	}
	if h := n.addr.memberHandle(actor); h != "" {
		p, err := n.CoopStore.PersonByHandle(ctx, h)
		if err != nil && coop.ClassOf(err) != coop.NotFound {
			return nil, err
		}
		v, ok := p.SeenBy(coop.Everyone)
		if err != nil || !ok { // the same words whether there is such a member or not
			return nil, coop.Errorf(coop.NotFound, "actor.unknown", "%s is not listed", h)
		}
		keys, err := n.keys.ensure(ctx, actor)
		if err != nil {
			return nil, err
		}
		icon, err := n.photoType(ctx, v.Photo.ID)
		if err != nil {
			return nil, err
		}
		return w.Member(v, keys.all, icon)
	}
	if slug := n.addr.regionSlug(actor); slug != "" {
		r, err := n.hostedOnce(ctx, slug)
		if err != nil {
			return nil, err
		}
		keys, err := n.keys.ensure(ctx, actor)
		if err != nil {
			return nil, err
		}
		return w.Region(&r, keys.all)
	}
	if actor != n.addr.Coop() && actor != n.addr.Instance() { // before any key is made: the address is a stranger's choice
		return nil, coop.Errorf(coop.NotFound, "actor.unknown", "nobody at %s", actor)
	}
	keys, err := n.keys.ensure(ctx, actor)
	if err != nil {
		return nil, err
	}
	switch actor {
	case n.addr.Coop():
		icon, err := n.photoType(ctx, c.Picture)
		if err != nil {
			return nil, err
		}
		regions, err := joined(n.Region.Store.At(ctx))
		if err != nil {
			return nil, err
		}
		return w.Coop(c, keys.all, icon, regions)
	default:
		return w.Instance(c.Created, keys.all)
	}
}

// photoType is the media type of a picture of ours, "" when there is none.
func (n *Node) photoType(ctx context.Context, id coop.ID) (string, error) {
	if id == "" {
		return "", nil
	}
	file, info, err := n.Photos.OpenPhoto(ctx, id, "large")
	if err != nil {
		if coop.ClassOf(err) == coop.NotFound {
			return "", nil
		}
		return "", err
	}
	return info.Type, file.Close()
}
