package invite

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"kabinet/internal/core/taxid"
	"kabinet/internal/member"
	"kabinet/internal/platform/pg"
)

// copyOf is a letter on its way to the relay, with all that is written in it.
type copyOf struct {
	OrgID, ID       int64
	Email, Language string
	Seed            []byte
	ExpiresAt       time.Time
	Earlier         *time.Time // the attempt before; nil when no copy can have left
	Reminder        int        // 0 for the letter itself
	Kind            member.Kind
	Name, NameRu    string
	TIN             taxid.TIN
	OrgUz, OrgRu    string
	OrgEn           string
}

// issue begins an attempt to send: the seven days count from now. ok is false
// for an invitation that ended before any copy left. The days are counted in
// hours, because a server's zone may have summer time.
func issue(ctx context.Context, tx pg.Tx, r Ref) (c copyOf, ok bool, err error) {
	const q = `
		with named as (
		    select org_id, id, issued_at from invitations where org_id = $1 and id = $2 and status = 'queued' for update
		)
		update invitations i
		set issued_at = now(), expires_at = now() + interval '168 hours'
		from named n, members m, organizations o
		where i.org_id = n.org_id and i.id = n.id and i.status = 'queued'
		  and m.org_id = i.org_id and m.id = i.member_id and o.org_id = i.org_id
		returning i.org_id, i.id, i.email, i.language, i.seed, i.expires_at, n.issued_at, 0, m.kind, m.name, m.name_ru, o.tin, o.name_uz, o.name_ru, o.name_en`
	rows, err := tx.Query(ctx, q, r.OrgID, r.ID)
	if err != nil {
		return copyOf{}, false, fmt.Errorf("issue invitation: %w", err)
	}
	c, err = pgx.CollectExactlyOneRow(rows, pgx.RowToStructByPos[copyOf])
	switch {
	case pg.NoRows(err):
		return copyOf{}, false, nil
	case err != nil:
		return copyOf{}, false, fmt.Errorf("issue invitation: %w", err)
	}
	return c, true, nil
}

// claimReminders takes invitations of which a reminder is due and notes it as
// sent before it is. Three days after the letter left the first one is due, after
// six the second; who missed the first gets the second only.
//
//tenant:any reminders go to users of every organization
func claimReminders(ctx context.Context, tx pg.Tx, limit int) ([]copyOf, error) {
	const q = `
		with due as (
		    select org_id, id, reminders
		    from invitations
		    where status = 'sent' and wrong_codes < 5 and now() < expires_at
		      and (reminders = 0 and expires_at <= now() + interval '96 hours'
		        or reminders = 1 and expires_at <= now() + interval '24 hours')
		    order by id
		    limit $1
		    for update skip locked
		)
		update invitations i
		set reminders = case when i.expires_at <= now() + interval '24 hours' then 2 else 1 end
		from due d, members m, organizations o
		where i.org_id = d.org_id and i.id = d.id
		  and m.org_id = i.org_id and m.id = i.member_id and o.org_id = i.org_id
		returning i.org_id, i.id, i.email, i.language, i.seed, i.expires_at, i.issued_at, i.reminders, m.kind, m.name, m.name_ru, o.tin, o.name_uz, o.name_ru, o.name_en`
	rows, err := tx.Query(ctx, q, limit)
	if err != nil {
		return nil, fmt.Errorf("claim reminders: %w", err)
	}
	cs, err := pgx.CollectRows(rows, pgx.RowToStructByPos[copyOf])
	if err != nil {
		return nil, fmt.Errorf("claim reminders: %w", err)
	}
	return cs, nil
}

// unclaim gives a reminder back that certainly did not leave.
func unclaim(ctx context.Context, tx pg.Tx, r Ref, number int) error {
	const q = `
		update invitations set reminders = $3::int - 1
		where org_id = $1 and id = $2 and status = 'sent' and reminders = $3::int`
	if _, err := tx.Exec(ctx, q, r.OrgID, r.ID, number); err != nil {
		return fmt.Errorf("give reminder back: %w", err)
	}
	return nil
}

