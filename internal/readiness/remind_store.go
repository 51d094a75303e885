package readiness

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"kabinet/internal/core/actor"
	"kabinet/internal/platform/pg"
)

// countGroup counts organizations at a step.
func countGroup(ctx context.Context, q pg.Querier, f Filter) (int64, error) {
	by, _, err := countSteps(ctx, q, f)
	return by[f.Step], err
}

func insertMailing(ctx context.Context, tx pg.Tx, op actor.Operator, f Filter, n int64) (id int64, err error) {
	const q = `
		insert into readiness_mailings (step, region, group_id, since, staff_id, staff_name, counted)
		values ($1, $2, $3, least(now(), ` + before + `), $5, $6, $7)
		returning id`
	if err := tx.QueryRow(ctx, q, f.Step, f.Region, f.Group, f.Weeks, op.StaffID, op.Name, n).Scan(&id); err != nil {
		return 0, fmt.Errorf("insert reminder: %w", err)
	}
	return id, nil
}

const mailingColumns = `id, step, region, group_id, since, staff_name, created_at, counted, sent, spared, coalesce(ended_at, '0001-01-01 00:00:00+00')`

func scanMailing(row pgx.CollectableRow) (m Mailing, err error) {
	return m, row.Scan(&m.ID, &m.Step, &m.Region, &m.Group, &m.Since, &m.By, &m.CreatedAt, &m.Counted, &m.Sent, &m.Spared, &m.EndedAt)
}

func mailing(ctx context.Context, q pg.Querier, id int64, how string) (Mailing, error) {
	rows, err := q.Query(ctx, `select `+mailingColumns+` from readiness_mailings where id = $1`+how, id)
	if err != nil {
		return Mailing{}, fmt.Errorf("reminder %d: %w", id, err)
	}
	m, err := pgx.CollectExactlyOneRow(rows, scanMailing)
	switch {
	case pg.NoRows(err):
		return Mailing{}, ErrNotFound
	case err != nil:
		return Mailing{}, fmt.Errorf("reminder %d: %w", id, err)
	}
	return m, nil
}

func mailings(ctx context.Context, q pg.Querier) ([]Mailing, error) {
	rows, err := q.Query(ctx, `select `+mailingColumns+` from readiness_mailings order by id desc limit 20`)
	if err != nil {
		return nil, fmt.Errorf("list reminders: %w", err)
	}
	all, err := pgx.CollectRows(rows, scanMailing)
	if err != nil {
		return nil, fmt.Errorf("list reminders: %w", err)
	}
	return all, nil
}

// target is an organization of a group, where the group is walked.
type target struct {
	OrgID int64
	Since time.Time
}

// groupSlice gives the next organizations of a mailing. Who moved on meanwhile is
// not reminded any more.
//
//tenant:any the job writes to organizations of the whole portal
func groupSlice(ctx context.Context, tx pg.Tx, m Mailing, limit int) ([]target, error) {
	q := `
		with asked as (
			select step as stuck, region, group_id, since + interval '1 microsecond' as until, coalesce(after_since, '0001-01-01 00:00:00+00') as since, after_org as org_id
			from readiness_mailings where id = $1)
		select r.org_id, r.since from ` + members("$2")
	rows, err := tx.Query(ctx, q, m.ID, limit)
	if err != nil {
		return nil, fmt.Errorf("group of reminder: %w", err)
	}
	all, err := pgx.CollectRows(rows, pgx.RowToStructByPos[target])
	if err != nil {
		return nil, fmt.Errorf("group of reminder: %w", err)
	}
	return all, nil
}

// claimReminders gives those of the organizations that were not reminded of the
// step lately, and notes that they are now; of two mailings at once one gets each.
//
//tenant:any as above
func claimReminders(ctx context.Context, tx pg.Tx, step string, due []target, pause time.Duration) ([]int64, error) {
	const q = `
		insert into readiness_reminders (org_id, step)
		select org_id, $2 from unnest($1::bigint[]) d (org_id) order by org_id
		on conflict (org_id, step) do update set at = now() where readiness_reminders.at < now() - $3::interval
		returning org_id`
	ids := make([]int64, len(due))
	for i, t := range due {
		ids[i] = t.OrgID
	}
	rows, err := tx.Query(ctx, q, ids, step, pause)
	if err != nil {
		return nil, fmt.Errorf("claim reminders: %w", err)
	}
	chosen, err := pgx.CollectRows(rows, pgx.RowTo[int64])
	if err != nil {
		return nil, fmt.Errorf("claim reminders: %w", err)
	}
	return chosen, nil
}

func moveMailing(ctx context.Context, tx pg.Tx, id int64, last target, sent, spared int) error {
	const q = `update readiness_mailings set after_since = $2, after_org = $3, sent = sent + $4, spared = spared + $5 where id = $1`
	if _, err := tx.Exec(ctx, q, id, last.Since, last.OrgID, sent, spared); err != nil {
		return fmt.Errorf("move reminder %d: %w", id, err)
	}
	return nil
}

func endMailing(ctx context.Context, tx pg.Tx, id int64) error {
	if _, err := tx.Exec(ctx, `update readiness_mailings set ended_at = now() where id = $1`, id); err != nil {
		return fmt.Errorf("end reminder %d: %w", id, err)
	}
	return nil
}
