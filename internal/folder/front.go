package folder

import (
	"encoding/json"
	"path"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"

	"toadlane/coop"
	"toadlane/handbook"
	"toadlane/internal/limits"
)

// front is what stands above a page: its settings, as others' programs write them too.
type front map[string]string

// The settings that are read and written.
const (
	keyTitle    = "title"
	keySlug     = "slug"
	keyKind     = "kind"
	keyStatus   = "status"
	keyLanguage = "language"
	keyLicence  = "licence"
	keyCircle   = "circle"
	keyReview   = "review"
	keyStory    = "story"
	keyFrom     = "adapted_from" // written only: lineage is what the other co-op signed, not what a file claims
	keyChanges  = "changes"
)

// alias are other words for settings.
var alias = map[string]string{"lang": keyLanguage, "license": keyLicence, "owner": keyCircle}

// cut takes the front matter off a file: YAML between two lines of three hyphens. What can't be read as settings is text.
func cut(file string) (front, string) {
	file = strings.TrimLeft(file, "\ufeff")
	rest, ok := strings.CutPrefix(strings.ReplaceAll(file, "\r\n", "\n"), "---\n")
	if !ok {
		return nil, file
	}
	head, body, ok := strings.Cut("\n"+rest, "\n---\n")
	if !ok || len(head) > limits.FrontMatter {
		return nil, file
	}
	var all map[string]any
	if err := yaml.Unmarshal([]byte(head), &all); err != nil || len(all) == 0 {
		return nil, file
	}
	f := front{}
	for k, v := range all {
		k = strings.ToLower(k)
		if other := alias[k]; other != "" {
			k = other
		}
		switch v := v.(type) {
		case string:
			f[k] = strings.TrimSpace(v)
		case time.Time:
			f[k] = v.Format(time.DateOnly)
		}
	}
	return f, strings.TrimPrefix(body, "\n")
}

// put writes a page with its settings above it.
func put(p *handbook.Protocol, r *handbook.Revision, file string, zone *time.Location) []byte {
	var b strings.Builder
	line := func(key, value string) {
		if value != "" {
			quoted, _ := json.Marshal(value) // a JSON string is a YAML string
			b.WriteString(key + ": " + string(quoted) + "\n")
		}
	}
	b.WriteString("---\n")
	line(keyTitle, r.Name)
	if file != p.Slug+".md" {
		line(keySlug, p.Slug)
	}
	line(keyKind, string(p.Kind))
	line(keyStatus, string(p.Status))
	line(keyLanguage, p.Language)
	line(keyLicence, p.Licence)
	line(keyCircle, p.Circle)
	if !p.Review.IsZero() {
		line(keyReview, p.Review.In(zone).Format(time.DateOnly))
	}
	line(keyStory, p.Story)
	if p.Origin.Page != "" {
		line(keyFrom, string(p.Origin.Page)+"/r/"+string(p.Origin.Revision))
		line(keyChanges, p.Origin.Changes)
	}
	b.WriteString("---\n\n" + r.Source)
	return []byte(b.String())
}

// settings makes of a front matter what a page is started with. What it says in words that are not ours counts as not said.
func (f front) settings(p *Page, zone *time.Location) {
	s := &p.Start
	s.Slug, s.Kind = f[keySlug], handbook.Kind(f[keyKind])
	if !slices.Contains(handbook.Kinds, s.Kind) {
		s.Kind = ""
	}
	if st := handbook.Status(f[keyStatus]); slices.Contains(handbook.Statuses, st) {
		p.Status = st
	}
	if coop.ValidLanguage(f[keyLanguage]) {
		s.Language = f[keyLanguage]
	}
	if slices.Contains(coop.Licences, f[keyLicence]) {
		s.Licence = f[keyLicence]
	}
	if coop.Line("", f[keyCircle], 0, handbook.MaxCircle) == nil {
		s.Circle = f[keyCircle]
	}
	if coop.Lines("", f[keyStory], 0, handbook.MaxStory) == nil {
		s.Story = f[keyStory]
	}
	if day, err := time.ParseInLocation(time.DateOnly, f[keyReview], zone); err == nil {
		p.Review = day.Add(12 * time.Hour) // noon is on that day wherever clocks change at midnight
	}
}

// title gives a text its name: what stands above it, else its first heading of the first level, else what the file is called.
func title(f front, source, file string) string {
	if t := oneLine(f[keyTitle], handbook.MaxName); t != "" {
		return t
	}
	for _, h := range handbook.Headings(source) {
		if t := oneLine(h.Text, handbook.MaxName); h.Level == 1 && t != "" {
			return t
		}
	}
	near, far := words(file, "")
	if near == "" {
		near = strings.TrimSuffix(path.Base(file), path.Ext(file))
	}
	near = oneLine(strings.NewReplacer("-", " ", "_", " ").Replace(near), handbook.MaxName)
	if near == "" {
		near = oneLine(far, handbook.MaxName)
	}
	first, n := utf8.DecodeRuneInString(near)
	return string(unicode.ToUpper(first)) + near[n:]
}

// oneLine brings words onto one line of at most so many characters.
func oneLine(s string, most int) string {
	return cutRunes(strings.Join(strings.Fields(clean(s)), " "), most)
}

// clean takes away what can't be shown.
func clean(s string) string {
	return strings.Map(func(c rune) rune {
		if c == '\n' || c == '\t' {
			return c
		}
		if c < ' ' || c >= 0x7f && c <= 0x9f || c == utf8.RuneError {
			return -1
		}
		return c
	}, strings.ToValidUTF8(s, ""))
}

func cutRunes(s string, most int) string {
	if utf8.RuneCountInString(s) <= most {
		return s
	}
	return strings.TrimSpace(string([]rune(s)[:most-1])) + "…"
}
