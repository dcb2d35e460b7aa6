package web

import (
	"slices"
	"strings"
	"time"

	"toadlane/coop"
	"toadlane/market"
)

// PostPreview is a listing as it will stand in somebody's timeline.
type PostPreview struct {
	Nothing string // instead of the rest: why nothing is sent
	HTML    string // cleaned when shown, as servers do
	Lang    string
	Picture coop.ID // of the co-op, "" for none
	Handle  string
	Public  bool
	At      time.Time
	Photos  []Photo
	More    int // pictures that are not shown: Mastodon takes four
	Link    string
}

// previewPhotos is how many pictures Mastodon shows of a post (4.3, 2026-11).
const previewPhotos = 4

// PriceSum is what the parts of a price make.
type PriceSum struct {
	Sum, Price, Off string
	Equal, Over     bool
	Parts           []Part
}

// Guide says what others ask for the same.
type Guide struct {
	Words string
	Count int
	Link  string
	Rule  string // what the co-op says about prices in this category
}

// saySide says what the form comes to: its preview, who will see it, and what others ask for the like.
func (s *Site) saySide(v *visit, w *written, p *ListingFormPage) error {
	if err := s.sayReaches(v, p); err != nil {
		return err
	}
	f := Form{Values: w.form.Values}
	l := s.readListing(v, &f, w.purpose) // as far as it can be read
	l.ID, l.Photos = w.id, w.photos
	if w.was != nil {
		l.ID, l.Created = w.was.ID, w.was.Created
	}
	if err := s.sayGuide(v, &l, p); err != nil {
		return err
	}
	return s.sayPreview(v, w, &l, p)
}

// sayReaches says who will see it, for each choice, with how many that are now.
func (s *Site) sayReaches(v *visit, p *ListingFormPage) error {
	ctx := v.r.Context()
	people, err := s.cfg.CoopStore.People(ctx)
	if err != nil {
		return err
	}
	followers, err := s.cfg.Steward.CountFollowers(ctx, s.cfg.ActorIRI)
	if err != nil {
		return err
	}
	neighbours, err := s.cfg.Steward.CountNeighbours(ctx)
	if err != nil {
		return err
	}
	members := v.t("posting.members", "Count", len(people))
	near := v.t("posting.neighbours", "Count", neighbours)
	p.Reaches = []Option{
		{coop.Everyone.String(), v.t("posting.see_everyone", "Followers", v.t("posting.followers", "Count", followers), "Neighbours", near)},
		{coop.Peers.String(), v.t("posting.see_peers", "Members", members, "Neighbours", near)},
		{coop.CoopOnly.String(), v.t("posting.see_coop", "Members", members)},
	}
	return nil
}

// saySum adds up the parts of the price as far as they can be read.
func (s *Site) saySum(v *visit, p *ListingFormPage) {
	var l market.Listing
	f := Form{Values: p.Form.Values}
	for _, m := range f.All("modes") {
		l.Modes = append(l.Modes, market.Mode(m))
	}
	readAsk(&f, &l)
	if l.Ask == nil || len(l.Prices) == 0 {
		return
	}
	say := func(a market.Amount) string { return v.ask(&market.Ask{Medium: l.Ask.Medium, Amount: &a}) }
	sum := market.Amount{Places: l.Ask.Medium.Places()}
	for _, x := range l.Prices {
		var ok bool
		if sum, ok = sum.Add(x.Amount); !ok {
			return
		}
	}
	out := &PriceSum{Sum: say(sum)}
	if a := l.Ask.Amount; a != nil {
		off := market.Amount{N: max(sum.N, a.N) - min(sum.N, a.N), Places: sum.Places}
		out.Price, out.Off, out.Equal, out.Over = say(*a), say(off), off.Zero(), sum.N > a.N
	}
	if sum.N > 0 { // the bar shows how the parts stand to each other, whether or not they make the price yet
		bar := l
		bar.Ask = &market.Ask{Medium: l.Ask.Medium, Amount: &sum}
		var page ListingPage
		s.sayPrices(v, &bar, &page)
		out.Parts = page.Parts
	}
	p.Sum = out
	for _, e := range p.Form.Wrong {
		if e.Key == "prices.sum" {
			e.Args = map[string]any{"Sum": out.Sum, "Amount": out.Price, "Off": out.Off}
		}
	}
}

