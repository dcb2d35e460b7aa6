package store

import (
	"math"

	"toadlane/coop"
	"toadlane/handbook"
)

func (tx *Tx) offer(where, key string) (handbook.Offer, error) {
	return storedRow[handbook.Offer](tx.queryRow(`SELECT data FROM change_offer WHERE `+where+tx.hold(), key), "offer.unknown")
}

// Offer gives a change given back. Class NotFound.
func (tx *Tx) Offer(id coop.ID) (handbook.Offer, error) {
	return tx.offer(`id = $1`, storable(string(id)))
}

// OfferByActivity finds it by what told of it. Class NotFound.
func (tx *Tx) OfferByActivity(activity coop.IRI) (handbook.Offer, error) {
	return tx.offer(`activity = $1`, storable(string(activity)))
}

// Offers lists those of one direction that wait for an answer or have one, latest first. Class Invalid, key cursor.invalid.
func (tx *Tx) Offers(ours, settled bool, limit int, cursor string) (list []handbook.Offer, next string, err error) {
	after := cursorOf("offers", math.MaxInt64, "")
	if cursor != "" {
		if after, err = parsePosition(cursor, "offers"); err != nil {
			return nil, "", err
		}
	}
	whose := `peer <> ''`
	if ours {
		whose = `peer = ''`
	}
	list, err = collect(tx, stored[handbook.Offer], `SELECT data FROM change_offer WHERE settled = $1 AND `+whose+`
		AND (received < $2 OR received = $2 AND id < $3) ORDER BY received DESC, id DESC LIMIT $4`, flag(settled), after.Key, after.ID, limit+1)
	if err == nil && len(list) > limit {
		last := list[limit-1]
		list, next = list[:limit], cursorOf("offers", micros(last.Received), string(last.ID)).String()
	}
	return list, next, err
}

// OffersFor lists all that are meant for a page, oldest first.
func (tx *Tx) OffersFor(page coop.IRI) ([]handbook.Offer, error) {
	return collect(tx, stored[handbook.Offer], `SELECT data FROM change_offer WHERE page = $1 ORDER BY received, id`, string(page))
}

// PutOffer keeps an offer. Class Conflict when another has its activity.
func (tx *Tx) PutOffer(o handbook.Offer) error {
	data, err := encode(o)
	if err != nil {
		return err
	}
	_, err = tx.exec(`INSERT INTO change_offer (id, activity, peer, page, revision, settled, received, data) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
		ON CONFLICT (id) DO UPDATE SET settled = excluded.settled, received = excluded.received, data = excluded.data`,
		string(o.ID), string(o.Activity), string(o.From), string(o.Page), string(o.Revision), flag(o.State.Settled()), micros(o.Received), data)
	return err
}
