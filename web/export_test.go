package web

import (
	"context"
	"net/http"

	"github.com/go-chi/chi/v5"

	"toadlane/coop"
)

// Row is one address of the site's table, for tests from outside.
type Row struct {
	Method, Pattern string
	Anyone, Early   bool
	Steward         bool
	Kept            bool
	Body            int64
}

// Rows lists the site's table.
func (s *Site) Rows() []Row {
	var out []Row
	for _, x := range s.routes() {
		out = append(out, Row{x.method, x.pattern, x.who == anyone, x.early, x.who != anyone && x.who != takePart, x.kept, x.body})
	}
	return out
}

// Walk lists what the router answers.
func (s *Site) Walk(fn func(method, pattern string)) error {
	return chi.Walk(s.mux, func(method, pattern string, _ http.Handler, _ ...func(http.Handler) http.Handler) error {
		fn(method, pattern)
		return nil
	})
}

// PolicyOfPages is the policy that every page carries.
const PolicyOfPages = contentPolicy

// MintSession signs a person in without a password, which costs a fifth of a second and far more under the race detector; the
// tests of signing in itself go through the form.
func (s *Site) MintSession(ctx context.Context, id coop.ID) (token string, err error) {
	if ctx, err = s.sessions.Load(ctx, ""); err != nil {
		return "", err
	}
	now := s.cfg.Now()
	s.sessions.Put(ctx, inPerson, string(id))
	s.sessions.Put(ctx, inBorn, now.Unix())
	s.sessions.Put(ctx, inSeen, now.Unix())
	if token, _, err = s.sessions.Commit(ctx); err != nil {
		return "", err
	}
	return token, s.cfg.Sessions.Bind(ctx, token, id, "test", now)
}

// Initials is for tests.
var Initials = letters
