package coop

import "testing"

// TestPlainPathIsGood: the quick judgement may only say yes where the thorough one does. Every string of up to six of the signs
// that matter is tried.
func TestPlainPathIsGood(t *testing.T) {
	t.Parallel()
	const signs = "./?#a%:@"
	const authority = "a.example"
	yes := 0
	var try func(rest string, left int)
	try = func(rest string, left int) {
		if rest == "" || rest[0] == '/' || rest[0] == '?' || rest[0] == '#' {
			if plainPath(rest) {
				yes++
				if !goodPath("https://"+authority+rest, authority) {
					t.Errorf("%q is plain and not good", rest)
				}
			}
		}
		if left == 0 {
			return
		}
		for i := range signs {
			try(rest+signs[i:i+1], left-1)
		}
	}
	try("", 6)
	if yes < 1000 {
		t.Errorf("only %d strings were plain", yes)
	}
	for _, rest := range []string{"/.", "/..", "/a/./b", "/../a", "/a/..", "/..?a", "/.#a", "/%2e", "/ a", "/é", "/\\", "/<", "/\u200b"} {
		if plainPath(rest) {
			t.Errorf("%q is not plain", rest)
		}
	}
}
