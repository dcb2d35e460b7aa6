package web

import (
	"net/url"
	"strings"

	"toadlane/coop"
)

// Form is what somebody typed, with what is wrong with it. A page shows it again as it was.
type Form struct {
	Values url.Values
	Wrong  []*coop.Error
}

// Get is the first value of a field, trimmed.
func (f Form) Get(name string) string { return strings.TrimSpace(f.Values.Get(name)) }

// Raw is the first value as typed.
func (f Form) Raw(name string) string { return f.Values.Get(name) }

// Lines is the first value, trimmed, with plain line ends.
func (f Form) Lines(name string) string { return strings.ReplaceAll(f.Get(name), "\r\n", "\n") }

// Is tells whether value is among a field's values: for boxes and choices.
func (f Form) Is(name, value string) bool {
	for _, v := range f.Values[name] {
		if v == value {
			return true
		}
	}
	return false
}

// All lists a field's values.
func (f Form) All(name string) []string { return f.Values[name] }

// Put sets a field, to fill a form before it is first shown.
func (f *Form) Put(name string, values ...string) {
	if f.Values == nil {
		f.Values = url.Values{}
	}
	f.Values[name] = values
}

// Add notes what is wrong: each field error of err beside its field, another error of class Invalid, Conflict, NotFound or
// Unavailable at the top. It tells whether err can be shown in the form; when it can't, the error page is the answer.
func (f *Form) Add(err error) bool {
	if err == nil {
		return true
	}
	if fields := coop.Fields(err); len(fields) > 0 {
		for _, e := range fields {
			if !f.says(e) {
				f.Wrong = append(f.Wrong, e)
			}
		}
		return true
	}
	switch coop.ClassOf(err) {
	case coop.Invalid, coop.Conflict, coop.TooMany:
		f.Wrong = append(f.Wrong, &coop.Error{Class: coop.ClassOf(err), Key: coop.KeyOf(err)})
		return true
	}
	return false
}

// AddTo is Add with each field error beside the field called name: for a form that calls it otherwise than the use case does.
func (f *Form) AddTo(name string, err error) bool {
	fields := coop.Fields(err)
	if len(fields) == 0 {
		return f.Add(err)
	}
	for _, e := range fields {
		f.Wrong = append(f.Wrong, &coop.Error{Class: e.Class, Key: e.Key, Field: name, Args: e.Args})
	}
	return true
}

// says tells whether the same is noted already.
func (f *Form) says(e *coop.Error) bool {
	for _, w := range f.Wrong {
		if w.Field == e.Field && w.Key == e.Key {
			return true
		}
	}
	return false
}

// Fail notes one error of a field; field "" is the form as a whole.
func (f *Form) Fail(field, key string) {
	f.Wrong = append(f.Wrong, &coop.Error{Class: coop.Invalid, Key: key, Field: field})
}

// OK tells whether nothing is wrong so far.
func (f Form) OK() bool { return len(f.Wrong) == 0 }

// Field is one labelled input as its partial ("input", "area", "choose", "boxes", "tick") shows it.
type Field struct {
	Name, ID     string
	Label, Hint  string
	Errors       []string
	Value        string
	Kind         string // type of the input
	Autocomplete string
	Required     bool
	Plain        bool // says nothing about being optional
	Max          int
	Lines        int
	Options      []Option
	values       []string
}

// Option is one choice.
type Option struct{ Value, Label string }

// Chosen tells whether value is chosen.
func (f Field) Chosen(value string) bool {
	for _, v := range f.values {
		if v == value {
			return true
		}
	}
	return false
}

// Dir is the direction of what is typed: that of its letters for words, from left to right for what is spelled so everywhere.
func (f Field) Dir() string {
	switch f.Kind {
	case "text", "search":
		return "auto"
	case "email", "url", "tel", "password":
		return "ltr"
	}
	return ""
}

// Said lists the ids of what is said about the field, for a reader of the screen; "" when nothing is.
func (f Field) Said() string {
	var ids []string
	if f.Hint != "" {
		ids = append(ids, f.ID+"-hint")
	}
	if len(f.Errors) > 0 {
		ids = append(ids, f.ID+"-error")
	}
	return strings.Join(ids, " ")
}

// As sets the input's type and its autocomplete token ("" for none).
func (f Field) As(kind, autocomplete string) Field {
	f.Kind, f.Autocomplete = kind, autocomplete
	if kind == "password" {
		f.Value = "" // a password is never sent back
	}
	return f
}

// Needed marks the field as required.
func (f Field) Needed() Field { f.Required = true; return f }

// Quiet says nothing about being optional: for filters, where everything is.
func (f Field) Quiet() Field { f.Plain = true; return f }

// UpTo sets the longest value in characters.
func (f Field) UpTo(n int) Field { f.Max = n; return f }

// Of sets the choices.
func (f Field) Of(options []Option) Field { f.Options = options; return f }

// Rows sets how many lines an area shows.
func (f Field) Rows(n int) Field { f.Lines = n; return f }

// field builds a Field of a form, with its sentences in this language; hint "" has none.
func (t *tongue) field(f Form, name, label, hint string) Field {
	x := Field{Name: name, ID: "f-" + name, Label: t.say(label), Value: f.Raw(name), values: f.All(name), Kind: "text", Lines: 4}
	if hint != "" {
		x.Hint = t.say(hint)
	}
	for _, e := range f.Wrong {
		if e.Field == name {
			x.Errors = append(x.Errors, t.sayWith(e.Key, e.Args))
		}
	}
	return x
}

// Wrong is a line of the summary above a form.
type Wrong struct{ ID, Sentence string }

// wrongs lists what is wrong with f; lines about a field link to it.
func (t *tongue) wrongs(f Form) []Wrong {
	out := make([]Wrong, 0, len(f.Wrong))
	for _, e := range f.Wrong {
		w := Wrong{Sentence: t.sayWith(e.Key, e.Args)}
		if e.Field != "" {
			w.ID = "f-" + e.Field
		}
		out = append(out, w)
	}
	return out
}
