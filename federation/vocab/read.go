package vocab

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"toadlane/coop"
	"toadlane/internal/limits"
	"toadlane/internal/strictjson"
)

// invalid is a refusal of a stranger's document.
func invalid(format string, args ...any) error {
	return coop.Errorf(coop.Invalid, "activity.invalid", format, args...)
}

// line makes one line of at most n characters of a stranger's words: white space becomes single spaces, control characters
// and what turns the direction of text go.
func line(s string, n int) string {
	return cut(strings.Join(strings.Fields(visible(s, false)), " "), n)
}

// block is line for text of several lines.
func block(s string, n int) string { return strings.TrimSpace(cut(visible(s, true), n)) }

// cut keeps the first n characters.
func cut(s string, n int) string {
	if len(s) <= n || utf8.RuneCountInString(s) <= n {
		return s
	}
	for i := range s {
		if n == 0 {
			return s[:i]
		}
		n--
	}
	return s
}

// visible drops control characters, and the overrides and isolates of Unicode's bidirectional algorithm, with which a name
// can be made to read as another.
func visible(s string, lines bool) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t' || r == '\r':
			if lines {
				return r
			}
			return ' '
		case unicode.IsControl(r), r >= 0x202a && r <= 0x202e, r >= 0x2066 && r <= 0x2069, r == 0xfeff:
			return -1
		}
		return r
	}, s)
}

// addresses collects the addresses a member holds, once each, passing over what is none: a recipient too few can only narrow
// who sees something. "Public" in its short spellings counts (ActivityPub §5.6).
func addresses(o strictjson.Object, key string) []coop.IRI {
	var out []coop.IRI
	seen := make(map[coop.IRI]bool)
	for _, v := range o.List(key) {
		i, ok := v.IRI()
		if !ok && (v.Str() == "as:Public" || v.Str() == "Public") {
			i, ok = coop.Public, true
		}
		if ok && !seen[i] {
			seen[i] = true
			out = append(out, i)
		}
	}
	return out
}

// owned gives the address a member holds when it lies on owner's own origin, else "".
func owned(o strictjson.Object, key string, owner coop.IRI) coop.IRI {
	i, ok := o.IRI(key)
	if !ok || !coop.SameOrigin(i, owner) {
		return ""
	}
	return i
}

// page is where a thing can be looked at: an address, or the first Link of a list that leads to HTML or says nothing of its
// type.
func page(o strictjson.Object, key string) string {
	for _, v := range o.List(key) {
		if link, ok := v.Object(); ok {
			if t := link.Str("mediaType"); t != "" && t != "text/html" {
				continue
			}
		}
		if i, ok := v.IRI(); ok {
			return string(i)
		}
	}
	return ""
}

// picture is the address of an image: a string, a Link, or an Image with a url.
func picture(v strictjson.Value) coop.IRI {
	if v.Kind() == strictjson.KindString {
		i, _ := v.IRI()
		return i
	}
	o, ok := v.Object()
	if !ok {
		return ""
	}
	for _, u := range append(o.List("url"), o.List("href")...) {
		if i, ok := u.IRI(); ok {
			return i
		}
	}
	return ""
}

// languageTag makes the tag of a stranger's text one of ours, "und" when it is none.
func languageTag(s string) string {
	s = strings.ToLower(s)
	if coop.ValidLanguage(s) {
		return s
	}
	return "und"
}

// texts reads a language map: at most limits.Languages of them, each shaped by shape; empty ones are left out.
func texts(o strictjson.Object, key string, shape func(string) string) coop.Text {
	out := coop.Text{}
	all := o.Text(key)
	for _, tag := range all.Tags() {
		t := languageTag(tag)
		if s := shape(all[tag]); s != "" && out[t] == "" && len(out) < limits.Languages {
			out[t] = s
		}
	}
	return out
}
