package sample

import "math"

func drawGarden(c *canvas) {
	c.scene(0xbfe0ea, 0x86a35a, 132)
	c.fill(tint(0xf7d774, 255), ellipse(330, 46, 26, 26))
	c.fill(tint(0x6f9a56, 255), smooth(pt{-20, 134}, pt{50, 84}, pt{120, 112}, pt{190, 92}, pt{270, 116}, pt{350, 86}, pt{430, 120}, pt{420, 138}, pt{200, 136}))
	for i := range 12 { // fence
		x := 8 + 34*float64(i)
		c.fill(tint(0xd9c3a0, 255), outline{{x, 106}, {x + 7, 98}, {x + 14, 106}, {x + 14, 150}, {x, 150}})
	}
	c.fill(tint(0xc9b28d, 255), rect(0, 116, sheetW, 6), rect(0, 136, sheetW, 6))
	for row := range 3 { // beds
		y := 168 + 44*float64(row)
		wide := 130 + 26*float64(row)
		c.fill(tint(0x9a6f42, 255), round(200-wide, y-12, 2*wide, 36, 4))
		c.fill(tint(0x5a3d28, 255), round(200-wide+6, y-8, 2*wide-12, 24, 3))
		n := 7 + row
		for i := range n {
			x := 200 - wide + 24 + (2*wide-48)*float64(i)/float64(n-1)
			green := []uint32{0x4d8a3a, 0x7fae4a, 0x3f7a4a}[row]
			for k := range 5 {
				a := float64(k)*0.6 - 1.2
				c.fill(tint(lighten(green, 0.06*float64(k)), 255), leaf(pt{x, y + 4}, pt{x + 20*math.Sin(a), y + 4 - 20*math.Cos(a)}, 4.5))
			}
			if row == 0 {
				c.fill(tint(0xcf3f30, 255), ellipse(x-5, y-4, 4, 4), ellipse(x+6, y-9, 4, 4))
			}
		}
	}
	c.fill(tint(0x52777c, 255), round(338, 216, 44, 46, 8)) // watering can
	c.line(tint(0x52777c, 255), 7, pt{340, 246}, pt{306, 220})
	c.bow(tint(0x52777c, 255), 360, 216, 18, 18, 180, 360, 5)
}

func drawSeedlings(c *canvas) {
	c.scene(0xdce8cf, 0xa9825a, 150)
	c.shadow(200, 262, 170, 14)
	for row := range 2 {
		for col := range 5 {
			x, y := 72+64*float64(col), 186+54*float64(row)
			c.fill(tint(0xb5623b, 255), outline{{x - 24, y}, {x + 24, y}, {x + 17, y + 36}, {x - 17, y + 36}})
			c.fill(tint(0xc9764c, 255), round(x-27, y-6, 54, 12, 3))
			c.fill(tint(0x4a3322, 255), ellipse(x, y-4, 22, 4))
			h := c.wobble(44, 10)
			c.line(tint(0x5f9448, 255), 3, pt{x, y - 4}, pt{x + c.wobble(0, 3), y - h})
			for k := range 3 {
				t := y - h + 13*float64(k)
				c.fill(tint(0x5f9a45, 255), leaf(pt{x, t + 4}, pt{x - 22 + 3*float64(k), t - 9}, 5.5))
				c.fill(tint(0x78b356, 255), leaf(pt{x, t + 4}, pt{x + 22 - 3*float64(k), t - 7}, 5.5))
			}
		}
	}
	c.fill(tint(0xf3ead2, 255), round(328, 236, 8, 44, 2).turned(pt{332, 258}, 8), round(316, 222, 40, 20, 3).turned(pt{332, 258}, 8)) // label
	c.line(tint(0x58683f, 255), 2, pt{328, 232}, pt{354, 235})
}

