package strictjson

import (
	"github.com/go-json-experiment/json"

	"toadlane/coop"
)

// Marshal writes v so that the same value always gives the same bytes: map names are sorted, nothing is escaped for HTML, nil
// slices are []. Errors are of class Internal: we could not write what is ours.
func Marshal(v any) ([]byte, error) {
	b, err := json.Marshal(v, json.Deterministic(true))
	if err != nil {
		return nil, coop.Errorf(coop.Internal, "error.internal", "write JSON: %w", err)
	}
	return b, nil
}
