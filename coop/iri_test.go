package coop_test

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"toadlane/coop"
)

func TestParseIRI(t *testing.T) {
	t.Parallel()
	long := "https://a.example/" + strings.Repeat("x", coop.MaxIRI-len("https://a.example/"))
	label := strings.Repeat("a", 63)
	for _, c := range []struct {
		name, in string
		ok       bool
	}{
		{"plain", "https://bakery.example/listings/1", true},
		{"no path", "https://bakery.example", true},
		{"http", "http://bakery.example/", true},
		{"query", "https://bakery.example/?a=b|c", true},
		{"fragment", "https://bakery.example/actor#main-key", true},
		{"fragment without path", "https://bakery.example#x", true},
		{"other port", "https://bakery.example:8443/", true},
		{"443 on http", "http://bakery.example:443/", true},
		{"punycode", "https://xn--bcker-gra.example/", true},
		{"underscore", "https://a_b.example/", true},
		{"one label", "https://localhost/", true},
		{"path in another script", "https://bakery.example/ängste", true},
		{"percent in path", "https://bakery.example/a%20b", true},
		{"dots in a name", "https://bakery.example/..a/b..", true},
		{"at sign in path", "https://bakery.example/@ada", true},
		{"IPv4", "http://127.0.0.1:8470/", true},
		{"IPv6", "http://[::1]:8470/", true},
		{"IPv6 with IPv4", "http://[::ffff:192.0.2.1]/", true},
		{"longest", long, true},
		{"longest label", "https://" + label + ".example/", true},
		{"public collection", string(coop.Public), true},

		{"empty", "", false},
		{"relative", "/listings/1", false},
		{"no scheme", "bakery.example/", false},
		{"upper scheme", "HTTPS://bakery.example/", false},
		{"upper host", "https://Bakery.example/", false},
		{"other scheme", "ftp://bakery.example/", false},
		{"javascript", "javascript:alert(1)", false},
		{"one slash", "https:/bakery.example", false},
		{"empty host", "https:///x", false},
		{"default port", "https://bakery.example:443/", false},
		{"default port of http", "http://bakery.example:80/", false},
		{"empty port", "https://bakery.example:/", false},
		{"port with zero", "https://bakery.example:0443/", false},
		{"port zero", "https://bakery.example:0/", false},
		{"port too large", "https://bakery.example:65536/", false},
		{"port in letters", "https://bakery.example:x/", false},
		{"trailing dot", "https://bakery.example./", false},
		{"double dot in host", "https://bakery..example/", false},
		{"leading dot", "https://.example/", false},
		{"label with dash", "https://-a.example/", false},
		{"label ends in dash", "https://a-.example/", false},
		{"label too long", "https://" + label + "a.example/", false},
		{"user", "https://ada@bakery.example/", false},
		{"user and password", "https://ada:x@bakery.example/", false},
		{"user before another host", "https://bakery.example@evil.example/", false},
		{"empty user", "https://@bakery.example/", false},
		{"full-width digits", "http://１２７.0.0.1/", false},
		{"full-width letters", "https://ｂakery.example/", false},
		{"Cyrillic letter", "https://bаkery.example/", false},
		{"soft hyphen in host", "https://ba\u00adkery.example/", false},
		{"ideographic full stop", "https://bakery。example/", false},
		{"percent in host", "https://bakery%2eexample/", false},
		{"backslash", "https://bakery.example\\@evil.example/", false},
		{"backslash in path", "https://bakery.example/a\\b", false},
		{"dot segment", "https://bakery.example/./a", false},
		{"dot dot segment", "https://bakery.example/a/../b", false},
		{"last dot dot", "https://bakery.example/a/..", false},
		{"encoded dot", "https://bakery.example/%2e/a", false},
		{"encoded dot dot", "https://bakery.example/%2E%2e/a", false},
		{"half encoded dot dot", "https://bakery.example/.%2e/a", false},
		{"other half", "https://bakery.example/%2e./a", false},
		{"space", "https://bakery.example/a b", false},
		{"leading space", " https://bakery.example/", false},
		{"new line", "https://bakery.example/\n", false},
		{"nul", "https://bakery.example/\x00", false},
		{"delete", "https://bakery.example/\x7f", false},
		{"C1 control", "https://bakery.example/\u0085", false},
		{"no-break space", "https://bakery.example/\u00a0", false},
		{"right to left override", "https://bakery.example/\u202egnp.exe", false},
		{"zero width space", "https://bakery.example/\u200b", false},
		{"quote", `https://bakery.example/"`, false},
		{"angle", "https://bakery.example/<a>", false},
		{"bad percent", "https://bakery.example/%zz", false},
		{"not UTF-8", "https://bakery.example/\xff", false},
		{"too long", long + "x", false},
		{"short IPv4", "http://127.1/", false},
		{"IPv4 as number", "http://2130706433/", false},
		{"IPv4 in hexadecimal", "http://0x7f000001/", false},
		{"IPv4 with a hexadecimal end", "http://127.0.0.0x1/", false},
		{"IPv4 in octal", "http://0177.0.0.1/", false},
		{"IPv4 of five", "http://1.2.3.4.5/", false},
		{"number as last label", "https://bakery.123/", false},
		{"long IPv6", "http://[0:0:0:0:0:0:0:1]/", false},
		{"upper IPv6", "http://[2001:DB8::1]/", false},
		{"IPv6 zone", "http://[fe80::1%25eth0]/", false},
		{"IPv6 open", "http://[::1/", false},
		{"IPv4 in brackets", "http://[127.0.0.1]/", false},
		{"IPv6 and more", "http://[::1]x/", false},
		{"empty brackets", "http://[]/", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got, err := coop.ParseIRI(c.in)
			if (err == nil) != c.ok {
				t.Fatalf("ParseIRI(%q) = %q, %v; want ok %t", c.in, got, err, c.ok)
			}
			if err == nil && string(got) != c.in {
				t.Errorf("changed to %q", got)
			}
			if err != nil && (coop.ClassOf(err) != coop.Invalid || coop.KeyOf(err) != "iri.invalid" || got != "") {
				t.Errorf("got %q, class %d, key %s", got, coop.ClassOf(err), coop.KeyOf(err))
			}
		})
	}
}

