package web

import "toadlane/coop"

func init() {
	levels := []string{"teach", "can", "learning"}
	var kinds, stages, names []string
	for _, p := range coop.Presets {
		names = append(names, p.Name)
		for _, g := range p.Constituencies {
			kinds = append(kinds, g.Slug)
		}
		stages = append(stages, p.Stages...)
	}
	for prefix, all := range map[string][]string{
		"members.view_": memberViews, "members.order_": memberSorts, "members.col_": memberSorts, "contact_kind.": coop.ContactKinds,
		"preset.": names, "preset.fills_": names, "preset.purpose.": names, "preset.kind.": kinds, "preset.stage.": stages, "setup.step_": setupSteps,
		"level-": nil, "view-": nil, "reach-": nil, "skill.": levels, "contact.": {"phone", "mail", "matrix", "xmpp", "web", "other"},
	} {
		composed[prefix] = all
	}
}
