package web

import (
	"slices"

	"toadlane/coop"
	"toadlane/handbook"
)

// News is what a page says now that it did not say when its author began to write.
type News struct {
	Path  string // where the two texts are side by side
	Onto  handbook.RevisionID
	Stops bool      // what is written goes nowhere until its author has taken the new text in
	Diff  *DiffView // then: what is new, beside what was typed
}

// newsSince tells what is new on p since base, nil for nothing. A draft has one text, which nobody writes over; what is proposed for a page is
// brought together with its text where that can be done, so that its author is stopped only when it could not be, which f then says.
func (s *Site) newsSince(v *visit, p *handbook.Protocol, base handbook.RevisionID, f *Form) (*News, error) {
	now := p.Current()
	if now == "" || base == now {
		return nil, nil
	}
	x := News{Path: diffPath(p.Slug, base, now), Onto: now}
	x.Stops = base == "" || p.Status == handbook.Draft || slices.ContainsFunc(f.Wrong, func(e *coop.Error) bool { return e.Key == "protocol.stale" })
	if base != "" && !x.Stops {
		return &x, nil
	}
	ctx := v.r.Context()
	_, next, err := s.cfg.Handbook.Revision(ctx, v.by, p.Slug, now)
	if err != nil {
		return nil, err
	}
	old := handbook.Revision{Name: next.Name}
	if base == "" { // they began where there was no text: all of it is new
		x.Path = revisionPath(p.Slug, &next)
	} else if _, old, err = s.cfg.Handbook.Revision(ctx, v.by, p.Slug, base); err != nil {
		return nil, err
	}
	x.Diff = changesBetween(&old, &next, p.Language)
	return &x, nil
}

// goOn moves where the author began to the text that the form showed them as new, when they say that they have taken it in. It need not be the
// latest any more: then they are told again.
func (s *Site) goOn(v *visit, p *handbook.Protocol, f *Form) error {
	onto := f.Get("onto")
	if onto == "" {
		return nil
	}
	id, err := handbook.ParseRevisionID(onto)
	if err != nil {
		return err
	}
	if _, _, err := s.cfg.Handbook.Revision(v.r.Context(), v.by, p.Slug, id); err != nil {
		return err
	}
	f.Put("base", onto)
	return nil
}

// changesBetween shows what differs between two texts in one column, on a page that is about something else.
func changesBetween(old, next *handbook.Revision, language string) *DiffView {
	d := handbook.NewDiff(old.Source, next.Source, 3)
	x := diffView(&d, old.Name, next.Name, "", "inline", language, true)
	x.SidePath = ""
	return &x
}
