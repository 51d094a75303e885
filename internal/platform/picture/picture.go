// Package picture makes photographs of strangers harmless: what comes in is
// decoded, turned upright, made smaller, laid on white and written anew, and only
// what was written is kept. Whatever travelled with the pixels (places and names
// in metadata, scripts and archives hidden behind them) stays behind.
//
// JPEG, PNG and WebP come in, judged by their bytes and never by their name; JPEG
// goes out. The head of a file says how large it is, so a picture that would
// flood the memory is refused before it is decoded. All callers of a process
// share one Cleaner, which decodes two pictures at once, and a heavy one alone:
// decoding takes MaxMemory at most, however many people upload (decision 0029).
package picture

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"image"
	"image/jpeg"
	"image/png"
	"io"

	"golang.org/x/image/webp"

	"kabinet/internal/core/fault"
)

// What is taken, and what is made of it.
const (
	MaxBytes  = 10 << 20   // of a file
	MaxPixels = 25_000_000 // of a picture; fewer when its kind takes more memory
	MaxMemory = 256 << 20  // bytes that decoding takes, all pictures of a moment together
	MinSide   = 100        // pixels; on less nobody recognizes goods
	FullSide  = 2000       // pixels of the longer side of what is kept
	ThumbSide = 320

	fullQuality  = 85
	thumbQuality = 80
)

// Refusals. All but ErrBusy are about the picture, and trying the same again
// does not help.
var (
	ErrEmpty    = fault.New(fault.Invalid, "picture.empty")
	ErrKind     = fault.New(fault.Invalid, "picture.kind")     // neither JPEG, PNG nor WebP, whatever its name says
	ErrHEIC     = fault.New(fault.Invalid, "picture.heic")     // HEIC or AVIF, as phones write them
	ErrAnimated = fault.New(fault.Invalid, "picture.animated") // moves
	ErrTooLarge = fault.New(fault.Invalid, "picture.too_large", "max", MaxBytes>>20)
	ErrPixels   = fault.New(fault.Invalid, "picture.pixels") // with "pixels" and "max", in millions
	ErrSmall    = fault.New(fault.Invalid, "picture.small", "min", MinSide)
	ErrBroken   = fault.New(fault.Invalid, "picture.broken") // cut off or damaged
	ErrBusy     = fault.New(fault.Unavailable, "picture.busy").After(patience)
)

// Picture is a picture that was written anew.
type Picture struct {
	Full, Thumb   []byte // JPEG
	Width, Height int    // of Full
	SHA256        [sha256.Size]byte
}

// Cleaner cleans pictures, two at a time.
type Cleaner struct{ turns turns }

// New makes a Cleaner.
func New() *Cleaner { return &Cleaner{turns: newTurns()} }

// Clean reads a picture of at most max bytes and writes it anew. The same bytes
// give the same Picture. Nothing is read before there is a turn, so a hundred
// uploads that wait hold no memory here; r must be a local file or memory, not
// somebody's slow connection.
func (c *Cleaner) Clean(ctx context.Context, r io.Reader, max int64) (Picture, error) {
	s, err := c.turns.sit(ctx)
	if err != nil {
		return Picture{}, err
	}
	defer s.leave()
	data, err := read(r, max)
	if err != nil {
		return Picture{}, err
	}
	about, err := inspect(data)
	if err != nil {
		return Picture{}, err
	}
	if about.memory > light {
		if err := s.alone(ctx); err != nil {
			return Picture{}, err
		}
	}
	src, err := decode(ctx, about.kind, data)
	if err != nil {
		return Picture{}, err
	}
	return rewrite(src, about.orientation)
}

// CleanAside is Clean for programs and jobs. All of them together have one turn:
// somebody who sends a photo and waits for the page finds the other one.
func (c *Cleaner) CleanAside(ctx context.Context, r io.Reader, max int64) (Picture, error) {
	if err := c.turns.within(ctx, func(ctx context.Context) error { return hold(ctx, c.turns.aside) }); err != nil {
		return Picture{}, err
	}
	defer func() { <-c.turns.aside }()
	return c.Clean(ctx, r, max)
}

func read(r io.Reader, max int64) ([]byte, error) {
	data, err := io.ReadAll(io.LimitReader(r, max+1))
	switch {
	case err != nil:
		return nil, fmt.Errorf("read picture: %w", err)
	case int64(len(data)) > max:
		return nil, ErrTooLarge.With("max", max>>20)
	case len(data) == 0:
		return nil, ErrEmpty
	}
	return data, nil
}

// decode gives the pixels. Decoders are strangers' code that reads strangers'
// bytes: one that falls over them has met a broken picture.
func decode(ctx context.Context, k kind, data []byte) (m image.Image, err error) {
	defer func() {
		if p := recover(); p != nil {
			m, err = nil, ErrBroken.Because(fmt.Errorf("%s decoder: %v", k, p))
		}
	}()
	r := &patient{ctx, bytes.NewReader(data)}
	switch k {
	case kindJPEG:
		m, err = jpeg.Decode(r)
	case kindPNG:
		m, err = png.Decode(r)
	case kindWebP:
		m, err = webp.Decode(r)
	}
	switch {
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case err != nil:
		return nil, ErrBroken.Because(err)
	}
	return m, nil
}

// patient ends the reading of a picture for which nobody waits any more.
type patient struct {
	ctx context.Context //nolint:containedctx // io.Reader has no room for one
	r   io.Reader
}

// Read reads on while somebody waits.
func (p *patient) Read(b []byte) (int, error) {
	if err := p.ctx.Err(); err != nil {
		return 0, err
	}
	return p.r.Read(b)
}

// rewrite makes the two pictures that are kept.
func rewrite(src image.Image, o orientation) (p Picture, err error) {
	full := o.upright(shrink(src, FullSide))
	p.Width, p.Height = full.Rect.Dx(), full.Rect.Dy()
	var thumbErr error
	p.Full, err = encode(full, fullQuality)
	p.Thumb, thumbErr = encode(shrink(full, ThumbSide), thumbQuality)
	if err := errors.Join(err, thumbErr); err != nil {
		return Picture{}, fmt.Errorf("encode picture: %w", err)
	}
	p.SHA256 = sha256.Sum256(p.Full)
	return p, nil
}

func encode(m *image.RGBA, quality int) ([]byte, error) {
	var out bytes.Buffer
	err := jpeg.Encode(&out, m, &jpeg.Options{Quality: quality})
	return out.Bytes(), err
}
