package web

import (
	"net/http"

	"toadlane/coop"
	"toadlane/federation/queue"
)

// AdminPeersPage shows whom we follow and who follows us.
type AdminPeersPage struct {
	Frame
	Form      Form
	Peers     []queue.Peer
	More      coop.IRI // after which there are further ones; "" when there are none
	Asking    []queue.Follower
	Followers []queue.Follower
	Total     int
	Next      string // cursor of further followers
}

func (s *Site) adminPeers(v *visit) error { return s.adminPeersPage(v, http.StatusOK, Form{}) }

func (s *Site) adminPeersPage(v *visit, status int, f Form) error {
	ctx, st := v.r.Context(), s.cfg.Steward
	p := AdminPeersPage{Frame: v.frame("admin_peers.title"), Form: f}
	var err error
	if p.Peers, err = st.PeersAfter(ctx, coop.IRI(v.r.URL.Query().Get("after")), stewardRows+1); err != nil {
		return err
	}
	if len(p.Peers) > stewardRows {
		p.Peers = p.Peers[:stewardRows]
		p.More = p.Peers[stewardRows-1].Actor
	}
	if p.Asking, _, err = st.Followers(ctx, s.cfg.ActorIRI, queue.Requested, "", stewardRows); err != nil {
		return err
	}
	if p.Followers, p.Next, err = st.Followers(ctx, s.cfg.ActorIRI, queue.Accepted, v.r.URL.Query().Get("cursor"), stewardRows); err != nil {
		return err
	}
	if p.Total, err = st.CountFollowers(ctx, s.cfg.ActorIRI); err != nil {
		return err
	}
	return v.page(status, "admin_peers", p)
}

// adminPeerFollow asks to follow another co-op.
func (s *Site) adminPeerFollow(v *visit) error {
	f, err := v.form()
	if err != nil {
		return err
	}
	if f.Get("address") == "" {
		f.Fail("address", "field.required")
		return s.adminPeersPage(v, http.StatusUnprocessableEntity, f)
	}
	if len(f.Get("address")) > coop.MaxIRI {
		f.Fail("address", "peer.address")
		return s.adminPeersPage(v, http.StatusUnprocessableEntity, f)
	}
	if _, err := s.cfg.Federation.Follow(v.r.Context(), v.by, f.Get("address")); err != nil {
		if coop.ClassOf(err) == coop.Internal {
			return err
		}
		if !f.Add(err) {
			f.Fail("address", coop.KeyOf(err)) // whatever the class: it is about the address typed
		}
		return s.adminPeersPage(v, http.StatusUnprocessableEntity, f)
	}
	s.cfg.Federation.Wake()
	return v.done("/admin/peers", "done.followed")
}

func (s *Site) adminPeerUnfollow(v *visit) error {
	return s.withActor(v, "done.unfollowed", func(iri coop.IRI, _ Form) error {
		return s.cfg.Federation.Unfollow(v.r.Context(), v.by, iri)
	})
}

func (s *Site) adminPeerRefresh(v *visit) error {
	return s.withActor(v, "done.refreshing", func(iri coop.IRI, _ Form) error {
		return s.cfg.Federation.Refresh(v.r.Context(), v.by, iri)
	})
}

// adminPeerRetry makes everything that waits for a peer's host due now.
func (s *Site) adminPeerRetry(v *visit) error {
	return s.withActor(v, "done.retrying", func(iri coop.IRI, _ Form) error {
		_, err := s.cfg.Steward.Retry(v.r.Context(), "delivery", 0, iri.Host(), s.cfg.Now().UTC())
		return err
	})
}

// adminFollowerAnswer accepts or refuses a follower; refusing an accepted one removes it.
func (s *Site) adminFollowerAnswer(v *visit) error {
	return s.withActor(v, "done.answered", func(iri coop.IRI, f Form) error {
		switch f.Get("answer") {
		case "accept":
			return s.cfg.Federation.AnswerFollow(v.r.Context(), v.by, s.cfg.ActorIRI, iri, true)
		case "refuse":
			return s.cfg.Federation.AnswerFollow(v.r.Context(), v.by, s.cfg.ActorIRI, iri, false)
		}
		return coop.Errorf(coop.Invalid, "choice.unknown", "answer %.20q", f.Get("answer"))
	})
}

// withActor does something about the actor that the form names, wakes the workers and goes back to the peers.
func (s *Site) withActor(v *visit, done string, do func(coop.IRI, Form) error) error {
	f, err := v.form()
	if err != nil {
		return err
	}
	iri, err := postedIRI(f, "actor")
	if err != nil {
		return err
	}
	if err := do(iri, f); err != nil {
		return err
	}
	s.cfg.Federation.Wake()
	return v.done("/admin/peers", done)
}
