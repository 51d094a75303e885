package org

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5"

	"kabinet/internal/platform/pg"
)

// condition collects fixed fragments of SQL and the values for them; what a
// person typed only ever becomes a value.
type condition struct {
	sql  strings.Builder
	args []any
}

// and adds a fragment; every ? in it stands for the next value.
func (c *condition) and(fragment string, values ...any) {
	c.sql.WriteString(" and ")
	for _, v := range values {
		before, after, _ := strings.Cut(fragment, "?")
		c.args = append(c.args, v)
		c.sql.WriteString(before + "$" + strconv.Itoa(len(c.args)))
		fragment = after
	}
	c.sql.WriteString(fragment)
}

// narrow applies everything but the status and the page.
func narrow(f criteria) *condition {
	c := &condition{}
	if f.low != "" {
		c.and(`o.org_id in (select r.org_id from tin_registry r where r.tin between ? and ?)`, f.low, f.top)
	}
	for _, w := range f.words {
		c.and(`o.search like '%' || ? || '%'`, w) // folded: letters and digits only
	}
	if f.region != "" {
		c.and(`o.region = ?`, f.region)
	}
	if f.groupID != 0 {
		c.and(`exists (select 1 from org_product_groups g where g.org_id = o.org_id and g.group_id = ?)`, f.groupID)
	}
	return c
}

// selectPage reads one row more than asked, to know whether others follow.
//
//tenant:any operators list all organizations
func selectPage(ctx context.Context, db pg.Querier, f criteria) (rows []Listed, more bool, err error) {
	c := narrow(f)
	if f.status != "" {
		c.and(`o.status = ?`, string(f.status))
	}
	if f.before != 0 {
		c.and(`o.org_id < ?`, f.before)
	}
	const head = `
		select o.org_id, o.tin, o.legal_form, o.name_uz, o.name_ru, o.name_en, o.region, o.email, o.status
		from organizations o
		where true`
	const tail = `
		order by o.org_id desc
		limit $`
	c.args = append(c.args, f.size+1)
	found, err := db.Query(ctx, head+c.sql.String()+tail+strconv.Itoa(len(c.args)), c.args...)
	if err != nil {
		return nil, false, fmt.Errorf("list organizations: %w", err)
	}
	rows, err = pgx.CollectRows(found, pgx.RowToStructByPos[Listed])
	if err != nil {
		return nil, false, fmt.Errorf("list organizations: %w", err)
	}
	if len(rows) > f.size {
		return rows[:f.size], true, nil
	}
	return rows, false, nil
}

// countByStatus counts each state up to one beyond the limit.
//
//tenant:any operators count all organizations
func countByStatus(ctx context.Context, db pg.Querier, f criteria) (map[Status]int, error) {
	c := narrow(f)
	c.args = append(c.args, countLimit+1)
	limit := `$` + strconv.Itoa(len(c.args))
	var parts []string
	for _, s := range Statuses() {
		c.args = append(c.args, string(s))
		status := `$` + strconv.Itoa(len(c.args))
		parts = append(parts, `
			select `+status+`::text, count(*)
			from (select 1 from organizations o where o.status = `+status+c.sql.String()+` limit `+limit+`) counted`)
	}
	rows, err := db.Query(ctx, strings.Join(parts, ` union all `), c.args...)
	if err != nil {
		return nil, fmt.Errorf("count organizations: %w", err)
	}
	counts := map[Status]int{}
	var status string
	var n int
	_, err = pgx.ForEachRow(rows, []any{&status, &n}, func() error {
		counts[Status(status)] = n
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("count organizations: %w", err)
	}
	return counts, nil
}
