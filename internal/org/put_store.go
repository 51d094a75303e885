package org

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"kabinet/internal/core/taxid"
	"kabinet/internal/platform/pg"
	"kabinet/internal/platform/seal"
)

// lockImport takes a lock that ends with the transaction.
//
//tenant:any imports write many organizations at once
func lockImport(ctx context.Context, tx pg.Tx) error {
	const q = `select pg_advisory_xact_lock(hashtextextended('org.import', 0))`
	if _, err := tx.Exec(ctx, q); err != nil {
		return fmt.Errorf("lock import: %w", err)
	}
	return nil
}

// stage copies records into a table of the connection's own, which the end of
// the transaction empties.
//
//tenant:any the records have no organization yet
func stage(ctx context.Context, tx pg.Tx, box *seal.Box, records []Record) error {
	const create = `
		create temporary table if not exists org_staging (
			n integer not null,
			tin text not null,
			legal_form text not null,
			name_uz text not null,
			name_ru text not null,
			name_en text not null,
			director_name text not null,
			director_pinfl_macs bytea[] not null,
			director_pinfl_sealed bytea not null,
			email text not null,
			phone text not null,
			region text not null,
			district text not null,
			street text not null,
			language text not null,
			search text not null,
			source_hash bytea not null
		) on commit delete rows`
	const empty = `delete from org_staging`
	for _, q := range []string{create, empty} {
		if _, err := tx.Exec(ctx, q); err != nil {
			return fmt.Errorf("stage organizations: %w", err)
		}
	}
	columns := []string{
		"n", "tin", "legal_form", "name_uz", "name_ru", "name_en", "director_name",
		"director_pinfl_macs", "director_pinfl_sealed", "email", "phone",
		"region", "district", "street", "language", "search", "source_hash",
	}
	rows := pgx.CopyFromSlice(len(records), func(i int) ([]any, error) { return staged(box, i, records[i]), nil })
	if _, err := tx.CopyFrom(ctx, pgx.Identifier{"org_staging"}, columns, rows); err != nil {
		return fmt.Errorf("stage organizations: %w", err)
	}
	return nil
}

func staged(box *seal.Box, n int, r Record) []any {
	macs := box.MACs(PurposePINFL, []byte(r.PINFL))
	return []any{
		n, string(r.TIN), string(r.Form), r.NameUz, r.NameRu, r.NameEn, r.Director,
		macs, box.Seal(PurposePINFL, []byte(r.PINFL), pinflBinding(r.TIN)), r.Email, r.Phone,
		r.Region, r.District, r.Street, r.Language,
		searchText(string(r.TIN), r.NameUz, r.NameRu, r.NameEn), r.hash(macs[0]),
	}
}

// classify compares what is staged with what is stored. The limit changes no
// result, a number stands once; it makes the planner look every number up in
// the indexes instead of reading all organizations for each batch.
//
//tenant:any imports read many organizations at once
func classify(ctx context.Context, db pg.Querier, size int) ([]Outcome, error) {
	const q = `
		select s.n, coalesce(o.org_id, 0), coalesce(o.status, ''),
			coalesce(o.source_hash = s.source_hash, false),
			coalesce(o.director_name <> s.director_name, false),
			coalesce(o.director_pinfl_mac <> all (s.director_pinfl_macs), false),
			coalesce(o.email <> s.email, false)
		from org_staging s
		left join lateral (
			select org.org_id, org.status, org.source_hash, org.director_name, org.director_pinfl_mac, org.email
			from tin_registry r
			join organizations org on org.org_id = r.org_id
			where r.tin = s.tin
			limit 1
		) o on true
		order by s.n`
	rows, err := db.Query(ctx, q)
	if err != nil {
		return nil, fmt.Errorf("compare organizations: %w", err)
	}
	outcomes := make([]Outcome, 0, size)
	var c comparison
	_, err = pgx.ForEachRow(rows, []any{&c.n, &c.orgID, &c.status, &c.same, &c.name, &c.pinfl, &c.mailbox}, func() error {
		outcomes = append(outcomes, c.outcome())
		return nil
	})
	if err == nil && len(outcomes) != size {
		err = errStagedTwice
	}
	if err != nil {
		return nil, fmt.Errorf("compare organizations: %w", err)
	}
	return outcomes, nil
}

