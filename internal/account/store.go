package account

import (
	"context"
	"fmt"

	"kabinet/internal/platform/pg"
)

// register claims a fingerprint for a new account id. Of two at once the
// second waits for the first to commit and then gets its id, not fresh.
func register(ctx context.Context, tx pg.Tx, mac []byte) (id int64, fresh bool, err error) {
	const q = `
		insert into person_registry (pinfl_mac, account_id)
		values ($1, nextval('account_ids'))
		on conflict (pinfl_mac) do nothing
		returning account_id`
	err = tx.QueryRow(ctx, q, mac).Scan(&id)
	switch {
	case pg.NoRows(err):
		return registered(ctx, tx, mac)
	case err != nil:
		return 0, false, fmt.Errorf("register person: %w", err)
	}
	return id, true, nil
}

func registered(ctx context.Context, tx pg.Tx, mac []byte) (id int64, fresh bool, err error) {
	const q = `select account_id from person_registry where pinfl_mac = $1`
	if err := tx.QueryRow(ctx, q, mac).Scan(&id); err != nil {
		return 0, false, fmt.Errorf("registered person: %w", err)
	}
	return id, false, nil
}

func insertAccount(ctx context.Context, tx pg.Tx, id int64, p Person, mac, sealed []byte) error {
	const q = `
		insert into accounts (id, name, pinfl_mac, pinfl_sealed, language)
		values ($1, $2, $3, $4, $5)`
	if _, err := tx.Exec(ctx, q, id, p.Name, mac, sealed, p.Language); err != nil {
		return fmt.Errorf("insert account: %w", err)
	}
	return nil
}

func byFingerprint(ctx context.Context, q pg.Querier, macs [][]byte) (Account, error) {
	const stmt = `
		select a.id, a.name, a.language, a.theme, a.density, a.created_at, a.blocked_at is not null
		from person_registry r
		join accounts a on a.id = r.account_id
		where r.pinfl_mac = any($1)
		order by a.id
		limit 1`
	var a Account
	err := q.QueryRow(ctx, stmt, macs).Scan(&a.ID, &a.Name, &a.Language, &a.Theme, &a.Density, &a.CreatedAt, &a.Blocked)
	switch {
	case pg.NoRows(err):
		return Account{}, ErrUnknown
	case err != nil:
		return Account{}, fmt.Errorf("account by fingerprint: %w", err)
	}
	return a, nil
}

func updateDisplay(ctx context.Context, tx pg.Tx, id int64, d Display) error {
	const q = `update accounts set language = $2, theme = $3, density = $4 where id = $1`
	if _, err := tx.Exec(ctx, q, id, d.Language, d.Theme, d.Density); err != nil {
		return fmt.Errorf("update display: %w", err)
	}
	return nil
}
