// Package folder is a handbook as files: a folder of markdown, with one commit a text where git keeps it. It reads folders and histories
// that others made and writes ours so that it can be read back. It refuses to decide what may be brought in: handbook does.
package folder

import (
	"path"
	"strings"
	"time"

	"toadlane/handbook"
)

// maxLeft is how many files are named though they were left; the others are counted.
const maxLeft = 200

// Found is what a folder holds.
type Found struct {
	Pages []Page
	Left  []Left // what was not taken, by path
	More  int    // how many more were not
}

// Page is a page that was found.
type Page struct {
	handbook.Brought
	File    string          // where it was found
	Status  handbook.Status // as the page says; "" when it says nothing
	Authors []string        // who wrote it as git tells, by their first text; without their mail addresses
}

// Left is a file that was not taken.
type Left struct {
	Path string
	Why  Reason
}

// Reason says why a file was left.
type Reason string

// The reasons.
const (
	NoMarkdown Reason = "no markdown"
	NoText     Reason = "no text that can be shown"
	TooLong    Reason = "too long"
	TooMany    Reason = "too many pages"
)

// Reader says how pages are named.
type Reader struct {
	Fold func(string) string // lower-cases and takes diacritics away
	// Known gives the slug of the page that was brought in from a path before, "" for none.
	Known func(path string) string
	Zone  *time.Location // in which a day is meant
}

func (f *Found) leave(path string, why Reason) {
	if len(f.Left) < maxLeft {
		f.Left = append(f.Left, Left{path, why})
	} else {
		f.More++
	}
}

// isMarkdown tells whether a file is a page by its name.
func isMarkdown(name string) bool {
	switch strings.ToLower(path.Ext(name)) {
	case ".md", ".markdown":
		return true
	}
	return false
}

// hidden tells whether a path lies in what tools keep for themselves.
func hidden(name string) bool {
	for part := range strings.SplitSeq(name, "/") {
		if strings.HasPrefix(part, ".") {
			return true
		}
	}
	return false
}

// names gives every page a slug, its own where it says one or is known, else one made from its path.
func (r *Reader) names(pages []Page) {
	taken := map[string]bool{}
	for i := range pages {
		p := &pages[i]
		if p.Start.Slug != "" && (!handbook.ValidSlug(p.Start.Slug) || taken[p.Start.Slug]) {
			p.Start.Slug = ""
		}
		if p.Start.Slug == "" && r.Known != nil {
			if slug := r.Known(p.Path); !taken[slug] {
				p.Start.Slug = slug
			}
		}
		taken[p.Start.Slug] = true
	}
	propose := func(words string, taken func(string) bool) string {
		return handbook.FreeSlug(r.Fold(words), handbook.Practice, taken)
	}
	for i := range pages {
		p := &pages[i]
		if p.Start.Slug == "" {
			near, far := words(p.Path, p.Start.Name)
			p.Start.Slug = propose(near, func(string) bool { return false })
			if taken[p.Start.Slug] { // two of one name: the folder tells them apart
				p.Start.Slug = propose(far+" "+near, func(s string) bool { return taken[s] })
			}
			taken[p.Start.Slug] = true
		}
		if p.Path == p.Start.Slug+".md" {
			p.Path = "" // where it would stand anyway
		}
	}
}

// words gives what a page's path calls it, and what its folder is called. What stands for a whole folder is called like that, and what
// stands for all of it by its title.
func words(file, title string) (near, far string) {
	dir, base := path.Split(file)
	near, far = strings.TrimSuffix(base, path.Ext(base)), path.Base(path.Clean("/"+dir))
	switch strings.ToLower(near) {
	case "readme", "index", "_index":
		if far == "/" {
			return title, ""
		}
		return far, path.Base(path.Dir(path.Clean("/" + dir)))
	}
	return near, far
}
