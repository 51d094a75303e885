package technical

import (
	"context"
	"fmt"
	"time"

	"kabinet/internal/core/perm"
	"kabinet/internal/platform/pg"
)

// holder is a technical user held until the transaction ends.
type holder struct {
	Hash      string
	Networks  []string
	OrgActive bool
}

// holdUser holds user and organization against whoever blocks them, in the order
// of the gate, and the user's tokens against everybody else: a family that ends
// gets no new token at the same moment. ok is false for a user who is not active.
func holdUser(ctx context.Context, tx pg.Tx, orgID, memberID int64) (h holder, ok bool, err error) {
	const q = `
		select coalesce(t.password_hash, ''), t.addresses, o.status = 'active'
		from members m
		join organizations o on o.org_id = m.org_id
		join technical_users t on t.org_id = m.org_id and t.member_id = m.id
		where m.org_id = $1 and m.id = $2 and m.status = 'active'
		for share of m
		for key share of o
		for update of t`
	err = tx.QueryRow(ctx, q, orgID, memberID).Scan(&h.Hash, &h.Networks, &h.OrgActive)
	switch {
	case pg.NoRows(err):
		return holder{}, false, nil
	case err != nil:
		return holder{}, false, fmt.Errorf("hold technical user: %w", err)
	}
	return h, true, nil
}

// family is the tokens that came of one sign-in.
type family struct {
	ID              string // uuid
	OrgID, MemberID int64
	EndsAt          *time.Time // nil for one that begins now
}

// insertTokens stores two tokens of a family. None outlives it.
func insertTokens(ctx context.Context, tx pg.Tx, f family, access, refresh []byte) error {
	const q = `
		insert into technical_tokens (token_hash, kind, org_id, member_id, family, expires_at, family_ends_at)
		select t.hash, t.kind, $1, $2, $3::uuid, least(now() + t.life, e.ends_at), e.ends_at
		from (values ($4::bytea, 'access', interval '30 minutes'), ($5::bytea, 'refresh', interval '12 hours')) as t (hash, kind, life),
		     (select coalesce($6::timestamptz, now() + interval '168 hours')) as e (ends_at)`
	if _, err := tx.Exec(ctx, q, f.OrgID, f.MemberID, f.ID, access, refresh, f.EndsAt); err != nil {
		return fmt.Errorf("insert tokens: %w", err)
	}
	return nil
}

// familyOf finds whose refresh token this is, used, expired or good.
//
//tenant:any the token itself says which organization it belongs to
func familyOf(ctx context.Context, q pg.Querier, hash []byte) (f family, ok bool, err error) {
	const stmt = `
		select family::text, org_id, member_id, family_ends_at
		from technical_tokens where token_hash = $1 and kind = 'refresh'`
	err = q.QueryRow(ctx, stmt, hash).Scan(&f.ID, &f.OrgID, &f.MemberID, &f.EndsAt)
	switch {
	case pg.NoRows(err):
		return family{}, false, nil
	case err != nil:
		return family{}, false, fmt.Errorf("token's family: %w", err)
	}
	return f, true, nil
}

// useRefresh uses a refresh token up; of several at once one is good.
func useRefresh(ctx context.Context, tx pg.Tx, orgID int64, hash []byte) (good bool, err error) {
	const q = `
		update technical_tokens set used_at = now()
		where token_hash = $1 and org_id = $2 and kind = 'refresh' and used_at is null and now() < expires_at`
	tag, err := tx.Exec(ctx, q, hash, orgID)
	if err != nil {
		return false, fmt.Errorf("use refresh token: %w", err)
	}
	return tag.RowsAffected() == 1, nil
}

// wasUsed reports whether a refresh token was used before.
func wasUsed(ctx context.Context, tx pg.Tx, orgID int64, hash []byte) (used bool, err error) {
	const q = `
		select exists (
			select from technical_tokens
			where token_hash = $1 and org_id = $2 and kind = 'refresh' and used_at is not null)`
	if err := tx.QueryRow(ctx, q, hash, orgID).Scan(&used); err != nil {
		return false, fmt.Errorf("look at refresh token: %w", err)
	}
	return used, nil
}

