package document

import (
	"context"
	"fmt"
	"strconv"

	"github.com/jackc/pgx/v5"

	"kabinet/internal/platform/pg"
)

// hasBrought is the condition on documents "d" by which codes came.
func hasBrought() string {
	not := func(part string, digit int) string { return ` and ` + part + ` <> ` + strconv.Itoa(digit) }
	return kindIn(bringing()) + not(classSide, Out.digit()) + not(classAnswer, Rejected.digit()) + not(classStatus, Failed.digits()[0])
}

// unnamedOf finds a document that may have brought codes of a product.
//
//tenant:any a fragment of the statement below
func unnamedOf(product string) string {
	return `(select from document_unnamed u join documents d on d.org_id = u.org_id and d.id = u.document_id
		 where u.org_id = $1 and u.product = ` + product + ` and ` + hasBrought() + ` limit 1)`
}

// broughtCodes gives the numbers of those codes that came by a document, or may have.
// The limits keep the server from reading all codes of an organization beside the few
// that are asked for.
func broughtCodes(ctx context.Context, q pg.Querier, orgID int64, asked questioned) (came []int, err error) {
	stmt := `
		with asked as (select * from unnest($2::int[], $3::bigint[], $4::text[]) a (code, mark, product))
		select a.code from asked a cross join lateral (
			select from document_codes c join documents d on d.org_id = c.org_id and d.id = c.document_id
			where c.org_id = $1 and c.mark = a.mark and c.result <> 'error' and ` + hasBrought() + ` limit 1) brought
		union
		select a.code from (select distinct product from asked) p cross join lateral ` + unnamedOf("p.product") + ` brought join asked a on a.product = p.product
		union
		select a.code from asked a cross join ` + unnamedOf("''") + ` brought`
	rows, err := q.Query(ctx, stmt, orgID, asked.codes, asked.marks, asked.products)
	if err == nil {
		came, err = pgx.CollectRows(rows, pgx.RowTo[int])
	}
	if err != nil {
		return nil, fmt.Errorf("codes that documents brought: %w", err)
	}
	return came, nil
}
