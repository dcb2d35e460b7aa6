package kit

import (
	"bytes"
	"crypto"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/tls"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	_ "modernc.org/sqlite" // the driver "sqlite"
)

// Limit is an operation that nothing built on it can be cheaper than. Run does it n times and gives the processor time of one.
type Limit struct {
	Name string
	N    int // how often it is done to know
	Run  func(n int) (time.Duration, error)

	mu  sync.Mutex
	at  time.Time
	cpu time.Duration
}

// fresh is how long a limit counts before it is measured anew: on a shared machine the same work costs half as much again when
// its neighbours are busy, and a ratio is to be one of equals.
const fresh = time.Minute

// CPU measures the limit in this process, unless it was measured a moment ago.
func (l *Limit) CPU() (time.Duration, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.at.IsZero() && time.Since(l.at) < fresh {
		return l.cpu, nil
	}
	if l.at.IsZero() {
		if _, err := l.Run(max(l.N/10, 1)); err != nil { // warm
			return 0, err
		}
	}
	cpu, err := l.Run(l.N)
	l.cpu, l.at = cpu, time.Now()
	return cpu, err
}

// The limits.
var (
	RSASign      = &Limit{Name: "RSASign", N: 1000, Run: rsaSign}
	RSAVerify    = &Limit{Name: "RSAVerify", N: 10_000, Run: rsaVerify}
	Ed25519Sign  = &Limit{Name: "Ed25519Sign", N: 10_000, Run: ed25519Sign}
	SHA256       = &Limit{Name: "SHA256", N: 100_000, Run: sha256Of2K}
	CommitFull64 = &Limit{Name: "CommitFull64", N: 20_000, Run: commitFull64}
	IndexFull64  = &Limit{Name: "IndexFull64", N: 6400, Run: indexFull64}
	JSONEnvelope = &Limit{Name: "JSONEnvelope", N: 20_000, Run: jsonEnvelope}
	HTTPFloor    = &Limit{Name: "HTTPFloor", N: 20_000, Run: httpFloor}
	TLSPostWarm  = &Limit{Name: "TLSPostWarm", N: 10_000, Run: tlsPostWarm}
)

// All lists them.
func All() []*Limit {
	return []*Limit{RSASign, RSAVerify, Ed25519Sign, SHA256, CommitFull64, IndexFull64, JSONEnvelope, HTTPFloor, TLSPostWarm}
}

// Sum adds limits up.
func Sum(limits ...*Limit) (total time.Duration, err error) {
	for _, l := range limits {
		one, err := l.CPU()
		if err != nil {
			return 0, fmt.Errorf("limit %s: %w", l.Name, err)
		}
		total += one
	}
	return total, nil
}

// each runs work n times in all, on every core at once, as what is compared with it does: two threads of one core share its
// units.
func each(n int, work func(i int) error) (time.Duration, error) {
	cores := runtime.GOMAXPROCS(0)
	errs := make(chan error, cores)
	began := CPU()
	for c := range cores {
		go func() {
			for i := c; i < n; i += cores {
				if err := work(i); err != nil {
					errs <- err
					return
				}
			}
			errs <- nil
		}()
	}
	var first error
	for range cores {
		if err := <-errs; err != nil {
			first = err
		}
	}
	return (CPU() - began) / time.Duration(n), first
}

func rsaKey() (*rsa.PrivateKey, error) {
	keys, err := rsaKeys()
	if err != nil {
		return nil, err
	}
	return keys[0].(*rsa.PrivateKey), nil
}

func rsaSign(n int) (time.Duration, error) {
	k, err := rsaKey()
	if err != nil {
		return 0, err
	}
	sum := sha256.Sum256([]byte("what is signed"))
	return each(n, func(int) error {
		_, err := rsa.SignPKCS1v15(nil, k, crypto.SHA256, sum[:])
		return err
	})
}

func rsaVerify(n int) (time.Duration, error) {
	k, err := rsaKey()
	if err != nil {
		return 0, err
	}
	sum := sha256.Sum256([]byte("what is signed"))
	s, err := rsa.SignPKCS1v15(nil, k, crypto.SHA256, sum[:])
	if err != nil {
		return 0, err
	}
	return each(n, func(int) error { return rsa.VerifyPKCS1v15(&k.PublicKey, crypto.SHA256, sum[:], s) })
}

