package feed

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"kabinet/internal/platform/pg"
)

func tokensOf(ctx context.Context, q pg.Querier, feedID int16) ([]Token, error) {
	const stmt = `
		select id, last4, created_name, created_at, revoked_name, revoked_at, used_at, used_ip
		from feed_tokens where feed_id = $1
		order by revoked_at is not null, id desc limit 20`
	rows, err := q.Query(ctx, stmt, feedID)
	if err != nil {
		return nil, fmt.Errorf("tokens of feed: %w", err)
	}
	all, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (t Token, err error) {
		var revoked, used *time.Time
		err = row.Scan(&t.ID, &t.Last4, &t.CreatedBy, &t.CreatedAt, &t.RevokedBy, &revoked, &used, &t.UsedIP)
		if revoked != nil {
			t.RevokedAt = *revoked
		}
		if used != nil {
			t.UsedAt = *used
		}
		return t, err
	})
	if err != nil {
		return nil, fmt.Errorf("tokens of feed: %w", err)
	}
	return all, nil
}

func openTokens(ctx context.Context, tx pg.Tx, feedID int16) (n int, err error) {
	const stmt = `select count(*) from feed_tokens where feed_id = $1 and revoked_at is null`
	if err := tx.QueryRow(ctx, stmt, feedID).Scan(&n); err != nil {
		return 0, fmt.Errorf("count tokens: %w", err)
	}
	return n, nil
}

func insertToken(ctx context.Context, tx pg.Tx, feedID int16, by string, hash []byte, last4 string) (id int64, err error) {
	const stmt = `insert into feed_tokens (feed_id, hash, last4, created_name) values ($1, $2, $3, $4) returning id`
	if err := tx.QueryRow(ctx, stmt, feedID, hash, last4, by).Scan(&id); err != nil {
		return 0, fmt.Errorf("insert token: %w", err)
	}
	return id, nil
}

// revokeToken ends a token of a source: ErrNotFound, or ErrRevoked when it ended before.
func revokeToken(ctx context.Context, tx pg.Tx, feedID int16, id int64, by string) error {
	const stmt = `
		update feed_tokens t set revoked_at = coalesce(t.revoked_at, now()), revoked_name = case when t.revoked_at is null then $3 else t.revoked_name end
		from feed_tokens old
		where t.feed_id = $1 and t.id = $2 and old.id = t.id
		returning old.revoked_at is not null`
	var before bool
	err := tx.QueryRow(ctx, stmt, feedID, id, by).Scan(&before)
	switch {
	case pg.NoRows(err):
		return ErrNotFound.Because(err)
	case err != nil:
		return fmt.Errorf("revoke token: %w", err)
	case before:
		return ErrRevoked
	}
	return nil
}

// knocked is a token with its source, as a call finds them.
type knocked struct {
	Source
	tokenID int64
	noted   bool // its use was noted within the last minute
}

// knock finds a valid token. The statement sees a revocation that was committed
// before it began.
func knock(ctx context.Context, q pg.Querier, hash []byte) (k knocked, err error) {
	const stmt = `
		select ` + sourceColumns + `, t.id, coalesce(t.used_at > now() - interval '1 minute', false)
		from feed_tokens t join feeds f on f.id = t.feed_id
		where t.hash = $1 and t.revoked_at is null`
	var minutes int
	err = q.QueryRow(ctx, stmt, hash).Scan(append(k.targets(&minutes), &k.tokenID, &k.noted)...)
	switch {
	case pg.NoRows(err):
		return k, ErrToken.Because(err)
	case err != nil:
		return k, fmt.Errorf("find token: %w", err)
	}
	k.Expected = time.Duration(minutes) * time.Minute
	return k, nil
}

func touchToken(ctx context.Context, tx pg.Tx, id int64, ip string) error {
	const stmt = `update feed_tokens set used_at = now(), used_ip = $2 where id = $1`
	if _, err := tx.Exec(ctx, stmt, id, ip); err != nil {
		return fmt.Errorf("touch token: %w", err)
	}
	return nil
}
