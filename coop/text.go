package coop

import "sort"

// Text is the same words in one or more languages, keyed by BCP 47 tag.
type Text map[string]string

// In gives the words in the first of the wanted languages that there is, else in the lexically first one, with its tag.
func (t Text) In(wanted ...string) (words, tag string) {
	for _, w := range wanted {
		if s, ok := t[w]; ok && s != "" {
			return s, w
		}
	}
	for _, k := range t.Tags() {
		if t[k] != "" {
			return t[k], k
		}
	}
	return "", ""
}

// Tags lists the languages in order.
func (t Text) Tags() []string {
	tags := make([]string, 0, len(t))
	for k := range t {
		tags = append(tags, k)
	}
	sort.Strings(tags)
	return tags
}
