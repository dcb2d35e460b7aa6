package vocab

import (
	"slices"
	"strings"

	"toadlane/coop"
	"toadlane/internal/strictjson"
	"toadlane/market"
)

// readProposal reads the marketplace terms. o is the whole object, p what holds the terms.
func readProposal(l *market.Listing, o, p strictjson.Object) {
	l.Kind = market.Kind(termText(p, "kind", 40))
	primary, back := intents(p)
	if !slices.Contains(market.Kinds, l.Kind) {
		l.Kind = market.Thing
		if a := term(primary, "action").Str(); strings.HasSuffix(a, "deliverService") || strings.HasSuffix(a, "work") {
			l.Kind = market.Skill
		}
	}
	for _, v := range term(p, "modes").List() {
		if m := market.Mode(v.Str()); slices.Contains(market.Modes, m) && !slices.Contains(l.Modes, m) {
			l.Modes = append(l.Modes, m)
		}
	}
	if s := market.Stream(term(p, "stream").Str()); slices.Contains(market.Streams, s) {
		l.Stream = s
	}
	if l.Scope = market.Scope(term(p, "scope").Str()); !slices.Contains(market.Scopes, l.Scope) {
		l.Scope = market.ScopeLocal
	}
	l.Category = category(p, primary)
	if v := term(p, "keywords"); v.Kind() == strictjson.KindArray {
		l.Tags = []string{}
		for _, x := range v.List() {
			if t := x.Str(); market.ValidTag(t) && !slices.Contains(l.Tags, t) && len(l.Tags) < market.MaxTags {
				l.Tags = append(l.Tags, t)
			}
		}
	}
	l.Maker = termText(p, "maker", 100)
	l.OnBehalf = termText(p, "onBehalfOf", 100)
	l.Outcome = termText(p, "outcome", 200)
	if i, ok := term(p, "contact").IRI(); ok {
		l.Contact = i
	}

	l.UnitBased = term(p, "unitBased").Kind() == strictjson.KindTrue
	l.Item = market.Quantity{Amount: market.Amount{N: 1}, Unit: "one"}
	for _, key := range []string{"resourceQuantity", "effortQuantity"} {
		if q, ok := readQuantity(termObject(primary, key)); ok && q.Amount.N > 0 {
			l.Item = q
			break
		}
	}
	amount := func(key string) *market.Quantity {
		if q, ok := readQuantity(termObject(primary, key)); ok && q.Unit == l.Item.Unit && q.Amount.N > 0 {
			return &q
		}
		return nil
	}
	l.Available, l.Minimum = amount("availableQuantity"), amount("minimumQuantity")
	if l.Available != nil && l.Minimum != nil && l.Minimum.Amount.Compare(l.Available.Amount) > 0 {
		l.Minimum = nil
	}
	l.Ask = readAsk(back)
	readPrices(l, p, unit(termObject(back, "resourceQuantity")))

	l.State = market.Open
	status := term(p, "status").Str()
	for s, name := range statuses {
		if name == status {
			l.State = s
		}
	}
	if l.State == market.Open && term(primary, "finished").Kind() == strictjson.KindTrue {
		l.State = market.Done
	}
}

// intents finds what is offered and what is wanted in return. ValueFlows has lists of them, of which the first counts;
// Bonfire wraps each into a ProposedIntent that says which of the two it is.
func intents(p strictjson.Object) (primary, back strictjson.Object) {
	for _, v := range term(p, "publishes").List() {
		x, ok := v.Object()
		if !ok {
			continue
		}
		inner := termObject(x, "publishes")
		switch {
		case inner.IsZero():
			inner = x
		case term(x, "reciprocal").Kind() == strictjson.KindTrue:
			if back.IsZero() {
				back = inner
			}
			continue
		}
		if primary.IsZero() {
			primary = inner
		}
	}
	if r := termObject(p, "reciprocal"); !r.IsZero() {
		back = r
	}
	return primary, back
}

// category takes our own code, or the address of a concept of the list.
func category(p, primary strictjson.Object) string {
	if c := term(p, "category").Str(); market.KnownCategory(c) {
		return c
	}
	for _, v := range term(primary, "resourceClassifiedAs").List() {
		s := v.Str()
		if i, ok := v.IRI(); ok {
			s = string(i)
		}
		if c := market.CategoryByIRI(s); c != "" {
			return c
		}
	}
	return ""
}

