package org

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"kabinet/internal/core/taxid"
	"kabinet/internal/platform/pg"
)

// ByID gives an organization, or ErrNotFound.
func ByID(ctx context.Context, db pg.Querier, orgID int64) (Org, error) {
	const q = `
		select org_id, tin, legal_form, name_uz, name_ru, name_en, director_name, director_pinfl_mac,
			director_pinfl_sealed, email, phone, region, district, street, language, status,
			imported_at, updated_at, activated_at
		from organizations
		where org_id = $1`
	return one(ctx, db, q, orgID)
}

// ByTIN gives the organization with a tax number, or ErrNotFound.
func ByTIN(ctx context.Context, db pg.Querier, tin taxid.TIN) (Org, error) {
	const q = `
		select o.org_id, o.tin, o.legal_form, o.name_uz, o.name_ru, o.name_en, o.director_name, o.director_pinfl_mac,
			o.director_pinfl_sealed, o.email, o.phone, o.region, o.district, o.street, o.language, o.status,
			o.imported_at, o.updated_at, o.activated_at
		from tin_registry r
		join organizations o on o.org_id = r.org_id
		where r.tin = $1`
	return one(ctx, db, q, string(tin))
}

func one(ctx context.Context, db pg.Querier, q string, key any) (Org, error) {
	rows, err := db.Query(ctx, q, key)
	if err != nil {
		return Org{}, fmt.Errorf("organization: %w", err)
	}
	o, err := pgx.CollectExactlyOneRow(rows, scanOrg)
	switch {
	case pg.NoRows(err):
		return Org{}, ErrNotFound
	case err != nil:
		return Org{}, fmt.Errorf("organization: %w", err)
	}
	return o, nil
}

func scanOrg(row pgx.CollectableRow) (Org, error) {
	var o Org
	var activated *time.Time
	err := row.Scan(&o.ID, &o.TIN, &o.Form, &o.NameUz, &o.NameRu, &o.NameEn, &o.Director, &o.DirectorMAC,
		&o.DirectorPINFL, &o.Email, &o.Phone, &o.Region, &o.District, &o.Street, &o.Language, &o.Status,
		&o.ImportedAt, &o.UpdatedAt, &activated)
	if activated != nil {
		o.ActivatedAt = *activated
	}
	return o, err
}

// ActivateTx makes an imported organization active. It is ErrNotImported when
// somebody was faster or the operator blocked it.
func ActivateTx(ctx context.Context, tx pg.Tx, orgID int64) error {
	const q = `
		update organizations
		set status = 'active', activated_at = now(), updated_at = now()
		where org_id = $1 and status = 'imported'`
	tag, err := tx.Exec(ctx, q, orgID)
	if err != nil {
		return fmt.Errorf("activate organization: %w", err)
	}
	if tag.RowsAffected() == 0 {
		return ErrNotImported
	}
	return nil
}

// Any reports whether there is an organization at all.
//
//tenant:any asks about the system, not about one organization
func Any(ctx context.Context, db pg.Querier) (some bool, err error) {
	const q = `select exists (select 1 from organizations where org_id > 0)`
	if err := db.QueryRow(ctx, q).Scan(&some); err != nil {
		return false, fmt.Errorf("any organization: %w", err)
	}
	return some, nil
}
