package sample

import (
	"toadlane/coop"
	"toadlane/market"
)

func cycles() Coop {
	c := base("cycles", "Rodamón Cycles", text(
		"A repair shop and delivery crew in Russafa. We mend what rolls and carry what others make.",
		"Taller y mensajería en Russafa. Reparamos lo que rueda y llevamos lo que otras hacen."),
		"OS60", russafa)
	c.PictureAlt = "A bicycle wheel with a red hub and crank"
	c.Links = []coop.Link{{Name: "Price of a repair", URL: "https://rodamon.example/prices"}}
	return Coop{
		Host: "cycles", Coop: c, Drawing: "sign-cycles",
		People: []Person{
			{Email: "eloi@cycles.localhost", Role: coop.RoleSteward, Person: coop.Person{Handle: "eloi", DisplayName: "Eloi Marqués",
				About: "Wheels, frames and the rota.", Area: "Russafa", Skills: []coop.Skill{{Name: "Wheel building", Level: "teach"}, {Name: "Welding", Level: "can"}},
				Languages: []string{"ca", "es", "en"}, Constituency: "worker", Stage: "member", Consent: open()}},
			{Email: "fatou@cycles.localhost", Role: coop.RoleMember, Person: coop.Person{Handle: "fatou", DisplayName: "Fatou Ndiaye",
				About: "Rider. Ask me about hills.", Skills: []coop.Skill{{Name: "Routing", Level: "teach"}, {Name: "First aid", Level: "can"}},
				Languages: []string{"fr", "es", "en"}, Constituency: "worker", Stage: "member", Consent: named()}},
			{Role: coop.RoleMember, Person: coop.Person{Handle: "guim", DisplayName: "Guim Sala", Skills: []coop.Skill{{Name: "Frame painting", Level: "can"}},
				Constituency: "worker", Stage: "member", Consent: known()}},
			{Role: coop.RoleMember, Person: coop.Person{Handle: "hana", DisplayName: "Hana Suzuki", Constituency: "supporter", Stage: "friend", Consent: shy()}},
		},
		Searches: []Search{
			{By: "eloi", SavedSearch: market.SavedSearch{Name: "Gifts", Address: "mode=gift&purpose=offer", Tell: market.TellDaily,
				Query: market.Query{Mode: market.Gift, Purpose: market.Offer, Sort: market.Newest}}},
		},
		Uptakes: cyclesUptakes(),
		Listings: []Listing{
			{By: "eloi", DaysAgo: 1, Drawing: "bicycle", Alt: "A blue city bicycle with a wicker basket of flowers, leaning on nothing",
				Listing: market.Listing{Purpose: market.Offer, Kind: market.Thing, Category: "AM160",
					Title: text("Rebuilt city bike, size M", "Bici urbana reconstruida, talla M"),
					Body: text("An eighties frame with new bearings, brakes and tyres. A year's care is included. Part payment in hours is fine: ask.",
						"Cuadro de los ochenta con rodamientos, frenos y cubiertas nuevas. Incluye un año de mantenimiento. Se puede pagar parte en horas: pregunta."),
					Modes: modes(market.ForMoney), Item: of(1, "piece"), Available: some(1, "piece"), Ask: euros(18000),
					Prices: []market.PriceLine{line("Nine hours of work", market.PriceLabour, 10800), line("Parts", market.PriceMaterials, 5400),
						line("Shop", market.PriceCoop, 1800)},
					Place: russafa, Stream: market.Livelihood, Maker: "Eloi", Tags: []string{"bicycle", "secondhand"}, Visibility: coop.Everyone}},
			{By: "fatou", DaysAgo: 2, Drawing: "cargobike", Alt: "A red cargo bike with a wooden box full of bread and leeks in front of houses",
				Listing: market.Listing{Purpose: market.Offer, Kind: market.Transport, Category: "AM160",
					Title: text("Cargo bike delivery inside the ring road", "Reparto en bici de carga dentro de la ronda"),
					Body: text("Up to 80 kg, boxes kept dry and upright. Cheaper for co-ops that book a fixed round.",
						"Hasta 80 kg, cajas secas y derechas. Más barato para cooperativas con ruta fija."),
					Modes: modes(market.ForMoney, market.Swap), Item: of(1, "hour"), UnitBased: true, Ask: euros(1650),
					Prices: []market.PriceLine{line("Rider", market.PriceLabour, 1300), line("Bike", market.PriceCoop, 250), line("Mutual aid fund", market.PriceCommons, 100)},
					Place:  russafa, Stream: market.Livelihood, Tags: []string{"delivery"}, Visibility: coop.Everyone}},
			{By: "eloi", DaysAgo: 5, Drawing: "wheel", Alt: "A spoked wheel in a green truing stand, a spanner beside it",
				Listing: market.Listing{Purpose: market.Offer, Kind: market.Training, Category: "AM40",
					Title: text("Learn to true a wheel", "Aprende a centrar una rueda"),
					Body: text("Wednesday evenings, four at a time, bring your own wobble. One hour given to the shop or to the neighbourhood for each hour learnt.",
						"Miércoles por la tarde, de cuatro en cuatro, trae tu rueda torcida. Una hora para el taller o el barrio por cada hora aprendida."),
					Modes: modes(market.ForHours), Item: of(1, "hour"), Available: some(8, "hour"), UnitBased: true, Ask: hours(60), Place: russafa,
					Stream: market.Love, Tags: []string{"class", "repair"}, Visibility: coop.Everyone}},
			{By: "eloi", DaysAgo: 8, Drawing: "toolwall", Alt: "A peg board with spanners, screwdrivers, a hammer, a saw and a drill",
				Listing: market.Listing{Purpose: market.Offer, Kind: market.Tool, Category: "AM120",
					Title: text("Bench and tools, Tuesday nights", "Banco y herramientas, martes noche"),
					Body: text("Mend your own bicycle on our stand from seven to ten. Somebody who knows is there; tea too.",
						"Repara tu bici en nuestro banco de siete a diez. Hay alguien que sabe; y té."),
					Modes: modes(market.Share, market.Gift), Place: russafa, Stream: market.Care, Tags: []string{"repair", "tools"}, Visibility: coop.Everyone}},
			{By: "fatou", DaysAgo: 3,
				Listing: market.Listing{Purpose: market.Offer, Kind: market.Transport, Category: "AM160",
					Title: text("A trailer to borrow", "Un remolque para prestar"),
					Body:  text("Carries a washing machine if you are brave. Back by Sunday night, please.", "Aguanta una lavadora si te atreves. De vuelta el domingo por la noche, por favor."),
					Modes: modes(market.Lend), Item: of(1, "piece"), Available: some(2, "piece"), Place: russafa, Stream: market.Love,
					Tags: []string{"trailer"}, Visibility: coop.Everyone}},
			{By: "fatou", DaysAgo: 1,
				Listing: market.Listing{Purpose: market.Want, Kind: market.Food, Category: "AM60",
					Title: text("Lunch for six riders, Fridays", "Comida para seis repartidoras, los viernes"),
					Body:  text("Hot, without meat, at one o'clock. We pay or we carry for you.", "Caliente, sin carne, a la una. Pagamos o repartimos para ti."),
					Modes: modes(market.ForMoney, market.Swap), Item: of(6, "piece"), Ask: euros(3600), Place: russafa,
					Stream: market.Livelihood, Tags: []string{"lunch"}, Visibility: coop.Everyone}, Days: 10},
			{By: "guim", DaysAgo: 2,
				Listing: market.Listing{Purpose: market.Want, Kind: market.Thing, Category: "AM120",
					Title: text("Dead bicycles", "Bicis muertas"),
					Body:  text("Any state. We fetch them, use what can be used and tell you what became of it.", "En cualquier estado. Las recogemos, usamos lo que sirve y te contamos qué fue de ellas."),
					Modes: modes(market.Gift), Place: patraix, Scope: market.ScopeRegional, Stream: market.Care, Tags: []string{"bicycle", "scrap"}, Visibility: coop.Everyone}},
			{By: "eloi", DaysAgo: 3,
				Listing: market.Listing{Purpose: market.Want, Kind: market.Loan, Category: "AM100",
					Title: text("3,000 € for a second cargo bike, 18 months", "3.000 € para una segunda bici de carga, 18 meses"),
					Body:  text("From co-ops that know us. We open the books to whoever asks.", "De cooperativas que nos conocen. Abrimos las cuentas a quien pregunte."),
					Modes: modes(market.Discuss), Place: russafa, Stream: market.Livelihood, Tags: []string{"solidarity"}, Visibility: coop.Peers}},
		},
	}
}
