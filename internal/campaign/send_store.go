package campaign

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"kabinet/internal/core/taxid"
	"kabinet/internal/platform/pg"
)

// copyOf is a letter on its way to the relay, with all that is written in it.
type copyOf struct {
	OrgID, ID       int64
	Kind            Kind
	Email, Language string
	Seed            []byte
	IssuedAt        time.Time
	ExpiresAt       time.Time
	EarlierIssue    *time.Time // of the attempt before; nil when no copy can have left
	Reminder        int        // 0 for the letter itself
	TIN             taxid.TIN
	Director        string
	Names
}

// issue begins an attempt to send: it counts the seven days from now for those
// of the letters that are still queued, and gives what is to be written in
// them. A letter whose campaign closed before any copy left is not given. The
// days are counted in hours, because a server's zone may have summer time.
//
//tenant:any a slice of a campaign spans organizations; every row is named by org_id and id
func issue(ctx context.Context, tx pg.Tx, refs []Ref) ([]copyOf, error) {
	const q = `
		with named as (
		    select l.org_id, l.id, l.issued_at
		    from unnest($1::bigint[], $2::bigint[]) as r (org_id, id)
		    join letters l on l.org_id = r.org_id and l.id = r.id
		    order by l.id
		)
		update letters l
		set issued_at = now(), expires_at = now() + interval '168 hours'
		from named n
		join organizations o on o.org_id = n.org_id
		where l.org_id = n.org_id and l.id = n.id and l.status = 'queued'
		  and (l.issued_at is not null or l.send_before is null or now() < l.send_before)
		returning l.org_id, l.id, l.kind, l.email, l.language, l.seed, l.issued_at, l.expires_at,
		          n.issued_at, 0, o.tin, o.director_name, o.name_uz, o.name_ru, o.name_en`
	orgs, ids := split(refs)
	rows, err := tx.Query(ctx, q, orgs, ids)
	if err != nil {
		return nil, fmt.Errorf("issue letters: %w", err)
	}
	return collectCopies(rows, "issue letters")
}

// withdrawLate ends those of the letters whose campaign closed before any copy
// of them left.
//
//tenant:any as issue
func withdrawLate(ctx context.Context, tx pg.Tx, refs []Ref) error {
	const q = `
		update letters l set status = 'withdrawn', ended_at = now()
		from unnest($1::bigint[], $2::bigint[]) as r (org_id, id)
		where l.org_id = r.org_id and l.id = r.id and l.status = 'queued'
		  and l.issued_at is null and now() >= l.send_before`
	orgs, ids := split(refs)
	if _, err := tx.Exec(ctx, q, orgs, ids); err != nil {
		return fmt.Errorf("withdraw late letters: %w", err)
	}
	return nil
}

// claimReminders takes letters of which a reminder is due and notes it as sent
// before it is: a reminder goes out at most once. Three days after the letter
// left the first one is due, after six days the second; who missed the first
// gets the second only.
//
//tenant:any reminders go to every organization that did not activate
func claimReminders(ctx context.Context, tx pg.Tx, limit int) ([]copyOf, error) {
	const q = `
		with due as (
		    select org_id, id, reminders
		    from letters
		    where status = 'sent' and wrong_codes < 5 and now() < expires_at
		      and (reminders = 0 and expires_at <= now() + interval '96 hours'
		        or reminders = 1 and expires_at <= now() + interval '24 hours')
		    order by id
		    limit $1
		)
		update letters l
		set reminders = case when l.expires_at <= now() + interval '24 hours' then 2 else 1 end
		from due d
		join organizations o on o.org_id = d.org_id
		where l.org_id = d.org_id and l.id = d.id
		  and l.status = 'sent' and l.reminders = d.reminders and o.status = 'imported'
		returning l.org_id, l.id, l.kind, l.email, l.language, l.seed, l.issued_at, l.expires_at,
		          l.issued_at, l.reminders, o.tin, o.director_name, o.name_uz, o.name_ru, o.name_en`
	rows, err := tx.Query(ctx, q, limit)
	if err != nil {
		return nil, fmt.Errorf("claim reminders: %w", err)
	}
	return collectCopies(rows, "claim reminders")
}

// stillLive reports whether a reminder still makes sense just before it leaves.
func stillLive(ctx context.Context, q pg.Querier, orgID, letterID int64) (live bool, err error) {
	const stmt = `
		select exists (
		    select from letters
		    where org_id = $1 and id = $2 and status = 'sent' and now() < expires_at and wrong_codes < 5)`
	if err := q.QueryRow(ctx, stmt, orgID, letterID).Scan(&live); err != nil {
		return false, fmt.Errorf("look at letter: %w", err)
	}
	return live, nil
}

