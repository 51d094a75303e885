package system

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"kabinet/internal/core/taxid"
	"kabinet/internal/platform/pg"
)

func overview(ctx context.Context, q pg.Querier) (v Overview, err error) {
	const stmt = `
		select (select count(*) from campaigns where status in ('starting', 'running')),
		       (select count(*) from letters where status = 'queued'),
		       (select count(*) from river_job where state = 'retryable'),
		       (select count(*) from river_job where state = 'discarded'),
		       now()`
	err = q.QueryRow(ctx, stmt).Scan(&v.Campaigns, &v.LettersQueued, &v.JobsRetrying, &v.JobsFailed, &v.At)
	if err != nil {
		return Overview{}, fmt.Errorf("overview: %w", err)
	}
	return v, nil
}

func orgStanding(ctx context.Context, q pg.Querier) (n standing, err error) {
	const stmt = `
		select (select count(*) from organizations where status = 'imported'),
		       (select count(*) from organizations where status = 'active'),
		       (select count(*) from organizations where status = 'blocked')`
	if err := q.QueryRow(ctx, stmt).Scan(&n.imported, &n.active, &n.blocked); err != nil {
		return standing{}, fmt.Errorf("count organizations: %w", err)
	}
	return n, nil
}

func orgByTIN(ctx context.Context, q pg.Querier, tin taxid.TIN) (id int64, err error) {
	const stmt = `select org_id from tin_registry where tin = $1`
	err = q.QueryRow(ctx, stmt, tin).Scan(&id)
	switch {
	case pg.NoRows(err):
		return 0, ErrNoOrg.Because(err)
	case err != nil:
		return 0, fmt.Errorf("organization by tax number: %w", err)
	}
	return id, nil
}

func orgsOf(ctx context.Context, q pg.Querier, ids []int64) (map[int64]Org, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	const stmt = `
		select org_id, tin, name_uz, name_ru
		from organizations
		where org_id = any($1)
		order by org_id`
	rows, err := q.Query(ctx, stmt, ids)
	if err != nil {
		return nil, fmt.Errorf("organizations of lines: %w", err)
	}
	list, err := pgx.CollectRows(rows, pgx.RowToStructByPos[Org])
	if err != nil {
		return nil, fmt.Errorf("organizations of lines: %w", err)
	}
	orgs := make(map[int64]Org, len(list))
	for _, o := range list {
		orgs[o.ID] = o
	}
	return orgs, nil
}
