package web

import (
	"encoding/xml"
	"time"
)

type rssDoc struct {
	XMLName xml.Name   `xml:"rss"`
	Version string     `xml:"version,attr"`
	Atom    string     `xml:"xmlns:atom,attr"`
	Geo     string     `xml:"xmlns:georss,attr"`
	Channel rssChannel `xml:"channel"`
}

type rssChannel struct {
	Title    string    `xml:"title"`
	Link     string    `xml:"link"`
	About    string    `xml:"description"`
	Language string    `xml:"language"`
	Built    string    `xml:"lastBuildDate"`
	Self     atomLink  `xml:"atom:link"`
	Items    []rssItem `xml:"item"`
}

type rssItem struct {
	Title string   `xml:"title"`
	Link  string   `xml:"link"`
	About string   `xml:"description"`
	Tags  []string `xml:"category"`
	GUID  rssGUID  `xml:"guid"`
	Date  string   `xml:"pubDate"`
	Point string   `xml:"georss:point,omitempty"`
}

type rssGUID struct {
	Permanent bool   `xml:"isPermaLink,attr"`
	ID        string `xml:",chardata"`
}

// feedRSS writes RSS 2.0.
func (s *Site) feedRSS(v *visit) error {
	f, err := s.feed(v)
	if err != nil {
		return err
	}
	d := rssDoc{Version: "2.0", Atom: "http://www.w3.org/2005/Atom", Geo: georss, Channel: rssChannel{Title: f.title, Link: f.page, About: f.about,
		Language: f.lang, Built: f.updated.UTC().Format(time.RFC1123Z), Self: atomLink{Rel: "self", Type: kindRSS, Href: f.self}}}
	for _, it := range f.items {
		d.Channel.Items = append(d.Channel.Items, rssItem{Title: it.title, Link: it.link, About: it.html, Tags: it.tags,
			GUID: rssGUID{ID: string(it.id)}, Date: it.published.UTC().Format(time.RFC1123Z), Point: point(it.at)})
	}
	return v.xml(kindRSS, d)
}
