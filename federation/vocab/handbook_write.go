package vocab

import (
	"html"
	"strconv"
	"time"

	"toadlane/coop"
	"toadlane/federation/vocab/streams"
	"toadlane/handbook"
	"toadlane/internal/limits"
)

// extent is how much of a page's text a document holds.
type extent uint8

const (
	brief   extent = iota // a teaser and where to read it
	fitting               // all that there is while it fits into an activity, else brief
	whole
)

// wholeContent is the longest source, in bytes, that stands as HTML beside its markdown; wholeHTML the longest HTML.
const (
	wholeContent = 128 << 10
	wholeHTML    = 192 << 10 // written twice, with its language, and still under what a proof may cover
)

// Protocol spells one of our public pages as a stand-alone document. t.Revision is the text in use with its source. Errors: Forbidden for a
// neighbour's (protocol.foreign); NotFound for what is not public.
func (w Writer) Protocol(t handbook.Told) ([]byte, error) { return w.protocolDocument(&t, whole) }

// ProtocolEntry is Protocol with a teaser in place of the text: an item of a collection.
func (w Writer) ProtocolEntry(t handbook.Told) ([]byte, error) { return w.protocolDocument(&t, brief) }

func (w Writer) protocolDocument(t *handbook.Told, how extent) ([]byte, error) {
	o, err := w.protocol(t, how)
	if err != nil {
		return nil, err
	}
	o["@context"] = HandbookContext
	return write(o)
}

// CreateProtocol tells of a page that came into use for the first time.
func (w Writer) CreateProtocol(id coop.IRI, at time.Time, t handbook.Told) ([]byte, error) {
	return w.tellProtocol(streams.NewActivityStreamsCreate(), id, at, &t)
}

// UpdateProtocol tells what a page has become.
func (w Writer) UpdateProtocol(id coop.IRI, at time.Time, t handbook.Told) ([]byte, error) {
	return w.tellProtocol(streams.NewActivityStreamsUpdate(), id, at, &t)
}

func (w Writer) tellProtocol(v deed, id coop.IRI, at time.Time, t *handbook.Told) ([]byte, error) {
	o, err := w.protocol(t, fitting)
	if err != nil {
		return nil, err
	}
	a := w.everyone()
	return w.tell(v, HandbookContext, facts{ID: id, Actor: w.At.Coop(), Published: at, To: a.To, CC: a.CC}, o)
}

// everyone is the audience of what the handbook tells.
func (w Writer) everyone() Audience {
	return Audience{To: []coop.IRI{coop.Public}, CC: []coop.IRI{w.At.Of(w.At.Coop(), "followers")}}
}

func (w Writer) protocol(t *handbook.Told, how extent) (tree, error) {
	p := &t.Protocol
	switch {
	case !p.Local():
		return nil, coop.Errorf(coop.Forbidden, "protocol.foreign", "page %s belongs to %s", p.IRI, p.Home)
	case !p.Public() || t.Revision.ID != p.InUse:
		return nil, coop.Errorf(coop.NotFound, "protocol.unknown", "page %s is not public", p.IRI)
	}
	if how == fitting {
		o, err := w.protocolCut(t, whole)
		if err != nil {
			return nil, err
		}
		b, err := write(o)
		if err != nil {
			return nil, err
		}
		if len(b)+2*len(HandbookContext)+envelope <= limits.ActivityBytes {
			return tree{written: Raw(b)}, nil
		}
		how = brief
	}
	return w.protocolCut(t, how)
}

