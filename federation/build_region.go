package federation

import (
	"context"
	"slices"

	"toadlane/coop"
	"toadlane/federation/queue"
	"toadlane/federation/vocab"
	"toadlane/region"
)

const (
	partsAtOnce = 200  // read from the store
	extraAtOnce = 1000 // recipients of one fan-out
)

// tellAsked asks a region's account to let us take part; the event's id is that of the Join, which the answer names.
func (n *Node) tellAsked(ctx context.Context, e queue.Event) ([]told, error) {
	t, w, err := n.regionTold(ctx, e)
	if err != nil {
		return nil, err
	}
	doc, err := w.AskRegion(n.addr.Activity(e.Event.ID), e.Event.At, t.Host, t.Entry.Bytes)
	if err != nil {
		return nil, err
	}
	return n.tellOne(ctx, e, e.Event.ID, "Join", n.addr.Coop(), t.Host, doc)
}

// tellSaid tells a region's account what we bring into it from now on, or that we left, and everybody who takes part: it holds at once, also while the
// host is away.
func (n *Node) tellSaid(ctx context.Context, e queue.Event) ([]told, error) {
	t, w, err := n.regionTold(ctx, e)
	if err != nil {
		return nil, err
	}
	typ, object, write := "Update", n.addr.Of(t.Host, "words"), w.ChangeEntry
	if t.Entry.Left {
		typ, object, write = "Leave", t.Host, w.LeaveRegion
		if err := n.reconcileAll(ctx); err != nil {
			return nil, err
		}
	}
	doc, err := write(n.addr.Activity(e.Event.ID), e.Event.At, t.Host, t.Entry.Bytes)
	if err != nil {
		return nil, err
	}
	var to []queue.Target
	if in, err := n.letIn(ctx, t.Region); err != nil {
		return nil, err
	} else if in { // before that, what we asked is the host's business alone
		if to, err = n.takingPart(ctx, t.Region); err != nil {
			return nil, err
		}
	}
	if !t.Hosted {
		host, ok, err := n.targetOf(ctx, t.Host)
		if err != nil {
			return nil, err
		}
		if ok { // else it is gone: the others are told all the same
			to = append(to, host)
		}
	}
	return n.tellMany(ctx, e, typ, n.addr.Coop(), object, doc, to)
}

// letIn tells whether a region's host let us take part since we asked last.
func (n *Node) letIn(ctx context.Context, of region.ID) (bool, error) {
	read := n.Region.Store.At(ctx)
	r, err := read.Region(of)
	if err != nil {
		return false, err
	}
	p, err := read.Part(of, n.addr.Coop())
	if err != nil {
		if coop.ClassOf(err) == coop.NotFound {
			err = nil
		}
		return false, err
	}
	a := p.Admission(&r.Charter)
	return r.State == region.Joined || a != nil && a.In, nil
}

// tellAnswered tells a co-op that asked what its host said.
func (n *Node) tellAnswered(ctx context.Context, e queue.Event) ([]told, error) {
	t, w, err := n.regionTold(ctx, e)
	if err != nil {
		return nil, err
	}
	id, typ := n.addr.Activity(e.Event.ID), "Accept"
	if t.Join == "" { // it asked whoever hosted before
		t.Join = t.Coop
	}
	var doc []byte
	if t.Admission.In {
		doc, err = w.AcceptJoin(id, e.Event.At, t.Host, t.Join, t.Coop, t.Admission.Bytes)
	} else {
		typ = "Reject"
		doc, err = w.RejectJoin(id, e.Event.At, t.Host, t.Join, t.Coop, t.Why, t.Admission.Bytes)
	}
	if err != nil {
		return nil, err
	}
	return n.tellOne(ctx, e, e.Event.ID, typ, t.Host, t.Coop, doc)
}

