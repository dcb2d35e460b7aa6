package store

import "time"

// tidyAgain is the pause between two pieces of tidying, in which a write may come in.
const tidyAgain = 20 * time.Millisecond

// tidy does a bounded piece of what keeps reads fast, while nobody writes: it joins segments of the search index, whose
// number grows with every commit, and folds the write-ahead log into the database. It tells whether there is more to do.
func (c *committer) tidy() (more bool) {
	if err := c.begin(); err != nil {
		c.reset()
		return false
	}
	before := c.changes()
	_, err := c.execText("INSERT INTO listing_search (listing_search, rank) VALUES ('merge', 300)")
	after := c.changes()
	if err == nil {
		_, err = c.execText("COMMIT")
	}
	if err != nil {
		c.s.log.Warn("tidy the search index", "error", err)
		_, _ = c.execText("ROLLBACK")
		c.reset()
		return false
	}
	// A merge that found nothing to do changes less than two rows (sqlite.org/fts5.html §6.7).
	if after-before >= 2 {
		return true
	}
	// PASSIVE waits for nobody: a reader that stays only puts it off.
	var busy, pages, moved int
	rows, err := c.query(c.background(), "PRAGMA wal_checkpoint(PASSIVE)", nil)
	if err == nil {
		if rows.Next() {
			err = rows.Scan(&busy, &pages, &moved)
		}
		_ = rows.Close()
	}
	if err != nil {
		c.s.log.Warn("fold the write-ahead log", "error", err)
		c.reset()
	}
	return false
}

// changes is how many rows this connection has changed since it was opened.
func (c *committer) changes() (n int64) {
	rows, err := c.query(c.background(), "SELECT total_changes()", nil)
	if err != nil {
		return 0
	}
	defer func() { _ = rows.Close() }()
	if rows.Next() {
		_ = rows.Scan(&n)
	}
	return n
}
