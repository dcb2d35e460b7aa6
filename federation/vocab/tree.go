package vocab

import (
	"fmt"
	"net/url"
	"slices"
	"strconv"

	"toadlane/coop"
	"toadlane/internal/strictjson"
)

// Raw is a JSON value that is written as it stands.
type Raw []byte

// tree is a JSON object on its way out. Its members are written in the order of memberOrder, so that the same facts always
// give the same bytes, in an order that people can read.
type tree = map[string]any

// written is the name under which a tree keeps an object that is bytes already; its members follow the tree's own.
const written = "\x00"

// number is the literal of a JSON number; a float would not survive as it was written.
type number string

// memberOrder is the order in which members are written, whatever the object; others follow by name.
var memberOrder = func() map[string]int {
	m := make(map[string]int)
	for i, name := range []string{
		"@context", "id", "type", "subject", "aliases", "version", "software", "rel", "actor", "attributedTo", "preferredUsername", "webfinger",
		"action", "resourceConformsTo", "resourceClassifiedAs",
		"mediaType", "name", "nameMap", "href", "label", "summary", "summaryMap", "content", "contentMap", "source", "inReplyTo", "url",
		"published", "updated", "startTime", "endTime", "deleted", "formerType", "to", "cc",
		"sensitive", "context", "replies", "location", "latitude", "longitude", "radius", "units", "width", "height", "attachment", "tag", "interactionPolicy",
		"purpose", "unitBased", "status", "outcome", "closedAt", "kind", "modes", "stream", "scope", "category", "keywords", "maker", "onBehalfOf", "contact",
		"publishes", "reciprocal", "priceLines",
		"latestRevision", "revisions", "revisionOf", "parents", "digestMultibase", "forkedFrom", "adopts", "license", "circle", "story", "changes",
		"reviewBy", "reviewed", "enacted", "decided", "method", "day", "minutes", "manner", "met", "checked", "evidence", "preview",
		"hasUnit", "hasNumericalValue", "resourceQuantity", "availableQuantity", "minimumQuantity", "finished",
		"medium", "currency", "amount", "priceMin", "priceSuggested", "priceMax",
		"inbox", "outbox", "followers", "following", "endpoints", "featured", "manuallyApprovesFollowers", "discoverable", "indexable",
		"icon", "owner", "controller", "publicKey", "publicKeyPem", "publicKeyMultibase", "expires", "assertionMethod", "value",
		"offers", "wants", "members", "handbook", "charters", "words", "memberOf", "regions", "generator", "implements",
		"object", "target", "region", "entry", "result", "relationship",
		"partOf", "membersOf", "totalItems", "hiddenItems", "first", "next", "prev", "items", "orderedItems", "links",
	} {
		m[name] = i + 1
	}
	return m
}()

// write gives the bytes of t. Class Internal for what JSON cannot hold.
func write(t tree) ([]byte, error) {
	return appendValue(make([]byte, 0, 4096), t)
}

func appendValue(b []byte, v any) ([]byte, error) {
	switch x := v.(type) {
	case nil:
		return append(b, "null"...), nil
	case Raw:
		return append(b, x...), nil
	case number:
		return append(b, x...), nil
	case string:
		return strictjson.AppendString(b, x)
	case coop.IRI:
		return strictjson.AppendString(b, string(x))
	case bool:
		return strconv.AppendBool(b, x), nil
	case int:
		return strconv.AppendInt(b, int64(x), 10), nil
	case tree:
		return appendTree(b, x)
	case coop.Text:
		b = append(b, '{')
		for i, tag := range x.Tags() {
			b = comma(b, i)
			var err error
			if b, err = appendMember(b, tag, x[tag]); err != nil {
				return b, err
			}
		}
		return append(b, '}'), nil
	case []any:
		return appendList(b, x)
	case []string:
		return appendList(b, x)
	case []coop.IRI:
		return appendList(b, x)
	case []tree:
		return appendList(b, x)
	case []Raw:
		return appendList(b, x)
	case []number:
		return appendList(b, x)
	}
	return b, coop.Errorf(coop.Internal, "error.internal", "write JSON: a %T", v)
}

func appendTree(b []byte, t tree) ([]byte, error) {
	var buf [64]string
	names := buf[:0]
	rest, _ := t[written].(Raw)
	for name := range t {
		if name != written {
			names = append(names, name)
		}
	}
	slices.SortFunc(names, func(x, y string) int {
		i, j := memberOrder[x], memberOrder[y]
		switch {
		case i != 0 && j != 0:
			return i - j
		case i != 0:
			return -1
		case j != 0:
			return 1
		case x < y:
			return -1
		}
		return 1
	})
	b = append(b, '{')
	var err error
	for i, name := range names {
		if b, err = appendMember(comma(b, i), name, t[name]); err != nil {
			return b, fmt.Errorf("%s: %w", name, err)
		}
	}
	if len(rest) > 2 {
		return append(comma(b, len(names)), rest[1:]...), nil
	}
	return append(b, '}'), nil
}

func appendMember(b []byte, name string, v any) ([]byte, error) {
	b, err := strictjson.AppendString(b, name)
	if err != nil {
		return b, err
	}
	return appendValue(append(b, ':'), v)
}

func appendList[T any](b []byte, list []T) ([]byte, error) {
	b = append(b, '[')
	var err error
	for i, v := range list {
		if b, err = appendValue(comma(b, i), v); err != nil {
			return b, err
		}
	}
	return append(b, ']'), nil
}

func comma(b []byte, i int) []byte {
	if i > 0 {
		return append(b, ',')
	}
	return b
}

// put sets a member unless v is the zero value of its type.
func put[T comparable](t tree, name string, v T) {
	var zero T
	if v != zero {
		t[name] = v
	}
}

// uri is an address for go-fed, which writes it with url.URL.String. As Opaque it comes out exactly as it went in; parsed, a
// path of other letters would be escaped anew and name something else.
func uri(i coop.IRI) *url.URL {
	s := string(i)
	for k := 0; k+1 < len(s); k++ {
		if s[k] == ':' {
			return &url.URL{Scheme: s[:k], Opaque: s[k+1:]}
		}
	}
	return &url.URL{Opaque: s}
}
