package node

import (
	"runtime/debug"
	"strings"
)

// Release is the version of the program, set when it is built for release.
var Release = "0.1.0"

// Version is Release with the commit it was built from, where the build knows it.
func Version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return Release
	}
	commit, changed := "", ""
	for _, s := range info.Settings {
		switch {
		case s.Key == "vcs.revision" && len(s.Value) >= 8:
			commit = "+" + s.Value[:8]
		case s.Key == "vcs.modified" && s.Value == "true":
			changed = ".changed"
		}
	}
	return strings.TrimSpace(Release + commit + changed)
}
