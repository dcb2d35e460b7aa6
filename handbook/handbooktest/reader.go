package handbooktest

import (
	"cmp"
	"slices"
	"strings"
	"time"
	"unicode"

	"toadlane/coop"
	"toadlane/handbook"
)

type tx struct{ *state }

func (t *tx) Coop() (coop.Coop, error) {
	if t.coop.ID == "" {
		return t.coop, coop.Errorf(coop.NotFound, "coop.none", "no co-op")
	}
	return clone(t.coop), nil
}

func (t *tx) Person(id coop.ID) (coop.Person, error) { return one(t.people, id, "person.unknown") }

func (t *tx) People() ([]coop.Person, error) {
	return some(t.people, func(coop.Person) bool { return true }, func(a, b coop.Person) int { return cmp.Compare(a.ID, b.ID) }), nil
}

func (t *tx) Protocol(id coop.ID) (handbook.Protocol, error) {
	return one(t.protocols, id, "protocol.unknown")
}

func (t *tx) ProtocolBySlug(slug string) (handbook.Protocol, error) {
	return first(t.protocols, func(p handbook.Protocol) bool { return p.Local() && p.Slug == slug }, byName, "protocol.unknown")
}

func (t *tx) ProtocolByIRI(iri coop.IRI) (handbook.Protocol, error) {
	return first(t.protocols, func(p handbook.Protocol) bool { return p.IRI == iri }, byName, "protocol.unknown")
}

func (t *tx) Protocols() ([]handbook.Protocol, error) {
	return some(t.protocols, func(p handbook.Protocol) bool { return p.Local() }, byName), nil
}

func (t *tx) PagesOf(home coop.IRI) (out []coop.IRI, _ error) {
	for _, p := range t.protocols {
		if p.Home == home && home != "" {
			out = append(out, p.IRI)
		}
	}
	slices.Sort(out)
	return out, nil
}

func (t *tx) Forks(page coop.IRI) ([]handbook.Protocol, error) {
	return some(t.protocols, func(p handbook.Protocol) bool { return page != "" && p.Origin.Page == page }, byName), nil
}

func (t *tx) DueReviews(at time.Time, limit int) ([]handbook.Protocol, error) {
	all := some(t.protocols, func(p handbook.Protocol) bool {
		return p.Local() && !p.Review.IsZero() && !p.Review.After(at) && !p.Reminded.Equal(p.Review) && (p.Status == handbook.InUse || p.Status == handbook.Review)
	}, func(a, b handbook.Protocol) int { return cmp.Or(a.Review.Compare(b.Review), cmp.Compare(a.ID, b.ID)) })
	return all[:min(len(all), limit)], nil
}

func (t *tx) uses(page coop.IRI, now time.Time) int {
	coops := map[coop.IRI]bool{}
	for _, a := range t.adoptions {
		if a.Page == page && a.IRI != "" && a.Manner != handbook.Link && a.Holds(now) {
			coops[a.Coop] = true
		}
	}
	return len(coops)
}

