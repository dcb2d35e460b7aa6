package web

import (
	"toadlane/coop"
	"toadlane/market"
)

func init() {
	var changes, units []string
	for word := range listingChanges {
		changes = append(changes, word)
	}
	units = append(units, market.Units...)
	mine := said(mineStates)
	for prefix, all := range map[string][]string{
		"price.": said(market.PriceKinds), "visibility.": {coop.OnlyMe.String(), "coop", "peers", "everyone"}, "skill.": skillLevels,
		"market.tab.": {"offer", "want", "all"}, "market.heading.": {"offer", "want", "all"}, "sort.why.": said(market.Sorts),
		"form.title_hint_": {"offer", "want"}, "form.how_": {"offer", "want"}, "form.rather_": {"offer", "want"}, "form.": {"offer", "want"},
		"mine.": mine, "scope.": said(market.Scopes), "stream.": said(market.Streams), "change.": changes, "has.": {"photo"},
		"tell.": said(market.Tells), "view.": marketViews, "mail.alert.why.": {"now", "daily", "weekly"}, "print.": {"offer", "want"}, "map.letter_": {"offer", "want"},
		"map.":    {"nearer", "further", "north", "south", "west", "east", "whole"},
		"banner.": {"draft", "paused", "agreed", "archived"}, "unit_name.": units, "unit.": units, "per.": units, "purpose.": {"offer", "want", "all"},
		"done.listing_": said([]market.Change{market.Publish, market.Pause, market.Resume, market.Fulfil, market.Withdraw, market.Renew}),
	} {
		composed[prefix] = all
	}
}
