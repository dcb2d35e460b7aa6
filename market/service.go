package market

import (
	"context"
	"time"

	"toadlane/coop"
)

// Tx is what the market needs inside one transaction. Its methods answer with errors of class NotFound where there is no
// such row, and Unavailable where the database can't be reached.
type Tx interface {
	// Listing gives one of ours or a neighbour's, in any state.
	Listing(id coop.ID) (Listing, error)
	// ListingByIRI finds it by address.
	ListingByIRI(iri coop.IRI) (Listing, error)
	// PutListing inserts l or replaces the row with its id, with the search index.
	PutListing(l Listing) error
	// DropListing removes the row and its index entry and leaves a tombstone for its address.
	DropListing(l Listing, at time.Time) error
	// Buried tells whether the address has a tombstone.
	Buried(iri coop.IRI) (bool, error)
	// Due lists local listings in Open, Paused or Agreed whose Until is not after t.
	Due(t time.Time, limit int) ([]Listing, error)
	// Unreminded lists local open listings ending not after t that got no reminder of that many days yet.
	Unreminded(t time.Time, days, limit int) ([]Listing, error)
	// PutReminded notes that the reminder went out for this end, so that it goes once.
	PutReminded(id coop.ID, days int, until time.Time) error
	// ClosedBefore lists local Expired, Done or Withdrawn listings that closed not after t.
	ClosedBefore(t time.Time, limit int) ([]Listing, error)
	// StaleRemote lists remote listings whose Until is not after t.
	StaleRemote(t time.Time, limit int) ([]Listing, error)
	// PutWorkedWith notes with which co-op one of our listings worked out; "" takes that back.
	PutWorkedWith(listing coop.ID, with coop.IRI) error
	// PutBonds keeps all that a co-op says of its bonds, in the place of what it said before.
	PutBonds(from coop.IRI, list []Bond) error
	// PutHappening adds to the history of one of our listings. The first and the latest MaxHistory-1 stay.
	PutHappening(listing coop.ID, h Happening) error
	// Thread, PutThread and so on keep conversations.
	Thread(id coop.ID) (Thread, error)
	// ThreadWith finds the open conversation of a member of ours ("" for the stewards') with a party, by its Key, about a listing
	// ("" for none). The owner is part of the question: what is written to one member never lands with another.
	ThreadWith(owner coop.ID, other string, listing coop.ID) (Thread, error)
	// BlockedThread tells whether there is a conversation of owner with a party, by its Key, that is blocked.
	BlockedThread(owner coop.ID, other string) (bool, error)
	// BlockGuest keeps an address out by its mark, UnblockGuest lets it in again, GuestBlocked tells. name is for the stewards' list.
	BlockGuest(mark, name string, by coop.Actor, at time.Time) error
	UnblockGuest(mark string) error
	GuestBlocked(mark string) (bool, error)
	// PutComplaint keeps what somebody tells the stewards.
	PutComplaint(c Complaint) error
	PutThread(t Thread) error
	Message(id coop.ID) (Message, error)
	MessageByIRI(iri coop.IRI) (Message, error)
	PutMessage(m Message) error
	DropMessage(m Message, at time.Time) error
	// SavedSearch and so on keep members' searches; dropping one drops its notices.
	SavedSearch(id coop.ID) (SavedSearch, error)
	PutSavedSearch(x SavedSearch) error
	DropSavedSearch(id coop.ID) error
	CountSavedSearches(person coop.ID) (int, error)
	// PutNotice keeps n unless it is there already, and tells whether it is new.
	PutNotice(n Notice) (fresh bool, err error)
	// DropNotices forgets what was noticed before t.
	DropNotices(t time.Time) error
	// PutSeen notes when a member saw what is new.
	PutSeen(person coop.ID, at time.Time) error
	// LookedUntil is the arrival up to which the market was looked through for its members; zero for never.
	LookedUntil() (time.Time, error)
	PutLookedUntil(t time.Time) error
	// Append queues an event in this transaction.
	Append(e coop.Event) error
	// PutLetter queues a mail in this transaction, unless one of its kind, receiver and subject waits already.
	PutLetter(l coop.Letter) error
}

