package federation

import (
	"context"
	"errors"
	"slices"
	"strings"

	"toadlane/coop"
	"toadlane/federation/queue"
	"toadlane/federation/vocab"
	"toadlane/internal/limits"
	"toadlane/internal/outbound"
	"toadlane/internal/strictjson"
	"toadlane/region"
)

// tellSigned sends the council a charter that we signed, with all signatures under it that are known here.
func (n *Node) tellSigned(ctx context.Context, e queue.Event) ([]told, error) {
	t, _, err := n.regionTold(ctx, e)
	if err != nil {
		return nil, err
	}
	r, err := n.Region.Store.At(ctx).Region(t.Region)
	if err != nil {
		return nil, err
	}
	to, err := n.councilTargets(ctx, &r)
	if err != nil {
		return nil, err
	}
	return n.shareCharters(ctx, e, &r, n.addr.Coop(), to, t.Signed)
}

// tellTurned brings who takes part here to a charter that came into force, and tells of it: the account that hosts by it tells all who take part, another
// co-op of the council tells the council and who hosted until then, and whoever else noticed tells nobody.
func (n *Node) tellTurned(ctx context.Context, e queue.Event) ([]told, error) {
	t, _, err := n.regionTold(ctx, e)
	if err != nil {
		return nil, err
	}
	if err := n.settleRegion(ctx, t.Region); err != nil {
		return nil, err
	}
	r, err := n.Region.Store.At(ctx).Region(t.Region)
	if err != nil || r.State != region.Joined {
		return nil, err
	}
	_, sits := r.Charter.Seat(n.addr.Coop())
	switch {
	case r.Hosted:
		to, err := n.takingPart(ctx, r.ID)
		if err != nil {
			return nil, err
		}
		return n.shareCharters(ctx, e, &r, r.Charter.Host, to, r.Charter.ID)
	case sits:
		to, err := n.councilTargets(ctx, &r)
		if err != nil {
			return nil, err
		}
		for _, account := range []coop.IRI{t.Before, r.Charter.Host} {
			if target, ok, err := n.targetOf(ctx, account); err != nil {
				return nil, err
			} else if ok {
				to = append(to, target)
			}
		}
		return n.shareCharters(ctx, e, &r, n.addr.Coop(), to, r.Charter.ID)
	}
	return nil, nil
}

// councilTargets is where the other co-ops of a council are reached, and those of the one before.
func (n *Node) councilTargets(ctx context.Context, r *region.Region) (to []queue.Target, err error) {
	all, err := n.Region.Store.At(ctx).Charters(r.ID)
	if err != nil {
		return nil, err
	}
	seats := slices.Clone(r.Charter.Council)
	for _, c := range all {
		if c.ID == r.Charter.Previous {
			seats = append(seats, c.Council...)
		}
	}
	return n.seatTargets(ctx, seats)
}

// seatTargets is where the other co-ops of some seats are reached, each once.
func (n *Node) seatTargets(ctx context.Context, seats []region.Seat) (to []queue.Target, err error) {
	seen := map[coop.IRI]bool{n.addr.Coop(): true}
	for _, s := range seats {
		if seen[s.Coop] {
			continue
		}
		seen[s.Coop] = true
		if t, ok, err := n.targetOf(ctx, s.Coop); err != nil {
			return nil, err
		} else if ok {
			to = append(to, t)
		}
	}
	return to, nil
}

