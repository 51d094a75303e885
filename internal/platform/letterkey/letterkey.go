// Package letterkey makes what a letter with a secret carries: the token of its
// link and the code to be typed by hand.
//
// Neither is stored. Both are derived from a random seed in the letter's row
// with the portal's root secret, so that a letter can be sent once more and a
// copy of the database opens nothing; what was derived is found again by its
// hash.
package letterkey

import (
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base32"
	"encoding/binary"
	"strings"
	"unicode"

	"kabinet/internal/platform/seal"
)

const (
	seedLen   = 16
	tokenLen  = 20 // 160 bits: 32 characters
	codeLen   = 10 // 80 bits: 16 characters (security.md 0, row 12)
	codeGroup = 4
)

// CodeChars is the length of a code without hyphens.
const CodeChars = 16

// Alphabet of codes (Crockford's): without I, L, O and U, so that what is read
// or typed wrong stays readable.
const Alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

// Letters and digits only: no mail program breaks a link or a code after one.
var (
	tokenWords = base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567").WithPadding(base32.NoPadding)
	codeWords  = base32.NewEncoding(Alphabet).WithPadding(base32.NoPadding)
)

// Keys are what one letter carries. They exist in memory only while a letter is
// made, sent or tried.
type Keys struct {
	Token string // of the link, 32 characters
	Code  string // 16 characters without hyphens
}

// Maker derives the keys of one kind of letter. The purposes keep the kinds
// apart: equal seeds give unequal keys.
type Maker struct {
	Box   *seal.Box
	Token seal.Purpose
	Code  seal.Purpose
}

// NewSeed is what the keys of a new letter are derived from.
func NewSeed() []byte {
	seed := make([]byte, seedLen)
	_, _ = rand.Read(seed) // never fails: crypto/rand ends the program instead
	return seed
}

// New derives the keys of a letter that is being made.
func (m Maker) New(seed []byte, orgID, letterID int64) Keys {
	org, letter := bigEndian(orgID), bigEndian(letterID)
	return keysFrom(m.Box.MAC(m.Token, seed, org, letter), m.Box.MAC(m.Code, seed, org, letter))
}

// All derives the keys of a letter under every root secret, the current one
// first: a letter made before the secret was exchanged keeps its code.
func (m Maker) All(seed []byte, orgID, letterID int64) []Keys {
	org, letter := bigEndian(orgID), bigEndian(letterID)
	tokens := m.Box.MACs(m.Token, seed, org, letter)
	codes := m.Box.MACs(m.Code, seed, org, letter)
	all := make([]Keys, len(tokens))
	for i := range all {
		all[i] = keysFrom(tokens[i], codes[i])
	}
	return all
}

func keysFrom(token, code []byte) Keys {
	return Keys{Token: tokenWords.EncodeToString(token[:tokenLen]), Code: codeWords.EncodeToString(code[:codeLen])}
}

// Opens reports whether a typed code, already folded, is one of these, in a
// time that does not tell how much of it was right.
func Opens(all []Keys, folded string) bool {
	match := 0
	for _, k := range all {
		match |= subtle.ConstantTimeCompare([]byte(k.Code), []byte(folded))
	}
	return match == 1
}

// Grouped is a code as it is printed: four groups of four.
func Grouped(code string) string {
	groups := make([]string, 0, CodeChars/codeGroup)
	for i := 0; i+codeGroup <= len(code); i += codeGroup {
		groups = append(groups, code[i:i+codeGroup])
	}
	return strings.Join(groups, "-")
}

// FoldCode reads a code as people type it: spaces, hyphens and case do not
// matter, O is 0, I and L are 1, and Cyrillic letters that look like Latin ones
// are those. ok is false for what cannot be a code.
func FoldCode(typed string) (code string, ok bool) {
	b := make([]byte, 0, CodeChars)
	for _, r := range typed {
		if unicode.IsSpace(r) || unicode.Is(unicode.Pd, r) || r == '\u2212' || r == '\u00ad' || unicode.Is(unicode.Cf, r) {
			continue
		}
		c, known := foldRune(unicode.ToUpper(r))
		if !known || len(b) == CodeChars {
			return "", false
		}
		b = append(b, c)
	}
	return string(b), len(b) == CodeChars
}

func foldRune(r rune) (byte, bool) {
	const look, mean = "OILАВСЕНКМОРТУХІ", "011ABCEHKM0PTYX1"
	if i := strings.IndexRune(look, r); i >= 0 {
		return mean[len([]rune(look[:i]))], true
	}
	if i := strings.IndexRune(Alphabet, r); i >= 0 {
		return Alphabet[i], true
	}
	return 0, false
}

// FoldToken reads the token of a link; case does not matter. ok is false for
// what cannot be one, so that no look-up is made for it.
func FoldToken(s string) (token string, ok bool) {
	const chars = (tokenLen*8 + 4) / 5
	if len(s) != chars {
		return "", false
	}
	s = strings.ToLower(s)
	_, err := tokenWords.DecodeString(s)
	return s, err == nil
}

// Hash is under what a token or a folded code is registered. A plain hash will
// do: there are 2^80 codes to guess from.
func Hash(key string) []byte {
	h := sha256.Sum256([]byte(key))
	return h[:]
}

func bigEndian(n int64) []byte {
	return binary.BigEndian.AppendUint64(nil, uint64(n)) //nolint:gosec // ids are positive, and bits stay bits
}
