package store

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"toadlane/coop"
)

// F-07 and F-08 on a disk that really is full, or really is read-only: a small tmpfs. Without the right to mount one, the
// tests with SQLite's own bound (TestDatabaseFull, TestReadOnly) stand for it.
func TestSmallDisk(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "size=8m"); err != nil {
		if !errors.Is(err, syscall.EPERM) && !errors.Is(err, syscall.EACCES) {
			t.Fatal(err)
		}
		t.Logf("no right to mount a disk (%v); TestDatabaseFull and TestReadOnly cover the rest", err)
		return
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(dir, 0); err != nil {
			t.Error(err)
		}
	})
	node := filepath.Join(dir, "node")
	s, err := Open(t.Context(), Options{Dir: node, Log: quiet})
	if err != nil {
		t.Fatal(err)
	}
	ballast := filepath.Join(dir, "ballast")
	picture := coop.Picture{Type: "image/png", Sizes: map[string][]byte{"small": make([]byte, 100_000)}}
	full(t, s, func() {
		f, err := os.Create(ballast)
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
		if _, err := s.PutPhoto(t.Context(), "ada", picture); coop.KeyOf(err) != "store.disk_low" {
			t.Errorf("a picture on a full disk: %v", err)
		}
		if err := s.writeMedia("zz/name", io.LimitReader(neverEnding{}, 100_000)); coop.ClassOf(classify(err)) != coop.Unavailable {
			t.Errorf("a file on a full disk: %v", err)
		}
		if entries, err := os.ReadDir(filepath.Join(node, "media", "zz")); len(entries) > 0 {
			t.Errorf("half a file is left: %v, %v", entries, err)
		}
	}, func() {
		if err := os.Remove(ballast); err != nil {
			t.Fatal(err)
		}
	})
	if _, err := s.PutPhoto(t.Context(), "ada", picture); err != nil {
		t.Errorf("a picture after there is room: %v", err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}

	if err := syscall.Mount("", dir, "", syscall.MS_REMOUNT|syscall.MS_RDONLY, ""); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(t.Context(), Options{Dir: node, Log: quiet}); coop.ClassOf(err) != coop.Unavailable || coop.KeyOf(err) != "store.unavailable" {
		t.Errorf("open on a read-only disk: %v", err)
	}
	if err := syscall.Mount("", dir, "", syscall.MS_REMOUNT, "size=8m"); err != nil {
		t.Fatal(err)
	}
	s, err = Open(t.Context(), Options{Dir: node, Log: quiet})
	if err != nil {
		t.Fatal(err)
	}
	if found, err := s.Verify(t.Context()); len(found) > 0 || err != nil {
		t.Errorf("verify: %q, %v", found, err)
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
}

type neverEnding struct{}

func (neverEnding) Read(p []byte) (int, error) { return len(p), nil }
