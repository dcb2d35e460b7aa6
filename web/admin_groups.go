package web

import (
	"strings"

	"toadlane/coop"
)

// Constituencies and stages are typed one a line: a slug, a colon, and the name in each language of the co-op in their order.
// Between the names stands a stroke with a space on both sides; without them it is a part of a name, such as trabajador/a.
const betweenNames = " / "

// group is a constituency or a stage.
type group struct {
	slug string
	name coop.Text
}

func constituencies(list []coop.Constituency) []group {
	out := make([]group, len(list))
	for i, x := range list {
		out[i] = group{x.Slug, x.Name}
	}
	return out
}

func stages(list []coop.Stage) []group {
	out := make([]group, len(list))
	for i, x := range list {
		out[i] = group{x.Slug, x.Name}
	}
	return out
}

// writeGroups puts them into the form, as readGroups reads them.
func writeGroups(list []group, tags []string) string {
	lines := make([]string, len(list))
	for i, g := range list {
		names := make([]string, len(tags))
		for j, tag := range tags {
			names[j] = strings.ReplaceAll(g.name[tag], betweenNames, "/")
		}
		for len(names) > 0 && names[len(names)-1] == "" {
			names = names[:len(names)-1]
		}
		lines[i] = strings.TrimRight(g.slug+": "+strings.Join(names, betweenNames), " ")
	}
	return strings.Join(lines, "\n")
}

// readGroups reads what was typed in a field, with the languages that the form was shown with. Names in other languages stay as
// they were. A form without the field leaves everything as it was.
func readGroups(f *Form, field string, tags []string, old []group) []group {
	if !f.Values.Has(field) {
		return old
	}
	wrong := func(key string, args map[string]any) {
		f.Wrong = append(f.Wrong, &coop.Error{Class: coop.Invalid, Key: key, Field: field, Args: args})
	}
	var out []group
	for _, line := range strings.Split(f.Raw(field), "\n") {
		if line = plainLine(line); line == "" {
			continue
		}
		slug, rest, ok := strings.Cut(line, ":")
		if !ok {
			wrong("group.line", map[string]any{"Line": line})
			continue
		}
		g := group{strings.TrimSpace(slug), coop.Text{}}
		for _, was := range old {
			if was.slug != g.slug {
				continue
			}
			for tag, name := range was.name {
				g.name[tag] = name
			}
		}
		for _, tag := range tags {
			delete(g.name, tag)
		}
		names := strings.Split(" "+strings.TrimSpace(rest)+" ", betweenNames)
		if len(names) > len(tags) {
			wrong("group.names", map[string]any{"Slug": g.slug, "Max": len(tags)})
			continue
		}
		for i, name := range names {
			if name = strings.TrimSpace(name); name != "" {
				g.name[tags[i]] = name
			}
		}
		out = append(out, g)
	}
	return out
}

// readCoopGroups reads constituencies and stages into c.
func readCoopGroups(f *Form, old coop.Coop, c *coop.Coop) {
	for _, g := range readGroups(f, "constituencies", old.Languages, constituencies(old.Constituencies)) {
		c.Constituencies = append(c.Constituencies, coop.Constituency{Slug: g.slug, Name: g.name})
	}
	for _, g := range readGroups(f, "stages", old.Languages, stages(old.Stages)) {
		c.Stages = append(c.Stages, coop.Stage{Slug: g.slug, Name: g.name})
	}
}

// groupFields are the two areas of the form.
func (v *visit) groupFields(f Form, tags []string) []Field {
	spoken := make([]string, len(tags))
	for i, tag := range tags {
		spoken[i] = languageName(tag)
	}
	hint := v.t("coop.groups_hint", "Languages", strings.Join(spoken, betweenNames))
	kinds, steps := v.tongue.field(f, "constituencies", "coop.constituencies", ""), v.tongue.field(f, "stages", "coop.stages", "")
	kinds.Hint, steps.Hint = hint, v.t("coop.stages_hint")+" "+hint
	return []Field{kinds.Rows(6), steps.Rows(7)}
}
