package agreement

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5"

	"kabinet/internal/core/page"
	"kabinet/internal/core/taxid"
	"kabinet/internal/platform/pg"
)

// criteria is a filter whose parts are all valid.
type criteria struct {
	status   Status
	id       int64  // number of an agreement; 0 for all
	low, top string // range of tax numbers; empty for all
	after    int64  // agreement at which the page before ended; 0 for the first
	size     int
}

// criteria reads a filter. What is neither a number of an agreement nor the
// beginning of a tax number finds nothing.
func (f Filter) criteria(after int64) criteria {
	c := criteria{status: f.Status, after: after, size: f.Size}
	if c.status == "" {
		c.status = Requested
	}
	if c.size <= 0 {
		c.size = page.Size("")
	}
	typed := strings.ToUpper(strings.NewReplacer(" ", "", "\u00a0", "").Replace(f.Query))
	if number, ok := strings.CutPrefix(typed, "KM"); ok {
		c.id, _ = strconv.ParseInt(strings.TrimPrefix(number, "-"), 10, 63)
		if c.id <= 0 {
			c.low, c.top = "x", "x"
		}
		return c
	}
	if typed != "" {
		c.low, c.top = "x", "x"
	}
	if low, top, ok := taxid.Begun(typed); ok {
		c.low, c.top = low, top
	}
	return c
}

// queue reads a page, one row more than asked to know whether others follow. What
// lapsed in this hour is still among the active ones, and says that it ended.
//
//tenant:any staff look after the agreements of all organizations
func queue(ctx context.Context, q pg.Querier, c criteria) ([]Item, error) {
	const items = `select ` + columns + `, o.tin, o.name_uz, o.name_ru, o.name_en
		from agreements a
		join organizations o on o.org_id = a.org_id
		where a.status = $1 and ($2::bigint = 0 or a.id = $2)
			and ($3 = '' or a.org_id in (select t.org_id from tin_registry t where t.tin between $3 and $4))`
	const byAge = items + ` and a.id > $5 order by a.id limit $6`
	const newest = items + ` and ($5::bigint = 0 or a.id < $5) order by a.id desc limit $6`
	stmt := byAge
	if c.status == Active || c.status == Ended {
		stmt = newest
	}
	rows, err := q.Query(ctx, stmt, string(c.status), c.id, c.low, c.top, c.after, c.size+1)
	if err != nil {
		return nil, fmt.Errorf("list agreements: %w", err)
	}
	is, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (i Item, err error) {
		return i, scanInto(row, &i.Agreement, &i.TIN, &i.Uz, &i.Ru, &i.En)
	})
	if err != nil {
		return nil, fmt.Errorf("list agreements: %w", err)
	}
	return is, nil
}

// countEach counts the agreements in each state, up to one beyond the limit; the
// rest of the filter applies.
//
//tenant:any staff look after the agreements of all organizations
func countEach(ctx context.Context, q pg.Querier, c criteria) (map[Status]page.Count, error) {
	const stmt = `
		select s.status, (
			select count(*) from (
				select 1 from agreements a
				where a.status = s.status and ($2::bigint = 0 or a.id = $2)
					and ($3 = '' or a.org_id in (select t.org_id from tin_registry t where t.tin between $3 and $4))
				limit 1001) counted)
		from unnest($1::text[]) s (status)`
	rows, err := q.Query(ctx, stmt, Statuses(), c.id, c.low, c.top)
	if err != nil {
		return nil, fmt.Errorf("count agreements: %w", err)
	}
	all := map[Status]page.Count{}
	var s Status
	var n int
	_, err = pgx.ForEachRow(rows, []any{&s, &n}, func() error {
		all[s] = page.UpTo(countLimit, n)
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("count agreements: %w", err)
	}
	return all, nil
}
