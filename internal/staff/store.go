package staff

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"kabinet/internal/account"
	"kabinet/internal/core/fold"
	"kabinet/internal/platform/pg"
)

// insert takes a person on, whose language is that of the first sign-in.
func insert(ctx context.Context, tx pg.Tx, d Draft, mac []byte) (id int64, err error) {
	const q = `insert into staff (name, search, pinfl_mac, roles, language) values ($1, $2, $3, $4, '') returning id`
	err = tx.QueryRow(ctx, q, d.Name, fold.Text(d.Name), mac, d.Roles).Scan(&id)
	switch {
	case pg.Violates(err, "staff_pinfl_mac_key"):
		return 0, ErrTaken.Because(err)
	case err != nil:
		return 0, fmt.Errorf("insert staff: %w", err)
	}
	return id, nil
}

// setLanguage keeps the language in which a person signed in. One chosen on
// purpose counts more than what the browser asks for.
func setLanguage(ctx context.Context, tx pg.Tx, id int64, language string, chosen bool) error {
	const q = `
		update staff set language = $2
		where id = $1 and language <> $2 and ($3 or language = '')`
	if _, err := tx.Exec(ctx, q, id, language, chosen); err != nil {
		return fmt.Errorf("keep language of staff: %w", err)
	}
	return nil
}

func setDisplay(ctx context.Context, tx pg.Tx, id int64, d account.Display) error {
	const q = `update staff set language = $2, theme = $3, density = $4 where id = $1`
	if _, err := tx.Exec(ctx, q, id, d.Language, d.Theme, d.Density); err != nil {
		return fmt.Errorf("keep display of staff: %w", err)
	}
	return nil
}

func byID(ctx context.Context, q pg.Querier, id int64) (Person, error) {
	const stmt = `select id, name, roles, status, created_at from staff where id = $1`
	return one(q.QueryRow(ctx, stmt, id))
}

// lock is byID for somebody who is about to be changed.
func lock(ctx context.Context, tx pg.Tx, id int64) (Person, error) {
	const q = `select id, name, roles, status, created_at from staff where id = $1 for update`
	return one(tx.QueryRow(ctx, q, id))
}

// byFingerprint finds the person of a certificate; fingerprints of older roots
// count too.
func byFingerprint(ctx context.Context, q pg.Querier, macs [][]byte) (Person, error) {
	const stmt = `
		select id, name, roles, status, created_at
		from staff
		where pinfl_mac = any($1)
		order by id
		limit 1`
	return one(q.QueryRow(ctx, stmt, macs))
}

func one(row pgx.Row) (p Person, err error) {
	err = row.Scan(&p.ID, &p.Name, &p.Roles, &p.Status, &p.CreatedAt)
	switch {
	case pg.NoRows(err):
		return Person{}, ErrUnknown.Because(err)
	case err != nil:
		return Person{}, fmt.Errorf("read staff: %w", err)
	}
	return p, nil
}

// lockAdmins holds every active administrator, in the order of ids: of two
// changes at once the second waits here and then sees what the first did.
func lockAdmins(ctx context.Context, tx pg.Tx) error {
	const q = `
		select id
		from staff
		where status = 'active' and roles @> '{op_admin}'
		order by id
		for update`
	if _, err := tx.Exec(ctx, q); err != nil {
		return fmt.Errorf("lock administrators: %w", err)
	}
	return nil
}

// adminLeft refuses a change that leaves nobody to undo it.
func adminLeft(ctx context.Context, tx pg.Tx) error {
	const q = `select exists (select from staff where status = 'active' and roles @> '{op_admin}')`
	var left bool
	if err := tx.QueryRow(ctx, q).Scan(&left); err != nil {
		return fmt.Errorf("administrator left: %w", err)
	}
	if !left {
		return ErrLastAdmin
	}
	return nil
}

func updateRoles(ctx context.Context, tx pg.Tx, id int64, roles []string) error {
	const q = `update staff set roles = $2 where id = $1`
	if _, err := tx.Exec(ctx, q, id, roles); err != nil {
		return fmt.Errorf("update staff roles: %w", err)
	}
	return nil
}

func updateStatus(ctx context.Context, tx pg.Tx, id int64, status string) error {
	const q = `update staff set status = $2 where id = $1`
	if _, err := tx.Exec(ctx, q, id, status); err != nil {
		return fmt.Errorf("update staff status: %w", err)
	}
	return nil
}
