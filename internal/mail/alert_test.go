package mail_test

import (
	"strings"
	"testing"
	"time"

	"toadlane/coop"
	ours "toadlane/internal/mail"
	"toadlane/market"
)

// What a saved search found is mailed, with a way to its list and out of its mails; when it is gone or quiet, nothing is.
func TestAlert(t *testing.T) {
	t.Parallel()
	r := newRig(t, nil)
	search, err := r.market.SaveSearch(t.Context(), r.member(r.ada), market.SavedSearch{Name: "Bread for Sunday", Tell: market.TellNow, Address: "q=bread",
		Query: market.Query{Text: "bread"}})
	r.ok(err)
	since := r.clock.Now()
	post := func(title string) market.Listing {
		r.clock.set(r.clock.Now().Add(time.Minute))
		l := r.post(r.bo, title, nil)
		r.clock.set(r.clock.Now().Add(time.Minute))
		_, err := r.market.Tick(t.Context())
		r.ok(err)
		return l
	}
	found := post("Rye bread")
	r.work()
	m := r.one()
	for _, want := range []string{"Rye bread", "/listings/" + string(found.ID), "/market?q=bread", "/saved/" + string(search.ID)} {
		if !strings.Contains(m.text, want) {
			t.Errorf("the text lacks %q:\n%s", want, m.text)
		}
	}
	leave := "/unsubscribe/search/" + string(search.ID) + "/" + token("unsubscribe", ours.AlertSubject(search.ID))
	if got := m.Get("List-Unsubscribe"); !strings.HasSuffix(got, leave+">") || !strings.Contains(m.subject(), "Bread for Sunday") {
		t.Errorf("%s, %s", got, m.subject())
	}
	r.ok(r.market.TellSaved(t.Context(), coop.System("test"), search.ID, market.TellNever))
	r.put(coop.Letter{ID: newID(), Kind: coop.LetterAlert, Person: r.ada.ID, Subject: string(search.ID), Args: map[string]string{"since": since.Format(time.RFC3339Nano)}})
	r.none("quiet")
	r.ok(r.market.DropSaved(t.Context(), r.member(r.ada), search.ID))
	r.put(coop.Letter{ID: newID(), Kind: coop.LetterAlert, Person: r.ada.ID, Subject: string(search.ID), Args: map[string]string{"since": since.Format(time.RFC3339Nano)}})
	r.none("gone")
}