// wordsOf cuts text into words in lower case.
func wordsOf(texts ...string) []string {
	return strings.FieldsFunc(strings.ToLower(strings.Join(texts, " ")), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
}

func (t *tx) SearchProtocols(q handbook.Query, now time.Time) (handbook.Found, error) {
	asked := wordsOf(q.Text)
	if q.Limit <= 0 {
		q.Limit = handbook.DefaultPage
	}
	if q.Sort == "" || q.Sort == handbook.Best && len(asked) == 0 {
		q.Sort = handbook.ByName
	}
	all := some(t.protocols, func(p handbook.Protocol) bool {
		shown := p.InUse
		if shown == "" {
			shown = p.Latest
		}
		have := wordsOf(p.Name, p.Circle, p.Story, t.texts[shown].Source)
		for i, w := range asked {
			if !slices.ContainsFunc(have, func(h string) bool {
				return h == w || i == len(asked)-1 && len(w) >= 4 && strings.HasPrefix(h, w)
			}) {
				return false
			}
		}
		return (q.Kind == "" || p.Kind == q.Kind) && (q.Language == "" || p.Language == q.Language) && (q.Home == "" || p.Home == q.Home) &&
			(q.Whose == "" || p.Local() == (q.Whose == handbook.Ours)) && (!q.Public || p.Public())
	}, byName)
	score := func(p handbook.Protocol) (n int64) {
		switch q.Sort {
		case handbook.Newest:
			return p.Updated.UnixMicro()
		case handbook.Adopted:
			return int64(t.uses(p.IRI, now))
		case handbook.Best:
			for _, w := range asked {
				if slices.Contains(wordsOf(p.Name), w) {
					n++
				}
			}
		}
		return n
	}
	slices.SortStableFunc(all, func(a, b handbook.Protocol) int { return cmp.Compare(score(b), score(a)) })
	all, next, err := part(all, q.Limit, q.Cursor, func(p handbook.Protocol) string { return string(p.ID) })
	f := handbook.Found{Next: next}
	for _, p := range all {
		f.Hits = append(f.Hits, handbook.Hit{Protocol: p, Adoptions: t.uses(p.IRI, now)})
	}
	return f, err
}

func (t *tx) Text(id id) (handbook.Revision, error) { return one(t.texts, id, "revision.unknown") }

func (t *tx) Revision(protocol coop.ID, id id) (handbook.Revision, error) {
	return one(t.revisions, said{protocol, string(id)}, "revision.unknown")
}

func (t *tx) RevisionByNumber(protocol coop.ID, n int) (handbook.Revision, error) {
	return first(t.revisions, func(r handbook.Revision) bool { return r.Protocol == protocol && r.Number == n && n > 0 }, latestNumber, "revision.unknown")
}

func latestNumber(a, b handbook.Revision) int {
	return cmp.Or(cmp.Compare(b.Number, a.Number), cmp.Compare(a.ID, b.ID))
}

func (t *tx) Revisions(protocol coop.ID, below, limit int) ([]handbook.Revision, error) {
	all := some(t.revisions, func(r handbook.Revision) bool {
		return r.Protocol == protocol && r.Number > 0 && (below <= 0 || r.Number < below)
	}, latestNumber)
	for i := range all {
		all[i].Source = ""
	}
	return all[:min(len(all), limit)], nil
}

func (t *tx) Enactments(limit int, cursor string) ([]handbook.Enactment, string, error) {
	all := some(t.revisions, func(r handbook.Revision) bool {
		p := t.protocols[r.Protocol]
		return !r.Enacted.IsZero() && p.Local() && p.Public()
	}, func(a, b handbook.Revision) int { return cmp.Or(b.Enacted.Compare(a.Enacted), cmp.Compare(a.ID, b.ID)) })
	all, next, err := part(all, limit, cursor, func(r handbook.Revision) string { return string(r.ID) })
	var out []handbook.Enactment
	for _, r := range all {
		r.Source = ""
		out = append(out, handbook.Enactment{Protocol: clone(t.protocols[r.Protocol]), Revision: r})
	}
	return out, next, err
}

func (t *tx) Steps(of ...id) (out []handbook.Step, _ error) {
	seen := map[id]bool{}
	for len(of) > 0 {
		id := of[len(of)-1]
		of = of[:len(of)-1]
		r, here := t.texts[id]
		if seen[id] || !here {
			continue
		}
		seen[id] = true
		out = append(out, handbook.Step{ID: id, Parents: slices.Clone(r.Parents)})
		of = append(of, r.Parents...)
	}
	return out, nil
}

func (t *tx) Draft(protocol, person coop.ID) (handbook.Autosave, error) {
	return one(t.drafts, said{protocol, string(person)}, "draft.unknown")
}

func (t *tx) Drafts(person coop.ID) ([]handbook.Autosave, error) {
	return some(t.drafts, func(d handbook.Autosave) bool { return d.Person == person },
		func(a, b handbook.Autosave) int {
			return cmp.Or(b.Saved.Compare(a.Saved), cmp.Compare(a.Protocol, b.Protocol))
		}), nil
}

func (t *tx) Motion(id coop.ID) (handbook.Motion, error) { return one(t.motions, id, "motion.unknown") }

func latestMotion(a, b handbook.Motion) int {
	return cmp.Or(b.Opens.Compare(a.Opens), cmp.Compare(b.ID, a.ID))
}

func soonest(a, b handbook.Motion) int {
	if a.Closes.IsZero() != b.Closes.IsZero() {
		if a.Closes.IsZero() {
			return 1
		}
		return -1
	}
	return cmp.Or(a.Closes.Compare(b.Closes), cmp.Compare(a.ID, b.ID))
}

func (t *tx) Motions(open bool, limit int, cursor string) ([]handbook.Motion, string, error) {
	order := latestMotion
	if open {
		order = soonest
	}
	return part(some(t.motions, func(m handbook.Motion) bool { return (m.State == handbook.MotionOpen) == open }, order), limit, cursor,
		func(m handbook.Motion) string { return string(m.ID) })
}

func (t *tx) MotionsOf(protocol coop.ID) ([]handbook.Motion, error) {
	return some(t.motions, func(m handbook.Motion) bool { return m.Protocol == protocol }, latestMotion), nil
}

func (t *tx) DueMotions(at time.Time, limit int) (out []coop.ID, _ error) {
	for _, m := range some(t.motions, func(m handbook.Motion) bool {
		return m.State == handbook.MotionOpen && !m.Closes.IsZero() && !m.Closes.After(at)
	}, soonest) {
		if len(out) < limit {
			out = append(out, m.ID)
		}
	}
	return out, nil
}

func (t *tx) Responses(motion coop.ID) ([]handbook.Response, error) {
	return some(t.responses, func(r handbook.Response) bool { return r.Motion == motion },
		func(a, b handbook.Response) int { return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.Person, b.Person)) }), nil
}

