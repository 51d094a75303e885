package access

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"kabinet/internal/core/actor"
	"kabinet/internal/platform/pg"
)

// insertRequest asks; false when the same is asked for already.
func insertRequest(ctx context.Context, tx pg.Tx, a actor.Actor, w Wish) (bool, error) {
	const q = `
		insert into access_requests (org_id, id, member_id, kind, subject, note, path)
		values ($1, nextval('access_request_ids'), $2, $3, $4, $5, $6)
		on conflict (org_id, member_id, kind, subject) where status = 'open' do nothing`
	tag, err := tx.Exec(ctx, q, a.OrgID, a.MemberID, string(w.Kind), w.Code, w.Note, w.Path)
	if err != nil {
		return false, fmt.Errorf("insert request for access: %w", err)
	}
	return tag.RowsAffected() == 1, nil
}

func decide(ctx context.Context, tx pg.Tx, a actor.Actor, id int64, status Status, reason string) error {
	const q = `
		update access_requests set status = $4, reason = $5, decided_at = now(), decided_by = $3
		where org_id = $1 and id = $2`
	if _, err := tx.Exec(ctx, q, a.OrgID, id, a.MemberID, string(status), reason); err != nil {
		return fmt.Errorf("decide request for access: %w", err)
	}
	return nil
}

// requests reads requests with the names of who asked, of what, and of who
// decided; the rest of the statement follows.
const requests = `
	select q.id, q.member_id, m.name, m.name_ru, m.name_en, q.kind, q.subject,
	       coalesce(g.name_uz, p.name, ''), coalesce(g.name_ru, ''), coalesce(g.name_en, ''),
	       q.note, q.status, q.reason, q.created_at, coalesce(q.decided_at, '0001-01-01 00:00:00+00'),
	       coalesce(d.name, ''), coalesce(d.name_ru, ''), coalesce(d.name_en, '')
	from access_requests q
	join members m on m.org_id = q.org_id and m.id = q.member_id
	left join members d on d.org_id = q.org_id and d.id = q.decided_by
	left join product_groups g on q.kind = 'group' and g.id::text = q.subject
	left join places p on q.kind = 'place' and p.org_id = q.org_id and p.id::text = q.subject
	where q.org_id = $1 and `

func collect(row pgx.CollectableRow) (r Request, err error) {
	err = row.Scan(&r.ID, &r.MemberID, &r.Who.Uz, &r.Who.Ru, &r.Who.En, &r.Thing.Kind, &r.Thing.Code,
		&r.Names.Uz, &r.Names.Ru, &r.Names.En, &r.Note, &r.Status, &r.Reason, &r.CreatedAt, &r.DecidedAt,
		&r.DecidedBy.Uz, &r.DecidedBy.Ru, &r.DecidedBy.En)
	return r, err
}

func one(ctx context.Context, q pg.Querier, stmt string, args ...any) (Request, error) {
	rows, err := q.Query(ctx, stmt, args...)
	if err != nil {
		return Request{}, fmt.Errorf("request for access: %w", err)
	}
	r, err := pgx.CollectExactlyOneRow(rows, collect)
	switch {
	case pg.NoRows(err):
		return Request{}, ErrNotFound.Because(err)
	case err != nil:
		return Request{}, fmt.Errorf("request for access: %w", err)
	}
	return r, nil
}

func oneRequest(ctx context.Context, q pg.Querier, orgID, id int64) (Request, error) {
	return one(ctx, q, requests+`q.id = $2`, orgID, id)
}

// lockRequest is oneRequest for a request that is about to be decided.
func lockRequest(ctx context.Context, tx pg.Tx, orgID, id int64) (Request, error) {
	return one(ctx, tx, requests+`q.id = $2 for update of q`, orgID, id)
}

// selectRequests reads requests, the newest first; memberID 0 means everybody's.
func selectRequests(ctx context.Context, q pg.Querier, orgID, memberID int64, decided bool, before int64, limit int) ([]Request, error) {
	const stmt = requests + `(q.status <> 'open') = $2 and ($3::bigint = 0 or q.member_id = $3) and ($4::bigint = 0 or q.id < $4)
	order by q.id desc
	limit $5`
	rows, err := q.Query(ctx, stmt, orgID, decided, memberID, before, limit)
	if err != nil {
		return nil, fmt.Errorf("list requests for access: %w", err)
	}
	list, err := pgx.CollectRows(rows, collect)
	if err != nil {
		return nil, fmt.Errorf("list requests for access: %w", err)
	}
	return list, nil
}

func countOpen(ctx context.Context, q pg.Querier, orgID int64) (n int, err error) {
	const stmt = `select count(*) from (select from access_requests where org_id = $1 and status = 'open' limit 1000) o`
	if err := q.QueryRow(ctx, stmt, orgID).Scan(&n); err != nil {
		return 0, fmt.Errorf("count requests for access: %w", err)
	}
	return n, nil
}

func asked(ctx context.Context, q pg.Querier, a actor.Actor, t Thing) (yes bool, err error) {
	const stmt = `
		select exists (select from access_requests
			where org_id = $1 and member_id = $2 and kind = $3 and subject = $4 and status = 'open')`
	if err := q.QueryRow(ctx, stmt, a.OrgID, a.MemberID, string(t.Kind), t.Code).Scan(&yes); err != nil {
		return false, fmt.Errorf("request for access: %w", err)
	}
	return yes, nil
}
