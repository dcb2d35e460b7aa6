package handbook_test

import (
	"fmt"
	"math/big"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"toadlane/coop"
	"toadlane/handbook"
)

var (
	noon = time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)
	end  = noon.AddDate(0, 0, 7)
)

// somerset is half for workers, three tenths for users, the rest for supporters, and a constituency without a vote.
var somerset = []handbook.Group{{Slug: "worker", Share: 5000, Heads: 10}, {Slug: "user", Share: 3000, Heads: 40}, {Slug: "supporter", Share: 2000, Heads: 50}, {Slug: "friend"}}

func motion(terms handbook.Terms) *handbook.Motion {
	if terms.Empty == "" {
		terms.Empty = handbook.ProRata
	}
	return &handbook.Motion{ID: "m", Protocol: "p", Base: "", Revision: "zQmfPReXjo1SC5WFf1oyrRYLhH3DxiqAudcCpF17ErreFKJ", Reason: "It rains", By: "ada",
		Terms: terms, Opens: noon, Closes: end, State: handbook.MotionOpen}
}

func byShares() handbook.Terms {
	return handbook.Terms{Method: handbook.Vote, Votes: coop.ByShare, Groups: somerset, Heads: 100}
}

// votes makes so many answers in a constituency, each of another person.
func votes(in string, yes, no, abstain int) (out []handbook.Response) {
	for i := range yes + no + abstain {
		a := handbook.For
		if i >= yes {
			a = handbook.Against
		}
		if i >= yes+no {
			a = handbook.Abstain
		}
		out = append(out, handbook.Response{Motion: "m", Person: coop.ID(fmt.Sprint(in, i)), Answer: a, Constituency: in, At: noon})
	}
	return out
}

func join(all ...[]handbook.Response) (out []handbook.Response) {
	for _, v := range all {
		out = append(out, v...)
	}
	return out
}

