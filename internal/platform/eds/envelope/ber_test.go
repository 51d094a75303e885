package envelope

import (
	"bytes"
	"encoding/hex"
	"errors"
	"testing"

	"kabinet/internal/platform/eds"
)

func TestToDER(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		in, out string
		err     error
	}{
		"DER stays":                           {"3006020105040161", "3006020105040161", nil},
		"indefinite length":                   {"30800201050000", "3003020105", nil},
		"nested indefinite length":            {"3080308002010500000000", "30053003020105", nil},
		"octets in pieces":                    {"24800401610402626300 00", "0403616263", nil},
		"octets in pieces of definite length": {"2407040161 04026263", "0403616263", nil},
		"octets in pieces of pieces":          {"24802480040161040162000004016300 00", "0403616263", nil},
		"no pieces":                           {"24800000", "0400", nil},
		"length longer than needed":           {"30820003020105", "3003020105", nil},
		"context tag":                         {"a0800201050000", "a003020105", nil},
		"empty":                               {"", "", errTruncated},
		"one byte":                            {"30", "", errTruncated},
		"length missing":                      {"3082", "", errTruncated},
		"content missing":                     {"3003020", "", errTruncated},
		"inner longer than outer":             {"3003020405", "", errTruncated},
		"end marker missing":                  {"3080020105", "", errTruncated},
		"end marker alone":                    {"0000", "", errLength},
		"end marker in definite length":       {"30020000", "", errLength},
		"primitive of indefinite length":      {"04800000", "", errLength},
		"trailing byte":                       {"300000", "", errTrailing},
		"multi-byte tag":                      {"1f8101000", "", errTag},
		"length of five bytes":                {"308500000000010", "", errLength},
		"length beyond everything":            {"3084ffffffff00", "", errTruncated},
		"other string in pieces":              {"2c800c01610000", "", errTag},
		"bits in pieces":                      {"23800302000100 00", "", errTag},
		"octets with a foreign piece":         {"24800201050000", "", errTag},
		"octets with an endless whole piece":  {"248004800000", "", errTag},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			in := unhex(t, tt.in)
			out, err := toDER(in)
			if !errors.Is(err, tt.err) || hex.EncodeToString(out) != tt.out {
				t.Errorf("got %x and %v, want %s and %v", out, err, tt.out, tt.err)
			}
		})
	}
}

func unhex(t *testing.T, text string) []byte {
	t.Helper()
	text = string(bytes.ReplaceAll([]byte(text), []byte(" "), nil))
	if len(text)%2 == 1 {
		text = text[:len(text)-1] // "ends too early" in the middle of a byte
	}
	b, err := hex.DecodeString(text)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// TestDeepNesting holds the two blobs that kill a process using a library
// without limits: 20 kB and 8 MB of nested headers.
func TestDeepNesting(t *testing.T) {
	t.Parallel()
	for _, unit := range []string{"\x30\x80", "\xa0\x80", "\x24\x80"} {
		for _, size := range []int{20 << 10, eds.MaxMessage, 8 << 20} {
			blob := bytes.Repeat([]byte(unit), size/2)
			if _, err := Parse(blob); !errors.Is(err, eds.ErrMalformed) {
				t.Errorf("%x, %d bytes: %v", unit, size, err)
			}
			if _, err := toDER(blob); !errors.Is(err, errTooDeep) {
				t.Errorf("%x, %d bytes without size limit: %v", unit, size, err)
			}
		}
	}
}

func TestDepthLimit(t *testing.T) {
	t.Parallel()
	nest := func(n int) []byte {
		var b []byte
		for range n {
			b = append(appendHeader(nil, 0x30, len(b)), b...)
		}
		return b
	}
	if _, err := toDER(nest(maxDepth + 1)); err != nil {
		t.Errorf("depth %d: %v", maxDepth, err)
	}
	if _, err := toDER(nest(maxDepth + 2)); !errors.Is(err, errTooDeep) {
		t.Errorf("depth %d: %v", maxDepth+1, err)
	}
}

func FuzzToDER(f *testing.F) {
	for _, seed := range []string{"3006020105040161", "308024800401610401620000000a", "3080a0800000000"} {
		b, _ := hex.DecodeString(seed[:len(seed)/2*2])
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, ber []byte) {
		der, err := toDER(ber)
		if err != nil {
			return
		}
		if len(der) > len(ber)+4*maxDepth+len(ber) {
			t.Errorf("%d bytes grew to %d", len(ber), len(der))
		}
		again, err := toDER(der)
		if err != nil || !bytes.Equal(again, der) {
			t.Errorf("not stable: %x, then %x (%v)", der, again, err)
		}
	})
}
