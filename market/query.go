package market

import (
	"time"

	"toadlane/coop"
)

// Sort is the order of a list. Every list states it (invariant 20).
type Sort string

// The orders. Best needs words to search for.
const (
	Newest  Sort = "newest" // last published or changed first, then id
	Ends    Sort = "ends"   // soonest end first
	Nearest Sort = "nearest"
	ByTitle Sort = "title"
	Best    Sort = "best" // by how well the words match; newest where too many do
)

// Sorts lists them in the order of the form.
var Sorts = []Sort{Newest, Ends, Nearest, ByTitle, Best}

// Query is one question to the market. Zero fields do not narrow. It is the same for both databases, and storetest holds
// them to the same answers.
type Query struct {
	Reach    coop.Visibility // what the reader may see: Everyone for the public, CoopOnly for a member
	Text     string          // words, all of which must be there; the last may be a beginning of 4 letters or more while few have it whole
	Purpose  Purpose
	Kind     Kind
	Category string
	Mode     Mode
	Stream   Stream
	Scope    Scope
	Tag      string
	Language string
	Home     coop.IRI // one neighbour's
	Local    bool     // only ours
	// Of takes only the listings of these co-ops, "" being ours; nil is everybody's. A saved search keeps those that were meant when it was saved.
	Of []coop.IRI
	// Region takes only what co-ops bring into a region by this id, as far as they let it be shown there and were heard of lately.
	Region   string
	Poster   coop.ID // only one member's, in any state when States is set
	Near     *coop.Point
	RadiusKm int // with Near; 0 means any distance
	Since    time.Time
	Before   time.Time // ends before
	HasPhoto bool
	// CameAfter takes only what could be seen here from a later moment on, whatever its home says about when it was made.
	CameAfter time.Time
	Alike     *Alike  // only what could match a listing with this category or these words
	States    []State // nil means live: open and not past the end
	Sort      Sort
	Cursor    string // from a Page; class Invalid, key cursor.invalid, when it is not of this order
	Limit     int    // 1 to MaxPage; 0 means DefaultPage
}

// How many listings a page has.
const (
	DefaultPage = 18
	MaxPage     = 100
)

// Page is a part of an answer.
type Page struct {
	Listings []Listing
	Next     string // cursor of the next part, "" at the end
}
