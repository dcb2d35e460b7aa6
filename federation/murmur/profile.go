package murmur

import (
	"slices"
	"strings"

	"toadlane/coop"
	"toadlane/internal/strictjson"
)

// The schemas that our profiles name.
const (
	OrganizationSchema = "organizations_schema-v1.0.0"
	ListingSchema      = "offers_wants_schema-v0.1.0"
	PersonSchema       = "people_schema-v0.1.0"
)

// MediaType is that of a profile.
const MediaType = "application/json"

// Limits of the schemas (fields/*.json).
const (
	maxURL  = 2000
	maxTag  = 100
	maxTags = 100
	// MaxDescription is what a listing says of itself in an index: one to three sentences are asked for.
	MaxDescription = 1000
)

// memberOf is the predicate by which groups and people are tied to one another, as Hylo writes it too.
const memberOf = "https://schema.org/memberOf"

// Writer spells the profiles of one node. It holds no state: the same facts always give the same bytes, by which a change is noticed.
type Writer struct {
	Base  coop.IRI // origin of the node
	Photo func(id coop.ID) coop.IRI
	Coop  coop.Coop
}

// Profiles are where they lie.
const (
	Root             = "/murmurations"
	OrganizationPath = Root + "/organization.json"
	listingsPath     = Root + "/listings/"
	peoplePath       = Root + "/people/"
	suffix           = ".json"
)

// ListingPath is where the profile of a listing lies, PersonPath that of a member.
func ListingPath(id coop.ID) string       { return listingsPath + string(id) + suffix }
func PersonPath(handle string) string     { return peoplePath + handle + suffix }
func (w Writer) at(path string) coop.IRI  { return w.Base + coop.IRI(path) }
func (w Writer) page(path string) string  { return string(w.at(path)) }
func (w Writer) words(t coop.Text) string { s, _ := t.In(w.Coop.Languages...); return s }

// point is a place as schemas have it, link a named address, relation a tie.
type (
	point struct {
		Lat float64 `json:"lat"`
		Lon float64 `json:"lon"`
	}
	link struct {
		Name string `json:"name"`
		URL  string `json:"url"`
	}
	relation struct {
		Predicate string `json:"predicate_url"`
		Object    string `json:"object_url"`
	}
)

// published is the point of a place that everyone may see: the exact one is not looked at.
func published(p coop.Place) *point {
	if p.Public == nil {
		return nil
	}
	lat, lon := p.Public.Degrees()
	return &point{lat, lon}
}

// organization is the profile of a co-op (organizations_schema-v1.0.0). license is no field of the schema, which takes further ones: whoever carries the
// data on has to know it.
type organization struct {
	LinkedSchemas []string   `json:"linked_schemas"`
	Name          string     `json:"name"`
	PrimaryURL    string     `json:"primary_url"`
	Tags          []string   `json:"tags,omitempty"`
	Description   string     `json:"description,omitempty"`
	Status        string     `json:"status"`
	URLs          []link     `json:"urls,omitempty"`
	Locality      string     `json:"locality,omitempty"`
	Geolocation   *point     `json:"geolocation,omitempty"`
	Image         string     `json:"image,omitempty"`
	RSS           string     `json:"rss"`
	Relationships []relation `json:"relationships,omitempty"`
	UniqueID      string     `json:"unique_id"`
	License       string     `json:"license,omitempty"`
}

// Organization gives the profile of the co-op; regions are the accounts of those that it takes part in.
func (w Writer) Organization(regions []coop.IRI) ([]byte, error) {
	c := &w.Coop
	o := organization{LinkedSchemas: []string{OrganizationSchema}, Name: c.Name, PrimaryURL: w.page("/"), Tags: w.tags(orgWords[c.OrgType], c.OrgType),
		Description: w.words(c.Purpose), Status: "active", Locality: c.Place.Name, Geolocation: published(c.Place), RSS: w.page("/market.rss"),
		UniqueID: w.page("/actor"), License: c.Licence}
	for _, l := range c.Links {
		if x := (link{l.Name, l.URL}); goodURL(l.URL) && !slices.Contains(o.URLs, x) {
			o.URLs = append(o.URLs, x)
		}
	}
	if c.Picture != "" {
		o.Image = string(w.Photo(c.Picture))
	}
	for _, r := range regions {
		if x := (relation{memberOf, string(r)}); goodURL(string(r)) && !slices.Contains(o.Relationships, x) {
			o.Relationships = append(o.Relationships, x)
		}
	}
	return strictjson.Marshal(o)
}

// person is the profile of a member (people_schema-v0.1.0). It has no place.
type person struct {
	LinkedSchemas []string   `json:"linked_schemas"`
	Name          string     `json:"name"`
	Nickname      string     `json:"nickname"`
	PrimaryURL    string     `json:"primary_url"`
	Tags          []string   `json:"tags"`
	Description   string     `json:"description,omitempty"`
	Image         string     `json:"image,omitempty"`
	Languages     []string   `json:"knows_language,omitempty"`
	Relationships []relation `json:"relationships"`
}

// Person gives the profile of a member as everyone may see them.
func (w Writer) Person(p coop.PersonView) ([]byte, error) {
	d := person{LinkedSchemas: []string{PersonSchema}, Name: p.DisplayName, Nickname: p.Handle, PrimaryURL: w.page("/@" + p.Handle), Description: p.About,
		Languages: unique(p.Languages), Relationships: []relation{{memberOf, w.page("/")}}}
	var skills []string
	for _, s := range p.Skills {
		skills = append(skills, s.Name)
	}
	if d.Tags = w.tags(skills...); len(d.Tags) == 0 {
		d.Tags = []string{"co-op member"} // the schema asks for one
	}
	if p.Photo.ID != "" {
		d.Image = d.PrimaryURL + "/photo/medium?v=" + string(p.Photo.ID)
	}
	return strictjson.Marshal(d)
}

// tags are keywords as the schemas take them: each once, none empty, none too long.
func (w Writer) tags(words ...string) []string {
	var out []string
	for _, s := range words {
		if s = coop.Cut(strings.TrimSpace(s), maxTag); s != "" && len(out) < maxTags {
			out = append(out, s)
		}
	}
	return unique(out)
}

func unique(words []string) (out []string) {
	for _, s := range words {
		if !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	return out
}

func goodURL(s string) bool {
	return len(s) <= maxURL && (strings.HasPrefix(s, "https://") || strings.HasPrefix(s, "http://"))
}

// orgWords says the types of organisation in the words of ESSGlobal's list (purl.org/essglobal/standard/organisational-structure), by code: an index is
// searched by words.
var orgWords = map[string]string{
	"OS10": "community group", "OS20": "not-for-profit organisation", "OS30": "social enterprise", "OS40": "charity", "OS60": "workers co-operative",
	"OS70": "housing co-operative", "OS80": "consumer co-operative", "OS90": "producer co-operative", "OS100": "multi-stakeholder co-operative",
	"OS110": "secondary co-operative", "OS115": "co-operative", "OS120": "community interest company", "OS130": "community benefit society",
	"OS160": "unincorporated association", "OS200": "regional federation", "OS210": "co-operative group", "OS240": "co-operative of co-operatives",
}
