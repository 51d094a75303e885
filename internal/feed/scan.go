package feed

import (
	"bytes"
	"strconv"
	"unicode/utf8"

	"kabinet/internal/core/fault"
)

// scan looks over JSON for what the parser lets pass and jsonb does not: broken
// UTF-8, U+0000, half a surrogate pair, endless numbers, depth without bound. What
// is no JSON at all is for the parser to say.
func scan(raw []byte) error {
	if !utf8.Valid(raw) || bytes.IndexByte(raw, 0) >= 0 {
		return errText
	}
	s := scanner{raw: raw}
	for s.at < len(raw) {
		if f := s.next(); f != nil {
			return f
		}
	}
	return nil
}

// scanner stands at a byte outside of strings.
type scanner struct {
	raw   []byte
	at    int
	depth int
}

// next goes over one mark, string or number.
func (s *scanner) next() *fault.Error {
	c := s.raw[s.at]
	switch {
	case c == '"':
		s.at++
		return s.text()
	case c == '-' || c >= '0' && c <= '9':
		return s.number()
	case c == '{' || c == '[':
		if s.depth++; s.depth > maxDepth {
			return errDepth
		}
	case c == '}' || c == ']':
		s.depth--
	}
	s.at++
	return nil
}

// text goes over a string from behind its first quotation mark.
func (s *scanner) text() *fault.Error {
	for s.at < len(s.raw) {
		c := s.raw[s.at]
		s.at++
		switch c {
		case '"':
			return nil
		case '\\':
			if !s.escape() {
				return errText
			}
		}
	}
	return nil
}

// escape goes over what follows a backslash; false for letters that no database
// keeps.
func (s *scanner) escape() bool {
	if s.at >= len(s.raw) {
		return true
	}
	c := s.raw[s.at]
	s.at++
	if c != 'u' {
		return true
	}
	r, ok := s.hex()
	switch {
	case !ok:
		return true // no JSON
	case r == 0, r >= 0xdc00 && r <= 0xdfff:
		return false
	case r < 0xd800 || r > 0xdbff:
		return true
	}
	if s.at+2 > len(s.raw) || s.raw[s.at] != '\\' || s.raw[s.at+1] != 'u' {
		return false
	}
	s.at += 2
	low, ok := s.hex()
	return ok && low >= 0xdc00 && low <= 0xdfff
}

// hex reads four digits.
func (s *scanner) hex() (uint64, bool) {
	if s.at+4 > len(s.raw) {
		return 0, false
	}
	n, err := strconv.ParseUint(string(s.raw[s.at:s.at+4]), 16, 16)
	if err != nil {
		return 0, false
	}
	s.at += 4
	return n, true
}

// number goes over a number: at most maxNumber characters, an exponent of at most
// two digits.
func (s *scanner) number() *fault.Error {
	begin := s.at
	for s.at < len(s.raw) && bytes.IndexByte([]byte("+-.eE0123456789"), s.raw[s.at]) >= 0 {
		s.at++
	}
	number := s.raw[begin:s.at]
	if len(number) > maxNumber {
		return errNumber
	}
	if e := bytes.IndexAny(number, "eE"); e >= 0 && len(bytes.TrimLeft(number[e+1:], "+-0")) > 2 {
		return errNumber
	}
	return nil
}
