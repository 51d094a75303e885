package campaign

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base32"
	"encoding/binary"
	"strings"
	"unicode"

	"kabinet/internal/platform/seal"
)

// What links and codes are derived for.
const (
	purposeToken seal.Purpose = "letter.token"
	purposeCode  seal.Purpose = "letter.code"
)

const (
	seedLen   = 16
	tokenLen  = 20 // 160 bits: 32 characters
	codeLen   = 10 // 80 bits: 16 characters (security.md 0, row 12)
	codeChars = 16
	codeGroup = 4
)

// Letters and digits only: no mail program breaks a link or a code after one.
var (
	tokenWords = base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567").WithPadding(base32.NoPadding)
	codeWords  = base32.NewEncoding(crockford).WithPadding(base32.NoPadding)
)

// crockford has no I, L, O and U: what is read or typed wrong stays readable.
const crockford = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

// keys are what a letter carries: the token of its link and the code to be
// typed. They exist in memory only while a letter is made, sent or tried.
type keys struct {
	token string
	code  string // without hyphens
}

// keysOf derives the keys of a letter under every root secret, the current one
// first: a letter made before the secret was exchanged keeps its code.
func keysOf(box *seal.Box, seed []byte, orgID, letterID int64) []keys {
	org, letter := bigEndian(orgID), bigEndian(letterID)
	tokens := box.MACs(purposeToken, seed, org, letter)
	codes := box.MACs(purposeCode, seed, org, letter)
	all := make([]keys, len(tokens))
	for i := range all {
		all[i] = keys{
			token: tokenWords.EncodeToString(tokens[i][:tokenLen]),
			code:  codeWords.EncodeToString(codes[i][:codeLen]),
		}
	}
	return all
}

// newKeys derives the keys of a letter that is being made.
func newKeys(box *seal.Box, seed []byte, orgID, letterID int64) keys {
	org, letter := bigEndian(orgID), bigEndian(letterID)
	return keys{
		token: tokenWords.EncodeToString(box.MAC(purposeToken, seed, org, letter)[:tokenLen]),
		code:  codeWords.EncodeToString(box.MAC(purposeCode, seed, org, letter)[:codeLen]),
	}
}

// opens reports whether a typed code, already folded, is one of these, in a
// time that does not tell how much of it was right.
func opens(all []keys, folded string) bool {
	match := 0
	for _, k := range all {
		match |= subtle.ConstantTimeCompare([]byte(k.code), []byte(folded))
	}
	return match == 1
}

// grouped is a code as it is printed: four groups of four.
func grouped(code string) string {
	groups := make([]string, 0, codeChars/codeGroup)
	for i := 0; i+codeGroup <= len(code); i += codeGroup {
		groups = append(groups, code[i:i+codeGroup])
	}
	return strings.Join(groups, "-")
}

// FoldCode reads a code as people type it: spaces, hyphens and case do not
// matter, O is 0, I and L are 1, and Cyrillic letters that look like Latin ones
// are those. ok is false for what cannot be a code.
func FoldCode(typed string) (code string, ok bool) {
	b := make([]byte, 0, codeChars)
	for _, r := range typed {
		if unicode.IsSpace(r) || unicode.Is(unicode.Pd, r) || r == '\u2212' || r == '\u00ad' || unicode.Is(unicode.Cf, r) {
			continue
		}
		c, known := foldRune(unicode.ToUpper(r))
		if !known || len(b) == codeChars {
			return "", false
		}
		b = append(b, c)
	}
	return string(b), len(b) == codeChars
}

func foldRune(r rune) (byte, bool) {
	const look, mean = "OILАВСЕНКМОРТУХІ", "011ABCEHKM0PTYX1"
	if i := strings.IndexRune(look, r); i >= 0 {
		return mean[len([]rune(look[:i]))], true
	}
	if i := strings.IndexRune(crockford, r); i >= 0 {
		return crockford[i], true
	}
	return 0, false
}

// foldToken reads the token of a link; case does not matter. ok is false for
// what cannot be one, so that no look-up is made for it.
func foldToken(s string) (token string, ok bool) {
	const chars = (tokenLen*8 + 4) / 5
	if len(s) != chars {
		return "", false
	}
	s = strings.ToLower(s)
	_, err := tokenWords.DecodeString(s)
	return s, err == nil
}

// keyHash is under what a token or a folded code is registered. A plain hash
// will do: there are 2^80 codes to guess from.
func keyHash(key string) []byte {
	h := sha256.Sum256([]byte(key))
	return h[:]
}

func bigEndian(n int64) []byte {
	return binary.BigEndian.AppendUint64(nil, uint64(n)) //nolint:gosec // ids are positive, and bits stay bits
}
