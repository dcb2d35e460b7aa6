package vocab

import (
	"slices"
	"strconv"
	"strings"

	"toadlane/coop"
	"toadlane/federation/sig"
	"toadlane/internal/limits"
	"toadlane/internal/strictjson"
	"toadlane/region"
)

// Documents of a region are read strictly, unlike what is shown to people: a word that is left out or mended would be another document. Each
// decoder gives class Invalid, key activity.invalid, for what is not exactly one, keeps the bytes, and names it by their hash without the proof.

// regionKind tells which document of a region o is, "" for none.
func regionKind(o strictjson.Object) string {
	for _, kind := range []string{typeCharter, typeEntry, typeAdmission, typeMark, typeArea, typeVote} {
		if o.Str("type") == kind {
			return kind
		}
	}
	return ""
}

// IsEntry tells whether o is a co-op's word on its part, IsAdmission whether it is a host's, IsCharter whether it is a charter.
func IsEntry(o strictjson.Object) bool     { return regionKind(o) == typeEntry }
func IsAdmission(o strictjson.Object) bool { return regionKind(o) == typeAdmission }
func IsCharter(o strictjson.Object) bool   { return regionKind(o) == typeCharter }

// IsRegionDocument tells whether o is a charter, a word or a mark of a region.
func IsRegionDocument(o strictjson.Object) bool { return regionKind(o) != "" }

// strictly reads members of one document, and remembers what was wrong.
type strictly struct {
	o    strictjson.Object
	seen map[string]bool
	bad  string
}

// document begins to read a document of a kind and gives its id.
func document(o strictjson.Object, kind string) (*strictly, region.ID, error) {
	r := &strictly{o: o, seen: map[string]bool{"@context": true, "type": true, "proof": true}}
	if regionKind(o) != kind || r.int("format", regionFormat, regionFormat) != regionFormat || r.bad != "" {
		return nil, "", invalid("no %s of a format that is known here", kind)
	}
	most := limits.RegionWord
	switch kind {
	case typeCharter:
		most = limits.RegionCharter
	case typeArea:
		most = limits.RegionArea
	case typeAdmission:
		most = limits.RegionWord + region.MaxCouncil*limits.RegionVote
	case typeVote:
		most = limits.RegionVote
	}
	if len(o.Raw()) > most {
		return nil, "", invalid("%s of %d bytes", kind, len(o.Raw()))
	}
	bytes, err := sig.Unproven(o.Raw())
	if err != nil {
		return nil, "", err
	}
	return r, region.ID(coop.Hash(bytes)), nil
}

func (r *strictly) wrong(name string) {
	if r.bad == "" {
		r.bad = name
	}
}

func (r *strictly) get(name string, kind strictjson.Kind, must bool) strictjson.Value {
	r.seen[name] = true
	v := r.o.Get(name)
	if v.Kind() != kind && (must || r.o.Has(name)) {
		r.wrong(name)
		return strictjson.Value{}
	}
	return v
}

func (r *strictly) str(name string, must bool) string {
	return r.get(name, strictjson.KindString, must).Str()
}

func (r *strictly) id(name string, must bool) region.ID {
	s := r.str(name, must)
	if s != "" && !coop.ValidHash(s) {
		r.wrong(name)
	}
	return region.ID(s)
}

func (r *strictly) iri(name string) coop.IRI {
	i, ok := r.get(name, strictjson.KindString, true).IRI()
	if !ok {
		r.wrong(name)
	}
	return i
}

func (r *strictly) int(name string, least, most int64) int64 {
	n, ok := r.get(name, strictjson.KindNumber, true).Int()
	if !ok || n < least || n > most {
		r.wrong(name)
	}
	return n
}

// flag reads a member that is true, or false where it must stand and else left out.
func (r *strictly) flag(name string, must bool) bool {
	r.seen[name] = true
	switch k := r.o.Get(name).Kind(); {
	case k == strictjson.KindTrue:
		return true
	case must && k != strictjson.KindFalse, !must && r.o.Has(name):
		r.wrong(name)
	}
	return false
}

// text reads the words of a language map.
func (r *strictly) text(name string, must bool) coop.Text {
	v := r.get(name, strictjson.KindObject, must)
	o, ok := v.Object()
	if !ok {
		return nil
	}
	out := coop.Text{}
	for tag, words := range o.Members() {
		if words.Kind() != strictjson.KindString || !coop.ValidLanguage(tag) {
			r.wrong(name)
			return nil
		}
		out[tag] = words.Str()
	}
	return out
}

// list reads the elements of an array that may be left out.
func (r *strictly) list(name string, most int) []strictjson.Value {
	all := r.get(name, strictjson.KindArray, false).List()
	if len(all) > most || r.o.Has(name) && len(all) == 0 {
		r.wrong(name)
		return nil
	}
	return all
}

// end tells what was wrong, or which member has no meaning here: two who understand one document differently would not agree on what is in force.
func (r *strictly) end() error {
	for name := range r.o.Members() {
		if !r.seen[name] {
			r.wrong(name)
		}
	}
	if r.bad != "" {
		return invalid("%.100s of a document of a region", r.bad)
	}
	return nil
}

// only tells whether an object has no other members than these.
func only(o strictjson.Object, names ...string) bool {
	for name := range o.Members() {
		if !slices.Contains(names, name) {
			return false
		}
	}
	return true
}

const maxCount = 1 << 53 // what a double holds exactly

