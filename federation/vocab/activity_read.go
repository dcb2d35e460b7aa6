package vocab

import (
	"time"

	"toadlane/coop"
	"toadlane/internal/limits"
	"toadlane/internal/strictjson"
)

// Activity is what somebody else did, as their server tells it. Nothing of it is believed: whoever handles it compares Actor
// with who signed, and takes embedded objects only from their own origin.
type Activity struct {
	ID        coop.IRI // "" when it came without one (WordPress sends such an Update)
	Type      string   // the first of its types
	Actor     coop.IRI
	Object    Ref   // the first
	Objects   []Ref // all of them; Flag has several
	Target    coop.IRI
	Result    coop.IRI
	To, CC    []coop.IRI // with bto, bcc and audience in CC
	Content   string     // plain text: the reason of a Flag or a Reject, the reaction of a Like
	Published time.Time
	Document  strictjson.Object
}

// Public tells whether the activity is addressed to everyone.
func (a Activity) Public() bool { return has(a.To, coop.Public) || has(a.CC, coop.Public) }

// Ref is an object that is named, or there in full.
type Ref struct {
	IRI      coop.IRI // "" when it has none
	Type     string   // "" when only named
	Embedded strictjson.Object
}

func has(list []coop.IRI, i coop.IRI) bool {
	for _, x := range list {
		if x == i {
			return true
		}
	}
	return false
}

// ReadActivity is DecodeActivity of bytes: it parses them first, strictly.
func ReadActivity(b []byte) (Activity, error) {
	o, err := strictjson.Parse(b)
	if err != nil {
		return Activity{}, err
	}
	return DecodeActivity(o)
}

// DecodeActivity reads an activity of whatever type. The actor must be one address, and so must the id if there is one; the
// rest is left empty where it makes no sense. Errors are of class Invalid: activity.invalid.
func DecodeActivity(o strictjson.Object) (Activity, error) {
	a := Activity{Document: o}
	types := o.Types()
	if len(types) == 0 || len(types) > limits.Attachments || types[0] == "" || len(types[0]) > limits.NameRunes {
		return a, invalid("activity with %d types", len(types))
	}
	a.Type = types[0]
	var ok bool
	if o.Has("id") {
		if a.ID, ok = o.ID(); !ok {
			return a, invalid("%s with the id %.100s", a.Type, o.RawOf("id"))
		}
	}
	if a.Actor, ok = o.IRI("actor"); !ok {
		return a, invalid("%s by %.100s", a.Type, o.RawOf("actor"))
	}
	n := 0
	for _, key := range []string{"to", "cc", "bto", "bcc", "audience"} {
		if n += len(o.List(key)); n > limits.Recipients {
			return a, invalid("%s to more than %d", a.Type, limits.Recipients)
		}
		if key == "to" {
			a.To = addresses(o, key)
		} else {
			a.CC = append(a.CC, addresses(o, key)...)
		}
	}
	for _, v := range o.List("object") {
		if len(a.Objects) == limits.Recipients {
			break
		}
		if r, ok := ref(v); ok {
			a.Objects = append(a.Objects, r)
		}
	}
	if len(a.Objects) > 0 {
		a.Object = a.Objects[0]
	}
	a.Target, _ = o.IRI("target")
	a.Result, _ = o.IRI("result")
	a.Content = block(PlainText(o.Str("content")), limits.ReportRunes)
	a.Published, _ = o.Time("published")
	return a, nil
}

func ref(v strictjson.Value) (Ref, bool) {
	if v.Kind() == strictjson.KindString {
		i, ok := v.IRI()
		return Ref{IRI: i}, ok
	}
	o, ok := v.Object()
	if !ok {
		return Ref{}, false
	}
	r := Ref{Embedded: o}
	if o.Has("id") {
		if r.IRI, ok = o.ID(); !ok {
			return Ref{}, false
		}
	}
	if t := o.Types(); len(t) > 0 {
		r.Type = t[0]
	}
	return r, true
}
