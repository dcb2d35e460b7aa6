package markettest

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"
	"unicode"

	"toadlane/coop"
	"toadlane/market"
)

// Search answers q as market.Query says: every row is looked at.
func (s *Store) Search(_ context.Context, q market.Query, now time.Time) (market.Page, error) {
	asked := words(q.Text)
	found := sorted(s.now.Load().listings, func(l market.Listing) bool {
		return matches(q, &l, asked, now) && (q.CameAfter.IsZero() || s.now.Load().came[l.ID].After(q.CameAfter))
	},
		func(a, b market.Listing) int { return strings.Compare(key(q, &a, asked), key(q, &b, asked)) }, 0)
	if q.Cursor != "" {
		order, last, ok := strings.Cut(q.Cursor, "|")
		if !ok || order != string(q.Sort) {
			return market.Page{}, coop.Errorf(coop.Invalid, "cursor.invalid", "cursor %.50q", q.Cursor)
		}
		found = slices.DeleteFunc(found, func(l market.Listing) bool { return key(q, &l, asked) <= last })
	}
	limit := q.Limit
	if limit <= 0 {
		limit = market.DefaultPage
	}
	limit = min(limit, market.MaxPage)
	if len(found) <= limit {
		return market.Page{Listings: found}, nil
	}
	return market.Page{Listings: found[:limit], Next: string(q.Sort) + "|" + key(q, &found[limit-1], asked)}, nil
}

// CountsIn counts nothing: this store knows no regions.
func (s *Store) CountsIn(context.Context, string, time.Time) ([]market.Count, error) { return nil, nil }

// Count counts the answers to q, at most most.
func (s *Store) Count(ctx context.Context, q market.Query, now time.Time, most int) (int, error) {
	q.Cursor, q.Limit = "", market.MaxPage
	n := 0
	for {
		p, err := s.Search(ctx, q, now)
		if err != nil {
			return 0, err
		}
		if n += len(p.Listings); p.Next == "" || n >= most {
			return min(n, most), nil
		}
		q.Cursor = p.Next
	}
}

// key is what the order compares, least first, with the id at the end so that no two are equal.
func key(q market.Query, l *market.Listing, asked []string) string {
	k := fmt.Sprintf("%020d", math.MaxInt64-l.Updated.UnixMicro())
	switch q.Sort {
	case market.Ends:
		k = fmt.Sprintf("%020d", l.Until.UnixMicro())
	case market.Nearest:
		k = fmt.Sprintf("%020d", int64(distance(q, l)*1000))
	case market.ByTitle:
		title, _ := l.Title.In(q.Language)
		k = strings.ToLower(title)
	case market.Best:
		n := 0
		for _, w := range text(l) {
			if slices.Contains(asked, w) {
				n++
			}
		}
		k = fmt.Sprintf("%010d%s", math.MaxInt32-n, k)
	}
	return k + "|" + string(l.ID)
}

func distance(q market.Query, l *market.Listing) float64 {
	if q.Near == nil || l.Place.Public == nil {
		return 100_000 // farther than anything on Earth
	}
	return q.Near.KilometresTo(*l.Place.Public)
}

func matches(q market.Query, l *market.Listing, asked []string, now time.Time) bool {
	if q.States == nil && !l.Live(now) || q.States != nil && !slices.Contains(q.States, l.State) {
		return false
	}
	have := text(l)
	for i, w := range asked {
		if !slices.ContainsFunc(have, func(h string) bool {
			return h == w || i == len(asked)-1 && len([]rune(w)) >= 4 && strings.HasPrefix(h, w)
		}) {
			return false
		}
	}
	if a := q.Alike; a != nil && !(a.Category != "" && a.Category == l.Category) &&
		!slices.ContainsFunc(have, func(h string) bool { return slices.Contains(a.Words, market.Fold(h)) }) {
		return false
	}
	_, spoken := l.Title[q.Language]
	return l.Visibility >= q.Reach &&
		(q.Purpose == "" || l.Purpose == q.Purpose) && (q.Kind == "" || l.Kind == q.Kind) &&
		(q.Category == "" || l.Category == q.Category) && (q.Mode == "" || slices.Contains(l.Modes, q.Mode)) &&
		(q.Stream == "" || l.Stream == q.Stream) && (q.Scope == "" || l.Scope == q.Scope) &&
		(q.Tag == "" || slices.Contains(l.Tags, q.Tag)) && (q.Language == "" || spoken) &&
		(q.Home == "" || l.Home == q.Home) && (!q.Local || l.Local()) && (q.Of == nil || slices.Contains(q.Of, l.Home)) && (q.Poster == "" || l.Poster == q.Poster) &&
		(q.Near == nil || q.RadiusKm == 0 || distance(q, l) <= float64(q.RadiusKm)) &&
		(q.Since.IsZero() || !l.Updated.Before(q.Since)) && (q.Before.IsZero() || l.Until.Before(q.Before)) &&
		(!q.HasPhoto || len(l.Photos) > 0)
}

func text(l *market.Listing) []string {
	var all []string
	for _, t := range []coop.Text{l.Title, l.Body} {
		for _, tag := range t.Tags() {
			all = append(all, words(t[tag])...)
		}
	}
	return append(append(all, l.Tags...), words(l.Place.Name+" "+l.Maker)...)
}

func words(s string) []string {
	return strings.FieldsFunc(strings.ToLower(s), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
}
