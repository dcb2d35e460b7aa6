package handbook_test

import (
	"context"
	"testing"
	"time"

	"toadlane/coop"
	"toadlane/handbook"
	"toadlane/handbook/handbooktest"
)

// The use cases, on a store in memory. The stores of package store are held to the same stories.
func TestStories(t *testing.T) {
	t.Parallel()
	handbooktest.Run(t, handbooktest.In)
}

// late gives the pages that wait for a review as they were before another process was quicker, as PostgreSQL does.
type late struct {
	*handbooktest.Store
	due []handbook.Protocol
}

type lateTx struct {
	handbook.Tx
	due []handbook.Protocol
}

func (s late) Write(ctx context.Context, fn func(handbook.Tx) error) error {
	return s.Store.Write(ctx, func(tx handbook.Tx) error { return fn(lateTx{tx, s.due}) })
}

func (s late) At(ctx context.Context) handbook.Reader {
	return lateTx{s.Store.At(ctx).(handbook.Tx), s.due}
}

func (t lateTx) DueReviews(time.Time, int) ([]handbook.Protocol, error) { return t.due, nil }

func TestReviewIsRemindedOfOnce(t *testing.T) {
	t.Parallel()
	store := handbooktest.New()
	due := handbook.Protocol{Slug: "pay", Status: handbook.InUse, Review: noon.AddDate(0, 0, -1)}
	told, moved, waits := due, due, due
	told.ID, told.Reminded = "told", told.Review
	moved.ID, moved.Review = "moved", noon.AddDate(1, 0, 0)
	waits.ID = "waits"
	var before []handbook.Protocol
	for _, p := range []*handbook.Protocol{&told, &moved, &waits} {
		p.IRI, p.Slug = "https://a.example/h/"+coop.IRI(p.ID), string(p.ID)
		if err := store.Write(t.Context(), func(tx handbook.Tx) error { return tx.PutProtocol(*p) }); err != nil {
			t.Fatal(err)
		}
		was := due
		was.ID = p.ID
		before = append(before, was)
	}
	s := handbook.Service{Store: late{store, before}, Now: func() time.Time { return noon }, NewID: handbooktest.IDs(),
		Stewards: func(context.Context) ([]coop.ID, error) { return []coop.ID{"sue"}, nil }}
	n, err := s.Tick(t.Context())
	if l := store.Letters(); err != nil || n != 1 || len(l) != 1 || l[0].Subject != "waits" {
		t.Errorf("%d done, %+v, %v", n, l, err)
	}
}
