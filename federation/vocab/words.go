package vocab

import (
	"fmt"
	"strings"
)

// Words gives a sentence in a language, as plain text. args are the values it names. It answers "" or the key itself for what
// it does not know; then the built-in words are used.
type Words func(lang, key string, args map[string]any) string

// word asks the writer's words, then those built in, first in the language itself, then in what it is a variant of.
func (w Writer) word(lang, key string, args map[string]any) string {
	if w.Words != nil {
		if s := w.Words(lang, key, args); s != "" && s != key {
			return s
		}
	}
	return DefaultWords(lang, key, args)
}

// DefaultWords speaks the built-in languages, English where there is no better. For an unknown key it gives "".
func DefaultWords(lang, key string, args map[string]any) string {
	table, ok := defaultWords[lang]
	if !ok {
		primary, _, _ := strings.Cut(lang, "-")
		if table, ok = defaultWords[primary]; !ok {
			table = defaultWords["en"]
		}
	}
	s := table[key]
	if s == "" {
		s = defaultWords["en"][key]
	}
	if s == "" || len(args) == 0 {
		return s
	}
	var b strings.Builder
	for {
		before, rest, ok := strings.Cut(s, "{")
		b.WriteString(before)
		if !ok {
			return b.String()
		}
		name, after, ok := strings.Cut(rest, "}")
		if !ok {
			b.WriteString("{" + rest)
			return b.String()
		}
		fmt.Fprint(&b, args[name])
		s = after
	}
}

// WordKeys lists the keys that the writers ask for, so that a translation can be checked for completeness.
func WordKeys() []string {
	keys := make([]string, 0, len(defaultWords["en"]))
	for k := range defaultWords["en"] {
		keys = append(keys, k)
	}
	return keys
}

