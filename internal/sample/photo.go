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
