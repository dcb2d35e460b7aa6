package vocab

import (
	"slices"
	"strings"
	"time"

	"toadlane/coop"
	"toadlane/federation/vocab/streams"
	"toadlane/internal/limits"
	"toadlane/market"
)

// Listing spells one of our own listings as a stand-alone document with its context, ready for a proof: a Note that every
// server shows, with the terms of FEP-0837 inline on it. It keeps below limits.ActivityBytes with its proof and the activity
// around it, if need be by shortening the text. Errors: Forbidden for what may not leave the node (listing.private) or is not
// ours (listing.foreign); Gone for an archived one; NotFound for a draft.
func (w Writer) Listing(l market.Listing) ([]byte, error) {
	t, err := w.listing(&l)
	if err != nil {
		return nil, err
	}
	t["@context"] = ListingContext
	return write(t)
}

// CreateListing tells of a new listing.
func (w Writer) CreateListing(id coop.IRI, at time.Time, l market.Listing) ([]byte, error) {
	return w.tellListing(streams.NewActivityStreamsCreate(), id, at, &l)
}

// UpdateListing tells of a listing that was edited, renewed, paused or closed. It carries the whole object: readers replace
// theirs when Updated is newer.
func (w Writer) UpdateListing(id coop.IRI, at time.Time, l market.Listing) ([]byte, error) {
	return w.tellListing(streams.NewActivityStreamsUpdate(), id, at, &l)
}

func (w Writer) tellListing(v deed, id coop.IRI, at time.Time, l *market.Listing) ([]byte, error) {
	object, err := w.listing(l)
	if err != nil {
		return nil, err
	}
	a, err := w.AudienceFor(l.Visibility, w.At.Coop())
	if err != nil {
		return nil, err
	}
	return w.tell(v, ListingContext, facts{ID: id, Actor: w.At.Coop(), Published: at, To: a.To, CC: a.CC}, object)
}

// envelope is what an activity adds to a listing besides two copies of the context (its own and its proof's): addresses,
// times and the proof's value.
const envelope = 5000

// shortening is how much of a listing's words is sent.
type shortening struct {
	runes     int  // of each text; -1 is all
	languages int  // of all that there are
	brief     bool // without the parts of the price in words
	alt       int  // runes of what pictures are described with
}

// shortenings are tried in turn until a listing fits.
var shortenings = []shortening{
	{-1, 1 << 10, false, market.MaxAlt}, {3000, 20, false, market.MaxAlt}, {1500, 20, false, market.MaxAlt}, {700, 12, false, market.MaxAlt},
	{300, 8, false, market.MaxAlt}, {300, 4, false, market.MaxAlt}, {300, 1, true, market.MaxAlt}, {300, 1, true, 150},
}

func (w Writer) listing(l *market.Listing) (tree, error) {
	switch {
	case !l.Local():
		return nil, coop.Errorf(coop.Forbidden, "listing.foreign", "listing %s belongs to %s", l.IRI, l.Home)
	case l.State == market.Draft:
		return nil, coop.Errorf(coop.NotFound, "listing.unknown", "listing %s is a draft", l.IRI)
	case l.State == market.Archived:
		return nil, coop.Errorf(coop.Gone, "listing.gone", "listing %s is archived", l.IRI)
	}
	for _, s := range shortenings {
		t, err := w.listingCut(l, s)
		if err != nil {
			return nil, err
		}
		b, err := write(t)
		if err != nil {
			return nil, err
		}
		if len(b)+2*len(ListingContext)+envelope <= limits.ActivityBytes {
			return tree{written: Raw(b)}, nil
		}
	}
	return nil, coop.Errorf(coop.Internal, "error.internal", "listing %s does not fit", l.IRI)
}

func (w Writer) listingCut(l *market.Listing, short shortening) (tree, error) {
	audience, err := w.AudienceFor(l.Visibility, w.At.Coop())
	if err != nil {
		return nil, err
	}
	langs := w.order(l.Title, l.Body)
	langs = langs[:min(len(langs), short.languages)]
	tags := w.hashtags(l, langs[0])
	contents, body, titles := coop.Text{}, coop.Text{}, coop.Text{}
	for _, lang := range langs {
		if s := l.Body[lang]; s != "" {
			body[lang] = w.cutTo(s, lang, short.runes, l.IRI)
		}
		if l.Title[lang] != "" {
			titles[lang] = l.Title[lang]
		}
		text := body[lang]
		if text == "" {
			text, _ = body.In(langs...)
		}
		contents[lang] = w.content(l, lang, text, tags, short.brief)
	}
	f := facts{ID: l.IRI, AttributedTo: w.At.Coop(), Name: w.title(l, langs[0]), Content: contents[langs[0]], URL: l.IRI,
		Published: l.Created, Starts: l.Starts, Ends: l.Until, To: audience.To, CC: audience.CC}
	if l.Updated.After(l.Created) { // GoToSocial refuses an updated that is not after published
		f.Updated = l.Updated
	}
	t, err := say(streams.NewActivityStreamsNote(), f)
	if err != nil {
		return nil, err
	}
	lists(t, "cc")
	t["contentMap"] = contents
	t["source"] = source(l, langs, body)
	if len(langs) > 1 || l.Title[langs[0]] == "" && len(titles) > 0 {
		named := coop.Text{}
		for lang := range titles {
			named[lang] = w.title(l, lang)
		}
		t["nameMap"] = named
	}
	t["sensitive"] = false
	t["context"] = l.IRI + "/context"
	t["replies"] = l.IRI + "/replies"
	if p := place(l.Place); p != nil {
		t["location"] = p
	}
	if t["attachment"], err = w.photos(l, short.alt); err != nil {
		return nil, err
	}
	t["tag"] = w.tagList(tags)
	if l.Visibility == coop.Everyone {
		t["interactionPolicy"] = tree{"canQuote": tree{"automaticApproval": []coop.IRI{coop.Public}}}
	}
	w.proposal(t, l)
	return t, nil
}

