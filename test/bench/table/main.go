// Command table reads what `go test -bench` wrote about test/bench and prints it as one table with the targets beside it. A
// target that is missed changes nothing of its exit code: a benchmark that did not run does.
package main

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"regexp"
	"strconv"
	"strings"
	"text/tabwriter"
)

// target is what a figure of a benchmark should be: at least, or at most, Value.
type target struct {
	name  string // of the benchmark, without its number of cores
	unit  string // whose figure
	least bool
	value float64
}

func atLeast(name, unit string, v float64) target { return target{name, unit, true, v} }
func atMost(name, unit string, v float64) target  { return target{name, unit, false, v} }

// targets are those of docs/performance.md.
var targets = []target{
	atLeast("Inbound/new", "ratio", 0.5),
	atLeast("Inbound/new", "http-ratio", 0.8),
	atLeast("Inbound/300members", "ratio", 0.5),
	atMost("Inbound/duplicate", "cpu-us/op", 80),
	atMost("Inbound/badsig", "cpu-us/op", 60),
	atMost("Inbound/unknownkey", "cpu-us/op", 60),
	atLeast("InboundListing/1M", "ratio", 0.7),
	atLeast("FirstContact", "ops/s", 300),
	atMost("FirstContact", "gets/contact", 2),
	atMost("FanoutEnqueue/5000", "ms/fanout", 20),
	atLeast("Deliver/rsa", "ratio", 0.8),
	atLeast("Deliver/rsa", "%reused", 95),
	atLeast("Deliver/ed25519", "ratio", 0.7),
	atLeast("Deliver/ed25519", "%reused", 95),
	atMost("Deliver/latency250", "s/fanout", 1),
	atMost("Deliver/hang10", "%lost", 10),
	atMost("Deliver/down_up", "s/fanout", 60),
	atMost("Deliver/down_up", "tries/s", 10),
	atMost("Market/10k/*", "p99-us", 2000),
	atMost("Market/100k/*", "p99-us", 5000),
	atMost("Market/1M/*", "p99-us", 20_000),
	atMost("Market/10k/mix", "p99-us", 15_000),
	atMost("Market/100k/mix", "p99-us", 25_000),
	atMost("Market/1M/mix", "p99-us", 50_000),
	atMost("Region/10k/all/*", "p99-us", 5000),
	atMost("Region/10k/few/*", "p99-us", 5000),
	atMost("Region/10k/quiet/*", "p99-us", 5000),
	atMost("Region/1M/all/*", "p99-us", 20_000), // as of the whole market
	atMost("Region/1M/few/*", "p99-us", 20_000),
	atMost("Region/1M/quiet/*", "p99-us", 20_000),
	atMost("RegionPostgres/1M/all/*", "p99-us", 50_000),
	atMost("RegionPostgres/1M/few/*", "p99-us", 50_000),
	atMost("RegionPostgres/1M/quiet/*", "p99-us", 50_000),
	atMost("RegionIngest/*/lag", "p99-us", 2_000_000),
	atLeast("RegionIngest/*/pulled", "ratio", 1), // to read many at once is no dearer than to be sent each
	atMost("RegionMemory/*", "MB-idle", 96),
	atMost("Page/*/built", "cpu-us/op", 1000),
	atMost("Page/*/cached", "cpu-us/op", 50),
	atMost("Page/*/304", "cpu-us/op", 30),
	atLeast("Handbook/diff", "ratio", 0.1), // of the handbook, that it does not become slower: a half of what was measured first
	atLeast("Handbook/diff_worst", "ratio", 0.004),
	atLeast("Handbook/merge", "ratio", 0.1),
	atLeast("Handbook/headings", "ratio", 0.07),
	atLeast("Handbook/ancestor", "ratio", 0.2),
	atLeast("Handbook/history", "ratio", 0.1),
	atLeast("HandbookRead/contents", "ratio", 0.12),
	atLeast("HandbookRead/search", "ratio", 0.07),
	atLeast("HandbookRead/text200k", "ratio", 0.05),
	atLeast("HandbookRead/history5000", "ratio", 0.04),
	atLeast("HandbookRead/graph5000", "ratio", 0.04),
	atMost("GetActor", "cpu-us/op", 35),
	atMost("GetObject", "cpu-us/op", 35),
	atMost("Webfinger", "cpu-us/op", 35),
	atMost("Start/10k", "ms/start", 50),
	atMost("Start/1M", "ms/start", 100),
	atMost("Memory", "MB-idle", 24),
	atMost("Memory", "MB-after-20k", 64),
	atMost("Binary", "MB", 35),
}

