package legacygen

import (
	"strings"
	"unicode"
)

// plain drops apostrophes, as names in English do.
func plain(s string) string { return strings.NewReplacer("ʻ", "", "ʼ", "").Replace(s) }

// slug makes the part of a domain out of a name.
func slug(s string) string {
	return strings.ReplaceAll(strings.ToLower(plain(s)), " ", "-")
}

// russian writes a person's name as Russian documents do.
func (g *generator) russian(name string) string {
	words := strings.Fields(name)
	for i, w := range words {
		switch w {
		case "oʻgʻli":
			words[i] = "угли"
		case "qizi":
			words[i] = "кизи"
		default:
			words[i] = capital(g.cyrillic.Replace(strings.ToLower(w)))
		}
	}
	return strings.Join(words, " ")
}

func capital(s string) string {
	r := []rune(s)
	if len(r) > 0 {
		r[0] = unicode.ToUpper(r[0])
	}
	return string(r)
}

// cyrillicLetters has the longer spellings first.
func cyrillicLetters() *strings.Replacer {
	return strings.NewReplacer(
		"oʻ", "у", "gʻ", "г", "sh", "ш", "ch", "ч", "yo", "ё", "yu", "ю", "ya", "я", "ye", "е",
		"a", "а", "b", "б", "d", "д", "e", "е", "f", "ф", "g", "г", "h", "х", "i", "и", "j", "ж", "k", "к",
		"l", "л", "m", "м", "n", "н", "o", "о", "p", "п", "q", "к", "r", "р", "s", "с", "t", "т", "u", "у",
		"v", "в", "x", "х", "y", "й", "z", "з", "ʼ", "",
	)
}
