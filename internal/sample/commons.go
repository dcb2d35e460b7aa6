package sample

import (
	"toadlane/coop"
	"toadlane/market"
)

func commons() Coop {
	c := base("commons", "Cabanyal Commons", text(
		"A garden, a hall and a library of things by the sea, kept by those who use them.",
		"Un huerto, una sala y una biblioteca de cosas junto al mar, cuidados por quienes los usan."),
		"OS10", cabanyal)
	c.PictureAlt = "A tree with oranges above the waves of the sea"
	c.Links = []coop.Link{{Name: "Calendar of the hall", URL: "https://cabanyal-commons.example/calendar"}}
	return Coop{
		Host: "commons", Coop: c, Drawing: "sign-commons",
		People: []Person{
			{Email: "mar@commons.localhost", Role: coop.RoleSteward, Person: coop.Person{Handle: "mar", DisplayName: "Mar Soler",
				About: "Keys, calendar, compost.", Area: "El Cabanyal", Skills: []coop.Skill{{Name: "Composting", Level: "teach"}, {Name: "Grant forms", Level: "can"}},
				Languages: []string{"es", "ca", "en"}, Constituency: "user", Stage: "member", Consent: open()}},
			{Email: "nil@commons.localhost", Role: coop.RoleMember, Person: coop.Person{Handle: "nil", DisplayName: "Nil Torres",
				About: "I lend things and remember who has them.", Skills: []coop.Skill{{Name: "Carpentry", Level: "can"}},
				Languages: []string{"es", "en"}, Constituency: "user", Stage: "member", Consent: named()}},
			{Role: coop.RoleMember, Person: coop.Person{Handle: "olga", DisplayName: "Olga Petrenko", Skills: []coop.Skill{{Name: "Seed saving", Level: "teach"}},
				Languages: []string{"uk", "es"}, Constituency: "producer", Stage: "member", Consent: named()}},
			{Role: coop.RoleMember, Person: coop.Person{Handle: "pau", DisplayName: "Pau Ibáñez", Constituency: "supporter", Stage: "friend", Consent: shy()}},
		},
		Listings: []Listing{
			{By: "olga", DaysAgo: 1, Drawing: "seedlings", Alt: "Two rows of seedlings in clay pots, one with a label",
				Listing: market.Listing{Purpose: market.Offer, Kind: market.Thing, Category: "AM110",
					Title: text("Tomato and pepper seedlings", "Plantel de tomate y pimiento"),
					Body:  text("Old Valencian kinds, grown from seed we saved. Bring the pots back.", "Variedades valencianas antiguas, de semilla propia. Devuelve las macetas."),
					Modes: modes(market.Gift, market.Swap), Item: of(1, "piece"), Available: some(60, "piece"), UnitBased: true, Place: cabanyal,
					Stream: market.Love, Maker: "Olga", Tags: []string{"seedlings", "garden"}, Visibility: coop.Everyone}},
			{By: "mar", DaysAgo: 3, Drawing: "hall", Alt: "A bright hall with arched windows, bunting and three rows of chairs",
				Listing: market.Listing{Purpose: market.Offer, Kind: market.Space, Category: "AM30",
					Title: text("The hall, for meetings up to fifty", "La sala, para reuniones de hasta cincuenta"),
					Body: text("Chairs, projector, kitchen, ramp. Free for assemblies; others pay within the scale so that we can mend the roof.",
						"Sillas, proyector, cocina, rampa. Gratis para asambleas; las demás pagan dentro de la escala para arreglar el tejado."),
					Modes: modes(market.Share, market.Sliding), Item: of(1, "hour"), UnitBased: true, Ask: scale(0, 1200, 3000), Place: cabanyal,
					Stream: market.Love, Tags: []string{"room", "assembly"}, Visibility: coop.Everyone}},
			{By: "nil", DaysAgo: 2, Drawing: "ladder", Alt: "A stepladder before a half-painted wall, a bucket of green paint beside it",
				Listing: market.Listing{Purpose: market.Offer, Kind: market.Tool, Category: "AM120",
					Title: text("Ladder, rollers and half a tin of green", "Escalera, rodillos y medio bote de verde"),
					Body:  text("From the library of things: a week at a time, clean when it comes back.", "De la biblioteca de cosas: una semana cada vez, limpio al volver."),
					Modes: modes(market.Lend), Item: of(1, "week"), UnitBased: true, Place: cabanyal, Stream: market.Love,
					Tags: []string{"tools", "painting"}, Visibility: coop.Everyone}},
			{By: "mar", DaysAgo: 6, Drawing: "garden", Alt: "Raised beds with tomatoes and lettuce inside a white fence, a watering can in front",
				Listing: market.Listing{Purpose: market.Offer, Kind: market.Space, Category: "AM130",
					Title: text("A bed in the garden, from spring", "Un bancal en el huerto, desde primavera"),
					Body:  text("Twelve square metres, water included. Two hours a month for the paths and the compost.", "Doce metros cuadrados, agua incluida. Dos horas al mes para caminos y compost."),
					Modes: modes(market.ForHours), Item: of(1, "month"), Ask: hours(120), Available: some(3, "month"), Place: cabanyal, Stream: market.Love,
					Tags: []string{"garden"}, Visibility: coop.Everyone}},
			{By: "olga", DaysAgo: 0, Days: 2, Drawing: "oranges", Alt: "A crate heaped with oranges in front of green hills",
				Listing: market.Listing{Purpose: market.Offer, Kind: market.Food, Category: "AM60",
					Title: text("Oranges nobody picked", "Naranjas que nadie recogió"),
					Body:  text("From the orchard behind the tram depot, with the owner's leave. Small, sweet, not sprayed.", "Del huerto de detrás de las cocheras, con permiso. Pequeñas, dulces, sin tratar."),
					Modes: modes(market.Gift), Item: of(1, "kilogram"), Available: some(90, "kilogram"), UnitBased: true, Place: alboraia,
					Stream: market.Care, Tags: []string{"gleaning", "fruit"}, Visibility: coop.Everyone}},
			{By: "nil", DaysAgo: 10, Drawing: "books", Alt: "Three full shelves of books in many colours",
				Listing: market.Listing{Purpose: market.Offer, Kind: market.Knowledge, Category: "AM40",
					Title: text("Reading room and homework help", "Sala de lectura y ayuda con los deberes"),
					Body:  text("Monday to Thursday, five to eight. Two thousand books, three tables, somebody patient.", "De lunes a jueves, de cinco a ocho. Dos mil libros, tres mesas, alguien con paciencia."),
					Modes: modes(market.Gift), Place: cabanyal, Stream: market.Care, Tags: []string{"books", "school"}, Visibility: coop.Everyone}},
			{By: "mar", DaysAgo: 2,
				Listing: market.Listing{Purpose: market.Want, Kind: market.Skill, Category: "AM90",
					Title: text("Hands for the roof, two Saturdays", "Manos para el tejado, dos sábados"),
					Body:  text("Tiles off, tiles on. One of you should have done it before. Paella at two.", "Quitar tejas, poner tejas. Que alguna lo haya hecho antes. Paella a las dos."),
					Modes: modes(market.ForHours, market.Gift), Item: of(1, "hour"), Available: some(80, "hour"), UnitBased: true, Ask: hours(60), Place: cabanyal,
					Stream: market.Love, Tags: []string{"building"}, Visibility: coop.Everyone}},
			{By: "nil", DaysAgo: 1,
				Listing: market.Listing{Purpose: market.Want, Kind: market.Tool, Category: "AM120",
					Title: text("A second cordless drill for the library", "Un segundo taladro sin cable para la biblioteca"),
					Body:  text("18 V, any make whose batteries are still sold.", "18 V, de cualquier marca cuyas baterías aún se vendan."),
					Modes: modes(market.Gift, market.Swap), Place: cabanyal, Stream: market.Love, Tags: []string{"tools"}, Visibility: coop.Everyone}},
			{By: "olga", DaysAgo: 4,
				Listing: market.Listing{Purpose: market.Want, Kind: market.Transport, Category: "AM160",
					Title: text("Half a tonne of coffee grounds, carried", "Media tonelada de posos de café, transportada"),
					Body:  text("Eleven bars keep theirs for our compost. We need wheels on Mondays.", "Once bares nos guardan los suyos para el compost. Nos faltan ruedas los lunes."),
					Modes: modes(market.Swap, market.Discuss), Item: of(500, "kilogram"), Place: cabanyal, Stream: market.Care, Tags: []string{"compost"}, Visibility: coop.Everyone}},
		},
	}
}
