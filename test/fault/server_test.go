package fault

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// password is the steward's.
const password = "seven toads in a well"

// patience is how long a test waits for what happens by itself, on a machine that does much else.
const patience = 60 * time.Second

// server is one node's program as child processes, one after another.
type server struct {
	t      *testing.T
	binary string
	dir    string
	base   string   // of the node
	port   string   // where this process listens
	flags  []string // of every command
	fresh  []string // of serve alone
	env    []string
	client *http.Client // leads to this process, whatever the address

	cmd    *exec.Cmd
	said   *tail
	exited chan struct{}
	err    error // of Wait, once exited
	starts []time.Duration
}

// newServer sets a co-op up in a new folder below dir, with more flags if need be.
func newServer(t *testing.T, dir string, flags ...string) *server {
	t.Helper()
	s := at(t, filepath.Join(dir, "node"), "", flags...)
	s.base = "http://bakery.localhost:" + s.port
	file := filepath.Join(t.TempDir(), "password")
	if err := os.WriteFile(file, []byte(password+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if out, err := s.run("setup", "--base", s.base, "--name", "Bakery", "--handle", "bakery", "--steward", "ada", "--email", "ada@bakery.example",
		"--password-file", file); err != nil {
		t.Fatalf("setup: %v\n%s", err, out)
	}
	return s
}

// at is a server of the node at base on the data in dir, on a port of its own.
func at(t *testing.T, dir, base string, flags ...string) *server {
	t.Helper()
	s := &server{t: t, binary: binary, dir: dir, base: base, port: freePort(t), flags: flags}
	s.client = s.newClient()
	t.Cleanup(func() {
		if s.running() {
			_ = s.cmd.Process.Kill()
			<-s.exited
		}
		s.client.CloseIdleConnections()
		if t.Failed() && s.said != nil {
			t.Logf("the program in %s said:\n%s", s.dir, s.said)
		}
	})
	return s
}

// newClient gives a client whose every connection leads to this server.
func (s *server) newClient() *http.Client {
	dialer := &net.Dialer{Timeout: 10 * time.Second}
	return &http.Client{Timeout: 30 * time.Second, Transport: &http.Transport{MaxIdleConnsPerHost: 64,
		DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			return dialer.DialContext(ctx, "tcp", "127.0.0.1:"+s.port)
		}},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
}

// freePort finds a port below those that connections of this machine get, so that none of them takes it while the program is down.
func freePort(t *testing.T) string {
	t.Helper()
	for range 100 {
		port := fmt.Sprint(20000 + rand.IntN(10000))
		l, err := net.Listen("tcp", "127.0.0.1:"+port)
		if err != nil {
			continue
		}
		_ = l.Close()
		return port
	}
	t.Fatal("no free port")
	return ""
}

// command is the program with the node's flags.
func (s *server) command(args ...string) *exec.Cmd {
	c := exec.Command(s.binary, append(append(args, "--data", s.dir), s.flags...)...)
	c.Env = append(append(os.Environ(), "TOADLANE_LOG=warn"), s.env...)
	return c
}

// run runs one command beside the server and gives what it printed.
func (s *server) run(args ...string) (string, error) {
	c := s.command(args...)
	var out, complaint bytes.Buffer
	c.Stdout, c.Stderr = &out, &complaint
	if err := c.Run(); err != nil {
		return out.String(), fmt.Errorf("%s: %w: %s", strings.Join(args, " "), err, complaint.String())
	}
	return out.String(), nil
}

// launch starts the program and does not wait for it.
func (s *server) launch() {
	s.t.Helper()
	s.cmd = s.command(append([]string{"serve", "--listen", "127.0.0.1:" + s.port}, s.fresh...)...)
	s.said, s.exited = &tail{}, make(chan struct{})
	s.cmd.Stderr, s.cmd.Stdout = s.said, s.said
	if err := s.cmd.Start(); err != nil {
		s.t.Fatal(err)
	}
	go func() {
		s.err = s.cmd.Wait()
		close(s.exited)
	}()
}

// start starts the program, waits until it serves and notes how long that took.
func (s *server) start() {
	s.t.Helper()
	begun := time.Now()
	s.launch()
	await(s.t, 30*time.Second, "the program to serve", func() error {
		if !s.running() {
			s.t.Fatalf("the program ended instead of serving: %v\n%s", s.err, s.said)
		}
		r := s.get("/healthz")
		return r.want(http.StatusOK)
	})
	s.starts = append(s.starts, time.Since(begun))
}

func (s *server) running() bool {
	if s.exited == nil {
		return false
	}
	select {
	case <-s.exited:
		return false
	default:
		return true
	}
}

// end sends the program a signal and waits until it has ended.
func (s *server) end(with syscall.Signal) error {
	s.t.Helper()
	if err := s.cmd.Process.Signal(with); err != nil && !errors.Is(err, os.ErrProcessDone) {
		s.t.Fatal(err)
	}
	return s.wait()
}

// wait waits until the program has ended by itself.
func (s *server) wait() error {
	s.t.Helper()
	select {
	case <-s.exited:
	case <-time.After(patience):
		s.t.Fatal("the program does not end")
	}
	s.client.CloseIdleConnections()
	return s.err
}

// killed tells whether SIGKILL ended the program.
func killed(err error) bool {
	var died *exec.ExitError
	if !errors.As(err, &died) {
		return false
	}
	status, ok := died.Sys().(syscall.WaitStatus)
	return ok && status.Signaled() && status.Signal() == syscall.SIGKILL
}

// answer is what a request came to.
type answer struct {
	status int // 0 when there was none
	header http.Header
	body   string
	cut    bool // an answer began and did not end
	err    error
}

// want is an error unless the answer is whole and has the status.
func (a answer) want(status int) error {
	switch {
	case a.err != nil:
		return a.err
	case a.status != status:
		return fmt.Errorf("status %d, want %d: %.500s", a.status, status, a.body)
	}
	return nil
}

// do makes a request.
func do(client *http.Client, req *http.Request) answer {
	resp, err := client.Do(req)
	if err != nil {
		// Bytes that end before the header does are "unexpected EOF", none at all are "EOF" or a reset.
		return answer{err: err, cut: errors.Is(err, io.ErrUnexpectedEOF)}
	}
	defer resp.Body.Close()
	a := answer{status: resp.StatusCode, header: resp.Header}
	body, err := io.ReadAll(resp.Body)
	a.body = string(body)
	if err != nil {
		a.err, a.cut = err, true
	}
	return a
}

// get asks for a page as a stranger.
func (s *server) get(path string) answer {
	req, err := http.NewRequestWithContext(s.t.Context(), http.MethodGet, s.base+path, nil)
	if err != nil {
		return answer{err: err}
	}
	req.Header.Set("Accept", "text/html")
	return do(s.client, req)
}

// form sends a form as a browser does from a page of the same site.
func (s *server) form(client *http.Client, path string, body io.Reader, contentType string) answer {
	req, err := http.NewRequestWithContext(s.t.Context(), http.MethodPost, s.base+path, body)
	if err != nil {
		return answer{err: err}
	}
	req.Header.Set("Content-Type", contentType)
	req.Header.Set("Origin", s.base)
	req.Header.Set("Sec-Fetch-Site", "same-origin")
	req.Header.Set("Accept", "text/html")
	return do(client, req)
}

const urlEncoded = "application/x-www-form-urlencoded"

// signIn gives a client that carries ada's session.
func (s *server) signIn() *http.Client {
	s.t.Helper()
	client := s.newClient()
	s.t.Cleanup(client.CloseIdleConnections)
	a := s.form(client, "/login", strings.NewReader(url.Values{"login": {"ada"}, "password": {password}}.Encode()), urlEncoded)
	if err := a.want(http.StatusSeeOther); err != nil {
		s.t.Fatalf("sign in: %v", err)
	}
	var cookies []string
	for _, c := range (&http.Response{Header: a.header}).Cookies() {
		cookies = append(cookies, c.Name+"="+c.Value)
	}
	client.Transport = carrying{client.Transport, strings.Join(cookies, "; ")}
	return client
}

// carrying sends cookies with every request.
type carrying struct {
	http.RoundTripper
	cookies string
}

func (c carrying) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	r.Header.Set("Cookie", c.cookies)
	return c.RoundTripper.RoundTrip(r)
}

func (c carrying) CloseIdleConnections() {
	c.RoundTripper.(*http.Transport).CloseIdleConnections()
}

// await looks until ok gives no error.
func await(t *testing.T, long time.Duration, what string, ok func() error) {
	t.Helper()
	deadline := time.NewTimer(long)
	defer deadline.Stop()
	look := time.NewTimer(0)
	defer look.Stop()
	<-look.C
	for {
		begun := time.Now()
		err := ok()
		if err == nil {
			return
		}
		look.Reset(max(10*time.Millisecond, 4*time.Since(begun))) // looking must not keep what is waited for from happening
		select {
		case <-deadline.C:
			t.Fatalf("waited %v in vain for %s: %v", long, what, err)
		case <-look.C:
		}
	}
}

// tail keeps the last of what a program says.
type tail struct {
	mu sync.Mutex
	b  []byte
}

func (l *tail) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.b = append(l.b, p...)
	if over := len(l.b) - 8000; over > 0 {
		l.b = l.b[over:]
	}
	return len(p), nil
}

func (l *tail) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return string(l.b)
}
