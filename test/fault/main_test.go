package fault

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
)

// The program, built once: as it ships, and with the points at which it kills itself.
var binary, failing string

func TestMain(m *testing.M) {
	if os.Getenv("TOADLANE_TEST_ALL") == "" {
		fmt.Println("left out: faults of real processes, disks and databases; `make test` runs them")
		os.Exit(0)
	}
	os.Exit(run(m))
}

func run(m *testing.M) int {
	dir, err := os.MkdirTemp("", "toadlane-fault-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(dir) //nolint:errcheck // a scratch folder
	binary, failing = filepath.Join(dir, "toadlane"), filepath.Join(dir, "toadlane-failpoint")
	var builds sync.WaitGroup
	var broken [2]error
	for i, args := range [][]string{{"-o", binary}, {"-tags", "failpoint", "-o", failing}} {
		builds.Go(func() {
			c := exec.Command("go", append(append([]string{"build"}, args...), "toadlane/cmd/toadlane")...)
			c.Env = append(os.Environ(), "CGO_ENABLED=0")
			if out, err := c.CombinedOutput(); err != nil {
				broken[i] = fmt.Errorf("build the program: %w\n%s", err, out)
			}
		})
	}
	builds.Wait()
	for _, err := range broken {
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
	}
	return m.Run()
}
