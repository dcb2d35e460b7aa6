package sample

import "toadlane/region"

// Region is a region of the demonstration: who hosts it, and what each co-op of it brings.
type Region struct {
	Host     string
	Founding region.Founding
	Parts    []Part
	Council  []string // by host
}

// Part is what a co-op brings.
type Part struct {
	Host  string
	Terms region.Terms
}

// Regions are the regions of the demonstration.
func Regions() []Region {
	all := region.Shares
	member := region.Tie{Relation: region.Member}
	land, _ := Ground() // what the maps of its co-ops show: they are all that is there
	return []Region{{
		Host: "commons",
		Founding: region.Founding{Slug: "horta", Name: text("Horta Commons", "Comunes de l'Horta"), Languages: []string{"es", "en"}, Joining: region.BySteward, Absence: 14,
			Story: text("Four co-ops between the orchards and the sea that lend, carry, bake and care for each other.\nOne market, no office: whoever hosts it can go, and it goes on.",
				"Cuatro cooperativas entre la huerta y el mar que se prestan, transportan, hornean y cuidan.\nUn mercado, ninguna oficina: quien lo aloja puede irse, y sigue."),
			Area:  region.Area{Outline: []region.Ring{land}},
			Terms: region.Terms{Ties: []region.Tie{member}, Shares: all}},
		Parts: []Part{
			{"bakery", region.Terms{Ties: []region.Tie{member, {Relation: region.Provider, Category: "AM60"}}, Shares: all}},
			{"cycles", region.Terms{Ties: []region.Tie{member, {Relation: region.Provider, Category: "AM160"}}, Shares: all}},
			{"care", region.Terms{Ties: []region.Tie{{Relation: region.Ally}}, Shares: []region.Share{region.ShareOffers, region.ShareProtocols}}},
		},
		Council: []string{"commons", "bakery", "cycles"},
	}}
}
