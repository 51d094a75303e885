package document

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"kabinet/internal/platform/pg"
)

// linksOf reads what a document refers to and what refers to it, with the documents
// on the other side as far as they are here.
func linksOf(ctx context.Context, q pg.Querier, d Document) ([]Linked, error) {
	links, others, err := namedLinks(ctx, q, d)
	if err != nil || len(links) == 0 {
		return links, err
	}
	ds, err := readDocuments(ctx, q, d.OrgID, others)
	if err != nil {
		return nil, err
	}
	byID := make(map[int64]*Document, len(ds))
	for i := range ds {
		byID[ds[i].ID] = &ds[i]
	}
	for i, id := range others {
		links[i].Other = byID[id]
	}
	return links, nil
}

// namedLinks reads the links, and beside each the id of the other document; 0 when it
// is not here. An AIC is named by its number, everything else by the id its source
// has for it.
func namedLinks(ctx context.Context, q pg.Querier, d Document) (links []Linked, others []int64, err error) {
	const stmt = `
		select l.relation, false, l.ref, coalesce(o.id, 0)
		from document_links l
		left join lateral (
			select id from documents o
			where o.org_id = l.org_id and l.relation <> 'aic' and o.feed = $3 and o.source_id = l.ref
			union all
			select id from documents o
			where o.org_id = l.org_id and l.relation = 'aic' and o.number = l.ref and o.kind = 'CUSTOMS_CODE_REGISTRATION'
			order by id limit 1) o on true
		where l.org_id = $1 and l.document_id = $2
		union all
		select l.relation, true, l.ref, l.document_id
		from document_links l
		join documents o on o.org_id = l.org_id and o.id = l.document_id
		where l.org_id = $1 and l.document_id <> $2
		  and (l.ref = $4 and o.feed = $3 and l.relation <> 'aic' or l.ref = $5 and l.relation = 'aic' and $6 = 'CUSTOMS_CODE_REGISTRATION')
		order by 2, 1, 3, 4 limit 200`
	rows, err := q.Query(ctx, stmt, d.OrgID, d.ID, d.Feed, d.SourceID, d.Number, string(d.Kind))
	if err != nil {
		return nil, nil, fmt.Errorf("links of document %d: %w", d.ID, err)
	}
	var l Linked
	var other int64
	_, err = pgx.ForEachRow(rows, []any{&l.Relation, &l.Back, &l.Ref, &other}, func() error {
		links, others = append(links, l), append(others, other)
		return nil
	})
	if err != nil {
		return nil, nil, fmt.Errorf("links of document %d: %w", d.ID, err)
	}
	return links, others, nil
}
