package store

import (
	"time"

	"toadlane/coop"
	"toadlane/handbook"
)

// Protocol gives a page of ours or a neighbour's. Class NotFound.
func (tx *Tx) Protocol(id coop.ID) (handbook.Protocol, error) {
	return tx.protocol(`id = $1`, string(id))
}

// ProtocolBySlug finds one of ours. Class NotFound.
func (tx *Tx) ProtocolBySlug(slug string) (handbook.Protocol, error) {
	return tx.protocol(`home = '' AND slug = $1`, storable(slug))
}

// ProtocolByIRI finds a page by address. Class NotFound.
func (tx *Tx) ProtocolByIRI(iri coop.IRI) (handbook.Protocol, error) {
	return tx.protocol(`iri = $1`, storable(string(iri)))
}

func (tx *Tx) protocol(where, key string) (handbook.Protocol, error) {
	return storedRow[handbook.Protocol](tx.queryRow(`SELECT data FROM protocol WHERE `+where+tx.hold(), key), "protocol.unknown")
}

// Protocols lists ours by folded name, then by id.
func (tx *Tx) Protocols() ([]handbook.Protocol, error) {
	return collect(tx, stored[handbook.Protocol], `SELECT data FROM protocol WHERE home = '' ORDER BY sort_name, id`)
}

// PagesOf lists the addresses of a neighbour's pages that are here, in their order.
func (tx *Tx) PagesOf(home coop.IRI) ([]coop.IRI, error) {
	return collect(tx, one[coop.IRI], `SELECT iri FROM protocol WHERE home = $1 AND home <> '' ORDER BY iri`, string(home))
}

// Forks lists the pages that say they were adapted from a page, by folded name, then by id.
func (tx *Tx) Forks(page coop.IRI) ([]handbook.Protocol, error) {
	return collect(tx, stored[handbook.Protocol], `SELECT data FROM protocol WHERE forked_page = $1 AND forked_page <> '' ORDER BY sort_name, id`, string(page))
}

// DueReviews lists pages of ours whose review date is not after t and of which the stewards were not told, earliest first.
func (tx *Tx) DueReviews(t time.Time, limit int) ([]handbook.Protocol, error) {
	return collect(tx, stored[handbook.Protocol], `SELECT data FROM protocol WHERE home = '' AND review > 0 AND review <= $1 AND reminded <> review
		AND status IN ('in_use', 'review') ORDER BY review, id LIMIT $2`, micros(t), limit)
}

// PutProtocol keeps a page with what the search finds it by, which is written anew only when it differs: a text may be half a megabyte. Class Conflict
// when its address, or the slug of one of ours, is another's.
func (tx *Tx) PutProtocol(p handbook.Protocol) error {
	data, err := encode(p)
	if err != nil {
		return err
	}
	was, err := tx.protocol(`id = $1`, string(p.ID))
	there := err == nil
	if err != nil && coop.ClassOf(err) != coop.NotFound {
		return err
	}
	_, err = tx.exec(`INSERT INTO protocol (id, iri, home, slug, kind, status, language, public, review, reminded, sort_name, forked_page, updated, data)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
		ON CONFLICT (id) DO UPDATE SET iri = excluded.iri, home = excluded.home, slug = excluded.slug, kind = excluded.kind,
			status = excluded.status, language = excluded.language, public = excluded.public, review = excluded.review,
			reminded = excluded.reminded, sort_name = excluded.sort_name, forked_page = excluded.forked_page, updated = excluded.updated,
			data = excluded.data`,
		string(p.ID), string(p.IRI), string(p.Home), p.Slug, string(p.Kind), string(p.Status), p.Language, flag(p.Public()), micros(p.Review),
		micros(p.Reminded), firstRunes(fold(p.Name), 200), string(p.Origin.Page), micros(p.Updated), data)
	if err != nil || there && foundBy(&was) == foundBy(&p) {
		return err
	}
	return tx.indexProtocol(&p)
}

// DropProtocol removes a page with what is said about its revisions, and the texts that nothing else here needs; with bury a tombstone stays. An
// unknown page is no error: its tombstone keeps it from coming later.
func (tx *Tx) DropProtocol(p handbook.Protocol, bury bool, at time.Time) error {
	if p.ID != "" {
		texts, err := collect(tx, one[handbook.RevisionID], `SELECT revision FROM protocol_revision WHERE protocol = $1`, string(p.ID))
		if err != nil {
			return err
		}
		if err := tx.unindexProtocol(p.ID); err != nil {
			return err
		}
		if _, err := tx.exec(`DELETE FROM protocol WHERE id = $1`, string(p.ID)); err != nil {
			return err
		}
		if err := tx.DropTexts(texts); err != nil {
			return err
		}
	}
	if !bury {
		return nil
	}
	return tx.bury(p.IRI, p.ID, "protocol", p.Home, at)
}

// dropHandbookOf takes away what a remote co-op published for handbooks: its pages, what it says it uses, and the changes it gave back that nobody
// has answered. What was gone by here stays readable unless the co-op is blocked, which is when bury is false.
func (tx *Tx) dropHandbookOf(home coop.IRI, bury bool, at time.Time) error {
	pages, err := tx.PagesOf(home)
	if err != nil {
		return err
	}
	for _, iri := range pages {
		if bury {
			err = handbook.Forget(tx, iri, home, at)
		} else {
			var p handbook.Protocol
			if p, err = tx.ProtocolByIRI(iri); err == nil {
				err = tx.DropProtocol(p, false, at)
			}
		}
		if err != nil {
			return err
		}
	}
	if _, err := tx.exec(`DELETE FROM adoption WHERE coop = $1`, string(home)); err != nil {
		return err
	}
	_, err = tx.exec(`DELETE FROM change_offer WHERE peer = $1 AND settled = 0`, string(home))
	return err
}