func TestVotesByShare(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		change  func(*handbook.Terms)
		votes   []handbook.Response
		outcome handbook.Outcome
		shares  handbook.Shares
	}{
		"all of one mind":         {nil, join(votes("worker", 3, 0, 0), votes("user", 2, 0, 0), votes("supporter", 1, 0, 0)), handbook.Carried, handbook.Shares{For: 10000}},
		"workers against the few": {nil, join(votes("worker", 0, 1, 0), votes("user", 40, 0, 0), votes("supporter", 50, 0, 0)), handbook.Tied, handbook.Shares{For: 5000, Against: 5000}},
		"one worker more":         {nil, join(votes("worker", 1, 9, 0), votes("user", 40, 0, 0), votes("supporter", 50, 0, 0)), handbook.Carried, handbook.Shares{For: 5500, Against: 4500}},
		"thirds are exact":        {nil, join(votes("worker", 1, 2, 0), votes("user", 2, 1, 0), votes("supporter", 2, 1, 0)), handbook.Tied, handbook.Shares{For: 5000, Against: 5000}},
		"rounded to the whole":    {nil, join(votes("worker", 1, 2, 0), votes("user", 1, 2, 0), votes("supporter", 1, 2, 0)), handbook.Outvoted, handbook.Shares{For: 3333, Against: 6667}},
		"given back":              {nil, votes("user", 2, 1, 0), handbook.Carried, handbook.Shares{For: 6667, Against: 3333}},
		"lost":                    {func(t *handbook.Terms) { t.Empty = handbook.Lost }, votes("user", 2, 1, 0), handbook.Outvoted, handbook.Shares{For: 2000, Against: 1000, Lost: 7000}},
		"lost but enough": {func(t *handbook.Terms) { t.Empty = handbook.Lost }, join(votes("worker", 1, 0, 0), votes("user", 1, 9, 0)), handbook.Carried,
			handbook.Shares{For: 5300, Against: 2700, Lost: 2000}},
		"lost at half":              {func(t *handbook.Terms) { t.Empty = handbook.Lost }, votes("worker", 1, 0, 0), handbook.Tied, handbook.Shares{For: 5000, Lost: 5000}},
		"abstentions divide no one": {nil, join(votes("worker", 1, 0, 9), votes("user", 0, 0, 5)), handbook.Carried, handbook.Shares{For: 10000}},
		"only abstentions":          {nil, votes("worker", 0, 0, 9), handbook.Nobody, handbook.Shares{}},
		"nobody came":               {nil, nil, handbook.Nobody, handbook.Shares{}},
		"a vote without a vote":     {nil, join(votes("friend", 9, 0, 0), votes("elsewhere", 9, 0, 0), votes("user", 0, 1, 0)), handbook.Outvoted, handbook.Shares{Against: 10000}},
		"quorum reached":            {func(t *handbook.Terms) { t.Quorum = 1000 }, votes("worker", 6, 0, 4), handbook.Carried, handbook.Shares{For: 10000}},
		"quorum missed by one":      {func(t *handbook.Terms) { t.Quorum = 1001 }, votes("worker", 6, 0, 4), handbook.NotQuorate, handbook.Shares{For: 10000}},
		"two thirds exactly":        {func(t *handbook.Terms) { t.Majority = handbook.Majority{Of: 2, Parts: 3} }, votes("worker", 2, 1, 0), handbook.Carried, handbook.Shares{For: 6667, Against: 3333}},
		"not two thirds":            {func(t *handbook.Terms) { t.Majority = handbook.Majority{Of: 2, Parts: 3} }, votes("user", 13, 7, 0), handbook.Short, handbook.Shares{For: 6500, Against: 3500}},
		"half is not more than half": {func(t *handbook.Terms) { t.Majority = handbook.Majority{Of: 1, Parts: 2} }, votes("user", 1, 1, 0), handbook.Tied,
			handbook.Shares{For: 5000, Against: 5000}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			terms := byShares()
			if c.change != nil {
				c.change(&terms)
			}
			m := motion(terms)
			if err := m.Validate(); err != nil {
				t.Fatal(err)
			}
			r, err := m.Decide(end, c.votes)
			if err != nil || r.Outcome != c.outcome || r.Passed != (c.outcome == handbook.Carried) || r.Tally.Shares != c.shares {
				t.Errorf("%+v, %+v, %v", r, r.Tally, err)
			}
			state := handbook.MotionRejected
			if r.Passed {
				state = handbook.MotionPassed
			}
			if m.State != state || m.Result == nil || m.Result.At != end {
				t.Errorf("the motion is %s, %+v", m.State, m.Result)
			}
		})
	}
}

func TestVotesPerHead(t *testing.T) {
	t.Parallel()
	terms := handbook.Terms{Method: handbook.Vote, Heads: 9, Groups: []handbook.Group{{Slug: "worker", Heads: 5}, {Slug: "user", Heads: 4}}}
	for name, c := range map[string]struct {
		votes   []handbook.Response
		outcome handbook.Outcome
	}{
		"more":              {join(votes("worker", 0, 3, 0), votes("user", 4, 0, 0)), handbook.Carried},
		"tie":               {join(votes("worker", 0, 3, 2), votes("user", 3, 0, 0)), handbook.Tied},
		"in no group":       {join(votes("", 2, 0, 0), votes("user", 0, 1, 0)), handbook.Carried},
		"another motion":    {[]handbook.Response{{Motion: "n", Person: "ada", Answer: handbook.For}}, handbook.Nobody},
		"another's answers": {[]handbook.Response{{Motion: "m", Person: "ada", Answer: handbook.Agree}}, handbook.Nobody},
	} {
		r, err := motion(terms).Decide(end, c.votes)
		if err != nil || r.Outcome != c.outcome || r.Tally.Heads != 9 {
			t.Errorf("%s: %+v, %v", name, r, err)
		}
	}
	// The last answer of each counts, wherever they gave it; of two at one time the one that stands last.
	m := motion(terms)
	got := m.Count([]handbook.Response{{Motion: "m", Person: "ada", Answer: handbook.For, Constituency: "worker", At: noon.Add(2)},
		{Motion: "m", Person: "ada", Answer: handbook.Against, Constituency: "user", At: noon.Add(1)},
		{Motion: "m", Person: "ben", Answer: handbook.For, Constituency: "user", At: noon}, {Motion: "m", Person: "ben", Answer: handbook.Abstain, Constituency: "user", At: noon}})
	if d := cmp.Diff(handbook.Tally{Heads: 9, Answered: 2, For: 1, Abstain: 1, Quorate: true, Shares: handbook.Shares{For: 10000},
		Groups: []handbook.GroupTally{{Slug: "worker", Heads: 5, For: 1}, {Slug: "user", Heads: 4, Abstain: 1}}}, got); d != "" {
		t.Error(d)
	}
}

