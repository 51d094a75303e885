// Package offer is the operator's public offer: the agreement that a company
// accepts when it registers.
//
// A version is a date; its text never changes once somebody could have accepted
// it. A new version is a new set of files.
package offer

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"strings"
)

// Current is the version that is accepted now.
const Current = "2026-11-01"

//go:embed *.txt
var files embed.FS

// Part is a heading with its paragraphs.
type Part struct {
	Title      string
	Paragraphs []string
}

// Text gives the current offer in a language ("uz", "ru" or "en"), as it is
// hashed.
func Text(lang string) string {
	b, err := files.ReadFile(Current + "." + lang + ".txt")
	if err != nil {
		b, _ = files.ReadFile(Current + ".uz.txt") // the languages are ours, and each has a file
	}
	return string(b)
}

// Digest is the SHA-256 of the text in hexadecimal: what stands in the statement
// that is signed.
func Digest(lang string) string {
	sum := sha256.Sum256([]byte(Text(lang)))
	return hex.EncodeToString(sum[:])
}

// Parts divide the text for a page: a line "# …" begins a part, paragraphs are
// apart by blank lines.
func Parts(lang string) []Part {
	var parts []Part
	for block := range strings.SplitSeq(strings.TrimSpace(Text(lang)), "\n\n") {
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
