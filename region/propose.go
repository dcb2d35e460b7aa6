package region

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"toadlane/coop"
)

// MaxProposals is how many charters of one region wait for signatures at once.
const MaxProposals = 20

// Change is what a steward of a council co-op wants a region's next charter to say. What is nil or zero stays as it is.
type Change struct {
	Here    bool // this node is to host it from then on
	Name    coop.Text
	Story   coop.Text
	Joining Joining
	Absence int
	Expects []coop.IRI // with Expected
	// Expected tells that Expects is meant, also when it is empty.
	Expected bool
	Council  []coop.IRI // nil: as it is
	Area     *Area      // nil: as it is; one that says nothing takes it away
}

// Propose writes the next charter of a region, signs it in our co-op's name and sends it to the council; it comes into force when enough of the council
// signed it. Stewards of a council co-op may. Errors: Invalid about a field; Forbidden, key council.only, when ours is not in the council; Conflict,
// key charter.stale, when we hold too little of the region to say who takes part; TooMany, key charter.many.
func (s *Service) Propose(ctx context.Context, by coop.Actor, slug string, change Change) (Charter, error) {
	if err := mustSteward(by, "propose a charter"); err != nil {
		return Charter{}, err
	}
	c, err := s.propose(ctx, by, slug, change)
	if err != nil {
		return c, fmt.Errorf("propose a charter of %s: %w", slug, err)
	}
	return c, nil
}

func (s *Service) propose(ctx context.Context, by coop.Actor, slug string, change Change) (Charter, error) {
	r, err := s.councilRegion(ctx, by, slug)
	if err != nil {
		return Charter{}, err
	}
	at := s.read(ctx)
	next := r.Charter
	next.ID, next.Bytes, next.Region, next.Version, next.Previous = "", nil, r.ID, r.Charter.Version+1, r.Charter.ID
	all, err := at.Charters(r.ID)
	if err != nil {
		return next, err
	}
	next.Attempt = 1
	for _, c := range all {
		if c.Previous == r.Charter.ID && c.Attempt >= next.Attempt {
			next.Attempt = c.Attempt + 1
		}
	}
	if change.Name != nil {
		next.Name = change.Name
	}
	if change.Story != nil {
		next.Story = change.Story
	}
	if change.Joining != "" {
		next.Joining = change.Joining
	}
	if change.Absence != 0 {
		next.Absence = change.Absence
	}
	if change.Expected {
		next.Expects = change.Expects
	}
	var area Area
	if change.Area != nil {
		if area, err = s.written(*change.Area); err != nil {
			return next, err
		}
		next.Area = area.ID
	}
	if change.Council != nil {
		if next.Council, err = s.council(at, &r, change.Council); err != nil {
			return next, err
		}
		next.Need = len(next.Council)/2 + 1
	}
	if change.Here {
		next.Slug, next.Host = r.Slug, s.Papers.Account(r.Slug)
		if next.HostKey, err = s.Papers.Key(ctx, next.Host); err != nil {
			return next, err
		}
	}
	lines, err := lines(at, &r)
	if err != nil {
		return next, err
	}
	next.Root = Root(lines)
	if err := next.Validate(); err != nil {
		return next, err
	}
	if next, err = s.Papers.Charter(next); err != nil {
		return next, err
	}
	mark, err := s.Papers.Mark(ctx, next.ID)
	if err != nil {
		return next, err
	}
	err = s.Store.Write(ctx, func(tx Tx) error {
		if r, err = tx.Region(r.ID); err != nil {
			return err
		}
		if r.Charter.ID != next.Previous {
			return coop.Errorf(coop.Conflict, "charter.stale", "charter %s is in force by now", r.Charter.ID)
		}
		if err := s.maySign(tx, &r, &next); err != nil {
			return err
		}
		if err := errors.Join(keepArea(tx, r.ID, area), tx.PutCharter(r.ID, next), tx.PutMark(r.ID, next.Version, next.Attempt, mark)); err != nil {
			return err
		}
		if err := tx.PutList(r.ID, next.Root, lines); err != nil {
			return err
		}
		return s.signed(tx, by, &r, mark)
	})
	return next, err
}

// councilRegion gives a region in whose council our co-op is.
func (s *Service) councilRegion(ctx context.Context, by coop.Actor, slug string) (Region, error) {
	r, err := s.Region(ctx, by, slug)
	if err != nil {
		return r, err
	}
	if err := unmarked(&r); err != nil {
		return r, err
	}
	seat, sits := r.Charter.Seat(s.Actor)
	if !sits {
		return r, coop.Errorf(coop.Forbidden, "council.only", "%s is not in the council of %s", s.Actor, slug)
	}
	key, err := s.Papers.Key(ctx, s.Actor)
	if err == nil && key != seat.Key {
		err = coop.Errorf(coop.Conflict, "council.key", "our seat has the key %s, ours is %s", seat.Key, key)
	}
	return r, err
}

