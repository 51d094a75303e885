package support

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5"

	"kabinet/internal/core/page"
	"kabinet/internal/platform/pg"
)

// clause gathers conditions and what fills them.
type clause struct {
	sql  strings.Builder
	args []any
}

// and adds a condition; each ? stands for the next value.
func (c *clause) and(sql string, values ...any) {
	for _, v := range values {
		c.args = append(c.args, v)
		sql = strings.Replace(sql, "?", "$"+strconv.Itoa(len(c.args)), 1)
	}
	c.sql.WriteString(" and " + sql)
}

// narrow makes conditions of all but the part of the queue and the page.
func (f criteria) narrow() *clause {
	c := &clause{}
	if f.kind != "" {
		c.and(`r.kind = ?`, f.kind)
	}
	switch f.due {
	case Late:
		c.and(`r.due_at < now()`)
	case Today:
		c.and(`r.due_at < (date_trunc('day', now() at time zone 'Asia/Tashkent') + interval '1 day') at time zone 'Asia/Tashkent'`)
	case Whenever:
	}
	const ofTIN = `select t.org_id from tin_registry t where t.tin between ? and ?`
	switch {
	case f.low != "": // first the organizations, whose requests have an index
		c.and(`r.org_id in (`+ofTIN+` union all select x.org_id from support_requests x where x.id = ?)`, f.low, f.top, f.number)
		c.and(`(r.id = ? or r.org_id in (`+ofTIN+`))`, f.number, f.low, f.top)
	case f.number != 0:
		c.and(`r.id = ?`, f.number)
	case f.words != "":
		c.and(`r.title ilike ?`, f.words)
	}
	return c
}

// narrow keeps what is in a part of the queue that no deadline orders; each has
// an index in the order of its list.
func (t Tab) narrow(c *clause) {
	if t == Over {
		c.and(`r.closed_at is not null`)
		return
	}
	c.and(`r.status = ?`, string(t)) // of these parts the name is that of the state
}

// planned has a search planned anew each time: a plan that must fit every word
// fits common ones badly.
func planned(f criteria, args []any) []any {
	if f.words == "" && f.low == "" {
		return args
	}
	return append([]any{pgx.QueryExecModeCacheDescribe}, args...)
}

// queue reads a page, one row more than asked to know whether others follow.
//
//tenant:any staff answer the requests of all organizations
func queue(ctx context.Context, db pg.Querier, f criteria) ([]Item, error) {
	c := f.narrow()
	if f.tab == Mine {
		c.and(`r.held_by = ?`, f.staffID)
	}
	order := ` order by r.changed_at desc, r.org_id desc, r.id desc`
	if f.tab.byDeadline() {
		c.and(`r.due_at is not null`)
		order = ` order by r.due_at, r.org_id, r.id`
	} else {
		f.tab.narrow(c)
	}
	switch {
	case f.after == (place{}):
	case f.tab.byDeadline():
		c.and(`(r.due_at, r.org_id, r.id) > (?, ?, ?)`, f.after.At, f.after.OrgID, f.after.ID)
	default:
		c.and(`(r.changed_at, r.org_id, r.id) < (?, ?, ?)`, f.after.At, f.after.OrgID, f.after.ID)
	}
	q := `select ` + itemFrom + `
		from support_requests r
		join organizations o on o.org_id = r.org_id
		where true` + c.sql.String() + order + ` limit ` + strconv.Itoa(f.size+1)
	rows, err := db.Query(ctx, q, planned(f, c.args)...)
	if err != nil {
		return nil, fmt.Errorf("queue of support requests: %w", err)
	}
	is, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (i Item, err error) { return i, scanItem(row, &i) })
	if err != nil {
		return nil, fmt.Errorf("queue of support requests: %w", err)
	}
	return is, nil
}

// countTabs counts each part, up to one beyond the limit; the rest of the filter
// applies. Each count reads an index of its own.
//
//tenant:any staff answer the requests of all organizations
func countTabs(ctx context.Context, db pg.Querier, f criteria) (map[Tab]page.Count, error) {
	c := f.narrow()
	narrowed, parts := c.sql.String(), []string{}
	for _, t := range Tabs() {
		condition := `r.due_at is not null`
		switch t {
		case Mine:
			c.args = append(c.args, f.staffID)
			condition += ` and r.held_by = $` + strconv.Itoa(len(c.args))
		case Waits, Solved:
			condition = `r.status = '` + string(t) + `'`
		case Over:
			condition = `r.closed_at is not null`
		case ToAnswer:
		}
		parts = append(parts, `(select count(*) from (select 1 from support_requests r where `+condition+narrowed+` limit `+strconv.Itoa(countLimit+1)+`) x)`)
	}
	found := make([]int, len(parts))
	into := make([]any, len(parts))
	for i := range found {
		into[i] = &found[i]
	}
	if err := db.QueryRow(ctx, `select `+strings.Join(parts, ", "), planned(f, c.args)...).Scan(into...); err != nil {
		return nil, fmt.Errorf("count support requests: %w", err)
	}
	all := map[Tab]page.Count{}
	for i, t := range Tabs() {
		all[t] = page.UpTo(countLimit, found[i])
	}
	return all, nil
}
