# Toad Lane. `make help` lists what there is.
GO ?= go
SHELL := /bin/bash
export CGO_ENABLED ?= 0

help: ## this list
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 16

run: ## four sample co-ops at http://bakery.localhost:8470
	$(GO) run ./cmd/toadlane demo

build: ## the binary, static, in ./toadlane
	$(GO) build -trimpath -ldflags="-s -w -buildid=" -o toadlane ./cmd/toadlane

test: tools ## everything: both databases, real peers, a real browser, with -race
	test/tools/everything.sh

pages: tools ## every page in every view: light, dark, long words, right to left, big buttons (about ten minutes)
	TOADLANE_TEST_PAGES=1 TOADLANE_TEST_ALL=1 $(GO) test -v -timeout 90m -run 'TestEveryPage|TestHandbookPages|TestRegionPages' ./test/browser

quick: ## what needs nothing but Go
	$(GO) test ./...

tools: ## install what the tests need, or say what is missing
	test/tools/install.sh

shots: ## pictures of the demonstration's main pages, narrow and wide, in ./.shots
	$(GO) run ./test/browser/shots

lint: ## formatting, vet, and golangci-lint where it is installed
	test/tools/lint.sh

fuzz: ## every fuzz target for FUZZTIME each (10s)
	test/tools/fuzz.sh $${FUZZTIME:-10s}

bench: ## the table of work, rate, CPU and ratio to the limit measured in the same run
	test/tools/bench.sh

bench-large: ## the same at a million listings
	TOADLANE_BENCH_LARGE=1 test/tools/bench.sh

bench-region: ## a region of 2,000 co-ops and a million listings, on both databases, and 400 co-ops on three processes (an hour)
	TOADLANE_BENCH_LARGE=1 test/tools/bench.sh Region
	TOADLANE_TEST_ALL=1 TOADLANE_TEST_COOPS=400 TOADLANE_TEST_THINGS=50 $(GO) test -v -timeout 60m -run TestThreeProcesses ./test/fault

.PHONY: help run build test pages quick tools shots lint fuzz bench bench-large bench-region
