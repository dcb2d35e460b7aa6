// Package password owns how passwords are judged and kept: argon2id in PHC form (RFC 9106), lengths, the list of those that
// everybody tries first. It refuses to know whose they are.
package password

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	_ "embed"
	"encoding/base64"
	"fmt"
	"strings"
	"sync"
	"unicode/utf8"

	"golang.org/x/crypto/argon2"

	"toadlane/coop"
	"toadlane/internal/limits"
)

//go:embed common.txt
var commonList string

var common = sync.OnceValue(func() map[string]bool {
	m := map[string]bool{}
	for _, line := range strings.Split(commonList, "\n") {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "#") {
			m[squash(line)] = true
		}
	}
	return m
})

// squash makes the spellings of one word alike: case, spaces and punctuation do not make a password.
func squash(s string) string {
	var b strings.Builder
	for _, r := range strings.ToLower(s) {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r > 127 {
			b.WriteRune(r)
		}
	}
	return b.String()
}

// Check judges a new password: its length, whether it is one of the most used, a repetition, or made of the given words
// (handle, e-mail address, name of the co-op). There are no rules on which characters it holds. Errors are of class Invalid
// about the field.
func Check(field, pw string, about ...string) error {
	n := utf8.RuneCountInString(pw)
	switch {
	case !utf8.ValidString(pw):
		return coop.FieldError(field, "field.not_text", nil)
	case n < limits.PasswordMin:
		return coop.FieldError(field, "password.short", map[string]any{"Min": limits.PasswordMin})
	case n > limits.PasswordMax:
		return coop.FieldError(field, "password.long", map[string]any{"Max": limits.PasswordMax})
	}
	s := squash(pw)
	word := strings.TrimRight(s, "0123456789")
	if common()[s] || repeats(s) || common()[word] || repeats(word) && len(s)-len(word) < 6 {
		return coop.FieldError(field, "password.common", nil)
	}
	for _, a := range about {
		a = squash(a)
		if len(a) >= 4 && strings.Contains(s, a) && len(s)-len(a) < 6 {
			return coop.FieldError(field, "password.yours", nil)
		}
	}
	return nil
}

// repeats tells whether s is a short piece said again and again, or a run such as 123456789012.
func repeats(s string) bool {
	if s == "" {
		return true // nothing but punctuation
	}
	for n := 1; n <= 4 && n < len(s); n++ {
		if strings.Repeat(s[:n], len(s)/n+1)[:len(s)] == s {
			return true
		}
	}
	for _, run := range []string{"01234567890123456789", "98765432109876543210", "abcdefghijklmnopqrstuvwxyz", "qwertyuiopasdfghjklzxcvbnm"} {
		if strings.Contains(run, s) {
			return true
		}
	}
	return false
}

// hashing bounds how many passwords are worked on at once: each takes 64 MiB.
var hashing = make(chan struct{}, limits.Argon2AtOnce)

func work(ctx context.Context, pw, salt []byte, time, memory uint32, threads uint8, tag uint32) ([]byte, error) {
	select {
	case hashing <- struct{}{}:
	case <-ctx.Done():
		return nil, coop.Errorf(coop.Unavailable, "error.busy", "waiting to hash: %w", ctx.Err())
	}
	defer func() { <-hashing }()
	return argon2.IDKey(pw, salt, time, memory, threads, tag), nil
}

// Hash keeps a password: a PHC string with today's parameters and a fresh salt. Class Unavailable when ctx ends first.
func Hash(ctx context.Context, pw string) (string, error) {
	salt := make([]byte, limits.Argon2Salt)
	if _, err := rand.Read(salt); err != nil {
		return "", fmt.Errorf("salt: %w", err)
	}
	tag, err := work(ctx, []byte(pw), salt, limits.Argon2Time, limits.Argon2Memory, limits.Argon2Threads, limits.Argon2Tag)
	if err != nil {
		return "", err
	}
	return encode(params{limits.Argon2Memory, limits.Argon2Time, limits.Argon2Threads}, salt, tag), nil
}

type params struct {
	memory, time uint32
	threads      uint8
}

var b64 = base64.RawStdEncoding

func encode(p params, salt, tag []byte) string {
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, p.memory, p.time, p.threads,
		b64.EncodeToString(salt), b64.EncodeToString(tag))
}

func decode(phc string) (p params, salt, tag []byte, err error) {
	bad := func(why string) (params, []byte, []byte, error) {
		return p, nil, nil, coop.Errorf(coop.Internal, "error.internal", "stored password hash: %s", why)
	}
	parts := strings.Split(phc, "$")
	if len(parts) != 6 || parts[0] != "" || parts[1] != "argon2id" || parts[2] != fmt.Sprintf("v=%d", argon2.Version) {
		return bad("not argon2id of this version")
	}
	if n, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &p.memory, &p.time, &p.threads); err != nil || n != 3 ||
		p.memory < 8 || p.memory > 1<<20 || p.time < 1 || p.time > 16 || p.threads < 1 || p.threads > 16 {
		return bad("parameters")
	}
	if salt, err = b64.Strict().DecodeString(parts[4]); err != nil || len(salt) < 8 || len(salt) > 64 {
		return bad("salt")
	}
	if tag, err = b64.Strict().DecodeString(parts[5]); err != nil || len(tag) < 16 || len(tag) > 64 {
		return bad("tag")
	}
	return p, salt, tag, nil
}

// nobody is the hash of a password that nobody has, so that an unknown address takes as long as a known one.
var nobody = encode(params{limits.Argon2Memory, limits.Argon2Time, limits.Argon2Threads}, make([]byte, limits.Argon2Salt),
	make([]byte, limits.Argon2Tag))

// Verify compares a password with a kept hash. An empty hash (no such account, or one with passkeys only) costs the same work
// and is never right. stale tells that the hash was made with weaker parameters than today's and should be made anew. Errors:
// Unavailable when ctx ends first; Internal when what is kept is no hash.
func Verify(ctx context.Context, phc, pw string) (ok, stale bool, err error) {
	known := phc != ""
	if !known {
		phc = nobody
	}
	p, salt, tag, err := decode(phc)
	if err != nil {
		return false, false, err
	}
	if utf8.RuneCountInString(pw) > limits.PasswordMax {
		pw = "" // as much work, never right: no kept password is that long
		known = false
	}
	got, err := work(ctx, []byte(pw), salt, p.time, p.memory, p.threads, uint32(len(tag)))
	if err != nil {
		return false, false, err
	}
	same := subtle.ConstantTimeCompare(got, tag) == 1
	return same && known, p.memory < limits.Argon2Memory || p.time < limits.Argon2Time, nil
}
