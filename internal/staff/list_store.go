package staff

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"kabinet/internal/platform/pg"
)

// selectPeople reads a page, one row more than asked to know whether others
// follow. The operator has some hundred people, so a search reads them all.
func selectPeople(ctx context.Context, q pg.Querier, c criteria) ([]Person, error) {
	const stmt = `
		select id, name, roles, status, created_at
		from staff
		where ($1 = '' or strpos(lower(name), lower($1)) > 0
		       or cardinality($2::text[]) > 0 and not exists (select from unnest($2::text[]) w where strpos(search, w) = 0))
		  and ($3 = '' or status = $3)
		  and (status, name, id) > ($4, $5, $6)
		order by status, name, id
		limit $7`
	rows, err := q.Query(ctx, stmt, c.typed, c.words, c.status, c.after.Status, c.after.Name, c.after.ID, c.size+1)
	if err != nil {
		return nil, fmt.Errorf("list staff: %w", err)
	}
	people, err := pgx.CollectRows(rows, pgx.RowToStructByPos[Person])
	if err != nil {
		return nil, fmt.Errorf("list staff: %w", err)
	}
	return people, nil
}

// countPeople counts those that the filter finds, by status.
func countPeople(ctx context.Context, q pg.Querier, c criteria) (map[string]int, error) {
	const stmt = `
		select status, count(*)
		from staff
		where $1 = '' or strpos(lower(name), lower($1)) > 0
		   or cardinality($2::text[]) > 0 and not exists (select from unnest($2::text[]) w where strpos(search, w) = 0)
		group by status`
	rows, err := q.Query(ctx, stmt, c.typed, c.words)
	if err != nil {
		return nil, fmt.Errorf("count staff: %w", err)
	}
	counts := map[string]int{}
	var status string
	var n int
	_, err = pgx.ForEachRow(rows, []any{&status, &n}, func() error {
		counts[status] = n
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("count staff: %w", err)
	}
	return counts, nil
}