func TestIRIParts(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ in, origin, host, hostname, document string }{
		{"https://a.example/b?c#d", "https://a.example", "a.example", "a.example", "https://a.example/b?c"},
		{"https://a.example:8443", "https://a.example:8443", "a.example:8443", "a.example", "https://a.example:8443"},
		{"http://[::1]:80470?x", "http://[::1]:80470", "[::1]:80470", "[::1]", "http://[::1]:80470?x"},
		{"https://a.example#@evil.example/", "https://a.example", "a.example", "a.example", "https://a.example"},
		{"https://a.example?@evil.example/", "https://a.example", "a.example", "a.example", "https://a.example?@evil.example/"},
		{"nothing", "", "", "", "nothing"},
		{"", "", "", "", ""},
	} {
		i := coop.IRI(c.in)
		if i.Origin() != c.origin || i.Host() != c.host || i.Hostname() != c.hostname || string(i.Document()) != c.document {
			t.Errorf("%q: origin %q, host %q, hostname %q, document %q", c.in, i.Origin(), i.Host(), i.Hostname(), i.Document())
		}
	}
}

func TestSameOrigin(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		a, b coop.IRI
		want bool
	}{
		{"https://a.example/x", "https://a.example/y#z", true},
		{"https://a.example", "https://a.example/y", true},
		{"https://a.example/x", "http://a.example/x", false},
		{"https://a.example/x", "https://a.example:8443/x", false},
		{"https://a.example/x", "https://a.example.evil.example/x", false},
		{"https://a.example/x", "https://b.a.example/x", false},
		{"", "", false},
		{"x", "x", false},
	} {
		if got := coop.SameOrigin(c.a, c.b); got != c.want || coop.SameOrigin(c.b, c.a) != c.want {
			t.Errorf("SameOrigin(%q, %q) = %t", c.a, c.b, got)
		}
	}
}

// checkIRI holds what must be true of every accepted address.
func checkIRI(t interface{ Fatalf(string, ...any) }, s string) bool {
	i, err := coop.ParseIRI(s)
	if err != nil {
		return false
	}
	if string(i) != s {
		t.Fatalf("%q was mended to %q", s, i)
	}
	again, err := coop.ParseIRI(i.Origin())
	if err != nil || again.Origin() != i.Origin() {
		t.Fatalf("%q: origin %q is no address of its own: %v", s, i.Origin(), err)
	}
	if o := i.Origin(); o != strings.ToLower(o) || strings.ContainsAny(o, "@\\%? #") {
		t.Fatalf("%q: origin %q", s, o)
	}
	if !strings.HasPrefix(s, i.Origin()) || !strings.HasSuffix(i.Origin(), i.Host()) || !strings.HasPrefix(i.Host(), i.Hostname()) {
		t.Fatalf("%q: host %q of origin %q", s, i.Host(), i.Origin())
	}
	if d := i.Document(); strings.Contains(string(d), "#") || d.Origin() != i.Origin() {
		t.Fatalf("%q: document %q", s, d)
	}
	return true
}

func TestIRIProperties(t *testing.T) {
	t.Parallel()
	host := rapid.OneOf(rapid.StringMatching(`[a-z0-9]{1,8}(\.[a-z]{2,8}){0,3}`), rapid.StringMatching(`[a-zA-Z0-9_-]{1,8}(\.[a-zA-Z0-9-]{1,8}){0,3}\.?`))
	accepted := 0
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.SampledFrom([]string{"https://", "https://", "http://", "HTTPS://"}).Draw(t, "scheme") +
			rapid.SampledFrom([]string{"", "", "", "ada@"}).Draw(t, "user") + host.Draw(t, "host") +
			rapid.SampledFrom([]string{"", "", ":443", ":80", ":8443"}).Draw(t, "port") +
			rapid.SampledFrom([]string{"/", "/", "?", "#", "\\"}).Draw(t, "sep") + rapid.StringMatching(`[a-zA-Z./%@?#:-]{0,12}`).Draw(t, "rest")
		if checkIRI(t, s) {
			accepted++
		}
	})
	if accepted == 0 {
		t.Error("no address was accepted: the property was tried on nothing")
	}
}

func FuzzParseIRI(f *testing.F) {
	for _, s := range []string{"https://a.example/", "http://[::1]:80/", "https://a.example:443/../b", "https://１.example", "http://1.2.3.4/%2e"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) { checkIRI(t, s) })
}

func TestMustIRIPanics(t *testing.T) {
	t.Parallel()
	defer func() {
		if recover() == nil {
			t.Error("no panic")
		}
	}()
	if coop.MustIRI("https://a.example/") != "https://a.example/" {
		t.Error("a good one is not given back")
	}
	coop.MustIRI("https://A.example/")
}
