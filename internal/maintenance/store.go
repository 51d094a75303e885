package maintenance

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"kabinet/internal/platform/pg"
)

const columns = `
	w.id, w.mode, w.announce_at, w.starts_at, w.ends_at, w.reason_uz, w.reason_ru, w.reason_en,
	case when w.called_off_at is not null then 'called_off' when w.ends_at <= now() then 'over' when w.starts_at <= now() then 'running' else 'planned' end,
	w.created_name, w.created_at, w.ended_name`

func scan(row pgx.CollectableRow) (w Window, err error) {
	return w, row.Scan(&w.ID, &w.Mode, &w.AnnounceAt, &w.From, &w.Until, &w.ReasonUz, &w.ReasonRu, &w.ReasonEn, &w.State, &w.CreatedBy, &w.CreatedAt, &w.EndedBy)
}

func collect(rows pgx.Rows, err error, what string) ([]Window, error) {
	if err == nil {
		var ws []Window
		if ws, err = pgx.CollectRows(rows, scan); err == nil {
			return ws, nil
		}
	}
	return nil, fmt.Errorf("%s: %w", what, err)
}

func selectPage(ctx context.Context, q pg.Querier, after spot, limit int) ([]Window, error) {
	const stmt = `
		select ` + columns + ` from maintenance_windows w
		where $1 or (w.starts_at, w.id) < ($2, $3)
		order by w.starts_at desc, w.id desc limit $4`
	rows, err := q.Query(ctx, stmt, after.ID == 0, after.From, after.ID, limit)
	return collect(rows, err, "list windows")
}

// announced reads what runs or is announced, the nearest first, and what time it
// is for the database.
func announced(ctx context.Context, q pg.Querier) ([]Window, time.Time, error) {
	const stmt = `
		select ` + columns + ` from maintenance_windows w
		where w.called_off_at is null and w.ends_at > now() and w.announce_at <= now()
		order by w.starts_at limit 10`
	rows, err := q.Query(ctx, stmt)
	ws, err := collect(rows, err, "announced windows")
	if err != nil {
		return nil, time.Time{}, err
	}
	var now time.Time
	if err := q.QueryRow(ctx, `select now()`).Scan(&now); err != nil {
		return nil, time.Time{}, fmt.Errorf("time of the database: %w", err)
	}
	return ws, now, nil
}

func byID(ctx context.Context, q pg.Querier, id int64) (Window, error) {
	const stmt = `select ` + columns + ` from maintenance_windows w where w.id = $1`
	rows, err := q.Query(ctx, stmt, id)
	ws, err := collect(rows, err, "read window")
	if err != nil {
		return Window{}, err
	}
	if len(ws) == 0 {
		return Window{}, ErrNotFound
	}
	return ws[0], nil
}

func insert(ctx context.Context, tx pg.Tx, name string, w Window) (id int64, err error) {
	const stmt = `
		insert into maintenance_windows (mode, announce_at, starts_at, ends_at, reason_uz, reason_ru, reason_en, created_name)
		values ($1, $2, $3, $4, $5, $6, $7, $8) returning id`
	err = tx.QueryRow(ctx, stmt, w.Mode, w.AnnounceAt, w.From, w.Until, w.ReasonUz, w.ReasonRu, w.ReasonEn, name).Scan(&id)
	switch {
	case pg.Violates(err, "maintenance_windows_apart"):
		return 0, ErrOverlaps
	case err != nil:
		return 0, fmt.Errorf("insert window: %w", err)
	}
	return id, nil
}

// takeUntold gives the windows that are announced and of which members were not
// told yet, and notes that they are told now.
func takeUntold(ctx context.Context, tx pg.Tx) ([]Window, error) {
	const stmt = `
		update maintenance_windows w set told_at = now()
		where w.told_at is null and w.called_off_at is null and w.announce_at <= now() and w.ends_at > now()
		returning ` + columns
	rows, err := tx.Query(ctx, stmt)
	return collect(rows, err, "take windows to tell of")
}

// toldOf reads a window and whether members were told of it.
func toldOf(ctx context.Context, tx pg.Tx, id int64) (w Window, told bool, err error) {
	if w, err = byID(ctx, tx, id); err != nil {
		return Window{}, false, err
	}
	const stmt = `select told_at is not null from maintenance_windows where id = $1`
	if err := tx.QueryRow(ctx, stmt, id).Scan(&told); err != nil {
		return Window{}, false, fmt.Errorf("whether members were told: %w", err)
	}
	return w, told, nil
}

// endWindow says what the window was. One that runs ends now, one that is
// planned never was.
func endWindow(ctx context.Context, tx pg.Tx, id int64, name string) (was State, err error) {
	const read = `
		select case when called_off_at is not null or ends_at <= now() then 'over' when starts_at <= now() then 'running' else 'planned' end
		from maintenance_windows where id = $1 for update`
	err = tx.QueryRow(ctx, read, id).Scan(&was)
	switch {
	case pg.NoRows(err):
		return "", ErrNotFound
	case err != nil:
		return "", fmt.Errorf("lock window: %w", err)
	case was == Over:
		return "", ErrOver
	}
	const stmt = `
		update maintenance_windows set ended_name = $2,
		       ends_at = case when starts_at <= now() then now() else ends_at end,
		       called_off_at = case when starts_at <= now() then null else now() end
		where id = $1`
	if _, err := tx.Exec(ctx, stmt, id, name); err != nil {
		return "", fmt.Errorf("end window: %w", err)
	}
	return was, nil
}
