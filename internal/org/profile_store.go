package org

import (
	"context"
	"fmt"
	"time"

	"kabinet/internal/core/taxid"
	"kabinet/internal/platform/pg"
)

func profileOf(ctx context.Context, q pg.Querier, orgID int64) (Profile, error) {
	const stmt = `
		select org_id, tin, legal_form, name_uz, name_ru, name_en, director_name, director_pinfl_mac,
			director_pinfl_sealed, email, phone, region, district, street, language, status,
			imported_at, updated_at, activated_at,
			version, country, postal_region, postal_district, postal_street,
			coalesce(email_confirmed_at, activated_at), checked_at
		from organizations
		where org_id = $1`
	var p Profile
	var activated, confirmed, checked *time.Time
	err := q.QueryRow(ctx, stmt, orgID).Scan(&p.ID, &p.TIN, &p.Form, &p.NameUz, &p.NameRu, &p.NameEn, &p.Director, &p.DirectorMAC,
		&p.DirectorPINFL, &p.Email, &p.Phone, &p.Region, &p.District, &p.Street, &p.Language, &p.Status,
		&p.ImportedAt, &p.UpdatedAt, &activated,
		&p.Version, &p.Country, &p.Postal.Region, &p.Postal.District, &p.Postal.Street, &confirmed, &checked)
	switch {
	case pg.NoRows(err):
		return Profile{}, ErrNotFound
	case err != nil:
		return Profile{}, fmt.Errorf("profile: %w", err)
	}
	p.ActivatedAt, p.EmailConfirmedAt, p.CheckedAt = moment(activated), moment(confirmed), moment(checked)
	return p, nil
}

func moment(t *time.Time) time.Time {
	if t == nil {
		return time.Time{}
	}
	return *t
}

func lockProfile(ctx context.Context, tx pg.Tx, orgID int64) error {
	const q = `select 1 from organizations where org_id = $1 for no key update`
	var one int
	err := tx.QueryRow(ctx, q, orgID).Scan(&one)
	switch {
	case pg.NoRows(err):
		return ErrNotFound
	case err != nil:
		return fmt.Errorf("hold profile: %w", err)
	}
	return nil
}

func setEmail(ctx context.Context, tx pg.Tx, orgID int64, email string) error {
	const q = `
		update organizations
		set email = $2, email_confirmed_at = now(), version = version + 1, updated_at = now()
		where org_id = $1`
	return changed(ctx, tx, "address of letters", q, orgID, email)
}

func setContacts(ctx context.Context, tx pg.Tx, orgID int64, phone, language string) error {
	const q = `
		update organizations
		set phone = $2, language = $3, version = version + 1, updated_at = now()
		where org_id = $1`
	return changed(ctx, tx, "contacts", q, orgID, phone, language)
}

func setAddresses(ctx context.Context, tx pg.Tx, orgID int64, actual, postal Address) error {
	const q = `
		update organizations
		set region = $2, district = $3, street = $4, postal_region = $5, postal_district = $6, postal_street = $7,
			version = version + 1, updated_at = now()
		where org_id = $1`
	return changed(ctx, tx, "addresses", q, orgID, actual.Region, actual.District, actual.Street, postal.Region, postal.District, postal.Street)
}

func setNames(ctx context.Context, tx pg.Tx, orgID int64, n Names, search string) error {
	const q = `
		update organizations
		set name_uz = $2, name_ru = $3, name_en = $4, search = $5, version = version + 1, updated_at = now()
		where org_id = $1`
	return changed(ctx, tx, "names", q, orgID, n.Uz, n.Ru, n.En, search)
}

func setCountry(ctx context.Context, tx pg.Tx, orgID int64, country string) error {
	const q = `
		update organizations
		set country = $2, version = version + 1, updated_at = now()
		where org_id = $1`
	return changed(ctx, tx, "country", q, orgID, country)
}

// setChecked is no change that two people could make differently, so the
// version stays.
func setChecked(ctx context.Context, tx pg.Tx, orgID int64) error {
	const q = `update organizations set checked_at = now() where org_id = $1`
	return changed(ctx, tx, "check", q, orgID)
}

func setDirector(ctx context.Context, tx pg.Tx, o Org, name string, mac, sealed []byte) error {
	const q = `
		update organizations
		set director_name = $2, director_pinfl_mac = $3, director_pinfl_sealed = $4, version = version + 1, updated_at = now()
		where org_id = $1 and director_pinfl_mac = $5`
	tag, err := tx.Exec(ctx, q, o.ID, name, mac, sealed, o.DirectorMAC)
	switch {
	case err != nil:
		return fmt.Errorf("set director: %w", err)
	case tag.RowsAffected() == 0:
		return ErrOtherDirector
	}
	return nil
}

func changed(ctx context.Context, tx pg.Tx, what, q string, args ...any) error {
	tag, err := tx.Exec(ctx, q, args...)
	switch {
	case err != nil:
		return fmt.Errorf("change %s: %w", what, err)
	case tag.RowsAffected() == 0:
		return ErrNotFound
	}
	return nil
}

// claimTIN takes a tax number for a new organization. Somebody else's claim in
// flight is waited for.
//
//tenant:any the number has no organization yet
func claimTIN(ctx context.Context, tx pg.Tx, tin taxid.TIN) (id int64, err error) {
	const q = `
		insert into tin_registry (tin, org_id)
		values ($1, nextval('org_ids'))
		on conflict (tin) do nothing
		returning org_id`
	err = tx.QueryRow(ctx, q, string(tin)).Scan(&id)
	switch {
	case pg.NoRows(err):
		return 0, ErrTaken
	case err != nil:
		return 0, fmt.Errorf("claim tax number: %w", err)
	}
	return id, nil
}

func insertActive(ctx context.Context, tx pg.Tx, id int64, r Record, mac, sealed []byte) error {
	const q = `
		insert into organizations (org_id, tin, legal_form, name_uz, name_ru, name_en, director_name,
			director_pinfl_mac, director_pinfl_sealed, email, phone, region, district, street, language,
			status, search, source_hash, activated_at, email_confirmed_at, checked_at)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, 'active', $16, '', now(), now(), now())`
	_, err := tx.Exec(ctx, q, id, string(r.TIN), string(r.Form), r.NameUz, r.NameRu, r.NameEn, r.Director,
		mac, sealed, r.Email, r.Phone, r.Region, r.District, r.Street, r.Language,
		searchText(string(r.TIN), r.NameUz, r.NameRu, r.NameEn))
	return err
}

// concerns compares personal numbers by their codes.
func concerns(ctx context.Context, db pg.Querier, orgID, staffID int64) (own bool, err error) {
	const q = `
		select exists (select 1 from members m where m.org_id = $1 and m.pinfl_mac = s.pinfl_mac)
			or exists (select 1 from organizations o where o.org_id = $1 and o.director_pinfl_mac = s.pinfl_mac)
		from staff s where s.id = $2`
	if err := db.QueryRow(ctx, q, orgID, staffID).Scan(&own); err != nil {
		return false, fmt.Errorf("interest of staff %d: %w", staffID, err)
	}
	return own, nil
}
