package proof

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"kabinet/internal/platform/pg"
)

func oneEvidence(ctx context.Context, q pg.Querier, orgID, id int64) (Evidence, error) {
	const stmt = `
		select id, purpose, body, signer_name, signer_position, serial, issuer, org_tin, verifier, signed_at, key_until, created_at
		from eds_signatures where org_id = $1 and id = $2`
	rows, err := q.Query(ctx, stmt, orgID, id)
	if err != nil {
		return Evidence{}, fmt.Errorf("evidence %d: %w", id, err)
	}
	e, err := pgx.CollectExactlyOneRow(rows, pgx.RowToStructByPos[Evidence])
	switch {
	case pg.NoRows(err):
		return Evidence{}, ErrNoEvidence
	case err != nil:
		return Evidence{}, fmt.Errorf("evidence %d: %w", id, err)
	}
	return e, nil
}

func evidenceFor(ctx context.Context, q pg.Querier, orgID int64, p Purpose) ([]Evidence, error) {
	const stmt = `
		select id, purpose, body, signer_name, signer_position, serial, issuer, org_tin, verifier, signed_at, key_until, created_at
		from eds_signatures where org_id = $1 and purpose = $2
		order by id desc limit 100`
	rows, err := q.Query(ctx, stmt, orgID, p)
	if err != nil {
		return nil, fmt.Errorf("evidence for %s: %w", p, err)
	}
	es, err := pgx.CollectRows(rows, pgx.RowToStructByPos[Evidence])
	if err != nil {
		return nil, fmt.Errorf("evidence for %s: %w", p, err)
	}
	return es, nil
}

func sealedContainer(ctx context.Context, q pg.Querier, orgID, id int64) (sealed []byte, err error) {
	const stmt = `select container_sealed from eds_signatures where org_id = $1 and id = $2`
	err = q.QueryRow(ctx, stmt, orgID, id).Scan(&sealed)
	switch {
	case pg.NoRows(err):
		return nil, ErrNoEvidence
	case err != nil:
		return nil, fmt.Errorf("container %d: %w", id, err)
	}
	return sealed, nil
}
