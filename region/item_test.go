package region

import (
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"

	"toadlane/coop"
)

// Ten thousand offers of one co-op keep nobody else waiting, and no origin is asked for more than it can bear.
func TestPace(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 10, 1, 12, 0, 0, 0, time.UTC)
	var flood []Item
	for i := range 10_000 {
		flood = append(flood, Item{Object: coop.IRI(fmt.Sprintf("https://flood.example/%d", i)), Origin: "https://flood.example/actor", Came: now})
	}
	due := append(flood, Item{Object: "https://small.example/1", Origin: "https://small.example/actor", Came: now})
	turn := Pace(due, nil, now)
	if len(turn) != 2 || turn[0].Object != flood[0].Object || turn[1].Origin != "https://small.example/actor" {
		t.Errorf("%+v", turn)
	}
}

func TestPaceHoldsItsLimits(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		now := time.Date(2026, 10, 1, 12, 0, 0, 0, time.UTC)
		var due, done []Item
		for i := range rapid.IntRange(0, 300).Draw(t, "items") {
			due = append(due, Item{Object: coop.IRI(fmt.Sprint("https://x.example/", i)), Origin: coop.IRI(fmt.Sprint("https://o.example/", rapid.IntRange(0, 9).Draw(t, "origin")))})
		}
		for range rapid.IntRange(1, 200).Draw(t, "looks") {
			now = now.Add(time.Duration(rapid.IntRange(0, 600).Draw(t, "seconds")) * time.Second)
			turn := Pace(due, done, now)
			for _, x := range turn {
				x.Announced = now
				done = append(done, x)
				for i := range due {
					if due[i].Object == x.Object {
						due = append(due[:i], due[i+1:]...)
						break
					}
				}
			}
		}
		for i := range done {
			minute, day := 0, 0
			for j := range done[:i+1] {
				since := done[i].Announced.Sub(done[j].Announced)
				if since < time.Minute {
					minute++
					if i != j && done[i].Origin == done[j].Origin {
						t.Fatalf("two of %s within %v", done[i].Origin, since)
					}
				}
				if since < 24*time.Hour && done[i].Origin == done[j].Origin {
					day++
				}
			}
			if minute > ItemsPerMinute || day > ItemsPerDay {
				t.Fatalf("%d in a minute, %d of one origin in a day", minute, day)
			}
		}
	})
}

// What is taken back waits for no origin's turn, leaves half of each minute to the others, and is never more than that.
func TestTakeBack(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 10, 1, 12, 0, 0, 0, time.UTC)
	var due, done []Item
	for i := range 10 {
		due = append(due, Item{Object: coop.IRI(fmt.Sprint("https://left.example/", i)), Origin: "https://left.example/actor", Announced: now.AddDate(0, 0, -3)})
		done = append(done, Item{Object: coop.IRI(fmt.Sprint("https://full.example/", i)), Origin: "https://left.example/actor", Announced: now.Add(-time.Duration(i) * 12 * time.Second)})
	}
	for what, want := range map[string][2]int{"nothing before": {3, len(TakeBack(due, nil, now))}, "five were announced": {1, len(TakeBack(due, done, now))},
		"one left": {1, len(TakeBack(due[:1], nil, now))}} {
		if want[0] != want[1] {
			t.Errorf("%s: %d; want %d", what, want[1], want[0])
		}
	}
	before := due[0]
	before.Undone = now.Add(-time.Second)
	if n := len(TakeBack(due, []Item{before}, now)); n != 2 {
		t.Errorf("after one: %d", n)
	}
	if n := len(Pace([]Item{{Origin: "https://a.example/actor"}, {Origin: "https://left.example/actor"}}, []Item{before}, now)); n != 1 {
		t.Errorf("the others wait: %d", n)
	}
}
