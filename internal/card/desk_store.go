package card

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/jackc/pgx/v5"

	"kabinet/internal/core/actor"
	"kabinet/internal/platform/pg"
)

// publish puts version n into force in place of the one before, in this order:
// an index allows one.
func publish(ctx context.Context, tx pg.Tx, op actor.Operator, c Card, n int) error {
	b := &pgx.Batch{}
	b.Queue(`update card_versions set status = 'replaced' where org_id = $1 and card_id = $2 and status = 'published'`, c.OrgID, c.ID)
	b.Queue(`
		update card_versions set status = 'published', decided_by = $4, decided_name = $5, decided_at = now()
		where org_id = $1 and card_id = $2 and n = $3 and status = 'moderation'`, c.OrgID, c.ID, n, op.StaffID, op.Name)
	b.Queue(`
		update cards set standing = 'published', editing = 'none', live = $3, revision = revision + 1, changed_at = now()
		where org_id = $1 and id = $2`, c.OrgID, c.ID, n)
	if err := tx.SendBatch(ctx, b).Close(); err != nil {
		return fmt.Errorf("publish card: %w", err)
	}
	return nil
}

func giveBack(ctx context.Context, tx pg.Tx, op actor.Operator, c Card, n int, remarks []Remark) error {
	said, err := json.Marshal(remarks)
	if err != nil {
		return fmt.Errorf("remarks: %w", err)
	}
	b := &pgx.Batch{}
	b.Queue(`
		update card_versions set status = 'returned', decided_by = $4, decided_name = $5, decided_at = now(), remarks = $6
		where org_id = $1 and card_id = $2 and n = $3 and status = 'moderation'`, c.OrgID, c.ID, n, op.StaffID, op.Name, said)
	b.Queue(`update cards set editing = 'returned', revision = revision + 1, changed_at = now() where org_id = $1 and id = $2`, c.OrgID, c.ID)
	if err := tx.SendBatch(ctx, b).Close(); err != nil {
		return fmt.Errorf("return card: %w", err)
	}
	return nil
}
