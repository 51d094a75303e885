// Package picturetest draws pictures for tests.
package picturetest

import (
	"bytes"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"testing"
)

// Draw gives a picture of four quarters, red and green above blue and white,
// with a gradient over them, so that turning, mirroring and cutting are seen.
func Draw(w, h int) *image.NRGBA {
	m := image.NewNRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			m.SetNRGBA(x, y, at(x, y, w, h))
		}
	}
	return m
}

func at(x, y, w, h int) color.NRGBA {
	shade := uint8(255 - 40*(x+y)/(w+h)) //nolint:gosec // between 215 and 255
	c := color.NRGBA{A: 255}
	right, below := x >= w/2, y >= h/2
	if !right && !below || right && below {
		c.R = shade
	}
	if right {
		c.G = shade
	}
	if below {
		c.B = shade
	}
	return c
}

// JPEG is Draw as a file.
func JPEG(t testing.TB, w, h int) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := jpeg.Encode(&out, Draw(w, h), &jpeg.Options{Quality: 90}); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// PNG is Draw as a file.
func PNG(t testing.TB, w, h int) []byte {
	t.Helper()
	return Encode(t, Draw(w, h))
}

// Encode writes any image as PNG.
func Encode(t testing.TB, m image.Image) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := (&png.Encoder{CompressionLevel: png.BestSpeed}).Encode(&out, m); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}
