package web

import (
	"strconv"
	"strings"
	"time"

	"toadlane/market"
)

// number writes n with the language's thousands separator from five digits on, as Spanish asks for and English bears.
func (t *tongue) number(n int64) string {
	s := strconv.FormatInt(n, 10)
	neg := strings.HasPrefix(s, "-")
	s = strings.TrimPrefix(s, "-")
	if len(s) > 4 {
		sep := t.say("format.group")
		for i := len(s) - 3; i > 0; i -= 3 {
			s = s[:i] + sep + s[i:]
		}
	}
	if neg {
		s = "-" + s
	}
	return s
}

// amount writes a decimal with the language's separators; zeros at its end stay, so money keeps its cents.
func (t *tongue) amount(a market.Amount) string { return t.decimal(a.String()) }

// short is amount without zeros at the end: for quantities.
func (t *tongue) short(a market.Amount) string { return t.decimal(a.Short()) }

func (t *tongue) decimal(s string) string {
	whole, frac, ok := strings.Cut(s, ".")
	n, err := strconv.ParseInt(whole, 10, 64)
	if err != nil {
		return s
	}
	out := t.number(n)
	if n == 0 && strings.HasPrefix(whole, "-") {
		out = "-" + out
	}
	if ok {
		out += t.say("format.decimal") + frac
	}
	return out
}

// money writes an amount of a currency: "€ 12.50" is not the same everywhere, so the code is used, which is.
func (t *tongue) money(a market.Amount, code string) string { return t.amount(a) + "\u00a0" + code }

// date writes the day that x falls on in zone.
func (t *tongue) date(x time.Time, zone *time.Location) string {
	if x.IsZero() {
		return t.say("format.never")
	}
	x = x.In(zone)
	return t.say("format.date", "Day", strconv.Itoa(x.Day()), "Month", t.months[x.Month()-1], "Year", strconv.Itoa(x.Year()))
}

// when writes day and time.
func (t *tongue) when(x time.Time, zone *time.Location) string {
	if x.IsZero() {
		return t.say("format.never")
	}
	return t.say("format.when", "Date", t.date(x, zone), "Time", x.In(zone).Format("15:04"))
}

// hours writes minutes as hours and minutes.
func (t *tongue) hours(minutes int64) string {
	h, m := minutes/60, minutes%60
	switch {
	case m == 0:
		return t.say("format.hours", "Count", int(h))
	case h == 0:
		return t.say("format.minutes", "Count", int(m))
	}
	return t.say("format.hours", "Count", int(h)) + " " + t.say("format.minutes", "Count", int(m))
}
