package main

import (
	"context"
	"errors"
	"runtime"
	"strings"
	"sync"
	"time"

	"toadlane/coop"
	"toadlane/handbook"
	"toadlane/internal/mapsvg"
	"toadlane/internal/node"
	"toadlane/internal/password"
	"toadlane/internal/picture"
	"toadlane/internal/sample"
	"toadlane/market"
	"toadlane/web"
)

// fill founds a sample's co-op on a new node, with its people and listings, through the same use cases as a browser.
func fill(ctx context.Context, n *node.Node, s sample.Coop) error {
	pictures := make(chan pictured, 1)
	go func() { pictures <- draw(ctx, s) }() // beside the passwords, which take as long
	people, err := fillPeople(ctx, n, s)
	drawn := <-pictures
	if err = errors.Join(err, drawn.err); err != nil {
		return err
	}
	if p, ok := drawn.by[ofCoop]; ok {
		by := people[s.People[0].Handle]
		c, err := n.CoopStore.Coop(ctx)
		if err == nil {
			c.Picture, err = n.Store.PutPhoto(ctx, by.Person(), p)
		}
		if err == nil {
			_, err = n.Coop.UpdateCoop(ctx, by, c)
		}
		if err != nil {
			return err
		}
	}
	for i, x := range s.People {
		p, ok := drawn.by[ofPerson-i]
		if !ok {
			continue
		}
		by := people[x.Handle]
		me, err := n.CoopStore.Person(ctx, by.Person())
		if err == nil {
			me.Photo.Alt = x.Alt
			me.Photo.ID, err = n.Store.PutPhoto(ctx, by.Person(), p)
		}
		if err == nil {
			_, err = n.Coop.UpdatePerson(ctx, by, me)
		}
		if err != nil {
			return err
		}
	}
	if err := fillMap(ctx, n); err != nil {
		return err
	}
	for _, x := range s.Searches {
		if _, err := n.Market.SaveSearch(ctx, people[x.By], x.SavedSearch); err != nil {
			return err
		}
	}
	for _, p := range s.Handbook {
		if err := fillProtocol(ctx, n, p, people, people[s.People[0].Handle]); err != nil {
			return err
		}
	}
	for category, words := range s.Prices {
		if err := n.CoopStore.SetSetting(ctx, web.PriceRule(category), words); err != nil {
			return err
		}
	}
	for i, l := range s.Listings {
		by := people[l.By]
		if p, ok := drawn.by[i]; ok {
			id, err := n.Store.PutPhoto(ctx, by.Person(), p)
			if err != nil {
				return err
			}
			l.Photos = []market.Photo{{ID: id, Alt: l.Alt, Width: p.Width, Height: p.Height, Type: p.Type, Blurhash: p.Blurhash}}
		}
		posted := n.Now().AddDate(0, 0, -l.DaysAgo).Add(-time.Duration(i) * 37 * time.Minute)
		if l.Days > 0 {
			l.Until = market.EndOfDay(n.Now().AddDate(0, 0, l.Days), n.Market.Zone())
		}
		then := *n.Market
		then.Now = func() time.Time { return posted }
		made, err := then.PostListing(ctx, by, l.Listing)
		if err != nil {
			return err
		}
		if l.Done == "" {
			continue
		}
		closed := n.Now().AddDate(0, 0, -l.DoneAgo)
		then.Now = func() time.Time { return closed }
		end := market.Ending{Outcome: l.Done, Thanks: l.Thanks}
		if l.With != "" { // all of the demonstration are beside each other
			end.With = coop.IRI(strings.Replace(string(n.Market.Actor), "//"+s.Host+".", "//"+l.With+".", 1))
		}
		if _, err := then.CloseListing(ctx, by, made.ID, end); err != nil {
			return err
		}
	}
	return fillTalks(ctx, n, s, people)
}

