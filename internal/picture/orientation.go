package picture

import (
	"bytes"
	"encoding/binary"
)

// orientation finds how the camera was held, 1 when b says nothing or nonsense about it. Of the formats that we read, JPEG,
// WebP and PNG can say so, all by a TIFF directory.
func orientation(b []byte, format string) int {
	switch format {
	case "jpeg":
		return jpegOrientation(b)
	case "webp":
		return chunkOrientation(b, 12, webpChunk)
	case "png":
		return chunkOrientation(b, 8, pngChunk)
	}
	return 1
}

// webpChunk and pngChunk read the head of a chunk at b: its name, where its body begins and how long it is, and how far it is
// to the next (RIFF container of WebP; PNG §5.3).
func webpChunk(b []byte) (name string, size uint64, next uint64) {
	size = uint64(binary.LittleEndian.Uint32(b[4:]))
	return string(b[:4]), size, 8 + size + size&1
}

func pngChunk(b []byte) (name string, size uint64, next uint64) {
	size = uint64(binary.BigEndian.Uint32(b))
	return string(b[4:8]), size, 12 + size
}

func chunkOrientation(b []byte, at uint64, read func([]byte) (string, uint64, uint64)) int {
	for at+8 <= uint64(len(b)) {
		name, size, next := read(b[at:])
		if at+8+size > uint64(len(b)) {
			return 1
		}
		if name == "EXIF" || name == "eXIf" {
			return tiffOrientation(bytes.TrimPrefix(b[at+8:at+8+size], []byte("Exif\x00\x00")))
		}
		at += next
	}
	return 1
}

// frames counts the pictures in a GIF, no further than most+1. It walks the blocks without decoding one (GIF89a §20-§23).
func frames(b []byte, most int) (n int) {
	if len(b) < 13 {
		return 0
	}
	table := func(flags byte) int {
		if flags&0x80 == 0 {
			return 0
		}
		return 3 << (flags&7 + 1)
	}
	at := 13 + table(b[10])
	blocks := func() {
		for at < len(b) && b[at] != 0 {
			at += int(b[at]) + 1
		}
		at++
	}
	for n <= most && at < len(b) {
		switch b[at] {
		case 0x2c: // a picture
			if at+10 > len(b) {
				return n
			}
			n++
			at += 11 + table(b[at+9])
			blocks()
		case 0x21: // an extension
			at += 2
			blocks()
		default: // the trailer, or nonsense
			return n
		}
	}
	return n
}

// jpegOrientation reads the segments before the picture and of the first directory the one tag (EXIF 2.32 §4.6.2, TIFF 6.0 §2).
func jpegOrientation(b []byte) int {
	for i := 2; i+4 <= len(b) && b[i] == 0xff; {
		marker, size := b[i+1], int(binary.BigEndian.Uint16(b[i+2:]))
		if marker == 0xda || size < 2 || i+2+size > len(b) { // the picture begins
			return 1
		}
		if body := b[i+4 : i+2+size]; marker == 0xe1 && len(body) > 6 && string(body[:6]) == "Exif\x00\x00" {
			return tiffOrientation(body[6:])
		}
		i += 2 + size
	}
	return 1
}

func tiffOrientation(b []byte) int {
	if len(b) < 8 {
		return 1
	}
	var order binary.ByteOrder = binary.BigEndian
	if string(b[:2]) == "II" {
		order = binary.LittleEndian
	}
	at := uint64(order.Uint32(b[4:]))
	if at+2 > uint64(len(b)) {
		return 1
	}
	n := uint64(order.Uint16(b[at:]))
	for k := range n {
		e := at + 2 + 12*k
		if e+12 > uint64(len(b)) {
			return 1
		}
		if order.Uint16(b[e:]) == 274 {
			if v := int(order.Uint16(b[e+8:])); v >= 1 && v <= 8 {
				return v
			}
			return 1
		}
	}
	return 1
}
