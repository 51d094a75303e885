// Package fold writes texts in the letters of a search, so that what a person
// types finds what another one wrote in the other script.
package fold

import (
	"slices"
	"strings"
	"unicode"
)

// Text writes a text in the letters of the search: lower-case Latin letters,
// digits and single spaces. What differs only by script, apostrophe or the two
// ways to spell an Uzbek or Russian sound becomes equal: "Хоразм", "Xorazm"
// and "Horazm" are all "horazm", "Gʻijduvon" and "Ғиждувон" both "gijduvon".
// Stored names and typed queries go through the same, so it may be coarse.
func Text(s string) string {
	b := make([]byte, 0, len(s)+8)
	gap := false
	for _, r := range s {
		letters, joins := foldRune(r)
		if joins {
			continue
		}
		if letters == "" {
			gap = len(b) > 0
			continue
		}
		if gap {
			b = append(b, ' ')
			gap = false
		}
		b = append(b, letters...)
	}
	return string(b)
}

// foldRune gives the letters for a rune. Without letters it separates words,
// unless joins says that it is nothing at all: an apostrophe or an accent.
func foldRune(r rune) (letters string, joins bool) {
	r = unicode.ToLower(r)
	if r <= unicode.MaxASCII {
		return foldASCII(r), r == '\'' || r == '`'
	}
	if strings.ContainsRune("ʻʼ‘’´ьъ", r) || unicode.Is(unicode.Mn, r) {
		return "", true
	}
	if l, ok := cyrillic(r); ok {
		return l, false
	}
	return accented(r), false
}

const asciiLetters = "abcdefghijklmnopqrstuvwxyz0123456789"

// foldASCII also joins q with k and x with h: one sound each for who writes
// Uzbek names in Russian and back.
func foldASCII(c rune) string {
	switch c {
	case 'q':
		return "k"
	case 'x':
		return "h"
	}
	if i := strings.IndexRune(asciiLetters, c); i >= 0 {
		return asciiLetters[i : i+1]
	}
	return ""
}

// cyrillic gives the Latin letters of а–я and of the Uzbek letters, which end
// in the same folded letters as their Latin spelling.
func cyrillic(r rune) (string, bool) {
	const first, last = 'а', 'я'
	letters := [...]string{
		"a", "b", "v", "g", "d", "e", "j", "z", "i", "y", "k", "l", "m", "n", "o", "p",
		"r", "s", "t", "u", "f", "h", "ts", "ch", "sh", "sh", "", "i", "", "e", "yu", "ya",
	}
	if first <= r && r <= last {
		return letters[r-first], true
	}
	switch r {
	case 'ё':
		return "yo", true
	case 'ў':
		return "o", true
	case 'ғ':
		return "g", true
	case 'қ':
		return "k", true
	case 'ҳ':
		return "h", true
	}
	return "", false
}

// accented keeps the letters of the Karakalpak and Turkish alphabets that
// names bring along; every other letter separates words.
func accented(r rune) string {
	switch r {
	case 'á', 'â', 'ä', 'ə':
		return "a"
	case 'ó', 'ö', 'ô':
		return "o"
	case 'ú', 'ü', 'û':
		return "u"
	case 'ı', 'í', 'î':
		return "i"
	case 'ǵ', 'ğ':
		return "g"
	case 'ń', 'ñ':
		return "n"
	case 'ş':
		return "sh"
	case 'ç':
		return "ch"
	case 'é', 'è', 'ê':
		return "e"
	}
	return ""
}

// Words is Text of several texts as one, each word once: what a row is found
// by, since a search looks anywhere in it.
func Words(texts ...string) string {
	var words []string
	for _, t := range texts {
		for word := range strings.FieldsSeq(Text(t)) {
			if !slices.Contains(words, word) {
				words = append(words, word)
			}
		}
	}
	return strings.Join(words, " ")
}
