package market

import (
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// The same words are asked for here as in the search.
const (
	askedWords  = 12 // words of a question; the rest is ignored
	askedPrefix = 4  // letters from which the last word may be a beginning
)

// Holds tells whether l is among the answers to q at now, whatever page it stands on: for listings that have just come, so that
// the market need not be searched for each saved search. storetest holds it to the answers of Search; of words that very many listings
// have, Search takes the last for a whole one, which one listing can't know.
func (q *Query) Holds(l *Listing, now time.Time) bool {
	_, spoken := l.Title[q.Language]
	switch {
	case q.States == nil && !l.Live(now), q.States != nil && !slices.Contains(q.States, l.State),
		l.Visibility < q.Reach,
		q.Purpose != "" && l.Purpose != q.Purpose,
		q.Kind != "" && l.Kind != q.Kind,
		q.Category != "" && l.Category != q.Category,
		q.Mode != "" && !slices.Contains(l.Modes, q.Mode),
		q.Stream != "" && l.Stream != q.Stream,
		q.Scope != "" && l.Scope != q.Scope,
		q.Tag != "" && !slices.ContainsFunc(l.Tags, func(t string) bool { return Fold(t) == Fold(q.Tag) }),
		q.Language != "" && !spoken,
		q.Home != "" && l.Home != q.Home,
		q.Local && !l.Local(),
		q.Of != nil && !slices.Contains(q.Of, l.Home),
		q.Poster != "" && l.Poster != q.Poster,
		!q.Since.IsZero() && l.Updated.Before(q.Since),
		!q.Before.IsZero() && !l.Until.Before(q.Before),
		q.HasPhoto && len(l.Photos) == 0:
		return false
	case q.Near != nil && q.RadiusKm > 0 && (l.Place.Public == nil || metresBetween(*q.Near, *l.Place.Public) > 1000*q.RadiusKm):
		return false
	}
	asked := wordsOf(q.Text)
	asked = asked[:min(len(asked), askedWords)]
	if len(asked) == 0 {
		return true
	}
	var have []string
	for _, t := range append(tongues(l.Title), tongues(l.Body)...) {
		have = append(have, wordsOf(t)...)
	}
	for _, t := range append([]string{l.Maker, l.Place.Name}, l.Tags...) {
		have = append(have, wordsOf(t)...)
	}
	for i, w := range asked {
		beginning := i == len(asked)-1 && utf8.RuneCountInString(w) >= askedPrefix
		if !slices.ContainsFunc(have, func(h string) bool { return h == w || beginning && strings.HasPrefix(h, w) }) {
			return false
		}
	}
	return true
}

// wordsOf cuts s into its folded words, each once.
func wordsOf(s string) []string {
	var out []string
	for _, w := range strings.FieldsFunc(Fold(s), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r) }) {
		if !slices.Contains(out, w) {
			out = append(out, w)
		}
	}
	return out
}
