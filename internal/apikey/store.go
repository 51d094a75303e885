package apikey

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"kabinet/internal/core/fold"
	"kabinet/internal/platform/pg"
)

// keyColumns lists a key "k" of a member "m" with its state at this moment: a
// key that nobody has closed yet is expired all the same.
const keyColumns = `
	k.id, k.member_id, m.name, m.name_ru, m.name_en, k.name, k.prefix, k.last4,
	case when k.ending is not null then k.ending when k.expires_at <= now() then 'expired' else 'valid' end,
	k.created_at, k.expires_at, coalesce(k.ended_at, '0001-01-01 00:00:00+00'),
	coalesce((select e.name from members e where e.org_id = k.org_id and e.id = k.ended_by), ''), k.reason,
	coalesce(k.last_used_at, '0001-01-01 00:00:00+00'), k.last_used_ip, k.expires_at - now()`

func scan(row pgx.CollectableRow) (k Key, err error) { return k, row.Scan(targets(&k)...) }

// targets are the places for keyColumns.
func targets(k *Key) []any {
	return []any{
		&k.ID, &k.MemberID, &k.Owner.Uz, &k.Owner.Ru, &k.Owner.En, &k.Name, &k.Prefix, &k.Last4, &k.Status, &k.CreatedAt, &k.ExpiresAt, &k.EndedAt,
		&k.EndedBy, &k.Reason, &k.LastUsedAt, &k.LastUsedIP, &k.Left,
	}
}

func one(rows pgx.Rows, err error) (Key, error) {
	if err != nil {
		return Key{}, fmt.Errorf("read key: %w", err)
	}
	k, err := pgx.CollectExactlyOneRow(rows, scan)
	switch {
	case pg.NoRows(err):
		return Key{}, ErrUnknown.Because(err)
	case err != nil:
		return Key{}, fmt.Errorf("read key: %w", err)
	}
	return k, nil
}

func byID(ctx context.Context, q pg.Querier, orgID, id int64) (Key, error) {
	const stmt = `
		select ` + keyColumns + `
		from api_keys k
		join members m on m.org_id = k.org_id and m.id = k.member_id
		where k.org_id = $1 and k.id = $2`
	return one(q.Query(ctx, stmt, orgID, id))
}

func ofMember(ctx context.Context, q pg.Querier, orgID, memberID int64) ([]Key, error) {
	const stmt = `
		select ` + keyColumns + `
		from api_keys k
		join members m on m.org_id = k.org_id and m.id = k.member_id
		where k.org_id = $1 and k.member_id = $2
		order by k.id desc
		limit 50`
	return all(q.Query(ctx, stmt, orgID, memberID))
}

func all(rows pgx.Rows, err error) ([]Key, error) {
	if err != nil {
		return nil, fmt.Errorf("list keys: %w", err)
	}
	ks, err := pgx.CollectRows(rows, scan)
	if err != nil {
		return nil, fmt.Errorf("list keys: %w", err)
	}
	return ks, nil
}

// insert stores a new key. The index of open keys lets one in.
func insert(ctx context.Context, tx pg.Tx, orgID, memberID int64, d Draft, v Value) (Key, error) {
	const q = `
		with k as (
			insert into api_keys (org_id, id, member_id, name, search, prefix, last4, hash, expires_at, reminded)
			values ($1, nextval('api_key_ids'), $2, $3, $8, $4, $5, $6, now() + make_interval(days => $7::int), $7::int)
			returning *)
		select ` + keyColumns + `
		from k
		join members m on m.org_id = k.org_id and m.id = k.member_id`
	prefix, last4 := v.shown()
	hash := v.Hash()
	k, err := one(tx.Query(ctx, q, orgID, memberID, d.Name, prefix, last4, hash[:], d.Days, fold.Text(d.Name)))
	if pg.Violates(err, "api_keys_open_key") {
		return Key{}, ErrOne.Because(err)
	}
	if err != nil {
		return Key{}, err
	}
	return k, register(ctx, tx, orgID, k.ID, hash[:])
}

