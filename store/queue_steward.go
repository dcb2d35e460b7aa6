package store

import (
	"context"
	"fmt"
	"slices"
	"time"

	"toadlane/coop"
	"toadlane/federation/queue"
	"toadlane/internal/limits"
)

// rowFilter is what a steward's list is narrowed by, in the order of the parameters.
func rowFilter(prefix string, s queue.State, host string, args []any) (string, []any) {
	where := ""
	if s == "" {
		where += ` AND ` + prefix + `state <> 'done'`
	} else {
		args = append(args, string(s))
		where += fmt.Sprintf(` AND %sstate = $%d`, prefix, len(args))
		// Said once more in the words of the indexes of the few rows in other states: neither database concludes it from a parameter.
		if s != queue.Done {
			where += ` AND ` + prefix + `state <> 'done'`
		}
		if s != queue.Waiting && prefix == "d." {
			where += ` AND d.state <> 'waiting'`
		}
	}
	if host != "" {
		args = append(args, host)
		where += fmt.Sprintf(` AND %shost = (SELECT n FROM host WHERE name = $%d)`, prefix, len(args))
	}
	return where, args
}

// Deliveries lists deliveries in state s ("" for all) to one host ("" for all), newest first, without Body. Class Invalid for
// a bad cursor.
func (s *Store) Deliveries(ctx context.Context, state queue.State, host, from string, n int) ([]queue.Delivery, string, error) {
	at, err := parseCursor(from)
	if err != nil {
		return nil, "", err
	}
	n = pageSize(n)
	where, args := rowFilter("d.", state, host, []any{at.a, n + 1})
	list, err := collect(s.at(ctx), scanDelivery, `SELECT `+deliveryColumns+` FROM delivery d`+deliveryJoins+`
		WHERE d.id < $1`+where+` ORDER BY d.id DESC LIMIT CAST($2 AS BIGINT)`, args...)
	if err != nil {
		return nil, "", fmt.Errorf("list deliveries: %w", err)
	}
	list, next := cut(list, n, func(d queue.Delivery) cursor { return cursor{d.ID, 0} })
	return list, next, nil
}

// Inbounds lists what came in, in state s ("" for all but done), newest first, without Raw. Class Invalid for a bad cursor.
func (s *Store) Inbounds(ctx context.Context, state queue.State, from string, n int) ([]queue.Inbound, string, error) {
	at, err := parseCursor(from)
	if err != nil {
		return nil, "", err
	}
	n = pageSize(n)
	where, args := rowFilter("", state, "", []any{at.a, n + 1})
	list, err := collect(s.at(ctx), scanInbound, `SELECT `+inboundColumns+` FROM inbound WHERE id < $1`+where+` ORDER BY id DESC LIMIT CAST($2 AS BIGINT)`, args...)
	if err != nil {
		return nil, "", fmt.Errorf("list inbound: %w", err)
	}
	list, next := cut(list, n, func(in queue.Inbound) cursor { return cursor{in.ID, 0} })
	return list, next, nil
}

// Events lists events in state s ("" for all but done), newest first. Class Invalid for a bad cursor.
func (s *Store) Events(ctx context.Context, state queue.State, from string, n int) ([]queue.Event, string, error) {
	at, err := parseCursor(from)
	if err != nil {
		return nil, "", err
	}
	n = pageSize(n)
	where, args := rowFilter("", state, "", []any{at.a, n + 1})
	list, err := collect(s.at(ctx), scanEvent, `SELECT `+eventColumns+` FROM event WHERE seq < $1`+where+` ORDER BY seq DESC LIMIT CAST($2 AS BIGINT)`, args...)
	if err != nil {
		return nil, "", fmt.Errorf("list events: %w", err)
	}
	list, next := cut(list, n, func(e queue.Event) cursor { return cursor{e.Row.ID, 0} })
	return list, next, nil
}

// Retry makes rows due now and waiting, whatever their state but done; what is on its way this moment is left alone. Tries
// that were made stay counted. A host whose deliveries are retried is tried now even when its breaker is open. kind is
// "delivery", "inbound", "event" or "letter"; id 0 means all of the host, "" for every host. It returns how many rows it changed.
// Class Invalid for another kind.
func (s *Store) Retry(ctx context.Context, kind string, id int64, host string, now time.Time) (n int, err error) {
	return s.steer(ctx, kind, id, host, now, func(t string) string {
		return `UPDATE ` + t + ` SET state = 'waiting', due = $1, leased = 0 WHERE state <> 'done' AND NOT (state = 'waiting' AND leased > $1)`
	}, true)
}

