package store

import (
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"toadlane/coop"
)

// Times are kept as microseconds since 1970 in UTC, 0 for the zero time; lists and maps as JSON.

func micros(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMicro()
}

func fromMicros(n int64) time.Time {
	if n == 0 {
		return time.Time{}
	}
	return time.UnixMicro(n).UTC()
}

func flag(b bool) int {
	if b {
		return 1
	}
	return 0
}

// encode writes a value as JSON for a column. Zero fields are left out, names are in a fixed order, and bad UTF-8 becomes
// U+FFFD rather than a row that can't be written.
func encode(v any) (string, error) {
	b, err := json.Marshal(v, json.OmitZeroStructFields(true), json.Deterministic(true), jsontext.AllowInvalidUTF8(true))
	if err != nil {
		return "", coop.Errorf(coop.Internal, "error.internal", "encode %T: %w", v, err)
	}
	return string(b), nil
}

// decode reads what encode wrote, or an older program of ours.
func decode(text []byte, into any) error {
	if err := json.Unmarshal(text, into, jsontext.AllowInvalidUTF8(true)); err != nil {
		return coop.Errorf(coop.Internal, "error.internal", "decode %T: %w", into, err)
	}
	return nil
}
