package market

import (
	"context"
	"fmt"
	"time"

	"toadlane/coop"
)

const (
	arrivalBatch = 50 // listings that one round of lookOut goes through
	savedBatch   = 500
	// arrivalLag is how long a listing that came waits for those whose transaction began before and is not over (PostgreSQL):
	// no transaction may last longer.
	arrivalLag = 20 * time.Second
)

// Arrival is a listing with the moment from which it could be seen here.
type Arrival struct {
	Listing Listing
	Came    time.Time
}

// lookOut matches the listings that came since it last looked with members' listings and saved searches, and queues what they are
// to be told. It notes where it is in the same transaction, so that everything is told once, whoever else looks.
func (s *Service) lookOut(ctx context.Context) (int, error) {
	now := s.Now().UTC()
	from, err := s.Store.LookedUntil(ctx)
	if err != nil {
		return 0, err
	}
	come, err := s.Store.Arrivals(ctx, from, now.Add(-arrivalLag), arrivalBatch)
	if err != nil || len(come) == 0 {
		return 0, err
	}
	var notices []Notice
	for i := range come {
		l := &come[i].Listing
		if l.Visibility < coop.CoopOnly || !l.Live(now) {
			continue
		}
		// What a neighbour's fits among neighbours' is nothing to tell a member.
		list, err := s.matches(ctx, coop.System("clock"), *l, !l.Local())
		if err != nil {
			return 0, err
		}
		for _, m := range list[:min(len(list), MaxMatches)] {
			for _, x := range [][2]*Listing{{&m.Of, &m.With}, {&m.With, &m.Of}} {
				if own, other := x[0], x[1]; own.Local() && own.Poster != "" {
					notices = append(notices, Notice{Person: own.Poster, Kind: NoticeMatch, Subject: own.ID, Listing: other.ID, At: now})
				}
			}
		}
	}
	var saved []SavedSearch
	for after := coop.ID(""); ; {
		page, err := s.Store.AllSavedSearches(ctx, after, savedBatch)
		if err != nil {
			return 0, err
		}
		for _, x := range page {
			found := false
			for i := range come {
				l := &come[i].Listing
				if come[i].Came.After(x.Created) && !(l.Local() && l.Poster == x.Person) && x.Query.Holds(l, now) {
					notices, found = append(notices, Notice{Person: x.Person, Kind: NoticeSaved, Subject: x.ID, Listing: l.ID, At: now}), true
				}
			}
			if found {
				saved = append(saved, x)
			}
		}
		if len(page) < savedBatch {
			break
		}
		after = page[len(page)-1].ID
	}
	err = s.Store.Write(ctx, func(tx Tx) error {
		if at, err := tx.LookedUntil(); err != nil || !at.Equal(from) {
			return err // somebody else was quicker
		}
		fresh := map[coop.ID]bool{}
		for _, n := range notices {
			isNew, err := tx.PutNotice(n)
			if err != nil {
				return err
			}
			fresh[n.Subject] = fresh[n.Subject] || isNew
		}
		for _, x := range saved {
			if x.Tell == TellNever || !fresh[x.ID] {
				continue
			}
			// Its words are made when it is sent, of all that was found since: what comes while it waits is told with it.
			l := coop.Letter{ID: s.NewID(), Kind: coop.LetterAlert, Person: x.Person, Subject: string(x.ID), Created: now,
				Due: tellAt(x.Tell, now, s.Zone()), Args: map[string]string{"since": now.Format(time.RFC3339Nano)}}
			if err := tx.PutLetter(l); err != nil {
				return err
			}
		}
		if err := tx.DropNotices(now.AddDate(0, 0, -NoticeDays)); err != nil {
			return err
		}
		return tx.PutLookedUntil(come[len(come)-1].Came)
	})
	if err != nil {
		return 0, fmt.Errorf("look out: %w", err)
	}
	return len(come), nil
}

// tellHour is the hour of the morning at which daily and weekly mail goes out.
const tellHour = 7

// tellAt is when a find of now is told: at once, the next morning, or the next Monday morning at the co-op's place.
func tellAt(t Tell, now time.Time, zone *time.Location) time.Time {
	if t == TellNow {
		return now
	}
	local := now.In(zone)
	at := time.Date(local.Year(), local.Month(), local.Day(), tellHour, 0, 0, 0, zone)
	for !at.After(now) || t == TellWeekly && at.Weekday() != time.Monday {
		at = at.AddDate(0, 0, 1)
	}
	return at.UTC()
}
