// Package text makes what people type fit to be kept.
//
// What is lost by it nobody misses: blanks at the ends, marks without width.
// What could make a text look like another, or not be text at all, is not
// mended but refused, beside the field it was typed in.
package text

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"kabinet/internal/core/fault"
)

// What can be wrong with a text. ErrLong comes with "max" and "n", numbers of
// characters.
var (
	ErrLong        = fault.New(fault.Invalid, "text.long")
	ErrUnprintable = fault.New(fault.Invalid, "text.unprintable")
	ErrMarkup      = fault.New(fault.Invalid, "text.markup")
)

// Line makes one line of s: white space of every kind becomes single blanks,
// and marks without width go. More than max characters are ErrLong; control
// characters and marks that turn the direction of writing are ErrUnprintable.
func Line(s string, max int) (string, error) {
	s = strings.Join(strings.Fields(strings.Map(withoutWidth, s)), " ")
	return s, check(s, max)
}

// Plain is Line for names, addresses and reasons, in which a tag as of HTML is
// ErrMarkup. Pages and letters would show it as the text it is; nobody means it,
// though, and other programs that are given the name may not.
func Plain(s string, max int) (string, error) {
	s, err := Line(s, max)
	if err == nil && tagged(s) {
		err = ErrMarkup
	}
	return s, err
}

// tagged reports whether a tag begins somewhere; "5 < 6" has none.
func tagged(s string) bool {
	for {
		_, after, found := strings.Cut(s, "<")
		if !found {
			return false
		}
		if after != "" && (strings.ContainsRune("/!?", rune(after[0])) || after[0]|0x20 >= 'a' && after[0]|0x20 <= 'z') {
			return true
		}
		s = after
	}
}

// Lines is Line for a text of several lines; it keeps where they end.
func Lines(s string, max int) (string, error) {
	s = strings.ReplaceAll(s, "\r\n", "\n")
	s = strings.TrimSpace(strings.Map(withoutWidth, s))
	return s, check(strings.Map(func(r rune) rune {
		if r == '\n' || r == '\t' {
			return ' '
		}
		return r
	}, s), max)
}

// Linked reports whether mail programs would make a link of something in s: a
// name in our letters must not lead anywhere we did not write. Besides whole
// addresses that is a bare host such as "evil.uz/pay"; a dot in a name ("Dr.Fresh",
// "A.B.Savdo", "2.0") makes none, as no top-level domain follows it.
func Linked(s string) bool {
	return Addressed(s) ||
		strings.ContainsAny(s, ".。．｡") && slices.ContainsFunc(strings.FieldsFunc(dots.Replace(strings.ToLower(s)), outsideHost), isHost)
}

// dots are signs that browsers take for the dot of a host (UTS 46).
var dots = strings.NewReplacer("。", ".", "．", ".", "｡", ".")

// Addressed is Linked for names that registers give and nobody typed here: a
// company may really be called "Misol.uz", and must not be locked out by its name.
func Addressed(s string) bool {
	return strings.Contains(s, "://") || strings.Contains(s, ".") && strings.Contains(strings.ToLower(s), "www.")
}

// outsideHost reports whether no host name goes on over r.
func outsideHost(r rune) bool {
	return r != '.' && r != '-' && !unicode.In(r, unicode.Letter, unicode.Mark, unicode.Digit)
}

// isHost reports whether a word is a host under a domain of linkable.
func isHost(word string) bool {
	word = strings.Trim(word, ".-")
	dot := strings.LastIndexByte(word, '.')
	return dot > 0 && word[dot-1] != '.' && linkable(word[dot+1:])
}

// linkable reports whether mail programs make links of words that end in this
// top-level domain. These are the domains of the region, the common ones and those
// that deceivers like; not all there are: "Fresh", "Ltd" or "ml" belong in names.
func linkable(domain string) bool {
	if strings.HasPrefix(domain, "xn--") { // any domain in another script
		return true
	}
	switch domain {
	case "uz", "ru", "su", "рф", "сайт", "онлайн", "kz", "kg", "tj", "tm", "az", "cn", "tr", "eu",
		"com", "net", "org", "info", "biz", "mobi", "pro",
		"io", "me", "co", "cc", "tv", "tk", "ly", "gl", "gg", "ai", "app", "dev",
		"xyz", "online", "site", "website", "shop", "store", "top", "club", "link", "click",
		"live", "life", "space", "fun", "icu", "vip", "win", "page", "cloud", "support":
		return true
	}
	return false
}

// Uzbek turns the apostrophes people have on their keys into the letters of the
// Latin script: oʻ and gʻ with U+02BB, elsewhere U+02BC (ux.md 5.1). It is for
// texts in Uzbek typed here; names of the state register stay as they are.
func Uzbek(s string) string {
	runes := []rune(s)
	for i, r := range runes {
		if i == 0 || !strings.ContainsRune("'`´‘’ʻʼ", r) {
			continue
		}
		runes[i] = 'ʼ'
		if strings.ContainsRune("oOgG", runes[i-1]) {
			runes[i] = 'ʻ'
		}
	}
	return string(runes)
}

func check(s string, max int) error {
	if n := utf8.RuneCountInString(s); n > max {
		return ErrLong.With("max", max, "n", n)
	}
	if !utf8.ValidString(s) || strings.ContainsFunc(s, unprintable) {
		return ErrUnprintable
	}
	return nil
}

func withoutWidth(r rune) rune {
	switch r {
	case '\u200b', '\u200c', '\u200d', '\u2060', '\ufeff', '\u00ad',
		'\ufe0e', '\ufe0f': // say whether a sign is drawn in colour
		return -1
	}
	return r
}

// unprintable finds control characters, the marks that turn the direction of
// text, with which a name could show as another, letters that each font draws as it
// likes, and those that none draws.
func unprintable(r rune) bool {
	return unicode.IsControl(r) || unicode.In(r, unicode.Cf, unicode.Co) || r == utf8.RuneError || invisible(r)
}

// invisible finds letters and signs that look like a blank, or like nothing, and
// are none to Unicode: a name of them would be an empty one, and two that differ
// by them the same.
func invisible(r rune) bool {
	switch r {
	case '\u2800', '\U0001d159': // a pattern of Braille, a note: both without a dot
		return true
	}
	return unicode.In(r, unicode.Other_Default_Ignorable_Code_Point, unicode.Variation_Selector) // the fillers of Hangul and their like
}
