package web

import (
	"encoding/json"
	"fmt"
	"net/http"

	"toadlane/coop"
	"toadlane/market"
)

// vocabContext spells the terms of SKOS (W3C Recommendation, 2009) that are used here.
var vocabContext = map[string]any{
	"skos":        "http://www.w3.org/2004/02/skos/core#",
	"dcterms":     "http://purl.org/dc/terms/",
	"prefLabel":   map[string]any{"@id": "skos:prefLabel", "@container": "@language"},
	"title":       map[string]any{"@id": "dcterms:title", "@container": "@language"},
	"notation":    "skos:notation",
	"inScheme":    map[string]any{"@id": "skos:inScheme", "@type": "@id"},
	"topConcept":  map[string]any{"@id": "skos:hasTopConcept", "@type": "@id"},
	"topOf":       map[string]any{"@id": "skos:topConceptOf", "@type": "@id"},
	"graph":       "@graph",
	"ConceptList": "skos:ConceptScheme",
	"Concept":     "skos:Concept",
}

// vocabDocument serves the categories as a SKOS scheme in JSON-LD, with a label in every language that the pages speak.
func (s *Site) vocabDocument(v *visit) error {
	labels := func(key string) map[string]string {
		out := map[string]string{}
		for tag, t := range s.tongues {
			out[tag] = t.say(key)
		}
		return out
	}
	var top []coop.IRI
	var graph []any
	for _, c := range market.Categories {
		top = append(top, c.IRI())
		graph = append(graph, map[string]any{"@id": c.IRI(), "@type": "Concept", "notation": c.Code,
			"prefLabel": labels("category." + c.Code), "inScheme": market.CategoryScheme, "topOf": market.CategoryScheme})
	}
	scheme := map[string]any{"@id": market.CategoryScheme, "@type": "ConceptList", "title": labels("categories.title"), "topConcept": top}
	b, err := json.MarshalIndent(map[string]any{"@context": vocabContext, "graph": append([]any{scheme}, graph...)}, "", " ")
	if err != nil {
		return fmt.Errorf("categories: %w", err)
	}
	v.bytes(http.StatusOK, "application/ld+json", b)
	return nil
}
