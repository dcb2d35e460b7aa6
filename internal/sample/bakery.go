package sample

import (
	"toadlane/coop"
	"toadlane/market"
)

func bakery() Coop {
	c := base("bakery", "Masa Mare Bakery", text(
		"Six bakers who own their oven. Sourdough from Valencian flour, baked in Benimaclet every morning but Monday.",
		"Seis panaderas dueñas de su horno. Pan de masa madre con harina valenciana, en Benimaclet todas las mañanas menos el lunes."),
		"OS60", benimaclet)
	c.PictureAlt = "An ear of wheat on a cream disc"
	c.Links = []coop.Link{{Name: "Opening hours", URL: "https://masa-mare.example/hours"}, {Name: "Our flour", URL: "https://masa-mare.example/flour"}}
	return Coop{
		Host: "bakery", Coop: c, Drawing: "sign-bakery",
		People: []Person{
			{Email: "ada@bakery.localhost", Role: coop.RoleSteward, Person: coop.Person{Handle: "ada", DisplayName: "Ada Ferrer",
				About: "Baker since 2009. I feed the starter and do the books on Thursdays.", Area: "Benimaclet",
				Skills:    []coop.Skill{{Name: "Sourdough", Level: "teach"}, {Name: "Bookkeeping", Level: "can"}},
				Languages: []string{"es", "en", "ca"}, Constituency: "worker", Stage: "member", Consent: open()}},
			{Email: "ben@bakery.localhost", Role: coop.RoleMember, Person: coop.Person{Handle: "ben", DisplayName: "Ben Okafor",
				About: "Night shift and deliveries.", Skills: []coop.Skill{{Name: "Viennoiserie", Level: "can"}, {Name: "Cargo bike", Level: "can"}},
				Languages: []string{"en", "es"}, Constituency: "worker", Stage: "member", Consent: named()}},
			{Role: coop.RoleMember, Person: coop.Person{Handle: "carme", DisplayName: "Carme Vidal", About: "I mill and I complain about the weather.",
				Skills: []coop.Skill{{Name: "Milling", Level: "teach"}}, Languages: []string{"ca", "es"}, Constituency: "producer", Stage: "member", Consent: known()}},
			{Role: coop.RoleMember, Person: coop.Person{Handle: "dunia", DisplayName: "Dunia Haddad", Constituency: "worker", Stage: "trial", Consent: shy()}},
		},
		Listings: []Listing{
			{By: "ada", DaysAgo: 0, Days: 2, Drawing: "loaf", Alt: "A dark crusty sourdough loaf on a wooden board, an ear of wheat beside it",
				Listing: market.Listing{Purpose: market.Offer, Kind: market.Food, Category: "AM60",
					Title: text("Sourdough loaves, baked this morning", "Hogazas de masa madre, recién hechas"),
					Body: text("Wholegrain wheat and a little rye, 800 g each, risen for 18 hours. Collect before two at the oven door; bring a bag.",
						"Trigo integral y un poco de centeno, 800 g cada una, 18 horas de fermentación. Se recogen antes de las dos en la puerta del horno; trae bolsa."),
					Modes: modes(market.ForMoney), Item: of(1, "piece"), Available: some(24, "piece"), UnitBased: true, Ask: euros(420),
					Prices: []market.PriceLine{line("Baking", market.PriceLabour, 210), line("Flour and salt", market.PriceMaterials, 130),
						line("Oven and rent", market.PriceCoop, 60), line("Neighbourhood fund", market.PriceCommons, 20)},
					Place: benimaclet, Stream: market.Livelihood, Maker: "Ada and Dunia", Tags: []string{"bread", "sourdough"}, Visibility: coop.Everyone}},
			{By: "ben", DaysAgo: 0, Days: 2, Drawing: "rolls", Alt: "A tray of fifteen golden rolls with seeds",
				Listing: market.Listing{Purpose: market.Offer, Kind: market.Food, Category: "AM60",
					Title: text("Yesterday's rolls, free after seven", "Panecillos de ayer, gratis a partir de las siete"),
					Body: text("Good for toast, crumbs and soup. Take what you need; nobody asks why.",
						"Buenos para tostar, rallar o sopa. Llévate lo que necesites; nadie pregunta."),
					Modes: modes(market.Gift), Item: of(1, "dozen"), Available: some(5, "dozen"), UnitBased: true, Place: benimaclet,
					Stream: market.Care, Tags: []string{"bread", "leftovers"}, Visibility: coop.Everyone}},
			{By: "ada", DaysAgo: 6, Drawing: "jar", Alt: "A jar of bubbling sourdough starter with a red band that shows how far it has risen",
				Listing: market.Listing{Purpose: market.Offer, Kind: market.Knowledge, Category: "AM60",
					Title: text("Starter to take home, with a lesson", "Masa madre para llevar, con una lección"),
					Body: text("A jar of our 2009 starter and twenty minutes on how to keep it alive. Pay with a jar of your own jam, an hour of help, or nothing.",
						"Un tarro de nuestra masa madre de 2009 y veinte minutos sobre cómo mantenerla viva. Paga con un tarro de mermelada, una hora de ayuda, o nada."),
					Modes: modes(market.Gift, market.Swap), Place: benimaclet, Stream: market.Love, Tags: []string{"sourdough", "ferments"}, Visibility: coop.Everyone}},
			{By: "ada", DaysAgo: 9,
				Listing: market.Listing{Purpose: market.Offer, Kind: market.Training, Category: "AM40",
					Title: text("Bread class for beginners, Saturday mornings", "Taller de pan para principiantes, sábados por la mañana"),
					Body: text("Three hours, eight people, you leave with a loaf. Pay what you can within the scale; two places a month are kept at the lowest price.",
						"Tres horas, ocho personas, te vas con una hogaza. Paga lo que puedas dentro de la escala; dos plazas al mes se reservan al precio más bajo."),
					Modes: modes(market.Sliding), Ask: scale(1000, 2500, 4000), Available: some(8, "one"), UnitBased: true,
					Place: benimaclet, Stream: market.Livelihood, Tags: []string{"class", "bread"}, Visibility: coop.Everyone}},
			{By: "ben", DaysAgo: 3,
				Listing: market.Listing{Purpose: market.Offer, Kind: market.Space, Category: "AM30",
					Title: text("The oven on Mondays", "El horno los lunes"),
					Body: text("Our deck oven stands cold on Mondays. Groups that cook for others may use it from eight to four; one of us stays with you.",
						"Nuestro horno de pisos descansa los lunes. Los grupos que cocinan para otras personas pueden usarlo de ocho a cuatro; una de nosotras os acompaña."),
					Modes: modes(market.Share, market.ForHours), Item: of(1, "hour"), UnitBased: true, Ask: hours(30), Place: benimaclet,
					Stream: market.Love, Tags: []string{"kitchen"}, Visibility: coop.Peers}},
			{By: "ben", DaysAgo: 1,
				Listing: market.Listing{Purpose: market.Want, Kind: market.Transport, Category: "AM160",
					Title: text("Cargo bike and rider for Friday deliveries", "Bici de carga con repartidora para los viernes"),
					Body: text("Forty loaves to seven doors between Benimaclet and Russafa, eight to eleven. We pay in money or in bread.",
						"Cuarenta hogazas a siete puertas entre Benimaclet y Russafa, de ocho a once. Pagamos en dinero o en pan."),
					Modes: modes(market.ForMoney, market.Swap), Item: of(1, "one"), Ask: euros(4500), Place: benimaclet, Scope: market.ScopeLocal,
					Stream: market.Livelihood, Tags: []string{"delivery"}, Visibility: coop.Everyone}},
			{By: "ada", DaysAgo: 4,
				Listing: market.Listing{Purpose: market.Want, Kind: market.Food, Category: "AM130",
					Title: text("200 kg of stone-ground wheat flour a month", "200 kg al mes de harina de trigo molida a la piedra"),
					Body: text("From growers within 100 km, this year's harvest. We come and fetch it and we pay on the day.",
						"De quien cultive a menos de 100 km, de la cosecha de este año. Vamos a buscarla y pagamos el mismo día."),
					Modes: modes(market.ForMoney), Item: of(1, "kilogram"), Available: some(200, "kilogram"), Minimum: some(25, "kilogram"), UnitBased: true, Ask: euros(115),
					Place: alboraia, Scope: market.ScopeRegional, Stream: market.Livelihood, Tags: []string{"flour", "growers"}, Visibility: coop.Everyone},
				Days: 12},
			{By: "ben", DaysAgo: 2,
				Listing: market.Listing{Purpose: market.Want, Kind: market.Skill, Category: "AM120",
					Title: text("Somebody to mend the mixer's gearbox", "Alguien que repare la reductora de la amasadora"),
					Body: text("A 1987 spiral mixer that groans in second gear. We have the manual and a spare belt.",
						"Una amasadora de espiral de 1987 que gime en segunda. Tenemos el manual y una correa de recambio."),
					Modes: modes(market.Discuss), Place: benimaclet, Tags: []string{"repair"}, Visibility: coop.Everyone}},
		},
	}
}
