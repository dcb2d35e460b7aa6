package outbound

import (
	"bufio"
	"context"
	"crypto/tls"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"toadlane/coop"
	"toadlane/internal/limits"
)

// NET-08, PAR-03: bodies at the limit, one byte over, endless, lying about their size, and compressed.
func TestBodySize(t *testing.T) {
	t.Parallel()
	eachKind(t, func(t *testing.T, k Kind) {
		limit := int(rules[k].body)
		gone := make(chan struct{}, 10)
		c, base := serve(t, func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", typeOf(k))
			switch r.URL.Path {
			case "/limit":
				_, _ = w.Write(make([]byte, limit))
			case "/over":
				_, _ = w.Write(make([]byte, limit+1))
			case "/over-chunked":
				w.(http.Flusher).Flush()
				_, _ = w.Write(make([]byte, limit+1))
			case "/claims":
				w.Header().Set("Content-Length", strconv.Itoa(1<<40))
				w.WriteHeader(http.StatusOK)
			case "/endless":
				for r.Context().Err() == nil {
					if _, err := w.Write(make([]byte, 32<<10)); err != nil {
						break
					}
				}
				gone <- struct{}{}
			case "/gzip":
				w.Header().Set("Content-Encoding", "gzip")
				_, _ = w.Write([]byte("\x1f\x8b"))
			}
		})
		for _, path := range []string{"/limit", "/over", "/over-chunked", "/claims", "/endless", "/gzip"} {
			err := ask(t.Context(), c, k, coop.IRI(base+path))
			// The answer to a delivery does not matter; what is too long is left unread.
			if want := path == "/limit" || k == KindDelivery; (err == nil) != want {
				t.Errorf("%s: %v", path, err)
			}
			if err != nil && (coop.ClassOf(err) != coop.Invalid || Temporary(err)) {
				t.Errorf("%s: class %v", path, coop.ClassOf(err))
			}
		}
		<-gone // the endless one was cut off
	})
}

// NET-08: silence, slow headers, slow bodies, endless informational answers and huge headers, in a bubble where the clock
// is fake and peers are pipes. The whole request ends at its deadline.
func TestSlowPeers(t *testing.T) {
	t.Parallel()
	slowly := func(w io.Writer, s string, every time.Duration) {
		for i := 0; i < len(s); i++ {
			if _, err := w.Write([]byte{s[i]}); err != nil {
				return
			}
			<-time.After(every) // the bubble's clock
		}
	}
	const head = "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n"
	peers := map[string]func(k Kind, conn net.Conn){
		"silence":      func(Kind, net.Conn) {},
		"slow headers": func(_ Kind, conn net.Conn) { slowly(conn, head, time.Second) },
		"slow body": func(k Kind, conn net.Conn) {
			_, _ = io.WriteString(conn, head+"Content-Type: "+typeOf(k)+"\r\n\r\n")
			slowly(conn, strings.Repeat("x", 1000), 9*time.Second)
		},
		"endless 1xx": func(_ Kind, conn net.Conn) {
			for {
				if _, err := io.WriteString(conn, "HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n"); err != nil {
					return
				}
			}
		},
		"huge header": func(_ Kind, conn net.Conn) {
			_, _ = io.WriteString(conn, "HTTP/1.1 200 OK\r\nX: "+strings.Repeat("x", 1<<20)+"\r\n\r\n")
		},
	}
	for name, behave := range peers {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				for _, k := range Kinds() {
					c := New(Loopback(), agent, Options{})
					var conns []net.Conn
					var wg sync.WaitGroup
					c.transport.DialContext = func(context.Context, string, string) (net.Conn, error) {
						ours, theirs := net.Pipe()
						conns = append(conns, theirs)
						wg.Go(func() {
							in := bufio.NewReader(theirs)
							if r, err := http.ReadRequest(in); err != nil || r.Host != "slow.localhost" {
								t.Errorf("%s: the request: %v", k, err)
							}
							wg.Go(func() { _, _ = io.Copy(io.Discard, in) })
							behave(k, theirs)
						})
						return ours, nil
					}
					begun := time.Now()
					err := ask(t.Context(), c, k, "http://slow.localhost/")
					took := time.Since(begun)
					if err == nil && k != KindDelivery || took > rules[k].timeout {
						t.Errorf("%s: %v after %v", k, err, took)
					}
					if err != nil && !Temporary(err) {
						t.Errorf("%s: not temporary: %v", k, err)
					}
					if name == "silence" && took != limits.ResponseHeaderTimeout || name == "slow body" && took != rules[k].timeout {
						t.Errorf("%s: %s ended after %v", k, name, took)
					}
					c.Close()
					for _, conn := range conns {
						conn.Close()
					}
					wg.Wait()
				}
			})
		})
	}
}

