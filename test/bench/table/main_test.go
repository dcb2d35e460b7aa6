package main

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const sample = `goos: linux
cpu: some
BenchmarkInbound/new-2   6000   150.0 cpu-us/op   0.81 http-ratio   5000 ops/s   0.49 ratio
BenchmarkPage/front/304-2   2000   20.25 cpu-us/op   48171 ops/s
BenchmarkLimit/RSASign-2   1   700 cpu-us/op   1400 ops/s
PASS
`

func TestTable(t *testing.T) {
	t.Parallel()
	list, failed, err := read(strings.NewReader(sample))
	if err != nil || failed || len(list) != 3 {
		t.Fatalf("read: %d results, failed %v, %v", len(list), failed, err)
	}
	var b strings.Builder
	met, of, err := write(&b, list)
	if err != nil {
		t.Fatal(err)
	}
	if met != 2 || of != 3 {
		t.Errorf("%d of %d targets met, want 2 of 3", met, of)
	}
	want := `work            rate /s  CPU µs/op  ratio  other figures    target                           met?
Inbound/new     5000     150        0.49   0.81 http-ratio  ratio ≥ 0.5, http-ratio ≥ 0.8  NO, yes
Page/front/304  48171    20.2                                cpu-us/op ≤ 30                  yes
Limit/RSASign   1400     700                                                                   
`
	// Columns are as wide as their widest cell; what counts here is what stands in them.
	squeeze := func(s string) (out [][]string) {
		for _, l := range strings.Split(strings.TrimSpace(s), "\n") {
			out = append(out, strings.Fields(l))
		}
		return out
	}
	if d := cmp.Diff(squeeze(want), squeeze(b.String())); d != "" {
		t.Error(d)
	}
}

func TestTableTellsOfFailures(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"nothing ran": "goos: linux\nPASS\n",
		"one failed":  sample + "--- FAIL: BenchmarkDeliver/rsa-2\nFAIL\n",
	} {
		if _, failed, err := read(strings.NewReader(text)); err != nil || !failed {
			t.Errorf("%s: failed is %v, %v", name, failed, err)
		}
	}
}
