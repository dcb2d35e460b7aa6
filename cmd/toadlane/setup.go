package main

import (
	"encoding/base64"
	"strings"

	"toadlane/coop"
	"toadlane/handbook/starter"
	"toadlane/internal/node"
	"toadlane/internal/password"
	"toadlane/web"
)

// setupCommand founds the co-op without a browser.
type setupCommand struct {
	Base        string   `required:"" help:"The node's address, fixed for good: https://bakery.example, or http://bakery.localhost:8470 on this machine alone." placeholder:"URL"`
	Name        string   `required:"" help:"What the co-op is called."`
	Handle      string   `required:"" help:"What stands before the @, fixed for good: a-z, 0-9, _."`
	Purpose     string   `help:"What it is for, in a sentence or two."`
	Type        string   `help:"What it starts with: worker, consumer, multi, housing, care, platform, federation, unsure. Fills kinds of member with their votes, stages, purpose and kind of organisation." enum:",worker,consumer,multi,housing,care,platform,federation,unsure" default:""`
	OrgType     string   `help:"Kind of organisation: ESSGlobal code, OS60 is a workers' co-operative. OS115 unless --type says another."`
	Place       string   `help:"Where it is, in words."`
	Lat         *float64 `help:"Latitude in degrees; only a point about a kilometre wide is shown."`
	Lon         *float64 `help:"Longitude in degrees."`
	Language    []string `help:"Languages, the first is the default." default:"en"`
	Currency    string   `help:"Three letters of ISO 4217." default:"EUR"`
	Licence     string   `help:"Licence of its published data." default:"CC-BY-SA-4.0"`
	TimeZone    string   `help:"In which its days end." default:"UTC"`
	HoldFollows bool     `help:"A steward answers those who want to follow; otherwise they are let in at once."`
	Starter     bool     `help:"Begin the handbook with pages of questions, as drafts that only members see."`

	Steward     string `required:"" help:"Handle of the first steward."`
	StewardName string `help:"Their name as others see it; the handle unless given."`
	Email       string `required:"" help:"Their e-mail address, to sign in with."`
	passwordFlag
}

// Run makes the node and its co-op and prints what must be kept.
func (c *setupCommand) Run(w *world) error {
	base, err := node.ParseBase(c.Base)
	if err != nil {
		return err
	}
	place, err := placeOf(c.Place, c.Lat, c.Lon, coop.DefaultFuzzKm)
	if err != nil {
		return err
	}
	o := w.options()
	o.Base = base
	n, err := node.Open(w.ctx, o)
	if err != nil {
		return err
	}
	defer n.Close() //nolint:errcheck // everything is committed
	pw, made, err := c.take(w, c.Steward, c.Email, c.Name)
	if err != nil {
		return err
	}
	hash, err := password.Hash(w.ctx, pw)
	if err != nil {
		return err
	}
	lang := strings.ToLower(c.Language[0])
	founded := coop.Coop{Handle: c.Handle, Name: c.Name, OrgType: c.OrgType, Place: place, Languages: c.Language,
		Currency: c.Currency, Licence: c.Licence, TimeZone: c.TimeZone, HoldFollows: c.HoldFollows}
	if c.Purpose != "" {
		founded.Purpose = coop.Text{lang: c.Purpose}
	}
	if p, ok := coop.PresetNamed(c.Type); ok {
		p.Fill(&founded, web.WordsIn)
		if c.OrgType != "" {
			founded.OrgType = c.OrgType
		}
	}
	if founded.OrgType == "" {
		founded.OrgType = "OS115"
	}
	if c.StewardName == "" {
		c.StewardName = c.Steward
	}
	founder := coop.Founder{Email: c.Email, PasswordHash: hash, Language: lang,
		Person: coop.Person{Handle: c.Steward, DisplayName: c.StewardName}}
	if founded, _, err = n.Coop.Setup(w.ctx, founded, founder); err != nil {
		return err
	}
	if err := n.Federation.EnsureKeys(w.ctx); err != nil {
		return err
	}
	begun := 0
	if c.Starter {
		pages, err := n.Handbook.BeginHandbook(w.ctx, coop.System("command line"), starter.Pages(founded.Languages...))
		if err != nil {
			return err
		}
		begun = len(pages)
	}
	w.say("%s is set up.\n", founded.Name)
	w.say("  Address    %s", base)
	w.say("  Follow     @%s@%s", founded.Handle, base.Host())
	if begun > 0 {
		w.say("  Handbook   %d pages begun as drafts, at %s/handbook", begun, base)
	}
	w.say("  Sign in    %s", c.Email)
	if made {
		w.say("  Password   %s   (shown once)", pw)
	}
	recoverySheet(w, n)
	w.say("\nNow: toadlane serve --data %s", w.data)
	return nil
}

// recoverySheet prints the master key once, to be kept away from the machine.
func recoverySheet(w *world, n *node.Node) {
	w.say("\nRecovery sheet: print this and keep it where the backups are not.")
	w.say("  Node        %s", n.Base)
	w.say("  Master key  %s", base64.RawURLEncoding.EncodeToString(n.Master[:]))
	w.say("A backup does not hold the master key, and without it a restored node cannot sign.")
}

// placeOf makes a place of what the flags say.
func placeOf(name string, lat, lon *float64, km int) (coop.Place, error) {
	p := coop.Place{Name: name}
	if lat == nil && lon == nil {
		return p, nil
	}
	if lat == nil || lon == nil {
		return p, usage("Give --lat and --lon together.")
	}
	at, ok := coop.NewPoint(*lat, *lon)
	if !ok {
		return p, usage("--lat is between -90 and 90 degrees, --lon between -180 and 180.")
	}
	p.Exact, p.RadiusKm = &at, km
	return p, nil
}