// The outcome is that of whole numbers over one denominator, whatever the order of the answers, and the shown shares make 100 per cent.
func TestAnyVote(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		terms := byShares()
		first := rapid.IntRange(0, coop.AllVotes).Draw(t, "first share")
		second := rapid.IntRange(0, coop.AllVotes-first).Draw(t, "second share")
		terms.Groups = []handbook.Group{{Slug: "a", Share: first}, {Slug: "b", Share: second}, {Slug: "c", Share: coop.AllVotes - first - second}}
		terms.Empty = rapid.SampledFrom(handbook.EmptyShares).Draw(t, "empty")
		if rapid.Bool().Draw(t, "more than half") {
			terms.Majority.Parts = rapid.IntRange(1, 12).Draw(t, "parts")
			terms.Majority.Of = rapid.IntRange((terms.Majority.Parts+1)/2, terms.Majority.Parts).Draw(t, "of")
		}
		if err := terms.Validate(); err != nil {
			t.Fatalf("%v", err)
		}
		var all []handbook.Response
		common, yes, whole := int64(1), int64(0), int64(0)
		var counts [3][2]int
		for i := range counts {
			counts[i] = [2]int{rapid.IntRange(0, 7).Draw(t, "for"), rapid.IntRange(0, 7).Draw(t, "against")}
			all = append(all, votes(terms.Groups[i].Slug, counts[i][0], counts[i][1], rapid.IntRange(0, 2).Draw(t, "abstain"))...)
			if terms.Groups[i].Share > 0 {
				common *= int64(max(1, counts[i][0]+counts[i][1]))
			}
		}
		for i, g := range terms.Groups {
			n := int64(counts[i][0] + counts[i][1])
			if n > 0 && g.Share > 0 {
				yes += int64(g.Share) * int64(counts[i][0]) * (common / n)
			}
			if n > 0 || terms.Empty == handbook.Lost {
				whole += int64(g.Share) * common
			}
		}
		passes := 2*yes > whole && (terms.Majority == handbook.Majority{} || yes*int64(terms.Majority.Parts) >= whole*int64(terms.Majority.Of))
		m := motion(terms)
		r, err := m.Decide(end, all)
		if err != nil || r.Passed != passes {
			t.Fatalf("%d of %d: %+v, %v", yes, whole, r, err)
		}
		if s := r.Tally.Shares; s != (handbook.Shares{}) && (s.For+s.Against+s.Lost != coop.AllVotes || s.For < 0 || s.Against < 0 || s.Lost < 0) {
			t.Fatalf("shares %+v", s)
		}
		if whole > 0 {
			exact := new(big.Rat).SetFrac64(yes*coop.AllVotes, whole)
			if off := exact.Sub(exact, big.NewRat(int64(r.Tally.Shares.For), 1)); off.Abs(off).Cmp(big.NewRat(1, 1)) >= 0 {
				t.Fatalf("%d of %d is shown as %+v", yes, whole, r.Tally.Shares)
			}
		}
		again, err := motion(terms).Decide(end, rapid.Permutation(all).Draw(t, "order"))
		if d := cmp.Diff(r, again); d != "" || err != nil {
			t.Fatalf("in another order: %s %v", d, err)
		}
	})
}

