package vocab

import (
	"html"
	"slices"
	"strconv"
	"strings"
	"time"

	"toadlane/coop"
	"toadlane/market"
)

// hashtag is a tag as it leaves: its name without the #.
type hashtag string

// closing tells how an ended listing is spelled on the wire; "" for one that is not over.
func closing(s market.State) string {
	switch s {
	case market.Done:
		return "fulfilled"
	case market.Expired:
		return "expired"
	case market.Withdrawn:
		return "withdrawn"
	}
	return ""
}

// title is the listing's name in a language, marked when it is over.
func (w Writer) title(l *market.Listing, lang string) string {
	t, _ := l.Title.In(lang)
	if closing(l.State) != "" {
		return w.word(lang, "post.closed_name", map[string]any{"Title": t})
	}
	return t
}

// content is the listing in words: servers that know no marketplace show nothing else, so price, quantity, place and end
// stand in it. The first line is the title again, because Mastodon and Misskey do not show names. Only elements that
// Mastodon keeps are used: p br a strong.
func (w Writer) content(l *market.Listing, lang, body string, tags []hashtag, brief bool) string {
	var b strings.Builder
	mark := ""
	switch {
	case closing(l.State) != "":
		mark = w.word(lang, "post.closed", map[string]any{"State": w.word(lang, "post.state."+string(l.State), nil)})
	case l.State == market.Paused:
		mark = w.word(lang, "post.paused", nil)
	case l.State == market.Agreed:
		mark = w.word(lang, "post.agreed", nil)
	}
	if mark != "" {
		b.WriteString("<p><strong>" + html.EscapeString(mark) + "</strong></p>")
	}
	t, _ := l.Title.In(lang)
	head := w.word(lang, "post."+string(l.Purpose), map[string]any{"Title": t})
	b.WriteString("<p><strong>" + html.EscapeString(head) + "</strong></p>")
	b.WriteString(paragraphs(body))
	if s := w.terms(l, lang, brief); s != "" {
		b.WriteString("<p>" + html.EscapeString(s) + "</p>")
	}
	until := w.word(lang, "post.until", map[string]any{"Date": w.day(lang, market.DayOf(l.Until, w.zone()))})
	if l.Place.Name != "" {
		until = l.Place.Name + " · " + until
	}
	b.WriteString("<p>" + html.EscapeString(until) + "</p><p>")
	for i, tag := range tags {
		if i > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(`<a href="` + html.EscapeString(string(w.tagPage(string(tag)))) + `" class="mention hashtag" rel="tag">#` +
			html.EscapeString(string(tag)) + `</a>`)
	}
	b.WriteString("</p>")
	return b.String()
}

func (w Writer) zone() *time.Location {
	if w.Zone == nil {
		return time.UTC
	}
	return w.Zone
}

// day writes a day in words; a bare number means another month elsewhere.
func (w Writer) day(lang string, t time.Time) string {
	day := strconv.Itoa(t.Day())
	if day == "1" {
		day = w.word(lang, "format.first", nil)
	}
	// Numbers as strings: a year is no number to be written with a separator.
	return w.word(lang, "format.date", map[string]any{"Day": day, "Month": w.word(lang, "month."+strconv.Itoa(int(t.Month())), nil),
		"Year": strconv.Itoa(t.Year())})
}

// terms is what there is of it and what is given in return, in sentences.
func (w Writer) terms(l *market.Listing, lang string, brief bool) string {
	var out []string
	add := func(key string, args map[string]any) {
		if s := w.word(lang, key, args); s != "" {
			out = append(out, s)
		}
	}
	single := l.Item.Unit == "one" && l.Item.Amount.Compare(market.Amount{N: 1}) == 0
	if !single {
		add("post.lot", map[string]any{"Quantity": w.quantity(lang, l.Item)})
	}
	if l.Available != nil && closing(l.State) == "" {
		key := "post.available"
		if l.Purpose == market.Want {
			key = "post.needed"
		}
		add(key, map[string]any{"Quantity": w.quantity(lang, *l.Available)})
	}
	if l.Minimum != nil {
		add("post.minimum", map[string]any{"Quantity": w.quantity(lang, *l.Minimum)})
	}
	for _, m := range l.Modes {
		switch m {
		case market.Gift, market.Share, market.Lend, market.Swap, market.Discuss:
			add("post.mode."+string(m), nil)
		}
	}
	if l.Ask != nil {
		add("post.return", map[string]any{"Price": w.price(l, lang, single)})
		var parts []string
		for _, p := range l.Prices {
			parts = append(parts, p.Label+" "+w.money(lang, l.Ask.Medium, p.Amount))
		}
		if len(parts) > 0 && !brief {
			add("post.parts", map[string]any{"Parts": strings.Join(parts, ", ")})
		}
	}
	if l.Maker != "" {
		add("post.maker", map[string]any{"Name": l.Maker})
	}
	if l.OnBehalf != "" {
		add("post.behalf", map[string]any{"Name": l.OnBehalf})
	}
	if !l.Starts.IsZero() {
		add("post.starts", map[string]any{"Date": w.day(lang, l.Starts.In(w.zone()))})
	}
	return strings.Join(out, " ")
}

