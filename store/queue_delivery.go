package store

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"toadlane/coop"
	"toadlane/federation/queue"
)

// claimWindows is how many due rows of a host are looked at for inboxes that are not busy: first a few, which is enough where
// each inbox waits for one thing, then many more than a lane takes, and still few enough that a long backlog is not read through
// for each claim.
var claimWindows = [...]int{16, 256}

// busyInboxes lists the inboxes of host $1 to which something is on its way at $2. They get nothing more until that is
// settled, so that an Update does not overtake its Create.
const busyInboxes = `(SELECT inbox FROM delivery WHERE host = $1 AND leased <> 0 AND leased > $2)`

// Lanes lists up to n hosts with a delivery that can be claimed at now, soonest first, leaving out those whose breaker holds
// them.
func (s *Store) Lanes(ctx context.Context, now time.Time, n int) ([]queue.Lane, error) {
	list, err := collect(s.at(ctx), func(scan func(...any) error) (l queue.Lane, err error) {
		var due, open int64
		err = scan(&l.Host, &due, &open, &l.Fails)
		l.Due, l.OpenUntil = fromMicros(due), fromMicros(open)
		return l, err
	}, `SELECT name, next, open_until, fails FROM host
		WHERE next < 9223372036854775807 AND ready <= $1 ORDER BY ready, name LIMIT CAST($2 AS BIGINT)`, micros(now), n)
	if err != nil {
		return nil, fmt.Errorf("lanes: %w", err)
	}
	return list, nil
}

// ClaimDeliveries leases up to n due deliveries of one host, oldest first and at most one per inbox, leaves out inboxes to which
// something is on its way, and counts the attempt. It gives nothing while the breaker holds the host, or while another process
// is at it. Body is filled.
func (s *Store) ClaimDeliveries(ctx context.Context, host string, now, lease time.Time, n int) (list []queue.Delivery, err error) {
	err = s.write(ctx, func(tx *Tx) error {
		list = nil
		// The host's row is the lock of its lane.
		var at, open, next, fails int64
		err := tx.queryRow(`SELECT n, open_until, next, fails FROM host WHERE name = $1`+s.dialect.claim, host).scan("host.unknown", &at, &open, &next, &fails)
		if err != nil {
			if coop.ClassOf(err) == coop.NotFound {
				return nil
			}
			return err
		}
		if open > micros(now) {
			return nil
		}
		if fails > 0 && next <= micros(now) {
			// What is new must not pass what waits since the host was down: an Update would come before its Create.
			if err := tx.wakeHost(at, fromMicros(next)); err != nil {
				return err
			}
		}
		// What died with another process takes its old turn, before what was queued for the inbox since.
		if _, err := tx.exec(`UPDATE delivery SET due = created, leased = 0 WHERE host = $1 AND leased <> 0 AND leased <= $2 AND created <= $2`,
			at, micros(now)); err != nil {
			return err
		}
		for _, window := range claimWindows {
			seen := 0
			list, err = collect(tx, func(scan func(...any) error) (queue.Delivery, error) {
				var body []byte
				d, err := scanDelivery(func(into ...any) error { return scan(append(into, &body, &seen)...) })
				d.Body = body
				return d, err
			}, `SELECT `+deliveryColumns+`, a.json, w.seen
				FROM (SELECT id, due, row_number() OVER (PARTITION BY inbox ORDER BY due, id) AS turn, count(*) OVER () AS seen
					FROM (SELECT id, due, inbox FROM delivery
						WHERE host = $1 AND state = 'waiting' AND due <= $2 AND inbox NOT IN `+busyInboxes+`
						ORDER BY due, id LIMIT CAST($3 AS BIGINT)) AS first) AS w
				JOIN delivery d ON d.id = w.id`+deliveryJoins+`
				WHERE w.turn = 1 ORDER BY w.due, w.id LIMIT CAST($4 AS BIGINT)`, at, micros(now), window, n)
			if err != nil {
				return err
			}
			if len(list) == n || seen < window {
				break
			}
		}
		ids := make([]int64, len(list))
		for i := range list {
			ids[i] = list[i].ID
			list[i].Attempt++
			list[i].Due = lease.UTC()
		}
		err = byIDs(ids, 2, func(in string, args []any) error {
			_, err := tx.exec(`UPDATE delivery SET due = $1, leased = $1, attempt = attempt + 1 WHERE id IN (`+in+`)`,
				append([]any{micros(lease)}, args...)...)
			return err
		})
		if err != nil {
			return err
		}
		return tx.setLane(at, now)
	})
	if err != nil {
		return nil, fmt.Errorf("claim deliveries of %s: %w", host, err)
	}
	return list, nil
}

const deliveryColumns = `d.id, d.state, d.attempt, d.due, d.last_error, d.created, a.id, a.type, sender.iri, inbox.iri, host.name, coalesce(recipient.iri, ''), d.last_status`