func ed25519Sign(n int) (time.Duration, error) {
	_, k, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return 0, err
	}
	text := bytes.Repeat([]byte("x"), 300)
	return each(n, func(int) error { ed25519.Sign(k, text); return nil })
}

func sha256Of2K(n int) (time.Duration, error) {
	b := make([]byte, 2048)
	return each(n, func(int) error {
		if s := sha256.Sum256(b); s == [32]byte{} {
			return errors.New("no digest")
		}
		return nil
	})
}

// onEveryCore runs a database with one writer on every core, each doing its part of n.
func onEveryCore(n int, run func(int) error) (time.Duration, error) {
	cores := runtime.GOMAXPROCS(0)
	began := CPU()
	_, err := each(cores, func(int) error { return run(n / cores) })
	return (CPU() - began) / time.Duration(n), err
}

// rawSQLite opens an empty database with the pragmas of the store, in the folder for temporary files, where the benchmarks'
// nodes are too.
func rawSQLite(schema string) (db *sql.DB, done func(), err error) {
	dir, err := os.MkdirTemp("", "toadlane-limit")
	if err != nil {
		return nil, nil, err
	}
	db, err = sql.Open("sqlite", "file:"+filepath.Join(dir, "raw.db")+
		"?_pragma=busy_timeout(5000)&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_pragma=cache_size(-4000)")
	if err != nil {
		return nil, nil, err
	}
	db.SetMaxOpenConns(1)
	if _, err = db.Exec(schema); err != nil {
		_ = db.Close()
		return nil, nil, err
	}
	return db, func() { _ = db.Close(); _ = os.RemoveAll(dir) }, nil
}

// groups runs statements prepared once in transactions of 64.
func groups(db *sql.DB, n int, texts [2]string, args func(i int) (a, b []any)) error {
	var st [2]*sql.Stmt
	for i, t := range texts {
		var err error
		if st[i], err = db.Prepare(t); err != nil {
			return err
		}
		defer st[i].Close() //nolint:errcheck
	}
	for done := 0; done < n; {
		tx, err := db.Begin()
		if err != nil {
			return err
		}
		for i := 0; i < 64 && done < n; i++ {
			a, b := args(done)
			done++
			if _, err := tx.Stmt(st[0]).Exec(a...); err != nil {
				return err
			}
			if _, err := tx.Stmt(st[1]).Exec(b...); err != nil {
				return err
			}
		}
		if err := tx.Commit(); err != nil {
			return err
		}
	}
	return nil
}

// commitFull64 is an activity and a job in one transaction of 64, fsynced, with nothing around it.
func commitFull64(n int) (time.Duration, error) { return onEveryCore(n, commitFull64Once) }

func commitFull64Once(n int) error {
	db, done, err := rawSQLite(`CREATE TABLE activity (id INTEGER PRIMARY KEY, iri TEXT NOT NULL UNIQUE, raw BLOB NOT NULL);
		CREATE TABLE job (id INTEGER PRIMARY KEY, activity INTEGER NOT NULL, due INTEGER NOT NULL); CREATE INDEX job_due ON job (due)`)
	if err != nil {
		return err
	}
	defer done()
	raw := make([]byte, NoteBytes)
	return groups(db, n, [2]string{`INSERT INTO activity (id, iri, raw) VALUES ($1, $2, $3)`, `INSERT INTO job (activity, due) VALUES ($1, $2)`},
		func(i int) (a, b []any) {
			return []any{i + 1, fmt.Sprintf("https://peer.example/activities/%020d", i), raw}, []any{i + 1, i}
		})
}

// indexFull64 is a listing's row and its entry in a full-text index of title, body and facets.
func indexFull64(n int) (time.Duration, error) { return onEveryCore(n, indexFull64Once) }