// council makes seats of co-ops that take part and say so themselves. Who sits already keeps its key.
func (s *Service) council(r Reader, of *Region, who []coop.IRI) (seats []Seat, err error) {
	for _, w := range who {
		if seat, sits := of.Charter.Seat(w); sits {
			seats = append(seats, seat)
			continue
		}
		p, err := r.Part(of.ID, w)
		if err != nil {
			return nil, err
		}
		if !p.Counts() {
			return nil, coop.FieldError("council", "council.outside", map[string]any{"Coop": p.Entry.Name})
		}
		seats = append(seats, Seat{w, p.Entry.Key})
	}
	slices.SortFunc(seats, func(a, b Seat) int { return compareIRI(a.Coop, b.Coop) })
	return slices.CompactFunc(seats, func(a, b Seat) bool { return a.Coop == b.Coop }), nil
}

func compareIRI(a, b coop.IRI) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

// lines is who takes part by the charter in force, as this node knows it.
func lines(r Reader, of *Region) (out []Line, err error) {
	for cursor := ""; ; {
		list, next, err := r.Parts(of.ID, In, 200, cursor)
		if err != nil {
			return nil, err
		}
		for i := range list {
			p := &list[i]
			a := p.Admission(&of.Charter)
			if p.Under != of.Charter.ID || a == nil {
				return nil, coop.Errorf(coop.Unavailable, "charter.stale", "%s is not settled by %s", p.Coop, of.Charter.ID)
			}
			out = append(out, Line{p.Coop, p.Entry.ID, a.ID})
		}
		if cursor = next; cursor == "" {
			return out, nil
		}
	}
}

// maySign tells whether we may put our name under a charter: at most under one in each attempt, and not under too many at once.
func (s *Service) maySign(tx Tx, r *Region, c *Charter) error {
	marks, err := tx.Marks(r.ID)
	if err != nil {
		return err
	}
	charters, err := tx.Charters(r.ID)
	if err != nil {
		return err
	}
	waiting := 0
	for i := range charters {
		x := &charters[i]
		if x.Previous == r.Charter.ID && x.ID != c.ID {
			waiting++
		}
		for _, m := range marks {
			if m.Coop == s.Actor && m.Charter == x.ID && x.ID != c.ID && x.Version == c.Version && x.Attempt == c.Attempt {
				return coop.Errorf(coop.Conflict, "charter.signed", "we signed %s in that attempt", x.ID)
			}
		}
	}
	if waiting >= MaxProposals {
		return coop.Errorf(coop.TooMany, "charter.many", "%d charters wait", waiting)
	}
	return nil
}

// Countersign puts our co-op's name under a proposed charter. Stewards of a council co-op may. Errors: NotFound, key charter.none; Forbidden, key
// council.only; Conflict, key charter.signed, when we signed another in that attempt, and key charter.stale, when it does not follow the one in force.
func (s *Service) Countersign(ctx context.Context, by coop.Actor, slug string, id ID) error {
	if err := mustSteward(by, "sign a charter"); err != nil {
		return err
	}
	if err := s.countersign(ctx, by, slug, id); err != nil {
		return fmt.Errorf("sign charter %s of %s: %w", id, slug, err)
	}
	return nil
}

func (s *Service) countersign(ctx context.Context, by coop.Actor, slug string, id ID) error {
	r, err := s.councilRegion(ctx, by, slug)
	if err != nil {
		return err
	}
	mark, err := s.Papers.Mark(ctx, id)
	if err != nil {
		return err
	}
	return s.Store.Write(ctx, func(tx Tx) error {
		if r, err = tx.Region(r.ID); err != nil {
			return err
		}
		all, err := tx.Charters(r.ID)
		if err != nil {
			return err
		}
		i := slices.IndexFunc(all, func(c Charter) bool { return c.ID == id })
		if i < 0 {
			return coop.Errorf(coop.NotFound, "charter.none", "no charter %s", id)
		}
		c := &all[i]
		if c.Previous != r.Charter.ID {
			return coop.Errorf(coop.Conflict, "charter.stale", "it follows %s, in force is %s", c.Previous, r.Charter.ID)
		}
		if err := s.maySign(tx, &r, c); err != nil {
			return err
		}
		if err := tx.PutMark(r.ID, c.Version, c.Attempt, mark); err != nil {
			return err
		}
		return s.signed(tx, by, &r, mark)
	})
}

