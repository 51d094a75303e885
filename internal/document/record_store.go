package document

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"kabinet/internal/platform/pg"
)

// readParts reads all that belongs to a document.
func readParts(ctx context.Context, q pg.Querier, r *Record) (err error) {
	const stmt = `
		select d.facts, now(), (select count(*) from document_lines l where l.org_id = d.org_id and l.document_id = d.id)
		from documents d where d.org_id = $1 and d.id = $2`
	var facts []byte
	if err := q.QueryRow(ctx, stmt, r.OrgID, r.ID).Scan(&facts, &r.Now, &r.LineCount); err != nil {
		return fmt.Errorf("facts of document %d: %w", r.ID, err)
	}
	if r.Facts, err = factsOf(facts); err != nil {
		return fmt.Errorf("facts of document %d: %w", r.ID, err)
	}
	if r.Lines, err = linesOf(ctx, q, r.Document, maxShownLines); err != nil {
		return err
	}
	if r.Results, err = resultsOf(ctx, q, r.Document); err != nil {
		return err
	}
	if r.Versions, err = versionsOf(ctx, q, r.Document); err != nil {
		return err
	}
	if r.Links, err = linksOf(ctx, q, r.Document); err != nil {
		return err
	}
	if r.Signatures, err = signaturesOf(ctx, q, r.Document); err != nil {
		return err
	}
	r.Owed, err = owedOf(ctx, q, r.Document)
	return err
}

func linesOf(ctx context.Context, q pg.Querier, d Document, most int) ([]Line, error) {
	const stmt = `
		select n, gtin, name, unit, trim_scale(quantity)::text, price, amount, vat, codes
		from document_lines where org_id = $1 and document_id = $2
		order by n limit $3`
	rows, err := q.Query(ctx, stmt, d.OrgID, d.ID, most)
	if err != nil {
		return nil, fmt.Errorf("lines of document %d: %w", d.ID, err)
	}
	lines, err := pgx.CollectRows(rows, pgx.RowToStructByPos[Line])
	if err != nil {
		return nil, fmt.Errorf("lines of document %d: %w", d.ID, err)
	}
	return lines, nil
}

// resultsOf puts the codes that share a cause together, the worst first.
func resultsOf(ctx context.Context, q pg.Querier, d Document) ([]Results, error) {
	const stmt = `
		select result, reason, count(*), (array_agg(code order by n) filter (where result <> 'success'))[1:3]
		from document_codes where org_id = $1 and document_id = $2
		group by result, reason
		order by case result when 'error' then 0 when 'warning' then 1 else 2 end, count(*) desc, reason`
	rows, err := q.Query(ctx, stmt, d.OrgID, d.ID)
	if err != nil {
		return nil, fmt.Errorf("results of document %d: %w", d.ID, err)
	}
	results, err := pgx.CollectRows(rows, pgx.RowToStructByPos[Results])
	if err != nil {
		return nil, fmt.Errorf("results of document %d: %w", d.ID, err)
	}
	return results, nil
}

func eachCode(ctx context.Context, q pg.Querier, d Document, wrong bool, each func(Code) error) error {
	const stmt = `
		select n, line, code, result, reason from document_codes
		where org_id = $1 and document_id = $2 and (not $3 or result <> 'success')
		order by n`
	rows, err := q.Query(ctx, stmt, d.OrgID, d.ID, wrong)
	if err != nil {
		return fmt.Errorf("codes of document %d: %w", d.ID, err)
	}
	var c Code
	if _, err := pgx.ForEachRow(rows, []any{&c.N, &c.Line, &c.Code, &c.Result, &c.Reason}, func() error { return each(c) }); err != nil {
		return fmt.Errorf("codes of document %d: %w", d.ID, err)
	}
	return nil
}

