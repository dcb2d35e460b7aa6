package strictjson

import (
	"github.com/go-json-experiment/json/jsontext"

	"toadlane/coop"
)

// AppendString writes s as a JSON string after dst, with the fewest escapes (RFC 8785 §3.2.2.2): nothing is escaped for HTML.
// Class Internal when s is not UTF-8: we could not write what is ours.
func AppendString(dst []byte, s string) ([]byte, error) {
	out, err := jsontext.AppendQuote(dst, s)
	if err != nil {
		return dst, coop.Errorf(coop.Internal, "error.internal", "write JSON: %w", err)
	}
	return out, nil
}
