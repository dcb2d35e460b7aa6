#!/usr/bin/env bash
# All tests, none left out: SQLite and PostgreSQL, the real peer, the real browser, with the race detector, in random order.
set -euo pipefail
cd "$(dirname "$0")/../.."
test/tools/lint.sh
export TOADLANE_TEST_ALL=1 CGO_ENABLED=1
out=$(mktemp)
trap 'rm -f "$out"' EXIT
# What tests write is kept in memory where there is room for it: most of their time went into waiting for a disk, which tells nothing
# here (a program that is killed loses nothing that the kernel has; test/fault has file systems of its own).
if [ "$(stat -f -c %T /dev/shm 2>/dev/null)" = tmpfs ] && [ "$(df --output=avail -k /dev/shm | tail -1)" -gt 4000000 ]; then
	export GOTMPDIR=${TMPDIR:-/tmp}
	TMPDIR=$(mktemp -d /dev/shm/toadlane-tests.XXXXXX)
	export TMPDIR
	chmod 755 "$TMPDIR" # PostgreSQL runs as somebody else
	trap 'rm -rf "$out" "$TMPDIR"' EXIT
fi
# Three test binaries at a time on two cores, since they also wait for each other's servers. A package that hangs is ended with its stacks. The stories start the program
# some hundred times and the browser opens some hundred and fifty pages; under the detector these two took longer than everything else together.
# What the program is made of runs under it in internal/testrig and in the tests of its parts. SQLite itself, which was C and keeps its memory
# by itself, is not watched: the detector knows nothing of that memory, and three quarters of the time went there.
outside='^toadlane/(cmd/toadlane|test/browser)$'
set +e
test/tools/postgres.sh bash -c '
	go test -race -gcflags="modernc.org/...=-race=false" -shuffle=on -timeout 15m -p 3 $(go list ./... | grep -vE "$0"); one=$?
	go test -shuffle=on -timeout 15m -p 2 -parallel 4 $(go list ./... | grep -E "$0"); two=$?
	exit $((one | two))' "$outside" 2>&1 | tee "$out"
status=${PIPESTATUS[0]}
set -e
if grep -qE '^(---|===) SKIP|^\s+--- SKIP' "$out"; then
	echo "a test was skipped" >&2
	exit 1
fi
exit "$status"
