package vocab

import (
	"encoding/xml"

	"toadlane/coop"
)

// The media types of ActivityPub documents.
const (
	ActivityType = "application/activity+json"
	LinkedType   = `application/ld+json; profile="https://www.w3.org/ns/activitystreams"`
	JRDType      = "application/jrd+json"
	XRDType      = "application/xrd+xml"
	NodeInfoType = `application/json; profile="http://nodeinfo.diaspora.software/ns/schema/2.1#"`
)

const (
	relService     = "https://www.w3.org/ns/activitystreams#Service"
	relApplication = "https://www.w3.org/ns/activitystreams#Application"
	relPage        = "http://webfinger.net/rel/profile-page"
	relNodeInfo21  = "http://nodeinfo.diaspora.software/ns/schema/2.1"
	// What OStatus called subscribing and Mastodon uses for every way to go on at home with something seen elsewhere; FEP-3b86 has a
	// relation for each.
	relSubscribe  = "http://ostatus.org/schema/1.0/subscribe"
	relSeeObject  = "https://w3id.org/fep/3b86/Object"
	relSeeFollow  = "https://w3id.org/fep/3b86/Follow"
	relNodeInfo20 = "http://nodeinfo.diaspora.software/ns/schema/2.0"
)

// WebFinger answers for one of our actors (RFC 7033): name is the part before the @, page its page for people.
func (w Writer) WebFinger(name string, actor, page coop.IRI) ([]byte, error) {
	return write(tree{
		"subject": "acct:" + name + "@" + w.base().Host(),
		"aliases": []coop.IRI{actor, page},
		"links": append([]tree{
			{"rel": "self", "type": ActivityType, "href": actor},
			{"rel": "self", "type": LinkedType, "href": actor},
			{"rel": relPage, "type": "text/html", "href": page},
		}, w.intents()...),
	})
}

// intents say where our people go on with what they saw elsewhere.
func (w Writer) intents() []tree {
	at := string(w.base()) + "/authorize_interaction?uri="
	return []tree{
		{"rel": relSubscribe, "template": at + "{uri}"},
		{"rel": relSeeObject, "template": at + "{object}"},
		{"rel": relSeeFollow, "template": at + "{object}"},
	}
}

// WebFingerHost answers for the server itself, asked for by its own address (FEP-d556). The co-op is named too: whoever types
// the address of a front page means it.
func (w Writer) WebFingerHost() ([]byte, error) {
	return write(tree{
		"subject": w.base() + "/",
		"links": append([]tree{
			{"rel": relService, "type": ActivityType, "href": w.At.Instance()},
			{"rel": "self", "type": ActivityType, "href": w.At.Coop()},
			{"rel": relPage, "type": "text/html", "href": w.base() + "/"},
		}, w.intents()...),
	})
}

// HostMeta is the XRD by which older servers find WebFinger (RFC 6415).
func (w Writer) HostMeta() ([]byte, error) {
	type link struct {
		Rel      string `xml:"rel,attr"`
		Type     string `xml:"type,attr"`
		Template string `xml:"template,attr"`
	}
	b, err := xml.Marshal(struct {
		XMLName xml.Name `xml:"http://docs.oasis-open.org/ns/xri/xrd-1.0 XRD"`
		Link    link
	}{Link: link{"lrdd", JRDType, string(w.base()) + "/.well-known/webfinger?resource={uri}"}})
	if err != nil {
		return nil, coop.Errorf(coop.Internal, "error.internal", "host-meta: %w", err)
	}
	return append([]byte(xml.Header), b...), nil
}

// NodeInfoLinks is /.well-known/nodeinfo (FEP-f1d5), with the link to the instance actor (FEP-2677). at is where NodeInfo 2.1
// and 2.0 are served.
func (w Writer) NodeInfoLinks(at21, at20 coop.IRI) ([]byte, error) {
	return write(tree{"links": []tree{
		{"rel": relNodeInfo21, "href": at21},
		{"rel": relNodeInfo20, "href": at20},
		{"rel": relApplication, "href": w.At.Instance()},
	}})
}

// NodeInfo says what runs here and how much (NodeInfo 2.1 or 2.0: version). members is how many people there are in all,
// posts how many listings were told to everyone.
func (w Writer) NodeInfo(version string, c coop.Coop, members, posts int) ([]byte, error) {
	program := w.Version
	if program == "" {
		program = "0"
	}
	software := tree{"name": "toadlane", "version": program}
	metadata := tree{"nodeName": c.Name, "organisationType": c.OrgType, "dataLicence": c.Licence}
	if s, _ := c.Purpose.In(w.Languages...); s != "" {
		metadata["nodeDescription"] = s
	}
	return write(tree{
		"version": version, "software": software, "protocols": []string{"activitypub"},
		"services":          tree{"inbound": []string{}, "outbound": []string{"atom1.0", "rss2.0"}},
		"openRegistrations": false,
		"usage":             tree{"users": tree{"total": members}, "localPosts": posts},
		"metadata":          metadata,
	})
}
