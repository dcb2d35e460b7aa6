package web

import (
	"encoding/json"
	"io/fs"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"
)

// pluralForms are the categories that CLDR 46 tells whole and broken numbers apart by, for each language we have.
var pluralForms = map[string][]string{
	"en": {"one", "other"}, "de": {"one", "other"}, "es": {"many", "one", "other"}, "fr": {"many", "one", "other"},
	"pt": {"many", "one", "other"}, "ar": {"few", "many", "one", "other", "two", "zero"},
}

// wideOne are the languages whose "one" is said of nothing, of one and of one and a half: its sentence has to name the number.
var wideOne = map[string]bool{"fr": true, "pt": true}

// sentences reads a language's files: key, plural form ("" for a sentence without), words.
func sentences(t *testing.T, tag string) map[string]map[string]string {
	t.Helper()
	names, err := fs.Glob(langFiles, "lang/*.json")
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]map[string]string{}
	for _, name := range names {
		if name != "lang/"+tag+".json" && !strings.HasSuffix(name, "."+tag+".json") {
			continue
		}
		b, err := langFiles.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		var file map[string]any
		if err := json.Unmarshal(b, &file); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		for key, x := range file {
			said := map[string]string{}
			switch x := x.(type) {
			case string:
				said[""] = x
			case map[string]any:
				for form, s := range x {
					words, ok := s.(string)
					if !ok {
						t.Fatalf("%s: %s %s is no sentence", name, key, form)
					}
					said[form] = words
				}
			default:
				t.Fatalf("%s: %s is no sentence", name, key)
			}
			all[key] = said
		}
	}
	return all
}

var placeholder = regexp.MustCompile(`\{\{ *\.([A-Za-z]+) *\}\}`)

func placeholders(s string) string {
	var names []string
	for _, m := range placeholder.FindAllStringSubmatch(s, -1) {
		if !slices.Contains(names, m[1]) {
			names = append(names, m[1])
		}
	}
	slices.Sort(names)
	return strings.Join(names, " ")
}

// Who reads one language reads all of it: no key is missing, none is left over, each names the same values, and plurals have the
// forms that the language has.
func TestLanguagesSayTheSame(t *testing.T) {
	t.Parallel()
	en := sentences(t, "en")
	if len(en) < 500 {
		t.Fatalf("only %d sentences in English", len(en))
	}
	for _, l := range languageNames {
		own := sentences(t, l.Tag)
		for key, said := range en {
			x, ok := own[key]
			if !ok {
				t.Errorf("%s lacks %s: %q", l.Tag, key, said)
				continue
			}
			want := placeholders(said[""] + said["other"])
			if (said[""] == "") != (x[""] == "") {
				t.Errorf("%s: %s has plural forms in one language and none in the other", l.Tag, key)
				continue
			}
			if x[""] != "" {
				if got := placeholders(x[""]); got != want {
					t.Errorf("%s: %s names %q, English %q", l.Tag, key, got, want)
				}
				continue
			}
			if forms := slices.Sorted(maps.Keys(x)); !slices.Equal(forms, pluralForms[l.Tag]) {
				t.Errorf("%s: %s has the forms %q, the language has %q", l.Tag, key, forms, pluralForms[l.Tag])
			}
			for form, words := range x {
				got := placeholders(words)
				// One, two and none may be words instead of a number; whatever else is named has to be.
				if got == want || !wideOne[l.Tag] && (form == "one" || form == "two" || form == "zero") && got == without(want, "Count", "Amount") {
					continue
				}
				t.Errorf("%s: %s (%s) names %q, English %q", l.Tag, key, form, got, want)
			}
		}
		for key := range own {
			if en[key] == nil {
				t.Errorf("%s has %s, which English lacks", l.Tag, key)
			}
		}
	}
}

func without(names string, drop ...string) string {
	return strings.Join(slices.DeleteFunc(strings.Fields(names), func(n string) bool { return slices.Contains(drop, n) }), " ")
}

// sameAsEnglish are keys whose words may be the same in another language, beside those made of names, numbers and signs only.
var sameAsEnglish = regexp.MustCompile(`^posting\.alt_badge$|^(format|month|month_short|feed|licence|unit)\.|^frame\.program$|^map\.(letter_offer|letter_want|metres)$|\.(km|hours|minutes)$`)

