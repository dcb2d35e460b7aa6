package web

import (
	"net/http"

	"github.com/go-chi/chi/v5"
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
