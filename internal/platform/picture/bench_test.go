package picture_test

import (
	"bytes"
	"image"
	"image/jpeg"
	"math/rand/v2"
	"testing"

	"kabinet/internal/platform/picture"
	"kabinet/internal/platform/picture/picturetest"
)

// photo is what a telephone makes: 12 million pixels with the noise of a sensor.
func photo(b *testing.B) []byte {
	b.Helper()
	m := picturetest.Draw(4000, 3000)
	noise := rand.New(rand.NewPCG(1, 2))
	for i := range m.Pix {
		m.Pix[i] -= uint8(noise.IntN(12))
	}
	return encoded(b, m)
}

// BenchmarkClean and BenchmarkBare take the same photograph: the one cleans it,
// the other decodes it and writes it again as it is.
func BenchmarkClean(b *testing.B) {
	data := photo(b)
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := picture.New().Clean(b.Context(), bytes.NewReader(data), picture.MaxBytes); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkBare(b *testing.B) {
	data := photo(b)
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	for b.Loop() {
		m, err := jpeg.Decode(bytes.NewReader(data))
		if err != nil {
			b.Fatal(err)
		}
		var out bytes.Buffer
		if err := jpeg.Encode(&out, m, &jpeg.Options{Quality: 85}); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkDecode is the part of it nobody can leave out.
func BenchmarkDecode(b *testing.B) {
	data := photo(b)
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	for b.Loop() {
		var m image.Image
		m, err := jpeg.Decode(bytes.NewReader(data))
		if err != nil || m.Bounds().Dx() != 4000 {
			b.Fatal(err)
		}
	}
}
