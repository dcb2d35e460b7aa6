package federation

import (
	"context"

	"toadlane/coop"
	"toadlane/federation/sig"
	"toadlane/federation/vocab"
	"toadlane/internal/strictjson"
	"toadlane/region"
)

// papers writes the documents of regions and signs them with the keys of our accounts.
type papers struct{ *Node }

var _ region.Papers = papers{}

// Account is where the account of a region lives that is hosted here.
func (p papers) Account(slug string) coop.IRI { return p.addr.Region(slug) }

// Key gives the key by which an account of ours signs documents; one without keys gets some.
func (p papers) Key(ctx context.Context, account coop.IRI) (string, error) {
	keys, err := p.keys.ensure(ctx, account)
	if err != nil {
		return "", err
	}
	return sig.EncodeMultikey(keys.edPub), nil
}

// Charter gives a charter with its bytes and the id that whoever reads it computes.
func (papers) Charter(c region.Charter) (region.Charter, error) {
	doc, err := vocab.Charter(&c)
	if err != nil {
		return c, err
	}
	return readBack(doc, vocab.DecodeCharter)
}

// Area gives an area with its bytes and the id that whoever reads it computes.
func (papers) Area(a region.Area) (region.Area, error) {
	doc, err := vocab.Area(&a)
	if err != nil {
		return a, err
	}
	return readBack(doc, vocab.DecodeArea)
}

// Mark signs a charter in our co-op's name.
func (p papers) Mark(ctx context.Context, charter region.ID) (region.Mark, error) {
	doc, err := vocab.Mark(charter, p.addr.Coop())
	if err == nil {
		doc, err = p.prove(ctx, p.addr.Coop(), doc)
	}
	if err != nil {
		return region.Mark{}, err
	}
	return readBack(doc, vocab.DecodeMark)
}

// Entry signs a word of our co-op's on its part.
func (p papers) Entry(ctx context.Context, e region.Entry) (region.Entry, error) {
	doc, err := vocab.Entry(&e)
	if err == nil {
		doc, err = p.prove(ctx, p.addr.Coop(), doc)
	}
	if err != nil {
		return e, err
	}
	return readBack(doc, vocab.DecodeEntry)
}

// Admission signs a word of a region's that is hosted here on a co-op.
func (p papers) Admission(ctx context.Context, a region.Admission, host coop.IRI) (region.Admission, error) {
	doc, err := vocab.Admission(&a)
	if err == nil {
		doc, err = p.prove(ctx, host, doc)
	}
	if err != nil {
		return a, err
	}
	return readBack(doc, vocab.DecodeAdmission)
}

// Vote signs our co-op's yes to one that asks.
func (p papers) Vote(ctx context.Context, v region.Vote) (region.Vote, error) {
	doc, err := vocab.Vote(&v)
	if err == nil {
		doc, err = p.prove(ctx, v.By, doc)
	}
	if err != nil {
		return v, err
	}
	return readBack(doc, vocab.DecodeVote)
}

// Check tells whether a document carries a good proof by a key. Class Unauthenticated when it does not.
func (papers) Check(key string, doc []byte) error {
	public, err := sig.ParseMultikey(key)
	if err != nil {
		return err
	}
	return sig.VerifyProof(doc, public)
}

// readBack reads a document of ours as others will: what they would refuse is never signed for.
func readBack[T any](doc []byte, decode func(strictjson.Object) (T, error)) (T, error) {
	o, err := strictjson.Parse(doc)
	if err != nil {
		var none T
		return none, err
	}
	return decode(o)
}
