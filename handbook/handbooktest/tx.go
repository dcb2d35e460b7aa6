package handbooktest

import (
	"slices"
	"time"

	"toadlane/coop"
	"toadlane/handbook"
)

func taken(format string, a, b any) error {
	return coop.Errorf(coop.Conflict, "store.duplicate", format, a, b)
}

func (t *tx) PutProtocol(p handbook.Protocol) error {
	for _, o := range t.protocols {
		if o.ID != p.ID && (o.IRI == p.IRI || o.Local() && p.Local() && o.Slug == p.Slug) {
			return taken("protocol %s has the address of %s", p.ID, o.ID)
		}
	}
	t.protocols[p.ID] = clone(p)
	return nil
}

func (t *tx) DropProtocol(p handbook.Protocol, bury bool, _ time.Time) error {
	if bury && p.IRI != "" {
		t.buried[p.IRI] = true
	}
	if p.ID == "" {
		return nil
	}
	delete(t.protocols, p.ID)
	var ids []id
	for k := range t.revisions {
		if k.protocol == p.ID {
			ids = append(ids, id(k.what))
			delete(t.revisions, k)
		}
	}
	return t.DropTexts(ids)
}

func (t *tx) DropTexts(ids []id) error {
	for len(ids) > 0 {
		last := ids[len(ids)-1]
		ids = ids[:len(ids)-1]
		if r, here := t.texts[last]; here && !t.needed(last) {
			delete(t.texts, last)
			ids = append(ids, r.Parents...)
		}
	}
	return nil
}

// needed tells whether anything here names a text.
func (t *tx) needed(id id) bool {
	for k := range t.revisions {
		if k.what == string(id) {
			return true
		}
	}
	for _, a := range t.adoptions {
		if a.Coop == "" && a.Revision == id {
			return true
		}
	}
	for _, o := range t.offers {
		if o.Revision == id {
			return true
		}
	}
	for _, r := range t.texts {
		if slices.Contains(r.Parents, id) {
			return true
		}
	}
	return false
}

func (t *tx) PutText(r handbook.Revision) error {
	if _, here := t.texts[r.ID]; !here {
		t.texts[r.ID] = clone(handbook.Revision{ID: r.ID, Name: r.Name, Source: r.Source, Parents: r.Parents})
	}
	return nil
}

func (t *tx) PutRevision(r handbook.Revision) error {
	for _, o := range t.revisions {
		if o.Protocol == r.Protocol && o.ID != r.ID && o.Number == r.Number && r.Number > 0 && o.Home == "" && r.Home == "" {
			return taken("revision %s has the number of %s", r.ID, o.ID)
		}
	}
	if err := t.PutText(r); err != nil {
		return err
	}
	r.Source = t.texts[r.ID].Source
	t.revisions[said{r.Protocol, string(r.ID)}] = clone(r)
	return nil
}

func (t *tx) PutDraft(d handbook.Autosave) error {
	t.drafts[said{d.Protocol, string(d.Person)}] = d
	return nil
}

func (t *tx) DropDraft(protocol, person coop.ID) error {
	delete(t.drafts, said{protocol, string(person)})
	return nil
}

func (t *tx) PutMotion(m handbook.Motion) error {
	t.motions[m.ID] = clone(m)
	return nil
}

func (t *tx) PutResponse(r handbook.Response) error {
	t.responses[said{r.Motion, string(r.Person)}] = r
	return nil
}

func (t *tx) PutCounted(motion coop.ID, left []handbook.Response) error {
	for k := range t.responses {
		if k.protocol == motion {
			delete(t.responses, k)
		}
	}
	for _, r := range left {
		if err := t.PutResponse(r); err != nil {
			return err
		}
	}
	return nil
}

func (t *tx) PutRemark(r handbook.Remark) error {
	t.remarks[r.ID] = r
	return nil
}

func (t *tx) PutAdoption(a handbook.Adoption) error {
	for _, o := range t.adoptions {
		if o.ID != a.ID && a.IRI != "" && o.IRI == a.IRI {
			return taken("adoption %s has the note of %s", a.ID, o.ID)
		}
	}
	t.adoptions[a.ID] = clone(a)
	return nil
}

func (t *tx) DropAdoption(id coop.ID) error {
	if t.adoptions[id].Coop != "" {
		delete(t.adoptions, id)
	}
	return nil
}

func (t *tx) PutOffer(o handbook.Offer) error {
	for _, k := range t.offers {
		if k.ID != o.ID && k.Activity == o.Activity {
			return taken("offer %s has the activity of %s", o.ID, k.ID)
		}
	}
	t.offers[o.ID] = o
	return nil
}

func (t *tx) PutReadMark(m handbook.ReadMark) error {
	key := said{m.Person, string(m.Revision)}
	if _, there := t.marks[key]; !there {
		t.marks[key] = m
	}
	return nil
}

func (t *tx) Append(e coop.Event) error {
	t.events = append(t.events, clone(e))
	return nil
}

func (t *tx) PutLetter(l coop.Letter) error {
	for _, o := range t.letters {
		if o.Kind == l.Kind && o.Person == l.Person && o.Subject == l.Subject {
			return nil
		}
	}
	t.letters = append(t.letters, clone(l))
	return nil
}
