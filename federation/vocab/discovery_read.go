package vocab

import (
	"strings"

	"toadlane/coop"
	"toadlane/internal/limits"
	"toadlane/internal/strictjson"
)

// JRD is a WebFinger answer.
type JRD struct {
	Subject string
	Self    coop.IRI // the actor
	Service coop.IRI // the server's own actor (FEP-d556)
	Aliases []string
	// Where this person goes on at home with something seen elsewhere: templates with a place for its address, "" when not said.
	Subscribe string // {uri}
	Object    string // {object}
	Follow    string // {object}
}

// DecodeWebFinger gives the actor that a WebFinger answer names (RFC 7033 §4.4). Class Invalid when it is no JSON or names
// none.
func DecodeWebFinger(b []byte) (coop.IRI, error) {
	j, err := DecodeJRD(b)
	if err != nil {
		return "", err
	}
	if j.Self == "" {
		return "", invalid("webfinger of %.100q names no actor", j.Subject)
	}
	return j.Self, nil
}

// DecodeJRD reads a whole WebFinger answer. The first link that fits counts.
func DecodeJRD(b []byte) (JRD, error) {
	o, err := strictjson.Parse(b)
	if err != nil {
		return JRD{}, err
	}
	j := JRD{Subject: line(o.Str("subject"), limits.IRIBytes)}
	for i, s := range o.Strings("aliases") {
		if i == limits.Attachments {
			break
		}
		j.Aliases = append(j.Aliases, line(s, limits.IRIBytes))
	}
	for _, l := range o.Objects("links") {
		j.intent(l)
		at, err := coop.ParseIRI(l.Str("href"))
		if err != nil || !activityType(l.Str("type")) {
			continue
		}
		switch rel := l.Str("rel"); {
		case rel == "self" && j.Self == "":
			j.Self = at
		case rel == relService && j.Service == "":
			j.Service = at
		}
	}
	return j, nil
}

// intent reads a link with a template. Some write it as href.
func (j *JRD) intent(l strictjson.Object) {
	template := l.Str("template")
	if template == "" {
		template = l.Str("href")
	}
	place, into := "{object}", (*string)(nil)
	switch l.Str("rel") {
	case relSubscribe:
		place, into = "{uri}", &j.Subscribe
	case relSeeObject:
		into = &j.Object
	case relSeeFollow:
		into = &j.Follow
	}
	if into != nil && *into == "" && len(template) <= limits.IRIBytes && strings.Contains(template, place) {
		*into = template
	}
}

// activityType tells whether a link's media type is an ActivityPub document's; parameters may be spelled in many ways.
func activityType(t string) bool {
	base, params, _ := strings.Cut(t, ";")
	switch strings.ToLower(strings.TrimSpace(base)) {
	case ActivityType:
		return true
	case "application/ld+json":
		return strings.Contains(params, "https://www.w3.org/ns/activitystreams")
	}
	return false
}

// DecodeNodeInfoLinks reads /.well-known/nodeinfo: where the newest NodeInfo 2.x is. Class Invalid when it names none.
func DecodeNodeInfoLinks(b []byte) (coop.IRI, error) {
	o, err := strictjson.Parse(b)
	if err != nil {
		return "", err
	}
	best, info := "", coop.IRI("")
	for _, l := range o.Objects("links") {
		at, err := coop.ParseIRI(l.Str("href"))
		if err != nil {
			continue
		}
		if v, ok := strings.CutPrefix(l.Str("rel"), "http://nodeinfo.diaspora.software/ns/schema/2."); ok && len(v) == 1 && v > best {
			best, info = v, at
		}
	}
	if info == "" {
		return "", invalid("nodeinfo without links")
	}
	return info, nil
}

// Software is what a server says it runs.
type Software struct{ Name, Version string }

// String is name and version as a steward reads them: "mastodon 4.5.1".
func (s Software) String() string { return strings.TrimSpace(s.Name + " " + s.Version) }

// DecodeNodeInfo reads NodeInfo of any version. Class Invalid when it names no software.
func DecodeNodeInfo(b []byte) (Software, error) {
	o, err := strictjson.Parse(b)
	if err != nil {
		return Software{}, err
	}
	s := Software{Name: line(o.Object("software").Str("name"), 60), Version: line(o.Object("software").Str("version"), 60)}
	if s.Name == "" {
		return s, invalid("nodeinfo without software")
	}
	return s, nil
}
