package store

import (
	"context"
	"time"

	"toadlane/coop"
	"toadlane/federation/queue"
	"toadlane/market"
)

// Thread gives a conversation. Class NotFound.
func (tx *Tx) Thread(id coop.ID) (market.Thread, error) {
	return tx.thread(`SELECT data FROM thread WHERE id = $1`+tx.hold(), string(id))
}

func (tx *Tx) thread(sqlText string, args ...any) (t market.Thread, err error) {
	list, err := collect(tx, stored[market.Thread], sqlText, args...)
	if err != nil {
		return t, err
	}
	if len(list) == 0 {
		return t, coop.Errorf(coop.NotFound, "thread.unknown", "no such thread")
	}
	return list[0], nil
}

// ThreadWith finds the open conversation of a member ("" for the stewards') with a party, by its key, about a listing ("" for none),
// the latest when there are several. Class NotFound.
func (tx *Tx) ThreadWith(owner coop.ID, other string, listing coop.ID) (market.Thread, error) {
	return tx.thread(`SELECT data FROM thread WHERE owner = $1 AND other = $2 AND listing = $3 AND closed = 0
		ORDER BY updated DESC, id DESC LIMIT 1`+tx.hold(), string(owner), storable(other), string(listing))
}

// What the column closed holds.
const (
	threadOpen = iota
	threadClosed
	threadBlocked
)

// BlockedThread tells whether a member ("" for the stewards) or the other side has blocked a conversation between the two.
func (tx *Tx) BlockedThread(owner coop.ID, other string) (bool, error) {
	n, err := tx.count(`SELECT count(*) FROM thread WHERE owner = $1 AND other = $2 AND closed = $3`, string(owner), storable(other), threadBlocked)
	return n > 0, err
}

// guestTarget is how a guest's mark stands in the list of who is kept out.
func guestTarget(mark string) string { return "guest:" + mark }

// BlockGuest keeps an address out by its mark.
func (tx *Tx) BlockGuest(mark, name string, by coop.Actor, at time.Time) error {
	return tx.PutBlock(queue.Block{Target: guestTarget(mark), Reason: name, By: by.String(), At: at})
}

// UnblockGuest lets it in again. One that is not there is no error.
func (tx *Tx) UnblockGuest(mark string) error { return tx.DropBlock(guestTarget(mark)) }

// GuestBlocked tells whether an address is kept out.
func (tx *Tx) GuestBlocked(mark string) (bool, error) {
	n, err := tx.count(`SELECT count(*) FROM block WHERE target = $1`, guestTarget(mark))
	return n > 0, err
}

// PutComplaint keeps what somebody of us, or a guest, tells the stewards, beside what other servers report.
func (tx *Tx) PutComplaint(c market.Complaint) error {
	return tx.PutReport(queue.Report{ID: c.ID, From: coop.IRI(c.By), Objects: c.About, Content: c.Words, At: c.At})
}

// PutThread keeps a conversation.
func (tx *Tx) PutThread(t market.Thread) error {
	data, err := encode(t)
	if err != nil {
		return err
	}
	closed := threadOpen
	if t.Closed {
		closed = threadClosed
	}
	if t.Blocked {
		closed = threadBlocked
	}
	_, err = tx.exec(`INSERT INTO thread (id, listing, owner, other, closed, unread, updated, data, other_unread)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
		ON CONFLICT (id) DO UPDATE SET listing = excluded.listing, owner = excluded.owner, other = excluded.other, closed = excluded.closed,
			unread = excluded.unread, updated = excluded.updated, data = excluded.data, other_unread = excluded.other_unread`,
		string(t.ID), string(t.Listing), string(t.Owner), storable(t.Other.Key()), closed, t.Unread, micros(t.Updated), data, t.OtherUnread)
	return err
}

// Thread gives a conversation. Class NotFound.
func (s *Store) Thread(ctx context.Context, id coop.ID) (market.Thread, error) {
	return s.at(ctx).Thread(id)
}

// Threads lists conversations, latest first; owner "" lists all. Class Invalid, key cursor.invalid.
func (s *Store) Threads(ctx context.Context, owner coop.ID, limit int, cursor string) (list []market.Thread, next string, err error) {
	limit = marketPage(limit)
	after := cursorOf("threads", int64(1<<62), "")
	if cursor != "" {
		if after, err = parsePosition(cursor, "threads"); err != nil {
			return nil, "", err
		}
	}
	if owner == "" {
		list, err = collect(s.at(ctx), stored[market.Thread], `SELECT data FROM thread WHERE (updated, id) < ($1, $2)
			ORDER BY updated DESC, id DESC LIMIT $3`, after.Key, after.ID, limit+1)
	} else {
		list, err = collect(s.at(ctx), stored[market.Thread], `SELECT data FROM thread WHERE owner = $1 AND (updated, id) < ($2, $3)
			ORDER BY updated DESC, id DESC LIMIT $4`, string(owner), after.Key, after.ID, limit+1)
	}
	if err == nil && len(list) > limit {
		last := list[limit-1]
		list, next = list[:limit], cursorOf("threads", micros(last.Updated), string(last.ID)).String()
	}
	return list, next, err
}

