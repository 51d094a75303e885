package envelope

import (
	"errors"
)

// maxDepth bounds nesting. A signature with a full chain and a time stamp is
// about 16 deep; every public Go library recurses without a bound, and a few
// megabytes of nested headers kill the process with a stack overflow.
const maxDepth = 24

const (
	tagEnd         = 0x00
	tagOctets      = 0x04
	tagOctetsParts = 0x24 // constructed OCTET STRING: BER only
	tagSequence    = 0x30
	tagSet         = 0x31
	constructed    = 0x20
	classMask      = 0xc0
	numberMask     = 0x1f
)

var (
	errTruncated = errors.New("ends too early")
	errTooDeep   = errors.New("nested too deep")
	errTrailing  = errors.New("bytes after the end")
	errTag       = errors.New("tag not allowed here")
	errLength    = errors.New("length not allowed")
)

// toDER rewrites one BER element as DER: lengths definite and shortest, octet
// strings in one piece. E-IMZO sends BER, while everything behind this point
// reads DER only. What DER already is comes out unchanged, so the bytes under
// a certificate's signature survive.
func toDER(ber []byte) ([]byte, error) {
	out, rest, err := appendElement(make([]byte, 0, len(ber)), ber, 0)
	if err != nil {
		return nil, err
	}
	if len(rest) != 0 {
		return nil, errTrailing
	}
	return out, nil
}

// header is one identifier and length.
type header struct {
	tag        byte
	length     int
	indefinite bool
}

func readHeader(in []byte) (header, []byte, error) {
	if len(in) < 2 {
		return header{}, nil, errTruncated
	}
	h := header{tag: in[0]}
	if h.tag&numberMask == numberMask {
		return header{}, nil, errTag // multi-byte tags: nothing in CMS or X.509 has one
	}
	first, in := in[1], in[2:]
	switch {
	case first < 0x80:
		h.length = int(first)
	case first == 0x80:
		h.indefinite = true
		return h, in, nil
	default:
		n := int(first & 0x7f)
		if n > 4 {
			return header{}, nil, errLength
		}
		if len(in) < n {
			return header{}, nil, errTruncated
		}
		var length uint64
		for _, b := range in[:n] {
			length = length<<8 | uint64(b)
		}
		in = in[n:]
		if length > uint64(len(in)) {
			return header{}, nil, errTruncated
		}
		h.length = int(length)
	}
	if h.length > len(in) {
		return header{}, nil, errTruncated
	}
	return h, in, nil
}

// appendElement rewrites the first element of in and returns what follows it.
func appendElement(dst, in []byte, depth int) (out, rest []byte, err error) {
	if depth > maxDepth {
		return nil, nil, errTooDeep
	}
	h, in, err := readHeader(in)
	if err != nil {
		return nil, nil, err
	}
	if h.tag&constructed == 0 {
		if h.indefinite || h.tag == tagEnd {
			return nil, nil, errLength
		}
		return append(appendHeader(dst, h.tag, h.length), in[:h.length]...), in[h.length:], nil
	}
	var content []byte
	switch {
	case h.tag == tagOctetsParts:
		h.tag = tagOctets
		content, rest, err = joinParts(nil, h, in, depth)
	case h.tag&classMask != 0, h.tag == tagSequence, h.tag == tagSet:
		content, rest, err = rewriteParts(h, in, depth)
	default:
		err = errTag // other strings in pieces: legal BER, but nobody sends them
	}
	if err != nil {
		return nil, nil, err
	}
	return append(appendHeader(dst, h.tag, len(content)), content...), rest, nil
}

// rewriteParts rewrites the elements inside a constructed one.
func rewriteParts(h header, in []byte, depth int) (content, rest []byte, err error) {
	err = eachPart(h, &in, func(part []byte) ([]byte, error) {
		var after []byte
		content, after, err = appendElement(content, part, depth+1)
		return after, err
	})
	return content, in, err
}

// joinParts appends the pieces of an octet string, themselves whole or in pieces.
func joinParts(dst []byte, h header, in []byte, depth int) (content, rest []byte, err error) {
	if depth > maxDepth {
		return nil, nil, errTooDeep
	}
	err = eachPart(h, &in, func(part []byte) ([]byte, error) {
		piece, body, err := readHeader(part)
		switch {
		case err != nil:
			return nil, err
		case piece.tag == tagOctetsParts:
			var after []byte
			dst, after, err = joinParts(dst, piece, body, depth+1)
			return after, err
		case piece.tag != tagOctets || piece.indefinite:
			return nil, errTag
		}
		dst = append(dst, body[:piece.length]...)
		return body[piece.length:], nil
	})
	return dst, in, err
}

// eachPart calls f with everything from each inner element on; f returns what
// follows that element. Afterwards *in is what follows the outer element.
func eachPart(h header, in *[]byte, f func([]byte) ([]byte, error)) error {
	inner := *in
	if !h.indefinite {
		inner = (*in)[:h.length]
	}
	for {
		switch {
		case !h.indefinite && len(inner) == 0:
			*in = (*in)[h.length:]
			return nil
		case h.indefinite && len(inner) >= 2 && inner[0] == tagEnd && inner[1] == 0:
			*in = inner[2:]
			return nil
		}
		after, err := f(inner)
		if err != nil {
			return err
		}
		inner = after
	}
}

func appendHeader(dst []byte, tag byte, length int) []byte {
	const low = 0xff
	switch dst = append(dst, tag); {
	case length < 0x80:
		return append(dst, byte(length&low))
	case length < 1<<8:
		return append(dst, 0x81, byte(length&low))
	case length < 1<<16:
		return append(dst, 0x82, byte(length>>8&low), byte(length&low))
	default: // 3 bytes hold 16 MiB, far above the size limit
		return append(dst, 0x83, byte(length>>16&low), byte(length>>8&low), byte(length&low))
	}
}
