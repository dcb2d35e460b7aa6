package vocab

import (
	"net/url"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
	"pgregory.net/rapid"
)

var nasty = []string{
	"<p>hi <a href=\"https://a.example/x?y=1&z=2\" onclick=\"x()\" class=\"u-url mention\" id=\"login\" style=\"position:fixed\" target=\"_blank\">there</a></p>",
	"<script>alert(1)</script><style>p{}</style>x", "<a href=\"javascript:alert(1)\">x</a>", "<a href=\"java\tscript:alert(1)\">x</a>", "<a href=\"&#106;avascript:x\">x</a>",
	"<a href=\"//evil.example/\">x</a>", "<a href=\"/login\">x</a>", "<a href=\"data:text/html,x\">x</a>", "<img src=x onerror=alert(1)>", "<svg><a xlink:href=\"javascript:x\">x</a></svg>",
	"<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>", "<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\">", "<form action=/login><input name=x><button>ok</button></form>",
	"<iframe src=https://a.example></iframe>", "<p", "</p></div>", "<!-- <p> --><p>x</p>", "<ul><li>a<li>b</ul><ol><li>c</ol><blockquote>q</blockquote><pre><code>a  b</code></pre>",
	"<span class=\"h-card\">@<span>bob</span></span> <h1>big</h1> &lt;b&gt; &amp; &nbsp;", "<meta http-equiv=refresh content=0><base href=https://evil.example/><link rel=stylesheet href=x>",
	"<a href=\"https://a.example/\" rel=\"me\">me</a> rel=\"me\"", "<details open ontoggle=alert(1)>x</details>", "\x00<p>\ufffd", "<table><tr><td>a</td><td>b</td></tr></table>", "<a href='https://a.example/'><a href='https://b.example/'>x",
}

var kept = []string{"p", "br", "a", "em", "strong", "b", "i", "ul", "ol", "li", "code", "pre", "blockquote"}

// tame checks that nothing in s can act, as a browser would read it, and that cleaning it again changes nothing.
func tame(t interface{ Errorf(string, ...any) }, dirty, s string) {
	nodes, err := html.ParseFragment(strings.NewReader(s), &html.Node{Type: html.ElementNode, Data: "body", DataAtom: atom.Body})
	if err != nil {
		t.Errorf("%q: %v", s, err)
		return
	}
	var walk func(n *html.Node)
	walk = func(n *html.Node) {
		if n.Type == html.CommentNode {
			t.Errorf("%q leaves a comment in %q", dirty, s)
		}
		if n.Type == html.ElementNode {
			if !slices.Contains(kept, n.Data) {
				t.Errorf("%q leaves <%s> in %q", dirty, n.Data, s)
			}
			for _, a := range n.Attr {
				switch {
				case n.Data == "a" && a.Key == "href":
					u, err := url.Parse(a.Val)
					if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" {
						t.Errorf("%q leaves the link %q", dirty, a.Val)
					}
				case n.Data == "a" && a.Key == "rel":
					if a.Val != "nofollow noopener noreferrer ugc" {
						t.Errorf("%q leaves rel=%q", dirty, a.Val)
					}
				default:
					t.Errorf("%q leaves %s=%q", dirty, a.Key, a.Val)
				}
			}
		}
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			walk(c)
		}
	}
	for _, n := range nodes {
		walk(n)
	}
	if again := SanitiseHTML(s); again != s {
		t.Errorf("%q becomes %q, then %q", dirty, s, again)
	}
}

func TestSanitiseHTML(t *testing.T) {
	t.Parallel()
	want := `<p>hi <a href="https://a.example/x?y=1&amp;z=2" rel="nofollow noopener noreferrer ugc">there</a></p>`
	if got := SanitiseHTML(nasty[0]); got != want {
		t.Errorf("%s", got)
	}
	for _, s := range nasty {
		tame(t, s, SanitiseHTML(s))
	}
	rapid.Check(t, func(t *rapid.T) {
		s := strings.Join(rapid.SliceOfN(rapid.SampledFrom(append(nasty, "<", ">", "\"", "'", "<a href=", "x", "</a>", "&#x", ";", "<p>", "<!--", "-->", "]]>", "<![CDATA[")), 1, 8).Draw(t, "parts"), "")
		tame(t, s, SanitiseHTML(s))
	})
}

func TestPlainText(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"": "", "a  b\n c": "a b c", "<p>a</p><p>b</p>": "a\n\nb", "a<br>b<br/><br>c": "a\nb\n\nc", "<ul><li>a</li><li>b</li></ul>c": "a\nb\n\nc",
		"<p>a <b>b</b>c</p>": "a bc", "a<script>x</script>b": "ab", "&lt;p&gt; &amp;": "<p> &", "<p> </p>x": "x", "1\u00a0kg": "1\u00a0kg",
		"<div>a</div><div>b</div>": "a\nb", "<title>t</title><svg><text>x</text></svg>z": "z", "<a href=x>y</a>": "y",
	} {
		if got := PlainText(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
	if got := PlainText(strings.Repeat("<div>", 10_000) + "deep"); got != "deep" {
		t.Errorf("%q", got)
	}
}

// What we make of plain text is tame, keeps Mastodon's sanitiser idle, and says the same.
func TestParagraphs(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"":                                   "",
		"a\nb\r\n\r\nc":                      "<p>a<br>b</p><p>c</p>",
		"<b> & \"":                           "<p>&lt;b&gt; &amp; &#34;</p>",
		"see https://a.example/x?y=1&z=(2).": `<p>see <a href="https://a.example/x?y=1&amp;z=(2" rel="nofollow noopener noreferrer">https://a.example/x?y=1&amp;z=(2</a>).</p>`,
		"javascript:alert(1) http://":        "<p>javascript:alert(1) http://</p>",
	} {
		if got := paragraphs(in); got != want {
			t.Errorf("%q: %s", in, got)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.StringOf(rapid.SampledFrom([]rune("ab <>&\"'\n.:/hтps()"))).Draw(t, "text") + " https://a.example/" + rapid.StringOf(rapid.SampledFrom([]rune("a&\"<>'?=)."))).Draw(t, "rest")
		h := paragraphs(s)
		tame(t, s, SanitiseHTML(h))
		if got, want := strings.Join(strings.Fields(PlainText(h)), " "), strings.Join(strings.Fields(s), " "); got != want {
			t.Errorf("%q became %q", want, got)
		}
	})
}

func FuzzSanitiseHTML(f *testing.F) {
	for _, s := range nasty {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		tame(t, s, SanitiseHTML(s))
		PlainText(s)
	})
}
