package workday

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"kabinet/internal/platform/pg"
)

func entriesBetween(ctx context.Context, db pg.Querier, first, last Day) ([]Entry, error) {
	const q = `
		select day, working, name_uz, name_ru, name_en, estimated, version
		from calendar_days
		where day between $1 and $2
		order by day`
	rows, err := db.Query(ctx, q, first, last)
	if err != nil {
		return nil, fmt.Errorf("days of the calendar: %w", err)
	}
	all, err := pgx.CollectRows(rows, pgx.RowToStructByPos[Entry])
	if err != nil {
		return nil, fmt.Errorf("days of the calendar: %w", err)
	}
	return all, nil
}

// knownYears lists the years with days, and one more.
func knownYears(ctx context.Context, db pg.Querier, also int) ([]int, error) {
	const q = `
		select extract(year from day)::integer as year from calendar_days
		union
		select $1::integer
		order by year`
	rows, err := db.Query(ctx, q, also)
	if err != nil {
		return nil, fmt.Errorf("years of the calendar: %w", err)
	}
	all, err := pgx.CollectRows(rows, pgx.RowTo[int])
	if err != nil {
		return nil, fmt.Errorf("years of the calendar: %w", err)
	}
	return all, nil
}

func entry(ctx context.Context, db pg.Querier, day Day) (Entry, error) {
	const q = `select day, working, name_uz, name_ru, name_en, estimated, version from calendar_days where day = $1`
	return oneEntry(ctx, db, q, day)
}

// lockEntry is entry for who will change it.
func lockEntry(ctx context.Context, tx pg.Tx, day Day) (Entry, error) {
	const q = `select day, working, name_uz, name_ru, name_en, estimated, version from calendar_days where day = $1 for update`
	return oneEntry(ctx, tx, q, day)
}

func oneEntry(ctx context.Context, db pg.Querier, q string, day Day) (Entry, error) {
	rows, err := db.Query(ctx, q, day)
	if err != nil {
		return Entry{}, fmt.Errorf("day of the calendar: %w", err)
	}
	e, err := pgx.CollectExactlyOneRow(rows, pgx.RowToStructByPos[Entry])
	switch {
	case pg.NoRows(err):
		return Entry{}, ErrNotFound
	case err != nil:
		return Entry{}, fmt.Errorf("day of the calendar: %w", err)
	}
	return e, nil
}

func insertEntry(ctx context.Context, tx pg.Tx, e Entry) error {
	const q = `insert into calendar_days (day, working, name_uz, name_ru, name_en, estimated) values ($1, $2, $3, $4, $5, $6)`
	_, err := tx.Exec(ctx, q, e.Day, e.Working, e.Uz, e.Ru, e.En, e.Estimated)
	switch {
	case pg.Violates(err, "calendar_days_pkey"):
		return ErrTaken.Because(err)
	case err != nil:
		return fmt.Errorf("insert day: %w", err)
	}
	return nil
}

func updateEntry(ctx context.Context, tx pg.Tx, e Entry) error {
	const q = `
		update calendar_days
		set working = $2, name_uz = $3, name_ru = $4, name_en = $5, estimated = $6, version = version + 1
		where day = $1`
	if _, err := tx.Exec(ctx, q, e.Day, e.Working, e.Uz, e.Ru, e.En, e.Estimated); err != nil {
		return fmt.Errorf("update day: %w", err)
	}
	return nil
}

func deleteEntry(ctx context.Context, tx pg.Tx, day Day) error {
	const q = `delete from calendar_days where day = $1`
	if _, err := tx.Exec(ctx, q, day); err != nil {
		return fmt.Errorf("delete day: %w", err)
	}
	return nil
}
