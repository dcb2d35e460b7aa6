package sample

import (
	"image/color"
	"math"
)

// wheel draws a spoked wheel.
func (c *canvas) wheel(x, y, r float64, tyre color.NRGBA) {
	for i := range 16 {
		a := float64(i) * math.Pi / 8
		c.line(tint(0xb9bec2, 255), 0.9, pt{x, y}, pt{x + (r-3)*math.Cos(a), y + (r-3)*math.Sin(a)})
	}
	c.ring(tyre, x, y, r, 6)
	c.ring(tint(0xc9ced2, 255), x, y, r-4.5, 2)
	c.fill(tint(0x4a4f54, 255), ellipse(x, y, 5, 5))
}

func drawBicycle(c *canvas) {
	c.scene(0xd9dfc8, 0x9c9a93, 214)
	for i := range 6 { // tiles on the wall
		c.fill(tint(0xffffff, 30), rect(0, 30*float64(i)+18, sheetW, 2))
	}
	c.shadow(200, 258, 160, 10)
	black, frame := tint(0x25282b, 255), tint(0x1f6f8b, 255)
	c.wheel(106, 196, 58, black)
	c.wheel(300, 196, 58, black)
	rear, crank, seat, head, fork := pt{106, 196}, pt{192, 202}, pt{166, 116}, pt{270, 112}, pt{300, 196}
	c.line(frame, 7, rear, crank, seat, rear)
	c.line(frame, 7, seat, pt{168, 122}, pt{272, 124}, crank)
	c.line(frame, 7, pt{266, 96}, head, fork)
	c.line(tint(0x3a3f44, 255), 5, pt{164, 112}, pt{160, 96})
	c.fill(tint(0x6d4a2e, 255), smooth(pt{130, 90}, pt{150, 86}, pt{186, 92}, pt{188, 97}, pt{160, 100}, pt{134, 102}))
	c.line(tint(0x3a3f44, 255), 5, pt{266, 98}, pt{262, 82}, pt{286, 78}, pt{300, 88})
	c.line(tint(0x6d4a2e, 255), 7, pt{294, 84}, pt{302, 92})
	c.ring(tint(0x3a3f44, 255), 192, 202, 17, 4)
	c.line(tint(0x3a3f44, 255), 5, pt{192, 202}, pt{206, 230})
	c.line(tint(0x25282b, 255), 6, pt{198, 232}, pt{216, 230})
	c.line(tint(0x4a4f54, 255), 2, pt{106, 186}, pt{192, 185})
	c.line(tint(0x4a4f54, 255), 2, pt{106, 206}, pt{192, 219})
	c.fill(tint(0xc98f4f, 255), round(272, 106, 58, 36, 6)) // basket
	for i := range 6 {
		c.line(tint(0xa06d34, 255), 1.4, pt{276 + 10*float64(i), 108}, pt{276 + 10*float64(i), 140})
	}
	for i := range 3 {
		c.line(tint(0xa06d34, 255), 1.4, pt{273, 114 + 9*float64(i)}, pt{329, 114 + 9*float64(i)})
	}
	for i := range 4 {
		c.fill(tint([]uint32{0xd9563f, 0xf0c04a, 0xe8e0d0, 0xd9563f}[i], 255), ellipse(282+13*float64(i), 100-3*float64(i%2), 6, 6))
		c.line(tint(0x4d7a39, 255), 2, pt{282 + 13*float64(i), 104}, pt{284 + 12*float64(i), 112})
	}
}

func drawCargoBike(c *canvas) {
	c.scene(0xf0d9c0, 0x87898b, 212)
	c.fill(tint(0xd9b48f, 255), rect(0, 60, 90, 152), rect(310, 40, 90, 172))
	for i := range 3 {
		for j := range 2 {
			c.fill(tint(0x7c9bab, 255), round(14+38*float64(j), 74+44*float64(i), 24, 30, 2), round(326+36*float64(j), 58+48*float64(i), 22, 32, 2))
		}
	}
	c.shadow(200, 254, 180, 10)
	black, frame := tint(0x25282b, 255), tint(0xc0442f, 255)
	c.wheel(84, 204, 46, black)
	c.wheel(330, 214, 36, black)
	c.line(frame, 7, pt{84, 204}, pt{142, 210}, pt{128, 132}, pt{84, 204})
	c.line(frame, 7, pt{130, 140}, pt{180, 150}, pt{184, 214}, pt{142, 210})
	c.line(frame, 7, pt{184, 222}, pt{300, 226}, pt{330, 214})
	c.line(tint(0x3a3f44, 255), 5, pt{128, 130}, pt{126, 112})
	c.fill(tint(0x33302d, 255), smooth(pt{100, 108}, pt{120, 102}, pt{150, 107}, pt{150, 112}, pt{124, 116}))
	c.line(tint(0x3a3f44, 255), 5, pt{182, 152}, pt{176, 100}, pt{162, 96})
	c.ring(tint(0x3a3f44, 255), 142, 210, 15, 4)
	c.line(tint(0x3a3f44, 255), 5, pt{142, 210}, pt{128, 232})
	c.fill(tint(0xb98552, 255), outline{{196, 140}, {318, 140}, {304, 218}, {206, 218}}) // box
	c.fill(tint(0xd09e69, 255), outline{{196, 140}, {318, 140}, {315, 156}, {198, 156}})
	for i := range 4 {
		x := 216 + 24*float64(i)
		c.fill(tint([]uint32{0xc68a4a, 0x7da04c, 0xd8b98c, 0xb9773c}[i], 255), ellipse(x, 138, 15, 18))
	}
	c.fill(tint(0x6d8f45, 255), leaf(pt{240, 130}, pt{232, 96}, 8), leaf(pt{242, 130}, pt{258, 98}, 8))
	c.fill(tint(0xb98552, 255), rect(198, 144, 118, 12))
	c.fill(tint(0xf4ead8, 255), ellipse(256, 186, 20, 20))
	c.ring(tint(0xc0442f, 255), 256, 186, 11, 4)
}

