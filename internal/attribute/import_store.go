package attribute

import (
	"context"
	"encoding/json"
	"fmt"

	"kabinet/internal/platform/pg"
)

// dropStale forgets files that nobody applied within a day, and all but the last
// nine: each takes as much room as a file may.
func dropStale(ctx context.Context, tx pg.Tx) error {
	const q = `
		delete from code_imports
		where applied_at is null and (created_at < now() - interval '1 day' or id not in (
			select id from code_imports where applied_at is null order by id desc limit 9))`
	if _, err := tx.Exec(ctx, q); err != nil {
		return fmt.Errorf("drop stale imports of codes: %w", err)
	}
	return nil
}

func insertImport(ctx context.Context, tx pg.Tx, group int16, list List, by string, f File) (id int64, err error) {
	const q = `
		insert into code_imports (group_id, list, file_name, rows, complaints, read, bad, staff_name)
		values ($1, $2, $3, $4, $5, $6, $7, $8)
		returning id`
	err = tx.QueryRow(ctx, q, group, string(list), f.Name, jsonOf(f.Rows), jsonOf(f.Told), f.Read, f.Bad, by).Scan(&id)
	if err != nil {
		return 0, fmt.Errorf("insert import of codes: %w", err)
	}
	return id, nil
}

// jsonOf never fails: rows and complaints hold texts and numbers.
func jsonOf[T any](list []T) []byte {
	if list == nil {
		return []byte("[]")
	}
	b, _ := json.Marshal(list)
	return b
}

func oneImport(ctx context.Context, q pg.Querier, group int16, list List, id int64) (Import, error) {
	const stmt = `
		select id, file_name, rows, complaints, read, bad, staff_name, added, changed, created_at, coalesce(applied_at, '0001-01-01')
		from code_imports
		where id = $1 and group_id = $2 and list = $3`
	return scanImport(ctx, q, stmt, group, list, id)
}

// lockImport is oneImport for who applies it.
func lockImport(ctx context.Context, tx pg.Tx, group int16, list List, id int64) (Import, error) {
	const stmt = `
		select id, file_name, rows, complaints, read, bad, staff_name, added, changed, created_at, coalesce(applied_at, '0001-01-01')
		from code_imports
		where id = $1 and group_id = $2 and list = $3
		for update`
	return scanImport(ctx, tx, stmt, group, list, id)
}

func scanImport(ctx context.Context, q pg.Querier, stmt string, group int16, list List, id int64) (i Import, err error) {
	err = q.QueryRow(ctx, stmt, id, group, string(list)).Scan(&i.ID, &i.File.Name, &i.File.Rows, &i.File.Told, &i.File.Read, &i.File.Bad,
		&i.By, &i.Added, &i.Changed, &i.CreatedAt, &i.AppliedAt)
	switch {
	case pg.NoRows(err):
		return Import{}, ErrNoImport
	case err != nil:
		return Import{}, fmt.Errorf("read import of codes: %w", err)
	}
	return i, nil
}

// markApplied forgets the rows: they are codes now.
func markApplied(ctx context.Context, tx pg.Tx, i Import) error {
	const q = `update code_imports set applied_at = now(), added = $2, changed = $3, rows = '[]' where id = $1`
	if _, err := tx.Exec(ctx, q, i.ID, i.Added, i.Changed); err != nil {
		return fmt.Errorf("mark import of codes applied: %w", err)
	}
	return nil
}

// upsertCodes adds and changes codes in one statement, in their order, so that
// two files at once wait for each other and do not lock each other out.
func upsertCodes(ctx context.Context, tx pg.Tx, group int16, list List, rows []FileRow) (added, changed int, err error) {
	const q = `
		with written as (
			insert into card_codes as c (group_id, list, code, name_uz, name_ru, name_en, fold, off_at)
			select $1, $2, r.code, r.uz, r.ru, r.en, r.fold, case when r.off then now() end
			from unnest($3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::boolean[]) as r (code, uz, ru, en, fold, off)
			order by r.code
			on conflict (group_id, list, code) do update
			set name_uz = excluded.name_uz, name_ru = excluded.name_ru, name_en = excluded.name_en, fold = excluded.fold,
				off_at = case when excluded.off_at is not null then coalesce(c.off_at, excluded.off_at) end, version = c.version + 1
			where (c.name_uz, c.name_ru, c.name_en, c.off_at is null) is distinct from
				(excluded.name_uz, excluded.name_ru, excluded.name_en, excluded.off_at is null)
			returning version)
		select count(*) filter (where version = 1), count(*) filter (where version > 1) from written`
	n := len(rows)
	codes, uz, ru, en, folds, off := make([]string, n), make([]string, n), make([]string, n), make([]string, n), make([]string, n), make([]bool, n)
	for i, r := range rows {
		codes[i], uz[i], ru[i], en[i], off[i] = r.Code, r.Name.Uz, r.Name.Ru, r.Name.En, r.Off
		folds[i] = Code{Code: r.Code, Name: r.Name}.folded()
	}
	err = tx.QueryRow(ctx, q, group, string(list), codes, uz, ru, en, folds, off).Scan(&added, &changed)
	switch {
	case pg.Violates(err, "card_codes_group_fkey"):
		return 0, 0, ErrNoGroup.Because(err)
	case err != nil:
		return 0, 0, fmt.Errorf("write codes: %w", err)
	}
	return added, changed, nil
}
