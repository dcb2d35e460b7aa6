package node

import (
	"strings"
	"testing"

	"toadlane/federation/vocab"
	"toadlane/web"
)

// The posts that peers show are written with the site's words where it has some under the same key. One that asks for values
// the post does not give showed "24 <no value> pieces" to every follower (seen on GoToSocial 0.20 and honk, 2026-11-20).
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
	for _, lang := range []string{"en", "es"} {
		for _, key := range vocab.WordKeys() {
			if got := words(lang, key, nil); strings.Contains(got, missing) {
				t.Errorf("%s %s: %q", lang, key, got)
			}
		}
	}
}
