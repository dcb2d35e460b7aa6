package vocab

import (
	"html"
	"strconv"
	"time"

	"toadlane/coop"
	"toadlane/federation/vocab/streams"
	"toadlane/handbook"
)

// Adoption spells the note that tells of an adoption of ours. home is whose page it is of, zero for one of our own. Class Forbidden for
// another co-op's and for what nobody is told of.
func (w Writer) Adoption(u handbook.Used, home Mention) ([]byte, error) {
	o, _, err := w.adoption(&u, home, time.Time{})
	if err != nil {
		return nil, err
	}
	o["@context"] = HandbookContext
	return write(o)
}

// CreateAdoption tells that we go by a page.
func (w Writer) CreateAdoption(id coop.IRI, at time.Time, u handbook.Used, home Mention) ([]byte, error) {
	return w.tellAdoption(streams.NewActivityStreamsCreate(), id, at, time.Time{}, &u, home)
}

// UpdateAdoption tells what else we say of it.
func (w Writer) UpdateAdoption(id coop.IRI, at time.Time, u handbook.Used, home Mention) ([]byte, error) {
	return w.tellAdoption(streams.NewActivityStreamsUpdate(), id, at, at, &u, home)
}

func (w Writer) tellAdoption(v deed, id coop.IRI, at, updated time.Time, u *handbook.Used, home Mention) ([]byte, error) {
	o, a, err := w.adoption(u, home, updated)
	if err != nil {
		return nil, err
	}
	return w.tell(v, HandbookContext, facts{ID: id, Actor: w.At.Coop(), Published: at, To: a.To, CC: a.CC}, o)
}

func (w Writer) adoption(u *handbook.Used, home Mention, updated time.Time) (tree, Audience, error) {
	a, to := &u.Adoption, w.AdoptionAudience(home.IRI)
	if a.Coop != "" || a.IRI == "" || a.Manner == handbook.Link {
		return nil, to, coop.Errorf(coop.Forbidden, "adoption.private", "adoption %s is told to nobody", a.ID)
	}
	f := facts{ID: a.IRI, AttributedTo: w.At.Coop(), Content: w.adoptionWords(u, home), URL: a.IRI, Published: a.Since,
		Updated: changed(updated, a.Since), To: to.To, CC: to.CC}
	o, err := say(streams.NewActivityStreamsNote(), f)
	if err != nil {
		return nil, to, err
	}
	tags := []tree{}
	if home.IRI != "" {
		tags = append(tags, tree{"type": "Mention", "href": home.IRI, "name": home.Handle})
	}
	o["tag"] = append(tags, reference(a.Page, title(u), "adopts"))
	o["adopts"], o["manner"] = RevisionIRI(a.Page, a.Revision), string(a.Manner)
	put(o, "changes", a.Changes)
	if len(a.Met) > 0 {
		met := make([]any, len(a.Met))
		for i, n := range a.Met {
			met[i] = n
		}
		o["met"] = met
		day(o, "checked", a.Checked)
	}
	put(o, "evidence", a.Evidence)
	return o, to, nil
}

// AdoptionAudience is who hears of an adoption of ours of a page of home.
func (w Writer) AdoptionAudience(home coop.IRI) Audience {
	a := w.everyone()
	if home != "" {
		a.CC = append(a.CC, home)
	}
	return a
}

// title is what the page of an adoption is called.
func title(u *handbook.Used) string {
	if u.Adoption.Name != "" {
		return u.Adoption.Name
	}
	return u.Page.Name
}

// adoptionWords are the note for those whose software knows no handbooks.
func (w Writer) adoptionWords(u *handbook.Used, home Mention) string {
	a, lang := &u.Adoption, w.language()
	page := u.Page.URL
	if page == "" {
		page = string(a.Page)
	}
	if u.Page.Local() && u.Page.Slug != "" {
		page = string(w.base()) + "/handbook/" + u.Page.Slug
	}
	count := strconv.Itoa(len(a.Met))
	key := "post.adopts"
	switch {
	case a.Home == "":
		key = "post.meets_own"
	case a.Manner == handbook.Adapted:
		key = "post.adapts"
	}
	link := anchor(page, title(u), "nofollow noopener noreferrer")
	out := "<p>" + fill(html.EscapeString(w.word(lang, key, map[string]any{"Title": place1, "Coop": place2, "Count": count})), link, mentionLink(home.IRI, home.Handle)) + "</p>"
	if a.Changes != "" {
		out += paragraphs(a.Changes)
	}
	if len(a.Met) > 0 && a.Home != "" {
		out += "<p>" + html.EscapeString(w.word(lang, "post.meets", map[string]any{"Count": count})) + "</p>"
	}
	if a.Evidence != "" {
		out += "<p>" + linked(a.Evidence) + "</p>"
	}
	return out
}
