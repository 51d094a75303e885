package picture

import (
	"encoding/binary"
	"errors"
)

// png walks the chunks: length, type, content, checksum.
func (f *facts) png(data []byte) cost {
	each := 4.0
	for rest := data[8:]; len(rest) >= 12; {
		n, name := int(binary.BigEndian.Uint32(rest)), string(rest[4:8])
		if n > len(rest)-12 {
			break // the decoder refuses it
		}
		switch body := rest[8 : 8+n]; name {
		case "IHDR":
			each = pngCost(body)
		case "acTL":
			f.animated = true
		case "eXIf":
			f.orientation = exif(body)
		case "IEND":
			return cost{perPixel: each}
		}
		rest = rest[12+n:]
	}
	return cost{perPixel: each}
}

// pngCost is the bytes of a pixel. An interlaced picture is decoded in passes,
// each of which makes a picture of its own.
func pngCost(ihdr []byte) float64 {
	if len(ihdr) != 13 {
		return 8
	}
	depth, colour, interlaced := ihdr[8], ihdr[9], ihdr[12] != 0
	each := 4.0
	switch {
	case depth == 16:
		each = 8
	case colour == 3:
		each = 1 // with a palette
	}
	if interlaced {
		each *= 2
	}
	return each
}

// What a lossless WebP takes: four bytes of a pixel before and after the colours
// of a palette are put in, and up to 2,600 groups of Huffman trees.
const (
	losslessPixel = 8
	losslessTrees = 120 << 20
)

var errChunk = errors.New("a chunk is longer than the file")

// webp walks the chunks: type, length, content, filled up to an even length. The
// decoder makes room for what a chunk says it holds, so one that says more than
// there is ends here.
func (f *facts) webp(data []byte) (cost, error) {
	c := cost{perPixel: 1.5}
	for rest := data[12:]; len(rest) >= 8; {
		n, name := uint64(binary.LittleEndian.Uint32(rest[4:])), string(rest[:4])
		if n > uint64(len(rest)-8) { //nolint:gosec // not negative
			return c, errChunk
		}
		switch body := rest[8 : 8+n]; name {
		case "VP8X":
			f.animated = f.animated || len(body) > 0 && body[0]&2 != 0
		case "ANIM", "ANMF":
			f.animated = true
		case "VP8L":
			c = cost{losslessPixel, losslessTrees}
		case "ALPH":
			c = cost{losslessPixel + 2.5, losslessTrees}
		case "EXIF":
			f.orientation = exif(body)
		}
		rest = rest[min(8+n+n%2, uint64(len(rest))):]
	}
	return c, nil
}
