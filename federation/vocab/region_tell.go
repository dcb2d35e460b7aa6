package vocab

import (
	"maps"
	"time"

	"toadlane/coop"
	"toadlane/federation/vocab/streams"
	"toadlane/internal/strictjson"
	"toadlane/region"
)

// What co-ops tell each other about who takes part in a region. The words in it are whole and signed, so that whoever gets them may hand them on;
// the activity only carries them. entry and admission are given as their bytes.

// AskRegion asks the account of a region to let us take part.
func (w Writer) AskRegion(id coop.IRI, at time.Time, group coop.IRI, entry []byte) ([]byte, error) {
	return w.regional(streams.NewActivityStreamsJoin(), facts{ID: id, Actor: w.At.Coop(), Object: group, Published: at, To: []coop.IRI{group}},
		tree{"entry": Raw(entry)})
}

// LeaveRegion says that we take part no more.
func (w Writer) LeaveRegion(id coop.IRI, at time.Time, group coop.IRI, entry []byte) ([]byte, error) {
	return w.regional(streams.NewActivityStreamsLeave(), facts{ID: id, Actor: w.At.Coop(), Object: group, Published: at,
		To: []coop.IRI{group, w.At.Of(group, "members")}}, tree{"entry": Raw(entry)})
}

// ChangeEntry says what we bring into a region from now on.
func (w Writer) ChangeEntry(id coop.IRI, at time.Time, group coop.IRI, entry []byte) ([]byte, error) {
	return w.regional(streams.NewActivityStreamsUpdate(), facts{ID: id, Actor: w.At.Coop(), Object: w.At.Of(group, "words"), Published: at,
		To: []coop.IRI{group, w.At.Of(group, "members")}}, tree{"entry": Raw(entry)})
}

// AcceptJoin lets a co-op take part that asked with the activity join.
func (w Writer) AcceptJoin(id coop.IRI, at time.Time, group, join, to coop.IRI, admission []byte) ([]byte, error) {
	return w.regional(streams.NewActivityStreamsAccept(), facts{ID: id, Actor: group, Object: join, Published: at, To: []coop.IRI{to}},
		tree{"result": Raw(admission)})
}

// RejectJoin says no to it, or ends its part, and why, in words.
func (w Writer) RejectJoin(id coop.IRI, at time.Time, group, join, to coop.IRI, why string, admission []byte) ([]byte, error) {
	f := facts{ID: id, Actor: group, Object: join, Published: at, To: []coop.IRI{to}}
	if why != "" {
		f.Content = paragraphs(why)
	}
	return w.regional(streams.NewActivityStreamsReject(), f, tree{"result": Raw(admission)})
}

// AddMember tells those who take part of one that does, or of what it brings now; RemoveMember of one that does no more.
func (w Writer) AddMember(id coop.IRI, at time.Time, group, who coop.IRI, words ...[]byte) ([]byte, error) {
	return w.rolled(streams.NewActivityStreamsAdd(), id, at, group, who, words)
}

// RemoveMember is the other way round.
func (w Writer) RemoveMember(id coop.IRI, at time.Time, group, who coop.IRI, words ...[]byte) ([]byte, error) {
	return w.rolled(streams.NewActivityStreamsRemove(), id, at, group, who, words)
}

func (w Writer) rolled(v deed, id coop.IRI, at time.Time, group, who coop.IRI, words [][]byte) ([]byte, error) {
	members, all := w.At.Of(group, "members"), make([]Raw, len(words))
	for i, b := range words {
		all[i] = b
	}
	return w.regional(v, facts{ID: id, Actor: group, Object: who, Published: at, To: []coop.IRI{members}}, tree{"target": members, "words": all})
}

// InviteCoop asks a co-op to take part in a region.
func (w Writer) InviteCoop(id coop.IRI, at time.Time, group, who coop.IRI, of region.ID) ([]byte, error) {
	return w.regional(streams.NewActivityStreamsInvite(), facts{ID: id, Actor: group, Object: who, Published: at, To: []coop.IRI{who}},
		tree{"target": group, "region": string(of)})
}

func (w Writer) regional(v deed, f facts, more tree) ([]byte, error) {
	o, err := say(v, f)
	if err != nil {
		return nil, err
	}
	lists(o, "cc")
	o["@context"] = RegionTalkContext
	maps.Copy(o, more)
	return write(o)
}

// EntryIn is the word of a co-op that an activity carries; zero when there is none.
func EntryIn(activity strictjson.Object) strictjson.Object { return termObject(activity, "entry") }

// WordsIn lists the words of a region that an activity carries.
func WordsIn(activity strictjson.Object) (out []strictjson.Object) {
	for _, v := range term(activity, "words").List() {
		if o, ok := v.Object(); ok && IsRegionDocument(o) {
			out = append(out, o)
		}
	}
	return out
}

// RegionIn is the region that an invitation names. Class NotFound when it names none.
func RegionIn(activity strictjson.Object) (region.ID, error) {
	return region.ParseID(term(activity, "region").Str())
}
