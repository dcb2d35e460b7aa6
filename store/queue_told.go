package store

import (
	"context"
	"fmt"

	"toadlane/coop"
	"toadlane/federation/queue"
)

// Told lists the servers that object, one of our actors, was ever sent to, by name, with what of it still waits there and what failed. A
// delivery that arrived leaves no row, so a server with none has all.
func (s *Store) Told(ctx context.Context, object coop.IRI) ([]queue.Told, error) {
	list, err := collect(s.at(ctx), func(scan func(...any) error) (t queue.Told, err error) {
		return t, scan(&t.Host, &t.Inboxes, &t.Waiting, &t.Failed)
	}, `SELECT h.name, count(*),
			(SELECT count(*) FROM delivery d WHERE d.host = h.n AND d.sender = a.n AND d.state IN ('waiting', 'held')),
			(SELECT count(*) FROM delivery d WHERE d.host = h.n AND d.sender = a.n AND d.state NOT IN ('waiting', 'held', 'done'))
		FROM address a JOIN sent x ON x.object = a.n JOIN host h ON h.n = x.host
		WHERE a.iri = $1 GROUP BY h.name, h.n, a.n ORDER BY h.name`, string(object))
	if err != nil {
		return nil, fmt.Errorf("who was told of %s: %w", object, err)
	}
	return list, nil
}
