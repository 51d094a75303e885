package productgroup

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"kabinet/internal/platform/pg"
)

// entries reads the dictionary with how many organizations have each group.
//
//tenant:any the dictionary belongs to nobody
func entries(ctx context.Context, db pg.Querier) ([]Used, error) {
	const q = `
		select g.id, g.slug, g.name_uz, g.name_ru, g.name_en, g.version,
			(select count(*) from (select 1 from org_product_groups og where og.group_id = g.id limit 1001) counted)
		from product_groups g
		order by g.id`
	rows, err := db.Query(ctx, q)
	if err != nil {
		return nil, fmt.Errorf("dictionary of product groups: %w", err)
	}
	all, err := pgx.CollectRows(rows, scanUsed)
	if err != nil {
		return nil, fmt.Errorf("dictionary of product groups: %w", err)
	}
	return all, nil
}

// entry reads one group of the dictionary.
//
//tenant:any the dictionary belongs to nobody
func entry(ctx context.Context, db pg.Querier, id int16) (Used, error) {
	const q = `
		select g.id, g.slug, g.name_uz, g.name_ru, g.name_en, g.version,
			(select count(*) from (select 1 from org_product_groups og where og.group_id = g.id limit 1001) counted)
		from product_groups g
		where g.id = $1`
	rows, err := db.Query(ctx, q, id)
	if err != nil {
		return Used{}, fmt.Errorf("product group %d: %w", id, err)
	}
	u, err := pgx.CollectExactlyOneRow(rows, scanUsed)
	switch {
	case pg.NoRows(err):
		return Used{}, ErrNoEntry
	case err != nil:
		return Used{}, fmt.Errorf("product group %d: %w", id, err)
	}
	return u, nil
}

func scanUsed(row pgx.CollectableRow) (u Used, err error) {
	err = row.Scan(&u.ID, &u.Slug, &u.Uz, &u.Ru, &u.En, &u.Version, &u.Orgs)
	if u.Orgs > countLimit {
		u.Orgs, u.More = countLimit, true
	}
	return u, err
}

// lockEntry holds a group and keeps organizations from adding it, so that "no
// organization has it" stays true to the end of the transaction.
func lockEntry(ctx context.Context, tx pg.Tx, id int16) (Used, error) {
	const q = `select 1 from product_groups where id = $1 for update`
	var one int
	err := tx.QueryRow(ctx, q, id).Scan(&one)
	switch {
	case pg.NoRows(err):
		return Used{}, ErrNoEntry
	case err != nil:
		return Used{}, fmt.Errorf("lock product group %d: %w", id, err)
	}
	return entry(ctx, tx, id)
}

func insertEntry(ctx context.Context, tx pg.Tx, g Group) error {
	const q = `insert into product_groups (id, slug, name_uz, name_ru, name_en) values ($1, $2, $3, $4, $5)`
	_, err := tx.Exec(ctx, q, g.ID, g.Slug, g.Uz, g.Ru, g.En)
	switch {
	case pg.Violates(err, "product_groups_pkey"):
		return ErrIDTaken.Because(err)
	case pg.Violates(err, "product_groups_slug_key"):
		return ErrSlugTaken.Because(err)
	case err != nil:
		return fmt.Errorf("insert product group %d: %w", g.ID, err)
	}
	return nil
}

func updateEntry(ctx context.Context, tx pg.Tx, g Group) error {
	const q = `
		update product_groups
		set slug = $2, name_uz = $3, name_ru = $4, name_en = $5, version = version + 1
		where id = $1`
	_, err := tx.Exec(ctx, q, g.ID, g.Slug, g.Uz, g.Ru, g.En)
	switch {
	case pg.Violates(err, "product_groups_slug_key"):
		return ErrSlugTaken.Because(err)
	case err != nil:
		return fmt.Errorf("update product group %d: %w", g.ID, err)
	}
	return nil
}
