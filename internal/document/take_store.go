package document

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5"

	"kabinet/internal/platform/pg"
	"kabinet/internal/platform/seal"
)

// sealedContainer is what containers that came with documents are sealed for: they
// hold certificates with personal numbers.
const sealedContainer seal.Purpose = "document.container"

// binding ties a sealed container to its row.
func binding(orgID, id int64) []byte {
	return []byte("document:" + strconv.FormatInt(orgID, 10) + "/" + strconv.FormatInt(id, 10))
}

// databaseTime is the moment of the transaction by the database's clock.
func databaseTime(ctx context.Context, q pg.Querier) (now time.Time, err error) {
	const stmt = `select now()`
	if err := q.QueryRow(ctx, stmt).Scan(&now); err != nil {
		return now, fmt.Errorf("time of the database: %w", err)
	}
	return now, nil
}

func nullTime(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}

func nullID[T int16 | int64](id T) *T {
	if id == 0 {
		return nil
	}
	return &id
}

// values are what both statements below write, from $4 on.
func (d Document) values(facts map[string]string) []any {
	if facts == nil {
		facts = map[string]string{}
	}
	return []any{
		d.Version, d.Kind, d.Side, nullID(d.GroupID), d.Number, d.At, d.Party.TIN, d.Party.Name, d.Amount, d.VAT, d.Codes, d.Wrong, d.Warned,
		d.Status, facts, d.Answer, d.Via, nullTime(d.Deadline), nullTime(d.AnsweredAt), d.AnsweredBy, d.Reason, nullID(d.AnsweredTo), d.fold(),
	}
}

// insertDocument gives the id of a new document, 0 when there is one of this
// source already.
func insertDocument(ctx context.Context, tx pg.Tx, d Document, facts map[string]string) (id int64, err error) {
	const q = `
		insert into documents (org_id, id, feed, source_id, version, kind, side, group_id, number, at, party_tin, party_name, amount, vat,
			codes, wrong, warned, status, facts, answer, answered_via, deadline_at, answered_at, answered_name, answer_reason, answered_version, fold)
		values ($1, nextval('document_ids'), $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13,
			$14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26)
		on conflict on constraint documents_source_key do nothing
		returning id`
	err = tx.QueryRow(ctx, q, append([]any{d.OrgID, d.Feed, d.SourceID}, d.values(facts)...)...).Scan(&id)
	if pg.NoRows(err) {
		return 0, nil
	}
	if err != nil {
		return 0, fmt.Errorf("insert document: %w", err)
	}
	return id, nil
}

// updateDocument shows another version.
func updateDocument(ctx context.Context, tx pg.Tx, d Document, facts map[string]string) error {
	const q = `
		update documents set version = $4, kind = $5, side = $6, group_id = $7, number = $8, at = $9, party_tin = $10, party_name = $11,
			amount = $12, vat = $13, codes = $14, wrong = $15, warned = $16, status = $17, facts = $18, answer = $19, answered_via = $20,
			deadline_at = $21, answered_at = $22, answered_name = $23, answer_reason = $24, answered_version = $25, fold = $26,
			reminded_at = case when $21 > deadline_at then null else reminded_at end, changed_at = now()
		where org_id = $1 and id = $2 and feed = $3`
	if _, err := tx.Exec(ctx, q, append([]any{d.OrgID, d.ID, d.Feed}, d.values(facts)...)...); err != nil {
		return fmt.Errorf("update document %d: %w", d.ID, err)
	}
	return nil
}

// lockBySource locks the document that a source calls so.
func lockBySource(ctx context.Context, tx pg.Tx, orgID int64, feed, sourceID string) (Document, error) {
	rows, err := tx.Query(ctx, `select`+columns+` from documents d where d.org_id = $1 and d.feed = $2 and d.source_id = $3 for update`, orgID, feed, sourceID)
	if err != nil {
		return Document{}, fmt.Errorf("lock document: %w", err)
	}
	d, err := pgx.CollectExactlyOneRow(rows, scan)
	if err != nil {
		return Document{}, fmt.Errorf("lock document: %w", err)
	}
	return d, nil
}

// versionSum is the SHA-256 of a version that was kept, nil when it was not.
func versionSum(ctx context.Context, q pg.Querier, orgID, id, version int64) (sum []byte, err error) {
	const stmt = `select sha256 from document_versions where org_id = $1 and document_id = $2 and version = $3`
	err = q.QueryRow(ctx, stmt, orgID, id, version).Scan(&sum)
	if pg.NoRows(err) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("version %d of document %d: %w", version, id, err)
	}
	return sum, nil
}

func insertVersion(ctx context.Context, tx pg.Tx, d Document, in intake) error {
	const q = `
		insert into document_versions (org_id, document_id, version, occurred_at, sha256, body)
		values ($1, $2, $3, $4, $5, $6)`
	if _, err := tx.Exec(ctx, q, d.OrgID, d.ID, in.Version, in.OccurredAt, in.sum[:], []byte(in.Body)); err != nil {
		return fmt.Errorf("keep version %d of document %d: %w", in.Version, d.ID, err)
	}
	return nil
}

