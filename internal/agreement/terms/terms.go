// Package terms holds the templates of the agreement for provision of marking
// codes.
//
// A version is a date; its words never change once an agreement could have been
// made of them. A new version is a new set of files.
package terms

import (
	"embed"
	"slices"
	"strings"
)

// Versions lists the templates, the newest first.
func Versions() []string { return []string{"2026-11-01", "2026-07-01"} }

// Known reports whether there is such a template.
func Known(version string) bool { return slices.Contains(Versions(), version) }

//go:embed *.txt
var files embed.FS

// Fields are what the words of a template leave open, by name.
type Fields map[string]string

// Names lists the fields of a template; each has a value in every agreement.
func Names() []string {
	return []string{"number", "date", "org", "form", "tin", "director", "address", "email", "phone", "bank", "until"}
}

// Write makes the text of an agreement in a language ("uz", "ru" or "en"); it is
// empty when there is no such template.
func Write(version, lang string, f Fields) string {
	b, err := files.ReadFile(version + "." + lang + ".txt")
	if err != nil {
		return ""
	}
	pairs := make([]string, 0, 2*len(f))
	for _, name := range Names() {
		pairs = append(pairs, "{"+name+"}", f[name])
	}
	return strings.NewReplacer(pairs...).Replace(string(b)) // one pass: a value is never read as a field
}

// Part is a heading with its paragraphs.
type Part struct {
	Title      string
	Paragraphs []string
}

// Parts divide a text for a page: a line "# …" begins a part, paragraphs are apart
// by blank lines.
func Parts(text string) []Part {
	var parts []Part
	for block := range strings.SplitSeq(strings.TrimSpace(text), "\n\n") {
		block = strings.TrimSpace(block)
		if title, ok := strings.CutPrefix(block, "# "); ok {
			parts = append(parts, Part{Title: title})
			continue
		}
		if n := len(parts); n > 0 && block != "" {
			parts[n-1].Paragraphs = append(parts[n-1].Paragraphs, block)
		}
	}
	return parts
}
