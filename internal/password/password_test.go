package password

import (
	"context"
	"errors"
	"strings"
	"testing"

	"toadlane/coop"
	"toadlane/internal/limits"
)

func TestCheck(t *testing.T) {
	t.Parallel()
	for pw, want := range map[string]string{
		"seven small toads":       "",
		"ñandú de montaña":        "",
		"9q!vK2m#xW7z":            "",
		"elevenchars":             "password.short",
		strings.Repeat("ab ", 43): "password.long",
		"Password-1234":           "password.common",
		"PASSWORDPASSWORD":        "password.common",
		"qwertyuiop[]":            "password.common", // nothing but the run is left
		"qwertyuiopas99":          "password.common",
		"123456789012":            "password.common",
		"aaaaaaaaaaaaa":           "password.common",
		"abcabcabcabc":            "password.common",
		"tadatadatada7":           "password.common",
		"------------":            "password.common",
		"iloveyouforever":         "password.common",
		"adalovelace12":           "password.yours",
		"my adalovelace":          "password.yours",
		"bad\xffutf8 bytes":       "field.not_text",
	} {
		err := Check("password", pw, "ada.lovelace", "xy")
		got := ""
		if err != nil {
			got = coop.KeyOf(err)
		}
		if got != want {
			t.Errorf("%q: %q, want %q", pw, got, want)
		}
		if err != nil && (coop.ClassOf(err) != coop.Invalid || coop.Fields(err)[0].Field != "password") {
			t.Errorf("%q: %v is not about the field", pw, err)
		}
	}
}

func TestLengthsCountCharacters(t *testing.T) {
	t.Parallel()
	at := func(n int) string { return strings.Repeat("ñ", n-3) + "abc" }
	for n, ok := range map[int]bool{limits.PasswordMin - 1: false, limits.PasswordMin: true, limits.PasswordMax: true, limits.PasswordMax + 1: false} {
		if err := Check("password", at(n)); (err == nil) != ok {
			t.Errorf("%d characters: %v", n, err)
		}
	}
}

func TestHashAndVerify(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	h, err := Hash(ctx, "seven small toads")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(h, "$argon2id$v=19$m=65536,t=3,p=1$") {
		t.Errorf("kept as %s", h)
	}
	again, err := Hash(ctx, "seven small toads")
	if err != nil || again == h {
		t.Errorf("two hashes of one password are alike: %v", err)
	}
	for name, c := range map[string]struct {
		phc, pw string
		ok      bool
		stale   bool
	}{
		"right":               {h, "seven small toads", true, false},
		"wrong":               {h, "seven small toad", false, false},
		"empty":               {h, "", false, false},
		"too long":            {h, strings.Repeat("x", limits.PasswordMax+1), false, false},
		"nobody":              {"", "seven small toads", false, false},
		"nobody, empty":       {"", "", false, false},
		"vector of the OWASP": {"$argon2id$v=19$m=19456,t=2,p=1$c2FsdHNhbHRzYWx0c2FsdA$" + strings.Repeat("A", 43), "x", false, true},
	} {
		ok, stale, err := Verify(ctx, c.phc, c.pw)
		if ok != c.ok || stale != c.stale || err != nil {
			t.Errorf("%s: %v, stale %v, %v", name, ok, stale, err)
		}
	}
}

func TestVerifyRefusesWhatIsNoHash(t *testing.T) {
	t.Parallel()
	for _, phc := range []string{"x", "$argon2i$v=19$m=65536,t=3,p=1$AAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAA", "$argon2id$v=18$m=65536,t=3,p=1$AAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAA",
		"$argon2id$v=19$m=99999999,t=3,p=1$AAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAA", "$argon2id$v=19$m=65536,t=3,p=1$A$A", "$argon2id$v=19$m=65536,t=3,p=1$!!!$AAAA"} {
		if ok, _, err := Verify(t.Context(), phc, "x"); ok || err == nil || coop.ClassOf(err) != coop.Internal {
			t.Errorf("%s: %v %v", phc, ok, err)
		}
	}
}

func TestWaitingForATurnEndsWithTheRequest(t *testing.T) { //nolint:paralleltest // it takes every turn there is
	for range limits.Argon2AtOnce {
		hashing <- struct{}{}
	}
	defer func() {
		for range limits.Argon2AtOnce {
			<-hashing
		}
	}()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Hash(ctx, "seven small toads"); coop.ClassOf(err) != coop.Unavailable || !errors.Is(err, context.Canceled) {
		t.Errorf("Hash: %v", err)
	}
}

func FuzzDecode(f *testing.F) {
	f.Add(nobody)
	f.Add("$argon2id$v=19$m=8,t=1,p=1$AAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAA")
	f.Fuzz(func(t *testing.T, phc string) {
		p, salt, tag, err := decode(phc)
		if err == nil && (p.memory > 1<<20 || p.time > 16 || len(salt) > 64 || len(tag) > 64) {
			t.Errorf("%q is taken with %+v", phc, p)
		}
	})
}
