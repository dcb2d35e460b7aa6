package store

import (
	"context"

	"toadlane/coop"
)

// Coop gives the co-op. Class NotFound, key coop.unknown, before set-up.
func (tx *Tx) Coop() (coop.Coop, error) {
	return storedRow[coop.Coop](tx.queryRow(`SELECT data FROM coop WHERE one = 1`+tx.hold()), "coop.unknown")
}

// PutCoop keeps what the co-op says of itself.
func (tx *Tx) PutCoop(c coop.Coop) error {
	data, err := encode(c)
	if err != nil {
		return err
	}
	_, err = tx.exec(`INSERT INTO coop (one, picture, data) VALUES (1, $1, $2)
		ON CONFLICT (one) DO UPDATE SET picture = excluded.picture, data = excluded.data`, string(c.Picture), data)
	return err
}

// Coop gives the co-op. Class NotFound, key coop.unknown, before set-up.
func (s *Store) Coop(ctx context.Context) (coop.Coop, error) { return s.at(ctx).Coop() }

// Person gives a member. Class NotFound.
func (tx *Tx) Person(id coop.ID) (coop.Person, error) {
	return tx.person(`SELECT data FROM person WHERE id = $1`+tx.hold(), string(id))
}

// PersonByHandle finds a member by the name before the @. Class NotFound.
func (tx *Tx) PersonByHandle(handle string) (coop.Person, error) {
	return tx.person(`SELECT data FROM person WHERE handle = $1`+tx.hold(), storable(handle))
}

func (tx *Tx) person(sqlText, key string) (coop.Person, error) {
	return storedRow[coop.Person](tx.queryRow(sqlText, key), "person.unknown")
}

// PutPerson keeps a member. Class Conflict when another has the handle.
func (tx *Tx) PutPerson(p coop.Person) error {
	data, err := encode(p)
	if err != nil {
		return err
	}
	_, err = tx.exec(`INSERT INTO person (id, handle, sort_name, data, photo) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (id) DO UPDATE SET handle = excluded.handle, sort_name = excluded.sort_name, data = excluded.data, photo = excluded.photo`,
		string(p.ID), p.Handle, fold(p.DisplayName), data, string(p.Photo.ID))
	return err
}

// DropPerson removes a member with account, passkeys, register entry and letters, and ends their sessions. Class NotFound.
func (tx *Tx) DropPerson(id coop.ID) error {
	n, err := tx.exec(`DELETE FROM person WHERE id = $1`, string(id))
	if err != nil {
		return err
	}
	if n == 0 {
		return coop.Errorf(coop.NotFound, "person.unknown", "drop person %s", id)
	}
	if _, err := tx.exec(`DELETE FROM letter WHERE person = $1`, string(id)); err != nil {
		return err
	}
	return tx.EndSessions(id, nil)
}

// Person gives a member. Class NotFound.
func (s *Store) Person(ctx context.Context, id coop.ID) (coop.Person, error) {
	return s.at(ctx).Person(id)
}

// PersonByHandle finds a member by the name before the @. Class NotFound.
func (s *Store) PersonByHandle(ctx context.Context, handle string) (coop.Person, error) {
	return s.at(ctx).PersonByHandle(handle)
}

// People lists all members by display name.
func (s *Store) People(ctx context.Context) ([]coop.Person, error) { return s.at(ctx).People() }

// People lists all members by display name.
func (tx *Tx) People() ([]coop.Person, error) {
	return collect(tx, stored[coop.Person], `SELECT data FROM person ORDER BY sort_name, id`)
}
