package coop

import (
	"math/big"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

func TestBase58(t *testing.T) {
	t.Parallel()
	for in, out := range map[string]string{ // draft-msporny-base58-03 §5
		"Hello World!": "2NEpo7TZRRrLZSi2U",
		"The quick brown fox jumps over the lazy dog.": "USm3fpXnKG5EUBx2ndxBDMPVciP5hGey2Jh4NDv6gmeo1LkMeiKrLJUUBk6Z",
	} {
		if got := base58([]byte(in)); got != out {
			t.Errorf("%q is %s", in, got)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		in := append([]byte{byte(rapid.IntRange(1, 255).Draw(t, "first"))}, rapid.SliceOfN(rapid.Byte(), 0, 60).Draw(t, "rest")...)
		n, want := new(big.Int).SetBytes(in), ""
		for digit := new(big.Int); n.Sign() > 0; {
			n.DivMod(n, big.NewInt(58), digit)
			want = string(base58Alphabet[digit.Int64()]) + want
		}
		got := base58(in)
		back, ok := unbase58(got)
		if got != want || !ok || !slices.Equal(back, in) {
			t.Fatalf("%x is %s, want %s; back %x, %t", in, got, want, back, ok)
		}
	})
	for _, bad := range []string{"0", "O", "I", "l", "é", "a b"} {
		if _, ok := unbase58(bad); ok {
			t.Errorf("%q was read", bad)
		}
	}
}
