package store

import (
	"context"
	"fmt"
	"math"
	"strings"
	"time"
	"unicode/utf8"

	"toadlane/coop"
	"toadlane/handbook"
	"toadlane/internal/limits"
)

// foundBy is what the words come from that a page is found by.
func foundBy(p *handbook.Protocol) [4]string {
	return [4]string{p.Name, p.Circle, p.Story, string(shownText(p))}
}

// shownText is the text of a page that it is found by: the one in use, or the latest while there is none.
func shownText(p *handbook.Protocol) handbook.RevisionID {
	if p.InUse == "" {
		return p.Latest
	}
	return p.InUse
}

// indexProtocol says what a page is found by: the words of its name, and those of the text it shows, if that is here.
func (tx *Tx) indexProtocol(p *handbook.Protocol) error {
	shown := shownText(p)
	source := ""
	if shown != "" {
		r, err := tx.Text(shown)
		if err != nil && coop.ClassOf(err) != coop.NotFound {
			return err
		}
		source = r.Source
	}
	if err := tx.unindexProtocol(p.ID); err != nil {
		return err
	}
	title, all := words(limits.ProtocolWords, p.Name), words(limits.ProtocolWords, p.Name, p.Circle, p.Story, source)
	if tx.s.dialect.name == sqlite.name {
		_, err := tx.exec(`INSERT INTO protocol_search (rowid, title, body) SELECT n, $2, $3 FROM protocol WHERE id = $1`,
			string(p.ID), strings.Join(title, " "), strings.Join(all, " "))
		return err
	}
	_, err := tx.exec(`INSERT INTO protocol_search (n, title_words, words)
		SELECT n, array_to_tsvector($2::text[]), array_to_tsvector($3::text[]) FROM protocol WHERE id = $1`,
		string(p.ID), append([]string{}, title...), append([]string{}, all...))
	return err
}

func (tx *Tx) unindexProtocol(id coop.ID) error {
	key := "n"
	if tx.s.dialect.name == sqlite.name {
		key = "rowid"
	}
	_, err := tx.exec(`DELETE FROM protocol_search WHERE `+key+` = (SELECT n FROM protocol WHERE id = $1)`, string(id))
	return err
}

// SearchProtocols answers a question to the handbook, the same on both databases: in the order of q.Sort, then by folded name, then by id. It
// ends after limits.SearchTime. Errors: Invalid, key cursor.invalid; Unavailable when time is up.
func (tx *Tx) SearchProtocols(q handbook.Query, now time.Time) (handbook.Found, error) {
	if _, reading := tx.on.(poolRunner); reading {
		ctx, cancel := context.WithTimeout(tx.ctx, limits.SearchTime)
		defer cancel()
		tx = &Tx{s: tx.s, ctx: ctx, on: tx.on}
	}
	f, err := tx.searchProtocols(q, now)
	if err != nil {
		return handbook.Found{}, fmt.Errorf("search the handbook for %.60q: %w", q.Text, err)
	}
	return f, nil
}

type foundProtocol struct {
	score int64
	name  string
	hit   handbook.Hit
}

