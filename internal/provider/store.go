package provider

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"kabinet/internal/core/actor"
	"kabinet/internal/platform/pg"
)

// stateNow is the state by the database's clock, whether or not the job that
// writes it down has come by.
const stateNow = `case when a.status = 'active' and a.expires_at <= now() then 'expired' else a.status end`

const columns = `a.id, a.tasks, ` + stateNow + `, a.created_at, a.created_name, a.expires_at,
	coalesce(a.ended_at, case when a.expires_at <= now() then a.expires_at end, 'epoch'), a.reason,
	(select jsonb_agg(jsonb_build_object('ID', g.id, 'Slug', g.slug, 'Uz', g.name_uz, 'Ru', g.name_ru, 'En', g.name_en) order by g.id)
	 from authorization_groups ag join product_groups g on g.id = ag.group_id
	 where ag.org_id = a.org_id and ag.authorization_id = a.id)`

func scan(r pgx.CollectableRow) (a Authorization, err error) {
	var ended time.Time
	err = r.Scan(&a.ID, &a.Tasks, &a.Status, &a.CreatedAt, &a.CreatedBy, &a.ExpiresAt, &ended, &a.Reason, &a.Groups,
		&a.Other.OrgID, &a.Other.TIN, &a.Other.NameUz, &a.Other.NameRu)
	if ended.Unix() != 0 {
		a.EndedAt = ended
	}
	return a, err
}

// selectPage reads one row more than asked, to know whether others follow. What
// was received is found through the provider's own rows.
//
//tenant:any an authorization is shown to the two organizations it binds
func selectPage(ctx context.Context, q pg.Querier, orgID int64, f Filter, before int64) ([]Authorization, error) {
	stmt := `select ` + columns + `, a.provider_org_id, a.provider_tin, a.provider_name_uz, a.provider_name_ru
		from authorizations a
		where a.org_id = @org`
	who := `a.provider_tin like @query || '%' or a.provider_name_uz ilike '%' || @query || '%' or a.provider_name_ru ilike '%' || @query || '%'`
	if f.Received {
		stmt = `select ` + columns + `, o.org_id, o.tin, o.name_uz, o.name_ru
			from received_authorizations ra
			join authorizations a on a.org_id = ra.giver_org_id and a.id = ra.authorization_id
			join organizations o on o.org_id = a.org_id
			where ra.org_id = @org`
		who = `o.tin like @query || '%' or o.name_uz ilike '%' || @query || '%' or o.name_ru ilike '%' || @query || '%'`
	}
	args := pgx.NamedArgs{"org": orgID, "limit": f.Per + 1}
	if f.Status != "" {
		stmt, args["status"] = stmt+` and `+stateNow+` = @status`, string(f.Status)
	}
	if query := like(f.Query); query != "" {
		stmt, args["query"] = stmt+` and (`+who+`)`, query
	}
	if before != 0 {
		stmt, args["before"] = stmt+` and a.id < @before`, before
	}
	rows, err := q.Query(ctx, stmt+` order by a.id desc limit @limit`, args)
	if err != nil {
		return nil, fmt.Errorf("list authorizations: %w", err)
	}
	list, err := pgx.CollectRows(rows, scan)
	if err != nil {
		return nil, fmt.Errorf("list authorizations: %w", err)
	}
	return list, nil
}

func selectOne(ctx context.Context, q pg.Querier, orgID, id int64) (Authorization, error) {
	return one(ctx, q, `select `+columns+`, a.provider_org_id, a.provider_tin, a.provider_name_uz, a.provider_name_ru
		from authorizations a where a.org_id = $1 and a.id = $2`, orgID, id)
}

// lock is selectOne for who will end it.
func lock(ctx context.Context, tx pg.Tx, orgID, id int64) (Authorization, error) {
	const q = `select 1 from authorizations where org_id = $1 and id = $2 for update`
	if _, err := tx.Exec(ctx, q, orgID, id); err != nil {
		return Authorization{}, fmt.Errorf("lock authorization: %w", err)
	}
	return selectOne(ctx, tx, orgID, id)
}

func one(ctx context.Context, q pg.Querier, stmt string, args ...any) (Authorization, error) {
	rows, err := q.Query(ctx, stmt, args...)
	if err != nil {
		return Authorization{}, fmt.Errorf("authorization: %w", err)
	}
	a, err := pgx.CollectExactlyOneRow(rows, scan)
	switch {
	case pg.NoRows(err):
		return a, ErrNotFound
	case err != nil:
		return a, fmt.Errorf("authorization: %w", err)
	}
	return a, nil
}

// takenGroups are those in which the provider is authorized at this moment.
func takenGroups(ctx context.Context, q pg.Querier, orgID, providerID int64) ([]int16, error) {
	const stmt = `
		select ag.group_id
		from authorization_groups ag
		join authorizations a on a.org_id = ag.org_id and a.id = ag.authorization_id
		where ag.org_id = $1 and ag.provider_org_id = $2 and ag.live and a.expires_at > now()`
	rows, err := q.Query(ctx, stmt, orgID, providerID)
	if err != nil {
		return nil, fmt.Errorf("authorized groups: %w", err)
	}
	ids, err := pgx.CollectRows(rows, pgx.RowTo[int16])
	if err != nil {
		return nil, fmt.Errorf("authorized groups: %w", err)
	}
	return ids, nil
}

