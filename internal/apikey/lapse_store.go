package apikey

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"kabinet/internal/platform/pg"
)

// lapsed is a key of some organization.
type lapsed struct {
	OrgID int64
	Key
}

// takeReminders notes and gives the keys whose next reminder is due: the number
// in "reminded" is the days before the end of the last one, at first the days
// for which the key was made.
//
//tenant:any a job goes through the keys of every organization
func takeReminders(ctx context.Context, tx pg.Tx, limit int) ([]lapsed, error) {
	const q = `
		with due as (
			select org_id, id, case when expires_at <= now() + interval '1 day' then 1
			                        when expires_at <= now() + interval '3 days' then 3 else 7 end as step
			from api_keys
			where ended_at is null and expires_at > now() and expires_at <= now() + interval '7 days'
			  and reminded > case when expires_at <= now() + interval '1 day' then 1
			                      when expires_at <= now() + interval '3 days' then 3 else 7 end
			order by expires_at, org_id, id
			limit $1
			for update skip locked),
		k as (
			update api_keys a set reminded = due.step
			from due where a.org_id = due.org_id and a.id = due.id
			returning a.*)
		select k.org_id, ` + keyColumns + `
		from k
		join members m on m.org_id = k.org_id and m.id = k.member_id
		order by k.expires_at, k.org_id, k.id`
	return collect(tx.Query(ctx, q, limit))
}

// closeExpired ends keys whose days are over.
//
//tenant:any a job goes through the keys of every organization
func closeExpired(ctx context.Context, tx pg.Tx, limit int) ([]lapsed, error) {
	const q = `
		with due as (
			select org_id, id
			from api_keys
			where ended_at is null and expires_at <= now()
			order by expires_at, org_id, id
			limit $1
			for update skip locked),
		k as (
			update api_keys a set ended_at = a.expires_at, ending = 'expired'
			from due where a.org_id = due.org_id and a.id = due.id
			returning a.*)
		select k.org_id, ` + keyColumns + `
		from k
		join members m on m.org_id = k.org_id and m.id = k.member_id
		order by k.expires_at, k.org_id, k.id`
	return collect(tx.Query(ctx, q, limit))
}

// closeExpiredOf ends a member's key whose days are over, if there is one.
func closeExpiredOf(ctx context.Context, tx pg.Tx, orgID, memberID int64) ([]lapsed, error) {
	const q = `
		with k as (
			update api_keys set ended_at = expires_at, ending = 'expired'
			where org_id = $1 and member_id = $2 and ended_at is null and expires_at <= now()
			returning *)
		select k.org_id, ` + keyColumns + `
		from k
		join members m on m.org_id = k.org_id and m.id = k.member_id`
	return collect(tx.Query(ctx, q, orgID, memberID))
}

func collect(rows pgx.Rows, err error) ([]lapsed, error) {
	if err != nil {
		return nil, fmt.Errorf("lapsing keys: %w", err)
	}
	ls, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (l lapsed, err error) {
		err = row.Scan(append([]any{&l.OrgID}, targets(&l.Key)...)...)
		return l, err
	})
	if err != nil {
		return nil, fmt.Errorf("lapsing keys: %w", err)
	}
	return ls, nil
}
