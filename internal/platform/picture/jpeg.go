package picture

import (
	"bytes"
	"encoding/binary"
	"errors"
)

// Markers of JPEG (ITU-T T.81, table B.1).
const (
	markSOF0  = 0xc0 // baseline
	markSOF2  = 0xc2 // progressive
	markRST0  = 0xd0
	markRST7  = 0xd7
	markEOI   = 0xd9
	markSOS   = 0xda
	markAPP0  = 0xe0
	markAPP1  = 0xe1
	markAPP14 = 0xee
)

// maxScans bounds how often a picture goes over all its pixels. Programs write
// up to 18; a file of a few kilobytes may ask for thousands and keep a core busy
// for minutes.
const maxScans = 32

var errScans = errors.New("too many scans")

// frame is what a JPEG says besides its size.
type frame struct {
	progressive bool
	components  int
	samples     float64 // of all components, for a pixel
	padding     float64 // what filling up to whole blocks makes of a pixel
	converted   bool    // decoded first, then turned into another form
	jfif        bool
	scans       int
}

// jpeg walks the segments as the decoder does.
func (f *facts) jpeg(data []byte) (cost, error) {
	fr := frame{components: 3, samples: 3, padding: 1}
	for s := (segments{rest: data[2:]}); s.next(); {
		switch {
		case s.marker >= markSOF0 && s.marker <= markSOF2:
			fr.start(s)
		case s.marker == markSOS:
			fr.scans++
		case s.marker == markAPP0:
			fr.jfif = fr.jfif || bytes.HasPrefix(s.body, []byte("JFIF\x00"))
		case s.marker == markAPP14 && bytes.HasPrefix(s.body, []byte("Adobe")) && len(s.body) >= 12:
			fr.converted = fr.converted || s.body[11] == 0 // RGB, not YCbCr
		case s.marker == markAPP1 && bytes.HasPrefix(s.body, []byte(exifHead)):
			f.orientation = exif(s.body[len(exifHead):])
		}
	}
	if fr.scans > maxScans {
		return cost{}, errScans
	}
	return fr.cost(), nil
}

// start reads the frame header: precision, height, width, and for each component
// its name and sampling.
func (fr *frame) start(s segments) {
	if len(s.body) < 6 || len(s.body) < 6+3*int(s.body[5]) {
		return // the decoder refuses it
	}
	width, height := int(binary.BigEndian.Uint16(s.body[3:])), int(binary.BigEndian.Uint16(s.body[1:]))
	var sum, across, down int
	var names []byte
	for c := range int(s.body[5]) {
		about := s.body[6+3*c:]
		names = append(names, about[0])
		x, y := int(about[1]>>4), int(about[1]&15)
		sum, across, down = sum+x*y, max(across, x), max(down, y)
	}
	if across == 0 || down == 0 || width == 0 || height == 0 {
		return
	}
	fr.progressive, fr.components = s.marker == markSOF2, len(names)
	fr.samples = float64(sum) / float64(across*down)
	fr.padding = float64(whole(width, 8*across)) / float64(width) * float64(whole(height, 8*down)) / float64(height)
	fr.converted = fr.converted || len(names) == 4 || string(names) == "RGB"
}

// cost counts a byte for each sample, four more for its coefficient while scans
// follow each other, and four for each pixel of a form that is converted.
func (fr frame) cost() cost {
	each := float64(fr.components)
	if fr.progressive {
		each += 4 * fr.samples
	}
	if fr.converted && !fr.jfif || fr.components == 4 {
		each += 4
	}
	return cost{perPixel: each * fr.padding}
}

// whole fills n up to a multiple of m.
func whole(n, m int) int { return (n + m - 1) / m * m }

// segments goes from marker to marker; what lies between them, and the pixels
// behind a start of scan, is skipped.
type segments struct {
	rest   []byte
	marker byte
	body   []byte
}

// next finds the next segment; false at the end of the picture or of the file.
func (s *segments) next() bool {
	for s.seek() {
		switch {
		case s.marker == markEOI:
			return false
		case s.marker >= markRST0 && s.marker <= markRST7:
			continue
		}
		if len(s.rest) < 2 {
			return false
		}
		n := int(binary.BigEndian.Uint16(s.rest))
		if n < 2 || n > len(s.rest) {
			return false
		}
		s.body, s.rest = s.rest[2:n], s.rest[n:]
		return true
	}
	return false
}

// seek reads up to the next marker. Within pixels 0xff is followed by zero.
func (s *segments) seek() bool {
	for {
		i := bytes.IndexByte(s.rest, 0xff)
		if i < 0 {
			return false
		}
		for s.rest = s.rest[i:]; len(s.rest) > 0 && s.rest[0] == 0xff; s.rest = s.rest[1:] {
		}
		if len(s.rest) == 0 {
			return false
		}
		s.marker, s.rest = s.rest[0], s.rest[1:]
		if s.marker != 0 {
			return true
		}
	}
}
