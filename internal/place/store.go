package place

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"kabinet/internal/platform/pg"
)

func insertFirst(ctx context.Context, tx pg.Tx, orgID int64, f Fields) (id int32, err error) {
	const q = `
		insert into places (org_id, id, name, activities, country, region, district, street, fold, likeness, is_main, status, origin)
		values ($1, nextval('place_ids'), $2, $3, $4, $5, $6, $7, $8, $9, true, 'active', 'address')
		returning id`
	err = tx.QueryRow(ctx, q, orgID, f.Name, f.Activities, f.Country, f.Region, f.District, f.Street, f.fold(), f.likeness()).Scan(&id)
	if err != nil {
		return 0, fmt.Errorf("insert first place: %w", err)
	}
	return id, nil
}

// holdOrg makes the changes of an organization's places take turns. What is
// read of them afterwards is what the one before left (decision 0016).
func holdOrg(ctx context.Context, tx pg.Tx, orgID int64) error {
	const q = `select 1 from organizations where org_id = $1 for no key update`
	var one int
	if err := tx.QueryRow(ctx, q, orgID).Scan(&one); err != nil {
		return fmt.Errorf("hold organization: %w", err)
	}
	return nil
}

// onePlace reads a place; another organization's is ErrNotFound.
func onePlace(ctx context.Context, q pg.Querier, orgID int64, id int32) (p Place, err error) {
	const stmt = `select` + columns + ` from places p where p.org_id = $1 and p.id = $2`
	err = q.QueryRow(ctx, stmt, orgID, id).Scan(p.targets()...)
	switch {
	case pg.NoRows(err):
		return Place{}, ErrNotFound
	case err != nil:
		return Place{}, fmt.Errorf("read place: %w", err)
	}
	return p, nil
}

// madeBy gives the place that a form made before, 0 if none.
func madeBy(ctx context.Context, tx pg.Tx, orgID int64, formKey string) (id int32, err error) {
	const q = `select id from places where org_id = $1 and form_key = $2`
	if formKey == "" {
		return 0, nil
	}
	err = tx.QueryRow(ctx, q, orgID, formKey).Scan(&id)
	if err != nil && !pg.NoRows(err) {
		return 0, fmt.Errorf("place of a form: %w", err)
	}
	return id, nil
}

// tally is how many places there are, and how many of them are active.
func tally(ctx context.Context, tx pg.Tx, orgID int64) (all, active int, err error) {
	const q = `select count(*), count(*) filter (where status = 'active') from places where org_id = $1`
	if err := tx.QueryRow(ctx, q, orgID).Scan(&all, &active); err != nil {
		return 0, 0, fmt.Errorf("tally places: %w", err)
	}
	return all, active, nil
}

// insertPlace stores a place made by hand. Without any other active one it is
// the main one: nothing else would ever make one.
func insertPlace(ctx context.Context, tx pg.Tx, orgID int64, f Fields, main bool, formKey string) (id int32, err error) {
	const q = `
		insert into places (org_id, id, name, activities, country, region, district, street, gln, code, fold, likeness,
		    is_main, status, origin, form_key)
		values ($1, nextval('place_ids'), $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, 'active', 'manual', nullif($13, ''))
		returning id`
	err = tx.QueryRow(ctx, q, orgID, f.Name, f.Activities, f.Country, f.Region, f.District, f.Street, f.GLN, f.Code,
		f.fold(), f.likeness(), main, formKey).Scan(&id)
	if err != nil {
		return 0, fmt.Errorf("insert place: %w", err)
	}
	return id, nil
}

// rival finds the active place that has the name and address, or the own code,
// of f: the refusal names it. It is asked while the organization is held, so
// nobody comes in between.
func rival(ctx context.Context, tx pg.Tx, orgID int64, id int32, f Fields) error {
	const q = `
		select p.id, p.code = $4 and $4 <> '' from places p
		where p.org_id = $1 and p.id <> $2 and p.status = 'active' and (p.likeness = $3 or p.code = $4 and $4 <> '')
		order by p.likeness = $3 desc, p.id
		limit 1`
	var other int32
	var byCode bool
	err := tx.QueryRow(ctx, q, orgID, id, f.likeness(), f.Code).Scan(&other, &byCode)
	switch {
	case pg.NoRows(err):
		return nil
	case err != nil:
		return fmt.Errorf("rival of a place: %w", err)
	case byCode:
		return ErrCode.With("id", other)
	}
	return ErrSame.With("id", other)
}