// fillProtocol writes a page of the handbook on the day that the sample says, and has a steward bring it into use.
func fillProtocol(ctx context.Context, n *node.Node, p sample.Protocol, people map[string]coop.Actor, steward coop.Actor) error {
	by := people[p.By]
	then := *n.Handbook
	then.Now = func() time.Time { return n.Now().AddDate(0, 0, -p.Text.DaysAgo) }
	page, err := then.StartProtocol(ctx, by, p.Start)
	if err != nil {
		return err
	}
	if _, err := then.WriteRevision(ctx, by, page.ID, handbook.Writing{Name: p.Name, Source: p.Text.Source, Reason: p.Text.Reason}); err != nil {
		return err
	}
	// Before others are told of it: what it becomes after that they hear once a day.
	if _, err := then.ChangeSettings(ctx, steward, page.ID, handbook.Settings{Kind: p.Kind, Language: p.Language, Licence: p.Licence, Circle: p.Circle, Story: p.Story,
		Review: n.Now().AddDate(0, 0, p.Review), Reading: p.Reading}); err != nil {
		return err
	}
	if page, err = then.BringIntoUse(ctx, steward, page.ID); err != nil {
		return err
	}
	for _, who := range p.Read {
		if err := then.MarkRead(ctx, people[who], page.ID, page.InUse); err != nil {
			return err
		}
	}
	return nil
}

// demoHash is of the one password that everybody knows: hashing it for each would be most of the start.
var demoHash = sync.OnceValues(func() (string, error) { return password.Hash(context.Background(), sample.Password) })

func fillPeople(ctx context.Context, n *node.Node, s sample.Coop) (map[string]coop.Actor, error) {
	by := map[string]coop.Actor{}
	for i, p := range s.People {
		hash := ""
		if p.Email != "" {
			var err error
			if hash, err = demoHash(); err != nil {
				return nil, err
			}
		} else {
			p.Email = p.Handle + "@" + s.Host + ".localhost" // without a password nobody signs in with it
		}
		if i == 0 {
			_, founder, err := n.Coop.Setup(ctx, s.Coop, coop.Founder{Person: p.Person, Email: p.Email, PasswordHash: hash})
			if err != nil {
				return nil, err
			}
			by[p.Handle] = coop.Member(founder.ID, coop.RoleSteward)
			continue
		}
		p.Since = n.Now().AddDate(-1, -3*i, -11*i).UTC()
		added, err := n.Coop.AddPerson(ctx, coop.System("demo"), p.Person, p.Email, hash, "", p.Role)
		if err != nil {
			return nil, err
		}
		by[p.Handle] = coop.Member(added.ID, p.Role)
	}
	return by, nil
}

// ofCoop is the place of the picture that stands for the co-op itself; those of its people come below ofPerson.
const (
	ofCoop   = -1
	ofPerson = -2
)

// pictured are the pictures by the place of their listing.
type pictured struct {
	by  map[int]coop.Picture
	err error
}

var drawing = make(chan struct{}, runtime.GOMAXPROCS(0)) // an image takes 5 MB and a core

func draw(ctx context.Context, s sample.Coop) pictured {
	out := pictured{by: map[int]coop.Picture{}}
	var mu sync.Mutex
	var all sync.WaitGroup
	names := map[int]string{ofCoop: s.Drawing}
	for i, l := range s.Listings {
		names[i] = l.Drawing
	}
	for i, p := range s.People {
		names[ofPerson-i] = p.Drawing
	}
	for i, name := range names {
		if name == "" {
			continue
		}
		all.Go(func() {
			drawing <- struct{}{}
			defer func() { <-drawing }()
			p, err := picture.Of(ctx, sample.Photo(name, uint64(i))) //nolint:gosec // any seed will do
			mu.Lock()
			defer mu.Unlock()
			out.by[i] = p
			out.err = errors.Join(out.err, err)
		})
	}
	all.Wait()
	return out
}

// fillMap lays the sample's ground under the map.
func fillMap(ctx context.Context, n *node.Node) error {
	land, water := sample.Ground()
	o := mapsvg.Outline{Land: [][]coop.Point{land}, Water: water}
	return n.CoopStore.SetSetting(ctx, web.SettingOutline, o.JSON())
}
