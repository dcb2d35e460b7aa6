package web_test

import (
	"encoding/json"
	"encoding/xml"
	"net/http"
	"strings"
	"testing"
	"time"

	"toadlane/coop"
	"toadlane/market"
)

func TestFeeds(t *testing.T) {
	t.Parallel()
	r := stocked(t)
	bread := r.post(an(market.Offer, "Bread & <b>butter</b>", func(l *market.Listing) {
		l.Body = coop.Text{"en": "One\n\nTwo <script>alert(1)</script>"}
		l.Place = coop.Place{Name: "Here", Exact: point(t, 39.4872, -0.3581)}
	}))
	r.clock.Add(time.Hour)
	changed, err := r.cfg.Market.EditListing(t.Context(), coop.Member(r.ada.ID, coop.RoleMember), bread.ID, bread)
	if err != nil {
		t.Fatal(err)
	}
	bike := r.browser().get("/market.json?q=cargo")
	for path, kind := range map[string]string{"/market.rss": "application/rss+xml", "/market.atom": "application/atom+xml", "/market.json": "application/feed+json"} {
		a := r.browser().get(path + "?q=butter").want(http.StatusOK)
		if got := a.header.Get("Content-Type"); !strings.HasPrefix(got, kind) {
			t.Errorf("%s is %s", path, got)
		}
		if strings.Contains(a.body, "<script>") {
			t.Errorf("%s holds a script", path)
		}
		if again := r.browser().do(http.MethodGet, path+"?q=butter", nil, http.Header{"If-None-Match": {a.header.Get("Etag")}}); again.status != http.StatusNotModified {
			t.Errorf("%s unchanged: %d", path, again.status)
		}
		// A reader who is signed in gets what everybody gets.
		if in := r.signedIn("ada").do(http.MethodGet, path+"?q=butter", nil, nil); in.body != a.body {
			t.Errorf("%s differs for a member", path)
		}
	}
	var rss struct {
		Channel struct {
			Links []string `xml:"link"`
			Items []struct {
				Title string `xml:"title"`
				Link  string `xml:"link"`
				GUID  string `xml:"guid"`
				Date  string `xml:"pubDate"`
				About string `xml:"description"`
				Point string `xml:"http://www.georss.org/georss point"`
			} `xml:"item"`
		} `xml:"channel"`
	}
	if err := xml.Unmarshal([]byte(r.browser().get("/market.rss?q=butter&sort=newest").body), &rss); err != nil || len(rss.Channel.Items) != 1 {
		t.Fatal(err, len(rss.Channel.Items))
	}
	it := rss.Channel.Items[0]
	if it.GUID != string(bread.IRI) || it.Title != "Offer: Bread & <b>butter</b>" || !strings.Contains(it.About, "<p>One</p>") ||
		it.Date != bread.Created.Format(time.RFC1123Z) || it.Link != bakery+"/listings/"+string(bread.ID) {
		t.Errorf("%+v", it)
	}
	if rss.Channel.Links[0] != bakery+"/market?q=butter&sort=newest" {
		t.Error(rss.Channel.Links)
	}
	if strings.Contains(it.Point, "39.4872 ") || it.Point == "" {
		t.Errorf("the point is %q: exact, or none", it.Point)
	}
	var atom struct {
		ID      string `xml:"id"`
		Updated string `xml:"updated"`
		Entries []struct {
			ID        string `xml:"id"`
			Published string `xml:"published"`
			Updated   string `xml:"updated"`
		} `xml:"entry"`
	}
	if err := xml.Unmarshal([]byte(r.browser().get("/market.atom?q=butter").body), &atom); err != nil || len(atom.Entries) != 1 {
		t.Fatal(err)
	}
	e := atom.Entries[0]
	if e.ID != string(bread.IRI) || e.Published != bread.Created.Format(time.RFC3339) || e.Updated != changed.Updated.Format(time.RFC3339) ||
		atom.Updated != e.Updated || atom.ID != bakery+"/market.atom?q=butter" {
		t.Errorf("%+v", atom)
	}
	var feed struct {
		Version string `json:"version"`
		Items   []struct {
			ID, URL string
			HTML    string `json:"content_html"`
		} `json:"items"`
	}
	if err := json.Unmarshal([]byte(bike.body), &feed); err != nil || len(feed.Items) != 1 || feed.Version != "https://jsonfeed.org/version/1.1" {
		t.Fatal(err, bike.body)
	}
	if !strings.HasPrefix(feed.Items[0].ID, "https://cycles.example/listings/") || !strings.HasPrefix(feed.Items[0].URL, bakery+"/listings/") {
		t.Errorf("a neighbour's: %+v", feed.Items[0])
	}
}
