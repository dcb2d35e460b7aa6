package node

import (
	"net/http"
	"net/http/pprof"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"toadlane/coop"
	"toadlane/federation"
	"toadlane/federation/queue"
)

// counters are what a node counts of itself. Nothing in them names a person, an address or a page.
type counters struct {
	registry *prometheus.Registry
	requests *prometheus.CounterVec
	seconds  *prometheus.HistogramVec
	panics   prometheus.Counter
	letters  *prometheus.CounterVec
}

func newCounters() *counters {
	c := &counters{
		registry: prometheus.NewRegistry(),
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "toadlane_requests_total",
			Help: "Requests answered, by who they are for and the first digit of the answer."}, []string{"for", "class"}),
		seconds: prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "toadlane_request_seconds",
			Help: "Time to answer.", Buckets: []float64{.001, .005, .02, .1, .5, 2, 10}}, []string{"for"}),
		panics: prometheus.NewCounter(prometheus.CounterOpts{Name: "toadlane_panics_total", Help: "Requests that broke us."}),
		letters: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "toadlane_letters_total",
			Help: "Tries to send a mail, by what it tells and what became of it."}, []string{"kind", "state"}),
	}
	c.registry.MustRegister(c.requests, c.seconds, c.panics, c.letters, collectors.NewGoCollector(),
		collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return c
}

func (c *counters) letter(kind coop.LetterKind, state queue.State) {
	c.letters.WithLabelValues(string(kind), string(state)).Inc()
}

func (c *counters) counted(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		begun, whom := time.Now(), "people"
		if federation.Owns(r.URL.Path) {
			whom = "peers"
		}
		s := &statusWriter{ResponseWriter: w, status: http.StatusOK}
		defer func() {
			c.requests.WithLabelValues(whom, strconv.Itoa(s.status/100)+"xx").Inc()
			c.seconds.WithLabelValues(whom).Observe(time.Since(begun).Seconds())
		}()
		next.ServeHTTP(s, r)
	})
}

type statusWriter struct {
	http.ResponseWriter
	status int
	wrote  bool
}

func (s *statusWriter) WriteHeader(status int) {
	if !s.wrote && status >= 200 {
		s.status, s.wrote = status, true
	}
	s.ResponseWriter.WriteHeader(status)
}

// Unwrap serves http.ResponseController.
func (s *statusWriter) Unwrap() http.ResponseWriter { return s.ResponseWriter }

// Debug serves /metrics and /debug/pprof/. It shows the inside of the process: it belongs on a loopback listener only.
func (n *Node) Debug() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", promhttp.HandlerFor(n.count.registry, promhttp.HandlerOpts{}))
	mux.HandleFunc("/debug/pprof/", pprof.Index)
	mux.HandleFunc("/debug/pprof/profile", pprof.Profile)
	mux.HandleFunc("/debug/pprof/trace", pprof.Trace)
	mux.HandleFunc("/debug/pprof/symbol", pprof.Symbol)
	return mux
}
