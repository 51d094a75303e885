package request

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"kabinet/internal/core/actor"
	"kabinet/internal/platform/pg"
)

// listLimit is how many requests an organization's own list shows: the newest.
const listLimit = 100

// ofOrg lists requests of an organization, the newest first.
func ofOrg(ctx context.Context, db pg.Querier, orgID int64, subject string, kinds []Kind) ([]Request, error) {
	const q = `
		select r.org_id, r.id, r.kind, r.subject, r.wanted, r.about, r.status, r.member_name, r.created_at,
			r.decided_name, r.decided_at, r.answer,
			coalesce(g.id, 0), coalesce(g.slug, ''), coalesce(g.name_uz, ''), coalesce(g.name_ru, ''), coalesce(g.name_en, ''),
			coalesce(b.id, 0), coalesce(b.name, ''), coalesce(b.media_type, ''), coalesce(b.size, 0)
		from requests r
		left join product_groups g on r.kind = 'issuer' and g.id::text = r.subject
		left join blobs b on b.id = r.blob_id
		where r.org_id = $1 and r.kind = any ($2::text[]) and ($3 = '' or r.subject = $3)
		order by r.id desc
		limit $4`
	rows, err := db.Query(ctx, q, orgID, kinds, subject, listLimit)
	if err != nil {
		return nil, fmt.Errorf("requests of organization: %w", err)
	}
	rs, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (r Request, err error) { return r, scan(row, &r) })
	if err != nil {
		return nil, fmt.Errorf("requests of organization: %w", err)
	}
	return rs, nil
}

// byID gives a request, or ErrNotFound.
func byID(ctx context.Context, db pg.Querier, orgID, id int64) (Request, error) {
	const q = `
		select r.org_id, r.id, r.kind, r.subject, r.wanted, r.about, r.status, r.member_name, r.created_at,
			r.decided_name, r.decided_at, r.answer,
			coalesce(g.id, 0), coalesce(g.slug, ''), coalesce(g.name_uz, ''), coalesce(g.name_ru, ''), coalesce(g.name_en, ''),
			coalesce(b.id, 0), coalesce(b.name, ''), coalesce(b.media_type, ''), coalesce(b.size, 0)
		from requests r
		left join product_groups g on r.kind = 'issuer' and g.id::text = r.subject
		left join blobs b on b.id = r.blob_id
		where r.org_id = $1 and r.id = $2`
	rows, err := db.Query(ctx, q, orgID, id)
	if err != nil {
		return Request{}, fmt.Errorf("request %d: %w", id, err)
	}
	r, err := pgx.CollectExactlyOneRow(rows, func(row pgx.CollectableRow) (r Request, err error) { return r, scan(row, &r) })
	switch {
	case pg.NoRows(err):
		return Request{}, ErrNotFound
	case err != nil:
		return Request{}, fmt.Errorf("request %d: %w", id, err)
	}
	return r, nil
}

// scan reads the columns of a request, and further ones into more.
func scan(row pgx.CollectableRow, r *Request, more ...any) error {
	var decided *time.Time
	g, d := &r.Group, &r.Document
	into := []any{
		&r.OrgID, &r.ID, &r.Kind, &r.Subject, &r.Wanted, &r.About, &r.Status, &r.By, &r.CreatedAt,
		&r.DecidedBy, &decided, &r.Answer,
		&g.ID, &g.Slug, &g.Uz, &g.Ru, &g.En, &d.BlobID, &d.Name, &d.MediaType, &d.Size,
	}
	if err := row.Scan(append(into, more...)...); err != nil {
		return err
	}
	if decided != nil {
		r.DecidedAt = *decided
	}
	return nil
}

// lock holds a request until the transaction ends.
func lock(ctx context.Context, tx pg.Tx, orgID, id int64) (r Request, err error) {
	const q = `select org_id, id, kind, subject, status from requests where org_id = $1 and id = $2 for update`
	err = tx.QueryRow(ctx, q, orgID, id).Scan(&r.OrgID, &r.ID, &r.Kind, &r.Subject, &r.Status)
	switch {
	case pg.NoRows(err):
		return Request{}, ErrNotFound
	case err != nil:
		return Request{}, fmt.Errorf("lock request %d: %w", id, err)
	}
	return r, nil
}

// counts tells how many requests of an organization are open and how many it
// made in 24 hours.
func counts(ctx context.Context, tx pg.Tx, orgID int64) (opened, day int, err error) {
	const q = `
		select count(*) filter (where status = 'open'), count(*) filter (where created_at > now() - interval '24 hours')
		from requests
		where org_id = $1`
	if err := tx.QueryRow(ctx, q, orgID).Scan(&opened, &day); err != nil {
		return 0, 0, fmt.Errorf("count requests: %w", err)
	}
	return opened, day, nil
}

func insert(ctx context.Context, tx pg.Tx, a actor.Actor, o opening) (id int64, err error) {
	const q = `
		insert into requests (org_id, id, kind, subject, wanted, about, blob_id, member_id, member_name)
		values ($1, nextval('request_ids'), $2, $3, $4, $5, $6, $7, $8)
		returning id`
	err = tx.QueryRow(ctx, q, a.OrgID, string(o.kind), o.subject, o.wanted, o.about, o.blobID, a.MemberID, a.Name).Scan(&id)
	switch {
	case pg.Violates(err, "requests_open_key"):
		return 0, ErrOpen.Because(err)
	case err != nil:
		return 0, fmt.Errorf("insert request: %w", err)
	}
	return id, nil
}

func withdraw(ctx context.Context, tx pg.Tx, orgID, id int64) error {
	const q = `update requests set status = 'withdrawn', decided_at = now() where org_id = $1 and id = $2 and status = 'open'`
	if _, err := tx.Exec(ctx, q, orgID, id); err != nil {
		return fmt.Errorf("withdraw request %d: %w", id, err)
	}
	return nil
}

func claim(ctx context.Context, tx pg.Tx, op actor.Operator, orgID, id int64) error {
	const q = `
		update requests
		set claimed_by = $3, claimed_name = $4, claimed_at = now()
		where org_id = $1 and id = $2 and status = 'open'`
	if _, err := tx.Exec(ctx, q, orgID, id, op.StaffID, op.Name); err != nil {
		return fmt.Errorf("claim request %d: %w", id, err)
	}
	return nil
}

func decide(ctx context.Context, tx pg.Tx, op actor.Operator, r Request, d Decision) error {
	const q = `
		update requests
		set status = $3, answer = $4, decided_by = $5, decided_name = $6, decided_at = now()
		where org_id = $1 and id = $2 and status = 'open'`
	if _, err := tx.Exec(ctx, q, r.OrgID, r.ID, string(d.status()), d.Answer, op.StaffID, op.Name); err != nil {
		return fmt.Errorf("decide request %d: %w", r.ID, err)
	}
	return nil
}
