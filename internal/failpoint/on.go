//go:build failpoint

package failpoint

import (
	"os"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
)

var (
	point, at = read()
	passed    atomic.Int64
)

// read takes "name" or "name:3", the third passing.
func read() (string, int64) {
	name, nth, ok := strings.Cut(os.Getenv("TOADLANE_FAILPOINT"), ":")
	if !ok {
		return name, 1
	}
	n, err := strconv.ParseInt(nth, 10, 64)
	if err != nil || n < 1 {
		return name, 1
	}
	return name, n
}

// Here ends the process, without any clean-up, when it is the point asked for.
func Here(name string) {
	if name == point && passed.Add(1) == at {
		_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
		select {} // the signal ends it
	}
}
