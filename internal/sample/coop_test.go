package sample

import (
	"slices"
	"testing"
	"time"

	"toadlane/coop"
	"toadlane/market"
)

// Everything in the sample must pass the same checks as what a person types, on the day it is said to have been posted.
func TestSampleIsValid(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)
	zone, err := time.LoadLocation("Europe/Madrid")
	if err != nil {
		t.Fatal(err)
	}
	pages := map[string]bool{}
	for _, s := range Coops() {
		for _, p := range s.Handbook {
			pages[s.Host+"/"+p.Slug] = true
		}
	}
	offers, wants, photos, pictures := 0, 0, 0, map[string]string{}
	for _, s := range Coops() {
		t.Run(s.Host, func(t *testing.T) {
			if err := s.Coop.Validate(); err != nil {
				t.Error(err)
			}
			c := s.Coop
			c.Constituencies, c.Stages = coop.DefaultConstituencies(), coop.DefaultStages()
			known, public, hidden := map[string]bool{}, 0, 0
			for i, p := range s.People {
				if err := p.Validate(&c); err != nil {
					t.Errorf("%s: %v", p.Handle, err)
				}
				if p.Email != "" {
					if _, ok := coop.NormaliseEmail(p.Email); !ok {
						t.Errorf("%s: e-mail %s", p.Handle, p.Email)
					}
				}
				if i == 0 && (p.Role != coop.RoleSteward || p.Email == "") {
					t.Errorf("%s is no steward who can sign in", p.Handle)
				}
				if known[p.Handle] || p.Handle == c.Handle {
					t.Errorf("handle %s is there twice", p.Handle)
				}
				known[p.Handle] = true
				if p.Drawing != "" && (drawings[p.Drawing] == nil || p.Alt == "") {
					t.Errorf("%s: photo %q, alt %q", p.Handle, p.Drawing, p.Alt)
				}
				if p.Public() {
					public++
				} else {
					hidden++
				}
			}
			if public == 0 || hidden == 0 {
				t.Errorf("%d public and %d hidden members: consent would not be seen at work", public, hidden)
			}
			if drawings[s.Drawing] == nil || s.Coop.PictureAlt == "" || len(s.Coop.Links) == 0 {
				t.Errorf("picture %q, alt %q, links %v", s.Drawing, s.Coop.PictureAlt, s.Coop.Links)
			}
			if other, ok := pictures[s.Drawing]; ok {
				t.Errorf("it has the picture of %s", other)
			}
			pictures[s.Drawing] = s.Coop.Name
			open := 0
			for i := range s.Listings {
				l := &s.Listings[i]
				if l.Done == "" {
					open++
				}
				if other := l.With; other != "" && (l.Done == "" || other == s.Host || !slices.ContainsFunc(Coops(), func(c Coop) bool { return c.Host == other })) {
					t.Errorf("listing %d worked out with %s", i, other)
				}
			}
			if open < 6 || open > 10 {
				t.Errorf("%d open listings", open)
			}
			for i, u := range s.Uptakes {
				if !pages[u.Of+"/"+u.Slug] || u.Of == s.Host {
					t.Errorf("it takes up %s of %s, which is none of a neighbour's", u.Slug, u.Of)
				}
				if u.Own != nil && (u.Changes == "" || u.Own.Decided == "") || u.Back != nil && (u.Own == nil || u.Answer == "" || u.Back.Source == fairDeliveryPay) {
					t.Errorf("uptake %d lacks words", i)
				}
			}
			for _, p := range s.Handbook {
				for _, who := range append(p.Read, p.By) {
					if !known[who] {
						t.Errorf("%s: read or written by stranger %s", p.Slug, who)
					}
				}
			}
			for _, l := range s.Listings {
				if !known[l.By] {
					t.Errorf("%s: posted by stranger %s", l.Title["en"], l.By)
				}
				posted := now.AddDate(0, 0, -l.DaysAgo)
				l.Until = market.DefaultUntil(l.Purpose, l.Kind, posted, zone)
				if l.Days > 0 {
					l.Until = market.EndOfDay(now.AddDate(0, 0, l.Days), zone)
				}
				if !l.Until.After(now) {
					t.Errorf("%s is over before it is seen", l.Title["en"])
				}
				if l.Item.Unit == "" {
					l.Item.Unit = "one"
				}
				if l.Item.Amount == (market.Amount{}) {
					l.Item.Amount.N = 1
				}
				if l.Scope == "" {
					l.Scope = market.ScopeLocal
				}
				if err := l.Validate(posted, zone); err != nil {
					t.Errorf("%s: %v", l.Title["en"], err)
				}
				for _, tag := range []string{"en", "es"} {
					if l.Title[tag] == "" || l.Body[tag] == "" {
						t.Errorf("%s has no words in %s", l.Title["en"], tag)
					}
				}
				if l.Drawing != "" {
					photos++
					if drawings[l.Drawing] == nil || l.Alt == "" {
						t.Errorf("%s: drawing %q, alt %q", l.Title["en"], l.Drawing, l.Alt)
					}
					if other, ok := pictures[l.Drawing]; ok {
						t.Errorf("%s has the picture of %s", l.Title["en"], other)
					}
					pictures[l.Drawing] = l.Title["en"]
				}
				if l.Purpose == market.Offer {
					offers++
				} else {
					wants++
				}
			}
		})
	}
	if offers < 12 || wants < 8 || photos < 12 {
		t.Errorf("%d offers, %d wants, %d photos", offers, wants, photos)
	}
}