func (w Writer) protocolCut(t *handbook.Told, how extent) (tree, error) {
	p, r, a := &t.Protocol, &t.Revision, w.everyone()
	lang, page := w.spoken(p.Language), w.base()+"/handbook/"+coop.IRI(p.Slug)
	f := facts{ID: p.IRI, AttributedTo: w.At.Coop(), Name: p.Name, Summary: w.summary(t, lang), MediaType: "text/html", URL: page,
		Published: p.Created, Updated: changed(p.Updated, p.Created), To: a.To, CC: a.CC}
	f.Content = w.text(r.Name, r.Source, lang, page, how == whole)
	o, err := say(streams.NewActivityStreamsArticle(), f)
	if err != nil {
		return nil, err
	}
	languages(o, p.Language, f.Content)
	if how == whole {
		o["source"] = tree{"content": r.Source, "mediaType": "text/markdown"}
	}
	o["tag"] = w.tagList([]hashtag{"handbook"})
	o["version"] = strconv.Itoa(max(r.Number, 1))
	o["latestRevision"], o["revisions"] = RevisionIRI(p.IRI, p.InUse), p.IRI+"/revisions"
	o["kind"], o["status"] = string(p.Kind), string(p.Status)
	put(o, "license", p.Licence)
	put(o, "circle", p.Circle)
	put(o, "story", p.Story)
	day(o, "reviewBy", p.Review)
	day(o, "reviewed", p.Reviewed)
	if p.Origin.Page != "" {
		o["forkedFrom"] = RevisionIRI(p.Origin.Page, p.Origin.Revision)
		put(o, "changes", p.Origin.Changes)
		o["tag"] = append(o["tag"].([]tree), reference(p.Origin.Page, p.Origin.Name, "forkedFrom"))
	}
	o["preview"] = tree{"type": "Note", "content": "<p><strong>" + html.EscapeString(p.Name) + "</strong> – " +
		html.EscapeString(w.word(lang, "post.handbook", map[string]any{"Number": o["version"]})) + "</p>"}
	return o, nil
}

// summary is what Mastodon shows of an Article between its title and its link.
func (w Writer) summary(t *handbook.Told, lang string) string {
	p := &t.Protocol
	out := ""
	switch p.Status {
	case handbook.Retired:
		out = w.word(lang, "post.retired", nil) + " "
	case handbook.Review:
		out = w.word(lang, "post.review", nil) + " "
	}
	out = "<p>" + html.EscapeString(out+teaser(t.Revision.Source, 400)) + "</p><p>" +
		html.EscapeString(w.word(lang, "post.version", map[string]any{"Number": strconv.Itoa(max(t.Revision.Number, 1))}))
	if p.Origin.Name != "" {
		out += " " + html.EscapeString(w.word(lang, "post.forked", map[string]any{"Title": p.Origin.Name}))
	}
	return out + "</p>"
}

// text is a text as HTML: all of it, or how it begins and where it goes on.
func (w Writer) text(name, source, lang string, page coop.IRI, all bool) string {
	if all && len(source) <= wholeContent {
		s := ""
		if w.Markdown != nil {
			s = w.Markdown(page, name, source)
		} else {
			s = paragraphs(source)
		}
		if len(s) <= wholeHTML {
			return s
		}
	}
	out := ""
	if s := teaser(source, 400); s != "" {
		out = "<p>" + html.EscapeString(s) + "</p>"
	}
	more := html.EscapeString(w.word(lang, "post.more", map[string]any{"Address": place1}))
	return out + "<p>" + fill(more, anchor(string(page), string(page), "nofollow noopener noreferrer"), "") + "</p>"
}

// spoken is the language our own words about a page are in: the page's.
func (w Writer) spoken(lang string) string {
	if lang == "" || lang == "und" {
		return w.language()
	}
	return lang
}

// languages says in which language a content is.
func languages(o tree, lang, content string) {
	if lang != "" && content != "" {
		o["contentMap"] = coop.Text{lang: content}
	}
}

// reference is a Link to another object that an object speaks of (FEP-e232), with what it is called.
func reference(to coop.IRI, name, rel string) tree {
	t := tree{"type": "Link", "mediaType": LinkedType, "href": to, "rel": Own + rel}
	put(t, "name", name)
	return t
}

// day writes a date that ends with its day at home; nothing for the zero time.
func day(o tree, name string, at time.Time) {
	if !at.IsZero() {
		o[name] = instant(at)
	}
}

// RevisionIRI is where a text of a page is: its last segment is the id.
func RevisionIRI(page coop.IRI, id handbook.RevisionID) coop.IRI { return page + "/r/" + coop.IRI(id) }
