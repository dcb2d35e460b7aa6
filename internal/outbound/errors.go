package outbound

import (
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"toadlane/coop"
	"toadlane/internal/limits"
)

// StatusError is an answer that is neither a success nor a redirect we follow. It stands in the tree of the error that Get
// and Post return.
type StatusError struct {
	Status     int
	RetryAfter time.Duration // what the answer asked for, at most limits.RetryAfterMax; 0 when it asked for nothing
	Said       string        // the beginning of the answer as plain text, for the steward; a stranger's words
}

func (e *StatusError) Error() string {
	if e.Said == "" {
		return fmt.Sprintf("answer %d", e.Status)
	}
	return fmt.Sprintf("answer %d: %q", e.Status, e.Said)
}

// Status is the HTTP status in err, 0 when the other side gave none.
func Status(err error) int {
	var s *StatusError
	if errors.As(err, &s) {
		return s.Status
	}
	return 0
}

// RetryAfter is what the answer in err asked to wait for, 0 when it asked for nothing.
func RetryAfter(err error) time.Duration {
	var s *StatusError
	if errors.As(err, &s) {
		return s.RetryAfter
	}
	return 0
}

// Temporary tells whether trying again later may go better: the network, DNS, TLS (certificates are renewed), time-outs,
// and the answers 401, 408, 425, 429 and 5xx but 501 (Mastodon's rule; 401 because a key may be on its way). What the
// policy forbids and what is malformed stays so.
func Temporary(err error) bool {
	if s := Status(err); s != 0 {
		switch s {
		case http.StatusUnauthorized, http.StatusRequestTimeout, http.StatusTooEarly, http.StatusTooManyRequests:
			return true
		}
		return s >= 500 && s != http.StatusNotImplemented
	}
	return err != nil && coop.ClassOf(err) == coop.Unavailable
}

func classOfStatus(status int) coop.Class {
	switch {
	case status == http.StatusGone:
		return coop.Gone
	case status == http.StatusNotFound:
		return coop.NotFound
	case status == http.StatusTooManyRequests:
		return coop.TooMany
	case status >= 500 || status == http.StatusRequestTimeout || status == http.StatusTooEarly:
		return coop.Unavailable
	case status == http.StatusUnauthorized || status == http.StatusForbidden:
		return coop.Forbidden
	default:
		return coop.Invalid
	}
}

// retryAfter reads delay-seconds or a date (RFC 9110 §10.2.3). now is the answer's own Date where it has one, so that a
// wrong clock there does no harm.
func retryAfter(h http.Header) time.Duration {
	s := h.Get("Retry-After")
	if s == "" {
		return 0
	}
	if n, err := strconv.ParseUint(s, 10, 64); err == nil {
		return time.Duration(min(n, uint64(limits.RetryAfterMax/time.Second))) * time.Second
	}
	at, err := http.ParseTime(s)
	if err != nil {
		return 0
	}
	now, err := http.ParseTime(h.Get("Date"))
	if err != nil {
		now = time.Now()
	}
	return max(0, min(at.Sub(now), limits.RetryAfterMax))
}

// said keeps the printable beginning of an answer.
func said(b []byte) string {
	if len(b) > 200 {
		b = b[:200]
	}
	s := strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t' || r == '\r':
			return ' '
		case r < ' ' || r > '~':
			return -1
		}
		return r
	}, string(b))
	return strings.TrimSpace(s)
}
