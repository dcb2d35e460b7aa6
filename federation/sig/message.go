package sig

import (
	"net/http"
	"strings"

	"toadlane/internal/limits"
)

// message is what both signers and the verifier see of a request: the raw bytes, before any decoding. Two servers agree on
// a signature only over what really went over the wire.
type message struct {
	method string // as sent, upper case
	scheme string // of our addresses: "https" or "http"
	host   string // the Host header as sent
	target string // path and query as sent, starting with a slash
	header http.Header
	body   []byte
}

// received makes a message of a request that came in. Methods are upper-case letters (draft-cavage writes them in lower
// case, so POST and post would share a signature), the target is in origin form (RFC 9112 §3.2.1), neither it nor the host
// holds a byte outside visible ASCII.
func received(r *http.Request, scheme string, body []byte) (message, error) {
	m := message{method: r.Method, scheme: scheme, host: r.Host, target: r.RequestURI, header: r.Header, body: body}
	for i := range len(m.method) {
		if m.method[i] < 'A' || m.method[i] > 'Z' {
			return m, refuse("sig.malformed", "method %.20q", m.method)
		}
	}
	if len(m.target) > limits.IRIBytes || !strings.HasPrefix(m.target, "/") || !visible(m.target) {
		return m, refuse("sig.malformed", "request target %.80q", m.target)
	}
	if m.method == "" || m.host == "" || len(m.host) > limits.IRIBytes || !visible(m.host) {
		return m, refuse("sig.malformed", "method %.20q, host %.80q", m.method, m.host)
	}
	return m, nil
}

// sending makes a message of a request that is about to go out, as Go's client will write it.
func sending(r *http.Request, body []byte) message {
	m := message{method: r.Method, scheme: r.URL.Scheme, host: r.Host, target: r.URL.RequestURI(), header: r.Header, body: body}
	if m.method == "" {
		m.method = http.MethodGet
	}
	if m.host == "" {
		m.host = r.URL.Host
	}
	return m
}

func visible(s string) bool {
	for i := range len(s) {
		if s[i] <= ' ' || s[i] >= 0x7f {
			return false
		}
	}
	return true
}

// path is the target up to the query.
func (m message) path() string {
	path, _, _ := strings.Cut(m.target, "?")
	return path
}

func (m message) hasQuery() bool { return strings.Contains(m.target, "?") }

// query is the query with its question mark; of a target without one it is a single question mark (RFC 9421 §2.2.7).
func (m message) query() string {
	_, query, _ := strings.Cut(m.target, "?")
	return "?" + query
}

// authority is the host in lower case without the default port (RFC 9421 §2.2.3).
func (m message) authority() string {
	host := strings.ToLower(m.host)
	if m.scheme == "http" {
		return strings.TrimSuffix(host, ":80")
	}
	return strings.TrimSuffix(host, ":443")
}

// field is the value of a header: its lines trimmed and joined by commas (draft-cavage §2.3, RFC 9421 §2.1). ok is false
// when the header is missing or holds a control character, of which a folded line would leave one.
func (m message) field(name string) (value string, ok bool) {
	if name == "host" {
		return m.host, true
	}
	lines := m.header[http.CanonicalHeaderKey(name)]
	if len(lines) == 0 {
		return "", false
	}
	if len(lines) == 1 {
		value = strings.Trim(lines[0], " \t")
	} else {
		trimmed := make([]string, len(lines))
		for i, l := range lines {
			trimmed[i] = strings.Trim(l, " \t")
		}
		value = strings.Join(trimmed, ", ")
	}
	for i := range len(value) {
		if c := value[i]; c < ' ' && c != '\t' || c == 0x7f {
			return "", false
		}
	}
	return value, true
}
