package vocab

import (
	"net/url"
	"time"

	"toadlane/coop"
)

// Addresses says where things of our node live; the federation knows.
type Addresses interface {
	Coop() coop.IRI
	Instance() coop.IRI
	Member(handle string) coop.IRI
	Region(slug string) coop.IRI
	SharedInbox() coop.IRI
	Photo(id coop.ID) coop.IRI
	// Of gives a part of an actor: inbox, outbox, followers, following, featured, offers, wants, members, handbook.
	Of(actor coop.IRI, part string) coop.IRI
}

// Writer spells what leaves the node. It holds no state: the same facts always give the same bytes. Zone and Languages are
// the co-op's; a nil Words speaks the languages that are built in.
type Writer struct {
	At        Addresses
	Words     Words
	Zone      *time.Location
	Languages []string
	Version   string // of the program, for NodeInfo
	// PhotoKey gives what opens a picture that is not for everyone, as its address in a listing for peers says it; nil: none.
	PhotoKey func(coop.ID) string
	// Markdown gives the text of a page as HTML that may be sent; nil: its lines as they were typed.
	Markdown func(page coop.IRI, name, source string) string
}

// base is the node's origin.
func (w Writer) base() coop.IRI { return coop.IRI(w.At.Coop().Origin()) }

// tagPage is where a hashtag leads: its page in our market.
func (w Writer) tagPage(tag string) coop.IRI {
	return w.base() + "/tags/" + coop.IRI(url.PathEscape(tag))
}

// memberPage is a member's page for people.
func (w Writer) memberPage(handle string) coop.IRI { return w.base() + "/@" + coop.IRI(handle) }

// language is the co-op's first.
func (w Writer) language() string {
	if len(w.Languages) > 0 {
		return w.Languages[0]
	}
	return "en"
}

// order lists the languages that some of the texts have words in: the co-op's in its order, then the others by tag. There
// is always one.
func (w Writer) order(texts ...coop.Text) []string {
	has := coop.Text{}
	for _, t := range texts {
		for tag, s := range t {
			if s != "" {
				has[tag] = s
			}
		}
	}
	var out []string
	for _, l := range w.Languages {
		if has[l] != "" {
			out = append(out, l)
			delete(has, l)
		}
	}
	out = append(out, has.Tags()...)
	if len(out) == 0 {
		out = []string{w.language()}
	}
	return out
}

// Audience is who something is addressed to. Visibility at other servers follows from it.
type Audience struct{ To, CC []coop.IRI }

// AudienceFor addresses something of ours of reach v, told by actor: everyone, or only followers. Class Forbidden for what
// stays in the co-op: it has no way out of the node (product invariant 8).
func (w Writer) AudienceFor(v coop.Visibility, actor coop.IRI) (Audience, error) {
	followers := w.At.Of(actor, "followers")
	switch v {
	case coop.Everyone:
		return Audience{To: []coop.IRI{coop.Public}, CC: []coop.IRI{followers}}, nil
	case coop.Peers:
		return Audience{To: []coop.IRI{followers}}, nil
	}
	return Audience{}, coop.Errorf(coop.Forbidden, "listing.private", "for %s only", v)
}
