package fault

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// postgres is a PostgreSQL of the test's own, to be restarted.
type postgres struct {
	t        *testing.T
	bin, dir string
	port     string
	as       *syscall.Credential
}

// startPostgres makes a database and starts its server. What it says is on the disk need not be: only its processes die here.
func startPostgres(t *testing.T) *postgres {
	t.Helper()
	found, _ := filepath.Glob("/usr/lib/postgresql/*/bin") // the pattern is right
	if len(found) == 0 {
		path, err := exec.LookPath("initdb")
		if err != nil {
			t.Fatal("PostgreSQL is not installed; make tools does it")
		}
		found = []string{filepath.Dir(path)}
	}
	slices.Sort(found)
	dir, err := os.MkdirTemp("/tmp", "toadlane-pg-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	p := &postgres{t: t, bin: found[len(found)-1], dir: dir, port: freePort(t)}
	if os.Getuid() == 0 { // it refuses to run as root
		u, err := user.Lookup("postgres")
		if err != nil {
			t.Fatal(err)
		}
		uid, err1 := strconv.Atoi(u.Uid)
		gid, err2 := strconv.Atoi(u.Gid)
		if err := errors.Join(err1, err2, os.Chown(dir, uid, gid)); err != nil {
			t.Fatal(err)
		}
		p.as = &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
	}
	p.must("initdb", "-D", dir+"/data", "-U", "toadlane", "--auth=trust", "--encoding=UTF8", "--locale=C")
	t.Cleanup(func() { _ = p.run("pg_ctl", "-D", dir+"/data", "-m", "immediate", "-w", "stop") })
	p.must("pg_ctl", "-D", dir+"/data", "-w", "-l", dir+"/log", "-o",
		"-c listen_addresses=127.0.0.1 -p "+p.port+" -k "+dir+" -c fsync=off -c full_page_writes=off -c max_connections=100", "start")
	return p
}

func (p *postgres) run(name string, args ...string) error {
	c := exec.Command(filepath.Join(p.bin, name), args...)
	c.Dir = p.dir
	c.SysProcAttr = &syscall.SysProcAttr{Credential: p.as}
	// No pipe: the server keeps what pg_ctl hands on, and its end would be waited for.
	log, err := os.OpenFile(filepath.Join(p.dir, "said"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o666)
	if err != nil {
		return err
	}
	defer log.Close() //nolint:errcheck // words only
	c.Stdout, c.Stderr = log, log
	return c.Run()
}

func (p *postgres) must(name string, args ...string) {
	p.t.Helper()
	if err := p.run(name, args...); err != nil {
		said, _ := os.ReadFile(filepath.Join(p.dir, "said")) // best effort
		p.t.Fatalf("%s: %v\n%.4000s", name, err, said)
	}
}

func (p *postgres) address() string {
	return "postgres://toadlane@127.0.0.1:" + p.port + "/postgres?sslmode=disable"
}

// lease is how long what a dead process had begun stays untouched beside a living one; the longest there is.
const lease = 2 * time.Minute

// TestTwoProcesses: two servers on one PostgreSQL share the work, one of them is killed (its leases run out), and the database is
// restarted without ceremony (F-13), all under load.
func TestTwoProcesses(t *testing.T) {
	t.Parallel()
	db := startPostgres(t)
	a := newServer(t, t.TempDir(), "--db", db.address())
	dir := filepath.Join(t.TempDir(), "node")
	// Pictures are files: the second process sees those of the first where both have one media folder.
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(filepath.Join(a.dir, "media"), filepath.Join(dir, "media")); err != nil {
		t.Fatal(err)
	}
	b := at(t, dir, a.base, "--db", db.address(), "--master-key", filepath.Join(a.dir, "master.key"))
	b.fresh = []string{"--base", a.base}
	r := newTrial(t, a, 6)
	b.start()
	r.on = append(r.on, b)
	busy := func(a answer) bool { return a.err != nil || a.status != http.StatusTooManyRequests }

	t.Log("both take, tell and apply")
	r.load(until(t.Context(), 1500*time.Millisecond), busy)
	r.photosEverywhere()
	_, twice := r.around.delivered()
	if all, _ := r.around.delivered(); 100*twice >= all {
		t.Errorf("%d of %d deliveries were made twice although nobody died", twice, all)
	}

	t.Log("one is killed, the other goes on")
	over, resting := make(chan struct{}), make(chan struct{})
	go func() { defer close(resting); r.load(over, busy) }()
	<-until(t.Context(), 500*time.Millisecond)
	if err := b.end(kill); !killed(err) {
		t.Fatalf("killed, the program ended with %v", err)
	}
	died := time.Now()
	<-until(t.Context(), 500*time.Millisecond)
	close(over)
	<-resting
	r.on = r.on[:1]

	t.Log("the database is restarted")
	over, resting = make(chan struct{}), make(chan struct{})
	refused := 0
	ctx, cancel := context.WithCancel(t.Context())
	restarted := make(chan time.Time, 1)
	go func() {
		defer close(resting)
		r.load(over, busy)
	}()
	<-until(t.Context(), 300*time.Millisecond)
	go func() {
		db.must("pg_ctl", "-D", db.dir+"/data", "-m", "immediate", "-w", "-l", db.dir+"/log", "restart")
		restarted <- time.Now()
		cancel()
	}()
	for n := 0; ctx.Err() == nil; n++ {
		if page := a.get(fmt.Sprintf("/market?q=part+%d", n)); page.status == http.StatusServiceUnavailable {
			refused++
		} else if err := page.want(http.StatusOK); err != nil {
			t.Errorf("a page while the database restarts: %v", err)
		}
	}
	back := <-restarted
	await(t, patience, "the server to serve again", func() error {
		if err := a.get("/market?q=again").want(http.StatusOK); err != nil {
			return err
		}
		return r.around.send(a, r.around.next(r.around.list[0], r.about), 1).want(http.StatusAccepted)
	})
	taken := time.Now()
	<-until(t.Context(), 300*time.Millisecond)
	close(over)
	<-resting
	t.Logf("%d pages answered 503 while the database was away; all well %v after it was back", refused, taken.Sub(back).Round(time.Millisecond))

	b.start() // and the second comes back
	r.on = append(r.on, b)
	r.settle(lease + patience)
	t.Logf("settled %v after the kill", time.Since(died).Round(time.Second))
	for _, s := range r.on {
		if err := s.end(stop); err != nil {
			t.Errorf("asked to stop, the program ended with %v", err)
		}
	}
}

var source = regexp.MustCompile(`/photos/[0-9a-f-]+/[a-z]+`)

// photosEverywhere posts a picture at every process and looks at every picture that members posted, at every process.
func (r *trial) photosEverywhere() {
	r.t.Helper()
	for _, s := range r.on {
		if err := r.offer(s, r.ada, "Taken at port "+s.port, photo()).want(http.StatusSeeOther); err != nil {
			r.t.Fatalf("post a picture: %v", err)
		}
	}
	seen := 0
	for _, s := range r.on {
		for _, iri := range r.posted {
			page := s.get(strings.TrimPrefix(iri, s.base))
			if err := page.want(http.StatusOK); err != nil {
				r.t.Errorf("%s: %v", iri, err)
			}
			for _, p := range source.FindAllString(page.body, 1) {
				seen++
				if err := s.get(p).want(http.StatusOK); err != nil {
					r.t.Errorf("%s at port %s: %v", p, s.port, err)
				}
			}
		}
	}
	if seen < 2*len(r.on) {
		r.t.Errorf("only %d pictures were seen", seen)
	}
}