// Hold stops waiting rows until they are retried. What is on its way this moment may still arrive. kind, id and host are as in
// Retry.
func (s *Store) Hold(ctx context.Context, kind string, id int64, host string) (int, error) {
	return s.steer(ctx, kind, id, host, s.now(), func(t string) string {
		return `UPDATE ` + t + ` SET state = 'held' WHERE CAST($1 AS BIGINT) <> -1 AND state = 'waiting'`
	}, false)
}

func (s *Store) steer(ctx context.Context, kind string, id int64, host string, now time.Time, change func(table string) string, reopen bool) (n int, err error) {
	err = s.write(ctx, func(tx *Tx) error {
		switch kind {
		case "delivery":
			n, err = tx.steerDeliveries(id, host, now, change(kind), reopen)
		case "inbound":
			n, err = tx.steerInbound(id, host, now, change(kind))
		case "event": // an event belongs to no host
			n, err = tx.steerRow("seq", id, now, change(kind))
		case "letter": // nor does a letter
			n, err = tx.steerRow("n", id, now, change(kind))
		case "murmuration": // nor does a profile: its host is the index
			n, err = tx.steerRow("n", id, now, change(kind))
		default:
			err = coop.Errorf(coop.Invalid, "queue.kind", "no rows of kind %.20q", kind)
		}
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("steer %s %d: %w", kind, id, err)
	}
	return n, nil
}

func (tx *Tx) steerRow(key string, id int64, now time.Time, change string) (int, error) {
	if id == 0 {
		return tx.exec(change, micros(now))
	}
	return tx.exec(change+` AND `+key+` = $2`, micros(now), id)
}

func (tx *Tx) steerDeliveries(id int64, host string, now time.Time, change string, reopen bool) (n int, err error) {
	var hosts []int64
	switch {
	case id != 0:
		hosts, err = collect(tx, one[int64], `SELECT host FROM delivery WHERE id = $1`, id)
		if err == nil {
			n, err = tx.steerRow("id", id, now, change)
		}
	case host != "":
		hosts, err = collect(tx, one[int64], `SELECT n FROM host WHERE name = $1`, host)
		if err == nil && len(hosts) > 0 {
			n, err = tx.exec(change+` AND host = $2`, micros(now), hosts[0])
		}
	default:
		hosts, err = collect(tx, one[int64], `SELECT DISTINCT host FROM delivery ORDER BY host`)
		if err == nil {
			n, err = tx.exec(change, micros(now))
		}
	}
	for _, h := range hosts {
		if err == nil && reopen {
			// The breaker stays half open: one is tried, and the rest follow when it gets through.
			_, err = tx.exec(`UPDATE host SET open_until = $2 WHERE n = $1 AND open_until > $2`, h, micros(now))
		}
		if err == nil {
			err = tx.setLane(h, now)
		}
	}
	return n, err
}

func (tx *Tx) steerInbound(id int64, host string, now time.Time, change string) (int, error) {
	if id != 0 || host == "" {
		return tx.steerRow("id", id, now, change)
	}
	peers, err := collect(tx, one[coop.IRI], `SELECT DISTINCT peer FROM inbound WHERE state <> 'done' AND peer LIKE $1 ESCAPE '\'`, "%"+likeText(host)+"%")
	if err != nil {
		return 0, err
	}
	slices.Sort(peers)
	n := 0
	for _, p := range peers {
		if p.Host() != host {
			continue
		}
		k, err := tx.exec(change+` AND peer = $2`, micros(now), string(p))
		if err != nil {
			return 0, err
		}
		n += k
	}
	return n, nil
}

// CountWaiting counts what waits for an answer of a member with this actor; with the co-op's actor, also what waits for a steward.
func (s *Store) CountWaiting(ctx context.Context, shared, own coop.IRI) (w queue.Calls, err error) {
	if err = s.at(ctx).queryRow(`SELECT count(*) FROM follower WHERE local = $1 AND state = 'requested'`, string(own)).scan("", &w.Own); err != nil || shared == "" {
		return w, err
	}
	err = s.at(ctx).queryRow(`SELECT (SELECT count(*) FROM follower WHERE local = $1 AND state = 'requested'),
		(SELECT count(*) FROM report WHERE closed = 0),
		(SELECT count(*) FROM peer p JOIN host h ON h.name = p.host WHERE p.state = 'accepted' AND h.fails >= $2)`,
		string(shared), limits.BreakerOpens).scan("", &w.Asking, &w.Reports, &w.Failing)
	return w, err
}
