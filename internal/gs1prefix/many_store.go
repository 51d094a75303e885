package gs1prefix

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"kabinet/internal/platform/pg"
)

// holdings reads which of some prefixes and numbers are in the registers,
// whoever has them.
func holdings(ctx context.Context, db pg.Querier, orgID int64, digits []string) ([]holding, error) {
	const q = `
		select r.prefix, r.org_id = $1, coalesce(p.status, '')
		from gs1_prefix_registry r
		left join gs1_prefixes p on p.org_id = $1 and p.prefix = r.prefix
		where r.prefix = any ($2::text[])
		union all
		select r.gtin, r.org_id = $1, coalesce(s.status, '')
		from gs1_gtin_registry r
		left join gs1_gtins s on s.org_id = $1 and s.gtin = r.gtin
		where r.gtin = any ($2::text[])`
	rows, err := db.Query(ctx, q, orgID, digits)
	if err != nil {
		return nil, fmt.Errorf("whose are numbers: %w", err)
	}
	hs, err := pgx.CollectRows(rows, pgx.RowToStructByPos[holding])
	if err != nil {
		return nil, fmt.Errorf("whose are numbers: %w", err)
	}
	return hs, nil
}