// tellRolled tells everybody who takes part in a region that is hosted here, and whom it is about, what was said of that co-op's part.
func (n *Node) tellRolled(ctx context.Context, e queue.Event) ([]told, error) {
	t, w, err := n.regionTold(ctx, e)
	if err != nil {
		return nil, err
	}
	if err := n.Store.Write(ctx, func(tx queue.Tx) error { return n.reconcile(tx, t.Coop) }); err != nil { // a steward of ours may have decided it
		return nil, err
	}
	typ, write := "Remove", w.RemoveMember
	if t.Admission != nil && t.Admission.In && !t.Entry.Left {
		typ, write = "Add", w.AddMember
	}
	words := [][]byte{t.Entry.Bytes}
	if t.Admission != nil {
		words = append(words, t.Admission.Bytes)
	}
	doc, err := write(n.addr.Activity(e.Event.ID), e.Event.At, t.Host, t.Coop, words...)
	if err != nil {
		return nil, err
	}
	to, err := n.takingPart(ctx, t.Region)
	if err != nil {
		return nil, err
	}
	if t.Coop != n.addr.Coop() && !slices.ContainsFunc(to, func(x queue.Target) bool { return x.Actor == t.Coop }) {
		if target, ok, err := n.targetOf(ctx, t.Coop); err != nil {
			return nil, err
		} else if ok {
			to = append(to, target)
		}
	}
	return n.tellMany(ctx, e, typ, t.Host, t.Coop, doc, to)
}

// tellInvited asks a co-op to take part.
func (n *Node) tellInvited(ctx context.Context, e queue.Event) ([]told, error) {
	t, w, err := n.regionTold(ctx, e)
	if err != nil {
		return nil, err
	}
	doc, err := w.InviteCoop(n.addr.Activity(e.Event.ID), e.Event.At, t.Host, t.Coop, t.Region)
	if err != nil {
		return nil, err
	}
	return n.tellOne(ctx, e, e.Event.ID, "Invite", t.Host, t.Coop, doc)
}

// tellSettled tells nobody: we take part in a region now, or no more, and whom we follow follows from that.
func (n *Node) tellSettled(ctx context.Context, _ queue.Event) ([]told, error) {
	return nil, n.reconcileAll(ctx)
}

func (n *Node) regionTold(ctx context.Context, e queue.Event) (region.Told, vocab.Writer, error) {
	var t region.Told
	if err := e.Read(&t); err != nil {
		return t, vocab.Writer{}, err
	}
	w, _, err := n.writer(ctx)
	return t, w, err
}

// takingPart lists where the other co-ops of a region are reached. One that we never saw the actor of hears by its host, or when it reads.
func (n *Node) takingPart(ctx context.Context, of region.ID) ([]queue.Target, error) {
	var out []queue.Target
	for cursor := ""; ; {
		list, next, err := n.Region.Store.At(ctx).Parts(of, region.In, partsAtOnce, cursor)
		if err != nil {
			return nil, err
		}
		for _, p := range list {
			if p.Own {
				continue
			}
			t, ok, err := n.targetOf(ctx, p.Coop)
			if err != nil {
				return nil, err
			}
			if ok {
				out = append(out, t)
			}
		}
		if cursor = next; cursor == "" {
			return out, nil
		}
	}
}

// targetOf is where a co-op is reached, as far as that is known without asking: one that hangs must not keep the others from hearing.
func (n *Node) targetOf(ctx context.Context, who coop.IRI) (queue.Target, bool, error) {
	a, err := n.Store.Actor(ctx, who)
	switch {
	case err == nil && !a.Gone && a.Inbox != "" && !n.blocks.Blocked(who):
		return queue.Target{Actor: a.IRI, Inbox: a.Inbox, Shared: a.SharedInbox}, true, nil
	case err == nil, coop.ClassOf(err) == coop.NotFound, coop.ClassOf(err) == coop.Gone:
		return queue.Target{}, false, nil
	}
	return queue.Target{}, false, err
}

// tellMany sends an activity to some actors, in as many fan-outs as it takes.
func (n *Node) tellMany(ctx context.Context, e queue.Event, typ string, from, object coop.IRI, doc []byte, to []queue.Target) ([]told, error) {
	a, err := n.activity(ctx, e.Event.ID, typ, from, object, false, e.Event.At, doc)
	if err != nil {
		return nil, err
	}
	all := []told{{activity: a, sender: from}}
	for i, part := range slices.Collect(slices.Chunk(to, extraAtOnce)) {
		if i > 0 {
			all = append(all, told{activity: a, sender: from})
		}
		all[i].to = queue.Fanout{Extra: part}
	}
	return all, nil
}
