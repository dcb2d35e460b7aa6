package vocab

import (
	"time"

	"toadlane/coop"
	"toadlane/federation/vocab/streams"
	"toadlane/internal/strictjson"
	"toadlane/region"
)

// ShareCharters tells of charters of a region and the signatures under them, each as its bytes. object is where actor serves all of them.
func (w Writer) ShareCharters(id coop.IRI, at time.Time, actor, object coop.IRI, to []coop.IRI, papers ...[]byte) ([]byte, error) {
	all := make([]Raw, len(papers))
	for i, b := range papers {
		all[i] = b
	}
	return w.regional(streams.NewActivityStreamsUpdate(), facts{ID: id, Actor: actor, Object: object, Published: at, To: to}, tree{"papers": all})
}

// MoveRegion sends the followers of an account that hosts a region no more on to the one that does.
func (w Writer) MoveRegion(id coop.IRI, at time.Time, from, to coop.IRI) ([]byte, error) {
	o, err := say(streams.NewActivityStreamsMove(), facts{ID: id, Actor: from, Object: from, Published: at, To: []coop.IRI{coop.Public}, CC: []coop.IRI{w.At.Of(from, "followers")}})
	if err != nil {
		return nil, err
	}
	lists(o, "cc")
	o["@context"], o["target"] = PlainContext, to
	return write(o)
}

// PapersIn lists the charters and signatures that an activity carries; what is no such document, or of a format that is not known here, is left out.
// there tells whether it is an activity that carries some.
func PapersIn(activity strictjson.Object) (charters []region.Charter, marks []region.Mark, there bool) {
	v := term(activity, "papers")
	for _, x := range v.List() {
		o, ok := x.Object()
		if !ok {
			continue
		}
		if IsCharter(o) {
			if c, err := DecodeCharter(o); err == nil {
				charters = append(charters, c)
			}
		} else if m, err := DecodeMark(o); err == nil {
			marks = append(marks, m)
		}
	}
	return charters, marks, v.Kind() == strictjson.KindArray
}

// RegionLine spells a line of the list with which a charter begins.
func RegionLine(l region.Line) (Raw, error) {
	return write(tree{"type": typeLine, "coop": l.Coop, "entry": string(l.Entry), "admission": string(l.Admission)})
}

// DecodeRegionLine reads one. Class Invalid, key activity.invalid.
func DecodeRegionLine(o strictjson.Object) (region.Line, error) {
	who, ok := o.IRI("coop")
	l := region.Line{Coop: who, Entry: region.ID(o.Str("entry")), Admission: region.ID(o.Str("admission"))}
	if !ok || o.Str("type") != typeLine || !coop.ValidHash(string(l.Entry)) || !coop.ValidHash(string(l.Admission)) {
		return l, invalid("no line of a region's list")
	}
	return l, nil
}
