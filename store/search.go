package store

import (
	"context"
	"fmt"
	"sort"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"toadlane/coop"
	"toadlane/internal/limits"
	"toadlane/market"
)

// Search answers a question to the market, the same on both databases (storetest holds them to it):
//
//   - newest: by listing.seq, the microsecond of the last change, backwards. On SQLite a forward scan of the search index.
//   - ends: soonest end first, then by seq. title: by the folded title, then by seq.
//   - nearest: by distance, then newest first; listings without a place come last, unless a radius leaves them out.
//   - best: by how many of the words stand in the title, then newest first; where more than limits.BestOf listings match,
//     newest first. A rank that people can check, and that does not depend on the database's own arithmetic.
//
// The last word may be a beginning, unless so many listings have it as it stands that it must be a whole one (limits.WholeWord):
// putting together what begins with a common word took nine tenths of a search at 100,000 listings (docs/performance.md).
//
// It ends with ctx, and after limits.SearchTime. Errors: Invalid, key cursor.invalid; Unavailable when time is up.
func (s *Store) Search(ctx context.Context, q market.Query, now time.Time) (market.Page, error) {
	ctx, cancel := context.WithTimeout(ctx, limits.SearchTime)
	defer cancel()
	f := &search{q: q, now: now, limit: marketPage(q.Limit), tx: &Tx{s: s, ctx: ctx, on: poolRunner{s}}}
	f.words = words(limits.SearchWords, q.Text)
	if q.Sort == market.Nearest && q.Near == nil || q.Sort == market.Best && len(f.words) == 0 || q.Sort == "" {
		f.q.Sort = market.Newest
	}
	f.orders = []string{string(f.q.Sort)}
	if f.q.Sort == market.Best {
		f.orders = append(f.orders, string(market.Newest))
	}
	if q.Cursor != "" {
		after, err := parsePosition(q.Cursor, f.orders...)
		if err != nil {
			return market.Page{}, err
		}
		f.after = &after
	}
	err := f.mayBegin()
	if err == nil {
		err = f.lookUpRegion()
	}
	var p market.Page
	if err == nil {
		p, err = f.run()
	}
	if err != nil {
		return market.Page{}, fmt.Errorf("search for %.60q: %w", q.Text, err)
	}
	return p, nil
}

// Count counts the answers to q, at most most of them. It ends as Search does.
func (s *Store) Count(ctx context.Context, q market.Query, now time.Time, most int) (n int, err error) {
	ctx, cancel := context.WithTimeout(ctx, limits.SearchTime)
	defer cancel()
	q.Sort = market.Newest
	f := &search{q: q, now: now, tx: &Tx{s: s, ctx: ctx, on: poolRunner{s}}, words: words(limits.SearchWords, q.Text)}
	if err := f.mayBegin(); err != nil {
		return 0, err
	}
	if err := f.lookUpRegion(); err != nil || f.nobody() {
		return 0, err
	}
	km := f.radius()
	var t text
	if km > 0 { // the distance is only known row by row
		t.add(`SELECT l.seq, l.lat, l.lon, 0`)
		f.from(&t, km)
		all, err := f.candidates(&t, km)
		return min(len(all), most), err
	}
	t.add(`SELECT count(*) FROM (SELECT 1`)
	f.from(&t, 0)
	t.add(` LIMIT ?) AS matching`, most)
	err = f.tx.queryRow(t.b.String(), t.args...).scan("", &n)
	return n, err
}

// search is one question under way.
type search struct {
	q      market.Query
	now    time.Time
	limit  int
	words  []string
	begins bool     // the last word may be a beginning
	homes  []string // facets of the co-ops of a small region; nil when it is not asked for one
	seqs   []int64  // what there is in a small region, with PostgreSQL; nil when it is not asked for one
	orders []string
	after  *position
	tx     *Tx
}

// mayBegin decides whether the last word is looked for as a beginning too.
func (f *search) mayBegin() error {
	n := len(f.words)
	if n == 0 || utf8.RuneCountInString(f.words[n-1]) < limits.SearchPrefix {
		return nil
	}
	index, asked := ` FROM listing_search f WHERE f.listing_search MATCH ?`, f.tx.s.dialect.match(f.words[n-1:], false, nil, nil)
	if f.tx.s.dialect.name != sqlite.name {
		index = ` FROM listing_search f WHERE f.words @@ CAST(CAST(? AS TEXT) AS tsquery)`
	}
	var t text
	t.add(`SELECT count(*) FROM (SELECT 1`+index+` LIMIT ?) AS whole`, asked, limits.WholeWord)
	var have int
	if err := f.tx.queryRow(t.b.String(), t.args...).scan("", &have); err != nil {
		return err
	}
	f.begins = have < limits.WholeWord
	return nil
}