const noBreak = "\u00a0"

// quantity is an amount with its unit, kept on one line.
func (w Writer) quantity(lang string, q market.Quantity) string {
	amount := w.decimal(lang, q.Amount.Short())
	if s := w.word(lang, "unit."+q.Unit, map[string]any{"Amount": amount, "Count": q.Amount.Short()}); s != "" {
		return s
	}
	return amount + noBreak + q.Unit
}

// decimal writes a plain decimal for people who read lang: half the world has a comma where the other half has a point.
func (w Writer) decimal(lang, s string) string {
	return strings.Replace(s, ".", w.word(lang, "format.decimal", nil), 1)
}

// price is what is asked for, in words.
func (w Writer) price(l *market.Listing, lang string, single bool) string {
	a := l.Ask
	var s string
	switch {
	case a.Amount != nil && !slices.Contains(l.Modes, market.Sliding):
		s = w.money(lang, a.Medium, *a.Amount)
	case a.Min != nil && a.Max != nil:
		s = w.word(lang, "post.range", map[string]any{"Min": w.money(lang, a.Medium, *a.Min), "Max": w.money(lang, a.Medium, *a.Max)})
	case a.Min != nil:
		s = w.word(lang, "post.from", map[string]any{"Min": w.money(lang, a.Medium, *a.Min)})
	case a.Max != nil:
		s = w.word(lang, "post.upto", map[string]any{"Max": w.money(lang, a.Medium, *a.Max)})
	default:
		s = w.word(lang, "post.open", nil)
	}
	suggested := a.Suggested
	if suggested == nil && slices.Contains(l.Modes, market.Sliding) {
		suggested = a.Amount
	}
	if suggested != nil {
		s = w.word(lang, "post.suggested", map[string]any{"Price": s, "Suggested": w.money(lang, a.Medium, *suggested)})
	}
	switch {
	case !l.UnitBased:
		return s
	case single:
		return w.word(lang, "post.each", map[string]any{"Price": s})
	}
	return w.word(lang, "post.per", map[string]any{"Price": s, "Quantity": w.quantity(lang, l.Item)})
}

// money is an amount of a medium. Hours are kept in minutes; those that are no exact decimal of an hour stay minutes.
func (w Writer) money(lang string, m market.Medium, a market.Amount) string {
	switch m.Kind {
	case market.Hours:
		s := w.word(lang, "post.minutes", map[string]any{"Number": a.String()})
		if h, ok := hours(a); ok {
			s = w.word(lang, "post.hours", map[string]any{"Number": w.decimal(lang, h.Short())})
		}
		if m.Code != "" {
			s += " (" + m.Code + ")"
		}
		return s
	case market.Money:
		s := a.String()
		if whole := a.Short(); !strings.Contains(whole, ".") {
			s = whole
		}
		return w.decimal(lang, s) + noBreak + m.Code
	}
	return w.decimal(lang, a.Short()) + noBreak + m.Code
}

// hours gives minutes as hours where that is an exact decimal of two places: every three minutes.
func hours(minutes market.Amount) (market.Amount, bool) {
	if minutes.Places != 0 || minutes.N > market.MaxAmount || minutes.N%3 != 0 {
		return market.Amount{}, false
	}
	h := market.Amount{N: minutes.N / 3 * 5, Places: 2}
	return h, h.N <= market.MaxAmount
}

// hashtags are what the listing is found by elsewhere: its purpose, its own tags, its category and its place.
func (w Writer) hashtags(l *market.Listing, lang string) []hashtag {
	var out []hashtag
	add := func(s string) {
		if s != "" && !slices.Contains(out, hashtag(s)) {
			out = append(out, hashtag(s))
		}
	}
	add(string(l.Purpose))
	for _, t := range l.Tags {
		add(t)
	}
	if l.Category != "" {
		add(market.Tag(w.word(lang, "post.category."+l.Category, nil)))
	}
	if i := strings.IndexAny(l.Place.Name, "(,;/·"); i >= 0 {
		add(market.Tag(l.Place.Name[:i]))
	} else {
		add(market.Tag(l.Place.Name))
	}
	return out
}

// cutTo shortens text to n characters, at a word's end where there is one near, and says where the rest is.
func (w Writer) cutTo(text, lang string, n int, page coop.IRI) string {
	if n < 0 {
		return text
	}
	runes := []rune(text)
	if len(runes) <= n {
		return text
	}
	head := string(runes[:n])
	if i := strings.LastIndexAny(head, " \n"); i > len(head)*2/3 {
		head = head[:i]
	}
	return strings.TrimRight(head, " \n") + "…\n\n" + w.word(lang, "post.more", map[string]any{"Address": page})
}
