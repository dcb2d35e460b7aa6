package vocab

import (
	"slices"
	"strings"
	"time"

	"toadlane/coop"
	"toadlane/internal/limits"
	"toadlane/internal/strictjson"
	"toadlane/market"
)

// proposalTypes are the names a bare proposal goes by: FEP-0837, with its prefix, and Bonfire's.
var proposalTypes = []string{"Proposal", "vf:Proposal", "ValueFlows:Proposal", vfNamespace + "Proposal", "https://w3id.org/valueflows#Proposal"}

const (
	vfNamespace = "https://w3id.org/valueflows/ont/vf#"
	omNamespace = "http://www.ontology-of-units-of-measure.org/resource/om-2/"
)

// term finds a marketplace property under the names that servers give it: bare, with a prefix, or in full. FEP-0837 has
// quantities in om2:, ValueFlows 1.0 and Mitra since April 2026 in vf:.
func term(o strictjson.Object, name string) strictjson.Value {
	if v := o.Get(name); v.Kind() > strictjson.KindNull {
		return v
	}
	for _, prefix := range []string{"vf:", "om2:", "om:", "ValueFlows:", "tl:", vfNamespace, omNamespace, Own, "https://w3id.org/valueflows#"} {
		if v := o.Get(prefix + name); v.Kind() > strictjson.KindNull {
			return v
		}
	}
	return strictjson.Value{}
}

// termObject is term for an object, or the first of a list of them.
func termObject(o strictjson.Object, name string) strictjson.Object {
	for _, v := range term(o, name).List() {
		if inner, ok := v.Object(); ok {
			return inner
		}
	}
	return strictjson.Object{}
}

func termText(o strictjson.Object, name string, n int) string { return line(term(o, name).Str(), n) }

// DecodeListing reads an offer or a want of home, whatever its type: it is known by its marketplace terms. now bounds its
// times. ok is false when o is no listing at all (then it may be a post). What is wrong in details is left out; the address,
// the author, the type and the purpose must be right. The shapes: FEP-0837 inline on a Note or as a bare Proposal (Mitra,
// Epicyon, Bonfire's ValueFlows), a Proposal in an attachment or flohmarkt:data (Flohmarkt, Unfathomably).
//
// Errors: Invalid; Forbidden when it belongs to somebody else (owner.differs, origin.differs).
func DecodeListing(o strictjson.Object, home coop.IRI, now time.Time) (l market.Listing, ok bool, err error) {
	proposal, found := findProposal(o)
	flohmarkt := termObject(o, "flohmarkt:data")
	if !found && flohmarkt.IsZero() || o.Is("Tombstone") {
		return l, false, nil
	}
	if l.IRI, ok = o.ID(); !ok {
		return l, true, invalid("listing with the id %.100s", o.RawOf("id"))
	}
	if types := o.Types(); len(types) == 0 || len(types) > limits.Attachments {
		return l, true, invalid("listing %s is a %.100s", l.IRI, o.RawOf("type"))
	}
	by, ok := o.IRI("attributedTo")
	if !ok {
		return l, true, invalid("listing %s by %.100s", l.IRI, o.RawOf("attributedTo"))
	}
	if by != home {
		return l, true, coop.Errorf(coop.Forbidden, "owner.differs", "listing %s belongs to %s, not %s", l.IRI, by, home)
	}
	if !coop.SameOrigin(l.IRI, home) {
		return l, true, coop.Errorf(coop.Forbidden, "origin.differs", "listing %s is not of %s", l.IRI, home)
	}
	l.Home = home
	switch p := term(proposal, "purpose").Str(); p {
	case "offer", "":
		l.Purpose = market.Offer
	case "request":
		l.Purpose = market.Want
	default:
		return l, true, invalid("listing %s has the purpose %.40q", l.IRI, p)
	}
	readWords(&l, o)
	readProposal(&l, o, proposal)
	if !flohmarkt.IsZero() {
		readFlohmarkt(&l, flohmarkt)
	}
	if len(l.Title) == 0 {
		return l, true, invalid("listing %s has no words", l.IRI)
	}
	if len(l.Modes) == 0 {
		l.Modes = []market.Mode{guessMode(&l)}
	}
	readAround(&l, o)
	readTimes(&l, o, proposal, now)
	return l, true, nil
}

// findProposal gives the object that holds the marketplace terms: o itself or one of its attachments.
func findProposal(o strictjson.Object) (strictjson.Object, bool) {
	if isProposal(o) {
		return o, true
	}
	for i, a := range o.Objects("attachment") {
		if i == limits.Attachments {
			break
		}
		if isProposal(a) {
			return a, true
		}
	}
	return strictjson.Object{}, false
}

