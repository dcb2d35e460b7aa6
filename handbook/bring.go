package handbook

import (
	"context"
	"fmt"
	"time"

	"toadlane/coop"
)

// Past is a text that a page had elsewhere before it was brought here.
type Past struct {
	Name    string
	Source  string
	Parents []RevisionID // ids of the texts it was made from; they need not be here
	Reason  string
	Made    time.Time // when it was written there; zero for now
	Own     bool      // it was the text of the page; else somebody wrote it beside, and a later one holds it
}

// Brought is a page from elsewhere with what became of it there.
type Brought struct {
	Start  Start     // Slug may be that of a page of ours, which then takes those of the texts that it lacks
	Path   string    // where it stands in the folder it came in
	Review time.Time // by when it is to be looked at; of a new page alone
	Texts  []Past    // what a text was made from stands before it; the last is Own
	Used   bool      // its texts were decided on elsewhere: the last one comes into use here, and who is no member reads those before it
	Plain  bool      // nothing is known of how the one text came about: it goes on from the latest of ours, and is that one when both say the same
}

// BringIn takes a page over with its history: from a folder of markdown, with or without what git knows of it. A new page is a draft unless
// Used. It gives how many of the texts are new here; the same page once more brings none. Stewards may. Errors: Unauthenticated, Forbidden;
// Invalid with field errors, key protocol.empty without a text; Conflict: key protocol.stale when what is here does not lead to what is
// brought, protocol.state for new texts of a page that is no draft (they need a motion), protocol.in_motion while one is open.
func (s *Service) BringIn(ctx context.Context, by coop.Actor, in Brought) (p Protocol, fresh int, err error) {
	if err := mustSteward(by, "bring a protocol in"); err != nil {
		return p, 0, err
	}
	if len(in.Texts) == 0 || !in.Texts[len(in.Texts)-1].Own {
		return p, 0, coop.Errorf(coop.Invalid, "protocol.empty", "nothing is brought for protocol %.60s", in.Start.Slug)
	}
	all, err := in.read()
	if err != nil {
		return p, 0, fmt.Errorf("bring in protocol %.60s: %w", in.Start.Slug, err)
	}
	err = s.Store.Write(ctx, func(tx Tx) (err error) {
		fresh = 0
		if p, err = s.receives(tx, &in); err != nil {
			return err
		}
		texts, err := s.lacking(tx, &p, all, &in)
		if err != nil {
			return err
		}
		if len(texts) > 0 {
			if fresh, err = s.takeOver(tx, &p, texts); err != nil {
				return err
			}
		}
		if in.Used && p.Status == Draft {
			return s.useBrought(tx, by, &p)
		}
		return nil
	})
	if err != nil {
		return p, 0, fmt.Errorf("bring in protocol %.60s: %w", in.Start.Slug, err)
	}
	return p, fresh, nil
}

// receives gives the page that takes what is brought: the one of ours with that slug, or a new one.
func (s *Service) receives(tx Tx, in *Brought) (Protocol, error) {
	if in.Start.Slug != "" {
		p, err := tx.ProtocolBySlug(in.Start.Slug)
		if ok, err := known(err); ok || err != nil {
			return p, err
		}
	}
	in.Start.Name = in.Texts[len(in.Texts)-1].Name
	p, err := s.start(tx, in.Start, Origin{})
	if err != nil {
		return p, err
	}
	p.Path, p.Review = in.Path, in.Review
	return p, tx.PutProtocol(p)
}

// brought is a text that is taken over, and whether it is to be the page's own.
type brought struct {
	Revision
	own bool
}

// read makes the revisions of what is brought, each once: hashing waits for no transaction.
func (in *Brought) read() (out []brought, err error) {
	seen := make(map[RevisionID]int, len(in.Texts))
	for i := range in.Texts {
		t := &in.Texts[i]
		r, err := NewRevision(t.Name, t.Source, t.Parents...)
		if err != nil {
			return nil, err
		}
		if at, ok := seen[r.ID]; ok {
			out[at].own = out[at].own || t.Own
			continue
		}
		r.Reason, r.Made = t.Reason, t.Made.UTC().Truncate(time.Microsecond)
		seen[r.ID] = len(out)
		out = append(out, brought{r, t.Own})
	}
	return out, nil
}

