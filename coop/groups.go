package coop

import (
	"errors"
	"slices"
	"strconv"
	"strings"
)

// How many constituencies, and how many stages, a co-op may have; how long a slug and a name of one may be, in characters.
const (
	MaxGroups    = 20
	MaxSlug      = 30
	MaxGroupName = 60
)

// ValidSlug tells whether s can stand for something in an address: a-z, 0-9 and hyphens between them, 1 to most. Of a constituency or a stage most
// is MaxSlug.
func ValidSlug(s string, most int) bool {
	if len(s) == 0 || len(s) > most || s[0] == '-' || s[len(s)-1] == '-' {
		return false
	}
	for i := 0; i < len(s); i++ {
		c := s[i]
		if !(c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '-') {
			return false
		}
	}
	return true
}

// validateGroups checks constituencies and stages.
func (c *Coop) validateGroups() error {
	var errs []error
	check := func(field string, n int, at func(int) (string, Text)) {
		if n > MaxGroups {
			errs = append(errs, FieldError(field, "field.many", map[string]any{"Max": MaxGroups}))
			return
		}
		seen := map[string]bool{}
		for i := range n {
			slug, name := at(i)
			switch {
			case !ValidSlug(slug, MaxSlug):
				errs = append(errs, FieldError(field, "slug.invalid", map[string]any{"Slug": slug, "Max": MaxSlug}))
			case seen[slug]:
				errs = append(errs, FieldError(field, "slug.twice", map[string]any{"Slug": slug}))
			}
			seen[slug] = true
			if len(name) == 0 {
				errs = append(errs, FieldError(field, "group.nameless", map[string]any{"Slug": slug}))
			}
			for _, tag := range name.Tags() {
				if !ValidLanguage(tag) {
					errs = append(errs, FieldError(field, "language.unknown", map[string]any{"Tag": tag}))
				}
				errs = append(errs, Line(field, name[tag], 1, MaxGroupName))
			}
		}
	}
	check("constituencies", len(c.Constituencies), func(i int) (string, Text) { return c.Constituencies[i].Slug, c.Constituencies[i].Name })
	check("stages", len(c.Stages), func(i int) (string, Text) { return c.Stages[i].Slug, c.Stages[i].Name })
	errs = append(errs, c.validateVotes())
	for _, list := range [][]string{c.FirstModes, c.Media} {
		if len(list) > MaxGroups {
			errs = append(errs, FieldError("modes", "field.many", map[string]any{"Max": MaxGroups}))
		}
		for _, x := range list {
			errs = append(errs, Line("modes", x, 1, MaxSlug))
		}
	}
	return errors.Join(errs...)
}

// validateVotes keeps the shares of the constituencies at 100 per cent together.
func (c *Coop) validateVotes() error {
	switch c.Votes {
	case PerHead:
		return nil
	case ByShare:
	default:
		return FieldError("votes", "choice.unknown", nil)
	}
	sum := 0
	for _, x := range c.Constituencies {
		if x.Share < 0 || x.Share > AllVotes {
			return FieldError("votes", "votes.range", map[string]any{"Slug": x.Slug})
		}
		sum += x.Share
	}
	if sum != AllVotes {
		return FieldError("votes", "votes.sum", map[string]any{"Sum": Percent(sum)})
	}
	return nil
}

// Percent writes hundredths of a per cent as one writes them in a form: "50", "33.33".
func Percent(n int) string {
	s := strconv.Itoa(n / 100)
	switch f := n % 100; {
	case f == 0:
	case f%10 == 0:
		s += "." + strconv.Itoa(f/10)
	default:
		s += "." + strconv.Itoa(f/10) + strconv.Itoa(f%10)
	}
	return s
}

// ParsePercent reads what Percent writes, with a point or a comma; ok is false for anything else or more than 100.
func ParsePercent(s string) (n int, ok bool) {
	whole, part, cut := strings.Cut(strings.Replace(strings.TrimSpace(s), ",", ".", 1), ".")
	if len(whole) == 0 || len(whole) > 3 || cut && (len(part) == 0 || len(part) > 2) {
		return 0, false
	}
	for len(part) < 2 {
		part += "0"
	}
	for _, c := range []byte(whole + part) {
		if c < '0' || c > '9' {
			return 0, false
		}
		n = 10*n + int(c-'0')
	}
	return n, n <= AllVotes
}

// stillUsed refuses to drop a constituency or a stage of old that somebody is in: their profile could not be saved any more.
func (c *Coop) stillUsed(old *Coop, people func() ([]Person, error)) error {
	gone := map[[2]string]bool{} // whether somebody is in it
	for _, x := range old.Constituencies {
		if !slices.ContainsFunc(c.Constituencies, func(y Constituency) bool { return y.Slug == x.Slug }) {
			gone[[2]string{"constituencies", x.Slug}] = false
		}
	}
	for _, x := range old.Stages {
		if !slices.ContainsFunc(c.Stages, func(y Stage) bool { return y.Slug == x.Slug }) {
			gone[[2]string{"stages", x.Slug}] = false
		}
	}
	if len(gone) == 0 {
		return nil
	}
	all, err := people()
	if err != nil {
		return err
	}
	for i := range all {
		for _, in := range [][2]string{{"constituencies", all[i].Constituency}, {"stages", all[i].Stage}} {
			if _, ok := gone[in]; ok {
				gone[in] = true
			}
		}
	}
	var errs []error
	for in, used := range gone {
		if used {
			errs = append(errs, FieldError(in[0], "slug.used", map[string]any{"Slug": in[1]}))
		}
	}
	return errors.Join(errs...)
}