// deliveryJoins finds what the numbers of a delivery d stand for.
const deliveryJoins = ` JOIN activity a ON a.n = d.activity JOIN host ON host.n = d.host JOIN address inbox ON inbox.n = d.inbox
	JOIN address sender ON sender.n = d.sender LEFT JOIN address recipient ON recipient.n = d.recipient`

func scanDelivery(scan func(...any) error) (d queue.Delivery, err error) {
	var due, created int64
	err = scan(&d.ID, &d.State, &d.Attempt, &due, &d.LastError, &created, &d.Activity, &d.Type, &d.Sender, &d.Inbox, &d.Host,
		&d.Recipient, &d.LastStatus)
	d.Due, d.Created = fromMicros(due), fromMicros(created)
	return d, err
}

// setLane sets when the next delivery of a host can be claimed: the first that is not behind one on its way to the same inbox;
// for one on its way that is the end of its lease. Every change of a host's deliveries ends with it.
func (tx *Tx) setLane(host int64, now time.Time) error {
	_, err := tx.exec(`UPDATE host SET next = coalesce((SELECT due FROM delivery
			WHERE host = $1 AND state = 'waiting' AND (leased > $2 OR inbox NOT IN `+busyInboxes+`)
			ORDER BY due LIMIT 1), 9223372036854775807)
		WHERE n = $1`, host, micros(now))
	return err
}

// settleAtOnce is how many outcomes one transaction records.
const settleAtOnce = 256

// SettleDeliveries records how attempts ended, in groups, with what they tell of their hosts: each outcome counts for the
// breaker in turn. Done rows are deleted; one that a steward held meanwhile stays held unless it is over; one that is gone is no
// error. When a host answers that failed before, what waited for it is due now. An outcome without an answer that is not
// the host's fault (we were stopped, or could not sign) tells nothing of the host.
func (s *Store) SettleDeliveries(ctx context.Context, done []queue.Outcome, now time.Time) error {
	// Hosts in the order of names, so that two processes do not lock crosswise.
	done = slices.Clone(done)
	slices.SortStableFunc(done, func(a, b queue.Outcome) int { return strings.Compare(a.Host, b.Host) })
	for len(done) > 0 {
		piece := done[:min(len(done), settleAtOnce)]
		if err := s.write(ctx, func(tx *Tx) error { return tx.settleDeliveries(piece, now) }); err != nil {
			return fmt.Errorf("settle deliveries: %w", err)
		}
		done = done[len(piece):]
	}
	return nil
}

func (tx *Tx) settleDeliveries(done []queue.Outcome, now time.Time) error {
	for len(done) > 0 {
		n := 1
		for n < len(done) && done[n].Host == done[0].Host {
			n++
		}
		if err := tx.settleHost(done[0].Host, done[:n], now); err != nil {
			return fmt.Errorf("host %s: %w", done[0].Host, err)
		}
		done = done[n:]
	}
	return nil
}

// settleHost records the outcomes of one host.
func (tx *Tx) settleHost(name string, done []queue.Outcome, now time.Time) error {
	host, err := tx.lockHost(name)
	if err != nil {
		return err
	}
	var over []int64
	before, after := host.Host, host.Host
	for _, o := range done {
		if o.Unsent { // it tells nothing of the host, and its try is given back
			_, err := tx.exec(`UPDATE delivery SET attempt = attempt - 1, due = $2, leased = 0 WHERE id = $1 AND attempt > 0`, o.ID, micros(o.Due))
			if err != nil {
				return err
			}
			continue
		}
		if o.OK || o.HostDown || o.Status != 0 {
			after = after.After(o.HostDown, short(o.Error), now)
		}
		if o.OK || o.State == queue.Done {
			over = append(over, o.ID)
			continue
		}
		_, err := tx.exec(`UPDATE delivery SET state = CASE WHEN state = 'held' AND CAST($2 AS TEXT) = 'waiting' THEN 'held' ELSE CAST($2 AS TEXT) END,
			due = $3, leased = 0, last_status = $4, last_error = $5 WHERE id = $1`, o.ID, string(o.State), micros(o.Due), o.Status, short(o.Error))
		if err != nil {
			return err
		}
	}
	err = byIDs(over, 1, func(in string, args []any) error {
		_, err := tx.exec(`DELETE FROM delivery WHERE id IN (`+in+`)`, args...)
		return err
	})
	if err != nil {
		return err
	}
	if after != before {
		if err := tx.putHost(after); err != nil {
			return err
		}
	}
	if before.Fails > 0 && after.Fails == 0 {
		if err := tx.wakeHost(host.n, now); err != nil {
			return err
		}
	}
	return tx.setLane(host.n, now)
}

