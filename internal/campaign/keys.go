package campaign

import (
	"kabinet/internal/platform/letterkey"
	"kabinet/internal/platform/seal"
)

// What links and codes are derived for.
const (
	purposeToken seal.Purpose = "letter.token"
	purposeCode  seal.Purpose = "letter.code"
)

const seedLen = 16

// keys are what an activation letter carries (platform/letterkey).
type keys struct {
	token string
	code  string // without hyphens
}

func maker(box *seal.Box) letterkey.Maker {
	return letterkey.Maker{Box: box, Token: purposeToken, Code: purposeCode}
}

// keysOf derives the keys of a letter under every root secret, the current one
// first.
func keysOf(box *seal.Box, seed []byte, orgID, letterID int64) []keys {
	derived := maker(box).All(seed, orgID, letterID)
	all := make([]keys, len(derived))
	for i, k := range derived {
		all[i] = keys{k.Token, k.Code}
	}
	return all
}

// newKeys derives the keys of a letter that is being made.
func newKeys(box *seal.Box, seed []byte, orgID, letterID int64) keys {
	k := maker(box).New(seed, orgID, letterID)
	return keys{k.Token, k.Code}
}

// opens reports whether a typed code, already folded, is one of these.
func opens(all []keys, folded string) bool {
	codes := make([]letterkey.Keys, len(all))
	for i, k := range all {
		codes[i].Code = k.code
	}
	return letterkey.Opens(codes, folded)
}

func grouped(code string) string { return letterkey.Grouped(code) }

// FoldCode reads a code as people type it; ok is false for what cannot be one.
func FoldCode(typed string) (code string, ok bool) { return letterkey.FoldCode(typed) }

func foldToken(s string) (token string, ok bool) { return letterkey.FoldToken(s) }

func keyHash(key string) []byte { return letterkey.Hash(key) }
