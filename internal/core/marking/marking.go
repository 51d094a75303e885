// Package marking reads marking codes as people, scanners, office programs and
// other systems pass them on: with separators lost or spelled out, with spaces and
// invisible characters that nobody typed. Reading says what it altered.
//
// It judges the shape of a code only. Whose it is and what became of it is known
// to the system that issued it.
package marking

import (
	"crypto/sha256"
	"encoding/binary"
	"strings"
	"unicode"
	"unicode/utf8"

	"kabinet/internal/core/fault"
	"kabinet/internal/core/gs1"
)

// Refusals of Read. What is odd and can be mended is mended; these cannot.
var (
	ErrShort    = fault.New(fault.Invalid, "marking.short", "min", MinLength)
	ErrLong     = fault.New(fault.Invalid, "marking.long", "max", MaxLength)
	ErrCyrillic = fault.New(fault.Invalid, "marking.cyrillic")
	ErrSign     = fault.New(fault.Invalid, "marking.sign") // a character that no code has
)

// MinLength is that of the shortest code there is, a transport code of 20 digits
// (domain.md 2.9); MaxLength leaves room for more than the longest, of 85.
const (
	MinLength = 20
	MaxLength = 200
)

// GS separates the parts of a code, character 29 of ASCII.
const GS = '\x1d'

// Code is a marking code as it is kept: printable ASCII and GS.
type Code string

// Change is something that reading a code altered.
type Change string

// The changes.
const (
	Spaces     Change = "spaces"     // spaces and line ends taken out
	Invisible  Change = "invisible"  // characters that nobody sees taken out
	Separators Change = "separators" // GS, spelled out or misread, put back
	Brackets   Change = "brackets"   // brackets around identifiers taken out
	Prefix     Change = "prefix"     // what a scanner or an office program put in front
)

// Read reads a code. An apostrophe and a quotation mark are legal inside and at
// the end of a serial number: only in front, where each code has a digit, they go.
func Read(s string) (Code, []Change, error) {
	var r reader
	if len(s) > 8*MaxLength {
		return "", nil, ErrLong
	}
	s = r.step(Separators, spelled.Replace(s), s)
	s = r.step(Spaces, strings.Map(notSpace, s), s)
	s = r.step(Invisible, strings.Map(visible, s), s)
	s = r.step(Prefix, unprefixed(s), s)
	s = r.step(Brackets, unbracketed(s), s)
	s = strings.TrimRight(s, string(GS))
	if err := judge(s); err != nil {
		return "", r.changes, err
	}
	return Code(s), r.changes, nil
}

// reader notes what the steps changed.
type reader struct{ changes []Change }

func (r *reader) step(c Change, after, before string) string {
	if after != before {
		r.changes = append(r.changes, c)
	}
	return after
}

// spelled are the ways in which GS arrives: as spreadsheets, JSON, markup and
// programs write it, and as the letter that scanners make of it (domain.md 6.1 C1).
var spelled = strings.NewReplacer(
	"_x001D_", "\x1d", "_x001d_", "\x1d", `\u001d`, "\x1d", `\u001D`, "\x1d", `\x1d`, "\x1d", `\x1D`, "\x1d",
	"<GS>", "\x1d", "{GS}", "\x1d", "[GS]", "\x1d", "⟨GS⟩", "\x1d", "␝", "\x1d", "&#29;", "\x1d", "&#x1d;", "\x1d", "&#x1D;", "\x1d",
	"è", "\x1d", "\u0065\u0300", "\x1d",
)

// notSpace drops every kind of space; GS is none, whatever Unicode says of it.
func notSpace(c rune) rune {
	if unicode.IsSpace(c) || c == '\u200b' || c == '\u2060' || c == '\ufeff' {
		return -1
	}
	return c
}

// visible drops what has no look: controls but GS, marks of direction, joiners.
func visible(c rune) rune {
	if c != GS && (unicode.IsControl(c) || unicode.Is(unicode.Cf, c) || unicode.Is(unicode.Variation_Selector, c)) {
		return -1
	}
	return c
}

// unprefixed drops what stands before the first part: the mark of a symbology
// ("]d2"), the FNC1 that says a code is one of GS1, quotation marks.
func unprefixed(s string) string {
	if len(s) > 3 && s[0] == ']' && isLetter(s[1]) && isDigit(s[2]) {
		s = s[3:]
	}
	s = strings.TrimLeft(s, string(GS)+"'")
	for _, pair := range []string{`""`, "“”", "«»"} {
		first, n := utf8.DecodeRuneInString(pair)
		if rest, ok := strings.CutPrefix(s, string(first)); ok {
			return strings.TrimSuffix(rest, pair[n:])
		}
	}
	return s
}

