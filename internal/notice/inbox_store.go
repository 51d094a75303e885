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
	OrgID   int64
}

// MaxUnread bounds what is counted: more is "many".
const MaxUnread = 100

// Mine selects org_id and member_id of the memberships whose notices a person reads:
// the one at work in (@org, @member), and those that the person of @account, 0 for
// none, could choose instead. Who counts unread notices counts over these.
const Mine = `
			select @org::bigint as org_id, @member::bigint as member_id
			union
			select m.org_id, m.id
			from account_members am
			join members m on m.org_id = am.org_id and m.id = am.member_id and m.account_id = am.account_id and m.status = 'active'
			join organizations o on o.org_id = m.org_id and o.status = 'active'
			where am.account_id = @account and @account <> 0`

const mine = `
		with mine as (` + Mine + `)`

func person(a actor.Actor) pgx.NamedArgs {
	return pgx.NamedArgs{"org": a.OrgID, "member": a.MemberID, "account": a.AccountID}
}

// orgsOf are the organizations of those memberships, by name.
func orgsOf(ctx context.Context, q pg.Querier, a actor.Actor) ([]Org, error) {
	const stmt = mine + `
		select o.org_id, o.name_uz, o.name_ru, o.name_en
		from mine join organizations o on o.org_id = mine.org_id
		order by o.name_uz, o.org_id`
	rows, err := q.Query(ctx, stmt, person(a))
	if err != nil {
		return nil, fmt.Errorf("organizations of notices: %w", err)
	}
	orgs, err := pgx.CollectRows(rows, pgx.RowToStructByPos[Org])
	if err != nil {
		return nil, fmt.Errorf("organizations of notices: %w", err)
	}
	return orgs, nil
}

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
		(select count(*) from (select 1 from mine join notices u on u.org_id = mine.org_id and u.member_id = mine.member_id
		                       where u.read_at is null and u.announcement is null limit @unread) newest)
		+ (select count(*) ` + announcedTo + unreadAnnounced + `)`
)

// ofPerson reads a person's notices below an id, 0 from the newest, and how many
// are unread, in one round trip. Conditions are joined from constants, so that
// each filter is planned for what it asks.
func ofPerson(ctx context.Context, q pg.Querier, a actor.Actor, f Filter, before int64, limit int) ([]shown, int, error) {
	own, all := "", ""
	if f.Unread {
		own, all = ` and n.read_at is null`, unreadAnnounced
	}
	if f.Kind != "" {
		own, all = own+` and n.kind = @kind`, all+` and a.kind = @kind`
	}
	if f.Org != 0 {
		own, all = own+` and n.org_id = @only`, all+` and false`
	}
	if before != 0 {
		own, all = own+` and n.id < @before`, all+` and a.id < @before`
	}
	stmt := mine + `
		select x.*, ` + unreadCount + `
		from (
			(select n.id, n.created_at, n.kind, n.key, n.args, n.path, n.read_at is not null, n.status = 'refused', n.org_id
			 from mine
			 cross join lateral (
				select n.* from notices n
				where n.org_id = mine.org_id and n.member_id = mine.member_id and n.announcement is null` + own + `
				order by n.id desc limit @limit) n)
			union all
			(select a.id, a.created_at, a.kind, a.key, a.args, a.path, a.until <= now() or r.announcement_id is not null, false, 0
			 ` + announcedTo + all + `
			 order by a.id desc limit @limit)
		) x (id)
		order by x.id desc
		limit @limit`
	args := person(a)
	args["kind"], args["only"], args["before"], args["limit"], args["unread"] = string(f.Kind), f.Org, before, limit, MaxUnread
	rows, err := q.Query(ctx, stmt, args)
	if err != nil {
		return nil, 0, fmt.Errorf("notices: %w", err)
	}
	var unread int
	list, err := pgx.CollectRows(rows, func(r pgx.CollectableRow) (s shown, err error) {
		err = r.Scan(&s.ID, &s.At, &s.Kind, &s.Key, &s.Args, &s.Path, &s.Read, &s.Refused, &s.OrgID, &unread)
		return s, err
	})
	if err != nil {
		return nil, 0, fmt.Errorf("notices: %w", err)
	}
	return list, min(unread, MaxUnread), nil
}

func markRead(ctx context.Context, tx pg.Tx, a actor.Actor, ids []int64) error {
	return settleRead(ctx, tx, a, `n.id = any (@ids)`, `a.id = any (@ids)`, "ids", ids)
}

func markAllRead(ctx context.Context, tx pg.Tx, a actor.Actor, upTo int64) error {
	return settleRead(ctx, tx, a, `n.id <= @up_to and n.announcement is null`, `a.id <= @up_to and a.until > now()`, "up_to", upTo)
}

// settleRead marks a person's notices, and announcements for each membership.
func settleRead(ctx context.Context, tx pg.Tx, a actor.Actor, own, all, name string, value any) error {
	args := person(a)
	args[name] = value
	b := &pgx.Batch{}
	b.Queue(mine+`
		update notices n set read_at = now()
		from mine
		where n.org_id = mine.org_id and n.member_id = mine.member_id and n.read_at is null and `+own, args)
	b.Queue(mine+`
		insert into announcement_reads (org_id, member_id, announcement_id)
		select mine.org_id, mine.member_id, a.id from mine cross join announcements a where `+all+`
		on conflict on constraint announcement_reads_pkey do nothing`, args)
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
