package sig

import (
	"slices"
	"strings"
	"time"
)

// cavageClaim reads a draft-cavage signature and builds the text that it must have signed. Required cover:
// (request-target), host, and date or (created); for a request with a body also digest.
//
// Fedify signs the request target without its query, so for a target with one both texts are allowed (Mastodon does the
// same). A query is therefore not protected by this scheme: nothing that matters may depend on it.
func cavageClaim(m message, value string) (claim, error) {
	h, err := parseCavage(value)
	if err != nil {
		return claim{}, err
	}
	c := claim{scheme: Cavage, signature: h.signature}
	if c.keyID, err = keyAddress(h.keyID); err != nil {
		return c, err
	}
	if err := c.algorithms(Cavage, h.algorithm, h.named); err != nil {
		return c, err
	}
	required := []string{"(request-target)", "host"}
	if needsDigest(m.method, m.body) {
		required = append(required, "digest")
	}
	for _, name := range required {
		if !slices.Contains(h.headers, name) {
			return c, refuse("sig.cover", "the signature does not cover %s", name)
		}
	}
	dated, created := slices.Contains(h.headers, "date"), slices.Contains(h.headers, "(created)")
	if !dated && !created {
		return c, refuse("sig.cover", "the signature covers neither date nor (created)")
	}
	// Draft §2.3: with an algorithm that begins with rsa the pseudo-headers of time are an error.
	if strings.HasPrefix(h.algorithm, "rsa") && (created || slices.Contains(h.headers, "(expires)")) {
		return c, refuse("sig.malformed", "(created) or (expires) with %s", h.algorithm)
	}
	if dated {
		value, _ := m.field("date")
		at, err := parseDate(value)
		if err != nil {
			return c, err
		}
		c.times = append(c.times, at)
	}
	if created {
		c.times = append(c.times, time.Unix(h.created, 0))
	}
	if h.expires != 0 {
		c.expires = time.Unix(h.expires, 0)
	}
	c.digest = slices.Contains(h.headers, "digest")
	base, err := cavageBase(m, h, m.target)
	if err != nil {
		return c, err
	}
	c.bases = []string{base}
	if m.hasQuery() {
		bare, err := cavageBase(m, h, m.path())
		if err != nil {
			return c, err
		}
		c.bases = append(c.bases, bare)
	}
	return c, nil
}

// cavageBase is the signing string of draft-cavage-12 §2.3.
func cavageBase(m message, h cavageHeader, target string) (string, error) {
	var b strings.Builder
	b.Grow(512)
	for i, name := range h.headers {
		if i > 0 {
			b.WriteByte('\n')
		}
		b.WriteString(name)
		b.WriteString(": ")
		switch name {
		case "(request-target)":
			b.WriteString(strings.ToLower(m.method))
			b.WriteByte(' ')
			b.WriteString(target)
		case "(created)", "(expires)":
			at := h.created
			if name == "(expires)" {
				at = h.expires
			}
			if at == 0 {
				return "", refuse("sig.malformed", "%s is covered but not given", name)
			}
			b.WriteString(decimal(at))
		default:
			value, ok := m.field(name)
			if !ok {
				return "", refuse("sig.cover", "the signature covers %.40s, which the request lacks", name)
			}
			b.WriteString(value)
		}
	}
	return b.String(), nil
}
