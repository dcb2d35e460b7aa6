package interop

import (
	"fmt"
	"os"
	"testing"
)

func TestMain(m *testing.M) {
	if os.Getenv("TOADLANE_TEST_ALL") == "" {
		fmt.Println("left out: the Fedify peer (npm); `make test` runs it")
		os.Exit(0)
	}
	os.Exit(m.Run())
}
