package receipt

import (
	"context"
	"encoding/json"
	"fmt"

	"kabinet/internal/platform/pg"
)

// lockSign lets one transaction at a time work on a fiscal sign of an organization.
func lockSign(ctx context.Context, tx pg.Tx, orgID int64, sign string) error {
	const stmt = `select pg_advisory_xact_lock(hashtextextended('receipt.' || $2, $1))`
	if _, err := tx.Exec(ctx, stmt, orgID, sign); err != nil {
		return fmt.Errorf("hold a fiscal sign: %w", err)
	}
	return nil
}

// insertReceipt stores a receipt; 0 says that the source named it before.
func insertReceipt(ctx context.Context, tx pg.Tx, r Receipt, in message) (id int64, err error) {
	const stmt = `
		insert into receipts (org_id, id, feed, source_id, version, digest, fiscal_sign, terminal, number, issued_at, kind, total,
			sale_sign, sale_terminal, sale_number, sale_id, trouble, groups, codes, lines)
		values ($1, nextval('receipt_ids'), $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, nullif($15::bigint, 0), $16, $17, $18, $19)
		on conflict (org_id, source_id, feed) do nothing
		returning id`
	err = tx.QueryRow(ctx, stmt, r.OrgID, in.Feed, in.SourceID, r.Version, in.digest, r.Sign, r.Terminal, r.Number, r.IssuedAt, r.Kind, r.Total,
		r.Sale.Sign, r.Sale.Terminal, r.Sale.Number, r.SaleID, r.Trouble, r.Groups, r.marks(), r.Lines).Scan(&id)
	if err != nil && !pg.NoRows(err) {
		return 0, fmt.Errorf("keep receipt: %w", err)
	}
	return id, nil
}

func updateReceipt(ctx context.Context, tx pg.Tx, r Receipt, in message) error {
	const stmt = `
		update receipts set version = $3, digest = $4, fiscal_sign = $5, terminal = $6, number = $7, issued_at = $8, kind = $9, total = $10,
			sale_sign = $11, sale_terminal = $12, sale_number = $13, sale_id = nullif($14::bigint, 0), trouble = $15, groups = $16, codes = $17, lines = $18, taken_at = now()
		where org_id = $1 and id = $2`
	_, err := tx.Exec(ctx, stmt, r.OrgID, r.ID, r.Version, in.digest, r.Sign, r.Terminal, r.Number, r.IssuedAt, r.Kind, r.Total,
		r.Sale.Sign, r.Sale.Terminal, r.Sale.Number, r.SaleID, r.Trouble, r.Groups, r.marks(), r.Lines)
	if err != nil {
		return fmt.Errorf("correct receipt: %w", err)
	}
	return nil
}

// lockReceipt reads the receipt that a source calls so, with the digest of the
// body that said it.
func lockReceipt(ctx context.Context, tx pg.Tx, orgID int64, feed, sourceID string) (r Receipt, digest []byte, err error) {
	const stmt = `select` + columns + `, r.digest from receipts r where r.org_id = $1 and r.source_id = $2 and r.feed = $3 for update`
	if err := tx.QueryRow(ctx, stmt, orgID, sourceID, feed).Scan(append(r.targets(), &digest)...); err != nil {
		return r, nil, fmt.Errorf("lock receipt: %w", err)
	}
	return r, digest, nil
}

// keepVersion puts what a receipt said, or would have said, among its versions.
func keepVersion(ctx context.Context, tx pg.Tx, r Receipt, digest []byte) error {
	content, err := json.Marshal(r.Content)
	if err != nil {
		return fmt.Errorf("write a version: %w", err)
	}
	const stmt = `
		insert into receipt_versions (org_id, receipt_id, version, occurred_at, digest, content) values ($1, $2, $3, $4, $5, $6)`
	if _, err := tx.Exec(ctx, stmt, r.OrgID, r.ID, r.Version, r.IssuedAt, digest, content); err != nil {
		return fmt.Errorf("keep version of receipt: %w", err)
	}
	return nil
}

// versionDigest is the digest of a version that is not the newest; nil when there
// is none of the number.
func versionDigest(ctx context.Context, tx pg.Tx, orgID, id, version int64) (digest []byte, err error) {
	const stmt = `select digest from receipt_versions where org_id = $1 and receipt_id = $2 and version = $3`
	if err := tx.QueryRow(ctx, stmt, orgID, id, version).Scan(&digest); err != nil && !pg.NoRows(err) {
		return nil, fmt.Errorf("find version of receipt: %w", err)
	}
	return digest, nil
}

// saleOf finds the sale that a return names; 0 when it is not here.
func saleOf(ctx context.Context, q pg.Querier, orgID int64, sale Ref) (id int64, err error) {
	const stmt = `
		select id from receipts
		where org_id = $1 and fiscal_sign = $2 and kind = 'sale' and $3 in ('', terminal) and $4 in ('', number)
		order by id limit 1`
	if sale.Sign == "" {
		return 0, nil
	}
	if err := q.QueryRow(ctx, stmt, orgID, sale.Sign, sale.Terminal, sale.Number).Scan(&id); err != nil && !pg.NoRows(err) {
		return 0, fmt.Errorf("find sale: %w", err)
	}
	return id, nil
}

// gatherReturns gives a sale the returns that came before it.
func gatherReturns(ctx context.Context, tx pg.Tx, r Receipt) error {
	if r.Kind != Sale {
		return nil
	}
	const stmt = `
		update receipts set sale_id = $2, trouble = trouble & ~$6::smallint
		where org_id = $1 and sale_sign = $3 and kind = 'return' and sale_id is null and sale_terminal in ('', $4) and sale_number in ('', $5)`
	if _, err := tx.Exec(ctx, stmt, r.OrgID, r.ID, r.Sign, r.Terminal, r.Number, NoSale); err != nil {
		return fmt.Errorf("gather returns: %w", err)
	}
	return nil
}

// releaseReturns takes from a corrected receipt the returns that meant another.
func releaseReturns(ctx context.Context, tx pg.Tx, r Receipt) error {
	const stmt = `
		update receipts set sale_id = null, trouble = trouble | $7::smallint
		where org_id = $1 and sale_id = $2 and not ($6 and sale_sign = $3 and sale_terminal in ('', $4) and sale_number in ('', $5))`
	if _, err := tx.Exec(ctx, stmt, r.OrgID, r.ID, r.Sign, r.Terminal, r.Number, r.Kind == Sale, NoSale); err != nil {
		return fmt.Errorf("release returns: %w", err)
	}
	return nil
}