// NET-11: expired, wrong name, self-signed, TLS 1.0. All are refused and temporary; the same server with a good
// certificate is taken.
func TestTLS(t *testing.T) {
	t.Parallel()
	ca, stranger := newAuthority(t), newAuthority(t)
	soon := time.Now().Add(time.Hour)
	h := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.Header().Set("Content-Type", activityJSON) })
	for _, x := range []struct {
		name string
		cfg  *tls.Config
		ok   bool
	}{
		{"good", &tls.Config{Certificates: []tls.Certificate{ca.certificate(t, soon, "a.localhost")}}, true},
		{"expired", &tls.Config{Certificates: []tls.Certificate{ca.certificate(t, time.Now().Add(-time.Hour), "a.localhost")}}, false},
		{"wrong name", &tls.Config{Certificates: []tls.Certificate{ca.certificate(t, soon, "b.localhost")}}, false},
		{"unknown authority", &tls.Config{Certificates: []tls.Certificate{stranger.certificate(t, soon, "a.localhost")}}, false},
		{"TLS 1.0", &tls.Config{Certificates: []tls.Certificate{ca.certificate(t, soon, "a.localhost")}, MinVersion: tls.VersionTLS10, MaxVersion: tls.VersionTLS10}, false},
		{"TLS 1.1", &tls.Config{Certificates: []tls.Certificate{ca.certificate(t, soon, "a.localhost")}, MinVersion: tls.VersionTLS10, MaxVersion: tls.VersionTLS11}, false},
		{"TLS 1.2", &tls.Config{Certificates: []tls.Certificate{ca.certificate(t, soon, "a.localhost")}, MaxVersion: tls.VersionTLS12}, true},
	} {
		t.Run(x.name, func(t *testing.T) {
			t.Parallel()
			port := serveTLS(t, x.cfg, h)
			c := New(Loopback(), agent, Options{RootCAs: ca.pool})
			t.Cleanup(c.Close)
			for _, k := range []Kind{KindActor, KindDelivery} {
				err := ask(t.Context(), c, k, coop.IRI("https://a.localhost:"+port+"/"))
				if (err == nil) != x.ok {
					t.Errorf("%s: %v", k, err)
				}
				if err != nil && !Temporary(err) {
					t.Errorf("%s: not temporary: %v", k, err)
				}
			}
		})
	}
}

// NET-05: no redirect leaves https, also where the policy knows http.
func TestRedirectToPlainHTTP(t *testing.T) {
	t.Parallel()
	ca := newAuthority(t)
	plain := 0
	_, base := serve(t, func(w http.ResponseWriter, _ *http.Request) { plain++; w.Header().Set("Content-Type", "image/png") })
	to := base + "/x"
	cfg := &tls.Config{Certificates: []tls.Certificate{ca.certificate(t, time.Now().Add(time.Hour), "a.localhost")}}
	port := serveTLS(t, cfg, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/x" {
			w.Header().Set("Content-Type", "image/png")
			return
		}
		http.Redirect(w, r, to, http.StatusFound)
	}))
	c := New(Loopback(), agent, Options{RootCAs: ca.pool})
	t.Cleanup(c.Close)
	from := coop.IRI("https://a.localhost:" + port + "/")
	if err := ask(t.Context(), c, KindMedia, from); coop.ClassOf(err) != coop.Invalid || plain != 0 {
		t.Errorf("%v, %d plain requests", err, plain)
	}
	to = "/x"
	if err := ask(t.Context(), c, KindMedia, from); err != nil {
		t.Errorf("control: %v", err)
	}
}
