package store

import (
	"context"
	"fmt"
	"time"

	"toadlane/coop"
	"toadlane/federation/queue"
)

const hostColumns = `h.name, h.fails, h.open_until, h.probes, h.scheme, h.last_ok, h.last_seen, h.last_error`

func scanHost(scan func(...any) error) (h queue.Host, err error) {
	var open, ok, seen int64
	err = scan(&h.Name, &h.Fails, &open, &h.Probes, &h.Scheme, &ok, &seen, &h.LastError)
	h.OpenUntil, h.LastOK, h.LastSeen = fromMicros(open), fromMicros(ok), fromMicros(seen)
	return h, err
}

// numberedHost is a host with the number its deliveries carry.
type numberedHost struct {
	queue.Host
	n int64
}

func (tx *Tx) host(name, suffix string) (h numberedHost, err error) {
	list, err := collect(tx, func(scan func(...any) error) (h numberedHost, err error) {
		h.Host, err = scanHost(func(into ...any) error { return scan(append(into, &h.n)...) })
		return h, err
	}, `SELECT `+hostColumns+`, h.n FROM host h WHERE h.name = $1`+suffix, name)
	if err != nil {
		return h, err
	}
	if len(list) == 0 {
		return h, coop.Errorf(coop.NotFound, "host.unknown", "host %s", name)
	}
	return list[0], nil
}

// lockHost gives what is known of a host and keeps others from changing it; one that is not known yet is made.
func (tx *Tx) lockHost(name string) (numberedHost, error) {
	h, err := tx.host(name, tx.s.dialect.locking())
	if err == nil || coop.ClassOf(err) != coop.NotFound {
		return h, err
	}
	if _, err := tx.exec(`INSERT INTO host (name) VALUES ($1) ON CONFLICT (name) DO NOTHING`, name); err != nil {
		return h, err
	}
	return tx.host(name, tx.s.dialect.locking())
}

// Host gives what is known of a server. Class NotFound.
func (s *Store) Host(ctx context.Context, name string) (queue.Host, error) {
	h, err := s.at(ctx).host(name, "")
	if err != nil {
		return h.Host, fmt.Errorf("host %s: %w", name, err)
	}
	return h.Host, nil
}

// PutHost keeps what is known of a server; its deliveries are not touched.
func (s *Store) PutHost(ctx context.Context, h queue.Host) error {
	if err := s.write(ctx, func(tx *Tx) error { return tx.putHost(h) }); err != nil {
		return fmt.Errorf("host %s: %w", h.Name, err)
	}
	return nil
}

// PutScheme keeps which signatures a server takes, and nothing else of it.
func (s *Store) PutScheme(ctx context.Context, name, scheme string) error {
	err := s.write(ctx, func(tx *Tx) error {
		_, err := tx.exec(`INSERT INTO host (name, fails, open_until, probes, scheme, last_ok, last_seen, last_error)
			VALUES ($1, 0, 0, 0, $2, 0, 0, '') ON CONFLICT (name) DO UPDATE SET scheme = excluded.scheme`, name, scheme)
		return err
	})
	if err != nil {
		return fmt.Errorf("scheme of host %s: %w", name, err)
	}
	return nil
}

// PutSoftware keeps what a server says it runs and when it was asked, and nothing else of it.
func (s *Store) PutSoftware(ctx context.Context, name, software string, asked time.Time) error {
	err := s.write(ctx, func(tx *Tx) error {
		_, err := tx.exec(`INSERT INTO host (name, software, asked) VALUES ($1, $2, $3) ON CONFLICT (name) DO UPDATE SET software = excluded.software, asked = excluded.asked`,
			name, plain(software), micros(asked))
		return err
	})
	if err != nil {
		return fmt.Errorf("software of host %s: %w", name, err)
	}
	return nil
}

// HostsToAsk gives an inbox of each of up to n servers with followers of local that were not asked since t what they run, by their address.
func (s *Store) HostsToAsk(ctx context.Context, local coop.IRI, t time.Time, n int) ([]coop.IRI, error) {
	list, err := collect(s.at(ctx), one[coop.IRI], `SELECT min(f.inbox) FROM follower f JOIN host h ON h.n = f.host
		WHERE f.local = $1 AND f.state = 'accepted' AND f.target <> 0 AND h.asked < $2 GROUP BY h.n ORDER BY 1 LIMIT CAST($3 AS BIGINT)`, string(local), micros(t), n)
	if err != nil {
		return nil, fmt.Errorf("servers of the followers of %s: %w", local, err)
	}
	return list, nil
}

func (tx *Tx) putHost(h queue.Host) error {
	_, err := tx.exec(`INSERT INTO host (name, fails, open_until, probes, scheme, last_ok, last_seen, last_error)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (name) DO UPDATE SET fails = excluded.fails, open_until = excluded.open_until,
		probes = excluded.probes, scheme = excluded.scheme, last_ok = excluded.last_ok, last_seen = excluded.last_seen, last_error = excluded.last_error`,
		h.Name, h.Fails, micros(h.OpenUntil), h.Probes, h.Scheme, micros(h.LastOK), micros(h.LastSeen), short(h.LastError))
	return err
}

// seenEvery is how exactly it is kept when a host was last seen.
const seenEvery = time.Minute

// HostSeen notes a verified request from a host. It closes the host's breaker and makes due what waits because the host did not
// answer; what waits because it was refused keeps its time. One read and no write when the breaker was closed and the host seen
// within the minute.
func (s *Store) HostSeen(ctx context.Context, name string, now time.Time) error {
	h, err := s.at(ctx).host(name, "")
	if err != nil && coop.ClassOf(err) != coop.NotFound {
		return fmt.Errorf("seen %s: %w", name, err)
	}
	if err == nil && h.OpenUntil.IsZero() && now.Sub(h.LastSeen).Abs() < seenEvery {
		return nil
	}
	err = s.write(ctx, func(tx *Tx) error {
		h, err := tx.lockHost(name)
		if err != nil {
			return err
		}
		h.Fails, h.Probes, h.OpenUntil, h.LastError, h.LastSeen = 0, 0, time.Time{}, "", now
		if err := tx.putHost(h.Host); err != nil {
			return err
		}
		if err := tx.wakeHost(h.n, now); err != nil {
			return err
		}
		return tx.setLane(h.n, now)
	})
	if err != nil {
		return fmt.Errorf("seen %s: %w", name, err)
	}
	return nil
}

// Hosts lists servers with waiting deliveries or an open breaker, by name, with how many wait.
func (s *Store) Hosts(ctx context.Context) ([]queue.Host, error) {
	list, err := collect(s.at(ctx), func(scan func(...any) error) (queue.Host, error) {
		var waiting int
		h, err := scanHost(func(into ...any) error { return scan(append(into, &waiting)...) })
		h.Waiting = waiting
		return h, err
	}, `SELECT `+hostColumns+`, (SELECT count(*) FROM delivery d WHERE d.host = h.n AND d.state = 'waiting')
		FROM host h WHERE h.next < 9223372036854775807 OR h.open_until <> 0 ORDER BY h.name`)
	if err != nil {
		return nil, fmt.Errorf("hosts: %w", err)
	}
	return list, nil
}
