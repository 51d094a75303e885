package audit

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"kabinet/internal/platform/pg"
)

// holdChain makes seals take turns and gives the newest one; the first row of
// the chain is always there.
func holdChain(ctx context.Context, tx pg.Tx) (s Seal, err error) {
	const lock = `select n from audit_seals where n = 0 for update`
	if err := tx.QueryRow(ctx, lock).Scan(&s.N); err != nil {
		return s, fmt.Errorf("hold chain: %w", err)
	}
	const q = `select n, lines, hash, sealed_at from audit_seals order by n desc limit 1`
	if err := tx.QueryRow(ctx, q).Scan(&s.N, &s.Lines, &s.Hash, &s.SealedAt); err != nil {
		return s, fmt.Errorf("newest seal: %w", err)
	}
	return s, nil
}

// takeLines puts the oldest lines without a seal under a new one.
//
//tenant:any the chain covers the log of every organization
func takeLines(ctx context.Context, tx pg.Tx, n int64) (int, error) {
	const q = `
		update audit_log l set seal = $1
		from (select org_id, id from audit_log where seal is null order by org_id, id limit $2) newest
		where l.org_id = newest.org_id and l.id = newest.id`
	tag, err := tx.Exec(ctx, q, n, sealLines)
	if err != nil {
		return 0, fmt.Errorf("take lines: %w", err)
	}
	return int(tag.RowsAffected()), nil
}

// eachSealed hands on the lines of a seal in the order of their numbers.
//
//tenant:any as above
func eachSealed(ctx context.Context, q pg.Querier, n int64, use func(Line)) (lines int, err error) {
	const stmt = `
		select org_id, id, at, actor_kind, actor_id, actor_name, action, target, details, ip, request_id
		from audit_log
		where seal = $1
		order by org_id, id`
	rows, err := q.Query(ctx, stmt, n)
	if err != nil {
		return 0, fmt.Errorf("sealed lines: %w", err)
	}
	var l Line
	into := []any{&l.OrgID, &l.ID, &l.At, &l.ActorKind, &l.ActorID, &l.ActorName, &l.Action, &l.Target, &l.Details, &l.IP, &l.RequestID}
	_, err = pgx.ForEachRow(rows, into, func() error {
		lines++
		use(l)
		return nil
	})
	if err != nil {
		return 0, fmt.Errorf("sealed lines: %w", err)
	}
	return lines, nil
}

func insertSeal(ctx context.Context, tx pg.Tx, s Seal) error {
	const q = `insert into audit_seals (n, lines, hash) values ($1, $2, $3)`
	if _, err := tx.Exec(ctx, q, s.N, s.Lines, s.Hash); err != nil {
		return fmt.Errorf("insert seal: %w", err)
	}
	return nil
}

// seals are the whole chain, the root first: some 80 bytes for each 2,000 lines.
func seals(ctx context.Context, q pg.Querier) ([]Seal, error) {
	const stmt = `select n, lines, hash, sealed_at from audit_seals order by n`
	rows, err := q.Query(ctx, stmt)
	if err != nil {
		return nil, fmt.Errorf("seals: %w", err)
	}
	all, err := pgx.CollectRows(rows, pgx.RowToStructByPos[Seal])
	if err != nil {
		return nil, fmt.Errorf("seals: %w", err)
	}
	if len(all) == 0 || all[0].N != 0 {
		return nil, fmt.Errorf("seals: the root of the chain is missing")
	}
	return all, nil
}

// unsealed counts the lines that no seal of the chain covers: too new, or under
// a seal that somebody removed.
//
//tenant:any as above
func unsealed(ctx context.Context, q pg.Querier, last int64) (n int64, oldest time.Time, err error) {
	const stmt = `select count(*), coalesce(min(at), 'epoch') from audit_log where seal is null or seal > $1`
	if err := q.QueryRow(ctx, stmt, last).Scan(&n, &oldest); err != nil {
		return 0, time.Time{}, fmt.Errorf("unsealed lines: %w", err)
	}
	if n == 0 {
		oldest = time.Time{}
	}
	return n, oldest, nil
}

func hasSeal(ctx context.Context, q pg.Querier, hash []byte) (known bool, err error) {
	const stmt = `select exists (select 1 from audit_seals where hash = $1 and n > 0)`
	if err := q.QueryRow(ctx, stmt, hash).Scan(&known); err != nil {
		return false, fmt.Errorf("look for a seal: %w", err)
	}
	return known, nil
}
