package web

import (
	"sync"
	"time"
)

var allTongues = sync.OnceValues(loadTongues)

// Words gives the sentences of lang/ to what is written outside of pages: posts to peers, mails, the command line. A language
// that we do not speak speaks English; a key without a sentence is given back as it is.
func Words() (func(lang, key string, args map[string]any) string, error) {
	all, err := allTongues()
	if err != nil {
		return nil, err
	}
	return func(lang, key string, args map[string]any) string {
		t := spokenAs(all, lang)
		if t == nil {
			t = all[defaultLanguage]
		}
		return t.sayWith(key, args)
	}, nil
}

// Dates gives the day that a time falls on, as Words gives sentences.
func Dates() (func(lang string, at time.Time, zone *time.Location) string, error) {
	all, err := allTongues()
	if err != nil {
		return nil, err
	}
	return func(lang string, at time.Time, zone *time.Location) string {
		t := all[lang]
		if t == nil {
			t = all[defaultLanguage]
		}
		return t.date(at, zone)
	}, nil
}

// WordsIn gives the sentence of a key in exactly one language, "" when that language does not have it: for texts that a co-op keeps as its
// own, which must not say English under another tag.
func WordsIn(lang, key string) string {
	all, err := allTongues()
	if err != nil || all[lang] == nil || !all[lang].has(key) {
		return ""
	}
	return all[lang].say(key)
}
