package fault

import (
	"bufio"
	"bytes"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// TestDurable is F-03: every answer that says "kept" leaves after an fsync of the log that holds what was kept, as the kernel saw it.
func TestDurable(t *testing.T) {
	t.Parallel()
	s := newServer(t, t.TempDir())
	r := newTrial(t, s, 1)
	file := filepath.Join(t.TempDir(), "trace")
	detach := attach(t, s, "-y", "-s", "9000", "-e", "trace=pwrite64,write,fsync,fdatasync", "-o", file)
	var kept, posted []string
	for i := range 40 {
		it := r.around.next(r.around.list[0], r.about)
		if err := r.around.send(s, it, 1).want(http.StatusAccepted); err != nil {
			t.Fatal(err)
		}
		kept = append(kept, strings.TrimPrefix(it.id, "http://"+it.from.host)+`\"`)
		if i%4 == 3 {
			title := fmt.Sprintf("Durable %03d.", i)
			if err := r.offer(s, r.ada, title, nil).want(http.StatusSeeOther); err != nil {
				t.Fatal(err)
			}
			posted = append(posted, title)
		}
	}
	detach()
	trace, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		status string
		needed []string
	}{{"202", kept}, {"303", posted}} {
		if early := answeredEarly(trace, c.status, c.needed, true); len(early) > 0 {
			t.Errorf("%s: %d of %d answers left before what they say was on the disk: %v", c.status, len(early), len(c.needed), early)
		}
		// The same trace without its syncs: the check must not be blind.
		if early := answeredEarly(trace, c.status, c.needed, false); len(early) != len(c.needed) {
			t.Errorf("%s: without any sync %d of %d answers are found early", c.status, len(early), len(c.needed))
		}
	}
	t.Logf("%d answers 202 and %d posts, none before its fsync", len(kept), len(posted))
	r.settle(patience)
}

// answeredEarly reads a trace of requests made one after another. needed is a text that each puts into the database's log; the k-th
// answer of that status is to needed[k]. It lists those that were written to the socket before the log was synced; without syncs it takes
// the trace as if there were none in it.
func answeredEarly(trace []byte, status string, needed []string, syncs bool) (early []string) {
	var wrote []int           // by request: line at which its text was first written to the log
	began := map[string]int{} // by thread: line at which its sync of the log began
	type span struct{ from, to int }
	var synced []span
	var answers []int
	lines := bufio.NewScanner(bytes.NewReader(trace))
	lines.Buffer(nil, 1<<20)
	for at := 0; lines.Scan(); at++ {
		line := lines.Bytes() // a page of the database each, mostly
		if bytes.Contains(line[:min(len(line), 300)], []byte(" pwrite64(")) {
			for bytes.Contains(line, []byte("toadlane.db-wal>")) && len(wrote) < len(needed) && bytes.Contains(line, []byte(needed[len(wrote)])) {
				wrote = append(wrote, at)
			}
			continue
		}
		thread, call, _ := strings.Cut(string(line), " ")
		call = strings.TrimSpace(call)
		name, _, _ := strings.Cut(call, "(")
		switch {
		case (name == "fsync" || name == "fdatasync") && strings.Contains(call, "toadlane.db-wal>"):
			if strings.HasSuffix(call, "= 0") {
				synced = append(synced, span{at, at})
			} else {
				began[thread] = at
			}
		case strings.HasPrefix(call, "<... fsync resumed>") || strings.HasPrefix(call, "<... fdatasync resumed>"):
			if from, ok := began[thread]; ok && strings.HasSuffix(call, "= 0") {
				synced = append(synced, span{from, at})
			}
			delete(began, thread)
		case name == "write" && strings.Contains(call, `"HTTP/1.1 `+status+" "):
			answers = append(answers, at)
		}
	}
	for k, what := range needed {
		ok := false
		if k < len(wrote) && k < len(answers) {
			for _, s := range synced {
				ok = ok || syncs && wrote[k] < s.from && s.to < answers[k]
			}
		}
		if !ok {
			early = append(early, what)
		}
	}
	return early
}

// attach runs strace on the server until the function it gives is called.
func attach(t *testing.T, s *server, args ...string) (detach func()) {
	t.Helper()
	c := exec.Command("strace", append([]string{"-f", "-p", fmt.Sprint(s.cmd.Process.Pid)}, args...)...)
	said, err := c.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatalf("strace, which make tools installs: %v", err)
	}
	attached, ended := make(chan string, 1), make(chan struct{})
	go func() {
		defer close(ended)
		for lines := bufio.NewScanner(said); lines.Scan(); {
			select {
			case attached <- lines.Text():
			default:
			}
		}
		_ = c.Wait() // its end by a signal is what we ask for
	}()
	over := false
	detach = func() {
		if over {
			return
		}
		over = true
		_ = c.Process.Signal(syscall.SIGINT)
		<-ended
	}
	t.Cleanup(detach)
	select {
	case line := <-attached:
		if !strings.Contains(line, "attached") {
			t.Fatalf("strace: %s", line)
		}
	case <-ended:
		t.Fatal("strace ended")
	}
	return detach
}