// nobody tells whether it is asked for a region in which nobody counts or has anything.
func (f *search) nobody() bool {
	return f.homes != nil && len(f.homes) == 0 || f.seqs != nil && len(f.seqs) == 0
}

func (f *search) run() (market.Page, error) {
	if f.nobody() {
		return market.Page{}, nil
	}
	switch f.q.Sort {
	case market.Ends, market.ByTitle:
		return f.streamed(f.q.Sort)
	case market.Nearest:
		return f.nearest()
	case market.Best:
		if f.after == nil || f.after.Order == string(market.Best) {
			few, err := f.few()
			if err != nil {
				return market.Page{}, err
			}
			if few {
				return f.best()
			}
			if f.after != nil { // it grew past the bound between two pages
				return market.Page{}, coop.Errorf(coop.Invalid, "cursor.invalid", "the order has changed")
			}
		}
	}
	return f.streamed(market.Newest)
}

// text is a SELECT that is being put together. Values only ever go in as parameters.
type text struct {
	b    strings.Builder
	args []any
}

// add appends sqlText, in which each ? stands for the next value.
func (t *text) add(sqlText string, values ...any) *text {
	for i, part := range strings.Split(sqlText, "?") {
		if i > 0 {
			t.args = append(t.args, values[i-1])
			t.b.WriteByte('$')
			t.b.WriteString(strconv.Itoa(len(t.args)))
		}
		t.b.WriteString(part)
	}
	return t
}

// facets are the properties the index is asked for.
func (f *search) facets() []string {
	var out []string
	want := func(name, value string) {
		if value != "" {
			out = append(out, facet(name, value))
		}
	}
	want("purpose", string(f.q.Purpose))
	want("kind", string(f.q.Kind))
	want("category", f.q.Category)
	want("mode", string(f.q.Mode))
	want("stream", string(f.q.Stream))
	want("scope", string(f.q.Scope))
	want("tag", fold(f.q.Tag))
	want("language", f.q.Language)
	want("home", string(f.q.Home))
	if f.q.Local {
		out = append(out, facet("home", "")) // as ours are indexed
	}
	if f.q.HasPhoto {
		out = append(out, facet("photo", ""))
	}
	return out
}

