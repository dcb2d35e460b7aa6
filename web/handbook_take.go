package web

import (
	"net/http"
	"strings"
	"time"
	"unicode/utf8"

	"toadlane/coop"
	"toadlane/internal/folder"
)

// handbookZip gives all pages that the reader may read as a folder of markdown, packed while it is sent: a handbook may be larger than what a
// small machine has room for.
func (s *Site) handbookZip(v *visit) error {
	h := v.w.Header()
	h.Set("Content-Type", "application/zip")
	h.Set("Content-Disposition", `attachment; filename="handbook.zip"`)
	h.Set("Cache-Control", "private, no-store")
	if err := folder.WriteZip(v.r.Context(), s.cfg.Handbook, v.by, s.zone(), v.w); err != nil {
		s.cfg.Log.Error("pack the handbook", "error", err)
		panic(http.ErrAbortHandler) // half an archive must not look whole
	}
	return nil
}

// kindCalendar is the media type of iCalendar (RFC 5545 §8.1).
const kindCalendar = "text/calendar"

// handbookReview writes when pages of the handbook are to be looked at again, as a calendar. It is what the public sees, whoever asks, in the
// co-op's language.
func (s *Site) handbookReview(v *visit) error {
	k, err := s.coop(v.r.Context())
	if err != nil {
		return err
	}
	v.tongue = s.coopTongue()
	pages, err := s.cfg.Handbook.ReviewDates(v.r.Context(), coop.Anonymous())
	if err != nil {
		return err
	}
	host := s.cfg.Base.Host()
	var c calendar
	c.line("BEGIN", "VCALENDAR")
	c.line("VERSION", "2.0")
	c.line("PRODID", "-//Toad Lane//"+host+"//"+strings.ToUpper(v.tongue.tag))
	c.line("CALSCALE", "GREGORIAN")
	c.line("METHOD", "PUBLISH")
	c.words("X-WR-CALNAME", v.t("handbook.review_calendar", "Coop", k.coop.Name))
	for i := range pages {
		p := &pages[i]
		day := p.Review.In(s.zone())
		c.line("BEGIN", "VEVENT")
		c.line("UID", string(p.ID)+"-review@"+host)
		c.line("DTSTAMP", p.Updated.UTC().Format("20060102T150405Z"))
		c.line("DTSTART;VALUE=DATE", day.Format("20060102"))
		c.line("DTEND;VALUE=DATE", day.AddDate(0, 0, 1).Format("20060102"))
		c.words("SUMMARY", v.t("handbook.review_event", "Name", p.Name))
		c.words("DESCRIPTION", v.t("handbook.review_event_about"))
		c.line("URL", string(s.cfg.Base)+"/handbook/"+p.Slug)
		c.line("TRANSP", "TRANSPARENT")
		c.line("BEGIN", "VALARM")
		c.line("ACTION", "DISPLAY")
		c.words("DESCRIPTION", v.t("handbook.review_event", "Name", p.Name))
		c.line("TRIGGER", "-P7D") // a week before
		c.line("END", "VALARM")
		c.line("END", "VEVENT")
	}
	c.line("END", "VCALENDAR")
	v.bytes(http.StatusOK, kindCalendar+"; charset=utf-8", []byte(c.String()))
	return nil
}

// calendar writes the lines of RFC 5545 §3.1: ended by CRLF, and folded before the 76th byte.
type calendar struct{ strings.Builder }

func (c *calendar) line(name, value string) {
	l := name + ":" + value
	for limit := 75; len(l) > limit; limit = 74 {
		cut := limit
		for cut > 0 && !utf8.RuneStart(l[cut]) {
			cut--
		}
		c.WriteString(l[:cut] + "\r\n ")
		l = l[cut:]
	}
	c.WriteString(l + "\r\n")
}

// words is line for what people wrote (§3.3.11).
func (c *calendar) words(name, value string) {
	value = strings.NewReplacer("\\", "\\\\", ";", "\\;", ",", "\\,", "\r\n", "\\n", "\n", "\\n", "\r", "\\n").Replace(value)
	c.line(name, strings.Map(func(r rune) rune {
		if r < ' ' && r != '\t' {
			return -1
		}
		return r
	}, value))
}

// reviewDue tells whether the day of a date has come.
func reviewDue(review, now time.Time) bool { return !review.IsZero() && !review.After(now) }