// unclaimReminders gives back reminders that certainly did not leave.
//
//tenant:any as issue
func unclaimReminders(ctx context.Context, tx pg.Tx, refs []Ref, numbers []int) error {
	const q = `
		update letters l set reminders = r.number - 1
		from unnest($1::bigint[], $2::bigint[], $3::integer[]) as r (org_id, id, number)
		where l.org_id = r.org_id and l.id = r.id and l.status = 'sent' and l.reminders = r.number`
	orgs, ids := split(refs)
	if _, err := tx.Exec(ctx, q, orgs, ids, numbers); err != nil {
		return fmt.Errorf("give reminders back: %w", err)
	}
	return nil
}

func collectCopies(rows pgx.Rows, what string) ([]copyOf, error) {
	cs, err := pgx.CollectRows(rows, pgx.RowToStructByPos[copyOf])
	if err != nil {
		return nil, fmt.Errorf("%s: %w", what, err)
	}
	return cs, nil
}

// markSent notes that the relay took the letters. One that was used or replaced
// in the meantime keeps that status.
//
//tenant:any as issue
func markSent(ctx context.Context, tx pg.Tx, refs []Ref) error {
	const q = `
		update letters l
		set sent_at = now(), reason = '', status = case when l.status = 'queued' then 'sent' else l.status end
		from unnest($1::bigint[], $2::bigint[]) as r (org_id, id)
		where l.org_id = r.org_id and l.id = r.id and l.sent_at is null`
	orgs, ids := split(refs)
	if _, err := tx.Exec(ctx, q, orgs, ids); err != nil {
		return fmt.Errorf("mark letters sent: %w", err)
	}
	return nil
}

// markRefused notes the relay's final no and its words.
//
//tenant:any as issue
func markRefused(ctx context.Context, tx pg.Tx, refs []Ref, reasons []string) error {
	const q = `
		update letters l set status = 'refused', reason = r.reason, ended_at = now()
		from unnest($1::bigint[], $2::bigint[], $3::text[]) as r (org_id, id, reason)
		where l.org_id = r.org_id and l.id = r.id and l.status = 'queued'`
	orgs, ids := split(refs)
	if _, err := tx.Exec(ctx, q, orgs, ids, reasons); err != nil {
		return fmt.Errorf("mark letters refused: %w", err)
	}
	return nil
}

// takeBack undoes the issue of letters of which this attempt certainly sent no
// copy: the seven days count from the attempt before, or not yet.
//
//tenant:any as issue
func takeBack(ctx context.Context, tx pg.Tx, refs []Ref, earlier []*time.Time, reasons []string) error {
	const q = `
		update letters l
		set issued_at = r.earlier, expires_at = r.earlier + interval '168 hours', reason = r.reason
		from unnest($1::bigint[], $2::bigint[], $3::timestamptz[], $4::text[]) as r (org_id, id, earlier, reason)
		where l.org_id = r.org_id and l.id = r.id and l.status = 'queued'`
	orgs, ids := split(refs)
	if _, err := tx.Exec(ctx, q, orgs, ids, earlier, reasons); err != nil {
		return fmt.Errorf("take letters back: %w", err)
	}
	return nil
}

// noteReason keeps the relay's last words of letters that stay queued.
//
//tenant:any as issue
func noteReason(ctx context.Context, tx pg.Tx, refs []Ref, reasons []string) error {
	const q = `
		update letters l set reason = r.reason
		from unnest($1::bigint[], $2::bigint[], $3::text[]) as r (org_id, id, reason)
		where l.org_id = r.org_id and l.id = r.id and l.status = 'queued'`
	orgs, ids := split(refs)
	if _, err := tx.Exec(ctx, q, orgs, ids, reasons); err != nil {
		return fmt.Errorf("note reasons: %w", err)
	}
	return nil
}

// expireSome ends up to limit letters whose seven days are over.
//
//tenant:any the job ends letters of all organizations
func expireSome(ctx context.Context, tx pg.Tx, limit int) (int64, error) {
	const q = `
		update letters set status = 'expired', ended_at = now()
		where status in ('queued', 'sent') and now() >= expires_at
		  and (org_id, id) in (
		      select org_id, id from letters
		      where status in ('queued', 'sent') and now() >= expires_at
		      order by org_id, id
		      limit $1)`
	tag, err := tx.Exec(ctx, q, limit)
	if err != nil {
		return 0, fmt.Errorf("expire letters: %w", err)
	}
	return tag.RowsAffected(), nil
}

func split(refs []Ref) (orgs, ids []int64) {
	orgs, ids = make([]int64, len(refs)), make([]int64, len(refs))
	for i, r := range refs {
		orgs[i], ids[i] = r.OrgID, r.ID
	}
	return orgs, ids
}
