package metrics

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

type jobCount struct {
	Kind, State string
	N           int64
}

// jobCountsNow leaves out what ended well: those rows are many and say nothing.
func jobCountsNow(ctx context.Context, db *pgxpool.Pool) ([]jobCount, error) {
	const q = `
		select kind, state::text, count(*)
		from river_job
		where state not in ('completed', 'cancelled')
		group by kind, state
		order by kind, state`
	rows, err := db.Query(ctx, q)
	if err != nil {
		return nil, fmt.Errorf("count jobs: %w", err)
	}
	counts, err := pgx.CollectRows(rows, pgx.RowToStructByPos[jobCount])
	if err != nil {
		return nil, fmt.Errorf("count jobs: %w", err)
	}
	return counts, nil
}