// defaultWords are short on purpose: they stand in posts that people read on other servers.
var defaultWords = map[string]map[string]string{
	"en": {
		"post.offer": "Offer: {Title}", "post.want": "Want: {Title}",
		"post.closed_name": "Closed: {Title}", "post.closed": "[Closed – {State}]",
		"post.paused": "[Paused]", "post.agreed": "[Everything is spoken for]",
		"post.state.done": "fulfilled", "post.state.withdrawn": "withdrawn", "post.state.expired": "expired",
		"post.lot": "Each: {Quantity}.", "post.available": "Available: {Quantity}.", "post.needed": "Needed: {Quantity}.",
		"post.minimum": "At least {Quantity}.",
		"post.return":  "In return: {Price}.", "post.per": "{Price} per {Quantity}", "post.each": "{Price} each",
		"post.decimal": ".",
		"post.range":   "{Min} to {Max}", "post.from": "from {Min}", "post.upto": "up to {Max}", "post.open": "what you can",
		"post.suggested": "{Price} (suggested: {Suggested})", "post.parts": "Of that {Parts}.",
		"post.mode.gift": "A gift.", "post.mode.share": "To share.", "post.mode.lend": "To lend.", "post.mode.swap": "To swap.",
		"post.mode.discuss": "What is given in return is to be discussed.",
		"post.maker":        "Made by {Name}.", "post.behalf": "On behalf of {Name}.", "post.starts": "From {Date}.",
		"post.until": "until {Date}", "post.date": "{Day} {Month} {Year}", "post.more": "More: {Address}",
		"month.1": "January", "month.2": "February", "month.3": "March", "month.4": "April", "month.5": "May", "month.6": "June",
		"month.7": "July", "month.8": "August", "month.9": "September", "month.10": "October", "month.11": "November",
		"month.12":      "December",
		"post.unit.one": "", "post.unit.piece": "pieces", "post.unit.dozen": "dozen", "post.unit.hour": "h", "post.unit.day": "days", "post.unit.week": "weeks",
		"post.unit.month": "months", "post.unit.year": "years", "post.unit.minute-Time": "min", "post.unit.kilogram": "kg", "post.unit.gram": "g",
		"post.unit.tonne": "t", "post.unit.litre": "l", "post.unit.metre": "m", "post.unit.kilometre": "km",
		"post.category.AM10": "Arts", "post.category.AM20": "Campaigning", "post.category.AM30": "Community spaces", "post.category.AM40": "Education",
		"post.category.AM50": "Energy", "post.category.AM60": "Food", "post.category.AM70": "Goods and services", "post.category.AM80": "Care",
		"post.category.AM90": "Housing", "post.category.AM100": "Finance", "post.category.AM110": "Nature", "post.category.AM120": "Repair",
		"post.category.AM130": "Agriculture", "post.category.AM140": "Industry", "post.category.AM150": "Utilities", "post.category.AM160": "Transport",
		"actor.area": "Area", "actor.availability": "Availability", "actor.skills": "Skills", "actor.languages": "Languages",
		"actor.fediverse": "Also at", "actor.since": "Member since",
	},
	"es": {
		"post.offer": "Oferta: {Title}", "post.want": "Se busca: {Title}",
		"post.closed_name": "Cerrado: {Title}", "post.closed": "[Cerrado – {State}]",
		"post.paused": "[En pausa]", "post.agreed": "[Todo está comprometido]",
		"post.state.done": "cumplido", "post.state.withdrawn": "retirado", "post.state.expired": "caducado",
		"post.lot": "Cada uno: {Quantity}.", "post.available": "Disponible: {Quantity}.", "post.needed": "Se necesita: {Quantity}.",
		"post.minimum": "Como mínimo {Quantity}.",
		"post.return":  "A cambio: {Price}.", "post.per": "{Price} por {Quantity}", "post.each": "{Price} por unidad",
		"post.decimal": ",",
		"post.range":   "de {Min} a {Max}", "post.from": "desde {Min}", "post.upto": "hasta {Max}", "post.open": "lo que puedas",
		"post.suggested": "{Price} (sugerido: {Suggested})", "post.parts": "De ello {Parts}.",
		"post.mode.gift": "Se regala.", "post.mode.share": "Para compartir.", "post.mode.lend": "En préstamo.",
		"post.mode.swap": "Trueque.", "post.mode.discuss": "Lo que se da a cambio, a convenir.",
		"post.maker": "Hecho por {Name}.", "post.behalf": "De parte de {Name}.", "post.starts": "A partir del {Date}.",
		"post.until": "hasta el {Date}", "post.date": "{Day} de {Month} de {Year}", "post.more": "Más: {Address}",
		"month.1": "enero", "month.2": "febrero", "month.3": "marzo", "month.4": "abril", "month.5": "mayo", "month.6": "junio",
		"month.7": "julio", "month.8": "agosto", "month.9": "septiembre", "month.10": "octubre", "month.11": "noviembre",
		"month.12":        "diciembre",
		"post.unit.piece": "piezas", "post.unit.dozen": "docenas", "post.unit.day": "días", "post.unit.week": "semanas", "post.unit.month": "meses",
		"post.unit.year":     "años",
		"post.category.AM10": "Artes", "post.category.AM20": "Activismo", "post.category.AM30": "Espacios comunes", "post.category.AM40": "Educación",
		"post.category.AM50": "Energía", "post.category.AM60": "Alimentación", "post.category.AM70": "Bienes y servicios", "post.category.AM80": "Cuidados",
		"post.category.AM90": "Vivienda", "post.category.AM100": "Finanzas", "post.category.AM110": "Naturaleza", "post.category.AM120": "Reparación",
		"post.category.AM130": "Agricultura", "post.category.AM140": "Industria", "post.category.AM150": "Suministros", "post.category.AM160": "Transporte",
		"actor.area": "Zona", "actor.availability": "Disponibilidad", "actor.skills": "Saberes", "actor.languages": "Idiomas",
		"actor.fediverse": "También en", "actor.since": "Socia desde",
	},
}
