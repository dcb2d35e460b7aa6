package market

import "toadlane/coop"

// Concept is an entry of the category list: one of the 16 activities of the ESSGlobal vocabulary, as a SKOS concept. Its
// words are in the translation files under "category.<Code>".
type Concept struct {
	Code  string // e.g. AM60
	Icon  string // name of its pictogram
	Shape string // the shape behind the pictogram, so that no meaning hangs on colour
}

// CategoryScheme is the address of the list (map-sse "activities-modified", ESSGlobal).
const CategoryScheme = "http://purl.org/essglobal/standard/activities-modified"

// Categories is the list, in its own order.
var Categories = []Concept{
	{"AM10", "masks", "circle"}, {"AM20", "megaphone", "triangle"}, {"AM30", "hall", "square"}, {"AM40", "book", "diamond"},
	{"AM50", "sun", "hexagon"}, {"AM60", "bread", "circle"}, {"AM70", "basket", "triangle"}, {"AM80", "heart", "square"},
	{"AM90", "house", "diamond"}, {"AM100", "coins", "hexagon"}, {"AM110", "leaf", "circle"}, {"AM120", "repair", "triangle"},
	{"AM130", "tractor", "square"}, {"AM140", "factory", "diamond"}, {"AM150", "tap", "hexagon"}, {"AM160", "bicycle", "circle"},
}

// KnownCategory tells whether code is in the list.
func KnownCategory(code string) bool {
	for _, c := range Categories {
		if c.Code == code {
			return true
		}
	}
	return false
}

// IRI is the concept's address.
func (c Concept) IRI() coop.IRI { return coop.IRI(CategoryScheme + "/" + c.Code) }

// CategoryByIRI finds the code that an address names, "" when it is none of the list.
func CategoryByIRI(iri string) string {
	for _, c := range Categories {
		if string(c.IRI()) == iri {
			return c.Code
		}
	}
	return ""
}
