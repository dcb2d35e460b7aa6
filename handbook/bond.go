package handbook

import (
	"context"
	"fmt"

	"toadlane/coop"
)

// Bond is how many pages of another co-op's handbook a co-op goes by.
type Bond struct {
	Coop  coop.IRI // "" is ours
	Home  coop.IRI // whose pages; "" is ours
	Pages int
}

// Bonds lists who goes by pages of whom, by co-op. Everybody may: all of it was said in public.
func (s *Service) Bonds(ctx context.Context) ([]Bond, error) {
	list, err := s.read(ctx).Bonds(s.now())
	if err != nil {
		return nil, fmt.Errorf("who goes by whose pages: %w", err)
	}
	return list, nil
}
