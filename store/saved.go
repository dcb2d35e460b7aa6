package store

import (
	"context"
	"strconv"
	"time"

	"toadlane/coop"
	"toadlane/market"
)

// SavedSearch gives a member's search. Class NotFound.
func (tx *Tx) SavedSearch(id coop.ID) (market.SavedSearch, error) {
	return storedRow[market.SavedSearch](tx.queryRow(`SELECT data FROM saved_search WHERE id = $1`+tx.hold(), storable(string(id))), "saved.unknown")
}

// PutSavedSearch keeps it. Class Invalid when there is no such person.
func (tx *Tx) PutSavedSearch(x market.SavedSearch) error {
	data, err := encode(x)
	if err != nil {
		return err
	}
	_, err = tx.exec(`INSERT INTO saved_search (id, person, data) VALUES ($1, $2, $3)
		ON CONFLICT (id) DO UPDATE SET person = excluded.person, data = excluded.data`, string(x.ID), string(x.Person), data)
	return err
}

// DropSavedSearch forgets it with what it found.
func (tx *Tx) DropSavedSearch(id coop.ID) error {
	if _, err := tx.exec(`DELETE FROM notice WHERE kind = $1 AND subject = $2
		AND person = (SELECT person FROM saved_search WHERE id = $2)`, string(market.NoticeSaved), string(id)); err != nil {
		return err
	}
	_, err := tx.exec(`DELETE FROM saved_search WHERE id = $1`, string(id))
	return err
}

// CountSavedSearches counts a member's.
func (tx *Tx) CountSavedSearches(person coop.ID) (n int, err error) {
	err = tx.queryRow(`SELECT count(*) FROM saved_search WHERE person = $1`, string(person)).scan("", &n)
	return n, err
}

// PutNotice keeps n unless it is there already.
func (tx *Tx) PutNotice(n market.Notice) (fresh bool, err error) {
	// Somebody may have been removed since it was found: then it is news to nobody.
	rows, err := tx.exec(`INSERT INTO notice (person, kind, subject, listing, at)
		SELECT id, CAST($2 AS TEXT), CAST($3 AS TEXT), CAST($4 AS TEXT), CAST($5 AS BIGINT) FROM person WHERE id = $1
		ON CONFLICT (person, kind, subject, listing) DO NOTHING`,
		string(n.Person), string(n.Kind), string(n.Subject), string(n.Listing), micros(n.At))
	return rows > 0, err
}

// DropNotices forgets what was noticed before t.
func (tx *Tx) DropNotices(t time.Time) error {
	_, err := tx.exec(`DELETE FROM notice WHERE at < $1`, micros(t))
	return err
}

// PutSeen notes when a member saw what is new.
func (tx *Tx) PutSeen(person coop.ID, at time.Time) error {
	_, err := tx.exec(`INSERT INTO news_seen (person, at) VALUES ($1, $2) ON CONFLICT (person) DO UPDATE SET at = excluded.at`,
		string(person), micros(at))
	return err
}

// lookedSetting keeps the arrival up to which the market was looked through, in microseconds.
const lookedSetting = "market.looked"

// LookedUntil is the arrival up to which the market was looked through; zero for never.
func (tx *Tx) LookedUntil() (time.Time, error) {
	var value string
	err := tx.queryRow(`SELECT value FROM setting WHERE name = $1`+tx.hold(), lookedSetting).scan("setting.unknown", &value)
	if err != nil {
		if coop.ClassOf(err) == coop.NotFound {
			err = nil
		}
		return time.Time{}, err
	}
	n, err := strconv.ParseInt(value, 10, 64)
	if err != nil {
		return time.Time{}, coop.Errorf(coop.Internal, "error.internal", "setting %s: %w", lookedSetting, err)
	}
	return fromMicros(n), nil
}

// PutLookedUntil notes it.
func (tx *Tx) PutLookedUntil(t time.Time) error {
	_, err := tx.exec(`INSERT INTO setting (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value`,
		lookedSetting, strconv.FormatInt(micros(t), 10))
	return err
}

