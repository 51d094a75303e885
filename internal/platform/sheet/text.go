package sheet

import (
	"bytes"
	"io"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
)

// sampleSize is how much of a file is looked at to find its encoding.
const sampleSize = 256 << 10

const utf8BOM = "\xef\xbb\xbf"

// decode gives the file as UTF-8 without a byte order mark. Excel writes three
// kinds of text: UTF-8 with a mark, UTF-16 ("Unicode text") and the code page
// of Windows, here 1251. The note is empty for UTF-8.
func decode(r io.Reader, head []byte) (io.Reader, []Note, error) {
	switch {
	case wide(head):
		d := unicode.UTF16(unicode.LittleEndian, unicode.ExpectBOM).NewDecoder()
		return d.Reader(r), encodingNote("UTF-16"), nil
	case bytes.HasPrefix(head, []byte(utf8BOM)):
		_, err := io.CopyN(io.Discard, r, int64(len(utf8BOM)))
		return r, nil, err
	case windows1251(head):
		return charmap.Windows1251.NewDecoder().Reader(r), encodingNote("Windows-1251"), nil
	}
	return r, nil, nil
}

// wide reports whether the file begins with the mark of UTF-16.
func wide(head []byte) bool {
	return bytes.HasPrefix(head, []byte("\xff\xfe")) || bytes.HasPrefix(head, []byte("\xfe\xff"))
}

func encodingNote(name string) []Note {
	return []Note{{Key: "legacy.note.encoding", Args: []any{"encoding", name}}}
}

// binary finds what is no text at all: one control character in a hundred. A
// stray one in a text is the flaw of its row.
func binary(head []byte) bool {
	odd := 0
	for _, c := range head {
		if c < ' ' && c != '\t' && c != '\n' && c != '\r' || c == 0x7f {
			odd++
		}
	}
	return odd > 1 && odd*100 > len(head)
}

// windows1251 tells Cyrillic text of Windows from UTF-8 with some bad bytes:
// nearly all its high bytes are Cyrillic letters, there is at least a word of
// them, and they do not pair up to UTF-8 characters.
func windows1251(head []byte) bool {
	valid, stray, letters := 0, 0, 0
	for len(head) > 0 {
		r, n := utf8.DecodeRune(head)
		switch {
		case r == utf8.RuneError && n == 1 && len(head) < utf8.UTFMax && !utf8.FullRune(head):
			n = len(head) // the sample ends inside a character
		case r == utf8.RuneError && n == 1:
			stray++
			if c := head[0]; c >= 0xC0 || c == 0xA8 || c == 0xB8 {
				letters++
			}
		case n > 1:
			valid++
		}
		head = head[n:]
	}
	return stray >= 8 && stray > 2*valid && letters*5 >= stray*3
}
