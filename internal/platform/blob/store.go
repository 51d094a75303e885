package blob

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"kabinet/internal/platform/pg"
)

// insertBlob stores the record first, because chunks point at it; size and sum
// follow when they are known, in the same transaction.
func insertBlob(ctx context.Context, tx pg.Tx, b *Blob) error {
	const q = `
		insert into blobs (id, name, media_type, size, sha256)
		values (nextval('blob_ids'), $1, $2, 0, '')
		returning id, created_at`
	if err := tx.QueryRow(ctx, q, b.Name, b.MediaType).Scan(&b.ID, &b.CreatedAt); err != nil {
		return fmt.Errorf("insert blob: %w", err)
	}
	return nil
}

func copyChunks(ctx context.Context, tx pg.Tx, c *chunks) error {
	_, err := tx.CopyFrom(ctx, pgx.Identifier{"blob_chunks"}, []string{"blob_id", "n", "data"}, c)
	if c.err != nil {
		return c.err // the driver tells it as text of its own
	}
	if err != nil {
		return fmt.Errorf("copy blob %d: %w", c.blobID, err)
	}
	return nil
}

func finishBlob(ctx context.Context, tx pg.Tx, b Blob) error {
	const q = `
		update blobs
		set size = $2, sha256 = $3
		where id = $1`
	if _, err := tx.Exec(ctx, q, b.ID, b.Size, b.SHA256); err != nil {
		return fmt.Errorf("finish blob %d: %w", b.ID, err)
	}
	return nil
}

// Find describes a stored file, or says ErrNotFound.
func Find(ctx context.Context, db pg.Querier, id int64) (Blob, error) {
	const q = `
		select id, name, media_type, size, sha256, created_at
		from blobs
		where id = $1`
	var b Blob
	err := db.QueryRow(ctx, q, id).Scan(&b.ID, &b.Name, &b.MediaType, &b.Size, &b.SHA256, &b.CreatedAt)
	switch {
	case pg.NoRows(err):
		return Blob{}, ErrNotFound
	case err != nil:
		return Blob{}, fmt.Errorf("blob %d: %w", id, err)
	}
	return b, nil
}

func chunk(ctx context.Context, db pg.Querier, id, n int64) ([]byte, error) {
	const q = `
		select data
		from blob_chunks
		where blob_id = $1 and n = $2`
	var data []byte
	if err := db.QueryRow(ctx, q, id, n).Scan(&data); err != nil {
		return nil, fmt.Errorf("blob %d: chunk %d: %w", id, n, err)
	}
	return data, nil
}

// DeleteTx removes a file, or says ErrNotFound. Records that point at it are the
// caller's business.
func DeleteTx(ctx context.Context, tx pg.Tx, id int64) error {
	const chunks = `
		delete from blob_chunks
		where blob_id = $1`
	if _, err := tx.Exec(ctx, chunks, id); err != nil {
		return fmt.Errorf("delete chunks of blob %d: %w", id, err)
	}
	const record = `
		delete from blobs
		where id = $1`
	tag, err := tx.Exec(ctx, record, id)
	if err != nil {
		return fmt.Errorf("delete blob %d: %w", id, err)
	}
	if tag.RowsAffected() == 0 {
		return ErrNotFound
	}
	return nil
}