// unbracketed reads the form for people, "(01)…(21)…(93)…". Serial numbers may
// hold brackets too: only where identifiers stand they go.
func unbracketed(s string) string {
	const head = len("(01)") + gtinLength
	if !strings.HasPrefix(s, "(01)") || len(s) <= head || !strings.HasPrefix(s[head:], "(21)") {
		return s
	}
	serial, tail := s[head+len("(21)"):], ""
	if at := len(serial) - len("(92)") - longTail; at >= 0 && serial[at:at+4] == "(92)" {
		serial, tail = strings.TrimSuffix(serial[:at], string(GS)), string(GS)+"92"+serial[at+4:]
	}
	for _, key := range []string{"(91)", "(93)"} {
		if at := len(serial) - len(key) - shortTail; at >= 0 && serial[at:at+4] == key {
			serial, tail = strings.TrimSuffix(serial[:at], string(GS)), string(GS)+key[1:3]+serial[at+4:]+tail
		}
	}
	return "01" + s[len("(01)"):head] + "21" + serial + tail
}

func judge(s string) error {
	for _, c := range s {
		switch {
		case unicode.Is(unicode.Cyrillic, c):
			return ErrCyrillic
		case c != GS && (c <= ' ' || c > '~'):
			return ErrSign
		}
	}
	switch {
	case len(s) < MinLength:
		return ErrShort
	case len(s) > MaxLength:
		return ErrLong
	}
	return nil
}

// Lengths of the parts (domain.md 2.9).
const (
	gtinLength  = 14
	headLength  = 2 + gtinLength + 2 // 01, GTIN, 21
	bareSerial  = 7                  // of tobacco, behind a GTIN without identifiers
	bareCheck   = 8                  // and what verifies it
	shortSerial = 7                  // of alcohol and beer
	longSerial  = 13
	shortTail   = 4
	longTail    = 44
)

// Ident is the identification code: what tells the code from all others, without
// the cryptographic tail. The tail begins behind the first GS; where separators
// were lost, at the place of the templates where its identifier stands.
func (c Code) Ident() string {
	s := string(c)
	if head, _, found := strings.Cut(s, string(GS)); found {
		return head
	}
	if c.bare() {
		if len(s) == gtinLength+bareSerial+bareCheck {
			return s[:gtinLength+bareSerial]
		}
		return s
	}
	for _, serial := range []int{shortSerial, longSerial} {
		if at := headLength + serial; c.hasHead() && tailAt(s, at) {
			return s[:at]
		}
	}
	return s
}

// Idents are all that Ident may be to somebody who saw the code with other parts
// of it missing: a serial number of 13 characters may happen to hold what looks
// like the tail of a short one.
func (c Code) Idents() []string {
	all := []string{c.Ident()}
	s := string(c)
	if i := strings.IndexByte(s, GS); i >= 0 {
		s = s[:i]
	}
	for _, other := range []string{s, Code(all[0]).Ident()} {
		if other != all[0] && len(other) <= headLength+longSerial {
			return append(all, other)
		}
	}
	return all
}

// Marks are Idents as numbers by which codes are found: eight bytes of the hash of
// each. All forms that a code may be typed in meet in one of them; the first is
// that of Ident.
func (c Code) Marks() []int64 {
	ids := c.Idents()
	marks := make([]int64, len(ids))
	for i, id := range ids {
		sum := sha256.Sum256([]byte(id))
		marks[i] = int64(binary.BigEndian.Uint64(sum[:8])) //nolint:gosec // any 64 bits do
	}
	return marks
}

// tailAt reports whether nothing but a tail without its separators begins there.
func tailAt(s string, at int) bool {
	if len(s) < at {
		return false
	}
	tail := s[at:]
	switch len(tail) {
	case 2 + shortTail:
		return tail[:2] == "93"
	case 2 + shortTail + 2 + longTail:
		return tail[:2] == "91" && tail[2+shortTail:][:2] == "92"
	}
	return false
}

// hasHead reports whether the code begins with the identifiers of GTIN and serial.
func (c Code) hasHead() bool {
	return len(c) > headLength && c[:2] == "01" && c[2+gtinLength:headLength] == "21" && gs1.Valid(string(c[2:2+gtinLength]))
}

// bare reports whether the code is one of tobacco: a GTIN and a serial without
// identifiers.
func (c Code) bare() bool {
	n := len(c)
	return (n == gtinLength+bareSerial || n == gtinLength+bareSerial+bareCheck) && !c.hasHead() && gs1.Valid(string(c[:gtinLength]))
}

// GTIN is of what product the code is; "" for transport codes and what cannot be
// told.
func (c Code) GTIN() gs1.GTIN {
	switch {
	case c.hasHead():
		return gs1.GTIN(c[2 : 2+gtinLength])
	case c.bare():
		return gs1.GTIN(c[:gtinLength])
	}
	return ""
}

// IsTransport reports whether the code is that of a transport pack: identifier 00
// and the 18 digits of an SSCC.
func (c Code) IsTransport() bool {
	return len(c) == MinLength && c[:2] == "00" && gs1.Valid(string(c[2:]))
}

// Parts are what GS separates, for pages, which draw it.
func (c Code) Parts() []string { return strings.Split(string(c), string(GS)) }

func isLetter(b byte) bool { return b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z' }
func isDigit(b byte) bool  { return b >= '0' && b <= '9' }