// result is one line of `go test -bench`.
type result struct {
	name    string
	figures map[string]float64
}

var cores = regexp.MustCompile(`-\d+$`)

// read gives the results in their order. failed tells that a benchmark did not run to its end.
func read(r io.Reader) (list []result, failed bool, err error) {
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		line := lines.Text()
		if strings.HasPrefix(line, "FAIL") || strings.Contains(line, "--- FAIL") {
			failed = true
		}
		fields := strings.Fields(line)
		if len(fields) < 4 || !strings.HasPrefix(fields[0], "Benchmark") {
			continue
		}
		one := result{name: cores.ReplaceAllString(strings.TrimPrefix(fields[0], "Benchmark"), ""), figures: map[string]float64{}}
		for i := 2; i+1 < len(fields); i += 2 {
			v, err := strconv.ParseFloat(fields[i], 64)
			if err != nil {
				one.figures = nil
				break
			}
			one.figures[fields[i+1]] = v
		}
		if len(one.figures) > 0 {
			list = append(list, one)
		}
	}
	return list, failed || len(list) == 0, lines.Err()
}

// fits tells whether a pattern, in which * stands for one part, is meant for a name.
func fits(pattern, name string) bool {
	p, n := strings.Split(pattern, "/"), strings.Split(name, "/")
	if len(p) != len(n) {
		return false
	}
	for i := range p {
		if p[i] != "*" && p[i] != n[i] {
			return false
		}
	}
	return true
}

// targetsOf gives a benchmark's targets; those that name it wholly come before those that name it with a *.
func targetsOf(name string) []target {
	var exact, loose []target
	for _, t := range targets {
		if t.name == name {
			exact = append(exact, t)
		} else if fits(t.name, name) {
			loose = append(loose, t)
		}
	}
	if len(exact) > 0 {
		return exact
	}
	return loose
}

// shown are the figures that have no column of their own, in the order in which they are told.
var shown = []string{"http-ratio", "gets/contact", "p50-us", "p99-us", "s/fanout", "ms/fanout", "%reused", "%lost", "tries/s", "ms/start", "MB-idle", "MB-idle-own", "MB-after-20k", "MB-after-20k-own", "MB-after", "MB-after-own", "MB", "gets/coop", "cpu-s/2000coops", "writes/commit"}

func number(v float64) string {
	switch {
	case v >= 100:
		return strconv.FormatFloat(v, 'f', 0, 64)
	case v >= 10:
		return strconv.FormatFloat(v, 'f', 1, 64)
	}
	return strconv.FormatFloat(v, 'f', 2, 64)
}

// write prints the table and tells how many targets were met, of how many.
func write(w io.Writer, list []result) (met, of int, err error) {
	out := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(out, "work\trate /s\tCPU µs/op\tratio\tother figures\ttarget\tmet?")
	for _, r := range list {
		column := func(unit string) string {
			if v, ok := r.figures[unit]; ok {
				return number(v)
			}
			return ""
		}
		var other, wanted, verdict []string
		for _, unit := range shown {
			if v, ok := r.figures[unit]; ok {
				other = append(other, number(v)+" "+unit)
			}
		}
		for _, t := range targetsOf(r.name) {
			v, ok := r.figures[t.unit]
			sign, good := "≤", v <= t.value
			if t.least {
				sign, good = "≥", v >= t.value
			}
			wanted = append(wanted, t.unit+" "+sign+" "+strconv.FormatFloat(t.value, 'g', -1, 64))
			of++
			if ok && good {
				met++
				verdict = append(verdict, "yes")
			} else {
				verdict = append(verdict, "NO")
			}
		}
		fmt.Fprintf(out, "%s\t%s\t%s\t%s\t%s\t%s\t%s\n", r.name, column("ops/s"), column("cpu-us/op"), column("ratio"),
			strings.Join(other, ", "), strings.Join(wanted, ", "), strings.Join(verdict, ", "))
	}
	return met, of, out.Flush()
}

func main() {
	list, failed, err := read(os.Stdin)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	met, of, err := write(os.Stdout, list)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Printf("\n%d of %d targets met.\n", met, of)
	if failed {
		fmt.Fprintln(os.Stderr, "a benchmark did not run to its end")
		os.Exit(1)
	}
}
