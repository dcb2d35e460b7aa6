package region

import (
	"context"
	"time"

	"toadlane/coop"
)

// Reader is what the regions read. Where there is no such row its methods answer with class NotFound, and Unavailable where the database can't be
// reached; a cursor that is none of theirs is Invalid, key cursor.invalid. In a transaction the one row that is asked for by its key is held until
// the end.
type Reader interface {
	// Coop gives our own co-op.
	Coop() (coop.Coop, error)

	// Region gives a region that is known here. Key region.unknown.
	Region(id ID) (Region, error)
	RegionBySlug(slug string) (Region, error)
	// RegionByHost finds the one whose charter in force names an account as its host.
	RegionByHost(host coop.IRI) (Region, error)
	// Regions lists all, by slug.
	Regions() ([]Region, error)
	// RegionsToPull lists those that we take part in or asked to, and whose words were last read before t, the longest unread first.
	RegionsToPull(t time.Time, limit int) ([]Region, error)

	// Charters lists the charters of a region that are kept, by version; Marks the signatures under them.
	Charters(of ID) ([]Charter, error)
	Marks(of ID) ([]Mark, error)

	// ListHere tells whether the list is here that a root names; List gives its lines after a co-op, by co-op; Line a co-op's own. Key list.unknown.
	ListHere(of ID, root ID) (bool, error)
	List(of ID, root ID, after coop.IRI, limit int) ([]Line, error)
	Line(of ID, root ID, who coop.IRI) (Line, error)

	// Area gives an area that a charter of a region names. Key area.unknown.
	Area(of ID, id ID) (Area, error)

	// Part gives a co-op's part in a region. Key part.unknown.
	Part(of ID, who coop.IRI) (Part, error)
	// Parts lists the parts in a region in a state, what moved last first.
	Parts(of ID, state PartState, limit int, cursor string) (list []Part, next string, err error)
	// CountParts counts them; CountCounting those that count: in, and confirmed by themselves.
	CountParts(of ID, state PartState) (int, error)
	CountCounting(of ID) (int, error)
	// PartsToCheck lists parts that are in, not ours, and have Checked before t, the longest unlooked first.
	PartsToCheck(of ID, t time.Time, limit int) ([]Part, error)
	// ItemsToAnnounce lists of each co-op the oldest that is on the market of a region, came since a moment and after its co-op took part, and was never
	// announced there, oldest first; ItemsAnnounced what was announced or taken back since a moment, oldest first; ItemsToUndo what was announced and is
	// not to be shown any more, by origin; ItemsBehind what is shown and Behind.
	ItemsToAnnounce(of ID, since time.Time, limit int) ([]Item, error)
	ItemsAnnounced(of ID, since time.Time, limit int) ([]Item, error)
	ItemsToUndo(of ID, limit int) ([]Item, error)
	ItemsBehind(of ID, limit int) ([]Item, error)
	// Item gives what a region announced of an object. Key item.unknown.
	Item(of ID, object coop.IRI) (Item, error)
	// PartsBehind lists parts whose state is so by another charter than under, by co-op.
	PartsBehind(of ID, under ID, limit int) ([]Part, error)
	// UnclaimedByID gives an entry of a co-op without a node. Key unclaimed.unknown.
	UnclaimedByID(of ID, id coop.ID) (Unclaimed, error)
	// Unclaimed lists entries of a region in a state, by name; what is claimed stands among what is listed.
	Unclaimed(of ID, state UnclaimedState, limit int, cursor string) (list []Unclaimed, next string, err error)
	// CountUnclaimed counts them.
	CountUnclaimed(of ID, state UnclaimedState) (int, error)
	// UnclaimedKeys lists what all entries of a region are told apart by, in whatever state.
	UnclaimedKeys(of ID) ([]string, error)
	// Fellow tells whether a co-op counts in a region that we take part in.
	Fellow(who coop.IRI) (bool, error)
}

// Tx is what the regions need inside one transaction.
type Tx interface {
	Reader

	// PutRegion inserts r or replaces the row with its id. Class Conflict when its slug is another's.
	PutRegion(r Region) error
	// DropRegion forgets a region with its charters, marks and parts.
	DropRegion(id ID) error
	PutCharter(of ID, c Charter) error
	// PutMark keeps a signature under a charter of that version and attempt. Of each co-op and attempt there may be several: that is a fault that is
	// shown.
	PutMark(of ID, version, attempt int, m Mark) error
	// PutList keeps the list that a root names, once.
	PutList(of ID, root ID, lines []Line) error
	// PutArea keeps an area of a region, once.
	PutArea(of ID, a Area) error
	PutPart(p Part) error
	PutItem(of ID, i Item) error
	// ItemChanged notes for all regions that announced an object that its origin changed or deleted it.
	ItemChanged(object coop.IRI) error

	// PutUnclaimed inserts an entry or replaces the one with its id. Class Conflict when the region has another with its key.
	PutUnclaimed(u Unclaimed) error
	// CallStewards has our stewards look at something, beside complaints.
	CallStewards(c Call) error

	// Append queues an event in this transaction.
	Append(e coop.Event) error
}

// Store is the regions' persistence.
type Store interface {
	// Write runs fn in one transaction; an error of fn undoes all of it. Transactions never nest, and fn does no network.
	Write(ctx context.Context, fn func(Tx) error) error
	// At gives reads outside of a transaction, each of its own moment.
	At(ctx context.Context) Reader
}

// Papers writes and signs documents. It makes keys where an account has none, so that it is not called inside of a transaction.
type Papers interface {
	// Account is the address of the account of a region that is hosted here under a slug.
	Account(slug string) coop.IRI
	// Key gives the key by which one of our accounts signs, as Multikey.
	Key(ctx context.Context, account coop.IRI) (string, error)
	// Charter gives c with its id and bytes, Area a.
	Charter(c Charter) (Charter, error)
	Area(a Area) (Area, error)
	// Mark signs a charter in our co-op's name.
	Mark(ctx context.Context, charter ID) (Mark, error)
	// Entry gives e signed in our co-op's name, with its id and bytes; Admission gives a signed by the account that hosts.
	Entry(ctx context.Context, e Entry) (Entry, error)
	Admission(ctx context.Context, a Admission, host coop.IRI) (Admission, error)
	// Vote gives v signed in our co-op's name.
	Vote(ctx context.Context, v Vote) (Vote, error)
	// Check tells whether a document carries a good proof by a key. Class Unauthenticated when it does not.
	Check(key string, document []byte) error
}
