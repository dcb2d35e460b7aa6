package testrig_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"toadlane/coop"
	"toadlane/federation/murmur"
	"toadlane/federation/queue"
	"toadlane/internal/limits"
	"toadlane/internal/testrig"
)

// A whole node tells an index of an offer, and has it forgotten when it is taken back; the index asks the node itself for the profile.
func TestIndexIsTold(t *testing.T) {
	t.Parallel()
	r := testrig.New(t, "bakery")
	bakery := r.Coop("bakery")
	offer := bakery.Post("A loaf")

	var mu sync.Mutex
	known := map[string]string{} // node → profile as fetched
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true, DialContext: func(ctx context.Context, network, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, network, bakery.Address)
	}}}
	fetch := func(at string) (string, bool) {
		resp, err := client.Get(at)
		if err != nil {
			return err.Error(), false
		}
		defer func() { _ = resp.Body.Close() }()
		b, _ := io.ReadAll(resp.Body)
		return string(b), resp.StatusCode == http.StatusOK && resp.Header.Get("Content-Type") == murmur.MediaType && resp.Header.Get("ETag") != ""
	}
	at := map[string]string{}
	l, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	srv := &http.Server{ReadHeaderTimeout: 5 * time.Second, Handler: http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		w.Header().Set("Content-Type", "application/json")
		id := strings.TrimPrefix(q.URL.Path, "/v2/nodes/")
		switch q.Method {
		case http.MethodPost:
			var in struct {
				ProfileURL string `json:"profile_url"`
			}
			_ = json.NewDecoder(q.Body).Decode(&in)
			id = murmur.NodeID(coop.IRI(in.ProfileURL))
			at[id] = in.ProfileURL
			if body, ok := fetch(in.ProfileURL); ok {
				known[id] = body
			}
			fmt.Fprintf(w, `{"data":{"node_id":%q}}`, id)
		case http.MethodGet:
			fmt.Fprintf(w, `{"data":{"node_id":%q,"status":"posted"}}`, id)
		case http.MethodDelete:
			if _, ok := fetch(at[id]); ok {
				w.WriteHeader(http.StatusBadRequest)
				fmt.Fprintf(w, `{"errors":[{"title":"Profile Still Exists"}],"meta":{"node_id":%q}}`, id)
				return
			}
			delete(known, id)
			fmt.Fprint(w, `{"meta":{"message":"recorded as deleted"}}`)
		}
	})}
	go func() { _ = srv.Serve(l) }()
	t.Cleanup(func() { _ = srv.Close() })

	m := queue.Murmurations{On: true, Index: coop.IRI(fmt.Sprintf("http://index.localhost:%d/v2", l.Addr().(*net.TCPAddr).Port)), Organization: true, Offers: true}
	if err := bakery.Federation.SaveMurmurations(t.Context(), bakery.Steward, m); err != nil {
		t.Fatal(err)
	}
	has := func(n int) func() bool {
		return func() bool { mu.Lock(); defer mu.Unlock(); return len(known) == n }
	}
	settled := func(state queue.State, status string) func() bool {
		return func() bool {
			list, _, err := bakery.Queue.Murmurations(t.Context(), state, "", 9)
			return err == nil && len(list) == 2 && list[0].Status == status && list[1].Status == status
		}
	}
	r.Wait("the index to know the co-op and its offer", has(2))
	r.Wait("the rows to wait for what became of them", settled(queue.Waiting, "received"))
	r.Clock.Move(limits.IndexAsk)
	r.Wait("the answers", settled(queue.Done, "posted"))
	mu.Lock()
	if body := known[murmur.NodeID(bakery.Base+coop.IRI(murmur.ListingPath(offer.ID)))]; !strings.Contains(body, `"title":"A loaf"`) {
		t.Errorf("the index fetched %s", body)
	}
	mu.Unlock()
	if err := bakery.Federation.TakeBackMurmurations(t.Context(), bakery.Steward); err != nil {
		t.Fatal(err)
	}
	r.Wait("the index to forget both", has(0))
	r.Wait("the rows to say so", settled(queue.Done, "deleted"))
}
