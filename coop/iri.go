package coop

import (
	"net/netip"
	"net/url"
	"strings"
	"unicode"
	"unicode/utf8"
)

// MaxIRI is the longest address we take, in bytes. Published by `toadlane limits`.
const MaxIRI = 2048

// IRI is the address of an actor, an object or an activity in canonical form. Two IRIs are the same thing exactly when
// the strings are equal; ParseIRI refuses every other spelling rather than mending it, because two spellings of one
// owner are how ownership checks are passed by (security rule R3).
type IRI string

// ParseIRI checks that s is a canonical absolute http or https address: lower-case scheme and host, no user info, no
// default port, no trailing dot, ASCII host (punycode for others), IP addresses in their one usual form, at most MaxIRI
// bytes, no control, formatting or space character of any script.
// Whether plain http may be used at all is decided by the outbound policy, not here. Errors are of class Invalid.
func ParseIRI(s string) (IRI, error) {
	bad := func() (IRI, error) { return "", Errorf(Invalid, "iri.invalid", "address %.80q is not canonical", s) }
	if len(s) == 0 || len(s) > MaxIRI || !utf8.ValidString(s) {
		return bad()
	}
	authority, rest, defaultPort, ok := splitScheme(s)
	if !ok {
		return bad()
	}
	host, port, ok := splitAuthority(authority)
	if !ok || port == defaultPort || !canonicalHost(host) {
		return bad()
	}
	if !plainPath(rest) && !goodPath(s, authority) {
		return bad()
	}
	return IRI(s), nil
}

// splitScheme cuts an address into what is before its path and the rest.
func splitScheme(s string) (authority, rest, defaultPort string, ok bool) {
	switch {
	case strings.HasPrefix(s, "https://"):
		rest, defaultPort = s[len("https://"):], "443"
	case strings.HasPrefix(s, "http://"):
		rest, defaultPort = s[len("http://"):], "80"
	default:
		return "", "", "", false
	}
	if i := strings.IndexAny(rest, "/?#"); i >= 0 {
		return rest[:i], rest[i:], defaultPort, true
	}
	return rest, "", defaultPort, true
}

// plainPath tells whether what follows a good authority is made only of letters and signs that mean themselves, without dot
// segments: then goodPath would say yes, for six times as much. Nearly every address that comes in is so, and each
// activity brings a dozen.
func plainPath(rest string) bool {
	segment, path := 0, true // where the segment begins; still before ? and #
	for i := 0; i <= len(rest); i++ {
		end := i == len(rest)
		if !end {
			c := rest[i]
			switch {
			case c >= 'a' && c <= 'z', c >= '0' && c <= '9', c >= 'A' && c <= 'Z':
				continue
			case c == '-', c == '_', c == '.', c == '~', c == '@', c == ':', c == '=', c == '&', c == '+', c == ',':
				continue
			case c == '/', c == '?', c == '#':
			default:
				return false
			}
		}
		if path {
			if s := rest[segment:i]; s == "." || s == ".." {
				return false
			}
			segment = i + 1
			path = !end && rest[i] == '/'
		}
	}
	return true
}

// goodPath judges whatever plainPath does not know.
func goodPath(s, authority string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] <= ' ' || s[i] == 0x7f || s[i] == '\\' || s[i] == '"' || s[i] == '<' || s[i] == '>' {
			return false
		}
	}
	for _, r := range s { // RFC 3987 §4.1: marks that turn the reading direction, and what can't be seen, hide another address
		if unicode.IsSpace(r) || unicode.IsControl(r) || unicode.Is(unicode.Cf, r) {
			return false
		}
	}
	u, err := url.Parse(s)
	if err != nil || u.Host != authority || u.User != nil || u.Opaque != "" {
		return false
	}
	// A dot segment would give one object two spellings.
	for _, seg := range strings.Split(u.EscapedPath(), "/") {
		switch strings.ToLower(seg) {
		case ".", "..", "%2e", "%2e%2e", ".%2e", "%2e.":
			return false
		}
	}
	return true
}

func splitAuthority(a string) (host, port string, ok bool) {
	if strings.HasPrefix(a, "[") { // IPv6 literal
		end := strings.IndexByte(a, ']')
		if end < 0 {
			return "", "", false
		}
		host, a = a[:end+1], a[end+1:]
		if a == "" {
			return host, "", true
		}
		if a[0] != ':' {
			return "", "", false
		}
		return host, a[1:], validPort(a[1:])
	}
	if i := strings.IndexByte(a, ':'); i >= 0 {
		return a[:i], a[i+1:], validPort(a[i+1:])
	}
	return a, "", true
}

func validPort(p string) bool {
	if len(p) == 0 || len(p) > 5 || p[0] == '0' {
		return false
	}
	n := 0
	for _, c := range p {
		if c < '0' || c > '9' {
			return false
		}
		n = n*10 + int(c-'0')
	}
	return n < 65536
}

func canonicalHost(h string) bool {
	if len(h) == 0 || len(h) > 253 {
		return false
	}
	if h[0] == '[' {
		ip, err := netip.ParseAddr(h[1 : len(h)-1])
		return err == nil && ip.Is6() && ip.Zone() == "" && ip.String() == h[1:len(h)-1]
	}
	// A last label that is a number makes the whole an IPv4 address (WHATWG URL §3.5), and 127.1 or 0x7f.1 another spelling of
	// one.
	if last := h[strings.LastIndexByte(h, '.')+1:]; last != "" && (strings.Trim(last, "0123456789") == "" || strings.HasPrefix(last, "0x")) {
		ip, err := netip.ParseAddr(h)
		return err == nil && ip.String() == h
	}
	for _, label := range strings.Split(h, ".") { // an empty last label is the trailing dot
		if len(label) == 0 || len(label) > 63 || label[0] == '-' || label[len(label)-1] == '-' {
			return false
		}
		for i := 0; i < len(label); i++ {
			c := label[i]
			if !(c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '-' || c == '_') {
				return false
			}
		}
	}
	return true
}

// MustIRI is ParseIRI for constants and tests; it panics on a programmer's error.
func MustIRI(s string) IRI {
	i, err := ParseIRI(s)
	if err != nil {
		panic(err)
	}
	return i
}

// Origin is scheme://host[:port], the unit of authority: what one origin says of another is only a hint.
func (i IRI) Origin() string {
	s := string(i)
	start := strings.Index(s, "://")
	if start < 0 {
		return ""
	}
	if end := strings.IndexAny(s[start+3:], "/?#"); end >= 0 {
		return s[:start+3+end]
	}
	return s
}

// Host is host[:port], as it stands after the @ of a handle.
func (i IRI) Host() string {
	o := i.Origin()
	if j := strings.Index(o, "://"); j >= 0 {
		return o[j+3:]
	}
	return ""
}

// Hostname is the host without the port, as a blocked domain is written.
func (i IRI) Hostname() string {
	h, _, _ := splitAuthority(i.Host())
	return h
}

// Document is the address without its fragment: what a fetch asks for.
func (i IRI) Document() IRI {
	if j := strings.IndexByte(string(i), '#'); j >= 0 {
		return i[:j]
	}
	return i
}

// SameOrigin tells whether a and b have the same, non-empty origin.
func SameOrigin(a, b IRI) bool { return a.Origin() != "" && a.Origin() == b.Origin() }

// Public is the collection that stands for everyone (ActivityPub §5.6).
const Public IRI = "https://www.w3.org/ns/activitystreams#Public"