func (tx *Tx) searchProtocols(q handbook.Query, now time.Time) (f handbook.Found, err error) {
	asked := words(limits.SearchWords, q.Text)
	if q.Limit <= 0 {
		q.Limit = handbook.DefaultPage
	}
	if q.Sort == "" || q.Sort == handbook.Best && len(asked) == 0 {
		q.Sort = handbook.ByName
	}
	after := position{Order: "handbook " + string(q.Sort), Key: math.MaxInt64}
	if q.Cursor != "" {
		if after, err = parsePosition(q.Cursor, after.Order); err != nil {
			return f, err
		}
	}
	var t text
	t.add(`SELECT score, sort_name, data, uses FROM (SELECT p.sort_name, p.id, p.data, (SELECT count(DISTINCT a.coop) FROM adoption a
		WHERE a.page = p.iri AND a.iri <> '' AND a.manner <> 'link' AND (a.until = 0 OR a.until > ?)) AS uses, `, micros(now))
	tx.protocolScore(&t, q.Sort, asked, now)
	t.add(` AS score FROM protocol p`)
	tx.protocolsWhere(&t, &q, asked)
	t.add(`) AS found WHERE score < CAST(? AS BIGINT) OR score = CAST(? AS BIGINT) AND (sort_name > ? OR sort_name = ? AND id > ?)
		ORDER BY score DESC, sort_name, id LIMIT CAST(? AS BIGINT)`, after.Key, after.Key, after.Title, after.Title, after.ID, q.Limit+1)
	all, err := collect(tx, func(scan func(...any) error) (x foundProtocol, err error) {
		var data []byte
		if err := scan(&x.score, &x.name, &data, &x.hit.Adoptions); err != nil {
			return x, err
		}
		return x, decode(data, &x.hit.Protocol)
	}, t.b.String(), t.args...)
	if err != nil {
		return f, err
	}
	for i, x := range all {
		if i == q.Limit {
			last := all[i-1]
			f.Next = position{Order: after.Order, Key: last.score, Title: last.name, ID: string(last.hit.Protocol.ID)}.String()
			break
		}
		f.Hits = append(f.Hits, x.hit)
	}
	return f, nil
}

// protocolScore writes what the order goes by first: the larger, the earlier.
func (tx *Tx) protocolScore(t *text, order handbook.Sort, asked []string, now time.Time) {
	switch order {
	case handbook.Newest:
		t.add(`p.updated`)
	case handbook.Adopted:
		t.add(`(SELECT count(DISTINCT a.coop) FROM adoption a WHERE a.page = p.iri AND a.iri <> '' AND a.manner <> 'link'
			AND (a.until = 0 OR a.until > ?))`, micros(now))
	case handbook.Best:
		t.add(`CAST(0 AS BIGINT)`)
		for i := range asked {
			one := tx.s.dialect.titled(asked, begins(asked), i)
			if tx.s.dialect.name == sqlite.name {
				t.add(` + (p.n IN (SELECT rowid FROM protocol_search WHERE protocol_search MATCH ?))`, one)
			} else {
				t.add(` + CASE WHEN f.title_words @@ CAST(CAST(? AS TEXT) AS tsquery) THEN 1 ELSE 0 END`, one)
			}
		}
	default:
		t.add(`CAST(0 AS BIGINT)`)
	}
}

// protocolsWhere writes what a page has to be.
func (tx *Tx) protocolsWhere(t *text, q *handbook.Query, asked []string) {
	match, lite := tx.s.dialect.match(asked, begins(asked), nil, nil), tx.s.dialect.name == sqlite.name
	switch {
	case match != "" && lite:
		t.add(` WHERE p.n IN (SELECT rowid FROM protocol_search WHERE protocol_search MATCH ?)`, match)
	case match != "":
		t.add(` JOIN protocol_search f ON f.n = p.n WHERE f.words @@ CAST(CAST(? AS TEXT) AS tsquery)`, match)
	default:
		t.add(` WHERE 1 = 1`)
	}
	for _, is := range []struct{ column, value string }{{"kind", string(q.Kind)}, {"language", q.Language}, {"home", string(q.Home)}} {
		if is.value != "" {
			t.add(` AND p.`+is.column+` = ?`, storable(is.value))
		}
	}
	switch q.Whose {
	case handbook.Ours:
		t.add(` AND p.home = ''`)
	case handbook.Theirs:
		t.add(` AND p.home <> ''`)
	}
	if q.Public {
		t.add(` AND p.public = 1`)
	}
}

// begins tells whether the last word may be a beginning, as it may in the market.
func begins(asked []string) bool {
	n := len(asked)
	return n > 0 && utf8.RuneCountInString(asked[n-1]) >= limits.SearchPrefix
}