// sayGuide says what others ask for the like, and what the co-op says about it.
func (s *Site) sayGuide(v *visit, l *market.Listing, p *ListingFormPage) error {
	like := market.Like{Purpose: l.Purpose, Kind: l.Kind, Category: l.Category, Unit: l.Item.Unit, But: l.ID,
		Medium: market.Medium{Kind: market.Money, Code: strings.ToUpper(p.Form.Get("currency"))}}
	if l.Ask != nil {
		like.Medium = l.Ask.Medium
	}
	if !slices.Contains(market.Kinds, like.Kind) || like.Category != "" && !market.KnownCategory(like.Category) {
		return nil
	}
	rule, err := s.priceRule(v, like.Category)
	if err != nil {
		return err
	}
	g, ok, err := s.cfg.Market.PriceGuide(v.r.Context(), v.by, like)
	if err != nil {
		return err
	}
	if !ok && rule == "" {
		return nil
	}
	p.Guide = &Guide{Rule: rule}
	if ok {
		say := func(a market.Amount) string { return v.ask(&market.Ask{Medium: like.Medium, Amount: &a}) }
		per := ""
		if v.tongue.has("per." + like.Unit) {
			per = v.t("per." + like.Unit)
		}
		p.Guide.Count = g.N
		p.Guide.Words = v.t("posting.guide", "Low", say(g.Low), "Median", say(g.Median), "High", say(g.High), "Per", per)
		p.Guide.Link = "/market?purpose=" + string(like.Purpose) + "&kind=" + string(like.Kind)
		if like.Category != "" {
			p.Guide.Link += "&cat=" + like.Category
		}
	}
	return nil
}

// sayPreview shows the listing as other servers will. It is written by the code that sends it.
func (s *Site) sayPreview(v *visit, w *written, l *market.Listing, p *ListingFormPage) error {
	title, lang := l.Title.In(p.Coop.Languages...)
	x := &PostPreview{Picture: p.Coop.Picture, Handle: "@" + p.Coop.Handle + "@" + p.Host, Public: l.Visibility == coop.Everyone, Lang: lang}
	p.Preview = x
	switch {
	case strings.TrimSpace(title) == "":
		x.Nothing = v.t("posting.preview_empty")
		return nil
	case l.Visibility < coop.Peers:
		x.Nothing = v.t("posting.preview_private")
		return nil
	}
	now := s.cfg.Now()
	if l.Until.IsZero() {
		l.Until = market.DefaultUntil(l.Purpose, l.Kind, now, s.zone())
	}
	if l.Item.Unit == "" {
		l.Item.Unit = "one"
	}
	if l.Item.Amount == (market.Amount{}) {
		l.Item.Amount = market.Amount{N: 1}
	}
	if l.Created.IsZero() {
		l.Created = now
	}
	l.State, l.IRI, l.Updated = market.Open, s.cfg.Market.ListingIRI(l.ID), l.Created
	if w.was != nil && w.was.State == market.Paused {
		l.State = market.Paused
	}
	l.Modes = slices.DeleteFunc(slices.Clone(l.Modes), func(m market.Mode) bool { return !slices.Contains(market.Modes, m) })
	html, err := s.cfg.Preview(v.r.Context(), *l)
	if err != nil {
		if coop.ClassOf(err) == coop.Internal {
			return err
		}
		x.Nothing = v.t("posting.preview_empty")
		return nil
	}
	x.HTML, x.At, x.Link = html, l.Created, string(l.IRI)
	for i := range l.Photos[:min(len(l.Photos), previewPhotos)] {
		x.Photos = append(x.Photos, s.photo(l, i, "10rem", "small", "medium"))
	}
	x.More = max(0, len(l.Photos)-previewPhotos)
	return nil
}
