package federation

import (
	"context"
	"slices"

	"toadlane/coop"
	"toadlane/federation/queue"
	"toadlane/federation/vocab"
	"toadlane/internal/limits"
	"toadlane/region"
)

// handleFlag keeps a complaint for the stewards. What it names that is not ours is left out, but for what a region that is hosted here shows: such a
// complaint is passed on to the region's council. From who hosts a region in whose council we sit, what the region shows counts too.
func (n *Node) handleFlag(ctx context.Context, in received) (change, error) {
	all, ok := in.doc.IRIs("object")
	if !ok {
		return nil, coop.Errorf(coop.Invalid, "inbox.malformed", "Flag of nothing")
	}
	all = all[:min(len(all), limits.FlagObjects)]
	about, err := n.flaggedRegion(ctx, in, all)
	if err != nil {
		return nil, err
	}
	var objects []coop.IRI
	for _, o := range all {
		keep := n.ours(o)
		if !keep && about != nil {
			if keep, err = n.shownBy(ctx, about, o); err != nil {
				return nil, err
			}
		}
		if keep && !slices.Contains(objects, o) {
			objects = append(objects, o)
		}
	}
	if len(objects) == 0 {
		return nil, nil
	}
	words := vocab.PlainText(in.doc.Str("content"))
	if r := []rune(words); len(r) > limits.ReportRunes {
		words = string(r[:limits.ReportRunes])
	}
	r := queue.Report{ID: n.NewID(), From: in.peer, Objects: objects, Content: words, At: n.Now().UTC()}
	passOn := about != nil && about.Hosted
	if passOn {
		if host, err := n.hostsSome(ctx, in.peer); err != nil {
			return nil, err
		} else if host || !n.flags.Discover(in.peer, n.Now()) {
			passOn = false // one that was passed on already: two hosts must not send it to and fro
		}
	}
	return func(tx queue.Tx) error {
		if err := tx.PutReport(r); err != nil || !passOn {
			return err
		}
		return tx.Append(n.event(coop.RegionFlagged, coop.Remote(in.peer), string(in.peer), flagPassed{Region: about.ID, Objects: objects, Words: words}))
	}, nil
}

// flaggedRegion finds the region that a complaint is about: one that is hosted here, by the inbox that it came to or its account; or one in whose
// council we sit, when it comes from the server of its host. nil is none.
func (n *Node) flaggedRegion(ctx context.Context, in received, objects []coop.IRI) (*region.Region, error) {
	list, err := joined(n.Region.Store.At(ctx))
	if err != nil {
		return nil, err
	}
	for i := range list {
		r := &list[i]
		host := r.Charter.Host
		if n.hosts(r) && (in.row.Inbox == n.addr.Of(host, "inbox") || slices.Contains(objects, host)) {
			return r, nil
		}
		if _, sits := r.Charter.Seat(n.addr.Coop()); sits && !r.Hosted && coop.SameOrigin(host, in.peer) && slices.Contains(objects, host) && n.isInstance(ctx, in.peer) {
			return r, nil
		}
	}
	return nil, nil
}

// shownBy tells whether a region shows something: it is its account, a co-op that takes part, what it announced, or what is on the market of one here.
func (n *Node) shownBy(ctx context.Context, r *region.Region, object coop.IRI) (bool, error) {
	read := n.Region.Store.At(ctx)
	counts := func(who coop.IRI) (bool, error) {
		p, err := read.Part(r.ID, who)
		if err != nil && coop.ClassOf(err) == coop.NotFound {
			err = nil
		}
		return p.Counts(), err
	}
	if object == r.Charter.Host {
		return true, nil
	}
	if shown, err := counts(object); shown || err != nil {
		return shown, err
	}
	if _, err := read.Item(r.ID, object); err == nil || coop.ClassOf(err) != coop.NotFound {
		return err == nil, err
	}
	l, err := n.Market.Store.ListingByIRI(ctx, object)
	if err != nil {
		if c := coop.ClassOf(err); c == coop.NotFound || c == coop.Gone {
			err = nil
		}
		return false, err
	}
	return counts(l.Home)
}

// hostsSome tells whether an actor is the own one of a server that hosts a region that is known here, or did.
func (n *Node) hostsSome(ctx context.Context, peer coop.IRI) (bool, error) {
	if !n.isInstance(ctx, peer) {
		return false, nil
	}
	list, err := n.Region.Store.At(ctx).Regions()
	if err != nil {
		return false, err
	}
	return slices.ContainsFunc(list, func(r region.Region) bool {
		return slices.ContainsFunc(append(slices.Clone(r.Hosts), r.Charter.Host), func(h coop.IRI) bool { return coop.SameOrigin(h, peer) })
	}), nil
}

// flagPassed is the snapshot of RegionFlagged. Who complains is not in it.
type flagPassed struct {
	Region  region.ID
	Objects []coop.IRI
	Words   string
}

// tellFlagged passes a complaint about what a region shows on to the co-ops of its council, in our server's own name.
func (n *Node) tellFlagged(ctx context.Context, e queue.Event) ([]told, error) {
	var f flagPassed
	if err := e.Read(&f); err != nil {
		return nil, err
	}
	read := n.Region.Store.At(ctx)
	r, err := read.Region(f.Region)
	if err != nil || !n.hosts(&r) {
		return nil, err
	}
	var to []queue.Target
	var named []coop.IRI
	for _, s := range r.Charter.Council {
		p, err := read.Part(r.ID, s.Coop)
		if err != nil && coop.ClassOf(err) != coop.NotFound {
			return nil, err
		}
		if p.Own || !p.Counts() {
			continue
		}
		t, ok, err := n.targetOf(ctx, s.Coop)
		if err != nil {
			return nil, err
		}
		if ok {
			to, named = append(to, queue.Target{Actor: t.Actor, Inbox: t.Inbox}), append(named, t.Actor)
		}
	}
	if len(to) == 0 {
		return nil, nil
	}
	if !slices.Contains(f.Objects, r.Charter.Host) {
		f.Objects = append([]coop.IRI{r.Charter.Host}, f.Objects...)
	}
	w, _, err := n.writer(ctx)
	if err != nil {
		return nil, err
	}
	doc, err := w.Flag(n.addr.Activity(e.Event.ID), e.Event.At, f.Objects, f.Words, named)
	if err != nil {
		return nil, err
	}
	return n.tellMany(ctx, e, "Flag", n.addr.Instance(), r.Charter.Host, doc, to)
}
