package web

import (
	"bytes"
	"compress/gzip"
	"container/list"
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"strings"
	"sync"
	"time"

	"toadlane/internal/limits"
)

// keptPage is an answer to an anonymous reader, ready to be written.
type keptPage struct {
	key        string
	generation uint64
	made       time.Time
	etag       string
	kind       string // media type
	lang       string
	body, gz   []byte
}

func (p *keptPage) size() int64 { return int64(len(p.key) + len(p.body) + len(p.gz) + 200) }

// pageCache keeps the bytes of anonymous pages, the least used leave first. Its key holds everything that the answer depends
// on: address, language and look (R11).
type pageCache struct {
	mu    sync.Mutex
	byKey map[string]*list.Element
	order *list.List // front is the latest used
	bytes int64
	max   int64
}

func newPageCache(most int64) *pageCache {
	return &pageCache{byKey: map[string]*list.Element{}, order: list.New(), max: most}
}

func (c *pageCache) get(key string) *keptPage {
	c.mu.Lock()
	defer c.mu.Unlock()
	e := c.byKey[key]
	if e == nil {
		return nil
	}
	c.order.MoveToFront(e)
	return e.Value.(*keptPage)
}

func (c *pageCache) put(p *keptPage) {
	if p.size() > c.max/8 {
		return // one page must not push out all others
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if e := c.byKey[p.key]; e != nil {
		c.bytes -= e.Value.(*keptPage).size()
		e.Value = p
		c.order.MoveToFront(e)
	} else {
		c.byKey[p.key] = c.order.PushFront(p)
	}
	c.bytes += p.size()
	for c.bytes > c.max {
		last := c.order.Back()
		old := last.Value.(*keptPage)
		c.order.Remove(last)
		delete(c.byKey, old.key)
		c.bytes -= old.size()
	}
}

// generation is the wiring's counter, 0 when there is none.
func (s *Site) generation() uint64 {
	if s.cfg.Generation == nil {
		return 0
	}
	return s.cfg.Generation()
}

// fresh tells whether what was made at generation g and time t may still be shown. It is wall-clock time, not the injected
// one: it bounds how long what another process changed stays unseen.
func (s *Site) fresh(g uint64, t time.Time) bool {
	return s.cfg.Generation != nil && g == s.generation() && time.Since(t) < limits.PageCacheAge
}

// fromCache answers an anonymous reading from the kept bytes, or lets answer make the page and keeps it.
func (s *Site) fromCache(w http.ResponseWriter, r *http.Request, answer http.HandlerFunc) {
	if s.cfg.Generation == nil || len(r.URL.RawQuery) > 512 {
		answer(w, r)
		return
	}
	key := s.tongueOf(r, nil).tag + " " + s.lookOf(r).Class() + " " + r.URL.EscapedPath() + "?" + r.URL.RawQuery
	if p := s.cache.get(key); p != nil && s.fresh(p.generation, p.made) {
		p.write(w, r)
		return
	}
	g, made := s.generation(), time.Now()
	k := &keeper{ResponseWriter: w}
	answer(k, r)
	if k.page == nil {
		return
	}
	k.page.key, k.page.generation, k.page.made = key, g, made
	s.cache.put(k.page)
}

// keeper lets an anonymous page through and remembers it, so that the bytes are made once.
type keeper struct {
	http.ResponseWriter
	page *keptPage
}

// Unwrap serves http.ResponseController.
func (k *keeper) Unwrap() http.ResponseWriter { return k.ResponseWriter }

func newKeptPage(kind, lang string, body []byte) *keptPage {
	sum := sha256.Sum256(body)
	body = bytes.Clone(body) // what is kept for long is kept without the spare room of the buffer it was written to
	p := &keptPage{kind: kind, lang: lang, body: body, etag: `W/"` + base64.RawURLEncoding.EncodeToString(sum[:12]) + `"`}
	if len(body) > 1024 {
		p.gz = squeeze(body)
	}
	return p
}

// write answers with the page: 304 when the reader has it, gzip when they take it.
func (p *keptPage) write(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h["Etag"] = []string{p.etag}
	h["Cache-Control"] = noCache
	h["Vary"] = anonymousVary
	if matches(r.Header.Get("If-None-Match"), p.etag) {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	h["Content-Type"] = []string{p.kind}
	h["Content-Language"] = []string{p.lang}
	body := p.body
	if p.gz != nil && takesGzip(r) {
		h["Content-Encoding"] = gzipValue
		body = p.gz
	}
	w.WriteHeader(http.StatusOK)
	_, _ = w.Write(body)
}

var (
	noCache       = []string{"no-cache"}
	anonymousVary = []string{"Accept, Accept-Encoding, Accept-Language, Cookie"}
	gzipValue     = []string{"gzip"}
)

// matches reads If-None-Match (RFC 9110 §13.1.2): weak comparison, as all our tags are weak.
func matches(header, etag string) bool {
	if header == "" {
		return false
	}
	for _, t := range strings.Split(header, ",") {
		if t = strings.TrimSpace(t); t == etag || t == "*" || "W/"+t == etag {
			return true
		}
	}
	return false
}

func takesGzip(r *http.Request) bool {
	for _, part := range strings.Split(r.Header.Get("Accept-Encoding"), ",") {
		name, params, _ := strings.Cut(part, ";")
		if strings.EqualFold(strings.TrimSpace(name), "gzip") && quality(params) > 0 {
			return true
		}
	}
	return false
}

// gzipWriters are kept, because a new one costs 300 µs.
var gzipWriters = sync.Pool{New: func() any { return gzip.NewWriter(nil) }}

func squeeze(b []byte) []byte {
	var out bytes.Buffer
	out.Grow(len(b) / 3)
	z := gzipWriters.Get().(*gzip.Writer)
	defer gzipWriters.Put(z)
	z.Reset(&out)
	_, _ = z.Write(b) // a bytes.Buffer takes everything
	_ = z.Close()
	return bytes.Clone(out.Bytes())
}
