package market_test

import (
	"testing"

	"pgregory.net/rapid"

	"toadlane/coop"
	"toadlane/market"
)

func TestSides(t *testing.T) {
	t.Parallel()
	const us, them coop.IRI = "https://bakery.example/actor", "https://cycles.example/actor"
	for purpose, provider := range map[market.Purpose]coop.IRI{market.Offer: us, market.Want: them} {
		l := market.Listing{Purpose: purpose}
		p, r, err := l.Sides(us, them)
		if err != nil || p != provider || p == r || p != us && r != us {
			t.Errorf("%s: %s provides, %s receives, %v", purpose, p, r, err)
		}
		_, _, err = l.Sides(us, us)
		want(t, err, coop.Invalid, "agreement.self")
	}
}

func TestCheckCommitment(t *testing.T) {
	t.Parallel()
	kilos := func(n int64, places uint8) market.Quantity {
		return market.Quantity{Amount: market.Amount{N: n, Places: places}, Unit: "kilogram"}
	}
	// Lots of 2.5 kg at 5.00 euro, 10 kg in all, no less than 5.
	base := func() market.Listing {
		l := complete()
		priced(&l)
		ten, five := kilos(10, 0), kilos(5, 0)
		l.Item, l.Available, l.Minimum, l.UnitBased = kilos(25, 1), &ten, &five, true
		return l
	}
	fixed := func(l *market.Listing) { l.UnitBased, l.Minimum = false, nil }
	gift := func(l *market.Listing) { l.Ask, l.Modes = nil, []market.Mode{market.Gift} }
	scale := func(l *market.Listing) { sliding(l) }
	open := func(l *market.Listing) { sliding(l); l.Ask.Min, l.Ask.Max = nil, nil }
	terms, left := "agreement.terms", "agreement.left"
	for _, c := range []struct {
		name   string
		edit   func(*market.Listing)
		agreed []market.Commitment
		take   market.Quantity
		give   *market.Amount
		key    string
	}{
		{"two lots", nil, nil, kilos(5, 0), euros(1000), ""},
		{"all of it", nil, nil, kilos(10, 0), euros(2000), ""},
		{"written finer", nil, nil, kilos(5000, 3), euros(1000), ""},
		{"below the minimum", nil, nil, kilos(25, 1), euros(500), terms},
		{"no multiple", nil, nil, kilos(6, 0), euros(1200), terms},
		{"other unit", nil, nil, *of(5, "one"), euros(1000), terms},
		{"nothing", nil, nil, kilos(0, 0), euros(0), terms},
		{"negative", nil, nil, kilos(-5, 0), euros(-1000), terms},
		{"a cent less", nil, nil, kilos(5, 0), euros(999), terms},
		{"a cent more", nil, nil, kilos(5, 0), euros(1001), terms},
		{"price of one lot", nil, nil, kilos(5, 0), euros(500), terms},
		{"other places", nil, nil, kilos(5, 0), &market.Amount{N: 10}, terms},
		{"for nothing", nil, nil, kilos(5, 0), nil, terms},
		{"more than there is", nil, nil, kilos(125, 1), euros(2500), left},
		{"more than is left", nil, []market.Commitment{{Primary: kilos(75, 1)}}, kilos(5, 0), euros(1000), left},
		{"just what is left", nil, []market.Commitment{{Primary: kilos(5, 0)}}, kilos(5, 0), euros(1000), ""},
		{"one lot as it is", fixed, nil, kilos(25, 1), euros(500), ""},
		{"two lots of a single one", fixed, nil, kilos(5, 0), euros(1000), terms},
		{"a gift", gift, nil, kilos(5, 0), nil, ""},
		{"paying for a gift", gift, nil, kilos(5, 0), euros(1), terms},
		{"least of the scale", scale, nil, kilos(5, 0), euros(200), ""},
		{"most of the scale", scale, nil, kilos(5, 0), euros(1000), ""},
		{"below the scale", scale, nil, kilos(5, 0), euros(199), terms},
		{"above the scale", scale, nil, kilos(5, 0), euros(1001), terms},
		{"negative on an open scale", open, nil, kilos(5, 0), euros(-1), terms},
		{"other places on an open scale", open, nil, kilos(5, 0), &market.Amount{N: 1}, terms},
		{"beyond what is counted", open, nil, kilos(5, 0), euros(market.MaxAmount + 1), terms},
		{"what one can on an open scale", open, nil, kilos(5, 0), euros(0), ""},
	} {
		l := base()
		if c.edit != nil {
			c.edit(&l)
		}
		err := l.CheckCommitment(c.agreed, market.Commitment{Primary: c.take, Reciprocal: c.give})
		class := coop.Invalid
		if c.key == left {
			class = coop.Conflict
		}
		if c.key == "" && err != nil {
			t.Errorf("%s: %v", c.name, err)
		} else if c.key != "" && (err == nil || coop.KeyOf(err) != c.key || coop.ClassOf(err) != class) {
			t.Errorf("%s: %v, want %s", c.name, err, c.key)
		}
	}
}

