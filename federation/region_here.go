package federation

import (
	"context"
	"slices"

	"toadlane/coop"
	"toadlane/region"
)

// hosted gives a region that is hosted here and goes on, by its slug. Class NotFound, key actor.unknown.
func (n *Node) hosted(ctx context.Context, slug string) (region.Region, error) {
	unknown := coop.Errorf(coop.NotFound, "actor.unknown", "no region %.80q is hosted here", slug)
	if !coop.ValidSlug(slug, coop.MaxHandle) {
		return region.Region{}, unknown
	}
	r, err := n.Region.Store.At(ctx).RegionBySlug(slug)
	if err != nil {
		if coop.ClassOf(err) == coop.NotFound {
			err = unknown
		}
		return r, err
	}
	if !r.Hosted || r.State != region.Joined || r.Charter.Host != n.addr.Region(slug) {
		return r, unknown
	}
	return r, nil
}

// hostedOnce gives a region that is hosted here, or was: its account says where it went.
func (n *Node) hostedOnce(ctx context.Context, slug string) (region.Region, error) {
	r, err := n.hosted(ctx, slug)
	if err == nil || coop.KeyOf(err) != "actor.unknown" || !coop.ValidSlug(slug, coop.MaxHandle) {
		return r, err
	}
	was, err2 := n.Region.Store.At(ctx).RegionBySlug(slug)
	if err2 != nil || was.Hosted || !slices.Contains(was.Hosts, n.addr.Region(slug)) {
		return r, err
	}
	return was, nil
}

// regionNamed gives the region whose charters and words we serve: one that is hosted here by its slug, or by its id one that we take part in, since
// every member serves them. Class NotFound.
func (n *Node) regionNamed(ctx context.Context, name string) (region.Region, error) {
	id, err := region.ParseID(name)
	if err != nil {
		return n.hosted(ctx, name)
	}
	r, err := n.Region.Store.At(ctx).Region(id)
	if err == nil && r.State != region.Joined {
		err = coop.Errorf(coop.NotFound, "region.unknown", "region %s is %s here", id, r.State)
	}
	return r, err
}

// joined lists the regions that we take part in.
func joined(read region.Reader) ([]region.Region, error) {
	all, err := read.Regions()
	if err != nil {
		return nil, err
	}
	var out []region.Region
	for _, r := range all {
		if r.State == region.Joined {
			out = append(out, r)
		}
	}
	return out, nil
}

// takesPart tells whether what is said about a region is of interest: we take part in it, or asked to.
func takesPart(r *region.Region) bool { return r.State == region.Joined || r.State == region.Asked }

// papersAt are where a member of a region serves its charters and words.
func papersAt(member coop.IRI, of region.ID) (charters, words coop.IRI) {
	at := coop.IRI(member.Origin()) + "/r/" + coop.IRI(of)
	return at + "/charters", at + "/words"
}
