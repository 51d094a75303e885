package document

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"kabinet/internal/feed"
	"kabinet/internal/platform/pg"
)

func insertStranger(ctx context.Context, tx pg.Tx, tin string, orgID int64, in intake) error {
	const stmt = `
		insert into document_strangers (tin, org_id, document_id)
		select $1, d.org_id, d.id from documents d where d.org_id = $2 and d.feed = $3 and d.source_id = $4
		on conflict do nothing`
	if _, err := tx.Exec(ctx, stmt, tin, orgID, in.Feed, in.SourceID); err != nil {
		return fmt.Errorf("note who is not here: %w", err)
	}
	return nil
}

// newcomers are the missing parties of invoices that are here now, by tax number
// behind one. It walks all numbers that are missing, so it is asked for once, and
// each newcomer's invoices are found by theirs.
func newcomers(ctx context.Context, q pg.Querier, after string, most int) ([]newcomer, error) {
	const stmt = `
		select r.tin, r.org_id
		from (select distinct s.tin from document_strangers s where s.tin > $1) s
		join tin_registry r on r.tin = s.tin
		order by r.tin limit $2`
	rows, err := q.Query(ctx, stmt, after, most)
	if err != nil {
		return nil, fmt.Errorf("newcomers with invoices: %w", err)
	}
	all, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (one newcomer, err error) {
		err = row.Scan(&one.tin, &one.orgID)
		return one, err
	})
	if err != nil {
		return nil, fmt.Errorf("newcomers with invoices: %w", err)
	}
	return all, nil
}

// takeStrangers takes invoices of a newcomer: who takes them deals with them in the
// same transaction.
//
//tenant:any the newcomer's invoices are kept by the other parties
func takeStrangers(ctx context.Context, tx pg.Tx, tin string, most int) ([]key, error) {
	const stmt = `
		delete from document_strangers s using (
			select w.org_id, w.document_id from document_strangers w
			where w.tin = $1
			order by w.org_id, w.document_id limit $2 for update skip locked) t
		where s.tin = $1 and s.org_id = t.org_id and s.document_id = t.document_id
		returning s.org_id, s.document_id`
	rows, err := tx.Query(ctx, stmt, tin, most)
	if err != nil {
		return nil, fmt.Errorf("take invoices of newcomers: %w", err)
	}
	all, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (k key, err error) {
		err = row.Scan(&k.org, &k.id)
		return k, err
	})
	if err != nil {
		return nil, fmt.Errorf("take invoices of newcomers: %w", err)
	}
	return all, nil
}

// saidOf gives all that a source said of a document, in its order.
func saidOf(ctx context.Context, q pg.Querier, d Document) ([]feed.Message, error) {
	const stmt = `
		select version, occurred_at, body from document_versions
		where org_id = $1 and document_id = $2
		order by version`
	rows, err := q.Query(ctx, stmt, d.OrgID, d.ID)
	if err != nil {
		return nil, fmt.Errorf("versions of document %d: %w", d.ID, err)
	}
	said, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (feed.Message, error) {
		m := feed.Message{Feed: d.Feed, SourceID: d.SourceID, Kind: d.Kind.feedKind()}
		var body []byte
		err := row.Scan(&m.Version, &m.OccurredAt, &body)
		m.Body = body
		return m, err
	})
	if err != nil {
		return nil, fmt.Errorf("versions of document %d: %w", d.ID, err)
	}
	return said, nil
}
