package register

import (
	"context"
	"fmt"
	"time"

	"kabinet/internal/core/taxid"
	"kabinet/internal/org"
	"kabinet/internal/platform/pg"
	"kabinet/internal/platform/seal"
)

// Kept is what the register said last about an organization.
type Kept struct {
	Names       org.Names
	Form        org.Form
	Director    string
	DirectorMAC []byte // fingerprint of the personal number, org.PurposePINFL
	Address     org.Address
	Status      Status
	VAT         *bool
	AsOf        time.Time // what it said held at this moment; zero: never asked
}

// Asked reports whether the register was ever asked.
func (k Kept) Asked() bool { return !k.AsOf.IsZero() }

// KeepTx stores what the register says about an organization in the place of
// what it said before. An answer that is older than the stored one is left.
func KeepTx(ctx context.Context, tx pg.Tx, box *seal.Box, orgID int64, e Entry) error {
	const q = `
		insert into register_entries (org_id, name_uz, name_ru, name_en, legal_form, director_name, director_pinfl_mac,
			director_pinfl_sealed, region, district, street, status, vat, as_of)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
		on conflict (org_id) do update
		set name_uz = excluded.name_uz, name_ru = excluded.name_ru, name_en = excluded.name_en, legal_form = excluded.legal_form,
			director_name = excluded.director_name, director_pinfl_mac = excluded.director_pinfl_mac,
			director_pinfl_sealed = excluded.director_pinfl_sealed, region = excluded.region, district = excluded.district,
			street = excluded.street, status = excluded.status, vat = excluded.vat, as_of = excluded.as_of, asked_at = now()
		where register_entries.as_of <= excluded.as_of`
	mac := box.MAC(taxid.PINFLPurpose, []byte(e.Director.PINFL))
	sealed := box.Seal(taxid.PINFLPurpose, []byte(e.Director.PINFL), fmt.Appendf(nil, "register:%d", orgID))
	_, err := tx.Exec(ctx, q, orgID, e.Names.Uz, e.Names.Ru, e.Names.En, string(e.Form), e.Director.Name, mac, sealed,
		e.Address.Region, e.Address.District, e.Address.Street, string(e.Status), e.VAT, e.AsOf.UTC())
	if err != nil {
		return fmt.Errorf("keep register entry: %w", err)
	}
	return nil
}

// Of gives what the register said last; the zero Kept when it was never asked.
func Of(ctx context.Context, q pg.Querier, orgID int64) (k Kept, err error) {
	const stmt = `
		select name_uz, name_ru, name_en, legal_form, director_name, director_pinfl_mac, region, district, street, status, vat, as_of
		from register_entries
		where org_id = $1`
	err = q.QueryRow(ctx, stmt, orgID).Scan(&k.Names.Uz, &k.Names.Ru, &k.Names.En, &k.Form, &k.Director, &k.DirectorMAC,
		&k.Address.Region, &k.Address.District, &k.Address.Street, &k.Status, &k.VAT, &k.AsOf)
	switch {
	case pg.NoRows(err):
		return Kept{}, nil
	case err != nil:
		return Kept{}, fmt.Errorf("register entry: %w", err)
	}
	return k, nil
}
