package handbook

import (
	"context"
	"fmt"

	"toadlane/coop"
)

// ReceiveRevision keeps a text that a peer sent or that was fetched, in the caller's transaction. Its id is computed anew; what does not hold
// what its id says is refused, whoever sends it. With r.IRI and r.Home its own home says so (the caller has verified that), and it is kept
// as a revision of that home's page of, when that page is here; without, somebody else handed it on, and its text alone is kept. A caller
// whose check of the proof fails may still keep a text that is Pinned, since its id says what it holds. It may come
// twice. It tells whether it was new. Errors: Invalid, key revision.forged unless a field is named; Forbidden, key origin.differs.
func (s *Service) ReceiveRevision(tx Tx, of coop.IRI, r Revision) (fresh bool, err error) {
	if err := r.Verify(); err != nil {
		return false, fmt.Errorf("revision %.60s: %w", r.ID, err)
	}
	_, err = tx.Text(r.ID)
	there, err := known(err)
	if err != nil {
		return false, err
	}
	if err := tx.PutText(r); err != nil || r.Home == "" || r.IRI == "" {
		return !there, err
	}
	if !coop.SameOrigin(r.IRI, r.Home) || !coop.SameOrigin(r.IRI, of) {
		return false, coop.Errorf(coop.Forbidden, "origin.differs", "revision %s of %s is not of %s", r.IRI, of, r.Home)
	}
	p, err := tx.ProtocolByIRI(of)
	ok, err := known(err)
	if !ok {
		return !there, err
	}
	if p.Home != r.Home {
		return false, coop.Errorf(coop.Forbidden, "owner.differs", "page %s belongs to %q, not to %s", of, p.Home, r.Home)
	}
	if err := coop.Lines("reason", r.Reason, 0, MaxReason); err != nil {
		return false, err
	}
	_, err = tx.Revision(p.ID, r.ID)
	if there, err = known(err); err != nil || there { // it never changes, nor does what was first said about it
		return false, err
	}
	r.Protocol, r.By, r.Shared, r.Number = p.ID, "", false, max(r.Number, 0)
	return true, tx.PutRevision(r)
}

// Pinned tells whether an adoption of ours is of a text: then it is kept whoever hands it on, once its hash is right.
func (s *Service) Pinned(ctx context.Context, id RevisionID) (bool, error) {
	pinned, err := s.read(ctx).Pinned(id)
	if err != nil {
		return false, fmt.Errorf("pinned %s: %w", id, err)
	}
	return pinned, nil
}

// Held lists the texts by which we go of a neighbour's page: what we adopted, and the latest of our pages that were adapted from it.
func (s *Service) Held(ctx context.Context, page coop.IRI) ([]RevisionID, error) {
	r := s.read(ctx)
	var out []RevisionID
	a, err := r.OurAdoptionOf(page, s.now())
	ok, err := known(err)
	if err != nil {
		return nil, err
	}
	if ok && a.Manner != Link {
		out = append(out, a.Revision)
	}
	forks, err := r.Forks(page)
	for _, f := range forks {
		if f.Local() && f.Latest != "" {
			out = append(out, f.Latest)
		}
	}
	return out, err
}
