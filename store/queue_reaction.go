package store

import (
	"context"
	"fmt"

	"toadlane/coop"
	"toadlane/federation/queue"
)

// PutReaction keeps a Like or an Announce. Class Forbidden when the address is another actor's.
func (tx *Tx) PutReaction(r queue.Reaction) error {
	n, err := tx.exec(`INSERT INTO reaction (iri, actor, object, kind, at) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (iri) DO UPDATE SET object = excluded.object, kind = excluded.kind, at = excluded.at WHERE reaction.actor = excluded.actor`,
		string(r.IRI), string(r.Actor), string(r.Object), r.Kind, micros(r.At))
	if err == nil && n == 0 {
		err = coop.Errorf(coop.Forbidden, "owner.differs", "it is not of %s", r.Actor)
	}
	if err != nil {
		return fmt.Errorf("reaction %s: %w", r.IRI, err)
	}
	return nil
}

// DropReaction forgets a reaction of actor. One that is not there is no error.
func (tx *Tx) DropReaction(iri, actor coop.IRI) error {
	if _, err := tx.exec(`DELETE FROM reaction WHERE iri = $1 AND actor = $2`, string(iri), string(actor)); err != nil {
		return fmt.Errorf("drop reaction %s: %w", iri, err)
	}
	return nil
}

// ReactionByIRI gives a reaction. Class NotFound.
func (tx *Tx) ReactionByIRI(iri coop.IRI) (r queue.Reaction, err error) {
	var at int64
	err = tx.queryRow(`SELECT iri, actor, object, kind, at FROM reaction WHERE iri = $1`, string(iri)).
		scan("reaction.unknown", &r.IRI, &r.Actor, &r.Object, &r.Kind, &at)
	if err != nil {
		return r, fmt.Errorf("reaction %s: %w", iri, err)
	}
	r.At = fromMicros(at)
	return r, nil
}

// CountReactions counts the actors that like an object and those that announced it.
func (s *Store) CountReactions(ctx context.Context, object coop.IRI) (likes, announces int, err error) {
	err = s.at(ctx).queryRow(`SELECT count(DISTINCT CASE WHEN kind = 'Like' THEN actor END), count(DISTINCT CASE WHEN kind = 'Announce' THEN actor END)
		FROM reaction WHERE object = $1`, string(object)).scan("row.unknown", &likes, &announces)
	if err != nil {
		return 0, 0, fmt.Errorf("reactions to %s: %w", object, err)
	}
	return likes, announces, nil
}