func TestConsentBySilence(t *testing.T) {
	t.Parallel()
	say := func(who coop.ID, a handbook.Answer, at time.Duration) handbook.Response {
		return handbook.Response{Motion: "m", Person: who, Answer: a, Words: "Who pays the hall?", At: noon.Add(at)}
	}
	for name, c := range map[string]struct {
		said       []handbook.Response
		objections int
	}{
		"silence":            {nil, 0},
		"all but objections": {[]handbook.Response{say("ada", handbook.Agree, 0), say("ben", handbook.Aside, 0)}, 0},
		"an objection":       {[]handbook.Response{say("ada", handbook.Agree, 0), say("ben", handbook.Object, 0)}, 1},
		"taken back":         {[]handbook.Response{say("ben", handbook.Aside, 2), say("ben", handbook.Object, 1)}, 0},
		"thought again":      {[]handbook.Response{say("ben", handbook.Agree, 1), say("ben", handbook.Object, 2), say("ada", handbook.Object, 1)}, 2},
		"a vote is none":     {[]handbook.Response{say("ben", handbook.Object, 1), say("ben", handbook.For, 2)}, 1},
	} {
		m := motion(handbook.Terms{Method: handbook.Consent})
		r, err := m.Decide(end, c.said)
		wanted := handbook.Consented
		if c.objections > 0 {
			wanted = handbook.Objected
		}
		if err != nil || r.Outcome != wanted || r.Objections != c.objections || r.Tally != nil || r.Passed != (c.objections == 0) {
			t.Errorf("%s: %+v, %v", name, r, err)
		}
	}
}

func TestRatifiedElsewhere(t *testing.T) {
	t.Parallel()
	m := motion(handbook.Terms{Method: handbook.Ratified})
	m.Closes = time.Time{}
	_, err := m.Decide(end, nil)
	want(t, err, coop.Conflict, "motion.unreported")
	m.Ratification = &handbook.Ratification{On: end, Passed: true, Words: "27 for, 2 against", Minutes: "https://bakery.example/agm", Shared: true}
	if err := m.Validate(); err != nil {
		t.Error(err)
	}
	far := time.FixedZone("", 14*60*60) // where the 27th begins at ten of the 26th in UTC
	day := time.Date(2026, 11, 27, 0, 0, 0, 0, far)
	m.Ratification.On = day.Add(12 * time.Hour).UTC()
	for _, early := range []time.Time{day.Add(-time.Second), day.UTC().Add(-10*time.Hour - time.Second)} {
		_, err = m.Decide(early, nil)
		want(t, err, coop.Conflict, "motion.early")
	}
	r, err := m.Decide(day, votes("worker", 0, 9, 0))
	if err != nil || !r.Passed || r.Outcome != handbook.RatifiedThere || r.Tally != nil {
		t.Errorf("%+v, %v", r, err)
	}
	m.Ratification.Words = "changed later"
	if r.Ratification.Words != "27 for, 2 against" || m.Result.Ratification.Words != "27 for, 2 against" {
		t.Error("a result changed")
	}
	n := motion(handbook.Terms{Method: handbook.Ratified})
	n.Ratification = &handbook.Ratification{On: end, Words: "no"}
	if r, err := n.Decide(end, nil); err != nil || r.Passed || r.Outcome != handbook.RefusedThere || n.State != handbook.MotionRejected {
		t.Errorf("%+v, %v", r, err)
	}
}

