package market

import (
	"sort"
	"time"

	"toadlane/coop"
)

// Purpose is which way a listing points. It never changes (invariant 1).
type Purpose string

// The two purposes.
const (
	Offer Purpose = "offer"
	Want  Purpose = "want"
)

// Kind is what sort of thing is offered or wanted.
type Kind string

// The kinds, as the form offers them.
const (
	Thing     Kind = "thing"
	Food      Kind = "food"
	Skill     Kind = "service"
	Space     Kind = "space"
	Tool      Kind = "tool"
	Transport Kind = "transport"
	Training  Kind = "training"
	Job       Kind = "role"
	Loan      Kind = "money"
	Knowledge Kind = "knowledge"
	Founders  Kind = "cofounders"
)

// Kinds lists them in the order of the form.
var Kinds = []Kind{Thing, Food, Skill, Space, Tool, Transport, Training, Job, Loan, Knowledge, Founders}

// Mode is how the thing changes hands.
type Mode string

// The modes; gift and share come first on purpose.
const (
	Gift     Mode = "gift"
	Share    Mode = "share"
	Lend     Mode = "lend"
	Swap     Mode = "swap"
	ForHours Mode = "hours"
	ForLocal Mode = "local"
	ForMoney Mode = "money"
	Sliding  Mode = "sliding"
	Discuss  Mode = "discuss"
)

// Modes lists them in the order of the form.
var Modes = []Mode{Gift, Share, Lend, Swap, ForHours, ForLocal, ForMoney, Sliding, Discuss}

// Stream is which kind of work stands behind a listing, in the words of the DisCO co-ops. "" is not said.
type Stream string

// The streams.
const (
	Livelihood Stream = "livelihood"
	Love       Stream = "love"
	Care       Stream = "care"
)

// Streams lists them.
var Streams = []Stream{Livelihood, Love, Care}

// Scope is how far a listing reaches.
type Scope string

// The scopes (Murmurations geographic_scope).
const (
	ScopeLocal         Scope = "local"
	ScopeRegional      Scope = "regional"
	ScopeNational      Scope = "national"
	ScopeInternational Scope = "international"
)

// Scopes lists them from near to far.
var Scopes = []Scope{ScopeLocal, ScopeRegional, ScopeNational, ScopeInternational}

// Listing is an offer or a want: ours when Home is "", else a neighbour's.
type Listing struct {
	ID      coop.ID
	IRI     coop.IRI // its address; for ours <base>/listings/<ID>
	Home    coop.IRI // the remote co-op it belongs to, "" for ours
	Purpose Purpose
	Kind    Kind
	Title   coop.Text
	Body    coop.Text // plain text of ours; sanitised HTML never lives here
	Modes   []Mode

	Item      Quantity  // what one lot is: 1 one, 2.5 kilogram
	Available *Quantity // how much there is, in Item's unit; nil is "some"
	Minimum   *Quantity
	UnitBased bool // lots may be multiplied (FEP-0837 §Proposals)
	Ask       *Ask // what is wanted in return; nil for gifts and to be discussed
	Prices    []PriceLine

	Place  coop.Place
	Scope  Scope
	Starts time.Time // zero: now
	Until  time.Time // always set: the end of that day in the co-op's zone

	Maker    string  // who made it, in words
	OnBehalf string  // somebody without an account, in words
	Poster   coop.ID // the member it belongs to; replies reach them
	Contact  coop.IRI
	Stream   Stream
	Tags     []string
	Category string // code of the category list, e.g. AM60
	Photos   []Photo

	Visibility coop.Visibility // CoopOnly, Peers or Everyone
	// Narrowed says that some were sent a Delete because they may not see it any more. Their servers keep that tombstone, so it
	// can't be shown more widely again: it has to be posted anew.
	Narrowed bool
	State    State
	Outcome  string // "", or in words what became of it
	Version  int    // 1 and up; each edit makes one more
	Created  time.Time
	Updated  time.Time
	Closed   time.Time // when it left open: done, expired, withdrawn
	Seen     time.Time // remote only: when its home last confirmed it
	URL      string    // remote only: the page at its home
	Thanks   string    // "", or what whoever closed it says to those who helped; on its page alone
}

// Photo is a picture of a listing.
type Photo struct {
	ID       coop.ID // our file; of a remote one our copy, "" before there is one
	Remote   coop.IRI
	Alt      string
	Width    int
	Height   int
	Type     string // media type of what we serve
	Blurhash string // what it looks like from far away, "" when nobody said
	Focus    Focus
	Cut      *Cut // which part of the whole it is; nil is all of it
}

// Focus is the point of a picture that stays in sight when it is shown smaller than it is, in hundredths: X from -100 at the left
// to 100 at the right, Y from -100 at the top to 100 at the bottom. The zero Focus is the middle.
type Focus struct{ X, Y int }

// Cut is a part of a picture, in ten-thousandths of its sides.
type Cut struct{ X, Y, W, H int }

// Local tells whether the listing is our own.
func (l *Listing) Local() bool { return l.Home == "" }

// Live tells whether the listing belongs in lists at now: open, begun is not needed, and not past its end (invariant 2).
func (l *Listing) Live(now time.Time) bool { return l.State == Open && now.Before(l.Until) }

// The longest words about the end of a listing.
const (
	MaxOutcome = 200
	MaxThanks  = 500
)

// MaxPhotos is how many pictures one listing has at most.
const MaxPhotos = 6

// The default and longest lives of a listing, in days (docs/rules.md; FEDERATION.md caps endTime at 90).
const (
	OfferDays  = 90
	WantDays   = 14
	FoodDays   = 2
	MaxDays    = 90 // to the end of the 90th day
	RenewDays  = 60 // for how long after its end it can be renewed with one press; then it is archived
	RemindDays = 7  // first reminder before the end
	LastDays   = 1  // second reminder
)

// DefaultUntil is the end of a new listing: that many days on, at the end of the day in the co-op's zone (invariant 19).
func DefaultUntil(p Purpose, k Kind, now time.Time, zone *time.Location) time.Time {
	days := OfferDays
	switch {
	case k == Food:
		days = FoodDays
	case p == Want:
		days = WantDays
	}
	return EndOfDay(now.In(zone).AddDate(0, 0, days), zone)
}

// EndOfDay is the first instant, in UTC, that is not on the day of t in zone any more. It is looked for, not computed: where
// clocks go forward at midnight (Havana, Santiago) there is no 00:00, and time.Date answers with 23:00 of the day before.
func EndOfDay(t time.Time, zone *time.Location) time.Time {
	y, m, d := t.In(zone).Date()
	from := t.UTC().Truncate(time.Second)
	const longest = 26 * 60 * 60 // seconds: a day on which the clocks go back, and then some
	n := sort.Search(longest, func(n int) bool {
		ny, nm, nd := from.Add(time.Duration(n) * time.Second).In(zone).Date()
		return ny > y || ny == y && (nm > m || nm == m && nd > d)
	})
	return from.Add(time.Duration(n) * time.Second)
}

// DayOf is the last day of a listing that ends at until: the day shown to people.
func DayOf(until time.Time, zone *time.Location) time.Time { return until.Add(-time.Second).In(zone) }
