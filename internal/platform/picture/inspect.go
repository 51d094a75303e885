package picture

import (
	"bytes"
	"errors"
	"image"
	"image/jpeg"
	"image/png"
	"net/http"
	"slices"

	"golang.org/x/image/webp"
)

// kind is what a file is by its bytes.
type kind string

const (
	kindJPEG kind = "image/jpeg"
	kindPNG  kind = "image/png"
	kindWebP kind = "image/webp"
)

// facts are what the head of a picture says.
type facts struct {
	kind          kind
	width, height int
	orientation   orientation
	animated      bool
	memory        int64 // bytes that decoding takes, at the most
}

// cost is what decoding takes: so much for each pixel and so much in any case.
type cost struct{ perPixel, fixed float64 }

// inspect judges a picture before it is decoded. Sizes are those the decoder
// itself reads from the head; the rest is read here and only ever refuses.
func inspect(data []byte) (facts, error) {
	f := facts{kind: kind(http.DetectContentType(data)), orientation: upright}
	var config image.Config
	var c cost
	var err, odd error
	switch r := bytes.NewReader(data); f.kind {
	case kindJPEG:
		config, err = jpeg.DecodeConfig(r)
		c, odd = f.jpeg(data)
	case kindPNG:
		config, err = png.DecodeConfig(r)
		c = f.png(data)
	case kindWebP:
		config, err = webp.DecodeConfig(r)
		c, odd = f.webp(data)
	default:
		return f, stranger(data)
	}
	f.width, f.height = config.Width, config.Height
	if f.animated {
		return f, ErrAnimated
	}
	if err := errors.Join(err, odd); err != nil {
		return f, ErrBroken.Because(err)
	}
	return f, f.judge(c)
}

// judge compares the size with the limits.
func (f *facts) judge(c cost) error {
	pixels := float64(f.width) * float64(f.height)
	most := min(MaxPixels, (MaxMemory-c.fixed)/c.perPixel)
	f.memory = int64(pixels*c.perPixel + c.fixed)
	switch {
	case pixels > most:
		return ErrPixels.With("pixels", millions(pixels), "max", int(most/1e6))
	case min(f.width, f.height) < MinSide:
		return ErrSmall
	}
	return nil
}

// millions rounds up, so that what is too much never reads like the limit.
func millions(pixels float64) int { return int(pixels/1e6) + 1 }

// stranger names what is taken for a picture everywhere but here: phones write
// HEIC and AVIF, and their owners know them as photographs.
func stranger(data []byte) error {
	brands := []string{"heic", "heix", "hevc", "heim", "heis", "mif1", "msf1", "avif", "avis"}
	if len(data) >= 12 && string(data[4:8]) == "ftyp" && slices.Contains(brands, string(data[8:12])) {
		return ErrHEIC
	}
	return ErrKind
}
