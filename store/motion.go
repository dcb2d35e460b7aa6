package store

import (
	"math"
	"time"

	"toadlane/coop"
	"toadlane/handbook"
)

// closing is the column closes: what has no end comes after all that has.
func closing(m *handbook.Motion) int64 {
	if m.Closes.IsZero() {
		return math.MaxInt64
	}
	return micros(m.Closes)
}

// Motion gives a motion. Class NotFound.
func (tx *Tx) Motion(id coop.ID) (handbook.Motion, error) {
	return storedRow[handbook.Motion](tx.queryRow(`SELECT data FROM motion WHERE id = $1`+tx.hold(), storable(string(id))), "motion.unknown")
}

// PutMotion keeps a motion.
func (tx *Tx) PutMotion(m handbook.Motion) error {
	data, err := encode(m)
	if err != nil {
		return err
	}
	_, err = tx.exec(`INSERT INTO motion (id, protocol, state, opens, closes, data) VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (id) DO UPDATE SET state = excluded.state, opens = excluded.opens, closes = excluded.closes, data = excluded.data`,
		string(m.ID), string(m.Protocol), string(m.State), micros(m.Opens), closing(&m), data)
	return err
}

// Motions lists open ones, first end first, or the others, opened latest first. Class Invalid, key cursor.invalid.
func (tx *Tx) Motions(open bool, limit int, cursor string) (list []handbook.Motion, next string, err error) {
	after := cursorOf("motions", math.MaxInt64, "")
	query := `SELECT data FROM motion WHERE state <> 'open' AND (opens < $1 OR opens = $1 AND id < $2) ORDER BY opens DESC, id DESC LIMIT $3`
	if open {
		after = cursorOf("open motions", math.MinInt64, "")
		query = `SELECT data FROM motion WHERE state = 'open' AND (closes > $1 OR closes = $1 AND id > $2) ORDER BY closes, id LIMIT $3`
	}
	if cursor != "" {
		if after, err = parsePosition(cursor, after.Order); err != nil {
			return nil, "", err
		}
	}
	list, err = collect(tx, stored[handbook.Motion], query, after.Key, after.ID, limit+1)
	if err == nil && len(list) > limit {
		last := &list[limit-1]
		key := micros(last.Opens)
		if open {
			key = closing(last)
		}
		next = cursorOf(after.Order, key, string(last.ID)).String()
		list = list[:limit]
	}
	return list, next, err
}

// MotionsOf lists those of a page, opened latest first.
func (tx *Tx) MotionsOf(protocol coop.ID) ([]handbook.Motion, error) {
	return collect(tx, stored[handbook.Motion], `SELECT data FROM motion WHERE protocol = $1 ORDER BY opens DESC, id DESC`, string(protocol))
}

// DueMotions lists open motions whose end is not after t, first end first.
func (tx *Tx) DueMotions(t time.Time, limit int) ([]coop.ID, error) {
	return collect(tx, one[coop.ID], `SELECT id FROM motion WHERE state = 'open' AND closes <= $1 ORDER BY closes, id LIMIT $2`, micros(t), limit)
}

// Responses lists the answers to a motion by time, then by person.
func (tx *Tx) Responses(motion coop.ID) ([]handbook.Response, error) {
	return collect(tx, func(scan func(...any) error) (r handbook.Response, err error) {
		var at int64
		err = scan(&r.Motion, &r.Person, &r.Answer, &r.Constituency, &r.Words, &at)
		r.At = fromMicros(at)
		return r, err
	}, `SELECT motion, person, answer, constituency, words, at FROM response WHERE motion = $1 ORDER BY at, person`, string(motion))
}

// PutResponse keeps an answer in place of the one that the person gave before. Class Invalid when there is no such person.
func (tx *Tx) PutResponse(r handbook.Response) error {
	_, err := tx.exec(`INSERT INTO response (motion, person, answer, constituency, words, at) VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (motion, person) DO UPDATE SET answer = excluded.answer, constituency = excluded.constituency, words = excluded.words,
			at = excluded.at`,
		string(r.Motion), string(r.Person), string(r.Answer), r.Constituency, storable(r.Words), micros(r.At))
	return err
}

// PutCounted takes all answers to a motion away and keeps what is left of them.
func (tx *Tx) PutCounted(motion coop.ID, left []handbook.Response) error {
	if _, err := tx.exec(`DELETE FROM response WHERE motion = $1`, string(motion)); err != nil {
		return err
	}
	for _, r := range left {
		if err := tx.PutResponse(r); err != nil {
			return err
		}
	}
	return nil
}

// Remarks lists what was said about a motion, oldest first.
func (tx *Tx) Remarks(motion coop.ID) ([]handbook.Remark, error) {
	return collect(tx, func(scan func(...any) error) (r handbook.Remark, err error) {
		var at int64
		err = scan(&r.ID, &r.Motion, &r.Person, &at, &r.Words)
		r.At = fromMicros(at)
		return r, err
	}, `SELECT id, motion, person, at, words FROM motion_remark WHERE motion = $1 ORDER BY at, id`, string(motion))
}

// PutRemark keeps something that was said.
func (tx *Tx) PutRemark(r handbook.Remark) error {
	_, err := tx.exec(`INSERT INTO motion_remark (id, motion, person, at, words) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (id) DO UPDATE SET words = excluded.words`, string(r.ID), string(r.Motion), string(r.Person), micros(r.At), storable(r.Words))
	return err
}
