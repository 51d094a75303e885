package card

import (
	"bytes"
	"context"
	"encoding/hex"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"

	"kabinet/internal/platform/blob"
	"kabinet/internal/platform/pg"
	"kabinet/internal/platform/picture"
)

// insertPhoto stores a picture with its two files.
func insertPhoto(ctx context.Context, tx pg.Tx, orgID, cardID int64, shot cleaned) (id int64, err error) {
	p, name := shot.picture, blob.CleanName(shot.Name)
	full, err := blob.WriteTx(ctx, tx, name, mediaType, bytes.NewReader(p.Full), int64(len(p.Full)))
	if err != nil {
		return 0, err
	}
	thumb, err := blob.WriteTx(ctx, tx, name, mediaType, bytes.NewReader(p.Thumb), int64(len(p.Thumb)))
	if err != nil {
		return 0, err
	}
	const stmt = `
		insert into card_photos (org_id, id, card_id, side, name, width, height, sha256, blob_id, thumb_blob_id, bytes)
		values ($1, nextval('card_photo_ids'), $2, $3, $4, $5, $6, $7, $8, $9, $10)
		returning id`
	err = tx.QueryRow(ctx, stmt, orgID, cardID, shot.Side, name, p.Width, p.Height, p.SHA256[:], full.ID, thumb.ID, full.Size+thumb.Size).Scan(&id)
	if err != nil {
		return 0, fmt.Errorf("store photo: %w", err)
	}
	return id, nil
}

const mediaType = "image/jpeg"

// photoBytes is how much the files of an organization's photos take; what copies
// share counts once.
func photoBytes(ctx context.Context, q pg.Querier, orgID int64) (n int64, err error) {
	const stmt = `
		select coalesce(sum(p.bytes), 0)::bigint
		from (select distinct on (p.blob_id) p.bytes from card_photos p where p.org_id = $1 order by p.blob_id) p`
	if err := q.QueryRow(ctx, stmt, orgID).Scan(&n); err != nil {
		return 0, fmt.Errorf("size of photos: %w", err)
	}
	return n, nil
}

// copyPhotosTx gives a new card the photos of another: rows of its own that share
// the files.
func copyPhotosTx(ctx context.Context, tx pg.Tx, orgID, cardID int64, photos []Photo) ([]Photo, error) {
	const stmt = `
		with old as (
			select p.id, nextval('card_photo_ids') as new_id, p.side, p.name, p.width, p.height, p.sha256, p.blob_id, p.thumb_blob_id, p.bytes
			from card_photos p
			where p.org_id = $1 and p.id = any ($3)
			for share
		), new as (
			insert into card_photos (org_id, id, card_id, side, name, width, height, sha256, blob_id, thumb_blob_id, bytes)
			select $1, new_id, $2, side, name, width, height, sha256, blob_id, thumb_blob_id, bytes from old
		)
		select id, new_id from old`
	ids := make([]int64, len(photos))
	for i, p := range photos {
		ids[i] = p.ID
	}
	rows, err := tx.Query(ctx, stmt, orgID, cardID, ids)
	if err != nil {
		return nil, fmt.Errorf("copy photos: %w", err)
	}
	became := map[int64]int64{}
	var old, id int64
	if _, err := pgx.ForEachRow(rows, []any{&old, &id}, func() error { became[old] = id; return nil }); err != nil {
		return nil, fmt.Errorf("copy photos: %w", err)
	}
	var copies []Photo
	for _, p := range photos {
		if id, there := became[p.ID]; there {
			copies = append(copies, Photo{ID: id, Side: p.Side, SHA256: p.SHA256})
		}
	}
	sortPhotos(copies)
	return copies, nil
}

// dropPhotosTx notes since when no version of a card names a photo. Whoever takes
// a photo or a version away calls it.
func dropPhotosTx(ctx context.Context, tx pg.Tx, orgID, cardID int64) error {
	const stmt = `
		update card_photos p set dropped_at = now()
		where p.org_id = $1 and p.card_id = $2 and p.dropped_at is null and not exists (
			select from card_versions v
			where v.org_id = p.org_id and v.card_id = p.card_id and v.content->'photos' @> jsonb_build_array(jsonb_build_object('id', p.id)))`
	if _, err := tx.Exec(ctx, stmt, orgID, cardID); err != nil {
		return fmt.Errorf("drop photos: %w", err)
	}
	return nil
}

// deletePhotosTx takes away all photos of a card that itself goes.
func deletePhotosTx(ctx context.Context, tx pg.Tx, orgID, cardID int64) error {
	const stmt = `delete from card_photos where org_id = $1 and card_id = $2 returning org_id, blob_id, thumb_blob_id`
	rows, err := tx.Query(ctx, stmt, orgID, cardID)
	return deleteFiles(ctx, tx, rows, err)
}

