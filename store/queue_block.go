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

// PutBlock keeps a domain or an actor out.
func (tx *Tx) PutBlock(b queue.Block) error {
	_, err := tx.exec(`INSERT INTO block (target, reason, made_by, at) VALUES ($1, $2, $3, $4)
		ON CONFLICT (target) DO UPDATE SET reason = excluded.reason, made_by = excluded.made_by, at = excluded.at`,
		b.Target, plain(b.Reason), b.By, micros(b.At))
	if err != nil {
		return fmt.Errorf("block %s: %w", b.Target, err)
	}
	return nil
}

// DropBlock lets it in again. One that is not there is no error.
func (tx *Tx) DropBlock(target string) error {
	if _, err := tx.exec(`DELETE FROM block WHERE target = $1`, target); err != nil {
		return fmt.Errorf("unblock %s: %w", target, err)
	}
	return nil
}

// Blocks lists what is kept out, by name.
func (s *Store) Blocks(ctx context.Context) ([]queue.Block, error) { return s.at(ctx).Blocks() }

// Blocks lists what is kept out, by name.
func (tx *Tx) Blocks() ([]queue.Block, error) {
	list, err := collect(tx, func(scan func(...any) error) (b queue.Block, err error) {
		var at int64
		err = scan(&b.Target, &b.Reason, &b.By, &at)
		b.At = fromMicros(at)
		return b, err
	}, `SELECT target, reason, made_by, at FROM block ORDER BY target`)
	if err != nil {
		return nil, fmt.Errorf("blocks: %w", err)
	}
	return list, nil
}

// PutReport keeps a complaint.
func (tx *Tx) PutReport(r queue.Report) error {
	objects, err := encode(r.Objects)
	if err != nil {
		return err
	}
	_, err = tx.exec(`INSERT INTO report (id, reporter, objects, content, at, closed, closed_by) VALUES ($1, $2, $3, $4, $5, $6, $7)
		ON CONFLICT (id) DO UPDATE SET objects = excluded.objects, content = excluded.content, closed = excluded.closed, closed_by = excluded.closed_by`,
		string(r.ID), string(r.From), plain(objects), plain(r.Content), micros(r.At), micros(r.Closed), r.By)
	if err != nil {
		return fmt.Errorf("report %s: %w", r.ID, err)
	}
	return nil
}

// Reports lists complaints, open ones first, then newest first.
func (s *Store) Reports(ctx context.Context) ([]queue.Report, error) {
	list, err := collect(s.at(ctx), func(scan func(...any) error) (r queue.Report, err error) {
		var at, closed int64
		var objects []byte
		if err := scan(&r.ID, &r.From, &objects, &r.Content, &at, &closed, &r.By); err != nil {
			return r, err
		}
		r.At, r.Closed = fromMicros(at), fromMicros(closed)
		return r, decode(objects, &r.Objects)
	}, `SELECT id, reporter, objects, content, at, closed, closed_by FROM report
		ORDER BY CASE WHEN closed = 0 THEN 0 ELSE 1 END, at DESC, id DESC LIMIT 500`)
	if err != nil {
		return nil, fmt.Errorf("reports: %w", err)
	}
	return list, nil
}

// CloseReport marks a complaint as dealt with. Classes: NotFound; nothing happens to one that was closed before.
func (s *Store) CloseReport(ctx context.Context, id coop.ID, by coop.Actor, now time.Time) error {
	err := s.write(ctx, func(tx *Tx) error {
		n, err := tx.exec(`UPDATE report SET closed = $2, closed_by = $3 WHERE id = $1 AND closed = 0`, string(id), micros(now), by.String())
		if err != nil || n == 1 {
			return err
		}
		var found int
		return tx.queryRow(`SELECT 1 FROM report WHERE id = $1`, string(id)).scan("report.unknown", &found)
	})
	if err != nil {
		return fmt.Errorf("close report %s: %w", id, err)
	}
	return nil
}