// ThreadsOf lists the conversations that a member is in on either side, or those of the stewards for "": first those with something
// unread, then the latest. Class Invalid, key cursor.invalid.
func (s *Store) ThreadsOf(ctx context.Context, person coop.ID, limit int, cursor string) (list []market.Thread, next string, err error) {
	limit = marketPage(limit)
	after := position{Order: "talk", Key: 1 << 62, Seq: 2}
	if cursor != "" {
		if after, err = parsePosition(cursor, "talk"); err != nil {
			return nil, "", err
		}
	}
	// A member has hundreds of them at most, so they are sorted; the columns that find them have indexes.
	list, err = collect(s.at(ctx), stored[market.Thread], `SELECT data FROM (
			SELECT id, updated, data, CASE WHEN unread > 0 THEN 1 ELSE 0 END AS fresh FROM thread WHERE owner = $1
			UNION ALL SELECT id, updated, data, CASE WHEN other_unread > 0 THEN 1 ELSE 0 END AS fresh FROM thread WHERE other = $2 AND $1 <> ''
		) AS mine WHERE (fresh, updated, id) < (CAST($3 AS BIGINT), $4, $5) ORDER BY fresh DESC, updated DESC, id DESC LIMIT CAST($6 AS BIGINT)`,
		string(person), market.FellowKey(person), after.Seq, after.Key, after.ID, limit+1)
	if err == nil && len(list) > limit {
		last := list[limit-1]
		p := position{Order: "talk", Key: micros(last.Updated), ID: string(last.ID)}
		if last.Owner == person && last.Unread > 0 || last.Other.Person == person && person != "" && last.OtherUnread > 0 {
			p.Seq = 1
		}
		list, next = list[:limit], p.String()
	}
	return list, next, err
}

// Unread counts unread messages of the threads that a member is in on either side, or of those of the stewards for "".
func (s *Store) Unread(ctx context.Context, person coop.ID) (n int, err error) {
	err = s.at(ctx).queryRow(`SELECT (SELECT coalesce(sum(unread), 0) FROM thread WHERE owner = $1)
		+ (SELECT coalesce(sum(other_unread), 0) FROM thread WHERE other = $2 AND $1 <> '')`, string(person), market.FellowKey(person)).scan("", &n)
	return n, err
}

func (tx *Tx) message(where, key string) (m market.Message, err error) {
	list, err := collect(tx, stored[market.Message], `SELECT data FROM message WHERE `+where+tx.hold(), key)
	if err != nil {
		return m, err
	}
	if len(list) == 0 {
		return m, coop.Errorf(coop.NotFound, "message.unknown", "no such message")
	}
	return list[0], nil
}

// Message gives a saying. Class NotFound.
func (tx *Tx) Message(id coop.ID) (market.Message, error) { return tx.message(`id = $1`, string(id)) }

// MessageByIRI finds it by address. Class NotFound.
func (tx *Tx) MessageByIRI(iri coop.IRI) (market.Message, error) {
	return tx.message(`iri = $1`, storable(string(iri)))
}

// PutMessage keeps a saying. Class Conflict when its address belongs to another row.
func (tx *Tx) PutMessage(m market.Message) error {
	data, err := encode(m)
	if err != nil {
		return err
	}
	_, err = tx.exec(`INSERT INTO message (id, iri, thread, listing, from_iri, public, hidden, created, data)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
		ON CONFLICT (id) DO UPDATE SET iri = excluded.iri, thread = excluded.thread, listing = excluded.listing, from_iri = excluded.from_iri,
			public = excluded.public, hidden = excluded.hidden, created = excluded.created, data = excluded.data`,
		string(m.ID), string(m.IRI), string(m.Thread), string(m.Listing), string(m.From.IRI), flag(m.Public), flag(m.Hidden), micros(m.Created), data)
	return err
}

// DropMessage removes a saying and leaves a tombstone for its address.
func (tx *Tx) DropMessage(m market.Message, at time.Time) error {
	if _, err := tx.exec(`DELETE FROM message WHERE id = $1`, string(m.ID)); err != nil {
		return err
	}
	return tx.bury(m.IRI, m.ID, "message", m.From.IRI, at)
}

// Message gives a saying. Class NotFound; Gone when it is buried.
func (s *Store) Message(ctx context.Context, id coop.ID) (market.Message, error) {
	tx := s.at(ctx)
	m, err := tx.Message(id)
	return m, tx.gone(err, `id = $1`, string(id), "message.gone")
}

// MessageByIRI finds a saying by address. Class NotFound; Gone when it is buried.
func (s *Store) MessageByIRI(ctx context.Context, iri coop.IRI) (market.Message, error) {
	tx := s.at(ctx)
	m, err := tx.MessageByIRI(iri)
	return m, tx.gone(err, `iri = $1`, storable(string(iri)), "message.gone")
}

// Messages lists what was said in a thread, oldest first.
func (s *Store) Messages(ctx context.Context, thread coop.ID) ([]market.Message, error) {
	return collect(s.at(ctx), stored[market.Message], `SELECT data FROM message WHERE thread = $1 AND thread <> '' ORDER BY created, id`, string(thread))
}

// Replies lists the public replies under a listing that are not hidden, oldest first.
func (s *Store) Replies(ctx context.Context, listing coop.ID) ([]market.Message, error) {
	return collect(s.at(ctx), stored[market.Message], `SELECT data FROM message WHERE listing = $1 AND public = 1 AND hidden = 0 ORDER BY created, id`,
		string(listing))
}

// HiddenReplies lists the public replies under a listing that are hidden, oldest first.
func (s *Store) HiddenReplies(ctx context.Context, listing coop.ID) ([]market.Message, error) {
	return collect(s.at(ctx), stored[market.Message], `SELECT data FROM message WHERE listing = $1 AND public = 1 AND hidden = 1 ORDER BY created, id`,
		string(listing))
}
