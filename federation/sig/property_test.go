package sig

import (
	"net/http"
	"strings"
	"testing"

	"toadlane/coop"
)

// coveredParts gives, for each thing that the signature of a request covers, a way to put another text in its place.
func coveredParts(r *http.Request, body string) map[string]struct {
	text string
	put  func(*http.Request, *string, string)
} {
	type part = struct {
		text string
		put  func(*http.Request, *string, string)
	}
	parts := map[string]part{
		"method": {r.Method, func(r *http.Request, _ *string, s string) { r.Method = s }},
		"target": {r.RequestURI, func(r *http.Request, _ *string, s string) { r.RequestURI = s }},
		"host":   {r.Host, func(r *http.Request, _ *string, s string) { r.Host = s }},
		"body":   {body, func(_ *http.Request, body *string, s string) { *body = s }},
	}
	headers := []string{"Date", "Digest"}
	if r.Header.Get("Signature-Input") != "" {
		headers = []string{"Content-Digest", "Signature-Input"} // dated by its created parameter
	}
	for _, name := range headers {
		parts[name] = part{r.Header.Get(name), func(r *http.Request, _ *string, s string) { r.Header[name] = []string{s} }}
	}
	// The base64 of the signature itself, which has one spelling only.
	all := r.Header.Get("Signature")
	open, end := `signature="`, len(all)-1
	if !strings.Contains(all, open) {
		open = "=:"
	}
	start := strings.Index(all, open) + len(open)
	parts["signature"] = part{all[start:end], func(r *http.Request, _ *string, s string) {
		r.Header["Signature"] = []string{all[:start] + s + all[end:]}
	}}
	return parts
}

// Every byte that a signature covers, changed in several ways, taken away or doubled, is refused.
func TestEveryCoveredByteCounts(t *testing.T) {
	t.Parallel()
	for _, key := range []struct {
		name   string
		signer *Signer
	}{{"rsa", must(NewSigner(eveKey, testRSA()))}, {"ed25519", must(NewSigner(eveKey, testEd()))}} {
		for _, scheme := range schemes {
			for _, address := range []string{inbox, inbox + "?page=1"} {
				t.Run(key.name+"/"+string(scheme)+"/"+strings.TrimPrefix(address, "https://coop.test"), func(t *testing.T) {
					t.Parallel()
					r := setup(t, key.signer.key)
					r.verifier.Hosts = func(string) bool { return true } // so that the signature alone decides
					r.verifier.Self = func(coop.IRI) bool { return false }
					good := r.signed(t, scheme, "POST", address, message1)
					r.accept(t, good, message1)
					tried := 0
					for name, p := range coveredParts(good, message1) {
						try := func(changed string) {
							tried++
							req, body := good.Clone(good.Context()), message1
							p.put(req, &body, changed)
							if name == "host" && scheme == RFC9421 && strings.EqualFold(changed, p.text) {
								return // @authority is in lower case; Hosts decides on the spelling
							}
							if v, err := r.verify(req, body); err == nil || v.Valid() {
								t.Errorf("%s: accepted %q for %q", name, changed, p.text)
							}
						}
						for i := range len(p.text) {
							for _, flip := range []byte{1, 0x20, 0x80} {
								b := []byte(p.text)
								b[i] ^= flip
								try(string(b))
							}
							try(p.text[:i] + p.text[i+1:])
							if i > 0 && p.text[i] != p.text[i-1] { // doubling is a change everywhere
								try(p.text[:i] + p.text[i-1:])
							}
						}
					}
					if tried < 1000 {
						t.Errorf("only %d changes were tried", tried)
					}
					r.accept(t, good, message1)
				})
			}
		}
	}
}

// A signature and a digest have one spelling: the bits of base64 that carry nothing must be zero.
func TestBase64HasOneSpelling(t *testing.T) {
	t.Parallel()
	const digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
	respell := func(s string) string { // another last digit that decodes to the same bytes, if unused bits are let pass
		i := strings.LastIndexFunc(s, func(c rune) bool { return c != '=' && c != ':' && c != '"' })
		n := strings.IndexByte(digits, s[i])
		return s[:i] + digits[n+1:n+2] + s[i+1:]
	}
	r := setup(t, testRSA())
	for _, c := range []struct {
		scheme    Scheme
		name, key string
	}{{Cavage, "Signature", "sig.malformed"}, {Cavage, "Digest", "sig.digest"}, {RFC9421, "Content-Digest", "sig.digest"}} {
		req := r.signed(t, c.scheme, "POST", inbox, message1)
		r.accept(t, req, message1)
		m := must(received(req, "https", []byte(message1)))
		if c.name == "Signature" {
			req.Header.Set(c.name, respell(req.Header.Get(c.name)))
			r.reject(t, req, message1, c.key)
			continue
		}
		header := req.Header.Get(c.name)
		check := map[string]func(string, []byte) error{"Digest": checkDigest, "Content-Digest": checkContentDigest}[c.name]
		if err := check(header, m.body); err != nil {
			t.Error(err)
		}
		other := respell(header)
		if other == header {
			t.Fatalf("%s was not respelled", header)
		}
		if err := check(other, m.body); err == nil {
			t.Errorf("%s: both %s and %s are taken", c.name, header, other)
		}
	}
}
