package coop_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"toadlane/coop"
)

func spoken(lang, key string) string {
	if lang == "en" || lang == "es" {
		return lang + " " + key
	}
	return ""
}

// Every preset makes a co-op that can be saved as it is, in any language.
func TestPresetsAreGoodAsTheyAre(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, p := range coop.Presets {
		if seen[p.Name] {
			t.Errorf("%s stands twice", p.Name)
		}
		seen[p.Name] = true
		for _, langs := range [][]string{{"en"}, {"es", "en"}, {"eu"}, {"eu", "es"}} {
			c := bakery()
			c.Languages = langs
			p.Fill(&c, spoken)
			if err := c.Validate(); err != nil {
				t.Errorf("%s in %v: %v", p.Name, langs, err)
			}
			if len(c.Constituencies) < 2 || len(c.Stages) < 3 || c.Stages[len(c.Stages)-1].Slug != "member" {
				t.Errorf("%s: %d constituencies, stages %v", p.Name, len(c.Constituencies), c.Stages)
			}
			want := coop.Text{}
			for _, l := range langs {
				if w := spoken(l, "preset.purpose."+p.Name); w != "" {
					want[l] = w
				}
			}
			if len(want) == 0 {
				want["en"] = "en preset.purpose." + p.Name
			}
			if d := cmp.Diff(want, c.Purpose); d != "" {
				t.Errorf("%s in %v: %s", p.Name, langs, d)
			}
		}
	}
	for _, name := range []string{"worker", "consumer", "multi", "housing", "care", "platform", "federation", "unsure"} {
		if p, ok := coop.PresetNamed(name); !ok || p.Name != name {
			t.Errorf("%s is missing", name)
		}
	}
	if _, ok := coop.PresetNamed("bank"); ok {
		t.Error("bank is a preset")
	}
}

func TestPresetKeepsAPurposeAndSharesNothing(t *testing.T) {
	t.Parallel()
	p, _ := coop.PresetNamed("multi")
	c := bakery()
	c.Purpose = coop.Text{"en": "Bread"}
	p.Fill(&c, spoken)
	if c.Purpose["en"] != "Bread" || c.Votes != coop.ByShare || c.Constituencies[0].Share != 5000 {
		t.Errorf("%+v", c)
	}
	c.FirstModes[0], c.Constituencies[0].Share = "x", 1
	if p, _ = coop.PresetNamed("multi"); p.Modes[0] == "x" || p.Constituencies[0].Share != 5000 {
		t.Error("a co-op writes into its preset")
	}
}

// Product invariant 14.
func TestSharesOfVotesSumToAll(t *testing.T) {
	t.Parallel()
	of := func(shares ...int) (out []coop.Constituency) {
		for i, s := range shares {
			out = append(out, coop.Constituency{Slug: string(rune('a' + i)), Name: coop.Text{"en": "A"}, Share: s})
		}
		return out
	}
	for what, x := range map[string]struct {
		mode   coop.VoteMode
		shares []int
		want   []string
	}{
		"by head, whatever the shares":  {coop.PerHead, []int{1, 2}, nil},
		"half and half":                 {coop.ByShare, []int{5000, 5000}, nil},
		"one without a vote":            {coop.ByShare, []int{10_000, 0}, nil},
		"too little":                    {coop.ByShare, []int{5000, 4999}, []string{"votes votes.sum"}},
		"too much":                      {coop.ByShare, []int{5000, 5001}, []string{"votes votes.sum"}},
		"nobody":                        {coop.ByShare, nil, []string{"votes votes.sum"}},
		"less than nothing makes it up": {coop.ByShare, []int{10_001, -1}, []string{"votes votes.range"}},
		"another mode":                  {"lot", []int{10_000}, []string{"votes choice.unknown"}},
	} {
		c := bakery()
		c.Votes, c.Constituencies = x.mode, of(x.shares...)
		if d := cmp.Diff(x.want, fieldNames(c.Validate())); d != "" {
			t.Errorf("%s: %s", what, d)
		}
	}
}

func TestPercent(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(0, coop.AllVotes).Draw(t, "n")
		if back, ok := coop.ParsePercent(coop.Percent(n)); !ok || back != n {
			t.Fatalf("%d is written %s and read as %d", n, coop.Percent(n), back)
		}
	})
	for s, want := range map[string]int{"50": 5000, " 33,3 ": 3330, "33.33": 3333, "100": 10_000, "0": 0, "007": 700} {
		if got, ok := coop.ParsePercent(s); !ok || got != want {
			t.Errorf("%q is %d, %v", s, got, ok)
		}
	}
	for _, s := range []string{"", "-1", "101", "1.234", "1.", ".5", "half", "1e1", "100.01", "5 0"} {
		if got, ok := coop.ParsePercent(s); ok {
			t.Errorf("%q is taken for %d", s, got)
		}
	}
}

