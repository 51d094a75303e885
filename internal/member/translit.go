package member

import (
	"strings"
	"unicode"
)

// Filled suggests the name and position in Russian and English from the Uzbek
// ones where they are empty. It is a suggestion: the form shows it before it is
// kept, and people write their names as their passports do.
func (p Person) Filled() Person {
	fill := func(field *string, from string, write func(string) string) {
		if strings.TrimSpace(*field) == "" {
			*field = write(from)
		}
	}
	fill(&p.NameRu, p.Name, Russian)
	fill(&p.NameEn, p.Name, English)
	return p
}

// Russian writes an Uzbek name of the Latin script in Russian letters:
// "Gʻulomjon Oʻrinboyev" is "Гуломжон Уринбоев". Other scripts stay.
func Russian(s string) string {
	var b strings.Builder
	rest := []rune(s)
	for start := true; len(rest) > 0; {
		to, n := russian(rest, start)
		b.WriteString(to)
		start = !unicode.IsLetter(rest[n-1]) && !apostrophe(rest[n-1])
		rest = rest[n:]
	}
	return b.String()
}

// russian gives the letters for the beginning of s and how many runes they took.
func russian(s []rune, start bool) (string, int) {
	low := []rune{unicode.ToLower(s[0])}
	if len(s) > 1 {
		low = append(low, unicode.ToLower(s[1]))
		if len(s) > 2 && string(low) == "yo" && apostrophe(s[2]) {
			return cased("ю", s[0]), 3 // yoʻ
		}
		if to, ok := pairs()[string(low)]; ok || apostrophe(s[1]) && (low[0] == 'o' || low[0] == 'g') {
			if !ok {
				to = map[rune]string{'o': "у", 'g': "г"}[low[0]]
			}
			return cased(to, s[0]), 2
		}
	}
	if apostrophe(s[0]) {
		return "", 1
	}
	if low[0] == 'e' && start {
		return cased("э", s[0]), 1
	}
	if to, ok := single()[low[0]]; ok {
		return cased(to, s[0]), 1
	}
	return string(s[0]), 1
}

func pairs() map[string]string {
	return map[string]string{"sh": "ш", "ch": "ч", "ya": "я", "yo": "ё", "yu": "ю", "ye": "е", "ts": "ц"}
}

func single() map[rune]string {
	return map[rune]string{
		'a': "а", 'b': "б", 'd': "д", 'e': "е", 'f': "ф", 'g': "г", 'h': "х", 'i': "и", 'j': "ж", 'k': "к", 'l': "л", 'm': "м",
		'n': "н", 'o': "о", 'p': "п", 'q': "к", 'r': "р", 's': "с", 't': "т", 'u': "у", 'v': "в", 'x': "х", 'y': "й", 'z': "з",
	}
}

// cased gives the letters the case of the first one they stand for.
func cased(to string, like rune) string {
	if unicode.IsUpper(like) {
		return strings.ToUpper(to)
	}
	return to
}

func apostrophe(r rune) bool { return strings.ContainsRune("'`´‘’ʻʼ", r) }

// English writes an Uzbek name as passports do: without the marks of oʻ and gʻ.
func English(s string) string {
	return strings.Map(func(r rune) rune {
		if apostrophe(r) {
			return -1
		}
		return r
	}, s)
}
