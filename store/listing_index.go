package store

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"math"
	"slices"
	"strings"

	"toadlane/coop"
	"toadlane/internal/limits"
	"toadlane/market"
)

// newestFirst minus seq is a row's number in SQLite's index, so that going through it forwards is newest first.
const newestFirst = 1 << 52

// indexing is a change to the search index that waits for the end of its transaction. SQLite's index writes what it has gathered
// to the disk at every SAVEPOINT, as a segment that has to be merged later; done after the last one, a whole group of writes
// makes a single segment (half the time of an ingest, 2026-11).
type indexing struct {
	seq                 int64
	gone                bool // the row goes; otherwise it comes
	title, body, facets []string
}

// index notes what l is found by: the words of its title, the words of the rest, and its facets.
func (tx *Tx) index(seq int64, l *market.Listing) {
	rest := append(inOrder(l.Body), l.Maker, l.Place.Name)
	tx.later = append(tx.later, indexing{seq: seq, title: words(limits.SearchIndexWords, inOrder(l.Title)...),
		body: words(limits.SearchIndexWords, append(rest, l.Tags...)...), facets: facetsOf(l)})
}

// unindex notes that a row goes.
func (tx *Tx) unindex(seq int64) { tx.later = append(tx.later, indexing{seq: seq, gone: true}) }

// apply makes the change.
func (x *indexing) apply(tx *Tx) (err error) {
	lite := tx.s.dialect.name == sqlite.name
	switch {
	case x.gone && lite:
		_, err = tx.exec(`DELETE FROM listing_search WHERE rowid = $1`, newestFirst-x.seq)
	case x.gone:
		_, err = tx.exec(`DELETE FROM listing_search WHERE seq = $1`, x.seq)
	case lite:
		_, err = tx.exec(`INSERT INTO listing_search (rowid, title, body, facet) VALUES ($1, $2, $3, $4)`,
			newestFirst-x.seq, strings.Join(x.title, " "), strings.Join(x.body, " "), strings.Join(x.facets, " "))
	default:
		all := append(append([]string{}, x.title...), x.body...)
		for _, f := range x.facets {
			all = append(all, facetMark+f)
		}
		_, err = tx.exec(`INSERT INTO listing_search (seq, title_words, words) VALUES ($1, array_to_tsvector($2::text[]), array_to_tsvector($3::text[]))`,
			x.seq, append([]string{}, x.title...), all)
	}
	return err
}

// finish makes the changes that waited for the end, by falling seq, which is by growing rowid: FTS5 writes a segment whenever
// a row comes that lies before the last one. Changes to one row stay in their order.
func (tx *Tx) finish() error {
	slices.SortStableFunc(tx.later, func(a, b indexing) int { return cmp.Compare(b.seq, a.seq) })
	for i := range tx.later {
		if err := tx.later[i].apply(tx); err != nil {
			return err
		}
	}
	return nil
}

// facetMark sets facets apart from words in PostgreSQL's one vector; no word has it.
const facetMark = "="

func inOrder(t coop.Text) []string {
	var out []string
	for _, tag := range t.Tags() {
		out = append(out, t[tag])
	}
	return out
}

// facet is one property of a listing as a single word: a hash, since values hold what would cut a word in two.
func facet(name, value string) string {
	h := sha256.Sum256([]byte(name + "\x00" + value))
	return "f" + hex.EncodeToString(h[:8])
}

func facetsOf(l *market.Listing) []string {
	out := []string{facet("purpose", string(l.Purpose)), facet("kind", string(l.Kind)), facet("home", string(l.Home)),
		facet("category", l.Category), facet("stream", string(l.Stream)), facet("scope", string(l.Scope))}
	for _, m := range l.Modes {
		out = append(out, facet("mode", string(m)))
	}
	for _, t := range l.Tags {
		out = append(out, facet("tag", fold(t)))
	}
	for _, t := range l.Title.Tags() {
		out = append(out, facet("language", t))
	}
	if len(l.Photos) > 0 {
		out = append(out, facet("photo", ""))
	}
	if p := l.Place.Public; p != nil {
		for _, level := range cellLevels {
			out = append(out, level.cell(level.row(*p), level.column(*p)))
		}
	}
	return out
}

// cellLevel is a grid over the Earth. A circle is asked for as a few cells of the finest grid that needs no more than
// limits.SearchCells, and the distance is then looked at row by row.
type cellLevel struct {
	letter string
	size   int64 // millionths of a degree
}

var cellLevels = []cellLevel{{"a", 100_000}, {"b", 500_000}, {"c", 2_000_000}}

func (c cellLevel) row(p coop.Point) int64    { return (int64(p.Lat) + 90_000_000) / c.size }
func (c cellLevel) column(p coop.Point) int64 { return (int64(p.Lon) + 180_000_000) / c.size }

// columns is how many there are around the Earth; 360 degrees divide evenly by every size.
func (c cellLevel) columns() int64 { return 360_000_000 / c.size }

func (c cellLevel) cell(row, column int64) string {
	n := c.columns()
	return fmt.Sprintf("g%s%dx%d", c.letter, row, ((column%n)+n)%n)
}

// cellsAround names the cells that a circle touches, nil when it is too large for that or holds a pole.
func cellsAround(p coop.Point, km float64) []string {
	// 111.19 km a degree on the sphere that KilometresTo measures on; a little more for rounding.
	dLat := km/111.19*1e6 + 2
	top, bottom := float64(p.Lat)+dLat, float64(p.Lat)-dLat
	if top >= 89_000_000 || bottom <= -89_000_000 {
		return nil
	}
	// The circle is widest a little towards the pole (sin dLon = sin d / cos lat).
	ratio := math.Sin(math.Min(km/6371, math.Pi/2)) / math.Cos(float64(p.Lat)/1e6*math.Pi/180)
	if ratio >= 1 {
		return nil
	}
	dLon := math.Asin(ratio)*180/math.Pi*1e6 + 2
	for _, level := range cellLevels {
		floor := func(v float64) int64 { return int64(math.Floor(v / float64(level.size))) }
		r0, r1 := floor(bottom+90_000_000), floor(top+90_000_000)
		c0, c1 := floor(float64(p.Lon)+180_000_000-dLon), floor(float64(p.Lon)+180_000_000+dLon)
		if (r1-r0+1)*(c1-c0+1) > int64(limits.SearchCells) || c1-c0+1 >= level.columns() {
			continue
		}
		var out []string
		for r := r0; r <= r1; r++ {
			for c := c0; c <= c1; c++ {
				out = append(out, level.cell(r, c))
			}
		}
		return out
	}
	return nil
}
