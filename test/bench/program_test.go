package bench_test

import (
	"bufio"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"toadlane/coop"
	"toadlane/test/bench/kit"
)

// program builds the binary as it is released, once.
var program = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "toadlane-binary")
	if err != nil {
		return "", err
	}
	file := filepath.Join(dir, "toadlane")
	build := exec.Command("go", "build", "-trimpath", "-ldflags=-s -w -buildid=", "-o", file, "toadlane/cmd/toadlane")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	out, err := build.CombinedOutput()
	if err != nil {
		err = fmt.Errorf("%w: %s", err, out)
	}
	return file, err
})

func binary(tb testing.TB) string {
	tb.Helper()
	file, err := program()
	must(tb, err)
	return file
}

// BenchmarkBinary tells how large the released program is.
func BenchmarkBinary(b *testing.B) {
	info, err := os.Stat(binary(b))
	must(b, err)
	b.ReportMetric(float64(info.Size())/1e6, "MB")
	b.ReportMetric(0, "ns/op")
}

// running is the program, serving.
type running struct {
	*exec.Cmd
	address string
}

// start runs the program on a folder and returns when it answered 200, with how long that took from its first instruction on.
func start(tb testing.TB, dir, address string) (*running, time.Duration) {
	tb.Helper()
	cmd := exec.Command(binary(tb), "serve", "--data", dir, "--listen", address)
	cmd.Stderr = os.Stderr
	began := time.Now()
	must(tb, cmd.Start())
	request := kit.Get("bench.localhost:"+address[strings.LastIndexByte(address, ':')+1:], "/", browser)
	until(tb, 30*time.Second, time.Millisecond, func() bool {
		c, err := kit.Dial(address)
		if err != nil {
			return false
		}
		defer c.Close() //nolint:errcheck
		status, _, err := c.Do(request)
		return err == nil && status == http.StatusOK
	})
	return &running{Cmd: cmd, address: address}, time.Since(began)
}

func (r *running) end(tb testing.TB) {
	tb.Helper()
	must(tb, r.Process.Signal(syscall.SIGTERM))
	if err := r.Wait(); err != nil {
		tb.Errorf("the program ended with %v", err)
	}
}

// memory is the resident memory of the program in MB: VmRSS is all, RssAnon what is its own, without the pages of its file.
func (r *running) memory(tb testing.TB, which string) float64 {
	tb.Helper()
	f, err := os.Open(fmt.Sprintf("/proc/%d/status", r.Process.Pid))
	must(tb, err)
	defer f.Close() //nolint:errcheck
	for lines := bufio.NewScanner(f); lines.Scan(); {
		if v, ok := strings.CutPrefix(lines.Text(), which+":"); ok {
			kb, err := strconv.ParseFloat(strings.TrimSpace(strings.TrimSuffix(v, "kB")), 64)
			must(tb, err)
			return kb * 1024 / 1e6
		}
	}
	tb.Fatalf("no %s", which)
	return 0
}

// prepared is a folder with a node that knows peers, and where to serve it.
func prepared(tb testing.TB, listings, peerMany, hosts int) (dir, address string, base coop.IRI, peers []*kit.Peer) {
	tb.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	must(tb, err)
	address = l.Addr().String()
	must(tb, l.Close())
	base = coop.IRI("http://bench.localhost:" + address[strings.LastIndexByte(address, ':')+1:])
	dir = filepath.Join(tb.TempDir(), "node")
	fill(tb, dir, listings)
	n := settle(tb, dir, base, time.Now)
	if peerMany > 0 {
		peers, err = befriend(tb.Context(), n, peerMany, hosts, kit.Ed25519, time.Now())
		must(tb, err)
	}
	must(tb, n.Close())
	return dir, address, base, peers
}

// BenchmarkStart starts the released program on existing data and waits for the front page.
func BenchmarkStart(b *testing.B) {
	sizes := map[string]int{"10k": 10_000}
	if large {
		sizes["1M"] = 1_000_000
	}
	for name, n := range sizes {
		b.Run(name, func(b *testing.B) {
			dir, address, _, _ := prepared(b, n, 0, 0)
			var took []time.Duration
			for range max(b.N, 5) {
				r, d := start(b, dir, address)
				took = append(took, d)
				r.end(b)
			}
			b.ReportMetric(float64(kit.Percentile(took, 50).Microseconds())/1000, "ms/start")
			b.ReportMetric(0, "ns/op")
		})
	}
}

// BenchmarkMemory tells the resident memory of the released program: idle, and after 20 000 notes came in.
func BenchmarkMemory(b *testing.B) {
	const notes, hosts, batch = 20_000, 50, 10_000
	dir, address, base, peers := prepared(b, 0, hosts, hosts)
	r, _ := start(b, dir, address)
	defer r.end(b)
	quiet := time.NewTimer(4 * time.Second)
	<-quiet.C
	idle, own := r.memory(b, "VmRSS"), r.memory(b, "RssAnon")
	for done := 0; done < notes; done += batch {
		now := time.Now()
		posts, err := kit.Prepare(batch, func(i int) ([]byte, error) {
			p := peers[i%len(peers)]
			return p.Post(base+"/inbox", p.Note(done+i, now), now)
		})
		must(b, err)
		s, err := kit.NewSwarm(address, connections)
		must(b, err)
		a := s.Send(posts, false)
		s.Close()
		expect(b, a, http.StatusAccepted, batch)
	}
	b.ReportMetric(idle, "MB-idle")
	b.ReportMetric(own, "MB-idle-own")
	b.ReportMetric(r.memory(b, "VmRSS"), "MB-after-20k")
	b.ReportMetric(r.memory(b, "RssAnon"), "MB-after-20k-own")
	b.ReportMetric(0, "ns/op")
}