// things are names that are the same everywhere.
var things = []string{"Matrix", "Murmurations", "Web", "XMPP"}

// alike are the words that a language shares with English.
var alike = map[string][]string{
	"es": {},
	"fr": {"Agriculture", "Arts", "Conversations", "Finance", "Invitation", "Licence", "Message", "Port", "dates", "litres", "minutes", "public", "tonnes", "Invitations", "Latitude", "Longitude", "Messages", "Nature", "Transport", "Version", "Version {{.Number}}."},
	"pt": {"E-mail", "Latitude", "Links", "Longitude"},
	"de": {"Links", "Mail", "Mails", "Name", "Port", "Text", "Passkey", "Passkeys", "Server", "Transport", "Version"},
}

// A sentence that stands in English in another language was forgotten.
func TestNothingIsLeftInEnglish(t *testing.T) {
	t.Parallel()
	en := sentences(t, "en")
	for _, l := range languageNames {
		if l.Tag == "en" {
			continue
		}
		for key, said := range sentences(t, l.Tag) {
			for form, words := range said {
				if words != en[key][form] || sameAsEnglish.MatchString(key) || slices.Contains(alike[l.Tag], words) || slices.Contains(things, words) {
					continue
				}
				if strings.IndexFunc(placeholder.ReplaceAllString(words, ""), unicode.IsLetter) < 0 {
					continue
				}
				t.Errorf("%s: %s is %q, as in English", l.Tag, key, words)
			}
		}
	}
}

// quotes are the marks that each language puts around what it cites; the others are somebody else's.
var quotes = map[string]string{"en": "“”‘’", "es": "«»", "fr": "«»", "pt": "«»", "de": "„“‚‘", "ar": "«»"}

// Small things that show whether somebody cared: spaces at the ends, straight quotes, another language's quotes, three points.
func TestSentencesAreWellSet(t *testing.T) {
	t.Parallel()
	for _, l := range languageNames {
		for key, said := range sentences(t, l.Tag) {
			for form, words := range said {
				for _, fault := range faults(l.Tag, words) {
					t.Errorf("%s: %s %s %s: %q", l.Tag, key, form, fault, words)
				}
			}
		}
	}
	for _, bad := range []struct{ tag, words string }{{"en", " x"}, {"en", "x "}, {"fr", "« x »"}, {"fr", "Quoi ?"}, {"fr", "l'eau"}, {"de", "“x”"}, {"es", "“x”"},
		{"en", `"x"`}, {"en", "x..."}, {"de", "x  y"}, {"ar", "أ, ب"}, {"ar", "أ?"}, {"fr", "Ici: x"}} {
		if len(faults(bad.tag, bad.words)) == 0 {
			t.Errorf("control: %s %q is taken for well set", bad.tag, bad.words)
		}
	}
}

var (
	frenchSpace = regexp.MustCompile(`[^\x{202f}\x{a0}\d/][;:!?»](?:\s|$)|«[^\x{202f}\x{a0}]|[^\x{202f}\x{a0}]»`)
	latinMarks  = regexp.MustCompile(`\p{Arabic}[,;?]`)
	straight    = regexp.MustCompile(`\p{L}'\p{L}`)
)

func faults(tag, words string) (found []string) {
	if words == "" {
		return []string{"is empty"}
	}
	if strings.TrimFunc(words, func(r rune) bool { return unicode.IsSpace(r) && r != '\u00a0' && r != '\u202f' }) != words || strings.Contains(words, "  ") {
		found = append(found, "has spaces where none belong")
	}
	if strings.Contains(words, "...") {
		found = append(found, "has three points for …")
	}
	bare := placeholder.ReplaceAllString(words, "x")
	if strings.Contains(bare, `"`) || straight.MatchString(bare) && tag != "en" {
		found = append(found, "has straight quotes")
	}
	for _, r := range bare {
		if strings.ContainsRune("“”„‚‘«»‹›", r) && !strings.ContainsRune(quotes[tag], r) {
			found = append(found, "has quotes of another language")
			break
		}
	}
	if tag == "fr" && frenchSpace.MatchString(bare) {
		found = append(found, "lacks a no-break space before a mark")
	}
	if tag == "ar" && latinMarks.MatchString(bare) {
		found = append(found, "has Latin marks after Arabic letters")
	}
	return found
}

