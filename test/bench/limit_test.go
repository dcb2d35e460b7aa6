package bench_test

import (
	"testing"

	"toadlane/test/bench/kit"
)

// BenchmarkLimit measures what nothing built on it can be cheaper than.
func BenchmarkLimit(b *testing.B) {
	for _, l := range kit.All() {
		b.Run(l.Name, func(b *testing.B) {
			m := kit.NewMeter(b)
			m.Time(func() {
				_, err := l.CPU()
				must(b, err)
			})
			cpu, err := l.CPU()
			must(b, err)
			b.ReportMetric(float64(cpu.Nanoseconds())/1000, "cpu-us/op")
			b.ReportMetric(1e9/float64(cpu.Nanoseconds()), "ops/s")
			b.ReportMetric(0, "ns/op")
		})
	}
}
