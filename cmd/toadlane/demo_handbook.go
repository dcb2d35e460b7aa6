package main

import (
	"context"

	"toadlane/coop"
	"toadlane/handbook"
	"toadlane/internal/sample"
)

const sharedSetting = "demo_handbook"

// shareHandbooks lets the four take up what their neighbours wrote, as the sample says, and give changes back, once: what goes from one to another goes
// over the wire, and is waited for. Where somebody got there first, their word stays.
func shareHandbooks(ctx context.Context, nodes []*demoNode) error {
	settings := nodes[0].CoopStore
	if done, err := settings.Setting(ctx, sharedSetting); err != nil || done != "" {
		return err
	}
	most, cancel := context.WithTimeout(ctx, demoReady)
	defer cancel()
	byHost := map[string]*demoNode{}
	for _, n := range nodes {
		byHost[n.Host] = n
	}
	// All go by a text before any of it is changed: who took it as it is hears of the change then.
	for _, step := range []func(context.Context, *demoNode, *demoNode, *sample.Uptake) error{takeUp, giveBack, takeBack} {
		for _, n := range nodes {
			for i := range n.Uptakes {
				u := &n.Uptakes[i]
				err := step(most, n, byHost[u.Of], u)
				switch {
				case most.Err() != nil: // the next start goes on
					return nil
				case err != nil: // no reason to end a demonstration
					n.Federation.Log.Warn("a page is not shared", "page", u.Slug, "error", err)
				}
			}
		}
	}
	return settings.SetSetting(ctx, sharedSetting, "shared")
}

// steward is the first of the people of a node.
func (n *demoNode) steward(ctx context.Context) (coop.Actor, error) {
	p, err := n.CoopStore.PersonByHandle(ctx, n.People[0].Handle)
	return coop.Member(p.ID, coop.RoleSteward), err
}

// takeUp lets n go by a page of home: as it is, or in a page of its own.
func takeUp(ctx context.Context, n, home *demoNode, u *sample.Uptake) error {
	by, err := n.steward(ctx)
	if err != nil {
		return err
	}
	var page handbook.Protocol
	if came, err := until(ctx, demoReady, func() (bool, error) {
		page, err = n.Node.Handbook.ProtocolByIRI(ctx, by, home.Node.Handbook.ProtocolIRI(u.Slug))
		return arrived(err)
	}); err != nil || !came {
		return err
	}
	if u.Own == nil {
		err = adopt(ctx, n, by, &page, u)
	} else {
		err = adapt(ctx, n, by, page.ID, u)
	}
	n.Federation.Wake()
	return err
}

func adopt(ctx context.Context, n *demoNode, by coop.Actor, page *handbook.Protocol, u *sample.Uptake) error {
	how := handbook.Adopting{Revision: page.InUse, Public: true}
	if u.Meets {
		_, text, err := n.Node.Handbook.TextOf(ctx, by, page.ID, page.InUse)
		if err != nil {
			return err
		}
		how.Checked = n.Now()
		for _, t := range handbook.Checklist(text.Source) {
			how.Met = append(how.Met, t.N)
		}
	}
	_, err := n.Node.Handbook.Adopt(ctx, by, page.ID, how)
	return err
}

func adapt(ctx context.Context, n *demoNode, by coop.Actor, from coop.ID, u *sample.Uptake) error {
	page, err := n.Node.Handbook.Adapt(ctx, by, from, u.Own.Start, handbook.Adopting{Public: true, Changes: u.Changes})
	if err != nil {
		return err
	}
	text := handbook.Writing{Base: page.Latest, Name: u.Own.Name, Source: u.Own.Text.Source, Reason: u.Own.Text.Reason}
	if _, err := n.Node.Handbook.ChangeSettings(ctx, by, page.ID, handbook.Settings{Kind: page.Kind, Language: page.Language, Licence: page.Licence, Circle: page.Circle,
		Story: page.Story, Changes: u.Changes, Review: n.Now().AddDate(0, 0, u.Own.Review)}); err != nil {
		return err
	}
	_, err = n.Node.Handbook.OpenMotion(ctx, by, page.ID, text, metOn(n, u.Own.Decided, u.Own.Minutes))
	return err
}

// giveBack offers home a change of its text.
func giveBack(ctx context.Context, n, home *demoNode, u *sample.Uptake) error {
	if u.Back == nil {
		return nil
	}
	by, err := n.steward(ctx)
	if err != nil {
		return err
	}
	ours, err := n.Node.Handbook.Protocol(ctx, by, u.Own.Slug)
	if err != nil {
		return passNone(err)
	}
	theirs, err := n.Node.Handbook.ProtocolByIRI(ctx, by, home.Node.Handbook.ProtocolIRI(u.Slug))
	if err != nil {
		return passNone(err)
	}
	_, err = n.Node.Handbook.OfferBack(ctx, by, ours.ID, handbook.Writing{Base: theirs.InUse, Name: theirs.Name, Source: u.Back.Source, Reason: u.Back.Reason})
	n.Federation.Wake()
	return err
}

// takeBack lets home's meeting take the change that n gave back, once it has come.
func takeBack(ctx context.Context, n, home *demoNode, u *sample.Uptake) error {
	if u.Back == nil {
		return nil
	}
	by, err := home.steward(ctx)
	if err != nil {
		return err
	}
	var offer handbook.Offer
	if came, err := until(ctx, demoReady, func() (bool, error) {
		list, _, err := home.Node.Handbook.Offers(ctx, by, false, false, 0, "")
		if len(list) > 0 {
			offer = list[0]
		}
		return len(list) > 0, err
	}); err != nil || !came {
		return err
	}
	_, _, err = home.Node.Handbook.AcceptOffer(ctx, by, offer.ID, handbook.Resolution{Reason: u.Back.Reason}, metOn(home, u.Answer, u.Minutes))
	home.Federation.Wake()
	return err
}

// metOn is a decision of a meeting of today.
func metOn(n *demoNode, words, minutes string) handbook.Opening {
	return handbook.Opening{Method: handbook.Ratified, Ratification: &handbook.Ratification{On: n.Now(), Passed: true, Words: words, Minutes: minutes}}
}

// arrived tells whether something is here, from the error of asking for it.
func arrived(err error) (bool, error) { return err == nil, passNone(err) }

// passNone makes nothing of an error that says that there is no such thing.
func passNone(err error) error {
	if coop.ClassOf(err) == coop.NotFound {
		return nil
	}
	return err
}
