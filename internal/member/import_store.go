package member

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/jackc/pgx/v5"

	"kabinet/internal/core/actor"
	"kabinet/internal/core/taxid"
	"kabinet/internal/platform/pg"
	"kabinet/internal/platform/seal"
)

// dropStale forgets files that nobody applied, personal numbers first of all,
// and all but the last nine: each takes as much room as a file may.
func dropStale(ctx context.Context, tx pg.Tx, orgID int64) error {
	const q = `
		delete from member_imports
		where org_id = $1 and applied_at is null and (created_at < now() - interval '1 day' or id not in (
			select id from member_imports where org_id = $1 and applied_at is null order by created_at desc, id limit 9))`
	if _, err := tx.Exec(ctx, q, orgID); err != nil {
		return fmt.Errorf("drop stale imports: %w", err)
	}
	return nil
}

func insertImport(ctx context.Context, tx pg.Tx, a actor.Actor, f table, sealed []byte) (id string, err error) {
	const q = `
		insert into member_imports (org_id, id, member_id, file_name, sealed, complaints, read, bad)
		values ($1, gen_random_uuid(), $2, $3, $4, $5, $6, $7)
		returning id::text`
	told := []byte("[]")
	if f.Told != nil {
		if told, err = json.Marshal(f.Told); err != nil {
			return "", err
		}
	}
	if err := tx.QueryRow(ctx, q, a.OrgID, a.MemberID, f.Name, sealed, told, f.Read, f.Bad).Scan(&id); err != nil {
		return "", fmt.Errorf("insert import of users: %w", err)
	}
	return id, nil
}

// oneImport reads a file; another organization's, or no number at all, is
// ErrNoImport. how is "" or " for update".
func oneImport(ctx context.Context, q pg.Querier, orgID int64, id, how string) (i Import, err error) {
	stmt := `
		select id::text, file_name, sealed, complaints, read, bad, added, known, created_at, coalesce(applied_at, '0001-01-01 00:00:00+00')
		from member_imports
		where org_id = $1 and id::text = $2` + how
	err = q.QueryRow(ctx, stmt, orgID, id).Scan(&i.ID, &i.FileName, &i.sealed, &i.Told, &i.Read, &i.Bad, &i.New, &i.Known, &i.CreatedAt, &i.AppliedAt)
	switch {
	case pg.NoRows(err):
		return Import{}, ErrNoImport
	case err != nil:
		return Import{}, fmt.Errorf("read import of users: %w", err)
	}
	return i, nil
}

// markApplied forgets the rows: they are users now.
func markApplied(ctx context.Context, tx pg.Tx, orgID int64, i Import) error {
	const q = `update member_imports set applied_at = now(), added = $3, known = $4, sealed = '' where org_id = $1 and id::text = $2`
	if _, err := tx.Exec(ctx, q, orgID, i.ID, i.New, i.Known); err != nil {
		return fmt.Errorf("mark import applied: %w", err)
	}
	return nil
}

// present finds out who is a user already: persons by fingerprint, programs by
// name and address.
func present(ctx context.Context, q pg.Querier, orgID int64, macs [][]byte) (map[string]bool, error) {
	const stmt = `
		select coalesce(pinfl_mac, ''::bytea), kind, name, email
		from members
		where org_id = $1 and (pinfl_mac = any($2) or kind = 'technical')`
	rows, err := q.Query(ctx, stmt, orgID, macs)
	if err != nil {
		return nil, fmt.Errorf("users present: %w", err)
	}
	here := map[string]bool{}
	var mac []byte
	var r record
	_, err = pgx.ForEachRow(rows, []any{&mac, &r.Kind, &r.Names.Uz, &r.Email}, func() error {
		if r.Kind == Technical {
			here[r.same()] = true
		} else {
			here[string(mac)] = true
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("users present: %w", err)
	}
	return here, nil
}

// nextIDs takes numbers for many users in one go.
//
//tenant:any numbers belong to nobody yet
func nextIDs(ctx context.Context, tx pg.Tx, n int) ([]int64, error) {
	const q = `select nextval('member_ids') from generate_series(1, $1)`
	rows, err := tx.Query(ctx, q, n)
	if err != nil {
		return nil, fmt.Errorf("next member ids: %w", err)
	}
	ids, err := pgx.CollectRows(rows, pgx.RowTo[int64])
	if err != nil {
		return nil, fmt.Errorf("next member ids: %w", err)
	}
	return ids, nil
}

// copyUsers stores many users with their roles; they reach everything.
func copyUsers(ctx context.Context, tx pg.Tx, box *seal.Box, orgID int64, ids []int64, list []fileRow) error {
	users, roles := make([][]any, len(list)), [][]any{}
	for n, r := range list {
		var mac, sealed []byte
		if r.PINFL != "" {
			mac = box.MAC(taxid.PINFLPurpose, []byte(r.PINFL))
			sealed = box.Seal(taxid.PINFLPurpose, []byte(r.PINFL), binding(orgID, ids[n]))
		}
		users[n] = []any{
			orgID, ids[n], string(r.Kind), r.Names.Uz, r.Names.Ru, r.Names.En, r.Positions.Uz, r.Positions.Ru, r.Positions.En,
			r.Email, r.Language, string(NotActivated), mac, sealed, r.search(), true, true,
		}
		for _, role := range r.Roles {
			roles = append(roles, []any{orgID, ids[n], role})
		}
	}
	columns := []string{
		"org_id", "id", "kind", "name", "name_ru", "name_en", "position", "position_ru", "position_en",
		"email", "language", "status", "pinfl_mac", "pinfl_sealed", "search", "all_groups", "all_places",
	}
	_, err := tx.CopyFrom(ctx, pgx.Identifier{"members"}, columns, pgx.CopyFromRows(users))
	switch {
	case pg.Violates(err, "members_org_id_pinfl_mac_key"):
		return ErrStale.Because(err) // somebody added one of them a moment ago
	case err != nil:
		return fmt.Errorf("copy users: %w", err)
	}
	if _, err := tx.CopyFrom(ctx, pgx.Identifier{"member_roles"}, []string{"org_id", "member_id", "role"}, pgx.CopyFromRows(roles)); err != nil {
		return fmt.Errorf("copy roles: %w", err)
	}
	return nil
}
