package handbook

import "toadlane/coop"

// Query is a question to the handbook, ours and what peers share. All that it names has to hold; the words of Text are looked for as the
// market's are: folded, all of them, the last one also as a beginning.
type Query struct {
	Text     string
	Kind     Kind
	Language string
	Home     coop.IRI // one neighbour's
	Whose    Whose
	Public   bool // only what is public; the use cases set it
	Sort     Sort
	Cursor   string // from a Found; class Invalid, key cursor.invalid, when it is not of this order
	Limit    int    // 1 to MaxPage; 0 means DefaultPage
}

// Whose says whose pages are asked for.
type Whose string

// The answers; "" is anybody's.
const (
	Ours   Whose = "ours"
	Theirs Whose = "theirs"
)

// Sort is the order of an answer. Within what is equal by it, pages are ordered by folded name, then by id.
type Sort string

// The orders.
const (
	ByName  Sort = "name"
	Newest  Sort = "newest"  // changed last first
	Adopted Sort = "adopted" // adopted by most co-ops first
	Best    Sort = "best"    // most of the words in the name first
)

// Sorts lists them in the order they are offered.
var Sorts = []Sort{Best, ByName, Adopted, Newest}

// How many pages, motions or offers a list has.
const (
	DefaultPage = 20
	MaxPage     = 100
)

// Hit is a page that was found.
type Hit struct {
	Protocol  Protocol
	Adoptions int // co-ops whose public adoption holds
}

// Found is a part of an answer.
type Found struct {
	Hits []Hit
	Next string // cursor of the next part, "" at the end
}

// Enactment is a text that came into use.
type Enactment struct {
	Protocol Protocol
	Revision Revision // without source
}

// pageSize holds the size of a list between 1 and MaxPage.
func pageSize(n int) int {
	if n <= 0 {
		return DefaultPage
	}
	return min(n, MaxPage)
}