func deleteFamily(ctx context.Context, tx pg.Tx, orgID int64, id string) error {
	const q = `delete from technical_tokens where org_id = $1 and family = $2`
	if _, err := tx.Exec(ctx, q, orgID, id); err != nil {
		return fmt.Errorf("end token family: %w", err)
	}
	return nil
}

func deleteTokens(ctx context.Context, tx pg.Tx, orgID, memberID int64) (int64, error) {
	const q = `delete from technical_tokens where org_id = $1 and member_id = $2`
	tag, err := tx.Exec(ctx, q, orgID, memberID)
	if err != nil {
		return 0, fmt.Errorf("end tokens: %w", err)
	}
	return tag.RowsAffected(), nil
}

func deleteTokensOfOrg(ctx context.Context, tx pg.Tx, orgID int64) error {
	const q = `delete from technical_tokens where org_id = $1`
	if _, err := tx.Exec(ctx, q, orgID); err != nil {
		return fmt.Errorf("end tokens: %w", err)
	}
	return nil
}

// deleteLapsed removes a slice of tokens that ended an hour ago and says how many.
//
//tenant:any the job ends tokens of all organizations
func deleteLapsed(ctx context.Context, tx pg.Tx) (int64, error) {
	const q = `
		delete from technical_tokens
		where token_hash in (
			select token_hash from technical_tokens
			where expires_at < now() - interval '1 hour'
			order by expires_at limit 5000)`
	tag, err := tx.Exec(ctx, q)
	if err != nil {
		return 0, fmt.Errorf("delete lapsed tokens: %w", err)
	}
	return tag.RowsAffected(), nil
}

// seen is a caller as the database knows it at this moment.
type seen struct {
	Caller
	Networks  []string
	OrgActive bool
	Stale     bool // last use is to be noted
}

// callerOf is the one statement behind every call: token, user, organization,
// roles and scope together.
//
//tenant:any the token itself says which organization it belongs to
func callerOf(ctx context.Context, q pg.Querier, hash []byte) (s seen, ok bool, err error) {
	const stmt = `
		select k.org_id, k.member_id, t.login, m.name, o.tin, o.name_uz, o.name_ru, o.name_en, k.expires_at,
		       array(select r.role from member_roles r where r.org_id = m.org_id and r.member_id = m.id order by r.role),
		       m.all_groups, m.all_places,
		       array(select g.group_id from member_groups g where g.org_id = m.org_id and g.member_id = m.id and not m.all_groups order by g.group_id),
		       array(select p.place_id from member_places p where p.org_id = m.org_id and p.member_id = m.id and not m.all_places order by p.place_id),
		       t.addresses, o.status = 'active', t.last_used_at is null or t.last_used_at < now() - interval '1 minute'
		from technical_tokens k
		join members m on m.org_id = k.org_id and m.id = k.member_id and m.kind = 'technical' and m.status = 'active'
		join technical_users t on t.org_id = k.org_id and t.member_id = k.member_id
		join organizations o on o.org_id = k.org_id
		where k.token_hash = $1 and k.kind = 'access' and now() < k.expires_at`
	c := &s.Caller
	c.Scope = perm.Scope{}
	err = q.QueryRow(ctx, stmt, hash).Scan(&c.OrgID, &c.MemberID, &c.Login, &c.Name, &c.TIN, &c.OrgUz, &c.OrgRu, &c.OrgEn, &c.ExpiresAt,
		&c.Roles, &c.Scope.AllGroups, &c.Scope.AllPlaces, &c.Scope.Groups, &c.Scope.Places, &s.Networks, &s.OrgActive, &s.Stale)
	switch {
	case pg.NoRows(err):
		return seen{}, false, nil
	case err != nil:
		return seen{}, false, fmt.Errorf("caller: %w", err)
	}
	return s, true, nil
}

// slugsOf names product groups as programs do.
func slugsOf(ctx context.Context, q pg.Querier, ids []int16) ([]string, error) {
	const stmt = `select array(select slug from product_groups where id = any($1) order by id)`
	slugs := []string{}
	if err := q.QueryRow(ctx, stmt, ids).Scan(&slugs); err != nil {
		return nil, fmt.Errorf("slugs of groups: %w", err)
	}
	return slugs, nil
}
