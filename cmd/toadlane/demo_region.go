package main

import (
	"context"

	"toadlane/coop"
	"toadlane/internal/sample"
	"toadlane/region"
)

const regionSetting = "demo_region"

// formRegions lets the co-ops of the demonstration found and join their regions, as the sample says, once: asking and answering goes over the wire, and
// is waited for. What was begun before and broken off goes on; without the node that hosts one there is nothing to form.
func formRegions(ctx context.Context, nodes []*demoNode) error {
	settings := nodes[0].CoopStore
	if done, err := settings.Setting(ctx, regionSetting); err != nil || done != "" {
		return err
	}
	most, cancel := context.WithTimeout(ctx, demoReady)
	defer cancel()
	byHost := map[string]*demoNode{}
	for _, n := range nodes {
		byHost[n.Host] = n
	}
	for _, x := range sample.Regions() {
		if byHost[x.Host] == nil {
			return nil
		}
		switch err := formRegion(most, byHost, x); {
		case most.Err() != nil:
			return nil
		case err != nil: // no reason to end a demonstration
			byHost[x.Host].Federation.Log.Warn("a region is not formed", "region", x.Founding.Slug, "error", err)
		}
	}
	return settings.SetSetting(ctx, regionSetting, "formed")
}

func formRegion(ctx context.Context, byHost map[string]*demoNode, x sample.Region) error {
	host := byHost[x.Host]
	by, err := host.steward(ctx)
	if err != nil {
		return err
	}
	r, err := host.Region.Found(ctx, by, x.Founding)
	if coop.KeyOf(err) == "region.slug" {
		r, err = host.Region.Region(ctx, by, x.Founding.Slug)
	}
	if err != nil {
		return err
	}
	host.Federation.Wake()
	for _, p := range x.Parts {
		if err := joinRegion(ctx, byHost[p.Host], host, &r, p.Terms); err != nil {
			return err
		}
	}
	if err := seatCouncil(ctx, byHost, x, by); err != nil {
		return err
	}
	return readBonds(ctx, byHost, x, &r)
}

// readBonds has what each co-op says of how much worked out with whom read by the others now, and not in half a day.
func readBonds(ctx context.Context, byHost map[string]*demoNode, x sample.Region, r *region.Region) error {
	nodes := []*demoNode{byHost[x.Host]}
	for _, p := range x.Parts {
		nodes = append(nodes, byHost[p.Host])
	}
	for _, teller := range nodes {
		if ours, err := teller.Market.OwnBonds(ctx); err != nil || len(ours) == 0 {
			if err != nil {
				return err
			}
			continue
		}
		for _, reader := range nodes {
			if reader == teller {
				continue
			}
			by, err := reader.steward(ctx)
			if err != nil {
				return err
			}
			if _, err := until(ctx, demoReady, func() (bool, error) {
				p, err := reader.Region.Store.At(ctx).Part(r.ID, teller.Region.Actor)
				if err != nil || !p.Counts() {
					return false, passNone(err)
				}
				err = reader.Federation.Refresh(ctx, by, teller.Region.Actor)
				return err == nil, passNone(ignore(err, "peer.not_accepted"))
			}); err != nil {
				return err
			}
		}
	}
	return nil
}

// joinRegion lets n ask and host's steward say yes, and waits until n knows and says so itself.
func joinRegion(ctx context.Context, n, host *demoNode, r *region.Region, terms region.Terms) error {
	by, err := n.steward(ctx)
	if err != nil {
		return err
	}
	there, err := host.steward(ctx)
	if err != nil {
		return err
	}
	known, err := n.Federation.LookUpRegion(ctx, by, string(r.Charter.Host))
	if err != nil {
		return err
	}
	if err := n.Region.Ask(ctx, by, known.Slug, terms); err != nil && coop.KeyOf(err) != "region.in" {
		return err
	}
	us := n.Region.Actor
	if _, err := until(ctx, demoReady, func() (bool, error) {
		err := host.Region.Admit(ctx, there, r.Slug, us)
		return err == nil || coop.KeyOf(err) == "part.settled", passNone(ignore(err, "part.settled"))
	}); err != nil {
		return err
	}
	_, err = until(ctx, demoReady, func() (bool, error) {
		p, err := host.Region.Store.At(ctx).Part(r.ID, us)
		return err == nil && p.Counts(), passNone(err)
	})
	return err
}

// seatCouncil lets the founder, who is the council by itself, take others in.
func seatCouncil(ctx context.Context, byHost map[string]*demoNode, x sample.Region, by coop.Actor) error {
	host := byHost[x.Host]
	var seats []coop.IRI
	for _, name := range x.Council {
		seats = append(seats, byHost[name].Region.Actor)
	}
	_, err := host.Region.Propose(ctx, by, x.Founding.Slug, region.Change{Council: seats})
	return err
}

// ignore makes nothing of an error with a key.
func ignore(err error, key string) error {
	if err != nil && coop.KeyOf(err) == key {
		return nil
	}
	return err
}

// hostOf tells which of the nodes hosts a region, "" when none does.
func hostOf(ctx context.Context, nodes []*demoNode, slug string) string {
	for _, n := range nodes {
		if r, err := n.Region.Store.At(ctx).RegionBySlug(slug); err == nil && r.Hosted {
			return n.Host
		}
	}
	return ""
}
