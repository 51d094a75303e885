package notice

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"kabinet/internal/core/actor"
	"kabinet/internal/platform/pg"
)

// shown is a stored notice as the inbox reads it.
type shown struct {
	ID      int64
	At      time.Time
	Kind    Kind
	Key     string
	Args    []string
	Path    string
	Read    bool
	Refused bool
}

// MaxUnread bounds what is counted: more is "many".
const MaxUnread = 100

// Announcements concern who was there when they were made, and everybody while
// they last. What is over counts as read.
const (
	announcedTo = `
		from announcements a
		join members m on m.org_id = @org and m.id = @member
		left join announcement_reads r on r.org_id = @org and r.member_id = @member and r.announcement_id = a.id
		where (a.until > now() or a.created_at >= m.created_at)`
	unreadAnnounced = ` and a.until > now() and r.announcement_id is null`
	unreadCount     = `
		(select count(*) from (select 1 from notices u where u.org_id = @org and u.member_id = @member
		                       and u.read_at is null and u.announcement is null limit @unread) newest)
		+ (select count(*) ` + announcedTo + unreadAnnounced + `)`
)

// ofMember reads a member's notices below an id, 0 from the newest, and how many
// are unread, in one round trip. Conditions are joined from constants, so that
// each filter is planned for what it asks.
func ofMember(ctx context.Context, q pg.Querier, a actor.Actor, f Filter, before int64, limit int) ([]shown, int, error) {
	own, all := "", ""
	if f.Unread {
		own, all = ` and n.read_at is null`, unreadAnnounced
	}
	if f.Kind != "" {
		own, all = own+` and n.kind = @kind`, all+` and a.kind = @kind`
	}
	if before != 0 {
		own, all = own+` and n.id < @before`, all+` and a.id < @before`
	}
	stmt := `
		select x.*, ` + unreadCount + `
		from (
			(select n.id, n.created_at, n.kind, n.key, n.args, n.path, n.read_at is not null, n.status = 'refused'
			 from notices n
			 where n.org_id = @org and n.member_id = @member and n.announcement is null` + own + `
			 order by n.id desc limit @limit)
			union all
			(select a.id, a.created_at, a.kind, a.key, a.args, a.path, a.until <= now() or r.announcement_id is not null, false
			 ` + announcedTo + all + `
			 order by a.id desc limit @limit)
		) x (id)
		order by x.id desc
		limit @limit`
	rows, err := q.Query(ctx, stmt, pgx.NamedArgs{
		"org": a.OrgID, "member": a.MemberID, "kind": string(f.Kind), "before": before, "limit": limit, "unread": MaxUnread,
	})
	if err != nil {
		return nil, 0, fmt.Errorf("notices: %w", err)
	}
	var unread int
	list, err := pgx.CollectRows(rows, func(r pgx.CollectableRow) (s shown, err error) {
		err = r.Scan(&s.ID, &s.At, &s.Kind, &s.Key, &s.Args, &s.Path, &s.Read, &s.Refused, &unread)
		return s, err
	})
	if err != nil {
		return nil, 0, fmt.Errorf("notices: %w", err)
	}
	return list, min(unread, MaxUnread), nil
}

func markRead(ctx context.Context, tx pg.Tx, a actor.Actor, ids []int64) error {
	b := &pgx.Batch{}
	b.Queue(`
		update notices set read_at = now()
		where org_id = $1 and member_id = $2 and id = any($3) and read_at is null`, a.OrgID, a.MemberID, ids)
	b.Queue(`
		insert into announcement_reads (org_id, member_id, announcement_id)
		select $1, $2, id from announcements where id = any($3)
		on conflict on constraint announcement_reads_pkey do nothing`, a.OrgID, a.MemberID, ids)
	if err := tx.SendBatch(ctx, b).Close(); err != nil {
		return fmt.Errorf("mark notices read: %w", err)
	}
	return nil
}

func markAllRead(ctx context.Context, tx pg.Tx, a actor.Actor, upTo int64) error {
	b := &pgx.Batch{}
	b.Queue(`
		update notices set read_at = now()
		where org_id = $1 and member_id = $2 and id <= $3 and read_at is null and announcement is null`, a.OrgID, a.MemberID, upTo)
	b.Queue(`
		insert into announcement_reads (org_id, member_id, announcement_id)
		select $1, $2, id from announcements where id <= $3 and until > now()
		on conflict on constraint announcement_reads_pkey do nothing`, a.OrgID, a.MemberID, upTo)
	if err := tx.SendBatch(ctx, b).Close(); err != nil {
		return fmt.Errorf("mark notices read: %w", err)
	}
	return nil
}

func markSeen(ctx context.Context, tx pg.Tx, orgID, memberID int64, path string) error {
	const q = `update notices set read_at = now() where org_id = $1 and member_id = $2 and path = $3 and read_at is null and announcement is null`
	if _, err := tx.Exec(ctx, q, orgID, memberID, path); err != nil {
		return fmt.Errorf("mark notices of a page read: %w", err)
	}
	return nil
}
