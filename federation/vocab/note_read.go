package vocab

import (
	"html"
	"slices"
	"strings"
	"time"

	"toadlane/coop"
	"toadlane/internal/limits"
	"toadlane/internal/strictjson"
)

// Note is what somebody elsewhere said. HTML is as it came: it must go through SanitiseHTML before it is kept.
type Note struct {
	IRI       coop.IRI
	By        coop.IRI
	InReplyTo coop.IRI
	To, CC    []coop.IRI
	Mentions  []coop.IRI
	HTML      string
	Public    bool
	Published time.Time
	Updated   time.Time // Published when it was not edited
	URL       string
}

// noteTypes are what other servers show as a post. ChatMessage is the only way in which somebody on honk (1.0.0, 2026-11) can
// begin a private conversation; Pleroma has it too.
var noteTypes = []string{"Note", "Article", "Page", "Event", "Question", "Video", "Audio", "Image", "Document", "ChatMessage"}

// DecodeNote reads a post: a reply, a private message. It must have an id and one author on the same origin. Errors: Invalid
// for what is no post; Forbidden when author and id are of different origins.
func DecodeNote(o strictjson.Object) (Note, error) {
	var n Note
	var ok bool
	if n.IRI, ok = o.ID(); !ok {
		return n, invalid("post with the id %.100s", o.RawOf("id"))
	}
	if !o.Is(noteTypes...) {
		return n, invalid("%s is a %.100s, no post", n.IRI, o.RawOf("type"))
	}
	if n.By, ok = o.IRI("attributedTo"); !ok {
		return n, invalid("%s by %.100s", n.IRI, o.RawOf("attributedTo"))
	}
	if !coop.SameOrigin(n.IRI, n.By) {
		return n, coop.Errorf(coop.Forbidden, "origin.differs", "%s says it is by %s", n.IRI, n.By)
	}
	n.To, n.CC = addresses(o, "to"), addresses(o, "cc")
	if len(n.To)+len(n.CC) > limits.Recipients {
		return n, invalid("%s is to more than %d", n.IRI, limits.Recipients)
	}
	n.Public = slices.Contains(n.To, coop.Public) || slices.Contains(n.CC, coop.Public)
	n.InReplyTo, _ = o.IRI("inReplyTo")
	for i, t := range o.Objects("tag") {
		if i == limits.Tags {
			break
		}
		if t.Is("Mention") {
			if m, ok := t.IRI("href"); ok && !slices.Contains(n.Mentions, m) {
				n.Mentions = append(n.Mentions, m)
			}
		}
	}
	n.HTML = o.Str("content")
	if n.HTML == "" {
		if all := o.Text("contentMap"); len(all) > 0 {
			n.HTML, _ = all.In("en")
		}
	}
	if name := o.Str("name"); name != "" && !o.Is("Note") {
		n.HTML = "<p><strong>" + html.EscapeString(line(name, limits.NameRunes)) + "</strong></p>" + n.HTML
	}
	// A warning stands before what it warns of.
	if s := strings.TrimSpace(PlainText(o.Str("summary"))); s != "" {
		n.HTML = "<p>" + html.EscapeString(line(s, limits.NameRunes)) + "</p>" + n.HTML
	}
	n.Published, _ = o.Time("published")
	if n.Updated, ok = o.Time("updated"); !ok || n.Updated.Before(n.Published) {
		n.Updated = n.Published
	}
	if n.URL = page(o, "url"); n.URL == "" {
		n.URL = string(n.IRI)
	}
	return n, nil
}
