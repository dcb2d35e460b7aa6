package coop

import "time"

// Picture is a photo after decoding, checking and re-encoding: the bytes of each size, all of one media type.
type Picture struct {
	Type          string // "image/jpeg" or "image/png"
	Width, Height int    // of the largest size
	Blurhash      string // what it looks like from far away
	Sizes         map[string][]byte
}

// PhotoSizes names the sizes with the longest side of each in pixels.
var PhotoSizes = map[string]int{"small": 320, "medium": 800, "large": 1600}

// PhotoWhole is a further size of a picture that was cut: all of it, so that the cut can be undone. Whoever owns the picture
// sees it, and nobody else: what was cut off was cut off for a reason.
const PhotoWhole = "whole"

// PhotoInfo is what is known of a kept photo.
type PhotoInfo struct {
	Type          string
	Width, Height int
	Blurhash      string
	ETag          string
	Modified      time.Time
	Size          int64
}
