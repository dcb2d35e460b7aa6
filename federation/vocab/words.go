package vocab

import (
	"fmt"
	"strings"
)

// Words gives a sentence in a language, as plain text. args are the values it names. It answers "" or the key itself for what
// it does not know; then the built-in words are used.
type Words func(lang, key string, args map[string]any) string

// word asks the writer's words, then those built in.
func (w Writer) word(lang, key string, args map[string]any) string {
	if w.Words != nil {
		if s := w.Words(lang, key, args); s != "" && s != key {
			return s
		}
	}
	return DefaultWords(lang, key, args)
}

// DefaultWords speaks English, whatever the language, for a node without words of its own. For an unknown key it gives "".
func DefaultWords(_, key string, args map[string]any) string { return fillIn(defaultWords[key], args) }

// fillIn puts args where {Name} stands.
func fillIn(s string, args map[string]any) string {
	if s == "" || len(args) == 0 {
		return s
	}
	var b strings.Builder
	for {
		before, rest, ok := strings.Cut(s, "{")
		b.WriteString(before)
		if !ok {
			return b.String()
		}
		name, after, ok := strings.Cut(rest, "}")
		if !ok {
			b.WriteString("{" + rest)
			return b.String()
		}
		fmt.Fprint(&b, args[name])
		s = after
	}
}

// WordKeys lists the keys that the writers ask for, so that a translation can be checked for completeness.
func WordKeys() []string {
	keys := make([]string, 0, len(defaultWords))
	for k := range defaultWords {
		keys = append(keys, k)
	}
	return keys
}

// defaultWords are short on purpose: they stand in posts that people read on other servers.
var defaultWords = map[string]string{
	"post.offer": "Offer: {Title}", "post.want": "Want: {Title}",
	"post.closed_name": "Closed: {Title}", "post.closed": "[Closed – {State}]",
	"post.paused": "[Paused]", "post.agreed": "[Everything is spoken for]",
	"post.state.done": "fulfilled", "post.state.withdrawn": "withdrawn", "post.state.expired": "expired",
	"post.lot": "Each: {Quantity}.", "post.available": "Available: {Quantity}.", "post.needed": "Needed: {Quantity}.",
	"post.minimum": "At least {Quantity}.",
	"post.return":  "In return: {Price}.", "post.per": "{Price} per {Quantity}", "post.each": "{Price} each",
	"format.decimal": ".",
	"post.range":     "{Min} to {Max}", "post.from": "from {Min}", "post.upto": "up to {Max}", "post.open": "what you can",
	"post.suggested": "{Price} (suggested: {Suggested})", "post.parts": "Of that {Parts}.",
	"post.mode.gift": "A gift.", "post.mode.share": "To share.", "post.mode.lend": "To lend.", "post.mode.swap": "To swap.",
	"post.mode.discuss": "What is given in return is to be discussed.",
	"post.maker":        "Made by {Name}.", "post.behalf": "On behalf of {Name}.", "post.starts": "From {Date}.",
	"post.until": "until {Date}", "format.date": "{Day} {Month} {Year}", "format.first": "1", "post.hours": "{Number}\u00a0h", "post.minutes": "{Number}\u00a0min", "post.more": "More: {Address}",
	"month.1": "January", "month.2": "February", "month.3": "March", "month.4": "April", "month.5": "May", "month.6": "June",
	"month.7": "July", "month.8": "August", "month.9": "September", "month.10": "October", "month.11": "November",
	"month.12": "December",
	"unit.one": "{Amount}", "unit.piece": "{Amount}\u00a0pieces", "unit.dozen": "{Amount}\u00a0dozen", "unit.hour": "{Amount}\u00a0h", "unit.day": "{Amount}\u00a0days", "unit.week": "{Amount}\u00a0weeks",
	"unit.month": "{Amount}\u00a0months", "unit.year": "{Amount}\u00a0years", "unit.minute-Time": "{Amount}\u00a0min", "unit.kilogram": "{Amount}\u00a0kg", "unit.gram": "{Amount}\u00a0g",
	"unit.tonne": "{Amount}\u00a0t", "unit.litre": "{Amount}\u00a0l", "unit.metre": "{Amount}\u00a0m", "unit.kilometre": "{Amount}\u00a0km",
	"post.category.AM10": "Arts", "post.category.AM20": "Campaigning", "post.category.AM30": "Community spaces", "post.category.AM40": "Education",
	"post.category.AM50": "Energy", "post.category.AM60": "Food", "post.category.AM70": "Goods and services", "post.category.AM80": "Care",
	"post.category.AM90": "Housing", "post.category.AM100": "Finance", "post.category.AM110": "Nature", "post.category.AM120": "Repair",
	"post.category.AM130": "Agriculture", "post.category.AM140": "Industry", "post.category.AM150": "Utilities", "post.category.AM160": "Transport",
	"post.version": "Version {Number}.", "post.retired": "[No longer in use]", "post.review": "[Under review]", "post.forked": "Adapted from {Title}.",
	"post.handbook": "Version {Number} of a page of our handbook.", "post.adopts": "We go by {Title}, a page of the handbook of {Coop}.",
	"post.adapts": "We have adapted {Title} from the handbook of {Coop} for our place.", "post.meets": "Of its checklist we meet {Count}.",
	"post.meets_own": "Of the checklist of {Title} we meet {Count}.",
	"actor.area":     "Area", "actor.availability": "Availability", "actor.skills": "Skills", "actor.languages": "Languages",
	"actor.fediverse": "Also at", "actor.since": "Member since", "actor.pronouns": "Pronouns", "actor.hours": "Hours a month",
	"actor.looking_for": "Looking for", "actor.membership": "Also in (by their own word)", "actor.contact.phone": "Phone",
	"actor.contact.mail": "Mail", "actor.contact.matrix": "Matrix", "actor.contact.xmpp": "XMPP", "actor.contact.web": "Web", "actor.contact.other": "Reach me",
}
