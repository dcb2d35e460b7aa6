package market

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"toadlane/coop"
)

// Count is how many open listings that everyone may see a co-op has of a purpose and a category in a region.
type Count struct {
	Home     coop.IRI // "" is ours
	Purpose  Purpose
	Category string // "" is none
	N        int
}

// Numbers is what there is on the market of a region.
type Numbers struct {
	Offers, Wants int
	Categories    []CategoryNumbers // those of which there is something, most first
	Coops         []CoopNumbers     // those that show something, most first
}

// CategoryNumbers is what there is of a category.
type CategoryNumbers struct {
	Category      string
	Offers, Wants int
	Coops         int // that have something of it
}

// CoopNumbers is what a co-op shows.
type CoopNumbers struct {
	Home          coop.IRI
	Offers, Wants int
}

// Wanted lists the categories of which something is wanted and nothing offered, most wanted first; Unwanted the reverse.
func (n *Numbers) Wanted() []CategoryNumbers {
	return n.gaps(func(c CategoryNumbers) (int, int) { return c.Wants, c.Offers })
}

// Unwanted lists the categories of which something is offered and nothing wanted, most offered first.
func (n *Numbers) Unwanted() []CategoryNumbers {
	return n.gaps(func(c CategoryNumbers) (int, int) { return c.Offers, c.Wants })
}

func (n *Numbers) gaps(of func(CategoryNumbers) (have, lack int)) (out []CategoryNumbers) {
	for _, c := range n.Categories {
		if have, lack := of(c); c.Category != "" && have > 0 && lack == 0 {
			out = append(out, c)
		}
	}
	slices.SortStableFunc(out, func(a, b CategoryNumbers) int {
		x, _ := of(a)
		y, _ := of(b)
		return cmp.Compare(y, x)
	})
	return out
}

// NumbersIn counts what there is on the market of a region: open, for everyone to see, and of co-ops that let it be shown there and were heard of
// lately. Everybody may. Whoever shows it keeps it for a while: it goes through all there is.
func (s *Service) NumbersIn(ctx context.Context, region string) (Numbers, error) {
	counts, err := s.Store.CountsIn(ctx, region, s.Now().UTC())
	if err != nil {
		return Numbers{}, fmt.Errorf("numbers of region %s: %w", region, err)
	}
	return sum(counts), nil
}

func sum(counts []Count) (n Numbers) {
	type key struct {
		category string
		home     coop.IRI
	}
	categories, homes, seen := map[string]*CategoryNumbers{}, map[coop.IRI]*CoopNumbers{}, map[key]bool{}
	for _, c := range counts {
		k, h := categories[c.Category], homes[c.Home]
		if k == nil {
			k = &CategoryNumbers{Category: c.Category}
			categories[c.Category] = k
		}
		if h == nil {
			h = &CoopNumbers{Home: c.Home}
			homes[c.Home] = h
		}
		if x := (key{c.Category, c.Home}); !seen[x] {
			seen[x] = true
			k.Coops++
		}
		if c.Purpose == Want {
			n.Wants, k.Wants, h.Wants = n.Wants+c.N, k.Wants+c.N, h.Wants+c.N
		} else {
			n.Offers, k.Offers, h.Offers = n.Offers+c.N, k.Offers+c.N, h.Offers+c.N
		}
	}
	for _, k := range categories {
		n.Categories = append(n.Categories, *k)
	}
	for _, h := range homes {
		n.Coops = append(n.Coops, *h)
	}
	slices.SortFunc(n.Categories, func(a, b CategoryNumbers) int {
		return cmp.Or(cmp.Compare(b.Offers+b.Wants, a.Offers+a.Wants), cmp.Compare(a.Category, b.Category))
	})
	slices.SortFunc(n.Coops, func(a, b CoopNumbers) int {
		return cmp.Or(cmp.Compare(b.Offers+b.Wants, a.Offers+a.Wants), cmp.Compare(a.Home, b.Home))
	})
	return n
}
