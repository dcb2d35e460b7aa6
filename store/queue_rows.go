package store

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"math"
	"strconv"
	"strings"
	"unicode/utf8"

	"toadlane/coop"
	"toadlane/federation/queue"
)

var (
	_ queue.Store = Queue{}
	_ queue.Tx    = (*Tx)(nil)
)

// Write runs fn in one transaction; an error of fn undoes all of it.
func (s Queue) Write(ctx context.Context, fn func(queue.Tx) error) error {
	return s.write(ctx, func(tx *Tx) error { return fn(tx) })
}

// LIMIT CAST($1 AS BIGINT), not LIMIT $1: SQLite plans by the value of a bare parameter there, and so compiles the statement anew
// each time it is bound (3.5x, sqlite3ExprIsInteger); of a claim that was a third of the time.

// How many rows one statement takes by their ids, and a list gives at most.
const (
	idsAtOnce = 256
	listMost  = 200
)

// errorBytes is how much of an error a row keeps: enough for a steward, whatever a stranger's server answered.
const errorBytes = 500

// plain makes text from strangers fit for a column of both databases: PostgreSQL takes neither NUL nor bad UTF-8.
func plain(s string) string {
	if !utf8.ValidString(s) {
		s = strings.ToValidUTF8(s, "\uFFFD")
	}
	if strings.IndexByte(s, 0) >= 0 {
		s = strings.ReplaceAll(s, "\x00", "\uFFFD")
	}
	return s
}

// short is plain, cut to errorBytes.
func short(s string) string {
	s = plain(s)
	if len(s) <= errorBytes {
		return s
	}
	n := errorBytes
	for !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n]
}

// inboundKey is how a peer's activity is told apart in the unique index of (peer, activity). A row of an index of PostgreSQL
// holds 2704 bytes, so what is too long for it goes by its digest.
func inboundKey(peer coop.IRI, activity string) string {
	if activity = plain(activity); len(peer)+len(activity) < 2600 {
		return activity
	}
	sum := sha256.Sum256([]byte(activity))
	return "sha256:" + hex.EncodeToString(sum[:])
}

// locking ends a SELECT of a row that this transaction is going to change, and waits for whoever holds it. SQLite has one
// writer and nothing to wait for.
func (d dialect) locking() string {
	if d.name == postgres.name {
		return " FOR UPDATE"
	}
	return ""
}

// places writes n numbered parameters from first on: "$3, $4, $5".
func places(first, n int) string {
	var b strings.Builder
	for i := range n {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteByte('$')
		b.WriteString(strconv.Itoa(first + i))
	}
	return b.String()
}

// padded repeats the last element until the length is a power of two, so that statements have few texts and stay prepared.
func padded[T any](list []T) []T {
	n := 1
	for n < len(list) {
		n *= 2
	}
	out := make([]T, 0, n)
	out = append(out, list...)
	for len(out) < n {
		out = append(out, list[len(list)-1])
	}
	return out
}

// byIDs runs fn over ids in pieces: with the list of parameters from $first on, and their values.
func byIDs(ids []int64, first int, fn func(list string, args []any) error) error {
	for len(ids) > 0 {
		piece := padded(ids[:min(len(ids), idsAtOnce)])
		args := make([]any, len(piece))
		for i, id := range piece {
			args[i] = id
		}
		if err := fn(places(first, len(piece)), args); err != nil {
			return err
		}
		ids = ids[min(len(ids), idsAtOnce):]
	}
	return nil
}

// cursor is a place in a list that is sorted by two numbers, downwards.
type cursor struct{ a, b int64 }

func (c cursor) String() string { return strconv.FormatInt(c.a, 36) + "." + strconv.FormatInt(c.b, 36) }

// parseCursor reads a cursor; "" is before the first. Class Invalid, key cursor.invalid, when it is none of ours.
func parseCursor(s string) (cursor, error) {
	if s == "" {
		return cursor{math.MaxInt64, math.MaxInt64}, nil
	}
	a, b, _ := strings.Cut(s, ".")
	x, err := strconv.ParseInt(a, 36, 64)
	y, err2 := strconv.ParseInt(b, 36, 64)
	if err != nil || err2 != nil {
		return cursor{}, coop.Errorf(coop.Invalid, "cursor.invalid", "cursor %.60q", s)
	}
	return cursor{x, y}, nil
}

// cut takes the row beyond the page off, and makes the cursor of the next page of the last one on it.
func cut[T any](list []T, n int, at func(T) cursor) ([]T, string) {
	if len(list) <= n {
		return list, ""
	}
	return list[:n], at(list[n-1]).String()
}

func pageSize(n int) int { return max(1, min(n, listMost)) }
