package federation

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"sync"
	"time"

	"toadlane/internal/limits"
)

// documents keeps the bytes of documents we serve often: an actor costs 20 µs to read and more to build, and a boosted post is
// asked for by hundreds of servers in a second. An entry lives a second at most, so that what another process of the same
// database changed is served soon; concurrent builders of one entry share a single build.
type documents struct {
	mu      sync.Mutex
	entries map[string]*document
}

type document struct {
	ready chan struct{}
	body  []byte
	etag  string
	err   error
	until time.Time
}

const (
	documentFresh = time.Second
	documentsKept = 2000
)

func newDocuments() *documents { return &documents{entries: make(map[string]*document)} }

func (d *documents) get(ctx context.Context, key string, build func(context.Context) ([]byte, error)) ([]byte, string, error) {
	now := time.Now() // a cache's age is monotonic time, whatever the node's clock says
	d.mu.Lock()
	e := d.entries[key]
	if e != nil && (e.until.IsZero() || now.Before(e.until)) {
		d.mu.Unlock()
		<-e.ready
		return e.body, e.etag, e.err
	}
	if len(d.entries) >= documentsKept {
		for k, x := range d.entries {
			if !x.until.IsZero() && !now.Before(x.until) {
				delete(d.entries, k)
			}
		}
		if len(d.entries) >= documentsKept {
			clear(d.entries)
		}
	}
	e = &document{ready: make(chan struct{})}
	d.entries[key] = e
	d.mu.Unlock()

	e.err = errUnbuilt
	defer func() { // also when build panics: whoever waits must not wait for ever
		d.mu.Lock()
		e.until = time.Now().Add(documentFresh)
		if e.err != nil && d.entries[key] == e { // a failure is not kept
			delete(d.entries, key)
		}
		d.mu.Unlock()
		close(e.ready)
	}()
	// Others may wait for the same document, so it does not end with the first who asked.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), limits.WriteTimeout)
	defer cancel()
	body, err := build(ctx)
	if err == nil {
		e.body, e.etag = body, etag(body)
	}
	e.err = err
	return e.body, e.etag, e.err
}

var errUnbuilt = errors.New("the document was not built")

// drop forgets everything, after a change of ours: the next reader must see it.
func (d *documents) drop() {
	d.mu.Lock()
	defer d.mu.Unlock()
	clear(d.entries)
}

func etag(body []byte) string {
	sum := sha256.Sum256(body)
	return `"` + base64.RawURLEncoding.EncodeToString(sum[:12]) + `"`
}
