package storetest

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	"toadlane/coop"
	"toadlane/market"
)

// Generator makes a believable market of any size, the same from the same seed: texts of 43 words whose frequencies follow
// Zipf's law, in 400 towns of different sizes. Benchmarks and load tests measure on it.
type Generator struct {
	Homes int // co-ops whose listings nine in ten are; the others are ours

	r     *rand.Rand
	zipf  *rand.Zipf
	town  *rand.Zipf
	towns []coop.Point
	n     int
}

// NewGenerator makes a generator.
func NewGenerator(seed uint64) *Generator {
	r := rand.New(rand.NewPCG(seed, 1))
	g := &Generator{Homes: 300, r: r, zipf: rand.NewZipf(r, 1.1, 4, 50_000), town: rand.NewZipf(r, 1.3, 8, 399)}
	for range 400 {
		g.towns = append(g.towns, coop.Point{Lat: int32(36_000_000 + r.IntN(23_000_000)), Lon: int32(-9_000_000 + r.IntN(33_000_000))})
	}
	return g
}

// Word is the n-th most frequent word.
func (*Generator) Word(n int) string {
	syllables := []string{"ba", "ke", "ri", "so", "lu", "mé", "ta", "no", "pi", "gra", "fen", "dor", "wil", "zu", "hab", "tol"}
	var b strings.Builder
	for n += 16; n > 0; n /= 16 {
		b.WriteString(syllables[n%16])
	}
	return b.String()
}

// Town is the n-th largest town.
func (g *Generator) Town(n int) coop.Point { return g.towns[n] }

// Home is the i-th co-op whose listings there are.
func Home(i int) coop.IRI { return coop.IRI(fmt.Sprintf("https://coop%d.example/actor", i)) }

// Text makes n words.
func (g *Generator) Text(n int) string {
	w := make([]string, n)
	for i := range w {
		w[i] = g.Word(int(g.zipf.Uint64()))
	}
	return strings.Join(w, " ")
}

// Listing makes the next listing, last changed at a time before now and open for long.
func (g *Generator) Listing(now time.Time) market.Listing {
	g.n++
	r := g.r
	id := coop.ID(fmt.Sprintf("01900000-%04x-7000-8000-%012x", g.n>>16&0xffff, g.n))
	at := g.towns[g.town.Uint64()]
	at.Lat += int32(r.NormFloat64() * 40_000)
	at.Lon += int32(r.NormFloat64() * 60_000)
	l := market.Listing{ID: id, Purpose: market.Offer, Kind: pick(r, market.Kinds), Title: coop.Text{"en": g.Text(5)}, Body: coop.Text{"en": g.Text(38)},
		Modes: []market.Mode{pick(r, market.Modes)}, Item: market.Quantity{Amount: market.Amount{N: 1}, Unit: "one"},
		Place: coop.Place{Name: "Town", Public: &at, RadiusKm: 1}, Scope: pick(r, market.Scopes), Stream: pick(r, market.Streams),
		Category: pick(r, market.Categories).Code, Tags: []string{g.Word(int(g.zipf.Uint64()))}, Visibility: coop.Everyone, State: market.Open, Version: 1,
		Until: now.AddDate(0, 0, 30+r.IntN(60)), Updated: now.Add(-time.Duration(r.IntN(60*24*3600)) * time.Second)}
	l.Created = l.Updated
	if r.IntN(3) == 0 {
		l.Purpose = market.Want
	}
	l.IRI = "https://a.example/listings/" + coop.IRI(id)
	if r.IntN(10) > 0 {
		l.Home = Home(r.IntN(g.Homes))
		l.IRI = l.Home[:len(l.Home)-len("actor")] + "listings/" + coop.IRI(id)
	}
	if r.IntN(2) == 0 {
		l.Photos = []market.Photo{{Remote: "https://coop.example/p.jpg", Alt: "a picture", Width: 800, Height: 600}}
	}
	return l
}
