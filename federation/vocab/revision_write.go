package vocab

import (
	"strconv"

	"toadlane/coop"
	"toadlane/federation/vocab/streams"
	"toadlane/handbook"
)

// Revision spells a text of one of our pages as a stand-alone document, whole, ready for a proof. parents are where the texts are that it was made
// from. Errors: Forbidden for a neighbour's text; NotFound for one that was only written or proposed.
func (w Writer) Revision(p handbook.Protocol, r handbook.Revision, parents []coop.IRI) ([]byte, error) {
	switch {
	case !p.Local() || r.Home != "":
		return nil, coop.Errorf(coop.Forbidden, "protocol.foreign", "revision %s belongs to %s", r.ID, r.Home)
	case r.Enacted.IsZero() && !r.Shared, r.Source == "":
		return nil, coop.Errorf(coop.NotFound, "revision.unknown", "revision %s is not public", r.ID)
	}
	lang, page := w.spoken(p.Language), w.base()+"/handbook/"+coop.IRI(p.Slug)
	at := page + "/r/" + coop.IRI(r.ID)
	if r.Number > 0 {
		at = page + "/v" + coop.IRI(strconv.Itoa(r.Number))
	}
	f := facts{ID: RevisionIRI(p.IRI, r.ID), AttributedTo: w.At.Coop(), Name: r.Name, Summary: paragraphs(r.Reason), MediaType: "text/html", URL: at,
		Content: w.text(r.Name, r.Source, lang, at, true), Published: r.Made, To: []coop.IRI{coop.Public}}
	o, err := say(streams.NewActivityStreamsArticle(), f)
	if err != nil {
		return nil, err
	}
	lists(o, "cc")
	o["@context"] = HandbookContext
	languages(o, p.Language, f.Content)
	o["source"] = tree{"content": r.Source, "mediaType": "text/markdown"}
	o["revisionOf"], o["digestMultibase"] = p.IRI, string(r.ID)
	if o["parents"] = parents; parents == nil {
		o["parents"] = []coop.IRI{}
	}
	if r.Number > 0 {
		o["version"] = strconv.Itoa(r.Number)
	}
	put(o, "license", p.Licence)
	day(o, "enacted", r.Enacted)
	if d := r.Decision.Told(); d != nil {
		o["decided"] = decision(d)
	}
	return write(o)
}

// decision is how a text was decided on: the method and the day, and the address of minutes that are public.
func decision(d *handbook.Result) tree {
	t := tree{"method": string(d.Method)}
	at := d.At
	if there := d.Ratification; there != nil {
		if !there.On.IsZero() {
			at = there.On
		}
		put(t, "minutes", there.Minutes)
	}
	day(t, "day", at)
	return t
}
