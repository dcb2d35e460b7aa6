package region

import (
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"toadlane/coop"
)

// world is a region whose co-ops cannot always reach each other, some of which lie.
type world struct {
	t     *rapid.T
	nodes []*simNode
	first *Charter
	where []int // the island on which each node is
	salt  int
	wants map[int]bool // honest co-ops: whether their last word was to take part
	spoke map[coop.IRI]bool
	votes bool            // the council lets in
	all   map[ID]*Charter // every charter that was ever written
}

// simNode is one co-op's node: what it heard, what it signed, and whether it keeps to the rules.
type simNode struct {
	n       int
	lies    bool
	chain   *Chain
	roll    *Roll
	docs    map[string]func(*simNode) // all that it heard, by a name of it, to hand on
	signed  map[[2]int]ID             // version and attempt
	offered []*Charter                // proposals it heard of
	votes   []Vote                    // that it heard of
}

func (x *simNode) hear(name string, what func(*simNode)) {
	if x.docs[name] == nil {
		x.docs[name] = what
		what(x)
	}
}

func (w *world) charterDoc(x *simNode, c *Charter) {
	w.all[c.ID] = c
	x.hear("c"+string(c.ID), func(y *simNode) {
		_, _ = y.chain.Add(w.first.ID, c)
		y.offered = append(y.offered, c)
	})
}

func (w *world) markDoc(x *simNode, m Mark) {
	x.hear("m"+string(m.Bytes), func(y *simNode) { _, _ = y.chain.Add(w.first.ID, nil, m) })
}

func (w *world) entryDoc(x *simNode, e *Entry) {
	w.spoke[e.Coop] = true
	x.hear("e"+string(e.ID), func(y *simNode) { y.roll.AddEntry(e) })
}

func (w *world) admissionDoc(x *simNode, a *Admission) {
	x.hear("a"+string(a.ID), func(y *simNode) {
		if w.all[a.Charter].Allows(a, check) == nil {
			y.roll.AddAdmission(a)
		}
	})
}

func (w *world) voteDoc(x *simNode, v Vote) {
	x.hear("v"+string(v.Bytes), func(y *simNode) { y.votes = append(y.votes, v) })
}

// favour is a yes of a co-op to whoever asks, in the name of the charter in force; who lies says it for everybody, in the name of all that it sits in.
func (w *world) favour(x *simNode) {
	in := []*Charter{x.chain.Head("")}
	if x.lies {
		in = x.offered
	}
	who := rapid.IntRange(0, len(w.nodes)-1).Draw(w.t, "for")
	for _, c := range in {
		if _, sits := c.Seat(iri(x.n)); !sits {
			continue
		}
		if e := x.roll.entries[iri(who)]; e != nil && !e.Left {
			v := vote(c, x.n, who, e.Serial)
			v.Bytes = signs(key(x.n), name("yes", c.ID, x.n, who, e.Serial))
			w.voteDoc(x, v)
		}
	}
}

// carry puts the votes into a word of a host that it rests on. A host that lies leaves out none that it has, of whatever charter.
func (w *world) carry(x *simNode, a *Admission) {
	for _, v := range x.votes {
		if v.Coop == a.Coop && (x.lies || v.Charter == a.Charter && v.Serial <= a.Serial && v.Serial > x.roll.left[a.Coop]) {
			a.Votes = append(a.Votes, v)
		}
	}
}

func (w *world) listDoc(x *simNode, lines []Line) {
	x.hear("l"+string(Root(lines)), func(y *simNode) { y.roll.AddList(lines) })
}

// meet lets two nodes tell each other all they heard.
func meet(a, b *simNode) {
	for name, what := range a.docs {
		b.hear(name, what)
	}
	for name, what := range b.docs {
		a.hear(name, what)
	}
}

// speak is a co-op's word about its own part. One that was restored from a backup asks others for its number first, as the rules say.
func (w *world) speak(x *simNode, left bool) {
	w.salt++
	h := x.chain.Head("")
	w.entryDoc(x, &Entry{ID: name("e", x.n, w.salt), Region: w.first.ID, Charter: h.ID, Coop: iri(x.n), Serial: x.roll.Serial(iri(x.n)), Key: key(x.n), Name: "N", Ties: []Tie{{Relation: Member}}, Left: left})
	if !x.lies {
		w.wants[x.n] = !left
	}
}

