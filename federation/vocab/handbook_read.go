package vocab

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"toadlane/coop"
	"toadlane/handbook"
	"toadlane/internal/limits"
	"toadlane/internal/strictjson"
)

// articleTypes are what a page of a handbook or a text of one may call itself.
var articleTypes = []string{"Article", "Page", "Document"}

// IsRevision tells whether o is a text of a page: it says of which.
func IsRevision(o strictjson.Object) bool {
	return o.Is(articleTypes...) && term(o, "revisionOf").Kind() > strictjson.KindNull
}

// DecodeProtocol reads a page of home's handbook. It is known by naming its latest text; ok is false for what does not, which may be a post. What is
// wrong in details is left out; address, author, audience and the address of the text must be right. now bounds its times. Errors:
// Invalid; Forbidden when it belongs to somebody else (owner.differs, origin.differs) or is not for everyone.
func DecodeProtocol(o strictjson.Object, home coop.IRI, now time.Time) (p handbook.Protocol, ok bool, err error) {
	if !o.Is(articleTypes...) || IsRevision(o) || term(o, "latestRevision").Kind() <= strictjson.KindNull {
		return p, false, nil
	}
	if err := owns(o, home); err != nil {
		return p, true, err
	}
	p.IRI, _ = o.ID()
	p.Home = home
	latest, _ := term(o, "latestRevision").IRI()
	page, id, ok := SplitRevision(latest)
	if !ok || page != p.IRI {
		return p, true, invalid("page %s has its text at %.100q", p.IRI, latest)
	}
	p.Latest, p.InUse, p.Number = id, id, version(o)
	if p.Name = line(o.Str("name"), handbook.MaxName); p.Name == "" {
		if names := texts(o, "nameMap", func(s string) string { return line(s, handbook.MaxName) }); len(names) > 0 {
			p.Name, _ = names.In("en")
		}
	}
	if p.Name == "" {
		return p, true, invalid("page %s has no name", p.IRI)
	}
	if p.Kind = handbook.Kind(term(o, "kind").Str()); !slices.Contains(handbook.Kinds, p.Kind) {
		p.Kind = handbook.Practice
	}
	if p.Status = handbook.Status(term(o, "status").Str()); p.Status != handbook.Review && p.Status != handbook.Retired {
		p.Status = handbook.InUse
	}
	if p.Language = mainLanguage(o); p.Language == "und" {
		p.Language = ""
	}
	p.Licence = licence(o)
	p.Circle = termText(o, "circle", handbook.MaxCircle)
	p.Story = block(term(o, "story").Str(), handbook.MaxStory)
	if slug := string(p.IRI[strings.LastIndexByte(string(p.IRI), '/')+1:]); handbook.ValidSlug(slug) {
		p.Slug = slug
	}
	if p.URL = ownPage(o, p.IRI); p.URL == "" {
		p.URL = string(p.IRI)
	}
	p.Review, _ = moment(o, "reviewBy")
	p.Reviewed = past(o, "reviewed", now)
	p.Created, p.Updated = past(o, "published", now), past(o, "updated", now)
	if p.Created.IsZero() {
		p.Created = now.UTC().Truncate(time.Second)
	}
	if p.Updated.Before(p.Created) {
		p.Updated = p.Created
	}
	if from, ok := term(o, "forkedFrom").IRI(); ok {
		if page, id, ok := SplitRevision(from); ok && page != p.IRI {
			p.Origin = handbook.Origin{Page: page, Revision: id, Name: named(o, page, "forkedFrom"), Changes: block(term(o, "changes").Str(), handbook.MaxChanges)}
		}
	}
	return p, true, nil
}

