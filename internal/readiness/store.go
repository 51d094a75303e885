package readiness

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"kabinet/internal/platform/pg"
)

// marks say how far the job came.
type marks struct {
	auditID int64 // line of the audit log
	orgID   int64 // newest organization that has a row
}

// lockMarks holds the one row that says how far the job came: of two runs one
// waits.
func lockMarks(ctx context.Context, tx pg.Tx) (m marks, err error) {
	if _, err := tx.Exec(ctx, `insert into readiness_marks default values on conflict do nothing`); err != nil {
		return m, fmt.Errorf("marks of readiness: %w", err)
	}
	if err := tx.QueryRow(ctx, `select audit_id, org_id from readiness_marks for update`).Scan(&m.auditID, &m.orgID); err != nil {
		return m, fmt.Errorf("marks of readiness: %w", err)
	}
	return m, nil
}

func markRun(ctx context.Context, tx pg.Tx) error {
	if _, err := tx.Exec(ctx, `update readiness_marks set at = now()`); err != nil {
		return fmt.Errorf("marks of readiness: %w", err)
	}
	return nil
}

// changed gives organizations with new lines in the audit log. Lines of the last
// two minutes are read again by the next run: a transaction that began before
// another may be seen after it. There are more to read now only when all that were
// read are older.
//
//tenant:any the job looks after every organization
func changed(ctx context.Context, tx pg.Tx, m marks) (ids []int64, more bool, err error) {
	const q = `
		with lines as materialized (select id, org_id, at from audit_log where id > $3 order by id limit $1),
		moved as (
			update readiness_marks set audit_id = greatest(audit_id, (select max(id) from lines where at < now() - $2::interval)))
		select coalesce(array_agg(distinct org_id) filter (where org_id > 0), '{}'), count(*) = $1 and bool_and(at < now() - $2::interval) from lines`
	var full *bool
	if err := tx.QueryRow(ctx, q, lineLimit, settleTime, m.auditID).Scan(&ids, &full); err != nil {
		return nil, false, fmt.Errorf("organizations that changed: %w", err)
	}
	return ids, full != nil && *full, nil
}

// added gives organizations that have no row yet. Numbers are given in order, but
// seen in any: the last 10,000 are looked through again. Only so many are compared
// with the rows: left to itself the server would compare all, every minute.
//
//tenant:any as above
func added(ctx context.Context, tx pg.Tx, m marks) (ids []int64, more bool, err error) {
	const q = `
		with newest as materialized (
			select o.org_id from organizations o where o.org_id > $2 order by o.org_id limit $1 + 10000),
		fresh as materialized (
			select n.org_id from newest n left join lateral (select true as kept from org_readiness r where r.org_id = n.org_id limit 1) r on true
			where r.kept is null order by n.org_id limit $1),
		moved as (
			update readiness_marks set org_id = greatest(org_id, (select max(org_id) from fresh)))
		select coalesce(array_agg(org_id order by org_id), '{}') from fresh`
	return found(ctx, tx, q, m.orgID-10_000)
}

// stale gives organizations that were not looked at for a day.
//
//tenant:any as above
func stale(ctx context.Context, tx pg.Tx, _ marks) (ids []int64, more bool, err error) {
	const q = `
		select coalesce(array_agg(org_id order by org_id), '{}')
		from (select org_id from org_readiness where refreshed_at < now() - interval '1 day' order by refreshed_at, org_id limit $1) old`
	return found(ctx, tx, q)
}

// found runs a statement that gives perTx organizations at most.
func found(ctx context.Context, tx pg.Tx, q string, args ...any) (ids []int64, more bool, err error) {
	if err := tx.QueryRow(ctx, q, append([]any{perTx}, args...)...).Scan(&ids); err != nil {
		return nil, false, fmt.Errorf("organizations to look at: %w", err)
	}
	return ids, len(ids) == perTx, nil
}

// keptOf gives the rows of some organizations.
//
//tenant:any as above
func keptOf(ctx context.Context, tx pg.Tx, ids []int64) (map[int64]kept, error) {
	const q = `select org_id, region, groups, states, stuck, since from org_readiness where org_id = any($1)`
	rows, err := tx.Query(ctx, q, ids)
	if err != nil {
		return nil, fmt.Errorf("rows of readiness: %w", err)
	}
	all, err := pgx.CollectRows(rows, pgx.RowToStructByPos[kept])
	if err != nil {
		return nil, fmt.Errorf("rows of readiness: %w", err)
	}
	by := make(map[int64]kept, len(all))
	for _, k := range all {
		by[k.OrgID] = k
	}
	return by, nil
}

// putRows writes rows; those that stay as they are only become younger.
//
//tenant:any as above
func putRows(ctx context.Context, tx pg.Tx, rows []kept) error {
	const q = `
		insert into org_readiness (org_id, region, groups, states, stuck, since)
		select n.org_id, n.region, n.groups::smallint[], n.states, n.stuck, n.since
		from unnest($1::bigint[], $2::text[], $3::text[], $4::text[], $5::text[], $6::timestamptz[]) n (org_id, region, groups, states, stuck, since)
		on conflict (org_id) do update
		set region = excluded.region, groups = excluded.groups, states = excluded.states, stuck = excluded.stuck, since = excluded.since, refreshed_at = now()`
	n := len(rows)
	orgs, regions, groups, states, stuck, since := make([]int64, n), make([]string, n), make([]string, n), make([]string, n), make([]string, n), make([]time.Time, n)
	for i, k := range rows {
		orgs[i], regions[i], groups[i], states[i], stuck[i], since[i] = k.OrgID, k.Region, arrayText(k.Groups), k.States, k.Stuck, k.Since
	}
	if _, err := tx.Exec(ctx, q, orgs, regions, groups, states, stuck, since); err != nil {
		return fmt.Errorf("put rows of readiness: %w", err)
	}
	return nil
}