// signed brings the charter in force to what is signed by now, and tells the council of a signature of ours. What is signed is few and short, and its
// signatures are looked at here, inside of the transaction.
func (s *Service) signed(tx Tx, by coop.Actor, r *Region, mark Mark) error {
	if err := s.tell(tx, coop.RegionSigned, by, r, Told{Coop: s.Actor, Signed: mark.Charter}); err != nil {
		return err
	}
	return s.turn(tx, by, r)
}

// turn brings a region to the charter that is in force by what is kept, tells the others when that is another than before, and keeps it.
func (s *Service) turn(tx Tx, by coop.Actor, r *Region) error {
	charters, marks, err := papers(tx, r.ID)
	if err != nil {
		return err
	}
	chain, err := s.chain(r.ID, charters, marks)
	if err != nil {
		return err
	}
	return s.turnTo(tx, by, r, chain)
}

func (s *Service) turnTo(tx Tx, by coop.Actor, r *Region, chain *Chain) error {
	was := r.Charter
	r.follow(chain, s.now())
	if r.Charter.ID == was.ID {
		return tx.PutRegion(*r)
	}
	ours := r.State == Joined && r.Charter.Host == s.Papers.Account(r.Slug)
	moved := was.Host != r.Charter.Host
	left := r.Hosted && !ours
	r.Hosted = ours
	r.Pulled, r.ETag = time.Time{}, "" // the list with which it begins may still have to be read, whatever happens to this process
	if err := tx.PutRegion(*r); err != nil {
		return err
	}
	if r.State != Joined {
		return nil
	}
	if err := s.tell(tx, coop.RegionTurned, by, r, Told{Coop: s.Actor, Before: was.Host}); err != nil {
		return err
	}
	if left {
		if err := s.tell(tx, coop.RegionMoved, by, r, Told{Coop: s.Actor, Before: was.Host}); err != nil {
			return err
		}
	}
	if moved {
		return s.tellOurselves(tx, by) // it names the account of the region
	}
	return nil
}

// Proposal is a charter that waits for signatures.
type Proposal struct {
	Charter Charter
	Signed  []coop.IRI // who of the council signed it
	Ours    bool       // we did
}

// Council is what members see of how a region is ruled.
type Council struct {
	Proposals []Proposal
	Rival     *Charter   // what those prefer who are bound to nothing, when it is not in force here
	Twice     []coop.IRI // who signed two charters in one attempt
	Sits      bool       // our co-op does
	HostGone  bool       // the host has not answered for longer than the charter says
}

// Council gives what members see of how a region is ruled: who sits there speaks for all of them. Members may. Errors: Unauthenticated; NotFound.
func (s *Service) Council(ctx context.Context, by coop.Actor, slug string) (Council, error) {
	var out Council
	if !by.CanPost() {
		return out, coop.Errorf(coop.Unauthenticated, "login.required", "see a council as %s", by)
	}
	r, err := s.Region(ctx, by, slug)
	if err != nil {
		return out, err
	}
	charters, marks, err := papers(s.read(ctx), r.ID)
	if err != nil {
		return out, fmt.Errorf("council of %s: %w", slug, err)
	}
	chain, err := s.chain(r.ID, charters, marks)
	if err != nil {
		return out, fmt.Errorf("council of %s: %w", slug, err)
	}
	for i := range charters {
		c := &charters[i]
		if c.Previous != r.Charter.ID {
			continue
		}
		p := Proposal{Charter: *c}
		for _, m := range chain.Marks(c.ID) {
			if chain.counts(c, m) && !slices.Contains(p.Signed, m.Coop) {
				p.Signed = append(p.Signed, m.Coop)
				p.Ours = p.Ours || m.Coop == s.Actor
			}
		}
		out.Proposals = append(out.Proposals, p)
	}
	_, out.Sits = r.Charter.Seat(s.Actor)
	out.Rival, out.Twice = chain.Rival(r.Anchor), chain.Twice()
	out.HostGone = s.HostGone(&r)
	return out, nil
}

