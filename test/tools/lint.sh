#!/usr/bin/env bash
# Formatting and vet for every build the tests use; golangci-lint as well where it is installed.
set -euo pipefail
cd "$(dirname "$0")/../.."
bad=$(git ls-files '*.go' | xargs gofmt -l)
if [ -n "$bad" ]; then
	echo "gofmt would change: $bad" >&2
	exit 1
fi
go vet ./...
go vet -tags failpoint ./...
go mod verify >/dev/null
if command -v golangci-lint >/dev/null; then
	golangci-lint run ./...
fi
