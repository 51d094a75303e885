package help

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"kabinet/internal/platform/pg"
)

func countVote(ctx context.Context, tx pg.Tx, slug, language string, helped bool) error {
	const q = `
		insert into help_votes (slug, language, yes, no)
		values ($1, $2, $3::boolean::integer, (not $3)::integer)
		on conflict on constraint help_votes_pkey do update
		set yes = help_votes.yes + excluded.yes, no = help_votes.no + excluded.no`
	if _, err := tx.Exec(ctx, q, slug, language, helped); err != nil {
		return fmt.Errorf("count opinion of %s: %w", slug, err)
	}
	return nil
}

func opinions(ctx context.Context, q pg.Querier) ([]Opinion, error) {
	const stmt = `select slug, language, yes, no from help_votes order by slug, language limit 1000`
	rows, err := q.Query(ctx, stmt)
	if err != nil {
		return nil, fmt.Errorf("opinions of help: %w", err)
	}
	all, err := pgx.CollectRows(rows, pgx.RowToStructByPos[Opinion])
	if err != nil {
		return nil, fmt.Errorf("opinions of help: %w", err)
	}
	return all, nil
}
