package vocab

import (
	"toadlane/coop"
	"toadlane/federation/vocab/streams"
	"toadlane/internal/strictjson"
	"toadlane/market"
)

// Agreements is how many things worked out with which other co-ops: counts, and nothing of what they were.
func (w Writer) Agreements(list []market.Bond) ([]byte, error) {
	owner := w.At.Coop()
	id := w.At.Of(owner, "agreements")
	items := make([]tree, len(list))
	for i, b := range list {
		t, err := say(streams.NewActivityStreamsRelationship(), facts{AttributedTo: owner})
		if err != nil {
			return nil, err
		}
		t["subject"], t["relationship"], t["object"], t["count"] = owner, agreementsTerm, b.With, b.Count
		items[i] = t
	}
	t, err := say(streams.NewActivityStreamsCollection(), facts{ID: id, AttributedTo: owner})
	if err != nil {
		return nil, err
	}
	t["@context"], t["totalItems"], t["items"] = AgreementsContext, len(list), items
	return write(t)
}

// agreementsTerm is what a Relationship in that collection is.
const agreementsTerm = "https://w3id.org/toad-lane/ns#agreements"

// AgreementsOf is where a co-op tells how much worked out with whom, on its own origin; "" when it does not say.
func AgreementsOf(actor strictjson.Object) coop.IRI {
	id, ok := actor.ID()
	at, ok2 := term(actor, "agreements").IRI()
	if !ok || !ok2 || !coop.SameOrigin(at, id) {
		return ""
	}
	return at
}

// DecodeAgreements reads what a co-op says there. What is about others, or no count, is left out.
func DecodeAgreements(o strictjson.Object, from coop.IRI) (out []market.Bond) {
	for _, x := range o.Objects("items") {
		subject, ok := x.IRI("subject")
		with, ok2 := x.IRI("object")
		n, ok3 := term(x, "count").Int()
		if ok && ok2 && ok3 && x.Is("Relationship") && x.Str("relationship") == agreementsTerm && subject == from && with != from && n >= market.LeastBond && n <= market.MaxBond {
			out = append(out, market.Bond{Coop: from, With: with, Count: int(n)})
		}
	}
	return out
}
