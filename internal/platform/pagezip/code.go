package pagezip

import "math/bits"

// Numbers of the format.
const (
	endOfBlock = 256
	firstLen   = 257
	literals   = 286 // symbols of the first code: bytes, end of block, lengths
	distances  = 30  // symbols of the second
	maxBits    = 15  // of a symbol
	repeat     = 16  // in a block's header: the last length again, three to six times
)

// code is one symbol, in the order in which its bits are sent.
type code struct {
	bits uint32
	n    uint8
}

// table is a finished pair of codes.
type table struct {
	header    []code         // of a block: how long each symbol is
	literals  [literals]code // of bytes, endOfBlock and lengths
	lengths   [256]code      // of repetitions of 3 and more bytes, further bits included
	distances [32]code       // without their further bits; two are not used
}

// ours is the code of this program's pages.
var ours = newTable(codeLengths)

// newTable makes the codes of two times so many lengths.
func newTable(lengths [literals + distances]uint8) table {
	t := table{header: header(lengths[:])}
	copy(t.literals[:], codes(lengths[:literals]))
	copy(t.distances[:], codes(lengths[literals:]))
	for x := range uint32(255) { // a repetition of x+3 bytes
		extra := uint32(max(bits.Len32(x), 3) - 3) //nolint:gosec // G115: at most five
		c := t.literals[firstLen+4*extra+x>>extra]
		t.lengths[x] = code{c.bits | x&(1<<extra-1)<<c.n, c.n + uint8(extra)} //nolint:gosec // G115: see above
	}
	t.lengths[255] = t.literals[literals-1] // the longest has a symbol of its own
	return t
}

// codes gives the canonical code of the format for symbols of these lengths.
func codes(lengths []uint8) []code {
	var count, next [maxBits + 2]uint32
	for _, n := range lengths {
		count[n]++
	}
	for n := 1; n <= maxBits; n++ {
		next[n+1] = (next[n] + count[n]) << 1
	}
	cs := make([]code, len(lengths))
	for i, n := range lengths {
		cs[i] = code{bits.Reverse32(next[n]) >> (32 - n), n}
		next[n]++
	}
	return cs
}

// header says the lengths of all symbols: each of the fifteen lengths and
// "repeat" takes four bits.
func header(lengths []uint8) []code {
	h := []code{{literals - 257, 5}, {distances - 1, 5}, {19 - 4, 4}}
	for _, symbol := range []uint8{16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15} {
		if symbol == 0 || symbol > repeat {
			h = append(h, code{0, 3})
		} else {
			h = append(h, code{4, 3})
		}
	}
	say := func(symbol uint8) { h = append(h, code{bits.Reverse32(uint32(symbol)-1) >> 28, 4}) }
	for i := 0; i < len(lengths); {
		say(lengths[i])
		again := 0
		for i++; i < len(lengths) && lengths[i] == lengths[i-1] && again < 6; i++ {
			again++
		}
		if again >= 3 {
			say(repeat)
			h = append(h, code{uint32(again - 3), 2})
			continue
		}
		i -= again
	}
	return h
}
