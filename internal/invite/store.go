package invite

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"kabinet/internal/core/taxid"
	"kabinet/internal/platform/pg"
)

// state judges an invitation "i" by the database's clock. Every read goes
// through it.
const state = `
	case
	    when i.status in ('queued', 'sent') and i.wrong_codes >= 5 then 'locked'
	    when i.status in ('queued', 'sent') and now() >= i.expires_at then 'expired'
	    else i.status
	end`

const invitationColumns = `
	i.org_id, i.id, ` + state + `, i.expires_at, m.email, lower(i.email) = lower(m.email), m.id, m.kind, m.name, m.name_ru, m.name_en, m.status,
	o.tin, o.name_uz, o.name_ru, o.name_en, o.status = 'active', m.language,
	(select max(n.id) from invitations n where n.org_id = i.org_id and n.member_id = i.member_id),
	array_remove(array[m.pinfl_mac, (select a.pinfl_mac from accounts a where a.id = m.account_id)], null)`

const invitationTables = `
	invitations i
	join members m on m.org_id = i.org_id and m.id = i.member_id
	join organizations o on o.org_id = i.org_id`

func scanInvitation(row pgx.Row) (i Invitation, err error) {
	var expires *time.Time
	err = row.Scan(&i.OrgID, &i.ID, &i.State, &expires, &i.Email, &i.addressed, &i.MemberID, &i.Kind, &i.Names.Uz, &i.Names.Ru, &i.Names.En, &i.Status,
		&i.TIN, &i.OrgUz, &i.OrgRu, &i.OrgEn, &i.OrgActive, &i.Language, &i.newest, &i.macs)
	switch {
	case pg.NoRows(err):
		return Invitation{}, ErrNoLink
	case err != nil:
		return Invitation{}, fmt.Errorf("read invitation: %w", err)
	}
	if expires != nil {
		i.ExpiresAt = *expires
	}
	return i, nil
}

// byKey finds an invitation by the hash of its token or code.
func byKey(ctx context.Context, q pg.Querier, kind string, hash []byte) (Invitation, error) {
	const stmt = `select` + invitationColumns + `
		from invitation_key_registry k
		join ` + invitationTables + ` on i.org_id = k.org_id and i.id = k.invitation_id
		where k.key_hash = $1 and k.kind = $2`
	return scanInvitation(q.QueryRow(ctx, stmt, hash, kind))
}

func byRef(ctx context.Context, q pg.Querier, r Ref) (Invitation, error) {
	const stmt = `select` + invitationColumns + ` from ` + invitationTables + ` where i.org_id = $1 and i.id = $2`
	return scanInvitation(q.QueryRow(ctx, stmt, r.OrgID, r.ID))
}

// statusOf reads the newest invitation of a user; ok is false for one who never
// had any.
func statusOf(ctx context.Context, q pg.Querier, orgID, memberID int64) (s Status, ok bool, err error) {
	const stmt = `
		select i.id, ` + state + `, i.email, i.created_at, i.sent_at, i.expires_at, i.reason
		from invitations i
		where i.org_id = $1 and i.member_id = $2
		order by i.id desc limit 1`
	var sent, expires *time.Time
	err = q.QueryRow(ctx, stmt, orgID, memberID).Scan(&s.ID, &s.State, &s.Email, &s.CreatedAt, &sent, &expires, &s.Reason)
	switch {
	case pg.NoRows(err):
		return Status{}, false, nil
	case err != nil:
		return Status{}, false, fmt.Errorf("newest invitation: %w", err)
	}
	if sent != nil {
		s.SentAt = *sent
	}
	if expires != nil {
		s.ExpiresAt = *expires
	}
	return s, true, nil
}

// holdMember holds a user, then reads who is invited: whoever invites anew,
// blocks or activates the user does the same, so one comes after the other.
// Organization and user are held in the order of the gate.
func holdMember(ctx context.Context, tx pg.Tx, orgID, memberID int64) (h invited, err error) {
	const q = `
		select m.kind, m.email, m.language, m.status, o.tin
		from members m
		join organizations o on o.org_id = m.org_id
		where m.org_id = $1 and m.id = $2
		for update of m
		for key share of o`
	err = tx.QueryRow(ctx, q, orgID, memberID).Scan(&h.Kind, &h.Email, &h.Language, &h.Status, &h.TIN)
	switch {
	case pg.NoRows(err):
		return invited{}, ErrNoLink
	case err != nil:
		return invited{}, fmt.Errorf("hold user: %w", err)
	}
	return h, nil
}

// invited is a user who gets a letter.
type invited struct {
	Kind, Email, Language, Status string
	TIN                           taxid.TIN
}

