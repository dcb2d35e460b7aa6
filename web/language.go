package web

import (
	"embed"
	"encoding/json"
	"fmt"
	"io/fs"
	"regexp"
	"strings"
	"sync"

	"github.com/nicksnyder/go-i18n/v2/i18n"
	"golang.org/x/text/language"
	"golang.org/x/text/unicode/bidi"
)

//go:embed lang/*.json
var langFiles embed.FS

// defaultLanguage is what is spoken when neither the reader nor the co-op says anything.
const defaultLanguage = "en"

// languageNames gives each language its name in itself, in the order of the picker. A language is offered when it is here
// and has files in lang/.
var languageNames = []struct{ Tag, Name string }{
	{"en", "English"}, {"es", "Español"}, {"fr", "Français"}, {"pt", "Português"}, {"de", "Deutsch"}, {"ar", "العربية"},
}

// rightToLeft are the languages of lang/ that are written from right to left.
var rightToLeft = map[string]bool{"ar": true}

// tongue speaks one language. Its files are read when it is first asked to: reading all took most of a start.
type tongue struct {
	tag   string
	rtl   bool
	other *tongue // speaks when this one has no sentence; nil for the default language
	read  func() *lexicon
}

// lexicon is what a language can say.
type lexicon struct {
	plain  map[string]string // without values, which are most
	raw    map[string]string // of format.*, as they stand in the file
	keys   map[string]bool
	forked map[string]bool // those with plural forms
	speak  *i18n.Localizer
	forms  forms
}

// loadTongues lists the languages of languageNames.
func loadTongues() (map[string]*tongue, error) {
	all := map[string]*tongue{}
	for _, l := range languageNames {
		files, err := fs.Glob(langFiles, "lang/*."+l.Tag+".json")
		if err != nil {
			return nil, fmt.Errorf("lang: %w", err)
		}
		files = append(files, "lang/"+l.Tag+".json")
		t := &tongue{tag: l.Tag, rtl: rightToLeft[l.Tag]}
		t.read = sync.OnceValue(func() *lexicon {
			x, err := readLexicon(t, files)
			if err != nil {
				panic("web: " + err.Error()) // in a file of the program itself; a test reads all
			}
			return x
		})
		all[l.Tag] = t
		if l.Tag != defaultLanguage {
			t.other = all[defaultLanguage] // the first
		}
	}
	return all, nil
}

// readLexicon reads the files lang/<area>.<tag>.json and lang/<tag>.json of a language. A key that stands twice in one language is an error, because which
// of them is said would depend on the file names.
func readLexicon(t *tongue, files []string) (*lexicon, error) {
	tag, err := language.Parse(t.tag)
	if err != nil {
		return nil, fmt.Errorf("lang: %w", err)
	}
	bundle := i18n.NewBundle(tag)
	x := &lexicon{plain: map[string]string{}, raw: map[string]string{}, keys: map[string]bool{}, forked: map[string]bool{}, speak: i18n.NewLocalizer(bundle, t.tag)}
	for _, name := range files {
		data, err := langFiles.ReadFile(name)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		if t.rtl {
			data = isolateAddresses(data)
		}
		var file map[string]sentence
		if err := json.Unmarshal(data, &file); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		for key, m := range file {
			if x.keys[key] {
				return nil, fmt.Errorf("%s: key %s stands twice", name, key)
			}
			x.keys[key] = true
			x.forked[key] = m.forked()
			if strings.HasPrefix(key, "format.") {
				x.raw[key] = m.Other
			}
			if !m.forked() && !strings.Contains(m.Other, "{{") {
				x.plain[key] = m.Other
				continue
			}
			if err := bundle.AddMessages(tag, &i18n.Message{ID: key, Zero: m.Zero, One: m.One, Two: m.Two, Few: m.Few, Many: m.Many, Other: m.Other}); err != nil {
				return nil, fmt.Errorf("%s: %s: %w", name, key, err)
			}
		}
	}
	x.readForms()
	return x, nil
}

// sentence is one as it stands in a file: a text, or an object with a text for each plural form (CLDR).
type sentence struct{ Zero, One, Two, Few, Many, Other string }

func (m *sentence) forked() bool { return m.Zero+m.One+m.Two+m.Few+m.Many != "" }

// UnmarshalJSON reads either form.
func (m *sentence) UnmarshalJSON(data []byte) error {
	if len(data) > 0 && data[0] == '"' {
		return json.Unmarshal(data, &m.Other)
	}
	type forms sentence
	return json.Unmarshal(data, (*forms)(m))
}

