package web

import (
	"encoding/json"
	"fmt"
	"net/http"
)

type jsonFeed struct {
	Version     string       `json:"version"`
	Title       string       `json:"title"`
	HomePage    string       `json:"home_page_url"`
	FeedURL     string       `json:"feed_url"`
	Description string       `json:"description"`
	Authors     []jsonAuthor `json:"authors"`
	Language    string       `json:"language"`
	Items       []jsonItem   `json:"items"`
}

type jsonAuthor struct {
	Name string `json:"name"`
	URL  string `json:"url,omitempty"`
}

type jsonItem struct {
	ID        string       `json:"id"`
	URL       string       `json:"url"`
	Title     string       `json:"title"`
	HTML      string       `json:"content_html"`
	Image     string       `json:"image,omitempty"`
	Published string       `json:"date_published"`
	Modified  string       `json:"date_modified"`
	Authors   []jsonAuthor `json:"authors"`
	Tags      []string     `json:"tags,omitempty"`
	Language  string       `json:"language,omitempty"`
	Source    *jsonSource  `json:"_source,omitempty"` // in a region's
}

// jsonSource is whose an item is, and under which licence, "" for one that we are not told.
type jsonSource struct {
	Home    string `json:"home"`
	Name    string `json:"name"`
	Licence string `json:"licence"`
}

// feedJSON writes JSON Feed 1.1.
func (s *Site) feedJSON(v *visit) error {
	f, err := s.feed(v)
	if err != nil {
		return err
	}
	d := jsonFeed{Version: "https://jsonfeed.org/version/1.1", Title: f.title, HomePage: f.page, FeedURL: f.self, Description: f.about,
		Authors: []jsonAuthor{{f.author, string(f.home)}}, Language: f.lang, Items: []jsonItem{}}
	for _, it := range f.items {
		x := it.json()
		if v.within != nil {
			x.Source = it.source
		}
		d.Items = append(d.Items, x)
	}
	b, err := json.MarshalIndent(d, "", " ")
	if err != nil {
		return fmt.Errorf("feed: %w", err)
	}
	v.bytes(http.StatusOK, kindJSON+"; charset=utf-8", b)
	return nil
}