// source is the text as it was typed (ActivityPub §3.3), so that a neighbour need not guess it from the HTML. The plain title
// stands there too where the name was marked as closed.
func source(l *market.Listing, langs []string, body coop.Text) tree {
	t := tree{"mediaType": "text/plain"}
	switch {
	case len(body) > 1 || len(body) == 1 && body[langs[0]] == "":
		t["contentMap"] = body
	case len(body) == 1:
		t["content"] = body[langs[0]]
	default:
		t["content"] = ""
	}
	if closing(l.State) != "" {
		titles := coop.Text{}
		for _, lang := range langs {
			if l.Title[lang] != "" {
				titles[lang] = l.Title[lang]
			}
		}
		t["nameMap"] = titles
	}
	return t
}

// place is the public point only (product invariant 17); nil when there is nothing to say.
func place(p coop.Place) tree {
	if p.Name == "" && p.Public == nil {
		return nil
	}
	t := tree{"type": "Place"}
	put(t, "name", p.Name)
	if p.Public != nil {
		t["latitude"], t["longitude"] = degrees(p.Public.Lat), degrees(p.Public.Lon)
	}
	if p.RadiusKm > 0 {
		t["radius"], t["units"] = p.RadiusKm, "km"
	}
	return t
}

// degrees writes millionths of a degree exactly, with no zeros behind: as JavaScript would, so that proofs over it agree
// (RFC 8785 §3.2.2.3).
func degrees(micro int32) number {
	n, sign := int64(micro), ""
	if n < 0 {
		n, sign = -n, "-"
	}
	s := market.Amount{N: n / 100, Places: 4}.String()
	rest := market.Amount{N: n % 100, Places: 2}.String()[2:] // two digits
	s = strings.TrimRight(strings.TrimRight(s+rest, "0"), ".")
	return number(sign + s)
}

func (w Writer) photos(l *market.Listing, alt int) ([]tree, error) {
	out := []tree{}
	for _, p := range l.Photos {
		if p.ID == "" {
			continue
		}
		at := w.At.Photo(p.ID)
		if l.Visibility != coop.Everyone && w.PhotoKey != nil {
			at += "?key=" + coop.IRI(w.PhotoKey(p.ID)) // pictures are fetched unsigned: the address itself is the permission
		}
		t, err := image(at, p.Type, cut(p.Alt, alt), p.Width, p.Height)
		if err != nil {
			return nil, err
		}
		put(t, "blurhash", p.Blurhash)
		if p.Focus != (market.Focus{}) {
			t["focalPoint"] = []number{hundredths(p.Focus.X), hundredths(-p.Focus.Y)} // Mastodon's points up
		}
		out = append(out, t)
	}
	return out, nil
}

// hundredths writes n/100 as JavaScript would (RFC 8785 §3.2.2.3).
func hundredths(n int) number {
	sign := ""
	if n < 0 {
		n, sign = -n, "-"
	}
	return number(sign + market.Amount{N: int64(n), Places: 2}.Short())
}

// image is a picture of ours. Lemmy, Pleroma and Akkoma lose a whole post over an attachment that is anything else.
func image(at coop.IRI, mediaType, alt string, width, height int) (tree, error) {
	if mediaType == "" {
		mediaType = "image/jpeg"
	}
	t, err := say(streams.NewActivityStreamsImage(), facts{URL: at, Name: alt, MediaType: mediaType})
	if err != nil {
		return nil, err
	}
	put(t, "width", width)
	put(t, "height", height)
	return t, nil
}

func (w Writer) tagList(tags []hashtag) []tree {
	out := make([]tree, len(tags))
	for i, tag := range tags {
		out[i] = tree{"type": "Hashtag", "name": "#" + string(tag), "href": w.tagPage(string(tag))}
	}
	return out
}

// serviceKinds are delivered rather than handed over (FEDERATION.md).
var serviceKinds = []market.Kind{market.Skill, market.Training, market.Job}

// action is the FEP-0837 action; the kind and the modes beside it say it more exactly.
func action(l *market.Listing) string {
	if slices.Contains(serviceKinds, l.Kind) || len(l.Modes) == 1 && l.Modes[0] == market.ForHours {
		return "deliverService"
	}
	return "transfer"
}
