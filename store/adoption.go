package store

import (
	"time"

	"toadlane/coop"
	"toadlane/handbook"
)

func (tx *Tx) adoption(where string, args ...any) (handbook.Adoption, error) {
	return storedRow[handbook.Adoption](tx.queryRow(`SELECT data FROM adoption WHERE `+where+tx.hold(), args...), "adoption.unknown")
}

// Adoption gives one. Class NotFound.
func (tx *Tx) Adoption(id coop.ID) (handbook.Adoption, error) {
	return tx.adoption(`id = $1`, storable(string(id)))
}

// AdoptionByIRI finds one by its note. Class NotFound.
func (tx *Tx) AdoptionByIRI(iri coop.IRI) (handbook.Adoption, error) {
	return tx.adoption(`iri = $1 AND iri <> ''`, storable(string(iri)))
}

// OurAdoptionOf gives the one of ours that holds at now of a page. Class NotFound.
func (tx *Tx) OurAdoptionOf(page coop.IRI, now time.Time) (handbook.Adoption, error) {
	return tx.adoption(`page = $1 AND coop = '' AND (until = 0 OR until > $2) ORDER BY since DESC, id DESC LIMIT 1`, string(page), micros(now))
}

// Adoptions lists ours, latest first.
func (tx *Tx) Adoptions() ([]handbook.Adoption, error) {
	return collect(tx, stored[handbook.Adoption], `SELECT data FROM adoption WHERE coop = '' ORDER BY since DESC, id DESC`)
}

// AdoptionsOf lists everybody's of a page, oldest first.
func (tx *Tx) AdoptionsOf(page coop.IRI) ([]handbook.Adoption, error) {
	return collect(tx, stored[handbook.Adoption], `SELECT data FROM adoption WHERE page = $1 ORDER BY since, id`, string(page))
}

// Bonds counts who goes by pages of whom, of what was said in public, by co-op.
func (tx *Tx) Bonds(now time.Time) ([]handbook.Bond, error) {
	return collect(tx, func(scan func(...any) error) (b handbook.Bond, err error) {
		err = scan(&b.Coop, &b.Home, &b.Pages)
		return b, err
	}, `SELECT a.coop, p.home, count(DISTINCT a.page) FROM adoption a JOIN protocol p ON p.iri = a.page WHERE a.iri <> '' AND (a.until = 0 OR a.until > $1)
		AND a.manner <> $2 AND a.coop <> p.home AND (p.home <> '' OR p.public = 1) GROUP BY a.coop, p.home ORDER BY a.coop, p.home`, micros(now), string(handbook.Link))
}

// Pinned tells whether an adoption of ours is of a text.
func (tx *Tx) Pinned(id handbook.RevisionID) (bool, error) {
	return tx.any(`SELECT 1 FROM adoption WHERE revision = $1 AND coop = '' LIMIT 1`, storable(string(id)))
}

// PutAdoption keeps an adoption. Class Conflict when another has its note.
func (tx *Tx) PutAdoption(a handbook.Adoption) error {
	data, err := encode(a)
	if err != nil {
		return err
	}
	_, err = tx.exec(`INSERT INTO adoption (id, coop, page, revision, manner, since, until, iri, data) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
		ON CONFLICT (id) DO UPDATE SET coop = excluded.coop, page = excluded.page, revision = excluded.revision, manner = excluded.manner,
			since = excluded.since, until = excluded.until, iri = excluded.iri, data = excluded.data`,
		string(a.ID), string(a.Coop), string(a.Page), string(a.Revision), string(a.Manner), micros(a.Since), micros(a.Until), string(a.IRI), data)
	return err
}

// DropAdoption removes one of another co-op.
func (tx *Tx) DropAdoption(id coop.ID) error {
	_, err := tx.exec(`DELETE FROM adoption WHERE id = $1 AND coop <> ''`, string(id))
	return err
}
