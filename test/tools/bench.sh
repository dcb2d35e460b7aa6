#!/usr/bin/env bash
# Measures everything docs/performance.md names, and prints one table of work, rate, processor time per operation, ratio to the limit of
# this machine measured in the same run, and target. What the benchmarks wrote stays in ./bench.out. A missed target is shown and no
# failure; a benchmark that does not run is. TOADLANE_BENCH_LARGE=1 adds the cases of a million listings. An argument chooses: bench.sh Market
set -euo pipefail
cd "$(dirname "$0")/../.."
only=${1:-.}
out=bench.out
export CGO_ENABLED=0
bin=$(mktemp -d)
trap 'rm -rf "$bin"' EXIT
export TOADLANE_BENCH_FILLED=$bin/filled # a million listings are written once
go build -o "$bin/table" ./test/bench/table
go test -c -o "$bin/bench.test" ./test/bench
go test -c -o "$bin/handbook.test" ./handbook
: >"$out"
status=0
# How often a group runs is chosen so that all of them end within 15 minutes on two cores.
run() {
	[[ $1 =~ $only || $only == . ]] || return 0
	echo "measuring $1" >&2
	if [ "${4:-}" = postgres ]; then
		test/tools/postgres.sh "$bin/bench.test" -test.run '^$' -test.bench "$1" -test.benchtime "$2" >>"$out" 2>&1 || status=1
		return 0
	fi
	(cd test/bench && "$bin/${4:-bench}.test" -test.run '^$' -test.bench "$1" -test.benchtime "$2" -test.timeout "${3:-5m}") >>"$out" 2>&1 || status=1
}
long=5m
[ -n "${TOADLANE_BENCH_LARGE:-}" ] && long=60m
run '^BenchmarkLimit$' 1x
run '^BenchmarkInbound$' 8000x
run '^BenchmarkInboundListing$' 4000x "$long"
run '^BenchmarkFirstContact$' 4000x
run '^BenchmarkIngest$' 4000x
run '^BenchmarkFanoutEnqueue$' 8x
run '^BenchmarkDeliver$/^(rsa|ed25519|latency250)$' 2x
run '^BenchmarkDeliver$/^(hang10|down_up)$' 1x
run '^BenchmarkMarket$' 1000x "$long"
run '^BenchmarkRegion$' 300x "$long"
run '^BenchmarkRegionIngest$' 2000x "$long"
run '^BenchmarkRegionMemory$' 1x "$long"
if compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null || command -v initdb >/dev/null; then
	run '^BenchmarkRegionPostgres$' 300x "$long" postgres
fi
run '^BenchmarkPage$' 3000x
run '^BenchmarkHandbook$' 50x 5m handbook
run '^BenchmarkHandbookRead$' 200x
run '^Benchmark(GetActor|GetObject|Webfinger)$' 20000x
run '^Benchmark(Start|Memory|Binary)$' 1x "$long"
"$bin/table" <"$out" || status=1
if [ "$status" != 0 ]; then
	grep -E -A3 -e '--- FAIL|^panic|^FAIL' "$out" >&2 || true
fi
exit "$status"
