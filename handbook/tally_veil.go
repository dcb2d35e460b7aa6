package handbook

import (
	"slices"

	"toadlane/coop"
)

// MinVeiled is how many answers a constituency has at least whose figures are shown by themselves after a secret vote.
const MinVeiled = 3

// veil puts constituencies with few answers together with each other, and with the next smallest where they alone would still be few or
// where one would follow from the sum of all. By shares the weights are left out then, since they would tell; the outcome stays. A co-op
// with one constituency, or with fewer answers than MinVeiled, has nothing to put them together with: the form that opens the motion says so.
func (t Tally) veil(votes coop.VoteMode) Tally {
	order := make([]int, len(t.Groups))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return t.Groups[a].answered() - t.Groups[b].answered() })
	var together GroupTally
	hidden := map[int]bool{}
	for _, n := range order {
		g := &t.Groups[n]
		few := g.answered() < MinVeiled || len(hidden) > 0 && (len(hidden) < 2 || together.answered() < MinVeiled)
		if g.answered() == 0 || !few {
			continue
		}
		hidden[n] = true
		together.Share, together.Heads = together.Share+g.Share, together.Heads+g.Heads
		together.For, together.Against, together.Abstain = together.For+g.For, together.Against+g.Against, together.Abstain+g.Abstain
	}
	if len(hidden) < 2 {
		return t
	}
	var shown []GroupTally
	for n, g := range t.Groups {
		if !hidden[n] {
			shown = append(shown, g)
		}
	}
	t.Groups, t.Veiled = append(shown, together), true
	if votes == coop.ByShare {
		t.Shares = Shares{}
	}
	return t
}
