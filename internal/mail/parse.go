package mail

import (
	"bytes"
	"encoding/base64"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net/mail"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/ianaindex"

	"toadlane/coop"
	"toadlane/internal/htmlsafe"
	"toadlane/internal/limits"
)

// Arrived is what of a mail from outside counts: whom it is to, and what was written.
type Arrived struct {
	To        []string // addresses it may have come in by
	Automatic bool     // written by a machine: a holiday note, a bounce, a list
	Text      string   // what was written, without what was quoted and without a signature
}

// Parse reads a mail that a stranger wrote. Errors: Invalid, key mail.too_large or mail.unreadable.
func Parse(raw []byte) (Arrived, error) {
	var a Arrived
	if int64(len(raw)) > limits.MailIn {
		return a, coop.Errorf(coop.Invalid, "mail.too_large", "mail of %d bytes", len(raw))
	}
	if bytes.HasPrefix(raw, []byte("From ")) { // the line that mailbox files put in front
		_, raw, _ = bytes.Cut(raw, []byte("\n"))
	}
	m, err := mail.ReadMessage(bytes.NewReader(raw))
	if err != nil {
		return a, coop.Errorf(coop.Invalid, "mail.unreadable", "mail: %w", err)
	}
	for _, name := range []string{"Delivered-To", "X-Original-To", "Envelope-To", "To", "Cc"} {
		for _, v := range m.Header[name] {
			if list, err := mail.ParseAddressList(v); err == nil {
				for _, x := range list {
					a.To = append(a.To, strings.ToLower(x.Address))
				}
			}
		}
	}
	a.Automatic = automatic(m.Header)
	parts := limits.MailParts
	plain, page, err := readPart(m.Header.Get("Content-Type"), m.Header.Get("Content-Transfer-Encoding"), m.Body, limits.MailDepth, &parts)
	if err != nil {
		return a, err
	}
	if strings.TrimSpace(plain) == "" {
		plain = htmlsafe.Text(page)
	}
	a.Text = cutQuoted(plain)
	return a, nil
}

// automatic tells whether a machine wrote it (RFC 3834 §2): to such a mail nothing is answered, and it is no answer.
func automatic(h mail.Header) bool {
	if auto := strings.ToLower(strings.TrimSpace(h.Get("Auto-Submitted"))); auto != "" && auto != "no" {
		return true
	}
	switch strings.ToLower(strings.TrimSpace(h.Get("Precedence"))) {
	case "bulk", "junk", "list", "auto_reply":
		return true
	}
	for _, name := range []string{"List-Id", "List-Unsubscribe", "X-Autoreply", "X-Autorespond", "X-Auto-Response-Suppress", "X-Failed-Recipients"} {
		if h.Get(name) != "" {
			return true
		}
	}
	if path, ok := h["Return-Path"]; ok && len(path) > 0 && strings.TrimSpace(path[0]) == "<>" {
		return true
	}
	from := strings.ToLower(h.Get("From"))
	return strings.Contains(from, "mailer-daemon@") || strings.Contains(from, "postmaster@")
}

var errTooDeep = errors.New("too many parts, or too deep")

// readPart finds the first plain text and the first HTML in a part and those in it. What is attached is passed over.
func readPart(contentType, encoding string, body io.Reader, depth int, parts *int) (plain, page string, err error) {
	if *parts--; *parts < 0 || depth < 0 {
		return "", "", coop.Errorf(coop.Invalid, "mail.unreadable", "mail: %w", errTooDeep)
	}
	kind, params := "text/plain", map[string]string{}
	if contentType != "" {
		if k, p, err := mime.ParseMediaType(contentType); err == nil {
			kind, params = k, p
		}
	}
	switch {
	case strings.HasPrefix(kind, "multipart/"):
		if params["boundary"] == "" {
			return "", "", nil
		}
		r := multipart.NewReader(body, params["boundary"])
		for {
			p, err := r.NextRawPart()
			if err != nil { // also a part that is cut short: what came before counts
				return plain, page, nil
			}
			if attached(p.Header.Get("Content-Disposition")) {
				continue
			}
			t, h, err := readPart(p.Header.Get("Content-Type"), p.Header.Get("Content-Transfer-Encoding"), p, depth-1, parts)
			if err != nil {
				return "", "", err
			}
			if plain == "" {
				plain = t
			}
			if page == "" {
				page = h
			}
		}
	case kind == "text/plain":
		return readText(params, encoding, body), "", nil
	case kind == "text/html":
		return "", readText(params, encoding, body), nil
	}
	return "", "", nil
}

func attached(disposition string) bool {
	kind, _, _ := strings.Cut(disposition, ";")
	return strings.EqualFold(strings.TrimSpace(kind), "attachment")
}

// readText undoes the encodings of a text. What can't be read ends it: a mail is more often mended than forged.
func readText(params map[string]string, encoding string, body io.Reader) string {
	switch strings.ToLower(strings.TrimSpace(encoding)) {
	case "quoted-printable":
		body = quotedprintable.NewReader(body)
	case "base64":
		body = base64.NewDecoder(base64.StdEncoding, body)
	}
	b, _ := io.ReadAll(io.LimitReader(body, limits.MailIn))
	if name := params["charset"]; name != "" && !strings.EqualFold(name, "utf-8") && !strings.EqualFold(name, "us-ascii") {
		if e, err := ianaindex.MIME.Encoding(name); err == nil && e != nil {
			if t, err := e.NewDecoder().Bytes(b); err == nil && int64(len(t)) <= 4*limits.MailIn {
				b = t
			}
		}
	}
	s := string(b)
	if !utf8.ValidString(s) {
		s = strings.ToValidUTF8(s, "\uFFFD")
	}
	return strings.ReplaceAll(s, "\r\n", "\n")
}
