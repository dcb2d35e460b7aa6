// Package browser holds tests that look at whole co-ops through a real Chromium. They need more than Go, so `go test ./...` leaves
// them out and says so; `make test` runs them.
package browser
