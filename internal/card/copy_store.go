package card

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"kabinet/internal/platform/pg"
)

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
