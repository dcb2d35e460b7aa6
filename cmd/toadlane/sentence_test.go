package main

import (
	"strings"
	"testing"

	"toadlane/coop"
)

func TestErrorsSpeakTheLanguageOfTheTerminal(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		env  map[string]string
		want string
	}{
		{nil, ""},
		{map[string]string{"LANG": "pt_BR.UTF-8"}, "pt_BR"},
		{map[string]string{"LANG": "de_DE@euro", "LC_MESSAGES": ""}, "de_DE"},
		{map[string]string{"LANG": "de_DE.UTF-8", "LC_MESSAGES": "es_ES.UTF-8"}, "es_ES"},
		{map[string]string{"LANG": "de_DE.UTF-8", "LC_MESSAGES": "es_ES.UTF-8", "LC_ALL": "C.UTF-8"}, "C"},
	} {
		if got := spoken(func(name string) string { return tc.env[name] }); got != tc.want {
			t.Errorf("%v: %q, want %q", tc.env, got, tc.want)
		}
	}
	err := coop.FieldError("title", "field.required", nil)
	for lang, want := range map[string]string{"": "Please", "C": "Please", "es_AR": "Rellena", "xx_YY": "Please"} {
		if got := sentenceIn(lang, err, "/d"); !strings.HasPrefix(got, "--title: ") || !strings.Contains(got, want) {
			t.Errorf("%q: %q", lang, got)
		}
	}
}