func TestContacts(t *testing.T) {
	t.Parallel()
	for _, x := range []struct {
		kind, at string
		ok       bool
	}{
		{"phone", "+34 963 00 11 22", true}, {"phone", "112", true}, {"phone", "ring me", false}, {"phone", "12", false}, {"phone", "1+23456", false},
		{"phone", "tel:+34", false}, {"mail", "ada@bakery.example", true}, {"mail", "ada", false}, {"mail", "a@b.c\nBcc: x", false},
		{"matrix", "@ada:chat.example", true}, {"matrix", "@ada:chat.example:8448", true}, {"matrix", "ada:chat.example", false}, {"matrix", "@ada", false}, {"matrix", "@:chat.example", false},
		{"xmpp", "ada@chat.example", true}, {"xmpp", "ada", false}, {"web", "https://ada.example/", true}, {"web", "javascript:alert(1)", false},
		{"other", "the door beside the oven", true}, {"other", " ", false}, {"pigeon", "Ada", false},
	} {
		p := coop.Person{Handle: "ada", DisplayName: "Ada", Contacts: []coop.Contact{{Kind: x.kind, At: x.at}}}
		c := bakery()
		if err := p.Validate(&c); (err == nil) != x.ok {
			t.Errorf("%s %q: %v", x.kind, x.at, err)
		}
	}
}

func TestMembershipsElsewhere(t *testing.T) {
	t.Parallel()
	for at, ok := range map[string]bool{"": true, "https://mill.example/": true, "@mill@mill.example": true, "@mill@mill.localhost:8470": true, "mill": false, "@mill": false,
		"@a@b": false, "@a@b@c.example": false, "javascript:alert(1)": false, "@mill@mill.example/x": false} {
		p := coop.Person{Handle: "ada", DisplayName: "Ada", Memberships: []coop.Membership{{Name: "The Mill", At: at}}}
		c := bakery()
		if err := p.Validate(&c); (err == nil) != ok {
			t.Errorf("%q: %v", at, err)
		}
	}
	p := coop.Person{Handle: "ada", DisplayName: "Ada", Hours: coop.MaxHours + 1, Pronouns: "a\nb", LookingFor: "\x00",
		Contacts: make([]coop.Contact, coop.MaxContacts+1), Memberships: slices.Repeat([]coop.Membership{{Name: "x"}}, coop.MaxMemberships+1)}
	c := bakery()
	got := map[string]bool{}
	for _, f := range fieldNames(p.Validate(&c)) {
		got[f] = true
	}
	for _, want := range []string{"hours hours.range", "pronouns field.one_line", "looking_for field.not_text", "contacts field.many", "contacts field.required", "memberships field.many"} {
		if !got[want] {
			t.Errorf("%q is not said: %v", want, got)
		}
	}
}

func TestInvitationsAreTakenBack(t *testing.T) {
	t.Parallel()
	n := founded(t)
	token := invite(t, n, "token", coop.Invite{})
	i, err := n.memory.Invite(t.Context(), token)
	if err != nil {
		t.Fatal(err)
	}
	ben := n.add(t, "ben", coop.RoleMember, nil)
	if err := n.RevokeInvite(t.Context(), coop.Member(ben.ID, coop.RoleMember), i.ID); coop.ClassOf(err) != coop.Forbidden {
		t.Errorf("a member: %v", err)
	}
	if err := n.RevokeInvite(t.Context(), coop.Anonymous(), i.ID); coop.ClassOf(err) != coop.Unauthenticated {
		t.Errorf("a stranger: %v", err)
	}
	if err := n.RevokeInvite(t.Context(), n.ada(), "01900000-0000-7000-8000-00000000ffff"); coop.ClassOf(err) != coop.NotFound {
		t.Errorf("one that is not there: %v", err)
	}
	for range 2 { // twice is once
		if err := n.RevokeInvite(t.Context(), n.ada(), i.ID); err != nil {
			t.Fatal(err)
		}
	}
	join := func(hash []byte) error {
		_, err := n.Join(t.Context(), hash, coop.Person{Handle: "eve", DisplayName: "Eve"}, "eve@example.org", "x", "")
		return err
	}
	if err := join(token); coop.KeyOf(err) != "invite.unknown" {
		t.Errorf("it still opens: %v", err)
	}
	token = invite(t, n, "other", coop.Invite{})
	if err := join(token); err != nil {
		t.Fatal(err)
	}
	if i, err = n.memory.Invite(t.Context(), token); err != nil {
		t.Fatal(err)
	}
	if err := n.RevokeInvite(t.Context(), n.ada(), i.ID); coop.KeyOf(err) != "invite.used" || coop.ClassOf(err) != coop.Conflict {
		t.Errorf("a used one: %v", err)
	}
}