// host is what the host of a charter says: an honest one under the charter in force, one that lies under any that it ever hosted.
func (w *world) host(x *simNode) {
	var hosted []*Charter
	for _, c := range x.offered {
		if c.HostKey == "host"+key(x.n) && x.chain.Charter(c.ID) != nil && (x.lies || c == x.chain.Head("")) {
			hosted = append(hosted, c)
		}
	}
	if len(hosted) == 0 {
		return
	}
	c := rapid.SampledFrom(hosted).Draw(w.t, "in the name of")
	who := iri(rapid.IntRange(0, len(w.nodes)-1).Draw(w.t, "about"))
	w.salt++
	a := &Admission{ID: name("a", x.n, w.salt), Region: w.first.ID, Charter: c.ID, Coop: who, Nth: x.roll.Nth(who, c), In: rapid.IntRange(0, 3).Draw(w.t, "in") > 0}
	if e := x.roll.entries[who]; e != nil {
		a.Serial = e.Serial
	} else if x.lies {
		a.Serial = 1
	} else {
		return
	}
	w.carry(x, a)
	w.admissionDoc(x, a)
}

// propose puts the next charter forward: another host, or another council of those who take part.
func (w *world) propose(x *simNode) {
	h := x.chain.Head("")
	if _, sits := h.Seat(iri(x.n)); !sits {
		return
	}
	council := h.Council
	var members []int
	for _, e := range x.roll.Members(h) {
		var n int
		_, _ = fmt.Sscanf(string(e.Coop), "https://c%d.", &n)
		members = append(members, n)
	}
	var seats []int
	if len(members) >= 3 && rapid.Bool().Draw(w.t, "another council") {
		seats = members[:3+(len(members)-3)/2*2]
	} else {
		for _, s := range council {
			var n int
			_, _ = fmt.Sscanf(string(s.Coop), "https://c%d.", &n)
			seats = append(seats, n)
		}
	}
	// So few who lie that they are not half of any council: the rules promise nothing else.
	liars := 0
	for _, n := range seats {
		if w.nodes[n].lies {
			liars++
		}
	}
	if liars > len(seats)-(len(seats)/2+1) {
		return
	}
	attempt := 1
	for _, c := range x.offered {
		if c.Version == h.Version+1 && c.Previous == h.ID {
			attempt = max(attempt, c.Attempt+rapid.IntRange(0, 1).Draw(w.t, "again"))
		}
	}
	w.salt++
	lines := x.roll.Lines(h)
	c := charter(h, attempt, rapid.SampledFrom(seats).Draw(w.t, "hosted by"), seats, w.salt)
	c.Root = Root(lines)
	if w.votes {
		c.Joining = ByCouncil
	}
	w.listDoc(x, lines)
	w.charterDoc(x, c)
	w.sign(x, c)
}

// sign countersigns: an honest co-op once an attempt, what follows the charter in force at its node; one that lies everything.
func (w *world) sign(x *simNode, c *Charter) {
	if !x.lies {
		slot := [2]int{c.Version, c.Attempt}
		if x.signed[slot] != "" || x.chain.Head("").ID != c.Previous || !x.roll.Holds(c) {
			return
		}
		for s := range x.signed { // nothing earlier after something later
			if s[0] == c.Version && s[1] > c.Attempt {
				return
			}
		}
		x.signed[slot] = c.ID
	}
	w.markDoc(x, mark(c, x.n))
}

// TestSimulation lets a region live with islands, late joiners, hosts that are gone and come back, and a minority that lies. At the end, when
// all can talk, all have one charter and one roll; no charter came about without an honest signature; nobody takes part who did not say so, nor, where the
// council lets in, without an honest vote.
func TestSimulation(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		size := rapid.IntRange(3, 9).Draw(t, "co-ops")
		w := &world{t: t, first: found(), where: make([]int, size), wants: map[int]bool{}, spoke: map[coop.IRI]bool{}, all: map[ID]*Charter{},
			votes: rapid.Bool().Draw(t, "the council lets in")}
		for n := range size {
			w.nodes = append(w.nodes, &simNode{n: n, chain: NewChain(check), roll: NewRoll(), docs: map[string]func(*simNode){}, signed: map[[2]int]ID{}})
		}
		for range rapid.IntRange(0, (size-1)/3).Draw(t, "liars") {
			w.nodes[rapid.IntRange(1, size-1).Draw(t, "liar")].lies = true
		}
		for _, x := range w.nodes {
			w.charterDoc(x, w.first)
			w.markDoc(x, mark(w.first, 0))
		}
		w.settle(rapid.SampledFrom([]int{1, 3, 5}).Draw(t, "council"))
		for range rapid.IntRange(20, 200).Draw(t, "steps") {
			x := w.nodes[rapid.IntRange(0, size-1).Draw(t, "node")]
			switch rapid.IntRange(0, 11).Draw(t, "step") {
			case 0:
				w.where[x.n] = rapid.IntRange(0, 1).Draw(t, "island")
			case 1:
				w.speak(x, rapid.IntRange(0, 4).Draw(t, "leaves") == 0)
			case 2:
				w.host(x)
			case 3:
				w.propose(x)
			case 4, 5:
				for _, c := range slices.Clone(x.offered) {
					w.sign(x, c)
				}
			case 6, 7:
				w.favour(x)
			default:
				if y := w.nodes[rapid.IntRange(0, size-1).Draw(t, "other")]; w.where[x.n] == w.where[y.n] {
					meet(x, y)
				}
			}
		}
		for range 2 {
			for _, x := range w.nodes {
				for _, y := range w.nodes {
					meet(x, y)
				}
			}
		}
		w.agree()
	})
}

