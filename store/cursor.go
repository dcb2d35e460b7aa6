package store

import (
	"encoding/base64"
	"math"

	"toadlane/coop"
	"toadlane/internal/limits"
	"toadlane/market"
)

// position is where a page ended: the order it is of, and the keys of its last row. It goes out as an opaque cursor, so that
// a page never counts rows it skips, and rows that come or go shift nothing.
type position struct {
	Order string
	Key   int64   // until, seq, score or a time
	Far   float64 // kilometres
	Title string
	Seq   int64
	ID    string
}

func cursorOf(order string, key int64, id string) position {
	return position{Order: order, Key: key, ID: id}
}

// String writes the cursor.
func (p position) String() string {
	text, err := encode(p)
	if err != nil {
		return ""
	}
	return base64.RawURLEncoding.EncodeToString([]byte(text))
}

// parsePosition reads a cursor of one of the orders. Class Invalid, key cursor.invalid, for anything else.
func parsePosition(s string, orders ...string) (p position, err error) {
	bad := func(err error) (position, error) {
		return position{}, coop.Errorf(coop.Invalid, "cursor.invalid", "cursor %.40q: %w", s, err)
	}
	if len(s) > limits.CursorBytes {
		return bad(base64.CorruptInputError(limits.CursorBytes))
	}
	text, err := base64.RawURLEncoding.Strict().DecodeString(s)
	if err != nil {
		return bad(err)
	}
	if err := decode(text, &p); err != nil {
		return bad(err)
	}
	if math.IsNaN(p.Far) || storable(p.Title) != p.Title || storable(p.ID) != p.ID {
		return bad(base64.CorruptInputError(0))
	}
	for _, o := range orders {
		if p.Order == o {
			return p, nil
		}
	}
	return position{}, coop.Errorf(coop.Invalid, "cursor.invalid", "cursor %.40q is of order %.20q", s, p.Order)
}

// marketPage holds the size of a page between 1 and market.MaxPage.
func marketPage(n int) int {
	if n <= 0 {
		return market.DefaultPage
	}
	return min(n, market.MaxPage)
}
