package card

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"kabinet/internal/platform/pg"
)

// copyPhotos lets another card show the same pictures: rows of its own, the
// bytes are shared.
func copyPhotos(ctx context.Context, tx pg.Tx, orgID, from, to int64, photos []Photo) ([]Photo, error) {
	const stmt = `
		with source as (
		    select p.*, nextval('card_photo_ids') as new_id
		    from unnest($4::bigint[]) with ordinality x (id, place)
		    join card_photos p on p.org_id = $1 and p.card_id = $2 and p.id = x.id
		    order by x.place),
		copied as (
		    insert into card_photos (org_id, id, card_id, side, name, width, height, sha256, blob_id, thumb_blob_id)
		    select org_id, new_id, $3, side, name, width, height, sha256, blob_id, thumb_blob_id from source)
		select new_id, side, encode(sha256, 'hex') from source order by new_id`
	ids := make([]int64, len(photos))
	for i, p := range photos {
		ids[i] = p.ID
	}
	if len(ids) == 0 {
		return nil, nil
	}
	rows, err := tx.Query(ctx, stmt, orgID, from, to, ids)
	if err != nil {
		return nil, fmt.Errorf("copy photos: %w", err)
	}
	copies, err := pgx.CollectRows(rows, pgx.RowToStructByPos[Photo])
	if err != nil {
		return nil, fmt.Errorf("copy photos: %w", err)
	}
	return copies, nil
}

// setContent finishes a card that was made a moment ago.
func setContent(ctx context.Context, tx pg.Tx, orgID, id int64, c Content) error {
	b := &pgx.Batch{}
	b.Queue(`update card_versions set content = $3 where org_id = $1 and card_id = $2 and n = 1`, orgID, id, c.json())
	b.Queue(`update cards set photo_id = nullif($3, 0) where org_id = $1 and id = $2`, orgID, id, c.Front().ID)
	if err := tx.SendBatch(ctx, b).Close(); err != nil {
		return fmt.Errorf("finish card: %w", err)
	}
	return nil
}
