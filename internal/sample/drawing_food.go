package sample

import "math"

func drawLoaf(c *canvas) {
	c.scene(0xe9dcc6, 0x9a6b42, 190)
	c.shadow(200, 232, 150, 20)
	c.fill(tint(0xc89b66, 255), round(48, 214, 304, 22, 9)) // board
	c.fill(tint(0xb58552, 255), round(48, 226, 304, 10, 5))
	c.fill(tint(0x8a4f24, 255), smooth(pt{70, 214}, pt{82, 150}, pt{140, 110}, pt{215, 100}, pt{290, 118}, pt{330, 165}, pt{332, 214}, pt{200, 222}))
	c.fill(tint(0xb9733a, 255), smooth(pt{78, 206}, pt{92, 152}, pt{146, 116}, pt{215, 106}, pt{286, 123}, pt{322, 166}, pt{322, 202}, pt{200, 204}))
	c.fill(tint(0xd59a58, 160), smooth(pt{110, 160}, pt{150, 124}, pt{215, 113}, pt{270, 125}, pt{240, 140}, pt{160, 150}))
	for i := range 5 { // cuts that opened in the oven
		x := 118 + 40*float64(i)
		top := 118 + math.Abs(float64(i)-2)*9
		c.fill(tint(0xf0d3a4, 255), leaf(pt{x + 16, top}, pt{x - 6, top + 62}, 6.5))
		c.fill(tint(0xe2b67c, 255), leaf(pt{x + 16, top + 6}, pt{x - 4, top + 56}, 3))
	}
	for range 60 { // flour
		c.fill(tint(0xfff6e2, 120), ellipse(c.wobble(200, 110), c.wobble(150, 34), 1.4, 1.1))
	}
	for range 26 { // crumbs
		c.fill(tint(0xb5733b, 255), ellipse(c.wobble(300, 70), c.wobble(243, 8), c.wobble(1.8, 0.8), 1.3))
	}
	c.line(tint(0x6f7f45, 255), 2, pt{34, 262}, pt{120, 250}) // an ear of wheat
	for i := range 7 {
		x := 60 + 9*float64(i)
		y := 258 - 1.25*float64(i)
		c.fill(tint(0xd8b04c, 255), leaf(pt{x, y}, pt{x + 13, y - 11}, 3))
		c.fill(tint(0xcaa03e, 255), leaf(pt{x, y}, pt{x + 14, y + 7}, 3))
	}
}

func drawRolls(c *canvas) {
	c.scene(0xd7e2df, 0xc7a27b, 120)
	c.shadow(200, 262, 176, 18)
	c.fill(tint(0x70757b, 255), round(30, 120, 340, 146, 16)) // tray
	c.fill(tint(0x8b9197, 255), round(38, 127, 324, 130, 12))
	c.fill(tint(0xf1eadb, 255), round(48, 134, 304, 116, 4)) // paper
	for row := range 3 {
		for col := range 5 {
			x, y := 82+59*float64(col)+c.wobble(0, 3), 158+34*float64(row)+c.wobble(0, 2)
			c.fill(tint(0x6b4322, 60), ellipse(x+3, y+6, 27, 15))
			c.fill(tint(0xa7642d, 255), ellipse(x, y, 27, 18))
			c.fill(tint(0xc98443, 255), ellipse(x, y-2, 25, 15))
			c.fill(tint(0xe2ab67, 200), ellipse(x-5, y-6, 14, 7))
			for range 12 {
				c.fill(tint(0x3d3228, 230), ellipse(c.wobble(x, 16), c.wobble(y-3, 8), 1.1, 0.8))
			}
		}
	}
}

func drawJar(c *canvas) {
	c.scene(0xcfdcd2, 0xb88b62, 205)
	c.shadow(200, 252, 86, 12)
	c.fill(tint(0xffffff, 70), round(128, 84, 144, 168, 20)) // glass
	c.fill(tint(0xe7d2ae, 255), round(134, 132, 132, 114, 16))
	c.fill(tint(0xf2e3c6, 255), smooth(pt{134, 140}, pt{160, 126}, pt{200, 133}, pt{238, 124}, pt{266, 138}, pt{240, 148}, pt{200, 145}, pt{160, 150}))
	for range 46 { // bubbles
		r := c.wobble(3.2, 2.2)
		x, y := c.wobble(200, 58), c.wobble(192, 46)
		c.fill(tint(0xcdb184, 255), ellipse(x, y, r, r*0.9))
		c.fill(tint(0xf6ead2, 255), ellipse(x-r*0.2, y-r*0.25, r*0.6, r*0.5))
	}
	c.fill(tint(0xffffff, 90), round(142, 94, 10, 146, 5))
	c.fill(tint(0xd8574a, 255), rect(130, 170, 140, 6)) // rubber band marks how far it rose
	c.fill(tint(0xefe9db, 255), round(120, 66, 160, 24, 8))
	c.fill(tint(0x4d6f8f, 255), smooth(pt{112, 88}, pt{124, 52}, pt{200, 42}, pt{276, 52}, pt{288, 88}, pt{240, 80}, pt{200, 84}, pt{160, 80}))
	for i := range 9 {
		c.fill(tint(0xf3f0e6, 150), ellipse(132+17*float64(i), 62+6*math.Sin(float64(i)), 3, 3))
	}
	c.line(tint(0xe9d8b4, 255), 3, pt{122, 86}, pt{278, 86})
}