func drawWheel(c *canvas) {
	c.scene(0xc7d3d8, 0x6f5a46, 232)
	c.shadow(200, 262, 120, 9)
	c.fill(tint(0x2f6e4f, 255), round(120, 250, 160, 12, 5), rect(128, 150, 10, 104), rect(262, 150, 10, 104)) // truing stand
	x, y := 200.0, 142.0
	for i := range 32 {
		a := float64(i) * math.Pi / 16
		b := a + 0.5*math.Pow(-1, float64(i))
		c.line(tint(0x8d959b, 255), 1.1, pt{x + 14*math.Cos(b), y + 14*math.Sin(b)}, pt{x + 100*math.Cos(a), y + 100*math.Sin(a)})
	}
	c.ring(tint(0x2a2d30, 255), x, y, 112, 13)
	c.ring(tint(0xdadfe2, 255), x, y, 103, 6)
	c.ring(tint(0x5b6167, 255), x, y, 14, 4)
	c.fill(tint(0x3c4146, 255), ellipse(x, y, 11, 11))
	c.line(tint(0x2f6e4f, 255), 8, pt{133, 156}, pt{188, 142})
	c.line(tint(0x2f6e4f, 255), 8, pt{267, 156}, pt{212, 142})
	c.line(tint(0xd8a13a, 255), 7, pt{330, 254}, pt{378, 206}) // spanner
	c.ring(tint(0xd8a13a, 255), 382, 202, 9, 6)
}

func drawToolWall(c *canvas) {
	c.scene(0xb98b5b, 0x5b4632, 248)
	for row := range 11 { // pegboard
		for col := range 19 {
			c.fill(tint(0x8d6539, 255), ellipse(20+20*float64(col), 18+20*float64(row), 1.4, 1.4))
		}
	}
	steel, red, dark := tint(0xb7bec4, 255), tint(0xb8402e, 255), tint(0x3a3027, 255)
	for i := range 5 { // spanners
		x, l := 44+26*float64(i), 66-7*float64(i)
		c.line(steel, 7, pt{x, 50}, pt{x, 50 + l})
		c.ring(steel, x, 44, 7, 5)
		c.ring(steel, x, 56+l, 6, 4)
	}
	for i := range 4 { // screwdrivers
		x := 196 + 24*float64(i)
		c.fill(tint([]uint32{0xd8a13a, 0x2f6e8b, 0xb8402e, 0x4d7a39}[i], 255), round(x-6, 34, 12, 34, 5))
		c.line(steel, 4, pt{x, 68}, pt{x, 112 - 8*float64(i)})
	}
	c.line(tint(0x9a6b3c, 255), 9, pt{330, 60}, pt{330, 150}) // hammer
	c.fill(dark, round(302, 40, 60, 22, 5))
	c.fill(steel, outline{{40, 168}, {168, 182}, {168, 200}, {40, 220}}) // saw
	for i := range 16 {
		x := 44 + 7.6*float64(i)
		y := 219 - 1.15*float64(i)
		c.fill(tint(0xb98b5b, 255), outline{{x, y + 3}, {x + 4, y - 4}, {x + 7, y + 2}})
	}
	c.fill(red, round(164, 172, 44, 38, 10))
	c.fill(tint(0xb98b5b, 255), round(176, 182, 20, 18, 7))
	c.fill(tint(0x2f6e8b, 255), round(248, 160, 90, 34, 9), round(290, 186, 26, 50, 6)) // drill
	c.fill(dark, round(228, 168, 24, 18, 4), round(284, 226, 38, 14, 4))
	c.line(steel, 4, pt{228, 177}, pt{206, 177})
}
