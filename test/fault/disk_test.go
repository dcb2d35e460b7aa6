package fault

import (
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// smallDisk mounts a disk of its own for the test.
func smallDisk(t *testing.T, options string) string {
	t.Helper()
	if os.Getuid() != 0 {
		t.Fatal("this test mounts a small disk of its own and needs root: run make test as root")
	}
	dir := filepath.Join(t.TempDir(), "disk")
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, options); err != nil {
		t.Fatalf("mount a small disk: %v", err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(dir, 0); err != nil {
			t.Errorf("unmount the small disk: %v", err)
		}
	})
	return dir
}

// TestDiskFull is F-07 and the inodes of F-08: the disk fills up under load. What can't be kept is refused in words, what is there can
// be read, and work goes on by itself when there is room.
func TestDiskFull(t *testing.T) {
	t.Parallel()
	const size = "size=48m"
	disk := smallDisk(t, size)
	s := newServer(t, disk)
	r := newTrial(t, s, 3)
	t.Cleanup(func() { // before the disk goes
		if s.running() {
			_ = s.end(kill)
		}
	})
	r.begin()

	ballast := filepath.Join(disk, "ballast")
	fill(t, ballast)
	r.refuses("a full disk")
	if out, err := s.run("listing", "add", "--purpose", "offer", "--title", "On a full disk", "--mode", "gift"); err == nil {
		r.tried["On a full disk"] = true // a little may still fit
	} else if !strings.Contains(err.Error(), "disk is full") {
		t.Errorf("the command line says %v, %s", err, out)
	}
	if err := os.Remove(ballast); err != nil {
		t.Fatal(err)
	}
	r.recovers("there is room")

	var st syscall.Statfs_t
	if err := syscall.Statfs(disk, &st); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Mount("", disk, "", syscall.MS_REMOUNT, fmt.Sprintf("%s,nr_inodes=%d", size, st.Files-st.Ffree)); err != nil {
		t.Fatal(err)
	}
	// The form comes back with what was typed and a sentence beside the picture.
	if a := r.offer(s, r.ada, "A picture without an inode", photo()); a.want(http.StatusUnprocessableEntity) != nil ||
		!strings.Contains(a.body, "half-saved") || !strings.Contains(a.body, "A picture without an inode") {
		t.Errorf("a picture that needs a file where none can be made: %d %v %s", a.status, a.err, a.body)
	}
	if err := r.offer(s, r.ada, "Words need no inode", nil).want(http.StatusSeeOther); err != nil {
		t.Errorf("words where no file can be made: %v", err)
	}
	if err := syscall.Mount("", disk, "", syscall.MS_REMOUNT, size+",nr_inodes=10000"); err != nil {
		t.Fatal(err)
	}
	if err := r.offer(s, r.ada, "A picture with an inode", photo()).want(http.StatusSeeOther); err != nil {
		t.Errorf("a picture when files can be made again: %v", err)
	}
	r.settle(patience)
	if err := s.end(stop); err != nil {
		t.Errorf("asked to stop, the program ended with %v", err)
	}
}

// TestReadOnly is the rest of F-08. A disk with open files can't be made read-only but by the kernel's own despair, so every call that
// writes answers EROFS, as it does then; a start finds the disk truly read-only.
func TestReadOnly(t *testing.T) {
	t.Parallel()
	disk := smallDisk(t, "size=48m")
	s := newServer(t, disk)
	r := newTrial(t, s, 3)
	t.Cleanup(func() {
		if s.running() {
			_ = s.end(kill)
		}
	})
	r.begin()
	const calls = "pwrite64,ftruncate,fallocate,renameat,unlinkat,mkdirat"
	detach := attach(t, s, "-o", os.DevNull, "-e", "trace="+calls, "-e", "inject="+calls+":error=EROFS")
	r.refuses("a disk that is read-only")
	detach()
	r.recovers("the disk can be written again")
	if err := s.end(stop); err != nil {
		t.Errorf("asked to stop, the program ended with %v", err)
	}

	if err := syscall.Mount("", disk, "", syscall.MS_REMOUNT|syscall.MS_RDONLY, ""); err != nil {
		t.Fatal(err)
	}
	s.launch()
	if err := s.wait(); err == nil || killed(err) {
		t.Errorf("on a read-only disk, the program ended with %v", err)
	}
	if said := s.said.String(); !strings.Contains(said, "disk") || strings.Contains(said, "goroutine") {
		t.Errorf("on a read-only disk, the program says: %s", said)
	}
	if err := syscall.Mount("", disk, "", syscall.MS_REMOUNT, "size=48m"); err != nil {
		t.Fatal(err)
	}
	s.start()
	r.settle(patience)
}

// fill writes a file until the disk is full.
func fill(t *testing.T, path string) {
	t.Helper()
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	block := make([]byte, 4096)
	for err == nil {
		_, err = f.Write(block)
	}
	if e := f.Close(); e != nil || !errors.Is(err, syscall.ENOSPC) {
		t.Fatalf("fill the disk: %v, %v", err, e)
	}
}

// refuses checks how the server is while nothing can be written: inbox and form answer 503 in words with a time to come back, pages
// are read, under load too.
func (r *trial) refuses(what string) {
	t, s, w := r.t, r.on[0], r.around
	t.Helper()
	var inbox, form answer
	await(t, patience, "the inbox to refuse on "+what, func() error {
		inbox = w.send(s, w.next(w.list[0], r.about), 1)
		return inbox.want(http.StatusServiceUnavailable)
	})
	tries := 0
	await(t, patience, "the form to refuse on "+what, func() error {
		tries++
		form = r.offer(s, r.ada, fmt.Sprintf("On %s %d", what, tries), nil)
		return form.want(http.StatusServiceUnavailable)
	})
	for name, a := range map[string]answer{"inbox": inbox, "form": form} {
		if a.header.Get("Retry-After") == "" {
			t.Errorf("%s: 503 without Retry-After: %v", name, a.header)
		}
	}
	if !strings.Contains(form.header.Get("Content-Type"), "text/html") || !strings.Contains(form.body, "<h1") || strings.Contains(form.body, "SQL") {
		t.Errorf("the page of a refused form: %.1500s", form.body)
	}
	r.load(until(t.Context(), 500*time.Millisecond), func(a answer) bool {
		if a.err != nil {
			return false
		}
		return a.status != http.StatusTooManyRequests
	})
	for _, path := range []string{"/market?q=part", "/", strings.TrimPrefix(r.about, s.base), "/actor/outbox", "/healthz"} {
		if err := s.get(path).want(http.StatusOK); err != nil {
			t.Errorf("GET %s on %s: %v", path, what, err)
		}
	}
	r.whole()
}

// recovers waits until inbox and form take again, without anybody's help.
func (r *trial) recovers(when string) {
	t, s, w := r.t, r.on[0], r.around
	t.Helper()
	begun := time.Now()
	await(t, patience, "the inbox to take when "+when, func() error {
		return w.send(s, w.next(w.list[0], r.about), 1).want(http.StatusAccepted)
	})
	tries := 0
	await(t, patience, "the form to take when "+when, func() error {
		tries++
		return r.offer(s, r.ada, fmt.Sprintf("When %s %d", when, tries), nil).want(http.StatusSeeOther)
	})
	t.Logf("writing again %v after %s", time.Since(begun).Round(time.Millisecond), when)
}
