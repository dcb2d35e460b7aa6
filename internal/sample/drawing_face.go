package sample

// look is what tells one face from another.
type look int

const (
	curls look = iota
	beard
	long
	glasses
	flatcap
)

// face draws somebody from the front, as far as the shoulders: hair, skin, clothes and wall are colours. It keeps to the middle of the
// sheet, because pages cut it to a square.
func face(hair, skin, clothes, wall uint32, l look) func(*canvas) {
	return func(c *canvas) {
		c.fade(lighten(wall, 0.16), darken(wall, 0.06), 0, sheetH)
		h, s, d := tint(hair, 255), tint(skin, 255), tint(darken(skin, 0.14), 255)
		if l == long {
			c.fill(h, smooth(pt{128, 110}, pt{150, 44}, pt{200, 26}, pt{250, 44}, pt{272, 110}, pt{280, 230}, pt{200, 250}, pt{120, 230}))
		}
		if l == curls {
			for i := range 9 {
				x := 136 + 16*float64(i)
				y := 62 + 0.022*(x-200)*(x-200)
				c.fill(h, ellipse(x, y, 27, 27))
			}
			for _, x := range []float64{134, 266} {
				c.fill(h, ellipse(x, 128, 24, 30), ellipse(x, 164, 20, 26))
			}
		}
		c.fill(d, round(176, 170, 48, 70, 20))                                                                                              // neck
		c.fill(tint(clothes, 255), smooth(pt{84, 300}, pt{104, 244}, pt{168, 216}, pt{200, 238}, pt{232, 216}, pt{296, 244}, pt{316, 300})) // shoulders
		c.fill(tint(lighten(clothes, 0.2), 255), smooth(pt{168, 218}, pt{200, 246}, pt{232, 218}, pt{224, 256}, pt{200, 266}, pt{176, 256}))
		c.fill(d, ellipse(138, 134, 13, 18), ellipse(262, 134, 13, 18)) // ears
		c.fill(s, ellipse(200, 130, 62, 76))
		switch l {
		case flatcap:
			c.fill(tint(0x48463f, 255), smooth(pt{132, 96}, pt{150, 50}, pt{200, 36}, pt{250, 50}, pt{268, 96}, pt{200, 84}))
			c.fill(tint(0x35332e, 255), ellipse(200, 94, 74, 11))
		default:
			c.fill(h, smooth(pt{134, 122}, pt{142, 62}, pt{200, 40}, pt{258, 62}, pt{266, 122}, pt{246, 92}, pt{200, 84}, pt{154, 92}))
		}
		if l == beard || l == flatcap {
			c.fill(h, smooth(pt{139, 136}, pt{150, 196}, pt{200, 216}, pt{250, 196}, pt{261, 136}, pt{238, 166}, pt{200, 160}, pt{162, 166}))
		}
		for _, x := range []float64{174, 226} {
			c.fill(tint(0xffffff, 255), ellipse(x, 128, 11, 7))
			c.fill(tint(0x2a1d16, 255), ellipse(x, 128, 5, 6))
			c.line(tint(darken(hair, 0.1), 255), 4, pt{x - 13, 112}, pt{x + 13, 110})
			if l == glasses {
				c.ring(tint(0x3a3330, 255), x, 128, 20, 4)
			}
		}
		if l == glasses {
			c.line(tint(0x3a3330, 255), 4, pt{194, 128}, pt{206, 128})
		}
		c.line(d, 4, pt{200, 128}, pt{194, 152}, pt{204, 154})
		c.fill(tint(0x8c3a33, 255), smooth(pt{176, 172}, pt{200, 178}, pt{224, 172}, pt{200, 192}))
		if l == long {
			c.fill(tint(0xb2402f, 255), round(164, 214, 72, 26, 12))
		}
	}
}