func isProposal(o strictjson.Object) bool {
	return o.Is(proposalTypes...) || term(o, "purpose").Kind() == strictjson.KindString && !termObject(o, "publishes").IsZero()
}

// readWords finds title and text per language: the source as typed where there is one, else what the HTML says.
func readWords(l *market.Listing, o strictjson.Object) {
	// Names are plain text (Activity Vocabulary §4): "<" in one is a character.
	title := func(s string) string { return line(s, market.MaxTitle) }
	text := func(s string) string { return block(PlainText(s), market.MaxBody) }
	typed := func(s string) string { return cut(visible(s, true), market.MaxBody) }

	lang := mainLanguage(o)
	source := o.Object("source")
	l.Body = coop.Text{}
	if source.Str("mediaType") == "text/plain" {
		l.Body = texts(source, "contentMap", typed)
		if s := typed(source.Str("content")); s != "" && len(l.Body) == 0 {
			l.Body[lang] = s
		}
		if l.Title = texts(source, "nameMap", title); len(l.Title) == 0 {
			l.Title = texts(o, "nameMap", title)
		}
		if s := title(o.Str("name")); s != "" && len(l.Title) == 0 {
			l.Title[lang] = s
		}
		if len(l.Title) > 0 {
			return
		}
	}
	if len(l.Body) == 0 {
		l.Body = texts(o, "contentMap", text)
	}
	if len(l.Body) == 0 {
		for _, key := range []string{"content", "summary", "note", "vf:note"} {
			if s := text(o.Str(key)); s != "" {
				l.Body[lang] = s
				break
			}
		}
	}
	l.Title = texts(o, "nameMap", title)
	if s := title(o.Str("name")); s != "" && len(l.Title) == 0 {
		l.Title[lang] = s
	}
	if len(l.Title) == 0 {
		if s, tag := l.Body.In(lang); s != "" {
			first, _, _ := strings.Cut(s, "\n")
			l.Title[tag] = line(first, market.MaxTitle)
		}
	}
}

// mainLanguage is the language of the bare content and name: that of the map's entry which says the same, else the first.
func mainLanguage(o strictjson.Object) string {
	for _, pair := range [][2]string{{"content", "contentMap"}, {"name", "nameMap"}} {
		all := o.Text(pair[1])
		if len(all) > limits.Languages {
			continue
		}
		bare := o.Str(pair[0])
		for _, tag := range all.Tags() {
			if all[tag] == bare && bare != "" {
				return languageTag(tag)
			}
		}
		if tags := all.Tags(); len(tags) > 0 {
			return languageTag(tags[0])
		}
	}
	return "und"
}

// readAround reads what a listing has from ActivityStreams: place, pictures, tags, audience.
func readAround(l *market.Listing, o strictjson.Object) {
	if l.Place.Name == "" && l.Place.Public == nil {
		l.Place = readPlace(o)
	}
	for _, a := range append(o.Objects("attachment"), o.Objects("image")...) {
		if len(l.Photos) == market.MaxPhotos {
			break
		}
		kind := a.Str("mediaType")
		if !a.Is("Image") && !strings.HasPrefix(kind, "image/") {
			continue
		}
		at := picture(a.Value())
		if at == "" || slices.ContainsFunc(l.Photos, func(p market.Photo) bool { return p.Remote == at }) {
			continue
		}
		// A node that is only reached by plain http (on one machine) may show pictures so; the others may not.
		if strings.HasPrefix(string(at), "http://") && !strings.HasPrefix(string(l.Home), "http://") {
			continue
		}
		p := market.Photo{Remote: at, Alt: block(a.Str("name"), market.MaxAlt)}
		if p.Alt == "" {
			p.Alt = block(a.Str("summary"), market.MaxAlt)
		}
		if strings.HasPrefix(kind, "image/") && len(kind) < 40 {
			p.Type = line(kind, 40)
		}
		p.Width, p.Height = side(a, "width"), side(a, "height")
		if s := a.Str("blurhash"); market.ValidBlurhash(s) {
			p.Blurhash = s
		}
		p.Focus = readFocus(a)
		l.Photos = append(l.Photos, p)
	}
	if l.Tags == nil {
		for i, t := range o.Objects("tag") {
			if i == limits.Tags || len(l.Tags) == market.MaxTags {
				break
			}
			if !t.Is("Hashtag", "as:Hashtag") {
				continue
			}
			tag := market.Tag(strings.TrimPrefix(t.Str("name"), "#"))
			if tag != "" && tag != "offer" && tag != "want" && !slices.Contains(l.Tags, tag) {
				l.Tags = append(l.Tags, tag)
			}
		}
	}
	l.Visibility = coop.Peers
	if slices.Contains(addresses(o, "to"), coop.Public) || slices.Contains(addresses(o, "cc"), coop.Public) {
		l.Visibility = coop.Everyone
	}
	if l.URL = page(o, "url"); l.URL == "" {
		l.URL = string(l.IRI)
	}
}

