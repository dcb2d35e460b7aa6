package web

import (
	"errors"
	"net/http"
	"net/url"
	"strings"

	"toadlane/coop"
	"toadlane/market"
)

// InteractPage shows one of us what they brought home from another site: a listing or a co-op there.
type InteractPage struct {
	Frame
	Form  Form
	URI   string
	Found bool

	Name, Handle, Host string
	Link               string // its page there
	Listing            *Card  // with Path "" : it is not kept here
	Words              string // how the listing goes on
	CanFollow          bool   // stewards follow for the co-op
	Max                int
}

// interactShow answers where other sites send our members (WebFinger names it). Looking asks the other server, so it is counted.
func (s *Site) interactShow(v *visit) error {
	f, err := v.form()
	if err != nil {
		return err
	}
	uri := f.Get("uri")
	if uri == "" {
		uri = f.Get("acct")
	}
	f.Put("uri", uri)
	if to, ok := s.ourPage(v, uri); ok {
		return v.redirect(to)
	}
	if uri == "" {
		return v.page(http.StatusOK, "interact", InteractPage{Frame: v.frame("interact.title"), Form: f})
	}
	return s.interactPage(v, http.StatusOK, f, Form{})
}

// ourPage is the page of something that is here: ours by its address, or a neighbour's that we know.
func (s *Site) ourPage(v *visit, uri string) (string, bool) {
	if rest, ok := strings.CutPrefix(uri, string(s.cfg.Base)+"/"); ok {
		return localPath("/" + rest), true
	}
	iri, err := coop.ParseIRI(uri)
	if err != nil {
		return "", false
	}
	l, err := s.cfg.Market.Store.ListingByIRI(v.r.Context(), iri)
	if err != nil {
		return "", false
	}
	if _, err := s.cfg.Market.Listing(v.r.Context(), v.by, l.ID); err != nil {
		return "", false
	}
	return "/listings/" + string(l.ID) + "#answer", true
}

// interactPage looks at what asked.uri names, and shows it with what was typed about it.
func (s *Site) interactPage(v *visit, status int, asked, typed Form) error {
	p := InteractPage{Frame: v.frame("interact.title"), Form: typed, URI: asked.Get("uri"), Max: market.MaxMessage, CanFollow: can(v.by, keepPeers)}
	if v.over(s.talks.lookup, v.by.String()) {
		v.tooMany()
		return nil
	}
	a, l, err := s.cfg.Federation.Look(v.r.Context(), v.by, p.URI)
	if err != nil {
		if p.Form = asked; !p.Form.Add(err) {
			return err
		}
		return v.page(http.StatusUnprocessableEntity, "interact", p)
	}
	p.Found, p.Handle, p.Host, p.Link = true, a.Handle, a.IRI.Host(), webAddress(a.URL, string(a.IRI))
	if p.Name = a.Name; p.Name == "" {
		p.Name = a.IRI.Host()
	}
	if l != nil {
		c := v.card(l)
		c.Path, c.Photo, c.Home = "", nil, p.Name
		p.Listing, p.Link = &c, webAddress(l.URL, string(l.IRI))
		p.Words = s.text(v.tongue, l.Body).Words
	}
	return v.page(status, "interact", p)
}

// interactWrite writes to the home of a listing elsewhere, or to a co-op there. What it is about is looked at anew: nothing is
// taken from the form but its address.
func (s *Site) interactWrite(v *visit) error {
	f, err := v.form()
	if err != nil {
		return err
	}
	asked := Form{Values: url.Values{"uri": {f.Get("uri")}}}
	if v.over(s.talks.lookup, v.by.String()) {
		v.tooMany()
		return nil
	}
	a, l, err := s.cfg.Federation.Look(v.r.Context(), v.by, f.Get("uri"))
	if err != nil {
		if !asked.Add(err) {
			return err
		}
		return v.page(http.StatusUnprocessableEntity, "interact", InteractPage{Frame: v.frame("interact.title"), Form: asked})
	}
	about, title := a.IRI, ""
	if l != nil {
		about, title = l.IRI, s.text(v.tongue, l.Title).Words
	}
	m, err := s.cfg.Market.AskThere(v.r.Context(), v.by, about, title, market.Party{IRI: a.IRI, Handle: a.Handle, Name: a.Name, Inbox: a.Inbox}, f.Raw("text"))
	if err != nil {
		if !f.Add(err) {
			return err
		}
		return s.interactPage(v, http.StatusUnprocessableEntity, asked, f)
	}
	s.cfg.Federation.Wake()
	return v.done("/threads/"+string(m.Thread)+"#end", "done.sent")
}

// interactFollow asks to follow a co-op elsewhere in the name of this one. The federation asks who acts.
func (s *Site) interactFollow(v *visit) error {
	f, err := v.form()
	if err != nil {
		return err
	}
	if _, err := s.cfg.Federation.Follow(v.r.Context(), v.by, f.Get("uri")); err != nil {
		var said *coop.Error
		if !errors.As(err, &said) || said.Field == "" {
			return err
		}
		asked := Form{Values: url.Values{"uri": {f.Get("uri")}}, Wrong: []*coop.Error{{Class: coop.Invalid, Key: said.Key, Args: said.Args}}}
		return v.page(http.StatusUnprocessableEntity, "interact", InteractPage{Frame: v.frame("interact.title"), Form: asked})
	}
	s.cfg.Federation.Wake()
	return v.done("/admin/peers", "done.followed")
}
