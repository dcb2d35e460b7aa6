package web

import "encoding/xml"

type atomDoc struct {
	XMLName xml.Name    `xml:"http://www.w3.org/2005/Atom feed"`
	Geo     string      `xml:"xmlns:georss,attr"`
	Lang    string      `xml:"xml:lang,attr"`
	ID      string      `xml:"id"`
	Title   string      `xml:"title"`
	About   string      `xml:"subtitle"`
	Updated string      `xml:"updated"`
	Author  atomPerson  `xml:"author"`
	Links   []atomLink  `xml:"link"`
	Entries []atomEntry `xml:"entry"`
}

type atomPerson struct {
	Name string `xml:"name"`
}

type atomLink struct {
	Rel  string `xml:"rel,attr,omitempty"`
	Type string `xml:"type,attr,omitempty"`
	Href string `xml:"href,attr"`
}

type atomText struct {
	Type string `xml:"type,attr,omitempty"`
	Lang string `xml:"xml:lang,attr,omitempty"`
	Text string `xml:",chardata"`
}

type atomEntry struct {
	ID        string     `xml:"id"`
	Title     atomText   `xml:"title"`
	Link      atomLink   `xml:"link"`
	Author    atomPerson `xml:"author"`
	Published string     `xml:"published"`
	Updated   string     `xml:"updated"`
	Tags      []atomTag  `xml:"category"`
	Content   atomText   `xml:"content"`
	Point     string     `xml:"georss:point,omitempty"`
}

type atomTag struct {
	Term string `xml:"term,attr"`
}

// feedAtom writes a list of the market as Atom.
func (s *Site) feedAtom(v *visit) error {
	f, err := s.feed(v)
	if err != nil {
		return err
	}
	return v.atom(f)
}

// atom writes f as Atom (RFC 4287).
func (v *visit) atom(f *feed) error {
	d := atomDoc{Geo: georss, Lang: f.lang, ID: f.self, Title: f.title, About: f.about, Updated: stamp(f.updated), Author: atomPerson{f.author},
		Links: []atomLink{{Rel: "self", Type: kindAtom, Href: f.self}, {Rel: "alternate", Type: "text/html", Href: f.page}}}
	for _, it := range f.items {
		e := atomEntry{ID: string(it.id), Title: atomText{Text: it.title}, Link: atomLink{Rel: "alternate", Type: "text/html", Href: it.link},
			Author: atomPerson{it.author}, Published: stamp(it.published), Updated: stamp(it.updated),
			Content: atomText{Type: "html", Lang: it.titleLang, Text: it.html}, Point: point(it.at)}
		if it.html == "" {
			e.Title.Lang, e.Content = it.titleLang, atomText{Type: "text", Lang: it.titleLang, Text: it.words}
		}
		for _, t := range it.tags {
			e.Tags = append(e.Tags, atomTag{t})
		}
		d.Entries = append(d.Entries, e)
	}
	return v.xml(kindAtom, d)
}