// from writes FROM and WHERE of the question within km (0: anywhere) of Near. indexed tells whether it goes through the
// search index.
func (f *search) from(t *text, km float64) (indexed bool) {
	var cells []string
	if km > 0 {
		cells = cellsAround(*f.q.Near, km)
	}
	match := f.tx.s.dialect.match(f.words, f.begins, f.facets(), f.q.Alike, cells, f.homes)
	lite := f.tx.s.dialect.name == sqlite.name
	switch {
	case match != "" && lite:
		t.add(` FROM listing_search f CROSS JOIN listing l ON l.seq = 4503599627370496 - f.rowid WHERE f.listing_search MATCH ?`, match)
	case match != "":
		t.add(` FROM listing_search f JOIN listing l ON l.seq = f.seq WHERE f.words @@ CAST(CAST(? AS TEXT) AS tsquery)`, match)
	case lite && f.q.Poster == "" && f.q.CameAfter.IsZero() && f.q.Sort != market.Ends && f.q.Sort != market.ByTitle:
		// The planner knows no statistics and would rather sort than go through the rows in order.
		t.add(` FROM listing l NOT INDEXED WHERE 1 = 1`)
	default:
		t.add(` FROM listing l WHERE 1 = 1`)
	}
	t.add(` AND l.visibility >= ?`, int(f.q.Reach))
	if f.q.States == nil {
		t.add(` AND l.state = 'open' AND l.until > ?`, micros(f.now))
	} else {
		t.add(` AND l.state IN (''`)
		for _, s := range f.q.States {
			t.add(`, ?`, string(s))
		}
		t.add(`)`)
	}
	if f.q.Poster != "" {
		t.add(` AND l.poster = ?`, string(f.q.Poster))
	}
	if f.q.Of != nil {
		t.add(` AND l.home IN (NULL`)
		for _, home := range f.q.Of {
			t.add(`, ?`, string(home))
		}
		t.add(`)`)
	}
	switch {
	case f.seqs != nil:
		t.add(` AND l.seq = ANY(CAST(? AS BIGINT[]))`, f.seqs)
	case f.q.Region != "":
		// A bare EXISTS is a join to PostgreSQL: it would rather join everything with all of the region's co-ops, and sort, than go through the newest and
		// look (2026-11).
		// What its home says is as old as the last time that it answered (invariant 17).
		t.add(` AND (EXISTS (SELECT 1 FROM region_part m WHERE m.home = l.home AND m.region = ? AND m.counts = 1
			AND (l.purpose = 'offer' AND m.offers = 1 OR l.purpose = 'want' AND m.wants = 1)
			AND (m.home = '' OR EXISTS (SELECT 1 FROM peer p WHERE p.actor = m.home AND p.state = 'accepted' AND p.last_seen > ?)))) IS TRUE`,
			f.q.Region, micros(f.now.Add(-limits.RegionStale)))
	}
	if !f.q.CameAfter.IsZero() {
		t.add(` AND l.came > ?`, micros(f.q.CameAfter))
	}
	if !f.q.Since.IsZero() {
		t.add(` AND l.updated >= ?`, micros(f.q.Since))
	}
	if !f.q.Before.IsZero() {
		t.add(` AND l.until < ?`, micros(f.q.Before))
	}
	if km > 0 {
		t.add(` AND l.placed = 1`)
		// One degree of latitude is 111.19 km; what lies further north or south need not be measured.
		d := int64(km/111.19*1e6) + 10
		t.add(` AND l.lat BETWEEN ? AND ?`, int64(f.q.Near.Lat)-d, int64(f.q.Near.Lat)+d)
	}
	return match != ""
}

// match writes the question to the index, "" when it narrows nothing; with begins the last word may be a beginning, and of each list of oneOf, which are facets too,
// one is wanted. Words and
// facets hold letters and digits only, so nothing that was typed can be an operator; they are quoted all the same.
func (d dialect) match(words []string, begins bool, facets []string, alike *market.Alike, oneOf ...[]string) string {
	var all []string
	if d.name == sqlite.name {
		quote := func(list []string, between, after string) string {
			return `("` + strings.Join(list, `"`+between+`"`) + `"` + after + ")"
		}
		star := ""
		if begins {
			star = "*"
		}
		if len(words) > 0 {
			all = append(all, "({title body} : "+quote(words, " AND ", star)+")")
		}
		if len(facets) > 0 {
			all = append(all, "(facet : "+quote(facets, " AND ", "")+")")
		}
		for _, list := range oneOf {
			if len(list) > 0 {
				all = append(all, "(facet : "+quote(list, " OR ", "")+")")
			}
		}
		if facets, words := alikeTo(alike); len(facets)+len(words) > 0 {
			var any []string
			if len(facets) > 0 {
				any = append(any, "(facet : "+quote(facets, " OR ", "")+")")
			}
			if len(words) > 0 {
				any = append(any, "({title body} : "+quote(words, " OR ", "")+")")
			}
			all = append(all, "("+strings.Join(any, " OR ")+")")
		}
		return strings.Join(all, " AND ")
	}
	for i, w := range words {
		w = "'" + w + "'"
		if begins && i == len(words)-1 {
			w += ":*"
		}
		all = append(all, w)
	}
	for _, x := range facets {
		all = append(all, "'"+facetMark+x+"'")
	}
	for _, list := range oneOf {
		if len(list) == 0 {
			continue
		}
		quoted := make([]string, len(list))
		for i, x := range list {
			quoted[i] = "'" + facetMark + x + "'"
		}
		all = append(all, "("+strings.Join(quoted, " | ")+")")
	}
	if facets, words := alikeTo(alike); len(facets)+len(words) > 0 {
		var any []string
		for _, x := range facets {
			any = append(any, "'"+facetMark+x+"'")
		}
		for _, w := range words {
			any = append(any, "'"+w+"'")
		}
		all = append(all, "("+strings.Join(any, " | ")+")")
	}
	return strings.Join(all, " & ")
}

