package market

import (
	"cmp"
	"math"
	"slices"
	"strings"
	"time"

	"toadlane/coop"
)

// Reason is why two listings match, to be said in a sentence. The rule is published at /about/ranking: opposite purposes, and
// the same category or at least MatchWords words in common, and ranges that overlap, and a way of changing hands that suits both.
type Reason struct {
	Category string   // the common category, "" when they match by words
	Words    []string // what titles and tags have in common, folded, in order
	Metres   int      // between the public points
	Placed   bool     // both say where they are, so Metres counts
}

// Match is two listings that fit, seen from one of them.
type Match struct {
	Of     Listing // whose match it is
	With   Listing // the other
	Reason Reason
	At     time.Time // when it was noticed; zero when it was looked for just now
}

// MatchWords is how many words of titles and tags two listings need in common when their categories differ.
const MatchWords = 2

// How far listings reach, in kilometres, unless a local one says that it reaches further.
const (
	LocalKm    = 10
	RegionalKm = 60
	NationalKm = 500
	earthKm    = 20_100 // nothing is further away
)

// ReachKm is how far from its public point l can be had or is looked for.
func (l *Listing) ReachKm() int {
	switch l.Scope {
	case ScopeRegional:
		return max(RegionalKm, l.Place.RadiusKm)
	case ScopeNational:
		return NationalKm
	case ScopeInternational:
		return earthKm
	}
	return max(LocalKm, l.Place.RadiusKm)
}

// MatchReason tells whether a and b match at now, and why. It is the same from both sides, and pure. Listings that are not live
// match nothing (product invariant 2), and nobody's want matches their own offer.
func MatchReason(a, b *Listing, now time.Time) (Reason, bool) {
	var r Reason
	if a.Purpose == b.Purpose || !a.Live(now) || !b.Live(now) || sameAuthor(a, b) || !suits(a.Modes, b.Modes) {
		return r, false
	}
	if a.Category != "" && a.Category == b.Category {
		r.Category = a.Category
	}
	r.Words = inCommon(a, b)
	if r.Category == "" && len(r.Words) < MatchWords {
		return Reason{}, false
	}
	if p, q := a.Place.Public, b.Place.Public; p != nil && q != nil {
		r.Metres, r.Placed = metresBetween(*p, *q), true
		if r.Metres > 1000*(a.ReachKm()+b.ReachKm()) {
			return Reason{}, false
		}
	}
	return r, true
}

// metresBetween is the distance in whole metres.
func metresBetween(p, q coop.Point) int { return int(math.Round(p.KilometresTo(q) * 1000)) }

// sameAuthor tells whether a and b are one person's, as far as can be known.
func sameAuthor(a, b *Listing) bool {
	if a.Home != b.Home {
		return false
	}
	return a.Poster == b.Poster && (a.Local() || a.Contact == b.Contact)
}

// suits tells whether there is a way of changing hands that both take. To be discussed is open to any.
func suits(a, b []Mode) bool {
	if slices.Contains(a, Discuss) || slices.Contains(b, Discuss) {
		return true
	}
	return slices.ContainsFunc(a, func(m Mode) bool { return slices.Contains(b, m) })
}

// inCommon lists the words of a's and b's titles and tags that are the same. Of several languages it takes the pair with the
// most, so that "bread" and its translation count once.
func inCommon(a, b *Listing) []string {
	var best []string
	for _, s := range tongues(a.Title) {
		have := terms(s, a.Tags)
		for _, t := range tongues(b.Title) {
			var both []string
			for w := range terms(t, b.Tags) {
				if have[w] {
					both = append(both, w)
				}
			}
			slices.Sort(both)
			if len(both) > len(best) || len(both) == len(best) && slices.Compare(both, best) < 0 {
				best = both
			}
		}
	}
	return best
}

// tongues gives the words of each language, one empty text when there is none.
func tongues(t coop.Text) []string {
	out := make([]string, 0, len(t))
	for _, tag := range t.Tags() {
		out = append(out, t[tag])
	}
	if len(out) == 0 {
		out = append(out, "")
	}
	return out
}

// byReason orders matches: more in common first, then nearer, then newer. Authors who stand there already come after all others.
func byReason(all []Match) []Match {
	weight := func(r Reason) int {
		n := len(r.Words)
		if r.Category != "" {
			n += MatchWords
		}
		return n
	}
	far := func(r Reason) int {
		if r.Placed {
			return r.Metres
		}
		return 1000 * earthKm
	}
	slices.SortStableFunc(all, func(a, b Match) int {
		return cmp.Or(cmp.Compare(weight(b.Reason), weight(a.Reason)), cmp.Compare(far(a.Reason), far(b.Reason)),
			b.With.Updated.Compare(a.With.Updated), strings.Compare(string(a.With.ID), string(b.With.ID)))
	})
	return authorsSpread(all, func(m Match) *Listing { return &m.With })
}

// authorsSpread puts what comes from an author who stood there already behind the first of every other, keeping the order
// otherwise, so that nobody fills a list.
func authorsSpread[T any](all []T, of func(T) *Listing) []T {
	type author struct {
		home, contact coop.IRI
		poster        coop.ID
	}
	seen := map[author]int{}
	rounds := make([]int, len(all))
	order := make([]int, len(all))
	for i, x := range all {
		l := of(x)
		by := author{l.Home, l.Contact, l.Poster}
		rounds[i], order[i] = seen[by], i
		seen[by]++
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(rounds[a], rounds[b]) })
	out := make([]T, len(all))
	for i, n := range order {
		out[i] = all[n]
	}
	return out
}

// Alike asks the store for what can match: the category is the same, or one of the words stands in the title or the rest.
type Alike struct {
	Category string
	Words    []string
}
