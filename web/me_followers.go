package web

import (
	"toadlane/coop"
	"toadlane/federation/queue"
)

// MyFollowers are who asks to follow a member, and who does.
type MyFollowers struct {
	Asking    []queue.Follower
	Followers []queue.Follower
	Next      string // cursor of further followers
}

// memberActor is the actor of a member who is public, where the federation serves it.
func (s *Site) memberActor(handle string) coop.IRI { return s.cfg.Base + "/m/" + coop.IRI(handle) }

// myFollowers reads who asks to follow the reader and who does; nil for somebody who cannot be followed, because they are not
// named to everyone.
func (s *Site) myFollowers(v *visit) (*MyFollowers, error) {
	if !v.person.Public() {
		return nil, nil //nolint:nilnil // a template's "there is none"
	}
	ctx, me := v.r.Context(), s.memberActor(v.person.Handle)
	var m MyFollowers
	var err error
	if m.Asking, _, err = s.cfg.Steward.Followers(ctx, me, queue.Requested, "", stewardRows); err != nil {
		return nil, err
	}
	m.Followers, m.Next, err = s.cfg.Steward.Followers(ctx, me, queue.Accepted, v.r.URL.Query().Get("cursor"), stewardRows)
	return &m, err
}

// meFollowerAnswer accepts or refuses somebody who asks to follow the reader, or removes who does.
func (s *Site) meFollowerAnswer(v *visit) error {
	f, err := v.form()
	if err != nil {
		return err
	}
	follower, err := postedIRI(f, "actor")
	if err != nil {
		return err
	}
	answer := f.Get("answer")
	if answer != "accept" && answer != "refuse" {
		return coop.Errorf(coop.Invalid, "choice.unknown", "answer %.20q", answer)
	}
	if err := s.cfg.Federation.AnswerFollow(v.r.Context(), v.by, s.memberActor(v.person.Handle), follower, answer == "accept"); err != nil {
		return err
	}
	s.cfg.Federation.Wake()
	return v.done("/me", "done.answered")
}
