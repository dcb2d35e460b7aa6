package htmlsafe

import "testing"

func TestDocument(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		`<h2 id="login" class="x" onclick=x>A</h2><script>x</script>`:                        `<h2>A</h2>`,
		`<table class="x"><tr><td style="x" colspan=9>a</td></tr></table>`:                   `<table><tr><td>a</td></tr></table>`,
		`<a href="#nights">n</a><a href="/handbook/pay#x">p</a>`:                             `<a href="#nights">n</a><a href="/handbook/pay#x">p</a>`,
		`<a href="/logout">x</a><a href="/handbook/../logout">y</a><a href="//e.test">z</a>`: `xyz`,
		`<a href="javascript:x">x</a><img src="https://e.test/x">`:                           `x`,
		`<a href="https://a.test/">x</a>`:                                                    `<a href="https://a.test/" rel="nofollow noopener noreferrer ugc">x</a>`,
		`<ol start="3"><li>x</li></ol><del>y</del><hr>`:                                      `<ol start="3"><li>x</li></ol><del>y</del><hr>`,
	} {
		if got := Document(in); got != want {
			t.Errorf("Document(%q) = %q, want %q", in, got, want)
		}
		if again := Document(Document(in)); again != Document(in) {
			t.Errorf("%q: a second pass makes %q", in, again)
		}
	}
}
