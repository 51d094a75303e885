package eds

import (
	"encoding/base64"
	"fmt"
)

// MaxMessage is the largest signature message accepted, in bytes. A login
// message is 3 to 6 KiB; the rest is room for certificate chains and stamps.
const MaxMessage = 256 << 10

// strict refuses what the decoder would otherwise forgive: non-zero trailing
// bits, which allow several texts for one message.
var strict = base64.StdEncoding.Strict()

// Decode turns the text a browser posted into a message. Line breaks, other
// alphabets, missing padding and over-long texts are ErrMalformed.
func Decode(text string) ([]byte, error) {
	if text == "" || len(text) > base64.StdEncoding.EncodedLen(MaxMessage) {
		return nil, fmt.Errorf("%w: %d characters of base64", ErrMalformed, len(text))
	}
	for i := range len(text) {
		if text[i] == '\r' || text[i] == '\n' {
			return nil, fmt.Errorf("%w: line break in base64", ErrMalformed)
		}
	}
	message, err := strict.DecodeString(text)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrMalformed, err)
	}
	return message, nil
}
