package web

import (
	"strings"
	"testing"
)

// FuzzAccept holds two things for any header: no panic, and that a page is never refused to whoever names no document.
func FuzzAccept(f *testing.F) {
	for _, s := range []string{"", "*/*", "text/html;q=0.5, application/activity+json", `application/ld+json; profile="a\",b"`, ",,;;q=,", "application/activity+json;q=1.0001",
		"text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		low := strings.ToLower(s)
		if wantsActivity(s) && !strings.Contains(low, "application/activity+json") && !strings.Contains(low, "application/ld+json") {
			t.Errorf("%q asks for a document", s)
		}
		if l := preferredLanguage(s, []string{"en", "es"}); l != "" && l != "en" && l != "es" {
			t.Errorf("%q prefers %q", s, l)
		}
	})
}

func TestQualities(t *testing.T) {
	t.Parallel()
	for s, want := range map[string]int{"0": 0, "1": 1000, "0.5": 500, "0.123": 123, "1.000": 1000, "1.5": 1000, "0.": 0, "": 0, ".5": 0, "0.1234": 0, "a": 0, "-1": 0, "0,5": 0} {
		if got := qvalue(s); got != want {
			t.Errorf("%q: %d, want %d", s, got, want)
		}
	}
	for header, want := range map[string]string{"": "", "es": "es", "es-AR": "es", "fr, en;q=0.2, es;q=0.1": "en", "en;q=0, es;q=0.1": "es", "fr": "", "*": "", "ES": "es",
		"estonian": "", "en;q=0.5,es;q=0.5": "en"} {
		if got := preferredLanguage(header, []string{"en", "es"}); got != want {
			t.Errorf("%q: %q, want %q", header, got, want)
		}
	}
}
