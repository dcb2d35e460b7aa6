package web

import (
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"runtime/debug"
	"strings"
)

// contentPolicy is what a browser may do with our pages: nothing inline, nothing from elsewhere (CSP level 3).
const contentPolicy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; " +
	"form-action 'self'; frame-ancestors 'none'; base-uri 'none'; object-src 'none'; manifest-src 'self'; worker-src 'self'"

var fixedHeaders = map[string][]string{
	"Content-Security-Policy":      {contentPolicy},
	"X-Content-Type-Options":       {"nosniff"},
	"Referrer-Policy":              {"same-origin"},
	"Cross-Origin-Opener-Policy":   {"same-origin"},
	"Cross-Origin-Resource-Policy": {"same-origin"},
	"Permissions-Policy": {"accelerometer=(), autoplay=(), camera=(), display-capture=(), encrypted-media=(), fullscreen=(), " +
		"geolocation=(), gyroscope=(), magnetometer=(), microphone=(), midi=(), payment=(), picture-in-picture=(), " +
		"screen-wake-lock=(), usb=(), xr-spatial-tracking=()"},
	"X-Frame-Options": {"DENY"},
}

// framedHeaders are in their place on what may be shown in a frame: nothing runs there, nothing is sent from there, and everybody may frame it.
var framedHeaders = map[string][]string{
	"Content-Security-Policy":      {"default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors *"},
	"Cross-Origin-Resource-Policy": {"cross-origin"},
	"X-Frame-Options":              nil,
}

func setHeaders(h http.Header, to map[string][]string) {
	for k, v := range to {
		if v == nil {
			h.Del(k)
			continue
		}
		h[k] = v
	}
}

var strictTransport = []string{"max-age=31536000"}

// headers sets what every answer carries, before anything can fail.
func (s *Site) headers(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		setHeaders(h, fixedHeaders)
		if s.cfg.Secure {
			h["Strict-Transport-Security"] = strictTransport
		}
		next.ServeHTTP(w, r)
	})
}

// requestID names a request in the log and on the page of a fault of ours, made when it is first asked for.
func requestID(w http.ResponseWriter) string {
	const name = "X-Request-Id"
	if id := w.Header().Get(name); id != "" {
		return id
	}
	var b [8]byte
	_, _ = rand.Read(b[:]) // never fails since Go 1.24
	id := hex.EncodeToString(b[:])
	w.Header().Set(name, id)
	return id
}

// recovered turns a panic into the page of a fault, with the request's id and without a word of the cause.
func (s *Site) recovered(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() {
			p := recover()
			if p == nil {
				return
			}
			if p == http.ErrAbortHandler {
				panic(p)
			}
			s.cfg.Log.Error("page panicked", "request", requestID(w), "method", r.Method, "panic", fmt.Sprint(p), "stack", string(debug.Stack()))
			h := w.Header()
			h.Del("Content-Encoding")
			h.Del("Etag")
			h.Set("Content-Type", "text/plain; charset=utf-8")
			h.Set("Cache-Control", "private, no-store")
			w.WriteHeader(http.StatusInternalServerError)
			_, _ = fmt.Fprintln(w, s.tongueOf(r, nil).say("error.panic", "Request", requestID(w)))
		}()
		next.ServeHTTP(w, r)
	})
}

// hosts lets through only requests for our own names: pages, cookies and links depend on them.
func (s *Site) hosts(next http.Handler) http.Handler {
	ours := map[string]bool{strings.ToLower(s.cfg.Base.Host()): true}
	for _, h := range s.cfg.Hosts {
		ours[strings.ToLower(h)] = true
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !ours[r.Host] && !ours[strings.ToLower(r.Host)] {
			(&visit{site: s, w: w, r: r, tongue: s.tongueOf(r, nil)}).plain(http.StatusMisdirectedRequest, "error.misdirected")
			return
		}
		next.ServeHTTP(w, r)
	})
}

// client is the address of whoever asks: the peer of the connection, or, when that is a trusted proxy, the right-most address
// of X-Forwarded-For that is not one. What stands further left anybody can write.
func (s *Site) client(r *http.Request) netip.Addr {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		host = r.RemoteAddr
	}
	addr, err := netip.ParseAddr(host)
	if err != nil {
		return netip.Addr{}
	}
	addr = addr.Unmap().WithZone("")
	if !s.trusts(addr) {
		return addr
	}
	hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	for i := len(hops) - 1; i >= 0; i-- {
		next, err := netip.ParseAddr(strings.TrimSpace(hops[i]))
		if err != nil {
			return addr
		}
		addr = next.Unmap().WithZone("")
		if !s.trusts(addr) {
			return addr
		}
	}
	return addr
}

func (s *Site) trusts(a netip.Addr) bool {
	for _, p := range s.trusted {
		if p.Contains(a) {
			return true
		}
	}
	return false
}

// network is what tries are counted by: an IPv4 address, or the /64 of an IPv6 address, which is what one household has.
func (s *Site) network(r *http.Request) string {
	a := s.client(r)
	if !a.IsValid() {
		return "unknown"
	}
	bits := 32
	if a.Is6() {
		bits = 64
	}
	p, err := a.Prefix(bits)
	if err != nil {
		return "unknown"
	}
	return p.String()
}