// updatePlace changes a place that is still at the version.
func updatePlace(ctx context.Context, tx pg.Tx, orgID int64, id int32, version int, f Fields) (done bool, err error) {
	const q = `
		update places set name = $4, activities = $5, country = $6, region = $7, district = $8, street = $9, gln = $10, code = $11,
		    fold = $12, likeness = $13, version = version + 1, changed_at = now()
		where org_id = $1 and id = $2 and version = $3 and status = 'active'`
	tag, err := tx.Exec(ctx, q, orgID, id, version, f.Name, f.Activities, f.Country, f.Region, f.District, f.Street, f.GLN, f.Code,
		f.fold(), f.likeness())
	if err != nil {
		return false, fmt.Errorf("update place: %w", err)
	}
	return tag.RowsAffected() == 1, nil
}

// moveMain makes an active place the main one in place of another: in two
// statements, since the index that allows one main place would see two.
func moveMain(ctx context.Context, tx pg.Tx, orgID int64, id int32) (done bool, err error) {
	b := &pgx.Batch{}
	b.Queue(`update places set is_main = false, version = version + 1, changed_at = now() where org_id = $1 and is_main`, orgID)
	b.Queue(`
		update places set is_main = true, version = version + 1, changed_at = now()
		where org_id = $1 and id = $2 and status = 'active'`, orgID, id).Exec(func(tag pgconn.CommandTag) error {
		done = tag.RowsAffected() == 1
		return nil
	})
	if err := tx.SendBatch(ctx, b).Close(); err != nil {
		return false, fmt.Errorf("move main place: %w", err)
	}
	return done, nil
}

func blockPlace(ctx context.Context, tx pg.Tx, orgID int64, id int32) error {
	const q = `
		update places set status = 'blocked', is_main = false, blocked_at = now(), version = version + 1, changed_at = now()
		where org_id = $1 and id = $2 and status = 'active'`
	if _, err := tx.Exec(ctx, q, orgID, id); err != nil {
		return fmt.Errorf("block place: %w", err)
	}
	return nil
}

// dependants reads who works at a place by name, the first ones, and counts all;
// with those who have all places, present and future, told apart.
func dependants(ctx context.Context, q pg.Querier, orgID int64, id int32, most int) (d Dependants, err error) {
	const stmt = `
		with chosen as (
		    select m.id, m.name, m.name_ru, m.name_en,
		           not exists (
		               select 1 from member_places o
		               join places op on op.org_id = o.org_id and op.id = o.place_id and op.status = 'active'
		               where o.org_id = m.org_id and o.member_id = m.id and o.place_id <> $2) as stranded
		    from members m
		    join member_places l on l.org_id = m.org_id and l.member_id = m.id and l.place_id = $2
		    where m.org_id = $1 and m.status <> 'blocked' and not m.all_places
		)
		select (select count(*) from chosen), (select count(*) from chosen where stranded),
		       (select count(*) from members a where a.org_id = $1 and a.status <> 'blocked' and a.all_places),
		       coalesce((select jsonb_agg(jsonb_build_object('id', c.id, 'uz', c.name, 'ru', c.name_ru, 'en', c.name_en, 'only', c.stranded) order by c.stranded desc, c.name, c.id)
		                 from (select * from chosen order by stranded desc, name, id limit $3) c), '[]')`
	err = q.QueryRow(ctx, stmt, orgID, id, most).Scan(&d.Users, &d.Stranded, &d.Everywhere, &d.Named)
	if err != nil {
		return d, fmt.Errorf("dependants of a place: %w", err)
	}
	return d, nil
}

// otherPlaces are the active ones that could be the main one instead.
func otherPlaces(ctx context.Context, q pg.Querier, orgID int64, id int32) ([]Place, error) {
	const stmt = `select` + columns + ` from places p
		where p.org_id = $1 and p.id <> $2 and p.status = 'active' order by p.is_main desc, p.name, p.id limit 10000`
	rows, err := q.Query(ctx, stmt, orgID, id)
	return collect(rows, err, "other places")
}
