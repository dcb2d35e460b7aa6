package vocab

import (
	"strconv"

	"toadlane/coop"
	"toadlane/region"
)

// regionFormat is how the documents of regions are spelled. What has another number is kept as it came and not understood.
const regionFormat = 1

// The types of a region's documents.
const (
	typeCharter   = "RegionCharter"
	typeEntry     = "RegionEntry"
	typeAdmission = "RegionAdmission"
	typeMark      = "RegionMark"
	typeArea      = "RegionArea"
	typeLine      = "RegionLine"
	typeVote      = "RegionVote"
)

func regionDocument(kind string) tree {
	return tree{"@context": RegionContext, "type": kind, "format": regionFormat}
}

// Charter spells a charter, ready for its hash; it carries no proof itself.
func Charter(c *region.Charter) ([]byte, error) {
	o := regionDocument(typeCharter)
	o["version"], o["attempt"], o["need"], o["absence"] = c.Version, c.Attempt, c.Need, c.Absence
	put(o, "region", string(c.Region))
	put(o, "previous", string(c.Previous))
	put(o, "root", string(c.Root))
	put(o, "area", string(c.Area))
	o["host"], o["hostKey"], o["preferredUsername"], o["joining"] = c.Host, c.HostKey, c.Slug, string(c.Joining)
	seats := make([]tree, 0, len(c.Council))
	for _, s := range c.Council {
		seats = append(seats, tree{"coop": s.Coop, "key": s.Key})
	}
	o["council"], o["nameMap"] = seats, c.Name
	if len(c.Story) > 0 {
		o["summaryMap"] = c.Story
	}
	if len(c.Languages) > 0 {
		o["languages"] = c.Languages
	}
	if len(c.Expects) > 0 {
		o["expects"] = c.Expects
	}
	return write(o)
}

// Area spells where a region is, ready for its hash; it carries no proof, since the charter names it by that. Of an outline each ring is a line of words,
// for an array may not have as many elements as a ring has points: longitude and latitude in millionths of a degree, a comma between them.
func Area(a *region.Area) ([]byte, error) {
	o := regionDocument(typeArea)
	if len(a.Places) > 0 {
		o["places"] = a.Places
	}
	if len(a.Outline) > 0 {
		rings := make([]string, len(a.Outline))
		for i, ring := range a.Outline {
			var b []byte
			for j, p := range ring {
				if j > 0 {
					b = append(b, ' ')
				}
				b = strconv.AppendInt(append(strconv.AppendInt(b, int64(p.Lon), 10), ','), int64(p.Lat), 10)
			}
			rings[i] = string(b)
		}
		o["outline"] = rings
	}
	return write(o)
}

// Entry spells a co-op's word on its part in a region, ready for its proof.
func Entry(e *region.Entry) ([]byte, error) {
	o := regionDocument(typeEntry)
	o["region"], o["charter"], o["coop"], o["serial"], o["key"], o["name"] = string(e.Region), string(e.Charter), e.Coop, count64(e.Serial), e.Key, e.Name
	if e.Left {
		o["left"] = true
	}
	ties := make([]tree, 0, len(e.Ties))
	for _, t := range e.Ties {
		x := tree{"relation": string(t.Relation)}
		put(x, "category", t.Category)
		ties = append(ties, x)
	}
	if len(ties) > 0 {
		o["ties"] = ties
	}
	if len(e.Shares) > 0 {
		shares := make([]string, len(e.Shares))
		for i, s := range e.Shares {
			shares[i] = string(s)
		}
		o["shares"] = shares
	}
	return write(o)
}

// Admission spells a host's word on a co-op's part, ready for its proof.
func Admission(a *region.Admission) ([]byte, error) {
	o := regionDocument(typeAdmission)
	o["region"], o["charter"], o["coop"], o["serial"], o["nth"], o["in"] = string(a.Region), string(a.Charter), a.Coop, count64(a.Serial), count64(a.Nth), a.In
	if len(a.Votes) > 0 {
		votes := make([]Raw, len(a.Votes))
		for i, v := range a.Votes {
			votes[i] = v.Bytes
		}
		o["votes"] = votes
	}
	return write(o)
}

// Mark spells a council co-op's signature under a charter, ready for its proof.
func Mark(charter region.ID, by coop.IRI) ([]byte, error) {
	o := regionDocument(typeMark)
	o["charter"], o["coop"] = string(charter), by
	return write(o)
}

func count64(n uint64) number { return number(strconv.FormatUint(n, 10)) }
