package htmlsafe

import (
	"strings"
	"testing"

	nethtml "golang.org/x/net/html"
)

func TestClean(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ in, want string }{
		"text stays":                 {"Bread & <b>salt</b>", "Bread &amp; <b>salt</b>"},
		"XSS-01 script":              {"a<script>alert(1)</script>b", "ab"},
		"XSS-01 handler":             {`<img src=x onerror=alert(1)>hi`, "hi"},
		"XSS-01 svg":                 {`<svg/onload=alert(1)>hi`, "hi"},
		"XSS-01 body":                {`<body onload=alert(1)>hi`, "hi"},
		"XSS-02 javascript":          {`<a href="javascript:alert(1)">x</a>`, "x"},
		"XSS-02 entity":              {`<a href="java&#115;cript:alert(1)">x</a>`, "x"},
		"XSS-02 tab":                 {"<a href=\"java\tscript:alert(1)\">x</a>", "x"},
		"XSS-02 newline":             {"<a href=\"\njavascript:alert(1)\">x</a>", "x"},
		"XSS-02 vbscript":            {`<a href="vbscript:x">x</a>`, "x"},
		"XSS-02 data":                {`<a href="data:text/html,x">x</a>`, "x"},
		"XSS-02 blob":                {`<a href="blob:https://x/1">x</a>`, "x"},
		"XSS-04 style, class and id": {`<p style="position:fixed" class="admin-banner" id="login">x</p>`, "<p>x</p>"},
		"XSS-05 picture":             {`<p>x<img src="https://evil.test/1.gif"></p>`, "<p>x</p>"},
		"XSS-05 link without scheme": {`<a href="//evil.test/x">x</a>`, "x"},
		"XSS-05 relative link":       {`<a href="/admin">x</a>`, "x"},
		"form":                       {`<form action="/logout"><input><button>x</button></form>`, "x"},
		"link":                       {`<a href="https://a.test/x?y=1&z=2" target="_top" rel="me">x</a>`, `<a href="https://a.test/x?y=1&amp;z=2" rel="nofollow noopener noreferrer ugc">x</a>`},
		"lists":                      {`<ul><li>x</li></ul><blockquote>y</blockquote><pre><code>z</code></pre>`, `<ul><li>x</li></ul><blockquote>y</blockquote><pre><code>z</code></pre>`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := Clean(c.in); got != c.want {
				t.Errorf("Clean(%q) = %q, want %q", c.in, got, c.want)
			}
		})
	}
}

func TestText(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"<p>One</p><p>two<br>three &amp; four</p>": "One\ntwo\nthree & four",
		"<script>x</script>a":                      "a",
		"a &lt;b&gt;":                              "a <b>",
	} {
		if got := Text(in); got != want {
			t.Errorf("Text(%q) = %q, want %q", in, got, want)
		}
	}
}

// FuzzClean holds the policy: whatever comes in, only the listed elements and link targets come out, and a second pass
// changes nothing.
func FuzzClean(f *testing.F) {
	for _, s := range []string{"<a href='https://x.test'>x</a>", "<p onclick=x>", "<<script>script>", "<math><mi//xlink:href=\"data:x,<script>\">",
		"<a href=\"https://x\" rel=\"\" onfocus=x>", "<noscript><p title=\"</noscript><img src=x onerror=x>\">", "\x00<b>"} {
		f.Add(s)
	}
	allowed := map[string]bool{"p": true, "br": true, "em": true, "strong": true, "b": true, "i": true, "ul": true, "ol": true, "li": true,
		"code": true, "pre": true, "blockquote": true, "a": true}
	f.Fuzz(func(t *testing.T, in string) {
		out := Clean(in)
		z := nethtml.NewTokenizer(strings.NewReader(out))
		for tt := z.Next(); tt != nethtml.ErrorToken; tt = z.Next() {
			tok := z.Token()
			switch tt {
			case nethtml.CommentToken, nethtml.DoctypeToken:
				t.Fatalf("%q lets %v through", in, tok)
			case nethtml.StartTagToken, nethtml.SelfClosingTagToken, nethtml.EndTagToken:
				if !allowed[tok.Data] {
					t.Fatalf("%q lets <%s> through: %q", in, tok.Data, out)
				}
				for _, a := range tok.Attr {
					ok := tok.Data == "a" && (a.Key == "rel" && a.Val == "nofollow noopener noreferrer ugc" ||
						a.Key == "href" && (strings.HasPrefix(strings.ToLower(a.Val), "https://") || strings.HasPrefix(strings.ToLower(a.Val), "http://")))
					if !ok {
						t.Fatalf("%q lets %s=%q through", in, a.Key, a.Val)
					}
				}
			}
		}
		if again := Clean(out); again != out {
			t.Fatalf("%q: a second pass makes %q of %q", in, again, out)
		}
	})
}