func drawHall(c *canvas) {
	c.scene(0xe6cfae, 0xa87a4f, 196)
	for i := range 4 { // windows
		x := 26 + 96*float64(i)
		c.fill(tint(0xf6f1e2, 255), round(x-4, 36, 68, 112, 4))
		c.fill(tint(0xa9cfdd, 255), arc(x+30, 70, 30, 30, 180, 360), rect(x, 68, 60, 76))
		c.fill(tint(0xf6f1e2, 255), rect(x+28, 40, 4, 106), rect(x, 92, 60, 4))
		c.fill(tint(0xfff2c4, 46), outline{{x, 196}, {x + 60, 196}, {x + 110, 300}, {x + 30, 300}})
	}
	for row := range 3 { // chairs in a circle's rows
		n := 7 - row
		for i := range n {
			k := 0.72 + 0.2*float64(row)
			x := 200 + (float64(i)-float64(n-1)/2)*58*k
			y := 204 + 28*float64(row)
			col := []uint32{0x8d3f34, 0x2f6070, 0xc28a35}[(i+row)%3]
			c.line(tint(0x4a3626, 255), 3, pt{x - 14*k, y + 14*k}, pt{x - 14*k, y + 34*k})
			c.line(tint(0x4a3626, 255), 3, pt{x + 14*k, y + 14*k}, pt{x + 14*k, y + 34*k})
			c.fill(tint(col, 255), round(x-17*k, y-24*k, 34*k, 30*k, 5))
			c.fill(tint(lighten(col, 0.14), 255), round(x-19*k, y+6*k, 38*k, 10*k, 4))
		}
	}
	for i := range 15 { // bunting
		x := 14 + 27*float64(i)
		y := 14 + 8*math.Sin(float64(i)*0.9)
		c.fill(tint([]uint32{0xcf5340, 0xe3b143, 0x3e7f86, 0x7c9c4a}[i%4], 255), outline{{x, y}, {x + 18, y}, {x + 9, y + 18}})
	}
	c.line(tint(0x6b5238, 255), 1.4, pt{0, 14}, pt{sheetW, 14})
}

func drawArmchair(c *canvas) {
	c.scene(0xd5dbe2, 0xa27c5b, 210)
	c.fill(tint(0xb5574d, 110), ellipse(200, 262, 176, 24)) // rug
	c.shadow(176, 256, 104, 10)
	c.fill(tint(0x3f6a5a, 255), round(104, 92, 144, 130, 34))
	c.fill(tint(0x4d7e6b, 255), round(118, 104, 116, 90, 26))
	c.fill(tint(0x4d7e6b, 255), round(106, 178, 140, 48, 16))
	c.fill(tint(0x5f9480, 255), round(116, 172, 120, 26, 12))
	c.fill(tint(0x35594c, 255), round(84, 158, 38, 84, 17), round(230, 158, 38, 84, 17))
	c.line(tint(0x5a4029, 255), 9, pt{106, 240}, pt{102, 258})
	c.line(tint(0x5a4029, 255), 9, pt{246, 240}, pt{250, 258})
	c.fill(tint(0xdca63f, 255), round(140, 132, 54, 50, 10).turned(pt{167, 157}, -12)) // cushion
	c.line(tint(0x54483c, 255), 4, pt{330, 252}, pt{330, 90})                          // lamp
	c.fill(tint(0x54483c, 255), ellipse(330, 254, 26, 6))
	c.fill(tint(0xfff0bd, 60), outline{{298, 96}, {362, 96}, {412, 260}, {244, 260}})
	c.fill(tint(0xf0cf7c, 255), outline{{310, 50}, {350, 50}, {370, 98}, {290, 98}})
	c.fill(tint(0x7d4f39, 255), round(274, 196, 40, 8, 3)) // side table with books
	c.line(tint(0x7d4f39, 255), 5, pt{294, 204}, pt{294, 252})
	for i := range 3 {
		c.fill(tint([]uint32{0x9a3f38, 0x2e5d73, 0xd9c08a}[i], 255), round(278+2*float64(i), 188-8*float64(i), 34-4*float64(i), 8, 1.5))
	}
}

