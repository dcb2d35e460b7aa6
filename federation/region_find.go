package federation

import (
	"context"
	"fmt"

	"toadlane/coop"
	"toadlane/federation/queue"
	"toadlane/federation/vocab"
	"toadlane/internal/limits"
	"toadlane/internal/outbound"
	"toadlane/internal/strictjson"
	"toadlane/region"
)

// LookUpRegion reads what a region goes by, so that a steward may decide to ask: address is a handle, or the https address of its account or its page.
// Stewards may. Errors: Unauthenticated, Forbidden; Invalid about "address" with a sentence that says why; TooMany, key region.many, when too many
// are known here.
func (n *Node) LookUpRegion(ctx context.Context, by coop.Actor, address string) (region.Region, error) {
	if err := steward(by); err != nil {
		return region.Region{}, err
	}
	r, err := n.lookUpRegion(ctx, address)
	if err != nil {
		return r, fmt.Errorf("look up region: %w", err)
	}
	return r, nil
}

func (n *Node) lookUpRegion(ctx context.Context, address string) (region.Region, error) {
	a, err := n.resolve(ctx, address)
	if err != nil {
		return region.Region{}, err
	}
	r, err := n.regionBehind(ctx, a, "", outbound.NewBudget(limits.CharterPages+limits.Redirects))
	if err == nil && !takesPart(&r) {
		n.meetMembers(ctx, &r)
	}
	switch {
	case err == nil || coop.KeyOf(err) == "region.many":
		return r, err
	case coop.KeyOf(err) == "region.none" || coop.KeyOf(err) == "charter.malformed" || coop.KeyOf(err) == "charter.unsigned":
		return r, &peerError{coop.FieldError("address", "region.none", nil), err}
	}
	return r, sayPeer(err)
}

// meetMembers reads who takes part in a region that a steward looks at, so that they can decide. That it can't be had is no reason not to see the rest.
func (n *Node) meetMembers(ctx context.Context, r *region.Region) {
	ctx, cancel := context.WithTimeout(ctx, limits.LookTime)
	defer cancel()
	etag, err := n.readFrom(ctx, r, r.Charter.Host, "", "")
	if err == nil {
		err = n.Store.Write(ctx, func(tx queue.Tx) error { return n.Region.Pulled(tx, r.ID, etag, "") })
	}
	if err != nil {
		n.Log.Info("read who takes part in a region", "region", string(r.ID), "error", err)
	}
}

// regionBehind reads the charters that an account names as those of its region, and keeps what stands of them. want, where it is not "", is the region
// that it must be. Errors: Invalid, key region.none, when it is no region that this account hosts, or another; those of fetching; those of
// HearCharters.
func (n *Node) regionBehind(ctx context.Context, account queue.Actor, want region.ID, budget *outbound.Budget) (region.Region, error) {
	none := func(why string) (region.Region, error) {
		return region.Region{}, coop.Errorf(coop.Invalid, "region.none", "%s: %s", account.IRI, why)
	}
	doc, err := strictjson.Parse(account.Raw)
	if err != nil {
		return region.Region{}, err
	}
	parts, ok := vocab.RegionOf(doc)
	if !ok {
		return none("no account of a region")
	}
	charters, marks, err := n.readCharters(ctx, account.IRI, parts.Charters, budget)
	if err != nil {
		return region.Region{}, err
	}
	id, head := region.ID(""), (*region.Charter)(nil)
	for i := range charters {
		if c := &charters[i]; id == "" || c.Of() == id {
			if id = c.Of(); head == nil || c.Version > head.Version {
				head = c
			}
		}
	}
	// Before anything is kept: whoever names another's region, or another than the one that is meant, has us keep none.
	if id == "" || want != "" && id != want || head.Host != account.IRI {
		return none("it does not host " + string(id))
	}
	r, err := n.Region.HearCharters(ctx, id, charters, marks)
	if err == nil && r.Charter.Host != account.IRI {
		return none("it does not host " + string(id) + " any more")
	}
	return r, err
}

// readCharters reads the charters and signatures of a collection; what is no such document, or of a format that is not known here, is left out.
func (n *Node) readCharters(ctx context.Context, owner, at coop.IRI, budget *outbound.Budget) (charters []region.Charter, marks []region.Mark, err error) {
	_, err = n.eachPage(ctx, owner, at, "", limits.CharterPages, budget, func(page strictjson.Object) (bool, error) {
		for _, o := range page.Objects("orderedItems") {
			if vocab.IsCharter(o) {
				if c, err := vocab.DecodeCharter(o); err == nil {
					charters = append(charters, c)
				}
			} else if m, err := vocab.DecodeMark(o); err == nil {
				marks = append(marks, m)
			}
		}
		return true, nil
	})
	return charters, marks, err
}

// eachPage reads a collection of an owner's, page by page, until do wants no more. It gives the collection's ETag, or "" and no page when nothing
// changed since etag.
func (n *Node) eachPage(ctx context.Context, owner, at coop.IRI, etag string, most int, budget *outbound.Budget, do func(page strictjson.Object) (bool, error)) (string, error) {
	doc, err := n.fetchIf(ctx, outbound.KindCollection, at, etag, budget)
	if err != nil || doc.NotModified {
		return "", err
	}
	page := doc.Object
	if first := page.Object("first"); !first.IsZero() {
		page = first
	} else if iri, ok := page.IRI("first"); ok && len(page.List("orderedItems")) == 0 {
		if page, err = n.collectionPage(ctx, owner, iri, budget); err != nil {
			return "", err
		}
	}
	seen := map[coop.IRI]bool{at: true}
	for pages := 1; ; pages++ {
		more, err := do(page)
		if err != nil {
			return "", err
		}
		next, ok := page.IRI("next")
		if !more || !ok || pages >= most || seen[next] {
			return doc.ETag, nil
		}
		seen[next] = true
		if page, err = n.collectionPage(ctx, owner, next, budget); err != nil {
			return "", err
		}
	}
}

// InviteToRegion asks the co-op at address to take part in a region that we host. Stewards may. Errors: those of region.Service.Invite; Invalid about
// "address" with a sentence that says why.
func (n *Node) InviteToRegion(ctx context.Context, by coop.Actor, slug, address string) error {
	if err := steward(by); err != nil {
		return err
	}
	a, err := n.resolve(ctx, address)
	switch {
	case err != nil:
	case n.blocks.Blocked(a.IRI):
		err = coop.FieldError("address", "peer.blocked", nil)
	case !vocab.CoopType(a.Type):
		err = coop.FieldError("address", "region.person", nil)
	default:
		err = n.Region.Invite(ctx, by, slug, a.IRI, a.Name)
	}
	if err != nil {
		return fmt.Errorf("invite into region %s: %w", slug, err)
	}
	n.Wake()
	return nil
}