// spokenAs finds who speaks a BCP 47 tag: the language itself, else what it is a variant of (pt-br is spoken as pt). Nil when
// nobody does.
func spokenAs(all map[string]*tongue, tag string) *tongue {
	tag = strings.ToLower(strings.ReplaceAll(tag, "_", "-"))
	for tag != "" {
		if t := all[tag]; t != nil {
			return t
		}
		i := strings.LastIndexByte(tag, '-')
		if i < 0 {
			return nil
		}
		tag = tag[:i]
	}
	return nil
}

// dir is the direction that the language is written in, as HTML has it.
func (t *tongue) dir() string {
	if t.rtl {
		return "rtl"
	}
	return "ltr"
}

// say gives the sentence of key. args alternate names and values; Count picks the plural form, or Max when there is no Count.
// A key without a sentence is given back as it is: a test keeps that from happening.
func (t *tongue) say(key string, args ...any) string {
	if s, ok := t.read().plain[key]; ok {
		return s
	}
	values := make(map[string]any, len(args)/2)
	for i := 0; i+1 < len(args); i += 2 {
		if name, ok := args[i].(string); ok {
			values[name] = args[i+1]
		}
	}
	return t.sayWith(key, values)
}

// sayWith is say with the values as an error carries them.
func (t *tongue) sayWith(key string, values map[string]any) string {
	if s, ok := t.read().plain[key]; ok {
		return s
	}
	if !t.read().keys[key] {
		if t.other != nil {
			return t.other.sayWith(key, values)
		}
		return key
	}
	cfg := &i18n.LocalizeConfig{MessageID: key}
	if len(values) > 0 {
		data := make(map[string]any, len(values))
		for k, v := range values {
			switch n := v.(type) {
			case int:
				data[k] = t.number(int64(n))
			case int64:
				data[k] = t.number(n)
			case string:
				data[k] = t.isolate(n)
			default:
				data[k] = v
			}
		}
		cfg.TemplateData = data
	}
	// A sentence without plural forms has none to choose: asked for "few", it would say nothing.
	if t.read().forked[key] {
		if c, ok := values["Count"]; ok {
			cfg.PluralCount = c
		} else if c, ok := values["Max"].(int); ok {
			cfg.PluralCount = c
		}
	}
	s, err := t.read().speak.Localize(cfg)
	if err != nil || s == "" {
		return key
	}
	return s
}

// Marks around a value that is written in the other direction, so that what stands beside it keeps its place (UAX #9, 2.4).
const firstStrongIsolate, popIsolate = "\u2068", "\u2069"

// isolate keeps a value that reads in the other direction from turning its surroundings around. An address stays bare, because
// programs that make links of addresses would take the mark for a part of it.
func (t *tongue) isolate(s string) string {
	if strings.HasPrefix(s, "https://") || strings.HasPrefix(s, "http://") {
		return s
	}
	for _, r := range s {
		if r < 0x80 && !t.rtl {
			continue
		}
		p, _ := bidi.LookupRune(r)
		switch p.Class() {
		case bidi.L:
			if t.rtl {
				return firstStrongIsolate + s + popIsolate
			}
		case bidi.R, bidi.AL:
			if !t.rtl {
				return firstStrongIsolate + s + popIsolate
			}
		}
	}
	return s
}

// foreignAddress is what is written from left to right with marks that would change sides among letters of the other direction:
// @ada@social.example, https://, docs/operate.md. What ends a sentence is not a part of it.
var foreignAddress = regexp.MustCompile(`[^\s"\\\p{Arabic}\p{Hebrew}،؛؟«»()…]*[@/](?:[^\s"\\\p{Arabic}\p{Hebrew}،؛؟«»()…]*[^\s"\\\p{Arabic}\p{Hebrew}،؛؟«»()….,:])?`)

// isolateAddresses puts marks around the addresses in a file of a language from right to left, so that who translates need not
// type what nobody sees.
func isolateAddresses(file []byte) []byte {
	return foreignAddress.ReplaceAllFunc(file, func(b []byte) []byte {
		return []byte(firstStrongIsolate + string(b) + popIsolate)
	})
}

// has tells whether there is a sentence for key.
func (t *tongue) has(key string) bool {
	return t.read().keys[key] || t.other != nil && t.other.read().keys[key]
}
