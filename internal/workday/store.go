package workday

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"kabinet/internal/platform/pg"
)

// exceptions reads the days between two that are not as the week says.
func exceptions(ctx context.Context, db pg.Querier, first, last Day) (map[Day]bool, error) {
	const q = `select day, working from calendar_days where day between $1 and $2 order by day`
	rows, err := db.Query(ctx, q, first, last)
	if err != nil {
		return nil, fmt.Errorf("calendar: %w", err)
	}
	except := map[Day]bool{}
	var d Day
	var working bool
	if _, err = pgx.ForEachRow(rows, []any{&d, &working}, func() error { except[d] = working; return nil }); err != nil {
		return nil, fmt.Errorf("calendar: %w", err)
	}
	return except, nil
}
