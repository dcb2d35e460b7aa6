package vocab

import (
	"toadlane/coop"
	"toadlane/internal/limits"
	"toadlane/internal/strictjson"
)

// Collection is a collection or a page of one.
type Collection struct {
	ID          coop.IRI // "" when it has none
	Owner       coop.IRI // attributedTo, or ""
	PartOf      coop.IRI
	Total       int // -1 when it is not said
	First, Next coop.IRI
	FirstPage   *Collection // when the first page stands inside
	Items       []Ref       // at most limits.CollectionItems, those that make no sense left out
}

// DecodeCollection reads a Collection, an OrderedCollection or a page of either. Addresses of other pages count only on the
// same origin. Class Invalid for anything else.
func DecodeCollection(o strictjson.Object) (Collection, error) {
	return decodeCollection(o, true)
}

func decodeCollection(o strictjson.Object, whole bool) (Collection, error) {
	c := Collection{Total: -1}
	if !o.Is("Collection", "OrderedCollection", "CollectionPage", "OrderedCollectionPage") {
		return c, invalid("%.100s is no collection", o.RawOf("type"))
	}
	c.ID, _ = o.ID()
	c.Owner, _ = o.IRI("attributedTo")
	c.PartOf, _ = o.IRI("partOf")
	if n, ok := o.Int("totalItems"); ok && n >= 0 && n < 1<<31 {
		c.Total = int(n)
	}
	c.First, _ = o.IRI("first")
	c.Next, _ = o.IRI("next")
	for _, other := range []*coop.IRI{&c.First, &c.Next} {
		if c.ID != "" && *other != "" && !coop.SameOrigin(c.ID, *other) || *other == c.ID {
			*other = ""
		}
	}
	if first := o.Object("first"); whole && first.Is("CollectionPage", "OrderedCollectionPage") {
		if page, err := decodeCollection(first, false); err == nil {
			c.FirstPage = &page
		}
	}
	for _, key := range []string{"orderedItems", "items"} {
		for _, v := range o.List(key) {
			if r, ok := ref(v); ok && len(c.Items) < limits.CollectionItems {
				c.Items = append(c.Items, r)
			}
		}
	}
	return c, nil
}