// readQuantity reads {hasUnit, hasNumericalValue}. ok is false without a number that we can keep exactly.
func readQuantity(o strictjson.Object) (market.Quantity, bool) {
	a, ok := exact(term(o, "hasNumericalValue").Decimal(), market.QuantityPlaces)
	return market.Quantity{Amount: a, Unit: unit(o)}, ok
}

// unit is the local name of a unit of OM 2; others are kept as they are.
func unit(o strictjson.Object) string {
	v := term(o, "hasUnit")
	s := v.Str()
	if inner, ok := v.Object(); ok {
		if s = inner.Str("id"); s == "" {
			s = inner.Str("omUnitIdentifier")
		}
	}
	for _, prefix := range []string{omNamespace, "om2:", "om:", "vf:"} {
		s = strings.TrimPrefix(s, prefix)
	}
	if s = line(s, 40); s == "" {
		return "one"
	}
	return s
}

// exact reads a plain decimal with as many places as it was written with, at most most.
func exact(s string, most uint8) (market.Amount, bool) {
	_, fraction, _ := strings.Cut(s, ".")
	a, err := market.ParseAmount(s, min(uint8(min(len(fraction), 64)), most))
	return a, err == nil && s != ""
}

// readAsk reads what is wanted in return. Known are: ours, with its medium named; a currency named by resourceConformsTo with
// unit one (FEP-0837, Epicyon, Mitra); a currency code as the unit (Unfathomably, Flohmarkt); hours. What we cannot keep
// exactly is left out: the words still tell it.
func readAsk(back strictjson.Object) *market.Ask {
	if back.IsZero() {
		return nil
	}
	q := termObject(back, "resourceQuantity")
	u := unit(q)
	conforms := term(back, "resourceConformsTo")
	name := conforms.Str()
	at, isIRI := conforms.IRI()
	if isIRI {
		name = string(at)
	}
	code := termText(back, "currency", 60)
	a := &market.Ask{}
	m := &a.Medium
	switch medium := market.MediumKind(term(back, "medium").Str()); {
	case medium == market.Money && coop.ValidCurrency(code):
		*m = market.Medium{Kind: market.Money, Code: code}
	case medium == market.Hours, medium == market.Local && code != "":
		*m = market.Medium{Kind: medium, Code: code}
	case u == "hour" || u == "minute-Time":
		*m = market.Medium{Kind: market.Hours, Code: code}
	case currencyCode(name) != "":
		*m = market.Medium{Kind: market.Money, Code: currencyCode(name)}
	case coop.ValidCurrency(u):
		*m = market.Medium{Kind: market.Money, Code: u}
	case coop.ValidCurrency(name):
		*m = market.Medium{Kind: market.Money, Code: name}
	case name != "":
		*m = market.Medium{Kind: market.Local, Code: localName(name)}
	default:
		return nil
	}
	if isIRI && !strings.HasPrefix(name, Own) && currencyCode(name) == "" {
		m.IRI = at
	}
	read := func(v strictjson.Value) *market.Amount { return askAmount(v.Decimal(), *m, u) }
	given := term(q, "hasNumericalValue")
	if given.Kind() <= strictjson.KindNull {
		given = term(back, "amount")
	}
	a.Amount = read(given)
	a.Min, a.Max, a.Suggested = read(term(back, "priceMin")), read(term(back, "priceMax")), read(term(back, "priceSuggested"))
	if given.Kind() > strictjson.KindNull && (a.Amount == nil || a.Amount.N == 0) && a.Min == nil && a.Max == nil {
		return nil
	}
	if a.Min != nil && a.Max != nil && a.Min.Compare(*a.Max) > 0 {
		a.Min, a.Max, a.Suggested = nil, nil, nil
	}
	return a
}

// askAmount reads an amount of a medium in its minor units. nil when it cannot be kept exactly.
func askAmount(s string, m market.Medium, unit string) *market.Amount {
	if m.Kind == market.Hours {
		return minutes(s, unit)
	}
	if x, err := market.ParseAmount(s, m.Places()); err == nil && s != "" {
		return &x
	}
	return nil
}

