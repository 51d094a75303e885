package place

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/jackc/pgx/v5"

	"kabinet/internal/platform/pg"
)

// dropStale forgets files that nobody applied, and all but the last nine: each
// takes as much room as a file may.
func dropStale(ctx context.Context, tx pg.Tx, orgID int64) error {
	const q = `
		delete from place_imports
		where org_id = $1 and applied_at is null and (created_at < now() - interval '1 day' or id not in (
			select id from place_imports where org_id = $1 and applied_at is null order by created_at desc, id limit 9))`
	if _, err := tx.Exec(ctx, q, orgID); err != nil {
		return fmt.Errorf("drop stale imports: %w", err)
	}
	return nil
}

func insertImport(ctx context.Context, tx pg.Tx, orgID, memberID int64, f File) (id string, err error) {
	const q = `
		insert into place_imports (org_id, id, member_id, file_name, rows, complaints, read, bad)
		values ($1, gen_random_uuid(), $2, $3, $4, $5, $6, $7)
		returning id::text`
	rows, told := jsonOf(f.Rows), jsonOf(f.Told)
	if err := tx.QueryRow(ctx, q, orgID, memberID, f.Name, rows, told, f.Read, f.Bad).Scan(&id); err != nil {
		return "", fmt.Errorf("insert import of places: %w", err)
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

// oneImport reads a file; another organization's, or no number at all, is
// ErrNoImport.
func oneImport(ctx context.Context, q pg.Querier, orgID int64, id string) (i Import, err error) {
	const stmt = `
		select id::text, file_name, rows, complaints, read, bad, added, changed, created_at, coalesce(applied_at, '0001-01-01')
		from place_imports
		where org_id = $1 and id::text = $2`
	err = q.QueryRow(ctx, stmt, orgID, id).Scan(&i.ID, &i.File.Name, &i.File.Rows, &i.File.Told, &i.File.Read, &i.File.Bad,
		&i.Added, &i.Changed, &i.CreatedAt, &i.AppliedAt)
	switch {
	case pg.NoRows(err):
		return Import{}, ErrNoImport
	case err != nil:
		return Import{}, fmt.Errorf("read import of places: %w", err)
	}
	return i, nil
}

// markApplied forgets the rows: they are places now.
func markApplied(ctx context.Context, tx pg.Tx, orgID int64, i Import) error {
	const q = `
		update place_imports set applied_at = now(), added = $3, changed = $4, bad = $5, complaints = $6, rows = '[]'
		where org_id = $1 and id::text = $2`
	_, err := tx.Exec(ctx, q, orgID, i.ID, len(i.Plan.Add), len(i.Plan.Change), i.Bad(), jsonOf(i.Told()))
	if err != nil {
		return fmt.Errorf("mark import applied: %w", err)
	}
	return nil
}

// stored is a place as a bulk statement reads it.
type stored struct {
	N  int   `json:"n"`
	ID int32 `json:"id"`
	Fields
	Fold     string `json:"fold"`
	Likeness string `json:"likeness"`
}

func toStore(n int, id int32, f Fields) stored { return stored{n, id, f, f.fold(), f.likeness()} }

// insertPlaces stores new places in one statement and gives their numbers in
// the order of the rows.
func insertPlaces(ctx context.Context, tx pg.Tx, orgID int64, rows []Row) ([]int32, error) {
	const q = `
		with numbered as materialized (
		    select nextval('place_ids')::integer as id, r.*
		    from jsonb_to_recordset($2::jsonb) as r (n integer, name text, activities text[], country text, region text, district text,
		        street text, gln text, code text, fold text, likeness text)
		    order by r.n
		), added as (
		    insert into places (org_id, id, name, activities, country, region, district, street, gln, code, fold, likeness,
		        is_main, status, origin)
		    select $1, id, name, activities, country, region, district, street, gln, code, fold, likeness, false, 'active', 'import'
		    from numbered
		    returning id
		)
		select numbered.id from numbered join added on added.id = numbered.id order by numbered.n`
	if len(rows) == 0 {
		return nil, nil
	}
	list := make([]stored, len(rows))
	for n, r := range rows {
		list[n] = toStore(n, 0, r.Fields)
	}
	found, err := tx.Query(ctx, q, orgID, jsonOf(list))
	if err == nil {
		var ids []int32
		if ids, err = pgx.CollectRows(found, pgx.RowTo[int32]); err == nil {
			return ids, nil
		}
	}
	return nil, fmt.Errorf("insert places: %w", err)
}

// updatePlaces changes places in one statement; the caller holds the
// organization, so they are as they were read.
func updatePlaces(ctx context.Context, tx pg.Tx, orgID int64, changes []Changed) error {
	const q = `
		update places p set name = r.name, activities = r.activities, country = r.country, region = r.region, district = r.district,
		    street = r.street, gln = r.gln, code = r.code, fold = r.fold, likeness = r.likeness,
		    version = p.version + 1, changed_at = now()
		from jsonb_to_recordset($2::jsonb) as r (id integer, name text, activities text[], country text, region text, district text,
		    street text, gln text, code text, fold text, likeness text)
		where p.org_id = $1 and p.id = r.id and p.status = 'active'`
	if len(changes) == 0 {
		return nil
	}
	list := make([]stored, len(changes))
	for n, c := range changes {
		list[n] = toStore(n, c.Old.ID, c.New)
	}
	if _, err := tx.Exec(ctx, q, orgID, jsonOf(list)); err != nil {
		return fmt.Errorf("update places: %w", err)
	}
	return nil
}
