package market

import "toadlane/coop"

// Commitment is what one side of an agreement takes on.
type Commitment struct {
	Primary    Quantity // of the item
	Reciprocal *Amount  // of the ask's medium, in minor units; nil for a gift
}

// Sides tells who provides and who receives when counterparty answers l: of an offer the listing's party provides, of a
// want it receives (invariant 5). Class Invalid when they are the same.
func (l *Listing) Sides(owner, counterparty coop.IRI) (provider, receiver coop.IRI, err error) {
	if owner == counterparty {
		return "", "", coop.Errorf(coop.Invalid, "agreement.self", "%s answers its own listing", owner)
	}
	if l.Purpose == Offer {
		return owner, counterparty, nil
	}
	return counterparty, owner, nil
}

// Left is how much is left of l after the agreed commitments; nil when l does not say how much there is.
func (l *Listing) Left(agreed []Commitment) *Quantity {
	if l.Available == nil {
		return nil
	}
	left := *l.Available
	for _, c := range agreed {
		// Add would refuse a sum above MaxAmount, which a large stock in fine places is: what is agreed must count all the same.
		p := max(left.Amount.Places, c.Primary.Amount.Places)
		have, okHave := left.Amount.at(p)
		take, okTake := c.Primary.Amount.at(p)
		if !okHave || !okTake || take >= have {
			left.Amount = Amount{0, left.Amount.Places}
			break
		}
		left.Amount = Amount{have - max(take, 0), p}
	}
	return &left
}

// CheckCommitment holds a new commitment to l's terms and to what is left (invariant 4, FEP-0837 §Agreements): the unit is
// the listing's; without UnitBased the amounts are equal to the listing's, with it both are the same whole multiple. Class
// Invalid for terms; Conflict, key agreement.left, when there is not so much left.
func (l *Listing) CheckCommitment(agreed []Commitment, c Commitment) error {
	bad := func(why string) error {
		return coop.Errorf(coop.Invalid, "agreement.terms", "listing %s: %s", l.ID, why)
	}
	if c.Primary.Unit != l.Item.Unit || c.Primary.Amount.N <= 0 {
		return bad("other unit or nothing")
	}
	times, multiple := c.Primary.Amount.Multiple(l.Item.Amount)
	if !multiple || !l.UnitBased && times != 1 {
		return bad("not a multiple of the lot")
	}
	if l.Minimum != nil && c.Primary.Amount.Compare(l.Minimum.Amount) < 0 {
		return bad("below the minimum")
	}
	var price *Amount
	if l.Ask != nil {
		price = l.Ask.Amount
	}
	switch {
	case l.Ask == nil && c.Reciprocal != nil:
		return bad("nothing is asked for in return")
	case l.Ask != nil && c.Reciprocal == nil:
		return bad("nothing is given in return")
	case l.Ask != nil && (c.Reciprocal.N < 0 || c.Reciprocal.N > MaxAmount || c.Reciprocal.Places != l.Ask.Medium.Places()):
		return bad("the amount in return is not one of the medium")
	case price != nil:
		if c.Reciprocal.Places != price.Places || price.N > MaxAmount/times || c.Reciprocal.N != price.N*times {
			return bad("the amount in return does not follow")
		}
	case l.Ask != nil: // a sliding scale: any amount of the range
		if lo := l.Ask.Min; lo != nil && (lo.N > MaxAmount/times || c.Reciprocal.N < lo.N*times) {
			return bad("below the scale")
		}
		if hi := l.Ask.Max; hi != nil && hi.N <= MaxAmount/times && c.Reciprocal.N > hi.N*times {
			return bad("above the scale")
		}
	}
	if left := l.Left(agreed); left != nil && c.Primary.Amount.Compare(left.Amount) > 0 {
		return &coop.Error{Class: coop.Conflict, Key: "agreement.left", Args: map[string]any{"Left": left.Amount.Short()}}
	}
	return nil
}
