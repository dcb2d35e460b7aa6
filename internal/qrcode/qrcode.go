// Package qrcode owns how an address becomes a square that a phone can read: one path of an SVG, so that a page may draw it in the
// colour of its ink and a printer in black. It refuses to know what the address is for.
package qrcode

import (
	"strconv"

	"rsc.io/qr"

	"toadlane/coop"
)

// Quiet is the white edge around a code, in modules: less than four and some phones find nothing (ISO/IEC 18004 §6.3.8).
const Quiet = 4

// MaxText is the longest text that becomes a code, in bytes: more makes modules that a phone cannot tell apart on paper.
const MaxText = 600

// Code is a drawn code: Side is the length of its viewBox with the quiet edge, Path the d of one path of its dark modules, Text what it
// says.
type Code struct {
	Side int
	Path string
	Text string
}

// Of draws text with a quarter of it to spare for dirt and folds (level Q). Class Invalid, key qr.long, past MaxText.
func Of(text string) (Code, error) {
	if len(text) > MaxText {
		return Code{}, coop.Errorf(coop.Invalid, "qr.long", "text of %d bytes", len(text))
	}
	c, err := qr.Encode(text, qr.Q)
	if err != nil {
		return Code{}, coop.Errorf(coop.Internal, "error.internal", "draw a code of %d bytes: %w", len(text), err)
	}
	path := make([]byte, 0, c.Size*c.Size)
	for y := range c.Size {
		for x := 0; x < c.Size; x++ {
			if !c.Black(x, y) {
				continue
			}
			from := x
			for x < c.Size && c.Black(x, y) {
				x++
			}
			path = append(path, 'M')
			path = strconv.AppendInt(path, int64(from+Quiet), 10)
			path = append(path, ' ')
			path = strconv.AppendInt(path, int64(y+Quiet), 10)
			path = append(path, 'h')
			path = strconv.AppendInt(path, int64(x-from), 10)
			path = append(path, "v1h-"...)
			path = strconv.AppendInt(path, int64(x-from), 10)
			path = append(path, 'z')
		}
	}
	return Code{Side: c.Size + 2*Quiet, Path: string(path), Text: text}, nil
}
