package sample

import "toadlane/market"

// Talk is a private conversation about one of the listings.
type Talk struct {
	About   string       // English title of the listing
	With    string       // handle of the member who asks, "" for a guest or somebody of another co-op
	From    string       // host of the co-op that a member of it asks from, "" for neither; the demonstration sends it between the nodes
	By      string       // handle of who asks there
	Guest   market.Party // a guest's name, address and language
	Said    []Line
	Read    bool // by whoever it belongs to
	DaysAgo int
}

// Line is one saying. The first is of whoever asks.
type Line struct {
	Ours    bool // of whoever posted the listing
	Words   string
	Minutes int // after the one before
}

// bakeryTalks are one of each kind, so that a list shows what there can be.
func bakeryTalks() []Talk {
	return []Talk{
		{About: "Sourdough loaves, baked this morning", Guest: market.Party{Name: "Gwen Puig", Email: "gwen@mail.example", Language: "es"}, DaysAgo: 1, Said: []Line{
			{Words: "Hola. ¿Me guardáis dos hogazas para mañana? Puedo pasar a la una y media."},
			{Ours: true, Minutes: 42, Words: "Claro que sí, Gwen. Quedan a tu nombre en la puerta del horno. Trae bolsa."},
			{Minutes: 9, Words: "¡Gracias! ¿Lleva centeno? Mi hijo no puede."},
			{Ours: true, Minutes: 15, Words: "Un poco, sí. Mañana hago también una de trigo solo; te aparto una."},
			{Minutes: 1180, Words: "Perfecto, así lo hacemos. Hasta luego."},
		}},
		{About: "Sourdough loaves, baked this morning", With: "ben", DaysAgo: 0, Read: true, Said: []Line{
			{Words: "Ada, the school wants six of these every Friday. Can I promise them?"},
			{Ours: true, Minutes: 11, Words: "Four for sure, six if Dunia comes in on Thursday night. I ask her."},
		}},
		{About: "Starter to take home, with a lesson", Guest: market.Party{Name: "Tomàs", Email: "tomas@mail.example", Language: "en"}, DaysAgo: 3, Read: true, Said: []Line{
			{Words: "I killed my last one in a heat wave. Does yours survive a kitchen at 35 degrees?\n\nI can bring apricot jam."},
			{Ours: true, Minutes: 300, Words: "It does, if you feed it twice a day then. Apricot is the right currency. Thursday after six?"},
		}},
		{About: "Cargo bike and rider for Friday deliveries", From: "cycles", By: "eloi", Said: []Line{
			{Words: "Fatou could ride for you on Fridays, with our long bike: it takes forty loaves in two crates. Shall we try this week?"},
		}},
	}
}
