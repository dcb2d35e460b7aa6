package strictjson

import (
	"strings"
	"testing"

	"toadlane/coop"
	"toadlane/internal/limits"
)

func TestReadString(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("x", limits.JSONString)
	for raw, want := range map[string]string{`"a"`: "a", `""`: "", `"p\u00e4\n"`: "pä\n", `"\ud83d\ude00"`: "😀", `"` + long + `"`: long} {
		if got, err := ReadString([]byte(raw)); err != nil || got != want {
			t.Errorf("%.40s: %.40q, %v", raw, got, err)
		}
	}
	for _, raw := range []string{``, `a`, `"a`, `"a" `, ` "a"`, `"a""b"`, `1`, `null`, `["a"]`, `"\u0000"`, `"\ud83d"`, "\"\xff\"", "\"\n\"", `"` + long + `x"`} {
		if got, err := ReadString([]byte(raw)); coop.ClassOf(err) != coop.Invalid || err == nil {
			t.Errorf("%.40s: taken as %.40q", raw, got)
		}
	}
}
