package node

import (
	"strings"
	"testing"

	"toadlane/federation/vocab"
	"toadlane/web"
)

// The posts that peers show are written with the site's words. One that asks for values the post does not give showed
// "24 <no value> pieces" to every follower (seen on GoToSocial 0.20 and honk, 2026-11-20).
func TestWordsOfPosts(t *testing.T) {
	t.Parallel()
	words, err := web.Words()
	if err != nil {
		t.Fatal(err)
	}
	const missing = "<no value>"
	if got := words("en", "unit.piece", nil); !strings.Contains(got, missing) {
		t.Fatalf("the page's words for pieces without an amount: %q, which shows nothing about the others", got)
	}
	for _, key := range vocab.WordKeys() {
		// What the post gives is what the built-in sentence names, and for units the count that the plural is chosen by.
		args := map[string]any{}
		for rest := vocab.DefaultWords("", key, nil); ; {
			_, after, ok := strings.Cut(rest, "{")
			if !ok {
				break
			}
			name, more, _ := strings.Cut(after, "}")
			args[name], rest = "17", more
		}
		if strings.HasPrefix(key, "unit.") {
			args["Count"] = "17"
		}
		for _, lang := range []string{"en", "es", "fr", "pt", "de", "ar"} {
			got := words(lang, key, args)
			if got == key || strings.Contains(got, missing) {
				t.Errorf("%s %s: %q", lang, key, got)
			}
			if len(args) > 0 && !strings.Contains(got, "17") {
				t.Errorf("%s %s: %q says nothing of what the post gives", lang, key, got)
			}
		}
	}
}