// wakeHost makes due what waits because the host did not answer or broke. What waits because it refused, or asked for time with 429,
// keeps its time.
func (tx *Tx) wakeHost(host int64, now time.Time) error {
	_, err := tx.exec(`UPDATE delivery SET due = $2 WHERE host = $1 AND state = 'waiting' AND due > $2 AND leased <= $2
		AND (last_status = 0 OR last_status >= 500)`, host, micros(now))
	return err
}

// NextDue tells when the next event, inbound row or delivery can be claimed; zero when there is none. Rows behind a held one
// are not counted.
func (s *Store) NextDue(ctx context.Context, _ time.Time) (events, inbound, deliveries time.Time, err error) {
	tx := s.at(ctx)
	for _, q := range []struct {
		into *time.Time
		text string
	}{
		{&events, `SELECT e.due FROM event e WHERE e.state = 'waiting' AND ` + eventFirst + ` ORDER BY e.due LIMIT 1`},
		{&inbound, `SELECT i.due FROM inbound i WHERE i.state = 'waiting' AND ` + inboundFirst + ` ORDER BY i.due LIMIT 1`},
		{&deliveries, `SELECT ready FROM host WHERE next < 9223372036854775807 ORDER BY ready LIMIT 1`},
	} {
		var due int64
		if err := tx.queryRow(q.text).scan("row.unknown", &due); err != nil {
			if coop.ClassOf(err) == coop.NotFound {
				continue
			}
			return events, inbound, deliveries, fmt.Errorf("next due: %w", err)
		}
		*q.into = fromMicros(due)
	}
	return events, inbound, deliveries, nil
}

// ReleaseLeases makes everything leased due again. Only for a process that knows it is the only one; leases of a process that
// died beside others run out by themselves.
func (s *Store) ReleaseLeases(ctx context.Context, now time.Time) error {
	err := s.write(ctx, func(tx *Tx) error {
		for _, table := range []string{"event", "inbound", "letter", "murmuration"} {
			if _, err := tx.exec(`UPDATE `+table+` SET due = $1, leased = 0 WHERE state = 'waiting' AND leased <> 0`, micros(now)); err != nil {
				return err
			}
		}
		if _, err := tx.exec(`DELETE FROM turn`); err != nil {
			return err
		}
		hosts, err := collect(tx, one[int64], `SELECT DISTINCT host FROM delivery WHERE leased <> 0 ORDER BY host`)
		if err != nil {
			return err
		}
		// In its old turn: an Update that was queued since must not overtake its Create.
		if _, err := tx.exec(`UPDATE delivery SET due = CASE WHEN created < $1 THEN created ELSE $1 END, leased = 0 WHERE leased <> 0`, micros(now)); err != nil {
			return err
		}
		return tx.setLanes(hosts, now)
	})
	if err != nil {
		return fmt.Errorf("release leases: %w", err)
	}
	return nil
}

func (tx *Tx) setLanes(hosts []int64, now time.Time) error {
	for _, h := range hosts {
		if err := tx.setLane(h, now); err != nil {
			return err
		}
	}
	return nil
}

// one scans rows of one column.
func one[T any](scan func(...any) error) (v T, err error) {
	err = scan(&v)
	return v, err
}

// DropDeliveries removes waiting and held deliveries to a host, to a recipient, or, when both are given, to that recipient at
// that host. What is on its way may still arrive.
func (tx *Tx) DropDeliveries(host string, recipient coop.IRI) error {
	if host == "" && recipient == "" {
		return nil
	}
	// What has no number yet has no deliveries.
	at, to := int64(0), int64(0)
	for _, f := range []struct {
		given, text string
		into        *int64
	}{{host, `SELECT n FROM host WHERE name = $1`, &at}, {string(recipient), `SELECT n FROM address WHERE iri = $1`, &to}} {
		if f.given == "" {
			continue
		}
		if err := tx.queryRow(f.text, f.given).scan("row.unknown", f.into); err != nil {
			if coop.ClassOf(err) == coop.NotFound {
				return nil
			}
			return fmt.Errorf("drop deliveries to %s %s: %w", host, recipient, err)
		}
	}
	const which = ` FROM delivery WHERE (CAST($1 AS BIGINT) = 0 OR host = $1) AND (CAST($2 AS BIGINT) = 0 OR recipient = $2) AND state IN ('waiting', 'held')`
	hosts, err := collect(tx, one[int64], `SELECT DISTINCT host`+which+` ORDER BY host`, at, to)
	if err == nil && len(hosts) > 0 {
		if _, err = tx.exec(`DELETE`+which, at, to); err == nil {
			err = tx.setLanes(hosts, tx.s.now())
		}
	}
	if err != nil {
		return fmt.Errorf("drop deliveries to %s %s: %w", host, recipient, err)
	}
	return nil
}
