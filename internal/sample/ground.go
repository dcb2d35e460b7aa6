package sample

import (
	"math"

	"toadlane/coop"
)

// Ground is the land around the sample's co-ops and its water, as their maps show them: invented lines that a hand would draw, since
// an outline that somebody surveyed belongs to somebody. The land is one ring; the first line is the river, the second a canal.
func Ground() (land []coop.Point, water [][]coop.Point) {
	at := func(lat, lon float64) coop.Point {
		p, _ := coop.NewPoint(lat, lon)
		return p
	}
	// The coast from south to north, with a harbour and the ripple of sand; then back inland over a ridge.
	for i := range 61 {
		t := float64(i) / 60
		lat := 39.385 + .165*t
		lon := -.312 + .018*math.Sin(3.1*t) - .010*t + .0016*math.Sin(47*t)
		if t > .33 && t < .40 { // the harbour
			lon -= .012
		}
		land = append(land, at(lat, lon))
	}
	for i := range 41 {
		t := float64(i) / 40
		lat := 39.552 - .169*t
		lon := -.478 - .020*math.Sin(4*t) + .006*math.Sin(19*t)
		land = append(land, at(lat, lon))
	}
	var river, canal []coop.Point
	for i := range 31 {
		t := float64(i) / 30
		river = append(river, at(39.492-.038*t+.006*math.Sin(7*t), -.474+.148*t))
		canal = append(canal, at(39.515-.012*t+.003*math.Sin(9*t), -.440+.115*t))
	}
	return land, [][]coop.Point{river, canal}
}
