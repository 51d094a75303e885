package document

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"kabinet/internal/platform/pg"
)

// namedBy are the AICs that a declaration names as it is shown now.
func namedBy(ctx context.Context, q pg.Querier, orgID int64, feed, sourceID string) ([]string, error) {
	const stmt = `
		select l.ref from documents d
		join document_links l on l.org_id = d.org_id and l.document_id = d.id and l.relation = 'aic'
		where d.org_id = $1 and d.feed = $2 and d.source_id = $3
		order by l.ref`
	rows, err := q.Query(ctx, stmt, orgID, feed, sourceID)
	if err != nil {
		return nil, fmt.Errorf("AICs of declaration: %w", err)
	}
	refs, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return nil, fmt.Errorf("AICs of declaration: %w", err)
	}
	return refs, nil
}

func declaring(ctx context.Context, q pg.Querier, orgID int64, numbers []string) (map[string]Declaring, error) {
	const stmt = `
		select distinct on (l.ref) l.ref, d.id, d.number, d.at, coalesce(d.facts ->> 'customs_post', ''), d.received_at
		from document_links l
		join documents d on d.org_id = l.org_id and d.id = l.document_id
		where l.org_id = $1 and l.ref = any ($2) and l.relation = 'aic'
		  and d.kind = 'ORIGINAL_CUSTOMS_DECLARATION' and d.status <> 'error'
		order by l.ref, d.at desc, d.id desc`
	rows, err := q.Query(ctx, stmt, orgID, numbers)
	if err != nil {
		return nil, fmt.Errorf("declarations of AICs: %w", err)
	}
	of := map[string]Declaring{}
	var ref string
	var d Declaring
	_, err = pgx.ForEachRow(rows, []any{&ref, &d.ID, &d.Number, &d.At, &d.Post, &d.ReceivedAt}, func() error {
		of[ref] = d
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("declarations of AICs: %w", err)
	}
	return of, nil
}

// unnamedCodes goes through the codes of declarations that name no AIC, the newest
// first, a bounded number of them.
func unnamedCodes(ctx context.Context, q pg.Querier, orgID int64, since time.Time, each func(id int64, code string)) error {
	const stmt = `
		select d.id, k.code from (
			select d.org_id, d.id from documents d
			where d.org_id = $1 and d.at >= $2 and d.kind = 'ORIGINAL_CUSTOMS_DECLARATION' and d.status <> 'error'
			  and not exists (select from document_links l where l.org_id = d.org_id and l.document_id = d.id and l.relation = 'aic')
			order by d.at desc, d.id desc limit 50) d
		join document_codes k on k.org_id = d.org_id and k.document_id = d.id
		order by d.id, k.n`
	rows, err := q.Query(ctx, stmt, orgID, since)
	if err != nil {
		return fmt.Errorf("codes of declarations: %w", err)
	}
	var id int64
	var code string
	if _, err := pgx.ForEachRow(rows, []any{&id, &code}, func() error { each(id, code); return nil }); err != nil {
		return fmt.Errorf("codes of declarations: %w", err)
	}
	return nil
}

// linkAIC lets declarations name an AIC.
func linkAIC(ctx context.Context, tx pg.Tx, orgID int64, ids []int64, number string) error {
	const stmt = `
		insert into document_links (org_id, document_id, relation, ref)
		select $1, id, 'aic', $3 from unnest($2::bigint[]) id
		on conflict do nothing`
	if _, err := tx.Exec(ctx, stmt, orgID, ids, number); err != nil {
		return fmt.Errorf("link declarations: %w", err)
	}
	return nil
}
