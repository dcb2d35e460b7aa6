// Package vcard owns how a person is written for an address book: vCard 4.0 (RFC 6350), with the pronouns and social profiles of RFC 9554.
// It refuses to know who may read it: whoever calls it has chosen what is in a Card.
package vcard

import (
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// Card is what is known of a person; empty fields are left out.
type Card struct {
	UID        string // urn:uuid:… or another address that stays
	Name       string // the only field that must be there
	Org, Unit  string
	Pronouns   string
	Note       string
	Area       string
	Languages  []string // BCP 47, the best first
	Skills     []string
	Phones     []string
	Mails      []string
	Chats      []string // xmpp: and matrix: addresses
	Profiles   []string // @name@host
	URLs       []string
	Photo      string // https address
	Source     string // where this card can be had anew
	Updated    time.Time
	ProducedBy string
}

// Type is the media type (RFC 6350 §10.1).
const Type = "text/vcard; charset=utf-8"

// maxLine is how many octets a line has before it is folded, without its end (RFC 6350 §3.2).
const maxLine = 75

// Bytes writes the card.
func (c *Card) Bytes() []byte {
	var b writer
	b.line("BEGIN", "VCARD")
	b.line("VERSION", "4.0")
	b.text("PRODID", c.ProducedBy)
	b.text("UID", c.UID)
	b.line("KIND", "individual")
	b.line("FN", escape(c.Name))
	if c.Org != "" {
		org := escape(c.Org)
		if c.Unit != "" {
			org += ";" + escape(c.Unit)
		}
		b.line("ORG", org)
	}
	b.text("PRONOUNS", c.Pronouns)
	b.text("NOTE", c.Note)
	if c.Area != "" {
		b.line("ADR", ";;;"+escape(c.Area)+";;;")
	}
	for i, l := range c.Languages {
		if i == 0 {
			b.line("LANG;PREF=1", escape(l))
			continue
		}
		b.line("LANG", escape(l))
	}
	if len(c.Skills) > 0 {
		all := make([]string, len(c.Skills))
		for i, s := range c.Skills {
			all[i] = escape(s)
		}
		b.line("CATEGORIES", strings.Join(all, ","))
	}
	b.each("TEL;VALUE=text", c.Phones)
	b.each("EMAIL", c.Mails)
	b.each("IMPP", c.Chats)
	b.each("SOCIALPROFILE;SERVICE-TYPE=ActivityPub;VALUE=text", c.Profiles)
	b.each("URL", c.URLs)
	b.text("PHOTO", c.Photo)
	b.text("SOURCE", c.Source)
	if !c.Updated.IsZero() {
		b.line("REV", c.Updated.UTC().Format("20060102T150405Z"))
	}
	b.line("END", "VCARD")
	return b.out
}

type writer struct{ out []byte }

func (b *writer) each(name string, values []string) {
	for _, v := range values {
		b.text(name, v)
	}
}

// text writes a property of one value, unless it is empty. Addresses go the same way: what would be escaped in one is not written raw.
func (b *writer) text(name, value string) {
	if value != "" {
		b.line(name, escape(value))
	}
}

// line folds between characters, never within one: RFC 6350 §3.2 asks for it, and readers that join bytes do not mind.
func (b *writer) line(name, value string) {
	rest := name + ":" + value
	room := maxLine
	for len(rest) > room {
		cut := room
		for cut > 0 && !utf8.RuneStart(rest[cut]) {
			cut--
		}
		b.out = append(b.out, rest[:cut]...)
		b.out = append(b.out, "\r\n "...)
		rest, room = rest[cut:], maxLine-1
	}
	b.out = append(b.out, rest...)
	b.out = append(b.out, "\r\n"...)
}

// escape writes a text value (RFC 6350 §3.4). Line ends become \n, every other control character a blank, and what is no UTF-8 U+FFFD,
// so that no value ends its line or begins a property.
func escape(s string) string {
	s = strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\r\n", "\n")
	var b strings.Builder
	for _, r := range s {
		switch {
		case r == '\\' || r == ',' || r == ';':
			b.WriteByte('\\')
			b.WriteRune(r)
		case r == '\n' || r == '\r' || r == '\u2028' || r == '\u2029' || r == '\u0085':
			b.WriteString(`\n`)
		case unicode.IsControl(r):
			b.WriteByte(' ')
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}