// insertUntil stores a key that takes the place of another one until its end.
func insertUntil(ctx context.Context, tx pg.Tx, orgID int64, old Key, until time.Time, v Value) (Key, error) {
	const q = `
		with k as (
			insert into api_keys (org_id, id, member_id, name, search, prefix, last4, hash, expires_at, reminded)
			select o.org_id, nextval('api_key_ids'), o.member_id, o.name, o.search, $4, $5, $6, $3, o.reminded
			from api_keys o
			where o.org_id = $1 and o.id = $2
			returning *)
		select ` + keyColumns + `
		from k
		join members m on m.org_id = k.org_id and m.id = k.member_id`
	prefix, last4 := v.shown()
	hash := v.Hash()
	k, err := one(tx.Query(ctx, q, orgID, old.ID, until, prefix, last4, hash[:]))
	if err != nil {
		return Key{}, err
	}
	return k, register(ctx, tx, orgID, k.ID, hash[:])
}

func register(ctx context.Context, tx pg.Tx, orgID, id int64, hash []byte) error {
	const q = `insert into api_key_registry (key_hash, org_id, key_id) values ($1, $2, $3)`
	if _, err := tx.Exec(ctx, q, hash, orgID, id); err != nil {
		return fmt.Errorf("register key: %w", err)
	}
	return nil
}

// ending is the end of a key: of one by its id, or of whichever a member has.
type ending struct {
	OrgID, ID int64
	Any       bool  // instead of ID
	MemberID  int64 // whose key it must be; 0 when anybody's
	How       Status
	By        int64 // the member who ends it; 0 when nobody does
	Reason    string
}

// end ends a valid key. One that ended before, by itself too, is ErrEnded; what
// is not there or somebody else's is ErrUnknown.
func end(ctx context.Context, tx pg.Tx, e ending) (Key, error) {
	const q = `
		with k as (
			update api_keys set ended_at = now(), ending = $4, ended_by = nullif($5::bigint, 0), reason = $6
			where org_id = $1 and ($7 or id = $2) and ($3::bigint = 0 or member_id = $3)
			  and ended_at is null and expires_at > now()
			returning *)
		select ` + keyColumns + `
		from k
		join members m on m.org_id = k.org_id and m.id = k.member_id`
	k, err := one(tx.Query(ctx, q, e.OrgID, e.ID, e.MemberID, string(e.How), e.By, e.Reason, e.Any))
	if !pg.NoRows(err) || e.Any {
		return k, err
	}
	was, err := byID(ctx, tx, e.OrgID, e.ID)
	switch {
	case err != nil:
		return Key{}, err
	case e.MemberID != 0 && was.MemberID != e.MemberID:
		return Key{}, ErrUnknown
	}
	return Key{}, ErrEnded
}

func touch(ctx context.Context, tx pg.Tx, orgID, id int64, ip string) error {
	const q = `
		update api_keys set last_used_at = now(), last_used_ip = $3
		where org_id = $1 and id = $2 and (last_used_at is null or last_used_at < now() - interval '1 minute')`
	if _, err := tx.Exec(ctx, q, orgID, id, ip); err != nil {
		return fmt.Errorf("touch key: %w", err)
	}
	return nil
}

// lockOwner holds an active member of an active organization, and gives the
// roles: in a statement of their own, because a lock that had to wait would
// come back with those from before the wait.
func lockOwner(ctx context.Context, tx pg.Tx, orgID, memberID int64) (roles []string, err error) {
	const hold = `
		select 1
		from members m
		join organizations o on o.org_id = m.org_id
		where m.org_id = $1 and m.id = $2 and m.status = 'active' and o.status = 'active'
		for share of m
		for key share of o`
	var held int
	switch err := tx.QueryRow(ctx, hold, orgID, memberID).Scan(&held); {
	case pg.NoRows(err):
		return nil, ErrEnded.Because(err)
	case err != nil:
		return nil, fmt.Errorf("hold owner: %w", err)
	}
	const q = `select coalesce(array_agg(role), '{}') from member_roles where org_id = $1 and member_id = $2`
	if err := tx.QueryRow(ctx, q, orgID, memberID).Scan(&roles); err != nil {
		return nil, fmt.Errorf("roles of owner: %w", err)
	}
	return roles, nil
}
