// Package text makes what people type fit to be kept.
//
// What is lost by it nobody misses: blanks at the ends, marks without width.
// What could make a text look like another, or not be text at all, is not
// mended but refused (Fit), beside the field it was typed in.
package text

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Line makes one line of s: white space of every kind becomes single blanks,
// and marks without width go.
func Line(s string) string {
	return strings.Join(strings.Fields(strings.Map(withoutWidth, s)), " ")
}

// Lines keeps the lines of s, each as Line makes it, and at most one empty line
// between two paragraphs.
func Lines(s string) string {
	s = strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(s)
	lines := strings.Split(s, "\n")
	kept := lines[:0]
	for _, l := range lines {
		if l = Line(l); l != "" || len(kept) > 0 && kept[len(kept)-1] != "" {
			kept = append(kept, l)
		}
	}
	return strings.TrimSpace(strings.Join(kept, "\n"))
}

// Uzbek turns the apostrophes people have on their keys into the letters of the
// Latin script: oʻ and gʻ with U+02BB, elsewhere U+02BC (ux.md 5.1). It is for
// texts in Uzbek typed here; names of the state register stay as they are.
func Uzbek(s string) string {
	runes := []rune(s)
	for i, r := range runes {
		if !strings.ContainsRune("'`´‘’ʻʼ", r) || i == 0 {
			continue
		}
		runes[i] = 'ʼ'
		if strings.ContainsRune("oOgG", runes[i-1]) {
			runes[i] = 'ʻ'
		}
	}
	return string(runes)
}

// Fit reports whether s is text: valid UTF-8 without control characters other
// than the end of a line, without marks that turn the direction of writing, and
// without letters that each font draws as it likes.
func Fit(s string) bool {
	return utf8.ValidString(s) && !strings.ContainsFunc(s, func(r rune) bool {
		return r != '\n' && unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || r == utf8.RuneError || unicode.Is(unicode.Co, r)
	})
}

// Long reports whether s has more than most characters, as a person counts
// them.
func Long(s string, most int) bool { return utf8.RuneCountInString(s) > most }

func withoutWidth(r rune) rune {
	switch r {
	case '\u200b', '\u200c', '\u200d', '\u2060', '\ufeff', '\u00ad':
		return -1
	}
	return r
}
