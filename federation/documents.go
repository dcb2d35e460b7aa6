package federation

import (
	"crypto/sha256"
	"encoding/base64"
	"sync"
	"time"
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

func (d *documents) get(key string, build func() ([]byte, error)) ([]byte, string, error) {
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

	e.body, e.err = build()
	if e.err == nil {
		e.etag = etag(e.body)
	}
	d.mu.Lock()
	e.until = time.Now().Add(documentFresh)
	if e.err != nil { // a failure is not kept
		delete(d.entries, key)
	}
	d.mu.Unlock()
	close(e.ready)
	return e.body, e.etag, e.err
}

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
