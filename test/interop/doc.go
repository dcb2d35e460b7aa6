// Package interop holds tests against servers that nobody here wrote. They need more than Go, so `go test ./...` leaves them out
// and says so; `make test` runs them.
package interop
