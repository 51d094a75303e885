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

// selectPage reads a page, one row more than asked to know whether others
// follow, and in the same statement how many organizations there are in the
// states that are asked for, each counted up to one beyond the limit. A page
// costs one way to the database, however many counts stand on it.
//
//tenant:any operators list all organizations
func selectPage(ctx context.Context, db pg.Querier, f criteria, counted []Status) (rows []Listed, counts []int, err error) {
	c := narrow(f)
	counting := countEach(c, counted)
	if f.status != "" {
		c.and(`o.status = ?`, string(f.status))
	}
	if f.before != 0 {
		c.and(`o.org_id < ?`, f.before)
	}
	// Limits and states are written out: with parameters in their place the server
	// would plan each page anew, which takes longer than to read it.
	q := `
		select o.org_id, o.tin, o.legal_form, o.name_uz, o.name_ru, o.name_en, o.region, o.email, o.status
		from organizations o
		where true` + c.sql.String() + `
		order by o.org_id desc
		limit ` + strconv.Itoa(f.size+1)
	if len(counted) > 0 {
		// Joined to one row that is always there: an empty page has counts too.
		q = `
		select coalesce(p.org_id, 0), coalesce(p.tin, ''), coalesce(p.legal_form, ''), coalesce(p.name_uz, ''), coalesce(p.name_ru, ''),
			coalesce(p.name_en, ''), coalesce(p.region, ''), coalesce(p.email, ''), coalesce(p.status, '')` + counting + `
		from (values (true)) as always
		left join lateral (` + q + `) p on true
		order by p.org_id desc`
	}
	found, err := db.Query(ctx, q, planned(f, c.args)...)
	if err == nil {
		rows, counts, err = collectPage(found, f.size+1, len(counted))
	}
	if err != nil {
		return nil, nil, fmt.Errorf("list organizations: %w", err)
	}
	return rows, counts, nil
}

// countEach gives a column for each state; the rest of the filter applies.
//
//tenant:any operators count all organizations
func countEach(c *condition, counted []Status) string {
	narrowed, beyond := c.sql.String(), strconv.Itoa(countLimit+1)
	var b strings.Builder
	for _, s := range counted {
		b.WriteString(`,
			(select count(*) from (
				select 1 from organizations o where o.status = '` + string(s) + `'` + narrowed + ` limit ` + beyond + `) counted)`)
	}
	return b.String()
}

// planned has a search planned anew each time: a plan that must fit every word
// walks the whole table (performance.md 2.6).
func planned(f criteria, args []any) []any {
	if len(f.words) == 0 {
		return args
	}
	return append([]any{pgx.QueryExecModeCacheDescribe}, args...)
}

func collectPage(found pgx.Rows, most, counted int) ([]Listed, []int, error) {
	var l Listed
	counts := make([]int, counted)
	into := []any{&l.ID, &l.TIN, &l.Form, &l.NameUz, &l.NameRu, &l.NameEn, &l.Region, &l.Email, &l.Status}
	for i := range counts {
		into = append(into, &counts[i])
	}
	rows := make([]Listed, 0, most)
	_, err := pgx.ForEachRow(found, into, func() error {
		if l.ID != 0 {
			rows = append(rows, l)
		}
		return nil
	})
	return rows, counts, err
}