func drawOranges(c *canvas) {
	c.scene(0xbfd6e0, 0x7d8a4f, 150)
	c.fill(tint(0x5d7d3c, 255), smooth(pt{-20, 150}, pt{60, 96}, pt{130, 120}, pt{210, 84}, pt{300, 118}, pt{420, 90}, pt{420, 152}, pt{200, 154}))
	c.shadow(200, 266, 170, 16)
	for i := range 17 {
		row := float64(i / 6)
		x := 76 + 50*float64(i%6) + 24*row
		y := 186 - 24*row
		x, y = c.wobble(x, 4), c.wobble(y, 3)
		if row == 2 && i%6 > 3 {
			continue
		}
		c.fill(tint(0xc96a14, 255), ellipse(x, y, 27, 26))
		c.fill(tint(0xee8a1e, 255), ellipse(x-2, y-2, 24, 23))
		c.fill(tint(0xf8b04a, 220), ellipse(x-8, y-9, 10, 8))
		c.fill(tint(0x6e4a16, 255), ellipse(x+4, y-12, 2, 2))
		if i%4 == 1 {
			c.fill(tint(0x3f7a36, 255), leaf(pt{x + 4, y - 14}, pt{x + 32, y - 30}, 7))
		}
	}
	for i := range 3 { // crate
		y := 196 + 24*float64(i)
		c.fill(tint(0xb88a58, 255), rect(40, y, 320, 20))
		c.fill(tint(0xcda06c, 255), rect(40, y, 320, 6))
	}
	for _, x := range []float64{40, 192, 342} {
		c.fill(tint(0x9a6f42, 255), rect(x, 190, 18, 80))
		c.fill(tint(0x6b4c2c, 255), ellipse(x+9, 204, 1.6, 1.6), ellipse(x+9, 252, 1.6, 1.6))
	}
}

func drawPot(c *canvas) {
	c.scene(0xe7d8cf, 0x51606b, 200)
	c.shadow(200, 256, 130, 14)
	c.fill(tint(0x3f4a52, 255), round(70, 244, 260, 12, 5)) // stove
	c.fill(tint(0xb5402f, 255), round(92, 130, 216, 116, 22))
	c.fill(tint(0xcc5240, 255), round(92, 130, 150, 108, 22))
	c.fill(tint(0x8f3022, 255), round(72, 158, 26, 16, 7), round(302, 158, 26, 16, 7))
	c.fill(tint(0x7d281c, 255), ellipse(200, 132, 110, 22))
	c.fill(tint(0xe7a13d, 255), ellipse(200, 134, 100, 17))
	for i := range 22 {
		a := float64(i) * 2.4
		x, y := 200+84*math.Cos(a)*c.wobble(0.7, 0.28), 134+12*math.Sin(a)*c.wobble(0.7, 0.28)
		col := []uint32{0xd9622a, 0x5e8c3a, 0xf3d36b, 0xfaf0d0}[i%4]
		c.fill(tint(col, 255), ellipse(x, y, 7, 3.6))
	}
	c.line(tint(0xa97a48, 255), 8, pt{238, 130}, pt{308, 44})
	c.fill(tint(0xb98a56, 255), ellipse(311, 40, 9, 12))
	for i := range 3 { // steam
		x := 140 + 42*float64(i)
		var p []pt
		for k := range 12 {
			p = append(p, pt{x + 8*math.Sin(float64(k)*0.6+float64(i)), 108 - 7*float64(k)})
		}
		c.line(tint(0xffffff, 34), 9, p...)
	}
}

func drawTeapot(c *canvas) {
	c.scene(0xdfe6d5, 0xd7b78d, 195)
	c.shadow(178, 248, 110, 13)
	c.shadow(318, 252, 46, 8)
	c.bow(tint(0x2f6b6a, 255), 84, 178, 36, 40, 60, 300, 13)
	c.fill(tint(0x2f6b6a, 255), smooth(pt{240, 170}, pt{268, 160}, pt{286, 126}, pt{304, 118}, pt{298, 140}, pt{284, 186}, pt{250, 216}))
	c.fill(tint(0x2f6b6a, 255), ellipse(174, 184, 84, 66))
	c.fill(tint(0x3d8280, 255), ellipse(162, 172, 66, 48))
	c.fill(tint(0x6aa9a3, 150), ellipse(146, 154, 30, 18))
	c.fill(tint(0x265857, 255), ellipse(174, 122, 44, 12))
	c.fill(tint(0x3d8280, 255), arc(174, 120, 40, 22, 180, 360))
	c.fill(tint(0xe0b050, 255), ellipse(174, 94, 9, 9))
	c.fill(tint(0xf3ede0, 255), arc(318, 206, 40, 46, 0, 180)) // cup
	c.fill(tint(0xf3ede0, 255), rect(278, 196, 80, 12))
	c.fill(tint(0xd9cfbb, 255), ellipse(318, 197, 40, 9))
	c.fill(tint(0x9a5a2b, 255), ellipse(318, 198, 34, 6.5))
	c.bow(tint(0xf3ede0, 255), 358, 214, 16, 14, -90, 100, 6)
	c.fill(tint(0xc9785f, 255), rect(279, 216, 78, 4))
}
