package request

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"kabinet/internal/core/page"
	"kabinet/internal/core/taxid"
	"kabinet/internal/platform/pg"
)

// criteria is a filter whose parts are all valid.
type criteria struct {
	status   Status
	kind     string // empty for all
	low, top string // range of tax numbers; empty for all
	after    int64  // request at which the page before ended; 0 for the first
	size     int
}

// criteria reads a filter. Unknown values do not narrow; what cannot be the
// beginning of a tax number finds nothing.
func (f Filter) criteria(after int64) criteria {
	c := criteria{status: f.Status, kind: string(f.Kind), after: after, size: f.Size}
	if c.status == "" {
		c.status = Open
	}
	if c.size <= 0 {
		c.size = page.Size("")
	}
	if strings.TrimSpace(f.Query) != "" {
		c.low, c.top = "x", "x"
	}
	if low, top, ok := taxid.Begun(f.Query); ok {
		c.low, c.top = low, top
	}
	return c
}

// queue reads a page, one row more than asked to know whether others follow:
// open requests by age, others the newest first.
//
//tenant:any staff decide the requests of all organizations
func queue(ctx context.Context, db pg.Querier, c criteria) ([]Item, error) {
	const items = `
		select r.org_id, r.id, r.kind, r.subject, r.wanted, r.about, r.status, r.member_name, r.created_at,
			r.decided_name, r.decided_at, r.answer,
			coalesce(g.id, 0), coalesce(g.slug, ''), coalesce(g.name_uz, ''), coalesce(g.name_ru, ''), coalesce(g.name_en, ''),
			coalesce(b.id, 0), coalesce(b.name, ''), coalesce(b.media_type, ''), coalesce(b.size, 0),
			o.tin, o.name_uz, o.name_ru, o.name_en,
			case when r.claimed_at > now() - interval '15 minutes' then r.claimed_by end, r.claimed_name, r.claimed_at
		from requests r
		join organizations o on o.org_id = r.org_id
		left join product_groups g on r.kind = 'issuer' and g.id::text = r.subject
		left join blobs b on b.id = r.blob_id
		where r.status = $1 and ($2 = '' or r.kind = $2)
			and ($3 = '' or r.org_id in (select t.org_id from tin_registry t where t.tin between $3 and $4))`
	const byAge = items + `
			and r.id > $5
		order by r.id
		limit $6`
	const newest = items + `
			and ($5::bigint = 0 or r.id < $5)
		order by r.id desc
		limit $6`
	q := newest
	if c.status == Open {
		q = byAge
	}
	rows, err := db.Query(ctx, q, string(c.status), c.kind, c.low, c.top, c.after, c.size+1)
	if err != nil {
		return nil, fmt.Errorf("queue of requests: %w", err)
	}
	is, err := pgx.CollectRows(rows, scanItem)
	if err != nil {
		return nil, fmt.Errorf("queue of requests: %w", err)
	}
	return is, nil
}

// countEach counts the requests in each state, up to one beyond the limit; the
// rest of the filter applies.
//
//tenant:any staff decide the requests of all organizations
func countEach(ctx context.Context, db pg.Querier, c criteria) (map[Status]page.Count, error) {
	const q = `
		select s.status, (
			select count(*) from (
				select 1 from requests r
				where r.status = s.status and ($2 = '' or r.kind = $2)
					and ($3 = '' or r.org_id in (select t.org_id from tin_registry t where t.tin between $3 and $4))
				limit 1001) counted)
		from unnest($1::text[]) s (status)`
	rows, err := db.Query(ctx, q, Statuses(), c.kind, c.low, c.top)
	if err != nil {
		return nil, fmt.Errorf("count requests: %w", err)
	}
	all := map[Status]page.Count{}
	var s Status
	var n int
	_, err = pgx.ForEachRow(rows, []any{&s, &n}, func() error {
		all[s] = page.UpTo(countLimit, n)
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("count requests: %w", err)
	}
	return all, nil
}

// item gives a request with its organization, or ErrNotFound.
func item(ctx context.Context, db pg.Querier, orgID, id int64) (Item, error) {
	const q = `
		select r.org_id, r.id, r.kind, r.subject, r.wanted, r.about, r.status, r.member_name, r.created_at,
			r.decided_name, r.decided_at, r.answer,
			coalesce(g.id, 0), coalesce(g.slug, ''), coalesce(g.name_uz, ''), coalesce(g.name_ru, ''), coalesce(g.name_en, ''),
			coalesce(b.id, 0), coalesce(b.name, ''), coalesce(b.media_type, ''), coalesce(b.size, 0),
			o.tin, o.name_uz, o.name_ru, o.name_en,
			case when r.claimed_at > now() - interval '15 minutes' then r.claimed_by end, r.claimed_name, r.claimed_at
		from requests r
		join organizations o on o.org_id = r.org_id
		left join product_groups g on r.kind = 'issuer' and g.id::text = r.subject
		left join blobs b on b.id = r.blob_id
		where r.org_id = $1 and r.id = $2`
	rows, err := db.Query(ctx, q, orgID, id)
	if err != nil {
		return Item{}, fmt.Errorf("request %d: %w", id, err)
	}
	i, err := pgx.CollectExactlyOneRow(rows, scanItem)
	switch {
	case pg.NoRows(err):
		return Item{}, ErrNotFound
	case err != nil:
		return Item{}, fmt.Errorf("request %d: %w", id, err)
	}
	return i, nil
}

// nextFor gives the oldest open request that is free for one of the staff.
//
//tenant:any staff decide the requests of all organizations
func nextFor(ctx context.Context, db pg.Querier, staffID int64) (i Item, ok bool, err error) {
	const q = `
		select r.org_id, r.id
		from requests r
		where r.status = 'open'
			and (r.claimed_at is null or r.claimed_by = $1 or r.claimed_at < now() - interval '15 minutes')
			and not exists (select 1 from staff s join members m on m.org_id = r.org_id and m.pinfl_mac = s.pinfl_mac where s.id = $1)
			and not exists (select 1 from staff s join organizations o on o.org_id = r.org_id and o.director_pinfl_mac = s.pinfl_mac where s.id = $1)
		order by r.id
		limit 1`
	err = db.QueryRow(ctx, q, staffID).Scan(&i.OrgID, &i.ID)
	switch {
	case pg.NoRows(err):
		return Item{}, false, nil
	case err != nil:
		return Item{}, false, fmt.Errorf("next request: %w", err)
	}
	return i, true, nil
}

func scanItem(row pgx.CollectableRow) (i Item, err error) {
	var by *int64
	var at *time.Time
	err = scan(row, &i.Request, &i.TIN, &i.Uz, &i.Ru, &i.En, &by, &i.ClaimedName, &at)
	if by != nil && at != nil {
		i.ClaimedBy, i.ClaimedAt = *by, *at
	}
	return i, err
}