// Unsigned counts the proposals in a region that wait for our signature: those that follow the charter in force, unless we signed them or another in
// their attempt. It looks at no signature, so that it can be asked often. The node itself may.
func (s *Service) Unsigned(ctx context.Context, r *Region) (n int, err error) {
	if _, sits := r.Charter.Seat(s.Actor); !sits || r.State != Joined {
		return 0, nil
	}
	charters, marks, err := papers(s.read(ctx), r.ID)
	if err != nil {
		return 0, fmt.Errorf("what waits in region %s: %w", r.ID, err)
	}
	signed := map[int]bool{} // attempts
	for i := range charters {
		c := &charters[i]
		if c.Previous == r.Charter.ID && slices.ContainsFunc(marks, func(m Mark) bool { return m.Coop == s.Actor && m.Charter == c.ID }) {
			signed[c.Attempt] = true
		}
	}
	for i := range charters {
		if c := &charters[i]; c.Previous == r.Charter.ID && !signed[c.Attempt] {
			n++
		}
	}
	return n, nil
}

// HostGone tells whether the host of a region that we take part in has not answered for longer than its charter says.
func (s *Service) HostGone(r *Region) bool {
	return !r.Hosted && r.State == Joined && s.now().Sub(r.Heard) > time.Duration(r.Charter.Absence)*24*time.Hour
}

// Choose takes another charter that stands as the one in force, where two stand beside each other and we were bound to one. Stewards may. Errors:
// NotFound, key charter.none.
func (s *Service) Choose(ctx context.Context, by coop.Actor, slug string, id ID) error {
	if err := mustSteward(by, "choose a charter"); err != nil {
		return err
	}
	r, err := s.Region(ctx, by, slug)
	if err != nil {
		return err
	}
	err = s.Store.Write(ctx, func(tx Tx) error {
		if r, err = tx.Region(r.ID); err != nil {
			return err
		}
		charters, marks, err := papers(tx, r.ID)
		if err != nil {
			return err
		}
		chain, err := s.chain(r.ID, charters, marks)
		if err != nil {
			return err
		}
		if chain.Charter(id) == nil {
			return coop.Errorf(coop.NotFound, "charter.none", "charter %s does not stand", id)
		}
		r.Anchor, r.Turned = id, s.now()
		return s.turnTo(tx, by, &r, chain)
	})
	if err != nil {
		return fmt.Errorf("choose charter %s of %s: %w", id, slug, err)
	}
	return nil
}

// HearList takes the list with which a charter in force begins, from whoever had it. Errors: NotFound; Invalid, key list.malformed, when it is another list.
func (s *Service) HearList(tx Tx, id, root ID, lines []Line) error {
	r, err := tx.Region(id)
	if err == nil && (root != r.Charter.Root || Root(lines) != root) {
		err = coop.Errorf(coop.Invalid, "list.malformed", "%d lines do not make %s", len(lines), root)
	}
	if err != nil {
		return fmt.Errorf("list of region %s: %w", id, err)
	}
	return tx.PutList(id, root, lines)
}

// settleAtOnce is how many parts are settled in one transaction.
const settleAtOnce = 100

// Settle brings parts to the charter in force, some at a time: after a new one came, every part is judged by it. It tells whose part changed, and whether
// more are left. Errors: NotFound, key list.unknown, while the list with which the charter begins is not here.
func (s *Service) Settle(tx Tx, id ID) (changed []coop.IRI, more bool, err error) {
	r, err := tx.Region(id)
	if err != nil {
		return nil, false, err
	}
	behind, err := tx.PartsBehind(id, r.Charter.ID, settleAtOnce)
	if err != nil || len(behind) == 0 {
		return nil, false, err
	}
	if r.Charter.Root != "" {
		here, err := tx.ListHere(id, r.Charter.Root)
		if err == nil && !here {
			err = coop.Errorf(coop.NotFound, "list.unknown", "the list %s is not here", r.Charter.Root)
		}
		if err != nil {
			return nil, false, err
		}
	}
	for i := range behind {
		p := &behind[i]
		was := p.Counts()
		if err := lookUp(tx, &r, p); err != nil {
			return nil, false, err
		}
		p.settle(&r.Charter, s.now())
		if p.Own {
			if err := s.heardOfUs(tx, &r, p); err != nil {
				return nil, false, err
			}
		}
		if p.Counts() != was {
			changed = append(changed, p.Coop)
		}
		if err := tx.PutPart(*p); err != nil {
			return nil, false, err
		}
	}
	return changed, len(behind) == settleAtOnce, nil
}

// lookUp notes the line with which the list of the charter in force names a co-op.
func lookUp(r Reader, of *Region, p *Part) error {
	if of.Charter.Root == "" || slices.ContainsFunc(p.Listed, func(l Listed) bool { return l.Root == of.Charter.Root }) {
		return nil
	}
	l, err := r.Line(of.ID, of.Charter.Root, p.Coop)
	if err == nil {
		p.list(of.Charter.Root, l)
	}
	if err != nil && coop.ClassOf(err) != coop.NotFound {
		return err
	}
	return nil
}