// arrayText writes numbers as the database writes an array.
func arrayText(ns []int16) string {
	texts := make([]string, len(ns))
	for i, n := range ns {
		texts[i] = strconv.Itoa(int(n))
	}
	return "{" + strings.Join(texts, ",") + "}"
}

func addCounts(ctx context.Context, tx pg.Tx, places []place, by counts) error {
	const q = `
		insert into readiness_counts (stuck, region, group_id, week, n)
		select * from unnest($1::text[], $2::text[], $3::smallint[], $4::date[], $5::bigint[])
		on conflict (group_id, stuck, region, week) do update set n = readiness_counts.n + excluded.n`
	n := len(places)
	stuck, regions, groups, weeks, ns := make([]string, n), make([]string, n), make([]int16, n), make([]time.Time, n), make([]int64, n)
	for i, p := range places {
		stuck[i], regions[i], groups[i], weeks[i], ns[i] = p.stuck, p.region, p.group, p.week, by[p]
	}
	if _, err := tx.Exec(ctx, q, stuck, regions, groups, weeks, ns); err != nil {
		return fmt.Errorf("count readiness: %w", err)
	}
	return nil
}

// before is the moment before which a row has to be since, for a number of weeks $4:
// a Monday of the database's clock, so that rows and counts by week agree.
const before = `case when $4 = 0 then 'infinity'::timestamptz
	else (date_trunc('week', now() at time zone 'UTC') - ($4 - 1) * interval '7 days') at time zone 'UTC' end`

// countSteps gives the numbers of organizations by step, and when they were kept up
// last.
func countSteps(ctx context.Context, q pg.Querier, f Filter) (by map[string]int64, at time.Time, err error) {
	const kept = `
		select stuck, sum(n)::bigint from readiness_counts
		where group_id = $1 and ($2 = '' or region = $2) and ($3 = '' or stuck = $3) and week < ` + before + `
		group by stuck`
	rows, err := q.Query(ctx, kept, f.Group, f.Region, f.Step, f.Weeks)
	if err != nil {
		return nil, at, fmt.Errorf("count readiness: %w", err)
	}
	by = map[string]int64{}
	var step string
	var n int64
	if _, err = pgx.ForEachRow(rows, []any{&step, &n}, func() error { by[step] = n; return nil }); err != nil {
		return nil, at, fmt.Errorf("count readiness: %w", err)
	}
	if err := q.QueryRow(ctx, `select coalesce(max(at), '0001-01-01 00:00:00+00') from readiness_marks`).Scan(&at); err != nil {
		return nil, at, fmt.Errorf("age of readiness: %w", err)
	}
	return by, at, nil
}

// cursor is where a page ends.
type cursor struct {
	Since time.Time `json:"s"`
	OrgID int64     `json:"o"`
}

// members are the organizations at a step that "asked a" names, those that have been
// stuck for the longest time first, from a.since and a.org_id on and before a.until.
// They are read by week and region, of those only that readiness_counts has somebody
// in: a group of a dozen among half a million is not looked for in all of them. The
// inner limit keeps the server from turning the join round.
//
//tenant:any the operator's overview
func members(limit string) string {
	return ` asked a
		cross join lateral (
			select c.week, c.region from readiness_counts c
			where c.group_id = a.group_id and c.stuck = a.stuck and a.region in ('', c.region) and c.n > 0
			  and c.week < a.until and c.week > (a.since at time zone 'UTC')::date - 7
			order by c.week offset 0) w
		cross join lateral (
			select r.org_id, r.since from org_readiness r
			where r.stuck = a.stuck and r.region = w.region and (a.group_id = 0 or a.group_id = any (r.groups))
			  and r.since >= greatest(a.since, w.week::timestamp at time zone 'UTC') and r.since < least(a.until, (w.week + 7)::timestamp at time zone 'UTC')
			  and (r.since > a.since or r.org_id > a.org_id)
			order by r.since, r.org_id limit ` + limit + `) r
		order by w.week, r.since, r.org_id limit ` + limit
}

// list reads organizations at a step, those that have been stuck for the longest
// time first.
//
//tenant:any the operator's overview
func list(ctx context.Context, q pg.Querier, f Filter, after cursor, limit int) ([]Row, error) {
	stmt := `
		with asked as (select $1::text as stuck, $2::text as region, $3::smallint as group_id, ` + before + ` as until, $5::timestamptz as since, $6::bigint as org_id)
		select r.org_id, o.tin, o.name_uz, o.name_ru, o.name_en, r.region, o.email, r.stuck, r.since, r.states, coalesce(m.at, '0001-01-01 00:00:00+00')
		from (select r.org_id from ` + members("$7") + `) page
		join org_readiness r on r.org_id = page.org_id
		join organizations o on o.org_id = r.org_id
		left join readiness_reminders m on m.org_id = r.org_id and m.step = r.stuck
		order by r.since, r.org_id`
	rows, err := q.Query(ctx, stmt, f.Step, f.Region, f.Group, f.Weeks, after.Since, after.OrgID, limit)
	if err != nil {
		return nil, fmt.Errorf("list readiness: %w", err)
	}
	all, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (r Row, err error) {
		var states string
		err = row.Scan(&r.OrgID, &r.TIN, &r.Uz, &r.Ru, &r.En, &r.Region, &r.Email, &r.Step, &r.Since, &states, &r.Reminded)
		r.Done, r.All = progress(states)
		return r, err
	})
	if err != nil {
		return nil, fmt.Errorf("list readiness: %w", err)
	}
	return all, nil
}
