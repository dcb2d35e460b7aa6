package web

import (
	"net/http"
	"strings"

	"toadlane/coop"
)

func init() {
	addPages(map[string]any{"away": AwayPage{}, "follow": FollowPage{}, "interact": InteractPage{}})
}

// AwayPage leads a reader on to their own server. It is a page and not a redirect for two reasons: browsers hold a form to the
// policy's form-action along its redirects too, and ours allows nobody else's server; and whoever is sent away should see where to.
// At the host that they typed, or one above or below it, the page goes on by itself.
type AwayPage struct {
	Frame
	To     string
	Host   string
	Near   bool
	Back   string
	Follow bool
}

// sendAway finds where the reader goes on with object and leads them there. What is wrong is noted in f.
func (s *Site) sendAway(v *visit, f *Form, object coop.IRI, follow bool, back string) (done bool, err error) {
	typed := f.Get("server")
	if typed == "" {
		f.Fail("server", "field.required")
		return false, nil
	}
	if v.over(s.talks.lookup, s.network(v.r)) {
		f.Fail("server", "away.busy")
		return false, nil
	}
	to, err := s.cfg.Federation.Interact(v.r.Context(), typed, object, follow)
	if err != nil {
		if !f.Add(err) {
			return false, err
		}
		return false, nil
	}
	host := to.Hostname()
	at := strings.ToLower(typed[strings.LastIndexByte(typed, '@')+1:])
	if _, rest, ok := strings.Cut(strings.ToLower(typed), "://"); ok {
		at, _, _ = strings.Cut(rest, "/")
	}
	at, _, _ = strings.Cut(at, ":")
	near := host == at || strings.HasSuffix(host, "."+at) || strings.HasSuffix(at, "."+host)
	return true, v.page(http.StatusOK, "away", AwayPage{Frame: v.frame("away.title"), To: string(to), Host: to.Host(), Near: near, Back: back, Follow: follow})
}

// listingAway leads somebody to their own server with the address of a listing.
func (s *Site) listingAway(v *visit) error {
	l, err := s.listing(v)
	if err != nil {
		return err
	}
	f, err := v.form()
	if err != nil {
		return err
	}
	if l.Visibility != coop.Everyone {
		return coop.Errorf(coop.NotFound, "listing.unknown", "listing %s is not for everyone", l.ID)
	}
	if done, err := s.sendAway(v, &f, l.IRI, false, "/listings/"+string(l.ID)); done || err != nil {
		return err
	}
	return s.listingPage(v, http.StatusUnprocessableEntity, l, listingTyped{answer: answerTyped{away: f}})
}

// FollowPage leads somebody to their own server to follow the co-op.
type FollowPage struct {
	Frame
	Address string // @handle@host
	Form    Form
}

func (s *Site) followShow(v *visit) error { return s.followPage(v, http.StatusOK, Form{}) }

func (s *Site) followPage(v *visit, status int, f Form) error {
	p := FollowPage{Frame: v.frame("follow.title"), Form: f}
	p.Address = "@" + p.Frame.Coop.Handle + "@" + p.Host
	return v.page(status, "follow", p)
}

func (s *Site) followAway(v *visit) error {
	f, err := v.form()
	if err != nil {
		return err
	}
	if done, err := s.sendAway(v, &f, s.cfg.ActorIRI, true, "/follow"); done || err != nil {
		return err
	}
	return s.followPage(v, http.StatusUnprocessableEntity, f)
}
