package support

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"kabinet/internal/platform/pg"
	"kabinet/internal/request"
)

// The tables a list of members is merged from, in their order.
const (
	sourceSupport int64 = 1
	sourceRequest int64 = 2
)

// ownRequests reads requests in words, one more than asked.
func ownRequests(ctx context.Context, db pg.Querier, c own) ([]Row, error) {
	const q = `select ` + columns + `,
			r.last_side = 'staff' and r.last_id > coalesce((
				select s.read_to from support_reads s
				where s.org_id = r.org_id and s.request_id = r.id and s.member_id = $3), 0)
		from support_requests r
		where r.org_id = $1 and ($2::bigint = 0 or r.member_id = $2)
			and r.status = any ($4::text[]) and ($5 = '' or r.kind = $5)
			and ($6 = '' or r.title ilike $6 or r.id = $7)
			and ($8::timestamptz is null or (r.changed_at, $9::bigint, r.id) < ($8, $10::bigint, $11::bigint))
		order by r.changed_at desc, r.id desc
		limit $12`
	after := after(c)
	rows, err := db.Query(ctx, q, c.orgID, c.memberID, c.reader, c.statuses, c.kind, c.words, c.number,
		after, sourceSupport, c.after.Source, c.after.Number, c.size+1)
	if err != nil {
		return nil, fmt.Errorf("support requests of organization: %w", err)
	}
	rs, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (r Row, err error) {
		err = scan(row, &r.Request, &r.Unread)
		r.At, r.source, r.number = r.ChangedAt, sourceSupport, r.ID
		return r, err
	})
	if err != nil {
		return nil, fmt.Errorf("support requests of organization: %w", err)
	}
	return rs, nil
}

// after is the moment at which the page before ended, null on the first.
func after(c own) any {
	if c.after == (mark{}) {
		return nil
	}
	return c.after.At
}

// ownWishes reads requests that staff decide, one more than asked, as far as a
// list shows them.
func ownWishes(ctx context.Context, db pg.Querier, c own) ([]Row, error) {
	const q = `
		select r.org_id, r.id, r.kind, r.subject, r.wanted, r.status, r.member_name, r.created_at, r.answer,
			coalesce(g.id, 0), coalesce(g.slug, ''), coalesce(g.name_uz, ''), coalesce(g.name_ru, ''), coalesce(g.name_en, ''),
			coalesce(r.decided_at, r.created_at)
		from requests r
		left join product_groups g on r.kind = 'issuer' and g.id::text = r.subject
		where r.org_id = $1 and ($2::bigint = 0 or r.member_id = $2)
			and r.status = any ($3::text[]) and r.kind = any ($4::text[])
			and ($5 = '' or r.subject ilike $5 or g.name_uz ilike $5 or g.name_ru ilike $5 or g.name_en ilike $5)
			and ($6::timestamptz is null or (coalesce(r.decided_at, r.created_at), $7::bigint, r.id) < ($6, $8::bigint, $9::bigint))
		order by coalesce(r.decided_at, r.created_at) desc, r.id desc
		limit $10`
	rows, err := db.Query(ctx, q, c.orgID, c.memberID, c.decided, c.kinds, c.words, after(c), sourceRequest, c.after.Source, c.after.Number, c.size+1)
	if err != nil {
		return nil, fmt.Errorf("requests of organization: %w", err)
	}
	rs, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (r Row, err error) {
		w := &request.Request{}
		err = row.Scan(&w.OrgID, &w.ID, &w.Kind, &w.Subject, &w.Wanted, &w.Status, &w.By, &w.CreatedAt, &w.Answer,
			&w.Group.ID, &w.Group.Slug, &w.Group.Uz, &w.Group.Ru, &w.Group.En, &r.At)
		r.Wish, r.source, r.number = w, sourceRequest, w.ID
		return r, err
	})
	if err != nil {
		return nil, fmt.Errorf("requests of organization: %w", err)
	}
	return rs, nil
}

// countOwn counts what each part of the list holds, whatever else narrows it.
func countOwn(ctx context.Context, db pg.Querier, c own) (map[Part]int, error) {
	const q = `
		select r.status, '', count(*) from support_requests r
		where r.org_id = $1 and ($2::bigint = 0 or r.member_id = $2)
		group by r.status
		union all
		select '', r.status, count(*) from requests r
		where r.org_id = $1 and ($2::bigint = 0 or r.member_id = $2)
		group by r.status`
	rows, err := db.Query(ctx, q, c.orgID, c.memberID)
	if err != nil {
		return nil, fmt.Errorf("count support requests of organization: %w", err)
	}
	counts := map[Part]int{}
	var s Status
	var decided request.Status
	var n int
	_, err = pgx.ForEachRow(rows, []any{&s, &decided, &n}, func() error {
		state := s
		if decided != "" {
			state = standing(decided)
		}
		for _, p := range Parts() {
			if p.holds(state) {
				counts[p] += n
			}
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("count support requests of organization: %w", err)
	}
	return counts, nil
}
