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
# Vetted it was above. Two test binaries at a time: what the machine has cores for. A package that hangs is ended with its stacks. The stories start the program
# some hundred times and the browser opens some hundred and fifty pages; under the detector these two took longer than everything else together.
# What the program is made of runs under it in internal/testrig and in the tests of its parts. SQLite itself, which was C and keeps its memory
# by itself, is not watched: the detector knows nothing of that memory, and three quarters of the time went there.
# What happens when servers die is mostly waited for, so it runs beside these two.
outside='^toadlane/(cmd/toadlane|test/browser|test/fault)$'
set +e
test/tools/postgres.sh bash -c '
	watched=(-vet=off -race -gcflags="modernc.org/...=-race=false" -shuffle=on -timeout 15m -p 2)
	go test "${watched[@]}" $(go list ./... | grep -vE "$0"); one=$?
	go test "${watched[@]}" ./test/fault & fault=$!
	go test -vet=off -shuffle=on -timeout 15m -p 2 -parallel 4 ./cmd/toadlane ./test/browser; two=$?
	wait "$fault"; three=$?
	exit $((one | two | three))' "$outside" 2>&1 | tee "$out"
status=${PIPESTATUS[0]}
set -e
if grep -qE '^(---|===) SKIP|^\s+--- SKIP' "$out"; then
	echo "a test was skipped" >&2
	exit 1
fi
exit "$status"