func TestSentences(t *testing.T) {
	t.Parallel()
	tongues, err := allTongues()
	if err != nil {
		t.Fatal(err)
	}
	en, es, ar := tongues["en"], tongues["es"], tongues["ar"]
	for got, want := range map[string]string{
		en.say("admin.reports", "Count", 1):                              "One report is open",
		en.say("admin.reports", "Count", 12345):                          "12,345 reports are open",
		es.say("admin.reports", "Count", 12345):                          "Hay 12.345 avisos abiertos",
		es.say("admin.reports", "Count", 1):                              "Hay un aviso abierto",
		en.sayWith("field.long", map[string]any{"Max": 60, "Count": 61}): "Use at most 60 characters.",
		en.say("error.request", "Request", "<b>"):                        "If you tell a steward about it, name this number: <b>",
		ar.say("posting.photos_hint", "Max", 6)[:len("حتى 6")]:           "حتى 6", // a number in a sentence without plural forms
		en.sayWith("field.long", map[string]any{"Max": 1}):               "Use at most 1 characters.",
		en.say("no.such.key"):                                            "no.such.key",
		ar.say("no.such.key"):                                            "no.such.key",
		// What reads in the other direction is set apart, so that it does not carry its neighbours along.
		en.say("error.request", "Request", "خبز"):             "If you tell a steward about it, name this number: \u2068خبز\u2069",
		ar.say("post.offer", "Title", "Bread (day-old)"):      "عرض: \u2068Bread (day-old)\u2069",
		ar.say("post.offer", "Title", "خبز"):                  "عرض: خبز",
		ar.say("post.offer", "Title", "12.50"):                "عرض: 12.50",
		ar.say("post.more", "Address", "https://a.example/"):  "المزيد: https://a.example/",
		ar.say("peer.address"):                                "اكتبوا عنوانًا مثل \u2068@coop@example.org\u2069 أو \u2068https://example.org\u2069.",
		ar.say("format.days_ago", "Count", 3):                 "قبل 3 أيام",
		ar.say("format.days_ago", "Count", 100):               "قبل 100 يوم",
		tongues["fr"].say("format.in_days", "Count", 1000000): "dans 1\u202f000\u202f000 de jours",
	} {
		if got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

func TestVariantsAreSpokenAsTheirLanguage(t *testing.T) {
	t.Parallel()
	tongues, err := allTongues()
	if err != nil {
		t.Fatal(err)
	}
	offered := make([]string, len(languageNames))
	for i, l := range languageNames {
		offered[i] = l.Tag
	}
	for header, want := range map[string]string{"pt-BR": "pt", "pt-PT,en;q=0.9": "pt", "de-AT, de;q=0.9, en;q=0.8": "de", "ar-MA": "ar", "fr-CH, de;q=0.9": "fr",
		"nl, de-CH;q=0.7, en;q=0.6": "de", "ast, es-419;q=0.8": "es", "zh-Hant-TW, en-GB;q=0.1": "en", "nl": "", "arn": ""} {
		if got := preferredLanguage(header, offered); got != want {
			t.Errorf("%q: %q, want %q", header, got, want)
		}
	}
	for tag, want := range map[string]string{"pt-br": "pt", "pt_BR": "pt", "zh-hant": "", "de-at": "de", "ar": "ar", "AR-tn": "ar", "": "", "-": "", "deu": "", "C": ""} {
		got := ""
		if x := spokenAs(tongues, tag); x != nil {
			got = x.tag
		}
		if got != want {
			t.Errorf("%q is spoken as %q, want %q", tag, got, want)
		}
	}
	words, err := Words()
	if err != nil {
		t.Fatal(err)
	}
	if got := words("pt_PT", "format.tomorrow", nil); got != "amanhã" {
		t.Error(got)
	}
	if got := words("nl", "format.tomorrow", nil); got != "tomorrow" {
		t.Error(got)
	}
}
