package outbound

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"toadlane/coop"
	"toadlane/internal/limits"
)

func TestCall(t *testing.T) {
	t.Parallel()
	c, base := serve(t, func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		switch r.URL.Path {
		case "/moved":
			http.Redirect(w, r, "/nodes", http.StatusFound)
			return
		case "/page":
			w.Header().Set("Content-Type", "text/html")
			w.WriteHeader(http.StatusNotFound)
			return
		case "/busy":
			w.Header().Set("Content-Type", "application/json")
			w.Header().Set("Retry-After", "120")
			w.WriteHeader(http.StatusTooManyRequests)
		case "/broken":
			w.Header().Set("Content-Type", "application/json")
			w.WriteHeader(http.StatusInternalServerError)
		case "/huge":
			w.Header().Set("Content-Type", "application/json")
			fmt.Fprint(w, strings.Repeat("x", int(limits.IndexBytes)+1))
			return
		case "/no":
			w.Header().Set("Content-Type", "application/json; charset=utf-8")
			w.WriteHeader(http.StatusBadRequest)
		default:
			w.Header().Set("Content-Type", "application/json; charset=utf-8")
		}
		fmt.Fprintf(w, "%s %s %s %s", r.Method, r.URL.RequestURI(), r.Header.Get("Content-Type"), body)
	})
	at := func(path string) coop.IRI { return coop.IRI(base + path) }
	for _, x := range []struct {
		method, path, body, want string
		status                   int
	}{
		{"POST", "/nodes", "{}", "POST /nodes application/json {}", 200},
		{"DELETE", "/nodes/a?b=1", "", "DELETE /nodes/a?b=1  ", 200},
		{"GET", "/no", "", "GET /no  ", 400},
	} {
		var body []byte
		if x.body != "" {
			body = []byte(x.body)
		}
		resp, err := c.Call(t.Context(), x.method, at(x.path), body, NewBudget(1))
		if err != nil || resp.Status != x.status || string(resp.Body) != x.want {
			t.Errorf("%s %s: %d %q %v", x.method, x.path, resp.Status, resp.Body, err)
		}
	}
	for path, status := range map[string]int{"/moved": 302, "/page": 404, "/busy": 429, "/broken": 500, "/huge": 0} {
		_, err := c.Call(t.Context(), "GET", at(path), nil, NewBudget(1))
		if err == nil || Status(err) != status {
			t.Errorf("%s: %v", path, err)
		}
	}
	if _, err := c.Call(t.Context(), "GET", at("/nodes"), nil, nil); coop.ClassOf(err) != coop.TooMany || err == nil {
		t.Errorf("without a budget: %v", err)
	}
	if _, err := c.Call(t.Context(), "GET", "https://peer.example/nodes", nil, NewBudget(1)); coop.ClassOf(err) != coop.Forbidden || err == nil {
		t.Errorf("what the policy refuses: %v", err)
	}
}
