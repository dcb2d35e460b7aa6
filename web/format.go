package web

import (
	"strconv"
	"strings"
	"time"

	"toadlane/market"
)

// forms are how one language writes numbers, money and days, read once from lang/format.<tag>.json. The facts are those of CLDR
// 46 for the tag as it stands; docs/translating.md says where we chose.
type forms struct {
	decimal, group, minus string
	groupedFrom           int    // digits from which on thousands are set apart
	first                 string // the first of a month
	percent, km           pattern
	money                 pattern
	moneyOf               map[string]pattern // currencies that stand elsewhere than others do
	symbols               map[string]string  // currencies that this language writes in its own way
	date, short, weekday  pattern
	when                  pattern
	two, next, last       pattern
	both                  pattern // hours and minutes
	months, monthsShort   [12]string
	weekdays              [7]string
}

// symbols are the currency signs that mean one currency to everybody (CLDR 46, root). A currency without one is written with
// its code, which is never mistaken.
var symbols = map[string]string{
	"AUD": "A$", "BRL": "R$", "CAD": "CA$", "CNY": "CN¥", "EUR": "€", "GBP": "£", "HKD": "HK$", "ILS": "₪", "INR": "₹", "KRW": "₩",
	"MXN": "MX$", "NZD": "NZ$", "PHP": "₱", "TWD": "NT$", "USD": "US$", "VND": "₫", "XAF": "FCFA", "XCD": "EC$", "XOF": "F\u202fCFA",
	"XPF": "CFPF",
}

// pattern is a sentence cut at its placeholders: text, name, text, name, ..., text. Money and days stand many times on a page,
// and templates cost ten times as much.
type pattern []string

func patternOf(s string) pattern {
	var p pattern
	for {
		text, rest, ok := strings.Cut(s, "{{.")
		p = append(p, text)
		if !ok {
			return p
		}
		name, after, _ := strings.Cut(rest, "}}")
		p = append(p, name)
		s = after
	}
}

// fill puts values, given as name and value in turn, where they belong.
func (p pattern) fill(values ...string) string {
	if len(p) == 1 {
		return p[0]
	}
	var b strings.Builder
	for i, s := range p {
		if i%2 == 0 {
			b.WriteString(s)
			continue
		}
		for n := 0; n+1 < len(values); n += 2 {
			if values[n] == s {
				b.WriteString(values[n+1])
			}
		}
	}
	return b.String()
}

// readForms takes the language's forms from its sentences.
func (x *lexicon) readForms() {
	raw := func(key string) string { return x.raw["format."+key] }
	f := &x.forms
	f.decimal, f.group, f.minus, f.first = raw("decimal"), raw("group"), raw("minus"), raw("first")
	f.groupedFrom, _ = strconv.Atoi(raw("grouped_from"))
	f.percent, f.km, f.money = patternOf(raw("percent")), patternOf(raw("km")), patternOf(raw("money"))
	f.moneyOf = map[string]pattern{"BRL": patternOf(raw("money_brl"))}
	f.symbols = map[string]string{}
	for _, pair := range strings.Fields(raw("symbols")) {
		code, symbol, _ := strings.Cut(pair, "=")
		f.symbols[code] = symbol
	}
	f.date, f.short, f.weekday, f.when = patternOf(raw("date")), patternOf(raw("date_short")), patternOf(raw("date_weekday")), patternOf(raw("when"))
	f.two, f.next, f.last, f.both = patternOf(raw("list_two")), patternOf(raw("list_next")), patternOf(raw("list_last")), patternOf(raw("hours_minutes"))
	for m := range f.months {
		f.months[m], f.monthsShort[m] = x.plain["month."+strconv.Itoa(m+1)], x.plain["month_short."+strconv.Itoa(m+1)]
	}
	for d := range f.weekdays {
		f.weekdays[d] = x.plain["weekday."+strconv.Itoa(d)]
	}
}

// number writes a whole number.
func (t *tongue) number(n int64) string {
	s, neg := strings.CutPrefix(strconv.FormatInt(n, 10), "-")
	s = t.grouped(s)
	if neg {
		s = t.read().forms.minus + s
	}
	return s
}

// grouped sets thousands apart.
func (t *tongue) grouped(digits string) string {
	if len(digits) < t.read().forms.groupedFrom || t.read().forms.groupedFrom == 0 {
		return digits
	}
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + t.read().forms.group + digits[i:]
	}
	return digits
}

// amount writes a decimal with the language's separators; zeros at its end stay, so money keeps its cents.
func (t *tongue) amount(a market.Amount) string { return t.decimal(a.String()) }

// short is amount without zeros at the end: for quantities.
func (t *tongue) short(a market.Amount) string { return t.decimal(a.Short()) }

func (t *tongue) decimal(s string) string {
	s, neg := strings.CutPrefix(s, "-")
	whole, frac, ok := strings.Cut(s, ".")
	out := t.grouped(whole)
	if ok {
		out += t.read().forms.decimal + frac
	}
	if neg {
		out = t.read().forms.minus + out
	}
	return out
}