// alikeTo gives the facets and the folded words of what could match.
func alikeTo(a *market.Alike) (facets, asked []string) {
	if a == nil {
		return nil, nil
	}
	if a.Category != "" {
		facets = append(facets, facet("category", a.Category))
	}
	return facets, words(limits.SearchWords, a.Words...)
}

// found is a row of the market's answer.
type found struct {
	seq, key int64
	title    string
	lat, lon int32
	data     []byte
}

// streamed answers in an order that the database goes through by itself: pieces are read until the page is full, since the
// distance is only known row by row.
func (f *search) streamed(order market.Sort) (market.Page, error) {
	km := 0.0
	if f.q.Near != nil && f.q.RadiusKm > 0 {
		km = float64(f.q.RadiusKm)
	}
	after := f.after
	var p market.Page
	var last position
	for piece := f.limit + 1; ; piece = min(4*piece, 4096) {
		var t text
		t.add(`SELECT l.seq, l.until, l.sort_title, l.lat, l.lon, l.data`)
		indexed := f.from(&t, km)
		switch order {
		case market.Ends:
			if after != nil {
				t.add(` AND (l.until, l.seq) > (?, ?)`, after.Key, after.Seq)
			}
			t.add(` ORDER BY l.until, l.seq`)
		case market.ByTitle:
			if after != nil {
				t.add(` AND (l.sort_title, l.seq) > (?, ?)`, after.Title, after.Seq)
			}
			t.add(` ORDER BY l.sort_title, l.seq`)
		default:
			if indexed && f.tx.s.dialect.name == sqlite.name {
				if after != nil {
					t.add(` AND f.rowid > ?`, newestFirst-after.Seq)
				}
				t.add(` ORDER BY f.rowid`)
				break
			}
			if after != nil {
				t.add(` AND l.seq < ?`, after.Seq)
			}
			t.add(` ORDER BY l.seq DESC`)
		}
		t.add(` LIMIT ?`, piece)
		rows, err := collect(f.tx, func(scan func(...any) error) (r found, err error) {
			return r, scan(&r.seq, &r.key, &r.title, &r.lat, &r.lon, &r.data)
		}, t.b.String(), t.args...)
		if err != nil {
			return p, err
		}
		for _, r := range rows {
			at := position{Order: string(order), Key: r.key, Title: r.title, Seq: r.seq}
			after = &at
			if km > 0 && f.q.Near.KilometresTo(coop.Point{Lat: r.lat, Lon: r.lon}) > km {
				continue
			}
			if len(p.Listings) == f.limit {
				p.Next = last.String()
				return p, nil
			}
			var l market.Listing
			if err := decode(r.data, &l); err != nil {
				return p, err
			}
			p.Listings, last = append(p.Listings, l), at
		}
		if len(rows) < piece {
			return p, nil
		}
	}
}

// candidate is a row whose place in the order is worked out here.
type candidate struct {
	seq   int64
	far   float64
	score int64
}

// page cuts the page out of candidates in order, and reads its rows.
func (f *search) page(all []candidate, order market.Sort) (market.Page, error) {
	before := func(a, b candidate) bool {
		switch {
		case a.far != b.far:
			return a.far < b.far
		case a.score != b.score:
			return a.score > b.score
		}
		return a.seq > b.seq
	}
	sort.Slice(all, func(i, j int) bool { return before(all[i], all[j]) })
	if f.after != nil {
		from := candidate{seq: f.after.Seq, far: f.after.Far, score: f.after.Key}
		all = all[sort.Search(len(all), func(i int) bool { return before(from, all[i]) }):]
	}
	var p market.Page
	more := len(all) > f.limit
	if more {
		all = all[:f.limit]
	}
	if len(all) == 0 {
		return p, nil
	}
	var t text
	t.add(`SELECT seq, data FROM listing WHERE seq IN (?`, all[0].seq)
	for _, c := range all[1:] {
		t.add(`, ?`, c.seq)
	}
	t.add(`)`)
	rows, err := collect(f.tx, func(scan func(...any) error) (r found, err error) {
		return r, scan(&r.seq, &r.data)
	}, t.b.String(), t.args...)
	if err != nil {
		return p, err
	}
	bySeq := make(map[int64][]byte, len(rows))
	for _, r := range rows {
		bySeq[r.seq] = r.data
	}
	for _, c := range all {
		data, still := bySeq[c.seq]
		if !still { // changed between the two reads: it has a new place
			continue
		}
		var l market.Listing
		if err := decode(data, &l); err != nil {
			return p, err
		}
		p.Listings = append(p.Listings, l)
	}
	if more {
		c := all[len(all)-1]
		p.Next = position{Order: string(order), Key: c.score, Far: c.far, Seq: c.seq}.String()
	}
	return p, nil
}

