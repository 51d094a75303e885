package card

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"kabinet/internal/platform/pg"
)

// markSent lets the drafts of cards wait for the operator.
func markSent(ctx context.Context, tx pg.Tx, orgID int64, by author, ids []int64, deadline time.Time) error {
	b := &pgx.Batch{}
	b.Queue(`
		update card_versions set status = 'moderation', sent_by = $3, sent_name = $4, sent_at = now(), deadline_at = $5
		where org_id = $1 and card_id = any ($2) and status = 'draft'`, orgID, ids, by.id, by.name, deadline)
	b.Queue(`
		update cards set editing = 'moderation', revision = revision + 1, changed_at = now()
		where org_id = $1 and id = any ($2)`, orgID, ids)
	if err := tx.SendBatch(ctx, b).Close(); err != nil {
		return fmt.Errorf("send cards: %w", err)
	}
	return nil
}

// databaseTime is the moment of the transaction by the database's clock.
func databaseTime(ctx context.Context, tx pg.Tx) (now time.Time, err error) {
	const stmt = `select now()`
	if err := tx.QueryRow(ctx, stmt).Scan(&now); err != nil {
		return now, fmt.Errorf("time of the database: %w", err)
	}
	return now, nil
}
