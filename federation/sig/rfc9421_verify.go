package sig

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"toadlane/coop"
	"toadlane/internal/limits"
)

// signatureInput is one label of a Signature-Input header, read but not believed.
type signatureInput struct {
	label      string
	components []string
	raw        string // the inner list with its parameters: the value of @signature-params
	created    int64  // 0 when not given
	expires    int64  // 0 when not given
	keyID      string
	algorithm  string
	named      bool // alg was given
	fault      error
}

// parseSignatureInput reads a Signature-Input header (RFC 9421 §4.1). A header that is not a dictionary is an error; a label
// in it that we do not understand only has its fault set, since other labels may be meant for others.
func parseSignatureInput(s string) ([]signatureInput, error) {
	if len(s) > limits.SignatureHeaderBytes {
		return nil, refuse("sig.malformed", "signature-input of %d bytes", len(s))
	}
	members, err := parseDictionary(s, limits.SignatureLabels)
	if err != nil {
		return nil, refuse("sig.malformed", "signature-input: %w", err)
	}
	out := make([]signatureInput, len(members))
	for i, m := range members {
		out[i] = readInput(m)
	}
	return out, nil
}

func readInput(m sfMember) signatureInput {
	in := signatureInput{label: m.key, raw: m.raw}
	bad := func(format string, args ...any) signatureInput {
		in.fault = refuse("sig.malformed", "signature %.40q: "+format, append([]any{m.key}, args...)...)
		return in
	}
	if m.item.kind != sfList {
		return bad("no list of components")
	}
	for _, item := range m.item.list {
		if item.kind != sfString {
			return bad("a component is not a string")
		}
		// sf, key, bs, req, tr and name each change what is signed; none is needed for a request to an inbox.
		if len(item.params) > 0 {
			return bad("component %.40q has parameters", item.text)
		}
		if slices.Contains(in.components, item.text) {
			return bad("component %.40q listed twice", item.text)
		}
		in.components = append(in.components, item.text)
	}
	for _, p := range m.item.params {
		switch p.key {
		case "created", "expires":
			if p.value.kind != sfInteger || p.value.num <= 0 || p.value.num >= 1e12 {
				return bad("%s is not a time", p.key)
			}
			if p.key == "created" {
				in.created = p.value.num
			} else {
				in.expires = p.value.num
			}
		case "keyid", "alg":
			if p.value.kind != sfString {
				return bad("%s is not a string", p.key)
			}
			if p.key == "keyid" {
				in.keyID = p.value.text
			} else {
				in.algorithm, in.named = p.value.text, true
			}
		}
	}
	return in
}

// covers tells what an input lacks for m, or nil. Required cover: @method, @target-uri (or @authority with @path and, where
// there is one, @query, or with @request-target), content-digest when there is a body, and the created parameter.
func (in signatureInput) covers(m message) error {
	if in.fault != nil {
		return in.fault
	}
	has := func(name string) bool { return slices.Contains(in.components, name) }
	switch {
	case !has("@method"):
		return refuse("sig.cover", "signature %.40q does not cover @method", in.label)
	case !has("@target-uri") && !(has("@authority") && (has("@request-target") || has("@path") && (has("@query") || !m.hasQuery()))):
		return refuse("sig.cover", "signature %.40q does not cover @target-uri", in.label)
	case needsDigest(m.method, m.body) && !has("content-digest"):
		return refuse("sig.cover", "signature %.40q does not cover content-digest", in.label)
	case in.created == 0:
		return refuse("sig.cover", "signature %.40q has no time of signing", in.label)
	}
	return nil
}

// base is the signature base of RFC 9421 §2.5.
//
// @target-uri has no fragment (§2.2.2). Fedify signs the fragment of a key id that it fetches into it, so such a GET never
// verifies here; documents with keys are served unsigned.
func (in signatureInput) base(m message) (string, error) {
	var b strings.Builder
	b.Grow(512)
	for _, name := range in.components {
		value, ok := m.component(name)
		if !ok {
			return "", refuse("sig.cover", "signature %.40q covers %.40q, which is unknown or missing", in.label, name)
		}
		b.WriteByte('"')
		b.WriteString(name)
		b.WriteString(`": `)
		b.WriteString(value)
		b.WriteByte('\n')
	}
	b.WriteString(`"@signature-params": `)
	b.WriteString(in.raw)
	return b.String(), nil
}

// component is the value of a derived component of a request (RFC 9421 §2.2) or of a field (§2.1).
func (m message) component(name string) (string, bool) {
	switch name {
	case "@method":
		return m.method, true
	case "@target-uri":
		return m.scheme + "://" + m.authority() + m.target, true
	case "@authority":
		return m.authority(), true
	case "@scheme":
		return m.scheme, true
	case "@request-target":
		return m.target, true
	case "@path":
		return m.path(), true
	case "@query":
		return m.query(), true
	}
	if !coverName(name) || name[0] == '(' {
		return "", false
	}
	return m.field(name)
}

// rfc9421Claim picks the first label that covers enough and builds its base. When none does, the error is that of the
// first label. Only one label is ever tried, so one request costs at most one look for a key.
func rfc9421Claim(m message, inputs []signatureInput, signatures []sfMember) (claim, error) {
	var first error
	for _, in := range inputs {
		c, err := in.claim(m, signatures)
		if err == nil {
			return c, nil
		}
		if first == nil {
			first = err
		}
	}
	return claim{}, first
}

func (in signatureInput) claim(m message, signatures []sfMember) (claim, error) {
	if err := in.covers(m); err != nil {
		return claim{}, err
	}
	c := claim{scheme: RFC9421, times: []time.Time{time.Unix(in.created, 0)}, digest: slices.Contains(in.components, "content-digest")}
	i := slices.IndexFunc(signatures, func(s sfMember) bool { return s.key == in.label })
	if i < 0 || signatures[i].item.kind != sfBytes {
		return c, refuse("sig.malformed", "signature %.40q is not in the signature header", in.label)
	}
	c.signature = signatures[i].item.bytes
	if in.expires != 0 {
		c.expires = time.Unix(in.expires, 0)
	}
	var err error
	if c.keyID, err = keyAddress(in.keyID); err != nil {
		return c, err
	}
	if err := c.algorithms(RFC9421, in.algorithm, in.named); err != nil {
		return c, err
	}
	base, err := in.base(m)
	if err != nil {
		return c, err
	}
	c.bases = []string{base}
	return c, nil
}

func decimal(n int64) string { return strconv.FormatInt(n, 10) }

// quotable tells whether an address can stand in the quotes of both schemes.
func quotable(id coop.IRI) bool { return visible(string(id)) && !strings.ContainsAny(string(id), `"\`) }
