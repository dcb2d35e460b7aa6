package main

import (
	"bytes"
	"strings"
	"testing"
)

func TestTargetsAreOnThisMachine(t *testing.T) {
	t.Parallel()
	for _, ok := range []string{"http://bakery.localhost:8470", "http://localhost:80/", "http://127.0.0.1:8470", "http://[::1]:8470"} {
		if _, _, err := target(ok); err != nil {
			t.Errorf("%s: %v", ok, err)
		}
	}
	for _, bad := range []string{"", "https://bakery.localhost:8470", "http://example.com:80", "http://10.0.0.1:80", "http://localhost.example.com:80",
		"http://bakery.localhost", "http://user@localhost:80", "http://127.0.0.1:80/x", "http://0.0.0.0:80", "http://[::]:80"} {
		if _, _, err := target(bad); err == nil {
			t.Errorf("%s was taken", bad)
		}
	}
}

func TestFlagsHaveCaps(t *testing.T) {
	t.Parallel()
	const base = "--url=http://localhost:1"
	if _, err := read("inbound", []string{base}); err != nil {
		t.Fatal(err)
	}
	for _, bad := range []string{"--count=150001", "--count=0", "--for=16m", "--for=0s", "--connections=257", "--rate=2001", "--searches=2001", "--followers=5001"} {
		if _, err := read("inbound", []string{base, bad}); err == nil {
			t.Errorf("%s was taken", bad)
		}
	}
	var out bytes.Buffer
	if err := run(t.Context(), []string{"flood", base}, &out); err == nil || !strings.Contains(err.Error(), "say what to do") {
		t.Errorf("an unknown order: %v", err)
	}
	if _, err := read("fanout", []string{base}); err == nil {
		t.Error("a fan-out without a way to post was taken")
	}
}

func TestSlope(t *testing.T) {
	t.Parallel()
	if s := slope([]float64{0, 1, 2, 3}, []float64{10, 12, 14, 16}); s != 2 {
		t.Errorf("slope %v, want 2", s)
	}
	if s := slope([]float64{1}, []float64{5}); s != 0 {
		t.Errorf("slope of a point %v", s)
	}
}