// LookedUntil is the arrival up to which the market was looked through; zero for never.
func (s *Store) LookedUntil(ctx context.Context) (time.Time, error) { return s.at(ctx).LookedUntil() }

// SavedSearch gives a member's search. Class NotFound.
func (s *Store) SavedSearch(ctx context.Context, id coop.ID) (market.SavedSearch, error) {
	return s.at(ctx).SavedSearch(id)
}

// SavedSearches lists a member's, oldest first.
func (s *Store) SavedSearches(ctx context.Context, person coop.ID) ([]market.SavedSearch, error) {
	return collect(s.at(ctx), stored[market.SavedSearch], `SELECT data FROM saved_search WHERE person = $1 ORDER BY id`, string(person))
}

// AllSavedSearches lists everybody's by id, after one.
func (s *Store) AllSavedSearches(ctx context.Context, after coop.ID, limit int) ([]market.SavedSearch, error) {
	return collect(s.at(ctx), stored[market.SavedSearch], `SELECT data FROM saved_search WHERE id > $1 ORDER BY id LIMIT $2`, string(after), limit)
}

// Arrivals lists what could be seen from a moment after from and not after until, in that order. What came in the same microsecond
// as the last is given with it, so that the next question leaves nothing out.
func (s *Store) Arrivals(ctx context.Context, from, until time.Time, limit int) ([]market.Arrival, error) {
	return collect(s.at(ctx), func(scan func(...any) error) (a market.Arrival, err error) {
		var data []byte
		var came int64
		if err := scan(&data, &came); err != nil {
			return a, err
		}
		a.Came = fromMicros(came)
		return a, decode(data, &a.Listing)
	}, `SELECT data, came FROM listing WHERE came > $1 AND came <= coalesce(
			(SELECT came FROM listing WHERE came > $1 AND came <= $2 ORDER BY came LIMIT 1 OFFSET $3), $2)
		ORDER BY came, seq`, micros(from), micros(until), max(limit, 1)-1)
}

// Notices lists a member's after since, latest first.
func (s *Store) Notices(ctx context.Context, person coop.ID, since time.Time, limit int) ([]market.Notice, error) {
	return collect(s.at(ctx), func(scan func(...any) error) (n market.Notice, err error) {
		var at int64
		err = scan(&n.Person, &n.Kind, &n.Subject, &n.Listing, &at)
		n.At = fromMicros(at)
		return n, err
	}, `SELECT person, kind, subject, listing, at FROM notice WHERE person = $1 AND at > $2
		ORDER BY at DESC, kind, subject, listing LIMIT $3`, string(person), micros(since), limit)
}

// Seen tells when a member last saw what is new; zero for never.
func (s *Store) Seen(ctx context.Context, person coop.ID) (time.Time, error) {
	var at int64
	err := s.at(ctx).queryRow(`SELECT coalesce(max(at), 0) FROM news_seen WHERE person = $1`, string(person)).scan("", &at)
	return fromMicros(at), err
}

// CountNews counts what a member has not seen, in one question.
func (s *Store) CountNews(ctx context.Context, person coop.ID, now, soon time.Time) (n market.NewsCount, err error) {
	err = s.at(ctx).queryRow(`SELECT
		(SELECT count(*) FROM thread t WHERE t.owner = $1 AND t.unread > 0 AND t.updated > s.at)
			+ (SELECT count(*) FROM thread t WHERE t.other = $4 AND t.other_unread > 0 AND t.updated > s.at),
		(SELECT count(*) FROM listing l WHERE l.poster = $1 AND l.state = 'open' AND l.until > $2 AND l.until <= $3 AND l.until > s.at + $3 - $2),
		(SELECT count(*) FROM notice n JOIN listing l ON l.id = n.listing
			WHERE n.person = $1 AND n.at > s.at AND l.state = 'open' AND l.until > $2)
		FROM (SELECT coalesce(max(at), 0) AS at FROM news_seen WHERE person = $1) s`,
		string(person), micros(now), micros(soon), market.FellowKey(person)).scan("", &n.Threads, &n.Ending, &n.Notices)
	return n, err
}
