package web

import (
	"slices"
	"strings"

	"toadlane/coop"
)

// SetupRows are the constituencies and stages of a new co-op as they can be changed.
type SetupRows struct {
	Kinds  []GroupRow
	Stages []GroupRow
}

// GroupRow is one of them; a slug of "" is a new one.
type GroupRow struct{ Slug, Name, Share string }

// setupRows reads them from the form, with room for one more of each.
func setupRows(f Form) (r SetupRows) {
	read := func(slugs, names, shares []string) (out []GroupRow) {
		for i := range names {
			if i < coop.MaxGroups && (names[i] != "" || at(slugs, i) != "") {
				out = append(out, GroupRow{at(slugs, i), names[i], at(shares, i)})
			}
		}
		return append(out, GroupRow{})
	}
	r.Kinds = read(f.All("kind_slug"), f.All("kind_name"), f.All("kind_share"))
	r.Stages = read(f.All("stage_slug"), f.All("stage_name"), nil)
	return r
}

// presetOf is the type that was chosen; ok is false when none was.
func presetOf(f *Form) (coop.Preset, bool) { return coop.PresetNamed(f.Get("preset")) }

// fillGroups puts what the type of co-op starts with into the form, in the co-op's main language.
func (s *Site) fillGroups(f *Form) {
	p, ok := presetOf(f)
	if !ok {
		return
	}
	c := coop.Coop{Languages: splitWords(strings.Join(f.All("languages"), " "))}
	p.Fill(&c, WordsIn)
	first := c.Languages[:min(1, len(c.Languages))]
	words := func(t coop.Text) string { w, _ := t.In(first...); return w }
	var slugs, names, shares, stageSlugs, stageNames []string
	for _, x := range c.Constituencies {
		slugs, names, shares = append(slugs, x.Slug), append(names, words(x.Name)), append(shares, coop.Percent(x.Share))
	}
	for _, x := range c.Stages {
		stageSlugs, stageNames = append(stageSlugs, x.Slug), append(stageNames, words(x.Name))
	}
	f.Put("kind_slug", slugs...)
	f.Put("kind_name", names...)
	f.Put("kind_share", shares...)
	f.Put("stage_slug", stageSlugs...)
	f.Put("stage_name", stageNames...)
	f.Put("org_type", c.OrgType)
	f.Put("purpose", words(c.Purpose))
	votes := string(c.Votes)
	if votes == "" {
		votes = "head"
	}
	f.Put("votes", votes)
	f.Put("filled", p.Name)
}

// readSetup reads the co-op as far as it is told. What the type gives and nobody has changed is taken in all languages of the co-op; what
// was not asked yet is as it is usual, so that each step can be judged alone.
func (s *Site) readSetup(f *Form) coop.Coop {
	c := readCoop(f)
	c.Handle = strings.ToLower(f.Get("handle"))
	c.HoldFollows = f.Is("hold_follows", "yes")
	typed := c.Purpose
	orgType := c.OrgType
	if p, ok := presetOf(f); ok {
		c.Purpose = nil
		p.Fill(&c, WordsIn)
		if orgType != "" {
			c.OrgType = orgType
		}
		if f.Values.Has("purpose") {
			for tag, words := range typed {
				if c.Purpose[tag] != words { // their own words stand alone: the others would say something else
					c.Purpose = typed
				}
			}
			if len(typed) == 0 {
				c.Purpose = nil
			}
		}
	}
	if f.Values.Has("votes") {
		c.Votes = readVotes(f)
	}
	if !f.Values.Has("kind_name") {
		return c
	}
	main := defaultLanguage
	if len(c.Languages) > 0 {
		main = c.Languages[0]
	}
	rows := setupRows(*f)
	filled := c.Constituencies
	c.Constituencies = nil
	for _, r := range rows.Kinds {
		if r.Name == "" {
			continue
		}
		x := coop.Constituency{Slug: r.Slug}
		if i := slices.IndexFunc(filled, func(y coop.Constituency) bool { return y.Slug == r.Slug }); i >= 0 {
			x = filled[i]
		}
		x.Slug, x.Name = groupSlug(r, len(c.Constituencies)), renamedText(x.Name, main, r.Name)
		x.Share = readShare(f, r.Share)
		c.Constituencies = append(c.Constituencies, x)
	}
	stages := c.Stages
	c.Stages = nil
	for _, r := range rows.Stages {
		if r.Name == "" {
			continue
		}
		x := coop.Stage{Slug: r.Slug}
		if i := slices.IndexFunc(stages, func(y coop.Stage) bool { return y.Slug == r.Slug }); i >= 0 {
			x = stages[i]
		}
		x.Slug, x.Name = groupSlug(r, len(c.Stages)), renamedText(x.Name, main, r.Name)
		c.Stages = append(c.Stages, x)
	}
	return c
}

// renamedText is t when it says name in a language already, else the new name alone: the other languages would say the old one.
func renamedText(t coop.Text, tag, name string) coop.Text {
	name = plainLine(name)
	if t[tag] == name || t["en"] == name && t[tag] == "" {
		return t
	}
	return coop.Text{tag: name}
}

// groupSlug is the slug of a row; a new one gets it from its name, or its place where the name has no letter of a slug.
func groupSlug(r GroupRow, place int) string {
	if r.Slug != "" {
		return r.Slug
	}
	var b strings.Builder
	for _, c := range strings.ToLower(r.Name) {
		switch {
		case c >= 'a' && c <= 'z' || c >= '0' && c <= '9':
			b.WriteRune(c)
		case c == ' ' || c == '-':
			if s := b.String(); s != "" && s[len(s)-1] != '-' {
				b.WriteByte('-')
			}
		}
	}
	slug := strings.Trim(b.String(), "-")
	if slug = strings.Trim(slug[:min(len(slug), coop.MaxSlug)], "-"); slug == "" {
		return "group-" + string(rune('a'+place%26))
	}
	return slug
}

// readVotes reads how votes are counted; what is not offered is an error of the domain's.
func readVotes(f *Form) coop.VoteMode {
	if v := f.Get("votes"); v != "head" {
		return coop.VoteMode(v)
	}
	return coop.PerHead
}

// readShare reads a share in per cent; an empty one is none.
func readShare(f *Form, s string) int {
	if strings.TrimSpace(s) == "" {
		return 0
	}
	n, ok := coop.ParsePercent(s)
	if !ok {
		f.Wrong = append(f.Wrong, &coop.Error{Class: coop.Invalid, Key: "votes.percent", Field: "votes", Args: map[string]any{"Share": s}})
	}
	return n
}