// DecodeCharter reads a charter.
func DecodeCharter(o strictjson.Object) (region.Charter, error) {
	r, id, err := document(o, typeCharter)
	if err != nil {
		return region.Charter{}, err
	}
	c := region.Charter{ID: id, Region: r.id("region", false), Version: int(r.int("version", 1, 1<<31-1)), Previous: r.id("previous", false), Attempt: int(r.int("attempt", 1, 1<<31-1)),
		Host: r.iri("host"), HostKey: r.str("hostKey", true), Need: int(r.int("need", 1, region.MaxCouncil)), Absence: int(r.int("absence", 1, region.MaxAbsence)),
		Root: r.id("root", false), Slug: r.str("preferredUsername", true), Name: r.text("nameMap", true), Story: r.text("summaryMap", false), Area: r.id("area", false),
		Joining: region.Joining(r.str("joining", true)), Bytes: o.Raw()}
	for _, v := range r.list("council", region.MaxCouncil) {
		seat, ok := v.Object()
		who, named := seat.IRI("coop")
		if !ok || !named || seat.Str("key") == "" || !only(seat, "coop", "key") {
			r.wrong("council")
			break
		}
		c.Council = append(c.Council, region.Seat{Coop: who, Key: seat.Str("key")})
	}
	for _, v := range r.list("languages", 20) {
		c.Languages = append(c.Languages, v.Str())
	}
	for _, v := range r.list("expects", region.MaxExpects) {
		i, ok := v.IRI()
		if !ok {
			r.wrong("expects")
		}
		c.Expects = append(c.Expects, i)
	}
	if err := r.end(); err != nil {
		return region.Charter{}, err
	}
	return c, c.Validate()
}

// DecodeArea reads where a region is. A charter names it by the id that it gets here.
func DecodeArea(o strictjson.Object) (region.Area, error) {
	r, id, err := document(o, typeArea)
	if err != nil {
		return region.Area{}, err
	}
	a := region.Area{ID: id, Bytes: o.Raw()}
	for _, v := range r.list("places", region.MaxPlaces) {
		a.Places = append(a.Places, v.Str())
	}
	for _, v := range r.list("outline", region.MaxRings) {
		ring, ok := decodeRing(v.Str())
		if !ok {
			r.wrong("outline")
			break
		}
		a.Outline = append(a.Outline, ring)
	}
	if err := r.end(); err != nil {
		return region.Area{}, err
	}
	return a, a.Validate()
}

// decodeRing reads the points of a ring; ok is false for any other spelling than ours, which would be another document about the same.
func decodeRing(s string) (ring region.Ring, ok bool) {
	for pair := range strings.SplitSeq(s, " ") {
		x, y, _ := strings.Cut(pair, ",")
		lon, err := strconv.ParseInt(x, 10, 32)
		lat, err2 := strconv.ParseInt(y, 10, 32)
		if err != nil || err2 != nil || strconv.FormatInt(lon, 10) != x || strconv.FormatInt(lat, 10) != y || len(ring) == region.MaxRingPoints {
			return nil, false
		}
		ring = append(ring, coop.Point{Lat: int32(lat), Lon: int32(lon)})
	}
	return ring, true
}

// DecodeEntry reads a co-op's word on its part. Whether it is that co-op's is for the proof to show.
func DecodeEntry(o strictjson.Object) (region.Entry, error) {
	r, id, err := document(o, typeEntry)
	if err != nil {
		return region.Entry{}, err
	}
	e := region.Entry{ID: id, Region: r.id("region", true), Charter: r.id("charter", true), Coop: r.iri("coop"), Serial: uint64(r.int("serial", 1, maxCount)), Key: r.str("key", true),
		Name: r.str("name", true), Left: r.flag("left", false), Bytes: o.Raw()}
	for _, v := range r.list("ties", region.MaxTies) {
		t, ok := v.Object()
		if !ok || !only(t, "relation", "category") {
			r.wrong("ties")
			break
		}
		e.Ties = append(e.Ties, region.Tie{Relation: region.Relation(t.Str("relation")), Category: t.Str("category")})
	}
	for _, v := range r.list("shares", len(region.Shares)) {
		e.Shares = append(e.Shares, region.Share(v.Str()))
	}
	if err := r.end(); err != nil {
		return region.Entry{}, err
	}
	return e, e.Validate()
}

// DecodeAdmission reads a host's word on a co-op's part. Whether it is the host's is for the proof to show.
func DecodeAdmission(o strictjson.Object) (region.Admission, error) {
	r, id, err := document(o, typeAdmission)
	if err != nil {
		return region.Admission{}, err
	}
	a := region.Admission{ID: id, Region: r.id("region", true), Charter: r.id("charter", true), Coop: r.iri("coop"), Serial: uint64(r.int("serial", 1, maxCount)),
		Nth: uint64(r.int("nth", 1, maxCount)), In: r.flag("in", true), Bytes: o.Raw()}
	for _, x := range r.list("votes", region.MaxCouncil) {
		o, _ := x.Object()
		v, err := DecodeVote(o)
		if err != nil {
			return a, err
		}
		a.Votes = append(a.Votes, v)
	}
	return a, r.end()
}

// DecodeMark reads a signature under a charter. Whether it is that co-op's is for the proof to show.
func DecodeMark(o strictjson.Object) (region.Mark, error) {
	r, _, err := document(o, typeMark)
	if err != nil {
		return region.Mark{}, err
	}
	m := region.Mark{Charter: r.id("charter", true), Coop: r.iri("coop"), Bytes: o.Raw()}
	return m, r.end()
}
