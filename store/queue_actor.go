package store

import (
	"context"
	"fmt"
	"time"

	"toadlane/coop"
	"toadlane/federation/queue"
)

func scanActor(scan func(...any) error) (a queue.Actor, err error) {
	var data, raw []byte
	if err := scan(&data, &raw); err != nil {
		return a, err
	}
	err = decode(data, &a)
	a.Raw = raw
	return a, err
}

func (tx *Tx) actor(where string, args ...any) (queue.Actor, error) {
	list, err := collect(tx, scanActor, `SELECT data, raw FROM actor WHERE `+where, args...)
	if err != nil {
		return queue.Actor{}, err
	}
	if len(list) == 0 {
		return queue.Actor{}, coop.Errorf(coop.NotFound, "actor.unknown", "no such actor")
	}
	return list[0], nil
}

// Actor gives a remote actor as last fetched. Class NotFound.
func (tx *Tx) Actor(iri coop.IRI) (queue.Actor, error) {
	a, err := tx.actor(`iri = $1`, string(iri))
	if err != nil {
		return a, fmt.Errorf("actor %s: %w", iri, err)
	}
	return a, nil
}

// Actor gives a remote actor as last fetched. Class NotFound.
func (s *Store) Actor(ctx context.Context, iri coop.IRI) (queue.Actor, error) {
	return s.at(ctx).Actor(iri)
}

// ActorByHandle finds a remote actor by its @name@host, the one fetched last when several say it is theirs. Class NotFound.
func (s *Store) ActorByHandle(ctx context.Context, handle string) (queue.Actor, error) {
	a, err := s.at(ctx).actor(`handle = $1 AND handle <> '' ORDER BY gone, fetched DESC LIMIT 1`, handle)
	if err != nil {
		return a, fmt.Errorf("actor %s: %w", handle, err)
	}
	return a, nil
}

// ActorByKey finds the actor that owns a key. An actor's word about a key at another origin counts for nothing (security
// rule R3), so such a claim finds nobody. Class NotFound.
func (s *Store) ActorByKey(ctx context.Context, key coop.IRI) (queue.Actor, error) {
	list, err := collect(s.at(ctx), scanActor, `SELECT a.data, a.raw FROM actor_key k JOIN actor a ON a.iri = k.actor WHERE k.id = $1 ORDER BY a.iri LIMIT 8`,
		string(key))
	if err != nil {
		return queue.Actor{}, fmt.Errorf("actor with key %s: %w", key, err)
	}
	var found *queue.Actor
	for i := range list {
		if a := &list[i]; coop.SameOrigin(a.IRI, key) && (found == nil || a.IRI == key.Document()) {
			found = a
		}
	}
	if found == nil {
		return queue.Actor{}, coop.Errorf(coop.NotFound, "actor.unknown", "no actor with key %s", key)
	}
	return *found, nil
}

// PutActor keeps a remote actor as it was fetched, with its keys.
func (tx *Tx) PutActor(a queue.Actor) error {
	if err := tx.putActor(a); err != nil {
		return fmt.Errorf("actor %s: %w", a.IRI, err)
	}
	return nil
}

func (tx *Tx) putActor(a queue.Actor) error {
	raw := nonNil(a.Raw)
	a.Raw = nil
	a.Fetched = a.Fetched.UTC()
	data, err := encode(a)
	if err != nil {
		return err
	}
	_, err = tx.exec(`INSERT INTO actor (iri, handle, name, inbox, gone, fetched, data, raw) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
		ON CONFLICT (iri) DO UPDATE SET handle = excluded.handle, name = excluded.name, inbox = excluded.inbox, gone = excluded.gone,
		fetched = excluded.fetched, data = excluded.data, raw = excluded.raw`,
		string(a.IRI), plain(a.Handle), plain(a.Name), string(a.Inbox), flag(a.Gone), micros(a.Fetched), plain(data), raw)
	if err != nil {
		return err
	}
	if _, err := tx.exec(`DELETE FROM actor_key WHERE actor = $1`, string(a.IRI)); err != nil {
		return err
	}
	for _, k := range a.Keys {
		if _, err := tx.exec(`INSERT INTO actor_key (id, actor) VALUES ($1, $2)`, string(k.ID), string(a.IRI)); err != nil {
			return err
		}
	}
	return nil
}

// OwnKeys gives the keys of one of our actors, retired ones too, oldest first.
func (s *Store) OwnKeys(ctx context.Context, owner coop.IRI) ([]queue.OwnKey, error) {
	list, err := collect(s.at(ctx), func(scan func(...any) error) (k queue.OwnKey, err error) {
		var created, retired int64
		err = scan(&k.Owner, &k.Kind, &k.ID, &k.Sealed, &k.Public, &created, &retired)
		k.Created, k.Retired = fromMicros(created), fromMicros(retired)
		return k, err
	}, `SELECT owner, kind, id, sealed, public, created, retired FROM own_key WHERE owner = $1 ORDER BY created, id`, string(owner))
	if err != nil {
		return nil, fmt.Errorf("keys of %s: %w", owner, err)
	}
	return list, nil
}

// PutOwnKey keeps a key of ours. A key that is there is never replaced, since peers know it: only its retirement changes. So
// two processes that make an actor's keys at once end up with the same ones.
func (s *Store) PutOwnKey(ctx context.Context, k queue.OwnKey) error {
	err := s.write(ctx, func(tx *Tx) error {
		_, err := tx.exec(`INSERT INTO own_key (id, owner, kind, sealed, public, created, retired) VALUES ($1, $2, $3, $4, $5, $6, $7)
			ON CONFLICT (id) DO UPDATE SET retired = excluded.retired`,
			string(k.ID), string(k.Owner), k.Kind, nonNil(k.Sealed), nonNil(k.Public), micros(k.Created), micros(k.Retired))
		return err
	})
	if err != nil {
		return fmt.Errorf("key %s: %w", k.ID, err)
	}
	return nil
}

// DropActor forgets a remote actor that is gone: its follows both ways, listings, reactions and messages, and what was on its way to
// it. Its listings and messages leave tombstones, so that nothing of it comes back late. Unknown actors are no error.
func (tx *Tx) DropActor(iri coop.IRI, at time.Time) error {
	if err := tx.dropActor(iri, true, at); err != nil {
		return fmt.Errorf("drop %s: %w", iri, err)
	}
	return nil
}

func (tx *Tx) dropActor(iri coop.IRI, bury bool, at time.Time) error {
	if err := tx.dropWorks(iri, bury, at); err != nil {
		return err
	}
	for _, q := range []string{
		`DELETE FROM follower WHERE actor = $1`,
		`DELETE FROM peer WHERE actor = $1`,
		`DELETE FROM reaction WHERE actor = $1`,
		`DELETE FROM actor_key WHERE actor = $1`,
		`DELETE FROM actor WHERE iri = $1`,
	} {
		if _, err := tx.exec(q, string(iri)); err != nil {
			return err
		}
	}
	return tx.DropDeliveries("", iri)
}
