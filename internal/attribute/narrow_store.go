package attribute

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"kabinet/internal/platform/pg"
)

// BookWith is BookOf with no more of the dictionaries than some codes: enough to
// check what names its entries by code, at the cost of those entries. A dictionary
// of thousands need not be read to store one card.
func BookWith(ctx context.Context, q pg.Querier, group int16, codes []string) (Book, error) {
	const stmt = `
		select c.list, c.code, c.name_uz, c.name_ru, c.name_en
		from card_codes c
		where c.group_id = $1 and c.list in ('category', 'hs', 'ikpu') and c.code = any ($2) and c.off_at is null
		order by c.list, c.code collate "C"`
	sets, err := newestSets(ctx, q, []int16{group})
	if err != nil {
		return Book{}, err
	}
	b := Book{Group: group, Set: Set{Group: group}}
	for _, s := range sets {
		b.Set = s
	}
	rows, err := q.Query(ctx, stmt, group, codes)
	if err != nil {
		return Book{}, fmt.Errorf("some codes of a product group: %w", err)
	}
	var list List
	var c Code
	_, err = pgx.ForEachRow(rows, []any{&list, &c.Code, &c.Name.Uz, &c.Name.Ru, &c.Name.En}, func() error {
		b.put(list, c, false)
		return nil
	})
	if err != nil {
		return Book{}, fmt.Errorf("some codes of a product group: %w", err)
	}
	return b, nil
}
