package handbook

import (
	"slices"
	"strconv"
	"strings"

	"toadlane/coop"
)

// MaxSlug is the longest slug of a page, in characters.
const MaxSlug = 60

// ReservedSlugs are the words that stand behind /handbook/ for pages that are no protocol.
var ReservedSlugs = []string{"adoptions", "changes", "commons", "contents", "export", "import", "motions", "new", "offers", "print", "reading",
	"review", "search", "starter"}

// ValidSlug tells whether s can stand for a page in an address: a-z, 0-9 and hyphens between them, 1 to MaxSlug.
func ValidSlug(s string) bool { return coop.ValidSlug(s, MaxSlug) }

// FreeSlug proposes a slug for a page. folded is its name in lower case without diacritics, as the search folds it; what is no letter a to z
// or digit parts words. Where nothing is left the kind stands for it. A slug that is reserved or taken gets the first number behind it that is
// neither; taken says so of those that ever were a page's.
func FreeSlug(folded string, kind Kind, taken func(string) bool) string {
	words := strings.FieldsFunc(folded, func(r rune) bool { return !(r >= 'a' && r <= 'z' || r >= '0' && r <= '9') })
	const room = MaxSlug - 6 // for a number
	slug := ""
	for _, w := range words {
		longer := strings.TrimPrefix(slug+"-"+w, "-")
		if len(longer) > room {
			if slug == "" {
				slug = w[:room]
			}
			break
		}
		slug = longer
	}
	if slug == "" {
		slug = string(kind)
	}
	free := slug
	for n := 2; slices.Contains(ReservedSlugs, free) || taken(free); n++ {
		free = slug + "-" + strconv.Itoa(n)
	}
	return free
}