// readFocus reads Mastodon's focal point: two decimals from -1 to 1, the second pointing up.
func readFocus(o strictjson.Object) (f market.Focus) {
	at := o.Get("focalPoint").List()
	if len(at) != 2 {
		return f
	}
	x, okx := micro(at[0].Decimal(), 1)
	y, oky := micro(at[1].Decimal(), 1)
	if !okx || !oky {
		return f
	}
	return market.Focus{X: int(x / 10_000), Y: -int(y / 10_000)}
}

func side(o strictjson.Object, key string) int {
	n, ok := o.Int(key)
	if !ok || n < 0 || n > 1<<16 {
		return 0
	}
	return int(n)
}

// readPlace reads a location: a Place, or just a name. Kilometres are what we keep; others are turned into them.
func readPlace(o strictjson.Object) coop.Place {
	p := coop.Place{Name: line(placeName(o), 100)}
	for _, v := range o.Objects("location") {
		p.Public = readPoint(v.Get("latitude"), v.Get("longitude"))
		r, ok := v.Int("radius")
		if !ok || r <= 0 || r > 20_000_000 {
			break
		}
		switch strings.ToLower(v.Str("units")) {
		case "m", "":
			p.RadiusKm = int((r + 999) / 1000)
		case "km":
			p.RadiusKm = int(min(r, 20_000))
		case "miles":
			p.RadiusKm = int(min(r, 12_000) * 1609 / 1000)
		}
		break
	}
	return p
}

// readPoint reads two decimals, numbers or strings, as millionths of a degree; what is finer is cut off.
func readPoint(lat, lon strictjson.Value) *coop.Point {
	la, ok := micro(lat.Decimal(), 90)
	if !ok {
		return nil
	}
	lo, ok := micro(lon.Decimal(), 180)
	if !ok {
		return nil
	}
	return &coop.Point{Lat: la, Lon: lo}
}

func micro(s string, most int32) (int32, bool) {
	sign := int64(1)
	if rest, ok := strings.CutPrefix(s, "-"); ok {
		s, sign = rest, -1
	}
	whole, fraction, _ := strings.Cut(s, ".")
	if whole == "" || len(whole) > 3 {
		return 0, false
	}
	fraction = cut(fraction+"000000", 6)
	n := int64(0)
	for _, c := range whole + fraction {
		if c < '0' || c > '9' {
			return 0, false
		}
		n = n*10 + int64(c-'0')
	}
	if n > int64(most)*1e6 {
		return 0, false
	}
	return int32(sign * n), true
}

// readTimes bounds when it was made and when it ends: nothing comes from the future, nothing lasts longer than a listing of
// ours may, and what does not say when it ends gets the default life of its kind.
func readTimes(l *market.Listing, o, proposal strictjson.Object, now time.Time) {
	latest := now.Add(limits.ClockAhead).UTC().Truncate(time.Second)
	past := func(t time.Time) time.Time {
		if t.After(latest) {
			return latest
		}
		return t
	}
	instant := func(keys ...string) time.Time {
		for _, key := range keys {
			for _, from := range []strictjson.Object{o, proposal} {
				if t, ok := term(from, key).Time(); ok {
					return t
				}
			}
		}
		return time.Time{}
	}
	l.Created = past(instant("published", "created"))
	if l.Created.IsZero() {
		l.Created = now.UTC().Truncate(time.Second)
	}
	if l.Updated = past(instant("updated")); l.Updated.Before(l.Created) {
		l.Updated = l.Created
	}
	l.Starts = instant("startTime", "hasBeginning")
	l.Until = instant("endTime", "hasEnd")
	if l.Until.IsZero() {
		l.Until = market.DefaultUntil(l.Purpose, l.Kind, l.Updated, time.UTC)
	}
	if most := market.EndOfDay(now.AddDate(0, 0, market.MaxDays+1), time.UTC); l.Until.After(most) {
		l.Until = most
	}
	if !l.Starts.Before(l.Until) {
		l.Starts = time.Time{}
	}
	if t, ok := term(proposal, "closedAt").Time(); ok {
		l.Closed = past(t)
	} else if l.State.Ended() {
		l.Closed = l.Updated
	}
}