func insert(ctx context.Context, tx pg.Tx, a actor.Actor, g Grant) (id int64, err error) {
	const q = `
		insert into authorizations (org_id, id, provider_org_id, provider_tin, provider_name_uz, provider_name_ru, tasks, expires_at, created_by, created_name)
		values ($1, nextval('authorization_ids'), $2, $3, $4, $5, $6, $7, $8, $9)
		returning id`
	p := g.Provider
	err = tx.QueryRow(ctx, q, a.OrgID, p.OrgID, string(p.TIN), p.NameUz, p.NameRu, g.Tasks, g.Until, a.MemberID, a.Name).Scan(&id)
	if err != nil {
		return 0, fmt.Errorf("insert authorization: %w", err)
	}
	b := &pgx.Batch{}
	b.Queue(`insert into authorization_groups (org_id, authorization_id, group_id, provider_org_id)
		select $1, $2, unnest($3::smallint[]), $4`, a.OrgID, id, g.Groups, p.OrgID)
	b.Queue(`insert into received_authorizations (org_id, authorization_id, giver_org_id) values ($1, $2, $3)`, p.OrgID, id, a.OrgID)
	if err := tx.SendBatch(ctx, b).Close(); err != nil {
		return 0, fmt.Errorf("insert authorization: %w", err)
	}
	return id, nil
}

func end(ctx context.Context, tx pg.Tx, orgID, id int64, s Status, why string) error {
	b := &pgx.Batch{}
	b.Queue(`update authorizations set status = $3, reason = $4, ended_at = least(now(), expires_at) where org_id = $1 and id = $2`, orgID, id, string(s), why)
	b.Queue(`update authorization_groups set live = false where org_id = $1 and authorization_id = $2`, orgID, id)
	if err := tx.SendBatch(ctx, b).Close(); err != nil {
		return fmt.Errorf("end authorization: %w", err)
	}
	return nil
}

// createdToday counts what a provider was given in the last 24 hours.
func createdToday(ctx context.Context, q pg.Querier, orgID, providerID int64) (n int, err error) {
	const stmt = `
		select count(*) from authorizations
		where org_id = $1 and provider_org_id = $2 and created_at > now() - interval '1 day'`
	if err := q.QueryRow(ctx, stmt, orgID, providerID).Scan(&n); err != nil {
		return 0, fmt.Errorf("count authorizations: %w", err)
	}
	return n, nil
}

// closeLapsed frees the groups of authorizations whose day is over; the job
// tells of their end and writes it down.
func closeLapsed(ctx context.Context, tx pg.Tx, orgID, providerID int64) error {
	const q = `
		update authorization_groups ag set live = false
		from authorizations a
		where ag.org_id = $1 and ag.provider_org_id = $2 and ag.live
		  and a.org_id = ag.org_id and a.id = ag.authorization_id and a.expires_at <= now()`
	if _, err := tx.Exec(ctx, q, orgID, providerID); err != nil {
		return fmt.Errorf("close lapsed authorizations: %w", err)
	}
	return nil
}

// ref names an authorization.
type ref struct{ OrgID, ID int64 }

// lapsed gives some that are over and not written down as such, and locks them;
// those another process holds are its work.
//
//tenant:any the job looks after every organization
func lapsed(ctx context.Context, tx pg.Tx, limit int) ([]ref, error) {
	const q = `
		select org_id, id from authorizations
		where status = 'active' and expires_at <= now()
		order by expires_at, org_id, id
		limit $1
		for update skip locked`
	return refs(ctx, tx, q, limit)
}

// ending gives some that end within days and whose keepers were not reminded of
// that yet, and notes that they are now.
//
//tenant:any as above
func ending(ctx context.Context, tx pg.Tx, days, limit int) ([]ref, error) {
	const q = `
		update authorizations set reminded = $1
		where (org_id, id) in (
			select org_id, id from authorizations
			where status = 'active' and expires_at > now() and expires_at <= now() + $1 * interval '1 day'
			  and created_at < now() - interval '1 hour' and (reminded = 0 or reminded > $1)
			order by expires_at, org_id, id
			limit $2
			for update skip locked)
		returning org_id, id`
	return refs(ctx, tx, q, days, limit)
}

func refs(ctx context.Context, tx pg.Tx, q string, args ...any) ([]ref, error) {
	rows, err := tx.Query(ctx, q, args...)
	if err != nil {
		return nil, fmt.Errorf("due authorizations: %w", err)
	}
	rs, err := pgx.CollectRows(rows, pgx.RowToStructByPos[ref])
	if err != nil {
		return nil, fmt.Errorf("due authorizations: %w", err)
	}
	return rs, nil
}
