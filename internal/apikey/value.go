package apikey

import (
	"crypto/rand"
	"crypto/sha256"
	"hash/crc32"
	"strings"
)

// A key is "kbn_", 36 random letters and digits (214 bits) and 6 more that
// follow from all before: 46 characters that a scanner of source code finds,
// and that a typing error betrays without a look at the database.
const (
	mark      = "kbn_"
	randomLen = 36
	checkLen  = 6
	valueLen  = len(mark) + randomLen + checkLen
	shownLen  = len(mark) + 4 // of the beginning; with the last four 168 random bits stay unknown
)

const alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

// Value is a key in plain text. It is shown once and compared by its hash; it
// hides from logs and printing.
type Value struct{ text string }

// newValue makes a key nobody had before.
func newValue() Value {
	body := make([]byte, 0, valueLen)
	body = append(body, mark...)
	var random [2 * randomLen]byte
	for len(body) < len(mark)+randomLen {
		_, _ = rand.Read(random[:]) // never fails: crypto/rand ends the program instead
		body = appendLetters(body, random[:])
	}
	return Value{string(appendCheck(body))}
}

// appendLetters takes letters from random bytes, each as likely as any other:
// the bytes beyond the last whole alphabet are passed over.
func appendLetters(body, random []byte) []byte {
	const whole = 256 - 256%len(alphabet)
	for _, b := range random {
		if int(b) < whole && len(body) < len(mark)+randomLen {
			body = append(body, alphabet[int(b)%len(alphabet)])
		}
	}
	return body
}

// appendCheck ends a key with its checksum.
func appendCheck(body []byte) []byte {
	sum := crc32.ChecksumIEEE(body)
	var check [checkLen]byte
	for i := checkLen - 1; i >= 0; i-- {
		check[i] = alphabet[sum%uint32(len(alphabet))]
		sum /= uint32(len(alphabet))
	}
	return append(body, check[:]...)
}

// ParseValue takes a key apart that somebody sent. What was never made here,
// because it is cut, mistyped or something else, is ErrMalformed.
func ParseValue(s string) (Value, error) {
	if len(s) != valueLen || !strings.HasPrefix(s, mark) {
		return Value{}, ErrMalformed
	}
	for _, c := range []byte(s[len(mark):]) {
		if strings.IndexByte(alphabet, c) < 0 {
			return Value{}, ErrMalformed
		}
	}
	if string(appendCheck([]byte(s[:valueLen-checkLen]))) != s {
		return Value{}, ErrMalformed
	}
	return Value{s}, nil
}

// Reveal gives the plain text, for the page that shows it.
func (v Value) Reveal() string { return v.text }

// Hash is what is stored of a key. It needs no salt: nobody can try 214 bits.
func (v Value) Hash() [sha256.Size]byte { return sha256.Sum256([]byte(v.text)) }

// shown are the two ends by which people recognize a key.
func (v Value) shown() (prefix, last4 string) {
	return v.text[:shownLen], v.text[valueLen-4:]
}

// String hides the key from logs.
func (Value) String() string { return mark + "…" }

// GoString hides it from %#v.
func (v Value) GoString() string { return v.String() }

// MarshalText hides it from encoders, so that it cannot end in a job or a log.
func (v Value) MarshalText() ([]byte, error) { return []byte(v.String()), nil }
