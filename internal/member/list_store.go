package member

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5"

	"kabinet/internal/core/page"
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

// narrow applies everything but the status and the page; $1 is the organization.
func narrow(orgID int64, f criteria) *condition {
	c := &condition{args: []any{orgID}}
	for _, w := range f.words {
		c.and(`m.search like '%' || ? || '%'`, w) // folded: letters and digits only
	}
	if f.ids != nil {
		c.and(`m.id = any(?)`, f.ids)
	}
	if f.kind != "" {
		c.and(`m.kind = ?`, string(f.kind))
	}
	if f.role != "" {
		c.and(`exists (select 1 from member_roles r where r.org_id = m.org_id and r.member_id = m.id and r.role = ?)`, string(f.role))
	}
	return c
}

// selectPage reads a page, one row more than asked to know whether others
// follow.
func selectPage(ctx context.Context, q pg.Querier, orgID int64, f criteria) ([]Listed, error) {
	c := narrow(orgID, f)
	if f.status != "" {
		c.and(`m.status = ?`, string(f.status))
	}
	if f.after.ID != 0 {
		c.and(`(m.name, m.id) > (?, ?)`, f.after.Name, f.after.ID)
	}
	stmt := `
		select m.id, m.kind, m.name, m.name_ru, m.name_en, m.position, m.position_ru, m.position_en, m.email, m.status,
		       array(select r.role from member_roles r where r.org_id = m.org_id and r.member_id = m.id),
		       m.all_groups, m.all_places,
		       array(select concat_ws(e'\t', g.name_uz, g.name_ru, g.name_en)
		             from member_groups mg join product_groups g on g.id = mg.group_id
		             where mg.org_id = m.org_id and mg.member_id = m.id and not m.all_groups order by g.id limit 20),
		       array(select p.name from member_places mp join places p on p.org_id = mp.org_id and p.id = mp.place_id
		             where mp.org_id = m.org_id and mp.member_id = m.id and not m.all_places order by p.name, p.id limit 20),
		       m.created_at,
		       coalesce(greatest(m.seen_at, (select max(s.last_seen) from sessions s where s.account_id = m.account_id and s.org_id = m.org_id)), '0001-01-01 00:00:00+00')
		from members m
		where m.org_id = $1` + c.sql.String() + `
		order by m.name, m.id
		limit ` + strconv.Itoa(f.size+1)
	rows, err := q.Query(ctx, stmt, c.args...)
	if err != nil {
		return nil, fmt.Errorf("list members: %w", err)
	}
	list, err := pgx.CollectRows(rows, listed)
	if err != nil {
		return nil, fmt.Errorf("list members: %w", err)
	}
	return list, nil
}

func listed(row pgx.CollectableRow) (l Listed, err error) {
	var roles []string
	err = row.Scan(&l.ID, &l.Kind, &l.Names.Uz, &l.Names.Ru, &l.Names.En, &l.Positions.Uz, &l.Positions.Ru, &l.Positions.En,
		&l.Email, &l.Status, &roles, &l.AllGroups, &l.AllPlaces, &l.Groups, &l.Places, &l.CreatedAt, &l.SeenAt)
	l.Roles = ordered(roles)
	return l, err
}

// countPage counts by status in one statement; the organization's users are
// walked once.
func countPage(ctx context.Context, q pg.Querier, orgID int64, f criteria) (all page.Count, by map[Status]page.Count, err error) {
	c := narrow(orgID, f)
	stmt := `
		select m.status, count(*)
		from members m
		where m.org_id = $1` + c.sql.String() + `
		group by m.status`
	rows, err := q.Query(ctx, stmt, c.args...)
	if err != nil {
		return all, nil, fmt.Errorf("count members: %w", err)
	}
	by = map[Status]page.Count{}
	var s Status
	var n int
	_, err = pgx.ForEachRow(rows, []any{&s, &n}, func() error {
		by[s] = counted(n)
		all.N += n
		return nil
	})
	if err != nil {
		return all, nil, fmt.Errorf("count members: %w", err)
	}
	return counted(all.N), by, nil
}

func counted(n int) page.Count { return page.UpTo(countLimit, n) }
