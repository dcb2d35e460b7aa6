package handbook_test

import (
	"testing"

	"toadlane/handbook/handbooktest"
)

// The use cases, on a store in memory. The stores of package store are held to the same stories.
func TestStories(t *testing.T) {
	t.Parallel()
	handbooktest.Run(t, handbooktest.In)
}