// shareCharters sends a charter, those that it follows as far as they fit, and the signatures under them.
func (n *Node) shareCharters(ctx context.Context, e queue.Event, r *region.Region, from coop.IRI, to []queue.Target, id region.ID) ([]told, error) {
	read := n.Region.Store.At(ctx)
	charters, err := read.Charters(r.ID)
	if err != nil {
		return nil, err
	}
	marks, err := read.Marks(r.ID)
	if err != nil {
		return nil, err
	}
	var papers [][]byte
	size := 0
	for next := id; next != "" && size < limits.ChartersShared; {
		i := slices.IndexFunc(charters, func(c region.Charter) bool { return c.ID == next })
		if i < 0 {
			break
		}
		c := &charters[i]
		papers = append(papers, c.Bytes)
		size += len(c.Bytes)
		for _, m := range marks {
			if m.Charter == c.ID {
				papers = append(papers, m.Bytes)
				size += len(m.Bytes)
			}
		}
		next = c.Previous
	}
	w, _, err := n.writer(ctx)
	if err != nil {
		return nil, err
	}
	object, _ := papersAt(n.addr.Coop(), r.ID)
	doc, err := w.ShareCharters(n.addr.Activity(e.Event.ID), e.Event.At, from, object, []coop.IRI{n.addr.Of(r.Charter.Host, "members")}, papers...)
	if err != nil {
		return nil, err
	}
	return n.tellMany(ctx, e, "Update", from, object, doc, to)
}

// tellMoved sends the followers of our account of a region on to the account that hosts it now.
func (n *Node) tellMoved(ctx context.Context, e queue.Event) ([]told, error) {
	t, w, err := n.regionTold(ctx, e)
	if err != nil {
		return nil, err
	}
	doc, err := w.MoveRegion(n.addr.Activity(e.Event.ID), e.Event.At, t.Before, t.Host)
	if err != nil {
		return nil, err
	}
	a, err := n.activity(ctx, e.Event.ID, "Move", t.Before, t.Before, true, e.Event.At, doc)
	return []told{{activity: a, sender: t.Before, to: queue.Fanout{Followers: t.Before}}}, err
}

// takePapers takes charters and signatures that somebody handed on: they are believed for what they are. What they can't be followed by here is read.
func (n *Node) takePapers(ctx context.Context, in received, charters []region.Charter, marks []region.Mark) error {
	of := map[region.ID]bool{}
	for i := range charters {
		of[charters[i].Of()] = true
	}
	for id := range of {
		was, err := n.Region.Store.At(ctx).Region(id)
		if err != nil || !takesPart(&was) {
			if err != nil && coop.ClassOf(err) != coop.NotFound {
				return err
			}
			continue
		}
		mine := slices.DeleteFunc(slices.Clone(charters), func(c region.Charter) bool { return c.Of() != id })
		now, err := n.Region.HearCharters(ctx, id, mine, marks)
		if err != nil {
			return err
		}
		missing := slices.ContainsFunc(mine, func(c region.Charter) bool { return c.Version > now.Charter.Version+1 })
		if here, err := n.Region.Store.At(ctx).ListHere(id, now.Charter.Root); now.Charter.ID != was.Charter.ID && now.Charter.Root != "" && (err != nil || !here) {
			missing = true
		}
		if missing {
			from := in.peer
			if err := n.readPapersOf(ctx, &now, from, in.budget); err != nil {
				n.Log.Info("read a region's papers", "region", string(id), "from", string(from), "error", err)
				if err := n.readSoon(ctx, id); err != nil {
					return err
				}
			}
		} else {
			at, _ := papersAt(in.peer, id)
			n.readAreas(ctx, &now, at, in.budget)
		}
		if err := n.settleRegion(ctx, id); err != nil {
			return err
		}
	}
	return nil
}

// readPapersOf reads charters and the list of the one in force from where somebody serves them: every member does, under the region's id.
func (n *Node) readPapersOf(ctx context.Context, r *region.Region, from coop.IRI, budget *outbound.Budget) error {
	at, _ := papersAt(from, r.ID)
	all, marks, err := n.readCharters(ctx, from, at, budget)
	if err != nil {
		return err
	}
	if *r, err = n.Region.HearCharters(ctx, r.ID, all, marks); err != nil {
		return err
	}
	if err := n.readList(ctx, r, from, at, budget); err != nil {
		return err
	}
	n.readAreas(ctx, r, at, budget)
	return nil
}

