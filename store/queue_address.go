package store

import "toadlane/coop"

// address gives the number of an address and of its host, and makes them when they are new. "" is 0.
func (tx *Tx) address(iri coop.IRI) (n, host int64, err error) {
	if iri == "" {
		return 0, 0, nil
	}
	const find = `SELECT n, host FROM address WHERE iri = $1`
	err = tx.queryRow(find, string(iri)).scan("address.unknown", &n, &host)
	if err == nil || coop.ClassOf(err) != coop.NotFound {
		return n, host, err
	}
	if _, err := tx.exec(`INSERT INTO host (name) VALUES ($1) ON CONFLICT (name) DO NOTHING`, iri.Host()); err != nil {
		return 0, 0, err
	}
	_, err = tx.exec(`INSERT INTO address (iri, host) SELECT CAST($1 AS TEXT), n FROM host WHERE name = $2 ON CONFLICT (iri) DO NOTHING`, string(iri), iri.Host())
	if err != nil {
		return 0, 0, err
	}
	return n, host, tx.queryRow(find, string(iri)).scan("address.unknown", &n, &host)
}

// target is where an actor is reached: its shared inbox when it has one. behind is the actor when the inbox is its own, else 0.
type target struct{ inbox, host, behind, who int64 }

// targetOf finds it; inbox is 0 when there is none.
func (tx *Tx) targetOf(actor, inbox, shared coop.IRI) (t target, err error) {
	if t.who, _, err = tx.address(actor); err != nil {
		return t, err
	}
	if shared != "" {
		t.inbox, t.host, err = tx.address(shared)
		return t, err
	}
	t.behind = t.who
	t.inbox, t.host, err = tx.address(inbox)
	return t, err
}
