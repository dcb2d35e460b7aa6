package vocab

import (
	"time"

	as2 "github.com/go-fed/activity/streams/vocab"

	"toadlane/coop"
	"toadlane/federation/vocab/streams"
)

// thing is what every ActivityStreams object can be told.
type thing interface {
	as2.Type
	SetActivityStreamsAttributedTo(as2.ActivityStreamsAttributedToProperty)
	SetActivityStreamsName(as2.ActivityStreamsNameProperty)
	SetActivityStreamsContent(as2.ActivityStreamsContentProperty)
	SetActivityStreamsSummary(as2.ActivityStreamsSummaryProperty)
	SetActivityStreamsInReplyTo(as2.ActivityStreamsInReplyToProperty)
	SetActivityStreamsUrl(as2.ActivityStreamsUrlProperty)
	SetActivityStreamsPublished(as2.ActivityStreamsPublishedProperty)
	SetActivityStreamsUpdated(as2.ActivityStreamsUpdatedProperty)
	SetActivityStreamsStartTime(as2.ActivityStreamsStartTimeProperty)
	SetActivityStreamsEndTime(as2.ActivityStreamsEndTimeProperty)
	SetActivityStreamsMediaType(as2.ActivityStreamsMediaTypeProperty)
	SetActivityStreamsTo(as2.ActivityStreamsToProperty)
	SetActivityStreamsCc(as2.ActivityStreamsCcProperty)
}

// deed is what an activity can be told besides.
type deed interface {
	thing
	SetActivityStreamsActor(as2.ActivityStreamsActorProperty)
	SetActivityStreamsObject(as2.ActivityStreamsObjectProperty)
}

// facts are what most objects have; zero fields are left out.
type facts struct {
	ID           coop.IRI
	AttributedTo coop.IRI
	Name         string
	Summary      string
	Content      string
	InReplyTo    coop.IRI
	URL          coop.IRI
	MediaType    string
	Published    time.Time
	Updated      time.Time
	Starts, Ends time.Time
	To, CC       []coop.IRI // with To, both are written, as lists
	Actor        coop.IRI   // of a deed
	Object       coop.IRI   // of a deed, when it is only named
}

// say tells a go-fed value the facts and gives it as a tree.
func say(v thing, f facts) (tree, error) {
	if f.ID != "" {
		p := streams.NewJSONLDIdProperty()
		p.Set(uri(f.ID))
		v.SetJSONLDId(p)
	}
	if f.AttributedTo != "" {
		p := streams.NewActivityStreamsAttributedToProperty()
		p.AppendIRI(uri(f.AttributedTo))
		v.SetActivityStreamsAttributedTo(p)
	}
	if f.Name != "" {
		p := streams.NewActivityStreamsNameProperty()
		p.AppendXMLSchemaString(f.Name)
		v.SetActivityStreamsName(p)
	}
	if f.Summary != "" {
		p := streams.NewActivityStreamsSummaryProperty()
		p.AppendXMLSchemaString(f.Summary)
		v.SetActivityStreamsSummary(p)
	}
	if f.Content != "" {
		p := streams.NewActivityStreamsContentProperty()
		p.AppendXMLSchemaString(f.Content)
		v.SetActivityStreamsContent(p)
	}
	if f.InReplyTo != "" {
		p := streams.NewActivityStreamsInReplyToProperty()
		p.AppendIRI(uri(f.InReplyTo))
		v.SetActivityStreamsInReplyTo(p)
	}
	if f.URL != "" {
		p := streams.NewActivityStreamsUrlProperty()
		p.AppendIRI(uri(f.URL))
		v.SetActivityStreamsUrl(p)
	}
	if f.MediaType != "" {
		p := streams.NewActivityStreamsMediaTypeProperty()
		p.Set(f.MediaType)
		v.SetActivityStreamsMediaType(p)
	}
	f.times(v)
	if len(f.To) > 0 {
		to, cc := streams.NewActivityStreamsToProperty(), streams.NewActivityStreamsCcProperty()
		for _, i := range f.To {
			to.AppendIRI(uri(i))
		}
		for _, i := range f.CC {
			cc.AppendIRI(uri(i))
		}
		v.SetActivityStreamsTo(to)
		v.SetActivityStreamsCc(cc)
	}
	if d, ok := v.(deed); ok {
		if f.Actor != "" {
			p := streams.NewActivityStreamsActorProperty()
			p.AppendIRI(uri(f.Actor))
			d.SetActivityStreamsActor(p)
		}
		if f.Object != "" {
			p := streams.NewActivityStreamsObjectProperty()
			p.AppendIRI(uri(f.Object))
			d.SetActivityStreamsObject(p)
		}
	}
	t, err := v.Serialize()
	if err != nil {
		return nil, coop.Errorf(coop.Internal, "error.internal", "write %s: %w", v.GetTypeName(), err)
	}
	if len(f.To) > 0 {
		lists(t, "to")
		if len(f.CC) > 0 {
			lists(t, "cc")
		}
	}
	return t, nil
}

func (f facts) times(v thing) {
	if !f.Published.IsZero() {
		p := streams.NewActivityStreamsPublishedProperty()
		p.Set(f.Published.UTC())
		v.SetActivityStreamsPublished(p)
	}
	if !f.Updated.IsZero() {
		p := streams.NewActivityStreamsUpdatedProperty()
		p.Set(f.Updated.UTC())
		v.SetActivityStreamsUpdated(p)
	}
	if !f.Starts.IsZero() {
		p := streams.NewActivityStreamsStartTimeProperty()
		p.Set(f.Starts.UTC())
		v.SetActivityStreamsStartTime(p)
	}
	if !f.Ends.IsZero() {
		p := streams.NewActivityStreamsEndTimeProperty()
		p.Set(f.Ends.UTC())
		v.SetActivityStreamsEndTime(p)
	}
}

// lists makes lists of members that go-fed writes bare when there is one value: peers expect lists.
func lists(t tree, names ...string) {
	for _, name := range names {
		switch v := t[name].(type) {
		case nil:
			t[name] = []any{}
		case []any:
		default:
			t[name] = []any{v}
		}
	}
}

// instant writes a time as ActivityStreams has it: UTC, to the second.
func instant(t time.Time) string { return t.UTC().Format(time.RFC3339) }