// stillLive reports whether a reminder still makes sense just before it leaves.
func stillLive(ctx context.Context, q pg.Querier, r Ref) (live bool, err error) {
	const stmt = `
		select exists (
		    select from invitations i
		    join members m on m.org_id = i.org_id and m.id = i.member_id
		    where i.org_id = $1 and i.id = $2 and i.status = 'sent' and now() < i.expires_at and i.wrong_codes < 5
		      and m.status = 'not_activated')`
	if err := q.QueryRow(ctx, stmt, r.OrgID, r.ID).Scan(&live); err != nil {
		return false, fmt.Errorf("look at invitation: %w", err)
	}
	return live, nil
}

// registered tells which of the hashes are in the registry.
func registered(ctx context.Context, q pg.Querier, hashes [][]byte) (map[string]bool, error) {
	const stmt = `select key_hash from invitation_key_registry where key_hash = any($1)`
	rows, err := q.Query(ctx, stmt, hashes)
	if err != nil {
		return nil, fmt.Errorf("look up keys: %w", err)
	}
	found := map[string]bool{}
	var hash []byte
	if _, err := pgx.ForEachRow(rows, []any{&hash}, func() error { found[string(hash)] = true; return nil }); err != nil {
		return nil, fmt.Errorf("look up keys: %w", err)
	}
	return found, nil
}

// markSent notes that the relay took the letter. One that was used or replaced in
// the meantime keeps that status.
func markSent(ctx context.Context, tx pg.Tx, r Ref) error {
	const q = `
		update invitations
		set sent_at = now(), reason = '', status = case when status = 'queued' then 'sent' else status end
		where org_id = $1 and id = $2 and sent_at is null`
	if _, err := tx.Exec(ctx, q, r.OrgID, r.ID); err != nil {
		return fmt.Errorf("mark invitation sent: %w", err)
	}
	return nil
}

// markRefused notes the relay's final no and its words.
func markRefused(ctx context.Context, tx pg.Tx, r Ref, reason string) error {
	const q = `
		update invitations set status = 'refused', reason = $3, ended_at = now()
		where org_id = $1 and id = $2 and status = 'queued'`
	if _, err := tx.Exec(ctx, q, r.OrgID, r.ID, reason); err != nil {
		return fmt.Errorf("mark invitation refused: %w", err)
	}
	return nil
}

// takeBack undoes the issue of a letter of which this attempt certainly sent no
// copy: the seven days count from the attempt before, or not yet.
func takeBack(ctx context.Context, tx pg.Tx, r Ref, earlier *time.Time, reason string) error {
	const q = `
		update invitations
		set issued_at = $3, expires_at = $3::timestamptz + interval '168 hours', reason = $4
		where org_id = $1 and id = $2 and status = 'queued'`
	if _, err := tx.Exec(ctx, q, r.OrgID, r.ID, earlier, reason); err != nil {
		return fmt.Errorf("take invitation back: %w", err)
	}
	return nil
}

// noteReason keeps the relay's last words of a letter that may have arrived.
func noteReason(ctx context.Context, tx pg.Tx, r Ref, reason string) error {
	const q = `update invitations set reason = $3 where org_id = $1 and id = $2 and status = 'queued'`
	if _, err := tx.Exec(ctx, q, r.OrgID, r.ID, reason); err != nil {
		return fmt.Errorf("note reason: %w", err)
	}
	return nil
}

// expireSome ends invitations whose seven days are over.
//
//tenant:any the job ends invitations of all organizations
func expireSome(ctx context.Context, tx pg.Tx, limit int) (int64, error) {
	const q = `
		update invitations set status = 'expired', ended_at = now()
		where status in ('queued', 'sent') and now() >= expires_at
		  and (org_id, id) in (
		      select org_id, id from invitations
		      where status in ('queued', 'sent') and now() >= expires_at
		      order by org_id, id
		      limit $1
		      for update skip locked)`
	tag, err := tx.Exec(ctx, q, limit)
	if err != nil {
		return 0, fmt.Errorf("expire invitations: %w", err)
	}
	return tag.RowsAffected(), nil
}
