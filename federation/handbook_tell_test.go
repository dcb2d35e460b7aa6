package federation_test

import (
	"testing"
	"time"

	"toadlane/handbook"
	"toadlane/internal/limits"
)

// Followers hear of a page at once when it is new, and once a day at most of what becomes of it: the last state, never less.
func TestHandbookTellsOnceADay(t *testing.T) {
	t.Parallel()
	f := newField(t)
	n := f.n
	n.followedBy(f.gus)
	p := n.writes("Fair pay", "Ten.\n")
	f.settle()
	if c := f.good.got("Create"); len(c) != 1 || str(c[0], "object", "id") != string(p.IRI) || str(c[0], "object", "type") != "Article" || str(c[0], "object", "summary") == "" {
		t.Fatalf("%v", c)
	}
	say := func(circle string) {
		t.Helper()
		_, err := n.handbook.ChangeSettings(f.ctx, n.steward, p.ID, handbook.Settings{Kind: p.Kind, Language: p.Language, Licence: p.Licence, Circle: circle})
		must(t, err)
		f.settle()
		f.clock.add(time.Hour)
	}
	for _, circle := range []string{"A", "B", "C"} {
		say(circle)
	}
	if u := f.good.got("Update"); len(u) != 0 {
		t.Errorf("told at once: %d", len(u))
	}
	f.clock.add(limits.ProtocolEvery)
	f.settle()
	if u := f.good.got("Update"); len(u) != 1 || str(u[0], "object", "circle") != "C" {
		t.Errorf("%v", u)
	}
	say("D")
	f.clock.add(limits.ProtocolEvery)
	f.settle()
	f.clock.add(limits.ProtocolEvery)
	f.settle()
	if u := f.good.got("Update"); len(u) != 2 || str(u[1], "object", "circle") != "D" {
		t.Errorf("%v", u)
	}
	// One that came into use days before anybody was told: its first change does not wait for another day.
	now := n.handbook.Now
	n.handbook.Now = func() time.Time { return now().AddDate(0, 0, -3) }
	old := n.writes("Old", "Nine.\n")
	n.handbook.Now = now
	f.settle()
	_, err := n.handbook.OpenMotion(f.ctx, n.steward, old.ID, handbook.Writing{Base: old.InUse, Name: old.Name, Source: "Ten.\n", Reason: "More"},
		handbook.Opening{Method: handbook.Ratified, Ratification: &handbook.Ratification{On: f.clock.now(), Passed: true, Words: "All for"}})
	must(t, err)
	f.settle()
	if u := f.good.got("Update"); len(u) != 3 || str(u[2], "object", "id") != string(old.IRI) {
		t.Errorf("%v", u)
	}
	if rows, _, err := n.queue.Events(f.ctx, "", "", 100); err != nil || len(rows) != 0 {
		t.Errorf("%+v, %v", rows, err)
	}
}