// sweepPhotosTx deletes photos that have been dropped for a day, at most so many,
// and says how many there were.
//
//tenant:any files of every organization are cleared away by one job
func sweepPhotosTx(ctx context.Context, tx pg.Tx, most int) (int, error) {
	const stmt = `
		with old as (
			select p.org_id, p.id from card_photos p
			where p.dropped_at < now() - interval '1 day'
			order by p.dropped_at, p.org_id, p.id limit $1
			for update skip locked
		)
		delete from card_photos p using old where p.org_id = old.org_id and p.id = old.id
		returning p.org_id, p.blob_id, p.thumb_blob_id`
	rows, err := tx.Query(ctx, stmt, most)
	counted := &counting{Rows: rows}
	err = deleteFiles(ctx, tx, counted, err)
	return counted.n, err
}

// counting counts the rows that are read.
type counting struct {
	pgx.Rows
	n int
}

// Next reads on.
func (c *counting) Next() bool {
	if !c.Rows.Next() {
		return false
	}
	c.n++
	return true
}

// deleteFiles deletes the files of photos that are gone, unless copies share
// them.
func deleteFiles(ctx context.Context, tx pg.Tx, rows pgx.Rows, err error) error {
	if err != nil {
		return fmt.Errorf("delete photos: %w", err)
	}
	var orgs, fulls, thumbs []int64
	var org, full, thumb int64
	_, err = pgx.ForEachRow(rows, []any{&org, &full, &thumb}, func() error {
		orgs, fulls, thumbs = append(orgs, org), append(fulls, full), append(thumbs, thumb)
		return nil
	})
	if err != nil {
		return fmt.Errorf("delete photos: %w", err)
	}
	free, err := unshared(ctx, tx, orgs, fulls, thumbs)
	if err != nil {
		return err
	}
	for _, id := range free { // a dozen for a card, as they were written
		if err := blob.DeleteTx(ctx, tx, id); err != nil && !errors.Is(err, blob.ErrNotFound) {
			return err
		}
	}
	return nil
}

// unshared gives the files, full and small, that no photo has any more.
func unshared(ctx context.Context, tx pg.Tx, orgs, fulls, thumbs []int64) ([]int64, error) {
	const stmt = `
		select unnest(array[x.blob_id, x.thumb_blob_id])
		from (select distinct * from unnest($1::bigint[], $2::bigint[], $3::bigint[]) x (org_id, blob_id, thumb_blob_id)) x
		where not exists (select from card_photos p where p.org_id = x.org_id and p.blob_id = x.blob_id)`
	rows, err := tx.Query(ctx, stmt, orgs, fulls, thumbs)
	if err != nil {
		return nil, fmt.Errorf("files of photos: %w", err)
	}
	ids, err := pgx.CollectRows(rows, pgx.RowTo[int64])
	if err != nil {
		return nil, fmt.Errorf("files of photos: %w", err)
	}
	return ids, nil
}

// file is where a photo lies.
type file struct {
	gtin        string
	group       int16
	side        Side
	sum         []byte
	full, thumb int64
}

// photoOfCard finds a photo that some version of a card names; with sent, one
// that was sent to the operator.
func photoOfCard(ctx context.Context, q pg.Querier, orgID, cardID, photoID int64, sent bool) (f file, err error) {
	const stmt = `
		select c.gtin, c.group_id, p.side, p.sha256, p.blob_id, p.thumb_blob_id
		from card_photos p join cards c on c.org_id = p.org_id and c.id = p.card_id
		where p.org_id = $1 and p.card_id = $2 and p.id = $3 and exists (
			select from card_versions v
			where v.org_id = $1 and v.card_id = $2 and (v.status <> 'draft' or not $4)
			  and v.content->'photos' @> jsonb_build_array(jsonb_build_object('id', p.id)))`
	return f, found(q.QueryRow(ctx, stmt, orgID, cardID, photoID, sent).Scan(f.targets()...), "find photo")
}

// photoInForce finds a photo that the shared catalogue shows.
func photoInForce(ctx context.Context, q pg.Querier, orgID, cardID, photoID int64) (f file, err error) {
	const stmt = `
		select k.gtin, k.group_id, p.side, p.sha256, p.blob_id, p.thumb_blob_id
		from catalogue k
		join card_versions v on v.org_id = k.org_id and v.card_id = k.card_id and v.n = k.n
		join card_photos p on p.org_id = k.org_id and p.card_id = k.card_id
		where k.org_id = $1 and k.card_id = $2 and p.id = $3 and v.status = 'published'
		  and v.content->'photos' @> jsonb_build_array(jsonb_build_object('id', p.id))`
	return f, found(q.QueryRow(ctx, stmt, orgID, cardID, photoID).Scan(f.targets()...), "find photo in force")
}

func (f *file) targets() []any {
	return []any{&f.gtin, &f.group, &f.side, &f.sum, &f.full, &f.thumb}
}

// open gives the file in a size.
func (f file) open(ctx context.Context, q pg.Querier, size Size) (Shot, error) {
	id, tag := f.full, hex.EncodeToString(f.sum)
	if size == Small {
		id, tag = f.thumb, fmt.Sprintf("%s-%d", tag, picture.ThumbSide)
	}
	content, _, err := blob.Open(ctx, q, id)
	if err != nil {
		return Shot{}, fmt.Errorf("open photo: %w", err)
	}
	return Shot{Name: f.gtin + "_" + string(f.side) + ".jpg", Tag: tag, Content: content}, nil
}
