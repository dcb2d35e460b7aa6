package kit

import (
	"os"
	"runtime/pprof"
	"slices"
	"syscall"
	"testing"
	"time"
)

// CPU is the processor time that this process has used, user and system, all threads. It is the steady figure of a
// measurement: wall-clock rates wobble with what else the machine does.
func CPU() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		panic(err) // getrusage of oneself does not fail (getrusage(2))
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// Meter adds up processor and wall-clock time over the parts of a benchmark that count.
type Meter struct {
	b         *testing.B
	cpu, wall time.Duration
	sinceCPU  time.Duration
	since     time.Time
}

// NewMeter makes a meter that stands still; the benchmark's own timer stands still with it.
func NewMeter(b *testing.B) *Meter {
	b.Helper()
	b.StopTimer()
	return &Meter{b: b}
}

// Time runs work and counts it.
func (m *Meter) Time(work func()) {
	stop := profile()
	m.b.StartTimer()
	m.since, m.sinceCPU = time.Now(), CPU()
	work()
	m.cpu += CPU() - m.sinceCPU
	m.wall += time.Since(m.since)
	m.b.StopTimer()
	stop()
}

// profile writes a processor profile of the counted part alone to the file that TOADLANE_BENCH_PROFILE names; the last one stays.
func profile() (stop func()) {
	name := os.Getenv("TOADLANE_BENCH_PROFILE")
	if name == "" {
		return func() {}
	}
	f, err := os.Create(name)
	if err == nil {
		err = pprof.StartCPUProfile(f)
	}
	if err != nil {
		panic(err)
	}
	return func() { pprof.StopCPUProfile(); _ = f.Close() }
}

// Wall is the wall-clock time counted so far.
func (m *Meter) Wall() time.Duration { return m.wall }

// Each is the processor time of one of n operations.
func (m *Meter) Each(n int) time.Duration { return m.cpu / time.Duration(max(n, 1)) }

// Report writes what n operations cost: cpu-us/op, ops/s and, where there is a limit, ratio, which is limit / own.
func (m *Meter) Report(n int, limit time.Duration) {
	m.b.ReportMetric(micros(m.Each(n)), "cpu-us/op")
	m.b.ReportMetric(float64(n)/m.wall.Seconds(), "ops/s")
	if limit > 0 {
		m.b.ReportMetric(float64(limit)/float64(max(m.Each(n), 1)), "ratio")
	}
	m.b.ReportMetric(0, "ns/op") // an operation here is not always one of b.N
}

func micros(d time.Duration) float64 { return float64(d) / float64(time.Microsecond) }

// Percentile sorts all and gives its p-th percentile, 0 of none.
func Percentile(all []time.Duration, p int) time.Duration {
	if len(all) == 0 {
		return 0
	}
	slices.Sort(all)
	return all[(len(all)-1)*p/100]
}
