package murmur

import (
	"crypto/sha256"
	"encoding/hex"
	"strconv"
	"strings"
	"time"

	"toadlane/coop"
	"toadlane/internal/strictjson"
)

// DefaultIndex is where the network's own index is.
const DefaultIndex coop.IRI = "https://index.murmurations.network/v2"

// Status is what an index says of a profile (pkg/constant/nodestatus.go).
type Status string

// The statuses. An index says of its own accord what it takes long for, so that one may follow another at any time.
const (
	Received  Status = "received"          // it was told of the profile
	Validated Status = "validated"         // it has fetched it and it fits
	Invalid   Status = "validation_failed" // it could not fetch it, or it does not fit; forgotten after a while
	Unposted  Status = "post_failed"       // it fits and could not be taken up; the index tries again by itself
	Posted    Status = "posted"            // it can be found
	Deleted   Status = "deleted"           // it was taken out, or its time is over
)

// NodeID is how an index names a profile (pkg/cryptoutil).
func NodeID(profile coop.IRI) string {
	sum := sha256.Sum256([]byte(profile))
	return hex.EncodeToString(sum[:])
}

// Post is the body that tells an index of a profile.
func Post(profile coop.IRI) ([]byte, error) {
	return strictjson.Marshal(struct {
		ProfileURL string `json:"profile_url"`
	}{string(profile)})
}

// Node is an answer about one profile.
type Node struct {
	ID     string
	Status Status
	Faults string // what is wrong in the index's words, "" when nothing is
	Titles []string
}

// maxFaults is how much is kept of what an index says is wrong, in characters.
const maxFaults = 400

// ReadNode reads what an index answers to a question about one profile, with whichever status: what it refuses it says in the same form. Class Invalid for
// what is no such answer.
func ReadNode(body []byte) (Node, error) {
	o, err := strictjson.Parse(body)
	if err != nil {
		return Node{}, coop.Errorf(coop.Invalid, "murmur.answer", "answer of an index: %w", err)
	}
	data := o.Object("data")
	n := Node{ID: data.Str("node_id"), Status: Status(data.Str("status"))}
	var faults []string
	for _, e := range o.Objects("errors") {
		title, detail := e.Str("title"), e.Str("detail")
		n.Titles = append(n.Titles, title)
		if at := e.Object("source").Str("pointer"); at != "" {
			detail += " (" + at + ")"
		}
		faults = append(faults, strings.TrimSpace(title+": "+detail))
	}
	n.Faults = coop.Cut(strings.Join(faults, "; "), maxFaults)
	if id := o.Object("meta").Str("node_id"); n.ID == "" {
		n.ID = id
	}
	if n.Faults != "" && n.Status == "" && !n.Unknown() && !n.StillThere() {
		n.Status = Invalid // says so by its errors alone
	}
	if n.ID == "" && n.Status == "" && n.Faults == "" && o.Object("meta").IsZero() {
		return Node{}, coop.Errorf(coop.Invalid, "murmur.answer", "answer of an index says nothing")
	}
	return n, nil
}

// unknown is the title of the answer about a profile that the index does not know (services/index/internal/controller/rest/node_handler.go).
const unknown = "Node Not Found"

// stillThere is that of the answer to a DELETE while the profile can still be fetched.
const stillThere = "Profile Still Exists"

// unreached is that of a profile that the index could not fetch or read (services/validation).
const unreached = "Profile Not Found"

// Unreached tells whether the index could not fetch the profile.
func (n Node) Unreached() bool { return len(n.Titles) > 0 && n.Titles[0] == unreached }

// Unknown tells whether the index does not know the profile.
func (n Node) Unknown() bool { return len(n.Titles) > 0 && n.Titles[0] == unknown }

// StillThere tells whether the index would not forget a profile because it could fetch it.
func (n Node) StillThere() bool { return len(n.Titles) > 0 && n.Titles[0] == stillThere }

// Found is a profile that an index lists.
type Found struct {
	Profile  coop.IRI
	Name     string
	Link     string // its page, as an index keeps it: without https:// and www.
	Point    *coop.Point
	Locality string
	Region   string
	Country  string
	Tags     []string
	Updated  time.Time
}

// PerPage is how many an index is asked for at once: as many elements as we read of one array.
const PerPage = 100

// ReadFound reads a page of what an index lists, and how many there are. Entries without an address or a name, and those that were taken out, are left out.
func ReadFound(body []byte) (list []Found, pages int, err error) {
	o, err := strictjson.Parse(body)
	if err != nil {
		return nil, 0, coop.Errorf(coop.Invalid, "murmur.answer", "list of an index: %w", err)
	}
	if o.Object("meta").IsZero() && len(o.List("data")) == 0 && o.Has("errors") {
		n, _ := ReadNode(body)
		return nil, 0, coop.Errorf(coop.Invalid, "murmur.answer", "list of an index: %s", n.Faults)
	}
	for _, e := range o.Objects("data") {
		f := Found{Name: strings.TrimSpace(e.Str("name")), Link: strings.TrimSpace(e.Str("primary_url")), Locality: e.Str("locality"), Region: e.Str("region"),
			Country: e.Str("country"), Tags: e.Strings("tags"), Point: pointOf(e.Object("geolocation"))}
		var ok bool
		if f.Profile, ok = e.IRI("profile_url"); !ok || f.Name == "" || Status(e.Str("status")) == Deleted {
			continue
		}
		if at, ok := e.Int("last_updated"); ok && at > 0 {
			f.Updated = time.Unix(at, 0).UTC()
		}
		list = append(list, f)
	}
	n, _ := o.Object("meta").Int("total_pages")
	return list, int(max(0, min(n, 1<<20))), nil
}

// pointOf reads {lat, lon}, nil for anything else.
func pointOf(o strictjson.Object) *coop.Point {
	if !o.Has("lat") || !o.Has("lon") {
		return nil
	}
	lat, err := strconv.ParseFloat(string(o.RawOf("lat")), 64)
	lon, err2 := strconv.ParseFloat(string(o.RawOf("lon")), 64)
	if err != nil || err2 != nil {
		return nil
	}
	p, ok := coop.NewPoint(lat, lon)
	if !ok {
		return nil
	}
	return &p
}

// Path is an address of an index.
func Path(index coop.IRI, path string) coop.IRI {
	return coop.IRI(strings.TrimRight(string(index), "/") + path)
}
