package web

import (
	"testing"
	"time"

	"toadlane/market"
)

// The expected strings are what CLDR 46 gives for the tag, with the exceptions that docs/translating.md names. They are written
// with escapes where a mark or a space is not what it seems.
func TestFormats(t *testing.T) {
	t.Parallel()
	tongues, err := allTongues()
	if err != nil {
		t.Fatal(err)
	}
	madrid, err := time.LoadLocation("Europe/Madrid")
	if err != nil {
		t.Fatal(err)
	}
	day := time.Date(2026, 3, 4, 23, 30, 0, 0, time.UTC) // the 5th in Madrid
	first := time.Date(2026, 12, 1, 9, 5, 0, 0, time.UTC)
	days := func(n int) time.Time { return day.AddDate(0, 0, n) }
	cents := func(n int64) market.Amount { return market.Amount{N: n, Places: 2} }
	yen, dinar := market.Amount{N: 1250}, market.Amount{N: 12500, Places: 3}
	tests := []struct {
		what string
		say  func(*tongue) string
		want map[string]string
	}{
		{"thousands", func(x *tongue) string { return x.number(1234) }, map[string]string{
			"en": "1,234", "es": "1234", "fr": "1\u202f234", "pt": "1.234", "de": "1.234", "ar": "1,234"}},
		{"millions, less than nothing", func(x *tongue) string { return x.number(-1234567) }, map[string]string{
			"en": "-1,234,567", "es": "-1.234.567", "fr": "-1\u202f234\u202f567", "pt": "-1.234.567", "de": "-1.234.567", "ar": "\u200e-1,234,567"}},
		{"the largest number", func(x *tongue) string { return x.number(9223372036854775807) }, map[string]string{
			"en": "9,223,372,036,854,775,807", "de": "9.223.372.036.854.775.807"}},
		{"decimal", func(x *tongue) string { return x.amount(cents(1234500)) }, map[string]string{
			"en": "12,345.00", "es": "12.345,00", "fr": "12\u202f345,00", "pt": "12.345,00", "de": "12.345,00", "ar": "12,345.00"}},
		{"less than one and nothing", func(x *tongue) string { return x.amount(cents(-5)) }, map[string]string{
			"en": "-0.05", "es": "-0,05", "fr": "-0,05", "pt": "-0,05", "de": "-0,05", "ar": "\u200e-0.05"}},
		{"quantity", func(x *tongue) string { return x.short(market.Amount{N: 2500, Places: 3}) }, map[string]string{
			"en": "2.5", "es": "2,5", "fr": "2,5", "pt": "2,5", "de": "2,5", "ar": "2.5"}},
		{"euro", func(x *tongue) string { return x.money(cents(1250), "EUR") }, map[string]string{
			"en": "€12.50", "es": "12,50\u00a0€", "fr": "12,50\u00a0€", "pt": "12,50\u00a0€", "de": "12,50\u00a0€", "ar": "\u200f12.50\u00a0€"}},
		{"less than no euro", func(x *tongue) string { return x.money(cents(-125000), "EUR") }, map[string]string{
			"en": "-€1,250.00", "es": "-1250,00\u00a0€", "fr": "-1\u202f250,00\u00a0€", "pt": "-1.250,00\u00a0€", "de": "-1.250,00\u00a0€", "ar": "\u200e-\u200f1,250.00\u00a0€"}},
		{"real", func(x *tongue) string { return x.money(cents(1250), "BRL") }, map[string]string{
			"en": "R$12.50", "es": "12,50\u00a0R$", "fr": "12,50\u00a0R$", "pt": "R$\u00a012,50", "de": "12,50\u00a0R$", "ar": "\u200f12.50\u00a0R$"}},
		{"dollar", func(x *tongue) string { return x.money(cents(1250), "USD") }, map[string]string{
			"en": "$12.50", "es": "12,50\u00a0US$", "fr": "12,50\u00a0$US", "pt": "12,50\u00a0US$", "de": "12,50\u00a0$", "ar": "\u200f12.50\u00a0US$"}},
		{"without a sign that all know", func(x *tongue) string { return x.money(cents(1250), "CHF") }, map[string]string{
			"en": "CHF\u00a012.50", "es": "12,50\u00a0CHF", "fr": "12,50\u00a0CHF", "pt": "12,50\u00a0CHF", "de": "12,50\u00a0CHF", "ar": "\u200f12.50\u00a0CHF"}},
		{"no small coin", func(x *tongue) string { return x.money(yen, "JPY") }, map[string]string{
			"en": "¥1,250", "es": "1250\u00a0JPY", "fr": "1\u202f250\u00a0JPY", "pt": "1.250\u00a0JP¥", "de": "1.250\u00a0¥", "ar": "\u200f1,250\u00a0JP¥"}},
		{"a thousand small coins", func(x *tongue) string { return x.money(dinar, "TND") }, map[string]string{
			"en": "TND\u00a012.500", "fr": "12,500\u00a0TND", "de": "12,500\u00a0TND", "ar": "\u200f12.500\u00a0د.ت."}},
		{"share of a hundred", func(x *tongue) string { return x.percent(42) }, map[string]string{
			"en": "42%", "es": "42\u00a0%", "fr": "42\u202f%", "pt": "42%", "de": "42\u00a0%", "ar": "42\u200e%\u200e"}},
		{"near", func(x *tongue) string { return x.km(1449) }, map[string]string{
			"en": "1.4\u00a0km", "es": "1,4\u00a0km", "fr": "1,4\u00a0km", "pt": "1,4\u00a0km", "de": "1,4\u00a0km", "ar": "1.4\u00a0كم"}},
		{"far", func(x *tongue) string { return x.km(1234567) }, map[string]string{
			"en": "1,235\u00a0km", "es": "1235\u00a0km", "fr": "1\u202f235\u00a0km", "de": "1.235\u00a0km", "ar": "1,235\u00a0كم"}},
		{"just below ten", func(x *tongue) string { return x.km(9960) }, map[string]string{"en": "10\u00a0km"}},
		{"date", func(x *tongue) string { return x.date(day, madrid) }, map[string]string{
			"en": "5 March 2026", "es": "5 de marzo de 2026", "fr": "5 mars 2026", "pt": "5 de março de 2026", "de": "5. März 2026", "ar": "5 مارس 2026"}},
		{"first of a month", func(x *tongue) string { return x.date(first, madrid) }, map[string]string{
			"en": "1 December 2026", "es": "1 de diciembre de 2026", "fr": "1er décembre 2026", "pt": "1 de dezembro de 2026", "de": "1. Dezember 2026", "ar": "1 ديسمبر 2026"}},
		{"short date", func(x *tongue) string { return x.dateShort(first, madrid) }, map[string]string{
			"en": "1 Dec 2026", "es": "1 dic 2026", "fr": "1er déc. 2026", "pt": "1 de dez. de 2026", "de": "1. Dez. 2026", "ar": "1 ديسمبر 2026"}},
		{"with the day of the week", func(x *tongue) string { return x.dateDay(day, madrid) }, map[string]string{
			"en": "Thursday 5 March 2026", "es": "jueves, 5 de marzo de 2026", "fr": "jeudi 5 mars 2026", "pt": "quinta-feira, 5 de março de 2026",
			"de": "Donnerstag, 5. März 2026", "ar": "الخميس، 5 مارس 2026"}},
		{"day and time", func(x *tongue) string { return x.when(day, time.UTC) }, map[string]string{
			"en": "4 March 2026, 23:30", "es": "4 de marzo de 2026, 23:30", "fr": "4 mars 2026 à 23:30", "pt": "4 de março de 2026, 23:30",
			"de": "4. März 2026, 23:30", "ar": "4 مارس 2026، 23:30"}},
		{"no day", func(x *tongue) string { return x.date(time.Time{}, madrid) + x.when(time.Time{}, madrid) }, map[string]string{
			"en": "nevernever", "fr": "jamaisjamais", "ar": "أبدًاأبدًا"}},
		{"today", func(x *tongue) string { return x.relative(day.Add(time.Hour), day, madrid) }, map[string]string{
			"en": "today", "es": "hoy", "fr": "aujourd’hui", "pt": "hoje", "de": "heute", "ar": "اليوم"}},
		{"tomorrow, of a day of 23 hours", func(x *tongue) string {
			return x.relative(time.Date(2026, 3, 29, 22, 30, 0, 0, time.UTC), time.Date(2026, 3, 28, 23, 30, 0, 0, time.UTC), madrid)
		}, map[string]string{"en": "tomorrow", "es": "mañana", "fr": "demain", "pt": "amanhã", "de": "morgen", "ar": "غدًا"}},
		{"yesterday", func(x *tongue) string { return x.relative(days(-1), day, madrid) }, map[string]string{
			"en": "yesterday", "es": "ayer", "fr": "hier", "pt": "ontem", "de": "gestern", "ar": "أمس"}},
		{"in two days", func(x *tongue) string { return x.relative(days(2), day, madrid) }, map[string]string{
			"en": "in 2 days", "es": "dentro de 2 días", "fr": "dans 2 jours", "pt": "daqui a 2 dias", "de": "in 2 Tagen", "ar": "خلال يومين"}},
		{"in eleven days", func(x *tongue) string { return x.relative(days(11), day, madrid) }, map[string]string{
			"en": "in 11 days", "de": "in 11 Tagen", "ar": "خلال 11 يومًا"}},
		{"three days ago", func(x *tongue) string { return x.relative(days(-3), day, madrid) }, map[string]string{
			"en": "3 days ago", "es": "hace 3 días", "fr": "il y a 3 jours", "pt": "há 3 dias", "de": "vor 3 Tagen", "ar": "قبل 3 أيام"}},
		{"a month ago", func(x *tongue) string { return x.relative(days(-30), day, madrid) }, map[string]string{"en": "3 February 2026"}},
		{"earlier today", func(x *tongue) string { return x.ago(day.Add(-time.Hour/2), day, madrid) }, map[string]string{
			"en": "today, 00:00", "es": "hoy, 00:00", "fr": "aujourd’hui à 00:00", "pt": "hoje, 00:00", "de": "heute, 00:00", "ar": "اليوم، 00:00"}},
		{"last night", func(x *tongue) string { return x.ago(day.Add(-time.Hour), day, madrid) }, map[string]string{
			"en": "yesterday, 23:30", "fr": "hier à 23:30", "ar": "أمس، 23:30"}},
		{"some days ago", func(x *tongue) string { return x.ago(days(-3), day, madrid) + x.ago(time.Time{}, day, madrid) }, map[string]string{
			"en": "3 days agonever", "de": "vor 3 Tagennie"}},
		{"list of none, one and two", func(x *tongue) string {
			return x.list(nil) + x.list([]string{"a"}) + x.list([]string{"b", "c"})
		}, map[string]string{"en": "ab and c", "es": "ab y c", "fr": "ab et c", "pt": "ab e c", "de": "ab und c", "ar": "\u2068a\u2069\u2068b\u2069 و\u2068c\u2069"}},
		{"list", func(x *tongue) string { return x.list([]string{"a", "b", "c", "d"}) }, map[string]string{
			"en": "a, b, c and d", "es": "a, b, c y d", "fr": "a, b, c et d", "pt": "a, b, c e d", "de": "a, b, c und d", "ar": "\u2068a\u2069، \u2068b\u2069، \u2068c\u2069 و\u2068d\u2069"}},
		{"list of what looks like a placeholder", func(x *tongue) string { return x.list([]string{"{{.B}}", "c"}) }, map[string]string{"en": "{{.B}} and c"}},
		{"an hour and a half", func(x *tongue) string { return x.hours(90) }, map[string]string{
			"en": "one hour 30 minutes", "es": "una hora 30 minutos", "fr": "1 heure 30 minutes", "pt": "1 hora e 30 minutos", "de": "eine Stunde 30 Minuten", "ar": "ساعة واحدة و30 دقيقة"}},
		{"hours", func(x *tongue) string { return x.hours(120) }, map[string]string{
			"en": "2 hours", "es": "2 horas", "fr": "2 heures", "pt": "2 horas", "de": "2 Stunden", "ar": "ساعتان"}},
		{"minutes", func(x *tongue) string { return x.hours(5) }, map[string]string{
			"en": "5 minutes", "es": "5 minutos", "fr": "5 minutes", "pt": "5 minutos", "de": "5 Minuten", "ar": "5 دقائق"}},
		{"no time", func(x *tongue) string { return x.hours(0) }, map[string]string{
			"en": "0 hours", "es": "0 horas", "fr": "0 heure", "pt": "0 hora", "de": "0 Stunden", "ar": "0 ساعة"}},
	}
	for _, tc := range tests {
		for tag, want := range tc.want {
			if got := tc.say(tongues[tag]); got != want {
				t.Errorf("%s in %s: %q, want %q", tc.what, tag, got, want)
			}
		}
	}
}

// Every currency with a sign is written with its own: two with the same one in the same language could be taken for each other.
func TestCurrencySignsMeanOneCurrency(t *testing.T) {
	t.Parallel()
	tongues, err := allTongues()
	if err != nil {
		t.Fatal(err)
	}
	for tag, x := range tongues {
		seen := map[string]string{}
		signs := map[string]string{}
		for code, sign := range symbols {
			signs[code] = sign
		}
		for code, sign := range x.read().forms.symbols {
			if sign == "" {
				t.Errorf("%s writes %s with nothing", tag, code)
			}
			signs[code] = sign
		}
		for code, sign := range signs {
			if other := seen[sign]; other != "" {
				t.Errorf("%s writes both %s and %s as %s", tag, code, other, sign)
			}
			seen[sign] = code
		}
	}
}
