package vocab

import (
	"strings"
	"testing"
)

// twoTongues are words of a node that speaks English and Spanish, enough to see that a post speaks each.
func twoTongues(lang, key string, args map[string]any) string {
	if lang == "es" || strings.HasPrefix(lang, "es-") {
		return fillIn(spanish[key], args)
	}
	return ""
}

func TestDefaultWords(t *testing.T) {
	t.Parallel()
	for key := range spanish {
		if _, ok := defaultWords[key]; !ok {
			t.Errorf("nobody asks for %s", key)
		}
	}
	if got := DefaultWords("es", "format.date", map[string]any{"Day": "3", "Month": "May", "Year": "2027"}); got != "3 May 2027" {
		t.Error(got)
	}
	if DefaultWords("xx", "no.such", nil) != "" || DefaultWords("xx", "month.12", nil) != "December" {
		t.Error("unknown words")
	}
	if got := fillIn("{A", nil) + fillIn("{A} {", map[string]any{"A": "x"}); got != "{Ax {" {
		t.Error(got)
	}
}

var spanish = map[string]string{
	"post.offer": "Oferta: {Title}", "post.want": "Se busca: {Title}",
	"post.closed_name": "Cerrado: {Title}", "post.closed": "[Cerrado – {State}]",
	"post.paused": "[En pausa]", "post.agreed": "[Todo está comprometido]",
	"post.state.done": "cumplido", "post.state.withdrawn": "retirado", "post.state.expired": "caducado",
	"post.lot": "Cada uno: {Quantity}.", "post.available": "Disponible: {Quantity}.", "post.needed": "Se necesita: {Quantity}.",
	"post.minimum": "Como mínimo {Quantity}.",
	"post.return":  "A cambio: {Price}.", "post.per": "{Price} por {Quantity}", "post.each": "{Price} por unidad",
	"format.decimal": ",",
	"post.range":     "de {Min} a {Max}", "post.from": "desde {Min}", "post.upto": "hasta {Max}", "post.open": "lo que puedas",
	"post.suggested": "{Price} (sugerido: {Suggested})", "post.parts": "De ello {Parts}.",
	"post.mode.gift": "Se regala.", "post.mode.share": "Para compartir.", "post.mode.lend": "En préstamo.",
	"post.mode.swap": "Trueque.", "post.mode.discuss": "Lo que se da a cambio, a convenir.",
	"post.maker": "Hecho por {Name}.", "post.behalf": "De parte de {Name}.", "post.starts": "A partir del {Date}.",
	"post.until": "hasta el {Date}", "format.date": "{Day} de {Month} de {Year}", "post.more": "Más: {Address}",
	"month.1": "enero", "month.2": "febrero", "month.3": "marzo", "month.4": "abril", "month.5": "mayo", "month.6": "junio",
	"month.7": "julio", "month.8": "agosto", "month.9": "septiembre", "month.10": "octubre", "month.11": "noviembre",
	"month.12":   "diciembre",
	"unit.piece": "{Amount}\u00a0piezas", "unit.dozen": "{Amount}\u00a0docenas", "unit.day": "{Amount}\u00a0días", "unit.week": "{Amount}\u00a0semanas", "unit.month": "{Amount}\u00a0meses",
	"unit.year":          "{Amount}\u00a0años",
	"post.category.AM10": "Artes", "post.category.AM20": "Activismo", "post.category.AM30": "Espacios comunes", "post.category.AM40": "Educación",
	"post.category.AM50": "Energía", "post.category.AM60": "Alimentación", "post.category.AM70": "Bienes y servicios", "post.category.AM80": "Cuidados",
	"post.category.AM90": "Vivienda", "post.category.AM100": "Finanzas", "post.category.AM110": "Naturaleza", "post.category.AM120": "Reparación",
	"post.category.AM130": "Agricultura", "post.category.AM140": "Industria", "post.category.AM150": "Suministros", "post.category.AM160": "Transporte",
	"post.version": "Versión {Number}.", "post.retired": "[Ya no está en uso]", "post.adopts": "Nos guiamos por {Title}, una página del manual de {Coop}.",
	"actor.area": "Zona", "actor.availability": "Disponibilidad", "actor.skills": "Saberes", "actor.languages": "Idiomas",
	"actor.fediverse": "También en", "actor.since": "Socia desde",
}
