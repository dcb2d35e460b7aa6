package store

import (
	"fmt"
	"strings"

	"toadlane/coop"
	"toadlane/federation/queue"
)

// targetsMost bounds the extra recipients of one fan-out; an activity names limits.Recipients at most.
const targetsMost = 4096

// FanOut makes one waiting delivery of a, signed by sender, per distinct inbox that to reaches, and returns how many. A shared
// inbox stands for all behind it; a delivery has a Recipient only when exactly one actor is behind its inbox. With Ever and
// But the rest of to is only what is left out: inboxes it reaches, and actors it reaches by another inbox. a must have been
// put. Classes: NotFound when it was not; Invalid for too many extra targets.
func (tx *Tx) FanOut(a queue.Activity, sender coop.IRI, to queue.Fanout) (int, error) {
	n, err := tx.fanOut(a, sender, to)
	if err != nil {
		return 0, fmt.Errorf("fan out %s: %w", a.ID, err)
	}
	return n, nil
}

func (tx *Tx) fanOut(a queue.Activity, sender coop.IRI, to queue.Fanout) (int, error) {
	if to.Followers == "" && len(to.Extra) == 0 && to.Ever == "" {
		return 0, nil
	}
	if len(to.Extra) > targetsMost {
		return 0, coop.Errorf(coop.Invalid, "recipients.many", "%d extra targets", len(to.Extra))
	}
	var activity, before int64
	if err := tx.queryRow(`SELECT n FROM activity WHERE id = $1`, string(a.ID)).scan("activity.unknown", &activity); err != nil {
		return 0, err
	}
	// Ids only grow, so the rows made here are those beyond the last there is now: no index by activity is needed.
	if err := tx.queryRow(`SELECT coalesce(max(id), 0) FROM delivery`).scan("row.unknown", &before); err != nil {
		return 0, err
	}
	from, _, err := tx.address(sender)
	if err != nil {
		return 0, err
	}
	created := micros(a.Created)
	due := micros(to.Due)
	if to.Due.IsZero() {
		due = created
	}
	sqlText, args, err := tx.fanoutSQL(to, []any{activity, from, due, created})
	if err != nil {
		return 0, err
	}
	n, err := tx.exec(sqlText, args...)
	if err != nil || n == 0 {
		return n, err
	}
	if err := tx.dueHosts(before, activity, due); err != nil {
		return 0, err
	}
	if to.Object == "" {
		return n, nil
	}
	object, _, err := tx.address(to.Object)
	if err != nil {
		return 0, err
	}
	_, err = tx.exec(`INSERT INTO sent (object, inbox, host, actor)
		SELECT CAST($3 AS BIGINT), inbox, host, recipient FROM delivery WHERE id > $1 AND activity = $2
		ON CONFLICT (object, inbox) DO NOTHING`, before, activity, object)
	return n, err
}

// dueHosts gives the hosts of a fan-out a turn at due, unless they have an earlier one.
func (tx *Tx) dueHosts(before, activity, due int64) error {
	const which = ` WHERE n IN (SELECT host FROM delivery WHERE id > $1 AND activity = $2) AND next > $3`
	if lock := tx.s.dialect.locking(); lock != "" {
		// In one order, so that two processes that fan out at once wait for each other and do not lock crosswise.
		if _, err := tx.count(`SELECT count(*) FROM (SELECT n FROM host`+which+` ORDER BY n`+lock+`) AS locked`, before, activity, due); err != nil {
			return err
		}
	}
	_, err := tx.exec(`UPDATE host SET next = $3`+which, before, activity, due)
	return err
}

// fanoutSQL writes the one statement. args begins with what every form of it has.
func (tx *Tx) fanoutSQL(to queue.Fanout, args []any) (string, []any, error) {
	arg := func(v any) string {
		args = append(args, v)
		return fmt.Sprintf("$%d", len(args))
	}
	var rest []string // whom the rest of the fan-out reaches
	if to.Followers != "" {
		q := `SELECT f.target AS inbox, f.host AS host, f.behind AS behind, f.who AS who FROM follower f WHERE f.local = ` +
			arg(string(to.Followers)) + ` AND f.state = 'accepted' AND f.target <> 0`
		if to.PeersOnly {
			q += ` AND EXISTS (SELECT 1 FROM peer p WHERE p.actor = f.actor AND p.state = 'accepted' AND p.hand = 1)`
		}
		if len(to.Runs) > 0 {
			q += ` AND EXISTS (SELECT 1 FROM host h WHERE h.n = f.host AND h.software IN (` + listOf(arg, to.Runs) + `))`
		}
		rest = append(rest, q)
	}
	var extra []target
	for _, t := range to.Extra {
		x, err := tx.targetOf(t.Actor, t.Inbox, t.Shared)
		if err != nil {
			return "", nil, err
		}
		if x.inbox != 0 {
			extra = append(extra, x)
		}
	}
	if len(extra) > 0 {
		var v []string
		for _, t := range padded(extra) {
			v = append(v, "(CAST("+arg(t.inbox)+" AS BIGINT), CAST("+arg(t.host)+" AS BIGINT), CAST("+arg(t.behind)+" AS BIGINT), CAST("+arg(t.who)+" AS BIGINT))")
		}
		rest = append(rest, `SELECT column1 AS inbox, column2 AS host, column3 AS behind, column4 AS who FROM (VALUES `+
			strings.Join(v, ", ")+`) AS extra`)
	}
	if len(rest) == 0 {
		rest = append(rest, `SELECT 0 AS inbox, 0 AS host, 0 AS behind, 0 AS who WHERE 1 = 0`)
	}
	with, from := "", "("+strings.Join(rest, " UNION ALL ")+") AS goal"
	if to.Ever != "" {
		var objects []int64
		for _, o := range append([]coop.IRI{to.Ever}, to.Boosted...) {
			n, _, err := tx.address(o)
			if err != nil {
				return "", nil, err
			}
			objects = append(objects, n)
		}
		with = `WITH rest AS (` + strings.Join(rest, " UNION ALL ") + `) `
		ever := `SELECT s.inbox AS inbox, s.host AS host, s.actor AS behind FROM sent s WHERE s.object IN (` + listOf(arg, objects) + `)`
		if to.But {
			ever += ` AND s.inbox NOT IN (SELECT inbox FROM rest) AND (s.actor = 0 OR s.actor NOT IN (SELECT who FROM rest))`
		} else {
			ever += ` UNION ALL SELECT inbox, host, behind FROM rest`
		}
		from = "(" + ever + ") AS goal"
	}
	return `INSERT INTO delivery (activity, sender, due, created, inbox, host, recipient) ` + with +
		`SELECT CAST($1 AS BIGINT), CAST($2 AS BIGINT), CAST($3 AS BIGINT), CAST($4 AS BIGINT), inbox, min(host),
			CASE WHEN min(behind) = max(behind) THEN min(behind) ELSE 0 END
		FROM ` + from + ` GROUP BY inbox`, args, nil
}

// listOf gives the parameters of a list.
func listOf[T any](arg func(any) string, list []T) string {
	all := make([]string, len(list))
	for i, v := range list {
		all[i] = arg(v)
	}
	return strings.Join(all, ", ")
}
