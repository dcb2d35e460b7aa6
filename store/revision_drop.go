package store

import (
	"slices"
	"strconv"
	"strings"

	"toadlane/handbook"
)

// dropPiece is how many texts one statement names.
const dropPiece = 500

// DropTexts drops those texts that no page, no adoption of ours, no change given back and no other text's past needs, and then what they alone came
// from. It works on the whole past at once: a page of 5,000 texts, one made from the other, would otherwise take as many rounds.
func (tx *Tx) DropTexts(ids []handbook.RevisionID) error {
	past := map[handbook.RevisionID][]handbook.RevisionID{} // everything that may go, with what it comes from
	for piece := range slices.Chunk(ids, dropPiece) {
		piece = slices.DeleteFunc(piece, func(id handbook.RevisionID) bool {
			_, seen := past[id]
			return seen
		})
		steps, err := tx.Steps(piece...)
		if err != nil {
			return err
		}
		for _, s := range steps {
			past[s.ID] = s.Parents
		}
	}
	all := make([]handbook.RevisionID, 0, len(past))
	for id := range past {
		all = append(all, id)
	}
	slices.Sort(all)
	needed, err := tx.neededTexts(all, past)
	if err != nil {
		return err
	}
	for len(needed) > 0 { // what a text that stays comes from stays too
		id := needed[len(needed)-1]
		needed = needed[:len(needed)-1]
		if from, may := past[id]; may {
			delete(past, id)
			needed = append(needed, from...)
		}
	}
	all = slices.DeleteFunc(all, func(id handbook.RevisionID) bool {
		_, goes := past[id]
		return !goes
	})
	for piece := range slices.Chunk(all, dropPiece) {
		in, args := textList(piece)
		if _, err := tx.exec(`DELETE FROM revision WHERE id IN (`+in+`)`, args...); err != nil {
			return err
		}
		if _, err := tx.exec(`DELETE FROM revision_parent WHERE revision IN (`+in+`)`, args...); err != nil {
			return err
		}
	}
	return nil
}

// neededTexts lists those of all that are named outside of them.
func (tx *Tx) neededTexts(all []handbook.RevisionID, among map[handbook.RevisionID][]handbook.RevisionID) ([]handbook.RevisionID, error) {
	var out []handbook.RevisionID
	for piece := range slices.Chunk(all, dropPiece) {
		in, args := textList(piece)
		named, err := collect(tx, one[handbook.RevisionID], `SELECT revision FROM protocol_revision WHERE revision IN (`+in+`)
			UNION SELECT revision FROM adoption WHERE coop = '' AND revision IN (`+in+`)
			UNION SELECT revision FROM change_offer WHERE revision IN (`+in+`)`, args...)
		if err != nil {
			return nil, err
		}
		out = append(out, named...)
		_, err = collect(tx, func(scan func(...any) error) (none struct{}, err error) {
			var child, parent handbook.RevisionID
			if err := scan(&child, &parent); err != nil {
				return none, err
			}
			if _, goes := among[child]; !goes {
				out = append(out, parent)
			}
			return none, nil
		}, `SELECT revision, parent FROM revision_parent WHERE parent IN (`+in+`)`, args...)
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}

// textList makes the places of a list of texts and their values.
func textList(ids []handbook.RevisionID) (in string, args []any) {
	places := make([]string, len(ids))
	for i, id := range ids {
		places[i], args = "$"+strconv.Itoa(i+1), append(args, string(id))
	}
	return strings.Join(places, ", "), args
}
