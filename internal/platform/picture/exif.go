package picture

import (
	"bytes"
	"encoding/binary"
	"image"
)

// orientation is how a camera was held: 1 upright, up to 8 (Exif 2.32, tag 0x0112).
type orientation int

const upright orientation = 1

const (
	exifHead       = "Exif\x00\x00"
	tagOrientation = 0x0112
	typeShort      = 3
	entrySize      = 12 // tag, type, count, value
)

// exif finds the orientation in the first directory of a TIFF header; what
// cannot be read is upright. Nothing else of the metadata is looked at.
func exif(b []byte) orientation {
	b = bytes.TrimPrefix(b, []byte(exifHead))
	var order binary.ByteOrder
	switch {
	case bytes.HasPrefix(b, []byte("II*\x00")):
		order = binary.LittleEndian
	case bytes.HasPrefix(b, []byte("MM\x00*")):
		order = binary.BigEndian
	default:
		return upright
	}
	if len(b) < 8 {
		return upright
	}
	at := uint64(order.Uint32(b[4:]))
	if at+2 > uint64(len(b)) {
		return upright
	}
	entries := b[at+2:]
	for range order.Uint16(b[at:]) {
		if len(entries) < entrySize {
			return upright
		}
		if order.Uint16(entries) == tagOrientation && order.Uint16(entries[2:]) == typeShort {
			return known(orientation(order.Uint16(entries[8:])))
		}
		entries = entries[entrySize:]
	}
	return upright
}

func known(o orientation) orientation {
	if o < 1 || o > 8 {
		return upright
	}
	return o
}

// upright turns and mirrors a picture as it was seen.
func (o orientation) upright(src *image.RGBA) *image.RGBA {
	if o == upright {
		return src
	}
	w, h := src.Rect.Dx(), src.Rect.Dy()
	size := image.Rect(0, 0, w, h)
	if o >= 5 {
		size = image.Rect(0, 0, h, w)
	}
	dst := image.NewRGBA(size)
	for y := range size.Max.Y {
		for x := range size.Max.X {
			sx, sy := o.from(x, y, w, h)
			copy(dst.Pix[dst.PixOffset(x, y):][:4], src.Pix[src.PixOffset(sx, sy):])
		}
	}
	return dst
}

// from is where a pixel of the upright picture lies in one of w × h as stored.
func (o orientation) from(x, y, w, h int) (int, int) {
	switch o {
	case 2:
		return w - 1 - x, y
	case 3:
		return w - 1 - x, h - 1 - y
	case 4:
		return x, h - 1 - y
	case 5:
		return y, x
	case 6:
		return y, h - 1 - x
	case 7:
		return w - 1 - y, h - 1 - x
	case 8:
		return w - 1 - y, x
	}
	return x, y
}
