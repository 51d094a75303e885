package profile

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"kabinet/internal/platform/pg"
)

func banks(ctx context.Context, q pg.Querier, orgID int64) ([]Bank, error) {
	const stmt = `
		select id, account, mfo, bank, is_main, version
		from bank_accounts
		where org_id = $1
		order by is_main desc, id`
	rows, err := q.Query(ctx, stmt, orgID)
	if err != nil {
		return nil, fmt.Errorf("bank accounts: %w", err)
	}
	all, err := pgx.CollectRows(rows, pgx.RowToStructByPos[Bank])
	if err != nil {
		return nil, fmt.Errorf("bank accounts: %w", err)
	}
	return all, nil
}

func bank(ctx context.Context, q pg.Querier, orgID, id int64) (b Bank, err error) {
	const stmt = `
		select id, account, mfo, bank, is_main, version
		from bank_accounts
		where org_id = $1 and id = $2`
	err = q.QueryRow(ctx, stmt, orgID, id).Scan(&b.ID, &b.Account, &b.MFO, &b.Name, &b.Main, &b.Version)
	switch {
	case pg.NoRows(err):
		return Bank{}, ErrNoBank
	case err != nil:
		return Bank{}, fmt.Errorf("bank account: %w", err)
	}
	return b, nil
}

func insertBank(ctx context.Context, tx pg.Tx, orgID int64, b Bank) error {
	const q = `
		insert into bank_accounts (org_id, id, account, mfo, bank, is_main)
		values ($1, nextval('bank_account_ids'), $2, $3, $4, $5)`
	_, err := tx.Exec(ctx, q, orgID, b.Account, b.MFO, b.Name, b.Main)
	return stored(err)
}

func updateBank(ctx context.Context, tx pg.Tx, orgID int64, b Bank) error {
	const q = `
		update bank_accounts
		set account = $3, mfo = $4, bank = $5, is_main = $6, version = version + 1
		where org_id = $1 and id = $2`
	_, err := tx.Exec(ctx, q, orgID, b.ID, b.Account, b.MFO, b.Name, b.Main)
	return stored(err)
}

func stored(err error) error {
	switch {
	case pg.Violates(err, "bank_accounts_org_id_account_key"):
		return errors.Join(ErrSameAccount, err)
	case err != nil:
		return fmt.Errorf("store bank account: %w", err)
	}
	return nil
}

func clearMain(ctx context.Context, tx pg.Tx, orgID int64) error {
	const q = `update bank_accounts set is_main = false, version = version + 1 where org_id = $1 and is_main`
	if _, err := tx.Exec(ctx, q, orgID); err != nil {
		return fmt.Errorf("clear main account: %w", err)
	}
	return nil
}

func deleteBank(ctx context.Context, tx pg.Tx, orgID, id int64) error {
	const q = `delete from bank_accounts where org_id = $1 and id = $2`
	if _, err := tx.Exec(ctx, q, orgID, id); err != nil {
		return fmt.Errorf("delete bank account: %w", err)
	}
	return nil
}

// change is a wish for a new address as stored.
type change struct {
	ID       int64
	Email    string
	Language string
	Seed     []byte
	Tries    int
	Live     bool // before its end, by the database's clock
}

func pending(ctx context.Context, q pg.Querier, orgID int64) (*Pending, error) {
	const stmt = `
		select email, member_name, requested_at, expires_at, sent_at is not null, refusal, tries, expires_at <= now()
		from email_changes
		where org_id = $1`
	var p Pending
	var tries int
	err := q.QueryRow(ctx, stmt, orgID).Scan(&p.Email, &p.By, &p.RequestedAt, &p.Until, &p.Sent, &p.Refusal, &tries, &p.Over)
	switch {
	case pg.NoRows(err):
		return nil, nil //nolint:nilnil // nothing pending is the usual case
	case err != nil:
		return nil, fmt.Errorf("pending address: %w", err)
	}
	p.Left = max(maxTries-tries, 0)
	p.Over = p.Over || p.Left == 0
	return &p, nil
}

// putChange takes the place of an earlier wish, whose code opens nothing now.
func putChange(ctx context.Context, tx pg.Tx, orgID int64, c change, memberID int64, name string, life time.Duration) (id int64, err error) {
	const q = `
		insert into email_changes (org_id, id, email, language, seed, member_id, member_name, expires_at)
		values ($1, nextval('email_change_ids'), $2, $3, $4, $5, $6, now() + $7::interval)
		on conflict (org_id) do update
		set id = excluded.id, email = excluded.email, language = excluded.language, seed = excluded.seed, tries = 0,
			member_id = excluded.member_id, member_name = excluded.member_name, requested_at = now(),
			expires_at = excluded.expires_at, sent_at = null, refusal = ''
		returning id`
	err = tx.QueryRow(ctx, q, orgID, c.Email, c.Language, c.Seed, memberID, name, life).Scan(&id)
	if err != nil {
		return 0, fmt.Errorf("put change of address: %w", err)
	}
	return id, nil
}

// holdChange reads the wish and keeps others from trying its code meanwhile.
func holdChange(ctx context.Context, tx pg.Tx, orgID int64) (c change, err error) {
	const q = `
		select id, email, language, seed, tries, expires_at > now()
		from email_changes
		where org_id = $1
		for update`
	err = tx.QueryRow(ctx, q, orgID).Scan(&c.ID, &c.Email, &c.Language, &c.Seed, &c.Tries, &c.Live)
	switch {
	case pg.NoRows(err):
		return change{}, ErrNoChange
	case err != nil:
		return change{}, fmt.Errorf("hold change of address: %w", err)
	}
	return c, nil
}

func countTry(ctx context.Context, tx pg.Tx, orgID int64) error {
	const q = `update email_changes set tries = tries + 1 where org_id = $1`
	if _, err := tx.Exec(ctx, q, orgID); err != nil {
		return fmt.Errorf("count try: %w", err)
	}
	return nil
}

func deleteChange(ctx context.Context, tx pg.Tx, orgID int64) error {
	const q = `delete from email_changes where org_id = $1`
	if _, err := tx.Exec(ctx, q, orgID); err != nil {
		return fmt.Errorf("delete change of address: %w", err)
	}
	return nil
}

// deleteChangeOf deletes the wish of one member and gives its address, "" when
// there was none.
func deleteChangeOf(ctx context.Context, tx pg.Tx, orgID, memberID int64) (email string, err error) {
	const q = `delete from email_changes where org_id = $1 and member_id = $2 returning email`
	if err := tx.QueryRow(ctx, q, orgID, memberID).Scan(&email); err != nil && !pg.NoRows(err) {
		return "", fmt.Errorf("delete change of address: %w", err)
	}
	return email, nil
}

// toSend gives a wish whose letter is still to be sent; pg.NoRows otherwise.
func toSend(ctx context.Context, q pg.Querier, a SendArgs) (c change, err error) {
	const stmt = `
		select id, email, language, seed
		from email_changes
		where org_id = $1 and id = $2 and sent_at is null and refusal = '' and expires_at > now()`
	err = q.QueryRow(ctx, stmt, a.OrgID, a.ID).Scan(&c.ID, &c.Email, &c.Language, &c.Seed)
	return c, err
}

func markSent(ctx context.Context, tx pg.Tx, a SendArgs, refusal string) error {
	const q = `
		update email_changes
		set sent_at = case when $3 = '' then now() end, refusal = $3
		where org_id = $1 and id = $2`
	if _, err := tx.Exec(ctx, q, a.OrgID, a.ID, refusal); err != nil {
		return fmt.Errorf("mark letter: %w", err)
	}
	return nil
}
