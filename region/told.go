package region

import "toadlane/coop"

// Told is what others learn of a region: the snapshot of all its events. What does not belong to one is left out.
type Told struct {
	Region    ID
	Slug      string     // of one that is hosted here
	Host      coop.IRI   // its account, as it was known then
	Hosted    bool       // here
	Charter   ID         // in force then
	Coop      coop.IRI   // whom it is about
	Join      coop.IRI   // what is answered
	Entry     *Entry     // what the co-op says
	Admission *Admission // what the host says
	Vote      *Vote      // that we favour it
	Why       string     // why it says no
	Signed    ID         // the charter that we signed
	Before    coop.IRI   // who hosted it until then
}

// tell queues an event about a co-op's part. Events of one region are told in order, because those of one subject are.
func (s *Service) tell(tx Tx, kind coop.EventKind, by coop.Actor, r *Region, t Told) error {
	t.Region, t.Slug, t.Host, t.Hosted, t.Charter = r.ID, r.Slug, r.Charter.Host, r.Hosted, r.Charter.ID
	return tx.Append(coop.Event{ID: s.NewID(), Kind: kind, At: s.now(), By: by.String(), Subject: string(r.ID), Snapshot: t})
}

// tellOurselves queues that our own actor changed: it names the regions that we take part in.
func (s *Service) tellOurselves(tx Tx, by coop.Actor) error {
	c, err := tx.Coop()
	if err != nil {
		return err
	}
	return tx.Append(coop.Event{ID: s.NewID(), Kind: coop.CoopChanged, At: s.now(), By: by.String(), Subject: string(s.Actor), Snapshot: c})
}
