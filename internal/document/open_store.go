package document

import (
	"context"
	"fmt"

	"kabinet/internal/platform/pg"
)

func hasDocuments(ctx context.Context, q pg.Querier, orgID int64) (has bool, err error) {
	const stmt = `select exists (select 1 from documents where org_id = $1)`
	if err := q.QueryRow(ctx, stmt, orgID).Scan(&has); err != nil {
		return false, fmt.Errorf("has documents: %w", err)
	}
	return has, nil
}
