package strictjson

import (
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"toadlane/internal/limits"
)

// ReadString gives the text of one JSON string, for who holds a value's bytes without its document. It refuses what Parse
// refuses in a string, and anything around it. Errors are of class Invalid.
func ReadString(raw []byte) (string, error) {
	if len(raw) == 0 || raw[0] != '"' {
		return "", refused("no string")
	}
	b, err := jsontext.AppendUnquote(nil, raw)
	if err != nil {
		return "", refused("%w", err)
	}
	s := string(b)
	if len(s) > limits.JSONString || strings.IndexByte(s, 0) >= 0 {
		return "", refused("string too long or with NUL")
	}
	return s, nil
}
