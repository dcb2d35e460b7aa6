package sample

import (
	"toadlane/coop"
	"toadlane/market"
)

func care() Coop {
	c := base("care", "Cuidem Care", text(
		"Carers and the people they care for, deciding together. Home help, company and cooking in Campanar and Patraix.",
		"Cuidadoras y personas cuidadas que deciden juntas. Ayuda a domicilio, compañía y cocina en Campanar y Patraix."),
		"OS100", campanar)
	c.PictureAlt = "A red heart above an open hand"
	c.Links = []coop.Link{{Name: "How we decide", URL: "https://cuidem.example/statutes"}, {Name: "Emergency rota", URL: "https://cuidem.example/rota"}}
	return Coop{
		Host: "care", Coop: c, Drawing: "sign-care",
		People: []Person{
			{Email: "ines@care.localhost", Role: coop.RoleSteward, Person: coop.Person{Handle: "ines", DisplayName: "Inés Roca",
				About: "Carer, and chair this year.", Area: "Campanar", Skills: []coop.Skill{{Name: "Home care", Level: "teach"}, {Name: "Facilitation", Level: "can"}},
				Languages: []string{"es", "ca", "en"}, Constituency: "worker", Stage: "member", Consent: named()}},
			{Email: "joan@care.localhost", Role: coop.RoleMember, Person: coop.Person{Handle: "joan", DisplayName: "Joan Peris",
				About: "I cook on Wednesdays. Retired tram driver.", Skills: []coop.Skill{{Name: "Cooking for thirty", Level: "teach"}},
				Languages: []string{"ca", "es"}, Constituency: "user", Stage: "member", Consent: open()}},
			{Role: coop.RoleMember, Person: coop.Person{Handle: "kenza", DisplayName: "Kenza Amrani", Skills: []coop.Skill{{Name: "Sewing", Level: "teach"}, {Name: "Arabic", Level: "teach"}},
				Languages: []string{"ar", "fr", "es"}, Constituency: "worker", Stage: "member", Consent: known()}},
			{Role: coop.RoleMember, Person: coop.Person{Handle: "lluc", DisplayName: "Lluc Bonet", Constituency: "user", Stage: "member", Consent: shy()}},
		},
		Uptakes: careUptakes(),
		Listings: []Listing{
			{By: "joan", DaysAgo: 0, Days: 2, Drawing: "pot", Alt: "A big red pot of vegetable stew, steaming, a wooden spoon in it",
				Listing: market.Listing{Purpose: market.Offer, Kind: market.Food, Category: "AM60",
					Title: text("Wednesday stew, thirty bowls", "Potaje del miércoles, treinta platos"),
					Body: text("Chickpeas, pumpkin, chard. Eat with us at half past one or take it home in your own pot. Put in what you can.",
						"Garbanzos, calabaza, acelgas. Come con nosotras a la una y media o llévatelo en tu olla. Pon lo que puedas."),
					Modes: modes(market.Sliding), Ask: scale(0, 400, 900), Item: of(1, "piece"), Available: some(30, "piece"), UnitBased: true,
					Place: campanar, Stream: market.Care, Maker: "Joan and the Wednesday kitchen", Tags: []string{"lunch", "vegan"}, Visibility: coop.Everyone}},
			{By: "ines", DaysAgo: 4, Drawing: "armchair", Alt: "A green armchair with a yellow cushion under a reading lamp",
				Listing: market.Listing{Purpose: market.Offer, Kind: market.Skill, Category: "AM80",
					Title: text("Company for an afternoon", "Compañía por una tarde"),
					Body: text("Reading, a walk, cards, or quiet. We come to you in Campanar and Patraix. An hour of ours for an hour of yours, whenever you have one.",
						"Leer, pasear, jugar a cartas o estar en silencio. Vamos a tu casa en Campanar y Patraix. Una hora nuestra por una tuya, cuando la tengas."),
					Modes: modes(market.ForHours, market.Gift), Item: of(1, "hour"), UnitBased: true, Ask: hours(60), Place: campanar,
					Stream: market.Care, Tags: []string{"company"}, Visibility: coop.Everyone}},
			{By: "ines", DaysAgo: 7,
				Listing: market.Listing{Purpose: market.Offer, Kind: market.Skill, Category: "AM80",
					Title: text("Home care by the hour", "Ayuda a domicilio por horas"),
					Body: text("Washing, dressing, medicine, the small things. The same two faces each time. All of the price is below.",
						"Aseo, vestido, medicación, las cosas pequeñas. Siempre las mismas dos caras. Abajo está todo el precio."),
					Modes: modes(market.ForMoney), Item: of(1, "hour"), UnitBased: true, Ask: euros(1790),
					Prices: []market.PriceLine{line("Carer's pay and insurance", market.PriceLabour, 1480), line("Coordination", market.PriceCoop, 230), line("Fund for those who cannot pay", market.PriceCommons, 80)},
					Place:  patraix, Stream: market.Livelihood, Tags: []string{"homecare"}, Visibility: coop.Everyone}},
			{By: "joan", DaysAgo: 2, Drawing: "teapot", Alt: "A green teapot with a golden knob and a full cup",
				Listing: market.Listing{Purpose: market.Offer, Kind: market.Space, Category: "AM80",
					Title: text("Open table, Sunday tea", "Mesa abierta, té del domingo"),
					Body:  text("Nobody should drink tea alone on a Sunday. Five to seven, step-free, hearing loop.", "Nadie debería tomar el té a solas un domingo. De cinco a siete, sin escalones, con bucle magnético."),
					Modes: modes(market.Gift), Place: campanar, Stream: market.Love, Tags: []string{"company", "tea"}, Visibility: coop.Everyone}},
			{By: "kenza", DaysAgo: 5, Drawing: "sewing", Alt: "A dark blue sewing machine with a red thread and a piece of dotted cloth",
				Listing: market.Listing{Purpose: market.Offer, Kind: market.Skill, Category: "AM120",
					Title: text("Clothes mended and altered", "Arreglos de ropa"),
					Body:  text("Hems, zips, a coat that was your mother's. I work while you wait if you talk.", "Bajos, cremalleras, el abrigo que era de tu madre. Trabajo mientras esperas, si me das conversación."),
					Modes: modes(market.ForMoney, market.Swap), Item: of(1, "hour"), UnitBased: true, Ask: euros(1200), Place: patraix,
					Stream: market.Livelihood, Maker: "Kenza", Tags: []string{"mending", "clothes"}, Visibility: coop.Everyone}},
			{By: "ines", DaysAgo: 1,
				Listing: market.Listing{Purpose: market.Want, Kind: market.Thing, Category: "AM80",
					Title: text("A wheelchair ramp, 1.5 m, for two months", "Una rampa de 1,5 m, para dos meses"),
					Body:  text("For a member who comes home from hospital on Monday. We fetch it and bring it back.", "Para una socia que vuelve del hospital el lunes. La recogemos y la devolvemos."),
					Modes: modes(market.Lend, market.Gift), Item: of(1, "piece"), Place: campanar, Stream: market.Care, Tags: []string{"access"}, Visibility: coop.Everyone}},
			{By: "joan", DaysAgo: 3,
				Listing: market.Listing{Purpose: market.Want, Kind: market.Food, Category: "AM60",
					Title: text("Bread for thirty on Wednesdays", "Pan para treinta los miércoles"),
					Body:  text("Day-old is fine. We pay, or we give bowls of stew and an hour in the kitchen.", "De ayer va bien. Pagamos, o damos platos y una hora de cocina."),
					Modes: modes(market.Swap, market.ForMoney), Item: of(4, "kilogram"), Ask: euros(1600), Place: campanar,
					Stream: market.Care, Tags: []string{"bread"}, Visibility: coop.Everyone}, Days: 8},
			{By: "ines", DaysAgo: 6,
				Listing: market.Listing{Purpose: market.Want, Kind: market.Job, Category: "AM80",
					Title: text("A carer for nights, twelve hours a week", "Una cuidadora de noche, doce horas a la semana"),
					Body:  text("As a member after three months on trial. Same pay for all of us, papers helped with.", "Como socia tras tres meses de prueba. El mismo sueldo para todas, ayudamos con los papeles."),
					Modes: modes(market.ForMoney), Item: of(1, "hour"), UnitBased: true, Ask: euros(1480), Place: patraix, Scope: market.ScopeRegional,
					Stream: market.Livelihood, Tags: []string{"work"}, Visibility: coop.Everyone}},
		},
	}
}