func TestAMotionIsDecidedOnce(t *testing.T) {
	t.Parallel()
	m := motion(handbook.Terms{Method: handbook.Consent})
	_, err := m.Decide(end.Add(-time.Second), nil)
	want(t, err, coop.Conflict, "motion.early")
	want(t, m.Clash(), coop.Conflict, "motion.state")
	if _, err = m.Decide(end, nil); err != nil {
		t.Fatal(err)
	}
	_, err = m.Decide(end, nil)
	want(t, err, coop.Conflict, "motion.state")
	want(t, m.Withdraw(coop.Member("ada", coop.RoleMember)), coop.Conflict, "motion.state")
	if err := m.Clash(); err != nil || m.State != handbook.MotionClashing {
		t.Error(m.State, err)
	}
	for _, by := range []coop.Actor{coop.Member("ben", coop.RoleMember), coop.Anonymous(), coop.Remote("https://a.example/actor")} {
		n := motion(handbook.Terms{Method: handbook.Consent})
		want(t, n.Withdraw(by), coop.Forbidden, "motion.not_yours")
		n.By = "" // of a neighbour
		want(t, n.Withdraw(by), coop.Forbidden, "motion.not_yours")
	}
	for _, by := range []coop.Actor{coop.Member("ada", coop.RoleMember), coop.Member("ben", coop.RoleSteward)} {
		n := motion(handbook.Terms{Method: handbook.Consent})
		if err := n.Withdraw(by); err != nil || n.State != handbook.MotionWithdrawn {
			t.Error(n.State, err)
		}
	}
}

func TestMotionsThatAreRefused(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		change func(*handbook.Motion)
		want   []string
	}{
		"no reason": {func(m *handbook.Motion) { m.Reason = " " }, []string{"reason field.required"}},
		"no text":   {func(m *handbook.Motion) { m.Revision = "" }, []string{"source motion.unchanged"}},
		"same text": {func(m *handbook.Motion) { m.Base = m.Revision }, []string{"source motion.unchanged"}},
		"no end":    {func(m *handbook.Motion) { m.Closes = time.Time{} }, []string{"closes field.required"}},
		"backwards": {func(m *handbook.Motion) { m.Closes = m.Opens }, []string{"closes motion.backwards"}},
		"for ever":  {func(m *handbook.Motion) { m.Closes = m.Opens.AddDate(1, 1, 0) }, []string{"closes motion.long"}},
		"short silence": {func(m *handbook.Motion) {
			m.Terms.Method, m.Closes = handbook.Consent, m.Opens.Add(handbook.MinConsent-1)
		}, []string{"closes motion.short"}},
		"secret consent": {func(m *handbook.Motion) { m.Terms.Method, m.Terms.Secret = handbook.Consent, true },
			[]string{"secret choice.unknown"}},
		"no method": {func(m *handbook.Motion) { m.Terms.Method = "dice" }, []string{"method choice.unknown"}},
		"quorum":    {func(m *handbook.Motion) { m.Terms.Quorum = handbook.MaxQuorum + 1 }, []string{"quorum motion.quorum"}},
		"less than half": {func(m *handbook.Motion) { m.Terms.Majority = handbook.Majority{Of: 1, Parts: 3} },
			[]string{"majority motion.majority"}},
		"of nothing": {func(m *handbook.Motion) { m.Terms.Majority = handbook.Majority{Of: 1} }, []string{"majority motion.majority"}},
		"heads":      {func(m *handbook.Motion) { m.Terms.Heads = -1 }, []string{"heads motion.heads"}},
		"not 100":    {func(m *handbook.Motion) { m.Terms.Groups = somerset[:2] }, []string{"votes votes.sum"}},
		"below": {func(m *handbook.Motion) {
			m.Terms.Groups = []handbook.Group{{Slug: "a", Share: 10001}, {Slug: "b", Share: 10000}}
		}, []string{"votes votes.range"}},
		"twice": {func(m *handbook.Motion) {
			m.Terms.Groups = []handbook.Group{{Slug: "a", Share: 5000}, {Slug: "a", Share: 5000}}
		}, []string{"constituencies slug.twice"}},
		"slug":   {func(m *handbook.Motion) { m.Terms.Groups = []handbook.Group{{Slug: "A", Share: 10000}} }, []string{"constituencies slug.invalid"}},
		"groups": {func(m *handbook.Motion) { m.Terms.Groups = make([]handbook.Group, coop.MaxGroups+1) }, []string{"constituencies field.many"}},
		"empty":  {func(m *handbook.Motion) { m.Terms.Empty = "taken" }, []string{"votes choice.unknown"}},
		"ratified": {func(m *handbook.Motion) {
			m.Terms.Method, m.Ratification = handbook.Ratified, &handbook.Ratification{Shared: true, Minutes: "in the drawer"}
		}, []string{"result field.required", "on field.required", "minutes address.invalid"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := motion(byShares())
			c.change(m)
			if d := cmp.Diff(c.want, faults(m.Validate())); d != "" {
				t.Error(d)
			}
		})
	}
}

