package region

import (
	"context"
	"fmt"
	"time"

	"toadlane/coop"
)

// MarkRestored notes that this node was made of a backup: what we said since it was taken is not known here any more, and a word with a number that was
// used would be another one with it. So nothing is signed for any region until the others told what they hold of us (Refreshed). The node itself may.
func (s *Service) MarkRestored(ctx context.Context) error {
	err := s.Store.Write(ctx, func(tx Tx) error {
		all, err := tx.Regions()
		if err != nil {
			return err
		}
		for _, r := range all {
			if r.State != Joined && r.State != Asked {
				continue
			}
			r.Marked, r.Pulled, r.ETag = true, time.Time{}, ""
			if err := tx.PutRegion(r); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("mark regions of a restored node: %w", err)
	}
	return nil
}

// Refreshed ends that for a region: its host and members told what they hold.
func (s *Service) Refreshed(tx Tx, id ID) error {
	r, err := tx.Region(id)
	if err != nil || !r.Marked {
		return err
	}
	r.Marked = false
	if err := tx.PutRegion(r); err != nil || !r.Hosted || r.Charter.Joining != ByCouncil {
		return err
	}
	waiting, _, err := tx.Parts(id, Asking, MaxAsking, "") // votes since the backup are not known here either: the council is asked again
	for i := range waiting {
		if err == nil {
			err = s.tellCouncil(tx, coop.System("restored"), &r, &waiting[i])
		}
	}
	return err
}

// unmarked refuses to sign for a region while this node does not know what it said before. Class Conflict, key region.restored.
func unmarked(r *Region) error {
	if r.Marked {
		return coop.Errorf(coop.Conflict, "region.restored", "what was said in region %s since the backup is not known yet", r.ID)
	}
	return nil
}
