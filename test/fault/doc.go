// Package fault holds tests that kill, stop, fill, cut off and restart the real program, run as processes of their own, while
// neighbours send to it and members post. Each keeps a ledger of what was answered and compares it with what is there afterwards.
// They need root, strace and PostgreSQL, so `go test ./...` leaves them out and says so; `make test` runs them.
package fault
