package store

import "time"

// TakeTurn begins something for this process until a moment, unless another has begun it and its turn is not over. Whoever ends calls EndTurn; the turn of a
// process that died ends by itself.
func (tx *Tx) TakeTurn(what string, now, until time.Time) (bool, error) {
	n, err := tx.exec(`INSERT INTO turn (what, until) VALUES ($1, $2) ON CONFLICT (what) DO UPDATE SET until = excluded.until WHERE turn.until <= $3`,
		what, micros(until), micros(now))
	return n == 1, err
}

// KeepTurn makes a turn that was taken until a moment longer, and tells whether it is still this process's.
func (tx *Tx) KeepTurn(what string, until, longer time.Time) (bool, error) {
	n, err := tx.exec(`UPDATE turn SET until = $3 WHERE what = $1 AND until = $2`, what, micros(until), micros(longer))
	return n == 1, err
}

// EndTurn ends a turn that was taken until a moment. One that was over, and that another has now, stays.
func (tx *Tx) EndTurn(what string, until time.Time) error {
	_, err := tx.exec(`DELETE FROM turn WHERE what = $1 AND until = $2`, what, micros(until))
	return err
}

// turnOfPeer names the reading of a peer.
const turnOfPeer = "peer "