// Store is the market's persistence.
type Store interface {
	// Write runs fn in one transaction; an error of fn undoes all of it. Transactions never nest, and fn does no network.
	Write(ctx context.Context, fn func(Tx) error) error
	// CountsIn counts the open listings for everyone on the market of a region at now, by co-op, purpose and category.
	CountsIn(ctx context.Context, region string, now time.Time) ([]Count, error)
	// OwnBonds counts what of ours worked out with each co-op and was closed before a moment, by co-op, from a count on; Bonds lists what others say of theirs;
	// WorkedWith gives with whom a listing of ours worked out, "" when nobody said.
	OwnBonds(ctx context.Context, least int, before time.Time) ([]Bond, error)
	Bonds(ctx context.Context) ([]Bond, error)
	WorkedWith(ctx context.Context, listing coop.ID) (coop.IRI, error)
	// Listing gives one listing; what was deleted is class Gone, key listing.gone, as long as its tombstone stands.
	Listing(ctx context.Context, id coop.ID) (Listing, error)
	ListingByIRI(ctx context.Context, iri coop.IRI) (Listing, error)
	// ListingByTail finds the oldest of ours whose id ends like that, among those that are and those whose tombstone stands.
	ListingByTail(ctx context.Context, tail string) (coop.ID, error)
	// History lists what happened to a listing, oldest first.
	History(ctx context.Context, listing coop.ID) ([]Happening, error)
	Search(ctx context.Context, q Query, now time.Time) (Page, error)
	// Count counts the answers to q, at most most of them.
	Count(ctx context.Context, q Query, now time.Time, most int) (int, error)
	Thread(ctx context.Context, id coop.ID) (Thread, error)
	// Threads lists conversations, latest first; owner "" lists all.
	Threads(ctx context.Context, owner coop.ID, limit int, cursor string) (list []Thread, next string, err error)
	// ThreadsOf lists the conversations that a member is in on either side, or those of the stewards for "": first those with
	// something unread, then the latest.
	ThreadsOf(ctx context.Context, person coop.ID, limit int, cursor string) (list []Thread, next string, err error)
	Messages(ctx context.Context, thread coop.ID) ([]Message, error)
	// Replies lists the public replies under a listing that are not hidden, oldest first; HiddenReplies the others.
	Replies(ctx context.Context, listing coop.ID) ([]Message, error)
	HiddenReplies(ctx context.Context, listing coop.ID) ([]Message, error)
	// Unread counts what a member has not read, on either side, or the stewards for "".
	Unread(ctx context.Context, person coop.ID) (int, error)
	// CountEnding counts a member's open listings whose end is until or before.
	CountEnding(ctx context.Context, poster coop.ID, until time.Time) (int, error)
	SavedSearch(ctx context.Context, id coop.ID) (SavedSearch, error)
	// SavedSearches lists a member's, oldest first; AllSavedSearches everybody's by id, after one.
	SavedSearches(ctx context.Context, person coop.ID) ([]SavedSearch, error)
	AllSavedSearches(ctx context.Context, after coop.ID, limit int) ([]SavedSearch, error)
	// Arrivals lists what could be seen from a moment after from and not after until, in that order.
	Arrivals(ctx context.Context, from, until time.Time, limit int) ([]Arrival, error)
	LookedUntil(ctx context.Context) (time.Time, error)
	// Notices lists a member's after since, latest first.
	Notices(ctx context.Context, person coop.ID, since time.Time, limit int) ([]Notice, error)
	Seen(ctx context.Context, person coop.ID) (time.Time, error)
	// CountNews counts what a member has not seen: threads with something unread, open listings that end not after soon and did
	// not yet end so soon when they last looked, and notices of listings that are live.
	CountNews(ctx context.Context, person coop.ID, now, soon time.Time) (NewsCount, error)
}

// Service holds the market's use cases. Whoever wires the program fills the fields.
type Service struct {
	Store Store
	Now   func() time.Time
	NewID func() coop.ID
	Base  coop.IRI              // the co-op's actor's origin, e.g. https://bakery.example
	Actor coop.IRI              // the co-op's actor
	Zone  func() *time.Location // the co-op's time zone
	Fuzz  []byte                // secret for public points and for the marks of guests
	// Stewards lists who is told of what is written to the stewards; nil is nobody.
	Stewards func(context.Context) ([]coop.ID, error)
}

func (s *Service) event(kind coop.EventKind, by coop.Actor, subject string, snapshot any) coop.Event {
	return coop.Event{ID: s.NewID(), Kind: kind, At: s.Now().UTC(), By: by.String(), Subject: subject, Snapshot: snapshot}
}

// tell queues what l has become for those who may see it. The exact place stays behind: an event is made to be told, and the
// exact place never is. A listing for the co-op alone is told to nobody; only its narrowing is, so that it is taken back.
func (s *Service) tell(tx Tx, kind coop.EventKind, by coop.Actor, l Listing) error {
	if l.Visibility <= coop.CoopOnly && kind != coop.ListingNarrowed {
		return nil
	}
	l.Place.Exact = nil
	return tx.Append(s.event(kind, by, string(l.IRI), l))
}

// ListingIRI is the address of one of our listings.
func (s *Service) ListingIRI(id coop.ID) coop.IRI { return s.Base + "/listings/" + coop.IRI(id) }

// MessageIRI is the address of one of our messages.
func (s *Service) MessageIRI(id coop.ID) coop.IRI { return s.Base + "/n/" + coop.IRI(id) }
