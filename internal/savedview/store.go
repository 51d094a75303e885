package savedview

import (
	"context"
	"fmt"

	"kabinet/internal/platform/pg"
)

// choices reads all that is known about a list in one statement: every page of
// the list asks for it.
func choices(ctx context.Context, q pg.Querier, orgID, memberID int64, list string) (c Choices, err error) {
	const stmt = `
		select coalesce(h.view_id, 0), coalesce(h.columns, '{}'), v.ids, v.names, v.queries
		from (select coalesce(array_agg(id order by name, id), '{}') as ids, coalesce(array_agg(name order by name, id), '{}') as names,
				coalesce(array_agg(query order by name, id), '{}') as queries
			from saved_views where org_id = $1 and member_id = $2 and list = $3) v
		left join list_choices h on h.org_id = $1 and h.member_id = $2 and h.list = $3`
	var ids []int64
	var names, queries []string
	if err := q.QueryRow(ctx, stmt, orgID, memberID, list).Scan(&c.Default, &c.Columns, &ids, &names, &queries); err != nil {
		return c, fmt.Errorf("read list choices: %w", err)
	}
	for i, id := range ids {
		c.Views = append(c.Views, View{ID: id, Name: names[i], Query: queries[i]})
	}
	return c, nil
}

// holdChoices makes the row of a list if there is none and holds it: of two
// windows of one person one comes after the other.
func holdChoices(ctx context.Context, tx pg.Tx, orgID, memberID int64, list string) error {
	const stmt = `
		insert into list_choices (org_id, member_id, list) values ($1, $2, $3)
		on conflict on constraint list_choices_pkey do update set list = excluded.list`
	if _, err := tx.Exec(ctx, stmt, orgID, memberID, list); err != nil {
		return fmt.Errorf("hold list choices: %w", err)
	}
	return nil
}

// upsertView keeps a view unless there are Max others already.
func upsertView(ctx context.Context, tx pg.Tx, orgID, memberID int64, list string, d Draft) (id int64, err error) {
	const stmt = `
		insert into saved_views (org_id, id, member_id, list, name, query)
		select $1, nextval('saved_view_ids'), $2, $3, $4, $5
		where (select count(*) from saved_views where org_id = $1 and member_id = $2 and list = $3 and name <> $4) < $6
		on conflict on constraint saved_views_name_key do update set query = excluded.query
		returning id`
	err = tx.QueryRow(ctx, stmt, orgID, memberID, list, d.Name, d.Query, Max).Scan(&id)
	switch {
	case pg.NoRows(err):
		return 0, ErrMany
	case err != nil:
		return 0, fmt.Errorf("save view: %w", err)
	}
	return id, nil
}

// deleteView deletes a view and, where the list opened with it, that too.
func deleteView(ctx context.Context, tx pg.Tx, orgID, memberID int64, list string, id int64) (name string, err error) {
	const stmt = `
		with gone as (
			delete from saved_views where org_id = $1 and member_id = $2 and list = $3 and id = $4 returning name),
		forgotten as (
			update list_choices set view_id = null where org_id = $1 and member_id = $2 and list = $3 and view_id = $4)
		select name from gone`
	err = tx.QueryRow(ctx, stmt, orgID, memberID, list, id).Scan(&name)
	switch {
	case pg.NoRows(err):
		return "", ErrNotFound
	case err != nil:
		return "", fmt.Errorf("remove view: %w", err)
	}
	return name, nil
}

// updateDefault keeps the view a list opens with; it must be the person's own.
func updateDefault(ctx context.Context, tx pg.Tx, orgID, memberID int64, list string, id int64) error {
	const stmt = `
		update list_choices h set view_id = nullif($4, 0)
		where h.org_id = $1 and h.member_id = $2 and h.list = $3 and ($4::bigint = 0 or exists (
			select 1 from saved_views v where v.org_id = $1 and v.member_id = $2 and v.list = $3 and v.id = $4))`
	tag, err := tx.Exec(ctx, stmt, orgID, memberID, list, id)
	switch {
	case err != nil:
		return fmt.Errorf("choose view: %w", err)
	case tag.RowsAffected() == 0:
		return ErrNotFound
	}
	return nil
}

func updateColumns(ctx context.Context, tx pg.Tx, orgID, memberID int64, list string, chosen []string) error {
	const stmt = `update list_choices set columns = $4 where org_id = $1 and member_id = $2 and list = $3`
	if _, err := tx.Exec(ctx, stmt, orgID, memberID, list, chosen); err != nil {
		return fmt.Errorf("choose columns: %w", err)
	}
	return nil
}
