package main

import (
	"strconv"

	"toadlane/coop"
	"toadlane/handbook"
	"toadlane/internal/limits"
	"toadlane/market"
	"toadlane/region"
)

// domain lists what the rules of co-ops, markets and handbooks bound. They stand with the rules, which know nothing of servers.
var domain = []limits.Row{
	bound("coop.MaxHandle", coop.MaxHandle, "characters", "handle of a co-op or a member"),
	bound("coop.MaxIRI", coop.MaxIRI, "bytes", "an address"),
	bound("coop.MaxPictureAlt", coop.MaxPictureAlt, "characters", "what the co-op's picture is described with"),
	bound("coop.MaxGroups", coop.MaxGroups, "groups", "of one co-op"),
	bound("coop.MaxSlug", coop.MaxSlug, "characters", "short name of a group"),
	bound("coop.MaxGroupName", coop.MaxGroupName, "characters", "name of a group"),
	bound("coop.MaxFuzzKm", coop.MaxFuzzKm, "km", "how coarse a place can be told"),
	bound("coop.MaxSkills", coop.MaxSkills, "skills", "of one member"),
	bound("coop.MaxContacts", coop.MaxContacts, "ways", "to reach one member"),
	bound("coop.MaxMemberships", coop.MaxMemberships, "memberships", "elsewhere, of one member"),
	bound("coop.MaxHours", coop.MaxHours, "hours", "a month that a member has to give: no month has more"),
	bound("market.MaxTitle", market.MaxTitle, "characters", "title of a listing, in each language"),
	bound("market.MaxBody", market.MaxBody, "characters", "text of a listing, in each language"),
	bound("market.MaxAlt", market.MaxAlt, "characters", "what a picture is described with"),
	bound("market.MaxTags", market.MaxTags, "tags", "of one listing"),
	bound("market.MaxTag", market.MaxTag, "characters", "one tag"),
	bound("market.MaxLines", market.MaxLines, "lines", "parts of one price"),
	bound("market.MaxPhotos", market.MaxPhotos, "pictures", "of one listing"),
	bound("market.MaxDays", market.MaxDays, "days", "how far ahead a listing may end"),
	bound("market.MaxMessage", market.MaxMessage, "characters", "one message"),
	bound("market.MaxGuestName", market.MaxGuestName, "characters", "name of somebody who writes without an account"),
	bound("market.MaxGuestLinks", market.MaxGuestLinks, "addresses", "in one message of somebody without an account"),
	bound("market.MaxReason", market.MaxReason, "characters", "why something is reported"),
	bound("market.MaxExcerpt", market.MaxExcerpt, "characters", "of the latest message, in lists"),
	bound("market.MaxOutcome", market.MaxOutcome, "characters", "what became of a listing"),
	bound("market.MaxThanks", market.MaxThanks, "characters", "thanks at its end"),
	bound("market.MaxBond", market.MaxBond, "things", "that one co-op may say worked out with another"),
	bound("market.MaxBonds", market.MaxBonds, "co-ops", "of which one co-op tells how much worked out"),
	bound("market.MaxHistory", market.MaxHistory, "entries", "history of one listing"),
	bound("market.MaxMatches", market.MaxMatches, "matches", "of one listing, and in one mail"),
	bound("market.MaxSaved", market.MaxSaved, "searches", "that one member keeps"),
	bound("market.MaxSavedName", market.MaxSavedName, "characters", "name of a kept search"),
	bound("market.MaxSavedAddress", market.MaxSavedAddress, "bytes", "address of a kept search"),
	bound("market.MaxAlert", market.MaxAlert, "listings", "in one mail about a kept search"),
	bound("market.MaxPage", market.MaxPage, "listings", "on one page"),
	bound("market.MaxPlaces", market.MaxPlaces, "decimals", "of an amount"),
	bound("handbook.MaxName", handbook.MaxName, "characters", "title of a page of the handbook"),
	bound("handbook.MaxSlug", handbook.MaxSlug, "characters", "of its address"),
	bound("handbook.MaxSource", handbook.MaxSource, "bytes", "text of a page"),
	bound("handbook.MaxHashed", handbook.MaxHashed, "bytes", "what is hashed of a text"),
	bound("handbook.MaxReason", handbook.MaxReason, "characters", "why a text was written, or a change not taken"),
	bound("handbook.MaxParents", handbook.MaxParents, "texts", "that one was made from"),
	bound("handbook.MaxHistory", handbook.MaxHistory, "texts", "in one history"),
	bound("handbook.MaxLineage", handbook.MaxLineage, "pages", "adapted one from the other"),
	bound("handbook.MaxAnchor", handbook.MaxAnchor, "bytes", "address of a heading in its page"),
	bound("handbook.MaxTasks", handbook.MaxTasks, "items", "of the checklist of one text"),
	bound("handbook.MaxCircle", handbook.MaxCircle, "characters", "who looks after a page"),
	bound("handbook.MaxStory", handbook.MaxStory, "characters", "where a page comes from"),
	bound("handbook.MaxChanges", handbook.MaxChanges, "characters", "what a co-op changes for its place"),
	bound("handbook.MaxPage", handbook.MaxPage, "pages", "in one part of a list of the handbook"),
	bound("handbook.MaxOpenMotions", handbook.MaxOpenMotions, "motions", "open on one page"),
	bound("handbook.MaxMotionDays", handbook.MaxMotionDays, "days", "how long a motion may be open"),
	bound("handbook.MaxQuorum", handbook.MaxQuorum, "", "the largest quorum, in hundredths of a per cent"),
	bound("handbook.MaxMajority", handbook.MaxMajority, "parts", "that a majority is counted in"),
	bound("handbook.MaxHeads", handbook.MaxHeads, "people", "who can vote in one motion"),
	bound("handbook.MaxWords", handbook.MaxWords, "characters", "with one answer to a motion, and in its talk"),
	bound("handbook.MaxMinutes", handbook.MaxMinutes, "characters", "what came of a motion elsewhere"),
	bound("region.MaxCouncil", region.MaxCouncil, "co-ops", "of the council of one region"),
	bound("region.MaxName", region.MaxName, "characters", "name of a region, and of a co-op in it"),
	bound("region.MaxStory", region.MaxStory, "characters", "what a region is for"),
	bound("region.MaxExpects", region.MaxExpects, "protocols", "that a region asks its members to go by"),
	bound("region.MaxPlaces", region.MaxPlaces, "places", "that say where a region is"),
	bound("region.MaxRings", region.MaxRings, "areas", "of the outline of a region"),
	bound("region.MaxRingPoints", region.MaxRingPoints, "points", "of all of them together"),
	bound("region.MaxAbsence", region.MaxAbsence, "days", "after which a host may count as gone at the latest"),
	bound("region.MaxTies", region.MaxTies, "relations", "of one co-op in one region"),
	bound("region.MaxRegions", region.MaxRegions, "regions", "known on one node"),
	bound("region.MaxParts", region.MaxParts, "co-ops", "that take part in one region"),
	bound("region.MaxAsking", region.MaxAsking, "co-ops", "that wait for an answer of one region, and that are invited into it"),
	bound("region.MaxWhy", region.MaxWhy, "characters", "why a host says no"),
	bound("region.MaxProposals", region.MaxProposals, "charters", "of one region that wait for signatures"),
	bound("region.MaxListed", region.MaxListed, "lists", "in which one co-op is named that are remembered"),
	bound("region.MaxUnclaimed", region.MaxUnclaimed, "entries", "of co-ops without a node in one region, hidden ones too"),
	bound("region.MaxUnclaimedLines", region.MaxUnclaimedLines, "lines", "of a file of such entries"),
	bound("region.MaxSource", region.MaxSource, "characters", "where such an entry is from"),
	bound("region.MaxLicence", region.MaxLicence, "characters", "its licence"),
	bound("region.MaxSummary", region.MaxSummary, "characters", "what such a co-op does"),
	bound("region.MaxPlace", region.MaxPlace, "characters", "where it is"),
	bound("region.MaxIndexKm", region.MaxIndexKm, "km", "around a point, as far as an index is read"),
	bound("market.MaxAmount", market.MaxAmount, "", "the largest amount, in its smallest unit"),
}

func bound(name string, value int64, unit, why string) limits.Row {
	return limits.Row{Name: name, Value: strconv.FormatInt(value, 10), Unit: unit, Why: why}
}

// Run prints every limit, in the order of their file, and what the domain bounds after them.
func (c *limitsCommand) Run(w *world) error {
	type row struct {
		Name  string `json:"name"`
		Value string `json:"value"`
		Unit  string `json:"unit,omitempty"`
		Why   string `json:"why"`
	}
	var rows []row
	for _, r := range append(limits.Table(), domain...) {
		rows = append(rows, row(r))
	}
	return list(w, c.JSON, rows, "LIMIT VALUE UNIT WHY", func(r row) []any { return []any{r.Name, r.Value, r.Unit, r.Why} })
}