// deleteParts makes room for those of a newer version. What was signed here stays.
func deleteParts(ctx context.Context, tx pg.Tx, orgID, id int64) error {
	b := &pgx.Batch{}
	b.Queue(`delete from document_lines where org_id = $1 and document_id = $2`, orgID, id)
	b.Queue(`delete from document_codes where org_id = $1 and document_id = $2`, orgID, id)
	b.Queue(`delete from document_unnamed where org_id = $1 and document_id = $2`, orgID, id)
	b.Queue(`delete from document_links where org_id = $1 and document_id = $2`, orgID, id)
	b.Queue(`delete from document_signatures where org_id = $1 and document_id = $2 and signature_id is null`, orgID, id)
	if err := tx.SendBatch(ctx, b).Close(); err != nil {
		return fmt.Errorf("clear document %d: %w", id, err)
	}
	return nil
}

// insertParts stores lines, codes, links and signatures. box seals containers that
// came with the document; without them it may be nil.
func insertParts(ctx context.Context, tx pg.Tx, box *seal.Box, d Document, c Content) error {
	var unnamed []string
	if d.brings() {
		unnamed = c.unnamed()
	}
	for _, part := range []struct {
		table   string
		columns []string
		n       int
		row     func(i int) []any
	}{
		{"document_lines", []string{"org_id", "document_id", "n", "gtin", "name", "unit", "quantity", "price", "amount", "vat", "codes"}, len(c.Lines), func(i int) []any {
			l := c.Lines[i]
			return []any{d.OrgID, d.ID, l.N, l.GTIN, l.Name, l.Unit, decimal(l.Quantity), l.Price, l.Amount, l.VAT, l.Codes}
		}},
		{"document_codes", []string{"org_id", "document_id", "n", "line", "code", "mark", "result", "reason"}, len(c.Codes), func(i int) []any {
			k := c.Codes[i]
			return []any{d.OrgID, d.ID, k.N, k.Line, k.Code, k.mark(), string(k.Result), k.Reason}
		}},
		{"document_unnamed", []string{"org_id", "product", "document_id"}, len(unnamed), func(i int) []any {
			return []any{d.OrgID, unnamed[i], d.ID}
		}},
		{"document_links", []string{"org_id", "document_id", "relation", "ref"}, len(c.Links), func(i int) []any {
			return []any{d.OrgID, d.ID, string(c.Links[i].Relation), c.Links[i].Ref}
		}},
	} {
		if part.n == 0 {
			continue
		}
		rows := pgx.CopyFromSlice(part.n, func(i int) ([]any, error) { return part.row(i), nil })
		if _, err := tx.CopyFrom(ctx, pgx.Identifier{part.table}, part.columns, rows); err != nil {
			return fmt.Errorf("store %s of document %d: %w", part.table, d.ID, err)
		}
	}
	return insertSourceSignatures(ctx, tx, box, d, c.Signatures)
}

func insertSourceSignatures(ctx context.Context, tx pg.Tx, box *seal.Box, d Document, signatures []SourceSignature) error {
	const q = `
		insert into document_signatures (org_id, id, document_id, version, act, signer_name, signer_tin, signed_at, content, container_sealed)
		values ($1, $2, $3, $4, 'issue', $5, $6, $7, $8, $9)`
	for _, s := range signatures {
		id, err := nextID(ctx, tx)
		if err != nil {
			return err
		}
		at := s.At
		if at.IsZero() {
			at = d.At
		}
		sealed := box.Seal(sealedContainer, s.Container, binding(d.OrgID, id))
		if _, err := tx.Exec(ctx, q, d.OrgID, id, d.ID, d.Version, s.Party.Name, s.Party.TIN, at, s.Signed, sealed); err != nil {
			return fmt.Errorf("store signature of document %d: %w", d.ID, err)
		}
	}
	return nil
}

func nextID(ctx context.Context, tx pg.Tx) (id int64, err error) {
	const q = `select nextval('document_ids')`
	if err := tx.QueryRow(ctx, q).Scan(&id); err != nil {
		return 0, fmt.Errorf("next id: %w", err)
	}
	return id, nil
}

// insertEvidence ties a signature that was made here to the documents it is over.
func insertEvidence(ctx context.Context, tx pg.Tx, ds []Document, act string, signer Party, evidence int64) error {
	const q = `
		insert into document_signatures (org_id, id, document_id, version, act, signer_name, signer_tin, signed_at, signature_id)
		select d.org_id, nextval('document_ids'), d.id, d.version, $3, $4, $5, now(), $6
		from documents d where d.org_id = $1 and d.id = any ($2)`
	if len(ds) == 0 {
		return nil
	}
	if _, err := tx.Exec(ctx, q, ds[0].OrgID, idsOf(ds), act, signer.Name, signer.TIN, evidence); err != nil {
		return fmt.Errorf("tie signature: %w", err)
	}
	return nil
}

func idsOf(ds []Document) []int64 {
	ids := make([]int64, len(ds))
	for i, d := range ds {
		ids[i] = d.ID
	}
	return ids
}
