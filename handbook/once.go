package handbook

import "toadlane/coop"

// once is a Reader for a list: what several of its rows are about is read once. It is for one list and one goroutine, outside of a transaction.
type once struct {
	Reader
	pages  map[coop.IRI]answered[Protocol]
	ours   map[coop.ID]answered[Protocol]
	texts  map[RevisionID]answered[Revision]
	people map[coop.ID]answered[coop.Person]
}

// answered is what a Reader said, be it that there is nothing.
type answered[V any] struct {
	value V
	err   error
}

func eachOnce(r Reader) Reader {
	return &once{r, map[coop.IRI]answered[Protocol]{}, map[coop.ID]answered[Protocol]{}, map[RevisionID]answered[Revision]{}, map[coop.ID]answered[coop.Person]{}}
}

func (o *once) ProtocolByIRI(iri coop.IRI) (Protocol, error) {
	return remember(o.pages, iri, o.Reader.ProtocolByIRI)
}

func (o *once) Protocol(id coop.ID) (Protocol, error) { return remember(o.ours, id, o.Reader.Protocol) }

func (o *once) Text(id RevisionID) (Revision, error) { return remember(o.texts, id, o.Reader.Text) }

func (o *once) Person(id coop.ID) (coop.Person, error) {
	return remember(o.people, id, o.Reader.Person)
}

// remember asks unless it was asked before.
func remember[K comparable, V any](said map[K]answered[V], key K, ask func(K) (V, error)) (V, error) {
	a, there := said[key]
	if !there {
		a.value, a.err = ask(key)
		said[key] = a
	}
	return a.value, a.err
}
