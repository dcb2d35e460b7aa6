package node

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"runtime/debug"
	"sync"
	"time"

	"toadlane/coop"
	"toadlane/federation"
	"toadlane/internal/limits"
)

// Handler serves everything: peers' addresses by the federation, all others by the site, and /healthz.
func (n *Node) Handler() http.Handler {
	pages := n.Site.Handler()
	return n.count.counted(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer n.recovered(w, r)
		switch {
		case r.URL.Path == "/healthz":
			n.health(w, r)
		case federation.Owns(r.URL.Path):
			n.Federation.ServeHTTP(w, r)
		default:
			pages.ServeHTTP(w, r)
		}
	}))
}

// recovered keeps one broken request from ending the others. The stack goes to the log, nothing of the request does.
func (n *Node) recovered(w http.ResponseWriter, r *http.Request) {
	e := recover()
	if e == nil {
		return
	}
	if err, ok := e.(error); ok && errors.Is(err, http.ErrAbortHandler) {
		panic(e)
	}
	id := NewID()
	n.count.panics.Inc()
	n.Log.Error("panic", "request", id, "method", r.Method, "stack", string(debug.Stack()))
	http.Error(w, "Something broke on our side. It has been written down as "+string(id)+".", http.StatusInternalServerError)
}

// Well is what /healthz answers when the node is.
const Well = `{"status":"well"}`

// health answers 200 when the database answers. It tells nothing else, so anybody may ask.
func (n *Node) health(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), 5*time.Second)
	defer cancel()
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	if _, err := n.CoopStore.Coop(ctx); err != nil && coop.ClassOf(err) != coop.NotFound {
		n.Log.Warn("health", "error", err)
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusServiceUnavailable)
		_, _ = io.WriteString(w, `{"status":"unwell"}`+"\n")
		return
	}
	w.Header().Set("Content-Type", "application/json")
	_, _ = io.WriteString(w, Well+"\n")
}

// Run keeps the workers going until ctx ends and returns when what was in flight has ended.
func (n *Node) Run(ctx context.Context) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	var others sync.WaitGroup
	others.Go(func() { n.sweep(ctx) })
	others.Go(func() { n.Mail.Run(ctx) })
	err := n.Federation.Run(ctx, !n.Store.Postgres())
	stop()
	others.Wait()
	if err != nil {
		return fmt.Errorf("workers: %w", err)
	}
	return nil
}

// sweepEvery is how late sessions, audit lines and pictures may be forgotten.
const sweepEvery = time.Hour

// sweep forgets what its retention has passed of what the federation does not look after. What one round leaves is there for
// the next, and a round that is done twice by two processes is done once.
func (n *Node) sweep(ctx context.Context) {
	tick := time.NewTicker(sweepEvery)
	defer tick.Stop()
	for {
		for what, sweep := range map[string]func(context.Context, time.Time) (int, error){"sessions": n.Store.SweepSessions, "pictures": n.Store.SweepPhotos} {
			if _, err := sweep(ctx, n.Now().UTC()); err != nil && ctx.Err() == nil {
				n.Log.Error("sweep", "what", what, "error", err)
			}
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// Server makes a server with every bound of package limits.
func Server(h http.Handler, log *slog.Logger) *http.Server {
	return &http.Server{
		Handler:           h,
		ReadHeaderTimeout: limits.ReadHeaderTimeout,
		ReadTimeout:       limits.ReadTimeout,
		WriteTimeout:      limits.WriteTimeout,
		IdleTimeout:       limits.IdleTimeout,
		MaxHeaderBytes:    limits.RequestHeaderBytes,
		HTTP2:             &http.HTTP2Config{MaxConcurrentStreams: limits.StreamsPerConn},
		ErrorLog:          slog.NewLogLogger(log.Handler(), slog.LevelDebug), // handshakes of scanners, mostly
	}
}

// Serve answers on the listeners until ctx ends; then it stops listening, lets requests under way finish for
// limits.ShutdownGrace, stops the workers and waits for them. A kill at any moment is as safe, only less polite.
func (n *Node) Serve(ctx context.Context, listeners ...net.Listener) error {
	return ServeAll(ctx, n.Handler(), n.Log, listeners, n.Run)
}

// calmAfter is when a start is over.
const calmAfter = 2 * time.Second

// ServeAll is Serve for several nodes behind one handler, each with its workers.
func ServeAll(ctx context.Context, h http.Handler, log *slog.Logger, listeners []net.Listener, workers ...func(context.Context) error) error {
	working, stopWork := context.WithCancel(context.WithoutCancel(ctx))
	defer stopWork()
	ending, end := context.WithCancel(ctx)
	defer end()
	var (
		mu    sync.Mutex
		first error
		busy  sync.WaitGroup
	)
	note := func(err error) {
		if err == nil || errors.Is(err, http.ErrServerClosed) {
			return
		}
		mu.Lock()
		defer mu.Unlock()
		if first == nil {
			first = err
		}
		end()
	}
	for _, work := range workers {
		busy.Go(func() { note(work(working)) })
	}
	srv := Server(h, log)
	var serving sync.WaitGroup
	for _, l := range listeners {
		serving.Go(func() { note(srv.Serve(l)) })
	}
	// What starting took is given back when the first visitors have been served.
	calm := time.AfterFunc(calmAfter, debug.FreeOSMemory)
	defer calm.Stop()
	<-ending.Done()
	grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), limits.ShutdownGrace)
	defer cancel()
	if err := srv.Shutdown(grace); err != nil {
		_ = srv.Close()
	}
	serving.Wait()
	stopWork()
	busy.Wait()
	mu.Lock()
	defer mu.Unlock()
	return first
}