// money writes an amount of a currency: with its sign where there is one that everybody knows, else with its code.
func (t *tongue) money(a market.Amount, code string) string {
	symbol, ok := t.read().forms.symbols[code]
	if !ok {
		if symbol, ok = symbols[code]; !ok {
			symbol = code
		}
	}
	p, ok := t.read().forms.moneyOf[code]
	if !ok {
		p = t.read().forms.money
	}
	number := t.amount(a)
	number, neg := strings.CutPrefix(number, t.read().forms.minus)
	if n := len(symbol); n > 0 && p[0] == "" && len(p) > 2 && p[1] == "Symbol" && p[2] == "" && isLetter(symbol[n-1]) {
		symbol += "\u00a0" // CHF 12.50, but €12.50
	}
	s := p.fill("Number", number, "Symbol", symbol)
	if neg {
		s = t.read().forms.minus + s
	}
	return s
}

func isLetter(c byte) bool { return 'A' <= c && c <= 'Z' || 'a' <= c && c <= 'z' }

// percent writes a share of a hundred.
func (t *tongue) percent(n int) string {
	return t.read().forms.percent.fill("Number", t.number(int64(n)))
}

// km writes a distance in metres as kilometres: to the hundred metres below ten, whole from there on.
func (t *tongue) km(metres int) string {
	tenths := (metres + 50) / 100
	if tenths >= 100 {
		return t.read().forms.km.fill("Number", t.number(int64((metres+500)/1000)))
	}
	return t.read().forms.km.fill("Number", t.short(market.Amount{N: int64(tenths), Places: 1}))
}

// date writes the day that x falls on in zone.
func (t *tongue) date(x time.Time, zone *time.Location) string {
	return t.dated(t.read().forms.date, &t.read().forms.months, x, zone)
}

// dateShort is date with the month cut short: for tables and cards.
func (t *tongue) dateShort(x time.Time, zone *time.Location) string {
	return t.dated(t.read().forms.short, &t.read().forms.monthsShort, x, zone)
}

// dateDay is date with the day of the week: for what somebody has to be there for.
func (t *tongue) dateDay(x time.Time, zone *time.Location) string {
	if x.IsZero() {
		return t.say("format.never")
	}
	return t.read().forms.weekday.fill("Weekday", t.read().forms.weekdays[x.In(zone).Weekday()], "Date", t.date(x, zone))
}

func (t *tongue) dated(p pattern, months *[12]string, x time.Time, zone *time.Location) string {
	if x.IsZero() {
		return t.say("format.never")
	}
	x = x.In(zone)
	day := strconv.Itoa(x.Day())
	if day == "1" {
		day = t.read().forms.first
	}
	return p.fill("Day", day, "Month", months[x.Month()-1], "Year", strconv.Itoa(x.Year()))
}

// when writes day and time, of 24 hours in every language.
func (t *tongue) when(x time.Time, zone *time.Location) string {
	if x.IsZero() {
		return t.say("format.never")
	}
	return t.read().forms.when.fill("Date", t.date(x, zone), "Time", x.In(zone).Format("15:04"))
}

// nearDays is how far relative counts days; further away a date says more.
const nearDays = 14

// relative says how far the day of x is from that of now: "today", "tomorrow", "in 3 days", "2 days ago", and further away the
// date.
func (t *tongue) relative(x, now time.Time, zone *time.Location) string {
	if x.IsZero() {
		return t.say("format.never")
	}
	switch days := dayNumber(x.In(zone)) - dayNumber(now.In(zone)); {
	case days == 0:
		return t.say("format.today")
	case days == 1:
		return t.say("format.tomorrow")
	case days == -1:
		return t.say("format.yesterday")
	case days > 0 && days <= nearDays:
		return t.say("format.in_days", "Count", days)
	case days < 0 && days >= -nearDays:
		return t.say("format.days_ago", "Count", -days)
	}
	return t.date(x, zone)
}

// ago is relative with the time of day where that matters: "today, 14:05", "yesterday, 9:30", "3 days ago". For lists of what
// happened; where exactly when counts, when says it.
func (t *tongue) ago(x, now time.Time, zone *time.Location) string {
	days := t.relative(x, now, zone)
	if d := dayNumber(now.In(zone)) - dayNumber(x.In(zone)); x.IsZero() || d < 0 || d > 1 {
		return days
	}
	return t.read().forms.when.fill("Date", days, "Time", x.In(zone).Format("15:04"))
}

// dayNumber counts days, so that a day of 23 hours is one too.
func dayNumber(x time.Time) int {
	return int(time.Date(x.Year(), x.Month(), x.Day(), 0, 0, 0, 0, time.UTC).Unix() / 86400)
}

// list joins words as the language does: "a, b and c". Each keeps its own direction.
func (t *tongue) list(typed []string) string {
	words := make([]string, len(typed))
	for i, w := range typed {
		words[i] = t.isolate(w)
	}
	switch n := len(words); n {
	case 0:
		return ""
	case 1:
		return words[0]
	case 2:
		return t.read().forms.two.fill("A", words[0], "B", words[1])
	default:
		s := words[0]
		for _, w := range words[1 : n-1] {
			s = t.read().forms.next.fill("A", s, "B", w)
		}
		return t.read().forms.last.fill("A", s, "B", words[n-1])
	}
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
	return t.read().forms.both.fill("Hours", t.say("format.hours", "Count", int(h)), "Minutes", t.say("format.minutes", "Count", int(m)))
}
