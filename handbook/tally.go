package handbook

import (
	"math/big"

	"toadlane/coop"
)

// Tally is the count of a vote. All figures are whole numbers; shares are in hundredths of a per cent, rounded so that together they make
// 100. What is decided follows from the exact ones.
type Tally struct {
	Heads    int // who could have answered
	Answered int
	For      int // heads
	Against  int
	Abstain  int
	Quorate  bool // enough have answered
	Groups   []GroupTally
	Shares   Shares
	Veiled   bool // constituencies are put together, and by shares those are left out, so that nobody's vote can be told
}

// Shares is how the votes divide: of the heads for or against when votes are per head. Lost is what belongs to constituencies in which
// nobody was for or against, when their share is lost.
type Shares struct{ For, Against, Lost int }

// GroupTally is the count of a constituency. Slug is "" for several that are shown together and for people in none.
type GroupTally struct {
	Slug    string
	Share   int // what it had
	Heads   int
	For     int
	Against int
	Abstain int
}

func (g *GroupTally) answered() int { return g.For + g.Against + g.Abstain }

// count is a tally with the exact weights it follows from: for, against, and the whole that a majority is measured against.
type count struct {
	Tally
	yes, no, whole *big.Rat
}

// Count counts the answers to a vote. One answer counts for each person, the latest, and of those given at one time the last in the list;
// answers that belong to another motion or that no vote takes count for nothing, nor does the vote of a constituency that has
// none. Of a secret vote that is not decided yet it tells more than anybody may see: see Sight.
func (m *Motion) Count(responses []Response) Tally { return m.count(responses).Tally }

func (m *Motion) count(responses []Response) count {
	t := &m.Terms
	c := count{Tally: Tally{Heads: t.Heads}, yes: new(big.Rat), no: new(big.Rat)}
	at := map[string]int{}
	for _, g := range t.Groups {
		if t.hasVote(g) {
			at[g.Slug] = len(c.Groups)
			c.Groups = append(c.Groups, GroupTally{Slug: g.Slug, Share: g.Share, Heads: g.Heads})
		}
	}
	for _, r := range m.latest(responses) {
		n, ok := at[r.Constituency]
		if !ok && t.Votes == coop.ByShare {
			continue
		}
		if !ok {
			n = len(c.Groups)
			at[r.Constituency] = n
			c.Groups = append(c.Groups, GroupTally{})
		}
		g := &c.Groups[n]
		switch r.Answer {
		case For:
			g.For, c.For = g.For+1, c.For+1
		case Against:
			g.Against, c.Against = g.Against+1, c.Against+1
		case Abstain:
			g.Abstain, c.Abstain = g.Abstain+1, c.Abstain+1
		}
	}
	c.Answered = c.For + c.Against + c.Abstain
	c.Quorate = c.Answered*coop.AllVotes >= t.Quorum*t.Heads
	c.weigh(t)
	return c
}

// latest gives the answer of each person that counts, in the order of their first.
func (m *Motion) latest(responses []Response) []Response {
	var out []Response
	at := map[coop.ID]int{}
	for _, r := range responses {
		if r.Motion != m.ID || r.Answer != For && r.Answer != Against && r.Answer != Abstain {
			continue
		}
		n, again := at[r.Person]
		switch {
		case !again:
			at[r.Person] = len(out)
			out = append(out, r)
		case !r.At.Before(out[n].At):
			out[n] = r
		}
	}
	return out
}

// weigh computes the exact weights. By shares, each constituency's share is divided as its votes for and against are.
func (c *count) weigh(t *Terms) {
	if t.Votes != coop.ByShare {
		c.yes.SetInt64(int64(c.For))
		c.no.SetInt64(int64(c.Against))
		c.whole = new(big.Rat).Add(c.yes, c.no)
	} else {
		for _, g := range c.Groups {
			if n := int64(g.For + g.Against); n > 0 {
				c.yes.Add(c.yes, big.NewRat(int64(g.Share)*int64(g.For), n))
				c.no.Add(c.no, big.NewRat(int64(g.Share)*int64(g.Against), n))
			}
		}
		c.whole = new(big.Rat).Add(c.yes, c.no)
		if t.Empty == Lost {
			c.whole.SetInt64(coop.AllVotes)
		}
	}
	c.Shares = c.rounded()
}

// rounded brings the weights to hundredths of a per cent of the whole: each down, then what is missing to those that lost most by it.
func (c *count) rounded() Shares {
	if c.whole.Sign() == 0 {
		return Shares{}
	}
	lost := new(big.Rat).Sub(c.whole, new(big.Rat).Add(c.yes, c.no))
	parts := [3]*big.Rat{c.yes, c.no, lost}
	var down [3]int
	var rest [3]*big.Rat
	missing := coop.AllVotes
	for i, p := range parts {
		exact := new(big.Rat).Quo(new(big.Rat).Mul(p, big.NewRat(coop.AllVotes, 1)), c.whole)
		whole := new(big.Int).Quo(exact.Num(), exact.Denom())
		down[i], rest[i] = int(whole.Int64()), exact.Sub(exact, new(big.Rat).SetInt(whole))
		missing -= down[i]
	}
	for ; missing > 0; missing-- {
		most := 0
		for i := range rest {
			if rest[i].Cmp(rest[most]) > 0 {
				most = i
			}
		}
		down[most]++
		rest[most] = new(big.Rat)
	}
	return Shares{down[0], down[1], down[2]}
}

// hasMajority tells whether yes is more than half of the whole and reaches j, and whether it is half exactly.
func (c *count) hasMajority(j Majority) (passes, more, tied bool) {
	half := new(big.Rat).Mul(c.whole, big.NewRat(1, 2)).Cmp(c.yes)
	more, tied = half < 0, half == 0
	if j == (Majority{}) {
		return more, more, tied
	}
	need := new(big.Rat).Mul(c.whole, big.NewRat(int64(j.Of), int64(j.Parts)))
	return more && c.yes.Cmp(need) >= 0, more, tied
}