// lacking gives those of the texts that a page has not, as its own.
func (s *Service) lacking(tx Tx, p *Protocol, texts []brought, in *Brought) (out []brought, err error) {
	if in.Plain && p.Latest != "" {
		if texts, err = s.onTop(tx, p.Latest, texts[0]); err != nil {
			return nil, err
		}
	}
	for _, b := range texts {
		there, err := tx.Revision(p.ID, b.ID)
		ok, err := known(err)
		if err != nil {
			return nil, err
		}
		if ok && (there.Number > 0 || !b.own) {
			continue
		}
		r := &b.Revision
		r.Protocol, r.IRI = p.ID, s.RevisionIRI(p.Slug, r.ID) // who wrote it is nobody of ours
		if now := s.now(); r.Made.IsZero() || r.Made.After(now) {
			r.Made = now
		}
		if in.Used {
			r.Enacted, r.Decision = r.Made, decidedThere(r.Made)
		}
		if err := r.Validate(); err != nil {
			return nil, err
		}
		out = append(out, b)
	}
	return out, nil
}

// onTop makes a text without a past one that comes from the latest; none when it says what the latest says.
func (s *Service) onTop(tx Tx, latest RevisionID, b brought) ([]brought, error) {
	l, err := tx.Text(latest)
	if err != nil || l.Name == b.Name && l.Source == b.Source {
		return nil, err
	}
	r, err := NewRevision(b.Name, b.Source, latest)
	if err != nil {
		return nil, err
	}
	r.Reason, r.Made = b.Reason, b.Made
	return []brought{{r, true}}, nil
}

// decidedThere is the decision on a text of which is known only that it was in force elsewhere.
func decidedThere(on time.Time) *Result {
	return &Result{Method: Ratified, Passed: true, Outcome: RatifiedThere, At: on, Terms: Terms{Method: Ratified}, Ratification: &Ratification{On: on, Passed: true}}
}

// takeOver keeps new texts of a page that is a draft, in their order, and tells how many.
func (s *Service) takeOver(tx Tx, p *Protocol, texts []brought) (int, error) {
	var steps []Step
	if p.Latest != "" {
		var err error
		if steps, err = tx.Steps(p.Latest); err != nil {
			return 0, err
		}
	}
	for i := range texts {
		steps = append(steps, Step{texts[i].ID, texts[i].Parents})
	}
	h, err := NewHistory(steps)
	if err != nil {
		return 0, err
	}
	if p.Latest != "" && !h.IsAncestor(p.Latest, texts[len(texts)-1].ID) {
		return 0, coop.Errorf(coop.Conflict, "protocol.stale", "what is brought does not come from the latest of %s, %s", p.Slug, p.Latest)
	}
	if p.Status != Draft {
		return 0, coop.Errorf(coop.Conflict, "protocol.state", "protocol %s is %s", p.Slug, p.Status)
	}
	if err := unmoved(tx, p); err != nil {
		return 0, err
	}
	for i := range texts {
		r := &texts[i].Revision
		if texts[i].own {
			if err := p.Extend(r, h, s.now()); err != nil {
				return 0, err
			}
		} else {
			r.Enacted, r.Decision = time.Time{}, nil
		}
		if err := tx.PutRevision(*r); err != nil {
			return 0, err
		}
	}
	return len(texts), tx.PutProtocol(*p)
}

// useBrought brings the latest text of a page into use that was decided on elsewhere.
func (s *Service) useBrought(tx Tx, by coop.Actor, p *Protocol) error {
	if err := unmoved(tx, p); err != nil {
		return err
	}
	r, err := tx.Revision(p.ID, p.Latest)
	if err != nil {
		return err
	}
	if r.Decision == nil {
		r.Decision = decidedThere(r.Made)
	}
	return s.enact(tx, by, p, &r)
}
