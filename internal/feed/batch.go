package feed

import (
	"bufio"
	"bytes"
	"compress/flate"
	"compress/gzip"
	"encoding/json"
	"errors"
	"io"

	"kabinet/internal/core/fault"
)

// Bounds of what is delivered.
const (
	MaxMessages = 1000     // in one call
	MaxBody     = 16 << 20 // bytes of one call, before and after unpacking
	MaxMessage  = 4 << 20  // bytes of one message
)

// Refusals of a whole call or file: nothing of it was stored.
var (
	ErrTooLarge  = fault.New(fault.TooLarge, "feed.refusal.too_large", "mib", MaxBody>>20)
	ErrTooMany   = fault.New(fault.TooLarge, "feed.refusal.too_many", "max", MaxMessages)
	ErrLongLine  = fault.New(fault.TooLarge, "feed.refusal.message_too_large", "mib", MaxMessage>>20)
	ErrSyntax    = fault.New(fault.BadRequest, "feed.refusal.json")
	ErrGzip      = fault.New(fault.BadRequest, "feed.refusal.gzip")
	ErrCutOff    = fault.New(fault.BadRequest, "feed.refusal.cut_off")
	ErrMediaType = fault.New(fault.BadRequest, "feed.refusal.media_type")
)

// Unpack reads gzip; what it gives ends with ErrTooLarge after max bytes.
func Unpack(r io.Reader, max int64) (io.Reader, error) {
	z, err := gzip.NewReader(r)
	if err != nil {
		return nil, readFault(err)
	}
	return Bounded(z, max), nil
}

// Bounded reads r; after max bytes it ends with ErrTooLarge.
func Bounded(r io.Reader, max int64) io.Reader { return &bounded{r: r, left: max} }

type bounded struct {
	r    io.Reader
	left int64
}

// Read reads one byte more than allowed, to know the end from too much.
func (b *bounded) Read(p []byte) (int, error) {
	if int64(len(p)) > b.left+1 {
		p = p[:b.left+1]
	}
	n, err := b.r.Read(p)
	if b.left -= int64(n); b.left < 0 {
		return 0, ErrTooLarge
	}
	return n, err
}

// readFault says what a reader of ours could not read.
func readFault(err error) error {
	switch _, ours := fault.As(err); {
	case ours:
		return err
	case errors.Is(err, gzip.ErrHeader), errors.Is(err, gzip.ErrChecksum):
		return ErrGzip.Because(err)
	}
	if _, corrupt := errors.AsType[flate.CorruptInputError](err); corrupt {
		return ErrGzip.Because(err)
	}
	return ErrCutOff.Because(err)
}

// lines gives the messages of NDJSON one by one; empty lines are none.
type lines struct {
	r     *bufio.Reader
	buf   []byte
	begun bool
}

// byteOrderMark is what some programs write before UTF-8; readers of JSON may
// pass over it (RFC 8259, 8.1).
var byteOrderMark = []byte("\ufeff")

func newLines(r io.Reader) *lines { return &lines{r: bufio.NewReaderSize(r, 64<<10)} }

// next gives the next message in memory of its own, or io.EOF.
func (l *lines) next() ([]byte, error) {
	for {
		line, err := l.line()
		if err != nil {
			return nil, err
		}
		if !l.begun {
			line, l.begun = bytes.TrimPrefix(line, byteOrderMark), true
		}
		if line = bytes.TrimSpace(line); len(line) > 0 {
			return bytes.Clone(line), nil
		}
	}
}

// line reads to the next line feed, or to the end of a last line without one.
func (l *lines) line() ([]byte, error) {
	l.buf = l.buf[:0]
	for {
		part, err := l.r.ReadSlice('\n')
		l.buf = append(l.buf, part...)
		switch {
		case len(l.buf) > MaxMessage+1:
			return nil, ErrLongLine
		case err == nil, errors.Is(err, io.EOF) && len(l.buf) > 0:
			return l.buf, nil
		case errors.Is(err, io.EOF):
			return nil, io.EOF
		case !errors.Is(err, bufio.ErrBufferFull):
			return nil, readFault(err)
		}
	}
}

// ReadLines reads the messages of one call from NDJSON.
func ReadLines(r io.Reader) ([][]byte, error) {
	l := newLines(r)
	var all [][]byte
	for {
		raw, err := l.next()
		switch {
		case errors.Is(err, io.EOF):
			return all, nil
		case err != nil:
			return nil, err
		case len(all) == MaxMessages:
			return nil, ErrTooMany
		}
		all = append(all, raw)
	}
}

// ReadArray reads the messages of one call from a JSON array. The body is read
// whole before it is looked at: the decoder looks at white space again from its
// beginning with every part that comes, seconds for 16 MiB of it.
func ReadArray(r io.Reader) ([][]byte, error) {
	body, err := io.ReadAll(r)
	if err != nil {
		return nil, readFault(err)
	}
	d := json.NewDecoder(bytes.NewReader(bytes.TrimPrefix(body, byteOrderMark)))
	if t, err := d.Token(); err != nil || t != json.Delim('[') {
		return nil, ErrSyntax
	}
	var all [][]byte
	for d.More() {
		var raw json.RawMessage
		if err := d.Decode(&raw); err != nil {
			return nil, ErrSyntax
		}
		switch {
		case len(raw) > MaxMessage:
			return nil, ErrLongLine
		case len(all) == MaxMessages:
			return nil, ErrTooMany
		}
		all = append(all, raw)
	}
	if _, err := d.Token(); err != nil { // the closing bracket
		return nil, ErrSyntax
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, ErrSyntax
	}
	return all, nil
}
