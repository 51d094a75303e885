package blob

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync"

	"kabinet/internal/platform/pg"
)

// Open gives the content of a stored file for reading from any place, in order
// or not; ErrNotFound when there is none. It holds one chunk in memory and asks
// the database for the next when it is reached.
//
// The reader is good as long as ctx and db are: within a transaction, until its
// end.
func Open(ctx context.Context, db pg.Querier, id int64) (*io.SectionReader, Blob, error) {
	b, err := Find(ctx, db, id)
	if err != nil {
		return nil, Blob{}, err
	}
	return io.NewSectionReader(&content{ctx: ctx, db: db, blob: b, n: none}, 0, b.Size), b, nil
}

const none = -1 // no chunk is held

// content reads a file chunk by chunk.
type content struct {
	ctx  context.Context //nolint:containedctx // io.ReaderAt has no room for one
	db   pg.Querier
	blob Blob

	mu   sync.Mutex // readers may call ReadAt at once
	n    int64      // number of the chunk held
	data []byte
}

// ReadAt fills p from place off on.
func (c *content) ReadAt(p []byte, off int64) (read int, err error) {
	if off < 0 {
		return 0, errors.New("blob: negative offset")
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	for read < len(p) {
		at := off + int64(read)
		if at >= c.blob.Size {
			return read, io.EOF
		}
		if err := c.hold(at / ChunkSize); err != nil {
			return read, err
		}
		read += copy(p[read:], c.data[at%ChunkSize:])
	}
	return read, nil
}

// hold fetches a chunk unless it is the one held. Its length is checked, so that
// a damaged file ends in an error and not in a loop.
func (c *content) hold(n int64) error {
	if n == c.n {
		return nil
	}
	data, err := chunk(c.ctx, c.db, c.blob.ID, n)
	if err != nil {
		return err
	}
	if want := min(c.blob.Size-n*ChunkSize, ChunkSize); int64(len(data)) != want {
		return fmt.Errorf("blob %d: chunk %d has %d bytes instead of %d", c.blob.ID, n, len(data), want)
	}
	c.n, c.data = n, data
	return nil
}
