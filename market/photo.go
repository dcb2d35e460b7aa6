package market

import (
	"strconv"
	"strings"
)

const digits83 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz#$%*+,-.:;=?@[]^_{|}~"

// ValidBlurhash tells whether s is one: its length follows from its first character.
func ValidBlurhash(s string) bool {
	if len(s) < 6 {
		return false
	}
	for _, c := range s {
		if !strings.ContainsRune(digits83, c) {
			return false
		}
	}
	waves := strings.IndexByte(digits83, s[0])
	return waves < 81 && len(s) == 4+2*(waves%9+1)*(waves/9+1)
}

// Colour is the mean colour of the picture as #rrggbb, "" when it is not known. It stands in the blurhash.
func (p *Photo) Colour() string {
	if !ValidBlurhash(p.Blurhash) {
		return ""
	}
	n := 0
	for _, c := range []byte(p.Blurhash[2:6]) {
		n = n*83 + strings.IndexByte(digits83, c)
	}
	if n >= 1<<24 {
		return ""
	}
	s := strconv.FormatInt(int64(n), 16)
	return "#" + strings.Repeat("0", 6-len(s)) + s
}

// Part gives the largest part of a picture of w by h that has the shape wide to high, as near to the focus as its sides allow.
func Part(w, h, wide, high int, at Focus) Cut {
	c := Cut{0, 0, 10000, 10000}
	if w <= 0 || h <= 0 || wide <= 0 || high <= 0 {
		return c
	}
	if w*high > h*wide { // too wide
		c.W = max(1, 10000*h*wide/(w*high))
	} else {
		c.H = max(1, 10000*w*high/(h*wide))
	}
	c.X, c.Y = (10000-c.W)*(100+at.X)/200, (10000-c.H)*(100+at.Y)/200
	return c
}

// Valid tells whether c is a part of a picture, and not all of it.
func (c Cut) Valid() bool {
	return c.X >= 0 && c.Y >= 0 && c.W > 0 && c.H > 0 && c.X+c.W <= 10000 && c.Y+c.H <= 10000 && c != Cut{0, 0, 10000, 10000}
}

// Valid tells whether f lies within the picture.
func (f Focus) Valid() bool { return f.X >= -100 && f.X <= 100 && f.Y >= -100 && f.Y <= 100 }
