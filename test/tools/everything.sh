#!/usr/bin/env bash
# All tests, none left out: SQLite and PostgreSQL, the real peer, the real browser, with the race detector, in random order.
set -euo pipefail
cd "$(dirname "$0")/../.."
test/tools/lint.sh
export TOADLANE_TEST_ALL=1 CGO_ENABLED=1
# Two test binaries at a time: what the machine has cores for. A package that hangs is ended with its stacks.
out=$(mktemp)
trap 'rm -f "$out"' EXIT
set +e
test/tools/postgres.sh go test -race -shuffle=on -timeout 15m -p 2 ./... 2>&1 | tee "$out"
status=${PIPESTATUS[0]}
set -e
if grep -qE '^(---|===) SKIP|^\s+--- SKIP' "$out"; then
	echo "a test was skipped" >&2
	exit 1
fi
exit "$status"