func insertInvitation(ctx context.Context, tx pg.Tx, orgID, memberID int64, h invited, seed []byte) (id int64, err error) {
	const q = `
		insert into invitations (org_id, id, member_id, email, language, seed)
		values ($1, nextval('invitation_ids'), $2, $3, $4, $5)
		returning id`
	if err := tx.QueryRow(ctx, q, orgID, memberID, h.Email, h.Language, seed).Scan(&id); err != nil {
		return 0, fmt.Errorf("insert invitation: %w", err)
	}
	return id, nil
}

// insertKeys makes an invitation findable by its token and its code.
func insertKeys(ctx context.Context, tx pg.Tx, r Ref, token, code []byte) error {
	const q = `
		insert into invitation_key_registry (key_hash, kind, org_id, invitation_id)
		values ($1, 'token', $3, $4), ($2, 'code', $3, $4)`
	if _, err := tx.Exec(ctx, q, token, code, r.OrgID, r.ID); err != nil {
		return fmt.Errorf("register invitation: %w", err)
	}
	return nil
}

// endLive ends what is live of a user as replaced and gives its id, 0 when there
// was nothing.
func endLive(ctx context.Context, tx pg.Tx, orgID, memberID int64) (id int64, err error) {
	const q = `
		update invitations set status = 'replaced', ended_at = now()
		where org_id = $1 and member_id = $2 and status in ('queued', 'sent')
		returning id`
	err = tx.QueryRow(ctx, q, orgID, memberID).Scan(&id)
	if err != nil && !pg.NoRows(err) {
		return 0, fmt.Errorf("end invitation: %w", err)
	}
	return id, nil
}

// consume uses a live invitation up: the one statement that decides every race
// about it. used is false when it was not live any more.
func consume(ctx context.Context, tx pg.Tx, r Ref) (used bool, err error) {
	const q = `
		update invitations set status = 'used', ended_at = now()
		where org_id = $1 and id = $2 and status in ('queued', 'sent')
		  and issued_at is not null and now() < expires_at and wrong_codes < 5`
	tag, err := tx.Exec(ctx, q, r.OrgID, r.ID)
	if err != nil {
		return false, fmt.Errorf("use invitation: %w", err)
	}
	return tag.RowsAffected() == 1, nil
}

// lockForCode holds an invitation and gives its state and seed.
func lockForCode(ctx context.Context, tx pg.Tx, r Ref) (st Kept, seed []byte, err error) {
	const q = `select ` + state + `, i.seed from invitations i where i.org_id = $1 and i.id = $2 for update`
	err = tx.QueryRow(ctx, q, r.OrgID, r.ID).Scan(&st, &seed)
	switch {
	case pg.NoRows(err):
		return "", nil, ErrNoLink
	case err != nil:
		return "", nil, fmt.Errorf("lock invitation: %w", err)
	}
	return st, seed, nil
}

// countWrongCode notes a wrong code; the fifth one ends the invitation.
func countWrongCode(ctx context.Context, tx pg.Tx, r Ref) (wrong int, err error) {
	const q = `
		update invitations
		set wrong_codes = wrong_codes + 1,
		    status = case when wrong_codes + 1 >= 5 then 'locked' else status end,
		    ended_at = case when wrong_codes + 1 >= 5 then now() else ended_at end
		where org_id = $1 and id = $2 and wrong_codes < 5
		returning wrong_codes`
	if err := tx.QueryRow(ctx, q, r.OrgID, r.ID).Scan(&wrong); err != nil {
		return 0, fmt.Errorf("count wrong code: %w", err)
	}
	return wrong, nil
}

// awaiting is a user who has not activated yet.
type awaiting struct {
	OrgID, MemberID int64
	Email           string
}

// awaitingOf lists users of the organization with a tax number who were invited
// and wait; the caller compares addresses.
//
//tenant:any the tax number says which organization
func awaitingOf(ctx context.Context, q pg.Querier, tin taxid.TIN) ([]awaiting, error) {
	const stmt = `
		select m.org_id, m.id, m.email
		from tin_registry t
		join organizations o on o.org_id = t.org_id and o.status = 'active'
		join members m on m.org_id = t.org_id and m.status = 'not_activated'
		where t.tin = $1 and exists (select from invitations i where i.org_id = m.org_id and i.member_id = m.id)
		order by m.id
		limit 10000`
	rows, err := q.Query(ctx, stmt, tin)
	if err != nil {
		return nil, fmt.Errorf("awaiting users: %w", err)
	}
	as, err := pgx.CollectRows(rows, pgx.RowToStructByPos[awaiting])
	if err != nil {
		return nil, fmt.Errorf("awaiting users: %w", err)
	}
	return as, nil
}
