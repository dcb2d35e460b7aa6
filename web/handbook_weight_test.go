package web_test

import (
	"net/http"
	"regexp"
	"testing"
)

var partOfPage = regexp.MustCompile(`(?:href|src)="(/static/[^"]+\.(?:css|js))"`)

// A page of the handbook with its styles and scripts weighs less than 100 kB, before it is squeezed.
func TestHandbookPagesAreLight(t *testing.T) {
	t.Parallel()
	r := founded(t, "https://bakery.example", nil)
	r.written("Pay", payText, true, nil)
	motion := r.proposed("ada", "pay", payText+"\n## More\n\nNew.\n", nil)
	b := r.signedIn("sten")
	parts := map[string]int{}
	for _, path := range []string{"/handbook", "/handbook/pay", "/handbook/pay/history", "/handbook/pay/diff", "/handbook/pay/edit", "/handbook/pay/settings", "/handbook/pay/status",
		"/handbook/motions", motion, "/handbook/commons", "/handbook/adoptions", "/handbook/reading", "/handbook/search?q=pay", "/handbook/print"} {
		a := b.get(path).want(http.StatusOK)
		n := len(a.body)
		for _, m := range partOfPage.FindAllStringSubmatch(a.body, -1) {
			if parts[m[1]] == 0 {
				parts[m[1]] = len(b.get(m[1]).want(http.StatusOK).body)
			}
			n += parts[m[1]]
		}
		if n > 100_000 {
			t.Errorf("%s weighs %d bytes", path, n)
		}
	}
	if len(parts) < 3 {
		t.Errorf("only %d styles and scripts", len(parts))
	}
}
