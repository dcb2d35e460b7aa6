package vocab

import (
	"time"

	"toadlane/coop"
	"toadlane/federation/vocab/streams"
	"toadlane/internal/strictjson"
	"toadlane/region"
)

// Vote spells a council co-op's yes to one that asks, ready for its proof.
func Vote(v *region.Vote) ([]byte, error) {
	o := tree{"@context": RegionVoteContext, "type": typeVote, "format": regionFormat}
	o["region"], o["charter"], o["coop"], o["serial"], o["by"] = string(v.Region), string(v.Charter), v.Coop, count64(v.Serial), v.By
	return write(o)
}

// DecodeVote reads one. Whether it is that co-op's is for the proof to show.
func DecodeVote(o strictjson.Object) (region.Vote, error) {
	r, _, err := document(o, typeVote)
	if err != nil {
		return region.Vote{}, err
	}
	v := region.Vote{Region: r.id("region", true), Charter: r.id("charter", true), Coop: r.iri("coop"), Serial: uint64(r.int("serial", 1, maxCount)), By: r.iri("by"), Bytes: o.Raw()}
	return v, r.end()
}

// IsVote tells whether o is a council co-op's yes.
func IsVote(o strictjson.Object) bool { return regionKind(o) == typeVote }

// OfferCoop asks the council of a region about a co-op that wants to take part, or tells it that there is nothing to say to that any more; the words are its
// own and, where there is one, the host's.
func (w Writer) OfferCoop(id coop.IRI, at time.Time, group, who coop.IRI, to []coop.IRI, words ...[]byte) ([]byte, error) {
	members, all := w.At.Of(group, "members"), make([]Raw, len(words))
	for i, b := range words {
		all[i] = b
	}
	return w.regional(streams.NewActivityStreamsOffer(), facts{ID: id, Actor: group, Object: who, Published: at, To: to}, tree{"target": members, "words": all})
}

// FavourCoop tells the host and the council that we favour one that asks.
func (w Writer) FavourCoop(id coop.IRI, at time.Time, group, who coop.IRI, to []coop.IRI, vote []byte) ([]byte, error) {
	return w.regional(streams.NewActivityStreamsAccept(), facts{ID: id, Actor: w.At.Coop(), Object: who, Published: at, To: append([]coop.IRI{group}, to...)},
		tree{"result": Raw(vote)})
}