func (t *tx) Remarks(motion coop.ID) ([]handbook.Remark, error) {
	return some(t.remarks, func(r handbook.Remark) bool { return r.Motion == motion },
		func(a, b handbook.Remark) int { return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.ID, b.ID)) }), nil
}

func latestAdoption(a, b handbook.Adoption) int {
	return cmp.Or(b.Since.Compare(a.Since), cmp.Compare(b.ID, a.ID))
}

func (t *tx) Adoption(id coop.ID) (handbook.Adoption, error) {
	return one(t.adoptions, id, "adoption.unknown")
}

func (t *tx) AdoptionByIRI(iri coop.IRI) (handbook.Adoption, error) {
	return first(t.adoptions, func(a handbook.Adoption) bool { return iri != "" && a.IRI == iri }, latestAdoption, "adoption.unknown")
}

func (t *tx) Adoptions() ([]handbook.Adoption, error) {
	return some(t.adoptions, func(a handbook.Adoption) bool { return a.Coop == "" }, latestAdoption), nil
}

func (t *tx) OurAdoptionOf(page coop.IRI, now time.Time) (handbook.Adoption, error) {
	return first(t.adoptions, func(a handbook.Adoption) bool { return a.Coop == "" && a.Page == page && a.Holds(now) }, latestAdoption, "adoption.unknown")
}

func (t *tx) AdoptionsOf(page coop.IRI) ([]handbook.Adoption, error) {
	return some(t.adoptions, func(a handbook.Adoption) bool { return a.Page == page },
		func(a, b handbook.Adoption) int { return -latestAdoption(a, b) }), nil
}

func (t *tx) Bonds(now time.Time) ([]handbook.Bond, error) {
	pages := map[handbook.Bond]map[coop.IRI]bool{}
	for _, a := range t.adoptions {
		p, err := t.ProtocolByIRI(a.Page)
		if err != nil || a.IRI == "" || !a.Holds(now) || a.Manner == handbook.Link || a.Coop == p.Home || p.Local() && !p.Public() {
			continue
		}
		b := handbook.Bond{Coop: a.Coop, Home: p.Home}
		if pages[b] == nil {
			pages[b] = map[coop.IRI]bool{}
		}
		pages[b][a.Page] = true
	}
	var out []handbook.Bond
	for b, of := range pages {
		b.Pages = len(of)
		out = append(out, b)
	}
	slices.SortFunc(out, func(a, b handbook.Bond) int {
		return strings.Compare(string(a.Coop)+" "+string(a.Home), string(b.Coop)+" "+string(b.Home))
	})
	return out, nil
}

func (t *tx) Pinned(id id) (bool, error) {
	for _, a := range t.adoptions {
		if a.Coop == "" && a.Revision == id {
			return true, nil
		}
	}
	return false, nil
}

func latestOffer(a, b handbook.Offer) int {
	return cmp.Or(b.Received.Compare(a.Received), cmp.Compare(b.ID, a.ID))
}

func (t *tx) Offer(id coop.ID) (handbook.Offer, error) { return one(t.offers, id, "offer.unknown") }

func (t *tx) OfferByActivity(activity coop.IRI) (handbook.Offer, error) {
	return first(t.offers, func(o handbook.Offer) bool { return o.Activity == activity }, latestOffer, "offer.unknown")
}

func (t *tx) Offers(ours, settled bool, limit int, cursor string) ([]handbook.Offer, string, error) {
	return part(some(t.offers, func(o handbook.Offer) bool { return (o.From == "") == ours && o.State.Settled() == settled }, latestOffer),
		limit, cursor, func(o handbook.Offer) string { return string(o.ID) })
}

func (t *tx) OffersFor(page coop.IRI) ([]handbook.Offer, error) {
	return some(t.offers, func(o handbook.Offer) bool { return o.Page == page }, func(a, b handbook.Offer) int { return -latestOffer(a, b) }), nil
}

func (t *tx) ReadMarks(person coop.ID) ([]handbook.ReadMark, error) {
	return some(t.marks, func(m handbook.ReadMark) bool { return m.Person == person },
		func(a, b handbook.ReadMark) int {
			return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.Revision, b.Revision))
		}), nil
}

func (t *tx) ReadMarksOf(id id) ([]handbook.ReadMark, error) {
	return some(t.marks, func(m handbook.ReadMark) bool { return m.Revision == id },
		func(a, b handbook.ReadMark) int { return cmp.Compare(a.Person, b.Person) }), nil
}

func (t *tx) Buried(iri coop.IRI) (bool, error) { return t.buried[iri], nil }
