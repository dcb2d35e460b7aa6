package sample

import (
	"image"
	"sort"
)

// drawings are the compositions, by name.
var drawings = map[string]func(*canvas){
	"loaf": drawLoaf, "rolls": drawRolls, "jar": drawJar, "oranges": drawOranges, "pot": drawPot, "teapot": drawTeapot,
	"bicycle": drawBicycle, "cargobike": drawCargoBike, "wheel": drawWheel, "toolwall": drawToolWall,
	"garden": drawGarden, "seedlings": drawSeedlings, "hall": drawHall, "armchair": drawArmchair, "books": drawBooks,
	"ladder": drawLadder, "sewing": drawSewing,
	"sign-bakery": drawSignBakery, "sign-cycles": drawSignCycles, "sign-care": drawSignCare, "sign-commons": drawSignCommons,
	"face-1": face(0x2b1a14, 0xc98f68, 0x3f7d5a, 0xe7d9c0, curls), "face-2": face(0x15110f, 0x6b4229, 0xe0ad35, 0xcfe0d8, beard), "face-3": face(0x1c1512, 0xb67c55, 0xb2402f, 0xdfe3ee, long),
	"face-4": face(0x231a17, 0xe3b58d, 0x4a6fa5, 0xf0dccb, glasses), "face-5": face(0x9a9a95, 0xd2a07a, 0x5a5148, 0xd5dccb, flatcap),
}

// Photos lists the names that Photo knows.
func Photos() []string {
	names := make([]string, 0, len(drawings))
	for n := range drawings {
		names = append(names, n)
	}
	sort.Strings(names)
	return names
}

// Photo draws a picture by name, Width by Height pixels. The same name and seed give the same pixels. It panics on a name
// that Photos does not list: a mistake in the sample.
func Photo(name string, seed uint64) image.Image {
	d, ok := drawings[name]
	if !ok {
		panic("sample: no drawing " + name)
	}
	c := newCanvas(seed)
	d(c)
	return c.img
}