// writeStaged stores what is staged, the new ones and the changed ones, and
// gives the ids it wrote.
func writeStaged(ctx context.Context, tx pg.Tx, outcomes []Outcome) (map[taxid.TIN]int64, error) {
	written := make(map[taxid.TIN]int64, len(outcomes))
	fresh := false
	var changed []int64
	for _, o := range outcomes {
		fresh = fresh || o.Result == Created
		if o.Result == Changed {
			changed = append(changed, o.OrgID)
		}
	}
	if fresh {
		if err := insertStaged(ctx, tx, written); err != nil {
			return nil, err
		}
	}
	if len(changed) > 0 {
		if err := updateStaged(ctx, tx, changed, written); err != nil {
			return nil, err
		}
	}
	return written, nil
}

// insertStaged stores the organizations whose tax number is free. The order
// keeps two writers of the registry from waiting for each other in a circle.
func insertStaged(ctx context.Context, tx pg.Tx, written map[taxid.TIN]int64) error {
	const q = `
		with claimed as (
			insert into tin_registry (tin, org_id)
			select s.tin, nextval('org_ids')
			from org_staging s
			where not exists (select 1 from tin_registry r where r.tin = s.tin)
			order by s.tin
			on conflict (tin) do nothing
			returning tin, org_id
		)
		insert into organizations (org_id, tin, legal_form, name_uz, name_ru, name_en, director_name,
			director_pinfl_mac, director_pinfl_sealed, email, phone, region, district, street, language,
			status, search, source_hash)
		select c.org_id, s.tin, s.legal_form, s.name_uz, s.name_ru, s.name_en, s.director_name,
			s.director_pinfl_macs[1], s.director_pinfl_sealed, s.email, s.phone, s.region, s.district, s.street, s.language,
			'imported', s.search, s.source_hash
		from org_staging s
		join claimed c on c.tin = s.tin
		returning tin, org_id`
	return collectWritten(ctx, tx, q, "insert organizations", written)
}

// updateStaged stores the changed ones, whose ids are given. The condition on the status is the rule
// of comparison.outcome once more: an activation may have come in between.
func updateStaged(ctx context.Context, tx pg.Tx, changed []int64, written map[taxid.TIN]int64) error {
	const q = `
		update organizations o
		set legal_form = s.legal_form, name_uz = s.name_uz, name_ru = s.name_ru, name_en = s.name_en,
			director_name = s.director_name, director_pinfl_mac = s.director_pinfl_macs[1],
			director_pinfl_sealed = s.director_pinfl_sealed, email = s.email, phone = s.phone,
			region = s.region, district = s.district, street = s.street, language = s.language,
			search = s.search, source_hash = s.source_hash, updated_at = now()
		from org_staging s
		where o.org_id = any ($1::bigint[]) and o.tin = s.tin and o.source_hash <> s.source_hash
			and (o.status = 'imported'
				or o.director_name = s.director_name
				and o.director_pinfl_mac = any (s.director_pinfl_macs)
				and o.email = s.email)
		returning o.tin, o.org_id`
	return collectWritten(ctx, tx, q, "update organizations", written, changed)
}

func collectWritten(ctx context.Context, tx pg.Tx, q, what string, written map[taxid.TIN]int64, args ...any) error {
	rows, err := tx.Query(ctx, q, args...)
	if err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	var tin string
	var id int64
	_, err = pgx.ForEachRow(rows, []any{&tin, &id}, func() error {
		written[taxid.TIN(tin)] = id
		return nil
	})
	if err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	return nil
}
