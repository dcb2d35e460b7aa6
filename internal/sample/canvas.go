package sample

import (
	"image"
	"image/color"
	"image/draw"
	"math"
	"math/rand/v2"

	"golang.org/x/image/vector"
)

// The size of a drawing in pixels, and of the sheet that the drawings use as their measure.
const (
	Width, Height = 960, 720
	sheetW        = 400.0
	sheetH        = 300.0
	perUnit       = Width / sheetW
)

// canvas is a sheet of 400 by 300 units on which shapes are laid one over the other, smooth at the edges.
type canvas struct {
	img *image.RGBA
	ras *vector.Rasterizer
	rnd *rand.Rand
}

func newCanvas(seed uint64) *canvas {
	return &canvas{
		img: image.NewRGBA(image.Rect(0, 0, Width, Height)),
		ras: vector.NewRasterizer(1, 1),
		rnd: rand.New(rand.NewPCG(seed, 0x70ad1a5e)),
	}
}

type pt struct{ x, y float64 }

// outline is a closed line around a shape.
type outline []pt

// tint is a colour from 0xRRGGBB, seen through when a is below 255.
func tint(rgb uint32, a uint8) color.NRGBA {
	return color.NRGBA{uint8(rgb >> 16), uint8(rgb >> 8), uint8(rgb), a}
}

// fill paints the inside of the outlines; where two overlap in opposite directions a hole stays.
func (c *canvas) fill(col color.NRGBA, shapes ...outline) {
	lo, hi := pt{math.Inf(1), math.Inf(1)}, pt{math.Inf(-1), math.Inf(-1)}
	for _, s := range shapes {
		for _, p := range s {
			lo = pt{min(lo.x, p.x), min(lo.y, p.y)}
			hi = pt{max(hi.x, p.x), max(hi.y, p.y)}
		}
	}
	if lo.x > hi.x {
		return
	}
	// Only the box around the shape is rasterised: a whole sheet for each of some eighty shapes would take a second.
	box := image.Rect(int(math.Floor(lo.x*perUnit))-1, int(math.Floor(lo.y*perUnit))-1,
		int(math.Ceil(hi.x*perUnit))+1, int(math.Ceil(hi.y*perUnit))+1).Intersect(c.img.Bounds())
	if box.Empty() {
		return
	}
	c.ras.Reset(box.Dx(), box.Dy())
	at := func(p pt) (float32, float32) {
		return float32(p.x*perUnit - float64(box.Min.X)), float32(p.y*perUnit - float64(box.Min.Y))
	}
	for _, s := range shapes {
		for i, p := range s {
			x, y := at(p)
			if i == 0 {
				c.ras.MoveTo(x, y)
			} else {
				c.ras.LineTo(x, y)
			}
		}
		c.ras.ClosePath()
	}
	c.ras.Draw(c.img, box, image.NewUniform(col), image.Point{})
}

// fade paints the whole sheet from one colour at the top to another at the bottom.
func (c *canvas) fade(top, bottom uint32, from, to float64) {
	for y := int(from * perUnit); y < int(to*perUnit); y++ {
		t := (float64(y)/perUnit - from) / (to - from)
		mix := func(shift uint) uint8 {
			a, b := float64(top>>shift&255), float64(bottom>>shift&255)
			return uint8(a + (b-a)*t)
		}
		line := image.Rect(0, y, Width, y+1)
		draw.Draw(c.img, line, image.NewUniform(color.RGBA{mix(16), mix(8), mix(0), 255}), image.Point{}, draw.Src)
	}
}

// scene paints a wall and a table or ground that meet at height y, with a soft round light on the wall.
func (c *canvas) scene(wall, table uint32, y float64) {
	c.fade(lighten(wall, 0.10), wall, 0, y)
	for i := range 3 {
		c.fill(tint(0xffffff, 22), ellipse(sheetW*0.62, y*0.45, 180-48*float64(i), 130-36*float64(i)))
	}
	c.fade(lighten(table, 0.08), darken(table, 0.12), y, sheetH)
	c.fill(tint(0x000000, 22), rect(0, y, sheetW, 2))
}

// shadow lays a soft shade on the ground.
func (c *canvas) shadow(x, y, rx, ry float64) {
	for i := range 4 {
		k := 1 - 0.16*float64(i)
		c.fill(tint(0x1a1410, 22), ellipse(x, y, rx*k, ry*k))
	}
}

// wobble gives a number near v, the same for the same seed.
func (c *canvas) wobble(v, by float64) float64 { return v + (c.rnd.Float64()*2-1)*by }

func lighten(rgb uint32, by float64) uint32 { return blend(rgb, 0xffffff, by) }
func darken(rgb uint32, by float64) uint32  { return blend(rgb, 0x000000, by) }

func blend(a, b uint32, t float64) uint32 {
	var out uint32
	for shift := uint(0); shift <= 16; shift += 8 {
		x, y := float64(a>>shift&255), float64(b>>shift&255)
		out |= uint32(x+(y-x)*t) << shift
	}
	return out
}
