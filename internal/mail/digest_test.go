package mail_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"toadlane/coop"
	"toadlane/federation/queue"
	"toadlane/internal/limits"
	ours "toadlane/internal/mail"
	"toadlane/market"
)

// seven is a Monday morning at the co-op's place.
var seven = time.Date(2026, 11, 23, 6, 0, 0, 0, time.UTC)

func TestDigest(t *testing.T) {
	t.Parallel()
	r := newRig(t, nil)
	r.clock.set(seven.AddDate(0, 0, -20))
	r.post(r.bo, "Older than a week", nil)
	r.clock.set(seven.AddDate(0, 0, -3))
	r.post(r.bo, "Bo's first", nil)
	r.post(r.bo, "Bo's second", nil)
	r.post(r.ada, "Ada's own", nil)
	other, err := r.coop.AddPerson(t.Context(), coop.System("test"), coop.Person{Handle: "cy", DisplayName: "Cy"}, "cy@home.example", "", "", coop.RoleMember)
	r.ok(err)
	r.clock.set(seven.AddDate(0, 0, -4))
	r.post(other, "Cy's lamp", func(l *market.Listing) { l.Purpose, l.Category = market.Want, "AM120" })
	r.post(other, "A secret", func(l *market.Listing) { l.State = market.Draft })
	r.post(other, "For us alone", func(l *market.Listing) { l.Visibility = coop.CoopOnly })
	r.wish(other, func(n *coop.Notify) { n.Digest = coop.Off })
	r.clock.set(seven.Add(-time.Minute))
	r.wish(r.ada, func(n *coop.Notify) { n.Digest, n.Digested = coop.Weekly, seven.AddDate(0, 0, -7) })
	r.none("before the morning")
	r.clock.set(seven.Add(16 * time.Minute))
	r.work()
	m := r.one()
	at := func(what string) int { return strings.Index(m.text, what) }
	for _, what := range []string{"Bo's first", "Bo's second", "Cy's lamp", "For us alone", "New offers", "New wants", "every Monday"} {
		if at(what) < 0 {
			t.Errorf("lacks %q:\n%s", what, m.text)
		}
	}
	for _, what := range []string{"Ada's own", "Older than", "A secret"} {
		if at(what) >= 0 {
			t.Errorf("holds %q:\n%s", what, m.text)
		}
	}
	if at("Bo's second") > at("For us alone") || at("Bo's first") < at("For us alone") { // newest first, but nobody twice before all once
		t.Errorf("order:\n%s", m.text)
	}
	if m.Get("List-Unsubscribe-Post") == "" {
		t.Error("no way out")
	}
	// Once: neither a restart nor the rest of the week brings it again.
	for d := range 6 {
		r.clock.set(seven.AddDate(0, 0, d).Add(time.Hour))
		r.none("again")
	}
	// Nothing new, nothing to say.
	r.clock.set(seven.AddDate(0, 0, 7).Add(time.Hour))
	r.none("nothing is new")
	done := r.letters(queue.Done)
	if done[0].Letter.Kind != coop.LetterDigest || !strings.Contains(done[0].LastError, "nothing is new") {
		t.Errorf("%+v", done[0])
	}
}

func TestDigestHoldsSoMuchAndNoMore(t *testing.T) {
	t.Parallel()
	r := newRig(t, nil)
	r.wish(r.ada, func(n *coop.Notify) { n.Digest, n.Digested = coop.Daily, seven.AddDate(0, 0, -1) })
	r.clock.set(seven.Add(-time.Hour))
	mine := r.post(r.ada, "A want of bread", func(l *market.Listing) { l.Purpose, l.Category = market.Want, "AM60" })
	r.post(r.bo, "Bread for all", func(l *market.Listing) { l.Category = mine.Category })
	for i := range 30 {
		r.post(r.bo, fmt.Sprint("Thing number ", i), nil)
	}
	r.post(r.ada, "Ends soon", func(l *market.Listing) { l.Until = r.clock.Now().AddDate(0, 0, 3) })
	r.clock.set(seven.Add(time.Hour))
	r.work()
	m := r.one()
	if n := strings.Count(m.text, "\n* "); n != limits.DigestItems {
		t.Errorf("%d lines:\n%s", n, m.text)
	}
	if !strings.Contains(m.text, "Ends soon") || !strings.Contains(m.text, "your “A want of bread”") {
		t.Errorf("what is hers is missing:\n%s", m.text)
	}
}

// Several processes look at the same time: everybody gets one.
func TestDigestOnce(t *testing.T) {
	t.Parallel()
	r := newRig(t, nil)
	r.clock.set(seven.AddDate(0, 0, 1))
	for _, p := range []coop.Person{r.ada, r.bo} {
		r.wish(p, func(n *coop.Notify) { n.Digest, n.Digested = coop.Weekly, seven.AddDate(0, 0, -7) })
	}
	var all sync.WaitGroup
	var mu sync.Mutex
	queued := 0
	for range 8 {
		m := ours.New(r.Config)
		all.Go(func() {
			n, err := m.Digests(t.Context())
			mu.Lock()
			defer mu.Unlock()
			if queued += n; err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if queued != 2 || len(r.letters("")) != 2 {
		t.Errorf("%d queued: %+v", queued, r.letters(""))
	}
}
