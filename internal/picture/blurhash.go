package picture

import (
	"image"
	"math"

	"golang.org/x/image/draw"
)

// A blurhash is what a picture looks like from far away, in 28 characters: its mean colour and eleven waves of brightness and
// colour (https://github.com/woltapp/blurhash, Algorithm.md, 2024). Mastodon, Pixelfed, Misskey and Akkoma paint it until the
// picture is there.
const wavesX, wavesY = 4, 3

const digits83 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz#$%*+,-.:;=?@[]^_{|}~"

// blurhash computes it from a picture as it will be shown; what is transparent counts as white.
func blurhash(img image.Image) string {
	w, h := 32, 32 // finer details than eleven waves have make no difference
	if b := img.Bounds(); b.Dx() > b.Dy() {
		h = max(1, w*b.Dy()/b.Dx())
	} else {
		w = max(1, h*b.Dx()/b.Dy())
	}
	tiny := image.NewRGBA(image.Rect(0, 0, w, h))
	draw.Draw(tiny, tiny.Bounds(), image.White, image.Point{}, draw.Src)
	draw.BiLinear.Scale(tiny, tiny.Bounds(), img, img.Bounds(), draw.Over, nil)

	var waves [wavesX * wavesY][3]float64
	for y := range h {
		for x := range w {
			p := tiny.RGBAAt(x, y)
			light := [3]float64{linear(p.R), linear(p.G), linear(p.B)}
			for k := range waves {
				wave := math.Cos(math.Pi*float64(k%wavesX)*(float64(x)+.5)/float64(w)) * math.Cos(math.Pi*float64(k/wavesX)*(float64(y)+.5)/float64(h))
				for c := range light {
					waves[k][c] += wave * light[c]
				}
			}
		}
	}
	largest := 0.0
	for k := range waves {
		scale := 2 / float64(w*h)
		if k == 0 {
			scale = 1 / float64(w*h)
		}
		for c := range waves[k] {
			waves[k][c] *= scale
			if k > 0 {
				largest = max(largest, math.Abs(waves[k][c]))
			}
		}
	}
	loudness := min(82, max(0, int(largest*166-.5)))
	largest = float64(loudness+1) / 166
	mean := waves[0]
	out := append(base83(wavesX-1+(wavesY-1)*9, 1), base83(loudness, 1)...)
	out = append(out, base83(encoded(mean[0])<<16|encoded(mean[1])<<8|encoded(mean[2]), 4)...)
	for _, wave := range waves[1:] {
		n := 0
		for _, v := range wave {
			v = math.Copysign(math.Sqrt(math.Abs(v/largest)), v)
			n = n*19 + min(18, max(0, int(math.Floor(v*9+9.5))))
		}
		out = append(out, base83(n, 2)...)
	}
	return string(out)
}

// linear is how much light a byte of sRGB stands for (IEC 61966-2-1), and encoded the way back.
func linear(b uint8) float64 {
	v := float64(b) / 255
	if v <= 0.04045 {
		return v / 12.92
	}
	return math.Pow((v+0.055)/1.055, 2.4)
}

func encoded(v float64) int {
	v = min(1, max(0, v))
	if v <= 0.0031308 {
		v *= 12.92
	} else {
		v = 1.055*math.Pow(v, 1/2.4) - 0.055
	}
	return int(v*255 + .5)
}

func base83(n, long int) []byte {
	out := make([]byte, long)
	for i := long - 1; i >= 0; i-- {
		out[i] = digits83[n%83]
		n /= 83
	}
	return out
}
