package handbook_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"toadlane/coop"
	"toadlane/handbook"
)

func TestWhatIsSeenOfAVote(t *testing.T) {
	t.Parallel()
	ada, ben, stranger := coop.Member("ada", coop.RoleMember), coop.Member("ben", coop.RoleSteward), coop.Remote("https://a.example/actor")
	said := []handbook.Response{{Motion: "m", Person: "ada", Answer: handbook.For, Constituency: "worker", Words: "At last", At: noon},
		{Motion: "m", Person: "Zoe", Answer: handbook.Against, Constituency: "worker", At: noon}}
	for _, secret := range []bool{false, true} {
		terms := byShares()
		terms.Secret = secret
		m := motion(terms)
		for _, decided := range []bool{false, true} {
			if decided {
				if _, err := m.Decide(end, said); err != nil {
					t.Fatal(err)
				}
			}
			wanted := handbook.Sight{Turnout: true, Figures: true, Names: true}
			if secret {
				wanted = handbook.Sight{Turnout: true, Figures: decided}
			}
			for _, by := range []coop.Actor{ada, ben} { // a steward sees no more
				if got := m.Sight(by); got != wanted {
					t.Errorf("secret %t, decided %t: %s sees %+v", secret, decided, by, got)
				}
			}
			for _, by := range []coop.Actor{stranger, coop.Anonymous(), coop.Guested("t"), coop.System("command line")} {
				if got, all := m.Sight(by), m.Shown(said, by); got != (handbook.Sight{}) || all != nil {
					t.Errorf("%s sees %+v, %v", by, got, all)
				}
			}
			if n := len(m.Shown(said, ada)); n != map[bool]int{false: 2, true: 1}[secret] {
				t.Errorf("ada reads %d answers", n)
			}
			if n := len(m.Shown(said, ben)); n != map[bool]int{false: 2, true: 0}[secret] {
				t.Errorf("ben reads %d answers", n)
			}
		}
		kept := said
		if secret {
			kept = []handbook.Response{{Motion: "m", Person: "Zoe"}, {Motion: "m", Person: "ada"}}
		}
		if d := cmp.Diff(kept, m.Counted(said)); d != "" {
			t.Errorf("secret %t: %s", secret, d)
		}
	}
}

func TestSmallConstituenciesAreShownTogether(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		votes  []handbook.Response
		groups []handbook.GroupTally
		veiled bool
	}{
		"many everywhere": {join(votes("worker", 2, 1, 0), votes("user", 3, 0, 0)), []handbook.GroupTally{{Slug: "worker", Share: 5000, Heads: 10, For: 2, Against: 1},
			{Slug: "user", Share: 3000, Heads: 40, For: 3}, {Slug: "supporter", Share: 2000, Heads: 50}}, false},
		"one alone": {join(votes("worker", 0, 1, 0), votes("user", 3, 1, 0), votes("supporter", 4, 4, 4)), []handbook.GroupTally{{Slug: "supporter", Share: 2000, Heads: 50, For: 4, Against: 4, Abstain: 4},
			{Share: 8000, Heads: 50, For: 3, Against: 2}}, true},
		"two and still few": {join(votes("worker", 0, 1, 0), votes("user", 1, 0, 0), votes("supporter", 4, 4, 4)), []handbook.GroupTally{{Share: 10000, Heads: 100, For: 5, Against: 5, Abstain: 4}}, true},
		"nothing to hide in": {votes("worker", 1, 0, 0), []handbook.GroupTally{{Slug: "worker", Share: 5000, Heads: 10, For: 1}, {Slug: "user", Share: 3000, Heads: 40},
			{Slug: "supporter", Share: 2000, Heads: 50}}, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			terms := byShares()
			terms.Secret = true
			m := motion(terms)
			r, err := m.Decide(end, c.votes)
			if err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(c.groups, r.Tally.Groups); d != "" || r.Tally.Veiled != c.veiled || c.veiled && r.Tally.Shares != (handbook.Shares{}) {
				t.Errorf("%s %+v", d, r.Tally)
			}
		})
	}
}

// However people voted, no constituency with few answers is shown by itself or follows from the others, and the sums stay right.
func TestVeilOfAnyVote(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		terms := byShares()
		if terms.Secret = true; rapid.Bool().Draw(t, "per head") {
			terms.Votes = coop.PerHead
		}
		var all []handbook.Response
		cast := 0
		for _, g := range terms.Groups[:3] {
			in := votes(g.Slug, rapid.IntRange(0, 4).Draw(t, "for"), rapid.IntRange(0, 4).Draw(t, "against"), rapid.IntRange(0, 1).Draw(t, "abstain"))
			if all = append(all, in...); len(in) > 0 {
				cast++
			}
		}
		m := motion(terms)
		open := m.Count(all)
		r, err := m.Decide(end, all)
		if err != nil {
			t.Fatalf("%v", err)
		}
		few, yes, no := 0, 0, 0
		for _, g := range r.Tally.Groups {
			yes, no = yes+g.For, no+g.Against
			if n := g.For + g.Against + g.Abstain; n > 0 && n < handbook.MinVeiled {
				few++
			}
		}
		if yes != open.For || no != open.Against || r.Tally.For != yes || r.Tally.Against != no {
			t.Fatalf("%+v became %+v", open, r.Tally)
		}
		if cast > 1 && few > 0 && len(all) >= handbook.MinVeiled {
			t.Fatalf("%d answers in %d constituencies are shown as %+v", len(all), cast, r.Tally.Groups)
		}
	})
}
