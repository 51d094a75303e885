// Package blob keeps files in Postgres: one backup, one transaction with the
// record that points at them, no second service.
//
// A file is cut into chunks of 1 MiB, so that neither writing nor reading one
// needs it in memory. Files are never changed; a new version is a new blob.
// Whoever offers one for download checks the right first and sends it as an
// attachment: what people upload is not ours to show.
package blob

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"hash"
	"io"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"kabinet/internal/core/fault"
	"kabinet/internal/platform/pg"
)

// ChunkSize is how much of a file one row holds, in bytes.
const ChunkSize = 1 << 20

// Limits of what is stored beside the content.
const (
	maxName      = 200 // characters
	maxMediaType = 100 // bytes
)

// What can be wrong with a file.
var (
	ErrNotFound = fault.New(fault.NotFound, "blob.not_found")
	ErrTooLarge = fault.New(fault.TooLarge, "blob.too_large") // with "max", a number of bytes
)

// Blob describes a stored file.
type Blob struct {
	ID        int64
	Name      string // fit to be shown and to be offered as a file name
	MediaType string // what the uploader's program claimed or ours found out
	Size      int64  // bytes
	SHA256    []byte
	CreatedAt time.Time
}

// WriteTx stores what r yields, at most max bytes, else ErrTooLarge. The caller's
// transaction stays open while r is read: r must be a local file or memory, not
// somebody's slow connection.
func WriteTx(ctx context.Context, tx pg.Tx, name, mediaType string, r io.Reader, max int64) (Blob, error) {
	b := Blob{Name: CleanName(name), MediaType: cleanMediaType(mediaType)}
	if err := insertBlob(ctx, tx, &b); err != nil {
		return Blob{}, err
	}
	c := &chunks{blobID: b.ID, r: r, max: max, sum: sha256.New(), buf: make([]byte, ChunkSize)}
	if err := copyChunks(ctx, tx, c); err != nil {
		return Blob{}, err
	}
	b.Size, b.SHA256 = c.size, c.sum.Sum(nil)
	if err := finishBlob(ctx, tx, b); err != nil {
		return Blob{}, err
	}
	return b, nil
}

// chunks cuts a reader into rows for COPY; it is a pgx.CopyFromSource.
type chunks struct {
	blobID int64
	r      io.Reader
	max    int64
	sum    hash.Hash
	buf    []byte // one chunk, used again: COPY has encoded a row before it asks for the next

	n    int32
	size int64
	last bool
	row  []any
	err  error
}

// Next reads one more chunk.
func (c *chunks) Next() bool {
	if c.last || c.err != nil {
		return false
	}
	read, err := io.ReadFull(c.r, c.buf)
	switch {
	case errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF):
		c.last = true
	case err != nil:
		c.err = fmt.Errorf("read file: %w", err)
		return false
	}
	c.size += int64(read)
	if c.size > c.max {
		c.err = ErrTooLarge.With("max", c.max)
		return false
	}
	if read == 0 {
		return false
	}
	c.sum.Write(c.buf[:read])
	c.row = []any{c.blobID, c.n, c.buf[:read]}
	c.n++
	return true
}

// Values is the row Next has read.
func (c *chunks) Values() ([]any, error) { return c.row, nil }

// Err is why Next stopped early.
func (c *chunks) Err() error { return c.err }

// CleanName makes a file name fit to be shown: the last element of a path of
// either kind of system, without control characters and without those that turn
// the direction of writing (they let "exe.txt" look like "txt.exe").
func CleanName(name string) string {
	name = strings.ToValidUTF8(name, "")
	if i := strings.LastIndexAny(name, `/\`); i >= 0 {
		name = name[i+1:]
	}
	name = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || r == utf8.RuneError {
			return -1
		}
		return r
	}, name)
	name = strings.Trim(name, " .")
	if runes := []rune(name); len(runes) > maxName {
		// The end stays: it says of what kind the file is.
		name = string(runes[:maxName/2]) + "…" + string(runes[len(runes)-maxName/2+1:])
	}
	if name == "" {
		return "file"
	}
	return name
}

// cleanMediaType keeps a media type only if it is plain ASCII of decent length.
func cleanMediaType(s string) string {
	odd := func(r rune) bool { return r < ' ' || r >= 0x7f }
	if s == "" || len(s) > maxMediaType || strings.ContainsFunc(s, odd) {
		return "application/octet-stream"
	}
	return s
}
