package picture

import (
	"image"
	"image/color"
	"image/draw"
)

// stripRows is how many rows of a picture are turned into plain colours at once.
const stripRows = 16

// shrink lays a picture on white and makes it at most side pixels long and wide,
// never larger than it is. Each pixel is the mean of the area it stands for: no
// part of the source is left out, and nothing but a few rows is held besides the
// result. (golang.org/x/image/draw gives the same quality for 320 MB of floats.)
func shrink(src image.Image, side int) *image.RGBA {
	from := src.Bounds()
	w, h := fit(from.Dx(), from.Dy(), side)
	dst := image.NewRGBA(image.Rect(0, 0, w, h))
	if w == from.Dx() && h == from.Dy() {
		onWhite(dst, src, from.Min)
		return dst
	}
	strip := image.NewRGBA(image.Rect(0, 0, from.Dx(), stripRows))
	m := newMean(dst, from.Dx(), from.Dy())
	for top := 0; top < from.Dy(); top += stripRows {
		onWhite(strip, src, image.Pt(from.Min.X, from.Min.Y+top))
		for y := range min(stripRows, from.Dy()-top) {
			m.row(strip.Pix[y*strip.Stride:][:4*from.Dx()])
		}
	}
	return dst
}

// fit gives the largest size of the same shape within side × side.
func fit(w, h, side int) (int, int) {
	if w <= side && h <= side {
		return w, h
	}
	long := max(w, h)
	scaled := func(n int) int { return max(1, (n*side+long/2)/long) }
	return scaled(w), scaled(h)
}

// onWhite fills dst with the part of src that begins at from.
func onWhite(dst *image.RGBA, src image.Image, from image.Point) {
	draw.Draw(dst, dst.Rect, image.NewUniform(color.White), image.Point{}, draw.Src)
	draw.Draw(dst, dst.Rect, src, from, draw.Over)
}

// mean collects rows of a source into rows of dst. Measured in units in which a
// pixel of the source is as wide as dst has pixels, and a pixel of dst as wide as
// the source has, all borders are whole numbers and the sums are exact.
type mean struct {
	dst    *image.RGBA
	w, h   int      // of the source
	across []uint32 // the row that came, in the width of dst
	sums   []uint64 // of the row of dst that is being made
	y, end int      // number of that row; how much of it is still missing
}

func newMean(dst *image.RGBA, w, h int) *mean {
	n := 3 * dst.Rect.Dx()
	return &mean{dst: dst, w: w, h: h, across: make([]uint32, n), sums: make([]uint64, n), end: h}
}

// row adds a row of the source to the one or two rows of dst it lies in.
func (m *mean) row(pix []byte) {
	m.squeeze(pix)
	height := m.dst.Rect.Dy()
	for left := height; left > 0; {
		part := min(left, m.end)
		for i, v := range m.across {
			m.sums[i] += uint64(v) * uint64(part) //nolint:gosec // positive
		}
		left, m.end = left-part, m.end-part
		if m.end == 0 {
			m.write()
		}
	}
}

// squeeze makes a row as wide as dst.
func (m *mean) squeeze(pix []byte) {
	clear(m.across)
	width, end, i := m.dst.Rect.Dx(), m.w, 0
	for p := 0; p < len(pix); p += 4 {
		r, g, b := uint32(pix[p]), uint32(pix[p+1]), uint32(pix[p+2])
		for left := width; left > 0; {
			part := uint32(min(left, end)) //nolint:gosec // positive
			m.across[i] += r * part
			m.across[i+1] += g * part
			m.across[i+2] += b * part
			left, end = left-int(part), end-int(part)
			if end == 0 {
				i, end = i+3, m.w
			}
		}
	}
}

// write puts a finished row into dst and begins the next.
func (m *mean) write() {
	area := uint64(m.w) * uint64(m.h) //nolint:gosec // positive
	out := m.dst.Pix[m.y*m.dst.Stride:]
	for i, sum := range m.sums {
		out[i/3*4+i%3] = byte((sum + area/2) / area) //nolint:gosec // a mean of bytes
	}
	for x := range m.dst.Rect.Dx() {
		out[4*x+3] = 0xff
	}
	clear(m.sums)
	m.y, m.end = m.y+1, m.h
}
