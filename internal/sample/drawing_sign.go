package sample

import "math"

// The signs stand for the co-ops themselves. Other servers cut them to a circle, so each keeps to the middle of its sheet.

// sign paints the ground of a sign: one colour with a light disc on it.
func (c *canvas) sign(ground uint32) {
	c.fade(lighten(ground, 0.14), darken(ground, 0.18), 0, sheetH)
	c.fill(tint(0x000000, 34), ellipse(202, 156, 124, 124))
	c.fill(tint(0xfbf3e2, 255), ellipse(200, 150, 122, 122))
	c.ring(tint(ground, 255), 200, 150, 110, 3)
}

func drawSignBakery(c *canvas) {
	c.sign(0xa8632c)
	stalk, grain, dark := tint(0x8a5a24, 255), tint(0xd9a441, 255), tint(0xb9822c, 255)
	c.line(stalk, 5, pt{200, 246}, pt{200, 92})
	for i := range 5 {
		y := 196 - 26*float64(i)
		for _, side := range []float64{-1, 1} {
			c.fill(grain, leaf(pt{200 + 3*side, y}, pt{200 + 44*side, y - 34}, 11))
			c.line(dark, 2, pt{200 + 8*side, y - 4}, pt{200 + 36*side, y - 28})
		}
	}
	c.fill(grain, leaf(pt{200, 96}, pt{200, 52}, 11))
	c.line(dark, 2, pt{200, 90}, pt{200, 64})
	for _, side := range []float64{-1, 1} { // leaves of the stalk
		c.fill(tint(0x7d8a4a, 255), leaf(pt{200, 238}, pt{200 + 52*side, 204}, 7))
	}
}

func drawSignCycles(c *canvas) {
	c.sign(0x1f6f8b)
	black, red := tint(0x25282b, 255), tint(0xc0442f, 255)
	c.wheel(200, 150, 78, black)
	for i := range 8 { // teeth
		a := float64(i) * math.Pi / 4
		c.fill(red, ellipse(200+27*math.Cos(a), 150+27*math.Sin(a), 5, 5))
	}
	c.ring(red, 200, 150, 22, 9)
	c.fill(tint(0xfbf3e2, 255), ellipse(200, 150, 7, 7))
	c.line(black, 8, pt{200, 150}, pt{252, 196})
	c.line(red, 12, pt{240, 200}, pt{264, 194})
}

func drawSignCare(c *canvas) {
	c.sign(0x7a4a86)
	heart := func(x, y, k float64) outline {
		var out outline
		for i := range 72 {
			a := float64(i) * math.Pi / 36
			s := math.Sin(a)
			out = append(out, pt{x + k*16*s*s*s, y - k*(13*math.Cos(a)-5*math.Cos(2*a)-2*math.Cos(3*a)-math.Cos(4*a))})
		}
		return out
	}
	c.fill(tint(0xd9563f, 255), heart(200, 118, 3.4))
	c.fill(tint(0xe88a6e, 255), heart(194, 113, 1.9))
	skin, sleeve := tint(0xc88f63, 255), tint(0x5c7fa3, 255)
	c.fill(skin, smooth(pt{124, 196}, pt{160, 176}, pt{206, 190}, pt{262, 168}, pt{274, 180}, pt{222, 214}, pt{176, 222}, pt{130, 222}))
	c.fill(sleeve, outline{{104, 186}, {134, 188}, {136, 230}, {112, 226}})
	c.line(tint(0xa9744c, 255), 3, pt{168, 198}, pt{206, 204}, pt{232, 194})
}

func drawSignCommons(c *canvas) {
	c.sign(0x3f7a4c)
	c.line(tint(0x7b5534, 255), 13, pt{200, 216}, pt{200, 140})
	c.line(tint(0x7b5534, 255), 7, pt{200, 172}, pt{226, 144})
	for _, p := range []struct {
		x, y, r float64
		col     uint32
	}{{164, 126, 34, 0x4f8d4b}, {238, 124, 32, 0x4f8d4b}, {200, 98, 44, 0x5fa058}, {186, 88, 18, 0x7cb56d}} {
		c.fill(tint(p.col, 255), ellipse(p.x, p.y, p.r, p.r))
	}
	for i, p := range []pt{{168, 120}, {214, 84}, {236, 130}, {196, 112}} {
		c.fill(tint([]uint32{0xe8a23c, 0xd9563f}[i%2], 255), ellipse(p.x, p.y, 7, 7))
	}
	for row := range 2 { // the sea
		for i := range 5 {
			x := 128 + 36*float64(i) + 12*float64(row)
			c.bow(tint(0x3f86b0, 255), x, 224+13*float64(row), 18, 9, 190, 350, 5)
		}
	}
}