// blocked tells whether an address is the actor target, or lies on the domain target or below it.
func blocked(target string, iri coop.IRI) bool {
	if strings.Contains(target, "://") {
		return iri.Document() == coop.IRI(target)
	}
	return underDomain(target, iri.Hostname())
}

func underDomain(domain, host string) bool {
	return host != "" && (host == domain || strings.HasSuffix(host, "."+domain))
}

// PurgeBlocked drops what is here of a domain, with all below it, or of an actor: listings, pages of its handbook, messages, follows both ways, reactions,
// and what waits to be sent there; what came in and waits is rejected. Listings leave no tombstones, so that they may come back when
// the block is lifted and they are asked for. Addresses are compared in Go, part by part: no pattern of SQL can tell a host from
// a path that looks like one.
func (tx *Tx) PurgeBlocked(target string, at time.Time) error {
	if err := tx.purge(target, at); err != nil {
		return fmt.Errorf("purge %s: %w", target, err)
	}
	return nil
}

func (tx *Tx) purge(target string, at time.Time) error {
	if target == "" {
		return nil
	}
	actors := map[coop.IRI]bool{}
	for _, q := range []string{
		`SELECT DISTINCT actor FROM follower`, `SELECT actor FROM peer`, `SELECT iri FROM actor`, `SELECT DISTINCT actor FROM reaction`,
		`SELECT DISTINCT home FROM listing WHERE home <> ''`, `SELECT DISTINCT from_iri FROM message WHERE from_iri <> ''`,
		`SELECT DISTINCT other FROM thread WHERE other <> ''`, `SELECT DISTINCT peer FROM inbound`,
		`SELECT DISTINCT home FROM protocol WHERE home <> ''`, `SELECT DISTINCT coop FROM adoption WHERE coop <> ''`,
		`SELECT DISTINCT peer FROM change_offer WHERE peer <> ''`,
	} {
		// A domain is a part of each address that matches, so the database may drop most of the others.
		list, err := collect(tx, one[coop.IRI], `SELECT known.`+columnOf(q)+` FROM (`+q+`) AS known WHERE `+columnOf(q)+` LIKE $1 ESCAPE '\'`, "%"+likeText(target)+"%")
		if err != nil {
			return err
		}
		for _, iri := range list {
			if blocked(target, iri) {
				actors[iri] = true
			}
		}
	}
	names := make([]coop.IRI, 0, len(actors))
	for iri := range actors {
		names = append(names, iri)
	}
	slices.Sort(names)
	for _, iri := range names {
		if err := tx.dropActor(iri, false, at); err != nil {
			return err
		}
		_, err := tx.exec(`UPDATE inbound SET state = 'rejected', leased = 0, due = $2, last_error = 'blocked'
			WHERE peer = $1 AND state IN ('waiting', 'held', 'parked')`, string(iri), micros(at))
		if err != nil {
			return err
		}
	}
	if strings.Contains(target, "://") {
		_, err := tx.exec(`DELETE FROM sent WHERE actor = (SELECT n FROM address WHERE iri = $1)`, target)
		return err
	}
	hosts, err := collect(tx, one[string], `SELECT name FROM host ORDER BY n`)
	if err != nil {
		return err
	}
	for _, h := range hosts {
		if !underDomain(target, coop.IRI("https://"+h).Hostname()) {
			continue
		}
		for _, table := range []string{"follower", "sent"} { // an inbox there of an actor elsewhere too
			if _, err := tx.exec(`DELETE FROM `+table+` WHERE host = (SELECT n FROM host WHERE name = $1)`, h); err != nil {
				return err
			}
		}
		if err := tx.DropDeliveries(h, ""); err != nil {
			return err
		}
	}
	return nil
}

// columnOf is the one column a query of purge selects.
func columnOf(q string) string {
	q = strings.TrimPrefix(strings.TrimPrefix(q, "SELECT "), "DISTINCT ")
	name, _, _ := strings.Cut(q, " ")
	return name
}

// likeText makes text match itself in LIKE ... ESCAPE '\'.
func likeText(s string) string {
	return strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(s)
}