func drawBooks(c *canvas) {
	c.scene(0xd9cbb4, 0x7a5637, 286)
	palette := []uint32{0x8d3b34, 0x2d5a70, 0xc79a3c, 0x4f7449, 0x6a4c74, 0xb9653a, 0xe3d6b8, 0x39464f}
	for shelf := range 3 {
		y := 92 + 92*float64(shelf)
		x := 18.0
		for x < 372 {
			w, h := c.wobble(15, 6), c.wobble(62, 12)
			if x+w > 382 {
				break
			}
			col := palette[c.rnd.IntN(len(palette))]
			c.fill(tint(col, 255), round(x, y-h, w, h, 1.5))
			c.fill(tint(lighten(col, 0.35), 255), rect(x+2, y-h+9, w-4, 3), rect(x+2, y-h+15, w-4, 1.5))
			x += w + 1.5
			if c.rnd.IntN(9) == 0 {
				x += 22
			}
		}
		c.fill(tint(0x6b4a2e, 255), rect(0, y, sheetW, 10))
		c.fill(tint(0x000000, 30), rect(0, y+10, sheetW, 5))
	}
}

func drawLadder(c *canvas) {
	c.scene(0xe3e7ea, 0x9fa39b, 236)
	c.fill(tint(0x86b3b0, 255), outline{{0, 0}, {236, 0}, {200, 70}, {236, 120}, {196, 236}, {0, 236}}) // half a painted wall
	c.shadow(262, 268, 96, 8)
	wood := tint(0xc18f56, 255)
	c.line(tint(0x94683a, 255), 7, pt{286, 44}, pt{350, 266})
	c.line(wood, 8, pt{240, 40}, pt{186, 268})
	c.line(wood, 8, pt{288, 40}, pt{274, 268})
	for i := range 7 {
		t := 0.1 + float64(i)*0.135
		c.line(tint(0xd7a96d, 255), 7, pt{240 - 54*t, 40 + 228*t}, pt{288 - 14*t, 40 + 228*t})
	}
	c.fill(tint(0x94683a, 255), round(232, 32, 64, 12, 4))
	c.fill(tint(0xb9bec2, 255), outline{{86, 222}, {146, 222}, {140, 268}, {92, 268}}) // paint
	c.fill(tint(0x5f9a96, 255), ellipse(116, 222, 30, 7))
	c.bow(tint(0x6c7278, 255), 116, 222, 32, 34, 180, 360, 2)
	c.line(tint(0x8a5a34, 255), 6, pt{126, 220}, pt{150, 180})
}

func drawSewing(c *canvas) {
	c.scene(0xead9dc, 0xb58a63, 208)
	c.shadow(200, 256, 150, 12)
	body := tint(0x2c3e50, 255)
	c.fill(tint(0x8a6238, 255), round(60, 232, 280, 22, 6))
	c.fill(body, round(76, 212, 248, 22, 8), round(266, 108, 54, 116, 14), round(88, 100, 226, 46, 18), round(92, 120, 44, 62, 10))
	c.fill(tint(0x3d556d, 255), round(100, 106, 200, 12, 6))
	c.ring(body, 336, 134, 22, 8)
	c.line(tint(0xc9ced2, 255), 3, pt{114, 182}, pt{114, 212})
	c.fill(tint(0xc9ced2, 255), round(104, 204, 20, 5, 2))
	c.fill(tint(0xd0504a, 255), round(196, 72, 20, 28, 4)) // spool
	c.fill(tint(0xe8d8b8, 255), rect(192, 70, 28, 5), rect(192, 96, 28, 5))
	c.line(tint(0xd0504a, 255), 1.2, pt{206, 84}, pt{130, 96}, pt{114, 190})
	c.fill(tint(0x4f8a83, 255), smooth(pt{30, 222}, pt{80, 206}, pt{130, 212}, pt{176, 208}, pt{170, 236}, pt{110, 262}, pt{50, 270}, pt{20, 250})) // cloth
	for i := range 8 {
		c.fill(tint(0xf0e6cf, 200), ellipse(44+15*float64(i), 240-2.4*float64(i)+6*float64(i%2), 3, 3))
	}
}