// owns holds an object to be of home alone, at home's own origin and for everyone.
func owns(o strictjson.Object, home coop.IRI) error {
	id, ok := o.ID()
	if !ok {
		return invalid("object with the id %.100s", o.RawOf("id"))
	}
	by, ok := o.IRI("attributedTo")
	switch {
	case !ok:
		return invalid("%s by %.100s", id, o.RawOf("attributedTo"))
	case by != home:
		return coop.Errorf(coop.Forbidden, "owner.differs", "%s belongs to %s, not %s", id, by, home)
	case !coop.SameOrigin(id, home):
		return coop.Errorf(coop.Forbidden, "origin.differs", "%s is not of %s", id, home)
	case !slices.Contains(addresses(o, "to"), coop.Public) && !slices.Contains(addresses(o, "cc"), coop.Public):
		return coop.Errorf(coop.Forbidden, "object.private", "%s is not for everyone", id)
	}
	return nil
}

// SplitRevision takes the address of a text apart: its page, and its id, which is the last segment.
func SplitRevision(at coop.IRI) (page coop.IRI, id handbook.RevisionID, ok bool) {
	i := strings.LastIndex(string(at), "/r/")
	if i < 0 {
		return "", "", false
	}
	id, err := handbook.ParseRevisionID(string(at[i+len("/r/"):]))
	if err != nil {
		return "", "", false
	}
	page, err = coop.ParseIRI(string(at[:i]))
	return page, id, err == nil
}

// ownPage is where a page can be looked at, on its own origin: a link that members follow leads to no other.
func ownPage(o strictjson.Object, owner coop.IRI) string {
	s := page(o, "url")
	if i, err := coop.ParseIRI(s); err != nil || !coop.SameOrigin(i, owner) {
		return ""
	}
	return s
}

// version is the number that a page or a text says it has, 0 for none.
func version(o strictjson.Object) int {
	v := term(o, "version")
	n, err := strconv.Atoi(v.Str())
	if whole, ok := v.Int(); ok {
		n, err = int(min(whole, handbook.MaxHistory+1)), nil
	}
	if err != nil || n < 0 || n > handbook.MaxHistory {
		return 0
	}
	return n
}

// licence is an SPDX id, or the last part of its address.
func licence(o strictjson.Object) string {
	v := o.Get("license")
	for _, name := range []string{"schema:license", "https://schema.org/license", "http://schema.org/license", "licence"} {
		if v.Kind() <= strictjson.KindNull {
			v = o.Get(name)
		}
	}
	s := v.Str()
	if i, ok := v.IRI(); ok {
		s = strings.TrimSuffix(strings.TrimSuffix(string(i), "/"), ".html")
		s = s[strings.LastIndexByte(s, '/')+1:]
	}
	return line(s, handbook.MaxCircle)
}

// moment is an instant, or the day that a date begins.
func moment(o strictjson.Object, key string) (time.Time, bool) {
	v := term(o, key)
	if t, ok := v.Time(); ok {
		return t, true
	}
	t, err := time.Parse(time.DateOnly, v.Str())
	return t, err == nil
}

// past is a moment that has been: nothing comes from the future.
func past(o strictjson.Object, key string, now time.Time) time.Time {
	t, _ := moment(o, key)
	if latest := now.Add(limits.ClockAhead).UTC().Truncate(time.Second); t.After(latest) {
		return latest
	}
	return t
}

// named is what an object calls another that it speaks of, in the Link to it.
func named(o strictjson.Object, to coop.IRI, rel string) string {
	for i, t := range o.Objects("tag") {
		if i == limits.Tags {
			break
		}
		if at, ok := t.IRI("href"); ok && at == to && slices.Contains(t.Strings("rel"), Own+rel) {
			return line(t.Str("name"), handbook.MaxName)
		}
	}
	return ""
}

// HandbookOf is where a co-op lists the pages of its handbook, on its own origin; "" when it does not say.
func HandbookOf(actor strictjson.Object) coop.IRI {
	id, ok := actor.ID()
	at, ok2 := term(actor, "handbook").IRI()
	if !ok || !ok2 || !coop.SameOrigin(at, id) {
		return ""
	}
	return at
}

// Reason is why something was answered as it was, as plain text.
func Reason(o strictjson.Object) string {
	return block(PlainText(cut(o.Str("content"), limits.SummaryRunes)), handbook.MaxReason)
}
