package federation_test

import (
	"crypto/ed25519"
	"encoding/json"
	"testing"
	"time"

	"toadlane/coop"
	"toadlane/federation/queue"
	"toadlane/federation/sig"
	"toadlane/federation/vocab"
	"toadlane/handbook"
)

// seesHandbook makes the node follow another and read what it shares.
func (n *node) seesHandbook(of *node) {
	n.rig.t.Helper()
	_, err := n.Follow(n.rig.ctx, n.steward, string(of.actor))
	must(n.rig.t, err)
	n.rig.settle()
	if p := n.peer(of.actor); p.State != queue.Accepted || p.LastError != "" {
		n.rig.t.Fatalf("%s follows %s: %q, %s", n.name, of.name, p.State, p.LastError)
	}
}

// drafts begins a page with a text.
func (n *node) drafts(name, source string) handbook.Protocol {
	n.rig.t.Helper()
	p, err := n.handbook.StartProtocol(n.rig.ctx, n.steward, handbook.Start{Name: name, Kind: handbook.Rule})
	must(n.rig.t, err)
	_, err = n.handbook.WriteRevision(n.rig.ctx, n.steward, p.ID, handbook.Writing{Name: name, Source: source})
	must(n.rig.t, err)
	return n.page(p.IRI)
}

// writes brings a page into use.
func (n *node) writes(name, source string) handbook.Protocol {
	n.rig.t.Helper()
	p, err := n.handbook.BringIntoUse(n.rig.ctx, n.steward, n.drafts(name, source).ID)
	must(n.rig.t, err)
	return p
}

// page is a page as the node has it.
func (n *node) page(iri coop.IRI) handbook.Protocol {
	n.rig.t.Helper()
	p, err := n.handbook.Store.At(n.rig.ctx).ProtocolByIRI(iri)
	must(n.rig.t, err)
	return p
}

func (n *node) knows(iri coop.IRI) bool {
	n.rig.t.Helper()
	_, err := n.handbook.Store.At(n.rig.ctx).ProtocolByIRI(iri)
	if err != nil && coop.ClassOf(err) != coop.NotFound {
		n.rig.t.Fatal(err)
	}
	return err == nil
}

// text is the text in use of a page as the node has it.
func (n *node) text(iri coop.IRI) string {
	n.rig.t.Helper()
	p := n.page(iri)
	_, r, err := n.handbook.TextOf(n.rig.ctx, n.steward, p.ID, p.InUse)
	must(n.rig.t, err)
	return r.Source
}

func (n *node) consent() handbook.Opening {
	return handbook.Opening{Method: handbook.Consent, Closes: n.rig.clock.now().Add(48 * time.Hour)}
}

// decides lets two days go by and decides what is due.
func (n *node) decides() {
	n.rig.t.Helper()
	n.rig.clock.add(49 * time.Hour)
	_, err := n.handbook.Tick(n.rig.ctx)
	must(n.rig.t, err)
	n.rig.settle()
}

// changes brings another text of a page into use, by consent.
func (n *node) changes(iri coop.IRI, source string) handbook.Protocol {
	n.rig.t.Helper()
	p := n.page(iri)
	_, err := n.handbook.OpenMotion(n.rig.ctx, n.steward, p.ID, handbook.Writing{Base: p.Latest, Name: p.Name, Source: source, Reason: "Better"}, n.consent())
	must(n.rig.t, err)
	n.decides()
	return n.page(iri)
}

// uses lists who says that they go by a page of the node's, by their actors.
func (n *node) uses(iri coop.IRI) map[coop.IRI]handbook.Adoption {
	n.rig.t.Helper()
	list, err := n.handbook.UsedBy(n.rig.ctx, n.steward, n.page(iri).ID)
	must(n.rig.t, err)
	out := map[coop.IRI]handbook.Adoption{}
	for _, u := range list {
		out[u.Adoption.Coop] = u.Adoption
	}
	return out
}

// offered lists changes given back: ours or to us, waiting or answered.
func (n *node) offered(ours, settled bool) []handbook.Offer {
	n.rig.t.Helper()
	list, _, err := n.handbook.Offers(n.rig.ctx, n.steward, ours, settled, 0, "")
	must(n.rig.t, err)
	return list
}

// parts is a page of two parts, so that two changes of it can go together.
func parts(pay, hours string) string { return "# Pay\n\n" + pay + "\n\n# Hours\n\n" + hours + "\n" }

// proves gives the user a key for proofs.
func (u *user) proves() ed25519.PrivateKey {
	key, err := sig.GenerateEd25519()
	must(u.peer.rig.t, err)
	u.doc["assertionMethod"] = []any{obj{"id": u.iri + "#ed25519-key", "type": "Multikey", "controller": u.iri, "publicKeyMultibase": sig.EncodeMultikey(key.Public().(ed25519.PublicKey))}}
	u.publish()
	return key
}

// revision is a text of a page of u's and its document.
func (u *user) revision(slug, name, source string, parents ...handbook.RevisionID) (handbook.Revision, obj) {
	r, err := handbook.NewRevision(name, source, parents...)
	must(u.peer.rig.t, err)
	page := u.base + coop.IRI("/h/"+slug)
	r.IRI, r.Home = vocab.RevisionIRI(page, r.ID), u.iri
	before := []any{}
	for _, p := range r.Parents {
		before = append(before, vocab.RevisionIRI(page, p))
	}
	return r, obj{"@context": "https://www.w3.org/ns/activitystreams", "id": r.IRI, "type": "Article", "attributedTo": u.iri, "revisionOf": page, "name": name, "version": "1",
		"digestMultibase": string(r.ID), "parents": before, "source": obj{"content": source, "mediaType": "text/markdown"}, "published": u.peer.rig.clock.now().Format(time.RFC3339), "to": []any{coop.Public}}
}

// article is a page of u's whose text in use is r.
func (u *user) article(slug string, r handbook.Revision, more ...obj) obj {
	page := u.base + coop.IRI("/h/"+slug)
	at := u.peer.rig.clock.now().Format(time.RFC3339)
	o := obj{"id": page, "type": "Article", "attributedTo": u.iri, "name": r.Name, "content": "<p>x</p>", "version": "1", "latestRevision": vocab.RevisionIRI(page, r.ID),
		"published": at, "updated": at, "to": []any{coop.Public}, "kind": "rule", "status": "in_use"}
	for _, m := range more {
		for k, v := range m {
			o[k] = v
		}
	}
	return o
}

// jsonRaw puts bytes into a document as they are.
func jsonRaw(b []byte) json.RawMessage { return b }

func signed(t testing.TB, doc obj, key ed25519.PrivateKey, method coop.IRI, at time.Time) []byte {
	t.Helper()
	b, err := sig.SignProof(jsonOf(doc), key, method, at)
	must(t, err)
	return b
}
