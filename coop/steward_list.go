package coop

import (
	"context"
	"fmt"
)

// Stewards lists who looks after the node and can sign in: who is told of what is for the stewards.
func (s *Service) Stewards(ctx context.Context) ([]ID, error) {
	all, err := s.Store.Accounts(ctx)
	if err != nil {
		return nil, fmt.Errorf("stewards: %w", err)
	}
	var out []ID
	for _, a := range all {
		if a.Role == RoleSteward && !a.Disabled {
			out = append(out, a.Person)
		}
	}
	return out, nil
}
