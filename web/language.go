package web

import (
	"embed"
	"encoding/json"
	"fmt"
	"io/fs"
	"regexp"
	"strings"

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

// tongue speaks one language.
type tongue struct {
	tag    string
	rtl    bool
	plain  map[string]string // sentences without values, which are most
	raw    map[string]string // of format.*, as they stand in the file
	keys   map[string]bool
	forked map[string]bool // those with plural forms
	speak  *i18n.Localizer
	forms  forms
	other  *tongue // speaks when this one has no sentence; nil for the default language
}

// loadTongues reads every lang/<area>.<tag>.json and lang/<tag>.json. A key that stands twice in one language is an error,
// because which of them is said would depend on the file names.
func loadTongues() (map[string]*tongue, error) {
	bundle := i18n.NewBundle(language.Make(defaultLanguage))
	bundle.RegisterUnmarshalFunc("json", json.Unmarshal)
	all := map[string]*tongue{}
	names, err := fs.Glob(langFiles, "lang/*.json")
	if err != nil {
		return nil, fmt.Errorf("lang: %w", err)
	}
	for _, name := range names {
		data, err := langFiles.ReadFile(name)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		if tag := strings.Split(name, "."); rightToLeft[tag[len(tag)-2]] {
			data = isolateAddresses(data)
		}
		file, err := bundle.ParseMessageFileBytes(data, name)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		tag := file.Tag.String()
		t := all[tag]
		if t == nil {
			t = &tongue{tag: tag, rtl: rightToLeft[tag], plain: map[string]string{}, raw: map[string]string{}, keys: map[string]bool{}, forked: map[string]bool{},
				speak: i18n.NewLocalizer(bundle, tag)}
			all[tag] = t
		}
		for _, m := range file.Messages {
			if t.keys[m.ID] {
				return nil, fmt.Errorf("%s: key %s stands twice", name, m.ID)
			}
			t.keys[m.ID] = true
			if m.One != "" || m.Few != "" || m.Many != "" || m.Two != "" || m.Zero != "" {
				t.forked[m.ID] = true
			} else if !strings.Contains(m.Other, "{{") {
				t.plain[m.ID] = m.Other
			}
			if strings.HasPrefix(m.ID, "format.") {
				t.raw[m.ID] = m.Other
			}
		}
	}
	for _, l := range languageNames {
		t := all[l.Tag]
		if t == nil {
			return nil, fmt.Errorf("lang: no file for %s", l.Tag)
		}
		if l.Tag != defaultLanguage {
			t.other = all[defaultLanguage]
		}
		t.readForms()
	}
	return all, nil
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
	if s, ok := t.plain[key]; ok {
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
	if s, ok := t.plain[key]; ok {
		return s
	}
	if !t.keys[key] {
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
	if t.forked[key] {
		if c, ok := values["Count"]; ok {
			cfg.PluralCount = c
		} else if c, ok := values["Max"].(int); ok {
			cfg.PluralCount = c
		}
	}
	s, err := t.speak.Localize(cfg)
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
func (t *tongue) has(key string) bool { return t.keys[key] || t.other != nil && t.other.keys[key] }