func TestWhoMayAnswer(t *testing.T) {
	t.Parallel()
	vote := func(in string) handbook.Response {
		return handbook.Response{Motion: "m", Person: "ada", Answer: handbook.For, Constituency: in}
	}
	shares, heads, silence := motion(byShares()), motion(handbook.Terms{Method: handbook.Vote, Groups: somerset[:1]}), motion(handbook.Terms{Method: handbook.Consent})
	for name, c := range map[string]struct {
		m    *handbook.Motion
		r    handbook.Response
		mine []string
		at   time.Time
		want string
	}{
		"in theirs":          {shares, vote("user"), []string{"worker", "user"}, noon, ""},
		"in another's":       {shares, vote("supporter"), []string{"worker", "user"}, noon, "choice.unknown"},
		"in none":            {shares, vote(""), []string{"worker"}, noon, "choice.unknown"},
		"without a share":    {shares, vote("friend"), []string{"friend"}, noon, "motion.no_vote"},
		"belongs nowhere":    {shares, vote(""), nil, noon, "motion.no_vote"},
		"a head in none":     {heads, vote(""), nil, noon, ""},
		"a head in one":      {heads, vote("worker"), []string{"worker"}, noon, ""},
		"a head elsewhere":   {heads, vote("worker"), nil, noon, "choice.unknown"},
		"too early":          {shares, vote("user"), []string{"user"}, noon.Add(-1), "motion.state"},
		"too late":           {shares, vote("user"), []string{"user"}, end, "motion.state"},
		"the last moment":    {shares, vote("user"), []string{"user"}, end.Add(-1), ""},
		"another motion":     {shares, handbook.Response{Motion: "n", Answer: handbook.For}, nil, noon, "motion.state"},
		"consent to a vote":  {shares, handbook.Response{Motion: "m", Answer: handbook.Agree}, nil, noon, "choice.unknown"},
		"counted already":    {shares, handbook.Response{Motion: "m"}, nil, noon, "choice.unknown"},
		"agrees":             {silence, handbook.Response{Motion: "m", Answer: handbook.Agree}, nil, noon, ""},
		"objects in silence": {silence, handbook.Response{Motion: "m", Answer: handbook.Object}, nil, noon, "field.required"},
		"objects":            {silence, handbook.Response{Motion: "m", Answer: handbook.Object, Words: "Rain"}, nil, noon, ""},
	} {
		err := c.m.CheckResponse(&c.r, c.mine, c.at)
		if c.want == "" && err != nil || c.want != "" && coop.KeyOf(err) != c.want {
			t.Errorf("%s: %v", name, err)
		}
	}
	done := motion(byShares())
	done.State = handbook.MotionWithdrawn
	r := vote("user")
	want(t, done.CheckResponse(&r, []string{"user"}, noon), coop.Conflict, "motion.state")
	if handbook.Ratified.Answers() != nil {
		t.Error("one can answer to what was decided elsewhere")
	}
}

func TestTermsOf(t *testing.T) {
	t.Parallel()
	c := &coop.Coop{Votes: coop.ByShare, Constituencies: []coop.Constituency{{Slug: "worker", Share: 6000}, {Slug: "user", Share: 4000}}}
	got := handbook.TermsOf(c, handbook.Vote, 12, func(slug string) int { return len(slug) })
	if d := cmp.Diff(handbook.Terms{Method: handbook.Vote, Votes: coop.ByShare, Heads: 12, Empty: handbook.ProRata,
		Groups: []handbook.Group{{Slug: "worker", Share: 6000, Heads: 6}, {Slug: "user", Share: 4000, Heads: 4}}}, got); d != "" {
		t.Error(d)
	}
	if err := got.Validate(); err != nil {
		t.Error(err)
	}
}
