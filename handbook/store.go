package handbook

import (
	"context"
	"time"

	"toadlane/coop"
)

// Reader is what the handbook reads. Where there is no such row its methods answer with class NotFound, and Unavailable where the database
// can't be reached; a cursor that is none of theirs is Invalid, key cursor.invalid. In a transaction the one row that is asked for by its key
// is held until the end.
type Reader interface {
	Coop() (coop.Coop, error)
	Person(id coop.ID) (coop.Person, error)
	// People lists all members.
	People() ([]coop.Person, error)

	// Protocol gives a page of ours or a neighbour's. Key protocol.unknown.
	Protocol(id coop.ID) (Protocol, error)
	// ProtocolBySlug finds one of ours, ProtocolByIRI any.
	ProtocolBySlug(slug string) (Protocol, error)
	ProtocolByIRI(iri coop.IRI) (Protocol, error)
	// Protocols lists ours by folded name, then by id.
	Protocols() ([]Protocol, error)
	// PagesOf lists the addresses of a neighbour's pages that are here, in their order.
	PagesOf(home coop.IRI) ([]coop.IRI, error)
	// Forks lists the pages, ours and neighbours', that say they were adapted from a page, by folded name, then by id.
	Forks(page coop.IRI) ([]Protocol, error)
	// SearchProtocols answers q. See Query for the order.
	SearchProtocols(q Query, now time.Time) (Found, error)

	// Text gives what is hashed of a revision, whoever's it is: id, name, source and parents. Key revision.unknown.
	Text(id RevisionID) (Revision, error)
	// Revision gives a revision of a page with its text and what is said about it; RevisionByNumber the one with a number.
	Revision(protocol coop.ID, id RevisionID) (Revision, error)
	RevisionByNumber(protocol coop.ID, n int) (Revision, error)
	// Revisions lists the numbered revisions of a page without their sources, highest number first, from below a number on (0: all).
	Revisions(protocol coop.ID, below, limit int) ([]Revision, error)
	// Steps gives those of the revisions that are here and everything in their past that is, in any order, each once; above MaxHistory
	// it may give MaxHistory+1.
	Steps(of ...RevisionID) ([]Step, error)
	// Enactments lists the texts of our public pages that came into use, without their sources, latest first, then by revision.
	Enactments(limit int, cursor string) (list []Enactment, next string, err error)

	// Draft gives what a member was last writing on a page. Key draft.unknown.
	Draft(protocol, person coop.ID) (Autosave, error)
	// Drafts lists what a member is writing, latest first.
	Drafts(person coop.ID) ([]Autosave, error)

	// Motion gives a motion. Key motion.unknown.
	Motion(id coop.ID) (Motion, error)
	// Motions lists open ones, those that end first before others and those without an end last; or decided, clashing and withdrawn
	// ones, opened latest first.
	Motions(open bool, limit int, cursor string) (list []Motion, next string, err error)
	// MotionsOf lists those of a page, opened latest first.
	MotionsOf(protocol coop.ID) ([]Motion, error)
	// DueMotions lists open motions whose end is not after t, first end first.
	DueMotions(t time.Time, limit int) ([]coop.ID, error)
	// Responses lists the answers to a motion by time, then by person.
	Responses(motion coop.ID) ([]Response, error)
	// Remarks lists what was said about a motion, oldest first.
	Remarks(motion coop.ID) ([]Remark, error)

	// Adoption gives one, AdoptionByIRI finds it by its note. Key adoption.unknown.
	Adoption(id coop.ID) (Adoption, error)
	AdoptionByIRI(iri coop.IRI) (Adoption, error)
	// Adoptions lists ours, latest first; OurAdoptionOf gives the one of ours that holds at now of a page; AdoptionsOf lists everybody's
	// of a page, oldest first.
	Adoptions() ([]Adoption, error)
	OurAdoptionOf(page coop.IRI, now time.Time) (Adoption, error)
	AdoptionsOf(page coop.IRI) ([]Adoption, error)
	// Bonds counts by co-op ("" ours) and by whose they are ("" ours) the pages of another co-op that each says in public that it goes by at now, by co-op.
	Bonds(now time.Time) ([]Bond, error)
	// Pinned tells whether an adoption of ours is of a text.
	Pinned(id RevisionID) (bool, error)

	// Offer gives one. Key offer.unknown.
	Offer(id coop.ID) (Offer, error)
	OfferByActivity(activity coop.IRI) (Offer, error)
	// Offers lists those of one direction that wait for an answer or have one, latest first.
	Offers(ours, settled bool, limit int, cursor string) (list []Offer, next string, err error)
	// OffersFor lists all that are meant for a page, oldest first.
	OffersFor(page coop.IRI) ([]Offer, error)

	// ReadMarks lists those of one member, ReadMarksOf those of a text.
	ReadMarks(person coop.ID) ([]ReadMark, error)
	ReadMarksOf(id RevisionID) ([]ReadMark, error)

	// DueReviews lists pages of ours, in use or under review, whose review date is not after t and of which the stewards were not told,
	// earliest first.
	DueReviews(t time.Time, limit int) ([]Protocol, error)
	// Buried tells whether an address has a tombstone.
	Buried(iri coop.IRI) (bool, error)
}

// Tx is what the handbook needs inside one transaction.
type Tx interface {
	Reader

	// PutProtocol inserts p or replaces the row with its id, with what the search finds it by: the text in use, or the latest while there
	// is none, if it is here. Class Conflict when its address, or the slug of one of ours, belongs to another.
	PutProtocol(p Protocol) error
	// DropProtocol removes a page with what is said about its revisions, and the texts that nothing else here needs; with bury a
	// tombstone stays.
	DropProtocol(p Protocol, bury bool, at time.Time) error
	// DropTexts removes those of the texts that nothing here needs (a page, an adoption of ours, a change given back, another text's past), and then
	// what they alone came from.
	DropTexts(ids []RevisionID) error
	// PutText keeps what is hashed of a revision, once.
	PutText(r Revision) error
	// PutRevision keeps a revision of the page it names, with its text; a page that shows it is found by its words from then on. Class
	// Conflict when another of ours has its number.
	PutRevision(r Revision) error
	// PutDraft keeps what a member is writing, in place of what they wrote on the page before; DropDraft forgets it.
	PutDraft(d Autosave) error
	DropDraft(protocol, person coop.ID) error
	PutMotion(m Motion) error
	// PutResponse keeps an answer in place of the one that the person gave before.
	PutResponse(r Response) error
	// PutCounted takes all answers to a motion away and keeps these: what is left of a secret vote.
	PutCounted(motion coop.ID, left []Response) error
	PutRemark(r Remark) error
	PutAdoption(a Adoption) error
	// DropAdoption removes one of another co-op.
	DropAdoption(id coop.ID) error
	// PutOffer keeps an offer. Class Conflict when another has its activity.
	PutOffer(o Offer) error
	// PutReadMark keeps a mark; what was read before stays as it was.
	PutReadMark(m ReadMark) error

	// Append queues an event in this transaction.
	Append(e coop.Event) error
	// PutLetter queues a mail in this transaction, unless one of its kind, receiver and subject waits already.
	PutLetter(l coop.Letter) error
}

// Store is the handbook's persistence.
type Store interface {
	// Write runs fn in one transaction; an error of fn undoes all of it. Transactions never nest, and fn does no network.
	Write(ctx context.Context, fn func(Tx) error) error
	// At gives reads outside of a transaction, each of its own moment.
	At(ctx context.Context) Reader
}