// TestCommitmentProperties holds invariant 4: whatever is tried in whatever order, what was accepted never sums to more than there
// was, and each follows FEP-0837's unitBased rule.
func TestCommitmentProperties(t *testing.T) {
	t.Parallel()
	accepted, refused := 0, 0
	rapid.Check(t, func(t *rapid.T) {
		l := complete()
		priced(&l)
		places := uint8(rapid.IntRange(0, market.QuantityPlaces).Draw(t, "places"))
		l.Item.Amount = market.Amount{N: rapid.Int64Range(1, 30).Draw(t, "lot"), Places: places}
		available := market.Amount{N: rapid.OneOf(rapid.Int64Range(1, 200), rapid.Just(int64(market.MaxAmount))).Draw(t, "available"),
			Places: uint8(rapid.IntRange(0, market.QuantityPlaces).Draw(t, "available places"))}
		l.Available = &market.Quantity{Amount: available, Unit: "one"}
		l.UnitBased = rapid.Bool().Draw(t, "unit based")
		l.Ask.Amount = euros(rapid.Int64Range(1, 1000).Draw(t, "price"))
		var agreed []market.Commitment
		total := exact(market.Amount{})
		for range 12 {
			c := market.Commitment{Primary: market.Quantity{Unit: "one", Amount: market.Amount{
				N:      rapid.OneOf(rapid.Int64Range(-2, 60), rapid.Just(l.Item.Amount.N), rapid.Just(2*l.Item.Amount.N)).Draw(t, "take"),
				Places: uint8(rapid.IntRange(0, market.QuantityPlaces).Draw(t, "take places"))}}}
			if rapid.Bool().Draw(t, "in the lot's places") {
				c.Primary.Amount.Places = places
			}
			times, _ := c.Primary.Amount.Multiple(l.Item.Amount)
			c.Reciprocal = euros(l.Ask.Amount.N*times + rapid.SampledFrom([]int64{0, 0, 0, 1}).Draw(t, "tip"))
			before := l.Left(agreed)
			if err := l.CheckCommitment(agreed, c); err != nil {
				refused++
				continue
			}
			accepted++
			agreed = append(agreed, c)
			total.Add(total, exact(c.Primary.Amount))
			if total.Cmp(exact(available)) > 0 {
				t.Fatalf("agreed over %s of %s", total, exact(available))
			}
			if times < 1 || !l.UnitBased && times != 1 || c.Reciprocal.N != l.Ask.Amount.N*times {
				t.Fatalf("%d times for %s", times, c.Reciprocal)
			}
			after := l.Left(agreed)
			if after.Amount.Compare(before.Amount) >= 0 || exact(after.Amount).Cmp(total.Sub(exact(available), total)) != 0 {
				t.Fatalf("%s left after %s of %s", after.Amount, c.Primary.Amount, before.Amount)
			}
			total.Sub(exact(available), total)
		}
	})
	if accepted == 0 || refused == 0 {
		t.Errorf("%d accepted, %d refused", accepted, refused)
	}
}

func TestLeft(t *testing.T) {
	t.Parallel()
	l := complete()
	if l.Left(nil) != nil {
		t.Error("some is not a number")
	}
	l.Available = of(market.MaxAmount, "one")
	fine := market.Commitment{Primary: market.Quantity{Amount: market.Amount{N: 1, Places: 3}, Unit: "one"}}
	if got := l.Left([]market.Commitment{fine}); got.Amount.String() != "999999999999.999" {
		t.Errorf("a thousandth of a large stock leaves %s", got.Amount)
	}
	l.Available = of(3, "one")
	if got := l.Left([]market.Commitment{{Primary: *of(2, "one")}, {Primary: *of(2, "one")}}); !got.Amount.Zero() || l.Available.Amount.N != 3 {
		t.Errorf("left %s of %s", got.Amount, l.Available.Amount)
	}
}
