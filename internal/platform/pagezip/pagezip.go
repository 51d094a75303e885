// Package pagezip packs pages with gzip, for readers who wait.
//
// A general packer counts the letters of each text and makes a Huffman code for
// it, in tables of a hundred kilobytes. Our pages are short and resemble each
// other, so the code is made beforehand (lengths.go) and the tables fit into the
// nearest cache of a processor: Home and the list of organizations take 0.65 of
// the time that klauspost/compress takes at its fastest, the activation page half
// (BenchmarkPage), and 4 % more bytes. Any bytes can be packed; what is not like
// a page gets larger than it would elsewhere, by at most seven eighths.
package pagezip

import (
	"encoding/binary"
	"hash/crc32"
	"io"
	"math/bits"
	"sync"
)

const (
	maxBlock = 32 << 10 // bytes packed at once; everything in a block is near enough to be repeated
	minMatch = 4        // bytes worth repeating
	maxMatch = 258      // of the format
	hashBits = 12
	// slack is what a block may take besides its symbols: header of the file,
	// block header, end, trailer, and the eight bytes that are written at a time.
	slack = 512
)

// Writer packs what is written to it as one gzip file (RFC 1952).
type Writer struct {
	out   io.Writer
	in    []byte // not packed yet, less than maxBlock
	b     []byte // packed and not written yet
	acc   uint64 // bits that do not fill a byte yet
	n     uint   // how many
	crc   uint32
	size  uint32
	begun bool
	seen  [1 << hashBits]uint16 // where a hash of four bytes was last seen in the block
}

var writers = sync.Pool{New: func() any { return new(Writer) }}

// New begins a file. The Writer must be closed, and not used afterwards.
func New(out io.Writer) *Writer {
	w := writers.Get().(*Writer) //nolint:forcetypeassert // the pool holds nothing else
	w.out, w.in, w.b, w.acc, w.n, w.crc, w.size, w.begun = out, w.in[:0], w.b[:0], 0, 0, 0, 0, false
	return w
}

// Write takes bytes; they reach the other side by Flush or Close at the latest.
func (w *Writer) Write(p []byte) (int, error) {
	taken := len(p)
	for len(w.in)+len(p) > maxBlock {
		some := maxBlock - len(w.in)
		w.in = append(w.in, p[:some]...)
		p = p[some:]
		w.pack(false)
		if err := w.send(); err != nil {
			return 0, err
		}
	}
	w.in = append(w.in, p...)
	return taken, nil
}

// Flush sends all that was written so far.
func (w *Writer) Flush() error {
	w.pack(false)
	w.put(0, 3) // an empty stored block fills the last byte
	w.align()
	w.b = append(w.b, 0, 0, 0xff, 0xff)
	return w.send()
}

// Close ends the file.
func (w *Writer) Close() error {
	w.pack(true)
	w.align()
	w.b = binary.LittleEndian.AppendUint32(w.b, w.crc)
	w.b = binary.LittleEndian.AppendUint32(w.b, w.size)
	err := w.send()
	w.out = nil
	writers.Put(w)
	return err
}

func (w *Writer) send() error {
	_, err := w.out.Write(w.b)
	w.b = w.b[:0]
	return err
}

// put appends up to 48 bits; align fills the last byte.
func (w *Writer) put(code uint64, n uint) {
	w.acc |= code << w.n
	for w.n += n; w.n >= 8; w.n -= 8 {
		w.b = append(w.b, byte(w.acc&0xff))
		w.acc >>= 8
	}
}

func (w *Writer) align() {
	if w.n > 0 {
		w.b = append(w.b, byte(w.acc&0xff))
		w.acc, w.n = 0, 0
	}
}

// pack writes the bytes at hand as one block of the format (RFC 1951).
func (w *Writer) pack(last bool) {
	if !w.begun {
		w.begun = true
		w.b = append(w.b, 0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 4, 255) // gzip, deflate, no name, no time, fast, unknown system
	}
	w.crc = crc32.Update(w.crc, crc32.IEEETable, w.in)
	w.size += uint32(len(w.in)) //nolint:gosec // G115: the format counts modulo 2^32
	final := uint64(0)
	if last {
		final = 1
	}
	w.put(final|2<<1, 3) // with a code of its own
	for _, c := range ours.header {
		w.put(uint64(c.bits), uint(c.n))
	}
	w.symbols(w.in)
	end := ours.literals[endOfBlock]
	w.put(uint64(end.bits), uint(end.n))
	w.in = w.in[:0]
}

// symbols writes src, its repetitions as references. It is the one loop that
// each byte of each page goes through: bits are gathered in 64 and stored eight
// bytes at a time over room that is made before.
func (w *Writer) symbols(src []byte) {
	out, at := w.room(2*len(src)+slack), len(w.b)
	acc, n, code := w.acc, w.n, &ours
	clear(w.seen[:])
	i := 0
	for limit := len(src) - 8; i < limit; {
		now := binary.LittleEndian.Uint32(src[i:])
		slot := &w.seen[now*2654435761>>(32-hashBits)]
		before := int(*slot)
		*slot = uint16(i)
		if before >= i || binary.LittleEndian.Uint32(src[before:]) != now {
			c := code.literals[src[i]]
			acc |= uint64(c.bits) << n
			n += uint(c.n)
			i++
		} else {
			length := minMatch + same(src[before+minMatch:], src[i+minMatch:min(len(src), i+maxMatch)])
			c := code.lengths[uint8(length-3)] //nolint:gosec // G115: at most maxMatch
			acc |= uint64(c.bits) << n
			n += uint(c.n)
			far := uint32(i - before - 1) //nolint:gosec // G115: a block is shorter
			extra := uint(max(bits.Len32(far), 2) - 2)
			d := code.distances[(2*uint32(extra)+far>>extra)&31] //nolint:gosec // G115: at most thirteen
			acc |= (uint64(d.bits) | uint64(far&(1<<extra-1))<<d.n) << n
			n += uint(d.n) + extra
			i += length
			if i < limit { // what follows a repetition often follows it again
				w.seen[binary.LittleEndian.Uint32(src[i-2:])*2654435761>>(32-hashBits)] = uint16(i - 2) //nolint:gosec // G115: see above
			}
		}
		binary.LittleEndian.PutUint64(out[at:], acc)
		at += int(n >> 3)
		acc >>= n &^ 7
		n &= 7
	}
	w.b, w.acc, w.n = out[:at], acc, n
	for _, b := range src[i:] {
		c := ours.literals[b]
		w.put(uint64(c.bits), uint(c.n))
	}
}

// room gives w.b with space for more behind it, all of it addressable.
func (w *Writer) room(more int) []byte {
	if need := len(w.b) + more; cap(w.b) < need {
		w.b = append(make([]byte, 0, need), w.b...)
	}
	return w.b[:cap(w.b)]
}

// same counts the equal bytes at the beginning of two texts; b is not longer.
func same(a, b []byte) int {
	i := 0
	for ; i+8 <= len(b); i += 8 {
		if d := binary.LittleEndian.Uint64(a[i:]) ^ binary.LittleEndian.Uint64(b[i:]); d != 0 {
			return i + bits.TrailingZeros64(d)>>3
		}
	}
	for i < len(b) && a[i] == b[i] {
		i++
	}
	return i
}