func versionsOf(ctx context.Context, q pg.Querier, d Document) ([]Version, error) {
	const stmt = `
		select version, occurred_at, received_at, encode(sha256, 'hex'), version = $3
		from document_versions where org_id = $1 and document_id = $2
		order by version desc limit 100`
	rows, err := q.Query(ctx, stmt, d.OrgID, d.ID, d.Version)
	if err != nil {
		return nil, fmt.Errorf("versions of document %d: %w", d.ID, err)
	}
	versions, err := pgx.CollectRows(rows, pgx.RowToStructByPos[Version])
	if err != nil {
		return nil, fmt.Errorf("versions of document %d: %w", d.ID, err)
	}
	return versions, nil
}

func versionBody(ctx context.Context, q pg.Querier, d Document, version int64) (body []byte, err error) {
	const stmt = `select body from document_versions where org_id = $1 and document_id = $2 and version = $3`
	err = q.QueryRow(ctx, stmt, d.OrgID, d.ID, version).Scan(&body)
	switch {
	case pg.NoRows(err):
		return nil, ErrNotFound
	case err != nil:
		return nil, fmt.Errorf("version %d of document %d: %w", version, d.ID, err)
	}
	return body, nil
}

func signaturesOf(ctx context.Context, q pg.Querier, d Document) ([]Signature, error) {
	const stmt = `
		select id, version, act, signer_name, signer_tin, signed_at, coalesce(signature_id, 0)
		from document_signatures where org_id = $1 and document_id = $2
		order by id limit 50`
	rows, err := q.Query(ctx, stmt, d.OrgID, d.ID)
	if err != nil {
		return nil, fmt.Errorf("signatures of document %d: %w", d.ID, err)
	}
	signatures, err := pgx.CollectRows(rows, pgx.RowToStructByPos[Signature])
	if err != nil {
		return nil, fmt.Errorf("signatures of document %d: %w", d.ID, err)
	}
	return signatures, nil
}

// stored is a signature with what came with it.
type stored struct {
	Signature
	content []byte
	sealed  []byte
}

func storedSignature(ctx context.Context, q pg.Querier, orgID, documentID, id int64) (s stored, err error) {
	const stmt = `
		select id, version, act, signer_name, signer_tin, signed_at, coalesce(signature_id, 0), content, container_sealed
		from document_signatures where org_id = $1 and document_id = $2 and id = $3`
	err = q.QueryRow(ctx, stmt, orgID, documentID, id).Scan(&s.ID, &s.Version, &s.Act, &s.Name, &s.TIN, &s.At, &s.Evidence, &s.content, &s.sealed)
	switch {
	case pg.NoRows(err):
		return s, ErrNoEvidence
	case err != nil:
		return s, fmt.Errorf("signature %d: %w", id, err)
	}
	return s, nil
}

// owedOf is how far the source was told of an answer; nil when it is owed none.
func owedOf(ctx context.Context, q pg.Querier, d Document) (*Owed, error) {
	const stmt = `
		select made_at, tries, last_error, delivered_at, refused
		from document_answers where org_id = $1 and document_id = $2`
	var o Owed
	var delivered *time.Time
	err := q.QueryRow(ctx, stmt, d.OrgID, d.ID).Scan(&o.MadeAt, &o.Tries, &o.Trouble, &delivered, &o.Refused)
	switch {
	case pg.NoRows(err):
		return nil, nil
	case err != nil:
		return nil, fmt.Errorf("what is owed of %d: %w", d.ID, err)
	}
	o.Delivered = orZero(delivered)
	return &o, nil
}

// refusedAnswer reports whether the source did not take the answer given here, by
// the reader's organization or by the buyer it sold to.
func refusedAnswer(ctx context.Context, q pg.Querier, d Document) (refused bool, err error) {
	const stmt = `
		select exists (
			select 1 from documents d
			join document_answers a on a.org_id = d.org_id and a.document_id = d.id
			where d.org_id in ($1, (select org_id from tin_registry where tin = $4)) and d.feed = $2 and d.source_id = $3 and a.refused <> '')`
	if err := q.QueryRow(ctx, stmt, d.OrgID, d.Feed, d.SourceID, d.Party.TIN).Scan(&refused); err != nil {
		return false, fmt.Errorf("refused answer of %d: %w", d.ID, err)
	}
	return refused, nil
}