func indexFull64Once(n int) error {
	db, done, err := rawSQLite(`CREATE TABLE listing (seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, iri TEXT NOT NULL UNIQUE, until INTEGER NOT NULL, data BLOB NOT NULL);
		CREATE INDEX listing_until ON listing (until);
		CREATE VIRTUAL TABLE listing_search USING fts5 (title, body, facet, content='', contentless_delete=1, detail='column', tokenize='unicode61 remove_diacritics 2')`)
	if err != nil {
		return err
	}
	defer done()
	data := bytes.Repeat([]byte("d"), 1200)
	words := func(seed, many int) string {
		var b bytes.Buffer
		for range many {
			seed = seed*1103515245 + 12345
			r := (seed >> 16) & 0x7fff
			fmt.Fprintf(&b, "w%d ", r*r/50_000) // few words are frequent
		}
		return b.String()
	}
	return groups(db, n, [2]string{`INSERT INTO listing (seq, id, iri, until, data) VALUES ($1, $2, $3, $4, $5)`,
		`INSERT INTO listing_search (rowid, title, body, facet) VALUES ($1, $2, $3, $4)`},
		func(i int) (a, b []any) {
			return []any{i + 1, fmt.Sprintf("01900000-0000-7000-8000-%012x", i), fmt.Sprintf("https://peer.example/listings/%020d", i), i * 7919 % n, data},
				[]any{1<<52 - i, words(i, 5), words(i+1<<20, 38), words(i%50, 14)}
		})
}

// jsonEnvelope reads who says what from a note, the rest kept as bytes.
func jsonEnvelope(n int) (time.Duration, error) {
	p := &Peer{Actor: "https://peer.example/users/a"}
	body := p.Note(1, time.Unix(1_790_000_000, 0))
	return each(n, func(int) error {
		var v struct {
			ID     string         `json:"id"`
			Type   string         `json:"type"`
			Actor  string         `json:"actor"`
			To     jsontext.Value `json:"to"`
			CC     jsontext.Value `json:"cc"`
			Object jsontext.Value `json:"object"`
		}
		return json.Unmarshal(body, &v)
	})
}

// httpFloor is a POST of 2 KB of JSON over a kept HTTP/1.1 connection, both ends: net/http's server and Conn.
func httpFloor(n int) (time.Duration, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	srv := &http.Server{ReadHeaderTimeout: 5 * time.Second, Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.ReadAll(r.Body)
		w.WriteHeader(http.StatusAccepted)
	})}
	go srv.Serve(l)   //nolint:errcheck // it ends with Close
	defer srv.Close() //nolint:errcheck
	body := bytes.Repeat([]byte("x"), 2048)
	request := append([]byte(fmt.Sprintf("POST /inbox HTTP/1.1\r\nHost: %s\r\nContent-Type: application/activity+json\r\nContent-Length: %d\r\n\r\n",
		l.Addr(), len(body))), body...)
	swarm, err := NewSwarm(l.Addr().String(), 64)
	if err != nil {
		return 0, err
	}
	defer swarm.Close()
	all := make([][]byte, n)
	for i := range all {
		all[i] = request
	}
	began := CPU()
	a := swarm.Send(all, false)
	used := CPU() - began
	if a.Status[http.StatusAccepted] != n {
		return 0, fmt.Errorf("answers %v, errors %v", a.Status, a.Errs)
	}
	return used / time.Duration(n), nil
}

// tlsPostWarm is a POST of 2 KB over a TLS connection that stands, both ends net/http.
func tlsPostWarm(n int) (time.Duration, error) {
	ca, err := NewAuthority()
	if err != nil {
		return 0, err
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	srv := &http.Server{ReadHeaderTimeout: 5 * time.Second, TLSConfig: ca.Server(), Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		w.WriteHeader(http.StatusAccepted)
	})}
	go srv.ServeTLS(l, "", "") //nolint:errcheck // it ends with Close
	defer srv.Close()          //nolint:errcheck
	t := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: ca.Pool, ServerName: "h0.localhost", MinVersion: tls.VersionTLS12}}
	defer t.CloseIdleConnections()
	body := bytes.Repeat([]byte("x"), 2048)
	post := func(int) error {
		r, err := http.NewRequest(http.MethodPost, "https://"+l.Addr().String()+"/inbox", bytes.NewReader(body))
		if err != nil {
			return err
		}
		r.Header.Set("Content-Type", "application/activity+json")
		resp, err := t.RoundTrip(r)
		if err != nil {
			return err
		}
		_, _ = io.Copy(io.Discard, resp.Body)
		return resp.Body.Close()
	}
	if err := post(0); err != nil {
		return 0, err
	}
	return each(n, post)
}