// minutes reads an amount of time in hours or minutes as whole minutes.
func minutes(s, unit string) *market.Amount {
	if unit == "minute-Time" {
		if x, ok := exact(s, 0); ok {
			return &x
		}
		return nil
	}
	x, ok := exact(s, market.MaxPlaces)
	if !ok {
		return nil
	}
	n := x.N * 60 // at most 6e13
	for range x.Places {
		if n%10 != 0 {
			return nil
		}
		n /= 10
	}
	if n > market.MaxAmount {
		return nil
	}
	return &market.Amount{N: n}
}

// localName is what to call a medium we only know by an address: its last part. A name that is no address stays whole.
func localName(name string) string {
	if _, err := coop.ParseIRI(name); err != nil {
		return line(name, 60)
	}
	s := strings.TrimRight(name, "/#")
	if i := strings.LastIndexAny(s, "/#:"); i >= 0 && i+1 < len(s) {
		s = s[i+1:]
	}
	return line(s, 60)
}

// readPrices keeps invariant 3 of the product: lines that do not sum to the amount are no explanation of it.
func readPrices(l *market.Listing, p strictjson.Object, unit string) {
	if l.Ask == nil || l.Ask.Amount == nil {
		return
	}
	sum := market.Amount{Places: l.Ask.Amount.Places}
	var lines []market.PriceLine
	for _, v := range term(p, "priceLines").List() {
		o, ok := v.Object()
		if !ok || len(lines) == market.MaxLines {
			return
		}
		x := market.PriceLine{Label: termText(o, "label", 60), Kind: market.PriceKind(term(o, "kind").Str())}
		if !slices.Contains(market.PriceKinds, x.Kind) {
			x.Kind = market.PriceOther
		}
		a := askAmount(term(o, "amount").Decimal(), l.Ask.Medium, unit)
		if a == nil || x.Label == "" {
			return
		}
		x.Amount = *a
		if sum, ok = sum.Add(*a); !ok {
			return
		}
		lines = append(lines, x)
	}
	if sum.Compare(*l.Ask.Amount) == 0 {
		l.Prices = lines
	}
}

// guessMode is how a listing changes hands that does not say so: by what it asks for. Nothing asked for is a gift by
// FEP-0837; of a want or of another kind of document it is only not said.
func guessMode(l *market.Listing) market.Mode {
	switch {
	case l.Ask == nil && l.Purpose == market.Offer:
		return market.Gift
	case l.Ask == nil:
		return market.Discuss
	case l.Ask.Amount == nil:
		return market.Sliding
	case l.Ask.Medium.Kind == market.Hours:
		return market.ForHours
	case l.Ask.Medium.Kind == market.Local:
		return market.ForLocal
	}
	return market.ForMoney
}

// readFlohmarkt reads flohmarkt:data {name, description, price, currency, coordinates{lat,lng}}, which stands for the words
// and, where no Proposal came with it, for the price.
func readFlohmarkt(l *market.Listing, d strictjson.Object) {
	if s := line(d.Str("name"), market.MaxTitle); s != "" {
		l.Title = coop.Text{"und": s}
		l.Body = coop.Text{}
		if s := block(PlainText(d.Str("description")), market.MaxBody); s != "" {
			l.Body["und"] = s
		}
	}
	if c := d.Object("coordinates"); !c.IsZero() {
		l.Place.Public = readPoint(c.Get("lat"), c.Get("lng"))
	}
	if l.Ask != nil || len(l.Modes) > 0 {
		return
	}
	price, code := d.Get("price").Decimal(), line(d.Str("currency"), 10)
	switch code {
	case "€":
		code = "EUR"
	case "":
		// older versions say the currency with the price: "25 EUR"
		number, word, ok := strings.Cut(strings.TrimSpace(d.Str("price")), " ")
		if ok {
			price, code = number, strings.TrimSpace(strings.Replace(word, "€", "EUR", 1))
		}
	}
	l.Modes = []market.Mode{market.Discuss}
	if !coop.ValidCurrency(code) {
		return
	}
	m := market.Medium{Kind: market.Money, Code: code}
	if a, err := market.ParseAmount(price, m.Places()); err == nil && price != "" {
		if a.N == 0 {
			l.Modes = []market.Mode{market.Gift}
			return
		}
		l.Ask, l.Modes = &market.Ask{Medium: m, Amount: &a}, []market.Mode{market.ForMoney}
	}
}
