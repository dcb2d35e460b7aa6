package main

import (
	"context"
	"fmt"
	"time"

	"toadlane/coop"
	"toadlane/internal/node"
	"toadlane/internal/sample"
	"toadlane/market"
)

// fillTalks lets people say what the sample has them say, through the same use cases as a browser. What goes from one co-op to another
// waits until the two have met.
func fillTalks(ctx context.Context, n *node.Node, s sample.Coop, people map[string]coop.Actor) error {
	for _, t := range s.Talks {
		if t.From != "" {
			continue
		}
		if err := fillTalk(ctx, n, t, people); err != nil {
			return fmt.Errorf("talk about %s: %w", t.About, err)
		}
	}
	return nil
}

func fillTalk(ctx context.Context, n *node.Node, t sample.Talk, people map[string]coop.Actor) error {
	l, err := listingCalled(ctx, n, t.About)
	if err != nil {
		return err
	}
	then := *n.Market
	at := n.Now().AddDate(0, 0, -t.DaysAgo).Add(-26 * time.Hour)
	then.Now = func() time.Time { return at }
	owner := coop.Member(l.Poster, coop.RoleMember)
	var id coop.ID
	other := people[t.With]
	for i, line := range t.Said {
		at = at.Add(time.Duration(line.Minutes) * time.Minute)
		switch {
		case i == 0 && t.With != "":
			var m market.Message
			m, err = then.AskHere(ctx, other, l.ID, line.Words)
			id = m.Thread
		case i == 0:
			var thread market.Thread
			thread, err = then.AskAsGuest(ctx, l.ID, t.Guest, line.Words)
			id, other = thread.ID, coop.Guested(thread.ID)
		case line.Ours:
			_, err = then.Answer(ctx, owner, id, line.Words)
		default:
			_, err = then.Answer(ctx, other, id, line.Words)
		}
		if err != nil {
			return err
		}
	}
	if t.Read {
		return then.ReadThread(ctx, owner, id)
	}
	return nil
}

func listingCalled(ctx context.Context, n *node.Node, title string) (market.Listing, error) {
	page, err := n.Market.Search(ctx, coop.System("demo"), market.Query{Limit: market.MaxPage})
	if err != nil {
		return market.Listing{}, err
	}
	for _, l := range page.Listings {
		if l.Title["en"] == title {
			return l, nil
		}
	}
	return market.Listing{}, coop.Errorf(coop.NotFound, "listing.unknown", "no listing is called %s", title)
}

// talkAcross sends what the members of one co-op ask another, once: they must have met.
func talkAcross(ctx context.Context, nodes []*demoNode) error {
	byHost := map[string]*demoNode{}
	for _, n := range nodes {
		byHost[n.Host] = n
	}
	for _, home := range nodes {
		for _, t := range home.Talks {
			from := byHost[t.From]
			if from == nil {
				continue
			}
			p, err := from.CoopStore.PersonByHandle(ctx, t.By)
			if err != nil {
				return err
			}
			by := coop.Member(p.ID, coop.RoleMember)
			if had, _, err := from.Market.Threads(ctx, by, false, ""); err != nil || len(had) > 0 {
				return err
			}
			l, err := listingCalled(ctx, from.Node, t.About)
			if coop.ClassOf(err) == coop.NotFound && err != nil {
				continue // it did not come over, or was closed since
			}
			if err != nil {
				return err
			}
			a, err := from.Queue.Actor(ctx, l.Home)
			if err != nil {
				return err
			}
			other := market.Party{IRI: a.IRI, Handle: a.Handle, Name: a.Name, Inbox: a.Inbox}
			if _, err := from.Market.Ask(ctx, by, l.ID, other, t.Said[0].Words); err != nil {
				return err
			}
			from.Federation.Wake()
		}
	}
	return nil
}
