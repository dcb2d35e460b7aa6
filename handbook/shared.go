package handbook

import (
	"context"
	"fmt"
	"slices"

	"toadlane/coop"
)

// Shared is a page that several co-ops go by.
type Shared struct {
	Page  Protocol
	Coops []coop.IRI // "" is ours; whose page it is stands first when it is one of them
}

// maxShared is how many pages are looked at.
const maxShared = 500

// SharedBy lists the pages in use, ours and neighbours', that at least two of some co-ops go by in public, by folded name: a co-op goes by its own. ""
// is ours. Everybody may.
func (s *Service) SharedBy(ctx context.Context, of map[coop.IRI]bool) ([]Shared, error) {
	r := eachOnce(s.read(ctx))
	var out []Shared
	q := Query{Sort: ByName, Limit: MaxPage}
	for seen := 0; seen < maxShared; seen += MaxPage {
		f, err := r.SearchProtocols(q, s.now())
		if err != nil {
			return nil, fmt.Errorf("what co-ops share: %w", err)
		}
		for i := range f.Hits {
			p := &f.Hits[i].Protocol
			if f.Hits[i].Adoptions == 0 || p.InUse == "" || p.Local() && !p.Public() {
				continue
			}
			x := Shared{Page: *p}
			if of[p.Home] {
				x.Coops = append(x.Coops, p.Home)
			}
			uses, err := s.uses(r, p)
			if err != nil {
				return nil, fmt.Errorf("what co-ops share: %w", err)
			}
			for _, u := range uses {
				if who := u.Adoption.Coop; of[who] && !slices.Contains(x.Coops, who) {
					x.Coops = append(x.Coops, who)
				}
			}
			if len(x.Coops) > 1 {
				out = append(out, x)
			}
		}
		if q.Cursor = f.Next; q.Cursor == "" {
			break
		}
	}
	return out, nil
}