// few tells whether at most limits.BestOf listings match.
func (f *search) few() (bool, error) {
	var t text
	t.add(`SELECT count(*) FROM (SELECT 1`)
	f.from(&t, f.radius())
	t.add(` LIMIT ?) AS matching`, limits.BestOf+1)
	var n int
	err := f.tx.queryRow(t.b.String(), t.args...).scan("", &n)
	return n <= limits.BestOf, err
}

func (f *search) radius() float64 {
	if f.q.Near == nil {
		return 0
	}
	return float64(f.q.RadiusKm)
}

// best orders by how many words stand in the title.
func (f *search) best() (market.Page, error) {
	var t text
	t.add(`SELECT l.seq, l.lat, l.lon, 0`)
	for i := range f.words {
		one := f.tx.s.dialect.titled(f.words, f.begins, i)
		if f.tx.s.dialect.name == sqlite.name {
			t.add(` + (f.rowid IN (SELECT rowid FROM listing_search WHERE listing_search MATCH ?))`, one)
		} else {
			t.add(` + CASE WHEN f.title_words @@ CAST(CAST(? AS TEXT) AS tsquery) THEN 1 ELSE 0 END`, one)
		}
	}
	km := f.radius()
	f.from(&t, km)
	all, err := f.candidates(&t, km)
	if err != nil {
		return market.Page{}, err
	}
	for i := range all {
		all[i].far = 0
	}
	return f.page(all, market.Best)
}

// titled asks whether word i of words stands in the title, of what has all of them somewhere.
func (d dialect) titled(words []string, begins bool, i int) string {
	w, star := words[i], ""
	if begins && i == len(words)-1 {
		star = "*"
	}
	if d.name == sqlite.name {
		return `(title : "` + w + `"` + star + `) AND ` + d.match(words, begins, nil, nil)
	}
	if star != "" {
		star = ":*"
	}
	return "'" + w + "'" + star
}

// candidates reads seq, lat, lon and score, and leaves out what lies further than km.
func (f *search) candidates(t *text, km float64) ([]candidate, error) {
	rows, err := f.tx.query(t.b.String(), t.args...)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	var out []candidate
	for rows.Next() {
		var c candidate
		var at coop.Point
		if err := rows.Scan(&c.seq, &at.Lat, &at.Lon, &c.score); err != nil {
			return nil, f.tx.failed(err)
		}
		if f.q.Near != nil {
			if c.far = f.q.Near.KilometresTo(at); km > 0 && c.far > km {
				continue
			}
		}
		out = append(out, c)
	}
	if err := rows.Err(); err != nil {
		return nil, f.tx.failed(err)
	}
	return out, f.tx.failed(rows.Close())
}

// rings are the distances, in kilometres, at which the nearest are looked for, until a page is full.
var rings = []float64{2, 8, 25, 100, 400, 1600}

// nowhere is further than any place on Earth: where listings without a place stand.
const nowhere = 1e6

// nearest looks in growing circles around Near.
func (f *search) nearest() (market.Page, error) {
	radius := f.radius()
	for _, km := range append(rings[:len(rings):len(rings)], 0) {
		last := km == 0 || radius > 0 && km >= radius
		if last {
			km = radius
		}
		if f.after != nil && !last && f.after.Far >= km {
			continue
		}
		var t text
		t.add(`SELECT l.seq, l.lat, l.lon, l.placed`)
		f.from(&t, km)
		all, err := f.candidates(&t, km)
		if err != nil {
			return market.Page{}, err
		}
		beyond := 0
		for i := range all {
			if all[i].score == 0 {
				all[i].far = nowhere
			}
			all[i].score = 0
			c := &all[i]
			if f.after == nil || c.far > f.after.Far || c.far == f.after.Far && c.seq < f.after.Seq {
				beyond++
			}
		}
		if last || beyond > f.limit {
			return f.page(all, market.Nearest)
		}
	}
	return market.Page{}, nil
}
