package web

import (
	"slices"
	"time"

	"toadlane/market"
)

// HistoryLine is one thing that happened to a listing.
type HistoryLine struct {
	At    time.Time
	Words string
}

// historyOf says what happened to a listing, the latest first, and of a neighbour's when its home last confirmed it.
func (s *Site) historyOf(v *visit, l *market.Listing) (out []HistoryLine, err error) {
	all, err := s.cfg.Market.History(v.r.Context(), v.by, l)
	if err != nil {
		return nil, err
	}
	for _, h := range all {
		line := HistoryLine{At: h.At}
		switch {
		case h.What == market.Edited && len(h.Parts) > 0:
			var parts []string
			for _, f := range h.Parts {
				parts = append(parts, v.t("facet."+string(f)))
			}
			line.Words = v.t("history.edited_parts", "Parts", v.tongue.list(parts))
		case h.What == market.Renew && !h.Until.IsZero():
			line.Words = v.t("history.renewed", "Date", v.tongue.date(market.DayOf(h.Until, s.zone()), s.zone()))
		default:
			line.Words = v.t("history." + string(h.What))
		}
		out = append(out, line)
	}
	if !l.Local() && !l.Seen.IsZero() {
		out = append(out, HistoryLine{l.Seen, v.t("history.seen")})
	}
	slices.SortStableFunc(out, func(a, b HistoryLine) int { return b.At.Compare(a.At) })
	return out, nil
}