// askCharters reads the charters that a member has, beside the host's: when they make another head it becomes ours, with its list. It tells whether the
// member answered.
func (n *Node) askCharters(ctx context.Context, r *region.Region, member coop.IRI) bool {
	err := n.readPapersOf(ctx, r, member, outbound.NewBudget(limits.CharterPages+limits.ListPages+limits.RegionAreas+limits.Redirects))
	if err == nil {
		err = n.settleRegion(ctx, r.ID)
	}
	if err != nil && ctx.Err() == nil {
		n.Log.Info("read a region's charters from a member", "region", string(r.ID), "member", string(member), "error", err)
	}
	return err == nil
}

// readList reads the list with which the charter in force begins, unless it is here; charters is where the charters were read.
func (n *Node) readList(ctx context.Context, r *region.Region, from, charters coop.IRI, budget *outbound.Budget) error {
	root := r.Charter.Root
	if root == "" {
		return nil
	}
	if here, err := n.Region.Store.At(ctx).ListHere(r.ID, root); err != nil || here {
		return err
	}
	at := coop.IRI(strings.TrimSuffix(string(charters), "charters")) + "lists/" + coop.IRI(root)
	var lines []region.Line
	if _, err := n.eachPage(ctx, from, at, "", limits.ListPages, budget, func(page strictjson.Object) (bool, error) {
		for _, o := range page.Objects("orderedItems") {
			l, err := vocab.DecodeRegionLine(o)
			if err != nil {
				return false, err
			}
			lines = append(lines, l)
		}
		return true, nil
	}); err != nil {
		return err
	}
	return n.Store.Write(ctx, func(tx queue.Tx) error { return n.Region.HearList(tx, r.ID, root, lines) })
}

// readAreas reads the areas that charters name and that are not here, some of them; charters is where the charters were read. Nothing but words and a picture
// hangs on them, so that one which can't be had is asked for again at the next visit, and no more.
func (n *Node) readAreas(ctx context.Context, r *region.Region, charters coop.IRI, budget *outbound.Budget) {
	missing, err := region.AreasMissing(n.Region.Store.At(ctx), r)
	for i, id := range missing {
		if i < limits.RegionAreas {
			err = errors.Join(err, n.readArea(ctx, r.ID, id, charters, budget))
		}
	}
	if err != nil && ctx.Err() == nil {
		n.Log.Info("read where a region is", "region", string(r.ID), "at", string(charters), "error", err)
	}
}

func (n *Node) readArea(ctx context.Context, of, id region.ID, charters coop.IRI, budget *outbound.Budget) error {
	at := coop.IRI(strings.TrimSuffix(string(charters), "charters")) + "areas/" + coop.IRI(id)
	doc, err := n.fetch(ctx, outbound.KindCollection, at, budget)
	if err != nil {
		return err
	}
	a, err := vocab.DecodeArea(doc.Object)
	if err == nil && a.ID != id { // whoever serves it may be anybody
		err = coop.Errorf(coop.Invalid, "area.malformed", "area %s came as %s", id, a.ID)
	}
	if err != nil {
		return err
	}
	return n.Store.Write(ctx, func(tx queue.Tx) error { return n.Region.HearArea(tx, of, a) })
}

// settleRegion judges all parts in a region by the charter in force, some in a transaction, and brings our follows to it. While the list is missing
// with which the charter begins, all stays as it is.
func (n *Node) settleRegion(ctx context.Context, id region.ID) error {
	for {
		more, settled := false, 0
		err := n.Store.Write(ctx, func(tx queue.Tx) error {
			changed, rest, err := n.Region.Settle(tx, id)
			if err != nil {
				return err
			}
			more, settled = rest, len(changed)
			for _, who := range changed {
				if err := n.reconcile(tx, who); err != nil {
					return err
				}
			}
			return nil
		})
		switch {
		case coop.KeyOf(err) == "list.unknown":
			return nil
		case err != nil:
			return err
		}
		if settled > 0 {
			n.Changed()
			n.Wake()
		}
		if !more {
			return nil
		}
	}
}
