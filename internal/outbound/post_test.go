package outbound

import (
	"bytes"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"toadlane/coop"
	"toadlane/internal/limits"
)

func TestPost(t *testing.T) {
	t.Parallel()
	var got *http.Request
	var body []byte
	c, base := serve(t, func(w http.ResponseWriter, r *http.Request) {
		got = r
		body, _ = io.ReadAll(r.Body)
		w.WriteHeader(http.StatusAccepted)
		fmt.Fprint(w, "thanks")
	})
	sign := func(r *http.Request) error {
		b, err := r.GetBody()
		if err != nil {
			return err
		}
		all, err := io.ReadAll(b)
		r.Header.Set("Digest", string(all))
		return err
	}
	resp, err := c.Post(t.Context(), coop.IRI(base+"/inbox"), activityJSON, []byte(`{"id":1}`), sign)
	if err != nil || resp.Status != http.StatusAccepted || string(resp.Body) != "thanks" {
		t.Fatalf("%+v, %v", resp, err)
	}
	if !bytes.Equal(body, []byte(`{"id":1}`)) || got.Method != "POST" || got.URL.Path != "/inbox" {
		t.Errorf("%s %s %s", got.Method, got.URL, body)
	}
	want := http.Header{"User-Agent": {agent}, "Content-Type": {activityJSON}, "Accept": {activityJSON + ", application/json"}, "Digest": {`{"id":1}`}, "Content-Length": {"8"}}
	if d := cmp.Diff(want, got.Header); d != "" {
		t.Errorf("header (-want +got):\n%s", d)
	}
	if _, err := c.Post(t.Context(), coop.IRI(base+"/inbox"), activityJSON, nil, func(*http.Request) error { return io.ErrUnexpectedEOF }); coop.ClassOf(err) != coop.Internal {
		t.Errorf("a signature that could not be made: %v", err)
	}
}

// Deliveries to one host use its connections again, over TLS and without, as many as a healthy lane sends at once.
func TestConnectionsAreUsedAgain(t *testing.T) {
	t.Parallel()
	ca := newAuthority(t)
	for _, scheme := range []string{"http", "https"} {
		t.Run(scheme, func(t *testing.T) {
			t.Parallel()
			var opened atomic.Int32
			s := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				w.WriteHeader(http.StatusAccepted)
				fmt.Fprint(w, strings.Repeat("x", 1000))
			}))
			s.Config.ConnState = func(_ net.Conn, st http.ConnState) {
				if st == http.StateNew {
					opened.Add(1)
				}
			}
			if scheme == "https" {
				s.TLS = &tls.Config{Certificates: []tls.Certificate{ca.certificate(t, time.Now().Add(time.Hour), "a.localhost")}}
				s.StartTLS()
			} else {
				s.Start()
			}
			c := New(Loopback(), agent, Options{RootCAs: ca.pool})
			t.Cleanup(func() { c.Close(); s.Close() })
			to := coop.IRI(scheme + "://a.localhost" + s.URL[strings.LastIndexByte(s.URL, ':'):] + "/inbox")
			var wg sync.WaitGroup
			for range limits.LaneHealthy {
				wg.Go(func() {
					for range 50 {
						if err := ask(t.Context(), c, KindDelivery, to); err != nil {
							t.Error(err)
							return
						}
					}
				})
			}
			wg.Wait()
			if n := int(opened.Load()); n > 2*limits.LaneHealthy {
				t.Errorf("%d connections for %d deliveries", n, 50*limits.LaneHealthy)
			}
		})
	}
}