// settle is how most regions begin: co-ops ask the founder, who admits them and then shares the council with some.
func (w *world) settle(council int) {
	founder := w.nodes[0]
	for _, x := range w.nodes {
		w.speak(x, false)
		meet(founder, x)
		e := founder.roll.entries[iri(x.n)]
		w.salt++
		w.admissionDoc(founder, &Admission{ID: name("a", w.salt), Region: w.first.ID, Charter: w.first.ID, Coop: e.Coop, Serial: e.Serial, Nth: 1, In: true})
	}
	if council > len(w.nodes) {
		return
	}
	seats, liars := []int{0}, 0
	for n := 1; n < len(w.nodes) && len(seats) < council; n++ {
		if w.nodes[n].lies {
			if liars++; liars > council-(council/2+1) {
				return
			}
		}
		seats = append(seats, n)
	}
	lines := founder.roll.Lines(w.first)
	c := charter(w.first, 1, seats[len(seats)-1], seats, "settled")
	c.Root = Root(lines)
	if w.votes {
		c.Joining = ByCouncil
	}
	w.listDoc(founder, lines)
	w.charterDoc(founder, c)
	w.sign(founder, c)
	for _, x := range w.nodes {
		if rapid.IntRange(0, 5).Draw(w.t, "hears of it") > 0 {
			meet(founder, x)
		}
	}
}

// agree holds the promises.
func (w *world) agree() {
	head := w.nodes[0].chain.Head("")
	roll := ""
	for i, x := range w.nodes {
		if h := x.chain.Head(""); h.ID != head.ID {
			w.t.Fatalf("node %d goes by %s, node 0 by %s", i, h.ID, head.ID)
		}
		said := ""
		for _, e := range x.roll.Members(head) {
			said += string(e.ID) + " "
			if !w.spoke[e.Coop] {
				w.t.Fatalf("%s takes part and never said so", e.Coop)
			}
			var n int
			_, _ = fmt.Sscanf(string(e.Coop), "https://c%d.", &n)
			if !w.nodes[n].lies && !w.wants[n] {
				w.t.Fatalf("%s left and is on the roll", e.Coop)
			}
			if a := x.roll.admission(e.Coop, head); w.all[a.Charter].Joining == ByCouncil && !slices.ContainsFunc(a.Votes, func(v Vote) bool {
				return v.Coop == e.Coop && slices.ContainsFunc(w.nodes, func(x *simNode) bool { return !x.lies && iri(x.n) == v.By })
			}) {
				w.t.Fatalf("%s takes part and nobody honest favoured it", e.Coop)
			}
		}
		if i == 0 {
			roll = said
		} else if said != roll {
			w.t.Fatalf("node %d has another roll", i)
		}
	}
	for _, c := range w.nodes[0].chain.way(head.ID)[1:] {
		honest := slices.ContainsFunc(w.nodes[0].chain.Marks(c.ID), func(m Mark) bool {
			return slices.ContainsFunc(w.nodes, func(x *simNode) bool { return !x.lies && iri(x.n) == m.Coop })
		})
		if !honest {
			w.t.Fatalf("charter %s stands without an honest signature", c.ID)
		}
	}
	for _, who := range w.nodes[0].chain.Twice() {
		if slices.ContainsFunc(w.nodes, func(x *simNode) bool { return !x.lies && iri(x.n) == who }) {
			w.t.Fatalf("%s kept to the rules and is said to have signed twice", who)
		}
	}
}
